// SPDX-License-Identifier: GPL-2.0-only
/*
 * Push locks under their Windows names. With Ex the caller brings the critical region;
 * Flt enters it before it waits, and leaves it after the release.
 */
#include <linux/export.h>
#include <linux/preempt.h>

#include <eresource_verify.h>

#include "classes.h"
#include "push_word.h"
#include "region/level.h"

#define PUSH_OBJECT(lock)	ERES_OBJECT("push lock", lock)

static const struct eres_misuse acquire_unprotected =
	ERES_VIOLATION(0xEA, "nnna", "push lock acquired with APCs enabled, or above APC_LEVEL",
		       "enter a critical region before, below DISPATCH_LEVEL; or use FltAcquirePushLock...()");
static const struct eres_misuse release_unprotected =
	ERES_VIOLATION(0xEB, "nnna", "push lock released with APCs enabled, or above APC_LEVEL",
		       "leave the region after the release");
static const struct eres_misuse bad_flags =
	ERES_MISUSE(0x152, "nann", "INVALID_PUSH_LOCK_FLAGS", "unknown flags for a push lock",
		    "pass FLT_PUSH_LOCK_ENABLE_AUTO_BOOST, ...DISABLE..., or 0");
static const struct eres_misuse uninitialized =
	ERES_VIOLATION(ERES_W_UNINITIALIZED, "nann", "uninitialised push lock acquired",
		       "initialise it, or fill it with zeroes; or was it overwritten?");
static const struct eres_misuse self_deadlock =
	ERES_VIOLATION(ERES_W_SELF_DEADLOCK, "nann", "owner of a push lock waits for itself",
		       "acquire once: only shared access can be had again, and only as shared");
static const struct eres_misuse not_acquired =
	ERES_VIOLATION(ERES_W_NOT_HELD, "nann", "push lock released that is not held like that",
		       "release once for each acquire, in its mode, in the same thread");
static const struct eres_misuse deleted_in_use =
	ERES_VIOLATION(0x100B, "nann", "push lock deleted while in use",
		       "delete after the last release");

static __always_inline bool eres_push_check(PEX_PUSH_LOCK lock,
					    struct eres_call call)
{
	return eres_check_object("push lock", lock, call);
}

/* Only to be said; of no significance otherwise. */
static void eres_push_check_flags(PEX_PUSH_LOCK lock, ULONG flags,
				  struct eres_call call)
{
	if (unlikely(flags & ~FLT_PUSH_LOCK_VALID_FLAGS))
		eres_complain(&bad_flags, PUSH_OBJECT(lock), call, flags,
			      (unsigned long)lock, 0);
}

static noinline void eres_push_unprotected(PEX_PUSH_LOCK lock, const struct eres_misuse *misuse,
					   KIRQL irql, struct eres_call call)
{
	eres_complain(misuse, PUSH_OBJECT(lock), call, irql, eres_apc_count(),
		      (unsigned long)lock);
}

/* Of Ex: in a region or at APC_LEVEL. */
static __always_inline void eres_push_check_apcs(PEX_PUSH_LOCK lock, KIRQL irql,
						 const struct eres_misuse *misuse,
						 struct eres_call call)
{
	if (unlikely(irql > APC_LEVEL || (irql < APC_LEVEL && !KeAreApcsDisabled())))
		eres_push_unprotected(lock, misuse, irql, call);
}

/* What nobody can have written becomes a free lock. */
static void eres_push_repair(PEX_PUSH_LOCK lock, struct eres_call call)
{
	u64 word = READ_ONCE(*lock);

	if (unlikely(eres_push_is_garbage(word)) && cmpxchg(lock, word, 0) == word)
		eres_complain(&uninitialized, PUSH_OBJECT(lock), call, (unsigned long)lock,
			      0, 0);
}

static void eres_push_slow(PEX_PUSH_LOCK lock, bool shared, struct eres_call call)
{
	eres_push_repair(lock, call);
	if (eres_push_is_mine(READ_ONCE(*lock)))
		eres_complain(&self_deadlock, PUSH_OBJECT(lock), call, (unsigned long)lock,
			      0, 0);
	eres_push_wait(lock, shared, call);
}

/* Where nobody may sleep it is got only if that takes no wait; in an interrupt never. */
static void eres_push_acquire(PEX_PUSH_LOCK lock, bool shared, KIRQL irql,
			      struct eres_call call)
{
	enum eres_class_mode mode = shared ? ERES_CLASS_READ : ERES_CLASS_WRITE;
	unsigned int class = FIELD_GET(PUSH_CLASS, READ_ONCE(*lock));

