/* SPDX-License-Identifier: GPL-2.0-only */
/* The fast paths into and out of critical and guarded regions. */
#ifndef ERES_REGION_H
#define ERES_REGION_H

#include "region/level.h"
#include "region/signals.h"
#include "thread/thread.h"
#include "trace/trace.h"

/* Which of the two: the offset of its counter in the record. */
#define ERES_CRITICAL	offsetof(struct eres_thread, kernel_apc_disable)
#define ERES_GUARDED	offsetof(struct eres_thread, special_apc_disable)

/* critical_region.c: what fast paths do not cover */
void eres_enter(const char *routine, const void *caller, size_t counter);
void eres_leave_region(const char *routine, const void *caller, size_t counter);

static __always_inline int *eres_counter(struct eres_thread *thread,
					 size_t counter)
{
	return (void *)thread + counter;
}

static __always_inline void eres_entered_outermost(struct eres_thread *thread,
						   size_t counter,
						   const void *caller)
{
	if (counter == ERES_CRITICAL)
		thread->region.critical_by = caller;
	else
		thread->region.guarded_by = caller;
}

/*
 * Enter, with a record that is synced. The caller sees to it that signals are held then.
 * False: nothing has been done.
 */
static __always_inline bool eres_fast_enter_by(struct eres_thread *thread,
					       size_t counter,
					       const void *caller)
{
	int *count = eres_counter(thread, counter);

	if (unlikely(trace_eres_region_enter_enabled()))
		return false;
	if (likely(*count < 0)) {
		WRITE_ONCE(*count, *count - 1);
		return true;
	}
	if (unlikely(thread->kernel_apc_disable > 0 || thread->special_apc_disable > 0))
		return false;
	WRITE_ONCE(*count, -1);
	eres_entered_outermost(thread, counter, caller);
	return true;
}

/*
 * Within another region, or at APC_LEVEL, or in none at all: fast paths apply to the
 * record from here on. False: nothing has been done.
 */
static __always_inline bool eres_fast_enter(struct eres_thread **record,
					    size_t counter,
					    const void *caller)
{
	struct eres_thread *thread;

	if (unlikely(!eres_synced_thread(&thread) ||
		     !eres_fast_enter_by(thread, counter, caller)))
		return false;
	*record = thread;
	if (!thread->signals_held)
		eres_protect(thread);
	return true;
}

/*
 * Leave, with a record that is synced, what is within another region, or at APC_LEVEL.
 * False: nothing has been done.
 */
static __always_inline bool eres_fast_leave_nested(struct eres_thread *thread,
						   size_t counter)
{
	int *count = eres_counter(thread, counter);

	if (unlikely(trace_eres_region_leave_enabled()))
		return false;
	if (likely(*count < -1)) {
		WRITE_ONCE(*count, *count + 1);
		return true;
	}
	if (*count != -1 ||
	    (thread->kernel_apc_disable + thread->special_apc_disable >= -1 &&
	     thread->irql == PASSIVE_LEVEL))
		return false;
	/* Still protected. */
	WRITE_ONCE(*count, 0);
	return true;
}

/* Leave, with a record that is synced. False: nothing has been done. */
static __always_inline bool eres_fast_leave_by(struct eres_thread *thread,
					       size_t counter)
{
	int *count = eres_counter(thread, counter);

	if (likely(eres_fast_leave_nested(thread, counter)))
		return true;
	if (unlikely(trace_eres_region_leave_enabled() || *count != -1 ||
		     thread->kernel_apc_disable + thread->special_apc_disable != -1 ||
		     !eres_owns_nothing(thread)))
		return false;
	WRITE_ONCE(*count, 0);
	eres_unprotect(thread);
	return true;
}

static __always_inline bool eres_fast_leave(size_t counter)
{
	struct eres_thread *thread;

	return likely(eres_synced_thread(&thread)) &&
	       eres_fast_leave_by(thread, counter);
}

#endif /* ERES_REGION_H */
