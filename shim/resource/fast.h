/* SPDX-License-Identifier: GPL-2.0-only */
/* For whom fast paths are: see fast_path.h. */
#ifndef ERES_FAST_H
#define ERES_FAST_H

#include <linux/preempt.h>

#include "lock/thin.h"
#include "report/verifier.h"
#include "resource/resource.h"
#include "thread/own_hold.h"
#include "trace/trace.h"

/* What has come of a fast path. */
enum eres_fast {
	ERES_SLOWPATH,		/* nothing has been done */
	ERES_ACQUIRED,
	ERES_DENIED,		/* and not to be waited for */
};

/* acquire.c, release.c: out of line, because they take registers and stack */
bool eres_acquire_noinline(ERESOURCE *r, enum eres_request request, bool wait,
			   const char *routine, unsigned long caller);
bool eres_acquire_slowpath(ERESOURCE *r, enum eres_request request, bool wait,
			   const char *routine, unsigned long caller);
void eres_release_slowpath(ERESOURCE *r, const char *routine,
			   unsigned long caller);

/* The record is @id's, signals are as they have to be, and there is nothing to report. */
static __always_inline bool eres_is_fast(const struct eres_thread *thread,
					 unsigned long id)
{
	unsigned long fast = READ_ONCE(thread->fast);

	if (!eres_verifies())
		fast &= ~ERES_UNPROTECTED;
	return fast == id;
}

/*
 * The caller's record, if it is the last one of this CPU and fast paths are for it.
 * For a thread; its interrupts may be off.
 */
static __always_inline bool eres_fast_thread(struct eres_thread **thread)
{
	unsigned long id = eres_current_id();

	*thread = eres_last_record(id);
	if (unlikely(!eres_is_fast(*thread, id) || !in_task()))
		return false;
	eres_lockdep_sync(*thread);
	return true;
}

/* The same, for a caller who may sleep. */
static __always_inline bool eres_fast_waiter(struct eres_thread **thread)
{
	unsigned long id = eres_current_id();

	*thread = eres_last_record(id);
	if (unlikely(!eres_is_fast(*thread, id) || eres_in_atomic_context()))
		return false;
	eres_lockdep_sync(*thread);
	return true;
}

/*
 * The first look finds the record of the CPU's last caller, which may be another
 * thread's. Make it the calling thread's.
 *
 * Return: whether it was another's: the fast path can be tried again.
 */
static __always_inline bool eres_fast_retry(void)
{
	unsigned long id = eres_current_id();

	return READ_ONCE(eres_last_record(id)->key) != id && in_task() &&
	       eres_thread_find();
}

#endif /* ERES_FAST_H */
