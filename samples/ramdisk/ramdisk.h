/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the driver is asked to do, on Windows by the I/O manager, here by its front.
 * Whoever calls with a device has a reference to it: it is removed once, and deleted
 * when nobody has one any more.
 */
#ifndef RAMDISK_H
#define RAMDISK_H

#include <ntddk.h>
#include "ramdisk_ioctl.h"

typedef struct _DISK_EXTENSION *PDISK_EXTENSION;

typedef enum _DISK_FUNCTION {
	DiskRead,
	DiskWrite,
	DiskFlush,
} DISK_FUNCTION;

extern struct ramdisk_counters DiskCounters;	/* interlocked */

/* pnp.c */
NTSTATUS DiskAddDevice(_Out_ PDISK_EXTENSION *Extension);
VOID DiskRemoveDevice(_Inout_ PDISK_EXTENSION Extension);
VOID DiskDeleteDevice(_In_ PDISK_EXTENSION Extension);

/*
 * cache.c: within one block; a flush is of all of them. STATUS_CANCELLED if a signal
 * came first: then nothing has been read or written, and nothing will be.
 */
NTSTATUS DiskRequest(_Inout_ PDISK_EXTENSION Extension, DISK_FUNCTION Function, ULONG Block,
		     ULONG Offset, _Inout_updates_bytes_opt_(Length) PVOID Buffer, ULONG Length);
NTSTATUS DiskSetSize(_Inout_ PDISK_EXTENSION Extension, ULONG Blocks);

#endif /* RAMDISK_H */
