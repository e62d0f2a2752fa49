// SPDX-License-Identifier: GPL-2.0-only
/* Requests that can not go on without waiting, in a thread that may wait. */
#include "ramfile.h"

/* A worker is a thread like any other: it has to enter the file system, too. */
_Function_class_(WORKER_THREAD_ROUTINE)
static VOID RamFspDispatch(_In_ PVOID Context)
{
	PIRP_CONTEXT IrpContext = Context;

	FsRtlEnterFileSystem();
	IrpContext->Wait = TRUE;
	RamCommonDispatch(IrpContext);
	FsRtlExitFileSystem();
}

/*
 * Called where an acquire was refused. The caller has given back what it had
 * acquired until then: the worker starts from the beginning.
 */
NTSTATUS RamPostRequest(_In_ PIRP_CONTEXT IrpContext)
{
	PAGED_CODE();
	ASSERT(!IrpContext->Wait);

	RamCount(posted);
	RamQueueWorkItem(&IrpContext->WorkItem, RamFspDispatch, IrpContext);
	return STATUS_PENDING;
}
