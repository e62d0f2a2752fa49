/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The straight paths: what acquires and releases do when nothing is special.
 *
 * A straight path applies to a thread whose @straight says so, that is not in
 * atomic context, and was the last one of its CPU to have its record looked up;
 * and to a resource that is live. Such a thread is a system thread, or in a
 * region, at PASSIVE_LEVEL or APC_LEVEL: no check that the verifier makes could
 * have anything to say. Whatever a straight path does not cover it leaves as it
 * is, for the routine's other path to do from the beginning.
 *
 * Only the thread itself adds to its record; others may take levels away at any
 * time. So a hold of the caller that is not in use stays so, and its resource
 * does not change.
 */
#ifndef ERES_STRAIGHT_H
#define ERES_STRAIGHT_H

#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>

#include "thread.h"
#include "verifier.h"
#include "watch.h"

/*
 * Where to look for the caller's record first; whether it is the caller's, its key
 * tells. Never %NULL, and the memory of records stays that until the module goes.
 *
 * It is the record that was last looked up on this CPU; read and written without
 * care for preemption, since it is a hint. Without per-CPU variables it is the home
 * slot.
 */
DECLARE_PER_CPU(struct eres_thread *, eres_last_thread);

static __always_inline struct eres_thread *eres_hint(unsigned long id)
{
	return ERES_HAS_PER_CPU ? raw_cpu_read(eres_last_thread) : eres_home(id);
}

static inline void eres_set_hint(struct eres_thread *thread)
{
	if (ERES_HAS_PER_CPU)
		raw_cpu_write(eres_last_thread, thread);
}

static inline void eres_set_all_hints(struct eres_thread *thread)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		if (ERES_HAS_PER_CPU)
			per_cpu(eres_last_thread, cpu) = thread;
}

/* The caller's record; %NULL if it has none. In task context. */
static __always_inline struct eres_thread *eres_thread_last(void)
{
	unsigned long id = eres_current_id();
	struct eres_thread *thread = eres_hint(id);

	return likely(READ_ONCE(thread->key) == id) ? thread :
						      eres_thread_find();
}

/* The record of @id, of whom signals are held off if they have to be. */
static __always_inline bool eres_is_settled(const struct eres_thread *thread,
					    unsigned long id)
{
	return (READ_ONCE(thread->straight) & ~ERES_UNPROTECTED) == id;
}

/* And the verifier has nothing to say of an acquire. */
static __always_inline bool eres_is_straight(const struct eres_thread *thread,
					     unsigned long id)
{
	return eres_verifies() ? READ_ONCE(thread->straight) == id :
				 eres_is_settled(thread, id);
}

/*
 * The caller's record, if that is the hint and says that straight paths apply.
 * Interrupts may be off, but the caller is none.
 */
static __always_inline bool eres_straight_thread(struct eres_thread **thread)
{
	unsigned long id = eres_current_id();

	*thread = eres_hint(id);
	if (unlikely(!eres_is_straight(*thread, id) || !in_task()))
		return false;
	eres_lockdep_sync(*thread);
	return true;
}

/* The same of a caller who may wait. */
static __always_inline bool eres_straight_waiter(struct eres_thread **thread)
{
	unsigned long id = eres_current_id();

	*thread = eres_hint(id);
	if (unlikely(!eres_is_straight(*thread, id) || eres_in_atomic_context()))
		return false;
	eres_lockdep_sync(*thread);
	return true;
}

/*
 * Was the hint another thread's? Then it is the caller's from here on, and a
 * straight path that did not apply may do so now.
 */
static __always_inline bool eres_straight_missed(void)
{
	unsigned long id = eres_current_id();

	return READ_ONCE(eres_hint(id)->key) != id && in_task() &&
	       eres_thread_find();
}

/* The caller has written all that the word is about: nothing to order. */
static __always_inline u64 eres_own_word_of(const struct eres_hold *hold)
{
	return atomic64_read(&hold->word);
}

