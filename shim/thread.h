/* SPDX-License-Identifier: GPL-2.0-only */
/* The table of thread records, for those files that work on it as a whole. */
#ifndef ERES_THREAD_H
#define ERES_THREAD_H

#include <linux/hash.h>

#include "internal.h"

/* Constant while the module is loaded. */
extern struct eres_thread *eres_table;
extern unsigned int eres_table_bits;

static inline size_t eres_table_size(void)
{
	return (size_t)1 << eres_table_bits;
}

static inline struct eres_thread *eres_home(unsigned long id)
{
	return &eres_table[hash_long(id, eres_table_bits)];
}

void eres_give_back(struct eres_thread *home, struct eres_thread *thread);

#endif /* ERES_THREAD_H */
