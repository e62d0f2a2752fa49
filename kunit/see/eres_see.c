// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver to look at. "N WORD", written to /sys/kernel/debug/eres_see, has its
 * thread N do WORD with the resource see_lock and stay in what it began; "self WORD"
 * has the writer itself do it. Read, the file tells of each thread its process id
 * and whether it is at it still, how many of a crowd still wait, and how the
 * writer's sleep ended.
 */
#include <linux/atomic.h>
#include <linux/debugfs.h>
#include <linux/freezer.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched/task.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <linux/wait.h>

#include <ntifs.h>

static unsigned int many;
module_param(many, uint, 0444);
MODULE_PARM_DESC(many, "resources to initialise besides");

#define SEE_POINTER ((PVOID)0xabc3)

static ERESOURCE see_lock;
static ERESOURCE *see_many;
static struct dentry *see_file;

/* Here and below barrier(): a tail call would make another the caller. */
static void take_exclusive(void)
{
	KeEnterCriticalRegion();
	ExAcquireResourceExclusiveLite(&see_lock, TRUE);
	barrier();
}

static void take_shared(void)
{
	KeEnterCriticalRegion();
	ExAcquireResourceSharedLite(&see_lock, TRUE);
	barrier();
}

static void release(void)
{
	ExReleaseResourceLite(&see_lock);
	KeLeaveCriticalRegion();
	barrier();
}

static void hand_over(void)
{
	ExSetResourceOwnerPointer(&see_lock, SEE_POINTER);
	KeLeaveCriticalRegion();
}

static void release_pointer(void)
{
	KeEnterCriticalRegion();
	ExReleaseResourceForThreadLite(&see_lock, (ERESOURCE_THREAD)SEE_POINTER);
	KeLeaveCriticalRegion();
}

/* Two sites of one misuse. */
static noinline void leave_first(void)
{
	KeLeaveCriticalRegion();
	KeEnterCriticalRegion();
	barrier();
}

static noinline void leave_second(void)
{
	KeLeaveCriticalRegion();
	KeEnterCriticalRegion();
	barrier();
}

static void raise(void)
{
	KIRQL old;

	KeRaiseIrql(APC_LEVEL, &old);
}

static void lower(void)
{
	KeLowerIrql(PASSIVE_LEVEL);
}

static ERESOURCE_THREAD see_dead_id;

static int see_dead_main(void *unused)
{
	see_dead_id = ExGetCurrentResourceThread();
	ExAcquireResourceExclusiveLite(&see_lock, TRUE);
	return 0;
}

/* A thread takes the lock and exits; back when it can not run any more. */
static void die_owning(void)
{
	struct task_struct *task = kthread_create(see_dead_main, NULL,
						  "see-dead");

	if (IS_ERR(task))
		return;
	get_task_struct(task);
	wake_up_process(task);
	while (READ_ONCE(task->__state) != TASK_DEAD)
		schedule_timeout_uninterruptible(1);
	put_task_struct(task);
}

static void release_dead(void)
{
	ExReleaseResourceForThreadLite(&see_lock, see_dead_id);
}

/* So often that readers are not counted any more, and then once more. */
static void take_read_mostly(void)
{
	int i;

	for (i = 0; i < 20000; i++) {
		take_shared();
		release();
	}
	take_shared();
}

static void take_many(void)
{
	unsigned int i;

	KeEnterCriticalRegion();
	for (i = 0; i < many; i++)
		ExAcquireResourceExclusiveLite(&see_many[i], TRUE);
}

static void release_many(void)
{
	unsigned int i;

	for (i = 0; i < many; i++)
		ExReleaseResourceLite(&see_many[i]);
	KeLeaveCriticalRegion();
}

#define SEE_CROWD 40

/* Threads that wait each for a resource, and are there until the module goes. */
static struct task_struct *see_crowd[SEE_CROWD];
static unsigned int see_crowded;
static atomic_t see_waiting;

