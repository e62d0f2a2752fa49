/* SPDX-License-Identifier: GPL-2.0-only */
/* One wait of one thread; see waiter.c for who may touch what. */
#ifndef WDMSYNC_WAITER_H
#define WDMSYNC_WAITER_H

#include <linux/compiler.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

#include "waitable.h"

/* No wait ends with it: it is still going on. */
#define ERES_WAITING	STATUS_PENDING

/**
 * struct eres_waiter - a wait, on the stack of the thread
 * @task: the thread
 * @mutexes: which thread that is to a mutex; 0: none can be had here
 * @block: one for each object
 * @count: how many
 * @threads: how many of them are threads'
 * @all: all at once, or any one
 * @status: %ERES_WAITING, or how the wait has ended; the dispatcher lock
 * @gained: how many mutexes it owns that it did not before; the same
 * @last: the last one of them
 */
struct eres_waiter {
	struct task_struct *task;
	u64 mutexes;
	struct eres_wait_block *block;
	unsigned int count;
	unsigned int threads;
	bool all;
	NTSTATUS status;
	u32 gained;
	const void *last;
};

extern raw_spinlock_t eres_dispatcher_lock;

/* States are read without the lock, too. */
static inline void __eres_set_state(struct eres_waitable *object, s32 state)
{
	WRITE_ONCE(object->state, state);
}

bool eres_waiter_begin(struct eres_waiter *waiter, bool queue);
NTSTATUS eres_waiter_end(struct eres_waiter *waiter, NTSTATUS otherwise);
void __eres_signalled(struct eres_waitable *object);

#endif /* WDMSYNC_WAITER_H */
