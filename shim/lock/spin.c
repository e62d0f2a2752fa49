// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waiting awake, for a moment, before a thread goes to sleep.
 *
 * Going to sleep and being woken takes longer than most owners stay; and once
 * somebody sleeps, everybody else has to queue behind, since nobody overtakes
 * registered writers. So as long as nobody waits, and owners run on other CPUs, a
 * thread that has to wait looks for a while whether it can have the resource by the
 * fast path. Who spins is not counted as waiting. Owners look at the waiter counts to
 * know whether to give way; therefore the while is short.
 *
 * If threads share in turn, the resource is free between two of them for less time than
 * another CPU needs to see it. So once a writer has seen owners run, it makes the group
 * DRAINING. Who comes then joins under the lock, which ends the draining; the last one to
 * leave does not make the word 0, but ERES_DRAINED, which only the writer takes without
 * the lock. It nearly always does so before anybody else has the lock. If it is preempted
 * meanwhile, others take the slow path once. Only who spins drains a group, so no more
 * than one writer does, and when it gives up it makes the group COUNTED again.
 *
 * An exclusive owner, or one that shares alone, can be asked whether it runs. Who they
 * are if there are several is not known, but those who run come and go: a writer spins
 * behind a group as long as their number changes. A group that stays as it is may be
 * asleep. (A writer that goes to sleep behind it spins once in the rwsem, which finds
 * itself read-held.) Real-time threads do not spin: the owner may be one that they
 * keep from running. On a single CPU no other thread is found to run.
 *
 * A reader that has parked sleeps at once. To wait awake for its grant was tried: two
 * threads then take turns all the time. With one short section in ten exclusive they got
 * half as much done as when one sleeps and the other works undisturbed for a while.
 *
 * One thread spins for a resource at a time. If it was in vain the next ones go to
 * sleep at once, twice as many each time, and fewer again when it was not.
 */
#include <linux/cpumask.h>
#include <linux/hash.h>
#include <linux/ktime.h>
#include <linux/processor.h>
#include <linux/rcupdate.h>
#include <linux/sched/prio.h>

#include "lock/thin.h"
#include "trace/trace.h"

/* In nanoseconds; about what it takes to sleep and be woken. */
#define ERES_SPIN_TIME	30000
/* So long may the number of those who share stay the same. */
#define ERES_GROUP_TIME	4000
/* So many looks between two at the clock. */
#define ERES_LOOKS	16

#define ERES_SPIN_BITS	7
#define ERES_SPIN_MISSES	63

/* What is known of resources whose addresses hash alike. Only @busy is exact. */
struct eres_spin_record {
	unsigned long busy;
	/* How many do not spin after one in vain; how many of these are left. */
	u8 misses;
	u8 left;
};

static struct eres_spin_record eres_spin_records[1 << ERES_SPIN_BITS];

/* Who owned when last looked, and since when; the task, if it is one that is known. */
struct eres_spin {
	unsigned long owner;
	u64 since;
	struct task_struct *task;
	/* How many looks have seen that owners run. */
	u32 looks;
};

/* On a single CPU the number of a group does not change while the caller looks. */
static bool eres_spin_may_help(unsigned long owner)
{
	return !(owner & ERES_TAG_MASK) || eres_owner_is_alone(owner) ||
	       (eres_owner_kind(owner) == ERES_TAG_COUNTED && num_online_cpus() > 1);
}

/* Whether the owner runs, or some of the group have within ERES_GROUP_TIME. */
static bool eres_do_owners_run(struct eres_spin *spin, unsigned long owner, u64 now)
{
	bool counted = eres_owner_kind(owner) == ERES_TAG_COUNTED;

	if (spin->owner != owner) {
		/* The first look has nothing to compare with. */
		spin->looks += counted && spin->owner;
		spin->owner = owner;
		spin->since = now;
		spin->task = counted ? NULL : eres_task_by_id(owner & ~ERES_TAG_MASK);
	}
	if (!spin->task)
		return counted && now - spin->since < ERES_GROUP_TIME;
	if (!eres_is_on_cpu(spin->task))
		return false;
	spin->looks++;
	return true;
}

