// SPDX-License-Identifier: GPL-2.0-only
/* The device comes and goes. */
#include "extension.h"

ULONG DiskBlocks = RAMDISK_MAX_BLOCKS;
UCHAR DiskMedium[RAMDISK_MAX_BLOCKS][RAMDISK_BLOCK];
struct ramdisk_counters DiskCounters;

static NTSTATUS DiskStartWorker(_Inout_ PDISK_EXTENSION Extension)
{
	OBJECT_ATTRIBUTES Attributes;
	NTSTATUS Status;
	HANDLE Handle;

	InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
	Status = PsCreateSystemThread(&Handle, THREAD_ALL_ACCESS, &Attributes, NULL, NULL,
				      DiskWorker, Extension);
	if (!NT_SUCCESS(Status))
		return Status;

	Status = ObReferenceObjectByHandle(Handle, THREAD_ALL_ACCESS, *PsThreadType, KernelMode,
					   &Extension->Thread, NULL);
	ASSERT(NT_SUCCESS(Status));
	ZwClose(Handle);
	return Status;
}

static VOID DiskFinish(_Inout_ PDISK_EXTENSION Extension)
{
	ExDeleteNPagedLookasideList(&Extension->Requests);
	ExDeleteResourceLite(&Extension->Geometry);
}

_IRQL_requires_max_(PASSIVE_LEVEL)
NTSTATUS DiskAddDevice(PDISK_EXTENSION *Added)
{
	PDISK_EXTENSION Extension;
	NTSTATUS Status;
	ULONG Index;

	PAGED_CODE();
	Extension = ExAllocatePoolWithTag(NonPagedPoolNx, sizeof(*Extension), TAG_DISK);
	if (!Extension)
		return STATUS_INSUFFICIENT_RESOURCES;

	RtlZeroMemory(Extension, sizeof(*Extension));
	IoInitializeRemoveLock(&Extension->RemoveLock, TAG_DISK, 1, 0);
	ExInitializeResourceLite(&Extension->Geometry);
	Extension->Blocks = DiskBlocks;
	for (Index = 0; Index < DISK_LINES; Index++) {
		ExInitializePushLock(&Extension->Lines[Index].Lock);
		Extension->Lines[Index].Block = DISK_NO_BLOCK;
	}

	KeInitializeSpinLock(&Extension->SpinLock);
	InitializeListHead(&Extension->Queue);
	InitializeListHead(&Extension->Dirty);
	InitializeListHead(&Extension->Due);
	ExInitializeNPagedLookasideList(&Extension->Requests, NULL, NULL, POOL_NX_ALLOCATION,
					sizeof(DISK_REQUEST), TAG_DISK, 0);

	KeInitializeTimer(&Extension->Timer);
	KeInitializeDpc(&Extension->Dpc, DiskTimerExpired, Extension);
	KeInitializeEvent(&Extension->WriteBack, SynchronizationEvent, FALSE);
	KeInitializeEvent(&Extension->Work, SynchronizationEvent, FALSE);
	KeInitializeEvent(&Extension->Stop, NotificationEvent, FALSE);

	Status = DiskStartWorker(Extension);
	if (!NT_SUCCESS(Status)) {
		DiskFinish(Extension);
		DiskDeleteDevice(Extension);
		return Status;
	}
	*Added = Extension;
	return STATUS_SUCCESS;
}

/*
 * From the first line on new calls are refused. Those that are on their way, and what
 * they have left to the worker, come to their end. Then nothing gets dirty any more,
 * so nobody sets the timer; and what is dirty, the worker writes before it ends.
 */
_IRQL_requires_max_(PASSIVE_LEVEL)
VOID DiskRemoveDevice(PDISK_EXTENSION Extension)
{
	PAGED_CODE();
	if (!NT_SUCCESS(IoAcquireRemoveLock(&Extension->RemoveLock, Extension)))
		return;
	IoReleaseRemoveLockAndWait(&Extension->RemoveLock, Extension);

	KeCancelTimer(&Extension->Timer);
	KeFlushQueuedDpcs();

	KeSetEvent(&Extension->Stop, IO_NO_INCREMENT, FALSE);
	KeWaitForSingleObject(Extension->Thread, Executive, KernelMode, FALSE, NULL);
	ObDereferenceObject(Extension->Thread);

	ASSERT(IsListEmpty(&Extension->Queue));
	ASSERT(IsListEmpty(&Extension->Dirty) && IsListEmpty(&Extension->Due));
	DiskFinish(Extension);
	DiskCount(removed);
}

/* Until now the remove lock could be asked, and refused. */
VOID DiskDeleteDevice(PDISK_EXTENSION Extension)
{
	ExFreePoolWithTag(Extension, TAG_DISK);
}
