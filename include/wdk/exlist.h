/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Operations under a spin lock that belongs to them alone: interrupts are off while
 * they have it. Lists that are used with them are never used without, not even under
 * the lock.
 */
#ifndef ERES_WDK_EXLIST_H
#define ERES_WDK_EXLIST_H

#include "interlocked.h"

PLIST_ENTRY ExInterlockedInsertHeadList(PLIST_ENTRY ListHead, PLIST_ENTRY ListEntry,
					PKSPIN_LOCK Lock);
PLIST_ENTRY ExInterlockedInsertTailList(PLIST_ENTRY ListHead, PLIST_ENTRY ListEntry,
					PKSPIN_LOCK Lock);
PLIST_ENTRY ExInterlockedRemoveHeadList(PLIST_ENTRY ListHead, PKSPIN_LOCK Lock);
PSINGLE_LIST_ENTRY ExInterlockedPushEntryList(PSINGLE_LIST_ENTRY ListHead,
					      PSINGLE_LIST_ENTRY ListEntry, PKSPIN_LOCK Lock);
PSINGLE_LIST_ENTRY ExInterlockedPopEntryList(PSINGLE_LIST_ENTRY ListHead, PKSPIN_LOCK Lock);
ULONG ExInterlockedAddUlong(PULONG Addend, ULONG Increment, PKSPIN_LOCK Lock);
LARGE_INTEGER ExInterlockedAddLargeInteger(PLARGE_INTEGER Addend, LARGE_INTEGER Increment,
					   PKSPIN_LOCK Lock);

/* Without a lock. The operands of the second are pointers. */
#define ExInterlockedAddLargeStatistic(Addend, Increment)		\
	((void)InterlockedExchangeAdd64(&(Addend)->QuadPart, (ULONG)(Increment)))
#define ExInterlockedCompareExchange64(Destination, Exchange, Comperand, Lock) \
	InterlockedCompareExchange64(Destination, *(Exchange), *(Comperand))

/* Obsolete. Of the first two only the sign of the result is defined. */
#define ExInterlockedIncrementLong(Addend, Lock)	InterlockedIncrement(Addend)
#define ExInterlockedDecrementLong(Addend, Lock)	InterlockedDecrement(Addend)
#define ExInterlockedExchangeUlong(Target, Value, Lock)			\
	((ULONG)InterlockedExchange((PLONG)(Target), (LONG)(Value)))

#endif /* ERES_WDK_EXLIST_H */
