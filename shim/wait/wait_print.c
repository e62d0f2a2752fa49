// SPDX-License-Identifier: GPL-2.0-only
/*
 * A wait that lasts, on the console: the resource, its owners, the first of
 * those who wait, and where all these are; of the others, how many they are.
 *
 * What is collected for it belongs to the work item of wait_warn.c, which never
 * runs twice at a time.
 */
#include <linux/cgroup.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/sched/debug.h>
#include <linux/sched/task.h>
#include <linux/string.h>

#include "report/report_names.h"
#include "report/report_print.h"
#include "trace/caller.h"
#include "wait/wait_print.h"

/* So many are told of, with their stacks. */
#define ERES_TOLD_OWNERS	8
#define ERES_TOLD_WAITERS	3

#define ERES_FROZEN_HINT						\
	"an owner must not sleep freezably: use wait_event() and the like"

struct eres_told_party {
	struct eres_party party;
	char comm[TASK_COMM_LEN];
	/* A reference is held; %NULL: it has exited. */
	struct task_struct *task;
};

struct eres_told {
	const ERESOURCE *resource;
	unsigned int owners;
	unsigned int waiters;
	struct eres_told_party owner[ERES_TOLD_OWNERS];
	/* Who has waited longest comes first. */
	struct eres_told_party waiter[ERES_TOLD_WAITERS];
};

/* Unless the record is another thread's by now. */
static struct task_struct *eres_party_task(const struct eres_party *party)
{
	struct task_struct *task = eres_thread_task(party->thread);

	return (unsigned long)task == party->id ? task : NULL;
}

/* By suspend or a cgroup of version 1, or by one of version 2. */
bool eres_task_is_frozen(struct task_struct *task)
{
	return READ_ONCE(task->__state) & TASK_FROZEN ||
	       cgroup_task_frozen(task);
}

/* Whether a freezer keeps an owner from going on. In any context, under rcu_read_lock(). */
bool eres_party_is_frozen(const struct eres_party *party)
{
	struct task_struct *task;

	/* An owner pointer is released by who knows whom. */
	if (party->pointer)
		return false;
	task = eres_party_task(party);
	return task && eres_task_is_frozen(task);
}

static void eres_tell_owner(struct eres_told *told,
			    const struct eres_party *party)
{
	if (told->owners < ERES_TOLD_OWNERS)
		told->owner[told->owners].party = *party;
	told->owners++;
}

/* Sorted in; the last falls out. */
static void eres_tell_waiter(struct eres_told *told,
			     const struct eres_party *party)
{
	int i = min_t(int, told->waiters++, ERES_TOLD_WAITERS);

	for (; i > 0; i--) {
		if (told->waiter[i - 1].party.waited_ns >= party->waited_ns)
			break;
		if (i < ERES_TOLD_WAITERS)
			told->waiter[i] = told->waiter[i - 1];
	}
	if (i < ERES_TOLD_WAITERS)
		told->waiter[i].party = *party;
}

static void eres_tell_party(const struct eres_party *party, void *data)
{
	struct eres_told *told = data;

	if (party->resource != told->resource)
		return;
	if (party->levels)
		eres_tell_owner(told, party);
	else
		eres_tell_waiter(told, party);
}

/* The task and its name, as long as it is there. */
static void eres_hold_parties(struct eres_told_party *party, unsigned int n)
{
	for (; n--; party++) {
		eres_thread_comm(party->party.thread, party->comm);
		party->task = eres_party_task(&party->party);
		if (party->task)
			get_task_struct(party->task);
	}
}

static void eres_collect(struct eres_told *told, const ERESOURCE *r)
{
	struct eres_record_walk walk = {};
	struct eres_thread *thread;

	memset(told, 0, sizeof(*told));
	told->resource = r;
	rcu_read_lock();
	while ((thread = eres_next_record(&walk)))
		eres_visit_parties(thread, eres_tell_party, told);
	eres_hold_parties(told->owner, min_t(u32, told->owners,
					     ERES_TOLD_OWNERS));
	eres_hold_parties(told->waiter, min_t(u32, told->waiters,
					      ERES_TOLD_WAITERS));
	rcu_read_unlock();
}

