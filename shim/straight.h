/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The straight paths: what acquires and releases do when nothing is special.
 *
 * A straight path applies to a thread that is shielded, not in atomic context,
 * and was the last one of its CPU to have its record looked up; and to a
 * resource that is live. Such a thread is at PASSIVE_LEVEL or APC_LEVEL with
 * APCs disabled: no check that the verifier makes could have anything to say.
 * Whatever a straight path does not cover it leaves as it is, for the routine's
 * other path to do from the beginning.
 *
 * Only the thread itself adds to its record; others may take levels away at any
 * time. So a hold of the caller that is not in use stays so, and its resource
 * does not change.
 */
#ifndef ERES_STRAIGHT_H
#define ERES_STRAIGHT_H

#include "thread.h"
#include "watch.h"

/*
 * The record that was last looked up on this CPU, one in the table: most of the
 * time it is the caller's, which its key tells. Read and written without care
 * for preemption, since it is a hint. Never %NULL. Allocated, because modules on
 * user-mode Linux can not reach per-CPU variables of their own.
 */
extern struct eres_thread * __percpu *eres_last_thread;

/* The caller's record. Return: are straight paths for it? */
static __always_inline bool eres_straight_thread(struct eres_thread **thread)
{
	*thread = raw_cpu_read(*eres_last_thread);
	if (unlikely(READ_ONCE((*thread)->key) != eres_current_id() ||
		     !(*thread)->shielded))
		return false;
	if (IS_ENABLED(CONFIG_DEBUG_LOCK_ALLOC) && in_task())
		eres_lockdep_sync(*thread);
	return true;
}

/* The caller has written all that the word is about: nothing to order. */
static __always_inline u64 eres_own_word_of(const struct eres_hold *hold)
{
	return atomic64_read(&hold->word);
}

/* One of the caller's inline holds that is in use for @r. */
static __always_inline bool eres_straight_find(struct eres_thread *thread,
					       const ERESOURCE *r,
					       struct eres_hold **hold,
					       u64 *word)
{
	struct eres_hold *end = thread->hold + ERES_INLINE_HOLDS;
	struct eres_hold *next = thread->hold;

	do {
		if (next->resource != r)
			continue;
		*hold = next;
		*word = eres_own_word_of(next);
		if (eres_word_is_threads(*word))
			return true;
	} while (++next != end);
	return false;
}

/* One of the caller's inline holds that is not in use. */
static __always_inline bool eres_straight_unused(struct eres_thread *thread,
						 struct eres_hold **hold,
						 u64 *word)
{
	struct eres_hold *end = thread->hold + ERES_INLINE_HOLDS;

	*hold = thread->hold;
	do {
		*word = eres_own_word_of(*hold);
		if (!eres_word_levels(*word))
			return true;
	} while (++*hold != end);
	return false;
}

/**
 * eres_hold_prepare() - A hold that is not in use will be for a resource.
 * @hold: hold of the caller's record
 * @r: the resource
 */
static __always_inline void eres_hold_prepare(struct eres_hold *hold,
					      ERESOURCE *r)
{
	WRITE_ONCE(hold->resource, r);
}

/**
 * eres_hold_use() - Take a prepared hold into use, with one level.
 * @hold: hold of the caller's record
 * @word: its word
 * @exclusive: in which mode
 *
 * With a write barrier since it was prepared; on the straight paths that is the
 * cmpxchg by which the caller has come to own. It pairs with the acquire in
 * eres_hold_read(). A release would be a full fence on some machines.
 */
static __always_inline void eres_hold_use(struct eres_hold *hold, u64 word,
					  bool exclusive)
{
	/*
	 * First: others may take the level away as soon as they see it. Others
	 * read @taken, too, for what need not be exact.
	 */
	data_race(hold->thread->taken++);
	barrier();
	atomic64_set(&hold->word,
		     word + (exclusive ? ERES_HOLD_EXCLUSIVE : 0) + 1);
}

/* The thread itself has given the hold up. */
static __always_inline void eres_hold_taken_back(struct eres_hold *hold)
{
	/* Others read it for what need not be exact. */
	data_race(hold->thread->taken--);
}

