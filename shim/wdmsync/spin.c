// SPDX-License-Identifier: GPL-2.0-only
/* KSPIN_LOCK without a queue. See spin_word.h for the protocol, dispatch.h for the IRQL. */
#include <linux/export.h>

#include "spin_word.h"

static const struct eres_misuse not_acquired =
	ERES_VIOLATION(0x4000A, "nann", "spin lock released by who does not have it",
		       "release once for each acquire, in the same thread or DPC");

/*
 * So often in a row the last in a queue has to look like none. A look alone proves
 * nothing: between its reads the owner may have released, its stack may have been
 * used for something else, and its handle may be back there as the last one.
 */
#define SPIN_LOOKS	64

/* The last in the queue seems to be the caller, or not to be in the queue of this lock. */
static enum eres_spin_obstacle eres_spin_look_at_last(PKSPIN_LOCK lock, u64 word)
{
	PKLOCK_QUEUE_HANDLE last = eres_spin_last(word);
	enum eres_spin_obstacle obstacle = SPIN_WAIT;
	void *its_lock;
	u32 owner;

	/* Read by what survives that the other has returned, and its stack is gone. */
	if (!eres_read_pointer(&its_lock, (void *const *)&last->Lock) ||
	    !eres_get_nofault(&owner, &last->Owner) || its_lock != lock)
		obstacle = SPIN_GARBAGE;
	else if (owner == eres_spinner())
		obstacle = SPIN_MINE;
	/* It was what it was meant to be only if it is still the last one's. */
	smp_rmb();
	return READ_ONCE(*lock) == word ? obstacle : SPIN_WAIT;
}

static enum eres_spin_obstacle eres_spin_queue_obstacle(PKSPIN_LOCK lock, u64 word)
{
	enum eres_spin_obstacle obstacle = SPIN_WAIT;
	int looks;

	for (looks = 0; looks < SPIN_LOOKS; looks++) {
		obstacle = eres_spin_look_at_last(lock, word);
		if (obstacle == SPIN_WAIT)
			break;
		cpu_relax();
	}
	return obstacle;
}

/**
 * eres_spin_obstacle() - Tell why the caller does not get the lock.
 * @lock: lock
 * @word: what was found in it, not free
 *
 * Return: see spin_word.h.
 */
enum eres_spin_obstacle eres_spin_obstacle(PKSPIN_LOCK lock, u64 word)
{
	if (eres_spin_is_queued(word))
		return eres_spin_queue_obstacle(lock, word);
	if (!(word & SPIN_TAKEN) || (word & SPIN_PATTERN) != SPIN_IS_OURS)
		return SPIN_GARBAGE;
	return FIELD_GET(SPIN_OWNER, word) == eres_spinner() ? SPIN_MINE : SPIN_WAIT;
}

static inline u64 eres_spin_mine(u64 found, u64 how)
{
	return SPIN_TAKEN | how | SPIN_IS_OURS | (found & SPIN_CLASS) |
	       FIELD_PREP(SPIN_OWNER, eres_spinner());
}

/* Taken by the caller, without a queue. */
static inline bool eres_spin_is_mine(u64 word)
{
	return (word & (SPIN_TAKEN | SPIN_PATTERN | SPIN_OWNER)) == eres_spin_mine(0, 0);
}

/* @found: free, or garbage. */
static inline bool eres_spin_take(PKSPIN_LOCK lock, u64 found, u64 how)
{
	return cmpxchg_acquire(lock, found, eres_spin_mine(found, how)) == found;
}

/* By its owner: only that changes the word now. Beyond 31 times it can not be counted. */
static void eres_spin_again(PKSPIN_LOCK lock, u64 word)
{
	if (!eres_spin_is_queued(word) && (word & SPIN_AGAIN) != SPIN_AGAIN)
		WRITE_ONCE(*lock, word + FIELD_PREP(SPIN_AGAIN, 1));
}

/*
 * Not at once. @how is what to remember of the acquire; an owner's second acquire
 * does not get as far, and undoes it.
 */