/* Return: whether one of them is frozen. */
static bool eres_print_owners(const struct eres_told *told)
{
	unsigned int shown = min_t(u32, told->owners, ERES_TOLD_OWNERS);
	bool frozen = false;
	unsigned int i;

	for (i = 0; i < shown; i++) {
		const struct eres_told_party *owner = &told->owner[i];

		eres_print_party(&owner->party, owner->comm);
		if (owner->party.pointer || !owner->task ||
		    !eres_task_is_frozen(owner->task))
			continue;
		eres_say("        this owner is frozen, and releases nothing before it is thawed");
		frozen = true;
	}
	if (told->owners > shown)
		eres_say("      owned by %u more", told->owners - shown);
	return frozen;
}

static void eres_print_waiters(const struct eres_told *told)
{
	unsigned int shown = min_t(u32, told->waiters, ERES_TOLD_WAITERS);
	unsigned int i;

	for (i = 0; i < shown; i++)
		eres_print_party(&told->waiter[i].party, told->waiter[i].comm);
	if (told->waiters > shown)
		eres_say("      waited for by %u more, for less long",
			 told->waiters - shown);
}

/* Whose reference is put. */
static void eres_print_stack(struct task_struct *task, const char *what)
{
	if (!task)
		return;
	eres_say("the stack of %s %p:", what, task);
	if (eres_says_to_console())
		sched_show_task(task);
	put_task_struct(task);
}

static void eres_print_stacks(struct eres_told_party *party, unsigned int n,
			      const char *what)
{
	for (; n--; party++)
		eres_print_stack(party->task, what);
}

static void eres_print_hang_head(const struct eres_report *report)
{
	eres_say("%s: a thread has been waiting for %lu s and goes on waiting",
		 report->routine, report->param[3]);
	eres_print_code(report);
	eres_print_caller(report);
}

/*
 * Tell of waits that last. @report is what they are reported as, in the name of the
 * longest; with a copy of the resource. In the work item of wait_warn.c. May sleep.
 */
void eres_print_hang(const struct eres_report *report)
{
	static struct eres_told told;
	bool frozen;

	eres_collect(&told, report->snapshot->resource);
	eres_print_hang_head(report);
	eres_print_snapshot(report->snapshot);
	frozen = eres_print_owners(&told);
	eres_print_waiters(&told);
	eres_say("  to fix it: %s", frozen ? ERES_FROZEN_HINT :
					     eres_misuse_of(report)->hint);
	eres_print_stacks(told.owner, min_t(u32, told.owners, ERES_TOLD_OWNERS),
			  "an owner");
	eres_print_stacks(told.waiter, min_t(u32, told.waiters,
					     ERES_TOLD_WAITERS), "a waiter");
}

/* Return: the task, with a reference; %NULL: it has exited, or is not known. */
static struct task_struct *eres_get_task(unsigned long id)
{
	struct task_struct *task;

	rcu_read_lock();
	task = id ? eres_task_by_id(id) : NULL;
	if (task)
		get_task_struct(task);
	rcu_read_unlock();
	return task;
}

/*
 * Tell of waits for a lock of the second module that last. @report is what they are
 * reported as, in the name of the longest. In the work item of wait_warn.c. May sleep.
 */
void eres_print_object_hang(const struct eres_report *report)
{
	struct task_struct *waiter = eres_get_task(report->param[1]);
	struct task_struct *owner = eres_get_task(report->param[2]);

	eres_print_hang_head(report);
	eres_say("  %s %p", report->object->kind, report->object->address);
	if (owner)
		eres_say("      owned by thread %p, %s[%d]", owner, owner->comm,
			 task_pid_nr(owner));
	else
		eres_say("      owner not known: readers, or a thread that has exited");
	if (owner && eres_task_is_frozen(owner))
		eres_say("        this owner is frozen, and releases nothing before it is thawed");
	eres_say("      waited for by thread %p, %s[%d]", (void *)report->thread.id,
		 report->thread.comm, report->thread.pid);
	eres_say("  to fix it: %s", eres_misuse_of(report)->hint);
	eres_print_stack(owner, "the owner");
	eres_print_stack(waiter, "a waiter");
}
