// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/eres_kunit: runs region and lock steps in user threads, for the cases
 * that need real ones.
 */
#include <linux/completion.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/nospec.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/umh.h>
#include <linux/uaccess.h>

#include "actor.h"
#include "parameters.h"
#include "reports.h"
#include "user/eres_kunit_ioctl.h"
#include "userproc.h"

/**
 * struct eres_userproc - the device and its only user, the case under way
 * @resource: what scripts work on
 * @flag: what scripts wait for
 * @slot: scripts with their results; a slot is written by the thread that runs
 *        its script, @progress last
 * @running: scripts under way
 * @lock: taken to complain
 * @complaint: the first thing that the program complained about
 */
static struct eres_userproc {
	ERESOURCE resource[ERES_RESOURCES];
	struct completion flag[ERES_FLAGS];
	struct eres_script slot[ERES_SLOTS];
	atomic_t running;
	/* protects @complaint */
	spinlock_t lock;
	char complaint[200];
} eres_userproc = {
	.lock = __SPIN_LOCK_UNLOCKED(eres_userproc.lock),
};

static PERESOURCE resource_of(u32 arg)
{
	return &eres_userproc.resource[arg % ERES_RESOURCES];
}

static struct completion *flag_of(u32 arg)
{
	return &eres_userproc.flag[arg % ERES_FLAGS];
}

static ULONG_PTR pointer_of(PERESOURCE res)
{
	return (ULONG_PTR)res | 3;
}

static s64 raise_irql(u32 level)
{
	KIRQL old;

	KeRaiseIrql(level, &old);
	return old;
}

static s64 run_region_step(const struct eres_step *step)
{
	switch (step->op) {
	case ERES_OP_ENTER_CRITICAL:
		KeEnterCriticalRegion();
		return 0;
	case ERES_OP_LEAVE_CRITICAL:
		KeLeaveCriticalRegion();
		return 0;
	case ERES_OP_ENTER_GUARDED:
		KeEnterGuardedRegion();
		return 0;
	case ERES_OP_LEAVE_GUARDED:
		KeLeaveGuardedRegion();
		return 0;
	case ERES_OP_RAISE_IRQL:
		return raise_irql(step->arg);
	case ERES_OP_LOWER_IRQL:
		KeLowerIrql(step->arg);
		return 0;
	case ERES_OP_SIGNAL_PENDING:
		return signal_pending(current);
	case ERES_OP_BLOCKED:
		return current->blocked.sig[0];
	case ERES_OP_APCS_DISABLED:
		return KeAreApcsDisabled() | KeAreAllApcsDisabled() << 1;
	}
	return -EINVAL;
}

static s64 run_step(const struct eres_step *step)
{
	PERESOURCE res = resource_of(step->arg);
	struct completion *flag = flag_of(step->arg);

	switch (step->op) {
	case ERES_OP_ACQUIRE_EXCLUSIVE:
		return ExAcquireResourceExclusiveLite(res, TRUE);
	case ERES_OP_ACQUIRE_SHARED:
		return ExAcquireResourceSharedLite(res, TRUE);
	case ERES_OP_RELEASE:
		ExReleaseResourceLite(res);
		return 0;
	case ERES_OP_RELEASE_AND_LEAVE:
		ExReleaseResourceAndLeaveCriticalRegion(res);
		return 0;
	case ERES_OP_HAND_OVER:
		ExSetResourceOwnerPointer(res, (PVOID)pointer_of(res));
		return 0;
	case ERES_OP_RELEASE_POINTER:
		ExReleaseResourceForThreadLite(res, pointer_of(res));
		return 0;
	case ERES_OP_WAIT_INTERRUPTIBLE:
		return wait_for_completion_interruptible(flag);
	case ERES_OP_WAIT_KILLABLE:
		return wait_for_completion_killable(flag);
	case ERES_OP_WAIT:
		wait_for_completion(flag);
		return 0;
	}
	return run_region_step(step);
}

