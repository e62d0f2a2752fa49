// SPDX-License-Identifier: GPL-2.0-only
/*
 * Resources that are not to be touched any more, or not yet to be ended: live
 * ones initialised again, owned ones deleted, deleted ones acquired.
 */
#include <linux/slab.h>

#include "setting.h"
#include "state.h"

static void init_of_live_keeps_its_state(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *writer = eres_stage_actor(test, "writer");
	struct eres_actor *reader = eres_stage_actor(test, "reader");
	typeof(ExInitializeResourceLite) *init = ExInitializeResourceLite;

	eres_take(ERES_SELF, ERES_EXCLUSIVE, stage->res);
	eres_take(ERES_SELF, ERES_EXCLUSIVE, stage->res);
	eres_ask(writer, ERES_EXCLUSIVE, stage->res);
	eres_ask(reader, ERES_SHARED, stage->res);
	ERES_EXPECT(test, stage->res, 1, 1, OWNS_EXCLUSIVE(ERES_SELF, 2),
		    WAITS(writer), WAITS(reader));

	ExInitializeResourceLite(stage->res);
	eres_expect_report(test, &stage->reports, ERES_VERIFIER,
			   ERES_V_INIT_LIVE, stage->res, 0, 0);
	init(stage->res);
	eres_expect_report(test, &stage->reports, ERES_VERIFIER,
			   ERES_V_INIT_LIVE, stage->res, 0, 0);
	ERES_EXPECT(test, stage->res, 1, 1, OWNS_EXCLUSIVE(ERES_SELF, 2),
		    WAITS(writer), WAITS(reader));

	eres_drop(ERES_SELF, stage->res, 2);
	ERES_EXPECT(test, stage->res, 1, 0, WAITS(writer),
		    OWNS_SHARED(reader, 1));
	eres_drop(reader, stage->res, 1);
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_EXCLUSIVE(writer, 1));
	eres_drop(writer, stage->res, 1);
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

static void reinit_gives_a_fresh_resource(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct eres_actor *writer = eres_stage_actor(test, "writer");
	int life;
	KIRQL old;

	for (life = 0; life < 3; life++) {
		/* Some contention to forget */
		eres_take(owner, ERES_SHARED, stage->res);
		eres_ask(writer, ERES_EXCLUSIVE, stage->res);
		ERES_EXPECT(test, stage->res, 1, 0, OWNS_SHARED(owner, 1),
			    WAITS(writer));
		eres_drop(owner, stage->res, 1);
		ERES_EXPECT(test, stage->res, 0, 0, OWNS_EXCLUSIVE(writer, 1));
		eres_drop(writer, stage->res, 1);

		if (life)
			KeRaiseIrql(life, &old);
		KUNIT_EXPECT_EQ(test, STATUS_SUCCESS,
				ExReinitializeResourceLite(stage->res));
		if (life)
			KeLowerIrql(old);
		ERES_EXPECT(test, stage->res, 0, 0, OWNS_NOTHING(owner),
			    OWNS_NOTHING(writer));
		eres_expect_free(test, stage->res);
	}
	eres_expect_no_report(test, &stage->reports);
}

static void second_delete_is_refused(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	ERESOURCE res;

	ExInitializeResourceLite(&res);
	KUNIT_EXPECT_EQ(test, STATUS_SUCCESS, ExDeleteResourceLite(&res));
	eres_expect_no_report(test, &stage->reports);
	KUNIT_EXPECT_EQ(test, STATUS_UNSUCCESSFUL, ExDeleteResourceLite(&res));
	eres_expect_report(test, &stage->reports, ERES_VERIFIER,
			   ERES_V_DELETE_UNINITIALIZED, &res, 0, 0);

	KUNIT_EXPECT_EQ(test, STATUS_SUCCESS, ExInitializeResourceLite(&res));
	eres_expect_free(test, &res);
	KUNIT_EXPECT_EQ(test, STATUS_SUCCESS, ExDeleteResourceLite(&res));
	eres_expect_no_report(test, &stage->reports);
}

struct busy_param {
	const char *name;
	enum eres_routine routine;
	bool pointer;
	bool waiters;
};

static const struct busy_param busy_params[] = {
	{ "exclusive", ERES_EXCLUSIVE },
	{ "exclusive, waiters", ERES_EXCLUSIVE, .waiters = true },
	{ "exclusive by a pointer", ERES_EXCLUSIVE, .pointer = true },
	{ "exclusive by a pointer, waiters", ERES_EXCLUSIVE, true, true },
	{ "shared", ERES_SHARED },
	{ "shared, waiters", ERES_SHARED, .waiters = true },
	{ "shared by a pointer", ERES_SHARED, .pointer = true },
	{ "shared by a pointer, waiters", ERES_SHARED, true, true },
};

KUNIT_ARRAY_PARAM_DESC(busy, busy_params, name);

#define POINTER ((ULONG_PTR)0x123 << 2 | 3)

/* The owner that a report of 0x100B names; of threads that share, none. */
static void expect_delete_owned(struct kunit *test)
{
	const struct busy_param *param = test->param_value;
	struct eres_stage *stage = test->priv;
	ULONG_PTR owner = param->routine == ERES_EXCLUSIVE ?
			  ExGetCurrentResourceThread() : 0;

	eres_expect_report(test, &stage->reports, ERES_VERIFIER,
			   ERES_V_DELETE_OWNED, stage->res,
			   param->pointer ? POINTER : owner, 0);
}

