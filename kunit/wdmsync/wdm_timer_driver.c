// SPDX-License-Identifier: GPL-2.0-only
/*
 * Timers and DPCs as drivers use them, in one thread. A ported file, see Kbuild. Each
 * routine returns 0, or the line of what is wrong.
 */
#include <ntddk.h>

#include "wdm_driver.h"

#define CHECK(Condition)			\
	do {					\
		if (!(Condition))		\
			return __LINE__;	\
	} while (0)

/* 20 ms; and what never is reached. */
static const LARGE_INTEGER Soon = { .QuadPart = -200000 };
static const LARGE_INTEGER Late = { .QuadPart = -600000000 };

typedef struct _DEFERRED {
	KDPC Dpc;
	volatile LONG Runs;
	PVOID SystemArgument1;
	PVOID SystemArgument2;
	PKDPC Seen;
	KIRQL Irql;
} DEFERRED, *PDEFERRED;

static KDEFERRED_ROUTINE DeferredRoutine;

static VOID DeferredRoutine(PKDPC Dpc, PVOID DeferredContext, PVOID SystemArgument1,
			    PVOID SystemArgument2)
{
	PDEFERRED Deferred = DeferredContext;

	Deferred->Seen = Dpc;
	Deferred->Irql = KeGetCurrentIrql();
	Deferred->SystemArgument1 = SystemArgument1;
	Deferred->SystemArgument2 = SystemArgument2;
	InterlockedIncrement(&Deferred->Runs);
}

static VOID InitializeDeferred(PDEFERRED Deferred)
{
	RtlFillMemory(Deferred, sizeof(*Deferred), 0xcc);
	Deferred->Runs = 0;
	KeInitializeDpc(&Deferred->Dpc, DeferredRoutine, Deferred);
}

int eres_wdm_dpcs(void)
{
	DEFERRED Deferred;
	KIRQL Irql;

	InitializeDeferred(&Deferred);
	CHECK(!KeRemoveQueueDpc(&Deferred.Dpc));
	CHECK(KeInsertQueueDpc(&Deferred.Dpc, (PVOID)1, (PVOID)2));
	KeFlushQueuedDpcs();
	CHECK(Deferred.Runs == 1 && Deferred.Irql == DISPATCH_LEVEL);
	CHECK(Deferred.Seen == &Deferred.Dpc);
	CHECK(Deferred.SystemArgument1 == (PVOID)1 && Deferred.SystemArgument2 == (PVOID)2);
	CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL);

	/* At DISPATCH_LEVEL it waits until that is left. The first arguments win. */
	KeRaiseIrql(DISPATCH_LEVEL, &Irql);
	CHECK(KeInsertQueueDpc(&Deferred.Dpc, (PVOID)3, (PVOID)4));
	CHECK(!KeInsertQueueDpc(&Deferred.Dpc, (PVOID)5, (PVOID)6));
	CHECK(Deferred.Runs == 1);
	KeLowerIrql(Irql);
	KeFlushQueuedDpcs();
	CHECK(Deferred.Runs == 2);
	CHECK(Deferred.SystemArgument1 == (PVOID)3 && Deferred.SystemArgument2 == (PVOID)4);

	/* What is removed does not run. */
	KeRaiseIrql(DISPATCH_LEVEL, &Irql);
	CHECK(KeInsertQueueDpc(&Deferred.Dpc, NULL, NULL));
	CHECK(KeRemoveQueueDpc(&Deferred.Dpc));
	CHECK(!KeRemoveQueueDpc(&Deferred.Dpc));
	KeLowerIrql(Irql);
	KeFlushQueuedDpcs();
	CHECK(Deferred.Runs == 2);

	KeInitializeThreadedDpc(&Deferred.Dpc, DeferredRoutine, &Deferred);
	CHECK(KeInsertQueueDpc(&Deferred.Dpc, NULL, NULL));
	KeFlushQueuedDpcs();
	CHECK(Deferred.Runs == 3);
	return 0;
}

static NTSTATUS Try(PVOID Object)
{
	LARGE_INTEGER AtOnce;

	AtOnce.QuadPart = 0;
	return KeWaitForSingleObject(Object, Executive, KernelMode, FALSE, &AtOnce);
}

static NTSTATUS Wait(PVOID Object)
{
	LARGE_INTEGER Timeout = Late;

	return KeWaitForSingleObject(Object, Executive, KernelMode, FALSE, &Timeout);
}

static LONGLONG Now(void)
{
	return KeQueryPerformanceCounter(NULL).QuadPart;
}

