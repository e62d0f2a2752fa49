// SPDX-License-Identifier: GPL-2.0-only
/* File control blocks and the table of them. */
#include "ramfile.h"

/* Of "directory/name", which may lack its NUL. NULL if there is none. */
PDCB RamFindDirectory(_Inout_ PCHAR Path)
{
	PCHAR Slash;
	ULONG Index;

	Path[RAMFILE_NAME_LENGTH - 1] = '\0';
	Slash = strchr(Path, '/');
	if (!Slash || !Slash[1])
		return NULL;

	for (Index = 0; Index < RAM_DIRECTORIES; Index++) {
		PDCB Dcb = &RamVcb.Directories[Index];

		if (strlen(Dcb->Name) == (SIZE_T)(Slash - Path) &&
		    RtlEqualMemory(Dcb->Name, Path, Slash - Path))
			return Dcb;
	}
	return NULL;
}

/* Of a path that RamFindDirectory() has found to be one. */
PCHAR RamFileName(_In_ PCHAR Path)
{
	return strchr(Path, '/') + 1;
}

_Requires_lock_held_(*Fcb->Header.Resource)
BOOLEAN RamIsDirty(_In_ PFCB Fcb)
{
	ASSERT_SHARED_RESOURCE(Fcb->Header.Resource);
	return Fcb->DirtyFrom < Fcb->DirtyTo;
}

_Requires_lock_held_(Dcb->Resource)
PFCB RamLookup(_In_ PDCB Dcb, _In_ PCHAR Name)
{
	PLIST_ENTRY Link;

	ASSERT_SHARED_RESOURCE(&Dcb->Resource);

	for (Link = Dcb->Children.Flink; Link != &Dcb->Children;
	     Link = Link->Flink) {
		PFCB Fcb = CONTAINING_RECORD(Link, FCB, Links);

		if (strcmp(Fcb->Name, Name) == 0)
			return Fcb;
	}
	return NULL;
}

static PUCHAR RamAllocateData(VOID)
{
	PUCHAR Data = ExAllocatePoolWithTag(PagedPool, RAMFILE_MAX_SIZE, TAG_FCB);

	if (Data)
		RtlZeroMemory(Data, RAMFILE_MAX_SIZE);
	return Data;
}

/* The memory is as the allocator left it, which ExInitialize... must not mind. */
static PFCB RamAllocateFcb(VOID)
{
	PFCB Fcb = ExAllocatePoolWithTag(NonPagedPoolNx, sizeof(*Fcb), TAG_FCB);

	if (!Fcb)
		return NULL;

	Fcb->Cache = RamAllocateData();
	Fcb->Disk = RamAllocateData();
	if (Fcb->Cache && Fcb->Disk)
		return Fcb;

	if (Fcb->Cache)
		ExFreePoolWithTag(Fcb->Cache, TAG_FCB);
	if (Fcb->Disk)
		ExFreePoolWithTag(Fcb->Disk, TAG_FCB);
	ExFreePoolWithTag(Fcb, TAG_FCB);
	return NULL;
}

_Requires_exclusive_lock_held_(RamVcb.Resource)
_Requires_exclusive_lock_held_(Dcb->Resource)
PFCB RamCreateFcb(_In_ PDCB Dcb, _In_ PCHAR Name)
{
	PFCB Fcb;

	ASSERT_EXCLUSIVE_RESOURCE(&RamVcb.Resource);
	ASSERT_EXCLUSIVE_RESOURCE(&Dcb->Resource);

	if (RamVcb.FileCount == RAMFILE_MAX_FILES)
		return NULL;
	Fcb = RamAllocateFcb();
	if (!Fcb)
		return NULL;

	ExInitializeResourceLite(&Fcb->MainResource);
	ExInitializeResourceLite(&Fcb->PagingResource);
	Fcb->Header.Resource = &Fcb->MainResource;
	Fcb->Header.PagingIoResource = &Fcb->PagingResource;
	Fcb->Header.FileSize = 0;
	Fcb->OpenCount = 0;
	Fcb->DirtyFrom = 0;
	Fcb->DirtyTo = 0;
	Fcb->ParentDcb = Dcb;
	RtlStringCbCopyA(Fcb->Name, sizeof(Fcb->Name), Name);
	InsertTailList(&Dcb->Children, &Fcb->Links);
	RamVcb.Files[RamVcb.FileCount++] = Fcb;
	Fcb->Id = RamVcb.FileCount;
	return Fcb;
}

VOID RamDeleteFcb(_In_ PFCB Fcb)
{
	ASSERT(Fcb->OpenCount == 0);
	ExDeleteResourceLite(Fcb->Header.PagingIoResource);
	ExDeleteResourceLite(Fcb->Header.Resource);
	ExFreePoolWithTag(Fcb->Cache, TAG_FCB);
	ExFreePoolWithTag(Fcb->Disk, TAG_FCB);
	ExFreePoolWithTag(Fcb, TAG_FCB);
}

NTSTATUS RamQueryInformation(_In_ PIRP_CONTEXT IrpContext)
{
	struct ramfile_info *Info = IrpContext->Irp->SystemBuffer;
	PFCB Fcb = IrpContext->Fcb;

	PAGED_CODE();

	if (!RamAcquireSharedFcb(Fcb, IrpContext->Wait))
		return RamPostRequest(IrpContext);

	Info->id = Fcb->Id;
	Info->size = Fcb->Header.FileSize;
	RtlStringCbCopyA(Info->directory, sizeof(Info->directory), Fcb->ParentDcb->Name);
	RtlStringCbCopyA(Info->name, sizeof(Info->name), Fcb->Name);
	RamReleaseFcb(Fcb);
	return RamCompleteRequest(IrpContext, STATUS_SUCCESS, sizeof(*Info));
}
