// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads as objects. To drivers a thread is the address of its task. What can be
 * waited for is a thread object, found by that address in a table; there is one as
 * long as anybody refers to the thread, and it refers to the task, so that the address
 * is no other thread's meanwhile.
 *
 * One raw lock for the table and the numbers of references: they change at
 * DISPATCH_LEVEL, and when a thread exits. It is held for one bucket; when a driver is
 * unloaded, for all of them. The dispatcher lock is not taken in it, nor anything else.
 *
 *	who refers			from			until
 *	a driver's thread itself	its creation		it has ended
 *	a handle			the same		ZwClose()
 *	a pointer			Ob...Reference...	ObDereferenceObject()
 *	a wait				it begins		it ends
 *
 * The last one takes the object out of the table, and frees it by RCU: on PREEMPT_RT
 * nothing can be freed at once where a thread exits.
 *
 * A thread has ended when the kernel says that it exits, in the thread itself. A
 * driver's thread runs nothing of the driver from then on, since its routine has
 * returned. Of any other thread it means that it will not return to user mode.
 *
 * Either who exits finds the object, or who makes the object finds that the thread
 * exits: barrier A after PF_EXITING, before the look at the table, and barrier B after
 * the object is in the table, before the look at PF_EXITING. If both do, it is set
 * twice, which is the same.
 */
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

#include "neighbour.h"
#include "thread_object.h"
#include "waiter.h"

struct hlist_head eres_thread_table[1 << ERES_THREAD_TABLE_BITS];
static DEFINE_RAW_SPINLOCK(eres_table_lock);

/* Never set: a thread that asks has not ended. */
struct eres_waitable eres_thread_itself = {
	.word = { .first = (__force u32)cpu_to_le32(ERES_THREAD) | ERES_LOCKED },
	.waiters = LIST_HEAD_INIT(eres_thread_itself.waiters),
};

static struct eres_thread_object *__eres_lookup(const void *address)
{
	struct eres_thread_object *object;

	hlist_for_each_entry(object, eres_thread_bucket(address), link)
		if (object->task == address)
			return object;
	return NULL;
}

struct eres_thread_object *__eres_thread_object_get(const void *address)
{
	struct eres_thread_object *object;
	unsigned long flags;

	raw_spin_lock_irqsave(&eres_table_lock, flags);
	object = __eres_lookup(address);
	if (object)
		object->references++;
	raw_spin_unlock_irqrestore(&eres_table_lock, flags);
	return object;
}

/* Return: true if that was the last one: the caller frees it. */
static bool __eres_put(struct eres_thread_object *object)
{
	if (--object->references)
		return false;
	hlist_del(&object->link);
	return true;
}

static void eres_free_object(struct eres_thread_object *object)
{
	put_task_struct(object->task);
	kfree_rcu(object, rcu);
}

/**
 * eres_thread_object_put() - Give up a reference.
 * @object: the object, which may be gone after that
 *
 * Context: Any but NMI, without the dispatcher lock.
 */
void eres_thread_object_put(struct eres_thread_object *object)
{
	unsigned long flags;
	bool free;

	raw_spin_lock_irqsave(&eres_table_lock, flags);
	free = __eres_put(object);
	raw_spin_unlock_irqrestore(&eres_table_lock, flags);
	if (free)
		eres_free_object(object);
}

/* The caller has a reference. */
static void eres_thread_ended(struct eres_thread_object *object)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&eres_dispatcher_lock, flags);
	__eres_set_state(&object->head, 1);
	__eres_signalled(&object->head);
	raw_spin_unlock_irqrestore(&eres_dispatcher_lock, flags);
}

/* Task context, in the thread that exits, with preemption off. */
static void eres_probe_end(ERES_PROBE_EXIT_ARGS)
{
	struct eres_thread_object *object;

	/* A matches B in eres_thread_find_or_make() */
	smp_mb();
	object = eres_thread_object_get(task);
	if (likely(!object))
		return;
	eres_thread_ended(object);
	/* Its own. */
	if (object->system)
		eres_thread_object_put(object);
	eres_thread_object_put(object);
}

