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
 */
static void eres_kthread_mask(sigset_t *mask)
{
	/* Our own and, in a kernel thread, changed by nobody else. */
	struct sighand_struct *sighand =
		rcu_dereference_protected(current->sighand, true);
	int sig;

	sigemptyset(mask);
	for (sig = 1; sig <= _NSIG; sig++)
		if (READ_ONCE(sighand->action[sig - 1].sa.sa_handler) != SIG_IGN)
			sigaddset(mask, sig);
}

static void eres_signals_hold(struct eres_thread *thread)
{
	sigset_t mask;

	if (current->flags & PF_KTHREAD)
		eres_kthread_mask(&mask);
	else
		sigfillset(&mask);
	thread->signals_held = true;
	if (sigisemptyset(&mask))
		thread->saved_mask = current->blocked;
	else
		/* Can not fail: it knows the operation. */
		sigprocmask(SIG_BLOCK, &mask, &thread->saved_mask);
}

static void eres_signals_restore(struct eres_thread *thread)
{
	thread->signals_held = false;
	/* Nothing to do if the mask is the same: sigprocmask() looks first. */
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

	if (protect == thread->signals_held || !eres_may_lock_signals())
		return;
	if (protect)
		eres_signals_hold(thread);
	else
		eres_signals_restore(thread);
}
