// SPDX-License-Identifier: GPL-2.0-only
/*
 * Classic mistakes with ERESOURCE locks and critical regions, one a routine, as
 * they are found in drivers. The comment above each is what a reviewer would
 * say. "make demo-bugs" shows each with what the module says about it.
 */
#include "bugs.h"

ERESOURCE VolumeLock;
ERESOURCE FileLock;
ERESOURCE ForgottenLock;

/* As it should be. */
static NTSTATUS BugsNone(void)
{
	FsRtlEnterFileSystem();
	ExAcquireResourceExclusiveLite(&FileLock, TRUE);
	ExConvertExclusiveToSharedLite(&FileLock);
	ExReleaseResourceLite(&FileLock);
	FsRtlExitFileSystem();
	return STATUS_SUCCESS;
}

/* No region: this thread can be stopped or killed while it owns the lock. */
static NTSTATUS BugsNoRegion(void)
{
	ExAcquireResourceExclusiveLite(&FileLock, TRUE);
	ExReleaseResourceLite(&FileLock);
	return STATUS_SUCCESS;
}

/* The region ends before the lock is released: the order is wrong. */
static NTSTATUS BugsWrongOrder(void)
{
	FsRtlEnterFileSystem();
	ExAcquireResourceSharedLite(&FileLock, TRUE);
	FsRtlExitFileSystem();
	ExReleaseResourceLite(&FileLock);
	return STATUS_SUCCESS;
}

/* The error path releases, and then so does the common exit. */
static NTSTATUS BugsReleaseTwice(void)
{
	NTSTATUS Status = STATUS_INVALID_PARAMETER;

	FsRtlEnterFileSystem();
	ExAcquireResourceExclusiveLite(&FileLock, TRUE);
	if (!NT_SUCCESS(Status))
		ExReleaseResourceLite(&FileLock);
	ExReleaseResourceLite(&FileLock);
	FsRtlExitFileSystem();
	return Status;
}

/* An early return forgets to leave the region. */
static NTSTATUS BugsEarlyReturn(void)
{
	BOOLEAN Valid = FALSE;

	FsRtlEnterFileSystem();
	if (!Valid)
		return STATUS_INVALID_PARAMETER;
	FsRtlExitFileSystem();
	return STATUS_SUCCESS;
}

/* Leaves a critical region where a guarded one was entered. */
static NTSTATUS BugsMixedRegions(void)
{
	KeEnterGuardedRegion();
	KeLeaveCriticalRegion();

	/* As it should have been. */
	KeEnterCriticalRegion();
	KeLeaveGuardedRegion();
	return STATUS_SUCCESS;
}

/* A lock can not be upgraded: this waits for itself, forever. */
static NTSTATUS BugsUpgrade(void)
{
	FsRtlEnterFileSystem();
	ExAcquireResourceSharedLite(&FileLock, TRUE);
	ExAcquireResourceExclusiveLite(&FileLock, TRUE);
	ExReleaseResourceLite(&FileLock);
	FsRtlExitFileSystem();
	return STATUS_SUCCESS;
}

/* One thread takes the volume, then the file ... */
static NTSTATUS BugsVolumeThenFile(void)
{
	FsRtlEnterFileSystem();
	ExAcquireResourceExclusiveLite(&VolumeLock, TRUE);
	BugsMeet();
	ExAcquireResourceExclusiveLite(&FileLock, TRUE);
	ExReleaseResourceLite(&FileLock);
	ExReleaseResourceLite(&VolumeLock);
	FsRtlExitFileSystem();
	return STATUS_SUCCESS;
}

/* ... and another the file, then the volume: a deadlock. */
static NTSTATUS BugsFileThenVolume(void)
{
	FsRtlEnterFileSystem();
	ExAcquireResourceExclusiveLite(&FileLock, TRUE);
	BugsMeet();
	ExAcquireResourceExclusiveLite(&VolumeLock, TRUE);
	ExReleaseResourceLite(&VolumeLock);
	ExReleaseResourceLite(&FileLock);
	FsRtlExitFileSystem();
	return STATUS_SUCCESS;
}

/* Acquires, with Wait TRUE, where nobody may wait. */
static NTSTATUS BugsAcquireAtDispatchLevel(void)
{
	KIRQL OldIrql;

	KeRaiseIrql(DISPATCH_LEVEL, &OldIrql);
	if (ExAcquireResourceExclusiveLite(&FileLock, TRUE))
		ExReleaseResourceLite(&FileLock);
	KeLowerIrql(OldIrql);
	return STATUS_SUCCESS;
}

