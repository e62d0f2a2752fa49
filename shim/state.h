/* SPDX-License-Identifier: GPL-2.0-only */
/* What getting in and getting out of a resource have in common. */
#ifndef ERES_STATE_H
#define ERES_STATE_H

#include <linux/lockdep.h>

#include "straight.h"

/* A thread that waits for shared access; on its stack, listed in r->parked. */
struct eres_waiter {
	struct eres_waiter *next;
	struct completion granted;
};

/*
 * See to it that whoever owns leaves under the lock.
 *
 * Return: the owner word, which only changes under the lock from here on; unless
 *         it is 0, which the straight path can still take.
 */
static inline unsigned long __eres_lock_owner(ERESOURCE *r)
{
	unsigned long owner = READ_ONCE(r->owner);

	lockdep_assert_held(&r->lock);

	for (;;) {
		unsigned long locked;

		if (owner == ERES_FREE)
			return owner;
		switch (eres_owner_kind(owner)) {
		case ERES_TAG_COUNTED:
			r->group = owner / ERES_COUNT_ONE;
			locked = ERES_TAG_SHARED;
			break;
		case ERES_TAG_TASK:
			locked = (owner & ~ERES_TAG_MASK) | ERES_TAG_LOCKED;
			break;
		default:
			return owner;
		}
		/* Who leaves straight does it by cmpxchg, too: one of the two fails. */
		if (try_cmpxchg(&r->owner, &owner, locked))
			return locked;
	}
}

/*
 * Nobody owns, but the read hold that the last owner has left is still to be let
 * go, or to be taken over by who shares: see deferred.c.
 */
static inline bool __eres_is_deferred(const ERESOURCE *r)
{
	lockdep_assert_held(&r->lock);

	return IS_ENABLED(CONFIG_PREEMPT_RT) &&
	       READ_ONCE(r->owner) == ERES_HANDOFF && r->group;
}

/* grant.c */
void __eres_deflate(ERESOURCE *r, unsigned long flags)
	__releases(&r->lock);

/* deferred.c; only called on PREEMPT_RT */
void __eres_defer_up_read(ERESOURCE *r, unsigned long flags)
	__releases(&r->lock);

/* Nobody owns any more, nobody waits, and the rwsem is not held. */
static inline void __eres_free(ERESOURCE *r, unsigned long flags)
	__releases(&r->lock)
{
	/* Pairs with the acquire in eres_take_free(), or eres_enter_shared(). */
	smp_store_release(&r->owner, ERES_FREE);
	/* The last access to @r: whoever deletes it waits for that, eres_close(). */
	raw_spin_unlock_irqrestore(&r->lock, flags);
}

#endif /* ERES_STATE_H */
