/* SPDX-License-Identifier: GPL-2.0-only */
/* What all objects that can be waited for have in common, and who waits for them. */
#ifndef WDMSYNC_WAITABLE_H
#define WDMSYNC_WAITABLE_H

#include <linux/bits.h>
#include <linux/list.h>
#include <linux/string.h>
#include <linux/types.h>

#define ERESOURCE_WDK
#include <ntddk.h>

#include "check.h"

/* The first byte of an object, as Windows numbers them. */
enum eres_waitable_type {
	ERES_NOTIFICATION_EVENT		= 0,
	ERES_SYNCHRONIZATION_EVENT	= 1,
	ERES_MUTEX			= 2,
	ERES_SEMAPHORE			= 5,
	/* Found by the thread's address, and never by what lies there. */
	ERES_THREAD			= 6,
	ERES_NOTIFICATION_TIMER		= 8,
	ERES_SYNCHRONIZATION_TIMER	= 9,
};

#define ERES_EVENTS	(BIT(ERES_NOTIFICATION_EVENT) | BIT(ERES_SYNCHRONIZATION_EVENT))
#define ERES_MUTEXES	BIT(ERES_MUTEX)
#define ERES_SEMAPHORES	BIT(ERES_SEMAPHORE)
#define ERES_TIMERS	(BIT(ERES_NOTIFICATION_TIMER) | BIT(ERES_SYNCHRONIZATION_TIMER))
#define ERES_ANY	(ERES_EVENTS | ERES_MUTEXES | ERES_SEMAPHORES | ERES_TIMERS)

/**
 * struct eres_waitable - DISPATCHER_HEADER
 * @type: one of the above; constant
 * @mark: that it has been initialised, here: no copy elsewhere has it; constant
 * @state: set if more than 0; the dispatcher lock
 * @waiters: wait blocks, first come first; the dispatcher lock
 */
struct eres_waitable {
	u8 type;
	u8 mark[3];
	s32 state;
	struct list_head waiters;
};

/* KSEMAPHORE: the state is the count. */
struct eres_semaphore {
	struct eres_waitable head;
	/* Constant. */
	s32 limit;
};

/*
 * KMUTANT: 1 is free, less is owned, by one level more for each step down. The rest
 * changes under the dispatcher lock. Of the two that say who owns, @owner can not be
 * another's one day, see eres_mutex_note(), and @thread is for people.
 */
struct eres_mutex {
	struct eres_waitable head;
	u64 owner;
	u64 unused;
	unsigned long thread;
};

struct eres_waiter;

/* KWAIT_BLOCK: one waiter in the queue of one object. */
struct eres_wait_block {
	/* The dispatcher lock. */
	struct list_head link;
	/* Constant while it is queued. */
	struct eres_waiter *waiter;
	struct eres_waitable *object;
	/* Names an object that one before it names: not queued, nor taken. */
	bool again;
	/* The object is a thread's, and refers to it; the waiter's own. */
	bool thread;
};

/* waitable.c */
bool eres_is_waitable(const void *object, unsigned long types);
struct eres_waitable *eres_waitable(void *address, unsigned long types,
				    const struct eres_call *call);
bool eres_waitable_init(void *address, enum eres_waitable_type type, s32 state,
			const struct eres_call *call);
const char *eres_waitable_kind(u8 type);
void eres_check_wait_flag(BOOLEAN wait, void *object, const struct eres_call *call);

#endif /* WDMSYNC_WAITABLE_H */
