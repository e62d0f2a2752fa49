// SPDX-License-Identifier: GPL-2.0-only
/*
 * EX_SPIN_LOCK: readers and writers that spin. 32 bits, zero if it is free, without an
 * initialiser: so neither a rwlock_t nor a class of lockdep has room in it.
 *
 *   bit  31     a writer has it
 *   bit  30     a writer waits: no further reader gets in
 *
 *   without a writer:
 *     bits 0-9    readers
 *     bits 10-19  of these, whose acquire has raised the IRQL
 *     bits 20-27  of these, for whom an acquire that relies on the IRQL has switched
 *                 bottom halves off
 *
 *   with one:
 *     bits 0-22   who that is, see eres_spinner()
 *     bits 23-26  how often it has acquired the lock again
 *     bit  27     its acquire has raised the IRQL
 *     bit  28     bottom halves are off by an acquire that relies on the IRQL
 *
 * Which of the readers has done what is not known. But it depends on the form of the
 * acquire and on where that was: the release, of the same form and there as well, goes
 * by that.
 *
 * All changes are by cmpxchg. A writer that gets the lock clears bit 30; others that
 * wait set it again. Readers are no more than processors that they run on, as nobody
 * sleeps with the lock: one that would not fit in the bits waits.
 *
 * The change that gives the lock up is its last access by the owner, and a release.
 */
#include <linux/atomic.h>
#include <linux/bitfield.h>
#include <linux/export.h>

#include <wdk/exspin.h>

#include "dispatch.h"

#define RW_WRITER	BIT(31)
#define RW_AWAITED	BIT(30)

#define RW_READERS	GENMASK(9, 0)
#define RW_RAISED	GENMASK(19, 10)
#define RW_LENT		GENMASK(27, 20)

#define RW_OWNER	GENMASK(22, 0)
#define RW_AGAIN	GENMASK(26, 23)
#define RW_WRITER_RAISED BIT(27)
#define RW_WRITER_LENT	BIT(28)

#define RW_KIND		"reader-writer spin lock"
#define RW_OBJECT(lock)	ERES_OBJECT(RW_KIND, lock)

/* What an acquire has done about the IRQL. */
enum eres_rw_how {
	ERES_RW_NOTHING,
	ERES_RW_RAISED,
	ERES_RW_LENT,
};

static const struct eres_misuse not_acquired =
	ERES_MISUSE(0x10, "annn", "SPIN_LOCK_NOT_OWNED",
		    "reader-writer spin lock released by who does not have it",
		    "release once for each acquire, in the mode of the acquire");

static __always_inline bool eres_rw_check(PEX_SPIN_LOCK lock, struct eres_call call)
{
	return eres_check_aligned(RW_KIND, lock, sizeof(*lock), call);
}

static inline u32 eres_rw_read(PEX_SPIN_LOCK lock)
{
	return READ_ONCE(*(u32 *)lock);
}

static inline bool eres_rw_replace(PEX_SPIN_LOCK lock, u32 old, u32 new)
{
	return cmpxchg((u32 *)lock, old, new) == old;
}

/* No writer can have written this. */
static bool eres_rw_is_garbage(u32 word)
{
	if (word & RW_WRITER)
		return word & BIT(29) || !(word & RW_OWNER);
	return word & GENMASK(29, 28) ||
	       FIELD_GET(RW_RAISED, word) + FIELD_GET(RW_LENT, word) >
		       FIELD_GET(RW_READERS, word);
}

static inline bool eres_rw_is_mine(u32 word)
{
	return (word & RW_WRITER) && FIELD_GET(RW_OWNER, word) == eres_spinner();
}

static u32 eres_rw_writer(enum eres_rw_how how)
{
	return RW_WRITER | FIELD_PREP(RW_OWNER, eres_spinner()) |
	       (how == ERES_RW_RAISED ? RW_WRITER_RAISED : 0) |
	       (how == ERES_RW_LENT ? RW_WRITER_LENT : 0);
}

