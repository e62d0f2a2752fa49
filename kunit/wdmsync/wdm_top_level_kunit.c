// SPDX-License-Identifier: GPL-2.0-only
/*
 * The top-level IRP: each thread has one of its own, that lasts as long as the thread,
 * or the work item, and no longer.
 */
#include <kunit/test.h>
#include <linux/preempt.h>
#include <linux/workqueue.h>

#define ERESOURCE_WDK
#include <ntifs.h>

#include <eresource_verify.h>

#include "actor.h"
#include "softirq.h"
#include "wdm_driver_thread.h"
#include "wdm_reports.h"

/* Nobody follows them. */
#define IRP_A	((PIRP)0x1111)
#define IRP_B	((PIRP)~0xfUL)

static void is_saved_and_put_back(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, eres_wdm_top_level(), 0);
	KUNIT_EXPECT_PTR_EQ(test, IoGetTopLevelIrp(), NULL);
	wdm_expect_silence(test);
}

static unsigned long get_step(void *unused)
{
	return (unsigned long)IoGetTopLevelIrp();
}

static unsigned long set_step(void *irp)
{
	IoSetTopLevelIrp(irp);
	return 0;
}

/* A thread of each kind: one that has a record, and one that gets it by that. */
static void each_thread_has_its_own(struct kunit *test)
{
	struct eres_actor *a = eres_actor_start(test, "a");
	struct eres_actor *b = eres_actor_start(test, "b");

	KUNIT_EXPECT_EQ(test, eres_actor_do(a, get_step, NULL), 0);
	IoSetTopLevelIrp(IRP_A);
	KUNIT_EXPECT_EQ(test, eres_actor_do(a, get_step, NULL), 0);
	eres_actor_do(a, set_step, IRP_B);
	KeEnterCriticalRegion();
	eres_actor_do(b, set_step, (PIRP)FSRTL_CACHE_TOP_LEVEL_IRP);
	KeLeaveCriticalRegion();
	KUNIT_EXPECT_PTR_EQ(test, IoGetTopLevelIrp(), IRP_A);
	KUNIT_EXPECT_EQ(test, eres_actor_do(a, get_step, NULL), (unsigned long)IRP_B);
	KUNIT_EXPECT_EQ(test, eres_actor_do(b, get_step, NULL),
			(unsigned long)FSRTL_CACHE_TOP_LEVEL_IRP);
	eres_actor_do(a, set_step, NULL);
	KUNIT_EXPECT_EQ(test, eres_actor_do(a, get_step, NULL), 0);
	KUNIT_EXPECT_PTR_EQ(test, IoGetTopLevelIrp(), IRP_A);
	IoSetTopLevelIrp(NULL);
	wdm_expect_silence(test);
}

static void lasts_through_levels_and_regions(struct kunit *test)
{
	PIRP seen[3];
	KIRQL irql;

	KeEnterGuardedRegion();
	IoSetTopLevelIrp(IRP_A);
	KeLeaveGuardedRegion();
	seen[0] = IoGetTopLevelIrp();
	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	seen[1] = IoGetTopLevelIrp();
	IoSetTopLevelIrp(IRP_B);
	KeLowerIrql(irql);
	seen[2] = IoGetTopLevelIrp();
	IoSetTopLevelIrp(NULL);
	KUNIT_EXPECT_PTR_EQ(test, seen[0], IRP_A);
	KUNIT_EXPECT_PTR_EQ(test, seen[1], IRP_A);
	KUNIT_EXPECT_PTR_EQ(test, seen[2], IRP_B);
	wdm_expect_silence(test);
}

/* Of a thread that has got a record, which may have been another's. */
static unsigned long record_step(void *unused)
{
	KeEnterCriticalRegion();
	KeLeaveCriticalRegion();
	return (unsigned long)IoGetTopLevelIrp();
}

/*
 * A thread that has exited with one set leaves its record, or even its address, to a
 * new one: among so many threads there are some that have another's.
 */
static void goes_with_the_thread(struct kunit *test)
{
	struct eres_pool pool = {};
	struct eres_actor *actor;
	int i;

	for (i = 0; i < 128; i++) {
		actor = eres_actor_create(test, "leaves");
		KUNIT_EXPECT_EQ(test, eres_actor_do(actor, record_step, NULL), 0);
		KeEnterCriticalRegion();
		eres_actor_do(actor, set_step, IRP_A);
		KeLeaveCriticalRegion();
		eres_pool_put(&pool, actor);
		eres_pool_end(&pool);
	}
	wdm_expect_silence(test);
}

