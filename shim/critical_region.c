// SPDX-License-Identifier: GPL-2.0-only
/*
 * Critical and guarded regions: two counters per thread, kept as Windows keeps
 * them. Each enter subtracts 1, each leave adds 1. The two do not know of each
 * other, so regions may overlap instead of nest.
 *
 * Counters are wider than the 16 bits of Windows, and so do not wrap.
 */
#include <linux/export.h>
#include <linux/preempt.h>

#include "trace.h"
#include "verifier.h"

/* Above APC_LEVEL: reported, and served as far as there is a thread to serve. */
static bool eres_check_region_irql(const struct eres_call *call,
				   enum eres_verifier_code code)
{
	KIRQL irql = KeGetCurrentIrql();

	if (likely(irql <= APC_LEVEL))
		return true;
	eres_report(call, NULL, ERES_VERIFIER, code, irql, 0, 0);
	/* The counters are the interrupted thread's, which may be using them. */
	return in_task();
}

static bool eres_is_guarded(size_t counter)
{
	return counter == offsetof(struct eres_thread, special_apc_disable);
}

static void eres_enter(const struct eres_call *call, size_t counter)
{
	struct eres_thread *thread;
	int *count;

	if (!eres_check_region_irql(call, ERES_V_ENTER_IRQL))
		return;
	thread = eres_thread_get();
	if (unlikely(!thread))
		return;
	count = (void *)thread + counter;
	--*count;
	if (eres_verifies() && *count == -1)
		WRITE_ONCE(thread->region.entered_by, call->caller);
	trace_eres_region_enter(eres_is_guarded(counter), *count, call->caller);
	eres_signals_update(thread);
	/* An enter can bring a positive counter back to zero. */
	eres_thread_put(thread);
}

static void eres_leave(const struct eres_call *call, size_t counter)
{
	struct eres_thread *thread;
	int *count;

	if (!eres_check_region_irql(call, ERES_V_LEAVE_IRQL))
		return;
	thread = eres_thread_get();
	if (unlikely(!thread))
		return;
	count = (void *)thread + counter;
	++*count;
	trace_eres_region_leave(eres_is_guarded(counter), *count, call->caller);
	if (unlikely(*count > 0))
		eres_report(call, NULL, ERES_VERIFIER,
			    ERES_V_LEAVE_WITHOUT_ENTER, 0, 0, 0);
	if (!eres_thread_is_protected(thread))
		eres_lockdep_release_all(thread);
	eres_signals_update(thread);
	eres_thread_put(thread);
}

void eres_enter_critical_region(const struct eres_call *call)
{
	eres_enter(call, offsetof(struct eres_thread, kernel_apc_disable));
}

void eres_leave_critical_region(const struct eres_call *call)
{
	eres_leave(call, offsetof(struct eres_thread, kernel_apc_disable));
}

void KeEnterCriticalRegion(void)
{
	struct eres_call call = ERES_CALL();

	eres_enter_critical_region(&call);
}
EXPORT_SYMBOL_GPL(KeEnterCriticalRegion);

void KeLeaveCriticalRegion(void)
{
	struct eres_call call = ERES_CALL();

	eres_leave_critical_region(&call);
}
EXPORT_SYMBOL_GPL(KeLeaveCriticalRegion);

void FsRtlEnterFileSystem(void)
{
	struct eres_call call = ERES_CALL();

	eres_enter_critical_region(&call);
}
EXPORT_SYMBOL_GPL(FsRtlEnterFileSystem);

void FsRtlExitFileSystem(void)
{
	struct eres_call call = ERES_CALL();

	eres_leave_critical_region(&call);
}
EXPORT_SYMBOL_GPL(FsRtlExitFileSystem);

void KeEnterGuardedRegion(void)
{
	struct eres_call call = ERES_CALL();

	eres_enter(&call, offsetof(struct eres_thread, special_apc_disable));
}
EXPORT_SYMBOL_GPL(KeEnterGuardedRegion);

void KeLeaveGuardedRegion(void)
{
	struct eres_call call = ERES_CALL();

	eres_leave(&call, offsetof(struct eres_thread, special_apc_disable));
}
EXPORT_SYMBOL_GPL(KeLeaveGuardedRegion);

BOOLEAN KeAreApcsDisabled(void)
{
	const struct eres_thread *thread = eres_thread_find();

	return thread && (thread->kernel_apc_disable ||
			  thread->special_apc_disable);
}
EXPORT_SYMBOL_GPL(KeAreApcsDisabled);

BOOLEAN KeAreAllApcsDisabled(void)
{
	const struct eres_thread *thread = eres_thread_find();

	return (thread && thread->special_apc_disable) ||
	       eres_irql(thread) >= APC_LEVEL;
}
EXPORT_SYMBOL_GPL(KeAreAllApcsDisabled);
