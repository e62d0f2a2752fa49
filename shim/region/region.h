/* SPDX-License-Identifier: GPL-2.0-only */
/* The fast paths into and out of critical and guarded regions. */
#ifndef ERES_REGION_H
#define ERES_REGION_H

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

/* Enter an outermost region. The caller may sleep, so it is not above APC_LEVEL. */
static __always_inline void eres_enter_outermost(struct eres_thread *thread,
						 size_t counter,
						 const void *caller)
{
	WRITE_ONCE(*eres_counter(thread, counter), -1);
	WRITE_ONCE(thread->fast, thread->key);
	eres_entered_outermost(thread, counter, caller);
	eres_signals_hold(thread);
}

/* And back, with nothing else in the record. */
static __always_inline void eres_leave_outermost(struct eres_thread *thread,
						 size_t counter)
{
	WRITE_ONCE(*eres_counter(thread, counter), 0);
	WRITE_ONCE(thread->fast, thread->key | thread->at_rest);
	eres_lockdep_release_all(thread);
	/* At rest, but for the mask. */
	thread->signals_held = false;
	eres_pin_review();
	eres_signals_restore(thread);
}

/* The caller's record, if signals need not be caught up with. */
static __always_inline bool eres_synced_thread(struct eres_thread **thread)
{
	unsigned long id = eres_current_id();

	*thread = eres_last_record(id);
	if (unlikely(!eres_is_synced(*thread, id) || eres_in_atomic_context()))
		return false;
	eres_lockdep_sync(*thread);
	return true;
}

/*
 * Within another one of its kind, or in none at all: fast paths apply to the
 * record from here on. False: nothing has been done.
 */
static __always_inline bool eres_fast_enter(struct eres_thread **record,
					    size_t counter,
					    const void *caller)
{
	struct eres_thread *thread;
	int *count;

	if (unlikely(!eres_synced_thread(&thread) ||
		     trace_eres_region_enter_enabled()))
		return false;
	*record = thread;
	count = eres_counter(thread, counter);
	if (likely(*count < 0))
		WRITE_ONCE(*count, *count - 1);
	else if (likely(!(thread->kernel_apc_disable |
			  thread->special_apc_disable |
			  thread->signals_held)))
		eres_enter_outermost(thread, counter, caller);
	else
		return false;
	return true;
}

/* True: the record says nothing but that one region, of counter @count, is entered once. */
static __always_inline bool eres_is_all(const struct eres_thread *thread,
					int count)
{
	return count == -1 &&
	       thread->kernel_apc_disable + thread->special_apc_disable == -1 &&
	       thread->irql == PASSIVE_LEVEL &&
	       !((unsigned long)thread->chunks | thread->taken);
}

/* Leave, with a record that is synced. False: nothing has been done. */
static __always_inline bool eres_fast_leave_by(struct eres_thread *thread,
					       size_t counter)
{
	int *count = eres_counter(thread, counter);

	if (unlikely(trace_eres_region_leave_enabled()))
		return false;
	if (likely(*count < -1))
		WRITE_ONCE(*count, *count + 1);
	else if (likely(eres_is_all(thread, *count)))
		eres_leave_outermost(thread, counter);
	else
		return false;
	return true;
}

static __always_inline bool eres_fast_leave(size_t counter)
{
	struct eres_thread *thread;

	return likely(eres_synced_thread(&thread)) &&
	       eres_fast_leave_by(thread, counter);
}

#endif /* ERES_REGION_H */
