/* SPDX-License-Identifier: GPL-2.0-only */
/* What is known of a thread: its record, and the holds in it. */
#ifndef ERES_RECORD_H
#define ERES_RECORD_H

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/cache.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/sched.h>
#include <linux/signal_types.h>

#include "storage.h"
#include "treap.h"
#include <eresource.h>

#include "call.h"
#include "neighbour.h"

/* An owner pointer has both low bits set, a thread id none. */
#define ERES_POINTER_BITS	3UL

/*
 * A hold: one owner's levels of one resource.
 *
 * @word is all that may change while somebody owns the hold:
 *
 *   bits 32-63  number of times that the hold has been used
 *   bit  31     handed over to the owner pointer that is the key of @pointer
 *   bit  30     exclusive
 *   bit  29     shared, and not counted in the group: a visible reader (bias.c)
 *   bits  0-28  levels; 0: the hold is not in use, and bits 29-31 are 0
 *
 * The thread whose record it is takes it into use and adds levels. Anybody who
 * names the thread takes levels away, by cmpxchg, under the resource's lock; who
 * takes the last one releases the resource. The use count makes that cmpxchg fail if the hold has
 * meanwhile been used for something else.
 *
 * The last level goes together with the ownership; in which order, and under
 * which lock, is in owner_word.h. Once handed over, levels are taken away under
 * the resource's lock.
 *
 * A hold that goes to an owner pointer stays where it is, in the record of the
 * thread that acquired, so that handing over needs no memory. Of a resource
 * that has gone with its driver, all holds are cleared (registry.c).
 */
struct eres_hold {
	atomic64_t word;
	/* Written by the thread while the hold is not in use. */
	ERESOURCE *resource;
	/* Constant: where the hold is. */
	struct eres_thread *thread;
	/* Handed over only, the resource's lock: the key is the value, written before. */
	struct eres_node pointer;
#ifdef CONFIG_DEBUG_LOCK_ALLOC
	/* What lockdep knows the hold by; the thread only. */
	struct lockdep_map dep_map;
	bool annotated;
#endif
} __aligned(16);

#define ERES_HOLD_LEVELS	GENMASK_ULL(28, 0)
#define ERES_HOLD_VISIBLE	BIT_ULL(29)
#define ERES_HOLD_EXCLUSIVE	BIT_ULL(30)
#define ERES_HOLD_HANDED_OVER	BIT_ULL(31)
#define ERES_HOLD_USE		BIT_ULL(32)

static inline u64 eres_hold_read(const struct eres_hold *hold)
{
	/* Pairs with the barrier before eres_hold_use(). */
	return atomic64_read_acquire(&hold->word);
}

static inline u32 eres_word_levels(u64 word)
{
	return word & ERES_HOLD_LEVELS;
}

/* Not in use, and the next use has a number of its own. */
static inline u64 eres_word_unused(u64 word)
{
	return (u64)(upper_32_bits(word) + 1) << 32;
}

/*
 * The levels alone, stored by the thread itself, who has found one. Whoever takes
 * that away at the same time, by cmpxchg, leaves its mark in the use count.
 */
static inline void eres_hold_wipe(struct eres_hold *hold)
{
	u32 *half = (u32 *)&hold->word;

#ifdef __BIG_ENDIAN
	half++;
#endif
	WRITE_ONCE(*half, 0);
}

/* The word after eres_hold_wipe(), if nobody has taken the level. */
static inline u64 eres_word_wiped(u64 word)
{
	return word & ~(u64)U32_MAX;
}

/* One level taken away. */
static inline u64 eres_word_less_one(u64 word)
{
	return eres_word_levels(word) > 1 ? word - 1 : eres_word_unused(word);
}

/* Whether the record's own thread owns it: it has levels, and is not handed over. */
static inline bool eres_word_is_threads(u64 word)
{
	/* Without levels there is no mode, and handed over it is negative. */
	BUILD_BUG_ON((s32)ERES_HOLD_HANDED_OVER >= 0);
	return (s32)word > 0;
}

/* The level that goes together with the owner word. */
static inline bool eres_word_is_last_exclusive(u64 word)
{
	return (u32)word == (ERES_HOLD_EXCLUSIVE | 1);
}

/* The last level of one that is counted: the resource has to be told. */
static inline bool eres_word_is_last_counted(u64 word)
{
	return (u32)word == 1;
}

struct eres_chunk;

/* For lockdep.c: has a user thread, since its first call, been seen to ... */
enum eres_syscall {
	ERES_SYSCALL_UNKNOWN,
	ERES_SYSCALL_ENTERED,	/* ... enter a system call, */
	ERES_SYSCALL_LEFT,	/* ... and to leave it: only task work may follow. */
};

/*
 * What a thread sleeps for. Written by the thread around the sleep, @resource
 * last; read by anybody, racily, and good for comparing addresses. Who wants to
 * look at the resource itself takes the record's lock first: the thread does
 * not get past eres_wait_end() meanwhile.
 */
