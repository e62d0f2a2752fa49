// SPDX-License-Identifier: GPL-2.0-only
/* Guarded regions, and how they go together with critical ones and IRQL. */

#include "region.h"
#include "state.h"

static struct eres_stage *stage_of(struct kunit *test)
{
	return test->priv;
}

static void waiting_acquire_works_in_region(struct kunit *test)
{
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct eres_stage *stage = stage_of(test);
	PERESOURCE res = stage->res;

	eres_take(owner, ERES_SHARED, res);
	KeEnterGuardedRegion();
	KUNIT_EXPECT_FALSE(test, ExAcquireResourceExclusiveLite(res, FALSE));
	eres_drop(owner, res, 1);
	KUNIT_EXPECT_TRUE(test, ExAcquireResourceExclusiveLite(res, TRUE));
	ERES_EXPECT(test, res, 0, 0, OWNS_EXCLUSIVE(ERES_SELF, 1),
		    OWNS_NOTHING(owner));
	ExReleaseResourceLite(res);
	KeLeaveGuardedRegion();
	eres_expect_free(test, res);
	eres_expect_no_region(test);
	eres_expect_no_report(test, &stage->reports);
}

/* enter crit, enter guard, leave crit, leave guard: legal, contract 6.3 */
static void regions_overlap_critical_first(struct kunit *test)
{
	KeEnterCriticalRegion();
	eres_expect_region(test, eres_region_now(), true, false, PASSIVE_LEVEL);
	KeEnterGuardedRegion();
	eres_expect_region(test, eres_region_now(), true, true, PASSIVE_LEVEL);
	KeLeaveCriticalRegion();
	eres_expect_region(test, eres_region_now(), true, true, PASSIVE_LEVEL);
	KeLeaveGuardedRegion();
	eres_expect_no_region(test);
	eres_expect_no_report(test, &stage_of(test)->reports);
}

static void regions_overlap_guarded_first(struct kunit *test)
{
	KeEnterGuardedRegion();
	eres_expect_region(test, eres_region_now(), true, true, PASSIVE_LEVEL);
	KeEnterCriticalRegion();
	eres_expect_region(test, eres_region_now(), true, true, PASSIVE_LEVEL);
	KeLeaveGuardedRegion();
	eres_expect_region(test, eres_region_now(), true, false, PASSIVE_LEVEL);
	KeLeaveCriticalRegion();
	eres_expect_no_region(test);
	eres_expect_no_report(test, &stage_of(test)->reports);
}

/* Moves each counter to the wanted level, in either order. */
struct levels {
	int critical;
	int guarded;
};

static void move(int *now, int to, void (*enter)(void), void (*leave)(void))
{
	for (; *now < to; ++*now)
		enter();
	for (; *now > to; --*now)
		leave();
}

static void move_to(struct levels *now, int critical, int guarded,
		    bool critical_first)
{
	if (critical_first)
		move(&now->critical, critical, KeEnterCriticalRegion,
		     KeLeaveCriticalRegion);
	move(&now->guarded, guarded, KeEnterGuardedRegion,
	     KeLeaveGuardedRegion);
	move(&now->critical, critical, KeEnterCriticalRegion,
	     KeLeaveCriticalRegion);
}

/*
 * Every pair of counts from 0 to 2, at both sleeping levels, reached from every
 * other pair in both orders: the queries depend on where the thread is and
 * not on the way there.
 */
static void queries_tell_every_combination(struct kunit *test)
{
	struct levels now = {};
	struct eres_region seen;
	KIRQL irql, old;
	int from, to;

	for (irql = PASSIVE_LEVEL; irql <= APC_LEVEL; irql++) {
		for (from = 0; from < 9; from++) {
			for (to = 0; to < 18; to++) {
				int critical = to % 9 / 3, guarded = to % 3;

				move_to(&now, from / 3, from % 3, to & 1);
				KeRaiseIrql(irql, &old);
				move_to(&now, critical, guarded, to < 9);
				seen = eres_region_now();
				KeLowerIrql(old);
				eres_expect_region(test, seen,
						   critical || guarded,
						   guarded || irql, irql);
				eres_expect_region(test, eres_region_now(),
						   critical || guarded,
						   guarded, PASSIVE_LEVEL);
			}
		}
	}
	move_to(&now, 0, 0, true);
	eres_expect_no_region(test);
	eres_expect_no_report(test, &stage_of(test)->reports);
}

/* One counter can not make up for the other. */
static void counters_do_not_balance_each_other(struct kunit *test)
{
	struct eres_reports *reports = &stage_of(test)->reports;

	KeEnterGuardedRegion();
	KeLeaveCriticalRegion();
	eres_expect_report(test, reports, ERES_VERIFIER,
			   ERES_V_LEAVE_WITHOUT_ENTER, 0, 0, 0);
	eres_expect_region(test, eres_region_now(), true, true, PASSIVE_LEVEL);
	KeLeaveGuardedRegion();
	eres_expect_region(test, eres_region_now(), true, false, PASSIVE_LEVEL);
	KeEnterCriticalRegion();
	eres_expect_no_region(test);

	KeEnterCriticalRegion();
	KeLeaveGuardedRegion();
	eres_expect_report(test, reports, ERES_VERIFIER,
			   ERES_V_LEAVE_WITHOUT_ENTER, 0, 0, 0);
	KeLeaveCriticalRegion();
	eres_expect_region(test, eres_region_now(), true, true, PASSIVE_LEVEL);
	KeEnterGuardedRegion();
	eres_expect_no_region(test);
	eres_expect_no_report(test, reports);
}

static struct kunit_case guarded_region_cases[] = {
	KUNIT_CASE(waiting_acquire_works_in_region),
	KUNIT_CASE(regions_overlap_critical_first),
	KUNIT_CASE(regions_overlap_guarded_first),
	KUNIT_CASE(queries_tell_every_combination),
	KUNIT_CASE(counters_do_not_balance_each_other),
	{}
};

static struct kunit_suite guarded_region_suite = {
	.name = "eresource_guarded_region",
	.init = eres_stage_init,
	.test_cases = guarded_region_cases,
};

kunit_test_suite(guarded_region_suite);
