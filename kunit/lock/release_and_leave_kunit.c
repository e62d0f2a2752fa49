// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fused routines (contract 4.10): a region and a resource in one call, in
 * the Ex and in the Flt spelling.
 */
#include <linux/sched/signal.h>

#include "region.h"
#include "setting.h"
#include "state.h"

struct fused_param {
	const char *name;
	bool exclusive;
	void (*enter)(PERESOURCE res);
	void (*leave)(PERESOURCE res);
};

/* The returned values are opaque and to be ignored. */
static void enter_exclusive(PERESOURCE res)
{
	ExEnterCriticalRegionAndAcquireResourceExclusive(res);
}

static void enter_shared(PERESOURCE res)
{
	ExEnterCriticalRegionAndAcquireResourceShared(res);
}

static void enter_wait_for(PERESOURCE res)
{
	ExEnterCriticalRegionAndAcquireSharedWaitForExclusive(res);
}

static const struct fused_param fused_params[] = {
	{ "exclusive", true, enter_exclusive,
	  ExReleaseResourceAndLeaveCriticalRegion },
	{ "shared", false, enter_shared,
	  ExReleaseResourceAndLeaveCriticalRegion },
	{ "wait for exclusive", false, enter_wait_for,
	  ExReleaseResourceAndLeaveCriticalRegion },
	{ "Flt exclusive", true, FltAcquireResourceExclusive,
	  FltReleaseResource },
	{ "Flt shared", false, FltAcquireResourceShared, FltReleaseResource },
};

KUNIT_ARRAY_PARAM_DESC(fused, fused_params, name);

#define DEEPEST 16

/* How many regions is the thread in? Counted by leaving them. */
static unsigned int region_depth(void)
{
	unsigned int depth = 0, i;

	while (KeAreApcsDisabled() && depth < DEEPEST) {
		KeLeaveCriticalRegion();
		depth++;
	}
	for (i = 0; i < depth; i++)
		KeEnterCriticalRegion();
	return depth;
}

/* The calling thread's view of both, after each step. */
static void __expect_inside(struct kunit *test, int line, PERESOURCE res,
			    ULONG levels, unsigned int depth)
{
	const struct fused_param *param = test->param_value;
	const struct eres_view self = {
		.exclusive = levels && param->exclusive,
		.levels = levels,
	};
	unsigned int found = region_depth();

	eres_expect_state(test, __FILE__, line, res, 0, 0, &self, 1);
	KUNIT_EXPECT_EQ_MSG(test, found, depth, "in line %d", line);
}

#define expect_inside(test, res, levels, depth)				\
	__expect_inside(test, __LINE__, res, levels, depth)

