// SPDX-License-Identifier: GPL-2.0-only
/* Lookaside lists, and lists that several use, as drivers have them; with and without a DDK. */
#include <ntifs.h>

#define TAG_CACHE 'hcaC'

typedef struct _WORK {
	SLIST_ENTRY Link;
	LIST_ENTRY Links;
	LARGE_INTEGER Offset;
} WORK, *PWORK;

typedef struct _CACHES {
	NPAGED_LOOKASIDE_LIST Works;
	PAGED_LOOKASIDE_LIST Names;
	LOOKASIDE_LIST_EX Buffers;
	SLIST_HEADER Free;
	LIST_ENTRY Queue;
	KSPIN_LOCK QueueLock;
	ULONG Sequence;
	LONG Buffered;
} CACHES, *PCACHES;

/* A DDK's lists are the module's. */
C_ASSERT(FIELD_OFFSET(GENERAL_LOOKASIDE, Depth) == 16);
C_ASSERT(FIELD_OFFSET(GENERAL_LOOKASIDE, Type) == 36);
C_ASSERT(FIELD_OFFSET(GENERAL_LOOKASIDE, Size) == 44);
C_ASSERT(FIELD_OFFSET(GENERAL_LOOKASIDE, Allocate) == 48);
C_ASSERT(FIELD_OFFSET(GENERAL_LOOKASIDE, ListEntry) == 64);
C_ASSERT(FIELD_OFFSET(NPAGED_LOOKASIDE_LIST, L) == 0);
C_ASSERT(sizeof(SLIST_HEADER) == 16 && sizeof(SLIST_ENTRY) == 16);

NTSTATUS CachesInitialize(_Out_ PCACHES Caches);
NTSTATUS CachesQueue(_Inout_ PCACHES Caches, _In_ LONGLONG Offset);
VOID CachesDelete(_Inout_ PCACHES Caches);

static PVOID NTAPI CachesAllocate(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag,
				  PLOOKASIDE_LIST_EX Lookaside)
{
	PCACHES Caches = CONTAINING_RECORD(Lookaside, CACHES, Buffers);

	InterlockedIncrement(&Caches->Buffered);
	return ExAllocatePoolWithTag(PoolType, NumberOfBytes, Tag);
}

static VOID NTAPI CachesFree(PVOID Buffer, PLOOKASIDE_LIST_EX Lookaside)
{
	InterlockedDecrement(&CONTAINING_RECORD(Lookaside, CACHES, Buffers)->Buffered);
	ExFreePoolWithTag(Buffer, TAG_CACHE);
}

NTSTATUS CachesInitialize(PCACHES Caches)
{
	ExInitializeNPagedLookasideList(&Caches->Works, NULL, NULL, POOL_NX_ALLOCATION,
					sizeof(WORK), TAG_CACHE, 0);
	ExInitializePagedLookasideList(&Caches->Names, NULL, NULL, 0, 512, TAG_CACHE, 0);
	ExInitializeSListHead(&Caches->Free);
	InitializeListHead(&Caches->Queue);
	KeInitializeSpinLock(&Caches->QueueLock);
	return ExInitializeLookasideListEx(&Caches->Buffers, CachesAllocate, CachesFree,
					   NonPagedPoolNx, 0, 4096, TAG_CACHE, 0);
}

NTSTATUS CachesQueue(PCACHES Caches, LONGLONG Offset)
{
	PWORK Work = (PWORK)InterlockedPopEntrySList(&Caches->Free);

	if (Work == NULL)
		Work = ExAllocateFromNPagedLookasideList(&Caches->Works);
	if (Work == NULL)
		return STATUS_INSUFFICIENT_RESOURCES;
	Work->Offset.QuadPart = Offset;
	ExInterlockedAddUlong(&Caches->Sequence, 1, &Caches->QueueLock);
	if (ExInterlockedInsertTailList(&Caches->Queue, &Work->Links, &Caches->QueueLock) == NULL)
		return STATUS_PENDING;
	return STATUS_SUCCESS;
}

VOID CachesDelete(PCACHES Caches)
{
	PLIST_ENTRY Entry;
	PSLIST_ENTRY Free;

	while ((Entry = ExInterlockedRemoveHeadList(&Caches->Queue, &Caches->QueueLock)) != NULL) {
		PWORK Work = CONTAINING_RECORD(Entry, WORK, Links);

		if (ExQueryDepthSList(&Caches->Free) < 16)
			InterlockedPushEntrySList(&Caches->Free, &Work->Link);
		else
			ExFreeToNPagedLookasideList(&Caches->Works, Work);
	}
	for (Free = InterlockedFlushSList(&Caches->Free); Free;) {
		PWORK Work = CONTAINING_RECORD(Free, WORK, Link);

		Free = Free->Next;
		ExFreeToNPagedLookasideList(&Caches->Works, Work);
	}
	ExDeleteNPagedLookasideList(&Caches->Works);
	ExDeletePagedLookasideList(&Caches->Names);
	ExDeleteLookasideListEx(&Caches->Buffers);
}
