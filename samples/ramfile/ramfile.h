/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A file system in memory, written as one for Windows would be.
 *
 * Lock order: volume -> directories, by address -> files' main resources, by
 * address -> paging resource. Whoever owns a later one never waits for an
 * earlier one.
 */
#ifndef RAMFILE_H
#define RAMFILE_H

#include <string.h>
#include <ntifs.h>
#include <ntstrsafe.h>
#include "iomgr.h"
#include "disk.h"
#include "ramfile_ioctl.h"

#define TAG_FCB		0x52466362
#define TAG_IO		0x5246696f
#define TAG_CONTEXT	0x52466378

#define RAM_DIRECTORIES	2

/* Directory. */
typedef struct _DCB {
	ERESOURCE Resource;
	CHAR Name[RAMFILE_NAME_LENGTH];
	LIST_ENTRY Children;		/* of FCBs; by Resource */
} DCB, *PDCB;

/*
 * File. Cache is what reads and writes see, Disk is what a flush makes equal
 * to it. Beyond the file size both are zero.
 */
typedef struct _FCB {
	FSRTL_COMMON_FCB_HEADER Header;	/* FileSize: by Resource */
	ERESOURCE MainResource;
	ERESOURCE PagingResource;
	ULONG Id;			/* constant */
	LONG OpenCount;			/* interlocked */
	PDCB ParentDcb;			/* changes under both the directories and */
	LIST_ENTRY Links;		/* the main resource exclusive, so that */
	CHAR Name[RAMFILE_NAME_LENGTH];	/* either one will do for reading */
	ULONG DirtyFrom;		/* cache not yet on disk, empty if From >= */
	ULONG DirtyTo;			/* To; by Resource */
	PUCHAR Cache;			/* by Resource */
	PUCHAR Disk;			/* by PagingIoResource */
} FCB, *PFCB;

/* Volume: there is one. */
typedef struct _VCB {
	ERESOURCE Resource;
	DCB Directories[RAM_DIRECTORIES];	/* constant */
	PFCB Files[RAMFILE_MAX_FILES];		/* by Resource; never emptied */
	ULONG FileCount;			/* by Resource; only grows */
	BOOLEAN Broken;				/* the planted bug, see write.c */
	struct ramfile_counters Counters;	/* interlocked */
} VCB, *PVCB;

extern VCB RamVcb;

#define RamCount(What) ((void)InterlockedIncrement(&RamVcb.Counters.What))

/* One request on its way through the driver, in whichever thread. */
typedef struct _IRP_CONTEXT {
	PIRP Irp;
	PFCB Fcb;
	BOOLEAN Wait;			/* may this thread block for a lock? */
	RAM_WORK_ITEM WorkItem;
} IRP_CONTEXT, *PIRP_CONTEXT;

/* One disk transfer and the locks that it keeps until it is done. */
typedef struct _RAM_IO {
	PERESOURCE Resource;		/* released at completion if not NULL */
	PERESOURCE PagingIoResource;
	PIRP_CONTEXT IrpContext;	/* completed with the transfer if not NULL */
	DISK_TRANSFER Transfer;
} RAM_IO, *PRAM_IO;

/* The owner that holds the locks of a transfer once its thread is gone. */
#define RamIoOwner(Io) ((ERESOURCE_THREAD)(ULONG_PTR)(Io) | 3)

/* Who must hold what, and who must not. */
#define ASSERT_EXCLUSIVE_RESOURCE(R)	ASSERT(ExIsResourceAcquiredExclusiveLite(R))
#define ASSERT_SHARED_RESOURCE(R)	ASSERT(ExIsResourceAcquiredSharedLite(R) != 0)
#define ASSERT_NOT_MY_RESOURCE(R)	ASSERT(ExIsResourceAcquiredSharedLite(R) == 0)

