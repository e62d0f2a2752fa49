/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ERESOURCE locks, critical and guarded regions and IRQL under their Windows
 * names. This is the only header with prototypes; wdm.h, ntddk.h, ntifs.h and
 * fltKernel.h include it.
 *
 * "DDI:" names the page of Microsoft's public driver documentation that a
 * routine follows. "Misuse:" says what a wrong call gets: always a report that
 * names the routine, the resource and the thread (shim/report/report.c), then what
 * is said here. No call ever crashes the kernel because of a wrong owner, or of
 * an address that is no resource: not aligned (0xC4/0x3D) or not readable
 * kernel memory (0xC4/0xE1). Such a call does nothing and answers FALSE or 0.
 */
#ifndef ERESOURCE_H
#define ERESOURCE_H

#include "eresource_types.h"
#include "eresource_sal.h"

/* Life cycle */

/* Not there in what is linked into more than one module. */
#ifdef KBUILD_MODNAME
#define ERES_MODULE_NAME KBUILD_MODNAME
#else
#define ERES_MODULE_NAME "?"
#endif

/* Behind ExInitializeResourceLite(), in both of its forms. */
NTSTATUS eres_init_resource(PERESOURCE Resource, struct eres_site *site);

/**
 * ExInitializeResourceLite() - Make a resource usable.
 * @Resource: storage for the resource, any kernel memory aligned to a pointer:
 *            static, on a stack, from kmalloc() or vmalloc(); its previous
 *            content does not matter
 *
 * A call through this name is a macro that gives every call site a lockdep
 * class of its own, and reports its name. Of a resource that is initialised by
 * the function of the same name, through a pointer or as
 * (ExInitializeResourceLite)(Resource), lockdep is told nothing.
 *
 * Either way the resource belongs to the module that this is compiled into: when
 * that goes, or the one in whose memory the resource lies, it is reported and
 * forgotten (0xC4/0xD2). The function is an inline one for that reason: a return
 * address does not tell the module after a tail call, or while it is traced. The
 * one that the module exports under this name is for code that does not include
 * this header: what that initialises belongs to the memory that it lies in.
 *
 * No prototype of the name may follow the macro. A driver that brings one defines
 * ERES_INIT_BY_FUNCTION, and has no macro.
 *
 * Misuse: a resource that is live already is left as it is (0xC4/0xD0).
 * %NULL or an unaligned address is refused.
 *
 * Context: Any but NMI (Windows: IRQL <= DISPATCH_LEVEL). Never sleeps and
 *          never allocates.
 * Return: STATUS_SUCCESS. STATUS_ACCESS_VIOLATION for %NULL, where Windows
 *         raises it; STATUS_INVALID_PARAMETER for an unaligned address.
 * DDI: wdm/nf-wdm-exinitializeresourcelite
 */
#ifdef ERES_INIT_OUT_OF_LINE
NTSTATUS ExInitializeResourceLite(PERESOURCE Resource);
#else
static inline NTSTATUS ExInitializeResourceLite(PERESOURCE Resource)
{
	static struct eres_site __eres_site = {
		.module = ERES_MODULE_NAME,
		.file = __BASE_FILE__,
	};

	return eres_init_resource(Resource, &__eres_site);
}
#endif

/**
 * ExReinitializeResourceLite() - Reset a live, unowned resource.
 * @Resource: resource to reset
 *
 * As deleting and initialising it again, but keeps its lockdep class.
 *
 * Misuse: a resource that was never initialised (0xC4/0xD1), or is owned or
 * waited for (0xC4/0x100B), is left as it is.
 *
 * Context: Any but NMI; on PREEMPT_RT in a hard interrupt it is left as it is
 *          (Windows: IRQL <= DISPATCH_LEVEL). Never sleeps.
 * Return: STATUS_SUCCESS.
 * DDI: wdm/nf-wdm-exreinitializeresourcelite
 */
NTSTATUS ExReinitializeResourceLite(PERESOURCE Resource);

