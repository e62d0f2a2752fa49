// SPDX-License-Identifier: GPL-2.0-only
/*
 * Owner pointers: ownership without a thread.
 *
 * A hold that is handed over stays in the record of the thread that acquired;
 * only its name changes, so nothing needs memory. The resource's owner word
 * leads to it: one exclusive hold, or a list of shared ones among the group.
 * All of it is protected by the resource's lock.
 */
#include "state.h"

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
	unsigned long flags;
	bool done = false;
	u64 word;

	/* Pointers are listed with those that are counted. */
	eres_lock_unbiased(r, &flags);
	__eres_lock_owner(r);
	word = atomic64_read(&hold->word);
	while (eres_word_is_threads(word) && !done)
		done = atomic64_try_cmpxchg(&hold->word, (s64 *)&word,
					    word | ERES_HOLD_HANDED_OVER);
	if (done) {
		hold->owner = owner;
		if (word & ERES_HOLD_EXCLUSIVE) {
			hold->next = NULL;
			__eres_set_owner(r, (unsigned long)hold |
					    ERES_TAG_POINTER);
		} else {
			hold->next = (void *)(r->owner & ~ERES_TAG_MASK);
			__eres_set_owner(r, (unsigned long)hold |
					    ERES_TAG_SHARED);
		}
	}
	raw_spin_unlock_irqrestore(&r->lock, flags);
	return done;
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
	atomic64_set_release(&hold->word, eres_word_unused(word));
	__eres_let_go(r, word & ERES_HOLD_EXCLUSIVE, flags);

	/* Not before: keeps the record of @hold from being given back. */
	eres_hold_given_up(hold);
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
		owner &= ~ERES_TAG_MASK;
	raw_spin_unlock_irqrestore(&r->lock, flags);
	return owner;
}
