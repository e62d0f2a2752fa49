// SPDX-License-Identifier: GPL-2.0-only
/* In-stack queued spin locks: KSPIN_LOCK, first come, first served. See spin_word.h. */
#include <linux/export.h>

#include "spin_word.h"

static const struct eres_misuse not_acquired =
	ERES_VIOLATION(0x4000A, "nann", "queued spin lock released by who does not have it",
		       "release once for each acquire, by the same handle, in the same thread or DPC");

static inline u64 eres_queue_word(PKLOCK_QUEUE_HANDLE handle)
{
	return (unsigned long)handle | SPIN_QUEUED;
}

/* At the end of the queue: the one before it does not go before it has seen this. */
static void eres_queue_wait(PKLOCK_QUEUE_HANDLE before, PKLOCK_QUEUE_HANDLE handle,
			    struct eres_call call)
{
	/* Pairs with the acquire in eres_queue_next(): comes after all that is in the handle. */
	smp_store_release(&before->Next, handle);
	/* Pairs with the release in eres_queue_release(). */
	while (!(smp_load_acquire(&handle->State) & HANDLE_OWNS))
		cpu_relax();
	/* Only now it is known which class that is: the owner before has handed it on. */
	eres_class_acquire(handle->Class, ERES_CLASS_WRITE, false, call.caller);
}

static void eres_queue_own(PKLOCK_QUEUE_HANDLE handle, unsigned int class,
			   struct eres_call call)
{
	handle->Class = class;
	handle->State ^= HANDLE_WAITS | HANDLE_OWNS;
	eres_class_acquire(class, ERES_CLASS_WRITE, false, call.caller);
}

/* One attempt, with what was found in the word. Return: true if the caller has got it. */
static bool eres_queue_step(PKSPIN_LOCK lock, u64 word, PKLOCK_QUEUE_HANDLE handle,
			    struct eres_call call)
{
	enum eres_spin_obstacle obstacle = SPIN_WAIT;

	if (!eres_spin_is_free(word))
		obstacle = eres_spin_obstacle(lock, word);
	if (obstacle == SPIN_MINE) {
		handle->State = HANDLE_OWNS | HANDLE_AGAIN |
				(handle->State & (HANDLE_RAISED | HANDLE_LENT));
		eres_spin_recursion(SPIN_OBJECT(lock), call);
		return true;
	}
	/* Taken without a queue: there is nobody to stand behind. */
	if (!eres_spin_is_free(word) && !eres_spin_is_queued(word) && obstacle == SPIN_WAIT) {
		cpu_relax();
		return false;
	}
	/* The handle is complete before it can be seen: a full barrier. */
	if (cmpxchg(lock, word, eres_queue_word(handle)) != word)
		return false;
	if (obstacle == SPIN_GARBAGE) {
		eres_queue_own(handle, 0, call);
		eres_spin_garbage(SPIN_OBJECT(lock), call);
	} else if (eres_spin_is_free(word)) {
		eres_queue_own(handle, eres_spin_class(word), call);
	} else {
		eres_queue_wait(eres_spin_last(word), handle, call);
	}
	return true;
}

static void eres_queue_acquire(PKSPIN_LOCK lock, PKLOCK_QUEUE_HANDLE handle, UCHAR how,
			       struct eres_call call)
{
	handle->Next = NULL;
	handle->Lock = lock;
	handle->Class = 0;
	handle->Owner = eres_spinner();
	/* Others write to it once they see it. */
	WRITE_ONCE(handle->State, HANDLE_WAITS | how);
	while (!eres_queue_step(lock, READ_ONCE(*lock), handle, call))
		;
}

/* The next in the queue, who has a place in it but may not have said so yet. */
static PKLOCK_QUEUE_HANDLE eres_queue_next(PKLOCK_QUEUE_HANDLE handle)
{
	PKLOCK_QUEUE_HANDLE next;

	/* Pairs with the release in eres_queue_wait(). */
	while (!(next = smp_load_acquire(&handle->Next)))
		cpu_relax();
	return next;
}

