// SPDX-License-Identifier: GPL-2.0-only
/*
 * Windows and Linux headers go together in any order: that the files compile
 * is the better part of it; what they compile to is run here.
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

static struct kunit_case headers_cases[] = {
	KUNIT_CASE(windows_headers_go_before_linux_headers),
	KUNIT_CASE(windows_headers_go_after_linux_headers),
	KUNIT_CASE(filter_header_suffices),
	{}
};

static struct kunit_suite headers_suite = {
	.name = "eresource_headers",
	.test_cases = headers_cases,
};

kunit_test_suite(headers_suite);