/**
 * ExDeleteResourceLite() - End the life of a resource.
 * @Resource: resource that nobody owns or waits for
 *
 * Afterwards its memory may be freed or initialised again, even if the thread
 * that released it last is still on its way out of that call.
 *
 * Misuse: a resource that was never initialised is left alone (0xC4/0xD1). One
 * that is owned or waited for stays alive and listed (0xC4/0x100B), unless all
 * its owners are threads that have exited: then it is deleted. A call at
 * DISPATCH_LEVEL is reported (0xC4/0x20007) and served.
 *
 * Context: Any but NMI; on PREEMPT_RT a call in a hard interrupt is refused
 *          (Windows: IRQL <= APC_LEVEL). Never sleeps.
 * Return: STATUS_SUCCESS if the resource is gone, STATUS_UNSUCCESSFUL if the
 *         call was refused; Windows stops in that case.
 * DDI: wdm/nf-wdm-exdeleteresourcelite
 */
NTSTATUS ExDeleteResourceLite(PERESOURCE Resource);

/* Acquire */

/**
 * ExAcquireResourceExclusiveLite() - Acquire a resource for exclusive access.
 * @Resource: resource to acquire
 * @Wait: wait until it can be had
 *
 * Grants if nobody owns @Resource, or if the caller owns it exclusively
 * already (one more level). Shared access can not be upgraded: release first.
 *
 * Misuse: a shared owner that waits here is reported (0xC4/0x1000) and waits
 * for itself, as on Windows. A user thread outside of a region and below
 * APC_LEVEL is reported (0xC4/0x37) and served. At DISPATCH_LEVEL or in atomic
 * context (0xC4/0x20007, or 0x192 with verifier=0) @Wait counts as FALSE. In
 * an interrupt, or for a resource that is not initialised (0xC4/0x1002), the
 * answer is FALSE.
 *
 * Context: Task context (Windows: IRQL <= APC_LEVEL). Sleeps, uninterruptibly,
 *          if @Wait is TRUE.
 * Return: TRUE if the caller now owns @Resource, else FALSE; with @Wait TRUE
 *         only after the misuse above.
 * DDI: wdm/nf-wdm-exacquireresourceexclusivelite
 */
BOOLEAN ExAcquireResourceExclusiveLite(PERESOURCE Resource, BOOLEAN Wait);

/**
 * ExTryToAcquireResourceExclusiveLite() - Acquire for exclusive access at once
 *                                         or not at all.
 * @Resource: resource to acquire
 *
 * ExAcquireResourceExclusiveLite() with Wait FALSE. Windows declares the
 * routine in no public header; drivers do not use it.
 *
 * Context: Task context. Never sleeps for @Resource.
 * Return: TRUE if the caller now owns @Resource, else FALSE.
 */
BOOLEAN ExTryToAcquireResourceExclusiveLite(PERESOURCE Resource);

/**
 * ExAcquireResourceSharedLite() - Acquire a resource for shared access.
 * @Resource: resource to acquire
 * @Wait: wait until it can be had
 *
 * Grants one more level to a thread that owns @Resource in either mode, also
 * past waiting writers; to an exclusive owner the level is an exclusive one.
 * Others get in if no thread owns it exclusively or waits to.
 *
 * Misuse: as ExAcquireResourceExclusiveLite(), but for 0x1000.
 *
 * Context: Task context (Windows: IRQL <= APC_LEVEL). Sleeps, uninterruptibly,
 *          if @Wait is TRUE.
 * Return: TRUE if the caller now owns @Resource, else FALSE.
 * DDI: wdm/nf-wdm-exacquireresourcesharedlite
 */
BOOLEAN ExAcquireResourceSharedLite(PERESOURCE Resource, BOOLEAN Wait);

/**
 * ExAcquireSharedStarveExclusive() - Acquire for shared access ahead of
 *                                    waiting writers.
 * @Resource: resource to acquire
 * @Wait: wait until it can be had
 *
 * As ExAcquireResourceSharedLite(), but only an exclusive owner other than the
 * caller keeps it out: threads that wait for exclusive access do not.
 *
 * Context: Task context (Windows: IRQL <= APC_LEVEL). Sleeps, uninterruptibly,
 *          if @Wait is TRUE.
 * Return: TRUE if the caller now owns @Resource, else FALSE.
 * DDI: wdm/nf-wdm-exacquiresharedstarveexclusive
 */