static void run_script(struct eres_script *script)
{
	u32 i;

	atomic_inc(&eres_userproc.running);
	for (i = 0; i < script->count; i++) {
		/* Pairs with the acquire in read_slot(). */
		smp_store_release(&script->progress, i);
		script->step[i].result = run_step(&script->step[i]);
	}
	/* Likewise: the results are there. */
	smp_store_release(&script->progress, script->count);
	atomic_dec(&eres_userproc.running);
}

static struct eres_script *slot_of(u32 slot)
{
	if (slot >= ERES_SLOTS)
		return NULL;
	return &eres_userproc.slot[array_index_nospec(slot, ERES_SLOTS)];
}

static struct eres_script *load_slot(const struct eres_script __user *from)
{
	struct eres_script *script;
	u32 slot, count;

	if (get_user(slot, &from->slot) || get_user(count, &from->count))
		return ERR_PTR(-EFAULT);
	script = slot_of(slot);
	if (!script || count > ERES_MAX_STEPS)
		return ERR_PTR(-EINVAL);
	if (copy_from_user(script->step, from->step, sizeof(script->step)))
		return ERR_PTR(-EFAULT);
	script->slot = slot;
	script->count = count;
	return script;
}

static long run_slot(const struct eres_script __user *from)
{
	struct eres_script *script = load_slot(from);

	if (IS_ERR(script))
		return PTR_ERR(script);
	run_script(script);
	return 0;
}

static long keep_for_close(struct file *file,
			   const struct eres_script __user *from)
{
	struct eres_script *script = load_slot(from);

	if (IS_ERR(script))
		return PTR_ERR(script);
	file->private_data = script;
	return 0;
}

static long read_slot(struct eres_script __user *to)
{
	struct eres_script *script;
	u32 slot, progress;

	if (get_user(slot, &to->slot))
		return -EFAULT;
	script = slot_of(slot);
	if (!script)
		return -EINVAL;
	/* Pairs with the release in run_script(): results come after it. */
	progress = smp_load_acquire(&script->progress);
	if (copy_to_user(to, script, sizeof(*script)) ||
	    put_user(progress, &to->progress))
		return -EFAULT;
	return 0;
}

static long query_resource(struct eres_query __user *to)
{
	struct eres_query query;
	PERESOURCE res;

	if (copy_from_user(&query, to, sizeof(query)))
		return -EFAULT;
	res = resource_of(query.resource);
	query.exclusive_waiters = ExGetExclusiveWaiterCount(res);
	query.shared_waiters = ExGetSharedWaiterCount(res);
	KeEnterCriticalRegion();
	query.free = ExAcquireResourceExclusiveLite(res, FALSE);
	if (query.free)
		ExReleaseResourceLite(res);
	KeLeaveCriticalRegion();
	return copy_to_user(to, &query, sizeof(query)) ? -EFAULT : 0;
}

static long with_task(pid_t nr, long (*fn)(struct task_struct *task))
{
	struct pid *pid = find_get_pid(nr);
	struct task_struct *task = get_pid_task(pid, PIDTYPE_PID);
	long result = -ESRCH;

	put_pid(pid);
	if (task) {
		result = fn(task);
		put_task_struct(task);
	}
	return result;
}

static long is_signal_pending(struct task_struct *task)
{
	return signal_pending(task);
}

/* As task_work_add() with TWA_SIGNAL, which modules can not call. */
static long notify(struct task_struct *task)
{
	set_tsk_thread_flag(task, TIF_NOTIFY_SIGNAL);
	wake_up_process(task);
	return 0;
}

static long eres_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	void __user *user = (void __user *)arg;

	switch (cmd) {
	case ERES_IOC_RUN:
		return run_slot(user);
	case ERES_IOC_READ:
		return read_slot(user);
	case ERES_IOC_QUERY:
		return query_resource(user);
	case ERES_IOC_SET:
		complete_all(flag_of(arg));
		return 0;
	case ERES_IOC_PENDING:
		return with_task(arg, is_signal_pending);
	case ERES_IOC_NOTIFY:
		return with_task(arg, notify);
	case ERES_IOC_AT_CLOSE:
		return keep_for_close(file, user);
	}
	return -ENOTTY;
}

