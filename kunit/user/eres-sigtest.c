// SPDX-License-Identifier: GPL-2.0-only
/*
 * eres-sigtest CASE: what signals do to user threads in regions, seen from
 * user space, what is told of threads that change, and what outlives calls. Run
 * by the KUnit suites that have user processes (userproc.h), which get a verdict
 * by exit status and the reasons through the device.
 */
#include "sigtest.h"

static const struct test_case *const tables[] = {
	delivery_cases, mask_cases, group_cases, return_cases, family_cases, identity_cases,
	keep_cases, exit_cases,
};

static const struct test_case *find(const char *name)
{
	const struct test_case *test;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(tables); i++)
		for (test = tables[i]; test->name; test++)
			if (!strcmp(test->name, name))
				return test;
	return NULL;
}

int main(int argc, char **argv)
{
	const struct test_case *test = argc == 2 ? find(argv[1]) : NULL;

	if (!test) {
		complain(__FILE__, __LINE__, "no such case", 0, 1);
		return 2;
	}
	/* Whatever hangs here must not hang the suite. */
	alarm(60);
	test->fn();
	return failures ? 1 : 0;
}
