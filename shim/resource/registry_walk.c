// SPDX-License-Identifier: GPL-2.0-only
/*
 * Walking over all live resources while they come and go.
 *
 * A walker leaves a cursor in the list and goes on from there the next time, so
 * that no lock is held for longer than it takes to look at a few, however many
 * there are. What is live stays so while its bucket is locked: copies are made
 * then, and nothing else is done.
 *
 * What a driver frees without deleting it is still in the list, and its memory
 * may be unmapped or somebody else's. So no link is followed that the other side
 * does not confirm. Where one does not, the list is joined from its two ends, and
 * what was between is lost: this takes as long as the bucket is, but only once.
 */
#include <linux/string.h>

#include "resource/registry.h"
#include "resource/registry_walk.h"

/* Looked at with interrupts off. */
#define ERES_STRIDE	32

void eres_registry_walk_begin(struct eres_registry_walk *walk)
{
	memset(walk, 0, sizeof(*walk));
	walk->cursor.magic = eres_cursor_magic(&walk->cursor);
}

/* Whether two neighbours point at each other. @before or @after may be anywhere. */
static bool __eres_are_linked(struct list_head *before, struct list_head *after)
{
	return __eres_points(&before->next, after) && __eres_points(&after->prev, before);
}

/*
 * Any memory; not what is left of one that was freed: a neighbour confirms it. The lock of
 * the bucket is held.
 */
bool __eres_is_listed(const ERESOURCE *r)
{
	void *before, *after;

	if (!eres_is_live_safely(r) ||
	    !eres_read_pointer(&before, (void *const *)&r->link.prev) ||
	    !eres_read_pointer(&after, (void *const *)&r->link.next))
		return false;
	return __eres_points(&((struct list_head *)before)->next, &r->link) ||
	       __eres_points(&((struct list_head *)after)->prev, &r->link);
}

static void __eres_join(struct eres_registry_walk *walk,
			struct list_head *before, struct list_head *after,
			struct list_head *lost)
{
	ERESOURCE *r = list_entry(lost, ERESOURCE, link);

	before->next = after;
	after->prev = before;
	/* Unless its memory has one that was made after that, and is in the list. */
	if (!__eres_is_listed(r))
		walk->lost = r;
}

/* See to it that what is after @at is in the list, too. */
static void __eres_mend_after(struct eres_registry_walk *walk,
			      struct list_head *head, struct list_head *at)
{
	struct list_head *end = head;

	if (likely(__eres_are_linked(at, at->next)))
		return;
	while (end->prev != head && end->prev != at &&
	       __eres_are_linked(end->prev, end))
		end = end->prev;
	__eres_join(walk, at, end, at->next);
}

/* The same for what is before it. */
static void __eres_mend_before(struct eres_registry_walk *walk,
			       struct list_head *head, struct list_head *at)
{
	struct list_head *end = head;

	if (likely(__eres_are_linked(at->prev, at)))
		return;
	while (end->next != head && end->next != at &&
	       __eres_are_linked(end, end->next))
		end = end->next;
	__eres_join(walk, end, at, at->prev);
}

/*
 * The cursor, in a list that is sound around it; at the end of it, if another
 * walker has joined the list without it.
 */
static struct list_head *__eres_walk_enter(struct eres_registry_walk *walk,
					   struct list_head *head)
{
	struct list_head *cursor = &walk->cursor.link;

	if (!walk->listed) {
		__eres_mend_after(walk, head, head);
		list_add(cursor, head);
	}
	walk->listed = true;
	__eres_mend_before(walk, head, cursor);
	__eres_mend_after(walk, head, cursor);
	return cursor;
}

/* On to the next bucket. */
static void __eres_walk_leave(struct eres_registry_walk *walk)
{
	list_del(&walk->cursor.link);
	walk->listed = false;
	walk->done = ++walk->bucket == ERES_BUCKETS;
}

/* What is after @at; if it is overwritten, it is taken out. One loss at a time is told. */
static ERESOURCE *__eres_walk_look(struct eres_registry_walk *walk,
				   struct list_head *head, struct list_head *at)
{
	ERESOURCE *r = list_entry(at->next, ERESOURCE, link);
	u32 magic = READ_ONCE(r->magic);

	__eres_mend_after(walk, head, &r->link);
	if (unlikely(walk->lost))
		return NULL;
	if (likely(magic == eres_magic(r) || magic == eres_cursor_magic(r)))
		return r;
	__eres_join(walk, at, r->link.next, &r->link);
	return NULL;
}

/*
 * Look at some more resources, of a walk that is begun, and not done yet: copy those that
 * @want wants, @room at most. Any context but NMI; takes a raw lock for a bounded time.
 * Return: how many were copied.
 */
unsigned int eres_registry_walk_on(struct eres_registry_walk *walk,
				   eres_resource_fn want, void *data,
				   struct eres_snapshot *found,
				   unsigned int room)
{
	struct eres_bucket *bucket = &eres_buckets[walk->bucket];
	struct list_head *at, *head = &bucket->resources;
	unsigned int count = 0, seen;
	unsigned long flags;

	walk->lost = NULL;
	raw_spin_lock_irqsave(&bucket->lock, flags);
	at = __eres_walk_enter(walk, head);
	for (seen = 0; at->next != head && count < room && seen < ERES_STRIDE && !walk->lost;
	     seen++) {
		ERESOURCE *r = __eres_walk_look(walk, head, at);

		if (!r)
			continue;
		if (!eres_is_live(r) || !want(r, data)) {
			at = &r->link;
			continue;
		}
		eres_snapshot(&found[count++], r);
		if (walk->goer)
			__eres_unlist(r);
		else
			at = &r->link;
	}
	if (at->next == head)
		__eres_walk_leave(walk);
	else if (at != &walk->cursor.link)
		list_move(&walk->cursor.link, at);
	raw_spin_unlock_irqrestore(&bucket->lock, flags);
	if (unlikely(walk->lost))
		eres_registry_lost(walk->lost, walk->goer);
	return count;
}

/* Done or not. */
void eres_registry_walk_end(struct eres_registry_walk *walk)
{
	struct eres_bucket *bucket;
	unsigned long flags;

	if (!walk->listed)
		return;
	bucket = &eres_buckets[walk->bucket];
	walk->lost = NULL;
	raw_spin_lock_irqsave(&bucket->lock, flags);
	list_del(__eres_walk_enter(walk, &bucket->resources));
	raw_spin_unlock_irqrestore(&bucket->lock, flags);
	walk->listed = false;
	if (unlikely(walk->lost))
		eres_registry_lost(walk->lost, walk->goer);
}
