// SPDX-License-Identifier: GPL-2.0-only
/* Requests: submitted, waited for, given up. Their states are in extension.h. */
#include "extension.h"

/* Refused once the device is to be removed. */
NTSTATUS DiskEnter(PDISK_EXTENSION Extension, PVOID Tag)
{
	NTSTATUS Status = IoAcquireRemoveLock(&Extension->RemoveLock, Tag);

	if (!NT_SUCCESS(Status))
		DiskCount(refused);
	return Status;
}

static VOID DiskDereference(_In_ PDISK_REQUEST Request)
{
	PDISK_EXTENSION Extension = Request->Extension;

	if (InterlockedDecrement(&Request->References))
		return;
	ExFreeToNPagedLookasideList(&Extension->Requests, Request);
	DiskCount(freed);
	IoReleaseRemoveLock(&Extension->RemoveLock, Request);
}

static NTSTATUS DiskAllocate(_Inout_ PDISK_EXTENSION Extension, _Out_ PDISK_REQUEST *Allocated)
{
	PDISK_REQUEST Request = ExAllocateFromNPagedLookasideList(&Extension->Requests);
	NTSTATUS Status;

	if (!Request)
		return STATUS_INSUFFICIENT_RESOURCES;
	Status = DiskEnter(Extension, Request);
	if (!NT_SUCCESS(Status)) {
		ExFreeToNPagedLookasideList(&Extension->Requests, Request);
		return Status;
	}
	Request->Extension = Extension;
	Request->State = DiskQueued;
	Request->References = 2;
	Request->Status = STATUS_PENDING;
	KeInitializeEvent(&Request->Done, NotificationEvent, FALSE);
	*Allocated = Request;
	return STATUS_SUCCESS;
}

/*
 * What the wait was broken off for has to be seen to by the caller's caller. FALSE if
 * the worker is so far that its result is there in a moment, and counts.
 */
static BOOLEAN DiskCancel(_Inout_ PDISK_REQUEST Request)
{
	PDISK_EXTENSION Extension = Request->Extension;
	DISK_REQUEST_STATE State;
	KIRQL OldIrql;

	KeAcquireSpinLock(&Extension->SpinLock, &OldIrql);
	State = Request->State;
	if (State == DiskQueued)
		RemoveEntryList(&Request->Links);
	if (State != DiskCommitted)
		Request->State = DiskCancelled;
	KeReleaseSpinLock(&Extension->SpinLock, OldIrql);

	switch (State) {
	case DiskQueued:
		DiskCount(withdrawn);
		DiskDereference(Request);	/* for the worker, who never sees it */
		return TRUE;
	case DiskTaken:
		DiskCount(abandoned);
		return TRUE;
	default:
		DiskCount(too_late);
		return FALSE;
	}
}

/*
 * The event is the request's, not one on this stack: the worker sets it when nobody
 * may be here any more. All that ends the wait early is a success to NT_SUCCESS().
 */
static NTSTATUS DiskWaitFor(_Inout_ PDISK_REQUEST Request)
{
	NTSTATUS Status;

	ASSERT(!KeAreApcsDisabled());
	Status = KeWaitForSingleObject(&Request->Done, UserRequest, UserMode, TRUE, NULL);
	if (Status != STATUS_SUCCESS) {
		if (DiskCancel(Request))
			return STATUS_CANCELLED;
		KeWaitForSingleObject(&Request->Done, Executive, KernelMode, FALSE, NULL);
	}
	return Request->Status;
}

_IRQL_requires_max_(PASSIVE_LEVEL)
NTSTATUS DiskSubmit(PDISK_EXTENSION Extension, DISK_FUNCTION Function, ULONG Block, ULONG Offset,
		    PVOID Buffer, ULONG Length)
{
	PDISK_REQUEST Request;
	NTSTATUS Status;
	KIRQL OldIrql;

	Status = DiskAllocate(Extension, &Request);
	if (!NT_SUCCESS(Status))
		return Status;
	Request->Function = Function;
	Request->Block = Block;
	Request->Offset = Offset;
	Request->Length = Length;
	if (Function == DiskWrite)
		RtlCopyMemory(Request->Data, Buffer, Length);

	DiskCount(submitted);
	KeAcquireSpinLock(&Extension->SpinLock, &OldIrql);
	InsertTailList(&Extension->Queue, &Request->Links);
	KeReleaseSpinLock(&Extension->SpinLock, OldIrql);
	KeSetEvent(&Extension->Work, IO_NO_INCREMENT, FALSE);

	Status = DiskWaitFor(Request);
	if (NT_SUCCESS(Status) && Function == DiskRead)
		RtlCopyMemory(Buffer, Request->Data, Length);
	DiskDereference(Request);
	return Status;
}

/* NULL if it was withdrawn. The event is set again for the next in the queue. */
PDISK_REQUEST DiskTakeRequest(PDISK_EXTENSION Extension)
{
	PDISK_REQUEST Request = NULL;
	KIRQL OldIrql;

	KeAcquireSpinLock(&Extension->SpinLock, &OldIrql);
	if (!IsListEmpty(&Extension->Queue)) {
		Request = CONTAINING_RECORD(RemoveHeadList(&Extension->Queue), DISK_REQUEST,
					    Links);
		Request->State = DiskTaken;
	}
	if (!IsListEmpty(&Extension->Queue))
		KeSetEvent(&Extension->Work, IO_NO_INCREMENT, FALSE);
	KeReleaseSpinLock(&Extension->SpinLock, OldIrql);
	return Request;
}

/*
 * Asked with the block's line locked: whoever has cancelled the request and comes
 * again finds either nothing of it, or all of it.
 */
BOOLEAN DiskCommit(PDISK_REQUEST Request)
{
	PDISK_EXTENSION Extension = Request->Extension;
	BOOLEAN Commit;
	KIRQL OldIrql;

	KeAcquireSpinLock(&Extension->SpinLock, &OldIrql);
	Commit = Request->State == DiskTaken;
	if (Commit)
		Request->State = DiskCommitted;
	KeReleaseSpinLock(&Extension->SpinLock, OldIrql);
	return Commit;
}

/* Committed or not: who waits for it is told, if there is anybody. */
VOID DiskComplete(PDISK_REQUEST Request, NTSTATUS Status)
{
	Request->Status = Status;
	DiskCount(executed);
	KeSetEvent(&Request->Done, IO_DISK_INCREMENT, FALSE);
	DiskDereference(Request);
}
