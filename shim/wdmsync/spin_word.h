/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * KSPIN_LOCK: one word, that a driver may have filled with zeroes instead of
 * initialising it, and that nobody deletes. Not a spinlock_t, which is larger where
 * locks are debugged, needs an initialiser, and sleeps on PREEMPT_RT.
 *
 *   bit 0  bit 1
 *     0      0    free: but for the class, all bits are 0
 *     1           taken, by who does not queue:
 *                   bit  1      the acquire has raised the IRQL, the release lowers it
 *                   bit  2      bottom halves are off by an acquire that relies on the
 *                               IRQL; the release switches them on, and lowers nothing
 *                   bits 3-7    how often the owner has acquired it again
 *                   bits 8-17   class of lockdep, see classes.c
 *                   bits 18-31  a pattern, to tell it from what is no lock
 *                   bits 32-63  the owner, see eres_spinner()
 *     0      1    taken, by who queues: the address of the last one's handle. The
 *                 class is in the handle. A queue is as in MCS locks: each spins on
 *                 its own handle until the one before it hands the lock over.
 *
 * Changes: from free to taken and from handle to handle by cmpxchg, by anybody; back
 * to free by the owner, by a store, or by a cmpxchg if its handle is still the last.
 * As long as the word is taken without a queue only the owner changes it: who wants
 * to queue waits, too. So the two forms can be mixed, which Windows forbids; then
 * those who do not queue may overtake.
 *
 * The store that frees the lock, or hands it over, is the owner's last access to it:
 * who gets it next may free its memory. It is a release, and pairs with the acquire
 * of the cmpxchg, or of the load by which the next finds itself the owner.
 */
#ifndef WDMSYNC_SPIN_WORD_H
#define WDMSYNC_SPIN_WORD_H

#include <linux/atomic.h>
#include <linux/bitfield.h>

#include <wdk/spin.h>

#include "classes.h"
#include "dispatch.h"

#define SPIN_TAKEN	BIT_ULL(0)
#define SPIN_QUEUED	BIT_ULL(1)
#define SPIN_RAISED	BIT_ULL(1)
#define SPIN_LENT	BIT_ULL(2)
#define SPIN_AGAIN	GENMASK_ULL(7, 3)
#define SPIN_CLASS	GENMASK_ULL(17, 8)
#define SPIN_PATTERN	GENMASK_ULL(31, 18)
#define SPIN_OWNER	GENMASK_ULL(63, 32)

#define SPIN_IS_OURS	FIELD_PREP(SPIN_PATTERN, 0x1e5b)

/* State of a handle: 0 is not in use. */
#define HANDLE_WAITS	BIT(0)
#define HANDLE_OWNS	BIT(1)
#define HANDLE_RAISED	BIT(2)
#define HANDLE_LENT	BIT(3)
#define HANDLE_AGAIN	BIT(4)	/* its owner had the lock already */

#define SPIN_KIND		"spin lock"
#define SPIN_OBJECT(lock)	ERES_OBJECT(SPIN_KIND, lock)

static inline bool eres_spin_is_free(u64 word)
{
	return !(word & ~SPIN_CLASS);
}

static inline bool eres_spin_is_queued(u64 word)
{
	return (word & (SPIN_TAKEN | SPIN_QUEUED)) == SPIN_QUEUED;
}

static inline PKLOCK_QUEUE_HANDLE eres_spin_last(u64 word)
{
	return (PKLOCK_QUEUE_HANDLE)(unsigned long)(word & ~SPIN_QUEUED);
}

static inline unsigned int eres_spin_class(u64 word)
{
	return FIELD_GET(SPIN_CLASS, word);
}

/* What a word says to one who would have to wait. */
enum eres_spin_obstacle {
	SPIN_WAIT,	/* somebody else has the lock, or it is free by now */
	SPIN_MINE,	/* the caller has it */
	SPIN_GARBAGE,	/* nobody can have it */
};

/* spin.c */
enum eres_spin_obstacle eres_spin_obstacle(PKSPIN_LOCK lock, u64 word);
unsigned long eres_spin_lock_irqsave(PKSPIN_LOCK lock, struct eres_call call);
void eres_spin_unlock_irqrestore(PKSPIN_LOCK lock, unsigned long flags,
				 struct eres_call call);

#endif /* WDMSYNC_SPIN_WORD_H */
