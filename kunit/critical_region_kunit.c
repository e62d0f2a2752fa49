// SPDX-License-Identifier: GPL-2.0-only
/* Critical regions: the counter, its queries and its misuse. */
#include <linux/delay.h>
#include <linux/minmax.h>

#include "region.h"
#include "softirq.h"
#include "state.h"

static struct eres_stage *stage_of(struct kunit *test)
{
	return test->priv;
}

static void region_disables_normal_apcs_only(struct kunit *test)
{
	eres_expect_no_region(test);
	KeEnterCriticalRegion();
	eres_expect_region(test, eres_region_now(), true, false, PASSIVE_LEVEL);
	KeLeaveCriticalRegion();
	eres_expect_no_region(test);
}

static void only_outermost_leave_ends_region(struct kunit *test)
{
	const int depth = 1000;
	int i;

	for (i = 0; i < depth; i++)
		KeEnterCriticalRegion();
	for (i = 0; i < depth; i++) {
		eres_expect_region(test, eres_region_now(), true, false,
				   PASSIVE_LEVEL);
		KeLeaveCriticalRegion();
	}
	eres_expect_no_region(test);
	eres_expect_no_report(test, &stage_of(test)->reports);
}

static unsigned long enter_once(void *unused)
{
	KeEnterCriticalRegion();
	return KeAreApcsDisabled();
}

static unsigned long leave_once(void *unused)
{
	KeLeaveCriticalRegion();
	return KeAreApcsDisabled();
}

static unsigned long ask_apcs_disabled(void *unused)
{
	return KeAreApcsDisabled();
}

static void region_is_of_one_thread(struct kunit *test)
{
	struct eres_actor *other = eres_stage_actor(test, "other");

	KUNIT_EXPECT_EQ(test, eres_actor_do(other, enter_once, NULL), 1);
	eres_expect_no_region(test);

	KeEnterCriticalRegion();
	KUNIT_EXPECT_EQ(test, eres_actor_do(other, leave_once, NULL), 0);
	eres_expect_region(test, eres_region_now(), true, false, PASSIVE_LEVEL);
	KeLeaveCriticalRegion();

	KUNIT_EXPECT_EQ(test, eres_actor_do(other, ask_apcs_disabled, NULL), 0);
	eres_expect_no_region(test);
}

static void thread_may_sleep_in_region(struct kunit *test)
{
	KeEnterCriticalRegion();
	might_sleep();
	usleep_range(100, 200);
	eres_expect_region(test, eres_region_now(), true, false, PASSIVE_LEVEL);
	KeLeaveCriticalRegion();
	eres_expect_no_region(test);
}

static void file_system_spelling_is_the_same_counter(struct kunit *test)
{
	FsRtlEnterFileSystem();
	eres_expect_region(test, eres_region_now(), true, false, PASSIVE_LEVEL);
	KeLeaveCriticalRegion();
	eres_expect_no_region(test);

	KeEnterCriticalRegion();
	FsRtlEnterFileSystem();
	FsRtlExitFileSystem();
	eres_expect_region(test, eres_region_now(), true, false, PASSIVE_LEVEL);
	FsRtlExitFileSystem();
	eres_expect_no_region(test);
	eres_expect_no_report(test, &stage_of(test)->reports);
}

/* Contract 6.3: KeAreApcsDisabled() looks at the counters, not at the IRQL. */
static void apc_level_is_no_critical_region(struct kunit *test)
{
	struct eres_region raised, inside, left;
	KIRQL irql;

	KeRaiseIrql(APC_LEVEL, &irql);
	raised = eres_region_now();
	KeEnterCriticalRegion();
	inside = eres_region_now();
	KeLeaveCriticalRegion();
	left = eres_region_now();
	KeLowerIrql(irql);

	eres_expect_region(test, raised, false, true, APC_LEVEL);
	eres_expect_region(test, inside, true, true, APC_LEVEL);
	eres_expect_region(test, left, false, true, APC_LEVEL);
	eres_expect_no_region(test);
	eres_expect_no_report(test, &stage_of(test)->reports);
}

