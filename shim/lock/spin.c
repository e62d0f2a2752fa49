// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waiting awake, for a moment, before a thread goes to sleep.
 *
 * Going to sleep and being woken takes longer than most owners stay; and once
 * somebody sleeps, everybody else has to queue behind, since nobody overtakes
 * registered writers. So as long as nobody waits, and an exclusive owner runs on
 * another CPU, a thread that has to wait looks for a while whether it can have the
 * resource by the fast path. Who spins is not counted as waiting. Owners look
 * at the waiter counts to know whether to give way; therefore the while is short.
 *
 * Nobody spins while others share: who they are is not known, nor whether they run.
 * (A writer that goes to sleep behind them spins once in the rwsem, which finds
 * itself read-held.) Real-time threads do not spin: the owner may be one that
 * they keep from running. On a single CPU no other thread is found to run.
 *
 * A reader that has parked sleeps at once. To wait awake for its grant was tried: two
 * threads then take turns all the time. With one short section in ten exclusive they got
 * half as much done as when one sleeps and the other works undisturbed for a while.
 *
 * One thread spins for a resource at a time. If it was in vain the next ones go to
 * sleep at once, twice as many each time, and fewer again when it was not.
 */
#include <linux/hash.h>
#include <linux/ktime.h>
#include <linux/processor.h>
#include <linux/rcupdate.h>
#include <linux/sched/prio.h>

#include "lock/thin.h"
#include "trace/trace.h"

/* In nanoseconds; about what it takes to sleep and be woken. */
#define ERES_SPIN_TIME	30000

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

/* Who owned exclusively when last looked. */
struct eres_spin {
	unsigned long owner;
	struct task_struct *task;
};

static bool eres_worth_spinning(struct eres_spin *spin, unsigned long owner)
{
	/* Just released: the next look may get it. */
	if (owner == ERES_FREE)
		return true;
	if (owner & ERES_TAG_MASK)
		return false;
	if (spin->owner != owner) {
		spin->owner = owner;
		spin->task = eres_task_by_id(owner);
	}
	return spin->task && eres_is_on_cpu(spin->task);
}

/* As eres_spin(); *looks: how many have seen the owner run. */
static bool eres_spin_on(ERESOURCE *r, unsigned long id, u32 *looks)
{
	u64 end = ktime_get_mono_fast_ns() + ERES_SPIN_TIME;
	struct eres_spin spin = {};
	bool owned;

	/* Keeps the task that is looked at. */
	rcu_read_lock();
	*looks = 0;
	do {
		owned = id ? eres_thin_own(r, id) : eres_thin_share(r);
		if (owned || need_resched() ||
		    !eres_worth_spinning(&spin, READ_ONCE(r->owner)))
			break;
		++*looks;
		cpu_relax();
	} while (ktime_get_mono_fast_ns() <= end);
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

/**
 * eres_spin() - Try to own without sleeping.
 * @r: resource
 * @id: thread that wants it exclusively; 0: to share it
 *
 * Return: whether the caller is an owner now.
 */
bool eres_spin(ERESOURCE *r, unsigned long id)
{
	struct eres_spin_record *record =
		&eres_spin_records[hash_ptr(r, ERES_SPIN_BITS)];
	u32 looks;
	bool owned;

	if (READ_ONCE(r->owner) & ERES_TAG_MASK ||
	    current->prio < MAX_RT_PRIO ||
	    !eres_spin_begin(record))
		return false;
	owned = eres_spin_on(r, id, &looks);
	/* Whoever found nobody to spin for has learnt nothing. */
	if (looks) {
		eres_spin_end(record, owned);
		trace_eres_spun(r, looks, owned);
	}
	clear_bit_unlock(0, &record->busy);
	return owned;
}