static int see_crowd_main(void *lock)
{
	KeEnterCriticalRegion();
	ExAcquireResourceExclusiveLite(lock, TRUE);
	ExReleaseResourceLite(lock);
	KeLeaveCriticalRegion();
	atomic_dec(&see_waiting);
	for (;;) {
		set_current_state(TASK_IDLE);
		if (kthread_should_stop())
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

static void see_join_crowd(ERESOURCE *lock)
{
	struct task_struct *task;

	if (see_crowded == SEE_CROWD)
		return;
	atomic_inc(&see_waiting);
	task = kthread_run(see_crowd_main, lock, "see-crowd");
	if (IS_ERR(task))
		atomic_dec(&see_waiting);
	else
		see_crowd[see_crowded++] = task;
}

static void crowd(void)
{
	unsigned int i;

	for (i = 0; i < SEE_CROWD; i++)
		see_join_crowd(&see_lock);
}

static void scatter(void)
{
	unsigned int i;

	for (i = 0; i < many; i++)
		see_join_crowd(&see_many[i]);
}

static DECLARE_WAIT_QUEUE_HEAD(see_queue);
static bool see_woken;
static int see_slept;

static void wake(void)
{
	WRITE_ONCE(see_woken, true);
	wake_up(&see_queue);
}

/* What a driver must not do in a region: freezers get at these sleeps. */
static void own_freezably(void)
{
	take_exclusive();
	see_slept = wait_event_freezable(see_queue, READ_ONCE(see_woken));
	release();
}

static void own_interruptibly(void)
{
	take_exclusive();
	see_slept = wait_event_interruptible(see_queue, READ_ONCE(see_woken));
	release();
}

static const struct see_word {
	const char *word;
	void (*fn)(void);
} see_words[] = {
	{ "exclusive", take_exclusive },
	{ "shared", take_shared },
	{ "release", release },
	{ "hand-over", hand_over },
	{ "release-pointer", release_pointer },
	{ "leave-first", leave_first },
	{ "leave-second", leave_second },
	{ "enter", KeEnterCriticalRegion },
	{ "leave", KeLeaveCriticalRegion },
	{ "enter-guarded", KeEnterGuardedRegion },
	{ "leave-guarded", KeLeaveGuardedRegion },
	{ "raise", raise },
	{ "lower", lower },
	{ "die-owning", die_owning },
	{ "release-dead", release_dead },
	{ "read-mostly", take_read_mostly },
	{ "take-many", take_many },
	{ "release-many", release_many },
	{ "crowd", crowd },
	{ "scatter", scatter },
	{ "wake", wake },
	{ "own-freezably", own_freezably },
	{ "own-interruptibly", own_interruptibly },
};

#define SEE_THREADS 4

static struct see_thread {
	struct kthread_worker *worker;
	struct kthread_work work;
	void (*fn)(void);
	bool busy;
} see_threads[SEE_THREADS];

static void see_run(struct kthread_work *work)
{
	struct see_thread *thread = container_of(work, struct see_thread, work);

	thread->fn();
	WRITE_ONCE(thread->busy, false);
}

static const struct see_word *see_find(const char *word)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(see_words); i++)
		if (sysfs_streq(word, see_words[i].word))
			return &see_words[i];
	return NULL;
}

static int see_tell(struct see_thread *thread, void (*fn)(void))
{
	if (READ_ONCE(thread->busy))
		return -EBUSY;
	thread->fn = fn;
	WRITE_ONCE(thread->busy, true);
	kthread_queue_work(thread->worker, &thread->work);
	return 0;
}

static ssize_t see_write(struct file *file, const char __user *from,
			 size_t size, loff_t *pos)
{
	char text[32] = {}, who[8], word[24];
	const struct see_word *found;
	unsigned int n;
	int err = 0;

	if (size >= sizeof(text) || copy_from_user(text, from, size) ||
	    sscanf(text, "%7s %23s", who, word) != 2)
		return -EINVAL;
	found = see_find(word);
	if (found && !strcmp(who, "self"))
		found->fn();
	else if (found && !kstrtouint(who, 10, &n) && n < SEE_THREADS)
		err = see_tell(&see_threads[n], found->fn);
	else
		err = -EINVAL;
	return err ?: size;
}

static int see_show(struct seq_file *m, void *unused)
{
	unsigned int i;

	for (i = 0; i < SEE_THREADS; i++)
		seq_printf(m, "%u %d %s\n", i, see_threads[i].worker->task->pid,
			   READ_ONCE(see_threads[i].busy) ? "busy" : "idle");
	seq_printf(m, "crowd %d\nslept %d\n", atomic_read(&see_waiting),
		   READ_ONCE(see_slept));
	return 0;
}

static int see_open(struct inode *inode, struct file *file)
{
	return single_open(file, see_show, NULL);
}

static const struct file_operations see_fops = {
	.owner = THIS_MODULE,
	.open = see_open,
	.read = seq_read,
	.write = see_write,
	.release = single_release,
};

static void see_stop_threads(void)
{
	unsigned int i;

	for (i = 0; i < SEE_THREADS; i++)
		if (!IS_ERR_OR_NULL(see_threads[i].worker))
			kthread_destroy_worker(see_threads[i].worker);
	while (see_crowded)
		kthread_stop(see_crowd[--see_crowded]);
}

static int see_start_threads(void)
{
	unsigned int i;

	for (i = 0; i < SEE_THREADS; i++) {
		struct see_thread *thread = &see_threads[i];

		kthread_init_work(&thread->work, see_run);
		thread->worker = kthread_create_worker(0, "see-%u", i);
		if (IS_ERR(thread->worker)) {
			see_stop_threads();
			return PTR_ERR(thread->worker);
		}
		/* 6.14 leaves it to the creator. */
		wake_up_process(thread->worker->task);
	}
	return 0;
}

static int __init see_init(void)
{
	unsigned int i;
	int err;

	if (many) {
		see_many = vzalloc(array_size(many, sizeof(*see_many)));
		if (!see_many)
			return -ENOMEM;
	}
	err = see_start_threads();
	if (err) {
		vfree(see_many);
		return err;
	}
	for (i = 0; i < many; i++)
		ExInitializeResourceLite(&see_many[i]);
	ExInitializeResourceLite(&see_lock);
	see_file = debugfs_create_file("eres_see", 0600, NULL, NULL, &see_fops);
	return 0;
}
module_init(see_init);

static void __exit see_exit(void)
{
	unsigned int i;

	debugfs_remove(see_file);
	see_stop_threads();
	ExDeleteResourceLite(&see_lock);
	for (i = 0; i < many; i++)
		ExDeleteResourceLite(&see_many[i]);
	vfree(see_many);
}
module_exit(see_exit);

MODULE_DESCRIPTION("An ERESOURCE to be looked at");
MODULE_LICENSE("GPL");
