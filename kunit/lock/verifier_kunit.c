// SPDX-License-Identifier: GPL-2.0-only
/*
 * The verifier: what is only reported if it is on, and what Linux lets it see
 * beyond a single call. Each case shows the right use silent first.
 */
#include <linux/slab.h>
#include <linux/workqueue.h>

#include <eresource_verify.h>

#include "parameters.h"
#include "region.h"
#include "state.h"

static struct eres_stage *stage_of(struct kunit *test)
{
	return test->priv;
}

static void parameter_takes_three_values(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, eres_parameter_write("verifier", "3"), -EINVAL);
	KUNIT_EXPECT_EQ(test, eres_parameter_write("verifier", "-1"), -EINVAL);
	KUNIT_EXPECT_EQ(test, eres_parameter_write("verifier", "x"), -EINVAL);
	eres_parameter_set(test, "verifier", "0");
	KUNIT_EXPECT_EQ(test, eres_parameter_write("verifier", "1"), 0);
}

/* At 0, Driver Verifier's codes are not; at 1 they are, of the same call. */
static void codes_of_the_verifier_need_it(struct kunit *test)
{
	struct eres_stage *stage = stage_of(test);

	eres_parameter_set(test, "verifier", "0");
	KeLeaveCriticalRegion();
	KeEnterCriticalRegion();
	ExConvertExclusiveToSharedLite(stage->res);
	ExInitializeResourceLite(stage->res);
	eres_expect_no_report(test, &stage->reports);

	eres_parameter_write("verifier", "1");
	KeLeaveCriticalRegion();
	eres_expect_report(test, &stage->reports, ERES_VERIFIER,
			   ERES_V_LEAVE_WITHOUT_ENTER, 0, 0, 0);
	KeEnterCriticalRegion();
	ExConvertExclusiveToSharedLite(stage->res);
	eres_expect_report(test, &stage->reports, ERES_FAST_PRECONDITION,
			   ERES_FAST_CONVERT_NOT_EXCLUSIVE, stage->res,
			   ExGetCurrentResourceThread(), 0);
	ExInitializeResourceLite(stage->res);
	eres_expect_report(test, &stage->reports, ERES_VERIFIER,
			   ERES_V_INIT_LIVE, stage->res, 0, 0);
	eres_expect_no_region(test);
	eres_expect_free(test, stage->res);
}

/* What Windows always checks. */
static void bug_checks_need_no_verifier(struct kunit *test)
{
	struct eres_stage *stage = stage_of(test);
	ERESOURCE_THREAD self = ExGetCurrentResourceThread();

	eres_parameter_set(test, "verifier", "0");
	eres_take(ERES_SELF, ERES_SHARED, stage->res);
	eres_drop(ERES_SELF, stage->res, 1);
	eres_expect_no_report(test, &stage->reports);

	ExReleaseResourceLite(stage->res);
	eres_expect_report(test, &stage->reports, ERES_RESOURCE_NOT_OWNED,
			   stage->res, self, 0, 0);
	ExSetResourceOwnerPointer(stage->res, (PVOID)7);
	eres_expect_report(test, &stage->reports, ERES_OWNER_POINTER_INVALID,
			   stage->res, 0, self, 7);
	ExReleaseResourceForThreadLite(stage->res, (ERESOURCE_THREAD)&self);
	eres_expect_report(test, &stage->reports, ERES_INVALID_RELEASE,
			   stage->res, self, &self, 0);
	eres_expect_free(test, stage->res);
}

/* Drivers live by it: without the verifier nothing is said. */
static void foreign_release_is_silent_without_verifier(struct kunit *test)
{
	struct eres_stage *stage = stage_of(test);
	struct eres_actor *owner = eres_stage_actor(test, "owner");

	eres_parameter_set(test, "verifier", "0");
	eres_take(owner, ERES_EXCLUSIVE, stage->res);
	ExReleaseResourceForThreadLite(stage->res, eres_actor_id(owner));
	eres_leave(owner, 1);
	eres_expect_no_report(test, &stage->reports);
	eres_expect_free(test, stage->res);
}

