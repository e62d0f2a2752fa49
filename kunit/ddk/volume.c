// SPDX-License-Identifier: GPL-2.0-only
/* A file system's structures, a dispatch routine, and a completion that releases for its thread. */
#include <ntifs.h>
#include <ntdddisk.h>

#define TAG_FCB 'bcFE'

typedef struct _FCB {
	FSRTL_ADVANCED_FCB_HEADER;
	ERESOURCE MainResource;
	ERESOURCE PagingResource;
	LIST_ENTRY Links;
	UNICODE_STRING Name;
	FILE_LOCK Lock;
	SECTION_OBJECT_POINTERS Sections;
	LONG OpenCount;
} FCB, *PFCB;

typedef struct _DEVICE_EXTENSION {
	DEVICE_OBJECT *DeviceObject;
	ERESOURCE Resource;
	FAST_MUTEX Mutex;
	KSPIN_LOCK SpinLock;
	EX_PUSH_LOCK PushLock;
	EX_SPIN_LOCK CountLock;
	ULONG Count;
	KEVENT Event;
	KTIMER FlushTimer;
	KDPC FlushDpc;
	LIST_ENTRY Files;
	DISK_GEOMETRY Geometry;
} DEVICE_EXTENSION, *PDEVICE_EXTENSION;

DRIVER_INITIALIZE DriverEntry;
static DRIVER_DISPATCH VolumeRead;
static IO_COMPLETION_ROUTINE VolumeReadDone;
static KDEFERRED_ROUTINE VolumeFlushSoon;

/* Ours have won, and theirs have the widths of Windows. */
C_ASSERT(sizeof(ERESOURCE) == ERES_RESOURCE_SIZE);
C_ASSERT(sizeof(LONG) == 4 && sizeof(ULONG_PTR) == sizeof(PVOID) && sizeof(LARGE_INTEGER) == 8);
C_ASSERT(sizeof(UNICODE_STRING) == 16 && sizeof(IO_STATUS_BLOCK) == 16);
C_ASSERT(FIELD_OFFSET(IRP, IoStatus) % 8 == 0);
/* Theirs, and what the module takes them for. */
C_ASSERT(sizeof(KEVENT) == 24 && sizeof(KTIMER) == 64 && sizeof(KDPC) == 64);
C_ASSERT(FIELD_OFFSET(KTIMER, Dpc) == 48 && FIELD_OFFSET(KDPC, DpcListEntry) == 8);

static PFCB VolumeFindFcb(PDEVICE_EXTENSION Extension, PCUNICODE_STRING Name)
{
	PLIST_ENTRY Entry;

	PAGED_CODE();
	for (Entry = Extension->Files.Flink; Entry != &Extension->Files; Entry = Entry->Flink) {
		PFCB Fcb = CONTAINING_RECORD(Entry, FCB, Links);

		if (RtlEqualUnicodeString(&Fcb->Name, Name, TRUE)) {
			InterlockedIncrement(&Fcb->OpenCount);
			return Fcb;
		}
	}
	return NULL;
}

static ULONG VolumeCountFile(PDEVICE_EXTENSION Extension)
{
	KIRQL OldIrql;
	ULONG Count;

	OldIrql = ExAcquireSpinLockShared(&Extension->CountLock);
	if (ExTryConvertSharedSpinLockExclusive(&Extension->CountLock)) {
		Count = ++Extension->Count;
		ExReleaseSpinLockExclusive(&Extension->CountLock, OldIrql);
		return Count;
	}
	ExReleaseSpinLockShared(&Extension->CountLock, OldIrql);

	OldIrql = ExAcquireSpinLockExclusive(&Extension->CountLock);
	Count = ++Extension->Count;
	ExReleaseSpinLockExclusive(&Extension->CountLock, OldIrql);
	return Count;
}

static VOID VolumeInsertFcb(PDEVICE_EXTENSION Extension, PFCB Fcb)
{
	KeEnterCriticalRegion();
	ExAcquirePushLockExclusive(&Extension->PushLock);
	InsertTailList(&Extension->Files, &Fcb->Links);
	ExReleasePushLockExclusive(&Extension->PushLock);
	KeLeaveCriticalRegion();
}

