// SPDX-License-Identifier: GPL-2.0-only
/* Running a loop in one worker: how often, how long, and what of it counts. */
#include <linux/ktime.h>
#include <linux/processor.h>
#include <linux/sched.h>
#include <linux/sort.h>

#include "bench.h"

/* A batch is at least that part of a cell's length. */
#define BENCH_BATCHES	32
/* For at least so long threads try to meet inside. */
#define BENCH_TRY_LEAST	(5ULL * NSEC_PER_MSEC)

/* What two looks at the clock cost, to be taken off what they enclose. */
u64 bench_clock_cost(void)
{
	u64 least = U64_MAX, begun, took;
	int i;

	for (i = 0; i < 100; i++) {
		begun = ktime_get_ns();
		took = ktime_get_ns() - begun;
		if (took < least)
			least = took;
	}
	return least;
}

/*
 * How often the loop goes round in a batch; runs it for a while. A batch that is
 * long enough has to be so twice: the machine may have done something else.
 */
static u64 bench_warm_up(struct bench_worker *worker, bench_loop_fn loop)
{
	u64 length = worker->cell->length;
	u64 last = ktime_get_ns(), now;
	u64 n = 1;
	u32 enough = 0;

	while (enough < 2) {
		loop(worker, worker->object, n);
		now = ktime_get_ns();
		if (now - last >= length / BENCH_BATCHES)
			enough++;
		else
			enough = 0;
		if (!enough)
			n *= 2;
		last = now;
	}
	return n;
}

/* So long somebody stays inside who is to be met there. */
static void bench_dwell(void)
{
	int i;

	for (i = 0; i < 64; i++)
		cpu_relax();
}

void bench_inside_slowly(struct bench_worker *worker, struct bench_object *o)
{
	worker->torn += READ_ONCE(o->count) != READ_ONCE(o->copy);
	WRITE_ONCE(o->count, o->count + 1);
	bench_dwell();
	WRITE_ONCE(o->copy, o->copy + 1);
}

void bench_look_slowly(struct bench_worker *worker, struct bench_object *o)
{
	u64 count = READ_ONCE(o->count);

	bench_dwell();
	worker->torn += READ_ONCE(o->count) != count ||
			READ_ONCE(o->copy) != count;
}

/*
 * Before the clock runs: what is done inside is so short that two threads would
 * hardly ever meet there. Each goes in until all have had the time for it.
 */
static void bench_try_exclusion(struct bench_worker *worker,
				bench_loop_fn loop)
{
	u64 length = max(worker->cell->length / 2, BENCH_TRY_LEAST);
	u64 begun = ktime_get_ns();

	worker->slow = true;
	do {
		loop(worker, worker->object, 1);
		cond_resched();
	} while (ktime_get_ns() - begun < length);
	worker->slow = false;
}

/*
 * From the same moment on for all workers: whoever starts late, because the
 * machine had something else to do, has taken longer, not begun later.
 */
static void bench_measure_together(struct bench_worker *worker, bench_loop_fn loop)
{
	struct bench_cell *cell = worker->cell;
	u64 n, now;

	bench_try_exclusion(worker, loop);
	n = bench_warm_up(worker, loop);
	bench_meet(cell);
	do {
		loop(worker, worker->object, n);
		worker->ops += n;
		now = ktime_get_ns();
	} while (now - cell->begun < cell->length);
	worker->ns = now - cell->begun;
}

int bench_compare_u64(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

/*
 * A thread that is alone with its lock: half of the batches take less than the
 * result, so that it is not what else the machine has done meanwhile.
 */
static void bench_measure_alone(struct bench_worker *worker,
				bench_loop_fn loop)
{
	struct bench_cell *cell = worker->cell;
	u64 n = bench_warm_up(worker, loop);
	u64 took[BENCH_BATCHES];
	u64 last, now;
	u32 count = 0;

	bench_meet(cell);
	last = cell->begun;
	do {
		loop(worker, worker->object, n);
		now = ktime_get_ns();
		took[count++] = now - last;
		last = now;
	} while (now - cell->begun < cell->length && count < BENCH_BATCHES);
	sort(took, count, sizeof(*took), bench_compare_u64, NULL);
	worker->ops = n;
	worker->ns = took[count / 2];
}

void bench_measure(struct bench_worker *worker, bench_loop_fn loop)
{
	if (worker->cell->threads == 1 && worker->cell->row->unit == BENCH_NS)
		bench_measure_alone(worker, loop);
	else
		bench_measure_together(worker, loop);
}
