/* SPDX-License-Identifier: GPL-2.0-only */
/* The hardware below the file system: a disk that takes its time. */
#ifndef RAMFILE_DISK_H
#define RAMFILE_DISK_H

#include <linux/timer.h>

struct _DISK_TRANSFER;
typedef VOID DISK_COMPLETION(struct _DISK_TRANSFER *Transfer);

/* One transfer. Nobody but the disk looks inside until it has completed. */
typedef struct _DISK_TRANSFER {
	PUCHAR To;
	const UCHAR *From;
	ULONG Left;
	DISK_COMPLETION *Completion;	/* called at DISPATCH_LEVEL, in no thread */
	struct timer_list Timer;
} DISK_TRANSFER, *PDISK_TRANSFER;

VOID DiskStart(PDISK_TRANSFER Transfer, PUCHAR To, const UCHAR *From,
	       ULONG Length, DISK_COMPLETION *Completion);

/*
 * Copies from or to cached memory, sleeping now and then: any page of a cache
 * may have to be fetched first. Locks have to hold that long.
 */
VOID CacheCopy(PUCHAR To, const UCHAR *From, ULONG Length);

#endif /* RAMFILE_DISK_H */
