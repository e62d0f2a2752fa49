// SPDX-License-Identifier: GPL-2.0-only
/* A visit to a cell: its locks, its workers, the clock, and what came of it. */
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/processor.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "bench.h"
#include "step.h"

/* A batch is at least that part of a cell's length. */
#define BENCH_BATCHES	32
/* Cells may last before what counts, whatever they do. */
#define BENCH_WARM_UP	2

static int bench_object_init(struct bench_object *o, enum bench_column column)
{
	switch (column) {
	case BENCH_RWSEM:
		init_rwsem(&o->rwsem);
		return 0;
	case BENCH_PERCPU:
		return percpu_init_rwsem(&o->percpu);
	case BENCH_TEXTBOOK:
		textbook_init(&o->textbook);
		return 0;
	default:
		return (ExInitializeResourceLite)(&o->resource);
	}
}

/* Is it free again? A percpu-rwsem can not be asked. */
static bool bench_object_destroy(struct bench_object *o,
				 enum bench_column column)
{
	switch (column) {
	case BENCH_RWSEM:
		if (!down_write_trylock(&o->rwsem))
			return false;
		up_write(&o->rwsem);
		return true;
	case BENCH_PERCPU:
		percpu_free_rwsem(&o->percpu);
		return true;
	case BENCH_TEXTBOOK:
		return textbook_delete(&o->textbook);
	default:
		return ExDeleteResourceLite(&o->resource) == STATUS_SUCCESS;
	}
}

/* Until all parties of the cell are here. */
void bench_meet(struct bench_cell *cell)
{
	unsigned int meeting = READ_ONCE(cell->meeting);

	if (atomic_inc_return(&cell->arrived) == cell->parties) {
		atomic_set(&cell->arrived, 0);
		cell->begun = ktime_get_ns();
		/* Pairs with the acquire below. */
		smp_store_release(&cell->meeting, meeting + 1);
		return;
	}
	for (;;) {
		/* Pairs with the release above. */
		if (smp_load_acquire(&cell->meeting) != meeting)
			return;
		cpu_relax();
		cond_resched();
	}
}

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
	u64 begun = ktime_get_ns(), last = begun, now;
	u64 n = 1;
	u32 enough = 0;

	for (;;) {
		loop(worker, worker->object, n);
		now = ktime_get_ns();
		if (now - last >= length / BENCH_BATCHES)
			enough++;
		else
			enough = 0;
		if (enough == 2 || now - begun > length * BENCH_WARM_UP)
			return n;
		if (!enough)
			n *= 2;
		last = now;
	}
}

/*
 * From the same moment on for all workers: whoever starts late, because the
 * machine had something else to do, has taken longer, not begun later.
 */
