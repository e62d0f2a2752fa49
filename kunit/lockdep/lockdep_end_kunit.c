// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ownership that lasts longer than what it was acquired in, a work item or a
 * thread: to lockdep nobody has it any more.
 */
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/workqueue.h>

#include <compat.h>

#include "lockdep_stage.h"

/* So many that a thread's record does not hold them all. */
#define KEPT 12

/**
 * struct end_item - a work item of either kind
 * @work: the one
 * @kwork: the other
 * @fn: what it does, to @res
 * @res: resource, for @fn
 * @task: who did it
 * @depth: locks that lockdep knew @task to have, before
 */
struct end_item {
	struct work_struct work;
	struct kthread_work kwork;
	void (*fn)(PERESOURCE res);
	PERESOURCE res;
	struct task_struct *task;
	int depth;
};

static void end_item_run(struct end_item *item)
{
	item->task = current;
	item->depth = lockdep_depth(current);
	if (item->fn)
		item->fn(item->res);
}

static void end_work(struct work_struct *work)
{
	end_item_run(container_of(work, struct end_item, work));
}

static void end_kthread_work(struct kthread_work *work)
{
	end_item_run(container_of(work, struct end_item, kwork));
}

struct end_param {
	const char *name;
	bool kthread;
	bool region;
	/* Reports that an item gives rise to which returns in a region. */
	int reports;
};

static const struct end_param end_params[] = {
	{ "work item", false, false, 0 },
	{ "work item in a region", false, true, 1 },
	{ "work of a kthread_worker", true, false, 0 },
	{ "work of a kthread_worker in a region", true, true, 0 },
};

KUNIT_ARRAY_PARAM_DESC(end, end_params, name);

/**
 * struct end_stage - one thread, for one work item after the other
 * @stage: resources and the count of reports
 * @param: which kind
 * @wq: on one CPU, so that few threads come into question
 * @worker: if @param->kthread
 * @item: the work item
 * @soft: one for softirqs: of another class
 * @kept: what an item acquires and does not release
 */
struct end_stage {
	struct lockdep_stage *stage;
	const struct end_param *param;
	struct workqueue_struct *wq;
	struct kthread_worker *worker;
	struct end_item item;
	struct end_item soft;
	ERESOURCE kept[KEPT];
};

static void end_destroy_worker(void *worker)
{
	kthread_destroy_worker(worker);
}

static void end_destroy_wq(void *wq)
{
	destroy_workqueue(wq);
}

static void end_delete_kept(void *data)
{
	struct end_stage *end = data;
	int i;

	for (i = 0; i < KEPT; i++)
		ExDeleteResourceLite(&end->kept[i]);
}

static struct end_stage *end_stage_of(struct kunit *test)
{
	struct end_stage *end = kunit_kzalloc(test, sizeof(*end), GFP_KERNEL);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, end);
	end->stage = test->priv;
	end->param = test->param_value;
	INIT_WORK(&end->item.work, end_work);
	kthread_init_work(&end->item.kwork, end_kthread_work);
	end->worker = kthread_create_worker(0, "eres-end");
	KUNIT_ASSERT_FALSE(test, IS_ERR(end->worker));
	wake_up_process(end->worker->task);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, end_destroy_worker,
							   end->worker));
	end->wq = alloc_workqueue("eres-end", 0, 1);
	KUNIT_ASSERT_NOT_NULL(test, end->wq);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, end_destroy_wq,
							   end->wq));
	for (i = 0; i < KEPT; i++)
		lockdep_init_fcb(&end->kept[i]);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, end_delete_kept,
							   end));
	return end;
}

/* Run @fn as a work item; return by whom. */
static struct task_struct *end_run(struct end_stage *end,
				   void (*fn)(PERESOURCE res), PERESOURCE res)
{
	struct end_item *item = &end->item;

	item->fn = fn;
	item->res = res;
	if (end->param->kthread) {
		kthread_queue_work(end->worker, &item->kwork);
		kthread_flush_work(&item->kwork);
	} else {
		queue_work_on(0, end->wq, &item->work);
		flush_work(&item->work);
	}
	return item->task;
}

/* Until @task has done nothing, once, as a work item. */
static bool end_meet(struct end_stage *end, struct task_struct *task)
{
	return ERES_POLL(end_run(end, NULL, NULL) == task);
}

static void keep_all(PERESOURCE res)
{
	int i;

	for (i = 0; i < KEPT; i++)
		ExAcquireResourceExclusiveLite(&res[i], TRUE);
}

static void enter_and_keep_all(PERESOURCE res)
{
	KeEnterCriticalRegion();
	keep_all(res);
}

static void leave(PERESOURCE unused)
{
	KeLeaveCriticalRegion();
}

static void take_and_drop(PERESOURCE res)
{
	take_exclusive(res);
	drop(res);
}

static void release_for(PERESOURCE res, struct task_struct *task)
{
	ExReleaseResourceForThreadLite(res, (ERESOURCE_THREAD)task);
}

/* Whoever has kept them, in whatever order, might deadlock but for that. */
static void end_teach_order(struct end_stage *end)
{
	take_exclusive(&end->stage->volume);
	take_exclusive(&end->kept[0]);
	drop(&end->kept[0]);
	drop(&end->stage->volume);
}

