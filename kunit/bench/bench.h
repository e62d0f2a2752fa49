/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * eres_bench.ko: what the operations of eresource.ko cost, beside the kernel's
 * own locks and a textbook implementation, in the same run; and those of
 * wdmsync.ko, beside what the kernel has in their place.
 *
 * A row is an operation, a column a lock, a cell what one of them costs for a
 * given kind and number of threads. A round visits every cell once, so that
 * whatever else the machine does hits all columns alike; a cell's value is
 * made of all its rounds by who reads them. Every cell gets locks of its own.
 *
 * In a cell, workers run the row's loop for a fixed time. All loops have the
 * same shape (BENCH_LOOP) and call the operation directly. No time is ever a
 * failure; a lock that lets in whom it should not, or that is not free at the
 * end, is, and so is a cell without a value.
 */
#ifndef ERES_BENCH_H
#define ERES_BENCH_H

#include <linux/cache.h>
#include <linux/completion.h>
#include <linux/percpu-rwsem.h>
#include <linux/rwsem.h>
#include <linux/types.h>

#include "textbook.h"
#include "wdm.h"
#include "user/eres_bench_ioctl.h"

enum bench_column {
	BENCH_RWSEM,
	BENCH_PERCPU,
	BENCH_TEXTBOOK,
	BENCH_OURS,
	BENCH_LINUX,
	BENCH_COLUMNS
};

/*
 * One lock of each kind, of which only the cell's is made, and what it
 * protects: equal except while somebody is inside exclusively.
 */
struct bench_object {
	struct rw_semaphore rwsem ____cacheline_aligned;
	struct percpu_rw_semaphore percpu ____cacheline_aligned;
	struct textbook textbook ____cacheline_aligned;
	ERESOURCE resource ____cacheline_aligned;
	u64 count ____cacheline_aligned;
	u64 copy;
	/* For rows that release for another thread: which. */
	ERESOURCE_THREAD holder;
	struct bench_wdm wdm ____cacheline_aligned;
};

extern const char *const bench_column_names[BENCH_COLUMNS];

struct bench_cell;
struct bench_trace;

/* Written by its thread during a cell, read by the controller after it. */
struct bench_worker {
	struct bench_cell *cell;
	struct bench_object *object;
	unsigned int index;
	u32 random;
	/* Stay inside for a while: for the check, not for the clock. */
	bool slow;
	u64 ops;
	u64 ns;
	/* Times inside exclusively, and times that @count was not @copy. */
	u64 writes;
	u64 torn;
} ____cacheline_aligned;

/* @n times; what is measured */
typedef void (*bench_loop_fn)(struct bench_worker *worker,
			      struct bench_object *o, u64 n);
typedef void (*bench_step_fn)(struct bench_object *o);

/**
 * struct bench_lock - what a row does with one column's lock
 * @loop: the operation; %NULL: there is none
 * @hold: done before by the worker, or by another thread for bench_row.held
 * @drop: undoes @hold
 */
struct bench_lock {
	bench_loop_fn loop;
	bench_step_fn hold;
	bench_step_fn drop;
};

/* Thread counts: one, and 2, 4 and so on up to the number of CPUs. */
#define BENCH_ONE	1
#define BENCH_MORE	2
/* A pair of threads, whatever the number of CPUs. */
#define BENCH_TWO	4
/* As many as there are CPUs. */
#define BENCH_EACH_CPU	8

#define BENCH_KERNEL	1
#define BENCH_USER	2
#define BENCH_BOTH	(BENCH_KERNEL | BENCH_USER)

/* What a value is, and whether it is of a thread or of all together. */
enum bench_unit {
	BENCH_NS,
	BENCH_RATE,
	BENCH_BYTES,
};

/* How eresource.ko is set while a row is measured. */
enum bench_setting {
	BENCH_AS_IT_IS = ERES_BENCH_AS_IT_IS,
	BENCH_QUIET = ERES_BENCH_QUIET,
	BENCH_NO_BIAS = ERES_BENCH_NO_BIAS,
};

