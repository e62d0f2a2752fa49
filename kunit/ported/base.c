// SPDX-License-Identifier: GPL-2.0-only
/* What code around locks is written in, as drivers have it; with and without a DDK. */
#include <ntifs.h>
#include <ntstrsafe.h>
#include <ntintsafe.h>

#define TAG_ENTRY 'tnEE'

typedef struct _TABLE {
	ERESOURCE Resource;
	LIST_ENTRY Entries;
	volatile LONG Count;
	UNICODE_STRING Name;
} TABLE, *PTABLE;

typedef struct _ENTRY {
	LIST_ENTRY Links;
	LARGE_INTEGER Offset;
	GUID Id;
	HANDLE Owner;
	WCHAR Name[16];
} ENTRY, *PENTRY;

NTSTATUS BaseInsert(_Inout_ PTABLE Table, _In_ PCUNICODE_STRING Name, _In_ ULONG Block);
PENTRY BaseFind(_In_ PTABLE Table, _In_ PLARGE_INTEGER Offset);
VOID BaseFree(_In_ PTABLE Table);

_Use_decl_annotations_
NTSTATUS BaseInsert(PTABLE Table, PCUNICODE_STRING Name, ULONG Block)
{
	PENTRY Entry;
	ULONG Bytes;
	NTSTATUS Status;

	Status = RtlULongMult(Block, 4096, &Bytes);
	if (!NT_SUCCESS(Status))
		return Status;
	Entry = ExAllocatePoolWithTag(NonPagedPoolNx, sizeof(*Entry), TAG_ENTRY);
	if (Entry == NULL)
		return STATUS_INSUFFICIENT_RESOURCES;
	RtlZeroMemory(Entry, sizeof(*Entry));
	Entry->Offset.QuadPart = Bytes;
	Status = RtlStringCbCopyW(Entry->Name, sizeof(Entry->Name), L"entry");
	if (!NT_SUCCESS(Status)) {
		ExFreePoolWithTag(Entry, TAG_ENTRY);
		return Status;
	}
	KdPrint(("%wZ at %I64x\n", Name, Entry->Offset.QuadPart));
	ExEnterCriticalRegionAndAcquireResourceExclusive(&Table->Resource);
	InsertTailList(&Table->Entries, &Entry->Links);
	InterlockedIncrement(&Table->Count);
	ExReleaseResourceAndLeaveCriticalRegion(&Table->Resource);
	return STATUS_SUCCESS;
}

PENTRY BaseFind(PTABLE Table, PLARGE_INTEGER Offset)
{
	PLIST_ENTRY Link;

	for (Link = Table->Entries.Flink; Link != &Table->Entries; Link = Link->Flink) {
		PENTRY Entry = CONTAINING_RECORD(Link, ENTRY, Links);

		if (Entry->Offset.HighPart == Offset->HighPart &&
		    Entry->Offset.LowPart == Offset->LowPart)
			return Entry;
	}
	DbgPrint("%ws: no entry of %ld\n", Table->Name.Buffer, Table->Count);
	return NULL;
}

VOID BaseFree(PTABLE Table)
{
	while (!IsListEmpty(&Table->Entries)) {
		PLIST_ENTRY Link = RemoveHeadList(&Table->Entries);

		ExFreePool(CONTAINING_RECORD(Link, ENTRY, Links));
		if (InterlockedDecrement(&Table->Count) < 0)
			KeBugCheckEx(0x22, (ULONG_PTR)Table, 0, 0, 0);
	}
	ExDeleteResourceLite(&Table->Resource);
}