/* The lock is not touched any more once it is free or another's. */
static void eres_queue_release(PKLOCK_QUEUE_HANDLE handle)
{
	PKSPIN_LOCK lock = handle->Lock;
	u64 word = eres_queue_word(handle);
	u64 free = FIELD_PREP(SPIN_CLASS, handle->Class);
	PKLOCK_QUEUE_HANDLE next;

	eres_class_release(handle->Class);
	if (!READ_ONCE(handle->Next) && cmpxchg_release(lock, word, free) == word)
		return;
	next = eres_queue_next(handle);
	/* Nobody else writes to it while it waits. */
	next->Class = handle->Class;
	/* Pairs with the acquire in eres_queue_wait(). */
	smp_store_release(&next->State, (next->State & ~HANDLE_WAITS) | HANDLE_OWNS);
}

/* It is the handle of the caller, who has a lock by it; else that is reported. */
static bool eres_queue_check(PKLOCK_QUEUE_HANDLE handle, bool raising,
			     struct eres_call call)
{
	const struct eres_object *object = ERES_OBJECT("queued spin lock's handle", handle);

	if (!eres_check_object("queued spin lock's handle", handle, call))
		return false;
	if (likely((handle->State & (HANDLE_OWNS | HANDLE_WAITS)) == HANDLE_OWNS &&
		   handle->Owner == eres_spinner() &&
		   eres_is_object(handle->Lock, __alignof__(*handle->Lock)) &&
		   (handle->State & HANDLE_AGAIN ||
		    eres_spin_is_queued(READ_ONCE(*handle->Lock))))) {
		eres_spin_end(SPIN_OBJECT(handle->Lock), call, raising);
		return true;
	}
	eres_complain(&not_acquired, object, call, (unsigned long)handle, 0, 0);
	return false;
}

/* Return: what the acquire had remembered, to be undone. */
static int eres_queue_give_up(PKLOCK_QUEUE_HANDLE handle)
{
	UCHAR state = handle->State;

	handle->State = 0;
	/* The last access to either: the handle may lie in what the lock protects. */
	if (!(state & HANDLE_AGAIN))
		eres_queue_release(handle);
	return state & (HANDLE_RAISED | HANDLE_LENT);
}

static bool eres_queue_may_begin(PKSPIN_LOCK lock, PKLOCK_QUEUE_HANDLE handle,
				 struct eres_call call)
{
	if (!eres_check_object("queued spin lock's handle", handle, call))
		return false;
	if (eres_check_object("spin lock", lock, call))
		return true;
	handle->State = 0;
	return false;
}

static __always_inline void eres_queue_raise(PKSPIN_LOCK lock, PKLOCK_QUEUE_HANDLE handle,
					     struct eres_call call)
{
	if (!eres_queue_may_begin(lock, handle, call))
		return;
	handle->OldIrql = eres_spin_begin(SPIN_OBJECT(lock), call);
	eres_queue_acquire(lock, handle, eres_dispatch_enter() ? HANDLE_RAISED : 0, call);
}

static __always_inline void eres_queue_lower(PKLOCK_QUEUE_HANDLE handle,
					     struct eres_call call)
{
	PKSPIN_LOCK lock;
	KIRQL irql;
	int how;

	if (!eres_queue_check(handle, true, call))
		return;
	lock = handle->Lock;
	irql = handle->OldIrql;
	how = eres_queue_give_up(handle);
	eres_dispatch_leave(how);
	eres_set_irql(irql, SPIN_OBJECT(lock), call);
}

/**
 * KeAcquireInStackQueuedSpinLock() - Raise to DISPATCH_LEVEL, then queue for a spin lock.
 * @SpinLock: the lock
 * @LockHandle: the caller's place in the queue, and what it needs for the release;
 *              on the stack, as a rule; no two at a time use one
 *
 * First come, first served. Lock and level before are kept in @LockHandle.
 *
 * Deviation: that others acquire the lock without a queue meanwhile is no mistake.
 *
 * Misuse: as KeAcquireSpinLockRaiseToDpc(), but that a second acquire by the owner is
 * noticed only while nobody waits behind it: otherwise it hangs, as on Windows.
 *
 * Context: Any but NMI and hard interrupts (Windows: IRQL <= DISPATCH_LEVEL).
 * DDI: wdm/nf-wdm-keacquireinstackqueuedspinlock
 */
