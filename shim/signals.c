// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signal-safe sections: what a thread in a region, or at APC_LEVEL, is kept
 * from.
 *
 * All signals are blocked, SIGKILL and SIGSTOP with them, which a kernel caller
 * of sigprocmask() may do. What is sent meanwhile stays pending and is
 * delivered after the mask has been restored. Beyond a module's reach, and named
 * in the README: a fatal signal that another thread of the process takes makes
 * the kernel's own *killable* waits return, and task work and a group stop make
 * signal_pending() true.
 */
#include <linux/sched/signal.h>

#include "internal.h"

/*
 * A kernel thread ignores signals unless it has allowed them. An ignored signal
 * is dropped when it is sent; if it were blocked it would be queued, and found
 * later by a thread that never expects one. So only those allowed are blocked.
 * Mostly there are none. It has to be looked at each time: nothing tells that a
 * thread has come to allow one.
 */
static bool eres_kthread_ignores_all(const struct k_sigaction *action)
{
	unsigned long all = (unsigned long)SIG_IGN, any = (unsigned long)SIG_IGN;
	int i;

	/* Without a branch for each: this is what an outermost region costs. */
	for (i = 0; i < _NSIG; i++) {
		unsigned long handler =
			(unsigned long)READ_ONCE(action[i].sa.sa_handler);

		all &= handler;
		any |= handler;
	}
	return all == (unsigned long)SIG_IGN && any == (unsigned long)SIG_IGN;
}

/* Return: is there anything to block, and has it been? */
static noinline bool eres_kthread_hold(struct eres_thread *thread)
{
	/* Our own and, in a kernel thread, changed by nobody else. */
	struct sighand_struct *sighand =
		rcu_dereference_protected(current->sighand, true);
	sigset_t mask;
	int sig;

	if (likely(eres_kthread_ignores_all(sighand->action)))
		return false;
	sigemptyset(&mask);
	for (sig = 1; sig <= _NSIG; sig++)
		if (READ_ONCE(sighand->action[sig - 1].sa.sa_handler) != SIG_IGN)
			sigaddset(&mask, sig);
	sigprocmask(SIG_BLOCK, &mask, &thread->saved_mask);
	return true;
}

/* The calling thread is protected from here on. */
void eres_signals_hold(struct eres_thread *thread)
{
	/* Constant: sigprocmask() only reads it. */
	static sigset_t all = { .sig = { [0 ... _NSIG_WORDS - 1] = ~0UL } };

	thread->signals_held = true;
	if (current->flags & PF_KTHREAD) {
		thread->mask_changed = eres_kthread_hold(thread);
		return;
	}
	thread->mask_changed = true;
	/* Can not fail: it knows the operation. */
	sigprocmask(SIG_BLOCK, &all, &thread->saved_mask);
}

/* And not any more. */
void eres_signals_restore(struct eres_thread *thread)
{
	thread->signals_held = false;
	/* Nothing to do if the mask is the same: sigprocmask() looks first. */
	if (thread->mask_changed)
		sigprocmask(SIG_SETMASK, &thread->saved_mask, NULL);
}

/**
 * eres_signals_update() - A counter or the IRQL of the calling thread changed.
 * @thread: the caller's record
 *
 * Where siglock can not be taken nothing can be done about the mask, and
 * nothing needs to be: the thread can not wait. The next change catches up.
 */
void eres_signals_update(struct eres_thread *thread)
{
	bool protect = eres_thread_is_protected(thread);

	if (protect != thread->signals_held && eres_may_lock_signals()) {
		if (protect)
			eres_signals_hold(thread);
		else
			eres_signals_restore(thread);
	}
	thread->shielded = protect && thread->signals_held &&
			   thread->irql <= APC_LEVEL;
}