/* Not in the table yet. The caller's reference to @task becomes the object's. */
static void eres_object_fill(struct eres_thread_object *object, struct task_struct *task,
			     unsigned long references)
{
	object->head.word.type = ERES_THREAD;
	object->head.word.first |= ERES_LOCKED;
	INIT_LIST_HEAD(&object->head.waiters);
	object->task = task;
	object->references = references;
}

/**
 * eres_thread_object_init() - Make an object of a thread, and put it into the table.
 * @object: zeroed but for what is constant
 * @task: the thread, which nobody else can have made one for meanwhile
 * @references: how many the caller has
 */
void eres_thread_object_init(struct eres_thread_object *object, struct task_struct *task,
			     unsigned long references)
{
	unsigned long flags;

	eres_object_fill(object, get_task_struct(task), references);
	raw_spin_lock_irqsave(&eres_table_lock, flags);
	hlist_add_head(&object->link, eres_thread_bucket(task));
	raw_spin_unlock_irqrestore(&eres_table_lock, flags);
}

/*
 * The living thread at an address that may be anything, under RCU: what its number
 * would be leads to it, or it is none.
 */
static struct task_struct *eres_find_task(const void *address)
{
	const struct task_struct *task = address;
	struct task_struct *found;
	u32 pid;

	if (address == current)
		return current;
	if (!IS_ALIGNED((unsigned long)task, sizeof(void *)) ||
	    !eres_is_kernel_address((unsigned long)task) ||
	    !eres_get_nofault(&pid, (const u32 *)&task->pid))
		return NULL;
	found = pid_task(find_pid_ns(pid, &init_pid_ns), PIDTYPE_PID);
	return found == task ? found : NULL;
}

static struct task_struct *eres_get_task(const void *address)
{
	struct task_struct *task;

	rcu_read_lock();
	task = eres_find_task(address);
	if (task)
		get_task_struct(task);
	rcu_read_unlock();
	return task;
}

/* Waits for memory where it may sleep; only else there may be none. */
static struct eres_thread_object *eres_alloc_object(void)
{
	struct eres_thread_object *object;

	object = kzalloc(sizeof(*object), GFP_ATOMIC | __GFP_NOWARN);
	if (!object && KeGetCurrentIrql() < DISPATCH_LEVEL)
		object = kzalloc(sizeof(*object), GFP_NOIO | __GFP_NOFAIL);
	if (unlikely(!object))
		pr_err_ratelimited("wdmsync: a thread can not be referred to: no memory\n");
	return object;
}

/* Of a living thread; @object becomes it, unless there is one. */
static struct eres_thread_object *eres_use_object(struct eres_thread_object *object,
						  struct task_struct *task)
{
	struct eres_thread_object *other;
	unsigned long flags;

	raw_spin_lock_irqsave(&eres_table_lock, flags);
	other = __eres_lookup(task);
	if (other)
		other->references++;
	else
		hlist_add_head(&object->link, eres_thread_bucket(task));
	raw_spin_unlock_irqrestore(&eres_table_lock, flags);
	return other;
}

/* The object of a thread; %NULL if there is no such thread. With a reference. */
struct eres_thread_object *eres_thread_find_or_make(void *address)
{
	struct eres_thread_object *object = eres_thread_object_get(address), *other;
	struct task_struct *task;

	if (object)
		return object;
	task = eres_get_task(address);
	object = task ? eres_alloc_object() : NULL;
	if (!object)
		goto out_put;
	eres_object_fill(object, task, 1);
	other = eres_use_object(object, task);
	if (other) {
		kfree(object);
		object = other;
		goto out_put;
	}
	/* B matches A in eres_probe_end() */
	smp_mb();
	if (unlikely(READ_ONCE(task->flags) & PF_EXITING))
		eres_thread_ended(object);
	return object;

out_put:
	if (task)
		put_task_struct(task);
	return object;
}

/* A reference becomes a pointer that a driver has. */
void eres_thread_point_at(struct eres_thread_object *object)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&eres_table_lock, flags);
	object->pointers++;
	raw_spin_unlock_irqrestore(&eres_table_lock, flags);
}

