// SPDX-License-Identifier: GPL-2.0-only
/* A visit to a cell: its locks, its workers, and what came of it. */
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/processor.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "bench.h"
#include "step.h"

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
	case BENCH_LINUX:
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
	case BENCH_LINUX:
		return true;
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
	const char *column = bench_column_names[cell->column];
	unsigned int i;

	for (i = 0; i < cell->threads; i++) {
		writes += cell->worker[i].writes;
		torn += cell->worker[i].torn;
	}
	for (i = 0; i < bench_objects(cell); i++)
		count += cell->object[i].count;
	if (count != writes)
		bench_fail("%s, %s: inside %llu times, counted %llu", name,
			   column, writes, count);
	if (torn)
		bench_fail("%s, %s: wrong, or not alone inside, %llu times",
			   name, column, torn);
}

/* In thousandths, of whatever the row's unit is, and 1 more; 0: not measured. */
static u64 bench_value(struct bench_cell *cell)
{
	/* Thousandths of an operation per second, of all threads. */
	u64 rate = 0;
	unsigned int measured = 0;
	unsigned int i;

	if (cell->row->unit == BENCH_BYTES)
		return 1 + div_u64(cell->worker[0].ops * 1000,
				   cell->worker[0].ns);
	for (i = 0; i < cell->threads; i++) {
		const struct bench_worker *worker = &cell->worker[i];

		if (!worker->ns)
			continue;
		measured++;
		rate += mul_u64_u64_div_u64(worker->ops, 1000ULL * NSEC_PER_SEC,
					    worker->ns);
	}
	if (!rate)
		return 0;
	if (cell->row->unit == BENCH_RATE)
		return 1 + div_u64(rate, 1000);
	return 1 + div64_u64(measured * 1000000ULL * NSEC_PER_SEC, rate);
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
		if (!cell->trace)
			*value = bench_value(cell);
	}
	for (i = 0; i < objects; i++)
		if (!bench_object_destroy(&cell->object[i], cell->column))
			bench_fail("%s, %s: not free at the end",
				   cell->row->name,
				   bench_column_names[cell->column]);
out_free:
	kfree(cell->worker);
	kfree(cell->object);
	return err;
}
