// SPDX-License-Identifier: GPL-2.0-only
/*
 * What each misuse is called, what it means, and how to fix it: the rows of the
 * contract's catalogue that can occur here.
 */
#include <linux/build_bug.h>
#include <linux/kernel.h>

#include "report_names.h"

#define VERIFIER(subcode, params, what, hint)				\
	{ ERES_VERIFIER, subcode, params,				\
	  "DRIVER_VERIFIER_DETECTED_VIOLATION", what, hint }

#define BUGCHECK(code, params, name, what, hint)			\
	{ code, 0, params, name, what, hint }

static const struct eres_misuse eres_misuses[] = {
	BUGCHECK(ERES_APC_INDEX_MISMATCH, "annn",
		 "APC_INDEX_MISMATCH",
		 "a system call or work item returned inside a region",
		 "leave each region on every way out of the routine; look at early returns"),
	BUGCHECK(ERES_IRQL_NOT_GREATER_OR_EQUAL, "nnnn",
		 "IRQL_NOT_GREATER_OR_EQUAL",
		 "KeRaiseIrql to a lower level",
		 "raise to a level that is not below the present one; KeLowerIrql lowers"),
	BUGCHECK(ERES_IRQL_NOT_LESS_OR_EQUAL, "nnnn",
		 "IRQL_NOT_LESS_OR_EQUAL",
		 "KeLowerIrql to a higher level",
		 "lower to the level that KeRaiseIrql has returned"),
	BUGCHECK(ERES_KERNEL_APC_PENDING_DURING_EXIT, "nnnn",
		 "KERNEL_APC_PENDING_DURING_EXIT",
		 "thread exits inside a region or at raised IRQL",
		 "leave each region, and lower the IRQL, before the thread returns"),
	BUGCHECK(ERES_RESOURCE_NOT_OWNED, "aann",
		 "RESOURCE_NOT_OWNED",
		 "release of a resource that is not owned",
		 "release once for each acquire that returned TRUE, in the thread that acquired"),
	BUGCHECK(ERES_OWNER_POINTER_INVALID, "anaa",
		 "RESOURCE_OWNER_POINTER_INVALID",
		 "bad hand-over to an owner pointer",
		 "hand over in the thread that acquired, to an address with both low bits set"),
	BUGCHECK(ERES_INVALID_RELEASE, "aaan",
		 "ERESOURCE_INVALID_RELEASE",
		 "release in the name of another thread",
		 "hand over with ExSetResourceOwnerPointer() before another thread releases"),
	BUGCHECK(ERES_AUTO_BOOST_RAISED_IRQL, "aann",
		 "KERNEL_AUTO_BOOST_LOCK_ACQUISITION_WITH_RAISED_IRQL",
		 "acquire at DISPATCH_LEVEL or above",
		 "acquire before the IRQL is raised or the spin lock taken, or in a work item"),
	BUGCHECK(ERES_RESOURCE_TIMEOUT, "aann",
		 "EXRESOURCE_TIMEOUT_LIVEDUMP",
		 "a thread has been waiting for a resource for long",
		 "see what the owners do; one that waits for the waiter is a deadlock"),
	{ ERES_FAST_PRECONDITION, ERES_FAST_CONVERT_NOT_EXCLUSIVE, "naan",
	  "FAST_ERESOURCE_PRECONDITION_VIOLATION",
	  "conversion by a thread that is not the exclusive owner",
	  "convert only what this thread still owns exclusively" },

	VERIFIER(ERES_V_ACQUIRE_APCS_ENABLED, "nnna",
		 "acquire with APCs enabled",
		 "call KeEnterCriticalRegion() or FsRtlEnterFileSystem() before acquiring"),
	VERIFIER(ERES_V_RELEASE_APCS_ENABLED, "nnna",
		 "release with APCs enabled",
		 "leave the region after the release, not before"),
	VERIFIER(ERES_V_UNALIGNED, "nnna",
		 "unaligned resource",
		 "align it to a pointer: no packed structures, no odd offsets into buffers"),
	VERIFIER(ERES_V_LEAVE_WITHOUT_ENTER, "nnnn",
		 "region left without having been entered",
		 "enter and leave the same kind of region, once each, on every path"),
	VERIFIER(ERES_V_DISPATCH_CHANGED_APCS, "nann",
		 "dispatch routine returned with another APC disable count",
		 "leave in the dispatch routine what it has entered; look at early returns"),
	VERIFIER(ERES_V_FAST_IO_CHANGED_APCS, "nann",
		 "fast I/O routine returned with another APC disable count",
		 "leave in the fast I/O routine what it has entered; look at early returns"),
	VERIFIER(ERES_V_COMPLETION_CHANGED_APCS, "nann",
		 "completion routine returned with another APC disable count",
		 "never leave in a completion routine what another routine has entered"),
	VERIFIER(ERES_V_INIT_LIVE, "nann",
		 "live resource initialised again",
		 "initialise once; ExReinitializeResourceLite() resets"),
	VERIFIER(ERES_V_DELETE_UNINITIALIZED, "nann",
		 "uninitialised resource deleted",
		 "delete once, and only what ExInitializeResourceLite() was called for"),
	VERIFIER(ERES_V_FREED_LIVE, "nann",
		 "memory of a live resource goes away",
		 "call ExDeleteResourceLite() before the memory is freed or the driver unloads"),
	VERIFIER(ERES_V_BAD_ADDRESS, "nann",
		 "not the address of a resource",
		 "pass the address of an ERESOURCE in kernel memory"),
	VERIFIER(ERES_V_ENTER_IRQL, "nnnn",
		 "region entered above APC_LEVEL",
		 "enter before the IRQL is raised or the spin lock taken, not in a DPC"),
	VERIFIER(ERES_V_LEAVE_IRQL, "nnnn",
		 "region left above APC_LEVEL",
		 "leave after the IRQL is lowered and the spin lock released, not in a DPC"),
	VERIFIER(ERES_V_SELF_DEADLOCK, "nann",
		 "shared owner waits for itself",
		 "release the shared access first: a resource can not be upgraded"),
	VERIFIER(ERES_V_UNINITIALIZED, "nann",
		 "uninitialised resource acquired",
		 "call ExInitializeResourceLite() first; or was it deleted, or overwritten?"),
	VERIFIER(ERES_V_EXIT_OWNING, "naan",
		 "thread exits owning a resource",
		 "release before the thread returns, or hand over to an owner pointer"),
	VERIFIER(ERES_V_DELETE_OWNED, "naan",
		 "resource deleted while in use",
		 "delete after the last owner has released and nobody can wait any more"),
	VERIFIER(ERES_V_IRQL_EX_APC_LTE3, "naan",
		 "IRQL too high",
		 "call it at IRQL <= APC_LEVEL: not in a DPC, not under a spin lock"),
	{ 0, 0, "nnnn", "?", "misuse", "see include/eresource.h" },
};

/* Never out of bounds: ERES_MISUSES - 1 is the last, "?". */
static_assert(ARRAY_SIZE(eres_misuses) == ERES_MISUSES);

unsigned int eres_misuse_index(const struct eres_report *report)
{
	unsigned int i;

	for (i = 0; i < ERES_MISUSES - 1; i++)
		if (eres_misuses[i].code == report->code &&
		    (!eres_misuses[i].subcode ||
		     eres_misuses[i].subcode == report->param[0]))
			break;
	return i;
}

const struct eres_misuse *eres_misuse_at(unsigned int index)
{
	return &eres_misuses[index];
}