BOOLEAN ExAcquireSharedStarveExclusive(PERESOURCE Resource, BOOLEAN Wait);

/**
 * ExAcquireSharedWaitForExclusive() - Acquire for shared access behind waiting
 *                                     writers.
 * @Resource: resource to acquire
 * @Wait: wait until it can be had
 *
 * As ExAcquireResourceSharedLite(), but threads that wait for exclusive access
 * go first even if the caller owns @Resource shared already. Only an exclusive
 * owner is granted one more level regardless.
 *
 * Misuse: a shared owner that waits here behind a writer is reported
 * (0xC4/0x1000) and waits, as on Windows, until somebody releases for it.
 *
 * Context: Task context (Windows: IRQL <= APC_LEVEL). Sleeps, uninterruptibly,
 *          if @Wait is TRUE.
 * Return: TRUE if the caller now owns @Resource, else FALSE.
 * DDI: wdm/nf-wdm-exacquiresharedwaitforexclusive
 */
BOOLEAN ExAcquireSharedWaitForExclusive(PERESOURCE Resource, BOOLEAN Wait);

/* Release and change */

/**
 * ExReleaseResourceLite() - Release one level of the calling thread.
 * @Resource: resource that the caller owns, shared or exclusive
 *
 * Misuse: a caller that does not own @Resource is reported (0xE3) and nothing
 * is released. A user thread outside of a region and below APC_LEVEL is
 * reported (0xC4/0x38) and served.
 *
 * Context: Any but NMI; in an interrupt the thread is the interrupted one. Not
 *          from a hard interrupt on PREEMPT_RT (Windows: IRQL <=
 *          DISPATCH_LEVEL). Never sleeps and never allocates.
 * DDI: wdm/nf-wdm-exreleaseresourcelite
 */
void ExReleaseResourceLite(PERESOURCE Resource);

/**
 * ExReleaseResourceForThreadLite() - Release one level of a named owner.
 * @Resource: resource to release
 * @ResourceThreadId: what ExGetCurrentResourceThread() returned to the thread
 *                    that acquired, or the value that it gave to
 *                    ExSetResourceOwnerPointer()
 *
 * The id is looked up and never dereferenced: the thread may be running in the
 * very same resource, or may have exited.
 *
 * Misuse: an owner pointer that owns nothing is reported (0xE3), a thread that
 * owns nothing likewise (0x16E, or 0xE3 for the caller itself): nothing is
 * released. Another thread that does own is reported (0x16E) and released for,
 * since real file systems do that from I/O completion.
 *
 * Context: Any but NMI. Not from a hard interrupt on PREEMPT_RT (Windows: IRQL
 *          <= DISPATCH_LEVEL). Never sleeps and never allocates.
 * DDI: wdm/nf-wdm-exreleaseresourceforthreadlite
 */
void ExReleaseResourceForThreadLite(PERESOURCE Resource,
				    ERESOURCE_THREAD ResourceThreadId);

/**
 * ExConvertExclusiveToSharedLite() - Turn exclusive ownership into shared.
 * @Resource: resource that the caller owns exclusively
 *
 * The caller keeps all its levels, now shared. Every thread that waits for
 * shared access gets it at once, also past a writer that queued first.
 *
 * Misuse: a caller that does not own exclusively is reported (0x1C6/0x16) and
 * nothing changes. A call at DISPATCH_LEVEL is reported (0xC4/0x20007) and
 * served.
 *
 * Context: Task context (Windows: IRQL <= APC_LEVEL). Never sleeps.
 * DDI: wdm/nf-wdm-exconvertexclusivetosharedlite
 */
void ExConvertExclusiveToSharedLite(PERESOURCE Resource);

