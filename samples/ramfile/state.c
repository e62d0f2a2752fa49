// SPDX-License-Identifier: GPL-2.0-only
/* What the driver tells about its own locks. */
#include "ramfile.h"

/* Free means what it says: somebody who does not wait got it exclusively. */
static VOID RamDescribe(_Inout_ struct ramfile_state *State,
			_In_ PERESOURCE Resource, _In_ PCHAR Name,
			_In_ PCHAR What)
{
	struct ramfile_lock *Lock = &State->lock[State->locks++];

	RtlStringCbPrintfA(Lock->name, sizeof(Lock->name), "%.20s%s", Name, What);
	Lock->exclusive_waiters = ExGetExclusiveWaiterCount(Resource);
	Lock->shared_waiters = ExGetSharedWaiterCount(Resource);
	Lock->free = ExAcquireResourceExclusiveLite(Resource, FALSE);
	if (Lock->free)
		ExReleaseResourceLite(Resource);
}

/* Asks before it takes anything, so as not to see itself. */
NTSTATUS RamQueryState(_In_ PIRP_CONTEXT IrpContext)
{
	struct ramfile_state *State = IrpContext->Irp->SystemBuffer;
	ULONG Index;

	PAGED_CODE();

	RtlZeroMemory(State, sizeof(*State));
	RamDescribe(State, &RamVcb.Resource, "volume", "");
	for (Index = 0; Index < RAM_DIRECTORIES; Index++)
		RamDescribe(State, &RamVcb.Directories[Index].Resource,
			    RamVcb.Directories[Index].Name, "/");

	ExAcquireResourceSharedLite(&RamVcb.Resource, TRUE);
	for (Index = 0; Index < RamVcb.FileCount; Index++) {
		PFCB Fcb = RamVcb.Files[Index];
		CHAR Name[16];

		RtlStringCbPrintfA(Name, sizeof(Name), "file %u", Fcb->Id);
		RamDescribe(State, Fcb->Header.Resource, Name, " main");
		RamDescribe(State, Fcb->Header.PagingIoResource, Name, " paging");
	}
	ExReleaseResourceLite(&RamVcb.Resource);

	State->counters = RamVcb.Counters;
	return RamCompleteRequest(IrpContext, STATUS_SUCCESS, sizeof(*State));
}
