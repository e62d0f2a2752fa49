// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many more threads than CPUs that all want the same resource exclusively: what
 * they get done together, and how long the one has to wait that waits longest.
 * Not of a percpu-rwsem, whose writers wait for grace periods.
 */
#include <linux/ktime.h>
#include <linux/sched.h>

#include "bench.h"

/* Longer than other cells: all are to have their turn, again and again. */
#define CROWD_CELLS	10

BENCH_STEP(own_rwsem, down_write(&o->rwsem))
BENCH_STEP(drop_rwsem, up_write(&o->rwsem))
BENCH_STEP(own_textbook, textbook_acquire_exclusive(&o->textbook, true))
BENCH_STEP(drop_textbook, textbook_release(&o->textbook))
BENCH_STEP(own_ours, bench_acquire_exclusive(o))
BENCH_STEP(drop_ours, bench_release(o))

/* Once inside, exclusively. Return: how long it has waited for that. */
static u64 crowd_pass(struct bench_worker *worker, bool timed)
{
	const struct bench_lock *lock = bench_lock_of(worker->cell);
	struct bench_object *o = worker->object;
	u64 waited = 0;

	if (timed)
		waited = ktime_get_ns();
	lock->hold(o);
	if (timed)
		waited = ktime_get_ns() - waited;
	worker->torn += o->count != o->copy;
	o->copy = ++o->count;
	worker->writes++;
	lock->drop(o);
	return waited;
}

static void crowd_work(struct bench_worker *worker)
{
	struct bench_cell *cell = worker->cell;
	u64 now;

	bench_meet(cell);
	do {
		unsigned int i;

		for (i = 0; i < 16; i++)
			crowd_pass(worker, false);
		worker->ops += i;
		cond_resched();
		now = ktime_get_ns();
	} while (now - cell->begun < CROWD_CELLS * cell->length);
	worker->ns = now - cell->begun;
}

/* The value is that of the first worker, who looks at what the others say. */
static void crowd_longest_wait(struct bench_worker *worker)
{
	struct bench_cell *cell = worker->cell;
	u64 longest = 1;
	unsigned int i;

	bench_meet(cell);
	do {
		longest = max(longest, crowd_pass(worker, true));
		cond_resched();
	} while (ktime_get_ns() - cell->begun < CROWD_CELLS * cell->length);
	worker->ops = longest;
	bench_meet(cell);
	if (worker->index)
		return;
	for (i = 1; i < cell->threads; i++)
		longest = max(longest, cell->worker[i].ops);
	worker->ops = 1;
	worker->ns = longest;
}

#define CROWD_LOCKS							\
	.tasks = BENCH_KERNEL, .region = true,				\
	.lock = {							\
		[BENCH_RWSEM] = { NULL, own_rwsem, drop_rwsem },	\
		[BENCH_TEXTBOOK] = {					\
			NULL, own_textbook, drop_textbook,		\
		},							\
		[BENCH_OURS] = { NULL, own_ours, drop_ours },		\
	}

const struct bench_row bench_crowd_rows[] = {
	{
		.name = "crowd-8",
		.text = "exclusive only, 8 threads on all CPUs",
		.unit = BENCH_RATE, .crowd = 8, .work = crowd_work,
		CROWD_LOCKS,
	}, {
		.name = "crowd-8-wait",
		.text = "the longest that any of 8 such threads waits",
		.crowd = 8, .work = crowd_longest_wait,
		CROWD_LOCKS,
	}, {
		.name = "crowd-32",
		.text = "exclusive only, 32 threads on all CPUs",
		.unit = BENCH_RATE, .crowd = 32, .work = crowd_work,
		CROWD_LOCKS,
	}, {
		.name = "crowd-32-wait",
		.text = "the longest that any of 32 such threads waits",
		.crowd = 32, .work = crowd_longest_wait,
		CROWD_LOCKS,
	},
	BENCH_END
};
