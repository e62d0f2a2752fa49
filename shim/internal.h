/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shared declarations, and who may change what.
 *
 * A resource is NT ownership around one rw_semaphore. What the owner word says
 * decides who owns; the rwsem is where exclusive waiters queue and sleep, and is
 * not touched unless there are any:
 *
 *   owner word        meaning                                     who changes it
 *   ----------        -------                                     --------------
 *   0                 free                                        anybody, cmpxchg
 *   task              owned exclusively by that thread; nobody    anybody, cmpxchg
 *                     waits
 *   count | COUNTED   owned by so many threads that share; nobody anybody, cmpxchg
 *                     waits
 *   task | LOCKED     as task, but somebody may wait: the thread  @lock
 *                     leaves under @lock
 *   list | SHARED     owned by a group of @group owners who leave @lock
 *                     under @lock; list of those holds that went
 *                     to owner pointers
 *   hold | POINTER    owned exclusively by an owner pointer, see  @lock
 *                     the hold for its value
 *   BIASED            owned by @group owners, if any, and by the  @lock
 *                     visible readers, if any (bias.c)
 *   REVOKING          the same; somebody counts the visible       who counts
 *                     readers, to make it COUNTED or 0
 *   RELEASING         nobody owns any more; the releaser is       the releaser
 *                     inside up_read()
 *   TRANSIT           nobody owns, writers are registered: one is @lock
 *                     on its way out of down_write()
 *
 * INFLATED, with LOCKED, SHARED and POINTER: the rwsem is read-held once on behalf
 * of the resource, not of a task, in *both* modes, so that any task can let it
 * go, in any context. A write hold could be let go only by the task that took
 * it, and the contract wants an exclusive owner's levels released by anybody who
 * knows its id, at any time.
 *
 * The straight path of an owner is one cmpxchg to itself, or to one more, and
 * one back; the latter is its last access to the resource. All else is done
 * under @lock. Who has @lock first makes the word one that only changes under it
 * (__eres_lock_owner()), all but 0: task becomes LOCKED, COUNTED becomes SHARED.
 * As long as a writer is registered or a thread is parked the word is one of
 * these, which keeps the straight path out.
 *
 * Getting in. A thread that wants it exclusively, and can not have it,
 * registers in @exclusive_waiters, sees to it that the word is INFLATED if
 * somebody owns, and sleeps in down_write(); when that returns the word is
 * TRANSIT, and under @lock the thread deregisters, writes itself into the word
 * and downgrades. A thread that wants it shared joins the group, or parks in
 * @parked, but only while somebody owns exclusively, and LOCKED, or is registered
 * to: that one will find the parked when it releases or converts and lets them
 * all in. So no parked thread is forgotten.
 *
 * Getting out under @lock. An exclusive owner that finds parked threads makes
 * them the group; INFLATED stays. Otherwise, and when the last of a group
 * leaves: if it is not INFLATED nobody waits, and the word becomes 0. If it is,
 * the leaver stores RELEASING, drops @lock, lets the rwsem go and, under @lock
 * again, stores TRANSIT if writers are registered, or else 0; interrupts, on
 * PREEMPT_RT preemption, stay off in between. up_read() may look at the rwsem
 * after it has woken a writer, and that writer may go on to free the resource:
 * therefore nobody becomes owner, and nobody deletes, before RELEASING is over.
 * The last access of the leaver is its unlock of @lock. up_read() is called
 * without @lock because on PREEMPT_RT it must run with interrupts enabled.
 *
 * The price of the read hold: on PREEMPT_RT a writer does not boost the owner
 * that it waits for.
 *
 * Levels (recursion) are counted per owner in holds, in the owner's record and
 * not in the resource (struct eres_hold). The transitions of a resource happen
 * only with an owner's first and last level.
 *
 * Locks, outermost first:
 *   registry bucket lock -> resource @lock -> rwsem internals
 *   unload.c's lock -> home slot lock of the thread table
 * All are raw and taken with interrupts off, since release runs anywhere.
 */
#ifndef ERES_INTERNAL_H
#define ERES_INTERNAL_H

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/kernel.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/signal_types.h>