void KeAcquireInStackQueuedSpinLock(PKSPIN_LOCK SpinLock, PKLOCK_QUEUE_HANDLE LockHandle)
{
	struct eres_call call = ERES_CALL();

	eres_queue_raise(SpinLock, LockHandle, call);
}
EXPORT_SYMBOL_GPL(KeAcquireInStackQueuedSpinLock);

void KeAcquireInStackQueuedSpinLockForDpc(PKSPIN_LOCK SpinLock,
					  PKLOCK_QUEUE_HANDLE LockHandle)
{
	struct eres_call call = ERES_CALL();

	eres_queue_raise(SpinLock, LockHandle, call);
}
EXPORT_SYMBOL_GPL(KeAcquireInStackQueuedSpinLockForDpc);

/**
 * KeReleaseInStackQueuedSpinLock() - Release a queued spin lock, then lower the IRQL.
 * @LockHandle: what the acquire was given
 *
 * Misuse: of a handle that has no lock, or is another thread's, it is reported
 * (0xC4/0x4000A), and nothing is done.
 *
 * Context: as the acquire (Windows: IRQL = DISPATCH_LEVEL).
 * DDI: wdm/nf-wdm-kereleaseinstackqueuedspinlock
 */
void KeReleaseInStackQueuedSpinLock(PKLOCK_QUEUE_HANDLE LockHandle)
{
	struct eres_call call = ERES_CALL();

	eres_queue_lower(LockHandle, call);
}
EXPORT_SYMBOL_GPL(KeReleaseInStackQueuedSpinLock);

void KeReleaseInStackQueuedSpinLockForDpc(PKLOCK_QUEUE_HANDLE LockHandle)
{
	struct eres_call call = ERES_CALL();

	eres_queue_lower(LockHandle, call);
}
EXPORT_SYMBOL_GPL(KeReleaseInStackQueuedSpinLockForDpc);

/**
 * KeAcquireInStackQueuedSpinLockAtDpcLevel() - Queue for a spin lock, at DISPATCH_LEVEL
 *	already.
 * @SpinLock: the lock
 * @LockHandle: as above
 *
 * Misuse: below DISPATCH_LEVEL it is reported (0xC4/0x40), and bottom halves are off until
 * the release, as they are where Linux' spin_lock() has only preemption off.
 *
 * Context: Any but NMI and hard interrupts (Windows: IRQL >= DISPATCH_LEVEL).
 * DDI: wdm/nf-wdm-keacquireinstackqueuedspinlockatdpclevel
 */
void KeAcquireInStackQueuedSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock,
					      PKLOCK_QUEUE_HANDLE LockHandle)
{
	struct eres_call call = ERES_CALL();

	if (!eres_queue_may_begin(SpinLock, LockHandle, call))
		return;
	LockHandle->OldIrql = eres_own_irql();
	eres_queue_acquire(SpinLock, LockHandle,
			   eres_spin_lend(SPIN_OBJECT(SpinLock), call) ? HANDLE_LENT : 0,
			   call);
}
EXPORT_SYMBOL_GPL(KeAcquireInStackQueuedSpinLockAtDpcLevel);

/**
 * KeReleaseInStackQueuedSpinLockFromDpcLevel() - Release a queued spin lock, and stay at
 *	DISPATCH_LEVEL.
 * @LockHandle: what the acquire was given
 *
 * Misuse: as KeReleaseInStackQueuedSpinLock(). If the acquire has raised the IRQL the
 * thread stays there until it calls KeLowerIrql().
 *
 * Context: as the acquire (Windows: IRQL >= DISPATCH_LEVEL).
 * DDI: wdm/nf-wdm-kereleaseinstackqueuedspinlockfromdpclevel
 */
void KeReleaseInStackQueuedSpinLockFromDpcLevel(PKLOCK_QUEUE_HANDLE LockHandle)
{
	struct eres_call call = ERES_CALL();
	int how;

	if (!eres_queue_check(LockHandle, false, call))
		return;
	how = eres_queue_give_up(LockHandle);
	if (likely(!how))
		return;
	eres_dispatch_leave(true);
	if (how & HANDLE_RAISED)
		KeRaiseIrqlToDpcLevel();
}
EXPORT_SYMBOL_GPL(KeReleaseInStackQueuedSpinLockFromDpcLevel);