static noinline void eres_spin_wait(PKSPIN_LOCK lock, u64 how, struct eres_call call)
{
	for (;;) {
		u64 word = READ_ONCE(*lock);

		if (eres_spin_is_free(word)) {
			if (eres_spin_take(lock, word, how))
				return;
			continue;
		}
		switch (eres_spin_obstacle(lock, word)) {
		case SPIN_GARBAGE:
			if (!eres_spin_take(lock, word, how))
				break;
			WRITE_ONCE(*lock, eres_spin_mine(0, how));
			eres_spin_garbage(SPIN_OBJECT(lock), call);
			return;
		case SPIN_MINE:
			eres_spin_recursion(SPIN_OBJECT(lock), call);
			eres_spin_again(lock, word);
			if (!eres_spin_is_queued(word))
				eres_class_release(eres_spin_class(word));
			eres_dispatch_leave(how);
			return;
		case SPIN_WAIT:
			cpu_relax();
		}
	}
}

/* Neither in a queue, where it is not seen, nor garbage. */
static bool eres_spin_shows_class(u64 word)
{
	return eres_spin_is_free(word) ||
	       ((word & SPIN_TAKEN) && (word & SPIN_PATTERN) == SPIN_IS_OURS);
}

static void eres_spin_acquire(PKSPIN_LOCK lock, u64 how, struct eres_call call)
{
	u64 word = READ_ONCE(*lock);

	if (eres_spin_shows_class(word))
		eres_class_acquire(eres_spin_class(word), ERES_CLASS_WRITE, false, call.caller);
	if (likely(eres_spin_is_free(word)) && likely(eres_spin_take(lock, word, how)))
		return;
	eres_spin_wait(lock, how, call);
}

/*
 * Give it up. Return: what the acquire had remembered, to be undone; negative: it was
 * not the caller's, or still is.
 */
static int eres_spin_release(PKSPIN_LOCK lock, bool raising, struct eres_call call)
{
	u64 word = READ_ONCE(*lock);

	if (unlikely(!eres_spin_is_mine(word))) {
		eres_complain(&not_acquired, SPIN_OBJECT(lock), call, (unsigned long)lock,
			      0, 0);
		return -1;
	}
	if (unlikely(word & SPIN_AGAIN)) {
		WRITE_ONCE(*lock, word - FIELD_PREP(SPIN_AGAIN, 1));
		return -1;
	}
	eres_spin_end(SPIN_OBJECT(lock), call, raising);
	eres_class_release(eres_spin_class(word));
	/* The last access: see spin_word.h. */
	smp_store_release(lock, word & SPIN_CLASS);
	return word & (SPIN_RAISED | SPIN_LENT);
}

/*
 * The fast paths: of a lock that nobody has, with interrupts on. False: nothing has been
 * done.
 */
static __always_inline bool eres_spin_fast_raise(PKSPIN_LOCK lock, KIRQL *irql,
						 unsigned long caller)
{
	unsigned long word;

	if (!eres_read_object(lock, &word) || !eres_spin_is_free(word) ||
	    !eres_may_enter_dispatch())
		return false;
	*irql = eres_own_irql_interruptible();
	local_bh_disable();
	if (unlikely(!eres_spin_take(lock, word, SPIN_RAISED))) {
		local_bh_enable();
		return false;
	}
	eres_class_acquire(eres_spin_class(word), ERES_CLASS_WRITE, false, (void *)caller);
	return true;
}

/* By who has raised for it, and is at DISPATCH_LEVEL still. */
static __always_inline bool eres_spin_fast_release(PKSPIN_LOCK lock)
{
	unsigned long word;

	if (!eres_read_object(lock, &word))
		return false;
	if (word != eres_spin_mine(word, SPIN_RAISED) || !eres_is_preemption_off())
		return false;
	eres_class_release(eres_spin_class(word));
	/* The last access: see spin_word.h. */
	smp_store_release(lock, word & SPIN_CLASS);
	local_bh_enable();
	return true;
}