	if (unlikely(irql > APC_LEVEL)) {
		if (in_task() && eres_push_take(lock, shared))
			eres_class_acquire(class, mode, true, call.caller);
		return;
	}
	might_sleep();
	if (!eres_push_is_garbage(READ_ONCE(*lock)))
		eres_class_acquire(class, mode, false, call.caller);
	if (!likely(eres_push_take(lock, shared)))
		eres_push_slow(lock, shared, call);
}

static void eres_push_release(PEX_PUSH_LOCK lock, bool shared, struct eres_call call)
{
	u64 word = READ_ONCE(*lock);
	bool has = shared ? !(word & PUSH_EXCLUSIVE) && (word & PUSH_READERS) :
			    eres_push_is_mine(word);

	if (unlikely(!has || !in_task() || eres_push_is_garbage(word))) {
		eres_complain(&not_acquired, PUSH_OBJECT(lock), call, (unsigned long)lock, 0,
			      0);
		return;
	}
	eres_class_release(FIELD_GET(PUSH_CLASS, word));
	eres_push_give_up(lock);
}

/*
 * The fast paths: for who is in a region, or at APC_LEVEL. False: nothing has been done.
 */
static __always_inline bool eres_push_fast_acquire(PEX_PUSH_LOCK lock, ULONG flags, bool shared,
						   unsigned long caller)
{
	unsigned long word;

	if (flags & ~FLT_PUSH_LOCK_VALID_FLAGS || !eres_read_object(lock, &word) ||
	    !eres_is_synced_and_protected())
		return false;
	might_sleep();
	if (!likely(eres_push_take_free(lock, word, shared)))
		return false;
	eres_class_acquire(FIELD_GET(PUSH_CLASS, word),
			   shared ? ERES_CLASS_READ : ERES_CLASS_WRITE, false, (void *)caller);
	return true;
}

static __always_inline bool eres_push_fast_release(PEX_PUSH_LOCK lock, ULONG flags, bool shared)
{
	unsigned long word;

	if (flags & ~FLT_PUSH_LOCK_VALID_FLAGS || !eres_read_object(lock, &word) ||
	    !eres_is_synced_and_protected())
		return false;
	if (!likely(eres_push_give_up_free(lock, word, shared)))
		return false;
	eres_class_release(FIELD_GET(PUSH_CLASS, word));
	return true;
}

/**
 * eres_init_push_lock() - Make a push lock usable: ExInitializePushLock().
 * @PushLock: the lock; its previous content does not matter
 * @site: where that is: a class of lockdep
 */
void eres_init_push_lock(PEX_PUSH_LOCK PushLock, struct eres_site *site)
{
	struct eres_call call = { "ExInitializePushLock", (void *)_RET_IP_ };

	if (eres_push_check(PushLock, call))
		WRITE_ONCE(*PushLock, FIELD_PREP(PUSH_CLASS,
						 (u64)eres_class_of(site, LD_WAIT_SLEEP)));
}
EXPORT_SYMBOL_GPL(eres_init_push_lock);

/**
 * ExInitializePushLock() - Make a push lock usable.
 * @PushLock: the lock; its previous content does not matter
 *
 * A call by that name is a macro that gives each call site a class of lockdep. A lock
 * that is all zeroes works without, and has none. No routine needs to end it.
 *
 * Context: Any (Windows: IRQL <= APC_LEVEL).
 */
#undef ExInitializePushLock
void ExInitializePushLock(PEX_PUSH_LOCK PushLock)
{
	struct eres_call call = ERES_CALL();

	if (eres_push_check(PushLock, call))
		WRITE_ONCE(*PushLock, 0);
}
EXPORT_SYMBOL_GPL(ExInitializePushLock);

#undef FltInitializePushLock
void FltInitializePushLock(PEX_PUSH_LOCK PushLock)
{
	struct eres_call call = ERES_CALL();

	if (eres_push_check(PushLock, call))
		WRITE_ONCE(*PushLock, 0);
}
EXPORT_SYMBOL_GPL(FltInitializePushLock);

/**
 * FltDeletePushLock() - End the life of a push lock.
 * @PushLock: a lock that nobody has
 *
 * Its memory may be freed without, too.
 *
 * Misuse: a lock that is in use is reported (0xC4/0x100B) and left as it is.
 *
 * Context: Any (Windows: IRQL <= APC_LEVEL).
 * DDI: fltkernel/nf-fltkernel-fltdeletepushlock
 */
