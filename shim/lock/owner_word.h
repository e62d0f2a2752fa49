/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The owner word of a resource, and who may change what.
 *
 * A resource is NT ownership around one rw_semaphore. It is thin while nobody
 * waits: the owner word says who owns. It is inflated when somebody waits, or when
 * ownership is more than a word can say: then the rwsem is read-held, once, for
 * whoever owns, and exclusive waiters queue and sleep in down_write().
 *
 *   owner word        meaning                                     who changes it
 *   ----------        -------                                     --------------
 *   0                 free                                        anybody, cmpxchg
 *   task              owned exclusively by that thread            anybody, cmpxchg
 *   task | SHARED     shared by that thread alone                 anybody, cmpxchg
 *   count | COUNTED   owned by so many threads that share         anybody, cmpxchg
 *   count | DRAINING  the same, while a writer spins: nobody      anybody, cmpxchg
 *                     joins by the fast path; 0: nobody owns, and
 *                     that writer takes it
 *   BIASED            owned by @group owners, if any, and by the  @lock
 *                     visible readers, if any (bias.c)
 *   REVOKING          the same; somebody counts the visible       who counts
 *                     readers, to make it COUNTED or 0
 *   INFLATED, with    the rwsem is read-held                      @lock
 *     task            owned exclusively by that thread
 *     hold | POINTER  owned exclusively by an owner pointer, see
 *                     the hold for its value
 *     tree | SHARED   owned by @group owners; tree of those holds
 *                     that went to owner pointers
 *   HANDOFF           nobody owns, writers are registered: one is @lock
 *                     on its way out of down_write()
 *
 * INFLATED: the rwsem is read-held on behalf of the resource, not of a task, in
 * *both* modes, so that any task can let it go, in any context. A write hold could
 * be let go only by the task that took it, and the contract wants an exclusive
 * owner's levels released by anybody who knows its id, at any time.
 *
 * The fast path of an owner is one cmpxchg to itself, or to one more, and
 * one back; the latter is its last access to the resource. The first of a group is
 * its task's alone; when a second one joins, the word becomes a count. All else is
 * done under @lock. Who has @lock and finds an owner first makes it INFLATED
 * (__eres_inflate()), so that it leaves under @lock, too. A group is COUNTED again
 * as soon as no writer waits for it and no pointer owns (__eres_thin()). As long
 * as a writer is registered or a thread is parked the word is INFLATED or HANDOFF,
 * which keeps the fast path out.
 *
 * Getting in. A thread that wants it exclusively, and can not have it, spins for a
 * moment if owners run (spin.c). A group is DRAINING then: owners leave it as ever, and
 * nobody joins by the fast path. Whoever comes under @lock ends that, and joins or
 * inflates. It is no promise to the writer; it keeps the writer from missing the moment
 * between two who share.
 *
 * Then the thread registers in @exclusive_waiters, inflates, and sleeps in down_write();
 * when that returns the word is HANDOFF, and under @lock the thread deregisters, writes
 * itself into the word and downgrades. A thread that wants it shared joins the group, or
 * parks in @parked, but only while somebody owns exclusively, and INFLATED, or is
 * registered to: that one will find the parked when it releases or converts and lets
 * them all in. So no parked thread is forgotten.
 *
 * Getting out under @lock. An exclusive owner that finds parked threads makes
 * them the group. Otherwise, and when the last of a group leaves, the leaver lets
 * the rwsem go, and stores HANDOFF if writers are registered, or else 0, all of it
 * under @lock. up_read() may look at the rwsem after it has woken a writer, and
 * that writer may go on to free the resource: but it is no owner before it has had
 * @lock, and nobody deletes as long as @lock is held. The last access of the leaver
 * is its unlock.
 *
 * On PREEMPT_RT the up_read() that wakes a writer switches interrupts on. So there
 * the leaver has them on in that call, with @lock held, but only if its caller has
 * them on; hard interrupts take no @lock on PREEMPT_RT. If the caller has them off,
 * the word is HANDOFF, with @group 1, until an irq_work, or who shares meanwhile,
 * takes the read hold over (deferred.c).
 *
 * The price of the read hold: on PREEMPT_RT a writer does not boost the owner
 * that it waits for.
 *
 * Levels (recursion) are counted per owner in holds, in the owner's record and
 * not in the resource (struct eres_hold). The transitions of a resource happen
 * only with an owner's first and last level. The last level is taken away
 *
 *   by the thread itself, if it owns exclusively: the word first, task to 0; then
 *     the hold. If it shares: the hold first, then the word; alone, the hold by a store,
 *     see eres_thin_leave_alone(), or else by cmpxchg.
 *   by who names it, another thread or an interrupt, and by the thread itself if
 *     that does not succeed: under @lock, once the word is INFLATED. The hold first,
 *     then the word; whoever has @lock sees both or neither. So does who finds a
 *     thin task or a count. Whoever finds anything else and is to be refused, an
 *     acquire that does not wait or a delete, asks again under @lock.
 *   by who releases for an owner pointer: under @lock, as is handing over.
 *
 * Locks: @lock -> rwsem internals, which to let a read hold go are a raw lock and
 * then those that it takes to wake a task. All are raw and taken with interrupts
 * off, since release runs anywhere. Hard interrupts may take the locks of registry
 * buckets and of records; so who has one of these only tries @lock, with which on
 * PREEMPT_RT interrupts may be on.
 */
