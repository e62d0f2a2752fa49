// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many live resources: initialise all, acquire and release each, delete all.
 * The value is the time of one, which ought not to depend on their number.
 */
#include <linux/ktime.h>
#include <linux/vmalloc.h>

#include "bench.h"

/* For each of a worker's share of the array; "r" is one of them. */
#define SCALE_LOOP(id, type, init, pair, delete)			\
static void id(struct bench_worker *worker, struct bench_object *o, u64 n) \
{									\
	type *share = (type *)worker->cell->data + worker->index * n;	\
	type *r;							\
									\
	for (r = share; r < share + n; r++)				\
		init;							\
	for (r = share; r < share + n; r++) {				\
		pair;							\
	}								\
	for (r = share; r < share + n; r++)				\
		delete;							\
}

SCALE_LOOP(scale_rwsem, struct rw_semaphore, init_rwsem(r),
	   down_write(r); up_write(r), (void)r)
SCALE_LOOP(scale_textbook, struct textbook, textbook_init(r),
	   textbook_acquire_exclusive(r, true); textbook_release(r),
	   worker->torn += !textbook_delete(r))
SCALE_LOOP(scale_ours, ERESOURCE, ExInitializeResourceLite(r),
	   ExAcquireResourceExclusiveLite(r, TRUE); ExReleaseResourceLite(r),
	   worker->torn += !NT_SUCCESS(ExDeleteResourceLite(r)))

static int scale_prepare(struct bench_cell *cell)
{
	static const size_t size[BENCH_COLUMNS] = {
		[BENCH_RWSEM] = sizeof(struct rw_semaphore),
		[BENCH_TEXTBOOK] = sizeof(struct textbook),
		[BENCH_OURS] = sizeof(ERESOURCE),
	};

	cell->data = vzalloc(array_size(cell->row->size, size[cell->column]));
	return cell->data ? 0 : -ENOMEM;
}

static void scale_finish(struct bench_cell *cell)
{
	vfree(cell->data);
}

static void scale_work(struct bench_worker *worker)
{
	struct bench_cell *cell = worker->cell;
	u64 n = cell->row->size / cell->threads;
	u64 now;

	bench_meet(cell);
	do {
		bench_lock_of(cell)->loop(worker, worker->object, n);
		worker->ops += n;
		now = ktime_get_ns();
		cond_resched();
	} while (now - cell->begun < cell->length);
	worker->ns = now - cell->begun;
}

#define SCALE_ROW(number, count)					\
	{								\
		.name = "resources-" number,				\
		.text = "of so many live resources: initialise, use, delete one", \
		.against = "initialise, use",				\
		.tasks = BENCH_KERNEL, .threads = BENCH_ONE | BENCH_MORE, \
		.region = true,	.size = count, .many = true,		\
		.prepare = scale_prepare, .work = scale_work,		\
		.finish = scale_finish,					\
		.lock = {						\
			[BENCH_RWSEM] = { scale_rwsem },		\
			[BENCH_TEXTBOOK] = { scale_textbook },		\
			[BENCH_OURS] = { scale_ours },			\
		},							\
	}

const struct bench_row bench_scale_rows[] = {
	SCALE_ROW("1k", 1000),
	SCALE_ROW("10k", 10000),
	SCALE_ROW("100k", 100000),
	SCALE_ROW("1m", 1000000),
	BENCH_END
};
