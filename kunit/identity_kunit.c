// SPDX-License-Identifier: GPL-2.0-only
/*
 * Record and thread agree, whatever the thread does: exec, renaming, exit. What
 * happens is described and checked in user/identity.c; a case here runs the one
 * of the same name there.
 */
#include <eresource.h>

#include "parameters.h"
#include "reports.h"
#include "userproc.h"

static void run_silent(struct kunit *test, const char *name)
{
	eres_userproc_run(test, name);
	eres_expect_no_report(test, test->priv);
}

static void renamed_thread_is_shown_by_its_name(struct kunit *test)
{
	run_silent(test, "renamed_thread_is_shown_by_its_name");
}

static void exec_by_other_thread_changes_the_name(struct kunit *test)
{
	run_silent(test, "exec_by_other_thread_changes_the_name");
}

static void thread_is_shown_while_its_files_are_closed(struct kunit *test)
{
	run_silent(test, "thread_is_shown_while_its_files_are_closed");
}

/* The one report, of which some parameters are the program's. */
static void run_reported(struct kunit *test, const char *name,
			 struct eres_report *report)
{
	struct eres_reports *reports = test->priv;

	eres_userproc_run(test, name);
	KUNIT_EXPECT_EQ(test, eres_reports_count(reports), 1);
	if (!eres_reports_last(reports, report))
		memset(report, 0, sizeof(*report));
	eres_reports_forget(reports);
}

static void region_is_noticed_after_exec_by_other_thread(struct kunit *test)
{
	struct eres_report report;

	eres_parameter_set(test, "region_watch", "1");
	run_reported(test, "region_is_noticed_after_exec_by_other_thread",
		     &report);
	KUNIT_EXPECT_EQ(test, report.code, ERES_APC_INDEX_MISMATCH);
	KUNIT_EXPECT_EQ(test, report.param[1], 0);
	KUNIT_EXPECT_EQ(test, report.param[2], 0xffff);
	KUNIT_EXPECT_EQ(test, report.param[3], 0);
}

static void dead_owner_has_the_name_it_died_under(struct kunit *test)
{
	struct eres_reports *reports = test->priv;
	struct eres_report report;

	run_reported(test, "dead_owner_has_the_name_it_died_under", &report);
	KUNIT_EXPECT_EQ(test, report.code, ERES_VERIFIER);
	KUNIT_EXPECT_EQ(test, report.param[0], ERES_V_EXIT_OWNING);
	KUNIT_EXPECT_EQ(test, report.param[3], 0);
	ExReleaseResourceForThreadLite((PERESOURCE)report.param[2],
				       report.param[1]);
	KUNIT_EXPECT_EQ(test, eres_reports_count(reports), 2);
	eres_reports_forget(reports);
}

static struct kunit_case identity_cases[] = {
	KUNIT_CASE(renamed_thread_is_shown_by_its_name),
	KUNIT_CASE(exec_by_other_thread_changes_the_name),
	KUNIT_CASE(dead_owner_has_the_name_it_died_under),
	KUNIT_CASE(thread_is_shown_while_its_files_are_closed),
	/* Last: system calls are looked at for some seconds more. */
	KUNIT_CASE(region_is_noticed_after_exec_by_other_thread),
	{}
};

static struct kunit_suite identity_suite = {
	.name = "eresource_identity",
	.init = eres_userproc_suite_init,
	.test_cases = identity_cases,
};

kunit_test_suite(identity_suite);