/**
 * eres_leave_exclusive() - Release, as an exclusive owner for whom nobody waits.
 * @r: resource
 * @hold: the caller's hold of it
 * @word: its word, which eres_word_is_last_exclusive()
 * @id: the caller's
 *
 * Return: false if somebody waits, or takes levels away. If true, @r may be
 *         gone.
 */
static __always_inline bool eres_leave_exclusive(ERESOURCE *r,
						 struct eres_hold *hold,
						 u64 word, unsigned long id)
{
	eres_lockdep_release(hold);
	/* Pairs with the acquire in eres_enter_exclusive(). */
	if (unlikely(cmpxchg_release(&r->owner, id, ERES_FREE) != id))
		return false;
	/* Nobody else takes a last exclusive level but with the word LOCKED. */
	atomic64_set(&hold->word, eres_word_unused(word));
	eres_hold_taken_back(hold);
	return true;
}

/* Own exclusively what is free. */
static __always_inline bool eres_enter_exclusive(ERESOURCE *r, unsigned long id)
{
	/*
	 * Pairs with the release in eres_leave_exclusive(), and with @lock. A
	 * full barrier, see eres_hold_use().
	 */
	return READ_ONCE(r->owner) == ERES_FREE &&
	       cmpxchg(&r->owner, ERES_FREE, id) == ERES_FREE;
}

/* One more that shares, if the word is one that the straight path may change. */
static __always_inline bool eres_enter_shared(ERESOURCE *r)
{
	unsigned long owner = READ_ONCE(r->owner);

	while (owner == ERES_FREE || eres_owner_kind(owner) == ERES_TAG_COUNTED) {
		unsigned long one_more = owner ? owner + ERES_COUNT_ONE :
					 ERES_COUNT_ONE | ERES_TAG_COUNTED;

		/* As in eres_enter_exclusive(); pairs with eres_leave_shared(). */
		if (try_cmpxchg(&r->owner, &owner, one_more))
			return true;
	}
	return false;
}

/*
 * One less that shares. False if that has to be done under the lock; if true, @r
 * may be gone.
 */
static __always_inline bool eres_leave_shared(ERESOURCE *r)
{
	unsigned long owner = READ_ONCE(r->owner);

	while (eres_owner_kind(owner) == ERES_TAG_COUNTED) {
		unsigned long one_less = owner - ERES_COUNT_ONE;

		if (one_less == ERES_TAG_COUNTED)
			one_less = ERES_FREE;
		/* Pairs with the acquire in eres_enter_shared(). */
		if (try_cmpxchg_release(&r->owner, &owner, one_less))
			return true;
	}
	return false;
}

/* One level more, unless a shared owner might have to wait for writers. */
static __always_inline bool eres_straight_recurse(struct eres_hold *hold,
						  u64 word,
						  enum eres_request request)
{
	if (!(word & ERES_HOLD_EXCLUSIVE) &&
	    (request == ERES_EXCLUSIVE || request == ERES_WAIT_FOR_EXCLUSIVE))
		return false;
	return eres_word_levels(word) < ERES_HOLD_LEVELS &&
	       atomic64_try_cmpxchg(&hold->word, (s64 *)&word, word + 1);
}

static __always_inline bool eres_straight_exclusive(struct eres_thread *thread,
						    ERESOURCE *r, bool wait,
						    unsigned long caller)
{
	struct eres_hold *hold;
	u64 word;

	if (!eres_straight_unused(thread, &hold, &word))
		return false;
	eres_hold_prepare(hold, r);
	if (!eres_enter_exclusive(r, thread->key))
		return false;
	eres_lockdep_acquire(hold, r, ERES_EXCLUSIVE, !wait, (void *)caller);
	eres_hold_use(hold, word, true);
	return true;
}

