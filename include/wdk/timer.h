/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Timers: objects to be waited for, that are set by time, and may queue a DPC then.
 * Routines of wdmsync.ko.
 *
 * A KTIMER is as large as on Windows, any kernel memory, also on a stack, and has to
 * be initialised at the address where it is used. One that is not queued may just be
 * freed: after KeCancelTimer() at once, and after a wait for one that is set once;
 * of such a one the DPC may do it, too.
 *
 * "Misuse:" a call for what is no timer is reported and does nothing; see
 * shim/wdmsync/waitable.c.
 */
#ifndef ERES_WDK_TIMER_H
#define ERES_WDK_TIMER_H

#include "dpc.h"
#include "wait.h"

typedef enum _TIMER_TYPE {
	NotificationTimer,
	SynchronizationTimer,
} TIMER_TYPE;

typedef struct _KTIMER {
	DISPATCHER_HEADER Header;
	/* private: */
	ULARGE_INTEGER DueTime;
	LIST_ENTRY TimerListEntry;
	struct _KDPC *Dpc;
	ULONG Processor;
	ULONG Period;
} KTIMER, *PKTIMER, *PRKTIMER;

VOID KeInitializeTimer(PKTIMER Timer);
VOID KeInitializeTimerEx(PKTIMER Timer, TIMER_TYPE Type);
BOOLEAN KeSetTimer(PKTIMER Timer, LARGE_INTEGER DueTime, PKDPC Dpc);
BOOLEAN KeSetTimerEx(PKTIMER Timer, LARGE_INTEGER DueTime, LONG Period, PKDPC Dpc);
BOOLEAN KeSetCoalescableTimer(PKTIMER Timer, LARGE_INTEGER DueTime, ULONG Period,
			      ULONG TolerableDelay, PKDPC Dpc);
BOOLEAN KeCancelTimer(PKTIMER Timer);
BOOLEAN KeReadStateTimer(PKTIMER Timer);

#endif /* ERES_WDK_TIMER_H */
