/* SPDX-License-Identifier: GPL-2.0-only */
/* Lists of which several push and pop at once. */
#ifndef ERES_WDK_SLIST_H
#define ERES_WDK_SLIST_H

void InitializeSListHead(PSLIST_HEADER ListHead);
PSLIST_ENTRY InterlockedPushEntrySList(PSLIST_HEADER ListHead, PSLIST_ENTRY ListEntry);
PSLIST_ENTRY InterlockedPopEntrySList(PSLIST_HEADER ListHead);
PSLIST_ENTRY InterlockedFlushSList(PSLIST_HEADER ListHead);
PSLIST_ENTRY InterlockedPushListSList(PSLIST_HEADER ListHead, PSLIST_ENTRY List,
				      PSLIST_ENTRY ListEnd, ULONG Count);
USHORT ExQueryDepthSList(PSLIST_HEADER ListHead);

#define ExInitializeSListHead(Head)	InitializeSListHead(Head)
#define ExInterlockedFlushSList(Head)	InterlockedFlushSList(Head)
#define QueryDepthSList(Head)		ExQueryDepthSList(Head)
/* The lock is of no significance, as on 64-bit Windows. */
#define ExInterlockedPopEntrySList(Head, Lock)		InterlockedPopEntrySList(Head)
#define ExInterlockedPushEntrySList(Head, Entry, Lock)	InterlockedPushEntrySList(Head, Entry)

#endif /* ERES_WDK_SLIST_H */
