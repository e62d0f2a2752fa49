// SPDX-License-Identifier: GPL-2.0-only
/* A driver's threads and work items, with what a DDK declares of them. */
#include <ntifs.h>

typedef struct _WORKER_EXTENSION {
	PDEVICE_OBJECT DeviceObject;
	PETHREAD Thread;
	KEVENT Stop;
	WORK_QUEUE_ITEM Item;
	PIO_WORKITEM IoItem;
} WORKER_EXTENSION, *PWORKER_EXTENSION;

static KSTART_ROUTINE WorkerThread;
static WORKER_THREAD_ROUTINE WorkerItem;
static IO_WORKITEM_ROUTINE WorkerIoItem;
static IO_WORKITEM_ROUTINE_EX WorkerIoItemEx;
NTSTATUS WorkerStart(PWORKER_EXTENSION Extension);
VOID WorkerStop(PWORKER_EXTENSION Extension);

static VOID NTAPI WorkerThread(PVOID StartContext)
{
	PWORKER_EXTENSION Extension = StartContext;
	LARGE_INTEGER Interval = { .QuadPart = -10000000 };

	KeSetPriorityThread(KeGetCurrentThread(), LOW_REALTIME_PRIORITY);
	while (KeWaitForSingleObject(&Extension->Stop, Executive, KernelMode, FALSE, &Interval) ==
	       STATUS_TIMEOUT)
		IoQueueWorkItem(Extension->IoItem, WorkerIoItem, DelayedWorkQueue, Extension);
	PsTerminateSystemThread(STATUS_SUCCESS);
}

static VOID NTAPI WorkerItem(PVOID Parameter)
{
	PWORKER_EXTENSION Extension = Parameter;

	if (Extension->Thread == PsGetCurrentThread() || !PsIsSystemThread(PsGetCurrentThread()))
		KeSetEvent(&Extension->Stop, IO_NO_INCREMENT, FALSE);
}

static VOID NTAPI WorkerIoItem(PDEVICE_OBJECT DeviceObject, PVOID Context)
{
	PWORKER_EXTENSION Extension = Context;
	PIRP TopLevelIrp = IoGetTopLevelIrp();

	UNREFERENCED_PARAMETER(DeviceObject);
	IoSetTopLevelIrp((PIRP)FSRTL_FSP_TOP_LEVEL_IRP);
	ExInitializeWorkItem(&Extension->Item, WorkerItem, Extension);
	ExQueueWorkItem(&Extension->Item, CriticalWorkQueue);
	IoSetTopLevelIrp(TopLevelIrp);
}

static VOID NTAPI WorkerIoItemEx(PVOID IoObject, PVOID Context, PIO_WORKITEM IoWorkItem)
{
	PWORKER_EXTENSION Extension = Context;

	UNREFERENCED_PARAMETER(IoObject);
	Extension->IoItem = NULL;
	IoFreeWorkItem(IoWorkItem);
}

NTSTATUS WorkerStart(PWORKER_EXTENSION Extension)
{
	OBJECT_ATTRIBUTES Attributes;
	NTSTATUS Status;
	HANDLE Handle;

	Extension->IoItem = IoAllocateWorkItem(Extension->DeviceObject);
	if (!Extension->IoItem)
		return STATUS_INSUFFICIENT_RESOURCES;
	InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
	Status = PsCreateSystemThread(&Handle, THREAD_ALL_ACCESS, &Attributes, NULL, NULL,
				      WorkerThread, Extension);
	if (!NT_SUCCESS(Status))
		return Status;
	Status = ObReferenceObjectByHandle(Handle, THREAD_ALL_ACCESS, *PsThreadType, KernelMode,
					   (PVOID *)&Extension->Thread, NULL);
	ZwClose(Handle);
	return Status;
}

VOID WorkerStop(PWORKER_EXTENSION Extension)
{
	KeSetEvent(&Extension->Stop, IO_NO_INCREMENT, FALSE);
	KeWaitForSingleObject(Extension->Thread, Executive, KernelMode, FALSE, NULL);
	DbgPrint("thread %p has ended\n", PsGetThreadId(Extension->Thread));
	ObDereferenceObject(Extension->Thread);
	IoQueueWorkItemEx(Extension->IoItem, WorkerIoItemEx, DelayedWorkQueue, Extension);
}
