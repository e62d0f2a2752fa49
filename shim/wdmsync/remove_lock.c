// SPDX-License-Identifier: GPL-2.0-only
/*
 * IO_REMOVE_LOCK: requests that a device is removed after.
 *
 * Removed and IoCount, which drivers look at, are changed together, by cmpxchg of the
 * eight bytes: who comes after the removal has begun is refused without having counted
 * itself, even for a moment. IoCount is one more than there are acquisitions until the
 * removal begins.
 *
 * The last access of who releases is that cmpxchg, a full barrier; the remover is woken
 * by the address alone, and may free the lock when it returns.
 */
#include <linux/atomic.h>
#include <linux/export.h>
#include <linux/wait_bit.h>

#include <eresource.h>
#include <wdk/rundown.h>
#include <wdk/status.h>

#include "check.h"
#include "neighbour.h"

#define REMOVE_MAGIC	0x524d4c4bUL
#define REMOVE_OBJECT(lock)	ERES_OBJECT("remove lock", lock)

/* What is changed at once. No array, or the compiler keeps all of it on a guarded stack. */
union eres_remove_state {
	struct {
		union {
			u32 first;
			BOOLEAN removed;
		};
		LONG count;
	};
	u64 both;
};

static_assert(offsetof(IO_REMOVE_LOCK, Common.IoCount) ==
	      offsetof(union eres_remove_state, count));
static_assert(__alignof__(IO_REMOVE_LOCK) >= sizeof(u64));

static const struct eres_misuse initialized =
	ERES_VIOLATION(0xD7, "nann", "remove lock initialised again while it is acquired",
		       "initialise it once, with the device object");
static const struct eres_misuse not_acquired =
	ERES_VIOLATION(0xD5, "naan", "remove lock released that nobody has acquired",
		       "release once for each acquire that succeeded");
static const struct eres_misuse not_acquired_to_remove =
	ERES_VIOLATION(0xD6, "naan", "device removed without the remove lock, or twice",
		       "acquire it once before, and wait in the routine that handles the removal");
static const struct eres_misuse uninitialized =
	ERES_VIOLATION(ERES_W_UNINITIALIZED, "nann", "uninitialised remove lock used",
		       "call IoInitializeRemoveLock() first; or was it overwritten?");
static const struct eres_misuse wait_too_high =
	ERES_MISUSE(ERES_IRQL_NOT_LESS_OR_EQUAL, "annn", "IRQL_NOT_LESS_OR_EQUAL",
		    "removal waited for above APC_LEVEL",
		    "wait at PASSIVE_LEVEL: here nothing is waited for");

static unsigned long eres_remove_magic(PIO_REMOVE_LOCK lock)
{
	return (unsigned long)lock ^ REMOVE_MAGIC;
}

static inline u64 *eres_remove_word(PIO_REMOVE_LOCK lock)
{
	return (u64 *)&lock->Common;
}

static inline union eres_remove_state eres_remove_read(PIO_REMOVE_LOCK lock)
{
	return (union eres_remove_state){ .both = READ_ONCE(*eres_remove_word(lock)) };
}

/* Unless it is @from no more: then that is what it is now. */
static inline bool eres_remove_change(PIO_REMOVE_LOCK lock, union eres_remove_state *from,
				      union eres_remove_state to)
{
	return try_cmpxchg(eres_remove_word(lock), &from->both, to.both);
}

/* It is a lock, and this its state. */
static __always_inline bool eres_remove_get(PIO_REMOVE_LOCK lock, union eres_remove_state *state)
{
	return eres_read_object(eres_remove_word(lock), (unsigned long *)&state->both) &&
	       likely(lock->Common.Magic == eres_remove_magic(lock));
}

static inline bool eres_remove_is_acquired(union eres_remove_state state)
{
	return state.count > (state.removed ? 0 : 1);
}

/*
 * A remover sleeps until nobody has acquired it, and would for ever if it were initialised.
 * What is left of a lock in memory that was freed may say so, too: but nobody sleeps there.
 * Roughly: the queue is that of some other addresses as well, and who is about to sleep is
 * not in it yet.
 */
