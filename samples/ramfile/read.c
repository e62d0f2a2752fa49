// SPDX-License-Identifier: GPL-2.0-only
/* Reading, from the cache or from the disk. */
#include "ramfile.h"

_Requires_lock_held_(*Fcb->Header.Resource)
static ULONG RamClipRead(_In_ PFCB Fcb, _In_ PIRP Irp)
{
	ASSERT_SHARED_RESOURCE(Fcb->Header.Resource);
	if (Irp->Offset >= Fcb->Header.FileSize)
		return 0;
	return min(Irp->Length, Fcb->Header.FileSize - Irp->Offset);
}

static NTSTATUS RamCachedRead(_In_ PIRP_CONTEXT IrpContext)
{
	PIRP Irp = IrpContext->Irp;
	PFCB Fcb = IrpContext->Fcb;
	ULONG Length;

	if (!RamAcquireSharedFcb(Fcb, IrpContext->Wait))
		return RamPostRequest(IrpContext);

	Length = RamClipRead(Fcb, Irp);
	CacheCopy(Irp->SystemBuffer, Fcb->Cache + Irp->Offset, Length);
	RamReleaseFcb(Fcb);
	return RamCompleteRequest(IrpContext, Length ? STATUS_SUCCESS :
				  STATUS_END_OF_FILE, Length);
}

/*
 * What is dirty has to be on the disk before it is read from there. The flush
 * needs the file exclusive; converting afterwards, rather than releasing and
 * acquiring, keeps writers from making it dirty again in between.
 */
_When_(return >= 0, _Acquires_shared_lock_(*Fcb->Header.Resource))
static NTSTATUS RamAcquireCleanFcb(_In_ PFCB Fcb)
{
	NTSTATUS Status;

	RamAcquireExclusiveFcb(Fcb, TRUE);
	Status = RamStartFlush(Fcb, TRUE, NULL);
	if (!NT_SUCCESS(Status)) {
		RamReleaseFcb(Fcb);
		return Status;
	}

	RamConvertFcb(Fcb);
	return STATUS_SUCCESS;
}

/*
 * The paging resource alone protects the disk, so the file is free again while
 * the disk works. Acquiring it waits for transfers that write.
 */
static NTSTATUS RamStartDiskRead(_In_ PIRP_CONTEXT IrpContext, _In_ PRAM_IO Io)
{
	PIRP Irp = IrpContext->Irp;
	PFCB Fcb = IrpContext->Fcb;
	ULONG Length = RamClipRead(Fcb, Irp);

	if (!Length ||
	    !ExAcquireResourceSharedLite(Fcb->Header.PagingIoResource,
					 IrpContext->Wait)) {
		RamReleaseFcb(Fcb);
		ExFreePoolWithTag(Io, TAG_IO);
		if (!Length)
			return RamCompleteRequest(IrpContext,
						  STATUS_END_OF_FILE, 0);
		return RamPostRequest(IrpContext);
	}
	RamReleaseFcb(Fcb);

	Irp->Length = Length;
	Io->PagingIoResource = Fcb->Header.PagingIoResource;
	RamStartIo(Io, Irp->SystemBuffer, Fcb->Disk + Irp->Offset, Length);
	return STATUS_PENDING;
}

static NTSTATUS RamNonCachedRead(_In_ PIRP_CONTEXT IrpContext)
{
	PFCB Fcb = IrpContext->Fcb;
	NTSTATUS Status = STATUS_SUCCESS;
	PRAM_IO Io;

	if (!RamAcquireSharedFcbWaitForEx(Fcb, IrpContext->Wait))
		return RamPostRequest(IrpContext);

	if (RamIsDirty(Fcb)) {
		RamReleaseFcb(Fcb);
		if (!IrpContext->Wait)
			return RamPostRequest(IrpContext);
		Status = RamAcquireCleanFcb(Fcb);
		if (!NT_SUCCESS(Status))
			return RamCompleteRequest(IrpContext, Status, 0);
	}

	Io = RamAllocateIo(IrpContext);
	if (!Io) {
		RamReleaseFcb(Fcb);
		return RamCompleteRequest(IrpContext,
					  STATUS_INSUFFICIENT_RESOURCES, 0);
	}
	return RamStartDiskRead(IrpContext, Io);
}

NTSTATUS RamCommonRead(_In_ PIRP_CONTEXT IrpContext)
{
	PAGED_CODE();

	if (IrpContext->Irp->FileObject->Flags & FO_NO_INTERMEDIATE_BUFFERING)
		return RamNonCachedRead(IrpContext);
	return RamCachedRead(IrpContext);
}