/**
 * ExSetResourceOwnerPointer() - Hand the caller's ownership to an owner pointer.
 * @Resource: resource that the caller owns, shared or exclusive
 * @OwnerPointer: any value whose two low bits are set; never dereferenced
 *
 * All levels of the caller move to @OwnerPointer, in their present mode. From
 * then on they are released by ExReleaseResourceForThreadLite() with that
 * value, by any thread.
 *
 * Misuse: a value without both low bits, or a caller that owns nothing, is
 * reported (0x132) and nothing changes.
 *
 * Context: Task context, from the thread that acquired (Windows: IRQL <=
 *          DISPATCH_LEVEL). Never sleeps and never allocates.
 * DDI: wdm/nf-wdm-exsetresourceownerpointer
 */
void ExSetResourceOwnerPointer(PERESOURCE Resource, PVOID OwnerPointer);

/**
 * ExSetResourceOwnerPointerEx() - Hand the caller's ownership to an owner
 *                                 pointer that may be a tagged thread.
 * @Resource: resource that the caller owns, shared or exclusive
 * @OwnerPointer: as for ExSetResourceOwnerPointer()
 * @Flags: 0, or FLAG_OWNER_POINTER_IS_THREAD if @OwnerPointer is a thread with
 *         its two low bits set
 *
 * Deviation: a thread named by @OwnerPointer is not boosted.
 *
 * Misuse: as ExSetResourceOwnerPointer(). An unknown flag is reported (0x132)
 * and nothing changes.
 *
 * Context: Task context, from the thread that acquired (Windows: IRQL <=
 *          DISPATCH_LEVEL). Never sleeps and never allocates.
 * DDI: wdm/nf-wdm-exsetresourceownerpointerex
 */
void ExSetResourceOwnerPointerEx(PERESOURCE Resource, PVOID OwnerPointer,
				 ULONG Flags);

/**
 * ExDisableResourceBoostLite() - Do nothing.
 * @Resource: resource
 *
 * Reserved for the system on Windows. Nothing is boosted here.
 *
 * Context: Any.
 * DDI: ntifs/nf-ntifs-exdisableresourceboostlite
 */
void ExDisableResourceBoostLite(PERESOURCE Resource);

/* Queries */

/**
 * ExIsResourceAcquiredExclusiveLite() - Tell whether the caller owns it exclusively.
 * @Resource: resource to ask about
 *
 * Context: Task context (Windows: IRQL <= DISPATCH_LEVEL); in an interrupt the
 *          thread is the interrupted one. Never sleeps.
 * Return: TRUE if the calling thread owns @Resource exclusively; FALSE also if
 *         another thread does.
 * DDI: wdm/nf-wdm-exisresourceacquiredexclusivelite
 */
BOOLEAN ExIsResourceAcquiredExclusiveLite(PERESOURCE Resource);

/**
 * ExIsResourceAcquiredSharedLite() - The number of levels that the caller owns.
 * @Resource: resource to ask about
 *
 * Context: Task context (Windows: IRQL <= DISPATCH_LEVEL); in an interrupt the
 *          thread is the interrupted one. Never sleeps.
 * Return: number of levels, shared or exclusive, that the calling thread has
 *         acquired and not released; 0 if only others own @Resource.
 * DDI: wdm/nf-wdm-exisresourceacquiredsharedlite
 */
ULONG ExIsResourceAcquiredSharedLite(PERESOURCE Resource);

/**
 * ExGetExclusiveWaiterCount() - The number of threads that wait for exclusive access.
 * @Resource: resource to ask about
 *
 * Context: Any. Never sleeps.
 * Return: number of threads that block for exclusive access; may be stale when
 *         it is looked at.
 * DDI: wdm/nf-wdm-exgetexclusivewaitercount
 */
ULONG ExGetExclusiveWaiterCount(PERESOURCE Resource);

/**
 * ExGetSharedWaiterCount() - The number of threads that wait for shared access.
 * @Resource: resource to ask about
 *
 * Context: Any. Never sleeps.
 * Return: number of threads that block for shared access; may be stale when it
 *         is looked at.
 * DDI: wdm/nf-wdm-exgetsharedwaitercount
 */
ULONG ExGetSharedWaiterCount(PERESOURCE Resource);

/**
 * PsGetCurrentThread() - The calling thread.
 *
 * Context: Any; in an interrupt, the interrupted thread.
 * Return: the thread, opaque.
 * DDI: ntddk/nf-ntddk-psgetcurrentthread
 */
PETHREAD PsGetCurrentThread(void);

