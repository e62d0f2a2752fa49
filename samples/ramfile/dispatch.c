// SPDX-License-Identifier: GPL-2.0-only
/*
 * The entry for all requests on an open file. It enters the file system once;
 * everything below it may acquire and release as it likes.
 */
#include "ramfile.h"

static NTSTATUS RamSetInformation(_In_ PIRP_CONTEXT IrpContext)
{
	if (IrpContext->Irp->Parameter == FileRenameInformation)
		return RamRename(IrpContext);
	return RamSetEndOfFile(IrpContext);
}

static NTSTATUS RamFileSystemControl(_In_ PIRP_CONTEXT IrpContext)
{
	if (IrpContext->Irp->Parameter == RAMFILE_IOC_SYNC)
		return RamFlushVolume(IrpContext);
	return RamQueryState(IrpContext);
}

/*
 * Every routine called here either completes the request or gives it away, to a
 * worker or to the disk, and returns STATUS_PENDING. In both cases nobody may
 * touch IrpContext afterwards.
 */
NTSTATUS RamCommonDispatch(_In_ PIRP_CONTEXT IrpContext)
{
	PAGED_CODE();

	switch (IrpContext->Irp->MajorFunction) {
	case IRP_MJ_READ:
		return RamCommonRead(IrpContext);
	case IRP_MJ_WRITE:
		return RamCommonWrite(IrpContext);
	case IRP_MJ_QUERY_INFORMATION:
		return RamQueryInformation(IrpContext);
	case IRP_MJ_SET_INFORMATION:
		return RamSetInformation(IrpContext);
	case IRP_MJ_FLUSH_BUFFERS:
		return RamCommonFlush(IrpContext);
	case IRP_MJ_FILE_SYSTEM_CONTROL:
		return RamFileSystemControl(IrpContext);
	default:
		return RamCompleteRequest(IrpContext,
					  STATUS_INVALID_DEVICE_REQUEST, 0);
	}
}

static NTSTATUS RamRefuse(_In_ PIRP Irp, NTSTATUS Status)
{
	Irp->IoStatus.Status = Status;
	Irp->IoStatus.Information = 0;
	IoCompleteRequest(Irp);
	return Status;
}

/*
 * The early exits leave the file system as well: every return after the enter
 * has its exit, and it comes last, when nothing is held any more.
 */
_Function_class_(DRIVER_DISPATCH)
_IRQL_requires_max_(APC_LEVEL)
NTSTATUS RamFsdDispatch(_In_ PIRP Irp)
{
	PIRP_CONTEXT IrpContext;
	NTSTATUS Status;

	PAGED_CODE();
	RamCount(requests);

	FsRtlEnterFileSystem();
	ASSERT(KeAreApcsDisabled());

	if (Irp->MajorFunction != IRP_MJ_FILE_SYSTEM_CONTROL &&
	    !Irp->FileObject->FsContext) {
		Status = RamRefuse(Irp, STATUS_INVALID_PARAMETER);
		FsRtlExitFileSystem();
		return Status;
	}

	IrpContext = ExAllocatePoolWithTag(NonPagedPoolNx, sizeof(*IrpContext),
					   TAG_CONTEXT);
	if (!IrpContext) {
		Status = RamRefuse(Irp, STATUS_INSUFFICIENT_RESOURCES);
		FsRtlExitFileSystem();
		return Status;
	}

	IrpContext->Irp = Irp;
	IrpContext->Fcb = Irp->FileObject->FsContext;
	IrpContext->Wait = (Irp->FileObject->Flags & FO_SYNCHRONOUS_IO) != 0;
	Status = RamCommonDispatch(IrpContext);

	FsRtlExitFileSystem();
	return Status;
}

_IRQL_requires_max_(DISPATCH_LEVEL)
NTSTATUS RamCompleteRequest(_In_ PIRP_CONTEXT IrpContext, NTSTATUS Status,
			    ULONG Information)
{
	PIRP Irp = IrpContext->Irp;

	ExFreePoolWithTag(IrpContext, TAG_CONTEXT);
	Irp->IoStatus.Status = Status;
	Irp->IoStatus.Information = Information;
	IoCompleteRequest(Irp);
	return Status;
}