/* A visible reader, see bias.c; of a resource that the caller does not own. */
static __always_inline bool eres_straight_share(struct eres_thread *thread,
						ERESOURCE *r,
						enum eres_request request,
						bool wait, unsigned long caller)
{
	struct eres_hold *hold;
	u64 word, visible;

	if (!thread->visible || !eres_straight_unused(thread, &hold, &word))
		return false;
	eres_lockdep_acquire(hold, r, request, !wait, (void *)caller);
	eres_hold_prepare(hold, r);
	/* As in eres_hold_use(). */
	data_race(thread->taken++);
	visible = word + ERES_HOLD_VISIBLE + 1;
	/* A full barrier: A, pairs with B in __eres_revoke(). */
	atomic64_xchg(&hold->word, visible);
	if (likely(READ_ONCE(r->owner) == ERES_BIASED))
		return true;
	/* Too late to be sure to be seen. If we were, we have been counted. */
	if (!atomic64_try_cmpxchg(&hold->word, (s64 *)&visible,
				  eres_word_unused(visible)))
		return eres_word_is_threads(visible);
	eres_hold_taken_back(hold);
	eres_lockdep_release(hold);
	return false;
}

/* A bias is considered every so many shared grants. */
#define ERES_BIAS_EVERY	16

/* Does the thread hold anything? Others may have given it up. */
static __always_inline bool eres_straight_holds(struct eres_thread *thread)
{
	return thread->taken != atomic_read(&thread->given_up);
}

/* One of the counted, of a resource that the caller does not own. */
static __always_inline bool eres_straight_join(struct eres_thread *thread,
					       ERESOURCE *r,
					       enum eres_request request,
					       bool wait, unsigned long caller)
{
	struct eres_hold *hold;
	u64 word;

	/* Now and then the other path, which considers a bias. */
	if (!((thread->counted + 1) % ERES_BIAS_EVERY) ||
	    !eres_straight_unused(thread, &hold, &word))
		return false;
	eres_hold_prepare(hold, r);
	if (!eres_enter_shared(r))
		return false;
	thread->counted++;
	eres_lockdep_acquire(hold, r, request, !wait, (void *)caller);
	eres_hold_use(hold, word, false);
	return true;
}

/*
 * Acquire what can be had at once, or have a level more of what is owned in any
 * mode that @request asks for. False: nothing has been done.
 */
static __always_inline bool eres_straight_acquire(ERESOURCE *r,
						  enum eres_request request,
						  bool wait,
						  unsigned long caller)
{
	struct eres_thread *thread;
	struct eres_hold *hold;
	u64 word;

	if (unlikely(!eres_straight_thread(&thread) ||
		     eres_in_atomic_context() || eres_acquire_is_traced()))
		return false;
	/* What the caller holds is live. */
	if (eres_straight_holds(thread) &&
	    eres_straight_find(thread, r, &hold, &word))
		return eres_straight_recurse(hold, word, request);
	if (unlikely(!eres_is_live_safely(r)))
		return false;
	if (request == ERES_EXCLUSIVE)
		return eres_straight_exclusive(thread, r, wait, caller);
	/* In a chunk there may be a hold of @r. */
	if (unlikely(thread->chunks))
		return false;
	if (READ_ONCE(r->owner) == ERES_BIASED)
		return eres_straight_share(thread, r, request, wait, caller);
	return eres_straight_join(thread, r, request, wait, caller);
}

/* Release one level. False: nothing has been done. */
static __always_inline bool eres_straight_release(ERESOURCE *r)
{
	struct eres_thread *thread;
	struct eres_hold *hold;
	u64 word;

	/* Interrupts may be off, but this may not be one. */
	if (unlikely(!eres_straight_thread(&thread) || !in_task() ||
		     trace_eres_release_enabled() ||
		     !eres_straight_find(thread, r, &hold, &word)))
		return false;
	if (eres_word_levels(word) > 1)
		return atomic64_try_cmpxchg(&hold->word, (s64 *)&word, word - 1);
	if (word & ERES_HOLD_EXCLUSIVE)
		return eres_leave_exclusive(r, hold, word, thread->key);
	eres_lockdep_release(hold);
	if (!atomic64_try_cmpxchg(&hold->word, (s64 *)&word,
				  eres_word_unused(word)))
		return false;
	eres_hold_taken_back(hold);
	if (!(word & ERES_HOLD_VISIBLE) && !eres_leave_shared(r))
		eres_let_go_shared(r);
	return true;
}

#endif /* ERES_STRAIGHT_H */
