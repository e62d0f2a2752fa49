// SPDX-License-Identifier: GPL-2.0-only
/*
 * Release by another thread: one acquires, the other releases for its id, as
 * file systems do from I/O completion. Only the releases are timed.
 */
#include <linux/ktime.h>

#include "bench.h"

/* Held at once; more than a thread has at a time would be unfair to tables. */
#define FOREIGN_RESOURCES	8

BENCH_STEP(share_rwsem, down_read(&o->rwsem))
BENCH_STEP(unshare_rwsem, up_read(&o->rwsem))
BENCH_STEP(share_percpu, percpu_down_read(&o->percpu))
BENCH_STEP(unshare_percpu, percpu_up_read(&o->percpu))
BENCH_STEP(share_textbook,
	   textbook_acquire_shared(&o->textbook, true);
	   o->holder = (unsigned long)current)
BENCH_STEP(own_textbook,
	   textbook_acquire_exclusive(&o->textbook, true);
	   o->holder = (unsigned long)current)
BENCH_STEP(release_textbook, textbook_release_for(&o->textbook, o->holder))
BENCH_STEP(share_ours,
	   bench_acquire_shared(o); o->holder = ExGetCurrentResourceThread())
BENCH_STEP(own_ours,
	   bench_acquire_exclusive(o); o->holder = ExGetCurrentResourceThread())
BENCH_STEP(release_ours,
	   ExReleaseResourceForThreadLite(&o->resource, o->holder))

static void foreign_acquire(struct bench_worker *worker)
{
	struct bench_cell *cell = worker->cell;
	bench_step_fn hold = bench_lock_of(cell)->hold;
	unsigned int i;

	for (;;) {
		bench_meet(cell);
		if (READ_ONCE(cell->over))
			return;
		for (i = 0; i < FOREIGN_RESOURCES; i++)
			hold(&cell->object[i]);
		bench_meet(cell);
		bench_meet(cell);
	}
}

static void foreign_release(struct bench_worker *worker)
{
	struct bench_cell *cell = worker->cell;
	bench_step_fn drop = bench_lock_of(cell)->drop;
	u64 first = ktime_get_ns(), cost = bench_clock_cost();
	u64 begun, took;
	unsigned int i;

	do {
		bench_meet(cell);
		bench_meet(cell);
		begun = ktime_get_ns();
		for (i = 0; i < FOREIGN_RESOURCES; i++)
			drop(&cell->object[i]);
		took = ktime_get_ns() - begun;
		worker->ns += took > cost ? took - cost : 1;
		worker->ops += FOREIGN_RESOURCES;
		bench_meet(cell);
	} while (begun - first < cell->length);
	WRITE_ONCE(cell->over, true);
	bench_meet(cell);
}

static void foreign_work(struct bench_worker *worker)
{
	if (worker->index)
		foreign_acquire(worker);
	else
		foreign_release(worker);
}

const struct bench_row bench_foreign_rows[] = {
	{
		.name = "foreign-release-shared",
		.text = "release of a shared level for another thread's id",
		.against = "its release by another thread",
		.tasks = BENCH_KERNEL, .threads = BENCH_TWO,
		.region = true, .setting = BENCH_QUIET,
		.objects = FOREIGN_RESOURCES, .work = foreign_work,
		.lock = {
			[BENCH_RWSEM] = { NULL, share_rwsem, unshare_rwsem },
			[BENCH_PERCPU] = { NULL, share_percpu, unshare_percpu },
			[BENCH_TEXTBOOK] = {
				NULL, share_textbook, release_textbook,
			},
			[BENCH_OURS] = { NULL, share_ours, release_ours },
		},
	}, {
		.name = "foreign-release-exclusive",
		.text = "release of an exclusive level for another thread's id",
		.tasks = BENCH_KERNEL, .threads = BENCH_TWO,
		.region = true, .setting = BENCH_QUIET,
		.objects = FOREIGN_RESOURCES, .work = foreign_work,
		.lock = {
			[BENCH_TEXTBOOK] = {
				NULL, own_textbook, release_textbook,
			},
			[BENCH_OURS] = { NULL, own_ours, release_ours },
		},
	},
	BENCH_END
};
