// SPDX-License-Identifier: GPL-2.0-only
/* Giving a file another name, or making two files change names. */
#include "ramfile.h"

_Requires_exclusive_lock_held_(*Fcb->Header.Resource)
static VOID RamMove(_In_ PFCB Fcb, _In_ PDCB Dcb, _In_ PCHAR Name)
{
	ASSERT_EXCLUSIVE_RESOURCE(&Dcb->Resource);
	ASSERT_EXCLUSIVE_RESOURCE(&Fcb->ParentDcb->Resource);
	ASSERT_EXCLUSIVE_RESOURCE(Fcb->Header.Resource);

	RemoveEntryList(&Fcb->Links);
	InsertTailList(&Dcb->Children, &Fcb->Links);
	Fcb->ParentDcb = Dcb;
	RtlStringCbCopyA(Fcb->Name, sizeof(Fcb->Name), Name);
}

static VOID RamExchange(_In_ PFCB A, _In_ PFCB B)
{
	CHAR NameOfA[RAMFILE_NAME_LENGTH];
	PDCB DcbOfA = A->ParentDcb;

	RtlStringCbCopyA(NameOfA, sizeof(NameOfA), A->Name);
	RamAcquireTwo(A->Header.Resource, B->Header.Resource);
	RamMove(A, B->ParentDcb, B->Name);
	RamMove(B, DcbOfA, NameOfA);
	RamReleaseTwo(A->Header.Resource, B->Header.Resource);
}

_Requires_exclusive_lock_held_(FromDcb->Resource)
_Requires_exclusive_lock_held_(ToDcb->Resource)
static NTSTATUS RamRenameLocked(_In_ PDCB FromDcb, _In_ PCHAR FromName,
				_In_ PDCB ToDcb, _In_ PCHAR ToName)
{
	PFCB From = RamLookup(FromDcb, FromName);
	PFCB To = RamLookup(ToDcb, ToName);

	if (!From)
		return STATUS_OBJECT_NAME_NOT_FOUND;

	if (To) {
		RamExchange(From, To);
		return STATUS_SUCCESS;
	}
	RamAcquireExclusiveFcb(From, TRUE);
	RamMove(From, ToDcb, ToName);
	RamReleaseFcb(From);
	return STATUS_SUCCESS;
}

/* Up to five locks of three kinds: too many to try, so a worker waits. */
NTSTATUS RamRename(_In_ PIRP_CONTEXT IrpContext)
{
	struct ramfile_rename *Rename = IrpContext->Irp->SystemBuffer;
	PDCB FromDcb, ToDcb;
	NTSTATUS Status;

	PAGED_CODE();

	if (!IrpContext->Wait)
		return RamPostRequest(IrpContext);

	FromDcb = RamFindDirectory(Rename->from);
	ToDcb = RamFindDirectory(Rename->to);
	if (!FromDcb || !ToDcb)
		return RamCompleteRequest(IrpContext,
					  STATUS_OBJECT_PATH_NOT_FOUND, 0);

	ExAcquireResourceSharedLite(&RamVcb.Resource, TRUE);
	RamAcquireTwo(&FromDcb->Resource, &ToDcb->Resource);
	Status = RamRenameLocked(FromDcb, RamFileName(Rename->from),
				 ToDcb, RamFileName(Rename->to));
	RamReleaseTwo(&FromDcb->Resource, &ToDcb->Resource);
	ExReleaseResourceLite(&RamVcb.Resource);
	return RamCompleteRequest(IrpContext, Status, 0);
}
