// SPDX-License-Identifier: GPL-2.0-only
/*
 * Regions that outlast what entered them (APC_INDEX_MISMATCH, 0x1).
 *
 * A work item: the kernel has a tracepoint at its end, and looking there is one
 * look at the table.
 *
 * A system call: there is a tracepoint as well, but whoever attaches to it makes
 * every system call of the machine slower. So every now and then (parameter
 * "region_watch") all records are looked at. Only while a user thread is suspect
 * is the tracepoint attached to, and the next system call that ends, with the
 * thread still in a region, is reported. Entering and leaving a region cost
 * nothing for it.
 *
 * Suspect is who has been in a region at so many looks in a row, and has run
 * between them: a thread that waits in a region is none, and one that is often in
 * a region is caught outside of it sooner or later. Looks follow quickly on one
 * another once there is somebody to be cleared.
 *
 * All but what the probe writes into its own thread's record belongs to the
 * work item, which never runs twice at a time.
 */
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include "neighbour.h"
#include "region/region_watch.h"
#include "region/signals.h"
#include "report/misuse.h"
#include "trace/caller.h"

static unsigned int eres_region_watch = 2;

static void eres_watch_regions(struct work_struct *work);
static DECLARE_DEFERRABLE_WORK(eres_region_work, eres_watch_regions);

static struct tracepoint *eres_sys_exit;
static bool eres_sys_exit_attached;

/* By the record: probes run with preemption off, which is not the thread's doing. */
static void eres_report_mismatch(struct eres_thread *thread,
				 unsigned long routine, bool worker)
{
	bool inside = thread->kernel_apc_disable < 0 ||
		      thread->special_apc_disable < 0;
	struct eres_report report = {
		.code = ERES_APC_INDEX_MISMATCH,
		.way = inside ? worker ? ERES_WAY_WORK_ITEM : ERES_WAY_USUAL :
		       worker ? ERES_WAY_WORK_ITEM_UNMATCHED : ERES_WAY_UNMATCHED,
		.param = { routine, 0, eres_combined_counters(thread), worker },
		.routine = worker ? "return of a work item" :
				    "return of a system call",
		.caller = worker ? (const void *)routine :
			  eres_caller_of_old((const void *)routine),
	};

	eres_describe(&report.thread, thread, current);
	eres_report_misuse(&report);
}

/* It stays owned: by the work item, which is no more, not by the worker. */
static void eres_report_owned_mutex(struct eres_thread *thread,
				    unsigned long routine, const void *item)
{
	struct eres_report report = {
		.code = ERES_SYSTEM_EXIT_OWNED_MUTEX,
		.param = { routine, 0, (unsigned long)item },
		.routine = "return of a work item",
		.caller = (const void *)routine,
	};

	report.param[1] = (unsigned long)thread->mutexes.last;
	eres_describe(&report.thread, thread, current);
	eres_report_misuse(&report);
	thread->mutexes = (struct eres_mutex_note){};
}

/*
 * The worker goes on with the work of others, who shall not be reported for it:
 * the counters go back to zero, and no top-level IRP is left. Nor shall lockdep lay
 * what it owns to their charge.
 */
static void eres_work_ended(struct eres_thread *thread, const void *routine,
			    const void *item)
{
	thread->top_level = NULL;
	eres_lockdep_release_all(thread);
	if (unlikely(thread->mutexes.owned))
		eres_report_owned_mutex(thread, (unsigned long)routine, item);
	if (likely(!eres_combined_counters(thread)))
		return;
	eres_report_mismatch(thread, (unsigned long)routine, true);
	thread->kernel_apc_disable = 0;
	thread->special_apc_disable = 0;
	/*
	 * A worker ignores signals, so its mask was never changed. To say so
	 * takes no lock: on PREEMPT_RT none that sleeps can be had in a probe.
	 */
	if (sigequalsets(&thread->saved_mask, &current->blocked))
		thread->signals_held = false;
	eres_signals_update(thread);
	eres_thread_put(thread);
}

/*
 * From 6.9 on there is work in softirqs, which have no regions and own nothing: the
 * record is the interrupted thread's.
 */
void eres_probe_work_end(void *data, struct work_struct *work,
			 work_func_t function)
{
	struct eres_thread *thread = in_task() ? eres_thread_find() : NULL;

	if (unlikely(thread))
		eres_work_ended(thread, function, work);
}

/* A work item of the second module has returned; in the worker. @item is not looked at. */
void eres_work_returned(const void *routine, const void *item)
{
	struct eres_thread *thread = eres_thread_find();

	if (thread)
		eres_work_ended(thread, routine, item);
}
EXPORT_SYMBOL_GPL(eres_work_returned);

/* What has been reported of whom: a record serves many threads. */
static unsigned long eres_region_mark(const struct eres_thread *thread,
				      u32 counters)
{
	return READ_ONCE(thread->key) ^ counters;
}

