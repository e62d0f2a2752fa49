// SPDX-License-Identifier: GPL-2.0-only
/*
 * Disk I/O that outlives the thread that starts it. The thread gives the locks
 * of the transfer to an owner pointer and leaves; the completion routine
 * releases them for that owner.
 */
#include "ramfile.h"

PRAM_IO RamAllocateIo(_In_opt_ PIRP_CONTEXT IrpContext)
{
	PRAM_IO Io = ExAllocatePoolWithTag(NonPagedPoolNx, sizeof(*Io), TAG_IO);

	if (Io) {
		RtlZeroMemory(Io, sizeof(*Io));
		Io->IrpContext = IrpContext;
	}
	return Io;
}

_IRQL_requires_max_(DISPATCH_LEVEL)
static VOID RamReleaseForIo(_In_ PRAM_IO Io, _In_opt_ PERESOURCE Resource)
{
	if (!Resource)
		return;

	ExReleaseResourceForThreadLite(Resource, RamIoOwner(Io));
	if (KeGetCurrentIrql() == DISPATCH_LEVEL)
		RamCount(released_at_dispatch);
	if (Io->IrpContext && ReadUCharNoFence(&Io->IrpContext->Irp->DispatchReturned))
		RamCount(released_after_return);
}

/*
 * In softirq. The file's resource goes first: whoever then waits for the paging
 * resource to know that the transfer is over finds the file free as well.
 */
_Function_class_(IO_COMPLETION_ROUTINE)
_IRQL_requires_(DISPATCH_LEVEL)
static VOID RamIoCompletion(_In_ PDISK_TRANSFER Transfer)
{
	PRAM_IO Io = CONTAINING_RECORD(Transfer, RAM_IO, Transfer);
	PIRP_CONTEXT IrpContext = Io->IrpContext;

	RamReleaseForIo(Io, Io->Resource);
	RamReleaseForIo(Io, Io->PagingIoResource);
	ExFreePoolWithTag(Io, TAG_IO);

	if (IrpContext)
		RamCompleteRequest(IrpContext, STATUS_SUCCESS,
				   IrpContext->Irp->Length);
}

static VOID RamGiveToIo(_In_ PRAM_IO Io, _In_opt_ PERESOURCE Resource)
{
	if (!Resource)
		return;

	ASSERT_SHARED_RESOURCE(Resource);
	ExSetResourceOwnerPointer(Resource, (PVOID)RamIoOwner(Io));
	ASSERT_NOT_MY_RESOURCE(Resource);
	RamCount(handed_over);
}

/* Once the transfer has started, Io and its request are not the caller's. */
VOID RamStartIo(_In_ PRAM_IO Io, _Out_writes_bytes_(Length) PUCHAR To,
		_In_reads_bytes_(Length) PUCHAR From, ULONG Length)
{
	PAGED_CODE();

	RamGiveToIo(Io, Io->Resource);
	RamGiveToIo(Io, Io->PagingIoResource);
	DiskStart(&Io->Transfer, To, From, Length, RamIoCompletion);
}