/**
 * struct bench_row - an operation
 * @name: in results
 * @text: what it is
 * @against: what the kernel's locks do where they have no such operation
 * @tasks: BENCH_KERNEL, BENCH_USER: threads that do it
 * @threads: BENCH_ONE etc.: how many
 * @crowd: so many, whatever the number of CPUs; of kernel threads only
 * @unit: nanoseconds of an operation, by default, operations per millisecond of
 *        all threads together, or bytes
 * @region: in a critical region, entered before
 * @own: each thread has an object of its own
 * @objects: for all threads, otherwise; 0: one
 * @held: one more thread keeps hold of the lock
 * @setting: of eresource.ko
 * @straight: columns whose loop is to be counted in instructions, as bits; it
 *            does not sleep when nobody else is there
 * @size: for the loop or for @work
 * @dwell: microseconds that are spent inside
 * @many: @size is a number of resources, which the run may limit
 * @prepare: before the workers begin; -errno fails the cell
 * @work: instead of a loop; every worker of the cell
 * @finish: undoes @prepare
 * @lock: the columns; without a loop and without @work, a dash
 */
struct bench_row {
	const char *name;
	const char *text;
	const char *against;
	u8 tasks;
	u8 threads;
	u8 crowd;
	enum bench_unit unit;
	bool region;
	bool own;
	u8 objects;
	bool held;
	enum bench_setting setting;
	u8 straight;
	unsigned long size;
	u8 dwell;
	bool many;
	int (*prepare)(struct bench_cell *cell);
	void (*work)(struct bench_worker *worker);
	void (*finish)(struct bench_cell *cell);
	struct bench_lock lock[BENCH_COLUMNS];
};

/**
 * struct bench_cell - a visit to one cell
 * @row: which
 * @column: which
 * @task: BENCH_KERNEL or BENCH_USER
 * @threads: that count
 * @parties: all of them
 * @length: for how long, in nanoseconds
 * @config: of the run
 * @object: one, or one for each thread
 * @worker: @parties of them
 * @arrived: of bench_meet()
 * @meeting: of bench_meet()
 * @running: workers that are not done
 * @measured: threads that only hold may let go
 * @begun: when all had met last: the clock starts for all at once
 * @over: for @work: the workers are to come to an end
 * @done: all workers are
 * @trace: not to measure but to step
 * @data: of the row
 */
struct bench_cell {
	const struct bench_row *row;
	enum bench_column column;
	u8 task;
	unsigned int threads;
	unsigned int parties;
	u64 length;
	const struct eres_bench_config *config;
	struct bench_object *object;
	struct bench_worker *worker;
	atomic_t arrived;
	unsigned int meeting;
	u64 begun;
	atomic_t running;
	struct completion measured;
	bool over;
	struct completion done;
	struct bench_trace *trace;
	void *data;
};

static inline const struct bench_lock *bench_lock_of(const struct bench_cell *c)
{
	return &c->row->lock[c->column];
}

static inline unsigned int bench_objects(const struct bench_cell *c)
{
	return c->row->own ? c->threads : c->row->objects ?: 1;
}

/* main.c: any context; the run goes on and fails at its end */
__printf(1, 2) void bench_fail(const char *format, ...);

/* cell.c */
int bench_visit(struct bench_cell *cell, u64 *value);
void bench_work(struct bench_worker *worker);
void bench_meet(struct bench_cell *cell);

/* measure.c */
void bench_measure(struct bench_worker *worker, bench_loop_fn loop);
int bench_compare_u64(const void *a, const void *b);
u64 bench_clock_cost(void);

/* seats.c: threads that wait for cells */
unsigned int bench_seats(void);
int bench_seats_open(void);
void bench_seats_close(void);
int bench_sit(unsigned int index);
int bench_occupy(struct bench_cell *cell);

/* holders.c: threads that are kept from cell to cell */
void bench_holders_end(void);

/* table.c: the rows; bench_row(i) is NULL behind the last */
const struct bench_row *bench_row(unsigned int index);

