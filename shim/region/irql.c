// SPDX-License-Identifier: GPL-2.0-only
/*
 * IRQL: PASSIVE, APC and DISPATCH_LEVEL, per thread.
 *
 * APC_LEVEL holds signals off, as a region does. DISPATCH_LEVEL is a section
 * with bottom halves off: not preemptible, or, on PREEMPT_RT, bound to its CPU.
 * A caller whom Linux does not allow to sleep for another reason (an interrupt,
 * a spin lock) is at DISPATCH_LEVEL as well, whatever it raised itself to.
 */
#include <linux/bottom_half.h>
#include <linux/export.h>
#include <linux/preempt.h>

#include "region/level.h"
#include "region/signals.h"
#include "report/misuse.h"

KIRQL KeGetCurrentIrql(void)
{
	return eres_own_irql();
}
EXPORT_SYMBOL_GPL(KeGetCurrentIrql);

static void eres_set_irql(struct eres_thread *thread, KIRQL irql)
{
	KIRQL old = thread->irql;

	if (old == DISPATCH_LEVEL && irql < DISPATCH_LEVEL)
		local_bh_enable();
	thread->irql = irql;
	eres_signals_update(thread);
	if (old < DISPATCH_LEVEL && irql == DISPATCH_LEVEL)
		local_bh_disable();
}

static KIRQL eres_raise(struct eres_call call, KIRQL irql)
{
	KIRQL old = eres_own_irql();
	struct eres_thread *thread;

	if (irql < old || irql > DISPATCH_LEVEL) {
		eres_report_way(call, NULL, irql < old ? ERES_WAY_USUAL :
							 ERES_WAY_NO_SUCH_LEVEL,
				ERES_IRQL_NOT_GREATER_OR_EQUAL, old, irql, 0, 0);
		return old;
	}
	if (irql == old)
		return old;
	thread = eres_thread_get();
	if (likely(thread))
		eres_set_irql(thread, irql);
	return old;
}

/* To APC_LEVEL, from there or from below, with a record that is synced. */
static void eres_to_apc_level(struct eres_thread *thread)
{
	WRITE_ONCE(thread->irql, APC_LEVEL);
	if (!thread->signals_held)
		eres_protect(thread);
}

/* From APC_LEVEL to PASSIVE_LEVEL. False: nothing has been done. */
static bool eres_fast_lower(void)
{
	struct eres_thread *thread;
	bool last;

	if (!eres_synced_thread(&thread) || thread->irql != APC_LEVEL)
		return false;
	last = !eres_is_in_region(thread);
	if (last && (thread->kernel_apc_disable || thread->special_apc_disable ||
		     !eres_owns_nothing(thread)))
		return false;
	WRITE_ONCE(thread->irql, PASSIVE_LEVEL);
	if (last)
		eres_unprotect(thread);
	return true;
}

void KeRaiseIrql(KIRQL NewIrql, PKIRQL OldIrql)
{
	struct eres_call call = ERES_CALL();
	struct eres_thread *thread;

	if (NewIrql == APC_LEVEL && likely(eres_synced_thread(&thread))) {
		*OldIrql = thread->irql;
		eres_to_apc_level(thread);
		return;
	}
	*OldIrql = eres_raise(call, NewIrql);
}
EXPORT_SYMBOL_GPL(KeRaiseIrql);

KIRQL KeRaiseIrqlToDpcLevel(void)
{
	struct eres_call call = ERES_CALL();

	return eres_raise(call, DISPATCH_LEVEL);
}
EXPORT_SYMBOL_GPL(KeRaiseIrqlToDpcLevel);

void KeLowerIrql(KIRQL NewIrql)
{
	struct eres_call call = ERES_CALL();
	struct eres_thread *thread;
	KIRQL irql;

	if (NewIrql == PASSIVE_LEVEL && eres_fast_lower())
		return;
	irql = eres_own_irql();
	if (NewIrql > irql) {
		eres_report(call, NULL, ERES_IRQL_NOT_LESS_OR_EQUAL, irql,
			    NewIrql, 0, 0);
		return;
	}
	/* What keeps an interrupt from sleeping is not the thread's to lower. */
	thread = in_task() ? eres_thread_find() : NULL;
	if (!thread || thread->irql <= NewIrql)
		return;
	eres_set_irql(thread, NewIrql);
	if (!eres_thread_is_protected(thread))
		eres_lockdep_release_all(thread);
	eres_thread_put(thread);
}
EXPORT_SYMBOL_GPL(KeLowerIrql);
