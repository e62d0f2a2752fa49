/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Owning and releasing a resource that is thin: one cmpxchg of the owner word. What
 * else the word may be is in owner_word.h, and not for these.
 */
#ifndef ERES_THIN_H
#define ERES_THIN_H

#include "lock/lock.h"
#include "thread/own_hold.h"

/* Own what was free a moment ago: the word becomes @owner. */
static __always_inline bool eres_take_free(ERESOURCE *r, unsigned long owner)
{
	/*
	 * Pairs with the release of who made it 0: eres_thin_release(),
	 * eres_thin_unshare(), or another that had the lock. A full barrier, see
	 * eres_hold_use().
	 */
	return cmpxchg(&r->owner, ERES_FREE, owner) == ERES_FREE;
}

/* Own exclusively what is free. */
static __always_inline bool eres_thin_own(ERESOURCE *r, unsigned long id)
{
	return READ_ONCE(r->owner) == ERES_FREE && eres_take_free(r, id);
}

/* The word when @id shares, too; nobody drains the group then. */
static __always_inline unsigned long eres_owner_one_more(unsigned long owner,
							 unsigned long id)
{
	if (owner == ERES_FREE)
		return id | ERES_ALONE;
	if (eres_owner_is_alone(owner))
		return 2 * ERES_COUNT_ONE | ERES_TAG_COUNTED;
	return (owner & ~ERES_DRAIN) + ERES_COUNT_ONE;
}

/*
 * One more that shares, if the word, which was *owner a moment ago, is one that the
 * fast path may change. If true, that is what it was.
 */
static __always_inline bool eres_thin_share_from(ERESOURCE *r,
						 unsigned long *owner,
						 unsigned long id)
{
	while (*owner == ERES_FREE || eres_owner_is_thin_group(*owner))
		/* As in eres_take_free(). */
		if (try_cmpxchg(&r->owner, owner, eres_owner_one_more(*owner, id)))
			return true;
	return false;
}

/* The same, of the calling thread. */
static __always_inline bool eres_thin_share(ERESOURCE *r)
{
	unsigned long owner = READ_ONCE(r->owner);

	return eres_thin_share_from(r, &owner, eres_current_id());
}

/*
 * A group that drains may be joined again, or what it has left is free. Whoever owns next
 * comes after those who left: as a read-modify-write this continues their release.
 */
static inline void eres_stop_draining(ERESOURCE *r)
{
	unsigned long owner = READ_ONCE(r->owner);

	while (eres_owner_is_draining(owner) &&
	       !try_cmpxchg(&r->owner, &owner,
			    owner == ERES_DRAINED ? ERES_FREE : owner & ~ERES_DRAIN))
		;
}

/*
 * One less that shares; the word was @owner a moment ago. False if that has to be done
 * under the lock; if true, @r may be gone.
 */
static __always_inline bool eres_thin_unshare(ERESOURCE *r, unsigned long owner)
{
	while (eres_owner_kind(owner) == ERES_TAG_COUNTED) {
		unsigned long one_less = owner - ERES_COUNT_ONE;

		/* What is DRAINING is left to the writer: eres_spin_own(). */
		if (one_less == ERES_TAG_COUNTED)
			one_less = ERES_FREE;
		/* Pairs with the acquire in eres_take_free(). */
		if (try_cmpxchg_release(&r->owner, &owner, one_less))
			return true;
	}
	return false;
}

/*
 * Release, as an exclusive owner for whom nobody waits; of the caller's hold, whose word
 * eres_word_is_last_exclusive().
 * Return: false if somebody waits, or takes levels away. If true, @r may be gone.
 */
static __always_inline bool eres_thin_release(struct eres_thread *thread,
					      ERESOURCE *r,
					      struct eres_hold *hold, u64 word)
{
	unsigned long id = thread->key;

	eres_lockdep_release(hold);
	/* Pairs with the acquire in eres_take_free(), or eres_thin_share(). */
	if (unlikely(cmpxchg_release(&r->owner, id, ERES_FREE) != id))
		return false;
	/* Nobody else takes the last level while the word is not INFLATED. */
	atomic64_set(&hold->word, eres_word_unused(word));
	eres_hold_freed(thread);
	return true;
}

/*
 * Release, as the only one who shares; of the caller's hold, whose word
 * eres_word_is_last_counted().
 *
 * Nobody else takes the level before the word is INFLATED. So the level is wiped out,
 * and then the word is changed: if that succeeds nobody has taken it. Else the level
 * stays wiped out, @owner is the owner word, and the caller has to find out by the hold's
 * use count, which who takes the last level changes.
 *
 * Return: whether it was alone. If true, @r may be gone.
 */
static __always_inline bool eres_thin_leave_alone(const struct eres_thread *thread,
						  ERESOURCE *r,
						  struct eres_hold *hold,
						  unsigned long *owner)
{
	*owner = thread->key | ERES_ALONE;
	eres_hold_wipe(hold);
	/*
	 * Pairs with the acquire in eres_take_free(), or eres_thin_share(); and, for
	 * the hold, with the cmpxchg in __eres_put_level().
	 */
	return try_cmpxchg_release(&r->owner, owner, ERES_FREE);
}

#endif /* ERES_THIN_H */
