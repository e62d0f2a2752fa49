// SPDX-License-Identifier: GPL-2.0-only
/*
 * The textbook's resource. Everything happens under its lock; what makes it
 * right is short:
 *
 * A thread that can not get in queues and sleeps on a completion of its own.
 * Who releases last, or converts, makes waiters owners before it drops the
 * lock, so nobody overtakes them, and completes them after that. When an
 * exclusive owner leaves, all shared waiters come next, or else one exclusive
 * waiter; when the last shared owner leaves, one exclusive waiter.
 *
 * A releaser can not allocate: who queues for shared access has made sure
 * before that the table has room for the owners and all such waiters.
 */
#include <linux/completion.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "textbook.h"

#define TEXTBOOK_TABLE_MIN	4

struct textbook_waiter {
	struct list_head node;
	unsigned long id;
	struct completion granted;
};

static DEFINE_SPINLOCK(textbook_list_lock);
static LIST_HEAD(textbook_list);

void textbook_init(struct textbook *t)
{
	unsigned long flags;

	memset(t, 0, sizeof(*t));
	spin_lock_init(&t->lock);
	INIT_LIST_HEAD(&t->exclusive_queue);
	INIT_LIST_HEAD(&t->shared_queue);
	spin_lock_irqsave(&textbook_list_lock, flags);
	list_add_tail(&t->link, &textbook_list);
	spin_unlock_irqrestore(&textbook_list_lock, flags);
}

bool textbook_delete(struct textbook *t)
{
	unsigned long flags;
	bool idle;

	spin_lock_irqsave(&t->lock, flags);
	idle = !t->owners && !t->exclusive_waiters && !t->shared_waiters;
	spin_unlock_irqrestore(&t->lock, flags);
	if (!idle)
		return false;
	spin_lock_irqsave(&textbook_list_lock, flags);
	list_del(&t->link);
	spin_unlock_irqrestore(&textbook_list_lock, flags);
	kfree(t->table);
	return true;
}

static struct textbook_owner *textbook_find(struct textbook *t,
					    unsigned long id)
{
	u32 i;

	if (t->first.levels && t->first.id == id)
		return &t->first;
	for (i = 0; i < t->size; i++)
		if (t->table[i].levels && t->table[i].id == id)
			return &t->table[i];
	return NULL;
}

/* The caller knows that there is room. */
static void textbook_add(struct textbook *t, unsigned long id)
{
	struct textbook_owner *owner = &t->first;

	if (owner->levels)
		for (owner = t->table; owner->levels; owner++)
			;
	owner->id = id;
	owner->levels = 1;
	t->owners++;
}

static bool textbook_has_room(const struct textbook *t)
{
	return t->owners + t->shared_waiters < 1 + t->size;
}

/*
 * Makes the table larger, outside of the lock: the caller looks at everything
 * again after it.
 */
static bool textbook_grow(struct textbook *t, unsigned long *flags, bool wait)
	__releases(&t->lock) __acquires(&t->lock)
{
	u32 size = max_t(u32, 2 * t->size, TEXTBOOK_TABLE_MIN);
	struct textbook_owner *table;

	spin_unlock_irqrestore(&t->lock, *flags);
	table = kcalloc(size, sizeof(*table),
			wait ? GFP_KERNEL | __GFP_NOFAIL : GFP_ATOMIC);
	spin_lock_irqsave(&t->lock, *flags);
	if (!table)
		return false;
	if (size > t->size) {
		if (t->size)
			memcpy(table, t->table, t->size * sizeof(*table));
		swap(t->table, table);
		t->size = size;
	}
	/* By somebody who has no lock to hold: not from an interrupt. */
	kfree(table);
	return true;
}

static void textbook_wait(struct textbook *t, struct list_head *queue,
			  u32 *waiters, unsigned long flags)
	__releases(&t->lock)
{
	struct textbook_waiter waiter = { .id = (unsigned long)current };

	init_completion(&waiter.granted);
	list_add_tail(&waiter.node, queue);
	++*waiters;
	spin_unlock_irqrestore(&t->lock, flags);
	wait_for_completion(&waiter.granted);
}

/* Makes the first waiter of a queue an owner; who it is. */
static struct textbook_waiter *textbook_let_in(struct textbook *t,
					       struct list_head *queue,
					       u32 *waiters)
{
	struct textbook_waiter *waiter =
		list_first_entry(queue, struct textbook_waiter, node);

	textbook_add(t, waiter->id);
	--*waiters;
	return waiter;
}

