// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where workers sit and wait for a cell: a seat for each CPU, two at least, once
 * for kernel threads and once for user tasks, who sit down by themselves. For
 * kernel threads there are more, where a crowd is wanted.
 *
 * A cell is put on the seats by the controller, who waits for its end before
 * it puts the next. Who sits takes it off and works.
 */
#include <linux/cpumask.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/wait.h>

#include "bench.h"

#define BENCH_SEATS	64
#define BENCH_CROWD	32

/* @taken: somebody sits; @work: what the controller has put there, or none */
struct bench_seat {
	bool taken;
	struct bench_worker *work;
	struct task_struct *task;
};

static struct bench_seat bench_kernel_seats[BENCH_SEATS];
static struct bench_seat bench_user_seats[BENCH_SEATS];
/* Something has changed at some seat. */
static DECLARE_WAIT_QUEUE_HEAD(bench_bell);
/* Number of runs that are over. */
static unsigned int bench_over;

unsigned int bench_seats(void)
{
	return clamp_t(unsigned int, num_online_cpus(), 2, BENCH_SEATS);
}

static unsigned int bench_kernel_seat_count(void)
{
	return max_t(unsigned int, bench_seats(), BENCH_CROWD);
}

static bool bench_seat_work(struct bench_seat *seat)
{
	/* Pairs with the release in bench_occupy(). */
	struct bench_worker *work = smp_load_acquire(&seat->work);

	if (!work)
		return false;
	WRITE_ONCE(seat->work, NULL);
	bench_work(work);
	return true;
}

/* The CPU with number @index among those online. */
static unsigned int bench_cpu(unsigned int index)
{
	unsigned int cpu;

	index %= num_online_cpus();
	for_each_online_cpu(cpu)
		if (!index--)
			return cpu;
	return 0;
}

static int bench_kernel_sit(void *data)
{
	struct bench_seat *seat = data;

	while (!kthread_should_stop()) {
		wait_event_interruptible(bench_bell, READ_ONCE(seat->work) ||
					 kthread_should_stop());
		bench_seat_work(seat);
	}
	return 0;
}

/* By a user task: until the next run is over, or a signal comes. */
int bench_sit(unsigned int index)
{
	unsigned int over = READ_ONCE(bench_over);
	struct bench_seat *seat;
	int err = 0;

	if (index >= bench_seats())
		return -EINVAL;
	seat = &bench_user_seats[index];
	if (cmpxchg(&seat->taken, false, true))
		return -EBUSY;
	wake_up_all(&bench_bell);
	while (!err) {
		err = wait_event_interruptible(bench_bell,
					       READ_ONCE(seat->work) ||
					       READ_ONCE(bench_over) != over);
		if (!bench_seat_work(seat) && READ_ONCE(bench_over) != over)
			break;
	}
	WRITE_ONCE(seat->taken, false);
	return err;
}

static bool bench_all_sit(void)
{
	unsigned int i;

	for (i = 0; i < bench_seats(); i++)
		if (!READ_ONCE(bench_user_seats[i].taken))
			return false;
	return true;
}

/* Kernel threads are made, user tasks are waited for. */
int bench_seats_open(void)
{
	struct task_struct *task;
	unsigned int i;

	for (i = 0; i < bench_kernel_seat_count(); i++) {
		struct bench_seat *seat = &bench_kernel_seats[i];

		task = kthread_create(bench_kernel_sit, seat, "eres_bench/%u",
				      i);
		if (IS_ERR(task)) {
			bench_seats_close();
			return PTR_ERR(task);
		}
		kthread_bind(task, bench_cpu(i));
		seat->task = task;
		wake_up_process(task);
	}
	if (!wait_event_timeout(bench_bell, bench_all_sit(), 60 * HZ)) {
		bench_seats_close();
		return -ETIMEDOUT;
	}
	return 0;
}

void bench_seats_close(void)
{
	unsigned int i;

	WRITE_ONCE(bench_over, bench_over + 1);
	wake_up_all(&bench_bell);
	for (i = 0; i < BENCH_SEATS; i++) {
		if (bench_kernel_seats[i].task)
			kthread_stop(bench_kernel_seats[i].task);
		bench_kernel_seats[i].task = NULL;
	}
}

/* Puts all parties of the cell on seats. */
int bench_occupy(struct bench_cell *cell)
{
	struct bench_seat *seats = bench_kernel_seats;
	unsigned int count = bench_kernel_seat_count();
	unsigned int i;

	if (cell->task == BENCH_USER) {
		seats = bench_user_seats;
		count = bench_seats();
	}
	if (cell->parties > count)
		return -EINVAL;
	for (i = 0; i < cell->parties; i++)
		if (cell->task == BENCH_USER && !READ_ONCE(seats[i].taken))
			return -ESRCH;
	for (i = 0; i < cell->parties; i++)
		/* Pairs with the acquire in bench_seat_work(). */
		smp_store_release(&seats[i].work, &cell->worker[i]);
	wake_up_all(&bench_bell);
	return 0;
}
