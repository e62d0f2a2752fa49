/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Deferred procedure calls: a routine that is to run at DISPATCH_LEVEL, soon, and
 * once. Routines of wdmsync.ko.
 *
 * A KDPC is as large as on Windows, any kernel memory, and has to be initialised at
 * the address where it is used. It is out of its queue before its routine runs, and
 * not touched from then on: the routine may queue it again, or free it.
 *
 * "Misuse:" a call for what is no KDPC is reported and does nothing; see
 * shim/wdmsync/dpc.c.
 */
#ifndef ERES_WDK_DPC_H
#define ERES_WDK_DPC_H

#include "types.h"

struct _KDPC;

typedef VOID KDEFERRED_ROUTINE(struct _KDPC *Dpc, PVOID DeferredContext,
			       PVOID SystemArgument1, PVOID SystemArgument2);
typedef KDEFERRED_ROUTINE *PKDEFERRED_ROUTINE;

typedef enum _KDPC_IMPORTANCE {
	LowImportance,
	MediumImportance,
	HighImportance,
	MediumHighImportance,
} KDPC_IMPORTANCE;

typedef struct _KDPC {
	UCHAR Type;
	UCHAR Importance;
	volatile USHORT Number;
	/* private: that it is one, see dpc.h */
	ULONG Mark;
	LIST_ENTRY DpcListEntry;
	/* public: */
	PKDEFERRED_ROUTINE DeferredRoutine;
	PVOID DeferredContext;
	PVOID SystemArgument1;
	PVOID SystemArgument2;
	/* private: */
	volatile PVOID DpcData;
} KDPC, *PKDPC, *PRKDPC;

VOID KeInitializeDpc(PRKDPC Dpc, PKDEFERRED_ROUTINE DeferredRoutine, PVOID DeferredContext);
VOID KeInitializeThreadedDpc(PRKDPC Dpc, PKDEFERRED_ROUTINE DeferredRoutine,
			     PVOID DeferredContext);
VOID KeSetImportanceDpc(PRKDPC Dpc, KDPC_IMPORTANCE Importance);
VOID KeSetTargetProcessorDpc(PRKDPC Dpc, CCHAR Number);
BOOLEAN KeInsertQueueDpc(PRKDPC Dpc, PVOID SystemArgument1, PVOID SystemArgument2);
BOOLEAN KeRemoveQueueDpc(PRKDPC Dpc);
VOID KeFlushQueuedDpcs(void);

#endif /* ERES_WDK_DPC_H */
