// SPDX-License-Identifier: GPL-2.0-only
/*
 * Getting out of a resource: who is let in next. Converting is getting out of
 * one mode and into the other.
 *
 * The protocol is in owner_word.h; here is releasing
 * under the lock. Nothing here knows about levels but the last one.
 */
#include "lock/state.h"

/* Everybody who is parked becomes a shared owner; to be woken by the caller. */
static struct eres_waiter *__eres_admit_parked(ERESOURCE *r)
{
	struct eres_waiter *parked = r->parked;

	r->group += r->shared_waiters;
	WRITE_ONCE(r->shared_waiters, 0);
	r->parked = NULL;
	return parked;
}

/* If nobody waits and no pointer owns, the group becomes thin again. */
static void __eres_thin(ERESOURCE *r)
{
	if (r->owner != (ERES_TAG_SHARED | ERES_INFLATED) || r->exclusive_waiters)
		return;
	/* There is nobody to wake: it only counts. */
	up_read_non_owner(&r->sem);
	/* Pairs with the acquire in eres_thin_share(). */
	smp_store_release(&r->owner,
			  r->group * ERES_COUNT_ONE | ERES_TAG_COUNTED);
}

/*
 * What was owned exclusively is shared, by all who are parked, to be woken by the
 * caller, and @others. Nobody waits for a thin task: that is the caller, who converts,
 * and shares alone.
 */
static struct eres_waiter *__eres_make_shared(ERESOURCE *r, u32 others)
{
	struct eres_waiter *parked;

	if (likely(eres_owner_is_thin_task(r->owner))) {
		/* Pairs with the acquire in eres_thin_share(). */
		smp_store_release(&r->owner, r->owner | ERES_ALONE);
		return NULL;
	}
	__eres_set_owner(r, ERES_TAG_SHARED);
	r->group = others;
	parked = __eres_admit_parked(r);
	__eres_thin(r);
	return parked;
}

/* Without the lock: the woken own @r, and it may be gone when they are. */
static void eres_wake(struct eres_waiter *waiter)
{
	while (waiter) {
		struct eres_waiter *next = waiter->next;

		/* The last access: @waiter is on the stack of the woken. */
		complete(&waiter->granted);
		waiter = next;
	}
}

/*
 * Nobody owns any more: let the rwsem go, and unlock. See "Getting out" in owner_word.h.
 * On PREEMPT_RT to wake a writer switches interrupts on; without a writer up_read()
 * only counts.
 */
void __eres_deflate(ERESOURCE *r, unsigned long flags)
	__releases(&r->lock)
{
	if (eres_must_defer_up_read(flags) && r->exclusive_waiters) {
		__eres_defer_up_read(r, flags);
		return;
	}
	/* Of HANDOFF: there is no read hold any more. */
	r->group = 0;
	eres_open_irq_window(flags);
	/* Whom it wakes waits for the lock. */
	up_read_non_owner(&r->sem);
	eres_close_irq_window();
	/* Pairs with the acquire in eres_take_free(), or eres_thin_share(). */
	smp_store_release(&r->owner, r->exclusive_waiters ? ERES_HANDOFF :
							    ERES_FREE);
	/* The last access to @r: whoever deletes it waits for that, eres_close(). */
	raw_spin_unlock_irqrestore(&r->lock, flags);
}

/*
 * An owner has put its last level, and is still counted, INFLATED if exclusive. Unlocks.
 * Grant order: an exclusive owner lets all parked threads in, or else one writer; the
 * last shared owner lets one writer in.
 */
void __eres_release_last(ERESOURCE *r, unsigned long flags)
	__releases(&r->lock)
{
	bool shared = eres_owner_is_shared(r->owner);
	struct eres_waiter *parked;

	/* With a bias nobody waits; who counts looks at the group afterwards. */
	if (shared && (--r->group || !eres_owner_is_inflated_group(r->owner))) {
		__eres_thin(r);
		raw_spin_unlock_irqrestore(&r->lock, flags);
		return;
	}
	if (shared || !r->parked) {
		__eres_deflate(r, flags);
		return;
	}
	parked = __eres_make_shared(r, 0);
	raw_spin_unlock_irqrestore(&r->lock, flags);
	eres_wake(parked);
}

/* A shared owner, still counted, has put its last level. */
void eres_release_counted(ERESOURCE *r)
{
	unsigned long flags;

	if (eres_thin_unshare(r, READ_ONCE(r->owner)))
		return;
	raw_spin_lock_irqsave(&r->lock, flags);
	__eres_inflate(r);
	__eres_release_last(r, flags);
}

/*
 * The record and the hold may serve others by now. The word is read first: if
 * resource and thread are right afterwards and the word has not changed, then
 * they were right all along, since every use of a hold has a word of its own.
 */
static u64 __eres_put_level(ERESOURCE *r, struct eres_hold *hold,
			    unsigned long id)
{
	bool mine = r->owner == (id | ERES_INFLATED);
	u64 word = eres_hold_read(hold);

	do {
		if (!eres_word_is_threads(word) ||
		    READ_ONCE(hold->resource) != r ||
		    (READ_ONCE(hold->thread->key) & ~ERES_KEY_EXITED) != id)
			return 0;
		/* On its way out, by the fast path: the word first. */
		if (eres_word_is_last_exclusive(word) && !mine)
			return 0;
		/*
		 * Fully ordered if it succeeds, else re-check: after the look at the
		 * owner word. Pairs with the release in eres_thin_leave_alone().
		 */
	} while (!atomic64_try_cmpxchg(&hold->word, (s64 *)&word,
				       eres_word_less_one(word)));
	return word;
}

/*
 * Take one level of the thread @id away, under the lock. @hold is any thread's; if not
 * the caller's, under rcu_read_lock().
 *
 * For whom the fast path is not: the owner if somebody waits, and all others. If it was
 * the last level, @r has been released.
 *
 * The last level and the ownership go together, for all who look under the lock or find
 * a word that is not INFLATED; so it is inflated first.
 *
 * Return: the hold's word before, 0 if @id does not own.
 */
u64 eres_put_level(ERESOURCE *r, struct eres_hold *hold, unsigned long id)
{
	unsigned long flags;
	u64 word;

	raw_spin_lock_irqsave(&r->lock, flags);
	__eres_inflate(r);
	word = __eres_put_level(r, hold, id);
	if (eres_word_is_last_exclusive(word) || eres_word_is_last_counted(word)) {
		__eres_release_last(r, flags);
	} else {
		__eres_thin(r);
		raw_spin_unlock_irqrestore(&r->lock, flags);
	}
	return word;
}

/*
 * The exclusive owner, of the caller's @hold, becomes a shared one, with all parked.
 *
 * The hold changes under the lock: whoever takes its last level away sees the mode that
 * the owner word says by the time it gets the lock.
 *
 * Return: whether @hold was an exclusive one with levels left.
 */
bool eres_convert_owner(ERESOURCE *r, struct eres_hold *hold)
{
	struct eres_waiter *parked;
	unsigned long flags;
	u64 word;

	raw_spin_lock_irqsave(&r->lock, flags);
	word = atomic64_read(&hold->word);
	do {
		if (!eres_word_is_threads(word) ||
		    !(word & ERES_HOLD_EXCLUSIVE)) {
			raw_spin_unlock_irqrestore(&r->lock, flags);
			return false;
		}
	} while (!atomic64_try_cmpxchg(&hold->word, (s64 *)&word,
				       word & ~ERES_HOLD_EXCLUSIVE));
	parked = __eres_make_shared(r, 1);
	raw_spin_unlock_irqrestore(&r->lock, flags);
	eres_wake(parked);
	return true;
}
