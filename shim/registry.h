/* SPDX-License-Identifier: GPL-2.0-only */
/* The list of live resources, for those files that work on it. */
#ifndef ERES_REGISTRY_H
#define ERES_REGISTRY_H

#include <linux/hash.h>
#include <linux/list.h>
#include <linux/log2.h>

#include "internal.h"

#define ERES_BUCKETS		256

struct eres_bucket {
	raw_spinlock_t lock;
	/*
	 * Live resources; @lock. Between them cursors (registry_walk.c), which
	 * are not live and belong to no module.
	 */
	struct list_head resources;
} ____cacheline_aligned_in_smp;

extern struct eres_bucket eres_buckets[ERES_BUCKETS];

static inline struct eres_bucket *eres_bucket(const ERESOURCE *r)
{
	return &eres_buckets[hash_ptr(r, ilog2(ERES_BUCKETS))];
}

#endif /* ERES_REGISTRY_H */
