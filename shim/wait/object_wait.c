// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who sleeps for an object of the second module: the thread's own note of it, in its
 * record, and what tracers are told. See struct eres_object_wait for who may read it.
 */
#include <linux/export.h>
#include <linux/ktime.h>
#include <linux/string.h>

#include "trace/caller.h"
#include "trace/trace.h"
#include "wait/object_wait.h"
#include "wait/wait.h"

/*
 * The caller is going to sleep for an object. @wait is what is to be noted, but for the
 * time. In task context, may sleep. Return: for eres_object_wait_end(); NULL: nothing was
 * noted.
 */
struct eres_thread *eres_object_wait_begin(const struct eres_object_wait *wait)
{
	struct eres_thread *thread = eres_thread_get();
	struct eres_object_wait *note;

	if (unlikely(!thread))
		return NULL;
	note = &thread->object_wait;
	note->kind = wait->kind;
	note->count = wait->count;
	note->all = wait->all;
	note->owner = wait->owner;
	note->call.routine = wait->call.routine;
	note->call.caller = eres_caller_beyond(wait->call.caller, wait->module);
	note->since = ktime_get_ns();
	trace_eres_object_wait(wait->object, note->kind, 0, note->call.caller);
	/* Pairs with the acquire in eres_copy_object_wait(). */
	smp_store_release(&note->object, wait->object);
	if (wait->owner) {
		eres_wait_warn_arm();
		eres_contention_begin((void *)wait->object, ERES_CONTENTION_MUTEX);
	}
	return thread;
}
EXPORT_SYMBOL_GPL(eres_object_wait_begin);

/*
 * The caller has slept enough. Once the lock has been had, nobody looks at the object by
 * way of this wait any more: it can be freed.
 */
void eres_object_wait_end(struct eres_thread *thread)
{
	struct eres_object_wait *note;
	const void *object;
	unsigned long flags;

	if (unlikely(!thread))
		return;
	note = &thread->object_wait;
	object = note->object;
	raw_spin_lock_irqsave(&thread->lock, flags);
	WRITE_ONCE(note->object, NULL);
	raw_spin_unlock_irqrestore(&thread->lock, flags);
	if (note->owner)
		eres_contention_end((void *)object);
	trace_eres_object_waited(object, note->kind, ktime_get_ns() - note->since,
				 note->call.caller);
}
EXPORT_SYMBOL_GPL(eres_object_wait_end);

/* With the record's lock, while the thread sleeps for it. */
static void __eres_copy(const struct eres_object_wait *note, struct eres_object_waiting *copy)
{
	copy->count = note->count;
	copy->all = note->all;
	copy->may_be_owned = note->owner;
	copy->owner = note->owner ? note->owner(note->object) : 0;
	copy->since = note->since;
	copy->caller = note->call.caller;
	strscpy(copy->kind, note->kind, sizeof(copy->kind));
	strscpy(copy->routine, note->call.routine, sizeof(copy->routine));
}

/*
 * Look at what another thread sleeps for. Any context but NMI, under rcu_read_lock().
 * Return: whether it sleeps for an object.
 */
bool eres_copy_object_wait(struct eres_thread *thread, struct eres_object_waiting *copy)
{
	const struct eres_object_wait *note = &thread->object_wait;
	unsigned long flags;

	/* Most do not. */
	if (!READ_ONCE(note->object))
		return false;
	raw_spin_lock_irqsave(&thread->lock, flags);
	/* Pairs with the release in eres_object_wait_begin(). */
	copy->object = smp_load_acquire(&note->object);
	if (copy->object)
		__eres_copy(note, copy);
	raw_spin_unlock_irqrestore(&thread->lock, flags);
	return copy->object;
}
