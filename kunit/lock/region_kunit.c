// SPDX-License-Identifier: GPL-2.0-only
/* What is true of critical and of guarded regions alike: counter, queries, misuse. */
#include <linux/delay.h>

#include "region.h"
#include "softirq.h"
#include "state.h"

/**
 * struct eres_region_kind - one of them
 * @name: that
 * @enter: its routine
 * @leave: its routine
 * @all: all APCs are disabled in it, not only normal ones
 */
struct eres_region_kind {
	const char *name;
	void (*enter)(void);
	void (*leave)(void);
	bool all;
};

static const struct eres_region_kind region_kinds[] = {
	{ "critical", KeEnterCriticalRegion, KeLeaveCriticalRegion, false },
	{ "guarded", KeEnterGuardedRegion, KeLeaveGuardedRegion, true },
};

KUNIT_ARRAY_PARAM_DESC(region_kinds, region_kinds, name);

static struct eres_reports *reports_of(struct kunit *test)
{
	struct eres_stage *stage = test->priv;

	return &stage->reports;
}

/* The calling thread is in a region of that kind, and no more. */
#define eres_expect_inside(test, kind)					\
	eres_expect_region(test, eres_region_now(), true, (kind)->all, PASSIVE_LEVEL)

static void region_disables_its_apcs(struct kunit *test)
{
	const struct eres_region_kind *kind = test->param_value;

	eres_expect_no_region(test);
	kind->enter();
	eres_expect_inside(test, kind);
	kind->leave();
	eres_expect_no_region(test);
}

static void only_outermost_leave_ends_region(struct kunit *test)
{
	const struct eres_region_kind *kind = test->param_value;
	const int depth = 1000;
	int i;

	for (i = 0; i < depth; i++)
		kind->enter();
	for (i = 0; i < depth; i++) {
		eres_expect_inside(test, kind);
		kind->leave();
	}
	eres_expect_no_region(test);
	eres_expect_no_report(test, reports_of(test));
}

static unsigned long enter_step(void *param)
{
	const struct eres_region_kind *kind = param;

	kind->enter();
	return kind->all ? KeAreAllApcsDisabled() : KeAreApcsDisabled();
}

static unsigned long leave_step(void *param)
{
	const struct eres_region_kind *kind = param;

	kind->leave();
	return KeAreApcsDisabled();
}

static void region_is_of_one_thread(struct kunit *test)
{
	const struct eres_region_kind *kind = test->param_value;
	struct eres_actor *other = eres_stage_actor(test, "other");

	KUNIT_EXPECT_EQ(test, eres_actor_do(other, enter_step, (void *)kind), 1);
	eres_expect_no_region(test);

	kind->enter();
	KUNIT_EXPECT_EQ(test, eres_actor_do(other, leave_step, (void *)kind), 0);
	eres_expect_inside(test, kind);
	kind->leave();
	eres_expect_no_region(test);
}

static void thread_may_sleep_in_region(struct kunit *test)
{
	const struct eres_region_kind *kind = test->param_value;

	kind->enter();
	might_sleep();
	usleep_range(100, 200);
	eres_expect_inside(test, kind);
	kind->leave();
	eres_expect_no_region(test);
}

/* The next enter balances, and what follows is normal again. */
static void unmatched_leave_makes_counter_positive(struct kunit *test)
{
	const struct eres_region_kind *kind = test->param_value;

	kind->enter();
	kind->leave();
	eres_expect_no_report(test, reports_of(test));

	kind->leave();
	eres_expect_report(test, reports_of(test), ERES_VERIFIER,
			   ERES_V_LEAVE_WITHOUT_ENTER, 0, 0, 0);
	eres_expect_inside(test, kind);

	kind->enter();
	eres_expect_no_region(test);
	kind->enter();
	eres_expect_inside(test, kind);
	kind->leave();
	eres_expect_no_region(test);
	eres_expect_no_report(test, reports_of(test));
}

static void positive_counter_counts(struct kunit *test)
{
	const struct eres_region_kind *kind = test->param_value;
	int i;

	for (i = 0; i < 3; i++) {
		kind->leave();
		eres_expect_report(test, reports_of(test), ERES_VERIFIER,
				   ERES_V_LEAVE_WITHOUT_ENTER, 0, 0, 0);
	}
	for (i = 0; i < 3; i++) {
		eres_expect_inside(test, kind);
		kind->enter();
	}
	eres_expect_no_region(test);
	eres_expect_no_report(test, reports_of(test));
}