static void acquire_enters_one_level(struct kunit *test)
{
	const struct fused_param *param = test->param_value;
	struct eres_stage *stage = test->priv;
	struct eres_actor *other = eres_stage_actor(test, "other");
	bool got;

	eres_expect_no_region(test);
	param->enter(stage->res);
	expect_inside(test, stage->res, 1, 1);
	eres_expect_region(test, eres_region_now(), true, false, PASSIVE_LEVEL);
	KUNIT_EXPECT_FALSE(test, eres_try(other, ERES_EXCLUSIVE, stage->res));
	got = eres_try(other, ERES_SHARED, stage->res);
	KUNIT_EXPECT_EQ(test, got, !param->exclusive);
	eres_drop(other, stage->res, got);

	param->leave(stage->res);
	expect_inside(test, stage->res, 0, 0);
	eres_expect_no_region(test);
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

static void each_level_counts(struct kunit *test)
{
	const struct fused_param *param = test->param_value;
	struct eres_stage *stage = test->priv;
	size_t i;
	int level;

	param->enter(stage->res);
	for (i = 0; i < ARRAY_SIZE(fused_params); i++) {
		/* A shared owner can not ask for more. */
		if (fused_params[i].exclusive && !param->exclusive)
			param->enter(stage->res);
		else
			fused_params[i].enter(stage->res);
		expect_inside(test, stage->res, i + 2, i + 2);
	}
	for (level = ARRAY_SIZE(fused_params); level >= 0; level--) {
		if (level & 1)
			FltReleaseResource(stage->res);
		else
			ExReleaseResourceAndLeaveCriticalRegion(stage->res);
		expect_inside(test, stage->res, level, level);
	}
	eres_expect_no_region(test);
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

static void works_at_apc_level(struct kunit *test)
{
	const struct fused_param *param = test->param_value;
	struct eres_stage *stage = test->priv;
	KIRQL old;

	KeRaiseIrql(APC_LEVEL, &old);
	param->enter(stage->res);
	expect_inside(test, stage->res, 1, 1);
	eres_expect_region(test, eres_region_now(), true, true, APC_LEVEL);
	param->leave(stage->res);
	expect_inside(test, stage->res, 0, 0);
	eres_expect_region(test, eres_region_now(), false, true, APC_LEVEL);
	KeLowerIrql(old);

	eres_expect_no_region(test);
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

static void mixes_with_plain_calls(struct kunit *test)
{
	const struct fused_param *param = test->param_value;
	struct eres_stage *stage = test->priv;

	/* Acquired fused, released plain */
	param->enter(stage->res);
	ExReleaseResourceLite(stage->res);
	expect_inside(test, stage->res, 0, 1);
	KeLeaveCriticalRegion();
	expect_inside(test, stage->res, 0, 0);

	/* Acquired plain, released fused */
	KeEnterCriticalRegion();
	if (param->exclusive)
		ExAcquireResourceExclusiveLite(stage->res, TRUE);
	else
		ExAcquireResourceSharedLite(stage->res, TRUE);
	expect_inside(test, stage->res, 1, 1);
	param->leave(stage->res);
	expect_inside(test, stage->res, 0, 0);

	/* Plain inside fused, inside a region of the file system's own */
	FsRtlEnterFileSystem();
	param->enter(stage->res);
	ExAcquireResourceSharedLite(stage->res, TRUE);
	expect_inside(test, stage->res, 2, 2);
	param->leave(stage->res);
	expect_inside(test, stage->res, 1, 1);
	ExReleaseResourceLite(stage->res);
	FsRtlExitFileSystem();

	eres_expect_no_region(test);
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

static void two_resources_interleave(struct kunit *test)
{
	const struct fused_param *param = test->param_value;
	struct eres_stage *stage = test->priv;
	ERESOURCE second;

	ExInitializeResourceLite(&second);
	param->enter(stage->res);
	param->enter(&second);
	expect_inside(test, stage->res, 1, 2);
	expect_inside(test, &second, 1, 2);
	/* First in, first out */
	param->leave(stage->res);
	expect_inside(test, stage->res, 0, 1);
	expect_inside(test, &second, 1, 1);
	param->enter(stage->res);
	param->leave(&second);
	expect_inside(test, stage->res, 1, 1);
	expect_inside(test, &second, 0, 1);
	param->leave(stage->res);

	eres_expect_no_region(test);
	eres_expect_free(test, stage->res);
	eres_expect_free(test, &second);
	KUNIT_EXPECT_EQ(test, STATUS_SUCCESS, ExDeleteResourceLite(&second));
	eres_expect_no_report(test, &stage->reports);
}

/* The thread is in the region, and so safe from signals, when it waits. */
struct fused_call {
	const struct fused_param *param;
	PERESOURCE res;
};

static unsigned long enter_step(void *arg)
{
	struct fused_call *call = arg;

	allow_signal(SIGUSR1);
	call->param->enter(call->res);
	return 0;
}

static unsigned long leave_step(void *arg)
{
	struct fused_call *call = arg;

	call->param->leave(call->res);
	return 0;
}

static unsigned long depth_step(void *unused)
{
	return region_depth();
}

static bool blocks_usr1(struct eres_actor *actor)
{
	return sigismember(&eres_actor_task(actor)->blocked, SIGUSR1);
}

static void region_comes_before_the_wait(struct kunit *test)
{
	const struct fused_param *param = test->param_value;
	struct eres_stage *stage = test->priv;
	struct eres_actor *actor = eres_stage_actor(test, "waiter");
	struct fused_call call = { param, stage->res };

	KUNIT_EXPECT_FALSE(test, blocks_usr1(actor));
	eres_take(ERES_SELF, ERES_EXCLUSIVE, stage->res);
	eres_actor_begin(actor, enter_step, &call);
	ERES_EXPECT(test, stage->res, param->exclusive, !param->exclusive,
		    WAITS(actor));
	KUNIT_EXPECT_TRUE(test, blocks_usr1(actor));

	eres_drop(ERES_SELF, stage->res, 1);
	eres_actor_finish(actor);
	ERES_EXPECT(test, stage->res, 0, 0,
		    param->exclusive ? OWNS_EXCLUSIVE(actor, 1) :
				       OWNS_SHARED(actor, 1));
	KUNIT_EXPECT_EQ(test, 1, eres_actor_do(actor, depth_step, NULL));
	KUNIT_EXPECT_TRUE(test, blocks_usr1(actor));

	eres_actor_do(actor, leave_step, &call);
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_NOTHING(actor));
	KUNIT_EXPECT_EQ(test, 0, eres_actor_do(actor, depth_step, NULL));
	KUNIT_EXPECT_FALSE(test, blocks_usr1(actor));
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

ERES_RULES(release_and_leave,
	   KUNIT_CASE_PARAM(acquire_enters_one_level, fused_gen_params),
	   KUNIT_CASE_PARAM(each_level_counts, fused_gen_params),
	   KUNIT_CASE_PARAM(works_at_apc_level, fused_gen_params),
	   KUNIT_CASE_PARAM(mixes_with_plain_calls, fused_gen_params),
	   KUNIT_CASE_PARAM(two_resources_interleave, fused_gen_params),
	   KUNIT_CASE_PARAM(region_comes_before_the_wait, fused_gen_params));
