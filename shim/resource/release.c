// SPDX-License-Identifier: GPL-2.0-only
/*
 * Releasing, for the caller and for others, and what becomes of an exclusive
 * ownership: shared, or an owner pointer's.
 */
#include <linux/export.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>

#include "resource/fast_path.h"

struct eres_hold_search {
	ERESOURCE *r;
	struct eres_hold *hold;
};

static bool eres_search_record(struct eres_thread *thread, void *data)
{
	struct eres_hold_search *search = data;

	search->hold = eres_hold_find(thread, search->r);
	return !search->hold;
}

/*
 * Take one level of the thread @id away. For a thread that is not the caller, or whose
 * record the caller must not change: the thread that it has interrupted, or itself
 * before the exit hook. Return: whether @id owned @r.
 */
bool eres_release_for(ERESOURCE *r, unsigned long id)
{
	struct eres_hold_search search = { .r = r };
	u64 word = 0;

	if (!id || unlikely(!eres_may_lock_resource()))
		return false;
	/* Keeps holds that are not in the record itself. */
	rcu_read_lock();
	if (!eres_visit_records_of(id, eres_search_record, &search))
		word = eres_put_level(r, search.hold, id);
	if (eres_word_levels(word) == 1)
		eres_foreign_freed(search.hold->thread);
	rcu_read_unlock();
	return word;
}

/* Return: whether the thread had a level. */
static bool eres_release_hold(struct eres_thread *thread, ERESOURCE *r,
			      struct eres_hold *hold)
{
	u64 word = eres_hold_read(hold);

	if (eres_word_is_threads(word) && eres_put_own_level(thread, r, hold, word))
		return true;
	word = eres_put_level(r, hold, eres_current_id());
	if (eres_word_levels(word) == 1) {
		eres_lockdep_release(hold);
		eres_hold_freed(thread);
	}
	return word;
}

static bool eres_release_by_owner(ERESOURCE *r)
{
	struct eres_thread *thread;
	struct eres_hold *hold;

	if (unlikely(!in_task()))
		return eres_release_for(r, eres_current_id());

	thread = eres_thread_find();
	hold = thread ? eres_hold_find(thread, r) : NULL;
	if (hold && eres_release_hold(thread, r, hold)) {
		eres_thread_put(thread);
		return true;
	}
	/* An exiting thread's earlier holds are in its earlier record. */
	return current->flags & PF_EXITING &&
	       eres_release_for(r, eres_current_id());
}

static void eres_release_own(ERESOURCE *r, struct eres_call call)
{
	if (unlikely(!eres_release_by_owner(r)))
		eres_report(call, r, ERES_RESOURCE_NOT_OWNED, (unsigned long)r,
			    eres_current_id(), 0, 0);
}

static void eres_release_for_pointer(ERESOURCE *r, unsigned long owner,
				     struct eres_call call)
{
	/* Without a live resource there is no lock to look under. */
	if (!eres_is_live(r) || !eres_release_pointer(r, owner))
		eres_report_way(call, r, ERES_WAY_POINTER,
				ERES_RESOURCE_NOT_OWNED, (unsigned long)r,
				eres_current_id(), 0, 0);
}

/* Both outcomes are misuse by the book; one of them real drivers live by. */
static void eres_release_for_other(ERESOURCE *r, unsigned long id,
				   struct eres_call call)
{
	bool released = eres_release_for(r, id);

	if (released && !eres_verifies())
		return;
	/* If it was released, @r may be gone: report the address alone. */
	eres_report_way(call, released ? NULL : r,
			released ? ERES_WAY_RELEASED : ERES_WAY_USUAL,
			ERES_INVALID_RELEASE, (unsigned long)r,
			eres_current_id(), id, 0);
}

static noinline void eres_release_named(ERESOURCE *r, unsigned long id,
					const char *routine, unsigned long caller)
{
	struct eres_call call = { routine, (void *)caller };

	if (unlikely(!eres_check_address(call, r)))
		return;
	eres_check_apcs(call, r, ERES_V_RELEASE_APCS_ENABLED);
	trace_eres_release(r, id, call.caller);
	if (id == eres_current_id())
		eres_release_own(r, call);
	else if ((id & ERES_POINTER_BITS) == ERES_POINTER_BITS)
		eres_release_for_pointer(r, id, call);
	else
		eres_release_for_other(r, id, call);
}

static noinline bool eres_fast_release_noinline(ERESOURCE *r)
{
	return eres_fast_release(r);
}

void eres_release_slowpath(ERESOURCE *r, const char *routine,
			   unsigned long caller)
{
	if (!eres_fast_retry() || !eres_fast_release_noinline(r))
		eres_release_named(r, eres_current_id(), routine, caller);
}

