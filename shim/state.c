// SPDX-License-Identifier: GPL-2.0-only
/*
 * Transitions of a resource: who gets in, who waits, who is let in next.
 *
 * The protocol is in internal.h. Nothing here knows about levels; a thread or
 * owner pointer is one owner however often it has acquired.
 */
#include <linux/preempt.h>
#include <linux/processor.h>
#include <linux/string.h>

#include "internal.h"

/* A thread that waits for shared access; on its stack, listed in r->parked. */
struct eres_waiter {
	struct eres_waiter *next;
	struct completion granted;
};

static bool eres_owned_exclusively(const ERESOURCE *r)
{
	lockdep_assert_held(&r->lock);

	return r->owner && r->owner != ERES_RELEASING &&
	       (r->owner & ERES_TAG_MASK) != ERES_TAG_SHARED;
}

static bool eres_owned_shared(const ERESOURCE *r)
{
	lockdep_assert_held(&r->lock);

	return (r->owner & ERES_TAG_MASK) == ERES_TAG_SHARED;
}

void eres_state_init(ERESOURCE *r)
{
	init_rwsem(&r->sem);
	raw_spin_lock_init(&r->lock);
	r->owner = ERES_FREE;
	r->group = 0;
	r->exclusive_waiters = 0;
	r->shared_waiters = 0;
	r->contention = 0;
	r->parked = NULL;
}

/*
 * Take the lock when no releaser is inside up_read(). The releaser runs with
 * interrupts off, or on PREEMPT_RT preemption, on another CPU. Task context
 * only: on PREEMPT_RT an interrupt could have interrupted that very releaser.
 * With no other lock held.
 */
void eres_lock_settled(ERESOURCE *r, unsigned long *flags)
	__acquires(&r->lock)
{
	for (;;) {
		raw_spin_lock_irqsave(&r->lock, *flags);
		if (likely(r->owner != ERES_RELEASING))
			return;
		raw_spin_unlock_irqrestore(&r->lock, *flags);
		cpu_relax();
	}
}

static bool __eres_read_hold(ERESOURCE *r)
{
	if (!down_read_trylock(&r->sem))
		return false;
	eres_sem_forget(&r->sem);
	return true;
}

/* One more owner shares, if the state allows it at once. */
static bool __eres_join(ERESOURCE *r, bool past_writers)
{
	if (r->exclusive_waiters && !past_writers)
		return false;
	if (eres_owned_shared(r)) {
		r->group++;
		return true;
	}
	if (r->owner == ERES_FREE && __eres_read_hold(r)) {
		WRITE_ONCE(r->owner, ERES_TAG_SHARED);
		r->group = 1;
		return true;
	}
	return false;
}

/**
 * eres_take_exclusive() - Own exclusively if nobody owns or waits to.
 * @r: resource
 * @id: thread that wants it
 *
 * Registered writers go first: no barging.
 *
 * Return: whether @id now owns @r.
 */
bool eres_take_exclusive(ERESOURCE *r, unsigned long id)
{
	unsigned long flags;
	bool taken;

	eres_lock_settled(r, &flags);
	taken = r->owner == ERES_FREE && !r->exclusive_waiters &&
		__eres_read_hold(r);
	if (taken)
		WRITE_ONCE(r->owner, id);
	raw_spin_unlock_irqrestore(&r->lock, flags);
	return taken;
}

/**
 * eres_wait_exclusive() - Own exclusively, sooner or later.
 * @r: resource
 * @id: thread that wants it, the caller's
 *
 * Sleeps in down_write(): first come, first served, to the extent that rwsem
 * does. Registration comes first, so that from here on shared requests park.
 */
void eres_wait_exclusive(ERESOURCE *r, unsigned long id)
{
	unsigned long flags;

	eres_lock_settled(r, &flags);
	WRITE_ONCE(r->exclusive_waiters, r->exclusive_waiters + 1);
	r->contention++;
	raw_spin_unlock_irqrestore(&r->lock, flags);

	down_write(&r->sem);

	/* Settled: the releaser that let us in has finished with @r. */
	eres_lock_settled(r, &flags);
	WARN_ON_ONCE(r->owner != ERES_FREE);
	WRITE_ONCE(r->exclusive_waiters, r->exclusive_waiters - 1);
	WRITE_ONCE(r->owner, id);
	raw_spin_unlock_irqrestore(&r->lock, flags);

	/* We own, so nobody else touches the rwsem but to queue for writing. */
	downgrade_write(&r->sem);
	eres_sem_forget(&r->sem);
}

/**
 * eres_take_shared() - Become one of the shared owners if that can be at once.
 * @r: resource
 * @past_writers: do not care for threads that wait for exclusive access
 *
 * Return: whether the caller is one owner more.
 */
bool eres_take_shared(ERESOURCE *r, bool past_writers)
{
	unsigned long flags;
	bool taken;

	eres_lock_settled(r, &flags);
	taken = __eres_join(r, past_writers);
	raw_spin_unlock_irqrestore(&r->lock, flags);
	return taken;
}

enum eres_entry {
	ERES_IN,
	ERES_PARKED,
	ERES_ADD_LEVEL,
};

static void __eres_park(ERESOURCE *r, struct eres_waiter *waiter)
{
	waiter->next = r->parked;
	r->parked = waiter;
	WRITE_ONCE(r->shared_waiters, r->shared_waiters + 1);
	r->contention++;
}

/*
 * Join or park. Parking is for those whom an exclusive owner, present or
 * registered, will find. The remaining case, free but the rwsem can not be had,
 * would be somebody in transit between two instructions: look again.
 */
