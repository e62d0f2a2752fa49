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
 * - Resources of one class that a thread holds at a time get a subclass each
 *   in the order of acquisition, since drivers lock several files at once, in
 *   an order that lockdep can not see.
 */
#include <linux/lockdep.h>

#include "internal.h"

/**
 * eres_lockdep_init() - A resource is initialised.
 * @r: resource
 * @name: name of its class
 * @key: its class; %NULL: lockdep is told nothing of the resource
 */
void eres_lockdep_init(ERESOURCE *r, const char *name,
		       struct lock_class_key *key)
{
	if (key)
		lockdep_init_map_wait(&r->dep_map, name, key, 0, LD_WAIT_SLEEP);
	else
		r->dep_map.key = NULL;
}

/* Leave room for the kernel's own locks: lockdep has MAX_LOCK_DEPTH. */
#define ERES_MAX_HELD	(MAX_LOCK_DEPTH / 2)

struct eres_same_class {
	const struct lock_class_key *key;
	unsigned int count;
};

static bool eres_count_same_class(struct eres_hold *hold, void *data)
{
	struct eres_same_class *same = data;

	if (hold->annotated && hold->dep_map.key == same->key)
		same->count++;
	return true;
}

static unsigned int eres_subclass(struct eres_thread *thread, ERESOURCE *r)
{
	struct eres_same_class same = { .key = r->dep_map.key };

	eres_visit_holds(thread, eres_count_same_class, &same);
	return same.count;
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
	unsigned int subclass;

	if (!r->dep_map.key || !debug_locks || current->lockdep_depth >= ERES_MAX_HELD)
		return;
	subclass = eres_subclass(hold->thread, r);
	if (subclass >= MAX_LOCKDEP_SUBCLASSES)
		return;
	lockdep_copy_map(&hold->dep_map, &r->dep_map);
	hold->annotated = true;
	lock_acquire(&hold->dep_map, subclass, try, read, 1, NULL,
		     (unsigned long)caller);
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

/* Catch up with what others have released for the caller. */
void eres_lockdep_sync(struct eres_thread *thread)
{
	u32 given_up = atomic_read(&thread->given_up);

	if (given_up == thread->given_up_seen)
		return;
	thread->given_up_seen = given_up;
	eres_visit_holds(thread, eres_release_if_unused, NULL);
}

/* The caller leaves, or exits, with what it still owns. */
void eres_lockdep_release_all(struct eres_thread *thread)
{
	eres_visit_holds(thread, eres_release_any, NULL);
}
