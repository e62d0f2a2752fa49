// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who waits for what, and who gets it: the protocol of all waits.
 *
 * One lock. Every object's state and queue, and every waiter's status, is protected
 * by the dispatcher lock, a raw spinlock taken with interrupts off: drivers set
 * events in completions, which may be hard interrupts, and on PREEMPT_RT as well. It
 * is held for a look at no more than MAXIMUM_WAIT_OBJECTS objects, or, by who sets an
 * object, once for each of its waiters, as wake_up_all() holds its own. A lock for
 * each object would need an order among them to wait for several at once, and the
 * objects have no room for it.
 *
 * Who waits lies in queues. A waiter has a block for each object that it waits for,
 * on its stack or in the caller's array, and the block is in the object's queue, first
 * come first. Blocks are put there and taken out under the lock only, all of a waiter
 * together: either none of its blocks is queued, and its status says how the wait has
 * ended, or all are, and the status is %ERES_WAITING.
 *
 * Who sets gives. A waiter takes for itself only before it queues, if there is
 * something to be had at once. From then on whoever sets an object looks through its
 * queue, takes on behalf of each waiter whose wait that completes, in order, writes its
 * status and takes its blocks out, before the lock is let go. So nobody gets past those
 * who queue, all objects of a WaitAll are taken at one instant or none is, and between
 * the calls of the lock no waiter is queued whose wait could be over.
 *
 * A wait ends in one way. A waiter that wakes up, for a signal, for its timeout or for
 * what it has been given, takes the lock once more. If its status is written, that is
 * how it ends, whatever it woke up for; if not, it takes its blocks out and writes the
 * status itself.
 *
 * Lifetime. That last look is also what makes it safe to free everything at once: an
 * object on the waiter's stack, the wait blocks, the task. Whoever set the object has
 * its last look at any of them under the lock, the wake-up included, and the waiter
 * does not get past the lock before. Who sets and is not waited for has its last look
 * at the object under the lock, too: a thread that sees, by a wait, that it is set,
 * may free it.
 *
 * Sleeping. The waiter sets its task state before it looks at its status without the
 * lock; who gives writes the status before it wakes the task up: set_current_state()
 * and wake_up_process() are the barriers, and either the waiter sees the status, or
 * it is woken. A raw lock may be held over wake_up_process(), on PREEMPT_RT too.
 *
 * DISPATCH_LEVEL and interrupts set objects as anybody does, and take with a timeout
 * of zero: nobody of them queues. Nothing is reported, allocated or freed with the
 * lock held. The lock is a leaf but for what wake_up_process() takes.
 *
 * A mutex is free for its owner, too, and to be given one makes the owner the waiter,
 * by the number that its record has for it. The region that goes with it is the
 * waiter's own business, once it runs (wait.c).
 */
#include <linux/limits.h>

#include "waiter.h"

DEFINE_RAW_SPINLOCK(eres_dispatcher_lock);

/* The waiter can have it. */
static bool __eres_is_ready(const struct eres_waitable *object,
			    const struct eres_waiter *waiter)
{
	const struct eres_mutex *mutex = (const struct eres_mutex *)object;

	if (object->type != ERES_MUTEX)
		return object->state > 0;
	return waiter->mutexes &&
	       (object->state > 0 || mutex->owner == waiter->mutexes);
}

static void __eres_take_mutex(struct eres_mutex *mutex, struct eres_waiter *waiter)
{
	if (mutex->head.state > 0) {
		WRITE_ONCE(mutex->owner, waiter->mutexes);
		mutex->thread = (unsigned long)waiter->task;
		waiter->gained++;
		waiter->last = mutex;
	}
	__eres_set_state(&mutex->head, mutex->head.state - 1);
}

/* It is ready. */
static void __eres_take(struct eres_waitable *object, struct eres_waiter *waiter)
{
	switch (object->type) {
	case ERES_SYNCHRONIZATION_EVENT:
	case ERES_SYNCHRONIZATION_TIMER:
		__eres_set_state(object, 0);
		break;
	case ERES_SEMAPHORE:
		__eres_set_state(object, object->state - 1);
		break;
	case ERES_MUTEX:
		__eres_take_mutex((struct eres_mutex *)object, waiter);
		break;
	}
}

