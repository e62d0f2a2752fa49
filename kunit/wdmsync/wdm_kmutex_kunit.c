// SPDX-License-Identifier: GPL-2.0-only
/* Mutexes: who owns them, and the region that he is in meanwhile. */
#include <kunit/test.h>
#include <linux/workqueue.h>

#include <eresource_verify.h>

#include "wdm_driver.h"
#include "wdm_wait.h"

static void mutex_has_the_levels_of_windows(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, eres_wdm_mutexes(), 0);
	expect_silence(test);
}

static unsigned long try_step(void *mutex)
{
	return (u32)wdm_try(mutex);
}

static unsigned long release_step(void *mutex)
{
	return KeReleaseMutex(mutex, FALSE);
}

static void mutex_keeps_others_out(struct kunit *test)
{
	struct eres_actor *actor = eres_actor_start(test, "other");
	KMUTEX mutex;

	KeInitializeMutex(&mutex, 0);
	KUNIT_EXPECT_EQ(test, wdm_try(&mutex), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, eres_actor_do(actor, try_step, &mutex), STATUS_TIMEOUT);
	KUNIT_EXPECT_EQ(test, eres_actor_do(actor, wdm_region_step, NULL),
			WDM_REGION(0, PASSIVE_LEVEL));
	KUNIT_EXPECT_EQ(test, KeReadStateMutex(&mutex), 0);
	KUNIT_EXPECT_EQ(test, KeReleaseMutex(&mutex, FALSE), 0);
	KUNIT_EXPECT_EQ(test, eres_actor_do(actor, try_step, &mutex), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, wdm_try(&mutex), STATUS_TIMEOUT);
	KUNIT_EXPECT_FALSE(test, KeAreApcsDisabled());
	eres_actor_do(actor, release_step, &mutex);
	KUNIT_EXPECT_EQ(test, KeReadStateMutex(&mutex), 1);
	expect_silence(test);
}

/* First come, first served, and the region comes with it, not with the wait. */
static void mutex_is_handed_on_in_order(struct kunit *test)
{
	struct eres_actor *actor[3];
	struct wdm_wait wait[3];
	KMUTEX mutex;
	int i;

	KeInitializeMutex(&mutex, 0);
	wdm_try(&mutex);
	wdm_try(&mutex);
	for (i = 0; i < 3; i++) {
		wait[i] = (struct wdm_wait)WDM_WAIT_FOR(&mutex);
		actor[i] = eres_actor_start(test, "next");
		wdm_begin(test, actor[i], &wait[i]);
	}
	KUNIT_EXPECT_EQ(test, KeReleaseMutex(&mutex, FALSE), -1);
	KUNIT_EXPECT_EQ(test, wdm_waiters(&mutex), 3);
	KUNIT_EXPECT_EQ(test, KeReleaseMutex(&mutex, FALSE), 0);
	KUNIT_EXPECT_FALSE(test, KeAreApcsDisabled());
	for (i = 0; i < 3; i++) {
		/* It was the next one's as soon as it was released. */
		KUNIT_EXPECT_EQ(test, KeReadStateMutex(&mutex), 0);
		KUNIT_EXPECT_EQ(test, wdm_waiters(&mutex), 2 - i);
		KUNIT_EXPECT_EQ(test, wdm_finish(actor[i]), STATUS_SUCCESS);
		KUNIT_EXPECT_EQ(test, eres_actor_do(actor[i], wdm_region_step, NULL),
				WDM_REGION(-1, PASSIVE_LEVEL));
		KUNIT_EXPECT_EQ(test, eres_actor_do(actor[i], release_step, &mutex), 0);
		KUNIT_EXPECT_EQ(test, eres_actor_do(actor[i], wdm_region_step, NULL),
				WDM_REGION(0, PASSIVE_LEVEL));
	}
	KUNIT_EXPECT_EQ(test, KeReadStateMutex(&mutex), 1);
	expect_silence(test);
}

