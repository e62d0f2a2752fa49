// SPDX-License-Identifier: GPL-2.0-only
/*
 * A minifilter: what it registers, its instances, and a port to a program that it asks about files.
 * filter_io.c has its callbacks.
 */
#include <fltKernel.h>
#include "filter.h"

FILTER_GLOBALS Globals;

/* DriverEntry() is that of volume.c, in the same module. */
DRIVER_INITIALIZE FilterEntry;

static VOID FLTAPI FilterCleanupInstance(_In_ PFLT_CONTEXT Context, _In_ FLT_CONTEXT_TYPE Type)
{
	PINSTANCE_CONTEXT Instance = Context;

	PAGED_CODE();
	FLT_ASSERT(Type == FLT_INSTANCE_CONTEXT);
	UNREFERENCED_PARAMETER(Type);
	if (Instance->VolumeName.Buffer)
		ExFreePoolWithTag(Instance->VolumeName.Buffer, TAG_STRING);
	ExDeleteResourceLite(&Instance->Resource);
}

static VOID FLTAPI FilterCleanupStream(_In_ PFLT_CONTEXT Context, _In_ FLT_CONTEXT_TYPE Type)
{
	PSTREAM_CONTEXT Stream = Context;

	UNREFERENCED_PARAMETER(Type);
	FltDeletePushLock(&Stream->Lock);
	if (Stream->Name.Buffer)
		ExFreePoolWithTag(Stream->Name.Buffer, TAG_STRING);
}

static NTSTATUS FilterNameVolume(PINSTANCE_CONTEXT Context, PFLT_VOLUME Volume)
{
	UCHAR Buffer[sizeof(FLT_VOLUME_PROPERTIES) + 512];
	PFLT_VOLUME_PROPERTIES Properties = (PFLT_VOLUME_PROPERTIES)Buffer;
	ULONG Length = 0;
	NTSTATUS Status;

	Status = FltGetVolumeProperties(Volume, Properties, sizeof(Buffer), &Length);
	if (NT_ERROR(Status))
		return Status;
	Context->SectorSize = max(Properties->SectorSize, 0x200);

	Status = FltGetVolumeName(Volume, NULL, &Length);
	if (Status != STATUS_BUFFER_TOO_SMALL)
		return Status;
	Context->VolumeName.Buffer = ExAllocatePoolWithTag(PagedPool, Length, TAG_STRING);
	if (!Context->VolumeName.Buffer)
		return STATUS_INSUFFICIENT_RESOURCES;
	Context->VolumeName.MaximumLength = (USHORT)Length;
	return FltGetVolumeName(Volume, &Context->VolumeName, &Length);
}

static NTSTATUS FLTAPI FilterSetup(_In_ PCFLT_RELATED_OBJECTS FltObjects,
				   _In_ FLT_INSTANCE_SETUP_FLAGS Flags,
				   _In_ DEVICE_TYPE VolumeDeviceType,
				   _In_ FLT_FILESYSTEM_TYPE VolumeFilesystemType)
{
	PINSTANCE_CONTEXT Context = NULL;
	NTSTATUS Status;

	PAGED_CODE();
	if (VolumeDeviceType == FILE_DEVICE_NETWORK_FILE_SYSTEM ||
	    FlagOn(Flags, FLTFL_INSTANCE_SETUP_DETACHED_VOLUME))
		return STATUS_FLT_DO_NOT_ATTACH;

	Status = FltAllocateContext(FltObjects->Filter, FLT_INSTANCE_CONTEXT,
				    sizeof(INSTANCE_CONTEXT), NonPagedPool,
				    (PFLT_CONTEXT *)&Context);
	if (!NT_SUCCESS(Status))
		return Status;
	RtlZeroMemory(Context, sizeof(*Context));
	Context->Instance = FltObjects->Instance;
	Context->Type = VolumeFilesystemType;
	ExInitializeResourceLite(&Context->Resource);
	Status = FilterInitializeQueue(Context);
	if (NT_SUCCESS(Status))
		Status = FilterNameVolume(Context, FltObjects->Volume);
	if (NT_SUCCESS(Status))
		Status = FltSetInstanceContext(FltObjects->Instance, FLT_SET_CONTEXT_KEEP_IF_EXISTS,
					       Context, NULL);
	FltReleaseContext(Context);
	return Status;
}

static NTSTATUS FLTAPI FilterQueryTeardown(_In_ PCFLT_RELATED_OBJECTS FltObjects,
					   _In_ FLT_INSTANCE_QUERY_TEARDOWN_FLAGS Flags)
{
	UNREFERENCED_PARAMETER(FltObjects);
	UNREFERENCED_PARAMETER(Flags);
	return STATUS_SUCCESS;
}

static VOID FLTAPI FilterTeardown(_In_ PCFLT_RELATED_OBJECTS FltObjects,
				  _In_ FLT_INSTANCE_TEARDOWN_FLAGS Reason)
{
	PINSTANCE_CONTEXT Context;

	if (!NT_SUCCESS(FltGetInstanceContext(FltObjects->Instance, (PFLT_CONTEXT *)&Context)))
		return;
	FilterDrainQueue(Context, FlagOn(Reason, FLTFL_INSTANCE_TEARDOWN_VOLUME_DISMOUNT) ?
			 STATUS_FILE_CLOSED : STATUS_CANCELLED);
	FltReleaseContext(Context);
}

