// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waiting awake, for a moment, before a thread goes to sleep.
 *
 * Going to sleep and being woken takes longer than most owners stay; and once
 * somebody sleeps, everybody else has to queue behind, since nobody overtakes
 * registered writers. So as long as nobody waits, a thread that has to looks
 * for a while whether it can have the resource by the straight path. Who spins
 * is not counted as waiting. Owners look at the waiter counts to know whether to
 * give way; therefore the while is short.
 *
 * For an exclusive owner it is worth it only while that runs. Those who share
 * are not known; they are taken to be brief.
 */
#include <linux/ktime.h>
#include <linux/processor.h>
#include <linux/rcupdate.h>

#include "straight.h"

/* In nanoseconds; about what it takes to sleep and be woken. */
#define ERES_SPIN_TIME	30000

struct eres_spin {
	u64 end;
	/* Who owned exclusively when last looked. */
	unsigned long owner;
	struct task_struct *task;
};

static bool eres_worth_spinning(struct eres_spin *spin, unsigned long owner,
				bool exclusive)
{
	/* Just let go: the next look may have it. */
	if (owner == ERES_FREE)
		return true;
	/* To join those one does not have to wait. */
	if (eres_owner_kind(owner) == ERES_TAG_COUNTED)
		return exclusive;
	if (owner & ERES_TAG_MASK)
		return false;
	if (spin->owner != owner) {
		spin->owner = owner;
		spin->task = eres_task_by_id(owner);
	}
	return spin->task && eres_is_on_cpu(spin->task);
}

/**
 * eres_spin() - Try to own without sleeping.
 * @r: resource
 * @id: thread that wants it exclusively; 0: to share it
 *
 * Return: whether the caller is an owner now.
 */
bool eres_spin(ERESOURCE *r, unsigned long id)
{
	struct eres_spin spin = {
		.end = ktime_get_mono_fast_ns() + ERES_SPIN_TIME,
	};
	bool owned;

	/* Keeps the task that is looked at. */
	rcu_read_lock();
	for (;;) {
		owned = id ? eres_enter_exclusive(r, id) : eres_enter_shared(r);
		if (owned || need_resched() ||
		    !eres_worth_spinning(&spin, READ_ONCE(r->owner), id) ||
		    ktime_get_mono_fast_ns() > spin.end)
			break;
		cpu_relax();
	}
	rcu_read_unlock();
	return owned;
}
