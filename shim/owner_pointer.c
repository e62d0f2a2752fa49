// SPDX-License-Identifier: GPL-2.0-only
/*
 * Owner pointers: ownership without a thread.
 *
 * A hold that is handed over stays in the record of the thread that acquired;
 * only its name changes, so nothing needs memory. The resource's owner word
 * leads to it: one exclusive hold, or a list of shared ones among the group.
 * What it leads to only changes under the resource's lock.
 */
#include "state.h"

/* The word is not bare any more. */
static noinline void eres_enter_pointer(ERESOURCE *r, unsigned long owner)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&r->lock, flags);
	__eres_set_owner(r, owner);
	raw_spin_unlock_irqrestore(&r->lock, flags);
}

/*
 * The hold, and then the word: as soon as that leads to the hold, all is under the
 * lock. In between neither the thread nor the pointer is found to own; nobody
 * else can.
 */
static bool eres_hand_over_exclusive(ERESOURCE *r, struct eres_hold *hold,
				     u64 word)
{
	unsigned long owner = (unsigned long)hold | ERES_TAG_POINTER;
	unsigned long id = eres_current_id();

	hold->next = NULL;
	do {
		if (!eres_word_is_threads(word))
			return false;
	} while (!atomic64_try_cmpxchg(&hold->word, (s64 *)&word,
				       word | ERES_HOLD_HANDED_OVER));
	if (unlikely(cmpxchg(&r->owner, id, owner) != id))
		eres_enter_pointer(r, owner);
	return true;
}

/* Among those that are counted, in a word that only changes under the lock. */
static noinline bool eres_hand_over_shared(ERESOURCE *r, struct eres_hold *hold)
{
	unsigned long flags, others;
	bool done = false;
	u64 word;

	eres_lock_unbiased(r, &flags);
	word = atomic64_read(&hold->word);
	while (eres_word_is_threads(word) && !done)
		done = atomic64_try_cmpxchg(&hold->word, (s64 *)&word,
					    word | ERES_HOLD_HANDED_OVER);
	if (likely(done)) {
		others = __eres_lock_owner(r) & ~ERES_TAG_MASK;
		hold->next = (struct eres_hold *)others;
		__eres_set_owner(r, (unsigned long)hold | ERES_TAG_SHARED);
	}
	raw_spin_unlock_irqrestore(&r->lock, flags);
	return done;
}

/**
 * eres_hand_over() - A thread's ownership becomes an owner pointer's.
 * @r: resource
 * @hold: the caller's hold of it
 * @owner: the owner pointer
 *
 * Return: whether @hold had levels left to hand over.
 */
bool eres_hand_over(ERESOURCE *r, struct eres_hold *hold, unsigned long owner)
{
	u64 word = eres_own_word_of(hold);

	/* Looked at only once the word leads to it. */
	WRITE_ONCE(hold->owner, owner);
	if (word & ERES_HOLD_EXCLUSIVE)
		return eres_hand_over_exclusive(r, hold, word);
	return eres_hand_over_shared(r, hold);
}

/*
 * The hold that went to @owner. An exclusive one is alone; shared ones are
 * linked, and *before gets the one in front of it.
 */
static struct eres_hold *__eres_find_pointer(ERESOURCE *r, unsigned long owner,
					     struct eres_hold **before)
{
	struct eres_hold *hold = eres_owner_pointer_hold(r->owner);

	*before = NULL;
	while (hold && hold->owner != owner) {
		*before = hold;
		hold = hold->next;
	}
	return hold;
}

static void __eres_unlink_pointer(ERESOURCE *r, struct eres_hold *hold,
				  struct eres_hold *before)
{
	if (before)
		before->next = hold->next;
	else
		__eres_set_owner(r, (unsigned long)hold->next | ERES_TAG_SHARED);
}

/* What most releases for a pointer are: exclusive, and nobody waits. */
static __always_inline void __eres_end_pointer(ERESOURCE *r, bool exclusive,
					       unsigned long flags)
	__releases(&r->lock)
{
	if (!exclusive || r->owner & ERES_INFLATED || r->parked)
		__eres_let_go(r, flags);
	else
		__eres_free(r, flags);
}

/* By another, or by the thread itself in the role of one. */
static __always_inline void eres_pointer_given_up(struct eres_thread *thread)
{
	eres_given_up(thread);
	if (READ_ONCE(thread->key) == eres_current_id() && in_task())
		thread->taken--;
}

/**
 * eres_release_pointer() - Take one level of an owner pointer away.
 * @r: resource
 * @owner: the owner pointer
 *
 * Return: whether @owner owned @r.
 */
bool eres_release_pointer(ERESOURCE *r, unsigned long owner)
{
	struct eres_hold *hold, *before;
	struct eres_thread *thread;
	unsigned long flags;
	u64 word;

	raw_spin_lock_irqsave(&r->lock, flags);
	hold = __eres_find_pointer(r, owner, &before);
	if (!hold) {
		raw_spin_unlock_irqrestore(&r->lock, flags);
		return false;
	}
	word = atomic64_read(&hold->word);
	if (eres_word_levels(word) > 1) {
		atomic64_set(&hold->word, word - 1);
		raw_spin_unlock_irqrestore(&r->lock, flags);
		return true;
	}
	if (!(word & ERES_HOLD_EXCLUSIVE))
		__eres_unlink_pointer(r, hold, before);
	/* Constant, and good for longer than the hold. */
	thread = hold->thread;
	/* A full barrier, see eres_given_up(); @hold may be gone from here on. */
	atomic64_xchg(&hold->word, eres_word_unused(word));
	__eres_end_pointer(r, word & ERES_HOLD_EXCLUSIVE, flags);
	eres_pointer_given_up(thread);
	return true;
}

/**
 * eres_some_owner() - Name an owner, for a report.
 * @r: resource
 *
 * Return: the exclusive owner's id, or an owner pointer among the shared ones;
 *         0 if there is none, or only threads that share.
 */
unsigned long eres_some_owner(ERESOURCE *r)
{
	unsigned long flags, owner;
	struct eres_hold *hold;

	raw_spin_lock_irqsave(&r->lock, flags);
	owner = READ_ONCE(r->owner);
	hold = eres_owner_pointer_hold(owner);
	if (hold)
		owner = hold->owner;
	else
		/* What is left of one that is shared is no owner, but a count. */
		owner = eres_owner_is_exclusive(owner) ? owner & ~ERES_TAG_MASK : 0;
	raw_spin_unlock_irqrestore(&r->lock, flags);
	return owner;
}
