// SPDX-License-Identifier: GPL-2.0-only
/* Counted strings: wdm_string_driver.c uses them. */
#include <kunit/test.h>

#include "wdm_string_driver.h"

#define STRING_CASE(name)						\
static void name(struct kunit *test)					\
{									\
	KUNIT_EXPECT_EQ(test, eres_string_##name(), 0);			\
}

STRING_CASE(copies)
STRING_CASE(compares)
STRING_CASE(cases)
STRING_CASE(duplicates)
STRING_CASE(numbers)
STRING_CASE(utf8)
STRING_CASE(bytes)

static struct kunit_case string_cases[] = {
	KUNIT_CASE(copies),
	KUNIT_CASE(compares),
	KUNIT_CASE(cases),
	KUNIT_CASE(duplicates),
	KUNIT_CASE(numbers),
	KUNIT_CASE(utf8),
	KUNIT_CASE(bytes),
	{}
};

static struct kunit_suite string_suite = {
	.name = "eresource_wdm_string",
	.test_cases = string_cases,
};

kunit_test_suite(string_suite);
