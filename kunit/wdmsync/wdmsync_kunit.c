// SPDX-License-Identifier: GPL-2.0-only
/* What drivers find in the second module. */
#include <kunit/test.h>
#include <linux/module.h>

#include "wdmsync.h"

static void formats_are_those_of_windows(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, eres_wdk_formats(), 0);
}

static void text_ends_where_there_is_no_room(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, eres_wdk_room(), 0);
}

static void arithmetic_tells_of_overflow(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, eres_wdk_arithmetic(), 0);
}

static void pool_is_aligned_and_zeroed_as_asked(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, eres_wdk_pool(), 0);
}

static void printing_succeeds(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, eres_wdk_prints(), 0);
}

static void locks_are_for_drivers(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, eres_wdk_locks(), 0);
}

static struct kunit_case wdmsync_cases[] = {
	KUNIT_CASE(formats_are_those_of_windows),
	KUNIT_CASE(text_ends_where_there_is_no_room),
	KUNIT_CASE(arithmetic_tells_of_overflow),
	KUNIT_CASE(pool_is_aligned_and_zeroed_as_asked),
	KUNIT_CASE(printing_succeeds),
	KUNIT_CASE(locks_are_for_drivers),
	{}
};

static struct kunit_suite wdmsync_suite = {
	.name = "eresource_wdk",
	.test_cases = wdmsync_cases,
};

kunit_test_suite(wdmsync_suite);

MODULE_DESCRIPTION("KUnit tests of wdmsync");
MODULE_LICENSE("GPL");
