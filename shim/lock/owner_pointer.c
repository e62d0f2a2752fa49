// SPDX-License-Identifier: GPL-2.0-only
/*
 * Owner pointers: ownership without a thread.
 *
 * A hold that is handed over stays in the record of the thread that acquired;
 * only its name changes, so nothing needs memory. The resource is inflated, and its
 * owner word leads to the hold: one exclusive hold, or a tree of shared ones among
 * the group, by their values. What it leads to only changes under the resource's lock.
 */
#include "lock/state.h"
#include "treap.h"

static struct eres_node *eres_pointer_root(const ERESOURCE *r)
{
	struct eres_hold *hold = eres_owner_pointer_hold(READ_ONCE(r->owner));

	return hold ? &hold->pointer : NULL;
}

static void __eres_set_root(ERESOURCE *r, struct eres_node *root, unsigned long tag)
{
	struct eres_hold *hold = root ? container_of(root, struct eres_hold, pointer) : NULL;

	__eres_set_owner(r, (unsigned long)hold | tag);
}

/* The word leads to the hold: the one owner, or one of a group that is counted. */
static void __eres_link_pointer(ERESOURCE *r, struct eres_hold *hold, u64 word)
{
	struct eres_node *root;

	__eres_inflate(r);
	/* %NULL if it was a task's. */
	root = eres_pointer_root(r);
	eres_treap_insert(&root, &hold->pointer);
	__eres_set_root(r, root, word & ERES_HOLD_EXCLUSIVE ? ERES_TAG_POINTER :
							      ERES_TAG_SHARED);
}

/*
 * The caller's ownership becomes an owner pointer's.
 * Return: whether @hold had levels left to hand over.
 */
bool eres_hand_over(ERESOURCE *r, struct eres_hold *hold, unsigned long owner)
{
	unsigned long flags;
	bool done = false;
	u64 word;

	/* Looked at only once the word leads to it. */
	WRITE_ONCE(hold->pointer.key, owner);
	flags = eres_lock_unbiased(r);
	word = atomic64_read(&hold->word);
	while (eres_word_is_threads(word) && !done)
		done = atomic64_try_cmpxchg(&hold->word, (s64 *)&word,
					    word | ERES_HOLD_HANDED_OVER);
	if (likely(done))
		__eres_link_pointer(r, hold, word);
	raw_spin_unlock_irqrestore(&r->lock, flags);
	return done;
}

/* The hold that went to @owner: one of them, if there are several. */
static struct eres_hold *__eres_find_pointer(const ERESOURCE *r, unsigned long owner)
{
	struct eres_node *node = eres_treap_look_up(eres_pointer_root(r), owner);

	return node ? container_of(node, struct eres_hold, pointer) : NULL;
}

static void __eres_unlink_pointer(ERESOURCE *r, struct eres_hold *hold)
{
	struct eres_node *root = eres_pointer_root(r);

	eres_treap_remove(eres_treap_find(&root, &hold->pointer, hold->pointer.key));
	__eres_set_root(r, root, ERES_TAG_SHARED);
}

/* By another, or by the thread itself in the role of one. */
static __always_inline void eres_pointer_freed(struct eres_thread *thread)
{
	if (READ_ONCE(thread->key) == eres_current_id() && in_task())
		thread->taken--;
	else
		eres_foreign_freed(thread);
}

/* Take one level of an owner pointer away. Return: whether it owned @r. */
bool eres_release_pointer(ERESOURCE *r, unsigned long owner)
{
	struct eres_hold *hold;
	struct eres_thread *thread;
	unsigned long flags;
	u64 word;

	if (unlikely(!eres_may_lock_resource()))
		return false;
	raw_spin_lock_irqsave(&r->lock, flags);
	hold = __eres_find_pointer(r, owner);
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
		__eres_unlink_pointer(r, hold);
	/* Constant, and there until eres_foreign_freed(). */
	thread = hold->thread;
	atomic64_set_release(&hold->word, eres_word_unused(word));
	__eres_release_last(r, flags);
	eres_pointer_freed(thread);
	return true;
}

/*
 * For a report: the exclusive owner's id, or an owner pointer among the shared ones; 0 if
 * there is none, or only threads that share.
 */
unsigned long eres_some_owner(ERESOURCE *r)
{
	unsigned long flags, owner;
	struct eres_hold *hold;

	if (unlikely(!eres_may_lock_resource()))
		return 0;
	raw_spin_lock_irqsave(&r->lock, flags);
	owner = READ_ONCE(r->owner);
	hold = eres_owner_pointer_hold(owner);
	if (hold)
		owner = hold->pointer.key;
	else
		/* What is left of one that is shared is no owner, but a count. */
		owner = eres_owner_is_exclusive(owner) ? owner & ~ERES_TAG_MASK : 0;
	raw_spin_unlock_irqrestore(&r->lock, flags);
	return owner;
}