static void expect_busy(struct kunit *test, struct eres_actor *writer,
			struct eres_actor *reader)
{
	const struct busy_param *param = test->param_value;
	struct eres_stage *stage = test->priv;
	struct eres_view self = {
		.exclusive = !param->pointer &&
			     param->routine == ERES_EXCLUSIVE,
		.levels = param->pointer ? 0 : 2,
	};
	struct eres_view other = OWNS_NOTHING(writer);

	if (param->waiters)
		ERES_EXPECT(test, stage->res, 1, 1, self, WAITS(writer),
			    WAITS(reader));
	else
		ERES_EXPECT(test, stage->res, 0, 0, self, other);
}

static void release_all(struct kunit *test)
{
	const struct busy_param *param = test->param_value;
	struct eres_stage *stage = test->priv;

	if (!param->pointer) {
		eres_drop(ERES_SELF, stage->res, 2);
		return;
	}
	ExReleaseResourceForThreadLite(stage->res, POINTER);
	ExReleaseResourceForThreadLite(stage->res, POINTER);
	eres_leave(ERES_SELF, 2);
}

static void delete_of_busy_is_refused(struct kunit *test)
{
	const struct busy_param *param = test->param_value;
	bool exclusive = param->routine == ERES_EXCLUSIVE;
	struct eres_stage *stage = test->priv;
	struct eres_actor *writer = eres_stage_actor(test, "writer");
	struct eres_actor *reader = eres_stage_actor(test, "reader");

	eres_take(ERES_SELF, param->routine, stage->res);
	eres_take(ERES_SELF, param->routine, stage->res);
	if (param->pointer)
		ExSetResourceOwnerPointer(stage->res, (PVOID)POINTER);
	if (param->waiters) {
		eres_ask(writer, ERES_EXCLUSIVE, stage->res);
		KUNIT_EXPECT_TRUE(test,
				  ERES_POLL(ExGetExclusiveWaiterCount(stage->res)));
		eres_ask(reader, ERES_SHARED, stage->res);
	}
	expect_busy(test, writer, reader);

	KUNIT_EXPECT_EQ(test, STATUS_UNSUCCESSFUL,
			ExDeleteResourceLite(stage->res));
	expect_delete_owned(test);
	expect_busy(test, writer, reader);
	ExReinitializeResourceLite(stage->res);
	expect_delete_owned(test);
	expect_busy(test, writer, reader);

	release_all(test);
	if (param->waiters) {
		ERES_EXPECT(test, stage->res, exclusive, !exclusive,
			    exclusive ? WAITS(writer) : WAITS(reader),
			    exclusive ? OWNS_SHARED(reader, 1) :
					OWNS_EXCLUSIVE(writer, 1));
		eres_drop(exclusive ? reader : writer, stage->res, 1);
		ERES_EXPECT(test, stage->res, 0, 0,
			    exclusive ? OWNS_EXCLUSIVE(writer, 1) :
					OWNS_SHARED(reader, 1));
		eres_drop(exclusive ? writer : reader, stage->res, 1);
	}
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

static void deleted_can_not_be_acquired(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	enum eres_routine routine;
	ERESOURCE res;

	ExInitializeResourceLite(&res);
	eres_expect_free(test, &res);
	KUNIT_EXPECT_EQ(test, STATUS_SUCCESS, ExDeleteResourceLite(&res));
	eres_expect_no_report(test, &stage->reports);

	for (routine = ERES_EXCLUSIVE; routine <= ERES_WAIT_FOR; routine++) {
		KUNIT_EXPECT_FALSE(test, eres_try(ERES_SELF, routine, &res));
		eres_expect_report(test, &stage->reports, ERES_VERIFIER,
				   ERES_V_UNINITIALIZED, &res, 0, 0);
		KUNIT_EXPECT_FALSE(test, eres_take(ERES_SELF, routine, &res));
		eres_expect_report(test, &stage->reports, ERES_VERIFIER,
				   ERES_V_UNINITIALIZED, &res, 0, 0);
		KUNIT_EXPECT_EQ(test, 0, ExIsResourceAcquiredSharedLite(&res));
	}
	ExReleaseResourceLite(&res);
	eres_expect_report(test, &stage->reports, ERES_RESOURCE_NOT_OWNED,
			   &res, ExGetCurrentResourceThread(), 0, 0);

	KUNIT_EXPECT_EQ(test, STATUS_SUCCESS, ExInitializeResourceLite(&res));
	eres_expect_free(test, &res);
	KUNIT_EXPECT_EQ(test, STATUS_SUCCESS, ExDeleteResourceLite(&res));
	eres_expect_no_report(test, &stage->reports);
}

ERES_RULES(end_of_life,
	   KUNIT_CASE(init_of_live_keeps_its_state),
	   KUNIT_CASE(reinit_gives_a_fresh_resource),
	   KUNIT_CASE(second_delete_is_refused),
	   KUNIT_CASE_PARAM(delete_of_busy_is_refused, busy_gen_params),
	   KUNIT_CASE(deleted_can_not_be_acquired));
