/* SPDX-License-Identifier: GPL-2.0-only */
/* Signals that are held off from a thread in a region, or at APC_LEVEL. */
#ifndef ERES_SIGNALS_H
#define ERES_SIGNALS_H

#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "thread/thread.h"

/* signals.c */
bool eres_kthread_hold(struct eres_thread *thread);
void eres_signals_update(struct eres_thread *thread);
void eres_probe_fork(void *data, struct task_struct *parent,
		     struct task_struct *child);

extern sigset_t eres_all_signals;

/* The calling thread is protected from here on. */
static inline void eres_signals_hold(struct eres_thread *thread)
{
	thread->signals_held = true;
	if (current->flags & PF_KTHREAD) {
		thread->mask_changed = eres_kthread_hold(thread);
		return;
	}
	thread->mask_changed = true;
	/* Can not fail: it knows the operation. */
	sigprocmask(SIG_SETMASK, &eres_all_signals, &thread->saved_mask);
}

/* The calling thread is not protected any more, and has said so. */
static inline void eres_signals_restore(struct eres_thread *thread)
{
	/* Nothing to do if the mask is the same: sigprocmask() looks first. */
	if (thread->mask_changed)
		sigprocmask(SIG_SETMASK, &thread->saved_mask, NULL);
}

#endif /* ERES_SIGNALS_H */