static __always_inline bool eres_straight_is(const struct eres_hold *hold,
					     const ERESOURCE *r, u64 *word)
{
	if (hold->resource != r)
		return false;
	*word = eres_own_word_of(hold);
	return eres_word_is_threads(*word);
}

/* One of the caller's inline holds that is in use for @r; most likely the first. */
static __always_inline bool eres_straight_find(struct eres_thread *thread,
					       const ERESOURCE *r,
					       struct eres_hold **hold,
					       u64 *word)
{
	struct eres_hold *end = thread->hold + ERES_INLINE_HOLDS;

	*hold = thread->hold;
	if (likely(eres_straight_is(thread->hold, r, word)))
		return true;
	while (++*hold != end)
		if (eres_straight_is(*hold, r, word))
			return true;
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
	hold->thread->taken++;
	atomic64_set(&hold->word,
		     word + (exclusive ? ERES_HOLD_EXCLUSIVE : 0) + 1);
}

/* The thread itself has given the hold up. */
static __always_inline void eres_hold_taken_back(struct eres_hold *hold)
{
	hold->thread->taken--;
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
	/* Pairs with the acquire in eres_take_free(), or eres_enter_shared(). */
	if (unlikely(cmpxchg_release(&r->owner, id, ERES_FREE) != id))
		return false;
	/* Nobody else takes the last level while the word is not INFLATED. */
	atomic64_set(&hold->word, eres_word_unused(word));
	eres_hold_taken_back(hold);
	return true;
}

/* Own exclusively what was free a moment ago. */
static __always_inline bool eres_take_free(ERESOURCE *r, unsigned long id)
{
	/*
	 * Pairs with the release of who made it 0: eres_leave_exclusive(),
	 * eres_leave_shared(), or another that had the lock. A full barrier, see
	 * eres_hold_use().
	 */
	return cmpxchg(&r->owner, ERES_FREE, id) == ERES_FREE;
}

/* Own exclusively what is free. */
static __always_inline bool eres_enter_exclusive(ERESOURCE *r, unsigned long id)
{
	return READ_ONCE(r->owner) == ERES_FREE && eres_take_free(r, id);
}

/* One more that shares, if the word is one that the straight path may change. */
static __always_inline bool eres_enter_shared(ERESOURCE *r)
{
	unsigned long owner = READ_ONCE(r->owner);

	while (owner == ERES_FREE || eres_owner_kind(owner) == ERES_TAG_COUNTED) {
		unsigned long one_more = owner ? owner + ERES_COUNT_ONE :
					 ERES_COUNT_ONE | ERES_TAG_COUNTED;

		/* As in eres_take_free(). */
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
		/* Pairs with the acquire in eres_take_free(). */
		if (try_cmpxchg_release(&r->owner, &owner, one_less))
			return true;
	}
	return false;
}

enum eres_straight {
	ERES_NOT_STRAIGHT,	/* nothing has been done */
	ERES_ACQUIRED,
	ERES_DENIED,		/* and not to be waited for */
};

/*
 * One level more of what the caller owns, unless a shared owner might have to
 * wait for writers.
 */
static __always_inline enum eres_straight
eres_straight_recurse(struct eres_hold *hold, u64 word, enum eres_request request)
{
	/* The levels, if the mode is right; else more than there can be. */
	u32 levels = request == ERES_EXCLUSIVE ||
		     request == ERES_WAIT_FOR_EXCLUSIVE ?
		     word ^ ERES_HOLD_EXCLUSIVE :
		     word & ~(ERES_HOLD_EXCLUSIVE | ERES_HOLD_VISIBLE);

	return likely(levels < ERES_HOLD_LEVELS) &&
	       atomic64_try_cmpxchg(&hold->word, (s64 *)&word, word + 1) ?
	       ERES_ACQUIRED : ERES_NOT_STRAIGHT;
}

/*
 * Somebody owns, so that who does not want to wait can not have it? Not if the
 * caller may be that somebody.
 *
 * Only a task or a count says so by itself. Of any other word the last level may
 * be gone already, under the lock: see eres_drop_level().
 */
