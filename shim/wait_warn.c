// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waits that last (Windows: live dump 0x1CC): who waits, who owns, and where
 * they all are. The wait goes on.
 *
 * A thread that waits arms the work item below, if parameter "wait_warn" is not
 * zero; it comes back until nobody waits any more. So nothing is done while
 * nobody waits, and a wait costs one look at whether the work item is pending.
 *
 * The resource of a wait is looked at with the lock of the waiter's record, as
 * long as the record says that the thread waits for it: the waiter itself does
 * not get past eres_wait_end() meanwhile, so that nobody can delete it.
 */
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "report_print.h"
#include "see.h"

static unsigned int eres_wait_warn = 60;
module_param_named(wait_warn, eres_wait_warn, uint, 0644);
MODULE_PARM_DESC(wait_warn,
		 "seconds after which a wait is reported, with all owners and waiters (default 60), 0: never");

static void eres_look_at_waits(struct work_struct *work);
static DECLARE_DELAYED_WORK(eres_wait_work, eres_look_at_waits);

/* While anybody waits: also after the parameter has been made smaller. */
#define ERES_LOOK_EVERY	HZ

/* The caller is about to sleep. */
void eres_wait_warn_arm(void)
{
	if (READ_ONCE(eres_wait_warn) && !delayed_work_pending(&eres_wait_work))
		schedule_delayed_work(&eres_wait_work, ERES_LOOK_EVERY);
}

/* A wait that is to be reported. */
struct eres_long_wait {
	struct eres_snapshot snapshot;
	struct eres_call call;
	struct eres_report_thread waiter;
	u64 seconds;
};

/* A copy of what @thread waits for, unless it has come to an end. */
static bool eres_copy_wait(struct eres_thread *thread,
			   struct eres_long_wait *copy)
{
	struct eres_wait *wait = &thread->wait;
	unsigned long flags;
	bool waits;

	raw_spin_lock_irqsave(&thread->lock, flags);
	waits = wait->resource;
	if (waits) {
		eres_snapshot(&copy->snapshot, wait->resource);
		copy->call.routine = READ_ONCE(wait->call.routine);
		copy->call.caller = READ_ONCE(wait->call.caller);
		eres_describe_waiter(&copy->waiter, thread);
		WRITE_ONCE(wait->reported, true);
	}
	raw_spin_unlock_irqrestore(&thread->lock, flags);
	return waits;
}

/* One that has waited too long and has not been reported for it. */
static bool eres_find_long_wait(struct eres_long_wait *copy,
				unsigned int seconds, bool *any)
{
	struct eres_record_walk walk = {};
	struct eres_thread *thread;
	bool found = false;

	rcu_read_lock();
	while (!found && (thread = eres_next_record(&walk))) {
		u64 waited;

		/* Pairs with the release in eres_wait_begin(). */
		if (!smp_load_acquire(&thread->wait.resource))
			continue;
		*any = true;
		waited = ktime_get_ns() - READ_ONCE(thread->wait.since);
		copy->seconds = div_u64(waited, NSEC_PER_SEC);
		if ((s64)waited >= (s64)seconds * NSEC_PER_SEC &&
		    !READ_ONCE(thread->wait.reported))
			found = eres_copy_wait(thread, copy);
	}
	rcu_read_unlock();
	return found;
}

static void eres_report_long_wait(const struct eres_long_wait *copy)
{
	struct eres_report report = {
		.code = ERES_RESOURCE_TIMEOUT,
		.param = {
			(unsigned long)copy->snapshot.resource, copy->waiter.id,
			copy->snapshot.contention, copy->seconds,
		},
		.routine = copy->call.routine,
		.caller = copy->call.caller,
		.snapshot = &copy->snapshot,
		.thread = copy->waiter,
	};

	eres_submit_report(&report, eres_print_hang);
}

static void eres_look_at_waits(struct work_struct *work)
{
	unsigned int seconds = READ_ONCE(eres_wait_warn);
	struct eres_long_wait *copy;
	bool any = false;

	if (!seconds)
		return;
	copy = kzalloc(sizeof(*copy), GFP_KERNEL);
	while (copy && eres_find_long_wait(copy, seconds, &any))
		eres_report_long_wait(copy);
	if (any || !copy)
		schedule_delayed_work(&eres_wait_work, ERES_LOOK_EVERY);
	kfree(copy);
}

void eres_wait_warn_exit(void)
{
	cancel_delayed_work_sync(&eres_wait_work);
}
