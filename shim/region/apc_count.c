// SPDX-License-Identifier: GPL-2.0-only
/* Checks that a routine of a driver leaves the regions that it enters. */
#include <linux/export.h>

#include <eresource_verify.h>

#include "report/misuse.h"

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
	struct eres_call call = {
		.routine = "return of a routine of the driver",
		.caller = routine,
		.returned = true,
	};
	u32 now;

	if (!eres_verifies())
		return;
	now = eres_apc_count();
	if (unlikely(now != before))
		eres_report(&call, NULL, ERES_VERIFIER, eres_routine_codes[kind],
			    (unsigned long)routine, now, before);
}
EXPORT_SYMBOL_GPL(eres_check_apc_count);