static enum eres_entry eres_join_or_park(ERESOURCE *r, bool past_writers,
					 bool owner, struct eres_waiter *waiter)
{
	enum eres_entry entry;
	unsigned long flags;

	for (;;) {
		eres_lock_settled(r, &flags);
		if (owner && !r->exclusive_waiters && !eres_owned_exclusively(r)) {
			entry = ERES_ADD_LEVEL;
			break;
		}
		if (!owner && __eres_join(r, past_writers)) {
			entry = ERES_IN;
			break;
		}
		if (eres_owned_exclusively(r) || r->exclusive_waiters) {
			__eres_park(r, waiter);
			entry = ERES_PARKED;
			break;
		}
		raw_spin_unlock_irqrestore(&r->lock, flags);
		cpu_relax();
	}
	raw_spin_unlock_irqrestore(&r->lock, flags);
	return entry;
}

/**
 * eres_wait_shared() - Become one of the shared owners, sooner or later.
 * @r: resource
 * @past_writers: do not care for threads that wait for exclusive access
 * @owner: the caller is a shared owner already, and waits behind writers all
 *         the same
 *
 * Return: true if the caller is one owner more; false, only if @owner, when no
 *         writer is registered any more and the caller can add a level instead.
 */
bool eres_wait_shared(ERESOURCE *r, bool past_writers, bool owner)
{
	struct eres_waiter waiter;
	enum eres_entry entry;

	init_completion(&waiter.granted);
	entry = eres_join_or_park(r, past_writers, owner, &waiter);
	if (entry == ERES_PARKED)
		wait_for_completion(&waiter.granted);
	return entry != ERES_ADD_LEVEL;
}

/* Everybody who is parked becomes a shared owner; to be woken by the caller. */
static struct eres_waiter *__eres_admit_parked(ERESOURCE *r)
{
	struct eres_waiter *parked = r->parked;

	r->group += r->shared_waiters;
	WRITE_ONCE(r->shared_waiters, 0);
	r->parked = NULL;
	return parked;
}

/* Without the lock: the woken own @r, and it may be gone when they are. */
static void eres_wake(struct eres_waiter *waiter)
{
	while (waiter) {
		struct eres_waiter *next = waiter->next;

		/* The last access: @waiter is on the stack of the woken. */
		complete(&waiter->granted);
		waiter = next;
	}
}

/*
 * Nobody owns any more: let the rwsem go. Called with the lock, returns
 * without; see "Getting out" in internal.h.
 */
static void __eres_make_free(ERESOURCE *r, unsigned long flags)
	__releases(&r->lock)
{
	WRITE_ONCE(r->owner, ERES_RELEASING);
	preempt_disable();
	raw_spin_unlock(&r->lock);
	eres_open_irq_window(flags);

	up_read_non_owner(&r->sem);

	eres_close_irq_window();
	raw_spin_lock(&r->lock);
	WRITE_ONCE(r->owner, ERES_FREE);
	/* The last access to @r. */
	raw_spin_unlock_irqrestore(&r->lock, flags);
	preempt_enable();
}

/* As eres_let_go(); called with the lock, returns without. */
void __eres_let_go(ERESOURCE *r, bool exclusive, unsigned long flags)
	__releases(&r->lock)
{
	struct eres_waiter *parked;

	if (!exclusive && --r->group) {
		raw_spin_unlock_irqrestore(&r->lock, flags);
		return;
	}
	if (!exclusive || !r->parked) {
		__eres_make_free(r, flags);
		return;
	}
	WRITE_ONCE(r->owner, ERES_TAG_SHARED);
	parked = __eres_admit_parked(r);
	raw_spin_unlock_irqrestore(&r->lock, flags);
	eres_wake(parked);
}

/**
 * eres_let_go() - An owner has given up its last level.
 * @r: resource, with the owner still counted
 * @exclusive: the owner's mode
 *
 * Grant order: an exclusive owner lets all parked threads in, or else one
 * writer; the last shared owner lets one writer in.
 */
void eres_let_go(ERESOURCE *r, bool exclusive)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&r->lock, flags);
	__eres_let_go(r, exclusive, flags);
}

/**
 * eres_convert() - The exclusive owner becomes a shared one, with all parked.
 * @r: resource
 * @hold: the caller's hold of it
 *
 * The hold changes under the lock: whoever takes its last level away sees the
 * mode that the owner word says by the time it gets the lock.
 *
 * Return: whether @hold was an exclusive one with levels left.
 */
bool eres_convert(ERESOURCE *r, struct eres_hold *hold)
{
	struct eres_waiter *parked;
	unsigned long flags;
	u64 word;

	raw_spin_lock_irqsave(&r->lock, flags);
	word = atomic64_read(&hold->word);
	do {
		if (!eres_word_is_threads(word) ||
		    !(word & ERES_HOLD_EXCLUSIVE)) {
			raw_spin_unlock_irqrestore(&r->lock, flags);
			return false;
		}
	} while (!atomic64_try_cmpxchg(&hold->word, (s64 *)&word,
				       word & ~ERES_HOLD_EXCLUSIVE));
	WRITE_ONCE(r->owner, ERES_TAG_SHARED);
	r->group = 1;
	parked = __eres_admit_parked(r);
	raw_spin_unlock_irqrestore(&r->lock, flags);
	eres_wake(parked);
	return true;
}

bool __eres_is_awaited(const ERESOURCE *r)
{
	lockdep_assert_held(&r->lock);

	return r->exclusive_waiters || r->parked;
}

/* Neither owned nor waited for. */
bool __eres_is_idle(const ERESOURCE *r)
{
	lockdep_assert_held(&r->lock);

	return r->owner == ERES_FREE && !__eres_is_awaited(r);
}

/* How many threads and owner pointers own it? */
u32 __eres_owner_count(const ERESOURCE *r)
{
	if (eres_owned_exclusively(r))
		return 1;
	return eres_owned_shared(r) ? r->group : 0;
}
