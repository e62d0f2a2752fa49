// SPDX-License-Identifier: GPL-2.0-only
/*
 * A region and a resource in one call: first the region, then the resource;
 * back in the opposite order, so that no signal reaches a thread that still
 * owns.
 */
#include <linux/export.h>

#include "straight.h"

static PVOID eres_enter_and_acquire(ERESOURCE *r, enum eres_request request,
				    const struct eres_call *call)
{
	eres_enter_critical_region(call);
	if (!eres_straight_acquire(r, request, true, (unsigned long)call->caller))
		eres_acquire(r, request, true, call);
	return current;
}

static void eres_release_and_leave(ERESOURCE *r, const struct eres_call *call)
{
	if (!eres_straight_release(r))
		eres_release_own(r, call);
	eres_leave_critical_region(call);
}

PVOID ExEnterCriticalRegionAndAcquireResourceExclusive(PERESOURCE Resource)
{
	struct eres_call call = ERES_CALL();

	return eres_enter_and_acquire(Resource, ERES_EXCLUSIVE, &call);
}
EXPORT_SYMBOL_GPL(ExEnterCriticalRegionAndAcquireResourceExclusive);

PVOID ExEnterCriticalRegionAndAcquireResourceShared(PERESOURCE Resource)
{
	struct eres_call call = ERES_CALL();

	return eres_enter_and_acquire(Resource, ERES_SHARED, &call);
}
EXPORT_SYMBOL_GPL(ExEnterCriticalRegionAndAcquireResourceShared);

PVOID ExEnterCriticalRegionAndAcquireSharedWaitForExclusive(PERESOURCE Resource)
{
	struct eres_call call = ERES_CALL();

	return eres_enter_and_acquire(Resource, ERES_WAIT_FOR_EXCLUSIVE, &call);
}
EXPORT_SYMBOL_GPL(ExEnterCriticalRegionAndAcquireSharedWaitForExclusive);

void ExReleaseResourceAndLeaveCriticalRegion(PERESOURCE Resource)
{
	struct eres_call call = ERES_CALL();

	eres_release_and_leave(Resource, &call);
}
EXPORT_SYMBOL_GPL(ExReleaseResourceAndLeaveCriticalRegion);

void FltAcquireResourceExclusive(PERESOURCE Resource)
{
	struct eres_call call = ERES_CALL();

	eres_enter_and_acquire(Resource, ERES_EXCLUSIVE, &call);
}
EXPORT_SYMBOL_GPL(FltAcquireResourceExclusive);

void FltAcquireResourceShared(PERESOURCE Resource)
{
	struct eres_call call = ERES_CALL();

	eres_enter_and_acquire(Resource, ERES_SHARED, &call);
}
EXPORT_SYMBOL_GPL(FltAcquireResourceShared);

void FltReleaseResource(PERESOURCE Resource)
{
	struct eres_call call = ERES_CALL();

	eres_release_and_leave(Resource, &call);
}
EXPORT_SYMBOL_GPL(FltReleaseResource);
