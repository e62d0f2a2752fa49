// SPDX-License-Identifier: GPL-2.0-only
/*
 * Acquiring and changing: check the call, look at what the thread holds, then
 * ask state.c. The rules are the master table of the contract: recursion first,
 * then the state of the resource.
 */
#include <linux/export.h>
#include <linux/ktime.h>
#include <linux/preempt.h>

#include "region/signals.h"
#include "resource/fast_path.h"
#include "wait/wait.h"

/*
 * User threads must be in a region or at APC_LEVEL or above while they own: it
 * is what keeps signals from them. Threads of the system are exempt.
 */
void eres_check_apcs(struct eres_call call, ERESOURCE *r,
		     enum eres_verifier_code code)
{
	struct eres_thread *thread;

	if (!eres_verifies() || current->flags & ERES_PF_SYSTEM ||
	    likely(eres_fast_thread(&thread)))
		return;
	thread = eres_thread_find();
	if (eres_irql(thread) >= APC_LEVEL ||
	    (thread && (thread->kernel_apc_disable ||
			thread->special_apc_disable)))
		return;
	eres_report(call, r, ERES_VERIFIER, code, eres_irql(thread), 0,
		    (unsigned long)r);
}

/* False: the call must not go on. Clears @wait where it must not sleep. */
static bool eres_check_acquire(struct eres_call call, ERESOURCE *r,
			       bool *wait)
{
	if (unlikely(!eres_check_address(call, r)))
		return false;
	if (unlikely(!eres_is_live(r))) {
		eres_report_verifier(call, r, ERES_V_UNINITIALIZED);
		return false;
	}
	if (unlikely(KeGetCurrentIrql() >= DISPATCH_LEVEL)) {
		eres_report_irql(call, r);
		*wait = false;
		/* An interrupt must not touch the interrupted thread's record. */
		return in_task();
	}
	eres_check_apcs(call, r, ERES_V_ACQUIRE_APCS_ENABLED);
	return true;
}

enum eres_recursion {
	ERES_GRANTED,
	ERES_REFUSED,	/* an owner, who would have to wait for itself */
	ERES_TOO_MANY,	/* levels, to count one more */
	ERES_NOT_OWNER,
};

static enum eres_recursion eres_recurse(struct eres_hold *hold, ERESOURCE *r,
					enum eres_request request)
{
	u64 word = eres_hold_read(hold);

	do {
		if (!eres_word_is_threads(word))
			return ERES_NOT_OWNER;
		if (!(word & ERES_HOLD_EXCLUSIVE)) {
			if (request == ERES_EXCLUSIVE)
				return ERES_REFUSED;
			if (request == ERES_WAIT_FOR_EXCLUSIVE &&
			    READ_ONCE(r->exclusive_waiters))
				return ERES_REFUSED;
		}
		if (WARN_ON_ONCE(eres_word_levels(word) == ERES_HOLD_LEVELS))
			return ERES_TOO_MANY;
		/* Whatever was asked for, it is one more of the mode that is held. */
	} while (!atomic64_try_cmpxchg(&hold->word, (s64 *)&word, word + 1));
	return ERES_GRANTED;
}

/* Not an owner, and nothing to wait for. */
static bool eres_take(struct eres_thread *thread, ERESOURCE *r,
		      enum eres_request request)
{
	if (request == ERES_EXCLUSIVE)
		return eres_take_exclusive(r, eres_current_id());
	if (!eres_take_shared(r, request))
		return false;
	eres_meet_bias(thread, r);
	return true;
}

/* Sleeps; false if a shared owner can add a level after all. */
static bool eres_wait(struct eres_hold *hold, ERESOURCE *r,
		      enum eres_request request, bool owner,
		      struct eres_call call)
{
	bool granted = true;

	if (!owner && eres_spin(r, request == ERES_EXCLUSIVE ? eres_current_id() : 0))
		return true;
	eres_wait_begin(hold, r, request, call);
	if (request == ERES_EXCLUSIVE)
		eres_wait_exclusive(r, eres_current_id());
	else if (owner)
		granted = eres_wait_behind_writers(r);
	else
		eres_wait_shared(r, request);
	eres_wait_end(hold);
	return granted;
}

static bool eres_acquire_new(struct eres_thread *thread, ERESOURCE *r,
			     enum eres_request request, bool wait, bool owner,
			     struct eres_call call)
{
	struct eres_hold *hold;

	hold = eres_hold_reserve(thread, r);
	if (unlikely(!hold))
		return false;
	/* Before waiting: lockdep shall speak up while there is time. */
	if (wait)
		eres_lockdep_acquire(hold, r, request, false, call.caller);
	if ((owner || !eres_take(thread, r, request)) &&
	    (!wait || !eres_wait(hold, r, request, owner, call))) {
		eres_lockdep_release(hold);
		return false;
	}
	if (!wait)
		eres_lockdep_acquire(hold, r, request, true, call.caller);
	eres_lockdep_own(hold);
	eres_hold_prepare(hold, r);
	/* The resource before the word; pairs with the acquire in eres_hold_read(). */
	smp_wmb();
	eres_hold_use(thread, hold, eres_hold_read(hold), request == ERES_EXCLUSIVE);
	return true;
}

static bool eres_acquire_thread(struct eres_thread *thread, ERESOURCE *r,
				enum eres_request request, bool wait,
				struct eres_call call)
{
	bool owner, reported = false;