/* Hands over to a pointer without the two low bits set. */
static NTSTATUS BugsOwnerPointer(void)
{
	FsRtlEnterFileSystem();
	ExAcquireResourceExclusiveLite(&FileLock, TRUE);
	ExSetResourceOwnerPointer(&FileLock, &FileLock);
	ExReleaseResourceLite(&FileLock);
	FsRtlExitFileSystem();
	return STATUS_SUCCESS;
}

/* Converts what it owns shared already. */
static NTSTATUS BugsConvertShared(void)
{
	FsRtlEnterFileSystem();
	ExAcquireResourceSharedLite(&FileLock, TRUE);
	ExConvertExclusiveToSharedLite(&FileLock);
	ExReleaseResourceLite(&FileLock);
	FsRtlExitFileSystem();
	return STATUS_SUCCESS;
}

/* Forgot to initialise. */
static NTSTATUS BugsUninitialised(void)
{
	static ERESOURCE NewLock;

	FsRtlEnterFileSystem();
	if (ExAcquireResourceExclusiveLite(&NewLock, TRUE))
		ExReleaseResourceLite(&NewLock);
	FsRtlExitFileSystem();
	return STATUS_SUCCESS;
}

/* The structure with the lock was never allocated; nobody checked. */
static NTSTATUS BugsGarbagePointer(void)
{
	struct {
		ULONG Flags;
		ERESOURCE Lock;
	} *Fcb = NULL;

	FsRtlEnterFileSystem();
	if (ExAcquireResourceSharedLite(&Fcb->Lock, TRUE))
		ExReleaseResourceLite(&Fcb->Lock);
	FsRtlExitFileSystem();
	return STATUS_SUCCESS;
}

/* Initialises when the file is opened, each time. */
static NTSTATUS BugsInitialiseTwice(void)
{
	return ExInitializeResourceLite(&FileLock);
}

/* Deletes what it still owns. */
static NTSTATUS BugsDeleteOwned(void)
{
	NTSTATUS Status;

	FsRtlEnterFileSystem();
	ExAcquireResourceExclusiveLite(&FileLock, TRUE);
	Status = ExDeleteResourceLite(&FileLock);
	ExReleaseResourceLite(&FileLock);
	FsRtlExitFileSystem();
	return Status;
}

static VOID BugsThreadThatOwns(void)
{
	KeEnterCriticalRegion();
	ExAcquireResourceExclusiveLite(&VolumeLock, TRUE);
}

/* A thread that returns with a lock, and in a region. */
static NTSTATUS BugsThreadExit(void)
{
	NTSTATUS Status = BugsRunThread(BugsThreadThatOwns);

	/* The only owner is dead, so this ends the lock, after a report. */
	ExDeleteResourceLite(&VolumeLock);
	ExInitializeResourceLite(&VolumeLock);
	return Status;
}

static VOID BugsWorkItemInRegion(void)
{
	KeEnterCriticalRegion();
}

/* A work item that returns in a region. */
static NTSTATUS BugsWorkItem(void)
{
	BugsQueueWorkItem(BugsWorkItemInRegion);
	return STATUS_SUCCESS;
}

const struct bugs_mistake bugs_mistakes[] = {
	{ "right", BugsNone },
	{ "no-region", BugsNoRegion },
	{ "wrong-order", BugsWrongOrder },
	{ "release-twice", BugsReleaseTwice },
	{ "early-return", BugsEarlyReturn },
	{ "mixed-regions", BugsMixedRegions },
	{ "upgrade", BugsUpgrade, TRUE },
	{ "volume-then-file", BugsVolumeThenFile },
	{ "file-then-volume", BugsFileThenVolume, TRUE },
	{ "acquire-at-dispatch-level", BugsAcquireAtDispatchLevel },
	{ "owner-pointer", BugsOwnerPointer },
	{ "convert-shared", BugsConvertShared },
	{ "uninitialised", BugsUninitialised },
	{ "garbage-pointer", BugsGarbagePointer },
	{ "initialise-twice", BugsInitialiseTwice },
	{ "delete-owned", BugsDeleteOwned },
	{ "thread-exit", BugsThreadExit },
	{ "work-item", BugsWorkItem },
	{}
};
