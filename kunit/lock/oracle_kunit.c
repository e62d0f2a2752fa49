// SPDX-License-Identifier: GPL-2.0-only
/*
 * The oracle of kunit/torture for a fixed number of steps, and the proof that it
 * would notice something.
 */
#include <kunit/test.h>
#include <linux/module.h>

#include "torture/oracle.h"

struct shape {
	const char *name;
	unsigned int threads;
	unsigned int resources;
};

static const struct shape shapes[] = {
	{ "two threads, one resource", 2, 1 },
	{ "three threads, two resources", 3, 2 },
	{ "five threads, one resource", 5, 1 },
	{ "eight threads, four resources", 8, 4 },
	{ "any number of each", 0, 0 },
};

KUNIT_ARRAY_PARAM_DESC(shape, shapes, name);

#define STEPS	3000

static void agrees_with_the_model(struct kunit *test)
{
	const struct shape *shape = test->param_value;
	struct eres_oracle_config config = {
		.seed = 20000 + 100 * (shape - shapes),
		.steps = STEPS,
		.threads = shape->threads,
		.resources = shape->resources,
	};
	struct eres_oracle_result result;

	eres_oracle_run(&config, &result);
	KUNIT_EXPECT_FALSE_MSG(test, result.failed, "seed %llu: %s",
			       result.seed, result.what);
	/* It has been where it is interesting. */
	KUNIT_EXPECT_GE(test, result.steps, STEPS);
	KUNIT_EXPECT_GT(test, result.blocked, STEPS / 50);
	KUNIT_EXPECT_GT(test, result.misuses, STEPS / 50);
}

static void same_seed_same_steps(struct kunit *test)
{
	/* Of several writers, as behind an owner pointer, any may be the next. */
	struct eres_oracle_config config = {
		.seed = 7,
		.steps = 600,
		.threads = 1,
	};
	struct eres_oracle_result first, second;

	eres_oracle_run(&config, &first);
	eres_oracle_run(&config, &second);
	KUNIT_EXPECT_FALSE(test, first.failed || second.failed);
	KUNIT_EXPECT_EQ(test, first.steps, second.steps);
	KUNIT_EXPECT_EQ(test, first.blocked, second.blocked);
	KUNIT_EXPECT_EQ(test, first.misuses, second.misuses);
	KUNIT_EXPECT_GT(test, first.blocked, 0);
}

/* Three levels are told to be two: three acquisitions show that it is wrong. */
static void a_difference_is_found_and_shrunk(struct kunit *test)
{
	struct eres_oracle_config config = {
		.seed = 4711,
		.steps = 5000,
		.lie = true,
	};
	struct eres_oracle_result result, again;

	eres_oracle_run(&config, &result);
	KUNIT_ASSERT_TRUE(test, result.failed);
	KUNIT_EXPECT_NE(test, 0, strlen(result.what));
	KUNIT_EXPECT_EQ_MSG(test, result.shortest, 3, "%s", result.what);

	/* As the message says how. */
	config.seed = result.seed;
	config.steps = 1;
	eres_oracle_run(&config, &again);
	KUNIT_EXPECT_TRUE(test, again.failed);
	KUNIT_EXPECT_EQ(test, again.shortest, 3);
}

static struct kunit_case oracle_cases[] = {
	KUNIT_CASE_PARAM(agrees_with_the_model, shape_gen_params),
	KUNIT_CASE(same_seed_same_steps),
	KUNIT_CASE(a_difference_is_found_and_shrunk),
	{}
};

static struct kunit_suite oracle_suite = {
	.name = "eresource_oracle",
	.test_cases = oracle_cases,
};

kunit_test_suite(oracle_suite);

MODULE_DESCRIPTION("KUnit suite of eresource: in lockstep with a model");
MODULE_LICENSE("GPL");
