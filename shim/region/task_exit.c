// SPDX-License-Identifier: GPL-2.0-only
/*
 * What happens to regions and resources of a thread that exits.
 *
 * sched_process_exit runs in the exiting thread: what it still owns or is in
 * is reported there, while there is a stack to show, and the record is marked
 * so that no later thread at the same address is taken for it. The thread may
 * use resources after that, when its files are closed; if it loses some there,
 * sched_process_free, just before the task's memory goes, notices.
 *
 * No such tracepoint is exported by name; probes are attached as other modules
 * do, by looking for it in the list of tracepoints. The birth of a thread
 * (signals.c), the end of a work item (region_watch.c) and what only lockdep has
 * to be told of (lockdep.c) are looked at by the same means.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bottom_half.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include "neighbour.h"
#include "region/region_watch.h"
#include "region/signals.h"
#include "region/task_exit.h"
#include "report/misuse.h"

static bool eres_report_left_hold(struct eres_hold *hold, void *data)
{
	struct eres_report *report = data;
	u64 word = eres_hold_read(hold);

	/* What went to an owner pointer is not the thread's any more. */
	if (!eres_word_is_threads(word))
		return true;
	report->code = ERES_VERIFIER;
	report->param[0] = ERES_V_EXIT_OWNING;
	report->param[1] = report->thread.id;
	/* Released for the thread right now, it may be gone. */
	report->param[2] = (unsigned long)hold->resource;
	eres_report_misuse(report);
	return true;
}

/* Stays owned, by a thread that no other is taken for. */
static void eres_report_left_mutex(const struct eres_mutex_note *note,
				   struct eres_report *report)
{
	if (!note->owned)
		return;
	report->code = ERES_THREAD_TERMINATE_HELD_MUTEX;
	report->param[0] = report->thread.id;
	report->param[1] = (unsigned long)note->last;
	eres_report_misuse(report);
	memset(report->param, 0, sizeof(report->param));
}

static void eres_report_left(struct eres_thread *thread,
			     struct task_struct *task)
{
	struct eres_report report = { .routine = "thread exit" };

	if (likely(!eres_thread_is_active(thread) && !thread->mutexes.owned))
		return;
	eres_describe(&report.thread, thread, task);
	eres_report_left_mutex(&thread->mutexes, &report);
	eres_visit_holds(thread, eres_report_left_hold, &report);
	if (!thread->kernel_apc_disable && !thread->special_apc_disable &&
	    thread->irql == PASSIVE_LEVEL)
		return;
	report.code = ERES_KERNEL_APC_PENDING_DURING_EXIT;
	if (thread->kernel_apc_disable >= 0 && thread->special_apc_disable >= 0)
		report.way = thread->irql != PASSIVE_LEVEL ? ERES_WAY_RAISED :
							     ERES_WAY_UNMATCHED;
	report.param[0] = 0;
	report.param[1] = eres_combined_counters(thread);
	report.param[2] = thread->irql;
	eres_report_misuse(&report);
}

static void eres_probe_exit(ERES_PROBE_EXIT_ARGS)
{
	struct eres_thread *thread = eres_thread_find();

	if (likely(!thread))
		return;
	eres_report_left(thread, task);
	eres_lockdep_release_all(thread);
	/* It has been reported, and the kernel has to get through with the rest. */
	if (unlikely(thread->irql == DISPATCH_LEVEL))
		local_bh_enable();
	eres_thread_exited(thread, task);
}

static void eres_probe_free(void *data, struct task_struct *task)
{
	struct eres_thread *thread = eres_thread_lookup(task);

	if (likely(!thread))
		return;
	eres_report_left(thread, task);
	eres_thread_exited(thread, task);
}

static struct eres_probe {
	const char *name;
	void *fn;
	struct tracepoint *tracepoint;
	/* Not all kernels have it, nor all a @fn for it. */
	bool optional;
} eres_probes[] = {
	/* The first: see eres_exit_notice(). */
	{ .name = "sched_process_exit", .fn = eres_probe_exit },
	{ .name = "sched_process_free", .fn = eres_probe_free },
	{ .name = "sched_process_fork", .fn = eres_probe_fork },
	{ .name = "workqueue_execute_end", .fn = eres_probe_work_end },
	{ .name = "sys_enter", .fn = eres_lockdep_probe_sys_enter,
	  .optional = true },
	{ .name = "sys_exit", .fn = eres_lockdep_probe_sys_exit,
	  .optional = true },
	{ .name = "sched_kthread_work_execute_end",
	  .fn = eres_lockdep_probe_kthread_work_end, .optional = true },
};

static void eres_match_tracepoint(struct tracepoint *tracepoint, void *unused)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(eres_probes); i++)
		if (eres_probes[i].fn &&
		    !strcmp(tracepoint->name, eres_probes[i].name))
			eres_probes[i].tracepoint = tracepoint;
}

static void eres_detach(size_t attached)
{
	while (attached--)
		if (eres_probes[attached].tracepoint)
			tracepoint_probe_unregister(eres_probes[attached].tracepoint,
						    eres_probes[attached].fn, NULL);
	tracepoint_synchronize_unregister();
}

/* Without tracepoints: threads at the address of a dead one get its record. */
int eres_task_exit_init(void)
{
	size_t i;
	int err;

	for_each_kernel_tracepoint(eres_match_tracepoint, NULL);
	for (i = 0; i < ARRAY_SIZE(eres_probes); i++) {
		err = eres_probes[i].optional ? 0 : -ENOENT;
		if (eres_probes[i].tracepoint)
			err = tracepoint_probe_register(eres_probes[i].tracepoint,
							eres_probes[i].fn, NULL);
		if (err) {
			pr_err("no tracepoint %s\n", eres_probes[i].name);
			eres_detach(i);
			return err;
		}
	}
	return 0;
}

/*
 * Have the second module notice when a thread exits: @fn is a probe, with
 * ERES_PROBE_EXIT_ARGS, called after ours. May sleep.
 */
int eres_exit_notice(void *fn)
{
	return tracepoint_probe_register(eres_probes[0].tracepoint, fn, NULL);
}
EXPORT_SYMBOL_GPL(eres_exit_notice);

/* Not any more, nor is it under way. */
void eres_exit_unnotice(void *fn)
{
	tracepoint_probe_unregister(eres_probes[0].tracepoint, fn, NULL);
	tracepoint_synchronize_unregister();
}
EXPORT_SYMBOL_GPL(eres_exit_unnotice);

void eres_task_exit_exit(void)
{
	eres_detach(ARRAY_SIZE(eres_probes));
}