/* Without the rule of the verifier, the boost that Windows would refuse. */
static void acquire_at_dispatch_level_has_two_codes(struct kunit *test)
{
	struct eres_stage *stage = stage_of(test);
	BOOLEAN owned;
	KIRQL irql;
	int verifier;

	eres_parameter_set(test, "verifier", "1");
	for (verifier = 1; verifier >= 0; verifier--) {
		eres_parameter_write("verifier", verifier ? "1" : "0");
		eres_expect_free(test, stage->res);
		eres_expect_no_report(test, &stage->reports);

		irql = KeRaiseIrqlToDpcLevel();
		owned = ExAcquireResourceSharedLite(stage->res, TRUE);
		KeLowerIrql(irql);
		KUNIT_EXPECT_TRUE(test, owned);
		if (verifier)
			eres_expect_irql_rule(test, &stage->reports, stage->res);
		else
			eres_expect_report(test, &stage->reports,
					   ERES_AUTO_BOOST_RAISED_IRQL,
					   ExGetCurrentResourceThread(),
					   stage->res, DISPATCH_LEVEL, 0);
		ERES_EXPECT(test, stage->res, 0, 0, OWNS_SHARED(ERES_SELF, 1));
		if (owned)
			ExReleaseResourceLite(stage->res);
		eres_expect_free(test, stage->res);
	}
}

static void convert_at_dispatch_level_is_reported(struct kunit *test)
{
	struct eres_stage *stage = stage_of(test);
	KIRQL irql;

	eres_take(ERES_SELF, ERES_EXCLUSIVE, stage->res);
	eres_convert(ERES_SELF, stage->res);
	eres_drop(ERES_SELF, stage->res, 1);
	eres_expect_no_report(test, &stage->reports);

	eres_take(ERES_SELF, ERES_EXCLUSIVE, stage->res);
	irql = KeRaiseIrqlToDpcLevel();
	ExConvertExclusiveToSharedLite(stage->res);
	KeLowerIrql(irql);
	eres_expect_irql_rule(test, &stage->reports, stage->res);
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_SHARED(ERES_SELF, 1));
	eres_drop(ERES_SELF, stage->res, 1);
	eres_expect_free(test, stage->res);
}

static void enter_and_leave_work(struct work_struct *work)
{
	KeEnterCriticalRegion();
	KeEnterGuardedRegion();
	KeLeaveGuardedRegion();
	KeLeaveCriticalRegion();
}

static void enter_work(struct work_struct *work)
{
	KeEnterCriticalRegion();
	KeEnterCriticalRegion();
}

static void enter_guarded_work(struct work_struct *work)
{
	KeEnterGuardedRegion();
}

static void leave_work(struct work_struct *work)
{
	KeLeaveCriticalRegion();
}

static void run_work(struct workqueue_struct *workers, work_func_t fn)
{
	struct work_struct work;

	INIT_WORK_ONSTACK(&work, fn);
	queue_work(workers, &work);
	flush_workqueue(workers);
	destroy_work_on_stack(&work);
}

static void work_item_that_stays_in_a_region_is_reported(struct kunit *test)
{
	static const struct {
		work_func_t fn;
		u32 counters;
		bool unmatched;
	} wrong[] = {
		{ enter_work, 0x0000fffe },
		{ enter_guarded_work, 0xffff0000 },
		{ leave_work, 0x00000001, true },
	};
	struct workqueue_struct *workers = alloc_ordered_workqueue("eres_kunit",
								   0);
	struct eres_stage *stage = stage_of(test);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, workers);
	run_work(workers, enter_and_leave_work);
	eres_expect_no_report(test, &stage->reports);

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		run_work(workers, wrong[i].fn);
		if (wrong[i].unmatched) {
			eres_expect_next(test, &stage->reports, ERES_VERIFIER,
					 ERES_V_LEAVE_WITHOUT_ENTER, 0, 0, 0);
		}
		eres_expect_report(test, &stage->reports,
				   ERES_APC_INDEX_MISMATCH, wrong[i].fn, 0,
				   wrong[i].counters, 1);
		/* What the worker does next is not reported for it. */
		run_work(workers, enter_and_leave_work);
		eres_expect_no_report(test, &stage->reports);
	}
	destroy_workqueue(workers);
	eres_expect_free(test, stage->res);
}

static int balanced_routine(int argument)
{
	FsRtlEnterFileSystem();
	FsRtlExitFileSystem();
	return argument + 1;
}

static int entering_routine(int argument)
{
	FsRtlEnterFileSystem();
	return argument + 1;
}

static int leaving_routine(int argument)
{
	KeLeaveGuardedRegion();
	return argument + 1;
}

