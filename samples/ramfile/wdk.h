/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The few things besides locks that this driver takes from the Windows driver
 * kit, on Linux. The locks, regions and IRQL are eresource.ko's; a port brings
 * or writes the rest, and this is how little it can be.
 */
#ifndef RAMFILE_WDK_H
#define RAMFILE_WDK_H

#include <linux/atomic.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#define STATUS_DISK_FULL		((NTSTATUS)0xC000007F)
#define STATUS_OBJECT_PATH_NOT_FOUND	((NTSTATUS)0xC000003A)
#define STATUS_INVALID_DEVICE_REQUEST	((NTSTATUS)0xC0000010)
#define STATUS_DATA_ERROR		((NTSTATUS)0xC000003E)

/* Memory. Whatever the pool type, Linux kernel memory is never paged out. */
typedef enum _POOL_TYPE { NonPagedPoolNx = 512, PagedPool = 1 } POOL_TYPE;

static inline PVOID ExAllocatePoolWithTag(POOL_TYPE Type, SIZE_T Size, ULONG Tag)
{
	return kvmalloc(Size, GFP_KERNEL);
}

static inline VOID ExFreePoolWithTag(PVOID P, ULONG Tag)
{
	kvfree(P);
}

#define RtlZeroMemory(To, Length)		memset(To, 0, Length)
#define RtlEqualMemory(A, B, Length)		(memcmp(A, B, Length) == 0)

#define RtlStringCbCopyA(To, Size, From)	((void)strscpy(To, From, Size))
#define RtlStringCbPrintfA(To, Size, ...)	((void)snprintf(To, Size, __VA_ARGS__))

static inline UCHAR ReadUCharNoFence(const UCHAR *Value)
{
	return READ_ONCE(*Value);
}

static inline LONG InterlockedIncrement(LONG *Value)
{
	return atomic_inc_return((atomic_t *)Value);
}

static inline LONG InterlockedDecrement(LONG *Value)
{
	return atomic_dec_return((atomic_t *)Value);
}

/* Doubly linked lists. */
typedef struct _LIST_ENTRY {
	struct _LIST_ENTRY *Flink;
	struct _LIST_ENTRY *Blink;
} LIST_ENTRY, *PLIST_ENTRY;

#define CONTAINING_RECORD(P, Type, Field) container_of(P, Type, Field)

static inline VOID InitializeListHead(PLIST_ENTRY Head)
{
	Head->Flink = Head;
	Head->Blink = Head;
}

static inline VOID InsertTailList(PLIST_ENTRY Head, PLIST_ENTRY Entry)
{
	Entry->Flink = Head;
	Entry->Blink = Head->Blink;
	Head->Blink->Flink = Entry;
	Head->Blink = Entry;
}

static inline VOID RemoveEntryList(PLIST_ENTRY Entry)
{
	Entry->Blink->Flink = Entry->Flink;
	Entry->Flink->Blink = Entry->Blink;
}

/* System worker threads. The queue is made by front.c. */
extern struct workqueue_struct *ram_workers;

typedef VOID (*PWORKER_THREAD_ROUTINE)(PVOID Parameter);

typedef struct _WORK_QUEUE_ITEM {
	struct work_struct work;
	PWORKER_THREAD_ROUTINE WorkerRoutine;
	PVOID Parameter;
} WORK_QUEUE_ITEM, *PWORK_QUEUE_ITEM;

VOID ExInitializeWorkItem(PWORK_QUEUE_ITEM Item, PWORKER_THREAD_ROUTINE Routine,
			  PVOID Context);
VOID ExQueueWorkItem(PWORK_QUEUE_ITEM Item);

/* What the I/O manager hands to a file system, as far as this one looks. */
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

#endif /* RAMFILE_WDK_H */