static void enter_at_dispatch_level_is_reported_and_counts(struct kunit *test)
{
	const struct eres_region_kind *kind = test->param_value;
	struct eres_region inside;
	KIRQL irql;

	KeRaiseIrql(APC_LEVEL, &irql);
	kind->enter();
	kind->leave();
	KeLowerIrql(irql);
	eres_expect_no_report(test, reports_of(test));

	irql = KeRaiseIrqlToDpcLevel();
	kind->enter();
	inside = eres_region_now();
	KeLowerIrql(irql);
	eres_expect_report(test, reports_of(test), ERES_VERIFIER, ERES_V_ENTER_IRQL,
			   DISPATCH_LEVEL, 0, 0);
	eres_expect_region(test, inside, true, true, DISPATCH_LEVEL);
	eres_expect_inside(test, kind);
	kind->leave();
	eres_expect_no_region(test);
	eres_expect_no_report(test, reports_of(test));
}

static void leave_at_dispatch_level_is_reported_and_counts(struct kunit *test)
{
	const struct eres_region_kind *kind = test->param_value;
	struct eres_region left;
	KIRQL irql;

	kind->enter();
	irql = KeRaiseIrqlToDpcLevel();
	kind->leave();
	left = eres_region_now();
	KeLowerIrql(irql);
	eres_expect_report(test, reports_of(test), ERES_VERIFIER, ERES_V_LEAVE_IRQL,
			   DISPATCH_LEVEL, 0, 0);
	eres_expect_region(test, left, false, true, DISPATCH_LEVEL);
	eres_expect_no_region(test);
	eres_expect_no_report(test, reports_of(test));
}

static void enter_and_leave(void *param)
{
	enter_step(param);
	leave_step(param);
}

/* The counters are those of the thread that happens to be interrupted. */
static void calls_in_interrupt_are_reported_and_harmless(struct kunit *test)
{
	const struct eres_region_kind *kind = test->param_value;
	int i;

	kind->enter();
	KUNIT_EXPECT_TRUE(test, eres_run_in_softirq(ERES_THIS_CPU, enter_and_leave,
						    (void *)kind));
	KUNIT_EXPECT_TRUE(test, eres_run_in_hardirq(ERES_THIS_CPU, enter_and_leave,
						    (void *)kind));
	for (i = 0; i < 2; i++) {
		eres_expect_next(test, reports_of(test), ERES_VERIFIER,
				 ERES_V_ENTER_IRQL, DISPATCH_LEVEL, 0, 0);
		eres_expect_next(test, reports_of(test), ERES_VERIFIER,
				 ERES_V_LEAVE_IRQL, DISPATCH_LEVEL, 0, 0);
	}
	eres_expect_inside(test, kind);
	kind->leave();
	eres_expect_no_region(test);
	eres_expect_no_report(test, reports_of(test));
}

static struct kunit_case region_cases[] = {
	KUNIT_CASE_PARAM(region_disables_its_apcs, region_kinds_gen_params),
	KUNIT_CASE_PARAM(only_outermost_leave_ends_region, region_kinds_gen_params),
	KUNIT_CASE_PARAM(region_is_of_one_thread, region_kinds_gen_params),
	KUNIT_CASE_PARAM(thread_may_sleep_in_region, region_kinds_gen_params),
	KUNIT_CASE_PARAM(unmatched_leave_makes_counter_positive, region_kinds_gen_params),
	KUNIT_CASE_PARAM(positive_counter_counts, region_kinds_gen_params),
	KUNIT_CASE_PARAM(enter_at_dispatch_level_is_reported_and_counts,
			 region_kinds_gen_params),
	KUNIT_CASE_PARAM(leave_at_dispatch_level_is_reported_and_counts,
			 region_kinds_gen_params),
	KUNIT_CASE_PARAM(calls_in_interrupt_are_reported_and_harmless,
			 region_kinds_gen_params),
	{}
};

static struct kunit_suite region_suite = {
	.name = "eresource_region",
	.init = eres_stage_init,
	.test_cases = region_cases,
};

kunit_test_suite(region_suite);
