// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events, semaphores, mutexes and clocks as drivers use them, in one thread. A ported
 * file, see Kbuild. Each routine returns 0, or the line of what is wrong.
 */
#include <ntddk.h>

#include "wdm_driver.h"

#define CHECK(Condition)			\
	do {					\
		if (!(Condition))		\
			return __LINE__;	\
	} while (0)

static NTSTATUS Try(PVOID Object)
{
	LARGE_INTEGER AtOnce;

	AtOnce.QuadPart = 0;
	return KeWaitForSingleObject(Object, Executive, KernelMode, FALSE, &AtOnce);
}

static int CheckEvent(EVENT_TYPE Type)
{
	KEVENT Event;
	BOOLEAN Stays = Type == NotificationEvent;

	RtlFillMemory(&Event, sizeof(Event), 0xcc);
	KeInitializeEvent(&Event, Type, FALSE);
	CHECK(KeReadStateEvent(&Event) == 0);
	CHECK(Try(&Event) == STATUS_TIMEOUT);

	CHECK(KeSetEvent(&Event, IO_NO_INCREMENT, FALSE) == 0);
	CHECK(KeSetEvent(&Event, IO_NO_INCREMENT, FALSE) == 1);
	CHECK(KeReadStateEvent(&Event) == 1);
	CHECK(Event.Header.SignalState == 1 && Event.Header.Type == Type);
	CHECK(Try(&Event) == STATUS_SUCCESS);
	CHECK(KeReadStateEvent(&Event) == Stays);
	CHECK(Try(&Event) == (Stays ? STATUS_SUCCESS : STATUS_TIMEOUT));

	CHECK(KeResetEvent(&Event) == Stays);
	CHECK(KeResetEvent(&Event) == 0);
	CHECK(Try(&Event) == STATUS_TIMEOUT);
	KeSetEvent(&Event, EVENT_INCREMENT, FALSE);
	KeClearEvent(&Event);
	CHECK(KeReadStateEvent(&Event) == 0);

	/* A pulse that nobody waits for is no more than a reset. */
	CHECK(KePulseEvent(&Event, IO_NO_INCREMENT, FALSE) == 0);
	CHECK(KeReadStateEvent(&Event) == 0);
	KeSetEvent(&Event, IO_NO_INCREMENT, FALSE);
	CHECK(KePulseEvent(&Event, IO_NO_INCREMENT, FALSE) == 1);
	CHECK(KeReadStateEvent(&Event) == 0);

	KeInitializeEvent(&Event, Type, TRUE);
	CHECK(KeReadStateEvent(&Event) == 1 && Try(&Event) == STATUS_SUCCESS);
	return 0;
}

int eres_wdm_events(void)
{
	static const EVENT_TYPE Types[] = { NotificationEvent, SynchronizationEvent };
	KIRQL Level, Old;
	int line;
	ULONG i;

	for (Level = PASSIVE_LEVEL; Level <= DISPATCH_LEVEL; Level++) {
		for (i = 0; i < RTL_NUMBER_OF(Types); i++) {
			KeRaiseIrql(Level, &Old);
			line = CheckEvent(Types[i]);
			KeLowerIrql(Old);
			if (line)
				return line;
		}
	}
	return 0;
}

