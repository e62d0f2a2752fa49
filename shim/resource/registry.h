/* SPDX-License-Identifier: GPL-2.0-only */
/* The list of live resources, for those files that work on it. */
#ifndef ERES_REGISTRY_H
#define ERES_REGISTRY_H

#include <linux/hash.h>
#include <linux/list.h>
#include <linux/log2.h>

#include "resource/resource.h"

#define ERES_BUCKETS		256

struct eres_bucket {
	raw_spinlock_t lock;
	/*
	 * Live resources; @lock. Between them cursors (registry_walk.c), which
	 * are not live and belong to no module; and, until a walk comes by, what
	 * a driver has freed without deleting it.
	 */
	struct list_head resources;
} ____cacheline_aligned_in_smp;

extern struct eres_bucket eres_buckets[ERES_BUCKETS];

static inline struct eres_bucket *eres_bucket(const ERESOURCE *r)
{
	return &eres_buckets[hash_ptr(r, ilog2(ERES_BUCKETS))];
}

/* What the magic of a cursor is. */
static inline u32 eres_cursor_magic(const ERESOURCE *cursor)
{
	return ~eres_magic(cursor);
}

/* Whether a link, in memory that may be anything, points there. */
static inline bool __eres_points(struct list_head *const *link, const struct list_head *there)
{
	void *pointer;

	return eres_read_pointer(&pointer, (void *const *)link) && pointer == there;
}

/*
 * Into the list, and out of it: the lock of its bucket is held. A neighbour may have been
 * freed, and is another's then: it is written to only if it confirms that it is one. A walk
 * mends the list (registry_walk.c).
 */
static inline void __eres_enlist(struct eres_bucket *bucket, ERESOURCE *r)
{
	struct list_head *head = &bucket->resources, *last = head->prev;
	bool sound;

	/* It was freed without being deleted, and is allocated again. */
	if (unlikely(last == &r->link))
		last = head;
	sound = __eres_points(&last->next, head);
	r->link.next = head;
	r->link.prev = last;
	head->prev = &r->link;
	if (likely(sound))
		last->next = &r->link;
	WRITE_ONCE(r->magic, eres_magic(r));
}

static inline void __eres_unlist(ERESOURCE *r)
{
	struct list_head *before = r->link.prev, *after = r->link.next;
	bool sound = __eres_points(&before->next, &r->link);

	if (likely(__eres_points(&after->prev, &r->link)))
		after->prev = before;
	if (likely(sound))
		before->next = after;
	/* It confirms nothing any more. */
	r->link.next = NULL;
	r->link.prev = NULL;
	WRITE_ONCE(r->magic, 0);
}

/* registry_walk.c */
bool __eres_is_listed(const ERESOURCE *r);

/* registry_forget.c */
void eres_forget_holds(const ERESOURCE *r);
void eres_registry_lost(const ERESOURCE *r, const struct module *goer);

#endif /* ERES_REGISTRY_H */