/* One reader more; 0: there is no room for it. */
static u32 eres_rw_one_more(u32 word, enum eres_rw_how how)
{
	if (FIELD_GET(RW_READERS, word) == FIELD_MAX(RW_READERS) ||
	    (how == ERES_RW_LENT && FIELD_GET(RW_LENT, word) == FIELD_MAX(RW_LENT)))
		return 0;
	return word + FIELD_PREP(RW_READERS, 1) +
	       (how == ERES_RW_RAISED ? FIELD_PREP(RW_RAISED, 1) : 0) +
	       (how == ERES_RW_LENT ? FIELD_PREP(RW_LENT, 1) : 0);
}

/* The owner once more: counted up to 15 times. */
static void eres_rw_again(PEX_SPIN_LOCK lock, enum eres_rw_how how, struct eres_call call)
{
	u32 word;

	eres_spin_recursion(RW_OBJECT(lock), call);
	do {
		word = eres_rw_read(lock);
	} while ((word & RW_AGAIN) != RW_AGAIN &&
		 !eres_rw_replace(lock, word, word + FIELD_PREP(RW_AGAIN, 1)));
	eres_dispatch_leave(how != ERES_RW_NOTHING);
}

/* @next: what the word becomes, if it can be had. */
static bool eres_rw_step(PEX_SPIN_LOCK lock, u32 word, u32 next, enum eres_rw_how how,
			 struct eres_call call)
{
	if (next)
		return eres_rw_replace(lock, word, next);
	if (eres_rw_is_mine(word)) {
		eres_rw_again(lock, how, call);
		return true;
	}
	if (unlikely(eres_rw_is_garbage(word)) && eres_rw_replace(lock, word, 0))
		eres_spin_garbage(RW_OBJECT(lock), call);
	cpu_relax();
	return false;
}

static void eres_rw_acquire_exclusive(PEX_SPIN_LOCK lock, enum eres_rw_how how,
				      struct eres_call call)
{
	u32 word, next;

	do {
		word = eres_rw_read(lock);
		/* So that readers come to an end. */
		if (word && !(word & RW_AWAITED) && !eres_rw_is_mine(word) &&
		    !eres_rw_is_garbage(word) &&
		    eres_rw_replace(lock, word, word | RW_AWAITED))
			word |= RW_AWAITED;
		next = word & ~RW_AWAITED ? 0 : eres_rw_writer(how);
	} while (!eres_rw_step(lock, word, next, how, call));
}

static void eres_rw_acquire_shared(PEX_SPIN_LOCK lock, enum eres_rw_how how,
				   struct eres_call call)
{
	u32 word, next;

	do {
		word = eres_rw_read(lock);
		next = 0;
		if (!(word & (RW_WRITER | RW_AWAITED)) && !eres_rw_is_garbage(word))
			next = eres_rw_one_more(word, how);
	} while (!eres_rw_step(lock, word, next, how, call));
}

static int eres_rw_refuse(PEX_SPIN_LOCK lock, struct eres_call call)
{
	eres_complain(&not_acquired, RW_OBJECT(lock), call, (unsigned long)lock, 0, 0);
	return -1;
}

/*
 * The releases return what the acquire had done about the IRQL; negative: nothing was
 * released, or the caller still has it.
 */
static int eres_rw_release_exclusive(PEX_SPIN_LOCK lock, bool raising,
				     struct eres_call call)
{
	u32 word, next;

	if (!eres_rw_is_mine(eres_rw_read(lock)))
		return eres_rw_refuse(lock, call);
	eres_spin_end(RW_OBJECT(lock), call, raising);
	do {
		word = eres_rw_read(lock);
		next = word & RW_AGAIN ? word - FIELD_PREP(RW_AGAIN, 1) :
					 word & RW_AWAITED;
	} while (!eres_rw_replace(lock, word, next));
	if (word & RW_AGAIN)
		return -1;
	if (word & RW_WRITER_LENT)
		return ERES_RW_LENT;
	return word & RW_WRITER_RAISED ? ERES_RW_RAISED : ERES_RW_NOTHING;
}

/*
 * What the acquire of a reader has done who releases now. If no acquire of that form
 * can have done anything here, it was of the other form.
 */
static enum eres_rw_how eres_rw_how_shared(u32 word, bool raising)
{
	u32 raised = FIELD_GET(RW_RAISED, word), lent = FIELD_GET(RW_LENT, word);
	bool may_enter = raising ? eres_may_enter_dispatch() : eres_relies_on_preemption();