static int CheckTimer(TIMER_TYPE Type)
{
	BOOLEAN Stays = Type == NotificationTimer;
	DEFERRED Deferred;
	LONGLONG Began;
	KTIMER Timer;
	LONG i;

	RtlFillMemory(&Timer, sizeof(Timer), 0xcc);
	KeInitializeTimerEx(&Timer, Type);
	InitializeDeferred(&Deferred);
	CHECK(!KeReadStateTimer(&Timer) && !KeCancelTimer(&Timer));

	Began = Now();
	CHECK(!KeSetTimer(&Timer, Soon, &Deferred.Dpc));
	if (Now() - Began < 100000)
		CHECK(Try(&Timer) == STATUS_TIMEOUT || Now() - Began >= 200000);
	CHECK(Wait(&Timer) == STATUS_SUCCESS);
	CHECK(Now() - Began >= 200000);
	KeFlushQueuedDpcs();
	CHECK(Deferred.Runs == 1 && Deferred.Irql == DISPATCH_LEVEL);
	CHECK(Deferred.Seen == &Deferred.Dpc);
	CHECK(KeReadStateTimer(&Timer) == Stays);
	CHECK(Try(&Timer) == (Stays ? STATUS_SUCCESS : STATUS_TIMEOUT));
	CHECK(!KeCancelTimer(&Timer) && KeReadStateTimer(&Timer) == Stays);

	/* To set it unsets it, until then. */
	CHECK(!KeSetTimer(&Timer, Late, &Deferred.Dpc));
	CHECK(!KeReadStateTimer(&Timer) && Try(&Timer) == STATUS_TIMEOUT);
	/* What it was set for before does not happen. */
	CHECK(KeSetTimer(&Timer, Late, NULL));
	CHECK(KeSetTimer(&Timer, Soon, NULL));
	CHECK(Wait(&Timer) == STATUS_SUCCESS);
	KeFlushQueuedDpcs();
	CHECK(Deferred.Runs == 1);

	/* Nor does what is cancelled. */
	CHECK(!KeSetTimer(&Timer, Late, &Deferred.Dpc));
	CHECK(KeCancelTimer(&Timer) && !KeCancelTimer(&Timer));
	CHECK(!KeReadStateTimer(&Timer) && !KeRemoveQueueDpc(&Deferred.Dpc));

	/* Again and again. */
	Began = Now();
	CHECK(!KeSetTimerEx(&Timer, Soon, 20, &Deferred.Dpc));
	for (i = 1; i <= 3; i++) {
		CHECK(Wait(&Timer) == STATUS_SUCCESS);
		if (!Stays)
			CHECK(Now() - Began >= 200000 * i);
	}
	CHECK(KeCancelTimer(&Timer) && !KeCancelTimer(&Timer));
	KeFlushQueuedDpcs();
	CHECK(Deferred.Runs >= 2 && !KeRemoveQueueDpc(&Deferred.Dpc));

	/* Set as one that expires once, it does not any more. */
	CHECK(!KeSetTimerEx(&Timer, Soon, 1, NULL));
	CHECK(KeSetTimer(&Timer, Soon, NULL));
	CHECK(Wait(&Timer) == STATUS_SUCCESS);
	CHECK(!KeCancelTimer(&Timer));
	return 0;
}

int eres_wdm_timers(void)
{
	int Line = CheckTimer(NotificationTimer);

	return Line ? Line : CheckTimer(SynchronizationTimer);
}

/* What is due now, or has been, has expired when the call returns. */
int eres_wdm_due_now(void)
{
	/* A machine without a clock is in 1970. The last one becomes the present time. */
	LONGLONG Due[] = { 0, 1, 116444736000000000LL, -1 };
	BOOLEAN First, Second, Set, Cancelled;
	LARGE_INTEGER DueTime;
	DEFERRED Deferred;
	KTIMER Timer;
	KIRQL Irql;
	LONG Runs;
	ULONG i;

	KeInitializeTimer(&Timer);
	InitializeDeferred(&Deferred);
	KeQuerySystemTime(&DueTime);
	Due[ARRAYSIZE(Due) - 1] = DueTime.QuadPart;
	for (i = 0; i < ARRAYSIZE(Due); i++) {
		DueTime.QuadPart = Due[i];
		KeRaiseIrql(DISPATCH_LEVEL, &Irql);
		First = KeSetTimer(&Timer, Late, &Deferred.Dpc);
		Second = KeSetTimer(&Timer, DueTime, &Deferred.Dpc);
		Set = KeReadStateTimer(&Timer);
		Cancelled = KeCancelTimer(&Timer);
		Runs = Deferred.Runs;
		KeLowerIrql(Irql);
		CHECK(!First && Second && Set && !Cancelled && Runs == (LONG)i);
		KeFlushQueuedDpcs();
		CHECK(Deferred.Runs == (LONG)i + 1);
	}
	/* A periodic one as well, and is queued for the next time. */
	DueTime.QuadPart = 0;
	CHECK(!KeSetTimerEx(&Timer, DueTime, 3600000, NULL));
	CHECK(KeReadStateTimer(&Timer) && KeCancelTimer(&Timer));
	/* Never. */
	DueTime.QuadPart = MAXLONGLONG;
	CHECK(!KeSetTimer(&Timer, DueTime, NULL) && KeCancelTimer(&Timer));
	DueTime.QuadPart = -MAXLONGLONG - 1;
	CHECK(!KeSetCoalescableTimer(&Timer, DueTime, 0, 10, NULL) && KeCancelTimer(&Timer));
	CHECK(!KeReadStateTimer(&Timer));
	return 0;
}

/* By the clock. */
int eres_wdm_absolute(void)
{
	LARGE_INTEGER Due, Reached;
	KTIMER Timer;

	KeInitializeTimerEx(&Timer, SynchronizationTimer);
	KeQuerySystemTime(&Due);
	/* 30 ms; the clock that is asked may be a tick late, of no more than 10 ms. */
	Due.QuadPart += 300000;
	CHECK(!KeSetTimer(&Timer, Due, NULL));
	CHECK(Wait(&Timer) == STATUS_SUCCESS);
	KeQuerySystemTime(&Reached);
	CHECK(Reached.QuadPart + 100000 >= Due.QuadPart);
	/* With a period from then on. */
	Due.QuadPart = Reached.QuadPart + 100000;
	CHECK(!KeSetTimerEx(&Timer, Due, 1, NULL));
	CHECK(Wait(&Timer) == STATUS_SUCCESS);
	CHECK(Wait(&Timer) == STATUS_SUCCESS);
	CHECK(KeCancelTimer(&Timer));
	return 0;
}
