// SPDX-License-Identifier: GPL-2.0-only
/*
 * Life and death of resources, and the list of those that live.
 *
 * The list is spread over buckets, by address, so that resources can be made
 * and deleted on all CPUs at a time. Whether memory is a live resource is told
 * by its magic, which depends on the address; where garbage could have the
 * right magic, its neighbours in the bucket's list decide.
 *
 * Lock order: bucket, then the resource's lock.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/export.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/processor.h>
#include <linux/rcupdate.h>

#include "resource/debug_objects.h"
#include "resource/registry.h"
#include "resource/fast_path.h"

struct eres_bucket eres_buckets[ERES_BUCKETS];

static void eres_state_init(ERESOURCE *r)
{
	init_rwsem(&r->sem);
	raw_spin_lock_init(&r->lock);
	r->owner = ERES_FREE;
	r->group = 0;
	r->exclusive_waiters = 0;
	r->shared_waiters = 0;
	r->contention = 0;
	r->parked = NULL;
}

/*
 * What ExInitializeResourceLite() calls. @site, where that is, is constant, in the module
 * that the resource belongs to.
 */
NTSTATUS eres_init_resource(PERESOURCE Resource, struct eres_site *site)
{
	struct eres_call call = {
		.routine = "ExInitializeResourceLite",
		.caller = __builtin_return_address(0),
	};
	ERESOURCE *r = Resource;
	struct eres_bucket *bucket;
	unsigned long flags;
	bool live;

	if (!eres_check_address(call, r))
		return r ? STATUS_INVALID_PARAMETER : STATUS_ACCESS_VIOLATION;

	bucket = eres_bucket(r);
	raw_spin_lock_irqsave(&bucket->lock, flags);
	live = __eres_is_listed(r);
	if (!live) {
		eres_state_init(r);
		eres_lockdep_init(r, site);
		r->site = site;
		__eres_enlist(bucket, r);
	}
	raw_spin_unlock_irqrestore(&bucket->lock, flags);
	if (live)
		eres_report_verifier(call, r, ERES_V_INIT_LIVE);
	else
		eres_debug_init(r);
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(eres_init_resource);

static void eres_report_not_live(struct eres_call call, ERESOURCE *r,
				 enum eres_way way)
{
	eres_report_way(call, r, way, ERES_VERIFIER, ERES_V_DELETE_UNINITIALIZED,
			(unsigned long)r, 0, 0);
}

static bool eres_check_live(struct eres_call call, ERESOURCE *r,
			    enum eres_way way)
{
	if (!eres_check_address(call, r))
		return false;
	if (eres_is_live(r))
		return true;
	eres_report_not_live(call, r, way);
	return false;
}

/* An interrupt may have interrupted who counts readers, and can not wait for it. */
static unsigned long eres_lock_to_end(ERESOURCE *r)
	__acquires(&r->lock)
{
	unsigned long flags;

	eres_revoke(r);
	if (in_task())
		return eres_lock_unbiased(r);
	raw_spin_lock_irqsave(&r->lock, flags);
	return flags;
}

enum eres_end {
	ERES_DELETED,
	/* By somebody else, at the same time. */
	ERES_GONE,
	ERES_IN_USE,
	ERES_SETTLING,
	ERES_UNCOUNTED,
};

/*
 * 0 says that nobody owns or waits, and from here on nobody can. Whoever made it 0
 * under the lock may not have left that yet: the unlock is its last access.
 */
static bool eres_close(ERESOURCE *r)
{
	if (cmpxchg(&r->owner, ERES_FREE, ERES_HANDOFF) != ERES_FREE)
		return false;
	/* Got before the word was made 0, so that it is seen if it is held. */
	while (raw_spin_is_locked(&r->lock))
		cpu_relax();
	/* Pairs with the release in that unlock. */
	smp_acquire__after_ctrl_dep();
	return true;
}

/* The reason why it can not be deleted. Under the lock, which sees releases whole. */
static enum eres_end eres_why_not(ERESOURCE *r)
{
	unsigned long owner;

	/* With the bucket's lock held it is only tried, see owner_word.h. */
	if (!raw_spin_trylock(&r->lock))
		return ERES_SETTLING;
	owner = READ_ONCE(r->owner);
	raw_spin_unlock(&r->lock);
	if (owner == ERES_FREE || (in_task() && owner == ERES_REVOKING))
		return ERES_SETTLING;
	return owner == ERES_BIASED ? ERES_UNCOUNTED : ERES_IN_USE;
}

/* Delete if it is idle. The last access to @r is what takes it off the list. */
static enum eres_end eres_try_delete(ERESOURCE *r)
{
	struct eres_bucket *bucket = eres_bucket(r);
	enum eres_end end = ERES_GONE;
	unsigned long flags;

	raw_spin_lock_irqsave(&bucket->lock, flags);
	if (likely(eres_is_live(r))) {
		if (likely(eres_close(r))) {
			__eres_unlist(r);
			end = ERES_DELETED;
		} else {
			end = eres_why_not(r);
		}
	}
	raw_spin_unlock_irqrestore(&bucket->lock, flags);
	return end;
}

/* Readers are not counted, nor is who counts them waited for, with the bucket locked. */
static enum eres_end eres_delete_idle(ERESOURCE *r)
{
	enum eres_end end;

	for (;;) {
		end = eres_try_delete(r);
		if (end == ERES_UNCOUNTED)
			eres_revoke(r);
		else if (end == ERES_SETTLING)
			cpu_relax();
		else
			break;
	}
	if (end == ERES_DELETED)
		eres_debug_free(r);
	return end;
}

struct eres_dead_holds {
	const ERESOURCE *r;
	u32 holds;
	/* One of them. */
	unsigned long id;
	u32 levels;
};

static bool eres_count_dead_hold(struct eres_hold *hold, void *data)
{
	struct eres_dead_holds *dead = data;
	u64 word = eres_hold_read(hold);

	if (eres_word_is_threads(word) && READ_ONCE(hold->resource) == dead->r) {
		dead->holds++;
		dead->id = READ_ONCE(hold->thread->key) & ~ERES_KEY_EXITED;
		dead->levels = eres_word_levels(word);
	}
	return true;
}

static void eres_count_dead(struct eres_dead_holds *dead)
{
	struct eres_record_walk walk = {};
	struct eres_thread *thread;

	rcu_read_lock();
	while ((thread = eres_next_record(&walk)))
		if (READ_ONCE(thread->key) & ERES_KEY_EXITED)
			eres_visit_holds(thread, eres_count_dead_hold, dead);
	rcu_read_unlock();
}

/*
 * True if all owners are threads that have exited. Nobody else can release for them
 * any more but by their old ids, so what they own ends with the resource.
 */
static bool eres_release_dead_owners(ERESOURCE *r)
{
	struct eres_dead_holds dead;
	unsigned long flags;
	u32 owners;

	if (unlikely(!eres_may_lock_resource()))
		return false;
	flags = eres_lock_to_end(r);
	/* Who waits would get it: whoever deletes has to wait for them. */
	owners = __eres_is_awaited(r) ? 0 : eres_owner_count(r);
	raw_spin_unlock_irqrestore(&r->lock, flags);
	if (!owners)
		return false;
	for (;;) {
		dead = (struct eres_dead_holds){ .r = r };
		eres_count_dead(&dead);
		if (!owners || dead.holds != owners)
			return !owners;
		while (dead.levels--)
			eres_release_for(r, dead.id);
		owners--;
	}
}

static bool eres_delete(ERESOURCE *r, struct eres_call call)
{
	enum eres_end end = ERES_IN_USE;

	/* Else it may be, by what is interrupted. */
	if (likely(eres_may_lock_resource()))
		end = eres_delete_idle(r);
	if (likely(end == ERES_DELETED))
		return true;
	if (end == ERES_GONE) {
		eres_report_not_live(call, r, ERES_WAY_USUAL);
		return false;
	}
	eres_report(call, r, ERES_VERIFIER, ERES_V_DELETE_OWNED,
		    (unsigned long)r, eres_some_owner(r), 0);
	return eres_release_dead_owners(r) && eres_delete_idle(r) == ERES_DELETED;
}

NTSTATUS ExDeleteResourceLite(PERESOURCE Resource)
{
	struct eres_call call = ERES_CALL();

	if (!eres_check_live(call, Resource, ERES_WAY_USUAL))
		return STATUS_UNSUCCESSFUL;
	eres_check_irql(call, Resource);
	return eres_delete(Resource, call) ? STATUS_SUCCESS :
					      STATUS_UNSUCCESSFUL;
}
EXPORT_SYMBOL_GPL(ExDeleteResourceLite);

/* Return: whether it is idle, and as new. */
static bool eres_reset(ERESOURCE *r)
{
	unsigned long flags;
	bool idle;

	if (unlikely(!eres_may_lock_resource()))
		return false;
	flags = eres_lock_to_end(r);
	idle = READ_ONCE(r->owner) == ERES_FREE && !__eres_is_awaited(r);
	if (idle)
		/* All else is zero in an idle resource. */
		r->contention = 0;
	raw_spin_unlock_irqrestore(&r->lock, flags);
	return idle;
}

NTSTATUS ExReinitializeResourceLite(PERESOURCE Resource)
{
	struct eres_call call = ERES_CALL();

	if (!eres_check_live(call, Resource, ERES_WAY_REINITIALIZE))
		return STATUS_SUCCESS;
	if (!eres_reset(Resource))
		eres_report_way(call, Resource, ERES_WAY_REINITIALIZE,
				ERES_VERIFIER, ERES_V_DELETE_OWNED,
				(unsigned long)Resource,
				eres_some_owner(Resource), 0);
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(ExReinitializeResourceLite);

void eres_registry_init(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(eres_buckets); i++) {
		raw_spin_lock_init(&eres_buckets[i].lock);
		INIT_LIST_HEAD(&eres_buckets[i].resources);
	}
}