	/* Of those that rely on the IRQL none but LENT has done anything. */
	if (raised + lent < FIELD_GET(RW_READERS, word) &&
	    (!may_enter || (!raising && !lent)))
		return ERES_RW_NOTHING;
	if (raised && (raising || !lent))
		return ERES_RW_RAISED;
	return lent ? ERES_RW_LENT : ERES_RW_NOTHING;
}

static u32 eres_rw_one_less(u32 word, enum eres_rw_how how)
{
	return word - FIELD_PREP(RW_READERS, 1) -
	       (how == ERES_RW_RAISED ? FIELD_PREP(RW_RAISED, 1) : 0) -
	       (how == ERES_RW_LENT ? FIELD_PREP(RW_LENT, 1) : 0);
}

static int eres_rw_release_shared(PEX_SPIN_LOCK lock, bool raising,
				  struct eres_call call)
{
	enum eres_rw_how how;
	u32 word = eres_rw_read(lock);

	if (word & RW_WRITER || !(word & RW_READERS) || eres_rw_is_garbage(word))
		return eres_rw_refuse(lock, call);
	eres_spin_end(RW_OBJECT(lock), call, raising);
	do {
		word = eres_rw_read(lock);
		how = eres_rw_how_shared(word, raising);
	} while (!eres_rw_replace(lock, word, eres_rw_one_less(word, how)));
	return how;
}

/* One reader, whose acquire has raised the IRQL. */
#define RW_READER_RAISED (FIELD_PREP(RW_READERS, 1) | FIELD_PREP(RW_RAISED, 1))

/* Nobody has it, or waits, but for readers whose acquires have all raised the IRQL. */
static inline bool eres_rw_only_raised(u32 word)
{
	return !(word & ~(RW_READERS | RW_RAISED)) &&
	       FIELD_GET(RW_READERS, word) == FIELD_GET(RW_RAISED, word);
}

/* Any memory. */
static __always_inline bool eres_rw_get(PEX_SPIN_LOCK lock, u32 *word)
{
	return eres_read_field(lock, sizeof(*lock), (u32 *)lock, word);
}

/*
 * The fast paths of the forms that raise, and lower: nobody has the lock, or readers whose
 * acquires have raised the IRQL, and the caller wants to be one. False: nothing has been
 * done.
 */
static __always_inline bool eres_rw_fast_raise(PEX_SPIN_LOCK lock, bool exclusive, KIRQL *irql)
{
	u32 word;

	if (!eres_rw_get(lock, &word) || !eres_may_enter_dispatch() ||
	    (exclusive ? word : !eres_rw_only_raised(word) ||
				FIELD_GET(RW_READERS, word) == FIELD_MAX(RW_READERS)))
		return false;
	*irql = eres_own_irql_interruptible();
	local_bh_disable();
	if (likely(eres_rw_replace(lock, word, exclusive ? eres_rw_writer(ERES_RW_RAISED) :
							   word + RW_READER_RAISED)))
		return true;
	local_bh_enable();
	return false;
}

static __always_inline bool eres_rw_fast_lower(PEX_SPIN_LOCK lock, bool exclusive)
{
	u32 word;

	if (!eres_rw_get(lock, &word) ||
	    (exclusive ? word != eres_rw_writer(ERES_RW_RAISED) :
			 !word || !eres_rw_only_raised(word)) ||
	    !eres_is_preemption_off() ||
	    !likely(eres_rw_replace(lock, word, exclusive ? 0 : word - RW_READER_RAISED)))
		return false;
	local_bh_enable();
	return true;
}

static noinline KIRQL eres_rw_raise_slowpath(PEX_SPIN_LOCK lock, bool exclusive,
					     const char *routine, unsigned long caller)
{
	struct eres_call call = { routine, (void *)caller };
	enum eres_rw_how how;
	KIRQL irql;

	if (!eres_rw_check(lock, call))
		return KeGetCurrentIrql();
	irql = eres_spin_begin(RW_OBJECT(lock), call);
	how = eres_dispatch_enter() ? ERES_RW_RAISED : ERES_RW_NOTHING;
	if (exclusive)
		eres_rw_acquire_exclusive(lock, how, call);
	else
		eres_rw_acquire_shared(lock, how, call);
	return irql;
}

