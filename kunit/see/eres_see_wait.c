// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two threads to look at, as long as the module is there: one has a mutex, and waits
 * for events; the other waits for the mutex.
 */
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sched/task.h>

#define ERESOURCE_WDK
#include <ntifs.h>

static FAST_MUTEX see_mutex;
static KEVENT see_end, see_never;
static struct task_struct *see_threads[2];

static noinline void see_have(void)
{
	PVOID events[] = { &see_end, &see_never };

	ExAcquireFastMutex(&see_mutex);
	KeWaitForMultipleObjects(2, events, WaitAny, Executive, KernelMode, FALSE, NULL, NULL);
	ExReleaseFastMutex(&see_mutex);
	barrier();
}

static noinline void see_want(void)
{
	ExAcquireFastMutex(&see_mutex);
	ExReleaseFastMutex(&see_mutex);
	barrier();
}

static int see_main(void *want)
{
	if (want)
		see_want();
	else
		see_have();
	return 0;
}

static int see_start(unsigned int i, void *want)
{
	see_threads[i] = kthread_create(see_main, want, "see-%s", want ? "want" : "have");
	if (IS_ERR(see_threads[i]))
		return PTR_ERR(see_threads[i]);
	get_task_struct(see_threads[i]);
	wake_up_process(see_threads[i]);
	return 0;
}

static void see_stop(unsigned int i)
{
	kthread_stop(see_threads[i]);
	put_task_struct(see_threads[i]);
}

static int __init see_init(void)
{
	int err;

	ExInitializeFastMutex(&see_mutex);
	KeInitializeEvent(&see_end, NotificationEvent, FALSE);
	KeInitializeEvent(&see_never, NotificationEvent, FALSE);
	err = see_start(0, NULL);
	if (err)
		return err;
	/* Not before the first one has it. */
	while (!READ_ONCE(see_mutex.Owner))
		schedule_timeout_uninterruptible(1);
	err = see_start(1, &see_mutex);
	if (err) {
		KeSetEvent(&see_end, 0, FALSE);
		see_stop(0);
	}
	return err;
}
module_init(see_init);

static void __exit see_exit(void)
{
	KeSetEvent(&see_end, 0, FALSE);
	see_stop(0);
	see_stop(1);
}
module_exit(see_exit);

MODULE_DESCRIPTION("Threads that wait, to be looked at");
MODULE_LICENSE("GPL");
