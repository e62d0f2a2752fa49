// SPDX-License-Identifier: GPL-2.0-only
/* The Linux side: /dev/ramdisk, and the part of the I/O manager that calls the driver. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <eresource_verify.h>

#include "ramdisk.h"

/* A device object. Open files keep it when it is removed; they get -ENODEV then. */
struct disk_object {
	PDISK_EXTENSION extension;
	refcount_t users;		/* the files, and disk_present */
};

static DEFINE_MUTEX(disk_mutex);	/* disk_present; one is removed before one is added */
static struct disk_object *disk_present;

static void disk_put(struct disk_object *disk)
{
	if (!disk || !refcount_dec_and_test(&disk->users))
		return;
	DiskDeleteDevice(disk->extension);
	kfree(disk);
}

/* A request that a signal has ended is made again, unless that kills. */
static int disk_errno(NTSTATUS status)
{
	switch (status) {
	case STATUS_SUCCESS:
		return 0;
	case STATUS_CANCELLED:
		return -ERESTARTSYS;
	case STATUS_DELETE_PENDING:
		return -ENODEV;
	case STATUS_END_OF_FILE:
		return -ENOSPC;
	case STATUS_INSUFFICIENT_RESOURCES:
		return -ENOMEM;
	case STATUS_INVALID_PARAMETER:
		return -EINVAL;
	default:
		return -EIO;
	}
}

static int disk_request(struct file *opened, DISK_FUNCTION function, char *buffer, size_t length,
			loff_t pos)
{
	struct disk_object *disk = opened->private_data;

	if (!disk)
		return -ENODEV;
	if (pos >= RAMDISK_MAX_BLOCKS * RAMDISK_BLOCK)
		return -ENOSPC;
	return disk_errno(ERES_CHECKED_CALL(ERES_DISPATCH_ROUTINE, DiskRequest, disk->extension,
					    function, pos / RAMDISK_BLOCK, pos % RAMDISK_BLOCK,
					    buffer, length));
}

/* The part of it that is in one block. */
static ssize_t disk_read(struct file *opened, char __user *to, size_t length, loff_t *pos)
{
	char *buffer = kmalloc(RAMDISK_BLOCK, GFP_KERNEL);
	ssize_t ret;

	if (!buffer)
		return -ENOMEM;
	length = min_t(size_t, length, RAMDISK_BLOCK - *pos % RAMDISK_BLOCK);
	ret = disk_request(opened, DiskRead, buffer, length, *pos);
	if (!ret)
		ret = copy_to_user(to, buffer, length) ? -EFAULT : length;
	kfree(buffer);
	if (ret > 0)
		*pos += ret;
	return ret == -ENOSPC ? 0 : ret;
}

static ssize_t disk_write(struct file *opened, const char __user *from, size_t length, loff_t *pos)
{
	char *buffer = kmalloc(RAMDISK_BLOCK, GFP_KERNEL);
	ssize_t ret = -EFAULT;

	if (!buffer)
		return -ENOMEM;
	length = min_t(size_t, length, RAMDISK_BLOCK - *pos % RAMDISK_BLOCK);
	if (!copy_from_user(buffer, from, length))
		ret = disk_request(opened, DiskWrite, buffer, length, *pos);
	kfree(buffer);
	if (ret)
		return ret;
	*pos += length;
	return length;
}

static int disk_fsync(struct file *opened, loff_t start, loff_t end, int datasync)
{
	return disk_request(opened, DiskFlush, NULL, 0, 0);
}

static int disk_add(void)
{
	struct disk_object *disk;
	int ret = -EEXIST;

	mutex_lock(&disk_mutex);
	if (disk_present)
		goto unlock;
	ret = -ENOMEM;
	disk = kzalloc(sizeof(*disk), GFP_KERNEL);
	if (!disk)
		goto unlock;
	refcount_set(&disk->users, 1);
	ret = disk_errno(DiskAddDevice(&disk->extension));
	if (!ret)
		disk_present = disk;
	else
		kfree(disk);
unlock:
	mutex_unlock(&disk_mutex);
	return ret;
}

static int disk_remove(void)
{
	struct disk_object *disk;

	mutex_lock(&disk_mutex);
	disk = disk_present;
	disk_present = NULL;
	if (disk)
		DiskRemoveDevice(disk->extension);
	mutex_unlock(&disk_mutex);
	disk_put(disk);
	return disk ? 0 : -ENODEV;
}

static int disk_size(struct file *opened, int __user *arg)
{
	struct disk_object *disk = opened->private_data;
	int blocks;

	if (!disk)
		return -ENODEV;
	if (get_user(blocks, arg))
		return -EFAULT;
	return disk_errno(ERES_CHECKED_CALL(ERES_DISPATCH_ROUTINE, DiskSetSize,
					    disk->extension, blocks));
}

static long disk_ioctl(struct file *opened, unsigned int cmd, unsigned long arg)
{
	void __user *uarg = (void __user *)arg;

	switch (cmd) {
	case RAMDISK_IOC_REMOVE:
		return disk_remove();
	case RAMDISK_IOC_ADD:
		return disk_add();
	case RAMDISK_IOC_SIZE:
		return disk_size(opened, uarg);
	case RAMDISK_IOC_COUNTERS:
		return copy_to_user(uarg, &DiskCounters, sizeof(DiskCounters)) ? -EFAULT : 0;
	default:
		return -ENOTTY;
	}
}

static int disk_open(struct inode *inode, struct file *opened)
{
	mutex_lock(&disk_mutex);
	opened->private_data = disk_present;
	if (disk_present)
		refcount_inc(&disk_present->users);
	mutex_unlock(&disk_mutex);
	return 0;
}

static int disk_release(struct inode *inode, struct file *opened)
{
	disk_put(opened->private_data);
	return 0;
}

static const struct file_operations disk_fops = {
	.owner		= THIS_MODULE,
	.open		= disk_open,
	.release	= disk_release,
	.read		= disk_read,
	.write		= disk_write,
	.fsync		= disk_fsync,
	.unlocked_ioctl	= disk_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
};

static struct miscdevice disk_device = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "ramdisk",
	.fops	= &disk_fops,
};

static int __init disk_init(void)
{
	int ret = disk_add();

	if (ret)
		return ret;
	ret = misc_register(&disk_device);
	if (ret)
		disk_remove();
	return ret;
}

static void __exit disk_exit(void)
{
	misc_deregister(&disk_device);
	disk_remove();
}

module_init(disk_init);
module_exit(disk_exit);
MODULE_DESCRIPTION("Sample: a Windows-style disk driver on eresource.ko and wdmsync.ko");
MODULE_LICENSE("GPL");
