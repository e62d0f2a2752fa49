// SPDX-License-Identifier: GPL-2.0-only
/*
 * The Linux side: /dev/ramfile, and the part of the Windows I/O manager that
 * makes system calls into requests for the driver.
 */
#include <linux/completion.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/uaccess.h>
#include <linux/wait_bit.h>

#include <eresource_verify.h>

#include "ramfile.h"

/* An open device. It becomes an open file with RAMFILE_IOC_OPEN. */
struct ram_file {
	FILE_OBJECT object;
	struct mutex opening;		/* object.FsContext, from NULL to set */
	atomic_t pending;		/* requests that the driver has */
	struct ram_irp *closing;	/* so that closing needs no memory */
};

/* A request. The thread that made it may die before it is complete. */
struct ram_irp {
	IRP irp;
	struct ram_file *file;
	struct completion done;
	refcount_t users;		/* the requester and the driver */
	void *buffer;
};

static struct workqueue_struct *ram_workers;

static DRIVER_OBJECT ram_driver;

module_param_named(broken, RamVcb.Broken, byte, 0644);
MODULE_PARM_DESC(broken, "1: writes copy without their lock, to test the demo");

static void ram_work(struct work_struct *work)
{
	PRAM_WORK_ITEM item = container_of(work, RAM_WORK_ITEM, work);

	item->WorkerRoutine(item->Parameter);
}

VOID RamQueueWorkItem(PRAM_WORK_ITEM Item, RAM_WORK_ROUTINE *Routine, PVOID Parameter)
{
	INIT_WORK(&Item->work, ram_work);
	Item->WorkerRoutine = Routine;
	Item->Parameter = Parameter;
	queue_work(ram_workers, &Item->work);
}

static struct ram_irp *ram_irp_alloc(struct ram_file *file, UCHAR major,
				     size_t length)
{
	struct ram_irp *r = kzalloc(sizeof(*r), GFP_KERNEL);

	if (!r)
		return NULL;
	r->buffer = kvzalloc(length, GFP_KERNEL);
	if (length && !r->buffer) {
		kfree(r);
		return NULL;
	}
	r->file = file;
	r->irp.MajorFunction = major;
	r->irp.FileObject = &file->object;
	r->irp.SystemBuffer = r->buffer;
	r->irp.Length = length;
	init_completion(&r->done);
	refcount_set(&r->users, 1);
	return r;
}

static void ram_irp_put(struct ram_irp *r)
{
	if (!refcount_dec_and_test(&r->users))
		return;
	kvfree(r->buffer);
	kfree(r);
}

/* Called by the driver, once for each request, up to DISPATCH_LEVEL. */
VOID IoCompleteRequest(PIRP Irp)
{
	struct ram_irp *r = container_of(Irp, struct ram_irp, irp);
	atomic_t *pending = &r->file->pending;

	complete(&r->done);
	ram_irp_put(r);

	/* The file may be gone after this: only its address is used. */
	if (atomic_dec_and_test(pending))
		wake_up_var(pending);
}

static int ram_errno(NTSTATUS status)
{
	switch (status) {
	case STATUS_SUCCESS:
	case STATUS_END_OF_FILE:
		return 0;
	case STATUS_OBJECT_NAME_NOT_FOUND:
	case STATUS_OBJECT_PATH_NOT_FOUND:
		return -ENOENT;
	case STATUS_INSUFFICIENT_RESOURCES:
		return -ENOMEM;
	case STATUS_DISK_FULL:
		return -ENOSPC;
	case STATUS_INVALID_PARAMETER:
		return -EBADF;
	case STATUS_INVALID_DEVICE_REQUEST:
		return -ENOTTY;
	default:
		return -EIO;
	}
}

/*
 * Waits in no region, so a signal that kills gets the thread out of here at
 * once. What it has asked for goes on without it.
 */
static int ram_irp_run(struct ram_irp *r)
{
	atomic_inc(&r->file->pending);
	refcount_inc(&r->users);
	ERES_CHECKED_CALL(ERES_DISPATCH_ROUTINE,
			  ram_driver.MajorFunction[r->irp.MajorFunction],
			  &r->irp);
	WRITE_ONCE(r->irp.DispatchReturned, TRUE);

	if (wait_for_completion_killable(&r->done)) {
		RamCount(killed);
		return -EINTR;
	}
	return ram_errno(r->irp.IoStatus.Status);
}

static ssize_t ram_read(struct file *opened, char __user *to, size_t length,
			loff_t *pos)
{
	struct ram_irp *r;
	ssize_t ret;

	if (*pos >= RAMFILE_MAX_SIZE || !length)
		return 0;
	r = ram_irp_alloc(opened->private_data, IRP_MJ_READ,
			  min_t(size_t, length, RAMFILE_MAX_SIZE));
	if (!r)
		return -ENOMEM;

	r->irp.Offset = *pos;
	ret = ram_irp_run(r);
	if (!ret) {
		ret = r->irp.IoStatus.Information;
		if (copy_to_user(to, r->buffer, ret))
			ret = -EFAULT;
		else
			*pos += ret;
	}
	ram_irp_put(r);
	return ret;
}

static ssize_t ram_write(struct file *opened, const char __user *from,
			 size_t length, loff_t *pos)
{
	struct ram_irp *r;
	ssize_t ret = -EFAULT;

	if (!length)
		return 0;
	if (*pos >= RAMFILE_MAX_SIZE || length > RAMFILE_MAX_SIZE)
		return -ENOSPC;
	r = ram_irp_alloc(opened->private_data, IRP_MJ_WRITE, length);
	if (!r)
		return -ENOMEM;

	r->irp.Offset = *pos;
	if (!copy_from_user(r->buffer, from, length))
		ret = ram_irp_run(r);
	if (!ret) {
		ret = r->irp.IoStatus.Information;
		*pos += ret;
	}
	ram_irp_put(r);
	return ret;
}