static __always_inline enum eres_straight
eres_straight_deny(const struct eres_thread *thread, const ERESOURCE *r,
		   enum eres_request request, bool wait)
{
	unsigned long owner;

	if (wait || thread->chunks)
		return ERES_NOT_STRAIGHT;
	/*
	 * After the look at the caller's holds: pairs with the cmpxchg of the
	 * word in __eres_inflate(), before that of the hold in eres_drop_level().
	 */
	smp_rmb();
	owner = READ_ONCE(r->owner);
	if (eres_owner_kind(owner) == ERES_TAG_COUNTED)
		return request == ERES_EXCLUSIVE ? ERES_DENIED : ERES_NOT_STRAIGHT;
	return owner == ERES_FREE || owner & ERES_TAG_MASK ? ERES_NOT_STRAIGHT :
							     ERES_DENIED;
}

static __always_inline enum eres_straight
eres_straight_exclusive(struct eres_thread *thread, ERESOURCE *r, bool wait,
			unsigned long caller)
{
	struct eres_hold *hold;
	u64 word;

	if (READ_ONCE(r->owner) != ERES_FREE)
		return eres_straight_deny(thread, r, ERES_EXCLUSIVE, wait);
	if (!eres_straight_unused(thread, &hold, &word))
		return ERES_NOT_STRAIGHT;
	eres_hold_prepare(hold, r);
	if (!eres_take_free(r, thread->key))
		return ERES_NOT_STRAIGHT;
	eres_lockdep_acquire(hold, r, ERES_EXCLUSIVE, !wait, (void *)caller);
	eres_lockdep_own(hold);
	eres_hold_use(hold, word, true);
	return ERES_ACQUIRED;
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
	eres_lockdep_own(hold);
	eres_hold_prepare(hold, r);
	thread->taken++;
	visible = word + ERES_HOLD_VISIBLE + 1;
	/* A: a full barrier between the hold and the look at the word; bias.c. */
	atomic64_xchg(&hold->word, visible);
	/* C, matches D: what the writer before this bias has done is seen. */
	if (likely(smp_load_acquire(&r->owner) == ERES_BIASED))
		return true;
	/* Too late to be sure to be seen. If we were, we have been counted. */
	if (!atomic64_try_cmpxchg(&hold->word, (s64 *)&visible,
				  eres_word_unused(visible))) {
		/* E, matches F: the same, as seen by who counted us. */
		smp_acquire__after_ctrl_dep();
		return eres_word_is_threads(visible);
	}
	eres_hold_taken_back(hold);
	eres_lockdep_release(hold);
	return false;
}

/* A bias is considered every so many shared grants. */
#define ERES_BIAS_EVERY	16

/* One of the counted, of a resource that the caller does not own. */
static __always_inline bool eres_straight_join(struct eres_thread *thread,
					       ERESOURCE *r,
					       enum eres_request request,
					       bool wait, unsigned long caller)
{
	struct eres_hold *hold;
	u64 word;

	if (!eres_straight_unused(thread, &hold, &word))
		return false;
	eres_hold_prepare(hold, r);
	if (!eres_enter_shared(r))
		return false;
	eres_lockdep_acquire(hold, r, request, !wait, (void *)caller);
	eres_lockdep_own(hold);
	eres_hold_use(hold, word, false);
	if (!(++thread->counted % ERES_BIAS_EVERY))
		eres_consider_bias(thread, r);
	return true;
}

static __always_inline enum eres_straight
eres_straight_shared(struct eres_thread *thread, ERESOURCE *r,
		     enum eres_request request, bool wait, unsigned long caller)
{
	unsigned long owner = READ_ONCE(r->owner);
	bool acquired;

	if (eres_owner_is_exclusive(owner))
		return eres_straight_deny(thread, r, request, wait);
	/* In a chunk there may be a hold of @r. */
	if (unlikely(thread->chunks))
		return ERES_NOT_STRAIGHT;
	acquired = owner == ERES_BIASED ?
		   eres_straight_share(thread, r, request, wait, caller) :
		   eres_straight_join(thread, r, request, wait, caller);
	return acquired ? ERES_ACQUIRED : ERES_NOT_STRAIGHT;
}

