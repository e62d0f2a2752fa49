/* SPDX-License-Identifier: GPL-2.0-only */
/* What all objects that can be waited for have in common, and who waits for them. */
#ifndef WDMSYNC_WAITABLE_H
#define WDMSYNC_WAITABLE_H

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/hash.h>
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
	/* Found by the thread's address: what lies there is no object. */
	ERES_THREAD			= 6,
	ERES_NOTIFICATION_TIMER		= 8,
	ERES_SYNCHRONIZATION_TIMER	= 9,
};

#define ERES_EVENTS	(BIT(ERES_NOTIFICATION_EVENT) | BIT(ERES_SYNCHRONIZATION_EVENT))
#define ERES_MUTEXES	BIT(ERES_MUTEX)
#define ERES_SEMAPHORES	BIT(ERES_SEMAPHORE)
#define ERES_TIMERS	(BIT(ERES_NOTIFICATION_TIMER) | BIT(ERES_SYNCHRONIZATION_TIMER))
/* Changed by who has the dispatcher lock, and nobody else. */
#define ERES_ALWAYS_LOCKED (ERES_TIMERS | BIT(ERES_THREAD))
#define ERES_ANY	(ERES_EVENTS | ERES_MUTEXES | ERES_SEMAPHORES | ERES_TIMERS)

/**
 * union eres_word - what an object is, and whether it is set
 * @all: both of them, which change at once
 * @type: one of the above, in the first byte; constant
 * @first: the type, a mark of the address, that the object has been initialised, here: no
 *         copy elsewhere has it; and %ERES_LOCKED
 * @state: set if more than 0
 *
 * Who may change it: waiter.c.
 */
union eres_word {
	unsigned long all;
	struct {
		union {
			u8 type;
			u32 first;
		};
		s32 state;
	};
};

/* In @first: only who has the dispatcher lock may change the object. */
#define ERES_LOCKED	((__force u32)cpu_to_le32(BIT(31)))

/**
 * struct eres_waitable - DISPATCHER_HEADER
 * @word: see there
 * @waiters: wait blocks, first come first; the dispatcher lock
 */
struct eres_waitable {
	union eres_word word;
	struct list_head waiters;
};

/* KSEMAPHORE: the state is the count. */
struct eres_semaphore {
	struct eres_waitable head;
	/* Constant. */
	s32 limit;
};

/*
 * KMUTANT: 1 is free, less is owned, by one level more for each step down. The rest is
 * the owner's: written once it owns, or by who gives it the mutex, and cleared before the
 * mutex is free. Of the two that say who owns, @owner can not be another's one day, see
 * eres_mutex_note(), and @thread is for people.
 */
struct eres_mutex {
	struct eres_waitable head;
	u64 owner;
	u64 unused;
	unsigned long thread;
};

/* With the word locked, or by who owns it. */
static inline void eres_mutex_set_owner(struct eres_mutex *mutex, u64 owner, unsigned long thread)
{
	WRITE_ONCE(mutex->owner, owner);
	WRITE_ONCE(mutex->thread, thread);
}

/* Constant, in a word that changes. */
static inline u8 eres_type_of(const struct eres_waitable *object)
{
	return READ_ONCE(object->word.type);
}

/* It may be another one at once, unless the word is locked. */
static inline s32 eres_state_of(const struct eres_waitable *object)
{
	return READ_ONCE(object->word.state);
}

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
				    struct eres_call call);
bool eres_waitable_init(void *address, enum eres_waitable_type type, s32 state,
			struct eres_call call);
const char *eres_waitable_kind(u8 type);
void eres_check_wait_flag(BOOLEAN wait, void *object, struct eres_call call);

/* The first word of an object that is not locked: its type in the first byte, and the mark. */
static __always_inline u32 eres_first_word(const void *address, u8 type)
{
	/* Never 0: that is what most memory begins with. */
	u32 mark = hash_long((unsigned long)address ^ 0x77646d73, 23) | 1;

	return (__force u32)cpu_to_le32(type | mark << 8);
}

/* It is that of an object of one of these types, but for what @ignored says. */
static __always_inline bool eres_is_word_of(union eres_word word,
					    const struct eres_waitable *object,
					    unsigned long types, u32 ignored)
{
	return word.type < BITS_PER_LONG && BIT(word.type) & types &&
	       (word.first & ~ignored) == eres_first_word(object, word.type);
}

/* The word of an object of one of these types that is not locked. False: anything else. */
static __always_inline bool eres_read_unlocked(const struct eres_waitable *object,
					       unsigned long types, union eres_word *word)
{
	return eres_read_object(object, &word->all) &&
	       likely(eres_is_word_of(*word, object, types, 0));
}

/* If the word is @word: that state, and a full barrier. False: nothing has been done. */
static __always_inline bool eres_change_unlocked(struct eres_waitable *object,
						 union eres_word word, s32 state)
{
	union eres_word changed = word;

	changed.state = state;
	return likely(try_cmpxchg(&object->word.all, &word.all, changed.all));
}

/*
 * Take an event or a semaphore, if it is set, by the word that has been read. False:
 * nothing has been done.
 */
static __always_inline bool eres_take_unlocked(struct eres_waitable *object,
					       union eres_word word)
{
	if (word.state <= 0)
		return false;
	switch (word.type) {
	case ERES_NOTIFICATION_EVENT:
		/* Pairs with the change to this state, or with the unlocking after it. */
		smp_acquire__after_ctrl_dep();
		return true;
	case ERES_SYNCHRONIZATION_EVENT:
		return eres_change_unlocked(object, word, 0);
	case ERES_SEMAPHORE:
		return eres_change_unlocked(object, word, word.state - 1);
	default:
		return false;
	}
}

#endif /* WDMSYNC_WAITABLE_H */