/**
 * KeGetCurrentThread() - The calling thread.
 *
 * Context: Any; in an interrupt, the interrupted thread.
 * Return: the thread, opaque; the same value as PsGetCurrentThread().
 * DDI: wdm/nf-wdm-kegetcurrentthread
 */
PKTHREAD KeGetCurrentThread(void);

/**
 * ExGetCurrentResourceThread() - The id under which the caller owns resources.
 *
 * Context: Any; in an interrupt, the id of the interrupted thread.
 * Return: the id that ExReleaseResourceForThreadLite() takes.
 * DDI: ntddk/nf-ntddk-psgetcurrentthread
 */
ERESOURCE_THREAD ExGetCurrentResourceThread(void);

/* Region and resource in one call */

/**
 * ExEnterCriticalRegionAndAcquireResourceExclusive() - Enter a critical region,
 *	then acquire for exclusive access.
 * @Resource: resource to acquire; waits until it can be had
 *
 * Misuse: as the two routines. Where the acquire can not be had in atomic
 * context, the region is entered all the same.
 *
 * Context: Task context (Windows: IRQL <= APC_LEVEL). Sleeps, uninterruptibly.
 * Return: an opaque value, to be ignored.
 * DDI: wdm/nf-wdm-exentercriticalregionandacquireresourceexclusive
 */
PVOID ExEnterCriticalRegionAndAcquireResourceExclusive(PERESOURCE Resource);

/**
 * ExEnterCriticalRegionAndAcquireResourceShared() - Enter a critical region,
 *	then acquire for shared access.
 * @Resource: resource to acquire; waits until it can be had
 *
 * Context: Task context (Windows: IRQL <= APC_LEVEL). Sleeps, uninterruptibly.
 * Return: an opaque value, to be ignored.
 */
PVOID ExEnterCriticalRegionAndAcquireResourceShared(PERESOURCE Resource);

/**
 * ExEnterCriticalRegionAndAcquireSharedWaitForExclusive() - Enter a critical
 *	region, then acquire for shared access behind waiting writers.
 * @Resource: resource to acquire; waits until it can be had
 *
 * Context: Task context (Windows: IRQL <= APC_LEVEL). Sleeps, uninterruptibly.
 * Return: an opaque value, to be ignored.
 */
PVOID ExEnterCriticalRegionAndAcquireSharedWaitForExclusive(PERESOURCE Resource);

/**
 * ExReleaseResourceAndLeaveCriticalRegion() - Release a resource, then leave
 *                                             the critical region.
 * @Resource: resource the calling thread owns, shared or exclusive
 *
 * Gives up one level of ownership, then ends one level of critical region. The
 * order is part of the contract: signals stay held off until @Resource is
 * free, so no waiter depends on this thread surviving what it is about to be
 * sent. Undoes ExEnterCriticalRegionAndAcquireResourceExclusive() and its
 * shared forms.
 *
 * Misuse: a caller that does not own @Resource is reported (0xE3), nothing is
 * released, and the region is left all the same.
 *
 * Context: Task context, from the thread that acquired @Resource (Windows: IRQL
 *          <= APC_LEVEL). Never waits for @Resource; takes the thread's
 *          siglock, which can sleep on PREEMPT_RT.
 * DDI: wdm/nf-wdm-exreleaseresourceandleavecriticalregion
 */
void ExReleaseResourceAndLeaveCriticalRegion(PERESOURCE Resource);

/**
 * FltAcquireResourceExclusive() - The minifilter spelling of
 *	ExEnterCriticalRegionAndAcquireResourceExclusive().
 * @Resource: resource to acquire; waits until it can be had
 *
 * Context: Task context (Windows: IRQL <= APC_LEVEL). Sleeps, uninterruptibly.
 * DDI: fltkernel/nf-fltkernel-fltacquireresourceexclusive
 */
void FltAcquireResourceExclusive(PERESOURCE Resource);

/**
 * FltAcquireResourceShared() - The minifilter spelling of
 *	ExEnterCriticalRegionAndAcquireResourceShared().
 * @Resource: resource to acquire; waits until it can be had
 *
 * Context: Task context (Windows: IRQL <= APC_LEVEL). Sleeps, uninterruptibly.
 * DDI: fltkernel/nf-fltkernel-fltacquireresourceshared
 */
