// SPDX-License-Identifier: GPL-2.0-only
/* What is newer than mingw-w64's headers; the small headers come before the large one. */
#include <ntdef.h>
#include <ntstatus.h>
#include <ntintsafe.h>
#include <ntstrsafe.h>
#include <ntifs.h>
#include <stdint.h>

typedef struct _NEWER {
	PKTRANSACTION Transaction;
	PEJOB Job;
	FILE_ID_128 Id;
	RTL_GENERIC_TABLE Table;
	IO_CSQ Queue;
	LIST_ENTRY Irps;
	KSPIN_LOCK Lock;
	unsigned __int3264 Cookie;
	volatile SIZE_T Length;
	LONG64 volatile Stamp;
} NEWER, *PNEWER;

C_ASSERT(sizeof(FILE_ID_128) == 16 && sizeof(__int3264) == sizeof(PVOID));
C_ASSERT(INT32_MIN < 0 && UINT64_MAX == MAXULONGLONG && LONGLONG_MAX == MAXINT64);
C_ASSERT(FSCTL_OFFLOAD_READ == 0x94264 && FSCTL_OFFLOAD_WRITE == 0x98268);
C_ASSERT(FSCTL_DUPLICATE_EXTENTS_TO_FILE == 0x98344);
C_ASSERT(STATUS_INVALID_OFFSET_ALIGNMENT < 0 && FAST_FAIL_CORRUPT_LIST_ENTRY == 3);

static RTL_GENERIC_COMPARE_ROUTINE NewerCompare;
static RTL_GENERIC_ALLOCATE_ROUTINE NewerAllocate;
static RTL_GENERIC_FREE_ROUTINE NewerFree;
static RTL_QUERY_REGISTRY_ROUTINE NewerRegistry;
static IO_CSQ_INSERT_IRP NewerInsert;
static IO_CSQ_REMOVE_IRP NewerRemove;
static IO_CSQ_PEEK_NEXT_IRP NewerPeek;
static IO_CSQ_ACQUIRE_LOCK NewerAcquire;
static IO_CSQ_RELEASE_LOCK NewerRelease;
static IO_CSQ_COMPLETE_CANCELED_IRP NewerCanceled;
static DRIVER_FS_NOTIFICATION NewerNotify;
DRIVER_DISPATCH_PAGED NewerRead;
NTSTATUS NewerStart(PNEWER Newer, PCUNICODE_STRING Name, ULONG Count);

static RTL_GENERIC_COMPARE_RESULTS NTAPI NewerCompare(PRTL_GENERIC_TABLE Table, PVOID First,
						      PVOID Second)
{
	UNREFERENCED_PARAMETER(Table);
	return First < Second ? GenericLessThan : First == Second ? GenericEqual :
		GenericGreaterThan;
}

static PVOID NTAPI NewerAllocate(PRTL_GENERIC_TABLE Table, CLONG Size)
{
	UNREFERENCED_PARAMETER(Table);
	if (Size > PAGE_SIZE)
		return ExAllocatePoolPriorityZero(PagedPool, Size, 'weNE', LowPoolPriority);
	if (Size > sizeof(NEWER))
		return ExAllocatePoolQuotaZero(PagedPool | POOL_QUOTA_FAIL_INSTEAD_OF_RAISE, Size,
					       'weNE');
	return ExAllocatePool2(POOL_FLAG_PAGED, Size, 'weNE');
}

static VOID NTAPI NewerFree(PRTL_GENERIC_TABLE Table, PVOID Buffer)
{
	UNREFERENCED_PARAMETER(Table);
	ExFreePool(Buffer);
}

static NTSTATUS NTAPI NewerRegistry(PWSTR ValueName, ULONG ValueType, PVOID ValueData,
				    ULONG ValueLength, PVOID Context, PVOID EntryContext)
{
	UNREFERENCED_PARAMETER(ValueType);
	UNREFERENCED_PARAMETER(ValueLength);
	UNREFERENCED_PARAMETER(Context);
	*(PULONG)EntryContext = *(PULONG)ValueData;
	_wcslwr(ValueName);
	return STATUS_SUCCESS;
}

static VOID NTAPI NewerInsert(PIO_CSQ Csq, PIRP Irp)
{
	PNEWER Newer = CONTAINING_RECORD(Csq, NEWER, Queue);

	InsertTailList(&Newer->Irps, &Irp->Tail.Overlay.ListEntry);
	WriteSizeTNoFence(&Newer->Length, ReadSizeTAcquire(&Newer->Length) + 1);
}