static PFCB VolumeCreateFcb(PDEVICE_EXTENSION Extension)
{
	PFCB Fcb = ExAllocatePoolWithTag(NonPagedPool, sizeof(*Fcb), TAG_FCB);

	if (!Fcb)
		return NULL;
	RtlZeroMemory(Fcb, sizeof(*Fcb));
	ExInitializeResourceLite(&Fcb->MainResource);
	ExInitializeResourceLite(&Fcb->PagingResource);
	Fcb->Resource = &Fcb->MainResource;
	Fcb->PagingIoResource = &Fcb->PagingResource;
	Fcb->AllocationSize.QuadPart = 0;
	FsRtlInitializeFileLock(&Fcb->Lock, NULL, NULL);
	ASSERT(ExIsResourceAcquiredExclusiveLite(&Extension->Resource));
	ASSERTMSG("one more than none", Fcb->OpenCount == 0);
	NT_ASSERT(Fcb->Resource != Fcb->PagingIoResource);
	if (VolumeCountFile(Extension) == MAXULONG)
		DbgPrint("many files\n");
	VolumeInsertFcb(Extension, Fcb);
	return Fcb;
}

static NTSTATUS NTAPI VolumeReadDone(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
	PFCB Fcb = Context;

	UNREFERENCED_PARAMETER(DeviceObject);
	ExReleaseResourceForThreadLite(Fcb->Resource, (ERESOURCE_THREAD)Irp->Tail.Overlay.Thread);
	if (Irp->PendingReturned)
		IoMarkIrpPending(Irp);
	return STATUS_SUCCESS;
}

static NTSTATUS NTAPI VolumeRead(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
	PDEVICE_EXTENSION Extension = DeviceObject->DeviceExtension;
	PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
	PFCB Fcb = VolumeFindFcb(Extension, &Stack->FileObject->FileName);
	NTSTATUS Status = STATUS_CANT_WAIT;

	FsRtlEnterFileSystem();
	if (Fcb && ExAcquireResourceSharedLite(Fcb->Resource, IoIsOperationSynchronous(Irp))) {
		Irp->Tail.Overlay.Thread = PsGetCurrentThread();
		IoCopyCurrentIrpStackLocationToNext(Irp);
		IoSetCompletionRoutine(Irp, VolumeReadDone, Fcb, TRUE, TRUE, TRUE);
		Status = IoCallDriver(Extension->DeviceObject, Irp);
	} else {
		Irp->IoStatus.Status = Status;
		Irp->IoStatus.Information = 0;
		IoCompleteRequest(Irp, IO_NO_INCREMENT);
	}
	FsRtlExitFileSystem();
	return Status;
}

static VOID NTAPI VolumeFlushSoon(PKDPC Dpc, PVOID DeferredContext, PVOID SystemArgument1,
				  PVOID SystemArgument2)
{
	PDEVICE_EXTENSION Extension = DeferredContext;

	UNREFERENCED_PARAMETER(SystemArgument1);
	UNREFERENCED_PARAMETER(SystemArgument2);
	KeSetEvent(&Extension->Event, IO_NO_INCREMENT, FALSE);
	if (!KeReadStateTimer(&Extension->FlushTimer))
		KeRemoveQueueDpc(Dpc);
}

static VOID VolumeInitializeFlush(PDEVICE_EXTENSION Extension)
{
	LARGE_INTEGER DueTime;

	KeInitializeDpc(&Extension->FlushDpc, VolumeFlushSoon, Extension);
	KeSetImportanceDpc(&Extension->FlushDpc, LowImportance);
	KeInitializeTimerEx(&Extension->FlushTimer, SynchronizationTimer);
	DueTime.QuadPart = -10 * 1000 * 1000;
	KeSetTimerEx(&Extension->FlushTimer, DueTime, 1000, &Extension->FlushDpc);
	if (!KeCancelTimer(&Extension->FlushTimer))
		KeFlushQueuedDpcs();
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
	PDEVICE_EXTENSION Extension;
	PDEVICE_OBJECT DeviceObject;
	UNICODE_STRING Name = RTL_CONSTANT_STRING(L"\\Volume");
	NTSTATUS Status;

	DbgPrint("%wZ\n", RegistryPath);
	Status = IoCreateDevice(DriverObject, sizeof(*Extension), &Name,
				FILE_DEVICE_DISK_FILE_SYSTEM, 0, FALSE, &DeviceObject);
	if (!NT_SUCCESS(Status))
		return Status;
	Extension = DeviceObject->DeviceExtension;
	InitializeListHead(&Extension->Files);
	ExInitializeResourceLite(&Extension->Resource);
	KeInitializeEvent(&Extension->Event, NotificationEvent, FALSE);
	KeInitializeSpinLock(&Extension->SpinLock);
	ExInitializePushLock(&Extension->PushLock);
	ExInitializeFastMutex(&Extension->Mutex);
	VolumeInitializeFlush(Extension);
	DriverObject->MajorFunction[IRP_MJ_READ] = VolumeRead;
	return VolumeCreateFcb(Extension) ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}