static bool __eres_take_all(struct eres_waiter *waiter)
{
	unsigned int i;

	for (i = 0; i < waiter->count; i++)
		if (!__eres_is_ready(waiter->block[i].object, waiter))
			return false;
	for (i = 0; i < waiter->count; i++)
		if (!waiter->block[i].again)
			__eres_take(waiter->block[i].object, waiter);
	WRITE_ONCE(waiter->status, STATUS_SUCCESS);
	return true;
}

/* The lowest that is ready, and no other. */
static bool __eres_take_any(struct eres_waiter *waiter)
{
	unsigned int i;

	for (i = 0; i < waiter->count; i++) {
		if (__eres_is_ready(waiter->block[i].object, waiter)) {
			__eres_take(waiter->block[i].object, waiter);
			WRITE_ONCE(waiter->status, STATUS_WAIT_0 + i);
			return true;
		}
	}
	return false;
}

static bool __eres_complete(struct eres_waiter *waiter)
{
	return waiter->all ? __eres_take_all(waiter) : __eres_take_any(waiter);
}

/*
 * Nobody else queues meanwhile: of an object that the waiter has named already, the
 * last one in the queue is its own.
 */
static void __eres_queue(struct eres_waiter *waiter)
{
	unsigned int i;

	for (i = 0; i < waiter->count; i++) {
		struct eres_wait_block *block = &waiter->block[i];
		struct list_head *queue = &block->object->waiters;

		block->again = !list_empty(queue) &&
			       list_last_entry(queue, struct eres_wait_block,
					       link)->waiter == waiter;
		if (!block->again)
			list_add_tail(&block->link, queue);
	}
}

static void __eres_dequeue(struct eres_waiter *waiter)
{
	unsigned int i;

	for (i = 0; i < waiter->count; i++)
		if (!waiter->block[i].again)
			list_del_init(&waiter->block[i].link);
}

/**
 * __eres_signalled() - An object may have become ready: give it to who waits.
 * @object: the object; the caller holds the dispatcher lock
 *
 * What is taken on the way makes no other object ready, so this is all.
 */
void __eres_signalled(struct eres_waitable *object)
{
	struct eres_wait_block *block, *next;

	/* No other block of the same waiter is in this queue. */
	list_for_each_entry_safe(block, next, &object->waiters, link) {
		struct eres_waiter *waiter = block->waiter;

		if (object->state <= 0)
			return;
		if (!__eres_complete(waiter))
			continue;
		__eres_dequeue(waiter);
		wake_up_process(waiter->task);
	}
}

/**
 * eres_waiter_begin() - Take what is waited for, or queue for it.
 * @waiter: complete but for its status
 * @queue: or do not
 *
 * Context: Any but NMI; with @queue the waiter's thread.
 * Return: true if the wait is over; else it has to be ended, by eres_waiter_end().
 */
bool eres_waiter_begin(struct eres_waiter *waiter, bool queue)
{
	unsigned long flags;
	bool over;

	waiter->status = ERES_WAITING;
	raw_spin_lock_irqsave(&eres_dispatcher_lock, flags);
	over = __eres_complete(waiter);
	if (!over && queue)
		__eres_queue(waiter);
	raw_spin_unlock_irqrestore(&eres_dispatcher_lock, flags);
	return over;
}

/**
 * eres_waiter_end() - End a wait for which the waiter is queued.
 * @waiter: the caller's
 * @otherwise: how it ends if it is not over
 *
 * Nobody touches the waiter, its blocks, or the objects on its behalf, after that.
 *
 * Return: how it has ended.
 */
NTSTATUS eres_waiter_end(struct eres_waiter *waiter, NTSTATUS otherwise)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&eres_dispatcher_lock, flags);
	if (waiter->status == ERES_WAITING) {
		waiter->status = otherwise;
		__eres_dequeue(waiter);
	}
	raw_spin_unlock_irqrestore(&eres_dispatcher_lock, flags);
	return waiter->status;
}
