// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads, work items and the top-level IRP as drivers use them. A ported file, see
 * Kbuild. Each routine returns 0, or the line of what is wrong.
 */
#include <ntifs.h>

#include "wdm_driver_thread.h"

#define CHECK(Condition)			\
	do {					\
		if (!(Condition))		\
			return __LINE__;	\
	} while (0)

/* As file systems do around each of their entries. */
static BOOLEAN BecomeTopLevel(PIRP Irp)
{
	if (IoGetTopLevelIrp() == NULL) {
		IoSetTopLevelIrp(Irp);
		return TRUE;
	}
	return FALSE;
}

static BOOLEAN CallerIsCache(VOID)
{
	return (ULONG_PTR)IoGetTopLevelIrp() <= FSRTL_MAX_TOP_LEVEL_IRP_FLAG &&
	       IoGetTopLevelIrp() == (PIRP)FSRTL_CACHE_TOP_LEVEL_IRP;
}

int eres_wdm_top_level(void)
{
	PIRP Irp = (PIRP)(ULONG_PTR)0xffff888812345678ULL;
	PIRP Old;

	CHECK(IoGetTopLevelIrp() == NULL);
	CHECK(BecomeTopLevel(Irp));
	CHECK(IoGetTopLevelIrp() == Irp && !CallerIsCache());
	CHECK(!BecomeTopLevel((PIRP)(ULONG_PTR)0x1000));
	CHECK(IoGetTopLevelIrp() == Irp);
	IoSetTopLevelIrp(NULL);

	IoSetTopLevelIrp((PIRP)FSRTL_CACHE_TOP_LEVEL_IRP);
	CHECK(CallerIsCache());
	Old = IoGetTopLevelIrp();
	IoSetTopLevelIrp((PIRP)FSRTL_FAST_IO_TOP_LEVEL_IRP);
	CHECK(!CallerIsCache());
	IoSetTopLevelIrp(Old);
	CHECK(CallerIsCache());
	IoSetTopLevelIrp(NULL);
	CHECK(IoGetTopLevelIrp() == NULL);
	return 0;
}

typedef struct _WORKER {
	KEVENT Go;
	KEVENT Began;
	PETHREAD Inside;
	HANDLE Id;
	BOOLEAN System;
	BOOLEAN Returned;
} WORKER, *PWORKER;

static KSTART_ROUTINE Worker;
static KSTART_ROUTINE Terminates;

static VOID Worker(PVOID StartContext)
{
	PWORKER Context = StartContext;

	Context->Inside = PsGetCurrentThread();
	Context->Id = PsGetCurrentThreadId();
	Context->System = PsIsSystemThread(PsGetCurrentThread()) && !KeAreApcsDisabled() &&
			  KeGetCurrentIrql() == PASSIVE_LEVEL;
	KeSetEvent(&Context->Began, IO_NO_INCREMENT, FALSE);
	KeWaitForSingleObject(&Context->Go, Executive, KernelMode, FALSE, NULL);
}

static VOID Terminates(PVOID StartContext)
{
	PWORKER Context = StartContext;

	Worker(Context);
	PsTerminateSystemThread(STATUS_SUCCESS);
	Context->Returned = TRUE;
}

