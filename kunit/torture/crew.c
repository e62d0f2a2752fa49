// SPDX-License-Identifier: GPL-2.0-only
/* Starting a crew, watching over it, and taking it home. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/processor.h>
#include <linux/sched/debug.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

#include "crew.h"

bool eres_crew_is_over(const struct eres_crew *crew)
{
	return time_after(jiffies, crew->end) || eres_failed() ||
	       eres_cut_short();
}

void eres_dwell(struct eres_worker *worker)
{
	unsigned int spin;

	if (eres_one_in(worker, 32))
		cond_resched();
	for (spin = eres_random_below(worker, 64); spin; spin--)
		cpu_relax();
}

enum eres_protection eres_protect(struct eres_worker *worker)
{
	enum eres_protection protection =
		eres_random_below(worker, ERES_PROTECTIONS);
	KIRQL irql;

	switch (protection) {
	case ERES_CRITICAL:
		KeEnterCriticalRegion();
		break;
	case ERES_GUARDED:
		KeEnterGuardedRegion();
		break;
	case ERES_FILE_SYSTEM:
		FsRtlEnterFileSystem();
		break;
	case ERES_AT_APC_LEVEL:
		KeRaiseIrql(APC_LEVEL, &irql);
		break;
	case ERES_BOTH_REGIONS:
		KeEnterCriticalRegion();
		KeEnterGuardedRegion();
		break;
	default:
		break;
	}
	return protection;
}

void eres_unprotect(enum eres_protection protection)
{
	switch (protection) {
	case ERES_CRITICAL:
		KeLeaveCriticalRegion();
		break;
	case ERES_GUARDED:
		KeLeaveGuardedRegion();
		break;
	case ERES_FILE_SYSTEM:
		FsRtlExitFileSystem();
		break;
	case ERES_AT_APC_LEVEL:
		KeLowerIrql(PASSIVE_LEVEL);
		break;
	case ERES_BOTH_REGIONS:
		/* Regions of the two kinds may overlap. */
		KeLeaveCriticalRegion();
		KeLeaveGuardedRegion();
		break;
	default:
		break;
	}
}

static int eres_work(void *data)
{
	struct eres_worker *worker = data;
	struct eres_crew *crew = worker->crew;

	while (!eres_crew_is_over(crew)) {
		crew->round(worker);
		WRITE_ONCE(worker->rounds, worker->rounds + 1);
		cond_resched();
	}
	ERES_CHECK(!KeAreApcsDisabled() && KeGetCurrentIrql() == PASSIVE_LEVEL,
		   "worker %u is still in a region", worker->index);
	/* Pairs with the acquire in eres_crew_finished(). */
	smp_store_release(&worker->finished, true);
	/* Until kthread_stop(), so that the task stays. */
	while (!kthread_should_stop()) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (!kthread_should_stop())
			schedule();
		__set_current_state(TASK_RUNNING);
	}
	return 0;
}

static bool eres_crew_finished(const struct eres_crew *crew)
{
	unsigned int i;

	for (i = 0; i < crew->size; i++)
		/* Pairs with the release in eres_work(). */
		if (!smp_load_acquire(&crew->workers[i].finished))
			return false;
	return true;
}

static void eres_show_crew(const struct eres_crew *crew)
{
	unsigned int i;

	for (i = 0; i < crew->size; i++) {
		const struct eres_worker *worker = &crew->workers[i];

		pr_err("worker %u: %lu rounds%s\n", i,
		       READ_ONCE(worker->rounds),
		       READ_ONCE(worker->finished) ? ", finished" : "");
		if (!READ_ONCE(worker->finished))
			sched_show_task(worker->task);
	}
}

/* Anybody who has done no round since the last look? Notes where all are. */
static bool eres_crew_is_stuck(const struct eres_crew *crew,
			       unsigned long *seen)
{
	bool stuck = false;
	unsigned int i;

	for (i = 0; i < crew->size; i++) {
		const struct eres_worker *worker = &crew->workers[i];
		unsigned long rounds = READ_ONCE(worker->rounds);

		if (!READ_ONCE(worker->finished) && rounds == seen[i])
			stuck = true;
		seen[i] = rounds;
	}
	return stuck;
}

/* Until all have finished. Return: false if somebody is stuck. */
static bool eres_watch_crew(const struct eres_crew *crew, unsigned long *seen)
{
	unsigned long look = jiffies + eres_patience() * HZ;

	eres_crew_is_stuck(crew, seen);
	while (!eres_crew_finished(crew)) {
		msleep_interruptible(20);
		if (time_before(jiffies, look))
			continue;
		if (eres_crew_is_stuck(crew, seen))
			return false;
		look = jiffies + eres_patience() * HZ;
	}
	return true;
}

static void eres_sum_up(const struct eres_crew *crew, struct eres_tally *tally)
{
	unsigned int i, n;

	eres_tally_add(tally, "threads", crew->size);
	for (i = 0; i < crew->size; i++) {
		const struct eres_worker *worker = &crew->workers[i];

		eres_tally_add(tally, "rounds", worker->rounds);
		for (n = 0; crew->counts && crew->counts[n]; n++)
			eres_tally_add(tally, crew->counts[n],
				       worker->count[n]);
	}
}

static void eres_start_crew(struct eres_crew *crew,
			    const struct eres_config *config)
{
	unsigned int i;

	for (i = 0; i < crew->size; i++) {
		struct eres_worker *worker = &crew->workers[i];

		worker->crew = crew;
		worker->index = i;
		prandom_seed_state(&worker->random, config->seed * 8191 + i);
		worker->task = kthread_run(eres_work, worker, "eres_crew/%u", i);
		if (IS_ERR(worker->task)) {
			eres_fail("no thread for worker %u", i);
			crew->size = i;
			return;
		}
	}
}

bool eres_crew_run(struct eres_crew *crew, const struct eres_config *config,
		   struct eres_tally *tally)
{
	unsigned long *seen;
	unsigned int i;

	if (!crew->size)
		crew->size = config->threads ?: 2 * num_online_cpus() + 2;
	crew->end = jiffies + config->seconds * HZ;
	crew->workers = kcalloc(crew->size, sizeof(*crew->workers), GFP_KERNEL);
	seen = kcalloc(crew->size, sizeof(*seen), GFP_KERNEL);
	if (!crew->workers || !seen) {
		eres_fail("no memory");
		goto out_free;
	}
	eres_start_crew(crew, config);
	if (!eres_watch_crew(crew, seen)) {
		eres_fail("somebody is stuck for %u seconds and more",
			  eres_patience());
		eres_show_crew(crew);
		/* They may go on one day, so nothing of theirs is freed. */
		eres_torture_stuck();
		kfree(seen);
		return false;
	}
	for (i = 0; i < crew->size; i++)
		kthread_stop(crew->workers[i].task);
	eres_sum_up(crew, tally);
out_free:
	kfree(crew->workers);
	kfree(seen);
	return true;
}
