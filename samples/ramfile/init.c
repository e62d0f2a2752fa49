// SPDX-License-Identifier: GPL-2.0-only
/* Loading and unloading the driver. */
#include "ramfile.h"

VCB RamVcb;

static PCHAR RamDirectoryNames[RAM_DIRECTORIES] = RAMFILE_DIRECTORIES;

_Function_class_(DRIVER_UNLOAD)
_IRQL_requires_max_(PASSIVE_LEVEL)
static VOID RamUnload(_In_ PDRIVER_OBJECT DriverObject)
{
	ULONG Index;

	UNREFERENCED_PARAMETER(DriverObject);
	PAGED_CODE();

	for (Index = 0; Index < RamVcb.FileCount; Index++)
		RamDeleteFcb(RamVcb.Files[Index]);

	for (Index = 0; Index < RAM_DIRECTORIES; Index++)
		ExDeleteResourceLite(&RamVcb.Directories[Index].Resource);
	ExDeleteResourceLite(&RamVcb.Resource);
}

_Function_class_(DRIVER_INITIALIZE)
_IRQL_requires_max_(PASSIVE_LEVEL)
NTSTATUS DriverEntry(_In_ PDRIVER_OBJECT DriverObject)
{
	ULONG Index;

	ExInitializeResourceLite(&RamVcb.Resource);
	for (Index = 0; Index < RAM_DIRECTORIES; Index++) {
		PDCB Dcb = &RamVcb.Directories[Index];

		ExInitializeResourceLite(&Dcb->Resource);
		InitializeListHead(&Dcb->Children);
		RtlStringCbCopyA(Dcb->Name, sizeof(Dcb->Name), RamDirectoryNames[Index]);
	}

	DriverObject->MajorFunction[IRP_MJ_CREATE] = RamFsdCreate;
	DriverObject->MajorFunction[IRP_MJ_CLOSE] = RamFsdClose;
	DriverObject->MajorFunction[IRP_MJ_READ] = RamFsdDispatch;
	DriverObject->MajorFunction[IRP_MJ_WRITE] = RamFsdDispatch;
	DriverObject->MajorFunction[IRP_MJ_QUERY_INFORMATION] = RamFsdDispatch;
	DriverObject->MajorFunction[IRP_MJ_SET_INFORMATION] = RamFsdDispatch;
	DriverObject->MajorFunction[IRP_MJ_FLUSH_BUFFERS] = RamFsdDispatch;
	DriverObject->MajorFunction[IRP_MJ_FILE_SYSTEM_CONTROL] = RamFsdDispatch;
	DriverObject->DriverUnload = RamUnload;
	return STATUS_SUCCESS;
}
