// SPDX-License-Identifier: GPL-2.0-only
/*
 * Opening and closing files. Each needs the volume for a moment and nothing
 * else around it: the fused calls enter the region and acquire in one go.
 */
#include "ramfile.h"

static NTSTATUS RamCompleteOpen(_In_ PIRP Irp, NTSTATUS Status)
{
	Irp->IoStatus.Status = Status;
	Irp->IoStatus.Information = 0;
	IoCompleteRequest(Irp);
	return Status;
}

_Requires_lock_held_(RamVcb.Resource)
static PFCB RamOpenExisting(_In_ PDCB Dcb, _In_ PCHAR Name)
{
	PFCB Fcb;

	ExAcquireResourceSharedLite(&Dcb->Resource, TRUE);
	Fcb = RamLookup(Dcb, Name);
	if (Fcb)
		InterlockedIncrement(&Fcb->OpenCount);
	ExReleaseResourceLite(&Dcb->Resource);
	return Fcb;
}

/*
 * The volume can not be upgraded from shared to exclusive. It was released in
 * between, so the file may be there by now.
 */
static PFCB RamOpenOrCreate(_In_ PDCB Dcb, _In_ PCHAR Name)
{
	PFCB Fcb;

	ExEnterCriticalRegionAndAcquireResourceExclusive(&RamVcb.Resource);
	ExAcquireResourceExclusiveLite(&Dcb->Resource, TRUE);
	Fcb = RamLookup(Dcb, Name);
	if (!Fcb)
		Fcb = RamCreateFcb(Dcb, Name);
	if (Fcb)
		InterlockedIncrement(&Fcb->OpenCount);
	ExReleaseResourceLite(&Dcb->Resource);
	ExReleaseResourceAndLeaveCriticalRegion(&RamVcb.Resource);
	return Fcb;
}

_Function_class_(DRIVER_DISPATCH)
NTSTATUS RamFsdCreate(_In_ PIRP Irp)
{
	struct ramfile_open *Open = Irp->SystemBuffer;
	PFCB Fcb;
	PDCB Dcb;
	PCHAR Name;

	PAGED_CODE();
	RamCount(requests);

	Dcb = RamFindDirectory(Open->name);
	if (!Dcb)
		return RamCompleteOpen(Irp, STATUS_OBJECT_PATH_NOT_FOUND);

	Name = RamFileName(Open->name);
	ExEnterCriticalRegionAndAcquireResourceShared(&RamVcb.Resource);
	Fcb = RamOpenExisting(Dcb, Name);
	ExReleaseResourceAndLeaveCriticalRegion(&RamVcb.Resource);
	if (!Fcb) {
		if (!(Open->flags & RAMFILE_CREATE))
			return RamCompleteOpen(Irp, STATUS_OBJECT_NAME_NOT_FOUND);
		Fcb = RamOpenOrCreate(Dcb, Name);
		if (!Fcb)
			return RamCompleteOpen(Irp, STATUS_INSUFFICIENT_RESOURCES);
	}

	if (Open->flags & RAMFILE_NO_CACHE)
		Irp->FileObject->Flags |= FO_NO_INTERMEDIATE_BUFFERING;
	if (Open->flags & RAMFILE_WRITE_THROUGH)
		Irp->FileObject->Flags |= FO_WRITE_THROUGH;
	Irp->FileObject->FsContext = Fcb;
	return RamCompleteOpen(Irp, STATUS_SUCCESS);
}

_Function_class_(DRIVER_DISPATCH)
NTSTATUS RamFsdClose(_In_ PIRP Irp)
{
	PFCB Fcb = Irp->FileObject->FsContext;

	PAGED_CODE();

	ExEnterCriticalRegionAndAcquireResourceShared(&RamVcb.Resource);
	InterlockedDecrement(&Fcb->OpenCount);
	ExReleaseResourceAndLeaveCriticalRegion(&RamVcb.Resource);
	return RamCompleteOpen(Irp, STATUS_SUCCESS);
}
