// SPDX-License-Identifier: GPL-2.0-only
/*
 * Windows and Linux headers go together in any order: that the files compile
 * is the better part of it; what they compile to is run here. So is what drivers
 * find beside the locks.
 */
#include <kunit/test.h>

#include "headers.h"

static void windows_headers_go_before_linux_headers(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, eres_headers_windows_first(), 0);
}

static void windows_headers_go_after_linux_headers(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, eres_headers_linux_first(), 0);
}

static void filter_header_suffices(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, eres_headers_filter(), 0);
}

static void lists_are_as_on_windows(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, eres_wdk_lists(), 0);
}

static void interlocked_operations_are_as_on_windows(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, eres_wdk_interlocked(), 0);
}

static void memory_routines_are_as_on_windows(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, eres_wdk_memory(), 0);
}

static void counted_strings_are_as_on_windows(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, eres_wdk_strings(), 0);
}

static void macros_have_the_values_of_windows(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, eres_wdk_values(), 0);
}

static struct kunit_case headers_cases[] = {
	KUNIT_CASE(windows_headers_go_before_linux_headers),
	KUNIT_CASE(windows_headers_go_after_linux_headers),
	KUNIT_CASE(filter_header_suffices),
	KUNIT_CASE(lists_are_as_on_windows),
	KUNIT_CASE(interlocked_operations_are_as_on_windows),
	KUNIT_CASE(memory_routines_are_as_on_windows),
	KUNIT_CASE(counted_strings_are_as_on_windows),
	KUNIT_CASE(macros_have_the_values_of_windows),
	{}
};

static struct kunit_suite headers_suite = {
	.name = "eresource_headers",
	.test_cases = headers_cases,
};

kunit_test_suite(headers_suite);
