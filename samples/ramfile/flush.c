// SPDX-License-Identifier: GPL-2.0-only
/* Making the disk equal to the cache: one file, or all of them. */
#include "ramfile.h"

/* Nothing is dirty any more once a transfer has it: clear before the start. */
_Requires_exclusive_lock_held_(*Fcb->Header.Resource)
static VOID RamStartWriteBack(_In_ PFCB Fcb, _In_ PRAM_IO Io)
{
	ULONG From = Fcb->DirtyFrom;
	ULONG Length = Fcb->DirtyTo - From;

	Fcb->DirtyFrom = 0;
	Fcb->DirtyTo = 0;
	if (Io->Resource)
		RamConvertFcb(Fcb);
	RamStartIo(Io, Fcb->Disk + From, Fcb->Cache + From, Length);
}

/*
 * Starts to write back what is dirty; IrpContext, if given, is completed with
 * it. KeepFile: the caller goes on with the file and so keeps the cache from
 * changing itself. Otherwise this takes one level of the file from the caller,
 * and the transfer keeps it.
 *
 * STATUS_SUCCESS if nothing was dirty or the caller has no need to hear of the
 * end: acquiring the paging resource tells.
 */
_Requires_exclusive_lock_held_(*Fcb->Header.Resource)
NTSTATUS RamStartFlush(_In_ PFCB Fcb, BOOLEAN KeepFile,
		       _In_opt_ PIRP_CONTEXT IrpContext)
{
	PRAM_IO Io = NULL;
	NTSTATUS Status = STATUS_SUCCESS;

	ASSERT_EXCLUSIVE_RESOURCE(Fcb->Header.Resource);

	if (RamIsDirty(Fcb)) {
		Io = RamAllocateIo(IrpContext);
		if (!Io)
			Status = STATUS_INSUFFICIENT_RESOURCES;
	}
	if (!Io) {
		if (!KeepFile)
			RamReleaseFcb(Fcb);
		return Status;
	}

	ExAcquireResourceExclusiveLite(Fcb->Header.PagingIoResource, TRUE);
	Io->Resource = KeepFile ? NULL : Fcb->Header.Resource;
	Io->PagingIoResource = Fcb->Header.PagingIoResource;
	RamStartWriteBack(Fcb, Io);
	return IrpContext ? STATUS_PENDING : STATUS_SUCCESS;
}

/*
 * Often somebody else has written the file back, or is about to: then a short
 * shared look and the barrier do. With the file locked the order of the two
 * would not matter; like this, writers need not wait for the disk.
 */
static BOOLEAN RamLooksClean(_In_ PFCB Fcb)
{
	BOOLEAN Dirty;

	RamAcquireSharedFcb(Fcb, TRUE);
	Dirty = RamIsDirty(Fcb);
	RamReleaseFcb(Fcb);
	if (Dirty)
		return FALSE;

	RamPagingBarrier(Fcb);
	return TRUE;
}

NTSTATUS RamCommonFlush(_In_ PIRP_CONTEXT IrpContext)
{
	PFCB Fcb = IrpContext->Fcb;
	NTSTATUS Status;

	PAGED_CODE();

	if (!IrpContext->Wait)
		return RamPostRequest(IrpContext);

	if (RamLooksClean(Fcb))
		return RamCompleteRequest(IrpContext, STATUS_SUCCESS, 0);

	RamAcquireFcbForFlush(Fcb);
	Status = RamStartFlush(Fcb, FALSE, IrpContext);
	if (Status == STATUS_PENDING)
		return Status;

	/* Somebody was faster, and may still be at it. */
	RamPagingBarrier(Fcb);
	return RamCompleteRequest(IrpContext, Status, 0);
}

/*
 * The volume stays locked, so that no file appears on the way, but for the
 * moments in which somebody waits for it. The second walk waits for the disk.
 */
NTSTATUS RamFlushVolume(_In_ PIRP_CONTEXT IrpContext)
{
	NTSTATUS Status = STATUS_SUCCESS;
	ULONG Index;

	PAGED_CODE();

	if (!IrpContext->Wait)
		return RamPostRequest(IrpContext);

	ExAcquireResourceExclusiveLite(&RamVcb.Resource, TRUE);
	for (Index = 0; Index < RamVcb.FileCount && NT_SUCCESS(Status); Index++) {
		PFCB Fcb = RamVcb.Files[Index];

		RamAcquireFcbForFlush(Fcb);
		Status = RamStartFlush(Fcb, FALSE, NULL);
		RamGiveWay();
	}
	for (Index = 0; Index < RamVcb.FileCount; Index++)
		RamPagingBarrier(RamVcb.Files[Index]);
	ExReleaseResourceLite(&RamVcb.Resource);
	return RamCompleteRequest(IrpContext, Status, 0);
}
