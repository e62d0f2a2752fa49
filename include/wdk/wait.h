/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Events, semaphores, mutexes, and waiting for them. Routines of wdmsync.ko.
 *
 * As large as on Windows, and the header has its fields; the rest is the module's.
 * An object is any kernel memory, and has to be initialised at the address where it
 * is used. An idle one may just be freed, also by who has waited for it, as soon as
 * the wait returns.
 *
 * "Misuse:" a call for what is no such object is reported and does nothing; see
 * shim/wdmsync/waitable.c.
 */
#ifndef ERES_WDK_WAIT_H
#define ERES_WDK_WAIT_H

#include "types.h"

typedef CCHAR KPROCESSOR_MODE;

enum _MODE {
	KernelMode,
	UserMode,
	MaximumMode,
};

typedef enum _EVENT_TYPE {
	NotificationEvent,
	SynchronizationEvent,
} EVENT_TYPE;

typedef enum _WAIT_TYPE {
	WaitAll,
	WaitAny,
} WAIT_TYPE;

/* What for, for people who debug. */
typedef enum _KWAIT_REASON {
	Executive,
	FreePage,
	PageIn,
	PoolAllocation,
	DelayExecution,
	Suspended,
	UserRequest,
	WrExecutive,
	WrFreePage,
	WrPageIn,
	WrPoolAllocation,
	WrDelayExecution,
	WrSuspended,
	WrUserRequest,
	MaximumWaitReason = 43,
} KWAIT_REASON;

#define IO_NO_INCREMENT		0
#define IO_CD_ROM_INCREMENT	1
#define IO_DISK_INCREMENT	1
#define IO_NETWORK_INCREMENT	2
#define EVENT_INCREMENT		1
#define SEMAPHORE_INCREMENT	1

/* So many without wait blocks of the caller's; and so many at all. */
#define THREAD_WAIT_OBJECTS	3
#define MAXIMUM_WAIT_OBJECTS	64

typedef struct _DISPATCHER_HEADER {
	union {
		struct {
			UCHAR Type;
			/* private: that it is one, see waitable.h */
			UCHAR Mark[3];
		};
		volatile LONG Lock;
	};
	/* public: set if more than 0 */
	LONG SignalState;
	LIST_ENTRY WaitListHead;
} DISPATCHER_HEADER, *PDISPATCHER_HEADER;

typedef struct _KEVENT {
	DISPATCHER_HEADER Header;
} KEVENT, *PKEVENT, *PRKEVENT;

typedef struct _KSEMAPHORE {
	DISPATCHER_HEADER Header;
	LONG Limit;
} KSEMAPHORE, *PKSEMAPHORE, *PRKSEMAPHORE;

typedef struct _KMUTANT {
	DISPATCHER_HEADER Header;
	LIST_ENTRY MutantListEntry;
	struct _KTHREAD *OwnerThread;
	BOOLEAN Abandoned;
	UCHAR ApcDisable;
} KMUTANT, *PKMUTANT, *PRKMUTANT, KMUTEX, *PKMUTEX, *PRKMUTEX;

typedef struct _KWAIT_BLOCK {
	/* private: */
	ULONG_PTR Storage[6];
} KWAIT_BLOCK, *PKWAIT_BLOCK, *PRKWAIT_BLOCK;

/* Events */

VOID KeInitializeEvent(PRKEVENT Event, EVENT_TYPE Type, BOOLEAN State);
LONG KeSetEvent(PRKEVENT Event, KPRIORITY Increment, BOOLEAN Wait);
LONG KeResetEvent(PRKEVENT Event);
VOID KeClearEvent(PRKEVENT Event);
LONG KePulseEvent(PRKEVENT Event, KPRIORITY Increment, BOOLEAN Wait);
LONG KeReadStateEvent(PRKEVENT Event);

/* Semaphores */

VOID KeInitializeSemaphore(PRKSEMAPHORE Semaphore, LONG Count, LONG Limit);
LONG KeReleaseSemaphore(PRKSEMAPHORE Semaphore, KPRIORITY Increment, LONG Adjustment, BOOLEAN Wait);
LONG KeReadStateSemaphore(PRKSEMAPHORE Semaphore);

/* Mutexes */

VOID KeInitializeMutex(PRKMUTEX Mutex, ULONG Level);
LONG KeReleaseMutex(PRKMUTEX Mutex, BOOLEAN Wait);
LONG KeReadStateMutex(PRKMUTEX Mutex);

/* Waiting */

NTSTATUS KeWaitForSingleObject(PVOID Object, KWAIT_REASON WaitReason, KPROCESSOR_MODE WaitMode,
			       BOOLEAN Alertable, PLARGE_INTEGER Timeout);
#define KeWaitForMutexObject KeWaitForSingleObject
NTSTATUS KeWaitForMultipleObjects(ULONG Count, PVOID Object[], WAIT_TYPE WaitType,
				  KWAIT_REASON WaitReason, KPROCESSOR_MODE WaitMode,
				  BOOLEAN Alertable, PLARGE_INTEGER Timeout,
				  PKWAIT_BLOCK WaitBlockArray);
NTSTATUS FsRtlCancellableWaitForSingleObject(PVOID Object, PLARGE_INTEGER Timeout, PIRP Irp);
NTSTATUS FsRtlCancellableWaitForMultipleObjects(ULONG Count, PVOID ObjectArray[],
						WAIT_TYPE WaitType, PLARGE_INTEGER Timeout,
						PKWAIT_BLOCK WaitBlockArray, PIRP Irp);
NTSTATUS KeDelayExecutionThread(KPROCESSOR_MODE WaitMode, BOOLEAN Alertable,
				PLARGE_INTEGER Interval);

#endif /* ERES_WDK_WAIT_H */
