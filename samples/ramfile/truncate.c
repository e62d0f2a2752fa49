// SPDX-License-Identifier: GPL-2.0-only
/* Making a file shorter or longer. */
#include "ramfile.h"

/* What stays of the file goes to the disk, before what goes is thrown away. */
_Requires_exclusive_lock_held_(*Fcb->Header.Resource)
static NTSTATUS RamFlushBeforeTruncate(_In_ PFCB Fcb)
{
	BOOLEAN Recursive = RamAcquireFcbForFlush(Fcb);
	NTSTATUS Status;

	Status = RamStartFlush(Fcb, Recursive, NULL);
	if (Recursive)
		RamReleaseFcb(Fcb);
	ASSERT_EXCLUSIVE_RESOURCE(Fcb->Header.Resource);
	return Status;
}

/* Beyond the end the cache and the disk are zero, now and when it grows. */
static VOID RamChangeSize(_In_ PFCB Fcb, ULONG Size)
{
	ULONG OldSize = Fcb->Header.FileSize;

	ASSERT_EXCLUSIVE_RESOURCE(Fcb->Header.Resource);
	ASSERT_EXCLUSIVE_RESOURCE(Fcb->Header.PagingIoResource);

	Fcb->Header.FileSize = Size;
	if (Size >= OldSize)
		return;
	RtlZeroMemory(Fcb->Cache + Size, OldSize - Size);
	RtlZeroMemory(Fcb->Disk + Size, OldSize - Size);
	Fcb->DirtyTo = min(Fcb->DirtyTo, Size);
}

NTSTATUS RamSetEndOfFile(_In_ PIRP_CONTEXT IrpContext)
{
	PFCB Fcb = IrpContext->Fcb;
	ULONG Size = *(PULONG)IrpContext->Irp->SystemBuffer;
	NTSTATUS Status;

	PAGED_CODE();

	if (Size > RAMFILE_MAX_SIZE)
		return RamCompleteRequest(IrpContext, STATUS_DISK_FULL, 0);

	if (!IrpContext->Wait)
		return RamPostRequest(IrpContext);

	RamAcquireExclusiveFcb(Fcb, TRUE);
	Status = RamFlushBeforeTruncate(Fcb);
	if (NT_SUCCESS(Status)) {
		/* This waits for the disk: its completion releases the lock. */
		ExAcquireResourceExclusiveLite(Fcb->Header.PagingIoResource, TRUE);
		RamChangeSize(Fcb, Size);
		ExReleaseResourceLite(Fcb->Header.PagingIoResource);
	}
	RamReleaseFcb(Fcb);
	return RamCompleteRequest(IrpContext, Status, 0);
}