/**
 * eres_thread_point() - A driver refers to a thread.
 * @address: anything
 *
 * Context: Any but NMI and, on PREEMPT_RT, hard interrupts.
 * Return: how many references there are; 0: that is no thread, or there is no memory.
 */
long eres_thread_point(void *address)
{
	struct eres_thread_object *object = eres_thread_find_or_make(address);

	if (unlikely(!object))
		return 0;
	eres_thread_point_at(object);
	return READ_ONCE(object->references);
}

/**
 * eres_thread_unpoint() - A driver does not refer to a thread any more.
 * @address: anything
 * @left: how many references there are now
 *
 * Context: Any but NMI.
 * Return: true if there was one of a driver; else nothing has been done.
 */
bool eres_thread_unpoint(void *address, long *left)
{
	struct eres_thread_object *object;
	bool free = false, had = false;
	unsigned long flags;

	*left = 0;
	raw_spin_lock_irqsave(&eres_table_lock, flags);
	object = __eres_lookup(address);
	if (object && object->pointers) {
		had = true;
		object->pointers--;
		*left = object->references - 1;
		free = __eres_put(object);
	}
	raw_spin_unlock_irqrestore(&eres_table_lock, flags);
	if (free)
		eres_free_object(object);
	return had;
}

static void eres_tell_facts(const struct task_struct *task, struct eres_thread_facts *facts)
{
	facts->pid = task->pid;
	facts->tgid = task->tgid;
	facts->leader = READ_ONCE(task->group_leader);
	facts->system = task->flags & PF_KTHREAD;
	facts->ends = READ_ONCE(task->flags) & PF_EXITING ||
		      __fatal_signal_pending((struct task_struct *)task);
}

/**
 * eres_thread_facts() - What can be told of a thread.
 * @address: anything
 * @facts: that
 *
 * Context: Any but NMI.
 * Return: true if there is such a thread; there is one that has ended if it is referred to.
 */
bool eres_thread_facts(const void *address, struct eres_thread_facts *facts)
{
	struct eres_thread_object *object = eres_thread_object_get(address);
	struct task_struct *task;

	if (object) {
		eres_tell_facts(object->task, facts);
		eres_thread_object_put(object);
		return true;
	}
	rcu_read_lock();
	task = eres_find_task(address);
	if (task)
		eres_tell_facts(task, facts);
	rcu_read_unlock();
	return task;
}

static bool __eres_runs_in(const struct eres_thread_object *object,
			   const struct module *module)
{
	return object->system && eres_state_of(&object->head) <= 0 &&
	       (!module || within_module((unsigned long)object->start, module));
}

static struct eres_thread_object *__eres_find_in(const struct module *module)
{
	struct eres_thread_object *object;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(eres_thread_table); i++)
		hlist_for_each_entry(object, &eres_thread_table[i], link)
			if (__eres_runs_in(object, module))
				return object;
	return NULL;
}

/**
 * eres_thread_of_module() - A driver's thread that has not ended, and runs in a module.
 * @module: the module, or %NULL for any
 *
 * Context: Any but NMI.
 * Return: the thread, with a reference to its object; %NULL: at one instant there was none.
 */
struct task_struct *eres_thread_of_module(const struct module *module)
{
	struct eres_thread_object *object;
	struct task_struct *task = NULL;
	unsigned long flags;

	raw_spin_lock_irqsave(&eres_table_lock, flags);
	object = __eres_find_in(module);
	if (object) {
		object->references++;
		task = object->task;
	}
	raw_spin_unlock_irqrestore(&eres_table_lock, flags);
	return task;
}

int __init eres_thread_objects_init(void)
{
	return eres_exit_notice(eres_probe_end);
}

/* What drivers have left behind when they went. All of their threads have ended. */
void eres_thread_objects_exit(void)
{
	struct eres_thread_object *object;
	struct hlist_node *next;
	size_t i;

	eres_exit_unnotice(eres_probe_end);
	for (i = 0; i < ARRAY_SIZE(eres_thread_table); i++) {
		hlist_for_each_entry_safe(object, next, &eres_thread_table[i], link) {
			hlist_del(&object->link);
			eres_free_object(object);
		}
	}
}