/*
 * The next item of that thread has no locks, to lockdep: neither the number nor
 * the order says so. Who takes a level of one that was kept takes one of an owner.
 */
static void next_item_owns_nothing(struct kunit *test)
{
	struct end_stage *end = end_stage_of(test);
	const struct end_param *param = end->param;
	struct task_struct *task;
	int i, depth;

	end_teach_order(end);
	end_run(end, NULL, NULL);
	depth = end->item.depth;

	task = end_run(end, param->region ? enter_and_keep_all : keep_all,
		       end->kept);
	KUNIT_EXPECT_EQ(test, atomic_xchg(&end->stage->reports, 0), param->reports);
	KUNIT_EXPECT_TRUE(test, end_meet(end, task));
	KUNIT_EXPECT_EQ(test, end->item.depth, depth);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(end_run(end, take_and_drop,
						  &end->stage->volume) == task));
	KUNIT_EXPECT_TRUE(test, ERES_POLL(end_run(end, take_and_drop,
						  &end->kept[KEPT - 1]) == task));
	lockdep_expect_silence(test);

	for (i = 0; i < KEPT; i++)
		release_for(&end->kept[i], task);
	KUNIT_EXPECT_EQ(test, atomic_xchg(&end->stage->reports, 0), KEPT);
	if (param->region && param->kthread)
		end_run(end, leave, NULL);
	KUNIT_EXPECT_TRUE(test, end_meet(end, task));
	KUNIT_EXPECT_EQ(test, end->item.depth, depth);
	lockdep_expect_silence(test);
}

static void release_all_kept(PERESOURCE res)
{
	int i;

	for (i = 0; i < KEPT; i++)
		ExReleaseResourceLite(&res[i]);
}

/* The thread itself releases, in a later item, what it has kept. */
static void keeper_releases_later(struct kunit *test)
{
	struct end_stage *end = end_stage_of(test);

	end->param = &end_params[2];
	end_run(end, keep_all, end->kept);
	end_run(end, release_all_kept, end->kept);
	lockdep_expect_silence(test);
	end_run(end, keep_all, end->kept);
	end_run(end, release_all_kept, end->kept);
	end_run(end, NULL, NULL);
	KUNIT_EXPECT_EQ(test, end->item.depth, 0);
	lockdep_expect_silence(test);
}

/* From 6.9 on: the softirq's work is not that of the thread that it interrupts. */
static void work_in_softirq_ends_no_region(struct kunit *test)
{
	struct end_stage *end = end_stage_of(test);

	if (!eres_bh_wq())
		kunit_skip(test, "no work in softirqs");
	INIT_WORK(&end->soft.work, end_work);
	KeEnterCriticalRegion();
	ExAcquireResourceExclusiveLite(&end->stage->volume, TRUE);
	KUNIT_EXPECT_EQ(test, lockdep_depth(current), 1);
	local_bh_disable();
	queue_work(eres_bh_wq(), &end->soft.work);
	local_bh_enable();
	flush_work(&end->soft.work);
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		KUNIT_EXPECT_PTR_EQ(test, end->soft.task, current);
	KUNIT_EXPECT_EQ(test, atomic_xchg(&end->stage->reports, 0), 0);
	KUNIT_EXPECT_TRUE(test, KeAreApcsDisabled());
	KUNIT_EXPECT_EQ(test, lockdep_depth(current), 1);
	ExReleaseResourceLite(&end->stage->volume);
	KeLeaveCriticalRegion();
	KUNIT_EXPECT_FALSE(test, KeAreApcsDisabled());
	lockdep_expect_silence(test);
}

static unsigned long exit_owning_step(void *res)
{
	return ExAcquireResourceExclusiveLite(res, TRUE);
}

static void thread_may_exit_owning(struct kunit *test)
{
	struct lockdep_stage *stage = test->priv;
	struct eres_actor *outside = eres_actor_start(test, "outside");
	struct eres_actor *inside = eres_actor_start(test, "inside");

	eres_actor_do(outside, exit_owning_step, &stage->fcb[0]);
	eres_actor_do(inside, lockdep_take_exclusive, &stage->fcb[1]);
	eres_actor_join(outside);
	KUNIT_EXPECT_EQ(test, atomic_xchg(&stage->reports, 0), 1);
	eres_actor_join(inside);
	KUNIT_EXPECT_EQ(test, atomic_xchg(&stage->reports, 0), 2);
	lockdep_expect_silence(test);
	release_for(&stage->fcb[0], eres_actor_task(outside));
	release_for(&stage->fcb[1], eres_actor_task(inside));
	KUNIT_EXPECT_EQ(test, atomic_xchg(&stage->reports, 0), 2);
	lockdep_expect_silence(test);
}

static struct kunit_case lockdep_end_cases[] = {
	KUNIT_CASE_PARAM(next_item_owns_nothing, end_gen_params),
	KUNIT_CASE(keeper_releases_later),
	KUNIT_CASE(work_in_softirq_ends_no_region),
	KUNIT_CASE(thread_may_exit_owning),
	{}
};

static struct kunit_suite lockdep_end_suite = {
	.name = "eresource_lockdep_end",
	.init = lockdep_stage_init,
	.test_cases = lockdep_end_cases,
};

kunit_test_suite(lockdep_end_suite);
