// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who waits for what, and who gets it: the protocol of all waits.
 *
 * One lock for all who wait. Every object's queue, and every waiter's status, is
 * protected by the dispatcher lock, a raw spinlock taken with interrupts off: drivers
 * set events in completions, which may be hard interrupts, and on PREEMPT_RT as well.
 * It is held for a look at no more than MAXIMUM_WAIT_OBJECTS objects, or, by who sets
 * an object, once for each of its waiters, as wake_up_all() holds its own. A lock for
 * each object would need an order among them to wait for several at once, and the
 * objects have no room for it.
 *
 * No lock where nobody waits. An object's type, its state and %ERES_LOCKED are one
 * word. While it is not locked anybody may change the state of an event, a semaphore or
 * a mutex, by one cmpxchg of the word that is a full barrier, and if that fails take
 * the lock after all. Who has the dispatcher lock locks the word first, of each object
 * that it looks at, and then is the only one to change word and queue. The word stays
 * locked while a block is in the object's queue: so who sets can not miss who waits.
 * Timers and threads are always locked.
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
 * does not get past the lock before. Nor does who sets look at an object once it has
 * changed, or unlocked, its word: a thread that sees, by a wait, that it is set, may
 * free it. To see that, if nothing is written for it, is an acquire, and pairs with that
 * change or with __eres_unlock_word().
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
 * by the number that its record has for it. That number is the mutex' only while it is
 * owned, or nobody's: it is written after it has been taken, and cleared before it is
 * free. The region that goes with it is the waiter's own business, once it runs
 * (wait.c).
 *
 * Checked by a model: kunit/model/waits.pml.
 */
#include <linux/limits.h>

#include "waiter.h"

DEFINE_RAW_SPINLOCK(eres_dispatcher_lock);

/* The waiter can have it. */
static bool __eres_is_ready(const struct eres_waitable *object,
			    const struct eres_waiter *waiter)
{
	const struct eres_mutex *mutex = (const struct eres_mutex *)object;

	if (eres_type_of(object) != ERES_MUTEX)
		return eres_state_of(object) > 0;
	return waiter->mutexes &&
	       (eres_state_of(object) > 0 || READ_ONCE(mutex->owner) == waiter->mutexes);
}

/* It was free, and is the waiter's. */
static void eres_mutex_gained(struct eres_mutex *mutex, struct eres_waiter *waiter)
{
	eres_mutex_set_owner(mutex, waiter->mutexes, (unsigned long)waiter->task);
	waiter->gained++;
	waiter->last = mutex;
}

static void __eres_take_mutex(struct eres_mutex *mutex, struct eres_waiter *waiter)
{
	s32 state = eres_state_of(&mutex->head);

	__eres_set_state(&mutex->head, state - 1);
	if (state > 0)
		eres_mutex_gained(mutex, waiter);
}

/**
 * eres_take_mutex_unlocked() - Take a mutex without the dispatcher lock.
 * @mutex: the mutex
 * @word: of it, which is not locked
 * @waiter: the caller's
 *
 * Return: false if it is another thread's, or the word another: nothing has been done.
 */
bool eres_take_mutex_unlocked(struct eres_mutex *mutex, union eres_word word,
			      struct eres_waiter *waiter)
{
	bool free = word.state > 0;

	if (!waiter->mutexes || (!free && READ_ONCE(mutex->owner) != waiter->mutexes) ||
	    !eres_change_unlocked(&mutex->head, word, word.state - 1))
		return false;
	if (free)
		eres_mutex_gained(mutex, waiter);
	return true;
}

/* It is ready. */
static void __eres_take(struct eres_waitable *object, struct eres_waiter *waiter)
{
	switch (eres_type_of(object)) {
	case ERES_SYNCHRONIZATION_EVENT:
	case ERES_SYNCHRONIZATION_TIMER:
		__eres_set_state(object, 0);
		break;
	case ERES_SEMAPHORE:
		__eres_set_state(object, eres_state_of(object) - 1);
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

/* @setting: the caller is not done with it. */
static void __eres_dequeue(struct eres_waiter *waiter, const struct eres_waitable *setting)
{
	unsigned int i;

	for (i = 0; i < waiter->count; i++) {
		struct eres_wait_block *block = &waiter->block[i];

		if (block->again)
			continue;
		list_del_init(&block->link);
		if (block->object != setting)
			__eres_unlock_word(block->object);
	}
}

/**
 * __eres_signalled() - An object may have become ready: give it to who waits.
 * @object: the object; the caller holds the dispatcher lock, and has locked the word
 *
 * What is taken on the way makes no other object ready, so this is all.
 */
void __eres_signalled(struct eres_waitable *object)
{
	struct eres_wait_block *block, *next;

	/* No other block of the same waiter is in this queue. */
	list_for_each_entry_safe(block, next, &object->waiters, link) {
		struct eres_waiter *waiter = block->waiter;

		if (eres_state_of(object) <= 0)
			return;
		if (!__eres_complete(waiter))
			continue;
		__eres_dequeue(waiter, object);
		wake_up_process(waiter->task);
	}
}

/*
 * The first object of a WaitAny, if it is set and not locked. Only that: of others it
 * could not be said that none before them was set at that moment. False: nothing has
 * been done.
 */
static bool eres_take_first_unlocked(struct eres_waiter *waiter)
{
	struct eres_waitable *object = waiter->block[0].object;
	union eres_word word = { .all = READ_ONCE(object->word.all) };

	if (waiter->all || word.first & ERES_LOCKED)
		return false;
	if (word.type == ERES_MUTEX ?
	    !eres_take_mutex_unlocked((struct eres_mutex *)object, word, waiter) :
	    !eres_take_unlocked(object, word))
		return false;
	waiter->status = STATUS_WAIT_0;
	return true;
}

static void __eres_lock_words(struct eres_waiter *waiter)
{
	unsigned int i;

	for (i = 0; i < waiter->count; i++)
		__eres_lock_word(waiter->block[i].object);
}

static void __eres_unlock_words(struct eres_waiter *waiter)
{
	unsigned int i;

	for (i = 0; i < waiter->count; i++)
		__eres_unlock_word(waiter->block[i].object);
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

	if (eres_take_first_unlocked(waiter))
		return true;
	waiter->status = ERES_WAITING;
	raw_spin_lock_irqsave(&eres_dispatcher_lock, flags);
	__eres_lock_words(waiter);
	over = __eres_complete(waiter);
	if (!over && queue)
		__eres_queue(waiter);
	/* Those that nobody waits for, nor did before. */
	__eres_unlock_words(waiter);
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
		__eres_dequeue(waiter, NULL);
	}
	raw_spin_unlock_irqrestore(&eres_dispatcher_lock, flags);
	return waiter->status;
}