static noinline KIRQL eres_spin_raise_slowpath(PKSPIN_LOCK lock, const char *routine,
					       unsigned long caller)
{
	struct eres_call call = { routine, (void *)caller };
	KIRQL irql;

	if (!eres_check_object("spin lock", lock, call))
		return eres_own_irql();
	irql = eres_spin_begin(SPIN_OBJECT(lock), call);
	eres_spin_acquire(lock, eres_dispatch_enter() ? SPIN_RAISED : 0, call);
	return irql;
}

/* Raise, then acquire. Return: the level before. */
static __always_inline KIRQL eres_spin_raise(PKSPIN_LOCK lock, const char *routine,
					     unsigned long caller)
{
	KIRQL irql;

	if (likely(eres_spin_fast_raise(lock, &irql, caller)))
		return irql;
	return eres_spin_raise_slowpath(lock, routine, caller);
}

static noinline void eres_spin_lower_slowpath(PKSPIN_LOCK lock, KIRQL irql,
					      const char *routine, unsigned long caller)
{
	struct eres_call call = { routine, (void *)caller };
	int how;

	if (!eres_check_object("spin lock", lock, call))
		return;
	how = eres_spin_release(lock, true, call);
	if (how < 0)
		return;
	eres_dispatch_leave(how);
	eres_set_irql(irql, SPIN_OBJECT(lock), call);
}

/* Release, then lower. */
static __always_inline void eres_spin_lower(PKSPIN_LOCK lock, KIRQL irql, const char *routine,
					    unsigned long caller)
{
	if (unlikely(!eres_spin_fast_release(lock)))
		eres_spin_lower_slowpath(lock, irql, routine, caller);
	/* Where interrupts are off there is no level to lower, either. */
	else if (unlikely(eres_own_irql_interruptible() != irql))
		eres_spin_correct_irql(SPIN_KIND, lock, irql, routine, caller);
}

/**
 * eres_spin_lock_irqsave() - Acquire, with interrupts off, in whatever context.
 * @lock: the lock, which is one
 * @call: routine and caller
 *
 * Return: for eres_spin_unlock_irqrestore().
 */
unsigned long eres_spin_lock_irqsave(PKSPIN_LOCK lock, struct eres_call call)
{
	unsigned long flags;

	local_irq_save(flags);
	eres_spin_acquire(lock, 0, call);
	return flags;
}

void eres_spin_unlock_irqrestore(PKSPIN_LOCK lock, unsigned long flags,
				 struct eres_call call)
{
	eres_spin_release(lock, false, call);
	local_irq_restore(flags);
}

/**
 * eres_init_spin_lock() - Make a spin lock usable: KeInitializeSpinLock().
 * @SpinLock: the lock; its previous content does not matter
 * @site: where that is: a class of lockdep
 */
void eres_init_spin_lock(PKSPIN_LOCK SpinLock, struct eres_site *site)
{
	struct eres_call call = { "KeInitializeSpinLock", (void *)_RET_IP_ };

	if (eres_check_object("spin lock", SpinLock, call))
		WRITE_ONCE(*SpinLock, FIELD_PREP(SPIN_CLASS,
						 eres_class_of(site, LD_WAIT_CONFIG)));
}
EXPORT_SYMBOL_GPL(eres_init_spin_lock);

/**
 * KeInitializeSpinLock() - Make a spin lock usable.
 * @SpinLock: the lock; its previous content does not matter
 *
 * A call by that name is a macro that gives each call site a class of lockdep. A lock
 * that is all zeroes works without, and has none. There is no routine to end a lock.
 *
 * Context: Any (Windows: any IRQL).
 * DDI: wdm/nf-wdm-keinitializespinlock
 */
#undef KeInitializeSpinLock
void KeInitializeSpinLock(PKSPIN_LOCK SpinLock)
{
	struct eres_call call = ERES_CALL();

	if (eres_check_object("spin lock", SpinLock, call))
		WRITE_ONCE(*SpinLock, 0);
}
EXPORT_SYMBOL_GPL(KeInitializeSpinLock);

