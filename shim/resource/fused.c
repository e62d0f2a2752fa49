// SPDX-License-Identifier: GPL-2.0-only
/*
 * A region and a resource in one call: first the region, then the resource;
 * back in the opposite order, so that no signal reaches a thread that still
 * owns.
 */
#include <linux/export.h>

#include "region/region.h"
#include "resource/fast_path.h"

static __always_inline PVOID eres_enter_and_acquire(ERESOURCE *r,
						    enum eres_request request,
						    const char *routine,
						    unsigned long caller)
{
	struct eres_thread *thread;

	if (likely(eres_fast_enter(&thread, ERES_CRITICAL, (void *)caller))) {
		if (likely(eres_fast_acquire_by(thread, r, request, true,
						caller) == ERES_ACQUIRED))
			return current;
	} else {
		eres_enter(routine, (void *)caller, ERES_CRITICAL);
	}
	eres_acquire_slowpath(r, request, true, routine, caller);
	return current;
}

static noinline void eres_release_and_leave(ERESOURCE *r, const char *routine,
					    unsigned long caller)
{
	struct eres_thread *thread;

	if (likely(eres_fast_waiter(&thread) &&
		   eres_fast_release_by(thread, r))) {
		/* A fast path has applied: the record is synced, and still is. */
		if (likely(eres_fast_leave_by(thread, ERES_CRITICAL)))
			return;
	} else {
		eres_release_slowpath(r, routine, caller);
	}
	eres_leave_region(routine, (void *)caller, ERES_CRITICAL);
}

static noinline PVOID eres_enter_and_acquire_exclusive(ERESOURCE *r,
						       const char *routine,
						       unsigned long caller)
{
	return eres_enter_and_acquire(r, ERES_EXCLUSIVE, routine, caller);
}

static noinline PVOID eres_enter_and_acquire_shared(ERESOURCE *r,
						    const char *routine,
						    unsigned long caller)
{
	return eres_enter_and_acquire(r, ERES_SHARED, routine, caller);
}

PVOID ExEnterCriticalRegionAndAcquireResourceExclusive(PERESOURCE Resource)
{
	return eres_enter_and_acquire_exclusive(Resource, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExEnterCriticalRegionAndAcquireResourceExclusive);

PVOID ExEnterCriticalRegionAndAcquireResourceShared(PERESOURCE Resource)
{
	return eres_enter_and_acquire_shared(Resource, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExEnterCriticalRegionAndAcquireResourceShared);

PVOID ExEnterCriticalRegionAndAcquireSharedWaitForExclusive(PERESOURCE Resource)
{
	struct eres_thread *thread;

	if (!eres_fast_enter(&thread, ERES_CRITICAL, (void *)_RET_IP_))
		eres_enter(__func__, (void *)_RET_IP_, ERES_CRITICAL);
	eres_acquire_noinline(Resource, ERES_WAIT_FOR_EXCLUSIVE, true, __func__, _RET_IP_);
	return current;
}
EXPORT_SYMBOL_GPL(ExEnterCriticalRegionAndAcquireSharedWaitForExclusive);

void ExReleaseResourceAndLeaveCriticalRegion(PERESOURCE Resource)
{
	eres_release_and_leave(Resource, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExReleaseResourceAndLeaveCriticalRegion);

void FltAcquireResourceExclusive(PERESOURCE Resource)
{
	eres_enter_and_acquire_exclusive(Resource, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(FltAcquireResourceExclusive);

void FltAcquireResourceShared(PERESOURCE Resource)
{
	eres_enter_and_acquire_shared(Resource, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(FltAcquireResourceShared);

void FltReleaseResource(PERESOURCE Resource)
{
	eres_release_and_leave(Resource, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(FltReleaseResource);
