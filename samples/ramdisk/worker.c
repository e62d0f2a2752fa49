// SPDX-License-Identifier: GPL-2.0-only
/* The worker, which has the medium, and the DPC that tells it what is due. */
#include "extension.h"

/* The medium takes its time, whoever has locked what. */
static VOID DiskTransfer(_Out_writes_bytes_(RAMDISK_BLOCK) PVOID To,
			 _In_reads_bytes_(RAMDISK_BLOCK) PVOID From)
{
	LARGE_INTEGER Interval;

	Interval.QuadPart = -10 * 200;		/* 200 us */
	KeDelayExecutionThread(KernelMode, FALSE, &Interval);
	RtlCopyMemory(To, From, RAMDISK_BLOCK);
}

/* The line is locked, at least against writers: what it becomes later is dirty again. */
static BOOLEAN DiskWriteLine(_Inout_ PDISK_EXTENSION Extension, _Inout_ PDISK_LINE Line)
{
	if (!DiskTakeDirty(Extension, Line))
		return FALSE;
	DiskTransfer(DiskMedium[Line->Block], Line->Data);
	return TRUE;
}

static VOID DiskLoadLine(_Inout_ PDISK_EXTENSION Extension, _Inout_ PDISK_LINE Line, ULONG Block)
{
	if (Line->Block == Block)
		return;
	if (DiskWriteLine(Extension, Line))
		DiskCount(evicted);
	DiskTransfer(Line->Data, DiskMedium[Block]);
	Line->Block = Block;
}

/* By SpinLock. */
static VOID DiskMakeDue(_Inout_ PDISK_EXTENSION Extension)
{
	while (!IsListEmpty(&Extension->Dirty))
		InsertTailList(&Extension->Due, RemoveHeadList(&Extension->Dirty));
}

VOID NTAPI DiskTimerExpired(PKDPC Dpc, PVOID DeferredContext, PVOID SystemArgument1,
			    PVOID SystemArgument2)
{
	PDISK_EXTENSION Extension = DeferredContext;

	UNREFERENCED_PARAMETER(Dpc);
	UNREFERENCED_PARAMETER(SystemArgument1);
	UNREFERENCED_PARAMETER(SystemArgument2);
	ASSERT(KeGetCurrentIrql() == DISPATCH_LEVEL);

	DiskCount(dpcs);
	KeAcquireSpinLockAtDpcLevel(&Extension->SpinLock);
	DiskMakeDue(Extension);
	KeReleaseSpinLockFromDpcLevel(&Extension->SpinLock);
	KeSetEvent(&Extension->WriteBack, IO_NO_INCREMENT, FALSE);
}

/* It stays in its list until it is locked: who resizes the disk may be faster. */
static PDISK_LINE DiskFirstDue(_Inout_ PDISK_EXTENSION Extension)
{
	PDISK_LINE Line = NULL;
	KIRQL OldIrql;

	KeAcquireSpinLock(&Extension->SpinLock, &OldIrql);
	if (!IsListEmpty(&Extension->Due))
		Line = CONTAINING_RECORD(Extension->Due.Flink, DISK_LINE, Links);
	KeReleaseSpinLock(&Extension->SpinLock, OldIrql);
	return Line;
}

/* Returns how many lines were written. */
static ULONG DiskWriteDue(_Inout_ PDISK_EXTENSION Extension)
{
	PDISK_LINE Line;
	ULONG Count = 0;

	KeEnterCriticalRegion();
	while ((Line = DiskFirstDue(Extension)) != NULL) {
		ExAcquireResourceSharedLite(&Extension->Geometry, TRUE);
		ExAcquirePushLockShared(&Line->Lock);
		Count += DiskWriteLine(Extension, Line);
		ExReleasePushLockShared(&Line->Lock);
		ExReleaseResourceLite(&Extension->Geometry);
	}
	KeLeaveCriticalRegion();
	return Count;
}

static ULONG DiskWriteAll(_Inout_ PDISK_EXTENSION Extension)
{
	KIRQL OldIrql;

	KeAcquireSpinLock(&Extension->SpinLock, &OldIrql);
	DiskMakeDue(Extension);
	KeReleaseSpinLock(&Extension->SpinLock, OldIrql);
	return DiskWriteDue(Extension);
}

static NTSTATUS DiskExecute(_Inout_ PDISK_EXTENSION Extension, _Inout_ PDISK_REQUEST Request)
{
	PDISK_LINE Line = &Extension->Lines[Request->Block % DISK_LINES];
	NTSTATUS Status = STATUS_CANCELLED;

	KeEnterCriticalRegion();
	ExAcquireResourceSharedLite(&Extension->Geometry, TRUE);
	__try {
		if (Request->Block >= Extension->Blocks) {
			Status = STATUS_END_OF_FILE;
			__leave;
		}
		ExAcquirePushLockExclusive(&Line->Lock);
		DiskLoadLine(Extension, Line, Request->Block);
		if (DiskCommit(Request)) {
			DiskCopy(Extension, Line, Request->Function, Request->Offset,
				 Request->Data, Request->Length);
			Status = STATUS_SUCCESS;
		}
		ExReleasePushLockExclusive(&Line->Lock);
	} __finally {
		ExReleaseResourceLite(&Extension->Geometry);
		KeLeaveCriticalRegion();
	}
	return Status;
}

static VOID DiskServe(_Inout_ PDISK_EXTENSION Extension)
{
	PDISK_REQUEST Request = DiskTakeRequest(Extension);
	NTSTATUS Status = STATUS_SUCCESS;

	if (!Request)
		return;
	if (Request->Function == DiskFlush)
		DiskWriteAll(Extension);
	else
		Status = DiskExecute(Extension, Request);
	DiskComplete(Request, Status);
}

/* What is due goes first, what is left to do before the end: the order of the objects. */
VOID NTAPI DiskWorker(PVOID StartContext)
{
	PDISK_EXTENSION Extension = StartContext;
	PVOID Objects[] = { &Extension->WriteBack, &Extension->Work, &Extension->Stop };
	NTSTATUS Status;

	do {
		Status = KeWaitForMultipleObjects(RTL_NUMBER_OF(Objects), Objects, WaitAny,
						  Executive, KernelMode, FALSE, NULL, NULL);
		if (Status == STATUS_WAIT_0)
			InterlockedExchangeAdd(&DiskCounters.written_late,
					       DiskWriteDue(Extension));
		else if (Status == STATUS_WAIT_1)
			DiskServe(Extension);
	} while (Status != STATUS_WAIT_2);

	InterlockedExchangeAdd(&DiskCounters.written_at_stop, DiskWriteAll(Extension));
	PsTerminateSystemThread(STATUS_SUCCESS);
}
