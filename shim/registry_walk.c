// SPDX-License-Identifier: GPL-2.0-only
/*
 * Walking over all live resources while they come and go.
 *
 * A walker leaves a cursor in the list and goes on from there the next time, so
 * that no lock is held for longer than it takes to look at a few, however many
 * there are. What is live stays so while its bucket is locked: copies are made
 * then, and nothing else is done.
 */
#include <linux/string.h>

#include "registry.h"
#include "see.h"

/* Looked at with interrupts off. */
#define ERES_STRIDE	32

void eres_registry_walk_begin(struct eres_registry_walk *walk)
{
	memset(walk, 0, sizeof(*walk));
}

/* On to the next bucket. */
static void __eres_walk_leave(struct eres_registry_walk *walk)
{
	list_del(&walk->cursor.link);
	walk->listed = false;
	walk->done = ++walk->bucket == ERES_BUCKETS;
}

static struct list_head *__eres_walk_enter(struct eres_registry_walk *walk,
					   struct eres_bucket *bucket)
{
	if (!walk->listed)
		list_add(&walk->cursor.link, &bucket->resources);
	walk->listed = true;
	return walk->cursor.link.next;
}

/**
 * eres_registry_walk_on() - Look at some more resources.
 * @walk: begun, and not done yet
 * @want: which of them to copy
 * @data: for @want
 * @found: the copies
 * @room: at most that many
 *
 * Context: Any but NMI; takes a raw lock for a bounded time.
 * Return: how many were copied.
 */
unsigned int eres_registry_walk_on(struct eres_registry_walk *walk,
				   eres_resource_fn want, void *data,
				   struct eres_snapshot *found,
				   unsigned int room)
{
	struct eres_bucket *bucket = &eres_buckets[walk->bucket];
	unsigned int count = 0, seen = 0;
	struct list_head *at;
	unsigned long flags;

	raw_spin_lock_irqsave(&bucket->lock, flags);
	at = __eres_walk_enter(walk, bucket);
	for (; at != &bucket->resources && count < room && seen < ERES_STRIDE;
	     at = at->next, seen++) {
		const ERESOURCE *r = list_entry(at, ERESOURCE, link);

		if (eres_is_live(r) && want(r, data))
			eres_snapshot(&found[count++], r);
	}
	if (at == &bucket->resources)
		__eres_walk_leave(walk);
	else
		list_move_tail(&walk->cursor.link, at);
	raw_spin_unlock_irqrestore(&bucket->lock, flags);
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
	raw_spin_lock_irqsave(&bucket->lock, flags);
	list_del(&walk->cursor.link);
	raw_spin_unlock_irqrestore(&bucket->lock, flags);
	walk->listed = false;
}