/* Makes all who wait for shared access owners, and drops the lock. */
static void textbook_let_in_shared(struct textbook *t, unsigned long flags)
	__releases(&t->lock)
{
	struct textbook_waiter *waiter, *next;
	LIST_HEAD(granted);

	t->exclusive = false;
	while (!list_empty(&t->shared_queue)) {
		waiter = textbook_let_in(t, &t->shared_queue,
					 &t->shared_waiters);
		list_move_tail(&waiter->node, &granted);
	}
	spin_unlock_irqrestore(&t->lock, flags);
	list_for_each_entry_safe(waiter, next, &granted, node)
		complete(&waiter->granted);
}

static void textbook_let_in_exclusive(struct textbook *t, unsigned long flags)
	__releases(&t->lock)
{
	struct textbook_waiter *waiter;

	t->exclusive = true;
	waiter = textbook_let_in(t, &t->exclusive_queue,
				 &t->exclusive_waiters);
	list_del(&waiter->node);
	spin_unlock_irqrestore(&t->lock, flags);
	complete(&waiter->granted);
}

bool textbook_acquire_exclusive(struct textbook *t, bool wait)
{
	unsigned long id = (unsigned long)current;
	unsigned long flags;
	bool owned = true;

	spin_lock_irqsave(&t->lock, flags);
	if (!t->owners) {
		t->exclusive = true;
		textbook_add(t, id);
	} else if (t->exclusive && t->first.id == id) {
		t->first.levels++;
	} else {
		owned = false;
	}
	if (!owned && wait) {
		textbook_wait(t, &t->exclusive_queue, &t->exclusive_waiters,
			      flags);
		return true;
	}
	spin_unlock_irqrestore(&t->lock, flags);
	return owned;
}

/* Drops the lock meanwhile, if there is no room for one more owner. */
static bool textbook_make_room(struct textbook *t, unsigned long *flags,
			       bool wait)
{
	while (!textbook_has_room(t))
		if (!textbook_grow(t, flags, wait))
			return false;
	return true;
}

bool textbook_acquire_shared(struct textbook *t, bool wait)
{
	unsigned long id = (unsigned long)current;
	struct textbook_owner *owner;
	unsigned long flags;
	bool owned = true;

	spin_lock_irqsave(&t->lock, flags);
	owner = textbook_find(t, id);
	if (owner) {
		owner->levels++;
		goto out_unlock;
	}
	/* The caller does not become an owner meanwhile: only it could do that. */
	if (!textbook_make_room(t, &flags, wait)) {
		owned = false;
		goto out_unlock;
	}
	if (!t->owners)
		t->exclusive = false;
	owned = !t->owners || (!t->exclusive && !t->exclusive_waiters);
	if (owned)
		textbook_add(t, id);
	if (!owned && wait) {
		textbook_wait(t, &t->shared_queue, &t->shared_waiters, flags);
		return true;
	}
out_unlock:
	spin_unlock_irqrestore(&t->lock, flags);
	return owned;
}

bool textbook_release_for(struct textbook *t, unsigned long id)
{
	struct textbook_owner *owner;
	unsigned long flags;

	spin_lock_irqsave(&t->lock, flags);
	owner = textbook_find(t, id);
	if (owner && !--owner->levels && !--t->owners) {
		if (t->shared_waiters &&
		    (t->exclusive || !t->exclusive_waiters)) {
			textbook_let_in_shared(t, flags);
			return true;
		}
		if (t->exclusive_waiters) {
			textbook_let_in_exclusive(t, flags);
			return true;
		}
	}
	spin_unlock_irqrestore(&t->lock, flags);
	return owner;
}

bool textbook_release(struct textbook *t)
{
	return textbook_release_for(t, (unsigned long)current);
}

bool textbook_convert(struct textbook *t)
{
	unsigned long flags;

	spin_lock_irqsave(&t->lock, flags);
	if (t->owners && t->exclusive && t->first.id == (unsigned long)current) {
		textbook_let_in_shared(t, flags);
		return true;
	}
	spin_unlock_irqrestore(&t->lock, flags);
	return false;
}

bool textbook_hand_over(struct textbook *t, unsigned long owner_pointer)
{
	struct textbook_owner *owner;
	unsigned long flags;

	spin_lock_irqsave(&t->lock, flags);
	owner = textbook_find(t, (unsigned long)current);
	if (owner)
		owner->id = owner_pointer;
	spin_unlock_irqrestore(&t->lock, flags);
	return owner;
}

/* Nobody but the caller makes the answer true or false: no lock. */
bool textbook_is_exclusive(struct textbook *t)
{
	return READ_ONCE(t->exclusive) && READ_ONCE(t->first.levels) &&
	       READ_ONCE(t->first.id) == (unsigned long)current;
}

u32 textbook_levels(struct textbook *t)
{
	struct textbook_owner *owner;
	unsigned long flags;
	u32 levels = 0;

	spin_lock_irqsave(&t->lock, flags);
	owner = textbook_find(t, (unsigned long)current);
	if (owner)
		levels = owner->levels;
	spin_unlock_irqrestore(&t->lock, flags);
	return levels;
}