/*
 * Acquire what can be had at once, or have a level more of what is owned in any
 * mode that @request asks for; or tell at once that it can not be had. For a
 * record to which straight paths apply, and which may wait.
 */
static __always_inline enum eres_straight
eres_straight_acquire_by(struct eres_thread *thread, ERESOURCE *r,
			 enum eres_request request, bool wait,
			 unsigned long caller)
{
	struct eres_hold *hold;
	u64 word;

	if (unlikely(eres_acquire_is_traced()))
		return ERES_NOT_STRAIGHT;
	/* What the caller holds is live. */
	if (thread->taken && eres_straight_find(thread, r, &hold, &word))
		return eres_straight_recurse(hold, word, request);
	if (unlikely(!eres_is_live_safely(r)))
		return ERES_NOT_STRAIGHT;
	if (request == ERES_EXCLUSIVE)
		return eres_straight_exclusive(thread, r, wait, caller);
	return eres_straight_shared(thread, r, request, wait, caller);
}

static __always_inline enum eres_straight
eres_straight_acquire(ERESOURCE *r, enum eres_request request, bool wait,
		      unsigned long caller)
{
	struct eres_thread *thread;

	if (unlikely(!eres_straight_waiter(&thread)))
		return ERES_NOT_STRAIGHT;
	return eres_straight_acquire_by(thread, r, request, wait, caller);
}

/* resource.c, release.c: out of line, because they take registers and stack */
bool eres_acquire_any(ERESOURCE *r, enum eres_request request, bool wait,
		      const char *routine, unsigned long caller);
bool eres_acquire_otherwise(ERESOURCE *r, enum eres_request request, bool wait,
			    const char *routine, unsigned long caller);
void eres_release_otherwise(ERESOURCE *r, const char *routine,
			    unsigned long caller);

static __always_inline bool eres_acquire_at_all(ERESOURCE *r,
						enum eres_request request,
						bool wait, const char *routine,
						unsigned long caller)
{
	enum eres_straight straight =
		eres_straight_acquire(r, request, wait, caller);

	if (unlikely(straight == ERES_NOT_STRAIGHT))
		return eres_acquire_otherwise(r, request, wait, routine, caller);
	return straight == ERES_ACQUIRED;
}

/*
 * Release one level of the caller's, of which it has found @word. False: nothing
 * has been done.
 */
static __always_inline bool eres_drop_own(ERESOURCE *r, struct eres_hold *hold,
					  u64 word, unsigned long id)
{
	if (eres_word_levels(word) > 1)
		return atomic64_try_cmpxchg(&hold->word, (s64 *)&word, word - 1);
	if (word & ERES_HOLD_EXCLUSIVE)
		return eres_leave_exclusive(r, hold, word, id);
	eres_lockdep_release(hold);
	/* G, a release; matches H in eres_count_hold() if it is VISIBLE. */
	if (!atomic64_try_cmpxchg(&hold->word, (s64 *)&word,
				  eres_word_unused(word)))
		return false;
	eres_hold_taken_back(hold);
	if (!(word & ERES_HOLD_VISIBLE) && !eres_leave_shared(r))
		eres_let_go_shared(r);
	return true;
}

/* Release one level. False: nothing has been done. */
static __always_inline bool eres_straight_release_by(struct eres_thread *thread,
						     ERESOURCE *r)
{
	struct eres_hold *hold;
	u64 word;

	if (unlikely(trace_eres_release_enabled() ||
		     !eres_straight_find(thread, r, &hold, &word)))
		return false;
	if (!eres_drop_own(r, hold, word, thread->key))
		return false;
	/* In no region this may be all that there was, see unload.c. */
	if (unlikely(READ_ONCE(eres_pinned)))
		eres_thread_put(thread);
	return true;
}

static __always_inline bool eres_straight_release(ERESOURCE *r)
{
	struct eres_thread *thread;

	return likely(eres_straight_thread(&thread)) &&
	       eres_straight_release_by(thread, r);
}

#endif /* ERES_STRAIGHT_H */