/* Who entered the region that the thread is in; 0: it is in none. */
static unsigned long eres_entered_by(const struct eres_thread *thread)
{
	const struct eres_region_note *note = &thread->region;

	if (thread->kernel_apc_disable < 0)
		return (unsigned long)note->critical_by;
	if (thread->special_apc_disable < 0)
		return (unsigned long)note->guarded_by;
	return 0;
}

/* Once, as long as the thread stays in that region. */
static void eres_probe_sys_exit(void *data, struct pt_regs *regs, long ret)
{
	struct eres_thread *thread = eres_thread_find();
	u32 counters = thread ? eres_combined_counters(thread) : 0;
	struct eres_region_note *note;

	if (likely(!counters))
		return;
	note = &thread->region;
	if (READ_ONCE(note->reported) == eres_region_mark(thread, counters))
		return;
	WRITE_ONCE(note->reported, eres_region_mark(thread, counters));
	eres_report_mismatch(thread, eres_entered_by(thread), false);
}

/* Looks in a row that make a suspect. */
#define ERES_SUSPECT	6

/* Seen in a region once more. Return: whether it has run since the last look. */
static bool eres_sight(struct eres_region_note *note,
		       const struct task_struct *task)
{
	/* Any value that is not the last one will do. */
	u32 ran = (u32)data_race(task->se.sum_exec_runtime);

	if (note->ran == ran)
		return false;
	note->ran = ran;
	if (note->sightings < ERES_SUSPECT)
		note->sightings++;
	return true;
}

enum eres_suspicion {
	ERES_CLEAR,
	/* To be seen again soon. */
	ERES_DOUBTFUL,
	ERES_SUSPECTED,
};

static enum eres_suspicion eres_look_at(struct eres_thread *thread)
{
	u32 counters = eres_combined_counters(thread);
	struct eres_region_note *note = &thread->region;
	struct task_struct *task;
	bool ran;

	if (!counters) {
		WRITE_ONCE(note->reported, 0);
		note->sightings = 0;
		return ERES_CLEAR;
	}
	task = eres_thread_task(thread);
	if (!task || task->flags & ERES_PF_SYSTEM ||
	    READ_ONCE(note->reported) == eres_region_mark(thread, counters))
		return ERES_CLEAR;
	ran = eres_sight(note, task);
	if (note->sightings == ERES_SUSPECT)
		return ERES_SUSPECTED;
	return ran && note->sightings > 1 ? ERES_DOUBTFUL : ERES_CLEAR;
}

/* The worst of all. */
static enum eres_suspicion eres_look_at_all(void)
{
	enum eres_suspicion worst = ERES_CLEAR;
	struct eres_record_walk walk = {};
	struct eres_thread *thread;

	rcu_read_lock();
	while ((thread = eres_next_record(&walk)))
		worst = max(worst, eres_look_at(thread));
	rcu_read_unlock();
	return worst;
}

static void eres_detach_sys_exit(void)
{
	if (!eres_sys_exit_attached)
		return;
	tracepoint_probe_unregister(eres_sys_exit, eres_probe_sys_exit, NULL);
	tracepoint_synchronize_unregister();
	eres_sys_exit_attached = false;
}

static void eres_attach_sys_exit(void)
{
	if (!eres_sys_exit_attached && eres_sys_exit)
		eres_sys_exit_attached =
			!tracepoint_probe_register(eres_sys_exit,
						   eres_probe_sys_exit, NULL);
}

/* Twenty times a second is soon. */
#define ERES_SOON	(HZ / 20)

static void eres_watch_regions(struct work_struct *work)
{
	unsigned int seconds = READ_ONCE(eres_region_watch);
	enum eres_suspicion worst = seconds ? eres_look_at_all() : ERES_CLEAR;

	if (worst == ERES_SUSPECTED)
		eres_attach_sys_exit();
	else
		eres_detach_sys_exit();
	/* Also if it is off: it may be switched on again. */
	schedule_delayed_work(&eres_region_work, worst == ERES_DOUBTFUL ?
			      ERES_SOON : min(seconds ?: 2, 3600U) * HZ);
}

module_param_named(region_watch, eres_region_watch, uint, 0644);
MODULE_PARM_DESC(region_watch,
		 "seconds between looks for threads that returned to user mode in a region (default 2), 0: never");

static void eres_match_sys_exit(struct tracepoint *tracepoint, void *unused)
{
	if (!strcmp(tracepoint->name, "sys_exit"))
		eres_sys_exit = tracepoint;
}

void eres_region_watch_init(void)
{
	for_each_kernel_tracepoint(eres_match_sys_exit, NULL);
	schedule_delayed_work(&eres_region_work, 0);
}

void eres_region_watch_exit(void)
{
	cancel_delayed_work_sync(&eres_region_work);
	eres_detach_sys_exit();
}
