// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a writer takes to get in where another CPU's thread reads all the time:
 * with few threads that ever were, and after many that have read and gone.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/vmalloc.h>

#include "bench.h"

#define REVOKE_SAMPLES	128
/* Longer than other cells, since a sample takes so long. */
#define REVOKE_CELLS	4

BENCH_STEP(own_rwsem, down_write(&o->rwsem))
BENCH_STEP(drop_rwsem, up_write(&o->rwsem))
BENCH_STEP(own_percpu, percpu_down_write(&o->percpu))
BENCH_STEP(drop_percpu, percpu_up_write(&o->percpu))
BENCH_STEP(own_textbook, textbook_acquire_exclusive(&o->textbook, true))
BENCH_STEP(drop_textbook, textbook_release(&o->textbook))
BENCH_STEP(own_ours, bench_acquire_exclusive(o))
BENCH_STEP(drop_ours, bench_release(o))

#define READ_LOOP(id, acquire, release)					\
BENCH_LOOP(id, acquire; bench_look(worker, o, false); release)

READ_LOOP(read_rwsem, down_read(&o->rwsem), up_read(&o->rwsem))
READ_LOOP(read_percpu, percpu_down_read(&o->percpu),
	  percpu_up_read(&o->percpu))
READ_LOOP(read_textbook, textbook_acquire_shared(&o->textbook, true),
	  textbook_release(&o->textbook))
READ_LOOP(read_ours, bench_acquire_shared(o), bench_release(o))

/* Threads that have read once, all of them, and then go. */
struct revoke_past {
	struct bench_object *object;
	atomic_t coming;
	struct completion all_came;
};

static int revoke_come_and_go(void *data)
{
	struct revoke_past *past = data;

	KeEnterCriticalRegion();
	bench_acquire_shared(past->object);
	bench_release(past->object);
	KeLeaveCriticalRegion();
	if (atomic_dec_and_test(&past->coming))
		complete(&past->all_came);
	while (!kthread_should_stop()) {
		set_current_state(TASK_IDLE);
		if (!kthread_should_stop())
			schedule();
		__set_current_state(TASK_RUNNING);
	}
	return 0;
}

static int revoke_begin_past(struct revoke_past *past, struct task_struct **task,
			     unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		task[i] = kthread_run(revoke_come_and_go, past, "eres_past/%u",
				      i);
		if (IS_ERR(task[i])) {
			bench_fail("no more than %u of %u threads", i, count);
			break;
		}
		cond_resched();
	}
	if (atomic_sub_return(count - i, &past->coming))
		wait_for_completion(&past->all_came);
	return i;
}

/* Of a lock that keeps nothing about threads nobody's past matters. */
static int revoke_make_past(struct bench_cell *cell)
{
	unsigned int count = cell->config->holders;
	struct revoke_past past = {
		.object = cell->object,
		.coming = ATOMIC_INIT(count),
		.all_came = COMPLETION_INITIALIZER_ONSTACK(past.all_came),
	};
	struct task_struct **task;

	if (cell->column != BENCH_OURS)
		return 0;
	/* Of the round before; a guest has no room for as many again. */
	bench_holders_end();
	task = vzalloc(array_size(count, sizeof(*task)));
	if (!task)
		return -ENOMEM;
	count = revoke_begin_past(&past, task, count);
	while (count--)
		kthread_stop(task[count]);
	vfree(task);
	return 0;
}

static int revoke_prepare(struct bench_cell *cell)
{
	cell->data = kcalloc(REVOKE_SAMPLES, sizeof(u64), GFP_KERNEL);
	return cell->data ? 0 : -ENOMEM;
}

static int revoke_prepare_past(struct bench_cell *cell)
{
	return revoke_make_past(cell) ?: revoke_prepare(cell);
}

static void revoke_finish(struct bench_cell *cell)
{
	kfree(cell->data);
}

static void revoke_read(struct bench_worker *worker)
{
	struct bench_cell *cell = worker->cell;

	bench_meet(cell);
	while (!READ_ONCE(cell->over)) {
		bench_lock_of(cell)->loop(worker, worker->object, 64);
		cond_resched();
	}
}

static void revoke_write(struct bench_worker *worker)
{
	struct bench_cell *cell = worker->cell;
	const struct bench_lock *lock = bench_lock_of(cell);
	struct bench_object *o = worker->object;
	u64 *took = cell->data;
	unsigned int n = 0;
	u64 begun;

	bench_meet(cell);
	do {
		/* So that readers are among themselves again. */
		usleep_range(500, 600);
		begun = ktime_get_ns();
		lock->hold(o);
		took[n++] = ktime_get_ns() - begun;
		o->copy = ++o->count;
		worker->writes++;
		lock->drop(o);
	} while (n < REVOKE_SAMPLES &&
		 begun - cell->begun < REVOKE_CELLS * cell->length);
	WRITE_ONCE(cell->over, true);
	sort(took, n, sizeof(*took), bench_compare_u64, NULL);
	worker->ops = 1;
	worker->ns = took[n / 2];
}

static void revoke_work(struct bench_worker *worker)
{
	if (worker->index)
		revoke_read(worker);
	else
		revoke_write(worker);
}

#define REVOKE_LOCKS							\
	.tasks = BENCH_KERNEL, .threads = BENCH_TWO, .region = true,	\
	.work = revoke_work, .finish = revoke_finish,			\
	.lock = {							\
		[BENCH_RWSEM] = { read_rwsem, own_rwsem, drop_rwsem },	\
		[BENCH_PERCPU] = { read_percpu, own_percpu, drop_percpu }, \
		[BENCH_TEXTBOOK] = {					\
			read_textbook, own_textbook, drop_textbook,	\
		},							\
		[BENCH_OURS] = { read_ours, own_ours, drop_ours },	\
	}

const struct bench_row bench_revoke_rows[] = {
	{
		.name = "revoke",
		.text = "acquire exclusive, now and then, while another thread reads all the time",
		.prepare = revoke_prepare,
		REVOKE_LOCKS,
	}, {
		.name = "revoke-past",
		.text = "the same after many threads have read and exited",
		.prepare = revoke_prepare_past,
		REVOKE_LOCKS,
	},
	BENCH_END
};