void FltDeletePushLock(PEX_PUSH_LOCK PushLock)
{
	struct eres_call call = ERES_CALL();

	if (!eres_push_check(PushLock, call))
		return;
	if (eres_push_is_free(READ_ONCE(*PushLock)))
		WRITE_ONCE(*PushLock, 0);
	else
		eres_complain(&deleted_in_use, PUSH_OBJECT(PushLock), call,
			      (unsigned long)PushLock, 0, 0);
}
EXPORT_SYMBOL_GPL(FltDeletePushLock);

static noinline void eres_push_acquire_slowpath(PEX_PUSH_LOCK lock, ULONG flags, bool shared,
						const char *routine, unsigned long caller)
{
	struct eres_call call = { routine, (void *)caller };
	KIRQL irql;

	if (!eres_push_check(lock, call))
		return;
	eres_push_check_flags(lock, flags, call);
	irql = eres_own_irql();
	eres_push_check_apcs(lock, irql, &acquire_unprotected, call);
	eres_push_acquire(lock, shared, irql, call);
}

static noinline void eres_push_release_slowpath(PEX_PUSH_LOCK lock, ULONG flags, bool shared,
						const char *routine, unsigned long caller)
{
	struct eres_call call = { routine, (void *)caller };

	if (!eres_push_check(lock, call))
		return;
	eres_push_check_flags(lock, flags, call);
	eres_push_check_apcs(lock, eres_own_irql(), &release_unprotected, call);
	eres_push_release(lock, shared, call);
}

/**
 * ExAcquirePushLockExclusiveEx() - Acquire a push lock for exclusive access:
 *	ExAcquirePushLockExclusive().
 * @PushLock: the lock
 * @Flags: 0; nothing is made of those that are known
 *
 * Misuse: a thread in no region and below APC_LEVEL is reported (0xC4/0xEA) and served.
 * Above APC_LEVEL (the same) the lock is got only if it is free; in an interrupt not
 * even then. The owner for exclusive access is reported (0xC4/0x1000) and waits for
 * itself, as on Windows; a shared owner waits unreported. Unknown flags are reported
 * (0x152). What can not be a lock, but is memory (0xC4/0x1002), becomes one; what is no
 * memory (0xC4/0xE1) is left alone.
 *
 * Context: Task context (Windows: IRQL <= APC_LEVEL). Sleeps, uninterruptibly.
 * DDI: wdm/nf-wdm-exacquirepushlockexclusive
 */
