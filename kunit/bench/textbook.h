/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A resource with owners as textbooks and other projects build it, for
 * comparison: a spinlock, taken with interrupts off, over everything; one owner
 * entry inside, the others in a table that grows and is searched from its
 * beginning; two queues of waiters, to whom the releaser hands the resource.
 */
#ifndef ERES_BENCH_TEXTBOOK_H
#define ERES_BENCH_TEXTBOOK_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/* A thread, or an owner pointer; levels are 0 if the entry is free. */
struct textbook_owner {
	unsigned long id;
	u32 levels;
};

struct textbook {
	/* Protects all but @link. */
	spinlock_t lock;
	bool exclusive;
	/* Entries in use. */
	u32 owners;
	struct textbook_owner first;
	struct textbook_owner *table;
	u32 size;
	u32 exclusive_waiters;
	u32 shared_waiters;
	struct list_head exclusive_queue;
	struct list_head shared_queue;
	/* Of all resources, for a debugger; textbook_list_lock. */
	struct list_head link;
};

void textbook_init(struct textbook *t);
/* Return: false if somebody owns or waits; then it stays. */
bool textbook_delete(struct textbook *t);

bool textbook_acquire_exclusive(struct textbook *t, bool wait);
bool textbook_acquire_shared(struct textbook *t, bool wait);
/* Return: false if @id owns nothing. */
bool textbook_release_for(struct textbook *t, unsigned long id);
bool textbook_release(struct textbook *t);
bool textbook_convert(struct textbook *t);
bool textbook_hand_over(struct textbook *t, unsigned long owner_pointer);

bool textbook_is_exclusive(struct textbook *t);
u32 textbook_levels(struct textbook *t);

#endif /* ERES_BENCH_TEXTBOOK_H */