/* Two mutexes are two regions, in whatever order they go. */
static void each_mutex_is_a_region(struct kunit *test)
{
	KMUTEX mutex[2];
	struct wdm_wait wait = { .object = { &mutex[0], &mutex[1] }, .count = 2, .all = true };

	KeInitializeMutex(&mutex[0], 0);
	KeInitializeMutex(&mutex[1], 0);
	KUNIT_EXPECT_EQ(test, wdm_do_now(&wait), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, wdm_region_step(NULL), WDM_REGION(-2, PASSIVE_LEVEL));
	/* Once more of one of them is none. */
	wait.all = false;
	KUNIT_EXPECT_EQ(test, wdm_do_now(&wait), STATUS_WAIT_0);
	KUNIT_EXPECT_EQ(test, KeReadStateMutex(&mutex[0]), -1);
	KUNIT_EXPECT_EQ(test, wdm_region_step(NULL), WDM_REGION(-2, PASSIVE_LEVEL));
	KUNIT_EXPECT_EQ(test, KeReleaseMutex(&mutex[0], FALSE), -1);
	KUNIT_EXPECT_EQ(test, wdm_region_step(NULL), WDM_REGION(-2, PASSIVE_LEVEL));
	KUNIT_EXPECT_EQ(test, KeReleaseMutex(&mutex[0], FALSE), 0);
	KUNIT_EXPECT_EQ(test, wdm_region_step(NULL), WDM_REGION(-1, PASSIVE_LEVEL));
	KUNIT_EXPECT_EQ(test, KeReleaseMutex(&mutex[1], FALSE), 0);
	KUNIT_EXPECT_EQ(test, wdm_region_step(NULL), WDM_REGION(0, PASSIVE_LEVEL));
	expect_silence(test);
}

/* Inside others, at any level; and the counter of guarded regions is left alone. */
static void region_of_a_mutex_nests(struct kunit *test)
{
	KMUTEX mutex;
	KIRQL irql;

	KeInitializeMutex(&mutex, 0);
	KeEnterCriticalRegion();
	KeEnterGuardedRegion();
	KUNIT_EXPECT_EQ(test, wdm_try(&mutex), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, eres_apc_count(), 0xfffffffe);
	KeLeaveGuardedRegion();
	KeLeaveCriticalRegion();
	KUNIT_EXPECT_EQ(test, eres_apc_count(), 0xffff);
	KUNIT_EXPECT_EQ(test, KeReleaseMutex(&mutex, FALSE), 0);
	KUNIT_EXPECT_EQ(test, eres_apc_count(), 0);

	KeRaiseIrql(APC_LEVEL, &irql);
	KUNIT_EXPECT_EQ(test, wdm_try(&mutex), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, wdm_region_step(NULL), WDM_REGION(-1, APC_LEVEL));
	KeLowerIrql(irql);
	KUNIT_EXPECT_EQ(test, KeReleaseMutex(&mutex, FALSE), 0);
	expect_silence(test);
}

/* With a timeout of 0, and to release: no report, and the counter is kept. */
static void mutex_can_be_had_at_dispatch_level(struct kunit *test)
{
	unsigned long regions[3];
	NTSTATUS status[2];
	KMUTEX mutex;
	LONG left[2];
	KIRQL irql;

	KeInitializeMutex(&mutex, 0);
	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	status[0] = wdm_try(&mutex);
	status[1] = wdm_try(&mutex);
	regions[0] = wdm_region_step(NULL);
	KeLowerIrql(irql);
	KUNIT_EXPECT_EQ(test, wdm_region_step(NULL), WDM_REGION(-1, PASSIVE_LEVEL));
	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	left[0] = KeReleaseMutex(&mutex, FALSE);
	regions[1] = wdm_region_step(NULL);
	left[1] = KeReleaseMutex(&mutex, FALSE);
	regions[2] = wdm_region_step(NULL);
	KeLowerIrql(irql);

	KUNIT_EXPECT_EQ(test, status[0], STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, status[1], STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, regions[0], WDM_REGION(-1, DISPATCH_LEVEL));
	KUNIT_EXPECT_EQ(test, left[0], -1);
	KUNIT_EXPECT_EQ(test, regions[1], WDM_REGION(-1, DISPATCH_LEVEL));
	KUNIT_EXPECT_EQ(test, left[1], 0);
	KUNIT_EXPECT_EQ(test, regions[2], WDM_REGION(0, DISPATCH_LEVEL));
	KUNIT_EXPECT_EQ(test, wdm_region_step(NULL), WDM_REGION(0, PASSIVE_LEVEL));
	expect_silence(test);
}

