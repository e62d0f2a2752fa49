// SPDX-License-Identifier: GPL-2.0-only
/* Looking at the records of others: by id, all of them, and their names. */
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "thread/table.h"

/*
 * Visit the records under a thread's id, until @fn returns false: a living thread may have
 * it, and threads that have exited. @fn runs under the home slot's lock if records are
 * displaced. In any context, under rcu_read_lock(). Return: false if @fn stopped.
 */
bool eres_visit_records_of(unsigned long id, eres_thread_fn fn, void *data)
{
	struct eres_thread *home = eres_home(id);
	struct eres_thread *thread;
	unsigned long flags;
	bool more = true;

	if ((READ_ONCE(home->key) & ~ERES_KEY_EXITED) == id && !fn(home, data))
		return false;
	if (likely(!READ_ONCE(home->displaced)))
		return true;
	raw_spin_lock_irqsave(&home->lock, flags);
	for (thread = home->displaced; thread && more; thread = thread->next)
		if ((READ_ONCE(thread->key) & ~ERES_KEY_EXITED) == id)
			more = fn(thread, data);
	raw_spin_unlock_irqrestore(&home->lock, flags);
	return more;
}

/*
 * The next record that is a thread's, or was one's; NULL after the last. All zero is
 * how @walk begins. In any context, under rcu_read_lock(); no lock is held while the
 * caller looks at the record, which may become another thread's. All records are
 * found that were somebody's when the walk began, and still are.
 */
struct eres_thread *eres_next_record(struct eres_record_walk *walk)
{
	size_t size = eres_table_size();
	struct eres_thread *thread;

	while (walk->slot < size) {
		thread = &eres_table[walk->slot++];
		if (READ_ONCE(thread->key))
			return thread;
	}
	if (walk->slot++ == size)
		/* Pairs with the cmpxchg in eres_alloc_record(). */
		walk->heap = smp_load_acquire(&eres_heap);
	for (thread = walk->heap; thread; thread = thread->older)
		if (READ_ONCE(thread->key))
			break;
	walk->heap = thread ? thread->older : NULL;
	return thread;
}

/* Both counters as the parameters of bug checks have them. */
u32 eres_combined_counters(const struct eres_thread *thread)
{
	return (u32)(u16)READ_ONCE(thread->special_apc_disable) << 16 |
	       (u16)READ_ONCE(thread->kernel_apc_disable);
}

/*
 * The thread @id, if the record is its and it lives; the record's key is all
 * that is needed to know it: not its process id, which changes when a thread
 * that does not lead its process executes a program.
 *
 * sched_process_exit marks the key, long before the task is left to RCU. So
 * whoever sees it unmarked in an RCU section may use the task until the end of
 * it. What a thread uses after that, when its files are closed, is in a record
 * that only sched_process_free marks, when RCU is through with the task. Such a
 * record is "late". Its thread does not change its process id any more: there
 * it is by that, in the kernel's own table, that the task is found.
 */
static struct task_struct *eres_task_of(const struct eres_thread *thread,
					unsigned long id)
{
	struct task_struct *task;

	/*
	 * Before the key. Pairs with the release in eres_name_record(): if this
	 * is what a later thread has written, the key is its, or a later one's.
	 * If it is older than what @id has written, @id was far from its end
	 * then, and so it is in this RCU section.
	 */
	if (!smp_load_acquire(&thread->late))
		return READ_ONCE(thread->key) == id ?
		       (struct task_struct *)id : NULL;
	task = pid_task(find_pid_ns(READ_ONCE(thread->pid), &init_pid_ns),
			PIDTYPE_PID);
	return (unsigned long)task == id ? task : NULL;
}

/*
 * The task whose record it is, NULL if it has exited. In any context, under
 * rcu_read_lock(), which keeps the task; who wants it for longer takes a reference.
 */
struct task_struct *eres_thread_task(const struct eres_thread *thread)
{
	unsigned long key = READ_ONCE(thread->key);

	return key && !(key & ERES_KEY_EXITED) ? eres_task_of(thread, key) :
						 NULL;
}

struct eres_task_search {
	unsigned long id;
	struct task_struct *task;
};

static bool eres_search_task(struct eres_thread *thread, void *data)
{
	struct eres_task_search *search = data;

	search->task = eres_task_of(thread, search->id);
	return !search->task;
}

/*
 * The task with a thread id, or NULL if it has no record, or has exited: from the id
 * alone it could not be told whether it still exists. In any context, under
 * rcu_read_lock(), which keeps the task.
 */
struct task_struct *eres_task_by_id(unsigned long id)
{
	struct eres_task_search search = { .id = id };

	eres_visit_records_of(id, eres_search_task, &search);
	return search.task;
}
EXPORT_SYMBOL_GPL(eres_task_by_id);

/*
 * The thread's name, now or at its exit, copied to @comm of TASK_COMM_LEN bytes. Any
 * record, in any context, under rcu_read_lock().
 */
const char *eres_thread_comm(const struct eres_thread *thread, char *comm)
{
	struct task_struct *task = eres_thread_task(thread);

	if (READ_ONCE(thread->key) & ERES_KEY_EXITED)
		strscpy(comm, thread->comm, TASK_COMM_LEN);
	else
		strscpy(comm, task ? task->comm : "?", TASK_COMM_LEN);
	return comm;
}

/*
 * The thread's process id in the initial namespace, now or at its exit. Any record, in any
 * context, under rcu_read_lock().
 */
pid_t eres_thread_pid(const struct eres_thread *thread)
{
	struct task_struct *task = eres_thread_task(thread);

	/* Changes once, if it executes a program. */
	return task ? data_race(task_pid_nr(task)) :
		      READ_ONCE(thread->pid);
}
