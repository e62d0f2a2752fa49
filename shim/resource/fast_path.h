/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The fast paths: acquire and release when nothing is special.
 *
 * They are for a thread whose @fast says so, which is not in atomic context, and
 * whose record was the last one looked up on its CPU; and for a live resource. Such
 * a thread is a system thread, or in a region, at PASSIVE_LEVEL or APC_LEVEL: there
 * is nothing that the verifier could report. What a fast path can not do it leaves
 * untouched, and the slowpath begins anew.
 */
#ifndef ERES_FAST_PATH_H
#define ERES_FAST_PATH_H

#include "resource/fast_shared.h"

/*
 * One level more of what the caller owns, unless a shared owner might have to
 * wait for writers.
 */
static __always_inline enum eres_fast
eres_fast_recurse(struct eres_hold *hold, u64 word, enum eres_request request)
{
	/* The levels, if the mode is right; else more than there can be. */
	u32 levels = request == ERES_EXCLUSIVE ||
		     request == ERES_WAIT_FOR_EXCLUSIVE ?
		     word ^ ERES_HOLD_EXCLUSIVE :
		     word & ~(ERES_HOLD_EXCLUSIVE | ERES_HOLD_VISIBLE);

	return likely(levels < ERES_HOLD_LEVELS) &&
	       atomic64_try_cmpxchg(&hold->word, (s64 *)&word, word + 1) ?
	       ERES_ACQUIRED : ERES_SLOWPATH;
}

static __always_inline enum eres_fast
eres_fast_exclusive(struct eres_thread *thread, ERESOURCE *r, bool wait,
		    unsigned long caller)
{
	if (READ_ONCE(r->owner) != ERES_FREE)
		return eres_fast_deny(thread, r, ERES_EXCLUSIVE, wait);
	return eres_fast_own_free(thread, r, ERES_EXCLUSIVE, wait, caller) ?
	       ERES_ACQUIRED : ERES_SLOWPATH;
}

static inline bool eres_acquire_is_traced(void)
{
	return trace_eres_acquire_enabled() || trace_eres_acquired_enabled();
}

/*
 * Acquire what can be had at once, or have a level more of what is owned in any
 * mode that @request asks for; or tell at once that it can not be had. For a
 * record to which fast paths apply, and which may wait.
 */
static __always_inline enum eres_fast
eres_fast_acquire_by(struct eres_thread *thread, ERESOURCE *r,
		     enum eres_request request, bool wait,
		     unsigned long caller)
{
	struct eres_hold *hold;
	u64 word;

	if (unlikely(eres_acquire_is_traced()))
		return ERES_SLOWPATH;
	/* What the caller holds is live. */
	if (thread->taken && eres_own_hold_find(thread, r, &hold, &word))
		return eres_fast_recurse(hold, word, request);
	if (unlikely(!eres_is_live_safely(r)))
		return ERES_SLOWPATH;
	if (request == ERES_EXCLUSIVE)
		return eres_fast_exclusive(thread, r, wait, caller);
	return eres_fast_shared(thread, r, request, wait, caller);
}

static __always_inline enum eres_fast
eres_fast_acquire(ERESOURCE *r, enum eres_request request, bool wait,
		  unsigned long caller)
{
	struct eres_thread *thread;

	if (unlikely(!eres_fast_waiter(&thread)))
		return ERES_SLOWPATH;
	return eres_fast_acquire_by(thread, r, request, wait, caller);
}

/* Release the last level of the caller's, who shares. False: it has been taken. */
static __always_inline bool eres_put_last_shared(struct eres_thread *thread,
						 ERESOURCE *r,
						 struct eres_hold *hold, u64 word)
{
	u64 unused = eres_word_unused(word);
	bool counted = !(word & ERES_HOLD_VISIBLE);
	unsigned long owner;

	eres_lockdep_release(hold);
	if (counted) {
		if (likely(eres_thin_leave_alone(thread, r, hold, &owner))) {
			atomic64_set(&hold->word, unused);
			eres_hold_freed(thread);
			return true;
		}
		word = eres_word_wiped(word);
	}
	/* G, a release; matches H in eres_count_hold() if it is VISIBLE. */
	if (!atomic64_try_cmpxchg(&hold->word, (s64 *)&word, unused))
		return false;
	eres_hold_freed(thread);
	if (counted && !eres_thin_unshare(r, owner))
		eres_release_counted(r);
	return true;
}

/*
 * Release one level of the caller's, of which it has found @word. False: nothing
 * has been done.
 */
static __always_inline bool eres_put_own_level(struct eres_thread *thread,
					       ERESOURCE *r,
					       struct eres_hold *hold, u64 word)
{
	if (eres_word_is_last_exclusive(word))
		return eres_thin_release(thread, r, hold, word);
	if (eres_word_levels(word) > 1)
		return atomic64_try_cmpxchg(&hold->word, (s64 *)&word, word - 1);
	return eres_put_last_shared(thread, r, hold, word);
}

/* Release one level. False: nothing has been done. */
static __always_inline bool eres_fast_release_by(struct eres_thread *thread,
						 ERESOURCE *r)
{
	struct eres_hold *hold;
	u64 word;

	if (unlikely(trace_eres_release_enabled() ||
		     !eres_own_hold_find(thread, r, &hold, &word)))
		return false;
	if (!eres_put_own_level(thread, r, hold, word))
		return false;
	/* In no region this may be all that there was, see thread/pin.c. */
	if (unlikely(READ_ONCE(eres_pinned)))
		eres_thread_put(thread);
	return true;
}

static __always_inline bool eres_fast_release(ERESOURCE *r)
{
	struct eres_thread *thread;

	return likely(eres_fast_thread(&thread)) &&
	       eres_fast_release_by(thread, r);
}

#endif /* ERES_FAST_PATH_H */
