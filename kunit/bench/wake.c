// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the release to the return of a thread that was blocked: the first worker
 * holds, waits until the second sleeps, and lets go; or it sets an event that it
 * has cleared. Of all times the lower quartile is kept: where the CPUs are threads
 * of a host, more than half of the others is what the host takes to run them.
 */
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "bench.h"

#define WAKE_SAMPLES	128
/* Longer than other cells, since a sample takes so long. */
#define WAKE_CELLS	4

struct wake {
	struct task_struct *sleeper;
	u64 returned;
	u64 took[WAKE_SAMPLES];
};

static inline void wake_note(struct bench_worker *worker)
{
	struct wake *wake = worker->cell->data;

	wake->returned = ktime_get_ns();
}

/* The loop is gone through once; the time is taken inside. */
#define WAKE_LOOP(id, acquire, release)					\
BENCH_LOOP(id, acquire; wake_note(worker); release)

WAKE_LOOP(writer_rwsem, down_write(&o->rwsem), up_write(&o->rwsem))
WAKE_LOOP(writer_percpu, percpu_down_write(&o->percpu),
	  percpu_up_write(&o->percpu))
WAKE_LOOP(writer_textbook, textbook_acquire_exclusive(&o->textbook, true),
	  textbook_release(&o->textbook))
WAKE_LOOP(writer_ours, bench_acquire_exclusive(o), bench_release(o))
WAKE_LOOP(reader_rwsem, down_read(&o->rwsem), up_read(&o->rwsem))
WAKE_LOOP(reader_percpu, percpu_down_read(&o->percpu),
	  percpu_up_read(&o->percpu))
WAKE_LOOP(reader_textbook, textbook_acquire_shared(&o->textbook, true),
	  textbook_release(&o->textbook))
WAKE_LOOP(reader_ours, bench_acquire_shared(o), bench_release(o))

BENCH_STEP(own_rwsem, down_write(&o->rwsem))
BENCH_STEP(drop_rwsem, up_write(&o->rwsem))
BENCH_STEP(own_percpu, percpu_down_write(&o->percpu))
BENCH_STEP(drop_percpu, percpu_up_write(&o->percpu))
BENCH_STEP(own_textbook, textbook_acquire_exclusive(&o->textbook, true))
BENCH_STEP(drop_textbook, textbook_release(&o->textbook))
BENCH_STEP(own_ours, bench_acquire_exclusive(o))
BENCH_STEP(drop_ours, bench_release(o))

WAKE_LOOP(event_linux, wait_for_completion(&o->wdm.completion), (void)0)
WAKE_LOOP(event_ours,
	  KeWaitForSingleObject(&o->wdm.event, Executive, KernelMode, FALSE, NULL), (void)0)

BENCH_STEP(unset_linux, reinit_completion(&o->wdm.completion))
BENCH_STEP(set_linux, complete(&o->wdm.completion))
BENCH_STEP(unset_ours, KeClearEvent(&o->wdm.event))
BENCH_STEP(set_ours, KeSetEvent(&o->wdm.event, IO_NO_INCREMENT, FALSE))

static int wake_prepare(struct bench_cell *cell)
{
	struct wake *wake = kzalloc(sizeof(*wake), GFP_KERNEL);

	cell->data = wake;
	return wake ? 0 : -ENOMEM;
}

static int event_prepare(struct bench_cell *cell)
{
	struct bench_wdm *w = &cell->object->wdm;

	init_completion(&w->completion);
	KeInitializeEvent(&w->event, SynchronizationEvent, FALSE);
	return wake_prepare(cell);
}

static void wake_finish(struct bench_cell *cell)
{
	kfree(cell->data);
}

static void wake_sleep(struct bench_worker *worker)
{
	struct bench_cell *cell = worker->cell;
	struct wake *wake = cell->data;

	/* Read by the other one after the next meeting. */
	wake->sleeper = current;
	for (;;) {
		bench_meet(cell);
		if (READ_ONCE(cell->over))
			return;
		bench_lock_of(cell)->loop(worker, worker->object, 1);
		bench_meet(cell);
	}
}

/*
 * Until the other one sleeps, and not only is about to: seen asleep twice. By
 * sleeping, too, since a writer spins as long as the owner runs.
 */
static void wake_await_sleeper(struct task_struct *sleeper)
{
	unsigned int seen = 0;

	while (seen < 2) {
		usleep_range(30, 60);
		if (READ_ONCE(sleeper->__state) & TASK_UNINTERRUPTIBLE)
			seen++;
		else
			seen = 0;
	}
}

static void wake_up_other(struct bench_worker *worker)
{
	struct bench_cell *cell = worker->cell;
	const struct bench_lock *lock = bench_lock_of(cell);
	struct wake *wake = cell->data;
	u64 first = ktime_get_ns(), begun;
	unsigned int n = 0;

	do {
		lock->hold(worker->object);
		bench_meet(cell);
		wake_await_sleeper(wake->sleeper);
		begun = ktime_get_ns();
		lock->drop(worker->object);
		bench_meet(cell);
		wake->took[n++] = wake->returned - begun;
	} while (n < WAKE_SAMPLES && begun - first < WAKE_CELLS * cell->length);
	WRITE_ONCE(cell->over, true);
	bench_meet(cell);
	sort(wake->took, n, sizeof(*wake->took), bench_compare_u64, NULL);
	worker->ops = 1;
	worker->ns = wake->took[n / 4];
}

static void wake_work(struct bench_worker *worker)
{
	if (worker->index)
		wake_sleep(worker);
	else
		wake_up_other(worker);
}

#define WAKE_LOCKS(who)							\
	.tasks = BENCH_BOTH, .threads = BENCH_TWO, .region = true,	\
	.prepare = wake_prepare, .work = wake_work, .finish = wake_finish, \
	.lock = {							\
		[BENCH_RWSEM] = { who##_rwsem, own_rwsem, drop_rwsem },	\
		[BENCH_PERCPU] = { who##_percpu, own_percpu, drop_percpu }, \
		[BENCH_TEXTBOOK] = {					\
			who##_textbook, own_textbook, drop_textbook,	\
		},							\
		[BENCH_OURS] = { who##_ours, own_ours, drop_ours },	\
	}

const struct bench_row bench_wake_rows[] = {
	{
		.name = "wake-writer",
		.text = "from the release until a blocked writer returns",
		WAKE_LOCKS(writer),
	}, {
		.name = "wake-reader",
		.text = "from the release until a blocked reader returns",
		WAKE_LOCKS(reader),
	}, {
		.name = "wdm-event-wake",
		.text = "from the set of an event until a thread that waits returns",
		.against = "a completion",
		.tasks = BENCH_BOTH, .threads = BENCH_TWO, .region = true,
		.prepare = event_prepare, .work = wake_work,
		.finish = wake_finish,
		.lock = {
			[BENCH_LINUX] = { event_linux, unset_linux, set_linux },
			[BENCH_OURS] = { event_ours, unset_ours, set_ours },
		},
	},
	BENCH_END
};
