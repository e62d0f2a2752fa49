/* SPDX-License-Identifier: GPL-2.0-only */
/* What getting in and getting out of a resource have in common. */
#ifndef ERES_STATE_H
#define ERES_STATE_H

#include <linux/lockdep.h>

#include "lock/thin.h"

/* A thread that waits for shared access; on its stack, listed in r->parked. */
struct eres_waiter {
	struct eres_waiter *next;
	struct completion granted;
};

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

/* What is inflated changes its owner. */
static inline void __eres_set_owner(ERESOURCE *r, unsigned long owner)
{
	WRITE_ONCE(r->owner, owner | ERES_INFLATED);
}

/* state.c */
unsigned long __eres_inflate(ERESOURCE *r);

/* grant.c */
void __eres_release_last(ERESOURCE *r, unsigned long flags)
	__releases(&r->lock);
void __eres_deflate(ERESOURCE *r, unsigned long flags)
	__releases(&r->lock);

/* deferred.c; only called on PREEMPT_RT */
void __eres_defer_up_read(ERESOURCE *r, unsigned long flags)
	__releases(&r->lock);

#endif /* ERES_STATE_H */