#include <eresource.h>

#include "compat.h"
#include "report.h"

/* The owner word. Tasks and holds are aligned to at least 16 bytes. */
#define ERES_FREE		0UL
#define ERES_TAG_SHARED		1UL
#define ERES_TAG_POINTER	2UL
#define ERES_TAG_LOCKED		4UL
#define ERES_TAG_COUNTED	5UL
#define ERES_KIND_MASK		7UL
#define ERES_INFLATED		8UL
#define ERES_TAG_MASK		15UL
/* Those that are free or shared, without a task, a hold or a list. */
#define ERES_RELEASING		ERES_TAG_POINTER
#define ERES_TRANSIT		ERES_TAG_LOCKED
#define ERES_BIASED		3UL
#define ERES_REVOKING		7UL

/* COUNTED: one owner more or less. */
#define ERES_COUNT_ONE		16UL

static inline unsigned long eres_owner_kind(unsigned long owner)
{
	return owner & ERES_KIND_MASK;
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
	return eres_owner_is_shared(owner) || eres_owner_is_exclusive(owner);
}

/* Shared ones form a list, and there may be none. */
static inline struct eres_hold *eres_owner_pointer_hold(unsigned long owner)
{
	unsigned long kind = eres_owner_kind(owner);

	if (kind != ERES_TAG_SHARED && kind != ERES_TAG_POINTER)
		return NULL;
	return (struct eres_hold *)(owner & ~ERES_TAG_MASK);
}

/* An owner pointer has both low bits set, a thread id none. */
#define ERES_POINTER_BITS	3UL

enum eres_request {
	ERES_EXCLUSIVE,
	ERES_SHARED,
	ERES_STARVE_EXCLUSIVE,
	ERES_WAIT_FOR_EXCLUSIVE,
};

/* Who called what, for reports. */
struct eres_call {
	const char *routine;
	const void *caller;
};

#define ERES_CALL()							\
	((struct eres_call){ .routine = __func__,			\
			     .caller = __builtin_return_address(0) })

/*
 * A hold: one owner's levels of one resource.
 *
 * @word is all that may change while somebody owns the hold:
 *
 *   bits 32-63  number of times that the hold has been used
 *   bit  31     handed over to the owner pointer @owner
 *   bit  30     exclusive
 *   bit  29     shared, and not counted in the group: a visible reader (bias.c)
 *   bits  0-28  levels; 0: the hold is not in use
 *
 * The thread whose record it is takes it into use and adds levels. Anybody who
 * names the thread takes levels away, by cmpxchg; who takes the last one
 * releases the resource. The use count makes that cmpxchg fail if the hold has
 * meanwhile been used for something else.
 *
 * The last level of an exclusive hold goes together with the owner word: either
 * the thread itself takes the word from its task to 0, and then clears the
 * hold; or the level is taken away under the resource's lock, with the word
 * LOCKED, so that the former can not happen. Once handed over, all levels are
 * taken away under that lock.
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
	/* Handed over only; the resource's lock: the value, and the list. */
	unsigned long owner;
	struct eres_hold *next;
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
	/* Pairs with the release in eres_hold_use(). */
	return atomic64_read_acquire(&hold->word);
}

static inline u32 eres_word_levels(u64 word)
{
	return word & ERES_HOLD_LEVELS;
}

/* Not in use, and the next use has a number of its own. */
static inline u64 eres_word_unused(u64 word)
{
	return (word & ~(ERES_HOLD_USE - 1)) + ERES_HOLD_USE;
}

/* Does the record's own thread own it? */
static inline bool eres_word_is_threads(u64 word)
{
	return eres_word_levels(word) && !(word & ERES_HOLD_HANDED_OVER);
}

/* The level that goes together with the owner word. */
static inline bool eres_word_is_last_exclusive(u64 word)
{
	return (word & (ERES_HOLD_EXCLUSIVE | ERES_HOLD_LEVELS)) ==
	       (ERES_HOLD_EXCLUSIVE | 1);
}

