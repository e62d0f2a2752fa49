// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who waits for what: the thread's own note of it, in its record, and what
 * tracers are told.
 *
 * rwsem emits contention events for those who wait in it, under the address of
 * the rwsem, which is that of the resource. Shared waiters sleep in a
 * completion, of which tools know nothing: theirs are emitted here.
 */
#include <linux/ktime.h>

#include "lock/live.h"
#include "report/stats.h"
#include "trace/caller.h"
#include "trace/trace.h"
#include "wait/wait.h"

static_assert(offsetof(ERESOURCE, sem) == 0);

/* The caller is going to sleep for a resource, for which it has reserved @hold. */
void eres_wait_begin(struct eres_hold *hold, ERESOURCE *r,
		     enum eres_request request, struct eres_call call)
{
	struct eres_wait *wait = &hold->thread->wait;

	trace_eres_contended(r, eres_name(r), request, true, call.caller);
	eres_lockdep_contended(hold, call.caller);
	WRITE_ONCE(wait->request, request);
	WRITE_ONCE(wait->call.routine, call.routine);
	WRITE_ONCE(wait->call.caller, eres_caller(call.caller));
	WRITE_ONCE(wait->since, ktime_get_ns());
	/* Pairs with the acquire in eres_visit_waiter(). */
	smp_store_release(&wait->resource, r);
	eres_wait_warn_arm();
	if (request != ERES_EXCLUSIVE)
		eres_contention_begin(r, ERES_CONTENTION_READ);
}

/*
 * The caller has slept enough. Once the lock has been had, nobody looks at the resource by
 * way of this wait any more: it can be released, deleted and freed.
 */
void eres_wait_end(struct eres_hold *hold)
{
	struct eres_thread *thread = hold->thread;
	struct eres_wait *wait = &thread->wait;
	ERESOURCE *r = wait->resource;
	unsigned long flags;

	if (wait->request != ERES_EXCLUSIVE)
		eres_contention_end(r);
	raw_spin_lock_irqsave(&thread->lock, flags);
	WRITE_ONCE(wait->resource, NULL);
	raw_spin_unlock_irqrestore(&thread->lock, flags);
	WRITE_ONCE(wait->until, ktime_get_ns());
	eres_count_wait(wait->request, wait->until - wait->since);
	eres_lockdep_acquired(hold, wait->call.caller);
}