int eres_wdm_multiple(void)
{
	KEVENT Manual, Auto, Other;
	PVOID Objects[3] = { &Manual, &Auto, &Other };
	LARGE_INTEGER AtOnce = { .QuadPart = 0 };

#define TRY(Type) KeWaitForMultipleObjects(3, Objects, Type, Executive, KernelMode, FALSE, \
					   &AtOnce, NULL)

	KeInitializeEvent(&Manual, NotificationEvent, FALSE);
	KeInitializeEvent(&Auto, SynchronizationEvent, TRUE);
	KeInitializeEvent(&Other, SynchronizationEvent, TRUE);

	/* Nothing is taken while one is missing. */
	CHECK(TRY(WaitAll) == STATUS_TIMEOUT);
	CHECK(KeReadStateEvent(&Auto) == 1 && KeReadStateEvent(&Other) == 1);
	/* The first of those that are set, and only that. */
	CHECK(TRY(WaitAny) == STATUS_WAIT_1);
	CHECK(KeReadStateEvent(&Auto) == 0 && KeReadStateEvent(&Other) == 1);
	CHECK(TRY(WaitAny) == STATUS_WAIT_2);
	CHECK(TRY(WaitAny) == STATUS_TIMEOUT);

	KeSetEvent(&Auto, IO_NO_INCREMENT, FALSE);
	KeSetEvent(&Other, IO_NO_INCREMENT, FALSE);
	KeSetEvent(&Manual, IO_NO_INCREMENT, FALSE);
	CHECK(TRY(WaitAny) == STATUS_WAIT_0);
	CHECK(TRY(WaitAll) == STATUS_SUCCESS);
	CHECK(KeReadStateEvent(&Manual) == 1);
	CHECK(KeReadStateEvent(&Auto) == 0 && KeReadStateEvent(&Other) == 0);
#undef TRY
	return 0;
}

int eres_wdm_semaphores(void)
{
	KSEMAPHORE Semaphore;
	ULONG i;

	KeInitializeSemaphore(&Semaphore, 0, 5);
	CHECK(KeReadStateSemaphore(&Semaphore) == 0 && Semaphore.Limit == 5);
	CHECK(Try(&Semaphore) == STATUS_TIMEOUT);
	CHECK(KeReleaseSemaphore(&Semaphore, IO_NO_INCREMENT, 1, FALSE) == 0);
	CHECK(KeReleaseSemaphore(&Semaphore, IO_NO_INCREMENT, 2, FALSE) == 1);
	CHECK(KeReleaseSemaphore(&Semaphore, IO_NO_INCREMENT, 1, FALSE) == 3);
	CHECK(KeReadStateSemaphore(&Semaphore) == 4);
	for (i = 0; i < 4; i++)
		CHECK(Try(&Semaphore) == STATUS_SUCCESS);
	CHECK(Try(&Semaphore) == STATUS_TIMEOUT);
	CHECK(KeReadStateSemaphore(&Semaphore) == 0);
	CHECK(KeReleaseSemaphore(&Semaphore, IO_NO_INCREMENT, 5, FALSE) == 0);
	CHECK(KeReadStateSemaphore(&Semaphore) == 5);
	return 0;
}

int eres_wdm_mutexes(void)
{
	KMUTEX Mutex;
	LONG i;

	KeInitializeMutex(&Mutex, 123);
	CHECK(KeReadStateMutex(&Mutex) == 1);
	for (i = 0; i < 10; i++) {
		CHECK(!KeAreApcsDisabled() == !i);
		CHECK(KeWaitForMutexObject(&Mutex, Executive, KernelMode, FALSE, NULL) ==
		      STATUS_SUCCESS);
		CHECK(KeReadStateMutex(&Mutex) == -i);
		CHECK(KeAreApcsDisabled() && !KeAreAllApcsDisabled());
		CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL);
	}
	for (i = -9; i <= 0; i++) {
		CHECK(KeAreApcsDisabled());
		CHECK(KeReleaseMutex(&Mutex, FALSE) == i);
	}
	CHECK(!KeAreApcsDisabled() && KeReadStateMutex(&Mutex) == 1);
	return 0;
}