/* Where their names say */
extern const struct bench_row bench_pair_rows[], bench_region_rows[];
extern const struct bench_row bench_other_rows[], bench_load_rows[];
extern const struct bench_row bench_foreign_rows[], bench_wake_rows[];
extern const struct bench_row bench_scale_rows[], bench_holders_rows[];
extern const struct bench_row bench_crowd_rows[], bench_revoke_rows[];
extern const struct bench_row bench_pointer_rows[];
extern const struct bench_row bench_wdm_lock_rows[], bench_wdm_wait_rows[];
extern const struct bench_row bench_wdm_other_rows[];

/* A file's rows end with one that has no name. */
#define BENCH_END	{ }

/* The shape of all loops. "o" is the object. */
#define BENCH_LOOP(id, ...)						\
static void id(struct bench_worker *worker, struct bench_object *o, u64 n) \
{									\
	while (n--) {							\
		__VA_ARGS__;						\
	}								\
}

/*
 * Loops that go inside exclusively exist twice: what @slow says is known when
 * they are compiled, and told apart once for all @n.
 */
#define BENCH_TWICE(id)							\
static void id(struct bench_worker *worker, struct bench_object *o, u64 n) \
{									\
	if (worker->slow)						\
		id##_times(worker, o, n, true);				\
	else								\
		id##_times(worker, o, n, false);			\
}

/* One that does so each time. */
#define BENCH_WRITES(id, ...)						\
static __always_inline void id##_times(struct bench_worker *worker,	\
				       struct bench_object *o, u64 n,	\
				       const bool slow)			\
{									\
	worker->writes += n;						\
	while (n--) {							\
		__VA_ARGS__;						\
	}								\
}									\
BENCH_TWICE(id)

/* measure.c: long enough inside to be met there, if the lock allows it */
void bench_inside_slowly(struct bench_worker *worker, struct bench_object *o);
void bench_look_slowly(struct bench_worker *worker, struct bench_object *o);

/* What is done inside exclusively, in every such loop ... */
static __always_inline void __bench_inside(struct bench_worker *worker,
					   struct bench_object *o,
					   const bool slow)
{
	if (slow)
		bench_inside_slowly(worker, o);
	else
		o->copy = ++o->count;
}

#define bench_inside(o)	__bench_inside(worker, o, slow)

/* ... and by those who share. */
static __always_inline void bench_look(struct bench_worker *worker,
				       struct bench_object *o, const bool slow)
{
	if (slow)
		bench_look_slowly(worker, o);
	else
		worker->torn += o->count != o->copy;
}

#define BENCH_STEP(id, ...)						\
static void id(struct bench_object *o)					\
{									\
	__VA_ARGS__;							\
}

/* For bench_row.straight. A writer of a percpu-rwsem sleeps. */
#define BENCH_STRAIGHT							\
	(BIT(BENCH_RWSEM) | BIT(BENCH_TEXTBOOK) | BIT(BENCH_OURS) | BIT(BENCH_LINUX))
#define BENCH_STRAIGHT_PERCPU	(BENCH_STRAIGHT | BIT(BENCH_PERCPU))

/* The same lock for every column, by name: prefix_rwsem, prefix_percpu ... */
#define BENCH_ALL(prefix)						\
	.lock = {							\
		[BENCH_RWSEM] = { prefix##_rwsem },			\
		[BENCH_PERCPU] = { prefix##_percpu },			\
		[BENCH_TEXTBOOK] = { prefix##_textbook },		\
		[BENCH_OURS] = { prefix##_ours },			\
	}

/* Ours, in as few words as the others. */
#define bench_acquire_exclusive(o)					\
	ExAcquireResourceExclusiveLite(&(o)->resource, TRUE)
#define bench_acquire_shared(o)						\
	ExAcquireResourceSharedLite(&(o)->resource, TRUE)
#define bench_release(o)	ExReleaseResourceLite(&(o)->resource)

#endif /* ERES_BENCH_H */
