// SPDX-License-Identifier: GPL-2.0-only
/*
 * Getting in: who owns a resource at once, and who waits for it how.
 *
 * The protocol is in owner_word.h. Nothing here knows about levels; a thread or
 * owner pointer is one owner however often it has acquired.
 */
#include <linux/preempt.h>
#include <linux/processor.h>

#include "lock/state.h"

/*
 * Take the lock when nobody counts visible readers. Who does runs, not preemptible,
 * on another CPU. Task context only: an interrupt could have interrupted that very
 * one. With no other lock held. Return: what raw_spin_unlock_irqrestore() restores.
 */
unsigned long eres_lock_not_revoking(PERESOURCE r) __acquires(&r->lock)
{
	unsigned long flags;

	for (;;) {
		raw_spin_lock_irqsave(&r->lock, flags);
		if (likely(READ_ONCE(r->owner) != ERES_REVOKING))
			return flags;
		raw_spin_unlock_irqrestore(&r->lock, flags);
		cpu_relax();
	}
}

/* The same, all owners are counted, and what nobody owns is 0. */
unsigned long eres_lock_unbiased(PERESOURCE r) __acquires(&r->lock)
{
	unsigned long flags = eres_lock_not_revoking(r);

	eres_stop_draining(r);
	if (unlikely(READ_ONCE(r->owner) == ERES_BIASED))
		flags = __eres_revoke(r, flags);
	return flags;
}

static bool __eres_read_hold(ERESOURCE *r)
{
	if (!down_read_trylock(&r->sem))
		return false;
	eres_sem_forget(&r->sem);
	eres_sem_disown(&r->sem);
	return true;
}

/*
 * See to it that whoever owns leaves under the lock.
 *
 * Return: the owner word, which only changes under the lock from here on; unless
 *         it is 0, which the fast path can still take.
 */
unsigned long __eres_inflate(ERESOURCE *r)
{
	unsigned long inflated, owner = READ_ONCE(r->owner);

	lockdep_assert_held(&r->lock);

	do {
		if (eres_owner_is_thin_group(owner)) {
			r->group = eres_owner_thin_count(owner);
			inflated = r->group ? ERES_TAG_SHARED | ERES_INFLATED : ERES_FREE;
		} else if (eres_owner_is_thin_task(owner)) {
			inflated = owner | ERES_INFLATED;
		} else {
			return owner;
		}
		/* A thin release is a cmpxchg, too: one of the two fails. */
	} while (!try_cmpxchg(&r->owner, &owner, inflated));
	/* Nobody else is there: writers register under the lock. */
	WARN_ON_ONCE(inflated && !__eres_read_hold(r));
	return inflated;
}

/* One more owner shares, if the state allows it at once. */
static bool __eres_join(ERESOURCE *r, enum eres_request request)
{
	unsigned long owner;

	if (r->exclusive_waiters && request != ERES_STARVE_EXCLUSIVE)
		return false;
	if (eres_thin_share(r))
		return true;
	owner = READ_ONCE(r->owner);
	if (owner == ERES_BIASED || eres_owner_is_inflated_group(owner)) {
		r->group++;
		return true;
	}
	if (owner == ERES_HANDOFF &&
	    (__eres_is_deferred(r) || __eres_read_hold(r))) {
		WRITE_ONCE(r->owner, ERES_TAG_SHARED | ERES_INFLATED);
		r->group = 1;
		return true;
	}
	return false;
}

/*
 * Own exclusively if nobody owns or waits to: registered writers go first, while there
 * are any the word is not 0. Return: whether @id now owns @r.
 */
bool eres_take_exclusive(ERESOURCE *r, unsigned long id)
{
	unsigned long flags;
	bool taken;

	flags = eres_lock_unbiased(r);
	taken = eres_thin_own(r, id);
	raw_spin_unlock_irqrestore(&r->lock, flags);
	return taken;
}