static void only_the_owner_releases(struct kunit *test)
{
	struct eres_actor *actor = eres_actor_start(test, "owner");
	KMUTEX mutex;

	KeInitializeMutex(&mutex, 0);
	KUNIT_EXPECT_EQ(test, KeReleaseMutex(&mutex, FALSE), 0);
	expect_misuse(test, "KeReleaseMutex", 0x11, &mutex, current, 0, 0);
	KUNIT_EXPECT_EQ(test, KeReadStateMutex(&mutex), 1);
	KUNIT_EXPECT_EQ(test, wdm_region_step(NULL), WDM_REGION(0, PASSIVE_LEVEL));

	eres_actor_do(actor, try_step, &mutex);
	KUNIT_EXPECT_EQ(test, KeReleaseMutex(&mutex, FALSE), 0);
	expect_misuse(test, "KeReleaseMutex", 0x11, &mutex, current, eres_actor_id(actor), 0);
	KUNIT_EXPECT_EQ(test, KeReadStateMutex(&mutex), 0);
	eres_actor_do(actor, release_step, &mutex);
	KUNIT_EXPECT_EQ(test, KeReadStateMutex(&mutex), 1);
}

struct in_interrupt {
	KMUTEX mutex;
	NTSTATUS status;
	LONG released;
};

static void take_in_interrupt(void *data)
{
	struct in_interrupt *in = data;

	in->status = wdm_try(&in->mutex);
}

static void release_in_interrupt(void *data)
{
	struct in_interrupt *in = data;

	in->released = KeReleaseMutex(&in->mutex, FALSE);
}

/* Its second parameter is where the routine was called. */
static void expect_dpc_report(struct kunit *test)
{
	struct eres_report report = eres_reports_next(test->priv);

	KUNIT_EXPECT_NE(test, report.param[1], 0);
	expect_misuse(test, "KeWaitForSingleObject", 0xC7, 4, report.param[1], 0, 0);
}

/* The interrupted thread would own it, or lose it. */
static void no_interrupt_owns_or_releases(struct kunit *test)
{
	struct in_interrupt in;

	KeInitializeMutex(&in.mutex, 0);
	KUNIT_EXPECT_TRUE(test, eres_run_in_softirq(ERES_THIS_CPU, take_in_interrupt, &in));
	KUNIT_EXPECT_EQ(test, in.status, STATUS_TIMEOUT);
	KUNIT_EXPECT_EQ(test, KeReadStateMutex(&in.mutex), 1);
	expect_dpc_report(test);

	KUNIT_EXPECT_EQ(test, wdm_try(&in.mutex), STATUS_SUCCESS);
	KUNIT_EXPECT_TRUE(test, eres_run_in_hardirq(ERES_THIS_CPU, take_in_interrupt, &in));
	KUNIT_EXPECT_EQ(test, in.status, STATUS_TIMEOUT);
	expect_dpc_report(test);
	KUNIT_EXPECT_TRUE(test, eres_run_in_softirq(ERES_THIS_CPU, release_in_interrupt, &in));
	expect_misuse(test, "KeReleaseMutex", 0x11, &in.mutex, current, current, 0);
	KUNIT_EXPECT_EQ(test, KeReadStateMutex(&in.mutex), 0);
	KUNIT_EXPECT_EQ(test, KeReleaseMutex(&in.mutex, FALSE), 0);
}

static void levels_end_where_they_can_not_be_counted(struct kunit *test)
{
	KMUTEX mutex;

	KeInitializeMutex(&mutex, 0);
	wdm_try(&mutex);
	/* As if it had been taken so often. */
	mutex.Header.SignalState = MINLONG + 1;
	KUNIT_EXPECT_EQ(test, wdm_try(&mutex), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, KeReadStateMutex(&mutex), (LONG)MINLONG);
	KUNIT_EXPECT_EQ(test, wdm_try(&mutex), STATUS_MUTANT_LIMIT_EXCEEDED);
	expect_misuse(test, "KeWaitForSingleObject", 0x1E, (u32)STATUS_MUTANT_LIMIT_EXCEEDED,
		      &mutex, current, 0);
	KUNIT_EXPECT_EQ(test, KeReadStateMutex(&mutex), (LONG)MINLONG);
	mutex.Header.SignalState = 0;
	KUNIT_EXPECT_EQ(test, KeReleaseMutex(&mutex, FALSE), 0);
}

