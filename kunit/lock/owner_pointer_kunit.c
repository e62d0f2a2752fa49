// SPDX-License-Identifier: GPL-2.0-only
/*
 * Owner pointers (contract 4.5): a thread's levels of a resource become those
 * of an opaque value, in either mode, and are released by whoever names it.
 */
#include <linux/workqueue.h>

#include "setting.h"
#include "softirq.h"
#include "state.h"

enum pointer_kind {
	BARE,		/* 3, the smallest that has both bits */
	ADDRESS,	/* the resource's own address, through the old routine */
	THREAD,		/* a thread, through the new one */
};

struct pointer_param {
	const char *name;
	enum eres_routine routine;
	enum pointer_kind kind;
};

static const struct pointer_param pointer_params[] = {
	{ "exclusive to the resource", ERES_EXCLUSIVE, ADDRESS },
	{ "shared to the thread", ERES_SHARED, THREAD },
};

KUNIT_ARRAY_PARAM_DESC(pointer, pointer_params, name);

static const struct pointer_param value_params[] = {
	{ "exclusive to 3", ERES_EXCLUSIVE, BARE },
	{ "exclusive to the thread", ERES_EXCLUSIVE, THREAD },
	{ "shared to 3", ERES_SHARED, BARE },
	{ "shared to the resource", ERES_SHARED, ADDRESS },
};

KUNIT_ARRAY_PARAM_DESC(value, value_params, name);

struct pointer_call {
	PERESOURCE res;
	enum pointer_kind kind;
	ULONG_PTR value;
};

static unsigned long hand_over_step(void *arg)
{
	struct pointer_call *call = arg;
	PVOID value = (PVOID)call->value;

	if (call->kind == THREAD)
		ExSetResourceOwnerPointerEx(call->res, value,
					    FLAG_OWNER_POINTER_IS_THREAD);
	else if (call->kind == BARE)
		ExSetResourceOwnerPointerEx(call->res, value, 0);
	else
		ExSetResourceOwnerPointer(call->res, value);
	return 0;
}

/* Hand over all that @owner has; it stays in its regions. Returns the value. */
static ULONG_PTR hand_over(struct eres_actor *owner, PERESOURCE res,
			   enum pointer_kind kind)
{
	struct pointer_call call = { .res = res, .kind = kind, .value = 3 };

	if (kind == ADDRESS)
		call.value = (ULONG_PTR)res | 3;
	else if (kind == THREAD)
		call.value = 3 | (owner ? eres_actor_id(owner) :
					  ExGetCurrentResourceThread());
	if (owner)
		eres_actor_do(owner, hand_over_step, &call);
	else
		hand_over_step(&call);
	return call.value;
}

static void pointer_keeps_the_mode(struct kunit *test)
{
	const struct pointer_param *param = test->param_value;
	bool shared = param->routine == ERES_SHARED;
	struct eres_stage *stage = test->priv;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct eres_actor *other = eres_stage_actor(test, "other");
	enum eres_routine routine;
	ULONG_PTR value;

	eres_take(owner, param->routine, stage->res);
	value = hand_over(owner, stage->res, param->kind);
	eres_leave(owner, 1);
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_NOTHING(owner),
		    OWNS_NOTHING(other), OWNS_NOTHING(ERES_SELF));

	KUNIT_EXPECT_FALSE(test, eres_try(other, ERES_EXCLUSIVE, stage->res));
	for (routine = ERES_SHARED; routine <= ERES_WAIT_FOR; routine++) {
		bool got = eres_try(other, routine, stage->res);

		KUNIT_EXPECT_EQ(test, got, shared);
		ERES_EXPECT(test, stage->res, 0, 0, OWNS_NOTHING(owner),
			    OWNS_SHARED(other, got));
		eres_drop(other, stage->res, got);
	}
	KUNIT_EXPECT_FALSE(test, eres_try(other, ERES_EXCLUSIVE, stage->res));

	ExReleaseResourceForThreadLite(stage->res, value);
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