static void bench_measure(struct bench_worker *worker, bench_loop_fn loop)
{
	struct bench_cell *cell = worker->cell;
	u64 n = bench_warm_up(worker, loop);
	u64 now;

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

static void bench_only_hold(struct bench_worker *worker)
{
	struct bench_cell *cell = worker->cell;
	const struct bench_lock *lock = bench_lock_of(cell);

	lock->hold(worker->object);
	bench_meet(cell);
	bench_meet(cell);
	wait_for_completion(&cell->measured);
	lock->drop(worker->object);
}

static void bench_measure_loop(struct bench_worker *worker)
{
	struct bench_cell *cell = worker->cell;
	const struct bench_lock *lock = bench_lock_of(cell);
	bool holds = lock->hold && !cell->row->held;

	if (holds)
		lock->hold(worker->object);
	bench_meet(cell);
	if (cell->trace)
		bench_trace_loop(worker, cell->trace);
	else if (cell->threads == 1)
		bench_measure_alone(worker, lock->loop);
	else
		bench_measure(worker, lock->loop);
	if (cell->row->held)
		complete(&cell->measured);
	if (holds)
		lock->drop(worker->object);
}

void bench_work(struct bench_worker *worker)
{
	struct bench_cell *cell = worker->cell;
	bool region = cell->row->region;

	if (region)
		KeEnterCriticalRegion();
	if (worker->index >= cell->threads)
		bench_only_hold(worker);
	else if (cell->row->work)
		cell->row->work(worker);
	else
		bench_measure_loop(worker);
	if (region)
		KeLeaveCriticalRegion();
	/* The controller frees the cell, so this is the last of it. */
	if (atomic_dec_and_test(&cell->running))
		complete(&cell->done);
}

/* Did the lock keep everybody out who was to stay out? */
static void bench_check(struct bench_cell *cell)
{
	u64 writes = 0, count = 0, torn = 0;
	const char *name = cell->row->name;
	unsigned int i;

	for (i = 0; i < cell->threads; i++) {
		writes += cell->worker[i].writes;
		torn += cell->worker[i].torn;
	}
	for (i = 0; i < bench_objects(cell); i++)
		count += cell->object[i].count;
	if (count != writes)
		bench_fail("%s, column %d: inside %llu times, counted %llu",
			   name, cell->column, writes, count);
	if (torn)
		bench_fail("%s, column %d: %llu readers met a writer", name,
			   cell->column, torn);
}

/* In thousandths, of whatever the row's unit is. */
static u64 bench_value(struct bench_cell *cell)
{
	/* Thousandths of an operation per second, of all threads. */
	u64 rate = 0;
	unsigned int measured = 0;
	unsigned int i;

	if (cell->row->unit == BENCH_BYTES)
		return div_u64(cell->worker[0].ops * 1000, cell->worker[0].ns);
	for (i = 0; i < cell->threads; i++) {
		const struct bench_worker *worker = &cell->worker[i];

		if (!worker->ns)
			continue;
		measured++;
		rate += mul_u64_u64_div_u64(worker->ops, 1000ULL * NSEC_PER_SEC,
					    worker->ns);
	}
	if (cell->row->unit == BENCH_RATE)
		return div_u64(rate, 1000);
	return rate ? div64_u64(measured * 1000000ULL * NSEC_PER_SEC, rate) : 0;
}

static int bench_objects_init(struct bench_cell *cell, unsigned int count)
{
	unsigned int i;
	int err;

	for (i = 0; i < count; i++) {
		err = bench_object_init(&cell->object[i], cell->column);
		if (err)
			goto out_destroy;
	}
	return 0;

out_destroy:
	while (i--)
		bench_object_destroy(&cell->object[i], cell->column);
	return err;
}

static int bench_run_workers(struct bench_cell *cell)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < cell->parties; i++) {
		struct bench_worker *worker = &cell->worker[i];

		worker->cell = cell;
		worker->index = i;
		worker->random = 2463534242U + i * 7919;
		worker->object = &cell->object[cell->row->own ? i : 0];
	}
	atomic_set(&cell->running, cell->parties);
	init_completion(&cell->measured);
	init_completion(&cell->done);
	if (cell->row->prepare)
		err = cell->row->prepare(cell);
	if (!err) {
		err = bench_occupy(cell);
		if (!err)
			wait_for_completion(&cell->done);
	}
	if (cell->row->finish)
		cell->row->finish(cell);
	return err;
}

int bench_visit(struct bench_cell *cell, u64 *value)
{
	unsigned int objects = bench_objects(cell);
	unsigned int i;
	int err = -ENOMEM;

	cell->parties = cell->threads + cell->row->held;
	cell->object = kcalloc(objects, sizeof(*cell->object), GFP_KERNEL);
	cell->worker = kcalloc(cell->parties, sizeof(*cell->worker),
			       GFP_KERNEL);
	if (!cell->object || !cell->worker)
		goto out_free;
	err = bench_objects_init(cell, objects);
	if (err)
		goto out_free;
	err = bench_run_workers(cell);
	if (!err) {
		bench_check(cell);
		/* 0 is what was not measured. */
		if (!cell->trace)
			*value = 1 + bench_value(cell);
	}
	for (i = 0; i < objects; i++)
		if (!bench_object_destroy(&cell->object[i], cell->column))
			bench_fail("%s, column %d: not free at the end",
				   cell->row->name, cell->column);
out_free:
	kfree(cell->worker);
	kfree(cell->object);
	return err;
}