static ssize_t eres_write(struct file *file, const char __user *from,
			  size_t size, loff_t *pos)
{
	char text[sizeof(eres_userproc.complaint)] = {};

	if (copy_from_user(text, from, min(size, sizeof(text) - 1)))
		return -EFAULT;
	spin_lock(&eres_userproc.lock);
	if (!eres_userproc.complaint[0])
		strscpy(eres_userproc.complaint, text,
			sizeof(eres_userproc.complaint));
	spin_unlock(&eres_userproc.lock);
	return size;
}

static int eres_open(struct inode *inode, struct file *file)
{
	/* It is the device's so far. */
	file->private_data = NULL;
	return 0;
}

static int eres_close(struct inode *inode, struct file *file)
{
	if (file->private_data)
		run_script(file->private_data);
	return 0;
}

static const struct file_operations eres_fops = {
	.owner = THIS_MODULE,
	.open = eres_open,
	.release = eres_close,
	.unlocked_ioctl = eres_ioctl,
	.write = eres_write,
};

static struct miscdevice eres_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = ERES_DEVICE_NAME,
	.fops = &eres_fops,
	.mode = 0600,
};

static void eres_userproc_end(void *data)
{
	struct kunit *test = data;
	int i;

	misc_deregister(&eres_device);
	for (i = 0; i < ERES_RESOURCES; i++)
		KUNIT_EXPECT_EQ(test, ExDeleteResourceLite(resource_of(i)),
				STATUS_SUCCESS);
}

void eres_userproc_init(struct kunit *test)
{
	int i;

	/* Suites that are built in run before there is one. */
	if (system_state < SYSTEM_RUNNING)
		kunit_skip(test, "no user space yet");
	for (i = 0; i < ERES_FLAGS; i++)
		init_completion(flag_of(i));
	memset(eres_userproc.slot, 0, sizeof(eres_userproc.slot));
	eres_userproc.complaint[0] = '\0';
	for (i = 0; i < ERES_RESOURCES; i++)
		KUNIT_ASSERT_EQ(test, ExInitializeResourceLite(resource_of(i)),
				STATUS_SUCCESS);
	KUNIT_ASSERT_EQ(test, misc_register(&eres_device), 0);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test,
							   eres_userproc_end,
							   test));
}

void eres_userproc_run_after(struct kunit *test, const char *name,
			     eres_userproc_fn before, void *data)
{
	static const char program[] = "/bin/eres-sigtest";
	char *argv[3] = { (char *)program, (char *)name, NULL };
	char *envp[2] = { "PATH=/bin", NULL };
	struct subprocess_info *info;
	int i, status = -ENOMEM;

	info = call_usermodehelper_setup(program, argv, envp, GFP_KERNEL,
					 before, NULL, data);
	if (info)
		status = call_usermodehelper_exec(info, UMH_WAIT_PROC);
	KUNIT_EXPECT_EQ_MSG(test, status, 0, "%s %s: %s", program, name,
			    eres_userproc.complaint);
	/* Nothing must be left to wait, whatever has happened. */
	for (i = 0; i < ERES_FLAGS; i++)
		complete_all(flag_of(i));
	KUNIT_EXPECT_TRUE(test,
			  ERES_POLL(!atomic_read(&eres_userproc.running)));
}

void eres_userproc_run(struct kunit *test, const char *name)
{
	eres_userproc_run_after(test, name, NULL, NULL);
}

int eres_userproc_suite_init(struct kunit *test)
{
	struct eres_reports *reports;

	reports = kunit_kzalloc(test, sizeof(*reports), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, reports);
	test->priv = reports;
	eres_reports_capture(test, reports);
	eres_parameter_set(test, "region_watch", "0");
	eres_userproc_init(test);
	return 0;
}
