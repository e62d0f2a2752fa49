/* SPDX-License-Identifier: GPL-2.0-only */
/* Signals that are held off from a thread in a region, or at APC_LEVEL. */
#ifndef ERES_SIGNALS_H
#define ERES_SIGNALS_H

#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "thread/thread.h"

/* signals.c */
void eres_signals_hold(struct eres_thread *thread);
void eres_signals_unblock(struct eres_thread *thread);
void eres_signals_update(struct eres_thread *thread);
void eres_probe_fork(void *data, struct task_struct *parent,
		     struct task_struct *child);

/* The calling thread is not protected any more, and has said so. */
static inline void eres_signals_restore(struct eres_thread *thread)
{
	if (thread->mask_changed)
		eres_signals_unblock(thread);
}

/* Nothing has protected the calling thread, and now something does. */
static __always_inline void eres_protect(struct eres_thread *thread)
{
	WRITE_ONCE(thread->fast, thread->key);
	eres_signals_hold(thread);
}

/* That was all, and there is nothing else in the record. */
static __always_inline void eres_unprotect(struct eres_thread *thread)
{
	WRITE_ONCE(thread->fast, thread->key | thread->at_rest);
	eres_lockdep_release_all(thread);
	/* At rest, but for the mask. */
	thread->signals_held = false;
	eres_pin_review();
	eres_signals_restore(thread);
}

/* The caller owns nothing, by its inline holds and others. */
static inline bool eres_owns_nothing(const struct eres_thread *thread)
{
	return !((unsigned long)thread->chunks | thread->taken);
}

#endif /* ERES_SIGNALS_H */
