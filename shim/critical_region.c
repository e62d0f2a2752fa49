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

#include "straight.h"
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

static void eres_entered_outermost(struct eres_thread *thread,
				   const void *caller)
{
	if (eres_verifies())
		WRITE_ONCE(thread->region.entered_by, caller);
}

/*
 * Outermost, the straight way: make the record, hold signals. Of the thread
 * nothing is anywhere yet if its home slot is free and nothing is displaced from
 * there.
 */
static __always_inline bool eres_enter_outermost(size_t counter,
						 const void *caller)
{
	unsigned long id = eres_current_id();
	struct eres_thread *home = eres_home(id);

	if (READ_ONCE(home->key) || READ_ONCE(home->displaced) ||
	    trace_eres_region_enter_enabled() || eres_in_atomic_context() ||
	    !eres_claim(home, id))
		return false;
	WRITE_ONCE(home->pid, task_pid_nr(current));
	raw_cpu_write(*eres_last_thread, home);
	WRITE_ONCE(*(int *)((void *)home + counter), -1);
	eres_entered_outermost(home, caller);
	eres_signals_hold(home);
	home->shielded = true;
	return true;
}

/* And back, if there is nothing else in the record. */
static __always_inline bool eres_leave_outermost(size_t counter)
{
	struct eres_thread *thread;
	int *count;

	if (!eres_straight_thread(&thread) || eres_in_atomic_context() ||
	    trace_eres_region_leave_enabled())
		return false;
	count = (void *)thread + counter;
	if (thread->kernel_apc_disable + thread->special_apc_disable != -1 ||
	    *count != -1 || thread->irql != PASSIVE_LEVEL ||
	    eres_straight_holds(thread) || thread->chunks ||
	    thread != eres_home(eres_current_id()))
		return false;
	WRITE_ONCE(*count, 0);
	thread->shielded = false;
	eres_lockdep_release_all(thread);
	eres_signals_restore(thread);
	/* Pairs with the cmpxchg in eres_claim(). */
	smp_store_release(&thread->key, 0);
	eres_pin_review();
	return true;
}

static noinline void eres_enter_otherwise(const char *routine,
					  const void *caller, size_t counter)
{
	struct eres_call call = { routine, caller };
	struct eres_thread *thread;
	int *count;

	if (!eres_check_region_irql(&call, ERES_V_ENTER_IRQL))
		return;
	thread = eres_thread_get();
	if (unlikely(!thread))
		return;
	count = (void *)thread + counter;
	WRITE_ONCE(*count, *count - 1);
	if (*count == -1)
		eres_entered_outermost(thread, caller);
	trace_eres_region_enter(eres_is_guarded(counter), *count, caller);
	eres_signals_update(thread);
	/* An enter can bring a positive counter back to zero. */
	eres_thread_put(thread);
}

static noinline void eres_leave_otherwise(const char *routine,
					  const void *caller, size_t counter)
{
	struct eres_call call = { routine, caller };
	struct eres_thread *thread;
	int *count;

	if (!eres_check_region_irql(&call, ERES_V_LEAVE_IRQL))
		return;
	thread = eres_thread_get();
	if (unlikely(!thread))
		return;
	count = (void *)thread + counter;
	WRITE_ONCE(*count, *count + 1);
	trace_eres_region_leave(eres_is_guarded(counter), *count, caller);
	if (unlikely(*count > 0))
		eres_report(&call, NULL, ERES_VERIFIER,
			    ERES_V_LEAVE_WITHOUT_ENTER, 0, 0, 0);
	if (!eres_thread_is_protected(thread))
		eres_lockdep_release_all(thread);
	eres_signals_update(thread);
	eres_thread_put(thread);
}

static noinline void eres_enter(const char *routine, const void *caller,
				size_t counter)
{
	if (unlikely(!eres_enter_outermost(counter, caller)))
		eres_enter_otherwise(routine, caller, counter);
}

static noinline void eres_leave(const char *routine, const void *caller,
				size_t counter)
{
	if (unlikely(!eres_leave_outermost(counter)))
		eres_leave_otherwise(routine, caller, counter);
}

/* Is there a region of the same kind around this one? Then count it. */
static __always_inline bool eres_straight_enter(size_t counter)
{
	struct eres_thread *thread;
	int *count;

	if (unlikely(!eres_straight_thread(&thread) ||
		     eres_in_atomic_context() ||
		     trace_eres_region_enter_enabled()))
		return false;
	count = (void *)thread + counter;
	if (*count >= 0)
		return false;
	WRITE_ONCE(*count, *count - 1);
	return true;
}

static __always_inline bool eres_straight_leave(size_t counter)
{
	struct eres_thread *thread;
	int *count;

	if (unlikely(!eres_straight_thread(&thread) ||
		     eres_in_atomic_context() ||
		     trace_eres_region_leave_enabled()))
		return false;
	count = (void *)thread + counter;
	if (*count >= -1)
		return false;
	WRITE_ONCE(*count, *count + 1);
	return true;
}

#define ERES_CRITICAL	offsetof(struct eres_thread, kernel_apc_disable)
#define ERES_GUARDED	offsetof(struct eres_thread, special_apc_disable)

void eres_enter_critical_region(const struct eres_call *call)
{
	if (!eres_straight_enter(ERES_CRITICAL))
		eres_enter(call->routine, call->caller, ERES_CRITICAL);
}

void eres_leave_critical_region(const struct eres_call *call)
{
	if (!eres_straight_leave(ERES_CRITICAL))
		eres_leave(call->routine, call->caller, ERES_CRITICAL);
}

void KeEnterCriticalRegion(void)
{
	if (!eres_straight_enter(ERES_CRITICAL))
		eres_enter(__func__, (void *)_RET_IP_, ERES_CRITICAL);
}
EXPORT_SYMBOL_GPL(KeEnterCriticalRegion);

void KeLeaveCriticalRegion(void)
{
	if (!eres_straight_leave(ERES_CRITICAL))
		eres_leave(__func__, (void *)_RET_IP_, ERES_CRITICAL);
}
EXPORT_SYMBOL_GPL(KeLeaveCriticalRegion);

void FsRtlEnterFileSystem(void)
{
	if (!eres_straight_enter(ERES_CRITICAL))
		eres_enter(__func__, (void *)_RET_IP_, ERES_CRITICAL);
}
EXPORT_SYMBOL_GPL(FsRtlEnterFileSystem);

void FsRtlExitFileSystem(void)
{
	if (!eres_straight_leave(ERES_CRITICAL))
		eres_leave(__func__, (void *)_RET_IP_, ERES_CRITICAL);
}
EXPORT_SYMBOL_GPL(FsRtlExitFileSystem);

void KeEnterGuardedRegion(void)
{
	if (!eres_straight_enter(ERES_GUARDED))
		eres_enter(__func__, (void *)_RET_IP_, ERES_GUARDED);
}
EXPORT_SYMBOL_GPL(KeEnterGuardedRegion);

void KeLeaveGuardedRegion(void)
{
	if (!eres_straight_leave(ERES_GUARDED))
		eres_leave(__func__, (void *)_RET_IP_, ERES_GUARDED);
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