static int CheckThread(PKSTART_ROUTINE Start)
{
	LARGE_INTEGER AtOnce = { .QuadPart = 0 };
	OBJECT_ATTRIBUTES Attributes;
	WORKER Context = { .Returned = FALSE };
	PVOID Thread, Again;
	CLIENT_ID Id;
	HANDLE Handle;

	KeInitializeEvent(&Context.Go, NotificationEvent, FALSE);
	KeInitializeEvent(&Context.Began, NotificationEvent, FALSE);
	InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
	CHECK(PsCreateSystemThread(&Handle, THREAD_ALL_ACCESS, &Attributes, NULL, &Id, Start,
				   &Context) == STATUS_SUCCESS);
	CHECK(Handle != NULL && ((ULONG_PTR)Handle & 3) == 0);
	CHECK(ObReferenceObjectByHandle(Handle, THREAD_ALL_ACCESS, *PsThreadType, KernelMode,
					&Thread, NULL) == STATUS_SUCCESS);
	CHECK(ObReferenceObjectByHandle(Handle, SYNCHRONIZE, NULL, KernelMode, &Again,
					NULL) == STATUS_SUCCESS);
	CHECK(Thread == Again && Thread != PsGetCurrentThread());
	CHECK(KeWaitForSingleObject(&Context.Began, Executive, KernelMode, FALSE, NULL) ==
	      STATUS_SUCCESS);
	CHECK(Context.Inside == Thread && Context.System);
	CHECK(Context.Id != NULL && Context.Id == PsGetThreadId(Thread));
	CHECK(Context.Id == Id.UniqueThread && Id.UniqueProcess != NULL);
	CHECK(Context.Id != PsGetCurrentThreadId() && PsIsSystemThread(Thread));
	CHECK(!PsIsThreadTerminating(Thread));
	CHECK(PsGetThreadProcess(Thread) == PsInitialSystemProcess);
	CHECK(PsGetThreadProcessId(Thread) == Id.UniqueProcess);

	CHECK(KeSetPriorityThread(Thread, LOW_REALTIME_PRIORITY) == 8);
	CHECK(KeSetPriorityThread(Thread, 12) == LOW_REALTIME_PRIORITY);
	CHECK(KeQueryPriorityThread(Thread) == 12);
	CHECK(KeSetBasePriorityThread(Thread, -2) == 0);
	CHECK(KeSetBasePriorityThread(Thread, 1) == -2);
	CHECK(KeQueryPriorityThread(Thread) == 9);

	CHECK(ZwWaitForSingleObject(Handle, FALSE, &AtOnce) == STATUS_TIMEOUT);
	CHECK(KeWaitForSingleObject(Thread, Executive, KernelMode, FALSE, &AtOnce) ==
	      STATUS_TIMEOUT);
	KeSetEvent(&Context.Go, IO_NO_INCREMENT, FALSE);
	CHECK(ZwWaitForSingleObject(Handle, FALSE, NULL) == STATUS_SUCCESS);
	CHECK(KeWaitForSingleObject(Thread, Executive, KernelMode, FALSE, NULL) ==
	      STATUS_SUCCESS);
	CHECK(PsIsThreadTerminating(Thread) && PsGetThreadId(Thread) == Context.Id);
	CHECK(!Context.Returned);
	ObDereferenceObject(Again);
	CHECK(ZwClose(Handle) == STATUS_SUCCESS);
	CHECK(KeWaitForSingleObject(Thread, Executive, KernelMode, FALSE, &AtOnce) ==
	      STATUS_SUCCESS);
	ObDereferenceObject(Thread);
	return 0;
}

int eres_wdm_threads(void)
{
	LARGE_INTEGER AtOnce = { .QuadPart = 0 };
	PVOID Self;
	int line;

	line = CheckThread(Worker);
	if (line)
		return line;
	line = CheckThread(Terminates);
	if (line)
		return line;

	/* A thread that waits for itself waits for ever. */
	CHECK(KeWaitForSingleObject(PsGetCurrentThread(), Executive, KernelMode, FALSE, &AtOnce) ==
	      STATUS_TIMEOUT);
	CHECK(ObReferenceObjectByHandle(NtCurrentThread(), 0, *PsThreadType, KernelMode, &Self,
					NULL) == STATUS_SUCCESS);
	CHECK(Self == KeGetCurrentThread());
	CHECK(KeWaitForSingleObject(Self, Executive, KernelMode, FALSE, &AtOnce) ==
	      STATUS_TIMEOUT);
	ObReferenceObject(Self);
	ObDereferenceObject(Self);
	ObDereferenceObject(Self);
	CHECK(PsGetThreadId(PsGetCurrentThread()) == PsGetCurrentThreadId());
	CHECK(IoThreadToProcess(PsGetCurrentThread()) == PsGetCurrentProcess());
	CHECK(PsGetThreadProcessId(PsGetCurrentThread()) == PsGetCurrentProcessId());
	return 0;
}

#define WORK_ROUNDS 5

typedef struct _ROUNDS {
	WORK_QUEUE_ITEM Item;
	KEVENT Done;
	LONG Count;
	BOOLEAN Passive;
} ROUNDS, *PROUNDS;

