/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What all spin locks do about the IRQL.
 *
 * A lock that raises to DISPATCH_LEVEL switches bottom halves off, each time, whatever
 * the level was before: it nests, so that locks can be released in any order. It does
 * not go through KeRaiseIrql(), which holds signals as well: a section that neither
 * sleeps nor returns to user mode has no need of that. eres_own_irql() looks at
 * bottom halves, and sees it.
 *
 * The lock remembers that its acquire has done so, and the release undoes exactly
 * that. Then the level is made what the caller names, which undoes what it had raised
 * by hand.
 *
 * An acquire that relies on DISPATCH_LEVEL does the same where a thread has preemption
 * off, as by spin_lock() of Linux: that is DISPATCH_LEVEL as well, but keeps no softirq
 * away, and a DPC that interrupts the owner would spin for ever.
 *
 * On PREEMPT_RT such a section can be preempted, as DISPATCH_LEVEL is there: a driver
 * may allocate and use other locks of Linux in it. What keeps others who spin off the
 * owner's CPU is the lock that local_bh_disable() takes there; so a spin lock must not
 * be acquired with preemption or interrupts off there, as a spinlock_t must not.
 */
#ifndef WDMSYNC_DISPATCH_H
#define WDMSYNC_DISPATCH_H

#include <linux/bottom_half.h>
#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/smp.h>

#include <eresource.h>

#include "check.h"
#include "region/level.h"

/* Where interrupts are off there is nothing to switch off, nor could it be undone. */
static inline bool eres_may_enter_dispatch(void)
{
	return likely(!irqs_disabled() && !in_hardirq());
}

static inline bool eres_dispatch_enter(void)
{
	if (!eres_may_enter_dispatch())
		return false;
	local_bh_disable();
	return true;
}

/*
 * A thread with preemption off. The release should be there as well. On PREEMPT_RT that
 * keeps softirqs away, which are threads.
 */
static inline bool eres_relies_on_preemption(void)
{
	return !IS_ENABLED(CONFIG_PREEMPT_RT) && unlikely(preempt_count() & PREEMPT_MASK) &&
	       in_task() && eres_may_enter_dispatch();
}

/*
 * For who queues what a softirq runs: to leave runs it. Not where preemption is off,
 * though bottom halves may be on: it would run within what a bare spin_lock() protects.
 */
static inline bool eres_dispatch_enter_to_queue(void)
{
	return !eres_is_preemption_off() && eres_dispatch_enter();
}

/* @entered: whether the caller has entered. */
static inline void eres_dispatch_leave(bool entered)
{
	if (likely(entered))
		local_bh_enable();
}

/*
 * Who spins or has a lock: a number below 2^23 for the thread that runs here, or was
 * interrupted here. That thread can do nothing else meanwhile.
 */
#define ERES_SPINNER_CPU	BIT(22)

static inline u32 eres_spinner(void)
{
	u32 pid = current->pid;

	/* Each processor has a thread without a number: the idle one. */
	return likely(pid) ? pid : ERES_SPINNER_CPU + raw_smp_processor_id();
}

/* dispatch.c */
void eres_change_irql(KIRQL now, KIRQL irql, const struct eres_object *lock,
		      struct eres_call call);
void eres_spin_in_interrupt(const struct eres_object *lock, struct eres_call call);
void eres_spin_too_low(const struct eres_object *lock, struct eres_call call,
		       bool raising);
void eres_spin_correct_irql(const char *kind, const void *lock, KIRQL irql,
			    const char *routine, unsigned long caller);
bool eres_spin_lend(const struct eres_object *lock, struct eres_call call);
void eres_spin_recursion(const struct eres_object *lock, struct eres_call call);
void eres_spin_garbage(const struct eres_object *lock, struct eres_call call);

/* Make the caller's level what a release asks for. @lock is for reports; not looked at. */
static __always_inline void eres_set_irql(KIRQL irql, const struct eres_object *lock,
					  struct eres_call call)
{
	KIRQL now = eres_own_irql();

	if (unlikely(irql != now))
		eres_change_irql(now, irql, lock, call);
}

/* Return: the level before that of the lock, which the caller is about to raise to. */
static __always_inline KIRQL eres_spin_begin(const struct eres_object *lock,
					     struct eres_call call)
{
	if (unlikely(in_hardirq()))
		eres_spin_in_interrupt(lock, call);
	return eres_own_irql();
}

/* A release, of the kind that gives a new level or not, is at DISPATCH_LEVEL. */
static __always_inline void eres_spin_end(const struct eres_object *lock,
					  struct eres_call call, bool raising)
{
	if (unlikely(eres_own_irql() < DISPATCH_LEVEL))
		eres_spin_too_low(lock, call, raising);
}

#endif /* WDMSYNC_DISPATCH_H */
