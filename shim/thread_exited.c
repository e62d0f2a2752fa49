// SPDX-License-Identifier: GPL-2.0-only
/*
 * Records of threads that have exited, and holds that others give up.
 *
 * A living thread gives its own record back. What a thread leaves behind when
 * it exits stays, under its id, until somebody releases it.
 */
#include <linux/rcupdate.h>
#include <linux/string.h>

#include "thread.h"

/*
 * The record of an exited thread is given back by whoever takes the last hold
 * in it away, which is decided under the home slot's lock.
 */
static void eres_reap(struct eres_thread *thread, unsigned long id)
{
	struct eres_thread *home = eres_home(id);
	unsigned long flags;
	bool reap;

	/* Somebody is giving it back. */
	if (!id)
		return;
	raw_spin_lock_irqsave(&home->lock, flags);
	reap = thread->key == (id | ERES_KEY_EXITED) &&
	       !eres_thread_holds(thread);
	if (reap)
		WRITE_ONCE(thread->key, ERES_KEY_EXITED);
	raw_spin_unlock_irqrestore(&home->lock, flags);
	if (reap)
		eres_give_back(home, thread);
}

/**
 * eres_hold_given_up() - Another than its thread took a hold's last level.
 * @hold: the hold, after the last access to it
 *
 * Context: Any, under rcu_read_lock() or with the hold's resource released
 *          just now: the record can not have gone while the hold counts.
 */
void eres_hold_given_up(struct eres_hold *hold)
{
	struct eres_thread *thread = hold->thread;
	unsigned long key;

	rcu_read_lock();
	/*
	 * Full barrier: either we see the key that eres_thread_exited() stores,
	 * or it sees that the hold is not in use.
	 */
	atomic_inc_return(&thread->given_up);
	key = READ_ONCE(thread->key);
	if (key & ERES_KEY_EXITED)
		eres_reap(thread, key & ~ERES_KEY_EXITED);
	rcu_read_unlock();
}

static struct eres_thread *eres_find_exited(struct eres_thread *home)
{
	struct eres_thread *thread;
	unsigned long flags;

	raw_spin_lock_irqsave(&home->lock, flags);
	for (thread = home->displaced; thread; thread = thread->next)
		if (thread->key > ERES_KEY_EXITED &&
		    thread->key & ERES_KEY_EXITED && !eres_thread_holds(thread))
			break;
	if (thread)
		WRITE_ONCE(thread->key, ERES_KEY_EXITED);
	raw_spin_unlock_irqrestore(&home->lock, flags);
	return thread;
}

/* Give back the records of exited threads that have come to be empty. */
void eres_reap_exited(void)
{
	struct eres_thread *thread;
	size_t i;

	for (i = 0; i < eres_table_size(); i++) {
		struct eres_thread *slot = &eres_table[i];
		unsigned long key = READ_ONCE(slot->key);

		if (key & ERES_KEY_EXITED)
			eres_reap(slot, key & ~ERES_KEY_EXITED);
		while ((thread = eres_find_exited(slot)))
			eres_give_back(slot, thread);
	}
}

/**
 * eres_thread_exited() - A thread will not use its record any more.
 * @thread: the record
 * @task: the thread, the caller's or one that is gone
 *
 * What it holds stays, under its id.
 */
void eres_thread_exited(struct eres_thread *thread, struct task_struct *task)
{
	unsigned long id = (unsigned long)task;

	strscpy(thread->comm, task->comm, sizeof(thread->comm));
	thread->kernel_apc_disable = 0;
	thread->special_apc_disable = 0;
	thread->irql = PASSIVE_LEVEL;
	thread->signals_held = false;
	thread->shielded = false;
	/* Others may reap it from here on. */
	rcu_read_lock();
	/* Full barrier, see eres_hold_given_up(). */
	xchg(&thread->key, id | ERES_KEY_EXITED);
	eres_reap(thread, id);
	rcu_read_unlock();
}