static bool eres_remove_is_awaited(PIO_REMOVE_LOCK lock, union eres_remove_state state)
{
	if (!state.removed || !eres_remove_is_acquired(state))
		return false;
	/* Without a barrier: who removes and who initialises at the same time are a misuse. */
	return waitqueue_active(__var_waitqueue(lock));
}

/* It is none. */
static noinline void eres_remove_refuse(PIO_REMOVE_LOCK lock, const char *routine,
					unsigned long caller)
{
	struct eres_call call = { routine, (void *)caller };

	if (eres_check_object("remove lock", lock, call))
		eres_complain(&uninitialized, REMOVE_OBJECT(lock), call, (unsigned long)lock,
			      0, 0);
}

static noinline void eres_remove_not_acquired(PIO_REMOVE_LOCK lock, PVOID tag,
					      const char *routine, unsigned long caller)
{
	struct eres_call call = { routine, (void *)caller };

	eres_complain(&not_acquired, REMOVE_OBJECT(lock), call, (unsigned long)lock,
		      (unsigned long)tag, 0);
}

/**
 * IoInitializeRemoveLockEx() - Behind IoInitializeRemoveLock(): make a remove lock usable.
 * @Lock: the lock
 * @AllocateTag: of no significance
 * @MaxLockedMinutes: of no significance
 * @HighWatermark: of no significance
 * @RemlockSize: of no significance
 *
 * Misuse: one that is acquired is reported (0xC4/0xD7), also if it was freed like that; it
 * is initialised, unless a thread sleeps until it may be removed: then it stays as it
 * is. One that nobody has acquired any more, or not yet, is initialised in
 * silence: memory that was freed, and is another device's, looks the same.
 *
 * Context: Any (Windows: IRQL = PASSIVE_LEVEL).
 * DDI: wdm/nf-wdm-ioinitializeremovelock
 */
void IoInitializeRemoveLockEx(PIO_REMOVE_LOCK Lock, ULONG AllocateTag, ULONG MaxLockedMinutes,
			      ULONG HighWatermark, ULONG RemlockSize)
{
	struct eres_call call = ERES_CALL();
	union eres_remove_state fresh = { .count = 1 }, state;

	if (!eres_check_object("remove lock", Lock, call))
		return;
	if (likely(!eres_remove_get(Lock, &state))) {
		WRITE_ONCE(*eres_remove_word(Lock), fresh.both);
		Lock->Common.Magic = eres_remove_magic(Lock);
		return;
	}
	while (!eres_remove_is_awaited(Lock, state) && !eres_remove_change(Lock, &state, fresh))
		;
	if (unlikely(eres_remove_is_acquired(state)))
		eres_complain(&initialized, REMOVE_OBJECT(Lock), call, (unsigned long)Lock,
			      0, 0);
}
EXPORT_SYMBOL_GPL(IoInitializeRemoveLockEx);

/**
 * IoAcquireRemoveLockEx() - Behind IoAcquireRemoveLock(): keep a device from being removed.
 * @RemoveLock: its lock
 * @Tag: of no significance
 * @File: of no significance
 * @Line: of no significance
 * @RemlockSize: of no significance
 *
 * Misuse: what is not initialised (0xC4/0x1002) is as a device that is removed.
 *
 * Context: Any (Windows: IRQL <= DISPATCH_LEVEL). Never sleeps.
 * Return: STATUS_SUCCESS; STATUS_DELETE_PENDING once the removal has begun.
 * DDI: wdm/nf-wdm-ioacquireremovelock
 */