static void region_and_irql_may_overlap(struct kunit *test)
{
	KIRQL irql;

	KeEnterCriticalRegion();
	KeRaiseIrql(APC_LEVEL, &irql);
	KeLeaveCriticalRegion();
	eres_expect_region(test, eres_region_now(), false, true, APC_LEVEL);
	KeEnterCriticalRegion();
	KeLowerIrql(irql);
	eres_expect_region(test, eres_region_now(), true, false, PASSIVE_LEVEL);
	KeLeaveCriticalRegion();
	eres_expect_no_region(test);
	eres_expect_no_report(test, &stage_of(test)->reports);
}

static void unmatched_leave_makes_counter_positive(struct kunit *test)
{
	struct eres_reports *reports = &stage_of(test)->reports;

	KeEnterCriticalRegion();
	KeLeaveCriticalRegion();
	eres_expect_no_report(test, reports);

	KeLeaveCriticalRegion();
	eres_expect_report(test, reports, ERES_VERIFIER,
			   ERES_V_LEAVE_WITHOUT_ENTER, 0, 0, 0);
	eres_expect_region(test, eres_region_now(), true, false, PASSIVE_LEVEL);

	/* The next enter balances, and what follows is normal again. */
	KeEnterCriticalRegion();
	eres_expect_no_region(test);
	KeEnterCriticalRegion();
	eres_expect_region(test, eres_region_now(), true, false, PASSIVE_LEVEL);
	KeLeaveCriticalRegion();
	eres_expect_no_region(test);
	eres_expect_no_report(test, reports);
}

static void positive_counter_counts(struct kunit *test)
{
	struct eres_reports *reports = &stage_of(test)->reports;
	int i;

	for (i = 0; i < 3; i++) {
		KeLeaveCriticalRegion();
		eres_expect_report(test, reports, ERES_VERIFIER,
				   ERES_V_LEAVE_WITHOUT_ENTER, 0, 0, 0);
	}
	for (i = 0; i < 3; i++) {
		eres_expect_region(test, eres_region_now(), true, false,
				   PASSIVE_LEVEL);
		KeEnterCriticalRegion();
	}
	eres_expect_no_region(test);
	eres_expect_no_report(test, reports);
}

static void enter_at_dispatch_level_is_reported_and_counts(struct kunit *test)
{
	struct eres_reports *reports = &stage_of(test)->reports;
	struct eres_region inside;
	KIRQL irql;

	KeRaiseIrql(APC_LEVEL, &irql);
	KeEnterCriticalRegion();
	KeLeaveCriticalRegion();
	KeLowerIrql(irql);
	eres_expect_no_report(test, reports);

	irql = KeRaiseIrqlToDpcLevel();
	KeEnterCriticalRegion();
	inside = eres_region_now();
	KeLowerIrql(irql);
	eres_expect_report(test, reports, ERES_VERIFIER, ERES_V_ENTER_IRQL,
			   DISPATCH_LEVEL, 0, 0);
	eres_expect_region(test, inside, true, true, DISPATCH_LEVEL);
	eres_expect_region(test, eres_region_now(), true, false, PASSIVE_LEVEL);
	KeLeaveCriticalRegion();
	eres_expect_no_region(test);
	eres_expect_no_report(test, reports);
}

static void leave_at_dispatch_level_is_reported_and_counts(struct kunit *test)
{
	struct eres_reports *reports = &stage_of(test)->reports;
	struct eres_region left;
	KIRQL irql;

	KeEnterCriticalRegion();
	irql = KeRaiseIrqlToDpcLevel();
	KeLeaveCriticalRegion();
	left = eres_region_now();
	KeLowerIrql(irql);
	eres_expect_report(test, reports, ERES_VERIFIER, ERES_V_LEAVE_IRQL,
			   DISPATCH_LEVEL, 0, 0);
	eres_expect_region(test, left, false, true, DISPATCH_LEVEL);
	eres_expect_no_region(test);
	eres_expect_no_report(test, reports);
}

