/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where threads sleep for locks that are a word. Not in the lock: mutex_unlock() and
 * up_write() may look at a lock that its next owner has freed meanwhile, as drivers
 * do; and such a lock is smaller than what the kernel's consist of. So waiters lie on
 * their stacks, listed in a table by the address of the lock, in the order in which
 * they came.
 *
 * A release that finds somebody waiting gives the lock up under the lock of that part
 * of the table: what it stores in the lock is its last access to it. The lock is the
 * first one's who comes by, and handed over to who has been woken in vain. No priority
 * is inherited on PREEMPT_RT: that is the price.
 *
 * As long as nobody is parked and the owner runs on another CPU, who comes by waits
 * awake for a moment before it parks. Real-time threads park at once: the owner may be
 * one that they keep from running.
 */
#ifndef WDMSYNC_PARK_H
#define WDMSYNC_PARK_H

#include <linux/list.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

/* A part of the table: the lock protects the list, and the locks' bit for waiters. */
struct eres_lot {
	raw_spinlock_t lock;
	struct list_head parked;
};

/**
 * struct eres_parked - one who waits
 * @link: in the lot, until it is unparked
 * @object: what it waits for
 * @task: who it is
 * @shared: whether it wants to share
 * @again: it was unparked before, and somebody else was faster; its own
 * @unparked: it need not wait any more; the lot's lock
 * @granted: it was handed what it waits for; the lot's lock
 */
struct eres_parked {
	struct list_head link;
	const void *object;
	struct task_struct *task;
	bool shared;
	bool again;
	bool unparked;
	bool granted;
};

/* One who waits awake: until when, and how often it has looked. */
struct eres_awake {
	u64 end;
	unsigned int looks;
};

void eres_lots_init(void);
bool eres_awake_begin(struct eres_awake *awake);
bool eres_stays_awake(struct eres_awake *awake, struct task_struct *owner);
struct eres_lot *eres_lot_of(const void *object);
struct eres_parked *eres_first_parked(struct eres_lot *lot, const void *object,
				      const struct eres_parked *after);
void eres_park(struct eres_lot *lot, struct eres_parked *parked, unsigned long flags)
	__releases(&lot->lock);
void eres_unpark(struct eres_parked *parked);

#endif /* WDMSYNC_PARK_H */
