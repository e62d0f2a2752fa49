// SPDX-License-Identifier: GPL-2.0-only
/* Who owns a fast mutex or a guarded mutex. See owned.h for the protocol. */
#include <linux/atomic.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "classes.h"
#include "neighbour.h"
#include "owned.h"
#include "park.h"
#include "trace/trace.h"

#define ERES_W_INITIALIZED_AGAIN	0x1005

static const struct eres_misuse initialized_again =
	ERES_VIOLATION(ERES_W_INITIALIZED_AGAIN, "nann",
		       "mutex initialised again while it is owned",
		       "initialise once; release before the memory is freed, or becomes another's");
static const struct eres_misuse uninitialized =
	ERES_VIOLATION(ERES_W_UNINITIALIZED, "nann", "uninitialised mutex used",
		       "initialise it first; or was it overwritten?");
static const struct eres_misuse self_deadlock =
	ERES_VIOLATION(ERES_W_SELF_DEADLOCK, "nann", "owner of a mutex waits for itself",
		       "acquire once: such a mutex can not be acquired recursively");
static const struct eres_misuse not_acquired =
	ERES_VIOLATION(ERES_W_NOT_HELD, "nann", "mutex released that nobody owns",
		       "release once for each acquire");
static const struct eres_misuse others_mutex =
	ERES_VIOLATION(ERES_W_UNEXPECTED_THREAD, "naan", "mutex of another thread released",
		       "release in the thread that acquired");

/*
 * It says that somebody owns it: so does what is left of a mutex in memory that was freed,
 * where lists of free memory may have written over the owner. But who sleeps for it is
 * there, and would never be woken: then it stays as it is.
 *
 * Return: true if somebody owns it, or sleeps for it.
 */
static noinline bool eres_owned_init_again(PFAST_MUTEX mutex, const FAST_MUTEX *fresh)
{
	struct eres_lot *lot = eres_lot_of(mutex);
	unsigned long flags;
	bool parked, owned;

	rcu_read_lock();
	owned = eres_task_by_id((unsigned long)eres_owned_by(mutex));
	rcu_read_unlock();
	raw_spin_lock_irqsave(&lot->lock, flags);
	parked = eres_first_parked(lot, mutex, NULL);
	if (!parked)
		*mutex = *fresh;
	raw_spin_unlock_irqrestore(&lot->lock, flags);
	return owned || parked;
}

void eres_owned_init(PFAST_MUTEX mutex, const struct eres_owned_kind *kind,
		     struct eres_site *site, struct eres_call call)
{
	FAST_MUTEX fresh = {
		.Magic = eres_owned_magic(mutex, kind),
		.Class = site ? eres_class_of(site, LD_WAIT_SLEEP) : 0,
	};

	if (!eres_check_object(kind->name, mutex, call))
		return;
	if (likely(!eres_owned_is(mutex, kind) || !READ_ONCE(mutex->Owner))) {
		*mutex = fresh;
		return;
	}
	if (eres_owned_init_again(mutex, &fresh))
		eres_complain(&initialized_again, ERES_OBJECT(kind->name, mutex), call,
			      (unsigned long)mutex, 0, 0);
}

/* It is none of that kind. */
void eres_owned_renew(PFAST_MUTEX mutex, const struct eres_owned_kind *kind,
		      struct eres_call call)
{
	eres_complain(&uninitialized, ERES_OBJECT(kind->name, mutex), call,
		      (unsigned long)mutex, 0, 0);
	eres_owned_init(mutex, kind, NULL, call);
}

static inline bool eres_owned_take(PFAST_MUTEX mutex)
{
	unsigned long self = (unsigned long)current;

	return likely(!cmpxchg_acquire(&mutex->Owner, 0, self)) ||
	       cmpxchg_acquire(&mutex->Owner, ERES_OWNED_AWAITED, self | ERES_OWNED_AWAITED) ==
	       ERES_OWNED_AWAITED;
}

/* Not in an interrupt: it would be the interrupted thread that owns. */
bool eres_owned_try(PFAST_MUTEX mutex, struct eres_call call)
{
	if (unlikely(!in_task()) || !eres_owned_take(mutex))
		return false;
	eres_class_acquire(mutex->Class, ERES_CLASS_WRITE, true, call.caller);
	return true;
}

