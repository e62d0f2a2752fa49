// SPDX-License-Identifier: GPL-2.0-only
/* Steps for people to read. */
#include <linux/kernel.h>

#include "oracle_run.h"

static const char *const oracle_names[OM_OPS] = {
	[OM_EXCLUSIVE] = "ExAcquireResourceExclusiveLite",
	[OM_TRY_EXCLUSIVE] = "ExTryToAcquireResourceExclusiveLite",
	[OM_SHARED] = "ExAcquireResourceSharedLite",
	[OM_STARVE] = "ExAcquireSharedStarveExclusive",
	[OM_WAIT_FOR] = "ExAcquireSharedWaitForExclusive",
	[OM_ENTER_EXCLUSIVE] = "ExEnterCriticalRegionAndAcquireResourceExclusive",
	[OM_ENTER_SHARED] = "ExEnterCriticalRegionAndAcquireResourceShared",
	[OM_ENTER_WAIT_FOR] = "ExEnterCriticalRegionAndAcquireSharedWaitForExclusive",
	[OM_FLT_EXCLUSIVE] = "FltAcquireResourceExclusive",
	[OM_FLT_SHARED] = "FltAcquireResourceShared",
	[OM_RELEASE] = "ExReleaseResourceLite",
	[OM_RELEASE_LEAVE] = "ExReleaseResourceAndLeaveCriticalRegion",
	[OM_FLT_RELEASE] = "FltReleaseResource",
	[OM_RELEASE_FOR] = "ExReleaseResourceForThreadLite",
	[OM_RELEASE_POINTER] = "ExReleaseResourceForThreadLite",
	[OM_CONVERT] = "ExConvertExclusiveToSharedLite",
	[OM_HAND_OVER] = "ExSetResourceOwnerPointer",
	[OM_HAND_OVER_EX] = "ExSetResourceOwnerPointerEx",
	[OM_HAND_OVER_BAD] = "ExSetResourceOwnerPointer",
	[OM_ENTER_CRITICAL] = "KeEnterCriticalRegion",
	[OM_LEAVE_CRITICAL] = "KeLeaveCriticalRegion",
	[OM_ENTER_FS] = "FsRtlEnterFileSystem",
	[OM_EXIT_FS] = "FsRtlExitFileSystem",
	[OM_ENTER_GUARDED] = "KeEnterGuardedRegion",
	[OM_LEAVE_GUARDED] = "KeLeaveGuardedRegion",
	[OM_RAISE] = "KeRaiseIrql",
	[OM_LOWER] = "KeLowerIrql",
	[OM_DELETE] = "ExDeleteResourceLite",
	[OM_INIT_AGAIN] = "ExInitializeResourceLite",
	[OM_REINIT] = "ExReinitializeResourceLite",
};

static const char *const oracle_contexts[] = {
	[OM_TASK] = "",
	[OM_AT_DISPATCH] = " at DISPATCH_LEVEL",
	[OM_SOFTIRQ] = " in a softirq",
};

static int oracle_arguments(const struct om_step *step, char *text, size_t size)
{
	switch (step->op) {
	case OM_EXCLUSIVE:
	case OM_SHARED:
	case OM_STARVE:
	case OM_WAIT_FOR:
		return scnprintf(text, size, "(R%u, %s)", step->resource,
				 step->wait ? "TRUE" : "FALSE");
	case OM_RELEASE_FOR:
		return scnprintf(text, size, "(R%u, T%u)", step->resource,
				 step->arg);
	case OM_RELEASE_POINTER:
	case OM_HAND_OVER:
	case OM_HAND_OVER_EX:
		return scnprintf(text, size, "(R%u, pointer %u)",
				 step->resource, step->arg);
	case OM_HAND_OVER_BAD:
		return scnprintf(text, size, "(R%u, even)", step->resource);
	case OM_RAISE:
	case OM_LOWER:
		return scnprintf(text, size, "(%u)", step->arg);
	case OM_ENTER_CRITICAL:
	case OM_LEAVE_CRITICAL:
	case OM_ENTER_FS:
	case OM_EXIT_FS:
	case OM_ENTER_GUARDED:
	case OM_LEAVE_GUARDED:
		return scnprintf(text, size, "()");
	default:
		return scnprintf(text, size, "(R%u)", step->resource);
	}
}

const char *oracle_step_text(const struct om_step *step, char *text)
{
	size_t size = ORACLE_STEP_TEXT;
	int n;

	if (step->actor == OM_CONTROLLER)
		n = scnprintf(text, size, "--: ");
	else
		n = scnprintf(text, size, "T%u: ", step->actor);
	n += scnprintf(text + n, size - n, "%s", oracle_names[step->op]);
	n += oracle_arguments(step, text + n, size - n);
	scnprintf(text + n, size - n, "%s", oracle_contexts[step->context]);
	return text;
}
