/* SPDX-License-Identifier: GPL-2.0-only */
/* The fast paths into what is free, or shared, and of refusing who does not wait. */
#ifndef ERES_FAST_SHARED_H
#define ERES_FAST_SHARED_H

#include "resource/fast.h"

/*
 * Refuse a caller who does not wait, if another thread owns the resource for sure.
 *
 * The caller owns none of it in its inline holds; in a chunk it might. A task or a
 * count means that somebody owns. With any other word the last level may be gone
 * already, under the lock: see eres_put_level().
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
	if (eres_owner_is_thin_group(owner) && owner != ERES_DRAINED)
		return request == ERES_EXCLUSIVE ? ERES_DENIED : ERES_SLOWPATH;
	return owner == ERES_FREE || owner & ERES_TAG_MASK ? ERES_SLOWPATH :
							     ERES_DENIED;
}

/* Own what was free a moment ago; if it shares, alone. */
static __always_inline bool eres_fast_own_free(struct eres_thread *thread,
					       ERESOURCE *r,
					       enum eres_request request,
					       bool wait, unsigned long caller)
{
	bool exclusive = request == ERES_EXCLUSIVE;
	struct eres_hold *hold;
	u64 word;

	if (!eres_own_hold_unused(thread, &hold, &word))
		return false;
	eres_hold_prepare(hold, r);
	if (!eres_take_free(r, thread->key | (exclusive ? 0 : ERES_ALONE)))
		return false;
	eres_lockdep_acquire(hold, r, request, !wait, (void *)caller);
	eres_lockdep_own(hold);
	eres_hold_use(thread, hold, word, exclusive);
	return true;
}

/* A visible reader, see bias.c; of a resource that the caller does not own. */
static __always_inline bool eres_fast_share(struct eres_thread *thread,
					    ERESOURCE *r,
					    enum eres_request request,
					    bool wait, unsigned long caller)
{
	struct eres_hold *hold;
	u64 word, visible;

	if (!thread->visible || !eres_own_hold_unused(thread, &hold, &word))
		return false;
	eres_lockdep_acquire(hold, r, request, !wait, (void *)caller);
	eres_lockdep_own(hold);
	eres_hold_prepare(hold, r);
	thread->taken++;
	visible = word + ERES_HOLD_VISIBLE + 1;
	/* A: a full barrier between the hold and the look at the word; bias.c. */
	atomic64_xchg(&hold->word, visible);
	if (likely(READ_ONCE(r->owner) == ERES_BIASED)) {
		/* C, matches D: what the writer before this bias has done is seen. */
		eres_acquire_after_ctrl_dep();
		return true;
	}
	/* Too late to be sure to be seen. If we were, we have been counted. */
	if (!atomic64_try_cmpxchg(&hold->word, (s64 *)&visible,
				  eres_word_unused(visible))) {
		/* E, matches F: the same, as seen by who counted us. */
		eres_acquire_after_ctrl_dep();
		return eres_word_is_threads(visible);
	}
	eres_hold_freed(thread);
	eres_lockdep_release(hold);
	return false;
}

/* One of several, of a resource that the caller does not own. */
static __always_inline bool eres_fast_join(struct eres_thread *thread,
					   ERESOURCE *r, unsigned long owner,
					   enum eres_request request,
					   bool wait, unsigned long caller)
{
	struct eres_hold *hold;
	u64 word;

	if (!eres_own_hold_unused(thread, &hold, &word))
		return false;
	eres_hold_prepare(hold, r);
	if (!eres_thin_share_from(r, &owner, thread->key))
		return false;
	eres_lockdep_acquire(hold, r, request, !wait, (void *)caller);
	eres_lockdep_own(hold);
	eres_hold_use(thread, hold, word, false);
	/* Several share: who is alone gains nothing by a bias. */
	if (owner != ERES_FREE && unlikely(eres_bias_is_due(thread)))
		eres_consider_bias(thread, r);
	return true;
}

static __always_inline enum eres_fast
eres_fast_shared(struct eres_thread *thread, ERESOURCE *r,
		 enum eres_request request, bool wait, unsigned long caller)
{
	unsigned long owner = READ_ONCE(r->owner);
	bool acquired;

	if (owner == ERES_FREE &&
	    likely(eres_fast_own_free(thread, r, request, wait, caller)))
		return ERES_ACQUIRED;
	if (eres_owner_is_exclusive(owner))
		return eres_fast_deny(thread, r, request, wait);
	/* In a chunk there may be a hold of @r. */
	if (unlikely(thread->chunks || eres_owner_is_draining(owner)))
		return ERES_SLOWPATH;
	acquired = owner == ERES_BIASED ?
		   eres_fast_share(thread, r, request, wait, caller) :
		   eres_fast_join(thread, r, owner, request, wait, caller);
	return acquired ? ERES_ACQUIRED : ERES_SLOWPATH;
}

#endif /* ERES_FAST_SHARED_H */
