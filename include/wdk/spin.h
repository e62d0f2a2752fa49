/* SPDX-License-Identifier: GPL-2.0-only */
/* Spin locks. */
#ifndef ERES_WDK_SPIN_H
#define ERES_WDK_SPIN_H

#include "site.h"
#include "types.h"

/* A word, 0 if nobody has it: a lock that is all zeroes needs no initialiser. */
typedef ULONG_PTR KSPIN_LOCK, *PKSPIN_LOCK;

/* One who waits for a lock or has it: on the stack, for as long as that lasts. */
typedef struct _KLOCK_QUEUE_HANDLE {
	/* private: */
	struct _KLOCK_QUEUE_HANDLE *Next;
	PKSPIN_LOCK Lock;
	/* public: */
	KIRQL OldIrql;
	/* private: */
	UCHAR State;
	USHORT Class;
	ULONG Owner;
} KLOCK_QUEUE_HANDLE, *PKLOCK_QUEUE_HANDLE;

void eres_init_spin_lock(PKSPIN_LOCK SpinLock, struct eres_site *site);
void KeInitializeSpinLock(PKSPIN_LOCK SpinLock);
#ifndef ERES_INIT_BY_FUNCTION
#define KeInitializeSpinLock(SpinLock)	\
	ERES_INITIALIZE_AT_SITE(eres_init_spin_lock, SpinLock)
#endif

KIRQL KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK SpinLock);
KIRQL KeAcquireSpinLockForDpc(PKSPIN_LOCK SpinLock);
void KeAcquireSpinLock(PKSPIN_LOCK SpinLock, PKIRQL OldIrql);
void KeReleaseSpinLock(PKSPIN_LOCK SpinLock, KIRQL NewIrql);
void KeReleaseSpinLockForDpc(PKSPIN_LOCK SpinLock, KIRQL OldIrql);
void KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock);
void KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK SpinLock);
BOOLEAN KeTryToAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock);
BOOLEAN KeTestSpinLock(PKSPIN_LOCK SpinLock);

void KeAcquireInStackQueuedSpinLock(PKSPIN_LOCK SpinLock, PKLOCK_QUEUE_HANDLE LockHandle);
void KeReleaseInStackQueuedSpinLock(PKLOCK_QUEUE_HANDLE LockHandle);
void KeAcquireInStackQueuedSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock,
					      PKLOCK_QUEUE_HANDLE LockHandle);
void KeReleaseInStackQueuedSpinLockFromDpcLevel(PKLOCK_QUEUE_HANDLE LockHandle);
void KeAcquireInStackQueuedSpinLockForDpc(PKSPIN_LOCK SpinLock,
					  PKLOCK_QUEUE_HANDLE LockHandle);
void KeReleaseInStackQueuedSpinLockForDpc(PKLOCK_QUEUE_HANDLE LockHandle);

void IoAcquireCancelSpinLock(PKIRQL Irql);
void IoReleaseCancelSpinLock(KIRQL Irql);

#endif /* ERES_WDK_SPIN_H */
