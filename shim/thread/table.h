/* SPDX-License-Identifier: GPL-2.0-only */
/* The table of thread records, for those files that work on it as a whole. */
#ifndef ERES_TABLE_H
#define ERES_TABLE_H

#include <linux/cpumask.h>
#include <linux/log2.h>

#include "thread/thread.h"

static inline size_t eres_table_size(void)
{
	return (size_t)1 << (BITS_PER_LONG - eres_table_shift);
}

#define ERES_MAX_TABLE_BITS	14

/* Of the number of slots. */
static inline unsigned int eres_table_bits(void)
{
	return order_base_2(clamp(256U * num_possible_cpus(), 1024U,
				  1U << ERES_MAX_TABLE_BITS));
}

static inline bool eres_claim(struct eres_thread *thread, unsigned long id)
{
	/* Pairs with the release of who gives the slot back. */
	return !READ_ONCE(thread->key) && !cmpxchg(&thread->key, 0, id);
}

/*
 * All heap records, the latest first. One is pushed before it is anybody's, by a
 * cmpxchg, and stays in the list, and memory, until the module goes: while it is
 * nobody's, with the key 0, among the spare ones. So there are as many as there have
 * been threads at a time that needed one. Who walks needs no lock, and misses none
 * that somebody had when he began.
 */
extern struct eres_thread *eres_heap;

void eres_record_free(struct eres_thread *home, struct eres_thread *thread);

#endif /* ERES_TABLE_H */