void ExAcquirePushLockExclusiveEx(PEX_PUSH_LOCK PushLock, ULONG Flags)
{
	if (unlikely(!eres_push_fast_acquire(PushLock, Flags, false, _RET_IP_)))
		eres_push_acquire_slowpath(PushLock, Flags, false, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExAcquirePushLockExclusiveEx);

/**
 * ExAcquirePushLockSharedEx() - Acquire a push lock for shared access:
 *	ExAcquirePushLockShared().
 * @PushLock: the lock
 * @Flags: 0; nothing is made of those that are known
 *
 * A thread that has shared access gets it again, but not while another waits for
 * exclusive access: then it waits for itself, as on Windows.
 *
 * Misuse: as ExAcquirePushLockExclusiveEx().
 *
 * Context: Task context (Windows: IRQL <= APC_LEVEL). Sleeps, uninterruptibly.
 * DDI: wdm/nf-wdm-exacquirepushlockshared
 */
void ExAcquirePushLockSharedEx(PEX_PUSH_LOCK PushLock, ULONG Flags)
{
	if (unlikely(!eres_push_fast_acquire(PushLock, Flags, true, _RET_IP_)))
		eres_push_acquire_slowpath(PushLock, Flags, true, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExAcquirePushLockSharedEx);

/**
 * ExReleasePushLockExclusiveEx() - Release exclusive access: ExReleasePushLockExclusive().
 * @PushLock: the lock
 * @Flags: 0; nothing is made of those that are known
 *
 * Misuse: a thread in no region and below APC_LEVEL, or above that, is reported
 * (0xC4/0xEB) and served. A lock that the caller does not have for exclusive access
 * (0xC4/0x1007) is left alone, and so is any in an interrupt.
 *
 * Context: Task context (Windows: IRQL <= APC_LEVEL). Never sleeps.
 * DDI: wdm/nf-wdm-exreleasepushlockexclusive
 */
void ExReleasePushLockExclusiveEx(PEX_PUSH_LOCK PushLock, ULONG Flags)
{
	if (unlikely(!eres_push_fast_release(PushLock, Flags, false)))
		eres_push_release_slowpath(PushLock, Flags, false, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExReleasePushLockExclusiveEx);

/**
 * ExReleasePushLockSharedEx() - Release shared access: ExReleasePushLockShared().
 * @PushLock: the lock
 * @Flags: 0; nothing is made of those that are known
 *
 * Misuse: as ExReleasePushLockExclusiveEx(), but that of shared access only the number
 * is known, not whose it is.
 *
 * Context: Task context (Windows: IRQL <= APC_LEVEL). Never sleeps.
 * DDI: wdm/nf-wdm-exreleasepushlockshared
 */
void ExReleasePushLockSharedEx(PEX_PUSH_LOCK PushLock, ULONG Flags)
{
	if (unlikely(!eres_push_fast_release(PushLock, Flags, true)))
		eres_push_release_slowpath(PushLock, Flags, true, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExReleasePushLockSharedEx);

static __always_inline void eres_push_acquire_flt(PEX_PUSH_LOCK lock, ULONG flags, bool shared,
						  struct eres_call call)
{
	if (!eres_push_check(lock, call))
		return;
	eres_push_check_flags(lock, flags, call);
	/* Above APC_LEVEL that reports it. */
	KeEnterCriticalRegion();
	if (!eres_push_fast_acquire(lock, 0, shared, (unsigned long)call.caller))
		eres_push_acquire(lock, shared, eres_own_irql(), call);
}

static __always_inline void eres_push_release_flt(PEX_PUSH_LOCK lock, ULONG flags,
						  struct eres_call call)
{
	bool shared;

	if (!eres_push_check(lock, call))
		return;
	eres_push_check_flags(lock, flags, call);
	shared = !(READ_ONCE(*lock) & PUSH_EXCLUSIVE);
	if (!eres_push_fast_release(lock, 0, shared))
		eres_push_release(lock, shared, call);
	KeLeaveCriticalRegion();
}

/**
 * FltAcquirePushLockExclusive() - Enter a critical region, then acquire a push lock for
 *	exclusive access.
 * @PushLock: the lock
 *
 * Misuse: as ExAcquirePushLockExclusiveEx(), and of the region KeEnterCriticalRegion().
 *
 * Context: Task context (Windows: IRQL <= APC_LEVEL). Sleeps, uninterruptibly.
 * DDI: fltkernel/nf-fltkernel-fltacquirepushlockexclusive
 */
void FltAcquirePushLockExclusive(PEX_PUSH_LOCK PushLock)
{
	struct eres_call call = ERES_CALL();

	eres_push_acquire_flt(PushLock, 0, false, call);
}
EXPORT_SYMBOL_GPL(FltAcquirePushLockExclusive);

/* The same for shared access; for either with flags. */
void FltAcquirePushLockShared(PEX_PUSH_LOCK PushLock)
{
	struct eres_call call = ERES_CALL();

	eres_push_acquire_flt(PushLock, 0, true, call);
}
EXPORT_SYMBOL_GPL(FltAcquirePushLockShared);

void FltAcquirePushLockExclusiveEx(PEX_PUSH_LOCK PushLock, ULONG Flags)
{
	struct eres_call call = ERES_CALL();

	eres_push_acquire_flt(PushLock, Flags, false, call);
}
EXPORT_SYMBOL_GPL(FltAcquirePushLockExclusiveEx);

void FltAcquirePushLockSharedEx(PEX_PUSH_LOCK PushLock, ULONG Flags)
{
	struct eres_call call = ERES_CALL();

	eres_push_acquire_flt(PushLock, Flags, true, call);
}
EXPORT_SYMBOL_GPL(FltAcquirePushLockSharedEx);

/**
 * FltReleasePushLock() - Release a push lock, in whichever mode, then leave the critical
 *	region.
 * @PushLock: the lock
 *
 * Misuse: as ExReleasePushLockExclusiveEx(); the region is left all the same.
 *
 * Context: Task context (Windows: IRQL <= APC_LEVEL).
 * DDI: fltkernel/nf-fltkernel-fltreleasepushlock
 */
void FltReleasePushLock(PEX_PUSH_LOCK PushLock)
{
	struct eres_call call = ERES_CALL();

	eres_push_release_flt(PushLock, 0, call);
}
EXPORT_SYMBOL_GPL(FltReleasePushLock);

void FltReleasePushLockEx(PEX_PUSH_LOCK PushLock, ULONG Flags)
{
	struct eres_call call = ERES_CALL();

	eres_push_release_flt(PushLock, Flags, call);
}
EXPORT_SYMBOL_GPL(FltReleasePushLockEx);
