// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waits that last (Windows: live dump 0x1CC): who waits, who owns, and where
 * they all are. The waits go on. The second module's locks are told of as well;
 * what nobody can own, an event for one, may be waited for as long as one likes.
 *
 * A thread that waits arms the work item below, if parameter "wait_warn" is not
 * zero; it comes back until nobody waits any more. So nothing is done while
 * nobody waits, and a wait costs one look at whether the work item is pending.
 *
 * One hang is one report, however many wait. The work item has a table of hangs,
 * one for each resource that somebody waits for. The resource itself has no room
 * for it: it is known by its address, which is only compared. All of the table is
 * the work item's, which never runs twice at a time. Each look
 *
 *   counts   walks all records, and notes of each resource how many wait for it,
 *            and who has done so for the longest time. An entry that nobody
 *            waits for is free again.
 *   owners   if a wait has lasted a second: walks all records again, and adds up
 *            who owns, in one number, and whether a freezer has stopped one.
 *   tells    of those hangs that are due.
 *
 * A hang is due when its longest wait has lasted "wait_warn" seconds, or one
 * second if an owner is frozen, and one of these is true:
 *
 *   - It has not been told of. If its longest wait has begun since it was, that
 *     was another hang, at the same address.
 *   - The wait has lasted twice as long as when it was told of last.
 *   - Other threads or owner pointers own, one has exited, or has been frozen or
 *     thawed; and "wait_warn" seconds have gone by.
 *
 * No more than so many are told of in "wait_warn" seconds, those first that have
 * not been yet. The others stay due; meanwhile one line says how many they are.
 * What finds no room in the table is looked for again the next time, and until
 * then only counted.
 *
 * A resource is looked at only with the lock of a waiter's record, as long as
 * that says that the thread waits for it: the waiter itself does not get past
 * eres_wait_end() meanwhile, so that nobody can delete it. So is an object of the
 * second module (object_wait.c).
 */
#include <linux/hash.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/workqueue.h>

#include "report/misuse.h"
#include "report/report_names.h"
#include "report/report_print.h"
#include "wait/object_wait.h"
#include "wait/wait.h"
#include "wait/wait_print.h"

static unsigned int eres_wait_warn = 60;
module_param_named(wait_warn, eres_wait_warn, uint, 0644);
MODULE_PARM_DESC(wait_warn,
		 "seconds after which waits for a resource or lock are reported, with owners and waiters (default 60), 0: never");

static void eres_look_at_waits(struct work_struct *work);
static DECLARE_DELAYED_WORK(eres_wait_work, eres_look_at_waits);

/* While anybody waits: also after the parameter has been made smaller. */
#define ERES_LOOK_EVERY	HZ

/* Resources and objects that are waited for, and reports in "wait_warn" seconds. */
#define ERES_HANGS	64
#define ERES_HANGS_TOLD	8

/* A number that stands for all owners, and whether one of them is frozen. */
struct eres_owners {
	u64 who;
	bool frozen;
};

struct eres_hang {
	/* A resource or an object; %NULL: free. */
	const void *address;
	/* From the present look: how many wait; the first of them, since when. */
	unsigned int waiters;
	struct eres_thread *first;
	s64 since;
	struct eres_owners owners;
	/* When it was told of, 0: never; what was said. */
	s64 told;
	s64 told_waited;
	struct eres_owners told_owners;
};

static struct eres_hang eres_hangs[ERES_HANGS];

/* When the present "wait_warn" seconds began, and what has been said in them. */
static s64 eres_period_began;
static unsigned int eres_told;
static bool eres_told_of_more;

struct eres_look {
	s64 now;
	s64 period;
	/* Whether anybody waits, and for a second. */
	bool any;
	bool lasting;
	/* Threads that wait for "wait_warn" seconds, not in the table. */
	unsigned int unlisted;
};

/* The caller is about to sleep. */
void eres_wait_warn_arm(void)
{
	if (READ_ONCE(eres_wait_warn) && !delayed_work_pending(&eres_wait_work))
		schedule_delayed_work(&eres_wait_work, ERES_LOOK_EVERY);
}

static struct eres_hang *eres_find_hang(const void *address)
{
	int i;

	for (i = 0; i < ERES_HANGS; i++)
		if (eres_hangs[i].address == address)
			return &eres_hangs[i];
	return NULL;
}

/* Return: the entry; %NULL: there is no room for it. */
static struct eres_hang *eres_count_wait_of(struct eres_look *look, const void *address,
					    struct eres_thread *thread, s64 since)
{
	struct eres_hang *hang;

