// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads by the thousand that live briefly, and exit in order, owning, or in a
 * region. What they owned stays owned until it is released under their id, by
 * a thread that lives on; each such exit is reported as often as it should be.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

#include "cell.h"

/* More than a record has room for at once. */
#define ERES_EXIT_CELLS	6

struct eres_mortal {
	struct eres_cell *cells;
	/* Owns that many when it exits, with so many levels each. */
	unsigned int owned;
	unsigned int levels;
	bool exclusive;
	bool in_region;
	/* Uses a shared resource in order before. */
	struct eres_cell *common;
};

struct eres_exits {
	/* Each worker's own. */
	struct eres_cell (*cells)[ERES_EXIT_CELLS];
	struct eres_cell common;
};

enum { EXITED, OWNING, IN_REGION, RELEASED };

static const char *const eres_exit_counts[] = {
	[EXITED] = "threads that exited",
	[OWNING] = "resources that they owned",
	[IN_REGION] = "exits in a region",
	[RELEASED] = "levels released for the dead",
	NULL
};

static int eres_live_and_die(void *data)
{
	struct eres_mortal *mortal = data;
	unsigned int i, n;

	KeEnterCriticalRegion();
	ExAcquireResourceSharedLite(&mortal->common->resource, TRUE);
	eres_touch_shared(mortal->common);
	ExReleaseResourceLite(&mortal->common->resource);
	for (i = 0; i < mortal->owned; i++) {
		for (n = 0; n < mortal->levels; n++) {
			PERESOURCE r = &mortal->cells[i].resource;

			if (mortal->exclusive)
				ExAcquireResourceExclusiveLite(r, TRUE);
			else
				ExAcquireResourceSharedLite(r, TRUE);
		}
	}
	if (!mortal->in_region)
		KeLeaveCriticalRegion();
	return 0;
}

/* TASK_DEAD is what it sets before it is scheduled away for good. */
static void eres_await_death(struct task_struct *task)
{
	while (READ_ONCE(task->__state) != TASK_DEAD)
		usleep_range(20, 50);
}

static void eres_release_for_dead(struct eres_worker *worker,
				  const struct eres_mortal *mortal,
				  ERESOURCE_THREAD id)
{
	unsigned int i, n;

	for (i = 0; i < mortal->owned; i++) {
		PERESOURCE r = &mortal->cells[i].resource;

		ERES_CHECK(!ExAcquireResourceExclusiveLite(r, FALSE),
			   "what a dead thread owns can be had");
		for (n = 0; n < mortal->levels; n++)
			ExReleaseResourceForThreadLite(r, id);
		worker->count[RELEASED] += mortal->levels;
		ERES_CHECK(ExAcquireResourceExclusiveLite(r, FALSE),
			   "released for the dead, but not to be had");
		eres_visit_exclusive(worker, &mortal->cells[i]);
		ExReleaseResourceLite(r);
	}
}

static void eres_exits_round(struct eres_worker *worker)
{
	struct eres_exits *exits = worker->crew->data;
	struct eres_mortal mortal = {
		.cells = exits->cells[worker->index],
		.levels = 1 + eres_random_below(worker, 3),
		.exclusive = eres_one_in(worker, 2),
		.in_region = eres_one_in(worker, 4),
		.common = &exits->common,
	};
	struct task_struct *task;

	if (eres_one_in(worker, 2))
		mortal.owned = eres_random_below(worker, ERES_EXIT_CELLS + 1);
	task = kthread_create(eres_live_and_die, &mortal, "eres_mortal");
	/* Memory may be short, and made so. */
	if (IS_ERR(task))
		return;
	get_task_struct(task);
	wake_up_process(task);
	eres_await_death(task);
	worker->count[EXITED]++;
	worker->count[OWNING] += mortal.owned;
	worker->count[IN_REGION] += mortal.in_region;
	eres_release_for_dead(worker, &mortal, (ERESOURCE_THREAD)task);
	/* Until here its id is nobody else's. */
	put_task_struct(task);
}

static void eres_exits_check_reports(const struct eres_tally *tally)
{
	static const struct {
		enum eres_report_kind kind;
		unsigned int count;
	} pair[] = {
		{ ERES_REPORT_EXIT_OWNING, OWNING },
		{ ERES_REPORT_EXIT_IN_REGION, IN_REGION },
		{ ERES_REPORT_FOREIGN_RELEASE, RELEASED },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(pair); i++)
		ERES_CHECK(eres_reports_of(pair[i].kind) ==
			   eres_tally_of(tally,
					 eres_exit_counts[pair[i].count]),
			   "%llu %s, %llu reports",
			   eres_tally_of(tally,
					 eres_exit_counts[pair[i].count]),
			   eres_exit_counts[pair[i].count],
			   eres_reports_of(pair[i].kind));
}

static struct eres_exits *eres_exits_new(unsigned int size)
{
	struct eres_exits *exits = kzalloc(sizeof(*exits), GFP_KERNEL);
	unsigned int i, n;

	if (!exits)
		return NULL;
	exits->cells = kcalloc(size, sizeof(*exits->cells), GFP_KERNEL);
	if (!exits->cells) {
		kfree(exits);
		return NULL;
	}
	eres_cell_init(&exits->common);
	for (i = 0; i < size; i++)
		for (n = 0; n < ERES_EXIT_CELLS; n++)
			eres_cell_init(&exits->cells[i][n]);
	return exits;
}

static void eres_exits_run(const struct eres_config *config,
			   struct eres_tally *tally)
{
	struct eres_crew crew = {
		.size = config->threads ?: 4,
		.round = eres_exits_round,
		.counts = eres_exit_counts,
	};
	struct eres_exits *exits = eres_exits_new(crew.size);
	unsigned int i, n;

	if (!exits) {
		eres_fail("no memory");
		return;
	}
	crew.data = exits;
	if (!eres_crew_run(&crew, config, tally))
		return;
	for (i = 0; i < crew.size; i++)
		for (n = 0; n < ERES_EXIT_CELLS; n++)
			eres_cell_delete(&exits->cells[i][n]);
	eres_cell_delete(&exits->common);
	eres_exits_check_reports(tally);
	kfree(exits->cells);
	kfree(exits);
}

const struct eres_test eres_test_exits = {
	.name = "exits",
	.run = eres_exits_run,
};
