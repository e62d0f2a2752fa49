// SPDX-License-Identifier: GPL-2.0-only
/*
 * Thousands of threads that hold one resource at once, shared: what it takes
 * each to get in and out again, and what memory it takes.
 *
 * The threads are made once and kept until the run ends. One at a time, or all
 * at once, they are told to take a step.
 */
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "bench.h"

struct holder {
	struct task_struct *task;
	struct bench_object *object;
	/* Set by the controller, with @object before it; cleared by the thread. */
	bench_step_fn step;
	/* The thread's until holders_done. */
	u64 took;
};

static struct holder *holders;
static unsigned int holders_count;
static atomic_t holders_busy;
static DECLARE_COMPLETION(holders_done);

BENCH_STEP(share_rwsem, down_read(&o->rwsem))
BENCH_STEP(drop_rwsem, up_read(&o->rwsem))
BENCH_STEP(share_textbook, textbook_acquire_shared(&o->textbook, true))
BENCH_STEP(drop_textbook, textbook_release(&o->textbook))
BENCH_STEP(share_ours, bench_acquire_shared(o))
BENCH_STEP(drop_ours, bench_release(o))

static bench_step_fn holder_next_step(struct holder *holder)
{
	for (;;) {
		set_current_state(TASK_IDLE);
		if (kthread_should_stop() || READ_ONCE(holder->step))
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	/* Pairs with the release in holders_step(). */
	return smp_load_acquire(&holder->step);
}

static int holder_main(void *data)
{
	struct holder *holder = data;
	bench_step_fn step;
	u64 begun;

	while ((step = holder_next_step(holder))) {
		WRITE_ONCE(holder->step, NULL);
		begun = ktime_get_ns();
		step(holder->object);
		holder->took = ktime_get_ns() - begun;
		if (atomic_dec_and_test(&holders_busy))
			complete(&holders_done);
	}
	return 0;
}

void bench_holders_end(void)
{
	unsigned int i;

	for (i = 0; i < holders_count; i++)
		kthread_stop(holders[i].task);
	vfree(holders);
	holders = NULL;
	holders_count = 0;
}

static int holders_prepare(struct bench_cell *cell)
{
	unsigned int count = cell->config->holders;
	struct holder *holder;

	if (holders)
		return 0;
	holders = vzalloc(array_size(count, sizeof(*holders)));
	if (!holders)
		return -ENOMEM;
	for (; holders_count < count; holders_count++) {
		holder = &holders[holders_count];
		holder->task = kthread_run(holder_main, holder,
					   "eres_holder/%u", holders_count);
		if (IS_ERR(holder->task)) {
			bench_fail("no more than %u of %u threads",
				   holders_count, count);
			return PTR_ERR(holder->task);
		}
		cond_resched();
	}
	return 0;
}

/* They from @first on, @count of them, all at once. */
static void holders_step(unsigned int first, unsigned int count,
			 bench_step_fn step, struct bench_object *o)
{
	unsigned int i;

	atomic_set(&holders_busy, count);
	for (i = first; i < first + count; i++) {
		holders[i].object = o;
		/* Pairs with the acquire in holder_next_step(). */
		smp_store_release(&holders[i].step, step);
		wake_up_process(holders[i].task);
	}
	wait_for_completion(&holders_done);
}

static void holders_pass(struct bench_worker *worker, bench_step_fn step,
			 u64 cost)
{
	unsigned int i;
	u64 took;

	for (i = 0; i < holders_count; i++) {
		holders_step(i, 1, step, worker->object);
		took = holders[i].took;
		worker->ns += took > cost ? took - cost : 1;
	}
}

static void holders_time(struct bench_worker *worker)
{
	const struct bench_lock *lock = bench_lock_of(worker->cell);
	u64 cost = bench_clock_cost();

	holders_pass(worker, lock->hold, cost);
	holders_pass(worker, lock->drop, cost);
	worker->ops = holders_count;
}

static unsigned long holders_free_memory(void)
{
	struct sysinfo info;

	si_meminfo(&info);
	return info.freeram * info.mem_unit;
}

static void holders_weigh(struct bench_worker *worker)
{
	const struct bench_lock *lock = bench_lock_of(worker->cell);
	unsigned long before = holders_free_memory();
	unsigned long during;

	holders_step(0, holders_count, lock->hold, worker->object);
	during = holders_free_memory();
	holders_step(0, holders_count, lock->drop, worker->object);
	worker->ops = before > during ? before - during : 0;
	worker->ns = holders_count;
}

#define HOLDERS_LOCKS							\
	.tasks = BENCH_KERNEL, .threads = BENCH_ONE,			\
	.prepare = holders_prepare,					\
	.lock = {							\
		[BENCH_RWSEM] = { NULL, share_rwsem, drop_rwsem },	\
		[BENCH_TEXTBOOK] = { NULL, share_textbook, drop_textbook }, \
		[BENCH_OURS] = { NULL, share_ours, drop_ours },		\
	}

const struct bench_row bench_holders_rows[] = {
	{
		.name = "holders",
		.text = "shared pair, of each of many threads that all hold at once",
		.work = holders_time,
		HOLDERS_LOCKS,
	}, {
		.name = "holders-memory",
		.text = "memory per thread, while many threads hold one resource",
		.against = "nothing at all: what else goes on",
		.unit = BENCH_BYTES, .work = holders_weigh,
		HOLDERS_LOCKS,
	},
	BENCH_END
};
