// SPDX-License-Identifier: GPL-2.0-only
/* What an acquire costs only if it is traced. */
#include <linux/ktime.h>

#include "resource/resource.h"
#include "trace/trace.h"

/**
 * eres_acquire_traced() - As __eres_acquire(), between two events.
 * @r: resource; nothing is known about it yet
 * @request: which way
 * @wait: until it can be had
 * @call: routine and caller
 *
 * The name is taken before: who has acquired may at once have lost the level
 * to somebody who releases in its name, and the resource with it.
 *
 * Return: as __eres_acquire().
 */
bool eres_acquire_traced(ERESOURCE *r, enum eres_request request, bool wait,
			 const struct eres_call *call)
{
	const char *name = eres_is_live_safely(r) ? eres_name(r) : "?";
	const struct eres_thread *thread;
	u64 began = ktime_get_ns(), waited = 0;

	trace_eres_acquire(r, name, request, wait, call->caller);
	if (!__eres_acquire(r, request, wait, call))
		return false;
	thread = eres_thread_find();
	if (thread && thread->wait.since >= began)
		waited = thread->wait.until - thread->wait.since;
	trace_eres_acquired(r, name, request, waited);
	return true;
}
