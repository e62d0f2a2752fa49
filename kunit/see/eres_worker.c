// SPDX-License-Identifier: GPL-2.0-only
/*
 * A resource for threads that the kernel makes in a process, through
 * /sys/kernel/debug/eres_worker. "use" and "own" are for the writer, which may be a
 * worker of io_uring: it uses the resource, or returns as an owner in a region.
 * With "vhost-" in front a thread of the kind that vhost has does it, made by the
 * writer, which is in a region meanwhile. "release" releases for who owns. Read,
 * the file tells what the user had blocked before, in and after its region, whether
 * it was in one before, and how often it has owned.
 */
#include <linux/completion.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include <ntifs.h>

static ERESOURCE worker_lock;
static struct dentry *worker_file;

static struct {
	ERESOURCE_THREAD id;
	unsigned long before;
	unsigned long inside;
	unsigned long after;
	bool in_region;
	int owned;
} worker_seen;

static void worker_use(void)
{
	worker_seen.before = current->blocked.sig[0];
	worker_seen.in_region = KeAreApcsDisabled();
	/* Outside of regions, too, as any thread of the kernel's. */
	worker_seen.owned = ExAcquireResourceExclusiveLite(&worker_lock, TRUE);
	ExReleaseResourceLite(&worker_lock);
	KeEnterCriticalRegion();
	worker_seen.inside = current->blocked.sig[0];
	worker_seen.owned += ExAcquireResourceSharedLite(&worker_lock, TRUE);
	ExReleaseResourceLite(&worker_lock);
	KeLeaveCriticalRegion();
	worker_seen.after = current->blocked.sig[0];
}

static void worker_own(void)
{
	worker_seen.id = ExGetCurrentResourceThread();
	KeEnterCriticalRegion();
	ExAcquireResourceExclusiveLite(&worker_lock, TRUE);
}

#if IS_ENABLED(CONFIG_VHOST_TASK)
#include <linux/sched/vhost_task.h>

struct worker {
	void (*fn)(void);
	struct completion done;
	/* Only the worker looks: it is called until it is stopped. */
	bool ran;
};

/* Called in TASK_INTERRUPTIBLE, which is how it sleeps when there is no work. */
static bool worker_main(void *data)
{
	struct worker *worker = data;

	if (worker->ran)
		return false;
	__set_current_state(TASK_RUNNING);
	worker->ran = true;
	worker->fn();
	complete(&worker->done);
	return true;
}

/* Maybe before it has run. */
static void worker_killed(void *data)
{
	struct worker *worker = data;

	complete(&worker->done);
}

static int worker_run(void (*fn)(void))
{
	struct worker worker = { .fn = fn };
	struct vhost_task *task;

	init_completion(&worker.done);
	task = vhost_task_create(worker_main, worker_killed, &worker,
				 "eres-worker");
	if (IS_ERR_OR_NULL(task))
		return task ? PTR_ERR(task) : -ENOMEM;
	vhost_task_start(task);
	wait_for_completion(&worker.done);
	vhost_task_stop(task);
	return 0;
}

#else /* !CONFIG_VHOST_TASK */

static int worker_run(void (*fn)(void))
{
	return -EOPNOTSUPP;
}

#endif

static int worker_do(const char *word)
{
	int err = 0;

	if (sysfs_streq(word, "use")) {
		worker_use();
	} else if (sysfs_streq(word, "own")) {
		worker_own();
	} else if (sysfs_streq(word, "vhost-use")) {
		KeEnterCriticalRegion();
		err = worker_run(worker_use);
		KeLeaveCriticalRegion();
	} else if (sysfs_streq(word, "vhost-own")) {
		err = worker_run(worker_own);
	} else if (sysfs_streq(word, "release")) {
		ExReleaseResourceForThreadLite(&worker_lock, worker_seen.id);
	} else {
		err = -EINVAL;
	}
	return err;
}

static ssize_t worker_write(struct file *file, const char __user *from,
			    size_t size, loff_t *pos)
{
	char word[16] = {};
	int err;

	if (size >= sizeof(word) || copy_from_user(word, from, size))
		return -EINVAL;
	err = worker_do(word);
	return err ?: size;
}

static int worker_show(struct seq_file *m, void *unused)
{
	seq_printf(m, "%lx %lx %lx %d %d\n", worker_seen.before,
		   worker_seen.inside, worker_seen.after, worker_seen.in_region,
		   worker_seen.owned);
	return 0;
}

static int worker_open(struct inode *inode, struct file *file)
{
	return single_open(file, worker_show, NULL);
}

static const struct file_operations worker_fops = {
	.owner = THIS_MODULE,
	.open = worker_open,
	.read = seq_read,
	.write = worker_write,
	.release = single_release,
};

static int __init worker_init(void)
{
	ExInitializeResourceLite(&worker_lock);
	worker_file = debugfs_create_file("eres_worker", 0600, NULL, NULL,
					  &worker_fops);
	return 0;
}
module_init(worker_init);

static void __exit worker_exit(void)
{
	debugfs_remove(worker_file);
	ExDeleteResourceLite(&worker_lock);
}
module_exit(worker_exit);

MODULE_DESCRIPTION("An ERESOURCE in a kernel-made thread of a process");
MODULE_LICENSE("GPL");