/**
 * KeAcquireSpinLockRaiseToDpc() - Raise to DISPATCH_LEVEL, then acquire a spin lock.
 * @SpinLock: the lock
 *
 * Misuse: in a hard interrupt it is reported (0xC4/0x42) and served. A second acquire
 * by the owner is reported (0xF) and counted, where Windows would hang. What can not
 * be a lock, but is memory, is reported (0xC4/0x1002) and taken; what is no memory
 * (0xC4/0xE1) is left alone.
 *
 * Context: Any but NMI and hard interrupts (Windows: IRQL <= DISPATCH_LEVEL).
 * Return: the level before, for KeReleaseSpinLock().
 * DDI: wdm/nf-wdm-keacquirespinlockraisetodpc
 */
KIRQL KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK SpinLock)
{
	return eres_spin_raise(SpinLock, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(KeAcquireSpinLockRaiseToDpc);

/* The same for threaded DPCs, which run below DISPATCH_LEVEL or at it. */
KIRQL KeAcquireSpinLockForDpc(PKSPIN_LOCK SpinLock)
{
	return eres_spin_raise(SpinLock, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(KeAcquireSpinLockForDpc);

static noinline void eres_spin_refuse_irql(PKIRQL irql, unsigned long caller)
{
	struct eres_call call = { "KeAcquireSpinLock", (void *)caller };

	eres_refuse_address("old IRQL", irql, call);
}

/**
 * KeAcquireSpinLock() - Raise to DISPATCH_LEVEL, then acquire a spin lock.
 * @SpinLock: the lock
 * @OldIrql: receives the level before, after the lock has been acquired
 *
 * Misuse: as KeAcquireSpinLockRaiseToDpc().
 *
 * Context: Any but NMI and hard interrupts (Windows: IRQL <= DISPATCH_LEVEL).
 * DDI: wdm/nf-wdm-keacquirespinlock
 */
void KeAcquireSpinLock(PKSPIN_LOCK SpinLock, PKIRQL OldIrql)
{
	KIRQL irql = eres_spin_raise(SpinLock, __func__, _RET_IP_);

	/* A byte, looked at with those around it. */
	if (eres_is_object((void *)ALIGN_DOWN((unsigned long)OldIrql, 4), 4))
		*OldIrql = irql;
	else
		eres_spin_refuse_irql(OldIrql, _RET_IP_);
}
EXPORT_SYMBOL_GPL(KeAcquireSpinLock);

/**
 * KeReleaseSpinLock() - Release a spin lock, then set the IRQL.
 * @SpinLock: the lock
 * @NewIrql: what the acquire has given
 *
 * For a lock that was acquired by KeAcquireSpinLockAtDpcLevel() or
 * KeTryToAcquireSpinLockAtDpcLevel() as well: then it undoes what KeRaiseIrql() did.
 *
 * Misuse: below DISPATCH_LEVEL it is reported (0xC4/0x32) and served. For a lock that
 * the caller does not have (0xC4/0x4000A) nothing is done. A level that does not
 * exist here is reported (0xA), and not set.
 *
 * Context: as the acquire (Windows: IRQL = DISPATCH_LEVEL).
 * DDI: wdm/nf-wdm-kereleasespinlock
 */
void KeReleaseSpinLock(PKSPIN_LOCK SpinLock, KIRQL NewIrql)
{
	eres_spin_lower(SpinLock, NewIrql, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(KeReleaseSpinLock);

void KeReleaseSpinLockForDpc(PKSPIN_LOCK SpinLock, KIRQL OldIrql)
{
	eres_spin_lower(SpinLock, OldIrql, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(KeReleaseSpinLockForDpc);

/**
 * KeAcquireSpinLockAtDpcLevel() - Acquire a spin lock, at DISPATCH_LEVEL already.
 * @SpinLock: the lock
 *
 * Misuse: below DISPATCH_LEVEL it is reported (0xC4/0x40), and bottom halves are off until
 * the release, as they are where Linux' spin_lock() has only preemption off. Otherwise as
 * KeAcquireSpinLockRaiseToDpc().
 *
 * Context: Any but NMI and hard interrupts (Windows: IRQL >= DISPATCH_LEVEL).
 * DDI: wdm/nf-wdm-keacquirespinlockatdpclevel
 */
void KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock)
{
	struct eres_call call = ERES_CALL();

	if (eres_check_object("spin lock", SpinLock, call))
		eres_spin_acquire(SpinLock, eres_spin_lend(SPIN_OBJECT(SpinLock), call) ?
					       SPIN_LENT : 0, call);
}
EXPORT_SYMBOL_GPL(KeAcquireSpinLockAtDpcLevel);

/**
 * KeReleaseSpinLockFromDpcLevel() - Release a spin lock, and stay at DISPATCH_LEVEL.
 * @SpinLock: the lock
 *
 * Misuse: below DISPATCH_LEVEL it is reported (0xC4/0x41) and served. For a lock that
 * the caller does not have (0xC4/0x4000A) nothing is done. If the acquire has raised
 * the IRQL the thread stays there, as on Windows, until it calls KeLowerIrql().
 *
 * Context: as the acquire (Windows: IRQL = DISPATCH_LEVEL).
 * DDI: wdm/nf-wdm-kereleasespinlockfromdpclevel
 */
void KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK SpinLock)
{
	struct eres_call call = ERES_CALL();
	int how;

	if (!eres_check_object("spin lock", SpinLock, call))
		return;
	how = eres_spin_release(SpinLock, false, call);
	if (likely(how <= 0))
		return;
	eres_dispatch_leave(true);
	if (how & SPIN_RAISED)
		KeRaiseIrqlToDpcLevel();
}
EXPORT_SYMBOL_GPL(KeReleaseSpinLockFromDpcLevel);

/**
 * KeTryToAcquireSpinLockAtDpcLevel() - Acquire a spin lock at once or not at all.
 * @SpinLock: the lock
 *
 * Misuse: as KeAcquireSpinLockAtDpcLevel(), but for the owner's own lock, and what is
 * no lock: the answer is FALSE.
 *
 * Context: Any but NMI and hard interrupts (Windows: IRQL = DISPATCH_LEVEL).
 * Return: TRUE if the caller has it now. It may release it by any of the two releases.
 * DDI: wdm/nf-wdm-ketrytoacquirespinlockatdpclevel
 */
BOOLEAN KeTryToAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock)
{
	struct eres_call call = ERES_CALL();
	bool lent, got;
	u64 word;

	if (!eres_check_object("spin lock", SpinLock, call))
		return FALSE;
	lent = eres_spin_lend(SPIN_OBJECT(SpinLock), call);
	word = READ_ONCE(*SpinLock);
	got = eres_spin_is_free(word) && eres_spin_take(SpinLock, word, lent ? SPIN_LENT : 0);
	if (got)
		eres_class_acquire(eres_spin_class(word), ERES_CLASS_WRITE, true, call.caller);
	else
		eres_dispatch_leave(lent);
	return got;
}
EXPORT_SYMBOL_GPL(KeTryToAcquireSpinLockAtDpcLevel);

/**
 * KeTestSpinLock() - Read whether a spin lock is free.
 * @SpinLock: the lock
 *
 * Context: Any.
 * Return: TRUE if nobody has it at this moment.
 * DDI: wdm/nf-wdm-ketestspinlock
 */
BOOLEAN KeTestSpinLock(PKSPIN_LOCK SpinLock)
{
	struct eres_call call = ERES_CALL();

	return eres_check_object("spin lock", SpinLock, call) &&
	       eres_spin_is_free(READ_ONCE(*SpinLock));
}
EXPORT_SYMBOL_GPL(KeTestSpinLock);

/* One for the whole system, for who cancels requests. */
static KSPIN_LOCK cancel_lock;

void IoAcquireCancelSpinLock(PKIRQL Irql)
{
	*Irql = eres_spin_raise(&cancel_lock, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(IoAcquireCancelSpinLock);

void IoReleaseCancelSpinLock(KIRQL Irql)
{
	eres_spin_lower(&cancel_lock, Irql, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(IoReleaseCancelSpinLock);
