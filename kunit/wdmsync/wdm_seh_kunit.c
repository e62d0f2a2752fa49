// SPDX-License-Identifier: GPL-2.0-only
/* Structured exceptions: wdk/exceptions.h, in the blocks of wdm_seh_driver.c. */
#include <kunit/test.h>

#include "wdm_reports.h"
#include "wdm_seh_driver.h"

/* Where it was left, and how often: the address is one of the driver's code. */
static void expect_left(struct kunit *test, unsigned int reports)
{
	wdm_expect_all(test, reports, "__finally", 0x1E, 0xC0000029UL);
}

static void handler_is_run_after_the_body(struct kunit *test)
{
	KUNIT_EXPECT_STREQ(test, eres_seh_finally(SEH_FALLS), "befnbefnl");
	KUNIT_EXPECT_STREQ(test, eres_seh_finally(SEH_LEAVES), "bfnbfnl");
	wdm_expect_silence(test);
}

/* Each goes where it wanted to go, without its handler, and that is said. */
static void other_ways_out_are_reported(struct kunit *test)
{
	KUNIT_EXPECT_STREQ(test, eres_seh_finally(SEH_RETURNS), "b");
	expect_left(test, 1);
	KUNIT_EXPECT_STREQ(test, eres_seh_finally(SEH_GOES), "bo");
	expect_left(test, 1);
	KUNIT_EXPECT_STREQ(test, eres_seh_finally(SEH_BREAKS), "bl");
	expect_left(test, 1);
	KUNIT_EXPECT_STREQ(test, eres_seh_finally(SEH_CONTINUES), "bbl");
	expect_left(test, 2);
}

static void any_way_out_of_a_block_with_except_is_right(struct kunit *test)
{
	KUNIT_EXPECT_STREQ(test, eres_seh_except(SEH_FALLS), "benbenl");
	KUNIT_EXPECT_STREQ(test, eres_seh_except(SEH_LEAVES), "bnbnl");
	KUNIT_EXPECT_STREQ(test, eres_seh_except(SEH_RETURNS), "bp");
	KUNIT_EXPECT_STREQ(test, eres_seh_except(SEH_GOES), "bo");
	KUNIT_EXPECT_STREQ(test, eres_seh_except(SEH_BREAKS), "bl");
	KUNIT_EXPECT_STREQ(test, eres_seh_except(SEH_CONTINUES), "bbl");
	wdm_expect_silence(test);
}

static void leave_is_the_innermost_body_s(struct kunit *test)
{
	KUNIT_EXPECT_STREQ(test, eres_seh_nested(), "12345678");
	KUNIT_EXPECT_STREQ(test, eres_seh_inner_loop(), "02f02f");
	wdm_expect_silence(test);
}

static void label_at_the_end_of_the_body(struct kunit *test)
{
	KUNIT_EXPECT_STREQ(test, eres_seh_try_exit(), "tfs");
	wdm_expect_silence(test);
}

static void reactos_spelling_has_an_end(struct kunit *test)
{
	KUNIT_EXPECT_STREQ(test, eres_seh_reactos(SEH_FALLS), "befnl");
	KUNIT_EXPECT_STREQ(test, eres_seh_reactos(SEH_LEAVES), "bfnl");
	KUNIT_EXPECT_STREQ(test, eres_seh_one_statement(1), "bfl");
	KUNIT_EXPECT_STREQ(test, eres_seh_one_statement(0), "el");
	wdm_expect_silence(test);
	KUNIT_EXPECT_STREQ(test, eres_seh_reactos(SEH_RETURNS), "b");
	expect_left(test, 1);
}

static void statuses_are_normalized(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, eres_seh_statuses(), 0);
}

static struct kunit_case seh_cases[] = {
	KUNIT_CASE(handler_is_run_after_the_body),
	KUNIT_CASE(other_ways_out_are_reported),
	KUNIT_CASE(any_way_out_of_a_block_with_except_is_right),
	KUNIT_CASE(leave_is_the_innermost_body_s),
	KUNIT_CASE(label_at_the_end_of_the_body),
	KUNIT_CASE(reactos_spelling_has_an_end),
	KUNIT_CASE(statuses_are_normalized),
	{}
};

static struct kunit_suite seh_suite = {
	.name = "eresource_wdm_seh",
	.init = wdm_reports_init,
	.test_cases = seh_cases,
};

kunit_test_suite(seh_suite);
