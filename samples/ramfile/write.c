// SPDX-License-Identifier: GPL-2.0-only
/* Writing, into the cache and, if asked to, through it. */
#include "ramfile.h"

/*
 * The file and, for a write that goes through, the paging resource. If the
 * second one can not be had, the first one is given back.
 */
_When_(return != 0, _Acquires_exclusive_lock_(*Fcb->Header.Resource))
static BOOLEAN RamAcquireForWrite(_In_ PFCB Fcb, BOOLEAN Through, BOOLEAN Wait)
{
	if (!RamAcquireExclusiveFcb(Fcb, Wait))
		return FALSE;

	if (Through &&
	    !ExAcquireResourceExclusiveLite(Fcb->Header.PagingIoResource, Wait)) {
		RamReleaseFcb(Fcb);
		return FALSE;
	}
	return TRUE;
}

_Requires_exclusive_lock_held_(*Fcb->Header.Resource)
static VOID RamCopyToCache(_In_ PFCB Fcb, _In_ PIRP Irp)
{
	/*
	 * The planted bug, off unless a test of the demo's own checks asks for
	 * it (module parameter broken): the data is copied without the lock. Not
	 * if the paging resource is held, which would make it a deadlock.
	 */
	BOOLEAN Broken = RamVcb.Broken &&
		!ExIsResourceAcquiredSharedLite(Fcb->Header.PagingIoResource);

	ASSERT_EXCLUSIVE_RESOURCE(Fcb->Header.Resource);
	if (Broken)
		ExReleaseResourceLite(Fcb->Header.Resource);
	CacheCopy(Fcb->Cache + Irp->Offset, Irp->SystemBuffer, Irp->Length);
	if (Broken)
		ExAcquireResourceExclusiveLite(Fcb->Header.Resource, TRUE);
}

_Requires_exclusive_lock_held_(*Fcb->Header.Resource)
static VOID RamSetDirty(_In_ PFCB Fcb, ULONG From, ULONG To)
{
	ASSERT_EXCLUSIVE_RESOURCE(Fcb->Header.Resource);
	if (!RamIsDirty(Fcb)) {
		Fcb->DirtyFrom = From;
		Fcb->DirtyTo = To;
		return;
	}
	Fcb->DirtyFrom = min(Fcb->DirtyFrom, From);
	Fcb->DirtyTo = max(Fcb->DirtyTo, To);
}

/*
 * New space is checked by reading it back. Readers may look at it at the same
 * time, writers may not.
 */
_Requires_shared_lock_held_(*Fcb->Header.Resource)
static NTSTATUS RamVerify(_In_ PFCB Fcb, _In_ PIRP Irp)
{
	ASSERT_SHARED_RESOURCE(Fcb->Header.Resource);
	if (RtlEqualMemory(Fcb->Cache + Irp->Offset, Irp->SystemBuffer,
			   Irp->Length))
		return STATUS_SUCCESS;
	return STATUS_DATA_ERROR;
}

_Requires_exclusive_lock_held_(*Fcb->Header.Resource)
static NTSTATUS RamFinishCachedWrite(_In_ PIRP_CONTEXT IrpContext,
				     BOOLEAN Extending)
{
	PIRP Irp = IrpContext->Irp;
	PFCB Fcb = IrpContext->Fcb;
	NTSTATUS Status = STATUS_SUCCESS;

	RamSetDirty(Fcb, Irp->Offset, Irp->Offset + Irp->Length);
	if (Extending) {
		RamConvertFcb(Fcb);
		Status = RamVerify(Fcb, Irp);
	}
	RamReleaseFcb(Fcb);
	return RamCompleteRequest(IrpContext, Status,
				  NT_SUCCESS(Status) ? Irp->Length : 0);
}

/*
 * The transfer reads the cache and writes the disk: it keeps the file shared,
 * so that cached readers go on, and the paging resource exclusive.
 */
static NTSTATUS RamWriteThrough(_In_ PIRP_CONTEXT IrpContext, _In_ PRAM_IO Io)
{
	PIRP Irp = IrpContext->Irp;
	PFCB Fcb = IrpContext->Fcb;

	RamConvertFcb(Fcb);
	Io->Resource = Fcb->Header.Resource;
	Io->PagingIoResource = Fcb->Header.PagingIoResource;
	RamStartIo(Io, Fcb->Disk + Irp->Offset, Fcb->Cache + Irp->Offset,
		   Irp->Length);
	return STATUS_PENDING;
}

NTSTATUS RamCommonWrite(_In_ PIRP_CONTEXT IrpContext)
{
	PIRP Irp = IrpContext->Irp;
	PFCB Fcb = IrpContext->Fcb;
	BOOLEAN Through = (Irp->FileObject->Flags & FO_WRITE_THROUGH) != 0;
	BOOLEAN Extending;
	PRAM_IO Io = NULL;

	PAGED_CODE();

	if (Irp->Length > RAMFILE_MAX_SIZE ||
	    Irp->Offset > RAMFILE_MAX_SIZE - Irp->Length)
		return RamCompleteRequest(IrpContext, STATUS_DISK_FULL, 0);

	if (Through) {
		Io = RamAllocateIo(IrpContext);
		if (!Io)
			return RamCompleteRequest(IrpContext,
						  STATUS_INSUFFICIENT_RESOURCES,
						  0);
	}

	if (!RamAcquireForWrite(Fcb, Through, IrpContext->Wait)) {
		if (Io)
			ExFreePoolWithTag(Io, TAG_IO);
		return RamPostRequest(IrpContext);
	}

	Extending = Irp->Offset + Irp->Length > Fcb->Header.FileSize;
	RamCopyToCache(Fcb, Irp);
	if (Extending)
		Fcb->Header.FileSize = Irp->Offset + Irp->Length;

	if (Through)
		return RamWriteThrough(IrpContext, Io);
	return RamFinishCachedWrite(IrpContext, Extending);
}
