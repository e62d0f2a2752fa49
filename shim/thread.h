/* SPDX-License-Identifier: GPL-2.0-only */
/* The table of thread records, for those files that work on it as a whole. */
#ifndef ERES_THREAD_H
#define ERES_THREAD_H

#include <linux/hash.h>

#include "internal.h"

/* Constant while the module is loaded. */
extern struct eres_thread *eres_table;
extern unsigned int eres_table_shift;

static inline size_t eres_table_size(void)
{
	return (size_t)1 << (BITS_PER_LONG - eres_table_shift);
}

/* hash_long(), with what it takes from the number of bits known beforehand. */
static inline struct eres_thread *eres_home(unsigned long id)
{
	return &eres_table[id * GOLDEN_RATIO_64 >> eres_table_shift];
}

static inline bool eres_claim(struct eres_thread *thread, unsigned long id)
{
	/* Pairs with the release of who gives the slot back. */
	return !READ_ONCE(thread->key) && !cmpxchg(&thread->key, 0, id);
}

void eres_give_back(struct eres_thread *home, struct eres_thread *thread);

#endif /* ERES_THREAD_H */
