/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * EX_PUSH_LOCK: one word, readers and writers, who sleep in park.h's table. Not a
 * struct rw_semaphore: that is no word, does not tell FltReleasePushLock() in which
 * mode its caller has it, and up_write() may look at what the next owner has freed.
 *
 *   bit  0       a writer has it
 *   bit  1       somebody waits
 *   bits 2-11    class of lockdep, see classes.c
 *   bits 12-31   0, to tell it from what is no lock
 *   bits 32-63   the writer, as its pid; without one, how many readers have it
 *
 * While somebody has it and somebody waits nobody gets in without waiting: so a waiting
 * writer stops readers, also one that has the lock already. Who gives the lock up last
 * hands it over to the readers that came before the first writer, but to no more than a
 * constant number at a time; or unparks the writer that came first. Until that runs
 * anybody may have the lock, as with a mutex (owned.h). If it comes too late it parks
 * again, in front, and the next time the lock is handed over to it.
 *
 * All changes are by cmpxchg while bit 1 is clear, while there are other readers, or
 * while nobody has it. Bit 1 is set with the lock of the lot held, while somebody has
 * it; and with it set and the lock held, who is about to give the lock up last is the
 * only one who changes the word.
 *
 * The change that gives it up is a release, and the last access of who does. It pairs
 * with the acquire of the cmpxchg, or with the lot's lock.
 */
#ifndef WDMSYNC_PUSH_WORD_H
#define WDMSYNC_PUSH_WORD_H

#include <linux/atomic.h>
#include <linux/bitfield.h>
#include <linux/sched.h>

#include <wdk/pushlock.h>

#include "check.h"

#define PUSH_EXCLUSIVE	BIT_ULL(0)
#define PUSH_AWAITED	BIT_ULL(1)
#define PUSH_CLASS	GENMASK_ULL(11, 2)
#define PUSH_NOTHING	GENMASK_ULL(31, 12)
#define PUSH_WRITER	GENMASK_ULL(63, 32)
#define PUSH_READERS	GENMASK_ULL(63, 32)

#define PUSH_ONE_READER	FIELD_PREP(PUSH_READERS, 1ULL)

/* So many readers are let in at once: interrupts are off meanwhile. */
#define PUSH_BATCH	32

static inline u64 eres_push_writer(u64 word, const struct task_struct *task)
{
	return (word & (PUSH_CLASS | PUSH_AWAITED)) | PUSH_EXCLUSIVE |
	       FIELD_PREP(PUSH_WRITER, (u64)task->pid);
}

/* Nobody has it, or waits. */
static inline bool eres_push_is_free(u64 word)
{
	return !(word & ~PUSH_CLASS);
}

static inline bool eres_push_is_mine(u64 word)
{
	return (word & PUSH_EXCLUSIVE) && FIELD_GET(PUSH_WRITER, word) == current->pid;
}

/* Nobody can have written this: a writer has a pid. */
static inline bool eres_push_is_garbage(u64 word)
{
	return (word & PUSH_NOTHING) || ((word & PUSH_EXCLUSIVE) && !(word & PUSH_WRITER));
}

/* What it becomes for a caller that gets it at once; 0: it has to wait. */
static inline u64 eres_push_next(u64 word, bool shared)
{
	if (!(word & (PUSH_EXCLUSIVE | PUSH_READERS)))
		return shared ? word + PUSH_ONE_READER : eres_push_writer(word, current);
	return shared && !(word & (PUSH_EXCLUSIVE | PUSH_AWAITED)) ? word + PUSH_ONE_READER : 0;
}

/* At once, if @word, found a moment ago, says that nobody is in the way. */
static __always_inline bool eres_push_take_free(PEX_PUSH_LOCK lock, u64 word, bool shared)
{
	u64 may_be = PUSH_CLASS | (shared ? PUSH_READERS : 0);
	u64 next = shared ? word + PUSH_ONE_READER : eres_push_writer(word, current);

	return !(word & ~may_be) && cmpxchg_acquire(lock, word, next) == word;
}

/* If the caller has it in that mode, as @word says, and nobody waits. */
static __always_inline bool eres_push_give_up_free(PEX_PUSH_LOCK lock, u64 word, bool shared)
{
	u64 free = word & PUSH_CLASS;

	if (shared ? word & ~(PUSH_CLASS | PUSH_READERS) || word == free :
		     word != eres_push_writer(free, current))
		return false;
	return cmpxchg_release(lock, word, shared ? word - PUSH_ONE_READER : free) == word;
}

/* push_word.c */
bool eres_push_take(PEX_PUSH_LOCK lock, bool shared);
void eres_push_wait(PEX_PUSH_LOCK lock, bool shared, struct eres_call call);
void eres_push_give_up(PEX_PUSH_LOCK lock);

#endif /* WDMSYNC_PUSH_WORD_H */