void FltAcquireResourceShared(PERESOURCE Resource);

/**
 * FltReleaseResource() - The minifilter spelling of
 *	ExReleaseResourceAndLeaveCriticalRegion().
 * @Resource: resource the calling thread owns
 *
 * Context: Task context. Takes the thread's siglock.
 * DDI: fltkernel/nf-fltkernel-fltreleaseresource
 */
void FltReleaseResource(PERESOURCE Resource);

/* Regions */

/**
 * KeEnterCriticalRegion() - Enter a critical region.
 *
 * Until the matching leave no signal interrupts what the thread does. Nests;
 * critical and guarded regions may overlap in any order. Sleeping is allowed.
 *
 * Context: Task context (Windows: IRQL <= APC_LEVEL; above it 0xC4/0x11A is
 *          reported and the region entered). Takes the thread's siglock if it
 *          is the outermost one.
 * DDI: ntddk/nf-ntddk-keentercriticalregion
 */
void KeEnterCriticalRegion(void);

/**
 * KeLeaveCriticalRegion() - Leave a critical region.
 *
 * The outermost leave restores the thread's signal mask and lets pending
 * signals be delivered.
 *
 * Misuse: a leave without enter is reported (0xC4/0x3E) and the counter goes
 * positive, as on Windows; the next enter brings it back to zero. The outermost
 * leave must not come with interrupts off: the mask would stay.
 *
 * Context: Task context (Windows: IRQL <= APC_LEVEL; above it 0xC4/0x11B is
 *          reported and the region left). Takes the thread's siglock if it is
 *          the outermost one.
 * DDI: ntddk/nf-ntddk-keleavecriticalregion
 */
void KeLeaveCriticalRegion(void);

/**
 * KeEnterGuardedRegion() - Enter a guarded region.
 *
 * As KeEnterCriticalRegion(), with a counter of its own. Windows also holds off
 * special kernel APCs, for which Linux has no counterpart.
 *
 * Context: As KeEnterCriticalRegion().
 * DDI: ntddk/nf-ntddk-keenterguardedregion
 */
void KeEnterGuardedRegion(void);

/**
 * KeLeaveGuardedRegion() - Leave a guarded region.
 *
 * Misuse: as KeLeaveCriticalRegion().
 *
 * Context: As KeLeaveCriticalRegion().
 * DDI: ntddk/nf-ntddk-keleaveguardedregion
 */
void KeLeaveGuardedRegion(void);

/**
 * KeAreApcsDisabled() - Tell whether the thread is in a critical or guarded region.
 *
 * Context: Any (Windows: IRQL <= DISPATCH_LEVEL).
 * Return: TRUE if either counter is not zero. IRQL does not count.
 * DDI: ntddk/nf-ntddk-keareapcsdisabled
 */
BOOLEAN KeAreApcsDisabled(void);

/**
 * KeAreAllApcsDisabled() - Tell whether it is in a guarded region or at APC_LEVEL.
 *
 * Context: Any (Windows: IRQL <= DISPATCH_LEVEL).
 * Return: TRUE if the counter of guarded regions is not zero or IRQL is
 *         APC_LEVEL or above. A critical region alone gives FALSE.
 * DDI: wdm/nf-wdm-keareallapcsdisabled
 */
BOOLEAN KeAreAllApcsDisabled(void);

/**
 * FsRtlEnterFileSystem() - The file systems' spelling of
 *	KeEnterCriticalRegion().
 *
 * Context: As KeEnterCriticalRegion().
 * DDI: ifs/fsrtlenterfilesystem
 */
void FsRtlEnterFileSystem(void);

/**
 * FsRtlExitFileSystem() - The file systems' spelling of
 *	KeLeaveCriticalRegion().
 *
 * Context: As KeLeaveCriticalRegion().
 * DDI: ifs/fsrtlexitfilesystem
 */
void FsRtlExitFileSystem(void);

/* IRQL */