int eres_wdm_clocks(void)
{
	LARGE_INTEGER System[2], Ticks[2], Counter[2], Frequency;
	ULONGLONG Interrupt[2];
	LONGLONG Passed;
	ULONG i;

	/* 50 ms, of which a clock of ticks may miss one on either side. */
	LARGE_INTEGER Interval = { .QuadPart = -500000 };

	CHECK(KeQueryTimeIncrement() == 156250);
	for (i = 0; i < 2; i++) {
		KeQuerySystemTime(&System[i]);
		KeQueryTickCount(&Ticks[i]);
		Interrupt[i] = KeQueryInterruptTime();
		Counter[i] = KeQueryPerformanceCounter(&Frequency);
		if (!i)
			CHECK(KeDelayExecutionThread(KernelMode, FALSE, &Interval) ==
			      STATUS_SUCCESS);
	}
	CHECK(Frequency.QuadPart == 10000000);
	Passed = Counter[1].QuadPart - Counter[0].QuadPart;
	/* What counts on user-mode Linux stands still for 256 ns. */
	CHECK(Passed >= 500000 && KeQueryPerformanceCounter(NULL).QuadPart >= Counter[1].QuadPart);
	/* The kernel's own tick is no longer than 10 ms. */
	CHECK(Interrupt[1] - Interrupt[0] + 100000 >= 500000);
	CHECK(System[1].QuadPart - System[0].QuadPart + 100000 >= 500000);
	CHECK(Ticks[1].QuadPart - Ticks[0].QuadPart >= 2);
	CHECK(Ticks[1].QuadPart == (LONGLONG)(Interrupt[1] / 156250) ||
	      Ticks[1].QuadPart == (LONGLONG)(Interrupt[1] / 156250) - 1);
	/* Between 1970, where a machine without a clock starts, and 2200. */
	CHECK(System[0].QuadPart > 116444736000000000LL);
	CHECK(System[0].QuadPart < 189026784000000000LL);
	return 0;
}

/* The fine clocks are those of ticks, and not behind them. */
static int FineClocks(void)
{
	LARGE_INTEGER Coarse, Fine, Local, System;
	ULONGLONG Interrupt, Unbiased;
	ULONG64 Counter, Later;

	KeQuerySystemTime(&Coarse);
	KeQuerySystemTimePrecise(&Fine);
	CHECK(Fine.QuadPart >= Coarse.QuadPart && Fine.QuadPart - Coarse.QuadPart < 100000000);
	Interrupt = KeQueryInterruptTime();
	CHECK(KeQueryInterruptTimePrecise(&Counter) >= Interrupt);
	Unbiased = KeQueryUnbiasedInterruptTime();
	CHECK(KeQueryUnbiasedInterruptTimePrecise(&Later) >= Unbiased && Later >= Counter);
	CHECK(Unbiased <= KeQueryInterruptTimePrecise(&Later) && Later >= Counter);
	KeStallExecutionProcessor(50);
	KeStallExecutionProcessor(2000);
	/* The two clocks need not agree to the last unit. */
	CHECK(KeQueryPerformanceCounter(NULL).QuadPart - (LONGLONG)Later >= 20490);
	ExSystemTimeToLocalTime(&Fine, &Local);
	ExLocalTimeToSystemTime(&Local, &System);
	CHECK(System.QuadPart == Fine.QuadPart);
	/* A zone is whole minutes, and less than a day. */
	CHECK((Local.QuadPart - Fine.QuadPart) % 600000000 == 0);
	CHECK(Local.QuadPart - Fine.QuadPart < 864000000000LL);
	return 0;
}

static const struct {
	LONGLONG Time;
	TIME_FIELDS Fields;
} Times[] = {
	{ 0, { 1601, 1, 1, 0, 0, 0, 0, 1 } },
	{ 116444736000000000LL, { 1970, 1, 1, 0, 0, 0, 0, 4 } },
	{ 116444735999990000LL, { 1969, 12, 31, 23, 59, 59, 999, 3 } },
	{ 125962559990000000LL, { 2000, 2, 28, 23, 59, 59, 0, 1 } },
	{ 125962560000000000LL, { 2000, 2, 29, 0, 0, 0, 0, 2 } },
	{ 157520159990000000LL, { 2100, 2, 28, 23, 59, 59, 0, 0 } },
	{ 157520160000000000LL, { 2100, 3, 1, 0, 0, 0, 0, 1 } },
	{ 9223149887990010000LL, { 30827, 12, 31, 23, 59, 59, 1, 5 } },
};

