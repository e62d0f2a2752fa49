// SPDX-License-Identifier: GPL-2.0-only
/*
 * What lockdep is told.
 *
 * A thread's first level of a resource is one held lock to lockdep, its last
 * level the release; recursion in between is none of lockdep's business. The
 * instance is a copy of the resource's lockdep_map in the hold: somebody else
 * may release for the thread, and the resource may be gone when the thread
 * gets to tell lockdep so.
 *
 * - Exclusive: write. Shared: read. Starve-exclusive: recursive read, as no
 *   writer in the queue can make it wait.
 * - Ownership that goes to an owner pointer is released: no thread has it.
 * - Ownership that a thread keeps beyond its outermost region is released too:
 *   it goes on in the background, for somebody else to end.
 * - A resource of a class that the thread holds one of already is acquired as
 *   if the thread had not waited: drivers lock several files at once, or go
 *   down a tree hand over hand, in an order that lockdep can not see.
 */
#include <linux/lockdep.h>

#include "internal.h"

/**
 * eres_lockdep_init() - A resource is initialised.
 * @r: resource
 * @site: its class; if it is an address, lockdep is told nothing of it
 */
void eres_lockdep_init(ERESOURCE *r, struct eres_site *site)
{
	if ((unsigned long)site & ERES_SITE_ADDRESS)
		r->dep_map.key = NULL;
	else
		lockdep_init_map_wait(&r->dep_map, site->name, &site->key, 0,
				      LD_WAIT_SLEEP);
}

/* Leave room for the kernel's own locks: lockdep has MAX_LOCK_DEPTH. */
#define ERES_MAX_HELD	(MAX_LOCK_DEPTH / 2)

static bool eres_is_other_class(struct eres_hold *hold, void *key)
{
	return !hold->annotated || hold->dep_map.key != key;
}

static bool eres_holds_class(struct eres_thread *thread, ERESOURCE *r)
{
	return !eres_visit_holds(thread, eres_is_other_class, r->dep_map.key);
}

/**
 * eres_lockdep_acquire() - The caller is about to own, or owns.
 * @hold: reserved hold
 * @r: resource
 * @request: how
 * @try: the caller did not wait and owns already
 * @caller: who asked for it
 *
 * A thread that holds very many resources is not followed beyond the first.
 */
void eres_lockdep_acquire(struct eres_hold *hold, ERESOURCE *r,
			  enum eres_request request, bool try,
			  const void *caller)
{
	int read = request == ERES_EXCLUSIVE ? 0 :
		   request == ERES_STARVE_EXCLUSIVE ? 2 : 1;

	if (!r->dep_map.key || !debug_locks || current->lockdep_depth >= ERES_MAX_HELD)
		return;
	try |= eres_holds_class(hold->thread, r);
	lockdep_copy_map(&hold->dep_map, &r->dep_map);
	hold->annotated = true;
	lock_acquire(&hold->dep_map, 0, try, read, 1, NULL,
		     (unsigned long)caller);
}

/* For lock_stat: the caller begins to wait for what @hold is for ... */
void eres_lockdep_contended(struct eres_hold *hold, const void *caller)
{
	if (hold->annotated)
		lock_contended(&hold->dep_map, (unsigned long)caller);
}

/* ... and has got it. */
void eres_lockdep_acquired(struct eres_hold *hold, const void *caller)
{
	if (hold->annotated)
		lock_acquired(&hold->dep_map, (unsigned long)caller);
}

/* The caller does not own any more what @hold was for. */
void eres_lockdep_release(struct eres_hold *hold)
{
	if (!hold->annotated)
		return;
	hold->annotated = false;
	lock_release(&hold->dep_map, _RET_IP_);
}

/* What was exclusive is shared from now on. */
void eres_lockdep_convert(struct eres_hold *hold)
{
	if (hold->annotated)
		lock_downgrade(&hold->dep_map, _RET_IP_);
}

static bool eres_release_if_unused(struct eres_hold *hold, void *data)
{
	if (!eres_word_levels(eres_hold_read(hold)))
		eres_lockdep_release(hold);
	return true;
}

static bool eres_release_any(struct eres_hold *hold, void *data)
{
	eres_lockdep_release(hold);
	return true;
}

/* Another than its thread took a hold of @thread away. */
void eres_lockdep_given_up(struct eres_thread *thread)
{
	atomic_inc(&thread->given_up);
}

/* Catch up with what others have released for the caller. */
void eres_lockdep_sync(struct eres_thread *thread)
{
	u32 given_up = atomic_read(&thread->given_up);

	if (given_up == thread->given_up_seen)
		return;
	thread->given_up_seen = given_up;
	eres_visit_holds(thread, eres_release_if_unused, NULL);
}

static bool eres_forget_annotation(struct eres_hold *hold, void *unused)
{
	hold->annotated = false;
	return true;
}

/* The thread comes to rest, and has told lockdep; or is gone. */
void eres_lockdep_forget(struct eres_thread *thread)
{
	thread->given_up_seen = atomic_read(&thread->given_up);
	eres_visit_holds(thread, eres_forget_annotation, NULL);
}

/* The caller leaves, or exits, with what it still owns. */
void eres_lockdep_release_all(struct eres_thread *thread)
{
	eres_visit_holds(thread, eres_release_any, NULL);
}