/* The last level of one that is counted: the resource has to be told. */
static inline bool eres_word_is_last_counted(u64 word)
{
	return (word & (ERES_HOLD_EXCLUSIVE | ERES_HOLD_VISIBLE |
			ERES_HOLD_LEVELS)) == 1;
}

struct eres_chunk;

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
	/* wait_warn.c: this wait has been reported. */
	bool reported;
};

/* For region_watch.c. */
struct eres_region_note {
	/* Who entered the outermost region; the thread, if the verifier is on. */
	const void *entered_by;
	/* Of whom which counters have been reported; racily. */
	unsigned long reported;
	/* The counters when last looked at; region_watch.c's work item. */
	u32 seen;
};

#define ERES_INLINE_HOLDS	4

/*
 * A thread's record: there while the thread is in a region, above
 * PASSIVE_LEVEL or holding a resource. Unless noted, only the thread itself
 * touches a field, in task context, without locks.
 */
struct eres_thread {
	/*
	 * 0: free; task: that thread's; task | 1: of a thread that has exited.
	 * Claimed by cmpxchg from 0; given back by the thread, or, after its
	 * exit, under the home slot's lock.
	 */
	unsigned long key;

	/* Negative in a region, positive after an unmatched leave. */
	int kernel_apc_disable;
	int special_apc_disable;
	KIRQL irql;
	/* Are signals kept off? Is saved_mask, therefore, to go back to? */
	bool signals_held;
	bool mask_changed;
	/*
	 * In a region or at APC_LEVEL, and signals are held: what the straight
	 * paths ask instead of all of the above. See eres_signals_update().
	 */
	bool shielded;
	/* Those who revoke a bias look into this slot; never reset. */
	bool visible;
	/* Shared grants that were counted in a group, to consider a bias. */
	u8 counted;
	sigset_t saved_mask;

	/* Holds taken into use less those given up by the thread itself ... */
	u32 taken;
	/* ... and those given up for it by others, who then look at @key. */
	atomic_t given_up;
#ifdef CONFIG_DEBUG_LOCK_ALLOC
	u32 given_up_seen;
#endif
	/* Further holds; pushed by the thread, freed by RCU. */
	struct eres_chunk *chunks;

	/* Home slot lock: records of this home that are somewhere else. */
	struct eres_thread *displaced;
	struct eres_thread *next;
	raw_spinlock_t lock;
	/* From the heap rather than in the table; constant. */
	bool allocated;
	/* Who it is, for reports; and who it was, set at exit. */
	pid_t pid;
	char comm[TASK_COMM_LEN];
	struct eres_wait wait;
	struct eres_region_note region;
	struct rcu_head rcu;

	struct eres_hold hold[ERES_INLINE_HOLDS];
};

/* Set in the key of an exited thread's record. */
#define ERES_KEY_EXITED		1UL

static inline unsigned long eres_current_id(void)
{
	return (unsigned long)current;
}

/* What keeps signals off: being in a region or at APC_LEVEL or above. */
static inline bool eres_thread_is_protected(const struct eres_thread *thread)
{
	return thread->kernel_apc_disable < 0 ||
	       thread->special_apc_disable < 0 || thread->irql >= APC_LEVEL;
}

/*
 * May the caller not sleep, as far as the kernel can tell? On PREEMPT_RT bottom
 * halves are no part of the preempt count.
 */
static inline bool eres_in_atomic_context(void)
{
	return preempt_count() ||
	       (IS_ENABLED(CONFIG_PREEMPT_RT) && softirq_count()) ||
	       irqs_disabled();
}

/* thread.c: the table of records */
int eres_threads_init(void);
void eres_threads_exit(void);
struct eres_thread *eres_thread_find(void);
struct eres_thread *eres_thread_get(void);
void eres_thread_put(struct eres_thread *thread);
void eres_reap_exited(void);
void eres_thread_exited(struct eres_thread *thread, struct task_struct *task);
struct eres_thread *eres_thread_lookup(struct task_struct *task);
typedef bool (*eres_thread_fn)(struct eres_thread *thread, void *data);
bool eres_visit_records_of(unsigned long id, eres_thread_fn fn, void *data);
bool eres_visit_records(eres_thread_fn fn, void *data);
bool eres_thread_is_active(const struct eres_thread *thread);
u32 eres_combined_counters(const struct eres_thread *thread);
struct task_struct *eres_task_by_id(unsigned long id);
const char *eres_thread_comm(const struct eres_thread *thread, char *comm);