static void routine_that_changes_the_count_is_reported(struct kunit *test)
{
	struct eres_stage *stage = stage_of(test);

	KUNIT_EXPECT_EQ(test, 6, ERES_CHECKED_CALL(ERES_DISPATCH_ROUTINE,
						   balanced_routine, 5));
	eres_expect_no_report(test, &stage->reports);

	KUNIT_EXPECT_EQ(test, 6, ERES_CHECKED_CALL(ERES_DISPATCH_ROUTINE,
						   entering_routine, 5));
	eres_expect_report(test, &stage->reports, ERES_VERIFIER,
			   ERES_V_DISPATCH_CHANGED_APCS, entering_routine,
			   0x0000ffff, 0);
	ERES_CHECKED_CALL(ERES_FAST_IO_ROUTINE, entering_routine, 5);
	eres_expect_report(test, &stage->reports, ERES_VERIFIER,
			   ERES_V_FAST_IO_CHANGED_APCS, entering_routine,
			   0x0000fffe, 0x0000ffff);
	KeEnterGuardedRegion();
	ERES_CHECKED_CALL(ERES_COMPLETION_ROUTINE, leaving_routine, 5);
	eres_expect_report(test, &stage->reports, ERES_VERIFIER,
			   ERES_V_COMPLETION_CHANGED_APCS, leaving_routine,
			   0x0000fffe, 0xfffffffe);
	FsRtlExitFileSystem();
	FsRtlExitFileSystem();
	eres_expect_no_region(test);

	eres_parameter_set(test, "verifier", "0");
	ERES_CHECKED_CALL(ERES_DISPATCH_ROUTINE, entering_routine, 5);
	FsRtlExitFileSystem();
	eres_expect_no_report(test, &stage->reports);
	eres_expect_free(test, stage->res);
}

/* The kernel's own message comes first; it is on purpose. */
static void free_announced(void *p)
{
	pr_info("eresource-expect-begin: ODEBUG: free active\n");
	kfree(p);
	pr_info("eresource-expect-end: ODEBUG: free active\n");
}

struct two_resources {
	ERESOURCE first;
	ERESOURCE second;
};

static void freeing_a_live_resource_is_reported(struct kunit *test)
{
	struct eres_stage *stage = stage_of(test);
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct two_resources *two = kzalloc(sizeof(*two), GFP_KERNEL);

	if (!IS_ENABLED(CONFIG_DEBUG_OBJECTS_FREE)) {
		kfree(two);
		kunit_skip(test, "the kernel does not watch what is freed");
	}
	KUNIT_ASSERT_NOT_NULL(test, two);
	ExInitializeResourceLite(&two->first);
	ExInitializeResourceLite(&two->second);
	ExDeleteResourceLite(&two->second);
	ExDeleteResourceLite(&two->first);
	kfree(two);
	eres_expect_no_report(test, &stage->reports);

	two = kzalloc(sizeof(*two), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, two);
	ExInitializeResourceLite(&two->first);
	ExInitializeResourceLite(&two->second);
	ExDeleteResourceLite(&two->first);
	eres_take(owner, ERES_EXCLUSIVE, &two->second);
	free_announced(two);
	eres_expect_report(test, &stage->reports, ERES_VERIFIER,
			   ERES_V_FREED_LIVE, &two->second, 0, 0);

	/* Nobody owns it any more, the list is whole, others are unharmed. */
	eres_leave(owner, 1);
	eres_expect_free(test, stage->res);
	two = kzalloc(sizeof(*two), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, two);
	ExInitializeResourceLite(&two->second);
	eres_expect_free(test, &two->second);
	ExDeleteResourceLite(&two->second);
	kfree(two);
	eres_expect_no_report(test, &stage->reports);
}

static struct kunit_case verifier_cases[] = {
	KUNIT_CASE(parameter_takes_three_values),
	KUNIT_CASE(codes_of_the_verifier_need_it),
	KUNIT_CASE(bug_checks_need_no_verifier),
	KUNIT_CASE(foreign_release_is_silent_without_verifier),
	KUNIT_CASE(acquire_at_dispatch_level_has_two_codes),
	KUNIT_CASE(convert_at_dispatch_level_is_reported),
	KUNIT_CASE(work_item_that_stays_in_a_region_is_reported),
	KUNIT_CASE(routine_that_changes_the_count_is_reported),
	KUNIT_CASE(freeing_a_live_resource_is_reported),
	{}
};

static struct kunit_suite verifier_suite = {
	.name = "eresource_verifier",
	.init = eres_stage_init,
	.test_cases = verifier_cases,
};

kunit_test_suite(verifier_suite);
