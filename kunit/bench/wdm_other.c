// SPDX-License-Identifier: GPL-2.0-only
/* Timers, DPCs, work items, lists and clocks of wdmsync.ko. */
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>

#include <compat.h>

#include "bench.h"

#define OTHER_PIECE	128

BENCH_LOOP(timer_linux,
	   hrtimer_start(&o->wdm.hrtimer, NSEC_PER_SEC, HRTIMER_MODE_REL_SOFT);
	   worker->torn += !hrtimer_cancel(&o->wdm.hrtimer))
BENCH_LOOP(timer_ours, {
	LARGE_INTEGER due = { .QuadPart = -10000000 };

	KeSetTimer(&o->wdm.timer, due, NULL);
	worker->torn += !KeCancelTimer(&o->wdm.timer);
})

/* Until the routine has run, and said so. */
BENCH_LOOP(work_linux,
	   queue_work(o->wdm.queue, &o->wdm.work);
	   wait_for_completion(&o->wdm.completion))
BENCH_LOOP(work_ours,
	   ExQueueWorkItem(&o->wdm.item, DelayedWorkQueue);
	   wait_for_completion(&o->wdm.completion))

static void other_work(struct work_struct *work)
{
	complete(&container_of(work, struct bench_wdm, work)->completion);
}

static void other_item(PVOID context)
{
	struct bench_wdm *w = context;

	complete(&w->completion);
}

/* As a rule it has by now, unless the softirqs' thread is at work. */
static __always_inline void other_await(struct bench_wdm *w, unsigned long ran)
{
	while (READ_ONCE(w->ran) == ran)
		cond_resched();
}

BENCH_LOOP(dpc_linux, {
	unsigned long ran = READ_ONCE(o->wdm.ran);

	local_bh_disable();
	tasklet_schedule(&o->wdm.tasklet);
	local_bh_enable();
	other_await(&o->wdm, ran);
})
BENCH_LOOP(dpc_ours, {
	unsigned long ran = READ_ONCE(o->wdm.ran);

	KeInsertQueueDpc(&o->wdm.dpc, NULL, NULL);
	other_await(&o->wdm, ran);
})

static void other_tasklet(struct tasklet_struct *tasklet)
{
	struct bench_wdm *w = container_of(tasklet, struct bench_wdm, tasklet);

	WRITE_ONCE(w->ran, w->ran + 1);
}

static void other_dpc(PKDPC dpc, PVOID context, PVOID first, PVOID second)
{
	struct bench_wdm *w = context;

	WRITE_ONCE(w->ran, w->ran + 1);
}

BENCH_LOOP(lookaside_linux, {
	void *piece = kmem_cache_alloc(o->wdm.cache, GFP_NOFS);

	kmem_cache_free(o->wdm.cache, piece);
})
BENCH_LOOP(lookaside_ours, {
	void *piece = ExAllocateFromNPagedLookasideList(&o->wdm.lookaside);

	ExFreeToNPagedLookasideList(&o->wdm.lookaside, piece);
})

BENCH_LOOP(slist_linux,
	   llist_add(&o->wdm.node, &o->wdm.llist);
	   worker->torn += llist_del_first(&o->wdm.llist) != &o->wdm.node)
BENCH_LOOP(slist_ours,
	   InterlockedPushEntrySList(&o->wdm.slist, &o->wdm.entry);
	   worker->torn += InterlockedPopEntrySList(&o->wdm.slist) != &o->wdm.entry)

BENCH_LOOP(time_linux, ktime_get_coarse_real_ts64(&o->wdm.now))
BENCH_LOOP(time_ours, KeQuerySystemTime(&o->wdm.time))
BENCH_LOOP(precise_linux, o->wdm.precise = ktime_get_real())
BENCH_LOOP(precise_ours, KeQuerySystemTimePrecise(&o->wdm.time))
BENCH_LOOP(counter_linux, o->wdm.precise = ktime_get())
BENCH_LOOP(counter_ours, o->wdm.time = KeQueryPerformanceCounter(NULL))

static enum hrtimer_restart other_hrtimer(struct hrtimer *hrtimer)
{
	return HRTIMER_NORESTART;
}

static int other_prepare(struct bench_cell *cell)
{
	struct bench_wdm *w = &cell->object->wdm;

	eres_hrtimer_setup(&w->hrtimer, other_hrtimer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_SOFT);
	KeInitializeTimer(&w->timer);
	init_completion(&w->completion);
	INIT_WORK(&w->work, other_work);
	ExInitializeWorkItem(&w->item, other_item, w);
	tasklet_setup(&w->tasklet, other_tasklet);
	KeInitializeDpc(&w->dpc, other_dpc, w);
	ExInitializeNPagedLookasideList(&w->lookaside, NULL, NULL, 0, OTHER_PIECE, 0, 0);
	init_llist_head(&w->llist);
	ExInitializeSListHead(&w->slist);
	/* As wdmsync.ko has it. */
	w->queue = alloc_workqueue("eres_bench", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	w->cache = kmem_cache_create("eres_bench", OTHER_PIECE, 0, 0, NULL);
	return w->queue && w->cache ? 0 : -ENOMEM;
}

static void other_finish(struct bench_cell *cell)
{
	struct bench_wdm *w = &cell->object->wdm;

	/* Who has run may not have returned. */
	KeFlushQueuedDpcs();
	tasklet_kill(&w->tasklet);
	if (w->queue)
		destroy_workqueue(w->queue);
	kmem_cache_destroy(w->cache);
	ExDeleteNPagedLookasideList(&w->lookaside);
}

#define OTHER								\
	.tasks = BENCH_KERNEL, .threads = BENCH_ONE,			\
	.prepare = other_prepare, .finish = other_finish

const struct bench_row bench_wdm_other_rows[] = {
	{
		.name = "wdm-timer",
		.text = "set a timer, and cancel it",
		.against = "an hrtimer",
		OTHER,
		BENCH_WDM(timer),
	}, {
		.name = "wdm-work",
		.text = "queue a work item, and sleep until it has run",
		.against = "a work_struct",
		OTHER,
		BENCH_WDM(work),
	}, {
		.name = "wdm-dpc",
		.text = "queue a DPC, until it has run",
		.against = "a tasklet, with bottom halves off meanwhile",
		OTHER,
		BENCH_WDM(dpc),
	}, {
		.name = "wdm-lookaside",
		.text = "a piece of a lookaside list, and back",
		.against = "a kmem_cache",
		OTHER, .straight = BENCH_STRAIGHT,
		BENCH_WDM(lookaside),
	}, {
		.name = "wdm-slist",
		.text = "push an entry to a sequenced list, and pop it",
		.against = "an llist, of which only one thread may pop",
		OTHER, .straight = BENCH_STRAIGHT,
		BENCH_WDM(slist),
	}, {
		.name = "wdm-system-time",
		.text = "KeQuerySystemTime()",
		.against = "ktime_get_coarse_real_ts64()",
		OTHER, .straight = BENCH_STRAIGHT,
		BENCH_WDM(time),
	}, {
		.name = "wdm-system-time-precise",
		.text = "KeQuerySystemTimePrecise()",
		.against = "ktime_get_real()",
		OTHER, .straight = BENCH_STRAIGHT,
		BENCH_WDM(precise),
	}, {
		.name = "wdm-performance-counter",
		.text = "KeQueryPerformanceCounter()",
		.against = "ktime_get()",
		OTHER, .straight = BENCH_STRAIGHT,
		BENCH_WDM(counter),
	},
	BENCH_END
};