void ExReleaseResourceLite(PERESOURCE Resource)
{
	if (unlikely(!eres_fast_release(Resource)))
		eres_release_slowpath(Resource, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExReleaseResourceLite);

/* For the caller, or an owner pointer, if the verifier has nothing to say of it. */
static __always_inline bool eres_fast_release_named(ERESOURCE *r,
						    unsigned long id)
{
	struct eres_thread *thread;

	if (id == eres_current_id())
		return eres_fast_release_noinline(r);
	return (id & ERES_POINTER_BITS) == ERES_POINTER_BITS &&
	       !trace_eres_release_enabled() && eres_is_live_safely(r) &&
	       eres_fast_thread(&thread) && eres_release_pointer(r, id);
}

void ExReleaseResourceForThreadLite(PERESOURCE Resource,
				    ERESOURCE_THREAD ResourceThreadId)
{
	if (unlikely(!eres_fast_release_named(Resource, ResourceThreadId)))
		eres_release_named(Resource, ResourceThreadId, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExReleaseResourceForThreadLite);

/* The calling thread's hold, if it may change it. */
static struct eres_hold *eres_own_hold(ERESOURCE *r)
{
	struct eres_thread *thread = in_task() ? eres_thread_last() : NULL;

	return thread ? eres_hold_find(thread, r) : NULL;
}

void ExConvertExclusiveToSharedLite(PERESOURCE Resource)
{
	struct eres_call call = ERES_CALL();
	struct eres_hold *hold;

	if (unlikely(!eres_check_address(call, Resource)))
		return;
	eres_check_irql(call, Resource);
	hold = eres_own_hold(Resource);
	if (unlikely(!hold || !eres_convert_owner(Resource, hold))) {
		eres_report_way(call, Resource,
				in_task() ? ERES_WAY_USUAL : ERES_WAY_INTERRUPT,
				ERES_FAST_PRECONDITION,
				ERES_FAST_CONVERT_NOT_EXCLUSIVE,
				(unsigned long)Resource, eres_current_id(), 0);
		return;
	}
	eres_lockdep_convert(hold);
	trace_eres_convert(Resource, eres_current_id(), call.caller);
}
EXPORT_SYMBOL_GPL(ExConvertExclusiveToSharedLite);

/* The reason why the hand-over was refused. */
static enum eres_way eres_bad_hand_over(unsigned long owner, ULONG flags)
{
	if (!in_task())
		return ERES_WAY_INTERRUPT;
	if (flags & ~FLAG_OWNER_POINTER_IS_THREAD)
		return ERES_WAY_FLAGS;
	return (owner & ERES_POINTER_BITS) == ERES_POINTER_BITS ?
	       ERES_WAY_USUAL : ERES_WAY_POINTER;
}

static noinline void eres_set_owner_pointer(ERESOURCE *r, unsigned long owner,
					    ULONG flags, const char *routine,
					    unsigned long caller)
{
	struct eres_call call = { routine, (void *)caller };
	struct eres_hold *hold;

	if (unlikely(!eres_check_address(call, r)))
		return;
	hold = eres_own_hold(r);
	if (unlikely(!hold || flags & ~FLAG_OWNER_POINTER_IS_THREAD ||
		     (owner & ERES_POINTER_BITS) != ERES_POINTER_BITS ||
		     !eres_hand_over(r, hold, owner))) {
		eres_report_way(call, r, eres_bad_hand_over(owner, flags),
				ERES_OWNER_POINTER_INVALID, (unsigned long)r, 0,
				eres_current_id(), owner);
		return;
	}
	eres_lockdep_release(hold);
	trace_eres_owner_pointer(r, owner, call.caller);
}

static __always_inline bool eres_fast_set_owner_pointer(ERESOURCE *r,
							unsigned long owner)
{
	struct eres_thread *thread;
	struct eres_hold *hold;
	u64 word;

	if ((owner & ERES_POINTER_BITS) != ERES_POINTER_BITS ||
	    trace_eres_owner_pointer_enabled() ||
	    !eres_fast_thread(&thread) ||
	    !eres_own_hold_find(thread, r, &hold, &word) ||
	    !eres_hand_over(r, hold, owner))
		return false;
	eres_lockdep_release(hold);
	return true;
}

void ExSetResourceOwnerPointer(PERESOURCE Resource, PVOID OwnerPointer)
{
	unsigned long owner = (unsigned long)OwnerPointer;

	if (unlikely(!eres_fast_set_owner_pointer(Resource, owner)))
		eres_set_owner_pointer(Resource, owner, 0, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExSetResourceOwnerPointer);

void ExSetResourceOwnerPointerEx(PERESOURCE Resource, PVOID OwnerPointer,
				 ULONG Flags)
{
	eres_set_owner_pointer(Resource, (unsigned long)OwnerPointer, Flags,
			       __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExSetResourceOwnerPointerEx);

void ExDisableResourceBoostLite(PERESOURCE Resource)
{
}
EXPORT_SYMBOL_GPL(ExDisableResourceBoostLite);