NTSTATUS IoAcquireRemoveLockEx(PIO_REMOVE_LOCK RemoveLock, PVOID Tag, PCSTR File, ULONG Line,
			       ULONG RemlockSize)
{
	union eres_remove_state state, next;

	if (unlikely(!eres_remove_get(RemoveLock, &state))) {
		eres_remove_refuse(RemoveLock, __func__, _RET_IP_);
		return STATUS_DELETE_PENDING;
	}
	do {
		if (state.removed)
			return STATUS_DELETE_PENDING;
		next = state;
		next.count++;
	} while (!eres_remove_change(RemoveLock, &state, next));
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(IoAcquireRemoveLockEx);

/**
 * IoReleaseRemoveLockEx() - Behind IoReleaseRemoveLock(): let a device be removed, as far as
 *	the caller goes.
 * @RemoveLock: its lock, which any thread may have acquired
 * @Tag: only reported: that it is the one of the acquire is not checked
 * @RemlockSize: of no significance
 *
 * Misuse: more releases than acquires are reported (0xC4/0xD5), and nothing is released.
 *
 * Context: Any, but not hard interrupts on PREEMPT_RT (Windows: IRQL <= DISPATCH_LEVEL).
 *          Never sleeps.
 * DDI: wdm/nf-wdm-ioreleaseremovelock
 */
void IoReleaseRemoveLockEx(PIO_REMOVE_LOCK RemoveLock, PVOID Tag, ULONG RemlockSize)
{
	union eres_remove_state state, next;

	if (unlikely(!eres_remove_get(RemoveLock, &state))) {
		eres_remove_refuse(RemoveLock, __func__, _RET_IP_);
		return;
	}
	do {
		if (unlikely(!eres_remove_is_acquired(state))) {
			eres_remove_not_acquired(RemoveLock, Tag, __func__, _RET_IP_);
			return;
		}
		next = state;
		next.count--;
	} while (!eres_remove_change(RemoveLock, &state, next));
	if (!next.count)
		wake_up_var(RemoveLock);
}
EXPORT_SYMBOL_GPL(IoReleaseRemoveLockEx);

/* From here on nobody acquires it; and the caller's acquisition, and the first, go. */
static void eres_remove_begin(PIO_REMOVE_LOCK lock, PVOID tag, struct eres_call call)
{
	union eres_remove_state state = eres_remove_read(lock), next;

	do {
		next = state;
		next.removed = TRUE;
		next.count -= min(next.count, state.removed ? 1 : 2);
	} while (!eres_remove_change(lock, &state, next));
	if (unlikely(state.removed || state.count < 2))
		eres_complain(&not_acquired_to_remove, REMOVE_OBJECT(lock), call,
			      (unsigned long)lock, (unsigned long)tag, 0);
	/* Another may wait, whom this was the last for. */
	if (unlikely(state.removed && !next.count))
		wake_up_var(lock);
}

static void eres_remove_wait(PIO_REMOVE_LOCK lock, struct eres_call call)
{
	struct eres_thread *thread;

	/* Nobody knows who has acquired it. */
	thread = eres_object_wait_begin(&(struct eres_object_wait){
		.object = lock, .kind = "remove lock", .count = 1,
		.module = THIS_MODULE, .call = call,
	});
	wait_var_event(lock, !eres_remove_read(lock).count);
	eres_object_wait_end(thread);
}

/**
 * IoReleaseRemoveLockAndWaitEx() - Behind IoReleaseRemoveLockAndWait(): begin to remove a
 *	device, and wait until nobody is in the way.
 * @RemoveLock: its lock, which the caller has acquired once
 * @Tag: only reported
 * @RemlockSize: of no significance
 *
 * Afterwards the lock's memory may go.
 *
 * Misuse: without an acquisition, or a second time, it is reported (0xC4/0xD6) and waits
 * as well. Above APC_LEVEL nothing is waited for (0xA).
 *
 * Context: Task context (Windows: IRQL = PASSIVE_LEVEL). Sleeps, uninterruptibly.
 * DDI: wdm/nf-wdm-ioreleaseremovelockandwait
 */
void IoReleaseRemoveLockAndWaitEx(PIO_REMOVE_LOCK RemoveLock, PVOID Tag, ULONG RemlockSize)
{
	struct eres_call call = ERES_CALL();
	KIRQL irql = KeGetCurrentIrql();
	union eres_remove_state state;

	if (unlikely(!eres_remove_get(RemoveLock, &state))) {
		eres_remove_refuse(RemoveLock, __func__, _RET_IP_);
		return;
	}
	eres_remove_begin(RemoveLock, Tag, call);
	if (unlikely(irql > APC_LEVEL)) {
		eres_complain(&wait_too_high, REMOVE_OBJECT(RemoveLock), call,
			      (unsigned long)RemoveLock, irql, 0);
		return;
	}
	if (eres_remove_read(RemoveLock).count)
		eres_remove_wait(RemoveLock, call);
	/* Pairs with the cmpxchg of who has released last. */
	smp_acquire__after_ctrl_dep();
}
EXPORT_SYMBOL_GPL(IoReleaseRemoveLockAndWaitEx);
