// SPDX-License-Identifier: GPL-2.0-only
/*
 * Critical and guarded regions: two counters per thread, kept as Windows keeps
 * them. Each enter subtracts 1, each leave adds 1. The two do not know of each
 * other, so regions may overlap instead of nest.
 *
 * Counters are wider than the 16 bits of Windows, and so do not wrap.
 */
#include <linux/export.h>
#include <linux/pid.h>
#include <linux/preempt.h>
#include <linux/sched.h>

#include "neighbour.h"
#include "region/region.h"
#include "report/misuse.h"
#include "trace/trace.h"

/* Above APC_LEVEL: reported, and served as far as there is a thread to serve. */
static bool eres_check_region_irql(struct eres_call call,
				   enum eres_verifier_code code)
{
	KIRQL irql = KeGetCurrentIrql();

	if (likely(irql <= APC_LEVEL))
		return true;
	eres_report(call, NULL, ERES_VERIFIER, code, irql, 0, 0);
	/* The counters are the interrupted thread's, which may be using them. */
	return in_task();
}

/* Without @routine at any IRQL, in task context. */
void eres_enter(const char *routine, const void *caller, size_t counter)
{
	struct eres_call call = { routine, caller };
	struct eres_thread *thread;
	int *count;

	if (routine && !eres_check_region_irql(call, ERES_V_ENTER_IRQL))
		return;
	thread = eres_thread_get();
	if (unlikely(!thread))
		return;
	count = eres_counter(thread, counter);
	WRITE_ONCE(*count, *count - 1);
	if (*count == -1)
		eres_entered_outermost(thread, counter, caller);
	trace_eres_region_enter(counter == ERES_GUARDED, *count, caller);
	eres_signals_update(thread);
	/* An enter can bring a positive counter back to zero. */
	eres_thread_put(thread);
}

/* At any IRQL, in task context. */
static void __eres_leave(struct eres_call call, size_t counter)
{
	struct eres_thread *thread = eres_thread_get();
	int *count;

	if (unlikely(!thread))
		return;
	count = eres_counter(thread, counter);
	if (unlikely(*count >= 0))
		eres_report(call, NULL, ERES_VERIFIER,
			    ERES_V_LEAVE_WITHOUT_ENTER, 0, 0, 0);
	WRITE_ONCE(*count, *count + 1);
	trace_eres_region_leave(counter == ERES_GUARDED, *count, call.caller);
	if (!eres_thread_is_protected(thread))
		eres_lockdep_release_all(thread);
	eres_signals_update(thread);
	eres_thread_put(thread);
}

void eres_leave_region(const char *routine, const void *caller, size_t counter)
{
	struct eres_call call = { routine, caller };

	if (eres_check_region_irql(call, ERES_V_LEAVE_IRQL))
		__eres_leave(call, counter);
}

void KeEnterCriticalRegion(void)
{
	struct eres_thread *thread;

	if (!eres_fast_enter(&thread, ERES_CRITICAL, (void *)_RET_IP_))
		eres_enter(__func__, (void *)_RET_IP_, ERES_CRITICAL);
}
EXPORT_SYMBOL_GPL(KeEnterCriticalRegion);

void KeLeaveCriticalRegion(void)
{
	if (!eres_fast_leave(ERES_CRITICAL))
		eres_leave_region(__func__, (void *)_RET_IP_, ERES_CRITICAL);
}
EXPORT_SYMBOL_GPL(KeLeaveCriticalRegion);

void FsRtlEnterFileSystem(void)
{
	struct eres_thread *thread;

	if (!eres_fast_enter(&thread, ERES_CRITICAL, (void *)_RET_IP_))
		eres_enter(__func__, (void *)_RET_IP_, ERES_CRITICAL);
}
EXPORT_SYMBOL_GPL(FsRtlEnterFileSystem);

void FsRtlExitFileSystem(void)
{
	if (!eres_fast_leave(ERES_CRITICAL))
		eres_leave_region(__func__, (void *)_RET_IP_, ERES_CRITICAL);
}
EXPORT_SYMBOL_GPL(FsRtlExitFileSystem);

void KeEnterGuardedRegion(void)
{
	struct eres_thread *thread;

	if (!eres_fast_enter(&thread, ERES_GUARDED, (void *)_RET_IP_))
		eres_enter(__func__, (void *)_RET_IP_, ERES_GUARDED);
}
EXPORT_SYMBOL_GPL(KeEnterGuardedRegion);

void KeLeaveGuardedRegion(void)
{
	if (!eres_fast_leave(ERES_GUARDED))
		eres_leave_region(__func__, (void *)_RET_IP_, ERES_GUARDED);
}
EXPORT_SYMBOL_GPL(KeLeaveGuardedRegion);

/* The calling thread owns a KMUTEX: enter a critical region. At DISPATCH_LEVEL as well. */
void eres_mutex_enter(const void *caller)
{
	struct eres_thread *thread;

	if (!eres_fast_enter(&thread, ERES_CRITICAL, caller))
		eres_enter(NULL, caller, ERES_CRITICAL);
}
EXPORT_SYMBOL_GPL(eres_mutex_enter);

/* And does not own it any more. At DISPATCH_LEVEL as well. */
void eres_mutex_leave(struct eres_call call)
{
	if (!eres_fast_leave(ERES_CRITICAL))
		__eres_leave(call, ERES_CRITICAL);
}
EXPORT_SYMBOL_GPL(eres_mutex_leave);

/*
 * Whether signals are held off from the calling thread: it is in a region, or at
 * APC_LEVEL or above. In task context.
 */
bool eres_is_held_off(void)
{
	const struct eres_thread *thread = eres_thread_find();

	return thread && eres_thread_is_protected(thread);
}
EXPORT_SYMBOL_GPL(eres_is_held_off);

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