/* Wait awake for an owner that runs. Return: whether the caller owns it. */
static bool eres_owned_wait_awake(PFAST_MUTEX mutex)
{
	struct task_struct *task = NULL;
	ULONG_PTR owner, known = 0;
	struct eres_awake awake;
	bool owned;

	if (!eres_awake_begin(&awake))
		return false;
	/* Keeps the task that is looked at; what has exited has no record. */
	rcu_read_lock();
	do {
		owned = eres_owned_take(mutex);
		owner = READ_ONCE(mutex->Owner);
		if (owner != known && owner)
			task = eres_task_by_id(owner);
		known = owner;
	} while (!owned && !(owner & ERES_OWNED_AWAITED) && eres_stays_awake(&awake, task));
	rcu_read_unlock();
	if (awake.looks)
		trace_eres_spun(mutex, awake.looks, owned);
	return owned;
}

static unsigned long eres_owned_owner(const void *mutex)
{
	return (unsigned long)eres_owned_by((PFAST_MUTEX)mutex);
}

/* Say in the mutex that somebody waits. False: the caller owns it. */
static bool __eres_owned_await(PFAST_MUTEX mutex)
{
	ULONG_PTR owner;

	do {
		if (eres_owned_take(mutex))
			return false;
		owner = READ_ONCE(mutex->Owner);
	} while (!(owner & ~ERES_OWNED_AWAITED) ||
		 cmpxchg(&mutex->Owner, owner, owner | ERES_OWNED_AWAITED) != owner);
	return true;
}

static noinline void eres_owned_wait(PFAST_MUTEX mutex, const struct eres_owned_kind *kind,
				     struct eres_call call)
{
	struct eres_parked parked = { .object = mutex };
	struct eres_lot *lot = eres_lot_of(mutex);
	struct eres_thread *thread;
	unsigned long flags;

	if (eres_owned_by(mutex) == current)
		eres_complain(&self_deadlock, ERES_OBJECT(kind->name, mutex), call,
			      (unsigned long)mutex, 0, 0);
	if (eres_owned_wait_awake(mutex))
		return;
	thread = eres_object_wait_begin(&(struct eres_object_wait){
		.object = mutex, .kind = kind->name, .count = 1, .owner = eres_owned_owner,
		.module = THIS_MODULE, .call = call,
	});
	do {
		raw_spin_lock_irqsave(&lot->lock, flags);
		if (!__eres_owned_await(mutex)) {
			raw_spin_unlock_irqrestore(&lot->lock, flags);
			break;
		}
		if (!parked.again)
			mutex->Contention++;
		eres_park(lot, &parked, flags);
		parked.again = true;
	} while (!parked.granted && !eres_owned_take(mutex));
	eres_object_wait_end(thread);
}

/*
 * @may_wait: the caller is not above APC_LEVEL. Return: false if it would have had to
 * wait, and can not.
 */
bool eres_owned_acquire(PFAST_MUTEX mutex, bool may_wait, const struct eres_owned_kind *kind,
			struct eres_call call)
{
	if (unlikely(!may_wait))
		return eres_owned_try(mutex, call);
	might_sleep();
	eres_class_acquire(mutex->Class, ERES_CLASS_WRITE, false, call.caller);
	if (!likely(eres_owned_take(mutex)))
		eres_owned_wait(mutex, kind, call);
	return true;
}

/* The caller does not own it. Return: false. */
bool eres_owned_refuse(PFAST_MUTEX mutex, const struct eres_owned_kind *kind,
		       struct eres_call call)
{
	struct task_struct *owner = eres_owned_by(mutex);

	eres_complain(owner ? &others_mutex : &not_acquired, ERES_OBJECT(kind->name, mutex),
		      call, (unsigned long)mutex, (unsigned long)owner, 0);
	return false;
}

static noinline void eres_owned_unpark(PFAST_MUTEX mutex)
{
	struct eres_lot *lot = eres_lot_of(mutex);
	struct eres_parked *next;
	unsigned long flags, owner = 0;

	raw_spin_lock_irqsave(&lot->lock, flags);
	next = eres_first_parked(lot, mutex, NULL);
	if (next && next->again) {
		next->granted = true;
		owner = (unsigned long)next->task;
	}
	if (next && eres_first_parked(lot, mutex, next))
		owner |= ERES_OWNED_AWAITED;
	/* The last access. The next owner comes by this, or by the lot's lock. */
	smp_store_release(&mutex->Owner, owner);
	if (next)
		eres_unpark(next);
	raw_spin_unlock_irqrestore(&lot->lock, flags);
}

/* After eres_owned_may_release(). */
void eres_owned_release(PFAST_MUTEX mutex)
{
	if (likely(eres_owned_give_up(mutex)))
		return;
	eres_class_release(mutex->Class);
	eres_owned_unpark(mutex);
}