	look->any = true;
	look->lasting |= look->now - since >= NSEC_PER_SEC;
	hang = eres_find_hang(address) ?: eres_find_hang(NULL);
	if (!hang) {
		look->unlisted += look->now - since >= look->period;
		return NULL;
	}
	hang->address = address;
	if (!hang->waiters++ || since < hang->since) {
		hang->since = since;
		hang->first = thread;
	}
	return hang;
}

/* Only of an object that can have an owner; who that is, it says itself. */
static void eres_count_object_wait(struct eres_look *look, struct eres_thread *thread)
{
	struct eres_object_waiting wait;
	struct eres_hang *hang;
	struct task_struct *owner;

	if (!eres_copy_object_wait(thread, &wait) || !wait.may_be_owned)
		return;
	hang = eres_count_wait_of(look, wait.object, thread, wait.since);
	if (!hang)
		return;
	owner = wait.owner ? eres_task_by_id(wait.owner) : NULL;
	hang->owners.who = wait.owner;
	hang->owners.frozen = owner && eres_task_is_frozen(owner);
}

static void eres_count_waits(struct eres_look *look)
{
	struct eres_record_walk walk = {};
	struct eres_thread *thread;
	const ERESOURCE *r;
	int i;

	for (i = 0; i < ERES_HANGS; i++) {
		eres_hangs[i].waiters = 0;
		eres_hangs[i].owners = (struct eres_owners){};
	}
	rcu_read_lock();
	while ((thread = eres_next_record(&walk))) {
		/* Pairs with the release in eres_wait_begin(). */
		r = smp_load_acquire(&thread->wait.resource);
		if (r)
			eres_count_wait_of(look, r, thread, READ_ONCE(thread->wait.since));
		else
			eres_count_object_wait(look, thread);
	}
	rcu_read_unlock();
	for (i = 0; i < ERES_HANGS; i++)
		if (!eres_hangs[i].waiters)
			eres_hangs[i] = (struct eres_hang){};
}

static void eres_add_owner(const struct eres_party *party, void *unused)
{
	struct eres_hang *hang = party->levels ? eres_find_hang(party->resource) : NULL;
	u64 who = party->pointer ?: party->id;

	if (!hang)
		return;
	who ^= (u64)party->exclusive << 63 ^ (u64)party->exited << 62;
	hang->owners.who += hash_64(who, 64);
	hang->owners.frozen |= eres_party_is_frozen(party);
}

static void eres_add_owners(void)
{
	struct eres_record_walk walk = {};
	struct eres_thread *thread;

	rcu_read_lock();
	while ((thread = eres_next_record(&walk)))
		eres_visit_parties(thread, eres_add_owner, NULL);
	rcu_read_unlock();
}

/* Never told of, or of another hang. */
static bool eres_hang_is_new(const struct eres_hang *hang)
{
	return hang->told <= hang->since;
}

static bool eres_hang_is_due(const struct eres_hang *hang,
			     const struct eres_look *look)
{
	s64 waited = look->now - hang->since;
	s64 limit = hang->owners.frozen ? min_t(s64, look->period, NSEC_PER_SEC) :
					  look->period;

	if (!hang->address || waited < limit)
		return false;
	if (eres_hang_is_new(hang) || waited / 2 >= hang->told_waited)
		return true;
	return (hang->owners.who != hang->told_owners.who ||
		hang->owners.frozen != hang->told_owners.frozen) &&
	       look->now - hang->told >= look->period;
}

/* What is to be told of a hang. */
struct eres_long_wait {
	struct eres_snapshot snapshot;
	struct eres_call call;
	struct eres_report_thread waiter;
};

/* A copy, unless the longest wait has come to an end. */
static bool eres_copy_wait(const struct eres_hang *hang,
			   struct eres_long_wait *copy)
{
	struct eres_thread *thread = hang->first;
	const struct eres_wait *wait = &thread->wait;
	unsigned long flags;
	bool waits;

	rcu_read_lock();
	raw_spin_lock_irqsave(&thread->lock, flags);
	/* Pairs with the release in eres_wait_begin(). */
	waits = smp_load_acquire(&wait->resource) == hang->address;
	if (waits) {
		eres_snapshot(&copy->snapshot, hang->address);
		copy->call.routine = READ_ONCE(wait->call.routine);
		copy->call.caller = READ_ONCE(wait->call.caller);
	}
	raw_spin_unlock_irqrestore(&thread->lock, flags);
	/*
	 * With as many holds as it has. If the wait has ended since, what it has now is
	 * told, or, if it has exited, of who has its record.
	 */
	if (waits)
		eres_describe_waiter(&copy->waiter, thread);
	rcu_read_unlock();
	return waits;
}