struct eres_wait {
	/* %NULL: the thread does not wait. */
	ERESOURCE *resource;
	enum eres_request request;
	struct eres_call call;
	/* ktime_get_ns() of the latest wait's begin and, once over, end. */
	u64 since;
	u64 until;
};

/* For region_watch.c. */
struct eres_region_note {
	/* Who entered the outermost region of each kind; the thread only. */
	const void *critical_by;
	const void *guarded_by;
	/* Of whom which counters have been reported; racily. */
	unsigned long reported;
	/*
	 * The work item's: how many looks have found the thread in a region, and
	 * running since the one before; what it had run for at the last one.
	 */
	u32 sightings;
	u32 ran;
};

#define ERES_INLINE_HOLDS	8

/*
 * A thread's record: made when it first enters a region, raises its IRQL or
 * acquires, and kept until it exits. "At rest" it says nothing: no region,
 * PASSIVE_LEVEL, no holds. Unless noted, only the thread itself touches a field,
 * in task context, without locks.
 */
struct eres_thread {
	/*
	 * 0: free; task: that thread's; task | 1: of a thread that has exited.
	 * Claimed by cmpxchg from 0; given back, after the thread's exit, under
	 * the home slot's lock.
	 */
	unsigned long key;
	/*
	 * The key again while signals are held off as they have to be, else 0;
	 * with ERES_UNPROTECTED if the verifier has something to say of an
	 * acquire. See eres_fast_update().
	 */
	unsigned long fast;

	/* Negative in a region, positive after an unmatched leave. */
	int kernel_apc_disable;
	int special_apc_disable;
	KIRQL irql;
	/* Signals are held off; and saved_mask is to be restored. */
	bool signals_held;
	bool mask_changed;
	/* In @fast at rest: ERES_UNPROTECTED, or 0 of a system thread. */
	u8 at_rest;
	/* Those who revoke a bias look into this slot, until the thread exits. */
	bool visible;
	/* How often it joined others who share, or the slowpath counted it: see bias.c. */
	u8 counted;

	/*
	 * Holds taken into use, less those that the thread itself freed: at
	 * least as many as there are. Exact, 0, when it comes to rest.
	 */
	unsigned long taken;
	/* Further holds; pushed by the thread, freed by RCU. */
	struct eres_chunk *chunks;

	struct eres_hold hold[ERES_INLINE_HOLDS];

	sigset_t saved_mask;
	/*
	 * Holds that others freed, each counted when it is not in use any more;
	 * how many of them @taken does not have any more. So as many are in use as
	 * @taken and @written_off are more than @foreign_freed, at most. Exact when the
	 * thread has exited and the others have counted.
	 */
	atomic_t foreign_freed;
	u32 written_off;
#ifdef CONFIG_DEBUG_LOCK_ALLOC
	/* How many of @foreign_freed lockdep has been told. */
	u32 foreign_freed_seen;
	enum eres_syscall syscall;
#endif

	/* Home slot lock: records of this home that are somewhere else. */
	struct eres_thread *displaced;
	/* The same; or the next of the heap records that are free. */
	struct eres_thread *next;
	raw_spinlock_t lock;
	/* Of a heap record: the next of all there are; constant, see eres_heap. */
	struct eres_thread *older;
	/* From the heap rather than in the table; constant. */
	bool allocated;
	/* Made by a thread on its way out, see eres_task_of(). */
	bool late;
	/* Who it was, set at exit; of a late one from the beginning. */
	pid_t pid;
	char comm[TASK_COMM_LEN];
	struct eres_wait wait;
	struct eres_region_note region;
	struct eres_mutex_note mutexes;
	struct eres_object_wait object_wait;
	/* The second module's, see shim/wdmsync/top_level.c. */
	void *top_level;
} ____cacheline_aligned;

/* Set in the key of an exited thread's record. */
#define ERES_KEY_EXITED		1UL

/* Set in @fast of a user thread that signals are not held off from. */
#define ERES_UNPROTECTED	1UL

static inline unsigned long eres_current_id(void)
{
	return (unsigned long)current;
}

static inline bool eres_is_in_region(const struct eres_thread *thread)
{
	/* Either of them is negative. */
	return (thread->kernel_apc_disable | thread->special_apc_disable) < 0;
}

/* What keeps signals off: being in a region or at APC_LEVEL or above. */
static inline bool eres_thread_is_protected(const struct eres_thread *thread)
{
	return eres_is_in_region(thread) || thread->irql >= APC_LEVEL;
}

/* On PREEMPT_RT bottom halves are no part of the preempt count. */
static inline bool eres_is_preemption_off(void)
{
	return preempt_count() || (IS_ENABLED(CONFIG_PREEMPT_RT) && softirq_count());
}

/* Whether the caller must not sleep, as far as the kernel can tell. */
static inline bool eres_in_atomic_context(void)
{
	return eres_is_preemption_off() || irqs_disabled();
}

/* What GFP_ATOMIC takes: the allocator's locks are such that sleep on PREEMPT_RT. */
static inline bool eres_may_allocate(void)
{
	return !IS_ENABLED(CONFIG_PREEMPT_RT) || preemptible();
}

#endif /* ERES_RECORD_H */
