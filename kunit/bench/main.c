// SPDX-License-Identifier: GPL-2.0-only
/* The device that eres-bench talks to, failures, loading and unloading. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>

#include "bench.h"
#include "run.h"

/* One controller at a time. */
static DEFINE_MUTEX(bench_mutex);
static atomic_t bench_failures;

#define BENCH_FAILURES_SHOWN	20

void bench_fail(const char *format, ...)
{
	struct va_format text = { .fmt = format };
	va_list args;

	if (atomic_inc_return(&bench_failures) > BENCH_FAILURES_SHOWN)
		return;
	va_start(args, format);
	text.va = &args;
	pr_err("FAILED: %pV\n", &text);
	va_end(args);
}

static long bench_start(unsigned long arg)
{
	struct eres_bench_config config;

	if (copy_from_user(&config, (void __user *)arg, sizeof(config)))
		return -EFAULT;
	/* Whoever began another one has left it. */
	bench_run_stop();
	atomic_set(&bench_failures, 0);
	return bench_run_start(&config);
}

static long bench_stop(void)
{
	bench_run_stop();
	return atomic_read(&bench_failures) ? -EIO : 0;
}

static long bench_control(unsigned int command, unsigned long arg)
{
	switch (command) {
	case ERES_BENCH_SELECT:
		return bench_run_select(arg);
	case ERES_BENCH_START:
		return bench_start(arg);
	case ERES_BENCH_ROUND:
		return bench_run_round(arg);
	case ERES_BENCH_COUNT:
		return bench_run_count();
	case ERES_BENCH_STOP:
		return bench_stop();
	default:
		return -ENOTTY;
	}
}

static long bench_ioctl(struct file *file, unsigned int command,
			unsigned long arg)
{
	long result;

	if (command == ERES_BENCH_SIT)
		return bench_sit(arg);
	if (command == ERES_BENCH_SEATS)
		return bench_seats();
	mutex_lock(&bench_mutex);
	result = bench_control(command, arg);
	mutex_unlock(&bench_mutex);
	return result;
}

static int bench_show(struct seq_file *seq, void *unused)
{
	mutex_lock(&bench_mutex);
	bench_run_show(seq);
	mutex_unlock(&bench_mutex);
	return 0;
}

static int bench_device_open(struct inode *inode, struct file *file)
{
	/* A misc device has put itself there. */
	file->private_data = NULL;
	return single_open(file, bench_show, NULL);
}

static const struct file_operations bench_fops = {
	.owner = THIS_MODULE,
	.open = bench_device_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = single_release,
	.unlocked_ioctl = bench_ioctl,
};

static struct miscdevice bench_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = ERES_BENCH_DEVICE,
	.fops = &bench_fops,
	.mode = 0600,
};

static int __init bench_init_module(void)
{
	return misc_register(&bench_device);
}
module_init(bench_init_module);

static void __exit bench_exit_module(void)
{
	misc_deregister(&bench_device);
	bench_run_exit();
}
module_exit(bench_exit_module);

MODULE_DESCRIPTION("What the operations of eresource.ko and wdmsync.ko cost");
MODULE_LICENSE("GPL");