static void get_and_set(void *data)
{
	PIRP *seen = data;

	*seen = IoGetTopLevelIrp();
	IoSetTopLevelIrp(IRP_B);
}

static void interrupts_have_none(struct kunit *test)
{
	PIRP seen = IRP_B;

	IoSetTopLevelIrp(IRP_A);
	KUNIT_EXPECT_TRUE(test, eres_run_in_softirq(ERES_THIS_CPU, get_and_set, &seen));
	KUNIT_EXPECT_PTR_EQ(test, seen, NULL);
	wdm_expect_violation(test, "IoSetTopLevelIrp", IRP_B, 0xE5000002, IRP_B, 0);
	seen = IRP_B;
	KUNIT_EXPECT_TRUE(test, eres_run_in_hardirq(ERES_THIS_CPU, get_and_set, &seen));
	KUNIT_EXPECT_PTR_EQ(test, seen, NULL);
	wdm_expect_violation(test, "IoSetTopLevelIrp", IRP_B, 0xE5000002, IRP_B, 0);
	KUNIT_EXPECT_PTR_EQ(test, IoGetTopLevelIrp(), IRP_A);
	IoSetTopLevelIrp(NULL);
}

static int polite(PIRP irp)
{
	PIRP before = IoGetTopLevelIrp();

	IoSetTopLevelIrp(irp);
	IoSetTopLevelIrp(before);
	return 5;
}

static int careless(PIRP irp)
{
	IoSetTopLevelIrp(irp);
	return 6;
}

static void routine_that_keeps_it_is_reported(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 5, ERES_CHECKED_CALL(ERES_DISPATCH_ROUTINE, polite, IRP_A));
	wdm_expect_silence(test);
	KUNIT_EXPECT_EQ(test, 6, ERES_CHECKED_CALL(ERES_DISPATCH_ROUTINE, careless, IRP_A));
	wdm_expect_violation3(test, "return of a routine of the driver", IRP_A, 0xE5000001,
			      careless, IRP_A, NULL);
	KUNIT_EXPECT_PTR_EQ(test, IoGetTopLevelIrp(), NULL);

	/* And one that is in there again, and takes away what is there. */
	IoSetTopLevelIrp(IRP_A);
	KUNIT_EXPECT_EQ(test, 5, ERES_CHECKED_CALL(ERES_FAST_IO_ROUTINE, polite, IRP_B));
	wdm_expect_silence(test);
	ERES_CHECKED_CALL(ERES_FAST_IO_ROUTINE, careless, NULL);
	wdm_expect_violation3(test, "return of a routine of the driver", NULL, 0xE5000001,
			      careless, NULL, IRP_A);
	KUNIT_EXPECT_PTR_EQ(test, IoGetTopLevelIrp(), IRP_A);
	IoSetTopLevelIrp(NULL);
}

struct leaving {
	struct work_struct work;
	PIRP before;
};

static void leave_in_work(struct work_struct *work)
{
	struct leaving *leaving = container_of(work, struct leaving, work);

	leaving->before = IoGetTopLevelIrp();
	IoSetTopLevelIrp((PIRP)FSRTL_FSP_TOP_LEVEL_IRP);
}

/* One worker, so that the second has the thread of the first. */
static void goes_with_the_work_item(struct kunit *test)
{
	struct workqueue_struct *wq = alloc_ordered_workqueue("eres_top_level", 0);
	struct leaving leaving;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, wq);
	INIT_WORK_ONSTACK(&leaving.work, leave_in_work);
	for (i = 0; i < 10; i++) {
		leaving.before = IRP_A;
		queue_work(wq, &leaving.work);
		flush_work(&leaving.work);
		KUNIT_EXPECT_PTR_EQ(test, leaving.before, NULL);
	}
	destroy_work_on_stack(&leaving.work);
	destroy_workqueue(wq);
	wdm_expect_silence(test);
}

static struct kunit_case top_level_cases[] = {
	KUNIT_CASE(is_saved_and_put_back),
	KUNIT_CASE(each_thread_has_its_own),
	KUNIT_CASE(lasts_through_levels_and_regions),
	KUNIT_CASE(goes_with_the_thread),
	KUNIT_CASE(interrupts_have_none),
	KUNIT_CASE(routine_that_keeps_it_is_reported),
	KUNIT_CASE(goes_with_the_work_item),
	{}
};

static struct kunit_suite top_level_suite = {
	.name = "eresource_wdm_top_level",
	.init = wdm_reports_init,
	.test_cases = top_level_cases,
};

kunit_test_suite(top_level_suite);