static void enter_and_leave(void *unused)
{
	KeEnterCriticalRegion();
	KeLeaveCriticalRegion();
}

/* The counters are those of the thread that happens to be interrupted. */
static void
region_calls_in_interrupt_are_reported_and_harmless(struct kunit *test)
{
	struct eres_reports *reports = &stage_of(test)->reports;
	int i;

	KeEnterCriticalRegion();
	KUNIT_EXPECT_TRUE(test, eres_run_in_softirq(ERES_THIS_CPU,
						    enter_and_leave, NULL));
	KUNIT_EXPECT_TRUE(test, eres_run_in_hardirq(ERES_THIS_CPU,
						    enter_and_leave, NULL));
	for (i = 0; i < 2; i++) {
		eres_expect_next(test, reports, ERES_VERIFIER,
				 ERES_V_ENTER_IRQL, DISPATCH_LEVEL, 0, 0);
		eres_expect_next(test, reports, ERES_VERIFIER,
				 ERES_V_LEAVE_IRQL, DISPATCH_LEVEL, 0, 0);
	}
	eres_expect_region(test, eres_region_now(), true, false, PASSIVE_LEVEL);
	KeLeaveCriticalRegion();
	eres_expect_no_region(test);
	eres_expect_no_report(test, reports);
}

/* What most drivers do: one region, several ways out of the routine. */
static bool change_under(PERESOURCE first, PERESOURCE second)
{
	bool done = false;

	KeEnterCriticalRegion();
	if (!ExAcquireResourceExclusiveLite(first, FALSE))
		goto leave;
	if (!ExAcquireResourceSharedLite(second, FALSE))
		goto release_first;
	done = true;
	ExReleaseResourceLite(second);
release_first:
	ExReleaseResourceLite(first);
leave:
	KeLeaveCriticalRegion();
	return done;
}

static void early_exit_leaves_region(struct kunit *test)
{
	struct eres_stage *stage = stage_of(test);
	struct eres_actor *other = eres_stage_actor(test, "other");
	PERESOURCE res = stage->res;
	ERESOURCE inner;

	KUNIT_ASSERT_EQ(test, ExInitializeResourceLite(&inner), STATUS_SUCCESS);
	KUNIT_EXPECT_TRUE(test, change_under(res, &inner));
	eres_expect_no_region(test);

	eres_take(other, ERES_EXCLUSIVE, &inner);
	KUNIT_EXPECT_FALSE(test, change_under(res, &inner));
	eres_expect_no_region(test);
	ERES_EXPECT(test, res, 0, 0, OWNS_NOTHING(ERES_SELF));
	eres_drop(other, &inner, 1);

	eres_take(other, ERES_SHARED, res);
	KUNIT_EXPECT_FALSE(test, change_under(res, &inner));
	eres_expect_no_region(test);
	eres_drop(other, res, 1);

	eres_expect_free(test, res);
	eres_expect_free(test, &inner);
	KUNIT_EXPECT_EQ(test, ExDeleteResourceLite(&inner), STATUS_SUCCESS);
}

