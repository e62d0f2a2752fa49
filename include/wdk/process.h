/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Processes, stacks and processors, to be named and measured. Routines of wdmsync.ko.
 *
 * A process is the address of the task that leads it, and no more than a name.
 */
#ifndef ERES_WDK_PROCESS_H
#define ERES_WDK_PROCESS_H

#include "types.h"

extern PEPROCESS PsInitialSystemProcess;

PEPROCESS PsGetCurrentProcess(void);
PEPROCESS IoGetCurrentProcess(void);
HANDLE PsGetCurrentProcessId(void);

/* The stack of the calling thread. */

VOID IoGetStackLimits(PULONG_PTR LowLimit, PULONG_PTR HighLimit);
ULONG_PTR IoGetRemainingStackSize(void);

/* All processors are in one group. */

typedef struct _PROCESSOR_NUMBER {
	USHORT Group;
	UCHAR Number;
	UCHAR Reserved;
} PROCESSOR_NUMBER, *PPROCESSOR_NUMBER;

#define ALL_PROCESSOR_GROUPS	0xffff

ULONG KeGetCurrentProcessorNumberEx(PPROCESSOR_NUMBER ProcNumber);
ULONG KeQueryActiveProcessorCount(PKAFFINITY ActiveProcessors);
ULONG KeQueryActiveProcessorCountEx(USHORT GroupNumber);
ULONG KeQueryMaximumProcessorCountEx(USHORT GroupNumber);

#endif /* ERES_WDK_PROCESS_H */
