// SPDX-License-Identifier: GPL-2.0-only
/*
 * The Linux side: whoever writes the name of a mistake to /dev/bugs makes it.
 * "rescue" gets the thread out that waits for itself or in a deadlock.
 */
#include <linux/completion.h>
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#include <eresource_verify.h>

#include "bugs.h"

/* Who owns FileLock and waits in vain: the one to rescue. */
static ERESOURCE_THREAD bugs_stuck;

/* Threads that have met in BugsMeet(). */
static atomic_t bugs_present = ATOMIC_INIT(0);
static DECLARE_WAIT_QUEUE_HEAD(bugs_meeting);

/* Two threads each have a lock, before either goes for the other's. */
VOID BugsMeet(void)
{
	atomic_inc(&bugs_present);
	wake_up_all(&bugs_meeting);
	wait_event(bugs_meeting, atomic_read(&bugs_present) >= 2);
}

struct bugs_thread {
	BUGS_ROUTINE *routine;
	struct completion started;
};

static int bugs_thread_main(void *data)
{
	struct bugs_thread *thread = data;

	thread->routine();
	kthread_complete_and_exit(&thread->started, 0);
}

NTSTATUS BugsRunThread(BUGS_ROUTINE *Routine)
{
	struct bugs_thread thread = { .routine = Routine };
	struct task_struct *task;

	init_completion(&thread.started);
	task = kthread_create(bugs_thread_main, &thread, "bugs-thread");
	if (IS_ERR(task))
		return STATUS_INSUFFICIENT_RESOURCES;
	get_task_struct(task);
	wake_up_process(task);
	wait_for_completion(&thread.started);
	/* Gone for good: what it leaves behind is reported by then. */
	while (READ_ONCE(task->__state) != TASK_DEAD)
		schedule_timeout_uninterruptible(1);
	put_task_struct(task);
	return STATUS_SUCCESS;
}

struct bugs_work {
	struct work_struct work;
	BUGS_ROUTINE *routine;
};

static void bugs_work_main(struct work_struct *work)
{
	container_of(work, struct bugs_work, work)->routine();
}

VOID BugsQueueWorkItem(BUGS_ROUTINE *Routine)
{
	struct bugs_work item = { .routine = Routine };

	INIT_WORK_ONSTACK(&item.work, bugs_work_main);
	schedule_work(&item.work);
	flush_work(&item.work);
	destroy_work_on_stack(&item.work);
}

static void bugs_rescue(void)
{
	FsRtlEnterFileSystem();
	ExReleaseResourceForThreadLite(&FileLock, bugs_stuck);
	FsRtlExitFileSystem();
}

static void bugs_run(const struct bugs_mistake *mistake)
{
	if (mistake->waits)
		bugs_stuck = ExGetCurrentResourceThread();
	/* Would be a dispatch routine: its status is of no interest here. */
	ERES_CHECKED_CALL(ERES_DISPATCH_ROUTINE, mistake->run);
}

static ssize_t bugs_write(struct file *file, const char __user *from,
			  size_t size, loff_t *pos)
{
	const struct bugs_mistake *mistake;
	char name[32] = {};

	if (size >= sizeof(name) || copy_from_user(name, from, size))
		return -EINVAL;
	if (sysfs_streq(name, "rescue")) {
		bugs_rescue();
		return size;
	}
	for (mistake = bugs_mistakes; mistake->name; mistake++) {
		if (sysfs_streq(name, mistake->name)) {
			bugs_run(mistake);
			return size;
		}
	}
	return -EINVAL;
}

static const struct file_operations bugs_fops = {
	.owner = THIS_MODULE,
	.write = bugs_write,
};

static struct miscdevice bugs_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "bugs",
	.fops = &bugs_fops,
	.mode = 0200,
};

static int __init bugs_init(void)
{
	ExInitializeResourceLite(&VolumeLock);
	ExInitializeResourceLite(&FileLock);
	ExInitializeResourceLite(&ForgottenLock);
	return misc_register(&bugs_device);
}
module_init(bugs_init);

/* The last mistake: a lock is forgotten. */
static void __exit bugs_exit(void)
{
	misc_deregister(&bugs_device);
	ExDeleteResourceLite(&FileLock);
	ExDeleteResourceLite(&VolumeLock);
}
module_exit(bugs_exit);

MODULE_DESCRIPTION("A driver full of classic mistakes with ERESOURCE locks");
MODULE_LICENSE("GPL");