static NTSTATUS FLTAPI FilterConnect(PFLT_PORT ClientPort, PVOID ServerPortCookie,
				     PVOID ConnectionContext, ULONG SizeOfContext,
				     PVOID *ConnectionPortCookie)
{
	UNREFERENCED_PARAMETER(ServerPortCookie);
	UNREFERENCED_PARAMETER(ConnectionContext);
	UNREFERENCED_PARAMETER(SizeOfContext);
	ExAcquireFastMutex(&Globals.PortMutex);
	Globals.ClientPort = ClientPort;
	Globals.Service = PsGetCurrentProcess();
	ExReleaseFastMutex(&Globals.PortMutex);
	*ConnectionPortCookie = NULL;
	return STATUS_SUCCESS;
}

static VOID FLTAPI FilterDisconnect(PVOID ConnectionCookie)
{
	UNREFERENCED_PARAMETER(ConnectionCookie);
	FltCloseClientPort(Globals.Filter, &Globals.ClientPort);
	Globals.Service = NULL;
}

static NTSTATUS FLTAPI FilterMessage(PVOID PortCookie, PVOID InputBuffer, ULONG InputBufferLength,
				     PVOID OutputBuffer, ULONG OutputBufferLength,
				     PULONG ReturnOutputBufferLength)
{
	UNREFERENCED_PARAMETER(PortCookie);
	if (!InputBuffer || InputBufferLength < sizeof(ULONG) || OutputBufferLength < sizeof(ULONG))
		return STATUS_INVALID_PARAMETER;
	__try {
		*(PULONG)OutputBuffer = *(PULONG)Add2Ptr(InputBuffer, 0);
	} __except (EXCEPTION_EXECUTE_HANDLER) {
		return GetExceptionCode();
	}
	*ReturnOutputBufferLength = sizeof(ULONG);
	return STATUS_SUCCESS;
}

static NTSTATUS FLTAPI FilterUnload(_In_ FLT_FILTER_UNLOAD_FLAGS Flags)
{
	if (Globals.ClientPort && !FlagOn(Flags, FLTFL_FILTER_UNLOAD_MANDATORY))
		return STATUS_FLT_DO_NOT_DETACH;
	FltCloseCommunicationPort(Globals.ServerPort);
	FltUnregisterFilter(Globals.Filter);
	return STATUS_SUCCESS;
}

static const FLT_CONTEXT_REGISTRATION FilterContexts[] = {
	{ FLT_INSTANCE_CONTEXT, 0, FilterCleanupInstance, sizeof(INSTANCE_CONTEXT), TAG_INSTANCE },
	{ FLT_STREAM_CONTEXT, FLTFL_CONTEXT_REGISTRATION_NO_EXACT_SIZE_MATCH, FilterCleanupStream,
	  FLT_VARIABLE_SIZED_CONTEXTS, TAG_STREAM, NULL, NULL, NULL },
	{ FLT_CONTEXT_END }
};

static CONST FLT_OPERATION_REGISTRATION FilterOperations[] = {
	{ IRP_MJ_CREATE, 0, FilterPreCreate, FilterPostCreate },
	{ IRP_MJ_WRITE, FLTFL_OPERATION_REGISTRATION_SKIP_PAGING_IO, FilterPreWrite,
	  FilterPostWrite },
	{ IRP_MJ_SET_INFORMATION, 0, FilterPreSetInformation, NULL },
	{ IRP_MJ_OPERATION_END }
};

static CONST FLT_REGISTRATION FilterRegistration = {
	sizeof(FLT_REGISTRATION),
	FLT_REGISTRATION_VERSION,
	0,
	FilterContexts,
	FilterOperations,
	FilterUnload,
	FilterSetup,
	FilterQueryTeardown,
	FilterTeardown,
	NULL, NULL, NULL, NULL
};

NTSTATUS NTAPI FilterEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
	UNICODE_STRING Name = RTL_CONSTANT_STRING(L"\\FilterPort");
	PSECURITY_DESCRIPTOR Descriptor;
	OBJECT_ATTRIBUTES Attributes;
	NTSTATUS Status;

	UNREFERENCED_PARAMETER(RegistryPath);
	ExInitializeFastMutex(&Globals.PortMutex);
	Status = FltRegisterFilter(DriverObject, &FilterRegistration, &Globals.Filter);
	if (!NT_SUCCESS(Status))
		return Status;

	Status = FltBuildDefaultSecurityDescriptor(&Descriptor, FLT_PORT_ALL_ACCESS);
	if (NT_SUCCESS(Status)) {
		InitializeObjectAttributes(&Attributes, &Name,
					   OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, NULL,
					   Descriptor);
		Status = FltCreateCommunicationPort(Globals.Filter, &Globals.ServerPort,
						    &Attributes, NULL, FilterConnect,
						    FilterDisconnect, FilterMessage, 1);
		FltFreeSecurityDescriptor(Descriptor);
	}
	if (NT_SUCCESS(Status)) {
		Status = FltStartFiltering(Globals.Filter);
		if (NT_SUCCESS(Status))
			return Status;
		FltCloseCommunicationPort(Globals.ServerPort);
	}
	FltUnregisterFilter(Globals.Filter);
	return Status;
}
