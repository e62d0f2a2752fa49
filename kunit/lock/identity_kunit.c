// SPDX-License-Identifier: GPL-2.0-only
/*
 * Record and thread agree, whatever the thread does: exec, renaming, exit. What
 * happens is described and checked in user/identity.c; a case here runs the one
 * of the same name there.
 */
#include <eresource.h>

#include "actor.h"
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
	eres_expect_report(test, reports, ERES_INVALID_RELEASE, report.param[2],
			   ExGetCurrentResourceThread(), report.param[1], 0);
}

/* "owned by thread ID, eres-PID[PID], ...", and "the stack of an owner ID:" */
static void expect_living_owner(struct kunit *test, const char *text)
{
	static const char by[] = "owned by thread ";
	const char *owned = strstr(text, by);
	const char *other, *next;
	int named = -1, pid = -2, found;
	char id[20], stack[48];

	KUNIT_ASSERT_NOT_NULL(test, owned);
	owned += strlen(by);
	found = sscanf(owned, "%19s eres-%d[%d]", id, &named, &pid);
	KUNIT_ASSERT_EQ(test, found, 3);
	KUNIT_EXPECT_EQ(test, named, pid);
	id[strcspn(id, ",")] = '\0';
	snprintf(stack, sizeof(stack), "the stack of an owner %s:\n", id);
	KUNIT_EXPECT_NOT_NULL(test, strstr(text, stack));
	/* It is the only one, up to the next report. */
	other = strstr(owned, "owned by");
	next = strstr(owned, " goes on waiting\n");
	KUNIT_EXPECT_TRUE(test, !other || (next && next < other));
}

static void hang_names_owner_after_exec_by_other_thread(struct kunit *test)
{
	struct eres_reports *reports = test->priv;

	eres_parameter_set(test, "wait_warn", "1");
	eres_reports_capture_text(test, reports);
	eres_userproc_run(test, "hang_names_owner_after_exec_by_other_thread");
	/* What the second says depends on who comes first, it or the release. */
	KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_reports_count(reports) >= 2));
	KUNIT_EXPECT_EQ(test, reports->seen[0].code, ERES_RESOURCE_TIMEOUT);
	expect_living_owner(test, reports->text);
	eres_reports_forget(reports);
}

static struct kunit_case identity_cases[] = {
	KUNIT_CASE(renamed_thread_is_shown_by_its_name),
	KUNIT_CASE(exec_by_other_thread_changes_the_name),
	KUNIT_CASE(dead_owner_has_the_name_it_died_under),
	KUNIT_CASE(thread_is_shown_while_its_files_are_closed),
	KUNIT_CASE(hang_names_owner_after_exec_by_other_thread),
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