static WORKER_THREAD_ROUTINE QueuesItself;
static IO_WORKITEM_ROUTINE Deferred;
static IO_WORKITEM_ROUTINE_EX DeferredFrees;

static VOID QueuesItself(PVOID Parameter)
{
	PROUNDS Rounds = Parameter;

	Rounds->Passive = KeGetCurrentIrql() == PASSIVE_LEVEL && !KeAreApcsDisabled() &&
			  PsIsSystemThread(PsGetCurrentThread());
	if (++Rounds->Count < WORK_ROUNDS)
		ExQueueWorkItem(&Rounds->Item, DelayedWorkQueue);
	else
		KeSetEvent(&Rounds->Done, IO_NO_INCREMENT, FALSE);
}

static VOID Deferred(PDEVICE_OBJECT DeviceObject, PVOID Context)
{
	PROUNDS Rounds = Context;

	Rounds->Count = (PVOID)DeviceObject == (PVOID)Rounds ? 100 : -1;
	KeSetEvent(&Rounds->Done, IO_NO_INCREMENT, FALSE);
}

static VOID DeferredFrees(PVOID IoObject, PVOID Context, PIO_WORKITEM IoWorkItem)
{
	PROUNDS Rounds = Context;

	IoFreeWorkItem(IoWorkItem);
	Rounds->Count = IoObject == (PVOID)Rounds ? 200 : -1;
	KeSetEvent(&Rounds->Done, IO_NO_INCREMENT, FALSE);
}

static VOID GenericFrees(PFLT_GENERIC_WORKITEM FltWorkItem, PVOID FltObject, PVOID Context)
{
	PROUNDS Rounds = Context;

	FltFreeGenericWorkItem(FltWorkItem);
	Rounds->Count = FltObject == (PVOID)Rounds ? 300 : -1;
	KeSetEvent(&Rounds->Done, IO_NO_INCREMENT, FALSE);
}

int eres_wdm_work(void)
{
	PFLT_GENERIC_WORKITEM Generic;
	PIO_WORKITEM Item;
	ROUNDS Rounds = { .Count = 0 };
	KIRQL Irql;

#define AWAIT() KeWaitForSingleObject(&Rounds.Done, Executive, KernelMode, FALSE, NULL)

	KeInitializeEvent(&Rounds.Done, SynchronizationEvent, FALSE);
	ExInitializeWorkItem(&Rounds.Item, QueuesItself, &Rounds);
	KeRaiseIrql(DISPATCH_LEVEL, &Irql);
	ExQueueWorkItem(&Rounds.Item, CriticalWorkQueue);
	KeLowerIrql(Irql);
	CHECK(AWAIT() == STATUS_SUCCESS);
	CHECK(Rounds.Count == WORK_ROUNDS && Rounds.Passive);

	Item = IoAllocateWorkItem((PDEVICE_OBJECT)&Rounds);
	CHECK(Item != NULL);
	IoQueueWorkItem(Item, Deferred, DelayedWorkQueue, &Rounds);
	CHECK(AWAIT() == STATUS_SUCCESS && Rounds.Count == 100);
	IoQueueWorkItemEx(Item, DeferredFrees, DelayedWorkQueue, &Rounds);
	CHECK(AWAIT() == STATUS_SUCCESS && Rounds.Count == 200);

	Item = ExAllocatePoolWithTag(NonPagedPool, IoSizeofWorkItem(), 'metI');
	CHECK(Item != NULL);
	IoInitializeWorkItem(&Rounds, Item);
	IoQueueWorkItem(Item, Deferred, DelayedWorkQueue, &Rounds);
	CHECK(AWAIT() == STATUS_SUCCESS && Rounds.Count == 100);
	IoUninitializeWorkItem(Item);
	ExFreePoolWithTag(Item, 'metI');

	Generic = FltAllocateGenericWorkItem();
	CHECK(Generic != NULL);
	CHECK(FltQueueGenericWorkItem(Generic, &Rounds, GenericFrees, DelayedWorkQueue,
				      &Rounds) == STATUS_SUCCESS);
	CHECK(AWAIT() == STATUS_SUCCESS && Rounds.Count == 300);
#undef AWAIT
	return 0;
}
