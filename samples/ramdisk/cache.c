// SPDX-License-Identifier: GPL-2.0-only
/* What callers do themselves: blocks that are in memory, and the size of the disk. */
#include "extension.h"

#define DISK_DELAY	(-10 * 1000 * 50)	/* 50 ms until what was written is due */

static VOID DiskMarkDirty(_Inout_ PDISK_EXTENSION Extension, _Inout_ PDISK_LINE Line)
{
	LARGE_INTEGER DueTime;
	KIRQL OldIrql;

	DueTime.QuadPart = DISK_DELAY;
	KeAcquireSpinLock(&Extension->SpinLock, &OldIrql);
	if (!Line->Dirty) {
		Line->Dirty = TRUE;
		if (IsListEmpty(&Extension->Dirty))
			KeSetTimer(&Extension->Timer, DueTime, &Extension->Dpc);
		InsertTailList(&Extension->Dirty, &Line->Links);
	}
	KeReleaseSpinLock(&Extension->SpinLock, OldIrql);
}

/* TRUE if the line was dirty, which it is not any more. */
BOOLEAN DiskTakeDirty(PDISK_EXTENSION Extension, PDISK_LINE Line)
{
	BOOLEAN Dirty;
	KIRQL OldIrql;

	KeAcquireSpinLock(&Extension->SpinLock, &OldIrql);
	Dirty = Line->Dirty;
	if (Dirty)
		RemoveEntryList(&Line->Links);
	Line->Dirty = FALSE;
	KeReleaseSpinLock(&Extension->SpinLock, OldIrql);
	return Dirty;
}

/* Between a line that is locked, for writing exclusively, and somebody's buffer. */
VOID DiskCopy(PDISK_EXTENSION Extension, PDISK_LINE Line, DISK_FUNCTION Function, ULONG Offset,
	      PVOID Buffer, ULONG Length)
{
	if (Function == DiskRead) {
		RtlCopyMemory(Buffer, Line->Data + Offset, Length);
		return;
	}
	RtlCopyMemory(Line->Data + Offset, Buffer, Length);
	DiskMarkDirty(Extension, Line);
}

static VOID DiskAcquireLine(_Inout_ PDISK_LINE Line, DISK_FUNCTION Function)
{
	if (Function == DiskRead)
		ExAcquirePushLockShared(&Line->Lock);
	else
		ExAcquirePushLockExclusive(&Line->Lock);
}

static VOID DiskReleaseLine(_Inout_ PDISK_LINE Line, DISK_FUNCTION Function)
{
	if (Function == DiskRead)
		ExReleasePushLockShared(&Line->Lock);
	else
		ExReleasePushLockExclusive(&Line->Lock);
}

/* STATUS_PENDING if the block is not in memory. */
static NTSTATUS DiskTryCache(_Inout_ PDISK_EXTENSION Extension, DISK_FUNCTION Function,
			     ULONG Block, ULONG Offset, PVOID Buffer, ULONG Length)
{
	PDISK_LINE Line = &Extension->Lines[Block % DISK_LINES];
	NTSTATUS Status = STATUS_PENDING;

	KeEnterCriticalRegion();
	ExAcquireResourceSharedLite(&Extension->Geometry, TRUE);
	__try {
		if (Block >= Extension->Blocks) {
			Status = STATUS_END_OF_FILE;
			__leave;
		}
		DiskAcquireLine(Line, Function);
		if (Line->Block == Block) {
			DiskCopy(Extension, Line, Function, Offset, Buffer, Length);
			Status = STATUS_SUCCESS;
		}
		DiskReleaseLine(Line, Function);
	} __finally {
		ExReleaseResourceLite(&Extension->Geometry);
		KeLeaveCriticalRegion();
	}
	return Status;
}

_IRQL_requires_max_(PASSIVE_LEVEL)
NTSTATUS DiskRequest(PDISK_EXTENSION Extension, DISK_FUNCTION Function, ULONG Block, ULONG Offset,
		     PVOID Buffer, ULONG Length)
{
	NTSTATUS Status;

	PAGED_CODE();
	Status = DiskEnter(Extension, Buffer);
	if (!NT_SUCCESS(Status))
		return Status;

	Status = STATUS_PENDING;
	if (Function != DiskFlush)
		Status = DiskTryCache(Extension, Function, Block, Offset, Buffer, Length);
	if (Status == STATUS_PENDING)
		Status = DiskSubmit(Extension, Function, Block, Offset, Buffer, Length);
	else if (Status == STATUS_SUCCESS)
		DiskCount(hits);

	IoReleaseRemoveLock(&Extension->RemoveLock, Buffer);
	return Status;
}

/* Who has the geometry exclusively has all lines, too. */
static VOID DiskForget(_Inout_ PDISK_EXTENSION Extension, ULONG Blocks)
{
	ULONG Index;

	ASSERT(ExIsResourceAcquiredExclusiveLite(&Extension->Geometry));
	for (Index = 0; Index < DISK_LINES; Index++) {
		PDISK_LINE Line = &Extension->Lines[Index];

		if (Line->Block < Blocks)
			continue;
		DiskTakeDirty(Extension, Line);
		Line->Block = DISK_NO_BLOCK;
	}
	RtlZeroMemory(DiskMedium[Blocks], sizeof(DiskMedium) - (SIZE_T)Blocks * RAMDISK_BLOCK);
}

_IRQL_requires_max_(PASSIVE_LEVEL)
NTSTATUS DiskSetSize(PDISK_EXTENSION Extension, ULONG Blocks)
{
	NTSTATUS Status;

	PAGED_CODE();
	Status = DiskEnter(Extension, &Blocks);
	if (!NT_SUCCESS(Status))
		return Status;

	KeEnterCriticalRegion();
	ExAcquireResourceExclusiveLite(&Extension->Geometry, TRUE);
	__try {
		if (Blocks > RAMDISK_MAX_BLOCKS) {
			Status = STATUS_INVALID_PARAMETER;
			__leave;
		}
		if (Blocks < Extension->Blocks)
			DiskForget(Extension, Blocks);
		Extension->Blocks = Blocks;
		DiskBlocks = Blocks;
		DiskCount(resized);
	} __finally {
		ExReleaseResourceLite(&Extension->Geometry);
		KeLeaveCriticalRegion();
	}
	IoReleaseRemoveLock(&Extension->RemoveLock, &Blocks);
	return Status;
}
