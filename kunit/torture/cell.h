/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A resource and what it protects.
 *
 * The protected variables are plain: whether exclusion holds shows in their
 * values, and KCSAN looks at the accesses. Only every other visit counts the
 * visitors in atomics, too: those are full barriers, which would make up for
 * barriers that the lock lacks.
 */
#ifndef ERES_CELL_H
#define ERES_CELL_H

#include <linux/cache.h>

#include "crew.h"

struct eres_cell {
	ERESOURCE resource;
	/* Equal except inside an exclusive visit. */
	u64 before;
	u64 after;
	atomic_t readers;
	atomic_t writers;
} ____cacheline_aligned_in_smp;

/* By the function form: the order of acquisition is the test's own business. */
void eres_cell_init(struct eres_cell *cell);

/* Fails if anybody still owns or waits. */
void eres_cell_delete(struct eres_cell *cell);

/* What an owner does; @worker for its random numbers. */
void eres_visit_exclusive(struct eres_worker *worker, struct eres_cell *cell);
void eres_visit_shared(struct eres_worker *worker, struct eres_cell *cell);

/* The same without a worker, briefly, in any context. */
void eres_touch_exclusive(struct eres_cell *cell);
void eres_touch_shared(struct eres_cell *cell);

#endif /* ERES_CELL_H */