/* dispatch.c */
NTSTATUS RamFsdDispatch(_In_ PIRP Irp);
NTSTATUS RamCommonDispatch(_In_ PIRP_CONTEXT IrpContext);
NTSTATUS RamCompleteRequest(_In_ PIRP_CONTEXT IrpContext, NTSTATUS Status,
			    ULONG Information);

/* work.c */
NTSTATUS RamPostRequest(_In_ PIRP_CONTEXT IrpContext);

/* create.c */
NTSTATUS RamFsdCreate(_In_ PIRP Irp);
NTSTATUS RamFsdClose(_In_ PIRP Irp);

/* fcb.c */
PDCB RamFindDirectory(_Inout_ PCHAR Path);
PCHAR RamFileName(_In_ PCHAR Path);
BOOLEAN RamIsDirty(_In_ PFCB Fcb);
PFCB RamLookup(_In_ PDCB Dcb, _In_ PCHAR Name);
PFCB RamCreateFcb(_In_ PDCB Dcb, _In_ PCHAR Name);
VOID RamDeleteFcb(_In_ PFCB Fcb);
NTSTATUS RamQueryInformation(_In_ PIRP_CONTEXT IrpContext);

/* state.c */
NTSTATUS RamQueryState(_In_ PIRP_CONTEXT IrpContext);

/* read.c, write.c, truncate.c, rename.c, flush.c */
NTSTATUS RamCommonRead(_In_ PIRP_CONTEXT IrpContext);
NTSTATUS RamCommonWrite(_In_ PIRP_CONTEXT IrpContext);
NTSTATUS RamSetEndOfFile(_In_ PIRP_CONTEXT IrpContext);
NTSTATUS RamRename(_In_ PIRP_CONTEXT IrpContext);
NTSTATUS RamCommonFlush(_In_ PIRP_CONTEXT IrpContext);
NTSTATUS RamFlushVolume(_In_ PIRP_CONTEXT IrpContext);

_Requires_lock_held_(*Fcb->Header.Resource)
NTSTATUS RamStartFlush(_In_ PFCB Fcb, BOOLEAN KeepFile,
		       _In_opt_ PIRP_CONTEXT IrpContext);

/* resrcsup.c */
_When_(return != 0, _Acquires_shared_lock_(*Fcb->Header.Resource))
BOOLEAN RamAcquireSharedFcb(_In_ PFCB Fcb, BOOLEAN Wait);

_When_(return != 0, _Acquires_shared_lock_(*Fcb->Header.Resource))
BOOLEAN RamAcquireSharedFcbWaitForEx(_In_ PFCB Fcb, BOOLEAN Wait);

_When_(return != 0, _Acquires_exclusive_lock_(*Fcb->Header.Resource))
BOOLEAN RamAcquireExclusiveFcb(_In_ PFCB Fcb, BOOLEAN Wait);

_Acquires_lock_(*Fcb->Header.Resource)
BOOLEAN RamAcquireFcbForFlush(_In_ PFCB Fcb);

_Requires_exclusive_lock_held_(*Fcb->Header.Resource)
VOID RamConvertFcb(_In_ PFCB Fcb);

_Releases_lock_(*Fcb->Header.Resource)
VOID RamReleaseFcb(_In_ PFCB Fcb);

VOID RamPagingBarrier(_In_ PFCB Fcb);

VOID RamAcquireTwo(_In_ PERESOURCE A, _In_ PERESOURCE B);
VOID RamReleaseTwo(_In_ PERESOURCE A, _In_ PERESOURCE B);

_Requires_exclusive_lock_held_(RamVcb.Resource)
VOID RamGiveWay(VOID);

/* deviosup.c */
PRAM_IO RamAllocateIo(_In_opt_ PIRP_CONTEXT IrpContext);
VOID RamStartIo(_In_ PRAM_IO Io, _Out_writes_bytes_(Length) PUCHAR To,
		_In_reads_bytes_(Length) PUCHAR From, ULONG Length);

#endif /* RAMFILE_H */
