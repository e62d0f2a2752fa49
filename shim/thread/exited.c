// SPDX-License-Identifier: GPL-2.0-only
/*
 * Records of threads that have exited, and holds that others free.
 *
 * A thread's record is given back when it exits; if it leaves holds behind, these
 * stay, under its id, until somebody releases them.
 */
#include <linux/rcupdate.h>
#include <linux/string.h>

#include "thread/table.h"

/* Of a thread that has exited: whether all the holds that it left are free. */
static bool eres_is_empty(const struct eres_thread *thread)
{
	return (u32)thread->taken + thread->written_off ==
	       (u32)atomic_read(&thread->foreign_freed);
}

/*
 * The record of an exited thread is given back by whoever takes the last hold
 * in it away, which is decided under the home slot's lock.
 */
void eres_reap(struct eres_thread *thread, unsigned long id)
{
	struct eres_thread *home = eres_home(id);
	unsigned long flags;
	bool reap;

	/* Somebody is giving it back. */
	if (!id)
		return;
	raw_spin_lock_irqsave(&home->lock, flags);
	/* Pairs with the xchg in eres_thread_exited(). */
	reap = smp_load_acquire(&thread->key) == (id | ERES_KEY_EXITED) &&
	       eres_is_empty(thread);
	if (reap)
		WRITE_ONCE(thread->key, ERES_KEY_EXITED);
	raw_spin_unlock_irqrestore(&home->lock, flags);
	if (reap)
		eres_record_free(home, thread);
}

/*
 * A thread, the caller or one that is gone, will not use its record any more. What it
 * holds stays, under its id.
 */
void eres_thread_exited(struct eres_thread *thread, struct task_struct *task)
{
	unsigned long id = (unsigned long)task;

	strscpy(thread->comm, task->comm, sizeof(thread->comm));
	WRITE_ONCE(thread->pid, task_pid_nr(task));
	thread->kernel_apc_disable = 0;
	thread->special_apc_disable = 0;
	thread->irql = PASSIVE_LEVEL;
	thread->signals_held = false;
	thread->mutexes = (struct eres_mutex_note){};
	thread->top_level = NULL;
	WRITE_ONCE(thread->fast, 0);
	/* Others may reap it from here on. Full barrier, see eres_foreign_freed(). */
	xchg(&thread->key, id | ERES_KEY_EXITED);
	eres_reap(thread, id);
}
