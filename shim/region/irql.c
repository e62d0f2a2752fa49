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

#include "region/signals.h"
#include "report/misuse.h"

KIRQL KeGetCurrentIrql(void)
{
	/* The record tells nothing more about a caller in atomic context. */
	return eres_in_atomic_context() ? DISPATCH_LEVEL :
					  eres_raised_irql(eres_thread_find());
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

static KIRQL eres_raise(const struct eres_call *call, KIRQL irql)
{
	KIRQL old = KeGetCurrentIrql();
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

void KeRaiseIrql(KIRQL NewIrql, PKIRQL OldIrql)
{
	struct eres_call call = ERES_CALL();

	*OldIrql = eres_raise(&call, NewIrql);
}
EXPORT_SYMBOL_GPL(KeRaiseIrql);

KIRQL KeRaiseIrqlToDpcLevel(void)
{
	struct eres_call call = ERES_CALL();

	return eres_raise(&call, DISPATCH_LEVEL);
}
EXPORT_SYMBOL_GPL(KeRaiseIrqlToDpcLevel);

void KeLowerIrql(KIRQL NewIrql)
{
	struct eres_call call = ERES_CALL();
	KIRQL irql = KeGetCurrentIrql();
	struct eres_thread *thread;

	if (NewIrql > irql) {
		eres_report(&call, NULL, ERES_IRQL_NOT_LESS_OR_EQUAL, irql,
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