/* It stays owned, also by who comes after. */
static void mutex_of_an_exited_thread_stays_owned(struct kunit *test)
{
	struct eres_actor *actor = eres_actor_start(test, "mortal");
	KMUTEX mutex;
	int i;

	KeInitializeMutex(&mutex, 0);
	eres_actor_do(actor, try_step, &mutex);
	eres_actor_join(actor);
	eres_expect_next(test, test->priv, ERES_THREAD_TERMINATE_HELD_MUTEX, eres_actor_id(actor),
			 &mutex, 0, 0);
	eres_expect_report(test, test->priv, ERES_KERNEL_APC_PENDING_DURING_EXIT, 0, 0xffff,
			   PASSIVE_LEVEL, 0);
	KUNIT_EXPECT_EQ(test, KeReadStateMutex(&mutex), 0);
	KUNIT_EXPECT_EQ(test, wdm_try(&mutex), STATUS_TIMEOUT);
	for (i = 0; i < 20; i++) {
		actor = eres_actor_start(test, "heir");
		KUNIT_EXPECT_EQ(test, eres_actor_do(actor, try_step, &mutex), STATUS_TIMEOUT);
		eres_actor_join(actor);
	}
	expect_silence(test);
	KeInitializeMutex(&mutex, 0);
	KUNIT_EXPECT_EQ(test, wdm_try(&mutex), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, KeReleaseMutex(&mutex, FALSE), 0);
}

struct mutex_work {
	struct work_struct work;
	KMUTEX mutex;
	bool release;
};

static void take_in_work(struct work_struct *work)
{
	struct mutex_work *mutex_work = container_of(work, struct mutex_work, work);

	wdm_try(&mutex_work->mutex);
	if (mutex_work->release)
		KeReleaseMutex(&mutex_work->mutex, FALSE);
}

/* The next item that the same worker runs owns nothing. */
static void mutex_of_a_work_item_is_reported(struct kunit *test)
{
	struct workqueue_struct *queue = alloc_ordered_workqueue("eres_mutex", 0);
	struct mutex_work item = { .release = true };

	KUNIT_ASSERT_NOT_NULL(test, queue);
	INIT_WORK_ONSTACK(&item.work, take_in_work);
	KeInitializeMutex(&item.mutex, 0);
	queue_work(queue, &item.work);
	drain_workqueue(queue);
	expect_silence(test);
	KUNIT_EXPECT_EQ(test, KeReadStateMutex(&item.mutex), 1);

	item.release = false;
	queue_work(queue, &item.work);
	drain_workqueue(queue);
	eres_expect_next(test, test->priv, ERES_SYSTEM_EXIT_OWNED_MUTEX, take_in_work,
			 &item.mutex, &item.work, 0);
	eres_expect_report(test, test->priv, ERES_APC_INDEX_MISMATCH, take_in_work, 0, 0xffff, 1);
	KUNIT_EXPECT_EQ(test, KeReadStateMutex(&item.mutex), 0);
	queue_work(queue, &item.work);
	drain_workqueue(queue);
	expect_silence(test);
	KUNIT_EXPECT_EQ(test, KeReadStateMutex(&item.mutex), 0);
	destroy_workqueue(queue);
	destroy_work_on_stack(&item.work);
}

static struct kunit_case mutex_cases[] = {
	KUNIT_CASE(mutex_has_the_levels_of_windows),
	KUNIT_CASE(mutex_keeps_others_out),
	KUNIT_CASE(mutex_is_handed_on_in_order),
	KUNIT_CASE(each_mutex_is_a_region),
	KUNIT_CASE(region_of_a_mutex_nests),
	KUNIT_CASE(mutex_can_be_had_at_dispatch_level),
	KUNIT_CASE(only_the_owner_releases),
	KUNIT_CASE(no_interrupt_owns_or_releases),
	KUNIT_CASE(levels_end_where_they_can_not_be_counted),
	KUNIT_CASE(mutex_of_an_exited_thread_stays_owned),
	KUNIT_CASE(mutex_of_a_work_item_is_reported),
	{}
};

static struct kunit_suite mutex_suite = {
	.name = "eresource_wdm_kmutex",
	.init = wdm_wait_init,
	.test_cases = mutex_cases,
};

kunit_test_suite(mutex_suite);
