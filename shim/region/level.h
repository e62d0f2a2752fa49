/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The IRQL of the calling thread, asked and changed without a call. The second module
 * uses this as well: each of its locks depends on the level.
 */
#ifndef ERES_LEVEL_H
#define ERES_LEVEL_H

#include "thread/thread.h"

/* What the caller, in no atomic context, has raised its level to. */
static __always_inline KIRQL eres_own_raised_irql(void)
{
	struct eres_thread *thread = eres_thread_last();

	if (likely(thread))
		eres_lockdep_sync(thread);
	return eres_raised_irql(thread);
}

/* What KeGetCurrentIrql() returns. The record tells nothing more about atomic context. */
static __always_inline KIRQL eres_own_irql(void)
{
	return eres_in_atomic_context() ? DISPATCH_LEVEL : eres_own_raised_irql();
}

/* The same where interrupts are on. */
static __always_inline KIRQL eres_own_irql_interruptible(void)
{
	return eres_is_preemption_off() ? DISPATCH_LEVEL : eres_own_raised_irql();
}

/*
 * The caller's record, if signals need not be caught up with. If true, the caller is
 * not above APC_LEVEL, and @signals_held says whether it is protected.
 */
static __always_inline bool eres_synced_thread(struct eres_thread **thread)
{
	unsigned long id = eres_current_id();

	*thread = eres_last_record(id);
	if (unlikely(!eres_is_synced(*thread, id) || eres_in_atomic_context()))
		return false;
	eres_lockdep_sync(*thread);
	return true;
}

/* It is protected: nothing is to be said, or done, about APCs. */
static __always_inline bool eres_is_synced_and_protected(void)
{
	struct eres_thread *thread;

	return eres_synced_thread(&thread) && thread->signals_held;
}

#endif /* ERES_LEVEL_H */