static int ram_fsync(struct file *opened, loff_t start, loff_t end, int datasync)
{
	struct ram_irp *r;
	int ret;

	r = ram_irp_alloc(opened->private_data, IRP_MJ_FLUSH_BUFFERS, 0);
	if (!r)
		return -ENOMEM;
	ret = ram_irp_run(r);
	ram_irp_put(r);
	return ret;
}

/* Buffered as the control code says: in before, out after. */
static long ram_ioctl_run(struct file *opened, UCHAR major, ULONG parameter,
			  unsigned int cmd, void __user *arg)
{
	struct ram_irp *r;
	long ret;

	r = ram_irp_alloc(opened->private_data, major, _IOC_SIZE(cmd));
	if (!r)
		return -ENOMEM;

	r->irp.Parameter = parameter;
	ret = -EFAULT;
	if ((_IOC_DIR(cmd) & _IOC_WRITE) &&
	    copy_from_user(r->buffer, arg, _IOC_SIZE(cmd)))
		goto put;
	ret = ram_irp_run(r);
	if (!ret && (_IOC_DIR(cmd) & _IOC_READ) &&
	    copy_to_user(arg, r->buffer, _IOC_SIZE(cmd)))
		ret = -EFAULT;
put:
	ram_irp_put(r);
	return ret;
}

static long ram_open_file(struct file *opened, unsigned int cmd, void __user *arg)
{
	struct ram_file *file = opened->private_data;
	long ret = -EBUSY;

	mutex_lock(&file->opening);
	if (!file->object.FsContext)
		ret = ram_ioctl_run(opened, IRP_MJ_CREATE, 0, cmd, arg);
	mutex_unlock(&file->opening);
	return ret;
}

static long ram_ioctl(struct file *opened, unsigned int cmd, unsigned long arg)
{
	void __user *uarg = (void __user *)arg;

	switch (cmd) {
	case RAMFILE_IOC_OPEN:
		return ram_open_file(opened, cmd, uarg);
	case RAMFILE_IOC_TRUNCATE:
		return ram_ioctl_run(opened, IRP_MJ_SET_INFORMATION,
				     FileEndOfFileInformation, cmd, uarg);
	case RAMFILE_IOC_RENAME:
		return ram_ioctl_run(opened, IRP_MJ_SET_INFORMATION,
				     FileRenameInformation, cmd, uarg);
	case RAMFILE_IOC_INFO:
		return ram_ioctl_run(opened, IRP_MJ_QUERY_INFORMATION, 0, cmd,
				     uarg);
	case RAMFILE_IOC_SYNC:
	case RAMFILE_IOC_STATE:
		return ram_ioctl_run(opened, IRP_MJ_FILE_SYSTEM_CONTROL, cmd, cmd,
				     uarg);
	default:
		return -ENOTTY;
	}
}

/* O_NONBLOCK is for handles that Windows calls asynchronous. */
static int ram_open(struct inode *inode, struct file *opened)
{
	struct ram_file *file = kzalloc(sizeof(*file), GFP_KERNEL);

	if (!file)
		return -ENOMEM;
	file->closing = ram_irp_alloc(file, IRP_MJ_CLOSE, 0);
	if (!file->closing) {
		kfree(file);
		return -ENOMEM;
	}
	mutex_init(&file->opening);
	if (!(opened->f_flags & O_NONBLOCK))
		file->object.Flags = FO_SYNCHRONOUS_IO;
	opened->private_data = file;
	return 0;
}

/*
 * A process is not gone before what it has asked for is done: when its parent
 * hears of its end, no write of it is still on the way.
 */
static int ram_release(struct inode *inode, struct file *opened)
{
	struct ram_file *file = opened->private_data;

	wait_var_event(&file->pending, !atomic_read(&file->pending));
	if (file->object.FsContext) {
		ram_irp_run(file->closing);
		wait_var_event(&file->pending, !atomic_read(&file->pending));
	}
	ram_irp_put(file->closing);
	kfree(file);
	return 0;
}

static const struct file_operations ram_fops = {
	.owner		= THIS_MODULE,
	.open		= ram_open,
	.release	= ram_release,
	.read		= ram_read,
	.write		= ram_write,
	.fsync		= ram_fsync,
	.unlocked_ioctl	= ram_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
};

static struct miscdevice ram_device = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "ramfile",
	.fops	= &ram_fops,
};

static int __init ram_init(void)
{
	int ret;

	ram_workers = alloc_workqueue("ramfile", WQ_UNBOUND, 0);
	if (!ram_workers)
		return -ENOMEM;

	ret = ram_errno(DriverEntry(&ram_driver));
	if (ret)
		goto destroy_workers;
	ret = misc_register(&ram_device);
	if (!ret)
		return 0;

	ram_driver.DriverUnload(&ram_driver);
destroy_workers:
	destroy_workqueue(ram_workers);
	return ret;
}

/* No file is open: all that can be left is the tail of a completion. */
static void __exit ram_exit(void)
{
	misc_deregister(&ram_device);
	destroy_workqueue(ram_workers);
	synchronize_rcu();
	ram_driver.DriverUnload(&ram_driver);
}

module_init(ram_init);
module_exit(ram_exit);
MODULE_DESCRIPTION("Sample: a Windows-style file system driver on eresource.ko");
MODULE_LICENSE("GPL");
