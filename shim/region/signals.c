// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signal-safe sections: what a thread in a region, or at APC_LEVEL, is kept
 * from.
 *
 * All signals are blocked, SIGKILL and SIGSTOP with them, which a kernel caller
 * of sigprocmask() may do. What is sent meanwhile stays pending and is
 * delivered after the mask has been restored. A thread that is made in such a
 * section is not in it. Beyond a module's reach, and named among the deviations
 * in Documentation/semantics.rst: a fatal signal that another thread of the process takes makes
 * the kernel's own *killable* waits return, and task work and a group stop make
 * signal_pending() true.
 */
#include <linux/sched/signal.h>

#include "region/signals.h"

/*
 * A kernel thread ignores signals unless it has allowed them. An ignored signal
 * is dropped when it is sent; if it were blocked it would be queued, and found
 * later by a thread that never expects one. So only those allowed are blocked.
 * Mostly there are none. It has to be looked at each time: nothing tells that a
 * thread has come to allow one.
 */
static bool eres_kthread_ignores_all(const struct k_sigaction *action)
{
	unsigned long ignored = (unsigned long)SIG_IGN;
	unsigned long all = ignored, any = ignored;
	/* Twice, for a processor that does several things at a time. */
	unsigned long all_too = ignored, any_too = ignored;
	int i;

	/* Without branches: this is most of what an outermost region costs. */
#pragma GCC unroll 32
	for (i = 0; i < _NSIG; i += 2) {
		unsigned long one = (unsigned long)READ_ONCE(action[i].sa.sa_handler);
		unsigned long two = (unsigned long)READ_ONCE(action[i + 1].sa.sa_handler);

		all &= one;
		any |= one;
		all_too &= two;
		any_too |= two;
		/* One after the other, or there are more than registers. */
		OPTIMIZER_HIDE_VAR(all);
		OPTIMIZER_HIDE_VAR(any);
		OPTIMIZER_HIDE_VAR(all_too);
		OPTIMIZER_HIDE_VAR(any_too);
	}
	return (all & all_too) == ignored && (any | any_too) == ignored;
}

static noinline void eres_block_allowed(struct eres_thread *thread,
					const struct k_sigaction *action)
{
	sigset_t mask;
	int sig;

	sigemptyset(&mask);
	for (sig = 1; sig <= _NSIG; sig++)
		if (READ_ONCE(action[sig - 1].sa.sa_handler) != SIG_IGN)
			sigaddset(&mask, sig);
	sigprocmask(SIG_BLOCK, &mask, &thread->saved_mask);
}

/* Return: whether anything had to be blocked. */
static bool eres_kthread_hold(struct eres_thread *thread)
{
	/* Our own and, in a kernel thread, changed by nobody else. */
	const struct k_sigaction *action =
		rcu_dereference_protected(current->sighand, true)->action;

	if (likely(eres_kthread_ignores_all(action)))
		return false;
	eres_block_allowed(thread, action);
	return true;
}

/* Constant: sigprocmask() only reads it. */
static sigset_t eres_all_signals __ro_after_init = {
	.sig = { [0 ... _NSIG_WORDS - 1] = ~0UL }
};

/* The calling thread is protected from here on. */
void eres_signals_hold(struct eres_thread *thread)
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

/* Nothing to do if the mask is the same: sigprocmask() looks first. */
void eres_signals_unblock(struct eres_thread *thread)
{
	sigprocmask(SIG_SETMASK, &thread->saved_mask, NULL);
}

/*
 * A counter or the IRQL of the calling thread has changed.
 *
 * Where siglock can not be taken nothing can be done about the mask, and nothing needs
 * to be: the thread can not wait. The next change catches up.
 */
void eres_signals_update(struct eres_thread *thread)
{
	bool protect = eres_thread_is_protected(thread);

	if (protect != thread->signals_held && eres_may_lock_signals()) {
		if (protect) {
			eres_signals_hold(thread);
		} else {
			thread->signals_held = false;
			eres_signals_restore(thread);
		}
	}
	eres_fast_update(thread);
}

/*
 * A thread has made another, which does not run before the caller goes on.
 *
 * The child has inherited the mask, but is in no region: it gets the one that the parent
 * had before its own. The child's siglock, which on PREEMPT_RT sleeps, is not needed:
 * what somebody sends meanwhile and finds blocked stays pending, and the first thing
 * that the child does, in the kernel, is to look for that under siglock, with the mask
 * that it has then.
 *
 * Workers of io_uring and vhost are not made this way, and the kernel gives them a mask
 * of their own: everything but SIGKILL and SIGSTOP. Kernel threads are children of
 * kthreadd, which is never here.
 */
void eres_probe_fork(void *data, struct task_struct *parent,
		     struct task_struct *child)
{
	const struct eres_thread *thread = eres_thread_lookup(parent);
	int i;

	if (likely(!thread || !thread->signals_held || !thread->mask_changed))
		return;
	for (i = 0; i < _NSIG_WORDS; i++)
		WRITE_ONCE(child->blocked.sig[i], thread->saved_mask.sig[i]);
}