/* The forms that raise, and lower. */
static __always_inline KIRQL eres_rw_raise(PEX_SPIN_LOCK lock, bool exclusive,
					   const char *routine, unsigned long caller)
{
	KIRQL irql;

	return likely(eres_rw_fast_raise(lock, exclusive, &irql)) ? irql :
	       eres_rw_raise_slowpath(lock, exclusive, routine, caller);
}

static noinline void eres_rw_lower_slowpath(PEX_SPIN_LOCK lock, bool exclusive, KIRQL irql,
					    const char *routine, unsigned long caller)
{
	struct eres_call call = { routine, (void *)caller };
	int how;

	if (!eres_rw_check(lock, call))
		return;
	how = exclusive ? eres_rw_release_exclusive(lock, true, call) :
			  eres_rw_release_shared(lock, true, call);
	if (unlikely(how < 0))
		return;
	eres_dispatch_leave(how != ERES_RW_NOTHING);
	eres_set_irql(irql, RW_OBJECT(lock), call);
}

static __always_inline void eres_rw_lower(PEX_SPIN_LOCK lock, bool exclusive, KIRQL irql,
					  const char *routine, unsigned long caller)
{
	if (unlikely(!eres_rw_fast_lower(lock, exclusive)))
		eres_rw_lower_slowpath(lock, exclusive, irql, routine, caller);
	/* Where interrupts are off there is no level to lower, either. */
	else if (unlikely(eres_own_irql_interruptible() != irql))
		eres_spin_correct_irql(RW_KIND, lock, irql, routine, caller);
}

/* The forms that rely on DISPATCH_LEVEL, and leave it. */
static __always_inline void eres_rw_acquire_at(PEX_SPIN_LOCK lock, bool exclusive,
					       struct eres_call call)
{
	enum eres_rw_how how;

	if (!eres_rw_check(lock, call))
		return;
	how = eres_spin_lend(RW_OBJECT(lock), call) ? ERES_RW_LENT : ERES_RW_NOTHING;
	if (exclusive)
		eres_rw_acquire_exclusive(lock, how, call);
	else
		eres_rw_acquire_shared(lock, how, call);
}

static __always_inline void eres_rw_release_from(PEX_SPIN_LOCK lock, bool exclusive,
						 struct eres_call call)
{
	int how;

	if (!eres_rw_check(lock, call))
		return;
	how = exclusive ? eres_rw_release_exclusive(lock, false, call) :
			  eres_rw_release_shared(lock, false, call);
	if (likely(how <= ERES_RW_NOTHING))
		return;
	eres_dispatch_leave(true);
	if (how == ERES_RW_RAISED)
		KeRaiseIrqlToDpcLevel();
}

/**
 * ExAcquireSpinLockExclusive() - Raise to DISPATCH_LEVEL, then acquire for writing.
 * @SpinLock: the lock
 *
 * From when it waits no reader gets in any more.
 *
 * Misuse: in a hard interrupt it is reported (0xC4/0x42) and served. A writer that has
 * the lock already is reported (0xF) and counted, where Windows would hang; a reader
 * that has it hangs. What can not be a lock, but is memory, is reported (0xC4/0x1002)
 * and taken for a free one; what is no memory (0xC4/0xE1) is left alone.
 *
 * Context: Any but NMI and hard interrupts (Windows: IRQL <= DISPATCH_LEVEL).
 * Return: the level before, for the release.
 * DDI: wdm/nf-wdm-exacquirespinlockexclusive
 */
