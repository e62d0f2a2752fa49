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

/* The lock of its bucket is held. */
static inline void __eres_unlist(ERESOURCE *r)
{
	list_del(&r->link);
	WRITE_ONCE(r->magic, 0);
}

/* registry_forget.c */
void eres_forget_holds(const ERESOURCE *r);
void eres_registry_lost(const ERESOURCE *r, const struct module *goer);

#endif /* ERES_REGISTRY_H */
