/* SPDX-License-Identifier: GPL-2.0-only */
/* One wait of one thread; see waiter.c for who may touch what. */
#ifndef WDMSYNC_WAITER_H
#define WDMSYNC_WAITER_H

#include <linux/compiler.h>
#include <linux/list.h>
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

/*
 * With the dispatcher lock held: from here on nobody else changes word and queue. A full
 * barrier if somebody could have.
 */
static inline void __eres_lock_word(struct eres_waitable *object)
{
	union eres_word old = { .all = READ_ONCE(object->word.all) }, locked;

	do {
		if (old.first & ERES_LOCKED)
			return;
		locked = old;
		locked.first |= ERES_LOCKED;
	} while (!try_cmpxchg(&object->word.all, &old.all, locked.all));
}

/*
 * Others may change it again, unless somebody waits for it: then by the lock only. If
 * they may, this is the last access: who finds it set may free it. A release. Of an
 * object that is named twice the word is unlocked already, and not the caller's.
 */
static inline void __eres_unlock_word(struct eres_waitable *object)
{
	union eres_word word = { .all = READ_ONCE(object->word.all) };

	if (!(word.first & ERES_LOCKED) || BIT(word.type) & ERES_ALWAYS_LOCKED ||
	    !list_empty(&object->waiters))
		return;
	word.first &= ~ERES_LOCKED;
	/* Pairs with the cmpxchg of who changes it next, or with eres_take_unlocked(). */
	smp_store_release(&object->word.all, word.all);
}

/* The word is locked. States are read without any lock, too. */
static inline void __eres_set_state(struct eres_waitable *object, s32 state)
{
	WRITE_ONCE(object->word.state, state);
}

bool eres_take_mutex_unlocked(struct eres_mutex *mutex, union eres_word word,
			      struct eres_waiter *waiter);
bool eres_waiter_begin(struct eres_waiter *waiter, bool queue);
NTSTATUS eres_waiter_end(struct eres_waiter *waiter, NTSTATUS otherwise);
void __eres_signalled(struct eres_waitable *object);

#endif /* WDMSYNC_WAITER_H */