#ifndef ERES_OWNER_WORD_H
#define ERES_OWNER_WORD_H

#include <linux/build_bug.h>
#include <linux/types.h>

struct eres_hold;

/* The owner word. Tasks and holds are aligned to at least 16 bytes. */
#define ERES_FREE		0UL
#define ERES_TAG_TASK		0UL
#define ERES_TAG_SHARED		1UL
#define ERES_TAG_POINTER	2UL
#define ERES_TAG_COUNTED	5UL
#define ERES_KIND_MASK		7UL
#define ERES_INFLATED		8UL
/* The same bit says this of COUNTED, which is never INFLATED. */
#define ERES_DRAIN		8UL
#define ERES_TAG_DRAINING	(ERES_TAG_COUNTED | ERES_DRAIN)
#define ERES_TAG_MASK		15UL
/* Without INFLATED: not a tree, but a task. */
#define ERES_ALONE		ERES_TAG_SHARED
/* Those without a task, a hold or a tree. */
#define ERES_HANDOFF		4UL
#define ERES_BIASED		3UL
#define ERES_REVOKING		7UL

/* COUNTED: one owner more or less. */
#define ERES_COUNT_ONE		16UL
/* All who shared have left. */
#define ERES_DRAINED		ERES_TAG_DRAINING

static inline unsigned long eres_owner_kind(unsigned long owner)
{
	return owner & ERES_KIND_MASK;
}

/* Of an exclusive owner that leaves by the fast path. */
static inline bool eres_owner_is_thin_task(unsigned long owner)
{
	return owner && !(owner & ERES_TAG_MASK);
}

/* Of a thread that shares, and is the only one. */
static inline bool eres_owner_is_alone(unsigned long owner)
{
	return (owner & ERES_TAG_MASK) == ERES_ALONE;
}

static inline bool eres_owner_is_draining(unsigned long owner)
{
	return (owner & ERES_TAG_MASK) == ERES_TAG_DRAINING;
}

/* Of those who share, and leave by the fast path; also if it is DRAINING. */
static inline bool eres_owner_is_thin_group(unsigned long owner)
{
	BUILD_BUG_ON((ERES_TAG_DRAINING & ERES_KIND_MASK) != ERES_TAG_COUNTED);
	return eres_owner_is_alone(owner) || eres_owner_kind(owner) == ERES_TAG_COUNTED;
}

/* How many these are. */
static inline u32 eres_owner_thin_count(unsigned long owner)
{
	return eres_owner_is_alone(owner) ? 1 : owner / ERES_COUNT_ONE;
}

static inline bool eres_owner_is_shared(unsigned long owner)
{
	BUILD_BUG_ON(!(ERES_TAG_SHARED & ERES_TAG_COUNTED & ERES_BIASED &
		       ERES_REVOKING & 1));
	return owner & 1;
}

/* A task, or a hold, and nobody else. */
static inline bool eres_owner_is_exclusive(unsigned long owner)
{
	return owner & ~ERES_TAG_MASK && !eres_owner_is_shared(owner);
}

/* Of BIASED only its visible readers know whether there are any. */
static inline bool eres_owner_is_somebody(unsigned long owner)
{
	return owner != ERES_DRAINED &&
	       (eres_owner_is_shared(owner) || eres_owner_is_exclusive(owner));
}

/* A group that leaves under the lock. */
static inline bool eres_owner_is_inflated_group(unsigned long owner)
{
	return (owner & ERES_TAG_MASK) == (ERES_TAG_SHARED | ERES_INFLATED);
}

/* Shared ones form a tree, of which this is the root, and there may be none. */
static inline struct eres_hold *eres_owner_pointer_hold(unsigned long owner)
{
	if (!eres_owner_is_inflated_group(owner) &&
	    eres_owner_kind(owner) != ERES_TAG_POINTER)
		return NULL;
	return (struct eres_hold *)(owner & ~ERES_TAG_MASK);
}

#endif /* ERES_OWNER_WORD_H */