static void eres_report_long_wait(const struct eres_long_wait *copy,
				  s64 waited)
{
	struct eres_report report = {
		.code = ERES_RESOURCE_TIMEOUT,
		.param = {
			(unsigned long)copy->snapshot.resource, copy->waiter.id,
			copy->snapshot.contention,
			div_u64(waited, NSEC_PER_SEC),
		},
		.routine = copy->call.routine,
		.caller = copy->call.caller,
		.snapshot = &copy->snapshot,
		.thread = copy->waiter,
	};

	eres_submit_report(&report, eres_print_hang);
}

/* False: the longest wait is for no resource, or has come to an end. */
static bool eres_tell_of_resource(const struct eres_hang *hang, s64 waited)
{
	/* Too large for the stack. */
	static struct eres_long_wait copy;

	if (!eres_copy_wait(hang, &copy))
		return false;
	eres_report_long_wait(&copy, waited);
	return true;
}

static const struct eres_misuse eres_object_hang = {
	.code = ERES_RESOURCE_TIMEOUT,
	.params = "aaan",
	.name = "EXRESOURCE_TIMEOUT_LIVEDUMP",
	.what = "a thread has been waiting for a lock for long",
	.hint = "see what the owner does; one that waits for the waiter is a deadlock",
};

/* The same of an object. */
static bool eres_tell_of_object(const struct eres_hang *hang, s64 waited)
{
	struct eres_object object = { .address = hang->address };
	struct eres_object_waiting wait;
	struct eres_report report = {
		.code = ERES_RESOURCE_TIMEOUT,
		.misuse = &eres_object_hang,
		.object = &object,
	};
	bool waits;

	rcu_read_lock();
	waits = eres_copy_object_wait(hang->first, &wait) && wait.object == hang->address;
	if (waits)
		eres_describe_waiter(&report.thread, hang->first);
	rcu_read_unlock();
	if (!waits)
		return false;
	object.kind = wait.kind;
	report.param[0] = (unsigned long)wait.object;
	report.param[1] = report.thread.id;
	report.param[2] = wait.owner;
	report.param[3] = div_u64(waited, NSEC_PER_SEC);
	report.routine = wait.routine;
	report.caller = wait.caller;
	eres_submit_report(&report, eres_print_object_hang);
	return true;
}

static void eres_tell(struct eres_hang *hang, const struct eres_look *look)
{
	s64 waited = look->now - hang->since;

	if (!eres_tell_of_resource(hang, waited) && !eres_tell_of_object(hang, waited))
		return;
	hang->told = look->now;
	hang->told_waited = max(waited, look->period);
	hang->told_owners = hang->owners;
	eres_told++;
}

static void eres_tell_of_more(unsigned int hangs, const struct eres_look *look)
{
	if (eres_told_of_more || !(hangs || look->unlisted))
		return;
	eres_say("%u more resources or locks, and %u threads that wait for others, come later",
		 hangs, look->unlisted);
	eres_told_of_more = true;
}

/* Return: how many more are due. */
static unsigned int eres_tell_of_due(const struct eres_look *look, bool is_new)
{
	unsigned int more = 0;
	int i;

	for (i = 0; i < ERES_HANGS; i++) {
		struct eres_hang *hang = &eres_hangs[i];

		if (eres_hang_is_new(hang) != is_new ||
		    !eres_hang_is_due(hang, look))
			continue;
		if (eres_told < ERES_HANGS_TOLD)
			eres_tell(hang, look);
		else
			more++;
	}
	return more;
}

static void eres_tell_of_hangs(const struct eres_look *look)
{
	unsigned int more;

	if (look->now - eres_period_began >= look->period) {
		eres_period_began = look->now;
		eres_told = 0;
		eres_told_of_more = false;
	}
	more = eres_tell_of_due(look, true);
	more += eres_tell_of_due(look, false);
	eres_tell_of_more(more, look);
}

static void eres_look_at_waits(struct work_struct *work)
{
	unsigned int seconds = READ_ONCE(eres_wait_warn);
	struct eres_look look = {
		.now = ktime_get_ns(),
		.period = (s64)seconds * NSEC_PER_SEC,
	};

	if (!seconds)
		return;
	eres_count_waits(&look);
	if (look.lasting) {
		eres_add_owners();
		eres_tell_of_hangs(&look);
	}
	if (look.any)
		schedule_delayed_work(&eres_wait_work, ERES_LOOK_EVERY);
}

void eres_wait_warn_exit(void)
{
	cancel_delayed_work_sync(&eres_wait_work);
}
