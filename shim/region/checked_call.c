// SPDX-License-Identifier: GPL-2.0-only
/* Checks that a routine of a driver leaves the regions that it enters, and the top-level IRP. */
#include <linux/export.h>

#include <eresource_verify.h>

#include "neighbour.h"
#include "report/misuse.h"
#include "report/object.h"

u32 eres_apc_count(void)
{
	const struct eres_thread *thread = eres_thread_find();

	return thread ? eres_combined_counters(thread) : 0;
}
EXPORT_SYMBOL_GPL(eres_apc_count);

static const enum eres_verifier_code eres_routine_codes[] = {
	[ERES_DISPATCH_ROUTINE] = ERES_V_DISPATCH_CHANGED_APCS,
	[ERES_FAST_IO_ROUTINE] = ERES_V_FAST_IO_CHANGED_APCS,
	[ERES_COMPLETION_ROUTINE] = ERES_V_COMPLETION_CHANGED_APCS,
};

void eres_check_apc_count(enum eres_routine_kind kind, const void *routine,
			  u32 before)
{
	struct eres_report report = {
		.code = ERES_VERIFIER,
		.routine = "return of a routine of the driver",
		.caller = routine,
	};
	u32 now;

	if (!eres_verifies())
		return;
	now = eres_apc_count();
	if (likely(now == before))
		return;
	report.param[0] = eres_routine_codes[kind];
	report.param[1] = (unsigned long)routine;
	report.param[2] = now;
	report.param[3] = before;
	eres_describe_caller(&report.thread);
	eres_report_misuse(&report);
}
EXPORT_SYMBOL_GPL(eres_check_apc_count);

const void *eres_top_level(void)
{
	void **slot = eres_top_level_slot(false);

	return slot ? *slot : NULL;
}
EXPORT_SYMBOL_GPL(eres_top_level);

static const struct eres_misuse top_level_kept = {
	.code = ERES_VERIFIER,
	.subcode = ERES_V_TOP_LEVEL_KEPT,
	.params = "naaa",
	.name = "DRIVER_VERIFIER_DETECTED_VIOLATION",
	.what = "routine of the driver returned with another top-level IRP",
	.hint = "call IoSetTopLevelIrp() with what IoGetTopLevelIrp() said, on every path out",
};

void eres_check_top_level(const void *routine, const void *before)
{
	const struct eres_object object = {
		.module = THIS_MODULE,
		.kind = "top-level IRP",
		.address = eres_top_level(),
	};
	struct eres_call call = {
		.routine = "return of a routine of the driver",
		.caller = routine,
	};
	const unsigned long param[4] = {
		ERES_V_TOP_LEVEL_KEPT, (unsigned long)routine,
		(unsigned long)object.address, (unsigned long)before,
	};
	void **slot;

	if (likely(object.address == before) || !eres_verifies())
		return;
	eres_report_object(&top_level_kept, &object, call, param);
	slot = eres_top_level_slot(before);
	if (slot)
		*slot = (void *)before;
}
EXPORT_SYMBOL_GPL(eres_check_top_level);