	do {
		struct eres_hold *hold = eres_hold_find(thread, r);
		enum eres_recursion recursion =
			hold ? eres_recurse(hold, r, request) : ERES_NOT_OWNER;

		if (recursion == ERES_GRANTED || recursion == ERES_TOO_MANY)
			return recursion == ERES_GRANTED;
		owner = recursion == ERES_REFUSED;
		if (owner && wait && !reported) {
			eres_report_way(call, r, request == ERES_EXCLUSIVE ?
					ERES_WAY_USUAL : ERES_WAY_FOR_WRITER,
					ERES_VERIFIER, ERES_V_SELF_DEADLOCK,
					(unsigned long)r, 0, 0);
			reported = true;
		}
		if (eres_acquire_new(thread, r, request, wait, owner, call))
			return true;
		/* A shared owner for whose sake no writer waits any more. */
	} while (owner && wait);
	return false;
}

/* Return: whether the calling thread has one level more. */
static bool __eres_acquire(ERESOURCE *r, enum eres_request request, bool wait,
			   struct eres_call call)
{
	struct eres_thread *thread;
	bool granted;

	if (!eres_check_acquire(call, r, &wait))
		return false;
	thread = eres_thread_get();
	if (unlikely(!thread))
		return false;
	/* A region that was entered with interrupts off protects from here. */
	eres_signals_update(thread);
	granted = eres_acquire_thread(thread, r, request, wait, call);
	if (!granted)
		eres_thread_put(thread);
	return granted;
}

/*
 * Between two events. The name is taken before: who has acquired may at once have lost
 * the level to somebody who releases in its name, and the resource with it.
 */
static bool eres_acquire_traced(ERESOURCE *r, enum eres_request request, bool wait,
				struct eres_call call)
{
	const char *name = eres_is_live_safely(r) ? eres_name(r) : "?";
	const struct eres_thread *thread;
	u64 began = ktime_get_ns(), waited = 0;

	trace_eres_acquire(r, name, request, wait, call.caller);
	if (!__eres_acquire(r, request, wait, call))
		return false;
	thread = eres_thread_find();
	if (thread && thread->wait.since >= began)
		waited = thread->wait.until - thread->wait.since;
	trace_eres_acquired(r, name, request, waited);
	return true;
}

static bool eres_acquire(ERESOURCE *r, enum eres_request request, bool wait,
			 struct eres_call call)
{
	if (eres_acquire_is_traced())
		return eres_acquire_traced(r, request, wait, call);
	return __eres_acquire(r, request, wait, call);
}

/* In any way; out of line, because it takes registers and stack. */
static noinline enum eres_fast eres_fast_acquire_noinline(ERESOURCE *r,
							  enum eres_request request,
							  bool wait,
							  unsigned long caller)
{
	return eres_fast_acquire(r, request, wait, caller);
}

bool eres_acquire_slowpath(ERESOURCE *r, enum eres_request request, bool wait,
			   const char *routine, unsigned long caller)
{
	struct eres_call call = { routine, (void *)caller };
	enum eres_fast fast = ERES_SLOWPATH;

	if (eres_fast_retry())
		fast = eres_fast_acquire_noinline(r, request, wait, caller);
	return fast == ERES_SLOWPATH ?
	       eres_acquire(r, request, wait, call) : fast == ERES_ACQUIRED;
}

/* For routines that are not worth a fast path of their own. */
bool eres_acquire_noinline(ERESOURCE *r, enum eres_request request, bool wait,
			   const char *routine, unsigned long caller)
{
	enum eres_fast fast = eres_fast_acquire_noinline(r, request, wait, caller);

	if (fast == ERES_SLOWPATH)
		return eres_acquire_slowpath(r, request, wait, routine, caller);
	return fast == ERES_ACQUIRED;
}

static __always_inline bool eres_acquire_inline(ERESOURCE *r,
						enum eres_request request,
						bool wait, const char *routine,
						unsigned long caller)
{
	enum eres_fast fast = eres_fast_acquire(r, request, wait, caller);

	if (unlikely(fast == ERES_SLOWPATH))
		return eres_acquire_slowpath(r, request, wait, routine, caller);
	return fast == ERES_ACQUIRED;
}

BOOLEAN ExAcquireResourceExclusiveLite(PERESOURCE Resource, BOOLEAN Wait)
{
	return eres_acquire_inline(Resource, ERES_EXCLUSIVE, Wait, __func__,
				   _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExAcquireResourceExclusiveLite);

BOOLEAN ExTryToAcquireResourceExclusiveLite(PERESOURCE Resource)
{
	return eres_acquire_noinline(Resource, ERES_EXCLUSIVE, false, __func__,
				     _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExTryToAcquireResourceExclusiveLite);

BOOLEAN ExAcquireResourceSharedLite(PERESOURCE Resource, BOOLEAN Wait)
{
	return eres_acquire_inline(Resource, ERES_SHARED, Wait, __func__,
				   _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExAcquireResourceSharedLite);

BOOLEAN ExAcquireSharedStarveExclusive(PERESOURCE Resource, BOOLEAN Wait)
{
	return eres_acquire_noinline(Resource, ERES_STARVE_EXCLUSIVE, Wait, __func__,
				     _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExAcquireSharedStarveExclusive);

BOOLEAN ExAcquireSharedWaitForExclusive(PERESOURCE Resource, BOOLEAN Wait)
{
	return eres_acquire_noinline(Resource, ERES_WAIT_FOR_EXCLUSIVE, Wait, __func__,
				     _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExAcquireSharedWaitForExclusive);
