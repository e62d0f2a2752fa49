/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A disk with a write-back cache. The medium is slow and the worker's alone: others
 * are served from the cache, or have the worker do it.
 *
 * Lock order: Geometry -> a line's Lock -> SpinLock. Geometry and a line's lock are
 * taken in a critical region. Whoever waits for the worker has none of them.
 */
#ifndef RAMDISK_EXTENSION_H
#define RAMDISK_EXTENSION_H

#include "ramdisk.h"

#define TAG_DISK	'ksiD'
#define DISK_LINES	8
#define DISK_NO_BLOCK	MAXULONG

/* What stays when a device is removed; by the Geometry of the one that is present. */
extern ULONG DiskBlocks;
extern UCHAR DiskMedium[RAMDISK_MAX_BLOCKS][RAMDISK_BLOCK];

/*
 * Where a block may be in memory: line Block % DISK_LINES. Readers of a line share it
 * with one another, and with the worker that writes it back.
 */
typedef struct _DISK_LINE {
	EX_PUSH_LOCK Lock;
	ULONG Block;			/* by Lock */
	BOOLEAN Dirty;			/* by SpinLock; then it is in one of the lists */
	LIST_ENTRY Links;		/* by SpinLock: Dirty or Due */
	UCHAR Data[RAMDISK_BLOCK];	/* by Lock */
} DISK_LINE, *PDISK_LINE;

typedef struct _DISK_EXTENSION {
	IO_REMOVE_LOCK RemoveLock;	/* each call, and each request until it is freed */
	ERESOURCE Geometry;
	ULONG Blocks;			/* by Geometry */
	DISK_LINE Lines[DISK_LINES];

	KSPIN_LOCK SpinLock;
	LIST_ENTRY Queue;		/* by SpinLock: requests */
	LIST_ENTRY Dirty;		/* by SpinLock: lines written to, until the timer */
	LIST_ENTRY Due;			/* by SpinLock: lines for the worker to write back */
	NPAGED_LOOKASIDE_LIST Requests;

	KTIMER Timer;			/* set when Dirty gets its first line */
	KDPC Dpc;
	KEVENT WriteBack;
	KEVENT Work;
	KEVENT Stop;
	PVOID Thread;			/* the worker */
} DISK_EXTENSION;

/*
 * A request belongs to the requester and to the worker, and is freed by whoever drops
 * it last, because the requester may be killed at any time. By SpinLock:
 *
 *   Queued	in the queue
 *   Taken	the worker has it, and may be waiting for the medium on its behalf
 *   Committed	the worker does it at this moment, and will say so
 *   Cancelled	the requester is gone. It was Queued, and is in no queue any more; or
 *		it was Taken, and the worker will find out when it wants to commit
 */
typedef enum _DISK_REQUEST_STATE {
	DiskQueued,
	DiskTaken,
	DiskCommitted,
	DiskCancelled,
} DISK_REQUEST_STATE;

typedef struct _DISK_REQUEST {
	LIST_ENTRY Links;
	PDISK_EXTENSION Extension;
	DISK_REQUEST_STATE State;
	LONG References;		/* interlocked */
	KEVENT Done;
	NTSTATUS Status;		/* from here on the worker's until Done is set */
	DISK_FUNCTION Function;
	ULONG Block;
	ULONG Offset;
	ULONG Length;
	UCHAR Data[RAMDISK_BLOCK];
} DISK_REQUEST, *PDISK_REQUEST;

#define DiskCount(What) ((void)InterlockedIncrement(&DiskCounters.What))

/* request.c */
NTSTATUS DiskEnter(_Inout_ PDISK_EXTENSION Extension, _In_opt_ PVOID Tag);
NTSTATUS DiskSubmit(_Inout_ PDISK_EXTENSION Extension, DISK_FUNCTION Function, ULONG Block,
		    ULONG Offset, _Inout_updates_bytes_opt_(Length) PVOID Buffer, ULONG Length);
PDISK_REQUEST DiskTakeRequest(_Inout_ PDISK_EXTENSION Extension);
BOOLEAN DiskCommit(_Inout_ PDISK_REQUEST Request);
VOID DiskComplete(_Inout_ PDISK_REQUEST Request, NTSTATUS Status);

/* cache.c */
VOID DiskCopy(_Inout_ PDISK_EXTENSION Extension, _Inout_ PDISK_LINE Line, DISK_FUNCTION Function,
	      ULONG Offset, _Inout_updates_bytes_(Length) PVOID Buffer, ULONG Length);
BOOLEAN DiskTakeDirty(_Inout_ PDISK_EXTENSION Extension, _Inout_ PDISK_LINE Line);

/* worker.c */
KSTART_ROUTINE DiskWorker;
KDEFERRED_ROUTINE DiskTimerExpired;

#endif /* RAMDISK_EXTENSION_H */
