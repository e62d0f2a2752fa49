// SPDX-License-Identifier: GPL-2.0-only
/*
 * Holds: the levels that owners have of resources, kept in the records of the
 * threads that acquired. The rules of a hold's word are in record.h.
 *
 * The first few holds of a thread are in its record. Further ones are in
 * chunks, each a small hash table of eight-way sets by resource, so that
 * finding one among thousands looks at a few. Chunks are pushed by the thread
 * and freed together, by RCU, when it comes to rest.
 */
#include <linux/hash.h>
#include <linux/kernel.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "thread/thread.h"

#define ERES_SET_SIZE	8

struct eres_chunk {
	struct eres_chunk *next;
	struct rcu_head rcu;
	struct eres_hold hold[];
};

/* A chunk is one page: that much can be had without fail. */
#define ERES_CHUNK_SETS							\
	((PAGE_SIZE - sizeof(struct eres_chunk)) /			\
	 (ERES_SET_SIZE * sizeof(struct eres_hold)))

static struct eres_hold *eres_chunk_set(struct eres_chunk *chunk,
					const ERESOURCE *r)
{
	u32 set = reciprocal_scale(hash_ptr(r, 32), ERES_CHUNK_SETS);

	return chunk->hold + set * ERES_SET_SIZE;
}

static bool eres_hold_is_of(const struct eres_hold *hold, const ERESOURCE *r)
{
	/* The word first: while it is in use the resource does not change. */
	return eres_word_is_threads(eres_hold_read(hold)) &&
	       READ_ONCE(hold->resource) == r;
}

/*
 * A thread's hold of a resource, or NULL. If the record is not the caller's, under
 * rcu_read_lock(). Others may take its levels away at any time.
 */
struct eres_hold *eres_hold_find(struct eres_thread *thread, const ERESOURCE *r)
{
	struct eres_chunk *chunk;
	int i;

	for (i = 0; i < ERES_INLINE_HOLDS; i++)
		if (eres_hold_is_of(&thread->hold[i], r))
			return &thread->hold[i];

	/* Pairs with the release in eres_chunk_add(). */
	for (chunk = smp_load_acquire(&thread->chunks); chunk; chunk = chunk->next) {
		struct eres_hold *set = eres_chunk_set(chunk, r);

		for (i = 0; i < ERES_SET_SIZE; i++)
			if (eres_hold_is_of(&set[i], r))
				return &set[i];
	}
	return NULL;
}

static bool eres_hold_is_unused(struct eres_hold *hold)
{
	return !eres_word_levels(eres_hold_read(hold));
}

static struct eres_chunk *eres_chunk_add(struct eres_thread *thread)
{
	/* NOIO: the caller may be the file system that reclaim waits for. */
	gfp_t gfp = eres_in_atomic_context() ? GFP_ATOMIC :
					       GFP_NOIO | __GFP_NOFAIL;
	struct eres_chunk *chunk;
	size_t i;

	if (!eres_may_allocate())
		return NULL;
	chunk = kzalloc(struct_size(chunk, hold, ERES_CHUNK_SETS * ERES_SET_SIZE),
			gfp);
	if (!chunk)
		return NULL;
	for (i = 0; i < ERES_CHUNK_SETS * ERES_SET_SIZE; i++)
		chunk->hold[i].thread = thread;
	chunk->next = thread->chunks;
	/* Pairs with the acquire in eres_hold_find(). */
	smp_store_release(&thread->chunks, chunk);
	return chunk;
}

static struct eres_hold *eres_chunk_reserve(struct eres_thread *thread,
					    ERESOURCE *r)
{
	struct eres_chunk *chunk;

	for (chunk = thread->chunks; chunk; chunk = chunk->next) {
		struct eres_hold *set = eres_chunk_set(chunk, r);
		int i;

		for (i = 0; i < ERES_SET_SIZE; i++)
			if (eres_hold_is_unused(&set[i]))
				return &set[i];
	}
	chunk = eres_chunk_add(thread);
	return chunk ? eres_chunk_set(chunk, r) : NULL;
}

/*
 * A hold of the caller's that can be taken into use for @r; before acquiring, so that
 * there is nothing left to fail afterwards. NULL only if all are in use, in atomic context.
 */
struct eres_hold *eres_hold_reserve(struct eres_thread *thread, ERESOURCE *r)
{
	struct eres_hold *hold = NULL;
	int i;

	for (i = 0; i < ERES_INLINE_HOLDS && !hold; i++)
		if (eres_hold_is_unused(&thread->hold[i]))
			hold = &thread->hold[i];
	return hold ?: eres_chunk_reserve(thread, r);
}

/*
 * Visit the holds of a record, some of which may not be in use, until @fn returns false.
 * If the record is not the caller's, under rcu_read_lock(). Return: false if @fn stopped.
 */
bool eres_visit_holds(struct eres_thread *thread, eres_hold_fn fn, void *data)
{
	struct eres_chunk *chunk;
	size_t i;

	for (i = 0; i < ERES_INLINE_HOLDS; i++)
		if (!fn(&thread->hold[i], data))
			return false;
	/* Pairs with the release in eres_chunk_add(). */
	for (chunk = smp_load_acquire(&thread->chunks); chunk; chunk = chunk->next)
		for (i = 0; i < ERES_CHUNK_SETS * ERES_SET_SIZE; i++)
			if (!fn(&chunk->hold[i], data))
				return false;
	return true;
}

static bool eres_hold_count(struct eres_hold *hold, void *count)
{
	*(u32 *)count += !eres_hold_is_unused(hold);
	return true;
}

/* The number of holds in use. Exact for the record's own thread only. */
u32 eres_thread_holds(struct eres_thread *thread)
{
	u32 count = 0;

	eres_visit_holds(thread, eres_hold_count, &count);
	return count;
}

static bool eres_hold_check_unused(struct eres_hold *hold, void *unused)
{
	return eres_hold_is_unused(hold);
}

/* Whether any is in use. Stops at the first. */
bool eres_thread_holds_any(struct eres_thread *thread)
{
	return !eres_visit_holds(thread, eres_hold_check_unused, NULL);
}

/* No hold in the record is in use: make them as new, but for the use counts. */
void eres_holds_free(struct eres_thread *thread)
{
	struct eres_chunk *chunk = thread->chunks;

	/* Others have freed the rest, though they may not have counted yet. */
	thread->written_off += thread->taken;
	thread->taken = 0;
	eres_lockdep_forget(thread);
	WRITE_ONCE(thread->chunks, NULL);
	while (chunk) {
		struct eres_chunk *next = chunk->next;

		/* Somebody may be looking for a hold in it. */
		kfree_rcu(chunk, rcu);
		chunk = next;
	}
}
