// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver that has code of its own running when it is unloaded: a thread, or a work
 * item that queues itself, or makes a thread. They go on for a while after they have been
 * told to end. Or it has timers and DPCs that nobody ends.
 */
#include <linux/gfp.h>
#include <linux/module.h>
#include <linux/string.h>

#define ERESOURCE_WDK
#include <ntddk.h>

static char *way = "thread";
module_param(way, charp, 0444);
MODULE_PARM_DESC(way, "thread, work, maker, timer, clock, dpc; waits: a thread that is waited for");

/* Of 10 ms each. */
#define ROUNDS_MORE	30

static bool leaving;
static int rounds;
static WORK_QUEUE_ITEM item;
static PVOID thread;
static KEVENT gone;
static KTIMER clock;
static KDPC dpc;

/* Once more? */
static bool hurry_round(void)
{
	LARGE_INTEGER interval = { .QuadPart = -100000 };

	KeDelayExecutionThread(KernelMode, FALSE, &interval);
	if (READ_ONCE(leaving))
		rounds++;
	if (rounds < ROUNDS_MORE)
		return true;
	pr_info("eres_hurry: %s has ended\n", way);
	return false;
}

static VOID hurry_thread(PVOID unused)
{
	while (hurry_round())
		;
}

static VOID hurry_item(PVOID unused)
{
	if (hurry_round())
		ExQueueWorkItem(&item, DelayedWorkQueue);
}

/* A thread, once the driver is on its way out, and then nothing. */
static VOID hurry_maker(PVOID unused)
{
	LARGE_INTEGER interval = { .QuadPart = -2000000 };
	HANDLE handle;

	KeWaitForSingleObject(&gone, Executive, KernelMode, FALSE, NULL);
	KeDelayExecutionThread(KernelMode, FALSE, &interval);
	if (NT_SUCCESS(PsCreateSystemThread(&handle, 0, NULL, NULL, NULL, hurry_thread, NULL)))
		ZwClose(handle);
}

static VOID hurry_tick(PKDPC tick, PVOID unused, PVOID first, PVOID second)
{
}

static VOID hurry_again(PKDPC again, PVOID unused, PVOID first, PVOID second)
{
	KeInsertQueueDpc(again, NULL, NULL);
}

/* Memory that does not go with the module. */
struct hurry_timer {
	KTIMER timer;
	KDPC dpc;
};

static int hurry_set_timer(void)
{
	LARGE_INTEGER soon = { .QuadPart = -10000 };
	struct hurry_timer *ticking = (struct hurry_timer *)get_zeroed_page(GFP_KERNEL);

	if (!ticking)
		return -ENOMEM;
	KeInitializeTimer(&ticking->timer);
	KeInitializeDpc(&ticking->dpc, hurry_tick, NULL);
	KeSetTimerEx(&ticking->timer, soon, 1, &ticking->dpc);
	return 0;
}

static int hurry_set_clock(void)
{
	LARGE_INTEGER hour = { .QuadPart = -10000LL * 3600 * 1000 };

	KeInitializeTimer(&clock);
	KeSetTimer(&clock, hour, NULL);
	return 0;
}

static int hurry_queue_dpc(void)
{
	KeInitializeDpc(&dpc, hurry_again, NULL);
	KeInsertQueueDpc(&dpc, NULL, NULL);
	return 0;
}

static int hurry_start(void)
{
	bool makes = !strcmp(way, "maker");
	HANDLE handle;

	if (!strcmp(way, "timer"))
		return hurry_set_timer();
	if (!strcmp(way, "clock"))
		return hurry_set_clock();
	if (!strcmp(way, "dpc"))
		return hurry_queue_dpc();

	if (makes || !strcmp(way, "work")) {
		ExInitializeWorkItem(&item, makes ? hurry_maker : hurry_item, NULL);
		ExQueueWorkItem(&item, DelayedWorkQueue);
		return 0;
	}
	if (!NT_SUCCESS(PsCreateSystemThread(&handle, 0, NULL, NULL, NULL, hurry_thread, NULL)))
		return -ENOMEM;
	if (!strcmp(way, "waits"))
		ObReferenceObjectByHandle(handle, 0, *PsThreadType, KernelMode, &thread, NULL);
	ZwClose(handle);
	return 0;
}

static int __init hurry_init(void)
{
	KeInitializeEvent(&gone, NotificationEvent, FALSE);
	return hurry_start();
}
module_init(hurry_init);

static void __exit hurry_exit(void)
{
	WRITE_ONCE(leaving, true);
	KeSetEvent(&gone, IO_NO_INCREMENT, FALSE);
	if (!thread)
		return;
	KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, NULL);
	ObDereferenceObject(thread);
}
module_exit(hurry_exit);

MODULE_DESCRIPTION("Goes before its threads, work items, timers and DPCs have ended");
MODULE_LICENSE("GPL");
