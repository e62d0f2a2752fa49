/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the rest of the system hands to a file system, as far as this one looks: its
 * front (front.c) plays the I/O manager. Everything else that the driver takes from
 * the Windows driver kit is include/'s, and the routines are eresource.ko's and
 * wdmsync.ko's.
 */
#ifndef RAMFILE_IOMGR_H
#define RAMFILE_IOMGR_H

#include <linux/workqueue.h>

/* A worker thread of the front's, which waits for it before the driver goes. */
typedef VOID RAM_WORK_ROUTINE(PVOID Parameter);

typedef struct _RAM_WORK_ITEM {
	struct work_struct work;
	RAM_WORK_ROUTINE *WorkerRoutine;
	PVOID Parameter;
} RAM_WORK_ITEM, *PRAM_WORK_ITEM;

VOID RamQueueWorkItem(PRAM_WORK_ITEM Item, RAM_WORK_ROUTINE *Routine, PVOID Parameter);

/* Requests. */
#define IRP_MJ_CREATE			0x00
#define IRP_MJ_CLOSE			0x02
#define IRP_MJ_READ			0x03
#define IRP_MJ_WRITE			0x04
#define IRP_MJ_QUERY_INFORMATION	0x05
#define IRP_MJ_SET_INFORMATION		0x06
#define IRP_MJ_FLUSH_BUFFERS		0x09
#define IRP_MJ_FILE_SYSTEM_CONTROL	0x0d
#define IRP_MJ_MAXIMUM_FUNCTION		0x1b

#define FileRenameInformation		10
#define FileEndOfFileInformation	20

#define FO_SYNCHRONOUS_IO		0x0002
#define FO_NO_INTERMEDIATE_BUFFERING	0x0008
#define FO_WRITE_THROUGH		0x0010

typedef struct _FILE_OBJECT {
	PVOID FsContext;	/* the FCB, from IRP_MJ_CREATE on */
	ULONG Flags;
} FILE_OBJECT, *PFILE_OBJECT;

typedef struct _IO_STATUS_BLOCK {
	NTSTATUS Status;
	ULONG Information;
} IO_STATUS_BLOCK, *PIO_STATUS_BLOCK;

typedef struct _IRP {
	UCHAR MajorFunction;
	BOOLEAN DispatchReturned;	/* the requester is out of the driver */
	ULONG Parameter;		/* information class or control code */
	PFILE_OBJECT FileObject;
	ULONG Offset;
	ULONG Length;
	PVOID SystemBuffer;
	IO_STATUS_BLOCK IoStatus;
} IRP, *PIRP;

VOID IoCompleteRequest(PIRP Irp);

typedef NTSTATUS (*PDRIVER_DISPATCH)(PIRP Irp);

typedef struct _DRIVER_OBJECT {
	PDRIVER_DISPATCH MajorFunction[IRP_MJ_MAXIMUM_FUNCTION + 1];
	VOID (*DriverUnload)(struct _DRIVER_OBJECT *DriverObject);
} DRIVER_OBJECT, *PDRIVER_OBJECT;

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject);

/* The part of every file system's FCB that the rest of the system knows. */
typedef struct _FSRTL_COMMON_FCB_HEADER {
	PERESOURCE Resource;
	PERESOURCE PagingIoResource;
	ULONG FileSize;
} FSRTL_COMMON_FCB_HEADER, *PFSRTL_COMMON_FCB_HEADER;

#endif /* RAMFILE_IOMGR_H */
