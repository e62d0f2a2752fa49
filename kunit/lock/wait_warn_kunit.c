// SPDX-License-Identifier: GPL-2.0-only
/* Waits that last: one report for each resource, with the waits going on. */
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

/*
 * The next report, which is of @res and of @waiter, who has waited longest; the
 * seconds that it tells.
 */
static unsigned long expect_hang(struct kunit *test, PERESOURCE res,
				 struct eres_actor *waiter,
				 unsigned long contention)
{
	struct eres_stage *stage = test->priv;
	struct eres_report last = {};

	KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_reports_count(&stage->reports) >
					  stage->reports.checked));
	eres_reports_last(&stage->reports, &last);
	KUNIT_EXPECT_GE(test, last.param[3], 1);
	KUNIT_EXPECT_LE(test, last.param[3], 2 * ERES_DEADLINE_SECONDS);
	eres_expect_report(test, &stage->reports, ERES_RESOURCE_TIMEOUT, res,
			   eres_actor_id(waiter), contention, last.param[3]);
	return last.param[3];
}

static void ask_and_wait(struct kunit *test, struct eres_actor *actor,
			 enum eres_routine routine, PERESOURCE res)
{
	eres_ask(actor, routine, res);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_actor_blocked(actor)));
}

/*
 * All but the first, who waits exclusively, come while nothing is looked at. The
 * reports are of the resource, not of its waiters, and tell of a wait that has
 * lasted twice as long each time.
 */
static void hang_is_one_report_however_many_wait(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *first = eres_stage_actor(test, "first");
	struct eres_actor *other[6];
	unsigned long seconds, next;
	int i;

	eres_parameter_set(test, "wait_warn", "0");
	eres_take(ERES_SELF, ERES_EXCLUSIVE, stage->res);
	ask_and_wait(test, first, ERES_EXCLUSIVE, stage->res);
	for (i = 0; i < ARRAY_SIZE(other); i++) {
		other[i] = eres_stage_actor(test, "other");
		if (i == ARRAY_SIZE(other) - 1)
			eres_parameter_write("wait_warn", "1");
		ask_and_wait(test, other[i], ERES_SHARED, stage->res);
	}
	seconds = expect_hang(test, stage->res, first, 7);
	for (i = 0; i < 2; i++) {
		next = expect_hang(test, stage->res, first, 7);
		KUNIT_EXPECT_GE(test, next, 2 * seconds);
		seconds = next;
	}

	eres_drop(ERES_SELF, stage->res, 1);
	for (i = 0; i < ARRAY_SIZE(other); i++) {
		KUNIT_EXPECT_TRUE(test, eres_granted(other[i]));
		eres_drop(other[i], stage->res, 1);
	}
	KUNIT_EXPECT_TRUE(test, eres_granted(first));
	eres_drop(first, stage->res, 1);
	eres_expect_free(test, stage->res);
}

/*
 * Each time that the owners have become others, and not only when the wait has
 * lasted twice as long: one of three is enough, for slow machines.
 */
static void other_owners_are_reported(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *writer = eres_stage_actor(test, "writer");
	struct eres_actor *other = eres_stage_actor(test, "other");
	unsigned long seconds, next;
	bool early = false;
	int i;

	eres_parameter_set(test, "wait_warn", "1");
	eres_take(ERES_SELF, ERES_SHARED, stage->res);
	ask_and_wait(test, writer, ERES_EXCLUSIVE, stage->res);
	seconds = expect_hang(test, stage->res, writer, 1);
	for (i = 0; i < 3; i++) {
		if (i % 2)
			eres_drop(other, stage->res, 1);
		else
			eres_take(other, ERES_STARVE, stage->res);
		next = expect_hang(test, stage->res, writer, 1);
		KUNIT_EXPECT_GT(test, next, seconds);
		early |= next < 2 * seconds;
		seconds = next;
	}
	KUNIT_EXPECT_TRUE(test, early);

	eres_drop(other, stage->res, 1);
	eres_drop(ERES_SELF, stage->res, 1);
	KUNIT_EXPECT_TRUE(test, eres_granted(writer));
	eres_drop(writer, stage->res, 1);
	eres_expect_free(test, stage->res);
}

/* The next hang of a resource is none that has been told of. */
static void next_hang_is_reported(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *waiter = eres_stage_actor(test, "waiter");
	unsigned long seconds, last = 0;
	int i;

	eres_parameter_set(test, "wait_warn", "1");
	for (i = 0; i < 2; i++) {
		eres_take(ERES_SELF, ERES_EXCLUSIVE, stage->res);
		ask_and_wait(test, waiter, ERES_SHARED, stage->res);
		seconds = expect_hang(test, stage->res, waiter, i + 1);
		/* It has begun anew. */
		KUNIT_EXPECT_TRUE(test, !last || seconds < 2 * last);
		last = expect_hang(test, stage->res, waiter, i + 1);
		KUNIT_EXPECT_GE(test, last, 2 * seconds);
		eres_drop(ERES_SELF, stage->res, 1);
		KUNIT_EXPECT_TRUE(test, eres_granted(waiter));
		eres_drop(waiter, stage->res, 1);
	}
	eres_expect_free(test, stage->res);
}

/* No wait is looked at; then one is, of the same length. */
static void zero_means_never(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *first = eres_stage_actor(test, "first");
	struct eres_actor *second = eres_stage_actor(test, "second");

	eres_parameter_set(test, "wait_warn", "0");
	eres_take(ERES_SELF, ERES_EXCLUSIVE, stage->res);
	ask_and_wait(test, first, ERES_SHARED, stage->res);
	msleep(2500);
	eres_expect_no_report(test, &stage->reports);

	eres_parameter_write("wait_warn", "2");
	eres_ask(second, ERES_SHARED, stage->res);
	expect_hang(test, stage->res, first, 2);
	ERES_EXPECT(test, stage->res, 0, 2, OWNS_EXCLUSIVE(ERES_SELF, 1),
		    WAITS(first), WAITS(second));
	eres_drop(ERES_SELF, stage->res, 1);
	KUNIT_EXPECT_TRUE(test, eres_granted(first));
	KUNIT_EXPECT_TRUE(test, eres_granted(second));
	eres_drop(first, stage->res, 1);
	eres_drop(second, stage->res, 1);
	eres_expect_free(test, stage->res);
}

static struct kunit_case wait_warn_cases[] = {
	KUNIT_CASE(short_waits_are_silent),
	KUNIT_CASE(hang_is_one_report_however_many_wait),
	KUNIT_CASE(other_owners_are_reported),
	KUNIT_CASE(next_hang_is_reported),
	KUNIT_CASE(zero_means_never),
	{}
};

static struct kunit_suite wait_warn_suite = {
	.name = "eresource_wait_warn",
	.init = eres_stage_init,
	.test_cases = wait_warn_cases,
};

kunit_test_suite(wait_warn_suite);
