// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whom khungtaskd names as the blocker of a thread that waits for a resource:
 * the owner, or nobody.
 *
 * A task that sleeps in down_write() is noted to sleep for that rwsem, and
 * khungtaskd names who the rwsem says owns it. But the rwsem underneath a
 * resource is read-held for the resource, not for a task:
 *
 *   who has taken the read hold    whom the rwsem says
 *   ---------------------------    -------------------
 *   the first writer to wait, for  nobody: it has disowned it, see
 *   the owner that was there       __eres_read_hold()
 *   a writer that has waited, by   that thread; which is right while it owns
 *   downgrading                    exclusively, and wrong once it has let parked
 *                                  threads in, or handed over, with more writers
 *                                  waiting. Then nobody can get at the rwsem's
 *                                  note: to take another hold one would have to
 *                                  pass those that queue
 *
 * So the note is good as long as a living thread owns exclusively. khungtaskd has
 * a tracepoint where it has found a hung task, and has not yet looked at what that
 * sleeps for. Any other time the probe takes back that it sleeps for the rwsem, and
 * nobody is named, for as long as it sleeps. Nothing is done, and attached to, on
 * kernels that name nobody.
 *
 * Parked threads sleep in a completion, of which the kernel knows no owner.
 */
#include <linux/module.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include "lock/lock.h"
#include "wait/wait.h"

struct eres_owner_search {
	unsigned long id;
	const ERESOURCE *resource;
	bool exclusive;
};

/* Records of the exited are no living owner's, though their address is the same. */
static bool eres_search_record(struct eres_thread *thread, void *data)
{
	struct eres_owner_search *search = data;
	struct eres_hold *hold = NULL;

	if (READ_ONCE(thread->key) == search->id)
		hold = eres_hold_find(thread, search->resource);
	search->exclusive = hold && eres_hold_read(hold) & ERES_HOLD_EXCLUSIVE;
	return !search->exclusive;
}

static bool eres_living_thread_owns(unsigned long owner, const ERESOURCE *r)
{
	struct eres_owner_search search = {
		.id = owner & ~ERES_TAG_MASK,
		.resource = r,
	};

	if (eres_owner_kind(owner) == ERES_TAG_TASK && search.id)
		eres_visit_records_of(search.id, eres_search_record, &search);
	return search.exclusive;
}

/*
 * What the thread waits for exclusively, and that one's owner word. With the lock
 * it can not go; after that it is only compared.
 */
static const ERESOURCE *eres_waits_for(struct eres_thread *thread,
				       unsigned long *owner)
{
	const struct eres_wait *wait = &thread->wait;
	const ERESOURCE *r;
	unsigned long flags;

	raw_spin_lock_irqsave(&thread->lock, flags);
	/* Pairs with the release in eres_wait_begin(). */
	r = smp_load_acquire(&wait->resource);
	if (r && READ_ONCE(wait->request) != ERES_EXCLUSIVE)
		r = NULL;
	if (r)
		*owner = READ_ONCE(r->owner);
	raw_spin_unlock_irqrestore(&thread->lock, flags);
	return r;
}

/*
 * In khungtaskd, under rcu_read_lock(). If the task goes on at this moment, to
 * sleep for something else, it is that of which khungtaskd knows nothing.
 */
static void eres_probe_hang(void *data, struct task_struct *task)
{
	struct eres_thread *thread = eres_thread_lookup(task);
	unsigned long owner;
	const ERESOURCE *r;

	r = thread ? eres_waits_for(thread, &owner) : NULL;
	if (r && !eres_living_thread_owns(owner, r))
		eres_forget_blocker(task);
}

static struct tracepoint *eres_hang;

static void eres_match_hang(struct tracepoint *tracepoint, void *unused)
{
	if (!strcmp(tracepoint->name, "sched_process_hang"))
		eres_hang = tracepoint;
}

void eres_hung_task_init(void)
{
	if (!ERES_BLOCKERS_ARE_NAMED)
		return;
	for_each_kernel_tracepoint(eres_match_hang, NULL);
	if (eres_hang &&
	    tracepoint_probe_register(eres_hang, eres_probe_hang, NULL))
		eres_hang = NULL;
}

void eres_hung_task_exit(void)
{
	if (!ERES_BLOCKERS_ARE_NAMED || !eres_hang)
		return;
	tracepoint_probe_unregister(eres_hang, eres_probe_hang, NULL);
	tracepoint_synchronize_unregister();
}