static void former_owner_is_a_stranger(struct kunit *test)
{
	const struct pointer_param *param = test->param_value;
	bool shared = param->routine == ERES_SHARED;
	struct eres_stage *stage = test->priv;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct eres_actor *writer = eres_stage_actor(test, "writer");
	ULONG_PTR value;
	bool again;

	eres_take(owner, param->routine, stage->res);
	value = hand_over(owner, stage->res, param->kind);
	eres_leave(owner, 1);

	/* Not even an upgrade: it owns nothing that could be one. */
	KUNIT_EXPECT_FALSE(test, eres_try(owner, ERES_EXCLUSIVE, stage->res));
	again = eres_try(owner, ERES_SHARED, stage->res);
	KUNIT_EXPECT_EQ(test, again, shared);
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_SHARED(owner, again));

	/* Its own level and the pointer's are apart. */
	ExReleaseResourceForThreadLite(stage->res, value);
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_SHARED(owner, again));
	KUNIT_EXPECT_EQ(test, !again,
			eres_try(writer, ERES_EXCLUSIVE, stage->res));
	eres_drop(again ? owner : writer, stage->res, 1);

	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

/* A writer that owns nothing waits; only one that shares would be reported. */
static void former_owner_waits_as_any_writer(struct kunit *test)
{
	const struct pointer_param *param = test->param_value;
	struct eres_stage *stage = test->priv;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	ULONG_PTR value;

	eres_take(owner, param->routine, stage->res);
	value = hand_over(owner, stage->res, param->kind);
	eres_leave(owner, 1);

	eres_ask(owner, ERES_EXCLUSIVE, stage->res);
	ERES_EXPECT(test, stage->res, 1, 0, WAITS(owner));
	ExReleaseResourceForThreadLite(stage->res, value);
	KUNIT_EXPECT_TRUE(test, eres_granted(owner));
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_EXCLUSIVE(owner, 1));
	eres_drop(owner, stage->res, 1);

	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