static VOID NTAPI NewerRemove(PIO_CSQ Csq, PIRP Irp)
{
	UNREFERENCED_PARAMETER(Csq);
	if (RemoveEntryList(&Irp->Tail.Overlay.ListEntry))
		WriteRaw64(&CONTAINING_RECORD(Csq, NEWER, Queue)->Stamp, 0);
}

static PIRP NTAPI NewerPeek(PIO_CSQ Csq, PIRP Irp, PVOID PeekContext)
{
	PNEWER Newer = CONTAINING_RECORD(Csq, NEWER, Queue);

	UNREFERENCED_PARAMETER(Irp);
	UNREFERENCED_PARAMETER(PeekContext);
	if (IsListEmpty(&Newer->Irps))
		return NULL;
	return CONTAINING_RECORD(Newer->Irps.Flink, IRP, Tail.Overlay.ListEntry);
}

static VOID NTAPI NewerAcquire(PIO_CSQ Csq, PKIRQL Irql)
{
	KeAcquireSpinLock(&CONTAINING_RECORD(Csq, NEWER, Queue)->Lock, Irql);
}

static VOID NTAPI NewerRelease(PIO_CSQ Csq, KIRQL Irql)
{
	KeReleaseSpinLock(&CONTAINING_RECORD(Csq, NEWER, Queue)->Lock, Irql);
}

static VOID NTAPI NewerCanceled(PIO_CSQ Csq, PIRP Irp)
{
	UNREFERENCED_PARAMETER(Csq);
	Irp->IoStatus.Status = STATUS_CANCELLED;
	IoCompleteRequest(Irp, IO_NO_INCREMENT);
}

static VOID NTAPI NewerNotify(PDEVICE_OBJECT DeviceObject, BOOLEAN FsActive)
{
	if (!FsActive)
		FsRtlDismountComplete(DeviceObject, STATUS_SUCCESS);
}

NTSTATUS NTAPI NewerRead(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
	PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
	PNEWER Newer = DeviceObject->DeviceExtension;

	PAGED_CODE();
	if (Stack->Parameters.Read.Length & 511)
		return STATUS_INVALID_OFFSET_ALIGNMENT;
	if (!CcCopyReadEx(Stack->FileObject, &Stack->Parameters.Read.ByteOffset,
			  Stack->Parameters.Read.Length, FALSE, Irp->AssociatedIrp.SystemBuffer,
			  &Irp->IoStatus, Irp->Tail.Overlay.Thread)) {
		IoMarkIrpPending(Irp);
		IoCsqInsertIrp(&Newer->Queue, Irp, NULL);
		return STATUS_PENDING;
	}
	if (PsIsDiskCountersEnabled())
		PsUpdateDiskCounters(PsGetCurrentProcess(), Irp->IoStatus.Information, 0, 1, 0, 0);
	IoCompleteRequest(Irp, IO_NO_INCREMENT);
	return STATUS_SUCCESS;
}

NTSTATUS NewerStart(PNEWER Newer, PCUNICODE_STRING Name, ULONG Count)
{
	RTL_QUERY_REGISTRY_TABLE Values[2] = { { 0 } };
	WCHAR Buffer[MAX_PATH];
	SIZE_T Size;

	if (!NT_SUCCESS(RtlSIZETMult(Count, sizeof(ULONG), &Size)) ||
	    !NT_SUCCESS(RtlSIZETToULong(Size, &Count)) ||
	    !NT_SUCCESS(RtlStringCbCopyUnicodeString(Buffer, sizeof(Buffer), Name)))
		return STATUS_INVALID_PARAMETER;
	Newer->Cookie = KeGetCurrentProcessorIndex();
	KeInitializeSpinLock(&Newer->Lock);
	InitializeListHead(&Newer->Irps);
	RtlInitializeGenericTable(&Newer->Table, NewerCompare, NewerAllocate, NewerFree, Newer);
	Values[0].QueryRoutine = NewerRegistry;
	Values[0].Flags = RTL_QUERY_REGISTRY_REQUIRED;
	Values[0].DefaultType = REG_DWORD << RTL_QUERY_REGISTRY_TYPECHECK_SHIFT;
	Values[0].EntryContext = &Count;
	RtlQueryRegistryValues(RTL_REGISTRY_ABSOLUTE, Buffer, Values, NULL, NULL);
	IoRegisterFsRegistrationChange(NULL, NewerNotify);
	return IoCsqInitialize(&Newer->Queue, NewerInsert, NewerRemove, NewerPeek, NewerAcquire,
			       NewerRelease, NewerCanceled);
}
