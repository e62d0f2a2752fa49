/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The fast paths: what acquires and releases do when nothing is special.
 *
 * A fast path applies to a thread whose @fast says so, that is not in
 * atomic context, and was the last one of its CPU to have its record looked up;
 * and to a resource that is live. Such a thread is a system thread, or in a
 * region, at PASSIVE_LEVEL or APC_LEVEL: no check that the verifier makes could
 * have anything to say. Whatever a fast path does not cover it leaves as it
 * is, for the routine's other path to do from the beginning.
 *
 * Only the thread itself adds to its record; others may take levels away at any
 * time. So a hold of the caller that is not in use stays so, and its resource
 * does not change.
 */
#ifndef ERES_FAST_PATH_H
#define ERES_FAST_PATH_H

#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>

#include "lock/thin.h"
#include "report/verifier.h"
#include "resource/resource.h"
#include "trace/trace.h"

/* And the verifier has nothing to say of an acquire. */
static __always_inline bool eres_is_fast(const struct eres_thread *thread,
					 unsigned long id)
{
	return eres_verifies() ? READ_ONCE(thread->fast) == id :
				 eres_is_synced(thread, id);
}

/*
 * The caller's record, if that is the hint and says that fast paths apply.
 * Interrupts may be off, but the caller is none.
 */
static __always_inline bool eres_fast_thread(struct eres_thread **thread)
{
	unsigned long id = eres_current_id();

	*thread = eres_last_record(id);
	if (unlikely(!eres_is_fast(*thread, id) || !in_task()))
		return false;
	eres_lockdep_sync(*thread);
	return true;
}

/* The same of a caller who may wait. */
static __always_inline bool eres_fast_waiter(struct eres_thread **thread)
{
	unsigned long id = eres_current_id();

	*thread = eres_last_record(id);
	if (unlikely(!eres_is_fast(*thread, id) || eres_in_atomic_context()))
		return false;
	eres_lockdep_sync(*thread);
	return true;
}

/*
 * Was the hint another thread's? Then it is the caller's from here on, and a
 * fast path that did not apply may do so now.
 */
static __always_inline bool eres_fast_retry(void)
{
	unsigned long id = eres_current_id();

	return READ_ONCE(eres_last_record(id)->key) != id && in_task() &&
	       eres_thread_find();
}

/* The caller has written all that the word is about: nothing to order. */
static __always_inline u64 eres_own_word_of(const struct eres_hold *hold)
{
	return atomic64_read(&hold->word);
}

static __always_inline bool eres_fast_is(const struct eres_hold *hold,
					 const ERESOURCE *r, u64 *word)
{
	if (hold->resource != r)
		return false;
	*word = eres_own_word_of(hold);
	return eres_word_is_threads(*word);
}

/* One of the caller's inline holds that is in use for @r; most likely the first. */
static __always_inline bool eres_fast_find(struct eres_thread *thread,
					   const ERESOURCE *r,
					   struct eres_hold **hold,
					   u64 *word)
{
	struct eres_hold *end = thread->hold + ERES_INLINE_HOLDS;

	*hold = thread->hold;
	if (likely(eres_fast_is(thread->hold, r, word)))
		return true;
	while (++*hold != end)
		if (eres_fast_is(*hold, r, word))
			return true;
	return false;
}