/*
 * Nobody joins by the fast path from here on. The task stays known: @owner was the word
 * by which it was found. As a read-modify-write this continues the release of those who
 * have left, as eres_stop_draining() does.
 */
static void eres_drain(ERESOURCE *r, struct eres_spin *spin, unsigned long owner)
{
	unsigned long draining = eres_owner_thin_count(owner) * ERES_COUNT_ONE |
				 ERES_TAG_DRAINING;

	if (eres_owner_is_thin_group(owner) && !eres_owner_is_draining(owner) &&
	    try_cmpxchg(&r->owner, &owner, draining))
		spin->owner = draining;
}

/* Own exclusively what is free, or drained. */
static bool eres_spin_own(ERESOURCE *r, unsigned long id)
{
	unsigned long owner = READ_ONCE(r->owner);

	/* As in eres_take_free(). */
	return (owner == ERES_FREE || owner == ERES_DRAINED) &&
	       try_cmpxchg(&r->owner, &owner, id);
}

/* Between two who share it is free for a moment only; the clock takes longer. */
static void eres_look_for_change(const ERESOURCE *r, unsigned long owner)
{
	int i;

	for (i = 0; i < ERES_LOOKS && READ_ONCE(r->owner) == owner; i++)
		cpu_relax();
}

/* As eres_spin(). */
static bool eres_spin_on(ERESOURCE *r, unsigned long id, struct eres_spin *spin)
{
	u64 now = ktime_get_mono_fast_ns();
	u64 end = now + ERES_SPIN_TIME;
	unsigned long owner;
	bool owned;

	/* Keeps the task that is looked at. */
	rcu_read_lock();
	for (;;) {
		owned = id ? eres_spin_own(r, id) : eres_thin_share(r);
		if (owned || need_resched() || now > end)
			break;
		owner = READ_ONCE(r->owner);
		/* Just released: the next look may get it. */
		if (owner != ERES_FREE && !(eres_spin_may_help(owner) &&
					    eres_do_owners_run(spin, owner, now)))
			break;
		if (id && spin->looks)
			eres_drain(r, spin, owner);
		eres_look_for_change(r, owner);
		now = ktime_get_mono_fast_ns();
	}
	rcu_read_unlock();
	return owned;
}

/* True: the caller is the one that spins, until it calls eres_spin_end(). */
static bool eres_spin_begin(struct eres_spin_record *record)
{
	u8 left = READ_ONCE(record->left);

	if (left) {
		WRITE_ONCE(record->left, left - 1);
		return false;
	}
	return !READ_ONCE(record->busy) &&
	       !test_and_set_bit_lock(0, &record->busy);
}

static void eres_spin_end(struct eres_spin_record *record, bool helped)
{
	if (helped) {
		record->misses /= 2;
	} else {
		record->misses = min(2 * record->misses + 1, ERES_SPIN_MISSES);
		WRITE_ONCE(record->left, record->misses);
	}
}

/*
 * Try to own without sleeping: exclusively as @id, or, if that is 0, shared.
 * Return: whether the caller is an owner now.
 */
bool eres_spin(ERESOURCE *r, unsigned long id)
{
	struct eres_spin_record *record =
		&eres_spin_records[hash_ptr(r, ERES_SPIN_BITS)];
	struct eres_spin spin = {};
	bool owned;

	if (!eres_spin_may_help(READ_ONCE(r->owner)) ||
	    current->prio < MAX_RT_PRIO ||
	    !eres_spin_begin(record))
		return false;
	owned = eres_spin_on(r, id, &spin);
	if (id && !owned)
		eres_stop_draining(r);
	/* Whoever went to sleep and found nobody to spin for has learnt nothing. */
	if (owned || spin.looks) {
		eres_spin_end(record, owned);
		trace_eres_spun(r, spin.looks, owned);
	}
	clear_bit_unlock(0, &record->busy);
	return owned;
}