/* Own at once, or be registered. */
static bool __eres_own_or_register(ERESOURCE *r, unsigned long id)
{
	while (__eres_inflate(r) == ERES_FREE)
		if (eres_thin_own(r, id))
			return true;

	WRITE_ONCE(r->exclusive_waiters, r->exclusive_waiters + 1);
	r->contention++;
	return false;
}

/*
 * Own exclusively, sooner or later. @id is the caller's.
 *
 * Sleeps in down_write(): first come, first served, to the extent that rwsem does.
 * Registration comes first, so that from here on shared requests park.
 */
void eres_wait_exclusive(ERESOURCE *r, unsigned long id)
{
	unsigned long flags;
	bool owned;

	flags = eres_lock_unbiased(r);
	owned = __eres_own_or_register(r, id);
	raw_spin_unlock_irqrestore(&r->lock, flags);
	if (owned)
		return;

	down_write(&r->sem);

	/* The releaser that let us in has unlocked: it does not touch @r any more. */
	raw_spin_lock_irqsave(&r->lock, flags);
	WARN_ON_ONCE(r->owner != ERES_HANDOFF);
	WRITE_ONCE(r->exclusive_waiters, r->exclusive_waiters - 1);
	WRITE_ONCE(r->owner, id | ERES_INFLATED);
	raw_spin_unlock_irqrestore(&r->lock, flags);

	/* We own, so nobody else touches the rwsem but to queue for writing. */
	downgrade_write(&r->sem);
	eres_sem_forget(&r->sem);
}

/*
 * Become one of the shared owners if that can be at once. @request says whether to
 * overtake threads that wait for exclusive access.
 * Return: whether the caller is one owner more, of those that are counted.
 */
bool eres_take_shared(ERESOURCE *r, enum eres_request request)
{
	unsigned long flags;
	bool taken;

	flags = eres_lock_not_revoking(r);
	taken = __eres_join(r, request);
	raw_spin_unlock_irqrestore(&r->lock, flags);
	return taken;
}

/*
 * Parking is for those whom an exclusive owner, present or registered, will find.
 * False if there is none.
 */
static bool __eres_park(ERESOURCE *r, struct eres_waiter *waiter)
{
	if (!r->exclusive_waiters &&
	    !(eres_owner_is_exclusive(READ_ONCE(r->owner)) &&
	      eres_owner_is_exclusive(__eres_inflate(r))))
		return false;
	init_completion(&waiter->granted);
	waiter->next = r->parked;
	r->parked = waiter;
	WRITE_ONCE(r->shared_waiters, r->shared_waiters + 1);
	r->contention++;
	return true;
}

/* Become one of the shared owners, sooner or later; @request as above. */
void eres_wait_shared(ERESOURCE *r, enum eres_request request)
{
	struct eres_waiter waiter;
	unsigned long flags;
	bool joined;

	flags = eres_lock_not_revoking(r);
	/* Neither is possible if the fast path comes in between: look again. */
	do {
		joined = __eres_join(r, request);
	} while (!joined && !__eres_park(r, &waiter));
	raw_spin_unlock_irqrestore(&r->lock, flags);
	if (!joined)
		wait_for_completion(&waiter.granted);
}

/*
 * A shared owner shares once more, when those that wait have been in.
 * Return: true if the caller is one owner more; false if no writer is registered any
 * more, and the caller can add a level instead.
 */
bool eres_wait_behind_writers(ERESOURCE *r)
{
	struct eres_waiter waiter;
	unsigned long flags;
	bool parked;

	flags = eres_lock_not_revoking(r);
	parked = __eres_park(r, &waiter);
	raw_spin_unlock_irqrestore(&r->lock, flags);
	if (parked)
		wait_for_completion(&waiter.granted);
	return parked;
}

/* The number of threads and owner pointers that own it, less visible readers. */
u32 eres_owner_count(const ERESOURCE *r)
{
	unsigned long owner = READ_ONCE(r->owner);

	if (eres_owner_is_exclusive(owner))
		return 1;
	if (eres_owner_is_thin_group(owner))
		return eres_owner_thin_count(owner);
	/* Exact under the lock; else for people to read. */
	return eres_owner_is_shared(owner) ? data_race(r->group) : 0;
}
