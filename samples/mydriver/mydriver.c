// SPDX-License-Identifier: GPL-2.0-only
/* The smallest driver that uses the module: the one that the README shows. */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <ntifs.h>

static ERESOURCE Lock;
static ULONG Value;
static struct dentry *mydriver_file;

static ULONG ReadValue(VOID)
{
	ULONG Result;

	FsRtlEnterFileSystem();
	ExAcquireResourceSharedLite(&Lock, TRUE);
	Result = Value;
	ExReleaseResourceLite(&Lock);
	FsRtlExitFileSystem();
	return Result;
}

static VOID WriteValue(_In_ ULONG New)
{
	ExEnterCriticalRegionAndAcquireResourceExclusive(&Lock);
	Value = New;
	ExReleaseResourceAndLeaveCriticalRegion(&Lock);
}

/* The Linux side: /sys/kernel/debug/mydriver can be read and written. */
static int mydriver_get(void *data, u64 *value)
{
	*value = ReadValue();
	return 0;
}

static int mydriver_set(void *data, u64 value)
{
	WriteValue(value);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(mydriver_ops, mydriver_get, mydriver_set, "%llu\n");

static int __init mydriver_init(void)
{
	ExInitializeResourceLite(&Lock);
	mydriver_file = debugfs_create_file("mydriver", 0600, NULL, NULL, &mydriver_ops);
	return 0;
}

static void __exit mydriver_exit(void)
{
	debugfs_remove(mydriver_file);
	ExDeleteResourceLite(&Lock);
}

module_init(mydriver_init);
module_exit(mydriver_exit);
MODULE_DESCRIPTION("The driver of the README");
MODULE_LICENSE("GPL");
