// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver that has code of its own running when it is unloaded: a thread, or a work
 * item that queues itself, or makes a thread. They go on for a while after they have been
 * told to end.
 */
#include <linux/module.h>
#include <linux/string.h>

#define ERESOURCE_WDK
#include <ntddk.h>

static char *way = "thread";
module_param(way, charp, 0444);
MODULE_PARM_DESC(way, "thread, work, maker; waits: a thread that is waited for");

/* Of 10 ms each. */
#define ROUNDS_MORE	30

static bool leaving;
static int rounds;
static WORK_QUEUE_ITEM item;
static PVOID thread;
static KEVENT gone;

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

static int hurry_start(void)
{
	bool makes = !strcmp(way, "maker");
	HANDLE handle;

	KeInitializeEvent(&gone, NotificationEvent, FALSE);
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

MODULE_DESCRIPTION("Goes before its threads and work items have ended");
MODULE_LICENSE("GPL");
