// SPDX-License-Identifier: GPL-2.0-only
/*
 * What each misuse is called, what it means, and how to fix it: the rows of the
 * contract's catalogue that can occur here, once for each way to get there that
 * is not the same thing in other words.
 */
#include <linux/build_bug.h>
#include <linux/kernel.h>

#include "report/report_names.h"

#define VERIFIER_WAY(subcode, way, params, what, hint)			\
	{ ERES_VERIFIER, ERES_V_##subcode, ERES_WAY_##way, params,	\
	  "DRIVER_VERIFIER_DETECTED_VIOLATION", what, hint }

#define VERIFIER(subcode, params, what, hint)				\
	VERIFIER_WAY(subcode, USUAL, params, what, hint)

static const struct eres_misuse eres_misuses[] = {
	{ ERES_APC_INDEX_MISMATCH, 0, ERES_WAY_USUAL, "annn",
	  "APC_INDEX_MISMATCH",
	  "a system call returned inside a region",
	  "leave each region on every way out of the routine; look at early returns" },
	{ ERES_APC_INDEX_MISMATCH, 0, ERES_WAY_WORK_ITEM, "annn",
	  "APC_INDEX_MISMATCH",
	  "a work item returned inside a region",
	  "leave each region on every way out of the routine; look at early returns" },
	{ ERES_APC_INDEX_MISMATCH, 0, ERES_WAY_UNMATCHED, "annn",
	  "APC_INDEX_MISMATCH",
	  "a system call returned after more leaves of a region than enters",
	  "enter and leave the same kind of region, once each, on every path" },
	{ ERES_APC_INDEX_MISMATCH, 0, ERES_WAY_WORK_ITEM_UNMATCHED, "annn",
	  "APC_INDEX_MISMATCH",
	  "a work item returned after more leaves of a region than enters",
	  "enter and leave the same kind of region, once each, on every path" },
	{ ERES_IRQL_NOT_GREATER_OR_EQUAL, 0, ERES_WAY_USUAL, "nnnn",
	  "IRQL_NOT_GREATER_OR_EQUAL",
	  "KeRaiseIrql to a lower level",
	  "raise to a level that is not below the present one; KeLowerIrql lowers" },
	{ ERES_IRQL_NOT_GREATER_OR_EQUAL, 0, ERES_WAY_NO_SUCH_LEVEL, "nnnn",
	  "IRQL_NOT_GREATER_OR_EQUAL",
	  "KeRaiseIrql to a level that does not exist here",
	  "there are PASSIVE_LEVEL (0), APC_LEVEL (1) and DISPATCH_LEVEL (2)" },
	{ ERES_IRQL_NOT_LESS_OR_EQUAL, 0, ERES_WAY_USUAL, "nnnn",
	  "IRQL_NOT_LESS_OR_EQUAL",
	  "KeLowerIrql to a higher level",
	  "lower to the level that KeRaiseIrql has returned" },
	{ ERES_KERNEL_APC_PENDING_DURING_EXIT, 0, ERES_WAY_USUAL, "nnnn",
	  "KERNEL_APC_PENDING_DURING_EXIT",
	  "thread exits inside a region",
	  "leave each region, and lower the IRQL, before the thread returns" },
	{ ERES_KERNEL_APC_PENDING_DURING_EXIT, 0, ERES_WAY_UNMATCHED, "nnnn",
	  "KERNEL_APC_PENDING_DURING_EXIT",
	  "thread exits after more leaves of a region than enters",
	  "enter and leave the same kind of region, once each, on every path" },
	{ ERES_KERNEL_APC_PENDING_DURING_EXIT, 0, ERES_WAY_RAISED, "nnnn",
	  "KERNEL_APC_PENDING_DURING_EXIT",
	  "thread exits at raised IRQL",
	  "lower the IRQL before the thread returns" },
	{ ERES_SYSTEM_EXIT_OWNED_MUTEX, 0, ERES_WAY_USUAL, "aaan",
	  "SYSTEM_EXIT_OWNED_MUTEX",
	  "a work item returned owning a mutex",
	  "release each mutex before the routine returns, in the thread that acquired" },
	{ ERES_THREAD_TERMINATE_HELD_MUTEX, 0, ERES_WAY_USUAL, "aann",
	  "THREAD_TERMINATE_HELD_MUTEX",
	  "thread exits owning a mutex",
	  "release each mutex before the thread returns: nobody else can" },
	{ ERES_RESOURCE_NOT_OWNED, 0, ERES_WAY_USUAL, "aann",
	  "RESOURCE_NOT_OWNED",
	  "release of a resource that the thread does not own",
	  "release once for each acquire that returned TRUE, in the thread that acquired" },
	{ ERES_RESOURCE_NOT_OWNED, 0, ERES_WAY_POINTER, "aann",
	  "RESOURCE_NOT_OWNED",
	  "release for an owner pointer that does not own the resource",
	  "release once for each level that was handed over, with the same owner pointer" },
	{ ERES_OWNER_POINTER_INVALID, 0, ERES_WAY_USUAL, "anaa",
	  "RESOURCE_OWNER_POINTER_INVALID",
	  "hand-over of a resource that the thread does not own",
	  "hand over in the thread that acquired, before it releases" },
	{ ERES_OWNER_POINTER_INVALID, 0, ERES_WAY_POINTER, "anaa",
	  "RESOURCE_OWNER_POINTER_INVALID",
	  "hand-over to what is no owner pointer",
	  "an owner pointer is an address with both low bits set" },
	{ ERES_OWNER_POINTER_INVALID, 0, ERES_WAY_FLAGS, "anaa",
	  "RESOURCE_OWNER_POINTER_INVALID",
	  "hand-over with flags that do not exist",
	  "there is FLAG_OWNER_POINTER_IS_THREAD (1)" },
	{ ERES_OWNER_POINTER_INVALID, 0, ERES_WAY_INTERRUPT, "anaa",
	  "RESOURCE_OWNER_POINTER_INVALID",
	  "hand-over in an interrupt",
	  "hand over in the thread that acquired" },
	{ ERES_INVALID_RELEASE, 0, ERES_WAY_USUAL, "aaan",
	  "ERESOURCE_INVALID_RELEASE",
	  "release in the name of a thread that does not own the resource",
	  "name the thread that has acquired, as long as it owns" },
	{ ERES_INVALID_RELEASE, 0, ERES_WAY_RELEASED, "aaan",
	  "ERESOURCE_INVALID_RELEASE",
	  "release in the name of another thread",
	  "hand over with ExSetResourceOwnerPointer() before another thread releases" },
	{ ERES_AUTO_BOOST_RAISED_IRQL, 0, ERES_WAY_USUAL, "aann",
	  "KERNEL_AUTO_BOOST_LOCK_ACQUISITION_WITH_RAISED_IRQL",
	  "acquire at DISPATCH_LEVEL",
	  "acquire before the IRQL is raised or the spin lock taken, or in a work item" },
	{ ERES_RESOURCE_TIMEOUT, 0, ERES_WAY_USUAL, "aann",
	  "EXRESOURCE_TIMEOUT_LIVEDUMP",
	  "a thread has been waiting for a resource for long",
	  "see what the owners do; one that waits for the waiter is a deadlock" },
	{ ERES_FAST_PRECONDITION, ERES_FAST_CONVERT_NOT_EXCLUSIVE,
	  ERES_WAY_USUAL, "naan", "FAST_ERESOURCE_PRECONDITION_VIOLATION",
	  "conversion by a thread that is not the exclusive owner",
	  "convert only what this thread still owns exclusively" },
	{ ERES_FAST_PRECONDITION, ERES_FAST_CONVERT_NOT_EXCLUSIVE,
	  ERES_WAY_INTERRUPT, "naan", "FAST_ERESOURCE_PRECONDITION_VIOLATION",
	  "conversion in an interrupt",
	  "convert in the thread that acquired" },

	VERIFIER(ACQUIRE_APCS_ENABLED, "nnna",
		 "acquire with APCs enabled",
		 "call KeEnterCriticalRegion() or FsRtlEnterFileSystem() before acquiring"),
	VERIFIER(RELEASE_APCS_ENABLED, "nnna",
		 "release with APCs enabled",
		 "enter a region before the acquire, and leave it after the release"),
	VERIFIER(UNALIGNED, "nnna",
		 "unaligned resource",
		 "align it to a pointer: no packed structures, no odd offsets into buffers"),
	VERIFIER(LEAVE_WITHOUT_ENTER, "nnnn",
		 "region left without having been entered",
		 "enter and leave the same kind of region, once each, on every path"),
	VERIFIER(DISPATCH_CHANGED_APCS, "nann",
		 "dispatch routine returned with another APC disable count",
		 "leave in the dispatch routine what it has entered, no more and no less"),
	VERIFIER(FAST_IO_CHANGED_APCS, "nann",
		 "fast I/O routine returned with another APC disable count",
		 "leave in the fast I/O routine what it has entered, no more and no less"),
	VERIFIER(COMPLETION_CHANGED_APCS, "nann",
		 "completion routine returned with another APC disable count",
		 "leave in a completion routine what it has entered, no more and no less"),
	VERIFIER(INIT_LIVE, "nann",
		 "live resource initialised again",
		 "initialise once; ExReinitializeResourceLite() resets"),
	VERIFIER(DELETE_UNINITIALIZED, "nann",
		 "uninitialised resource deleted",
		 "delete once, and only what ExInitializeResourceLite() was called for"),
	VERIFIER_WAY(DELETE_UNINITIALIZED, REINITIALIZE, "nann",
		     "uninitialised resource reinitialised",
		     "reinitialise what is initialised, and not after deleting it"),
	VERIFIER(FREED_LIVE, "nann",
		 "memory of a live resource goes away",
		 "call ExDeleteResourceLite() before the memory is freed"),
	VERIFIER_WAY(FREED_LIVE, UNLOAD, "nann",
		     "driver goes and leaves a live resource behind",
		     "call ExDeleteResourceLite() before the driver unloads"),
	VERIFIER(BAD_ADDRESS, "nann",
		 "not the address of a resource",
		 "pass the address of an ERESOURCE in kernel memory"),
	VERIFIER(ENTER_IRQL, "nnnn",
		 "region entered above APC_LEVEL",
		 "enter before the IRQL is raised or the spin lock taken, not in a DPC"),
	VERIFIER(LEAVE_IRQL, "nnnn",
		 "region left above APC_LEVEL",
		 "leave after the IRQL is lowered and the spin lock released, not in a DPC"),
	VERIFIER(SELF_DEADLOCK, "nann",
		 "shared owner waits for itself",
		 "release the shared access first: a resource can not be upgraded"),
	VERIFIER_WAY(SELF_DEADLOCK, FOR_WRITER, "nann",
		     "shared owner waits for a writer that waits for it",
		     "recurse with ExAcquireResourceSharedLite()"),
	VERIFIER(UNINITIALIZED, "nann",
		 "uninitialised resource acquired",
		 "call ExInitializeResourceLite() first; or was it deleted, or overwritten?"),
	VERIFIER(EXIT_OWNING, "naan",
		 "thread exits owning a resource",
		 "release before the thread returns, or hand over to an owner pointer"),
	VERIFIER(DELETE_OWNED, "naan",
		 "resource deleted while in use",
		 "delete after the last owner has released and nobody can wait any more"),
	VERIFIER_WAY(DELETE_OWNED, REINITIALIZE, "naan",
		     "resource reinitialised while in use",
		     "reinitialise after the last owner has released and nobody waits"),
	VERIFIER(IRQL_EX_APC_LTE3, "naan",
		 "IRQL too high",
		 "call it at IRQL <= APC_LEVEL: not in a DPC, not under a spin lock"),
	VERIFIER_WAY(IRQL_EX_APC_LTE3, ACQUIRE, "naan",
		     "acquire at DISPATCH_LEVEL",
		     "acquire before the IRQL is raised or the spin lock taken, or in a work item"),
	{ 0, 0, 0, "nnnn", "?", "misuse", "see include/eresource.h" },
};

/* Never out of bounds: ERES_MISUSES - 1 is the last, "?". */
static_assert(ARRAY_SIZE(eres_misuses) == ERES_MISUSES);

unsigned int eres_misuse_index(const struct eres_report *report)
{
	unsigned int i;

	/* The second module's are counted together. */
	if (report->misuse)
		return ERES_MISUSES - 1;
	for (i = 0; i < ERES_MISUSES - 1; i++)
		if (eres_misuses[i].code == report->code &&
		    eres_misuses[i].way == report->way &&
		    (!eres_misuses[i].subcode ||
		     eres_misuses[i].subcode == report->param[0]))
			break;
	return i;
}

const struct eres_misuse *eres_misuse_at(unsigned int index)
{
	return &eres_misuses[index];
}

const struct eres_misuse *eres_misuse_of(const struct eres_report *report)
{
	return report->misuse ?: &eres_misuses[eres_misuse_index(report)];
}
