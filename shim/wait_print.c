// SPDX-License-Identifier: GPL-2.0-only
/*
 * A wait that lasts, on the console: the resource with its owners and all who
 * wait, then where the waiter and each owner are.
 */
#include <linux/math64.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/sched/debug.h>
#include <linux/sched/task.h>

#include "report_names.h"
#include "report_print.h"
#include "see.h"

/* The stacks of so many owners. */
#define ERES_STACKS	8

struct eres_hang {
	const ERESOURCE *resource;
	unsigned long waiter;
	/* References are held. */
	struct task_struct *task[ERES_STACKS + 1];
	unsigned int tasks;
};

static void eres_hang_add(struct eres_hang *hang, const struct eres_party *party)
{
	struct task_struct *task = eres_thread_task(party->thread);

	if (!task || hang->tasks == ARRAY_SIZE(hang->task))
		return;
	get_task_struct(task);
	hang->task[hang->tasks++] = task;
}

static bool eres_hang_visit(const struct eres_party *party, void *data)
{
	struct eres_hang *hang = data;
	bool involved = party->levels ? !party->pointer :
					party->id == hang->waiter;

	if (party->resource == hang->resource && involved)
		eres_hang_add(hang, party);
	return true;
}

static void eres_hang_find(struct eres_hang *hang)
{
	struct eres_record_walk walk = {};
	struct eres_thread *thread;

	rcu_read_lock();
	while ((thread = eres_next_record(&walk)))
		eres_visit_parties(thread, eres_hang_visit, hang);
	rcu_read_unlock();
}

/**
 * eres_print_hang() - Tell of a wait that lasts.
 * @report: what it is reported as, with a copy of the resource
 *
 * Context: May sleep.
 */
void eres_print_hang(const struct eres_report *report)
{
	struct eres_hang hang = {
		.resource = report->snapshot->resource,
		.waiter = report->param[1],
	};
	unsigned int i;

	eres_say("%s: a thread has been waiting for %lu s and goes on waiting",
		 report->routine, report->param[3]);
	eres_print_code(report);
	eres_say("  called from %pS", report->caller);
	eres_print_snapshot(report->snapshot);
	eres_hang_find(&hang);
	eres_say("  to fix it: %s", eres_misuse_of(report)->hint);
	for (i = 0; i < hang.tasks; i++) {
		eres_say("the stack of %s %p:",
			 (unsigned long)hang.task[i] == hang.waiter ?
			 "the waiter" : "an owner", hang.task[i]);
		if (eres_says_to_console())
			sched_show_task(hang.task[i]);
		put_task_struct(hang.task[i]);
	}
}
