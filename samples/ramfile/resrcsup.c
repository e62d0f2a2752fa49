// SPDX-License-Identifier: GPL-2.0-only
/* How the locks are acquired: the only file that knows which call to use. */
#include "ramfile.h"

_When_(return != 0, _Acquires_shared_lock_(*Fcb->Header.Resource))
BOOLEAN RamAcquireSharedFcb(_In_ PFCB Fcb, BOOLEAN Wait)
{
	PAGED_CODE();
	ASSERT_NOT_MY_RESOURCE(Fcb->Header.PagingIoResource);
	return ExAcquireResourceSharedLite(Fcb->Header.Resource, Wait);
}

/* For bulk readers, which had better not keep the writers from their work. */
_When_(return != 0, _Acquires_shared_lock_(*Fcb->Header.Resource))
BOOLEAN RamAcquireSharedFcbWaitForEx(_In_ PFCB Fcb, BOOLEAN Wait)
{
	PAGED_CODE();
	ASSERT_NOT_MY_RESOURCE(Fcb->Header.Resource);
	if (ExGetExclusiveWaiterCount(Fcb->Header.Resource))
		RamCount(waited_behind_writer);
	return ExAcquireSharedWaitForExclusive(Fcb->Header.Resource, Wait);
}

_When_(return != 0, _Acquires_exclusive_lock_(*Fcb->Header.Resource))
BOOLEAN RamAcquireExclusiveFcb(_In_ PFCB Fcb, BOOLEAN Wait)
{
	PAGED_CODE();
	ASSERT_NOT_MY_RESOURCE(Fcb->Header.PagingIoResource);
	return ExAcquireResourceExclusiveLite(Fcb->Header.Resource, Wait);
}

/*
 * A flush is asked for by callers that own the file already and by others that
 * do not. Asking the lock is simpler than telling every routine in between:
 * for an owner, one more level, and shared is enough to get it.
 *
 * Returns whether the caller owned the file before.
 */
_Acquires_lock_(*Fcb->Header.Resource)
BOOLEAN RamAcquireFcbForFlush(_In_ PFCB Fcb)
{
	PAGED_CODE();

	if (ExIsResourceAcquiredExclusiveLite(Fcb->Header.Resource)) {
		ExAcquireResourceSharedLite(Fcb->Header.Resource, TRUE);
		RamCount(recursions);
		return TRUE;
	}

	RamAcquireExclusiveFcb(Fcb, TRUE);
	return FALSE;
}

/* Everybody who waits to read gets in now; nobody can have written before. */
_Requires_exclusive_lock_held_(*Fcb->Header.Resource)
VOID RamConvertFcb(_In_ PFCB Fcb)
{
	PAGED_CODE();
	ASSERT_EXCLUSIVE_RESOURCE(Fcb->Header.Resource);
	ExConvertExclusiveToSharedLite(Fcb->Header.Resource);
	RamCount(converted);
	ASSERT(!ExIsResourceAcquiredExclusiveLite(Fcb->Header.Resource));
}

_Releases_lock_(*Fcb->Header.Resource)
VOID RamReleaseFcb(_In_ PFCB Fcb)
{
	ASSERT_SHARED_RESOURCE(Fcb->Header.Resource);
	ExReleaseResourceLite(Fcb->Header.Resource);
}

/*
 * Returns when the disk has finished what it was writing at the time of the
 * call. Those who wait to write next do not matter, hence starve.
 */
VOID RamPagingBarrier(_In_ PFCB Fcb)
{
	PAGED_CODE();
	ASSERT_NOT_MY_RESOURCE(Fcb->Header.PagingIoResource);

	RamCount(barriers);
	ExAcquireSharedStarveExclusive(Fcb->Header.PagingIoResource, TRUE);
	if (ExGetExclusiveWaiterCount(Fcb->Header.PagingIoResource))
		RamCount(overtook);
	ExReleaseResourceLite(Fcb->Header.PagingIoResource);
}

/*
 * Two locks of one kind: by address, so that no two threads each wait for the
 * one that the other has. If it is one lock, the second acquire is recursion.
 */
VOID RamAcquireTwo(_In_ PERESOURCE A, _In_ PERESOURCE B)
{
	PAGED_CODE();

	ExAcquireResourceExclusiveLite((ULONG_PTR)A < (ULONG_PTR)B ? A : B, TRUE);
	ExAcquireResourceExclusiveLite((ULONG_PTR)A < (ULONG_PTR)B ? B : A, TRUE);
	if (A == B)
		RamCount(recursions);
}

VOID RamReleaseTwo(_In_ PERESOURCE A, _In_ PERESOURCE B)
{
	ExReleaseResourceLite(A);
	ExReleaseResourceLite(B);
}

/* In a long walk over the volume: let those in who wait, then take it again. */
_Requires_exclusive_lock_held_(RamVcb.Resource)
VOID RamGiveWay(VOID)
{
	ASSERT_EXCLUSIVE_RESOURCE(&RamVcb.Resource);

	if (!ExGetExclusiveWaiterCount(&RamVcb.Resource) &&
	    !ExGetSharedWaiterCount(&RamVcb.Resource))
		return;

	RamCount(gave_way);
	ExReleaseResourceLite(&RamVcb.Resource);
	ExAcquireResourceExclusiveLite(&RamVcb.Resource, TRUE);
}
