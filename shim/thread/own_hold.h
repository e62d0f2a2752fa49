/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The holds of the calling thread, for itself. Only the thread adds to its record;
 * others may put levels at any time. So a hold that is not in use stays so, and its
 * resource does not change.
 */
#ifndef ERES_OWN_HOLD_H
#define ERES_OWN_HOLD_H

#include "thread/thread.h"

/* The caller has written all that the word is about: nothing to order. */
static __always_inline u64 eres_own_hold_word(const struct eres_hold *hold)
{
	return atomic64_read(&hold->word);
}

static __always_inline bool eres_own_hold_is(const struct eres_hold *hold,
					     const ERESOURCE *r, u64 *word)
{
	if (hold->resource != r)
		return false;
	*word = eres_own_hold_word(hold);
	return eres_word_is_threads(*word);
}

/* One of the caller's inline holds that is in use for @r; most likely the first. */
static __always_inline bool eres_own_hold_find(struct eres_thread *thread,
					       const ERESOURCE *r,
					       struct eres_hold **hold,
					       u64 *word)
{
	struct eres_hold *end = thread->hold + ERES_INLINE_HOLDS;

	*hold = thread->hold;
	if (likely(eres_own_hold_is(thread->hold, r, word)))
		return true;
	while (++*hold != end)
		if (eres_own_hold_is(*hold, r, word))
			return true;
	return false;
}

/* One of the caller's inline holds that is not in use. */
static __always_inline bool eres_own_hold_unused(struct eres_thread *thread,
						 struct eres_hold **hold,
						 u64 *word)
{
	struct eres_hold *end = thread->hold + ERES_INLINE_HOLDS;

	*hold = thread->hold;
	do {
		*word = eres_own_hold_word(*hold);
		if (!eres_word_levels(*word))
			return true;
	} while (++*hold != end);
	return false;
}

/* A hold of the caller's that is not in use will be for a resource. */
static __always_inline void eres_hold_prepare(struct eres_hold *hold,
					      ERESOURCE *r)
{
	WRITE_ONCE(hold->resource, r);
}

/*
 * Take a prepared hold of the caller's into use, with one level. @word is its word.
 *
 * With a write barrier since it was prepared; on the fast paths that is the cmpxchg by
 * which the caller has come to own. It pairs with the acquire in eres_hold_read(). A
 * release would be a full fence on some machines.
 */
static __always_inline void eres_hold_use(struct eres_thread *thread,
					  struct eres_hold *hold, u64 word,
					  bool exclusive)
{
	thread->taken++;
	atomic64_set(&hold->word,
		     word + (exclusive ? ERES_HOLD_EXCLUSIVE : 0) + 1);
}

/* The thread itself has put the last level. */
static __always_inline void eres_hold_freed(struct eres_thread *thread)
{
	thread->taken--;
}

#endif /* ERES_OWN_HOLD_H */