static const TIME_FIELDS NoTimes[] = {
	{ 1600, 12, 31, 0, 0, 0, 0, 0 }, { 30828, 1, 1, 0, 0, 0, 0, 0 },
	{ 2100, 2, 29, 0, 0, 0, 0, 0 }, { 2000, 2, 30, 0, 0, 0, 0, 0 },
	{ 2000, 0, 1, 0, 0, 0, 0, 0 }, { 2000, 13, 1, 0, 0, 0, 0, 0 },
	{ 2000, 4, 31, 0, 0, 0, 0, 0 }, { 2000, 4, 0, 0, 0, 0, 0, 0 },
	{ 2000, 1, 1, 24, 0, 0, 0, 0 }, { 2000, 1, 1, 0, 60, 0, 0, 0 },
	{ 2000, 1, 1, 0, 0, 60, 0, 0 }, { 2000, 1, 1, 0, 0, 0, 1000, 0 },
	{ 2000, 1, 1, -1, 0, 0, 0, 0 },
};

int eres_wdm_time_fields(void)
{
	LARGE_INTEGER Time;
	TIME_FIELDS Fields;
	ULONG i;

	for (i = 0; i < RTL_NUMBER_OF(Times); i++) {
		Time.QuadPart = Times[i].Time;
		RtlTimeToTimeFields(&Time, &Fields);
		if (!RtlEqualMemory(&Fields, &Times[i].Fields, sizeof(Fields)))
			return -(int)i - 1;
		Fields.Weekday = -1;
		Time.QuadPart = -1;
		CHECK(RtlTimeFieldsToTime(&Fields, &Time));
		if (Time.QuadPart != Times[i].Time)
			return -(int)i - 1;
	}
	for (i = 0; i < RTL_NUMBER_OF(NoTimes); i++) {
		Fields = NoTimes[i];
		Time.QuadPart = 7;
		CHECK(!RtlTimeFieldsToTime(&Fields, &Time) && Time.QuadPart == 7);
	}
	return FineClocks();
}

/* A call takes some of the stack, and the rest is within its limits. */
static __declspec(noinline) int Deeper(ULONG_PTR Before)
{
	volatile CHAR Room[256];
	ULONG_PTR Low, High, Left = IoGetRemainingStackSize();

	Room[0] = 0;
	IoGetStackLimits(&Low, &High);
	CHECK((ULONG_PTR)&Room[0] > Low && (ULONG_PTR)&Room[0] < High);
	CHECK(Left >= 1024 && Left < High - Low);
	CHECK(Before - Left >= sizeof(Room) && Before - Left < 4096);
	return Room[0];
}

/* In a thread of the kernel. */
int eres_wdm_processes(void)
{
	KIRQL Irql = KeRaiseIrqlToDpcLevel();
	ULONG Number = KeGetCurrentProcessorNumber();
	PROCESSOR_NUMBER Processor = { 7, 7, 7 };
	KAFFINITY Active = 0;

	CHECK(KeGetCurrentProcessorNumberEx(&Processor) == Number);
	KeLowerIrql(Irql);
	CHECK(Processor.Group == 0 && Processor.Number == (UCHAR)Number && !Processor.Reserved);
	CHECK(Number < KeQueryMaximumProcessorCountEx(ALL_PROCESSOR_GROUPS));
	CHECK(KeQueryActiveProcessorCountEx(0) >= 1);
	CHECK(KeQueryActiveProcessorCountEx(0) <= KeQueryMaximumProcessorCountEx(0));
	CHECK(KeQueryActiveProcessorCountEx(1) == 0 && KeQueryMaximumProcessorCountEx(1) == 0);
	CHECK(KeQueryActiveProcessorCount(&Active) == KeQueryActiveProcessorCount(NULL));
	CHECK(Number >= 64 || (Active >> Number & 1));

	CHECK(ADDRESS_AND_SIZE_TO_SPAN_PAGES((PUCHAR)NULL + PAGE_SIZE - 1, 2) == 2);
	CHECK(ADDRESS_AND_SIZE_TO_SPAN_PAGES((PUCHAR)NULL + PAGE_SIZE, PAGE_SIZE) == 1);
	CHECK(ADDRESS_AND_SIZE_TO_SPAN_PAGES((PUCHAR)NULL + PAGE_SIZE, 0) == 0);

	CHECK(PsGetCurrentProcess() == PsInitialSystemProcess);
	CHECK(PsGetCurrentProcess() == IoGetCurrentProcess());
	CHECK(PsGetCurrentProcessId() == (HANDLE)4);
	return Deeper(IoGetRemainingStackSize());
}