KIRQL ExAcquireSpinLockExclusive(PEX_SPIN_LOCK SpinLock)
{
	return eres_rw_raise(SpinLock, true, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExAcquireSpinLockExclusive);

/**
 * ExAcquireSpinLockShared() - Raise to DISPATCH_LEVEL, then acquire for reading.
 * @SpinLock: the lock
 *
 * Misuse: as ExAcquireSpinLockExclusive(). Who has it, in either mode, must not acquire
 * it again: a writer that waits would keep it out for ever.
 *
 * Context: Any but NMI and hard interrupts (Windows: IRQL <= DISPATCH_LEVEL).
 * Return: the level before, for the release.
 * DDI: wdm/nf-wdm-exacquirespinlockshared
 */
KIRQL ExAcquireSpinLockShared(PEX_SPIN_LOCK SpinLock)
{
	return eres_rw_raise(SpinLock, false, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExAcquireSpinLockShared);

/**
 * ExReleaseSpinLockExclusive() - Release what was acquired for writing, then set the IRQL.
 * @SpinLock: the lock
 * @OldIrql: what the acquire has returned
 *
 * Misuse: for a lock that the caller does not have for writing (0x10) nothing is done.
 *
 * Context: as the acquire (Windows: IRQL = DISPATCH_LEVEL).
 * DDI: wdm/nf-wdm-exreleasespinlockexclusive
 */
void ExReleaseSpinLockExclusive(PEX_SPIN_LOCK SpinLock, KIRQL OldIrql)
{
	eres_rw_lower(SpinLock, true, OldIrql, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExReleaseSpinLockExclusive);

/**
 * ExReleaseSpinLockShared() - Release what was acquired for reading, then set the IRQL.
 * @SpinLock: the lock
 * @OldIrql: what the acquire has returned
 *
 * Misuse: for a lock that nobody has for reading (0x10) nothing is done.
 *
 * Context: as the acquire (Windows: IRQL = DISPATCH_LEVEL).
 * DDI: wdm/nf-wdm-exreleasespinlockshared
 */
void ExReleaseSpinLockShared(PEX_SPIN_LOCK SpinLock, KIRQL OldIrql)
{
	eres_rw_lower(SpinLock, false, OldIrql, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExReleaseSpinLockShared);

/* The same at DISPATCH_LEVEL. Below it (0xC4/0x40) bottom halves are off until the release. */
void ExAcquireSpinLockExclusiveAtDpcLevel(PEX_SPIN_LOCK SpinLock)
{
	struct eres_call call = ERES_CALL();

	eres_rw_acquire_at(SpinLock, true, call);
}
EXPORT_SYMBOL_GPL(ExAcquireSpinLockExclusiveAtDpcLevel);

void ExAcquireSpinLockSharedAtDpcLevel(PEX_SPIN_LOCK SpinLock)
{
	struct eres_call call = ERES_CALL();

	eres_rw_acquire_at(SpinLock, false, call);
}
EXPORT_SYMBOL_GPL(ExAcquireSpinLockSharedAtDpcLevel);

void ExReleaseSpinLockExclusiveFromDpcLevel(PEX_SPIN_LOCK SpinLock)
{
	struct eres_call call = ERES_CALL();

	eres_rw_release_from(SpinLock, true, call);
}
EXPORT_SYMBOL_GPL(ExReleaseSpinLockExclusiveFromDpcLevel);

void ExReleaseSpinLockSharedFromDpcLevel(PEX_SPIN_LOCK SpinLock)
{
	struct eres_call call = ERES_CALL();

	eres_rw_release_from(SpinLock, false, call);
}
EXPORT_SYMBOL_GPL(ExReleaseSpinLockSharedFromDpcLevel);

/**
 * ExTryConvertSharedSpinLockExclusive() - Turn the caller's shared access into exclusive.
 * @SpinLock: a lock that the caller has for reading
 *
 * Misuse: for a lock that nobody has for reading (0x10) the answer is FALSE.
 *
 * Context: as the acquire (Windows: IRQL = DISPATCH_LEVEL).
 * Return: TRUE if it was the only reader and no writer waits: it has the lock for
 *         writing now. FALSE: it has it for reading, as before.
 * DDI: wdm/nf-wdm-extryconvertsharedspinlockexclusive
 */
LOGICAL ExTryConvertSharedSpinLockExclusive(PEX_SPIN_LOCK SpinLock)
{
	struct eres_call call = ERES_CALL();
	enum eres_rw_how how;
	u32 word;

	if (!eres_rw_check(SpinLock, call))
		return FALSE;
	word = eres_rw_read(SpinLock);
	if (word & RW_WRITER || !(word & RW_READERS) || eres_rw_is_garbage(word)) {
		eres_rw_refuse(SpinLock, call);
		return FALSE;
	}
	if (word & RW_AWAITED || FIELD_GET(RW_READERS, word) != 1)
		return FALSE;
	how = eres_rw_how_shared(word, true);
	return eres_rw_replace(SpinLock, word, eres_rw_writer(how));
}
EXPORT_SYMBOL_GPL(ExTryConvertSharedSpinLockExclusive);
