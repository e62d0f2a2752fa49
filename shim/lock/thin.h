/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Owning and releasing a resource that is thin: one cmpxchg of the owner word. What
 * else the word may be is in owner_word.h, and not for these.
 */
#ifndef ERES_THIN_H
#define ERES_THIN_H

#include "lock/lock.h"
#include "thread/own_hold.h"

/* Own exclusively what was free a moment ago. */
static __always_inline bool eres_take_free(ERESOURCE *r, unsigned long id)
{
	/*
	 * Pairs with the release of who made it 0: eres_thin_release(),
	 * eres_thin_unshare(), or another that had the lock. A full barrier, see
	 * eres_hold_use().
	 */
	return cmpxchg(&r->owner, ERES_FREE, id) == ERES_FREE;
}

/* Own exclusively what is free. */
static __always_inline bool eres_thin_own(ERESOURCE *r, unsigned long id)
{
	return READ_ONCE(r->owner) == ERES_FREE && eres_take_free(r, id);
}

/*
 * One more that shares, if the word, which was @owner a moment ago, is one that the
 * fast path may change.
 */
static __always_inline bool eres_thin_share_from(ERESOURCE *r,
						 unsigned long owner)
{
	while (owner == ERES_FREE || eres_owner_kind(owner) == ERES_TAG_COUNTED) {
		unsigned long one_more = owner ? owner + ERES_COUNT_ONE :
					 ERES_COUNT_ONE | ERES_TAG_COUNTED;

		/* As in eres_take_free(). */
		if (try_cmpxchg(&r->owner, &owner, one_more))
			return true;
	}
	return false;
}

static __always_inline bool eres_thin_share(ERESOURCE *r)
{
	return eres_thin_share_from(r, READ_ONCE(r->owner));
}

/*
 * One less that shares. False if that has to be done under the lock; if true, @r
 * may be gone.
 */
static __always_inline bool eres_thin_unshare(ERESOURCE *r)
{
	unsigned long owner = READ_ONCE(r->owner);

	while (eres_owner_kind(owner) == ERES_TAG_COUNTED) {
		unsigned long one_less = owner - ERES_COUNT_ONE;

		if (one_less == ERES_TAG_COUNTED)
			one_less = ERES_FREE;
		/* Pairs with the acquire in eres_take_free(). */
		if (try_cmpxchg_release(&r->owner, &owner, one_less))
			return true;
	}
	return false;
}

/**
 * eres_thin_release() - Release, as an exclusive owner for whom nobody waits.
 * @r: resource
 * @hold: the caller's hold of it
 * @word: its word, which eres_word_is_last_exclusive()
 * @id: the caller's
 *
 * Return: false if somebody waits, or takes levels away. If true, @r may be
 *         gone.
 */
static __always_inline bool eres_thin_release(ERESOURCE *r,
					      struct eres_hold *hold,
					      u64 word, unsigned long id)
{
	eres_lockdep_release(hold);
	/* Pairs with the acquire in eres_take_free(), or eres_thin_share(). */
	if (unlikely(cmpxchg_release(&r->owner, id, ERES_FREE) != id))
		return false;
	/* Nobody else takes the last level while the word is not INFLATED. */
	atomic64_set(&hold->word, eres_word_unused(word));
	eres_hold_freed(hold);
	return true;
}

#endif /* ERES_THIN_H */
