// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver that forgets things: the writer of /sys/kernel/debug/eres_leak does
 * the word it writes, and stays in what it began. Who writes "keep" stays in the
 * kernel, too, and owns a resource that another driver has lent, until somebody
 * writes "go".
 */
#include <linux/completion.h>
#include <linux/debugfs.h>
#include <linux/kmemleak.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include <ntifs.h>

#include "eres_leak.h"

static bool leak;
module_param(leak, bool, 0444);
MODULE_PARM_DESC(leak, "unload without deleting the resources");

static ERESOURCE leak_resource;
static PERESOURCE leak_heap;
static struct dentry *leak_file;

static void enter_region(void)
{
	KeEnterCriticalRegion();
}

static void leave_region(void)
{
	KeLeaveCriticalRegion();
}

/* Back to user mode as an owner. */
static void own_resource(void)
{
	KeEnterCriticalRegion();
	ExAcquireResourceExclusiveLite(&leak_resource, TRUE);
	KeLeaveCriticalRegion();
}

static PERESOURCE leak_lent;
static DECLARE_COMPLETION(leak_go);

void leak_lend(PERESOURCE Resource)
{
	leak_lent = Resource;
}
EXPORT_SYMBOL_GPL(leak_lend);

/* The lent one may be gone in the end: it is not touched again. */
static void keep_resource(void)
{
	reinit_completion(&leak_go);
	KeEnterCriticalRegion();
	ExAcquireResourceExclusiveLite(leak_lent, TRUE);
	wait_for_completion(&leak_go);
	ExAcquireResourceExclusiveLite(&leak_resource, TRUE);
	ExReleaseResourceLite(&leak_resource);
	KeLeaveCriticalRegion();
}

static void let_go(void)
{
	complete_all(&leak_go);
}

static const struct leak_word {
	const char *word;
	void (*fn)(void);
} leak_words[] = {
	{ "enter", enter_region },
	{ "leave", leave_region },
	{ "own", own_resource },
	{ "keep", keep_resource },
	{ "go", let_go },
};

static ssize_t leak_write(struct file *file, const char __user *from,
			  size_t size, loff_t *pos)
{
	char word[16] = {};
	size_t i;

	if (size >= sizeof(word) || copy_from_user(word, from, size))
		return -EINVAL;
	for (i = 0; i < ARRAY_SIZE(leak_words); i++) {
		if (sysfs_streq(word, leak_words[i].word)) {
			leak_words[i].fn();
			return size;
		}
	}
	return -EINVAL;
}

static const struct file_operations leak_fops = {
	.owner = THIS_MODULE,
	.write = leak_write,
};

static int __init leak_init(void)
{
	leak_heap = kmalloc(sizeof(*leak_heap), GFP_KERNEL);
	if (!leak_heap)
		return -ENOMEM;
	/* Lost on purpose, in the end: kmemleak need not find out. */
	kmemleak_not_leak(leak_heap);
	ExInitializeResourceLite(&leak_resource);
	/* As a DriverEntry would: from code that is gone when it returns. */
	ExInitializeResourceLite(leak_heap);
	leak_file = debugfs_create_file("eres_leak", 0200, NULL, NULL,
					&leak_fops);
	return 0;
}
module_init(leak_init);

static void __exit leak_exit(void)
{
	debugfs_remove(leak_file);
	if (leak)
		return;
	ExDeleteResourceLite(&leak_resource);
	ExDeleteResourceLite(leak_heap);
	kfree(leak_heap);
}
module_exit(leak_exit);

MODULE_DESCRIPTION("Leaks ERESOURCE locks and regions");
MODULE_LICENSE("GPL");