/* hold.c: holds of a record */
void eres_hold_init(struct eres_hold *hold, struct eres_thread *thread);
struct eres_hold *eres_hold_find(struct eres_thread *thread, ERESOURCE *r);
struct eres_hold *eres_hold_reserve(struct eres_thread *thread, ERESOURCE *r,
				    bool may_sleep);
bool eres_hold_add_level(struct eres_hold *hold);
u64 eres_hold_drop(struct eres_hold *hold, unsigned long id, ERESOURCE *r,
		   bool locked);
void eres_hold_given_up(struct eres_hold *hold);
u32 eres_thread_holds(const struct eres_thread *thread);
typedef bool (*eres_hold_fn)(struct eres_hold *hold, void *data);
bool eres_visit_holds(struct eres_thread *thread, eres_hold_fn fn, void *data);
void eres_holds_free(struct eres_thread *thread);

/* state.c: transitions of a resource; none sleeps but the waits */
void eres_state_init(ERESOURCE *r);
bool eres_take_exclusive(ERESOURCE *r, unsigned long id);
void eres_wait_exclusive(ERESOURCE *r, unsigned long id);
bool eres_take_shared(ERESOURCE *r, bool past_writers, bool bias);
bool eres_wait_shared(ERESOURCE *r, bool past_writers, bool owner);
void __eres_let_go(ERESOURCE *r, bool exclusive, unsigned long flags)
	__releases(&r->lock);
void eres_let_go_shared(ERESOURCE *r);
u64 eres_drop_last(ERESOURCE *r, struct eres_hold *hold, unsigned long id);
bool eres_convert(ERESOURCE *r, struct eres_hold *hold);
void __eres_set_owner(ERESOURCE *r, unsigned long owner);
bool __eres_is_awaited(const ERESOURCE *r);
bool __eres_is_idle(const ERESOURCE *r);
bool __eres_close(ERESOURCE *r);
u32 eres_owner_count(const ERESOURCE *r);
void eres_lock_settled(ERESOURCE *r, unsigned long *flags)
	__acquires(&r->lock);
void eres_lock_unbiased(ERESOURCE *r, unsigned long *flags)
	__acquires(&r->lock);

/* spin.c */
bool eres_spin(ERESOURCE *r, unsigned long id);

/* bias.c: readers that are not counted */
int eres_bias_init(void);
void eres_bias_exit(void);
void __eres_consider_bias(ERESOURCE *r);
void eres_become_visible(struct eres_thread *thread);
void __eres_revoke(ERESOURCE *r, unsigned long *flags);
void eres_revoke(ERESOURCE *r);
u32 eres_visible_readers(const ERESOURCE *r);

/* owner_pointer.c */
bool eres_hand_over(ERESOURCE *r, struct eres_hold *hold, unsigned long owner);
bool eres_release_pointer(ERESOURCE *r, unsigned long owner);
unsigned long eres_some_owner(ERESOURCE *r);

/* release.c */
bool eres_release_for(ERESOURCE *r, unsigned long id);
void eres_release_own(ERESOURCE *r, const struct eres_call *call);

/* resource.c */
void eres_check_apcs(const struct eres_call *call, ERESOURCE *r,
		     enum eres_verifier_code code);
bool eres_acquire(ERESOURCE *r, enum eres_request request, bool wait,
		  const struct eres_call *call);
bool __eres_acquire(ERESOURCE *r, enum eres_request request, bool wait,
		    const struct eres_call *call);

/* registry.c: the list of live resources */
void eres_registry_init(void);

/* registry_forget.c */
void eres_registry_forget_module(const struct module *module);
void eres_registry_forget(ERESOURCE *r);