/**
 * KeGetCurrentIrql() - The IRQL at which the caller runs.
 *
 * Context: Any.
 * Return: what the thread raised itself to, at least DISPATCH_LEVEL where it
 *         must not sleep: in interrupts, with interrupts, bottom halves or
 *         preemption off (as far as the kernel counts preemption).
 * DDI: wdm/nf-wdm-kegetcurrentirql
 */
KIRQL KeGetCurrentIrql(void);

/**
 * KeRaiseIrql() - Raise the thread's IRQL.
 * @NewIrql: APC_LEVEL or DISPATCH_LEVEL, not below the current one
 * @OldIrql: receives the current one, for KeLowerIrql()
 *
 * APC_LEVEL holds signals off like a region; sleeping stays allowed.
 * DISPATCH_LEVEL is a section with bottom halves off: the thread stays on its
 * CPU and must not sleep. On PREEMPT_RT it can be preempted.
 *
 * Misuse: a lower level (0x9), or one above DISPATCH_LEVEL, is reported and
 * changes nothing.
 *
 * Context: Task context; in an interrupt the level is DISPATCH_LEVEL anyway.
 *          To APC_LEVEL takes the thread's siglock.
 * DDI: wdm/nf-wdm-keraiseirql
 */
void KeRaiseIrql(KIRQL NewIrql, PKIRQL OldIrql);

/**
 * KeLowerIrql() - Lower the thread's IRQL again.
 * @NewIrql: the level that KeRaiseIrql() gave back
 *
 * Misuse: a level above the current one (0xA) is reported and changes nothing.
 *
 * Context: Task context. Below APC_LEVEL takes the thread's siglock if it is
 *          in no region.
 * DDI: wdm/nf-wdm-kelowerirql
 */
void KeLowerIrql(KIRQL NewIrql);

/**
 * KeRaiseIrqlToDpcLevel() - Raise the thread's IRQL to DISPATCH_LEVEL.
 *
 * Context: Any.
 * Return: the level before, for KeLowerIrql().
 * DDI: wdm/nf-wdm-keraiseirqltodpclevel
 */
KIRQL KeRaiseIrqlToDpcLevel(void);

/* A lockdep class per call site, as for init_rwsem(). */
#ifndef ERES_INIT_BY_FUNCTION
#define ExInitializeResourceLite(Resource)				\
({									\
	static struct eres_site __eres_site = {				\
		.name = #Resource,					\
		.module = ERES_MODULE_NAME,				\
		.file = __FILE__,					\
		.line = __LINE__,					\
	};								\
									\
	eres_init_resource((Resource), &__eres_site);			\
})
#endif

#ifndef PAGED_CODE
#define PAGED_CODE() NT_ASSERT(KeGetCurrentIrql() <= APC_LEVEL)
#endif

/* Obsolete spellings (contract 4.9) */

#define ExInitializeResource(R)			ExInitializeResourceLite(R)
#define ExReinitializeResource(R)		ExReinitializeResourceLite(R)
#define ExDeleteResource(R)			ExDeleteResourceLite(R)
#define ExAcquireResourceExclusive(R, W)	ExAcquireResourceExclusiveLite(R, W)
#define ExAcquireResourceShared(R, W)		ExAcquireResourceSharedLite(R, W)
#define ExTryToAcquireResourceExclusive(R)	ExTryToAcquireResourceExclusiveLite(R)
#define ExReleaseResource(R)			ExReleaseResourceLite(R)
#define ExReleaseResourceForThread(R, T)	ExReleaseResourceForThreadLite(R, T)
#define ExConvertExclusiveToShared(R)		ExConvertExclusiveToSharedLite(R)
#define ExDisableResourceBoost(R)		ExDisableResourceBoostLite(R)
#define ExIsResourceAcquiredExclusive(R)	ExIsResourceAcquiredExclusiveLite(R)
#define ExIsResourceAcquiredShared(R)		ExIsResourceAcquiredSharedLite(R)
#define ExIsResourceAcquired(R)			ExIsResourceAcquiredSharedLite(R)
#define ExIsResourceAcquiredLite(R)		ExIsResourceAcquiredSharedLite(R)

#endif /* ERESOURCE_H */