/* Two locks, each with a region of its own, released in the wrong order. */
static void regions_of_two_locks_interleave(struct kunit *test)
{
	struct eres_stage *stage = stage_of(test);
	PERESOURCE res = stage->res;
	ERESOURCE second;

	KUNIT_ASSERT_EQ(test, ExInitializeResourceLite(&second), STATUS_SUCCESS);
	ExEnterCriticalRegionAndAcquireResourceExclusive(res);
	ExEnterCriticalRegionAndAcquireResourceExclusive(&second);
	ExReleaseResourceAndLeaveCriticalRegion(res);
	eres_expect_region(test, eres_region_now(), true, false, PASSIVE_LEVEL);
	ERES_EXPECT(test, res, 0, 0, OWNS_NOTHING(ERES_SELF));
	ERES_EXPECT(test, &second, 0, 0, OWNS_EXCLUSIVE(ERES_SELF, 1));
	ExReleaseResourceAndLeaveCriticalRegion(&second);
	eres_expect_no_region(test);
	eres_expect_free(test, res);
	eres_expect_free(test, &second);
	KUNIT_EXPECT_EQ(test, ExDeleteResourceLite(&second), STATUS_SUCCESS);
	eres_expect_no_report(test, &stage->reports);
}

/* Task structures are used again: nothing may be inherited through them. */
static void new_thread_starts_outside_regions(struct kunit *test)
{
	struct eres_reports *reports = &stage_of(test)->reports;
	struct eres_actor *actor;
	int i;

	for (i = 0; i < 16; i++) {
		actor = eres_actor_start(test, "reused");
		KUNIT_EXPECT_EQ(test,
				eres_actor_do(actor, ask_apcs_disabled, NULL), 0);
		eres_actor_do(actor, enter_once, NULL);
		eres_actor_join(actor);
		eres_expect_report(test, reports,
				   ERES_KERNEL_APC_PENDING_DURING_EXIT, 0,
				   0x0000ffff, PASSIVE_LEVEL, 0);
	}
}

#define MANY_THREADS 200

/* More threads than the table of records has room for without collisions. */
static void regions_of_many_threads_do_not_mix(struct kunit *test)
{
	struct eres_actor **actors;
	int i, level, wrong = 0;

	actors = kunit_kcalloc(test, MANY_THREADS, sizeof(*actors), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, actors);
	for (i = 0; i < MANY_THREADS; i++)
		actors[i] = eres_actor_start(test, "many");

	/* Thread i enters i % 4 times, in turns with all others. */
	for (level = 1; level < 4; level++)
		for (i = 0; i < MANY_THREADS; i++)
			if (i % 4 >= level)
				eres_actor_do(actors[i], enter_once, NULL);
	for (level = 3; level >= 0; level--) {
		for (i = 0; i < MANY_THREADS; i++) {
			wrong += eres_actor_do(actors[i], ask_apcs_disabled,
					       NULL) != (min(i % 4, level) > 0);
			if (level && i % 4 >= level)
				eres_actor_do(actors[i], leave_once, NULL);
		}
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);
	eres_expect_no_region(test);
	eres_expect_no_report(test, &stage_of(test)->reports);
}

static struct kunit_case critical_region_cases[] = {
	KUNIT_CASE(region_disables_normal_apcs_only),
	KUNIT_CASE(only_outermost_leave_ends_region),
	KUNIT_CASE(region_is_of_one_thread),
	KUNIT_CASE(thread_may_sleep_in_region),
	KUNIT_CASE(file_system_spelling_is_the_same_counter),
	KUNIT_CASE(apc_level_is_no_critical_region),
	KUNIT_CASE(region_and_irql_may_overlap),
	KUNIT_CASE(unmatched_leave_makes_counter_positive),
	KUNIT_CASE(positive_counter_counts),
	KUNIT_CASE(enter_at_dispatch_level_is_reported_and_counts),
	KUNIT_CASE(leave_at_dispatch_level_is_reported_and_counts),
	KUNIT_CASE(early_exit_leaves_region),
	KUNIT_CASE(regions_of_two_locks_interleave),
	KUNIT_CASE(region_calls_in_interrupt_are_reported_and_harmless),
	KUNIT_CASE(regions_of_many_threads_do_not_mix),
	KUNIT_CASE(new_thread_starts_outside_regions),
	{}
};

static struct kunit_suite critical_region_suite = {
	.name = "eresource_critical_region",
	.init = eres_stage_init,
	.test_cases = critical_region_cases,
};

kunit_test_suite(critical_region_suite);