/* What the magic of a live resource is: no copy of one elsewhere has it. */
static inline u32 eres_magic(const ERESOURCE *r)
{
	return lower_32_bits((unsigned long)r) ^ 0x45524553;
}

/* Set in @site if that is not one but the address of a call. */
#define ERES_SITE_ADDRESS	1UL

static inline bool eres_is_live(const ERESOURCE *r)
{
	return READ_ONCE(r->magic) == eres_magic(r);
}

/* address.c */
bool eres_check_address(const struct eres_call *call, ERESOURCE *r);

/* The same of an address that may be anything; costs no more if it is live. */
static __always_inline bool eres_is_live_safely(const ERESOURCE *r)
{
	u32 magic;

	if (!IS_ALIGNED((unsigned long)r, sizeof(void *)) ||
	    !eres_is_kernel_address((unsigned long)r))
		return false;
	eres_get_nofault(&magic, &r->magic, out_fault);
	return likely(magic == eres_magic(r));

out_fault:
	return false;
}

/* signals.c */
void eres_signals_hold(struct eres_thread *thread);
void eres_signals_restore(struct eres_thread *thread);
void eres_signals_update(struct eres_thread *thread);

/* critical_region.c */
void eres_enter_critical_region(const struct eres_call *call);
void eres_leave_critical_region(const struct eres_call *call);

/* irql.c */
KIRQL eres_irql(const struct eres_thread *thread);

/* lockdep.c */
#ifdef CONFIG_DEBUG_LOCK_ALLOC
void eres_lockdep_init(ERESOURCE *r, struct eres_site *site);
void eres_lockdep_acquire(struct eres_hold *hold, ERESOURCE *r,
			  enum eres_request request, bool try,
			  const void *caller);
void eres_lockdep_contended(struct eres_hold *hold, const void *caller);
void eres_lockdep_acquired(struct eres_hold *hold, const void *caller);
void eres_lockdep_release(struct eres_hold *hold);
void eres_lockdep_convert(struct eres_hold *hold);
void eres_lockdep_sync(struct eres_thread *thread);
void eres_lockdep_release_all(struct eres_thread *thread);
void eres_lockdep_forget(struct eres_thread *thread);
#else
static inline void eres_lockdep_init(ERESOURCE *r, struct eres_site *site) { }
static inline void eres_lockdep_acquire(struct eres_hold *hold, ERESOURCE *r,
					enum eres_request request, bool try,
					const void *caller) { }
static inline void eres_lockdep_contended(struct eres_hold *hold,
					  const void *caller) { }
static inline void eres_lockdep_acquired(struct eres_hold *hold,
					 const void *caller) { }
static inline void eres_lockdep_release(struct eres_hold *hold) { }
static inline void eres_lockdep_convert(struct eres_hold *hold) { }
static inline void eres_lockdep_sync(struct eres_thread *thread) { }
static inline void eres_lockdep_release_all(struct eres_thread *thread) { }
static inline void eres_lockdep_forget(struct eres_thread *thread) { }
#endif

/* task_exit.c */
int eres_task_exit_init(void);
void eres_task_exit_exit(void);

/* unload.c: what keeps the module loaded */
int eres_unload_init(void);
void eres_unload_exit(void);
void __eres_pin_review(void);
extern bool eres_pinned;

/* A record that may have kept the module loaded has gone. */
static inline void eres_pin_review(void)
{
	if (unlikely(READ_ONCE(eres_pinned)))
		__eres_pin_review();
}

/* verifier.c: module parameter "verifier" */
extern unsigned int eres_verifier;

/* report.c */
bool eres_submit_report(const struct eres_report *report);
void eres_report(const struct eres_call *call, ERESOURCE *r,
		 enum eres_bugcheck code, unsigned long p1, unsigned long p2,
		 unsigned long p3, unsigned long p4);

static inline void eres_report_verifier(const struct eres_call *call,
					ERESOURCE *r,
					enum eres_verifier_code code)
{
	eres_report(call, r, ERES_VERIFIER, code, (unsigned long)r, 0, 0);
}

#endif /* ERES_INTERNAL_H */