static void former_owner_may_exit(struct kunit *test)
{
	const struct pointer_param *param = test->param_value;
	bool shared = param->routine == ERES_SHARED;
	struct eres_stage *stage = test->priv;
	struct eres_actor *owner = eres_stage_mortal(test, "owner");
	struct eres_actor *other = eres_stage_actor(test, "other");
	ULONG_PTR value;
	bool got;

	eres_take(owner, param->routine, stage->res);
	value = hand_over(owner, stage->res, param->kind);
	eres_leave(owner, 1);
	eres_actor_join(owner);
	eres_expect_no_report(test, &stage->reports);

	KUNIT_EXPECT_FALSE(test, eres_try(other, ERES_EXCLUSIVE, stage->res));
	got = eres_try(other, ERES_SHARED, stage->res);
	KUNIT_EXPECT_EQ(test, got, shared);
	eres_drop(other, stage->res, got);

	ExReleaseResourceForThreadLite(stage->res, value);
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

static void levels_move_together(struct kunit *test)
{
	const struct pointer_param *param = test->param_value;
	struct eres_stage *stage = test->priv;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct eres_actor *writer = eres_stage_actor(test, "writer");
	ULONG_PTR value;
	int left;

	/* Of an exclusive owner the shared grants are exclusive levels. */
	eres_take(owner, param->routine, stage->res);
	eres_take(owner, ERES_SHARED, stage->res);
	eres_take(owner, ERES_STARVE, stage->res);
	value = hand_over(owner, stage->res, param->kind);
	eres_leave(owner, 3);

	for (left = 3; left; left--) {
		ERES_EXPECT(test, stage->res, 0, 0, OWNS_NOTHING(owner),
			    OWNS_NOTHING(writer));
		KUNIT_EXPECT_FALSE(test,
				   eres_try(writer, ERES_EXCLUSIVE, stage->res));
		ExReleaseResourceForThreadLite(stage->res, value);
	}
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

/* All of the other mode's waiters and one's own; nobody moves before the end. */
static void waiters_are_served(struct kunit *test, bool before_hand_over)
{
	const struct pointer_param *param = test->param_value;
	bool shared = param->routine == ERES_SHARED;
	struct eres_stage *stage = test->priv;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct eres_actor *writer = eres_stage_actor(test, "writer");
	struct eres_actor *reader = eres_stage_actor(test, "reader");
	ULONG_PTR value = 0;

	eres_take(owner, param->routine, stage->res);
	if (!before_hand_over)
		value = hand_over(owner, stage->res, param->kind);
	eres_ask(writer, ERES_EXCLUSIVE, stage->res);
	ERES_EXPECT(test, stage->res, 1, 0, WAITS(writer));
	eres_ask(reader, ERES_SHARED, stage->res);
	ERES_EXPECT(test, stage->res, 1, 1, WAITS(writer), WAITS(reader));
	if (before_hand_over)
		value = hand_over(owner, stage->res, param->kind);
	eres_leave(owner, 1);
	ERES_EXPECT(test, stage->res, 1, 1, OWNS_NOTHING(owner), WAITS(writer),
		    WAITS(reader));

	ExReleaseResourceForThreadLite(stage->res, value);
	if (shared) {
		/* The last shared owner lets a writer in first. */
		ERES_EXPECT(test, stage->res, 0, 1, OWNS_EXCLUSIVE(writer, 1),
			    WAITS(reader));
		eres_drop(writer, stage->res, 1);
		ERES_EXPECT(test, stage->res, 0, 0, OWNS_NOTHING(writer),
			    OWNS_SHARED(reader, 1));
		eres_drop(reader, stage->res, 1);
	} else {
		ERES_EXPECT(test, stage->res, 1, 0, WAITS(writer),
			    OWNS_SHARED(reader, 1));
		eres_drop(reader, stage->res, 1);
		ERES_EXPECT(test, stage->res, 0, 0, OWNS_EXCLUSIVE(writer, 1),
			    OWNS_NOTHING(reader));
		eres_drop(writer, stage->res, 1);
	}
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

static void release_serves_waiters(struct kunit *test)
{
	waiters_are_served(test, /* .before_hand_over = */ false);
}

static void hand_over_keeps_waiters_waiting(struct kunit *test)
{
	waiters_are_served(test, /* .before_hand_over = */ true);
}

struct release_call {
	PERESOURCE res;
	ULONG_PTR value;
	struct work_struct work;
};

static void release_value(void *arg)
{
	struct release_call *call = arg;

	ExReleaseResourceForThreadLite(call->res, call->value);
}

static unsigned long release_step(void *arg)
{
	release_value(arg);
	return 0;
}

static void release_work(struct work_struct *work)
{
	release_value(container_of(work, struct release_call, work));
}

enum releaser {
	OWNER_THREAD,
	OTHER_THREAD,
	WORKQUEUE,
	DISPATCH,
	SOFTIRQ,
	SOFTIRQ_ELSEWHERE,
	HARDIRQ,
};

struct releaser_param {
	const char *name;
	enum releaser who;
};

static const struct releaser_param releaser_params[] = {
	{ "the same thread", OWNER_THREAD },
	{ "another thread", OTHER_THREAD },
	{ "a workqueue", WORKQUEUE },
	{ "DISPATCH_LEVEL", DISPATCH },
	{ "a softirq", SOFTIRQ },
	{ "a softirq on another CPU", SOFTIRQ_ELSEWHERE },
	{ "a hard interrupt", HARDIRQ },
};

KUNIT_ARRAY_PARAM_DESC(releaser, releaser_params, name);

static bool release_by(enum releaser who, struct eres_actor *owner,
		       struct release_call *call)
{
	KIRQL old;

	switch (who) {
	case OWNER_THREAD:
		return !eres_actor_do(owner, release_step, call);
	case OTHER_THREAD:
		release_value(call);
		return true;
	case WORKQUEUE:
		INIT_WORK_ONSTACK(&call->work, release_work);
		schedule_work(&call->work);
		flush_work(&call->work);
		destroy_work_on_stack(&call->work);
		return true;
	case DISPATCH:
		KeRaiseIrql(DISPATCH_LEVEL, &old);
		release_value(call);
		KeLowerIrql(old);
		return true;
	case SOFTIRQ:
		return eres_run_in_softirq(ERES_THIS_CPU, release_value, call);
	case SOFTIRQ_ELSEWHERE:
		return eres_run_in_softirq(ERES_OTHER_CPU, release_value, call);
	case HARDIRQ:
		return eres_run_in_hardirq(ERES_THIS_CPU, release_value, call);
	}
	return false;
}

static void any_context_releases(struct kunit *test)
{
	const struct releaser_param *releaser = test->param_value;
	struct eres_stage *stage = test->priv;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct eres_actor *waiter = eres_stage_actor(test, "waiter");
	size_t i;

	if (releaser->who == HARDIRQ && IS_ENABLED(CONFIG_PREEMPT_RT))
		kunit_skip(test, "not from a hard interrupt on PREEMPT_RT");

	for (i = 0; i < 2 * (THREAD + 1); i++) {
		struct release_call call = { .res = stage->res };

		eres_take(owner, i & 1 ? ERES_SHARED : ERES_EXCLUSIVE,
			  stage->res);
		call.value = hand_over(owner, stage->res, i / 2);
		eres_leave(owner, 1);
		eres_ask(waiter, ERES_EXCLUSIVE, stage->res);
		ERES_EXPECT(test, stage->res, 1, 0, WAITS(waiter),
			    OWNS_NOTHING(owner));

		KUNIT_EXPECT_TRUE(test, release_by(releaser->who, owner, &call));
		ERES_EXPECT(test, stage->res, 0, 0, OWNS_EXCLUSIVE(waiter, 1),
			    OWNS_NOTHING(owner));
		eres_drop(waiter, stage->res, 1);
		eres_expect_free(test, stage->res);
	}
	eres_expect_no_report(test, &stage->reports);
}

ERES_RULES(owner_pointer,
	   KUNIT_CASE_PARAM(pointer_keeps_the_mode, pointer_gen_params),
	   KUNIT_CASE_PARAM(former_owner_is_a_stranger, pointer_gen_params),
	   KUNIT_CASE_PARAM(former_owner_waits_as_any_writer,
			    pointer_gen_params),
	   KUNIT_CASE_PARAM(former_owner_may_exit, pointer_gen_params),
	   KUNIT_CASE_PARAM(levels_move_together, pointer_gen_params),
	   KUNIT_CASE_PARAM(release_serves_waiters, pointer_gen_params),
	   KUNIT_CASE_PARAM(hand_over_keeps_waiters_waiting,
			    pointer_gen_params));

/* Other values, and contexts, in the plain setting alone. */
static struct kunit_case value_cases[] = {
	KUNIT_CASE_PARAM(pointer_keeps_the_mode, value_gen_params),
	KUNIT_CASE_PARAM(former_owner_is_a_stranger, value_gen_params),
	KUNIT_CASE_PARAM(former_owner_waits_as_any_writer, value_gen_params),
	KUNIT_CASE_PARAM(former_owner_may_exit, value_gen_params),
	KUNIT_CASE_PARAM(levels_move_together, value_gen_params),
	KUNIT_CASE_PARAM(release_serves_waiters, value_gen_params),
	KUNIT_CASE_PARAM(hand_over_keeps_waiters_waiting, value_gen_params),
	KUNIT_CASE_PARAM(any_context_releases, releaser_gen_params),
	{}
};

static struct kunit_suite owner_pointer_kinds_suite = {
	.name = "eresource_owner_pointer_kinds",
	.init = eres_stage_init,
	.test_cases = value_cases,
};

kunit_test_suite(owner_pointer_kinds_suite);
