// SPDX-License-Identifier: GPL-2.0-only
/*
 * What user threads own when they return to user mode, or have exited: nothing that
 * lockdep minds. What they do is in user/keep.c; a case here runs the one of the
 * same name there.
 */
#include <linux/debug_locks.h>
#include <linux/slab.h>

#include "actor.h"
#include "parameters.h"
#include "reports.h"
#include "userproc.h"

static void expect_lockdep_works(struct kunit *test)
{
	if (IS_ENABLED(CONFIG_PROVE_LOCKING))
		KUNIT_EXPECT_TRUE(test, READ_ONCE(debug_locks));
}

/* The program makes @count of the verifier's reports, by these two rules. */
static void expect_apcs_enabled(struct kunit *test, unsigned int acquires,
				unsigned int releases)
{
	struct eres_reports *reports = test->priv;
	unsigned int i, acquired = 0, released = 0;

	for (i = 0; i < eres_reports_count(reports); i++) {
		const struct eres_report *report = &reports->seen[i];

		KUNIT_EXPECT_EQ(test, report->code, ERES_VERIFIER);
		acquired += report->param[0] == ERES_V_ACQUIRE_APCS_ENABLED;
		released += report->param[0] == ERES_V_RELEASE_APCS_ENABLED;
	}
	KUNIT_EXPECT_EQ(test, i, acquires + releases);
	KUNIT_EXPECT_EQ(test, acquired, acquires);
	KUNIT_EXPECT_EQ(test, released, releases);
	eres_reports_forget(reports);
}

static void ownership_outside_region_outlives_call(struct kunit *test)
{
	eres_userproc_run(test, "ownership_outside_region_outlives_call");
	expect_apcs_enabled(test, 3, 3);
	expect_lockdep_works(test);
}

static void ownership_in_region_outlives_call(struct kunit *test)
{
	eres_userproc_run(test, "ownership_in_region_outlives_call");
	eres_expect_no_report(test, test->priv);
	expect_lockdep_works(test);
}

static void ownership_in_region_outlives_close(struct kunit *test)
{
	eres_userproc_run(test, "ownership_in_region_outlives_close");
	eres_expect_no_report(test, test->priv);
	expect_lockdep_works(test);
}

static void ownership_outside_region_outlives_close(struct kunit *test)
{
	eres_userproc_run(test, "ownership_outside_region_outlives_close");
	expect_apcs_enabled(test, 2, 2);
	expect_lockdep_works(test);
}

/* What it owned is released for it, as by somebody who knows. */
static void expect_exit_owning(struct kunit *test)
{
	struct eres_reports *reports = test->priv;
	struct eres_report report = eres_reports_next(reports);

	eres_expect_next(test, reports, ERES_VERIFIER, ERES_V_EXIT_OWNING,
			 report.thread.id, report.param[2], 0);
	ExReleaseResourceForThreadLite((PERESOURCE)report.param[2],
				       report.param[1]);
}

/* Told when its memory goes: two that it owns, and the regions. */
static void ownership_outlives_thread(struct kunit *test)
{
	struct eres_reports *reports = test->priv;

	eres_userproc_run(test, "ownership_outlives_thread");
	KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_reports_count(reports) == 3));
	expect_exit_owning(test);
	expect_exit_owning(test);
	eres_expect_next(test, reports, ERES_KERNEL_APC_PENDING_DURING_EXIT,
			 0, 0xffffffff, PASSIVE_LEVEL, 0);
	KUNIT_EXPECT_EQ(test, eres_reports_next(reports).code, ERES_INVALID_RELEASE);
	reports->checked++;
	KUNIT_EXPECT_EQ(test, eres_reports_next(reports).code, ERES_INVALID_RELEASE);
	reports->checked++;
	eres_expect_no_report(test, reports);
	expect_lockdep_works(test);
}

static struct kunit_case lockdep_user_cases[] = {
	KUNIT_CASE(ownership_outside_region_outlives_call),
	KUNIT_CASE(ownership_in_region_outlives_call),
	KUNIT_CASE(ownership_in_region_outlives_close),
	KUNIT_CASE(ownership_outside_region_outlives_close),
	KUNIT_CASE(ownership_outlives_thread),
	{}
};

static struct kunit_suite lockdep_user_suite = {
	.name = "eresource_lockdep_user",
	.init = eres_userproc_suite_init,
	.test_cases = lockdep_user_cases,
};

kunit_test_suite(lockdep_user_suite);
