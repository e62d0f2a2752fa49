// SPDX-License-Identifier: GPL-2.0-only
/* Critical regions: beside IRQL, around locks, and of many threads. */
#include <linux/minmax.h>

#include "region.h"
#include "state.h"

static struct eres_stage *stage_of(struct kunit *test)
{
	return test->priv;
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
	KUNIT_CASE(file_system_spelling_is_the_same_counter),
	KUNIT_CASE(apc_level_is_no_critical_region),
	KUNIT_CASE(region_and_irql_may_overlap),
	KUNIT_CASE(early_exit_leaves_region),
	KUNIT_CASE(regions_of_two_locks_interleave),
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
