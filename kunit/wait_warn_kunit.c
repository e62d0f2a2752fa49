// SPDX-License-Identifier: GPL-2.0-only
/* Waits that last: reported once each, with the wait going on. */
#include "parameters.h"
#include "state.h"

static void short_waits_are_silent(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *waiter = eres_stage_actor(test, "waiter");
	enum eres_routine routine;

	eres_parameter_set(test, "wait_warn", "10");
	for (routine = ERES_EXCLUSIVE; routine <= ERES_WAIT_FOR; routine++) {
		eres_take(ERES_SELF, ERES_EXCLUSIVE, stage->res);
		eres_ask(waiter, routine, stage->res);
		KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_actor_blocked(waiter)));
		eres_drop(ERES_SELF, stage->res, 1);
		KUNIT_EXPECT_TRUE(test, eres_granted(waiter));
		eres_drop(waiter, stage->res, 1);
	}
	eres_expect_no_report(test, &stage->reports);
}

/* Is this @waiter's, after so many seconds? */
static void expect_timeout(struct kunit *test, struct eres_actor *waiter,
			   unsigned long contention)
{
	struct eres_stage *stage = test->priv;
	struct eres_report last = {};

	KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_reports_count(&stage->reports) >
					  stage->reports.checked));
	eres_reports_last(&stage->reports, &last);
	KUNIT_EXPECT_GE(test, last.param[3], 1);
	KUNIT_EXPECT_LE(test, last.param[3], ERES_DEADLINE_SECONDS);
	eres_expect_report(test, &stage->reports, ERES_RESOURCE_TIMEOUT,
			   stage->res, eres_actor_id(waiter), contention,
			   last.param[3]);
}

/* The second waiter's report says that the work item has come round again. */
static void long_wait_is_reported_once_and_goes_on(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *first = eres_stage_actor(test, "first");
	struct eres_actor *second = eres_stage_actor(test, "second");

	eres_parameter_set(test, "wait_warn", "1");
	eres_take(ERES_SELF, ERES_EXCLUSIVE, stage->res);
	eres_ask(first, ERES_EXCLUSIVE, stage->res);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_actor_blocked(first)));
	expect_timeout(test, first, 1);
	eres_ask(second, ERES_SHARED, stage->res);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_actor_blocked(second)));
	expect_timeout(test, second, 2);
	ERES_EXPECT(test, stage->res, 1, 1, OWNS_EXCLUSIVE(ERES_SELF, 1),
		    WAITS(first), WAITS(second));

	eres_drop(ERES_SELF, stage->res, 1);
	KUNIT_EXPECT_TRUE(test, eres_granted(second));
	eres_drop(second, stage->res, 1);
	KUNIT_EXPECT_TRUE(test, eres_granted(first));
	eres_drop(first, stage->res, 1);
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

/* No wait is looked at; then one is, of the same length. */
static void zero_means_never(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *first = eres_stage_actor(test, "first");
	struct eres_actor *second = eres_stage_actor(test, "second");

	eres_parameter_set(test, "wait_warn", "0");
	eres_take(ERES_SELF, ERES_EXCLUSIVE, stage->res);
	eres_ask(first, ERES_SHARED, stage->res);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_actor_blocked(first)));
	msleep(2500);
	eres_expect_no_report(test, &stage->reports);

	eres_parameter_write("wait_warn", "2");
	eres_ask(second, ERES_SHARED, stage->res);
	expect_timeout(test, first, 2);
	expect_timeout(test, second, 2);
	eres_drop(ERES_SELF, stage->res, 1);
	KUNIT_EXPECT_TRUE(test, eres_granted(first));
	KUNIT_EXPECT_TRUE(test, eres_granted(second));
	eres_drop(first, stage->res, 1);
	eres_drop(second, stage->res, 1);
	eres_expect_free(test, stage->res);
}

static struct kunit_case wait_warn_cases[] = {
	KUNIT_CASE(short_waits_are_silent),
	KUNIT_CASE(long_wait_is_reported_once_and_goes_on),
	KUNIT_CASE(zero_means_never),
	{}
};

static struct kunit_suite wait_warn_suite = {
	.name = "eresource_wait_warn",
	.init = eres_stage_init,
	.test_cases = wait_warn_cases,
};

kunit_test_suite(wait_warn_suite);