/* One of the caller's inline holds that is not in use. */
static __always_inline bool eres_fast_unused(struct eres_thread *thread,
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
 * With a write barrier since it was prepared; on the fast paths that is the
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
static __always_inline void eres_hold_freed(struct eres_hold *hold)
{
	hold->thread->taken--;
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

static inline bool eres_acquire_is_traced(void)
{
	return trace_eres_acquire_enabled() || trace_eres_acquired_enabled();
}

enum eres_fast {
	ERES_SLOWPATH,	/* nothing has been done */
	ERES_ACQUIRED,
	ERES_DENIED,		/* and not to be waited for */
};

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

/*
 * Somebody owns, so that who does not want to wait can not have it? Not if the
 * caller may be that somebody.
 *
 * Only a task or a count says so by itself. Of any other word the last level may
 * be gone already, under the lock: see eres_put_level().
 */
static __always_inline enum eres_fast
eres_fast_deny(const struct eres_thread *thread, const ERESOURCE *r,
	       enum eres_request request, bool wait)
{
	unsigned long owner;

	if (wait || thread->chunks)
		return ERES_SLOWPATH;
	/*
	 * After the look at the caller's holds: pairs with the cmpxchg of the
	 * word in __eres_inflate(), before that of the hold in eres_put_level().
	 */
	smp_rmb();
	owner = READ_ONCE(r->owner);
	if (eres_owner_kind(owner) == ERES_TAG_COUNTED)
		return request == ERES_EXCLUSIVE ? ERES_DENIED : ERES_SLOWPATH;
	return owner == ERES_FREE || owner & ERES_TAG_MASK ? ERES_SLOWPATH :
							     ERES_DENIED;
}

static __always_inline enum eres_fast
eres_fast_exclusive(struct eres_thread *thread, ERESOURCE *r, bool wait,
		    unsigned long caller)
{
	struct eres_hold *hold;
	u64 word;

	if (READ_ONCE(r->owner) != ERES_FREE)
		return eres_fast_deny(thread, r, ERES_EXCLUSIVE, wait);
	if (!eres_fast_unused(thread, &hold, &word))
		return ERES_SLOWPATH;
	eres_hold_prepare(hold, r);
	if (!eres_take_free(r, thread->key))
		return ERES_SLOWPATH;
	eres_lockdep_acquire(hold, r, ERES_EXCLUSIVE, !wait, (void *)caller);
	eres_lockdep_own(hold);
	eres_hold_use(hold, word, true);
	return ERES_ACQUIRED;
}

/* A visible reader, see bias.c; of a resource that the caller does not own. */
static __always_inline bool eres_fast_share(struct eres_thread *thread,
					    ERESOURCE *r,
					    enum eres_request request,
					    bool wait, unsigned long caller)
{
	struct eres_hold *hold;
	u64 word, visible;

	if (!thread->visible || !eres_fast_unused(thread, &hold, &word))
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
	eres_hold_freed(hold);
	eres_lockdep_release(hold);
	return false;
}

/* A bias is considered every so many shared grants. */
#define ERES_BIAS_EVERY	16

/* One of the counted, of a resource that the caller does not own. */
static __always_inline bool eres_fast_join(struct eres_thread *thread,
					   ERESOURCE *r,
					   enum eres_request request,
					   bool wait, unsigned long caller)
{
	struct eres_hold *hold;
	u64 word;

	if (!eres_fast_unused(thread, &hold, &word))
		return false;
	eres_hold_prepare(hold, r);
	if (!eres_thin_share(r))
		return false;
	eres_lockdep_acquire(hold, r, request, !wait, (void *)caller);
	eres_lockdep_own(hold);
	eres_hold_use(hold, word, false);
	if (!(++thread->counted % ERES_BIAS_EVERY))
		eres_consider_bias(thread, r);
	return true;
}

static __always_inline enum eres_fast
eres_fast_shared(struct eres_thread *thread, ERESOURCE *r,
		 enum eres_request request, bool wait, unsigned long caller)
{
	unsigned long owner = READ_ONCE(r->owner);
	bool acquired;

	if (eres_owner_is_exclusive(owner))
		return eres_fast_deny(thread, r, request, wait);
	/* In a chunk there may be a hold of @r. */
	if (unlikely(thread->chunks))
		return ERES_SLOWPATH;
	acquired = owner == ERES_BIASED ?
		   eres_fast_share(thread, r, request, wait, caller) :
		   eres_fast_join(thread, r, request, wait, caller);
	return acquired ? ERES_ACQUIRED : ERES_SLOWPATH;
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
	if (thread->taken && eres_fast_find(thread, r, &hold, &word))
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

/* resource.c, release.c: out of line, because they take registers and stack */
bool eres_acquire_noinline(ERESOURCE *r, enum eres_request request, bool wait,
			   const char *routine, unsigned long caller);
bool eres_acquire_slowpath(ERESOURCE *r, enum eres_request request, bool wait,
			   const char *routine, unsigned long caller);
void eres_release_slowpath(ERESOURCE *r, const char *routine,
			   unsigned long caller);

static __always_inline bool eres_acquire_inline(ERESOURCE *r,
						enum eres_request request,
						bool wait, const char *routine,
						unsigned long caller)
{
	enum eres_fast fast =
		eres_fast_acquire(r, request, wait, caller);

	if (unlikely(fast == ERES_SLOWPATH))
		return eres_acquire_slowpath(r, request, wait, routine, caller);
	return fast == ERES_ACQUIRED;
}

/*
 * Release one level of the caller's, of which it has found @word. False: nothing
 * has been done.
 */
static __always_inline bool eres_put_own_level(ERESOURCE *r, struct eres_hold *hold,
					       u64 word, unsigned long id)
{
	if (eres_word_levels(word) > 1)
		return atomic64_try_cmpxchg(&hold->word, (s64 *)&word, word - 1);
	if (word & ERES_HOLD_EXCLUSIVE)
		return eres_thin_release(r, hold, word, id);
	eres_lockdep_release(hold);
	/* G, a release; matches H in eres_count_hold() if it is VISIBLE. */
	if (!atomic64_try_cmpxchg(&hold->word, (s64 *)&word,
				  eres_word_unused(word)))
		return false;
	eres_hold_freed(hold);
	if (!(word & ERES_HOLD_VISIBLE) && !eres_thin_unshare(r))
		eres_release_counted(r);
	return true;
}

/* Release one level. False: nothing has been done. */
static __always_inline bool eres_fast_release_by(struct eres_thread *thread,
						 ERESOURCE *r)
{
	struct eres_hold *hold;
	u64 word;

	if (unlikely(trace_eres_release_enabled() ||
		     !eres_fast_find(thread, r, &hold, &word)))
		return false;
	if (!eres_put_own_level(r, hold, word, thread->key))
		return false;
	/* In no region this may be all that there was, see unload.c. */
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
