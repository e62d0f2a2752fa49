// SPDX-License-Identifier: GPL-2.0-only
/*
 * One, two and three owner pointers, and values that own nothing: only the right
 * value releases, and what is said of the owner names one that owns.
 */
#include "setting.h"
#include "state.h"

#define VALUE(n) ((ULONG_PTR)(n) << 2 | 3)
#define MOST 3

/**
 * struct values_param - who owns, and in which order they go
 * @name: of the parameter
 * @routine: how they came to own; an exclusive one is alone
 * @count: so many owner pointers
 * @order: which of them is released first, next, last
 * @reader: a thread shares with them, and goes last
 */
struct values_param {
	const char *name;
	enum eres_routine routine;
	unsigned int count;
	unsigned int order[MOST];
	bool reader;
};

static const struct values_param values_params[] = {
	{ "exclusive", ERES_EXCLUSIVE, 1, { 0 } },
	{ "one", ERES_SHARED, 1, { 0 } },
	{ "one, and a thread", ERES_SHARED, 1, { 0 }, true },
	{ "two, first", ERES_SHARED, 2, { 0, 1 } },
	{ "two, last", ERES_SHARED, 2, { 1, 0 } },
	{ "three, 2 3 1", ERES_SHARED, 3, { 1, 2, 0 } },
	{ "three, 3 1 2", ERES_SHARED, 3, { 2, 0, 1 } },
	{ "three, and a thread", ERES_SHARED, 3, { 0, 1, 2 }, true },
};

KUNIT_ARRAY_PARAM_DESC(values, values_params, name);

struct values_call {
	PERESOURCE res;
	ULONG_PTR value;
};

static unsigned long hand_over_step(void *arg)
{
	struct values_call *call = arg;

	ExSetResourceOwnerPointer(call->res, (PVOID)call->value);
	return 0;
}

/* So much has to be released. */
static unsigned int levels_of(unsigned int pointer)
{
	return pointer == 1 ? 2 : 1;
}

static void own(struct kunit *test, unsigned int pointer)
{
	const struct values_param *param = test->param_value;
	struct eres_stage *stage = test->priv;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct values_call call = { stage->res, VALUE(pointer + 1) };
	unsigned int level;

	for (level = 0; level < levels_of(pointer); level++)
		KUNIT_EXPECT_TRUE(test,
				  eres_take(owner, param->routine, stage->res));
	eres_actor_do(owner, hand_over_step, &call);
	eres_leave(owner, levels_of(pointer));
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_NOTHING(owner));
}

/* Nothing changes, but that it is reported. */
static void release_wrongly(struct kunit *test, ULONG_PTR value)
{
	struct eres_stage *stage = test->priv;

	ExReleaseResourceForThreadLite(stage->res, value);
	eres_expect_report(test, &stage->reports, ERES_RESOURCE_NOT_OWNED,
			   stage->res, ExGetCurrentResourceThread(), 0, 0);
}

/* Those that own, as bits. */
static unsigned long all_of(const struct values_param *param)
{
	return BIT(param->count) - 1;
}

/* Of pointers that are gone, that were never there, and near misses of those that own. */
static void release_all_wrongly(struct kunit *test, unsigned long owning)
{
	const struct values_param *param = test->param_value;
	struct eres_stage *stage = test->priv;
	unsigned int pointer;

	for (pointer = 0; pointer < param->count; pointer++) {
		if (!(owning & BIT(pointer)))
			release_wrongly(test, VALUE(pointer + 1));
		release_wrongly(test, VALUE(pointer + 1) | BIT(32));
	}
	release_wrongly(test, VALUE(0));
	release_wrongly(test, VALUE(MOST + 1));
	release_wrongly(test, (ULONG_PTR)stage->res | 3);
	release_wrongly(test, ExGetCurrentResourceThread() | 3);
}

/* Is @owner one of the values that own? Of threads that share none is named. */
static bool is_an_owner(unsigned long owner, unsigned long owning)
{
	unsigned int pointer;

	for_each_set_bit(pointer, &owning, MOST)
		if (owner == VALUE(pointer + 1))
			return true;
	return !owner && !owning;
}

static void expect_named(struct kunit *test, unsigned long owning)
{
	struct eres_stage *stage = test->priv;
	struct eres_report last = {};

	KUNIT_EXPECT_EQ(test, STATUS_UNSUCCESSFUL,
			ExDeleteResourceLite(stage->res));
	KUNIT_EXPECT_TRUE(test, eres_reports_last(&stage->reports, &last));
	KUNIT_EXPECT_TRUE_MSG(test, is_an_owner(last.param[2], owning),
			      "0x%lx does not own", last.param[2]);
	eres_expect_report(test, &stage->reports, ERES_VERIFIER,
			   ERES_V_DELETE_OWNED, stage->res, last.param[2], 0);
}

static void expect_owned(struct kunit *test, unsigned long owning,
			 struct eres_actor *stranger, struct eres_actor *reader)
{
	const struct values_param *param = test->param_value;
	struct eres_stage *stage = test->priv;
	bool shared = param->routine == ERES_SHARED;
	bool got;

	release_all_wrongly(test, owning);
	expect_named(test, owning);
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_NOTHING(stranger),
		    OWNS_SHARED(reader, param->reader));
	KUNIT_EXPECT_FALSE(test, eres_try(stranger, ERES_EXCLUSIVE, stage->res));
	got = eres_try(stranger, ERES_SHARED, stage->res);
	KUNIT_EXPECT_EQ(test, got, shared);
	eres_drop(stranger, stage->res, got);
}

static void only_the_right_value_releases(struct kunit *test)
{
	const struct values_param *param = test->param_value;
	struct eres_stage *stage = test->priv;
	struct eres_actor *stranger = eres_stage_actor(test, "stranger");
	struct eres_actor *reader = eres_stage_actor(test, "reader");
	unsigned long owning = all_of(param);
	unsigned int i, level;

	if (param->reader)
		KUNIT_EXPECT_TRUE(test, eres_take(reader, ERES_SHARED, stage->res));
	for (i = 0; i < param->count; i++)
		own(test, i);

	for (i = 0; i < param->count; i++) {
		unsigned int pointer = param->order[i];

		for (level = 0; level < levels_of(pointer); level++) {
			expect_owned(test, owning, stranger, reader);
			ExReleaseResourceForThreadLite(stage->res,
						       VALUE(pointer + 1));
			eres_expect_no_report(test, &stage->reports);
		}
		owning &= ~BIT(pointer);
	}
	if (param->reader) {
		expect_owned(test, owning, stranger, reader);
		eres_drop(reader, stage->res, 1);
	}
	release_all_wrongly(test, owning);
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

/* A thread among them comes and goes, and the pointers own on. */
static void threads_come_and_go_between(struct kunit *test)
{
	const struct values_param *param = test->param_value;
	struct eres_stage *stage = test->priv;
	struct eres_actor *writer = eres_stage_actor(test, "writer");
	struct eres_actor *reader = eres_stage_actor(test, "reader");
	unsigned long owning = all_of(param);
	unsigned int i, level;

	if (param->routine == ERES_EXCLUSIVE || param->reader)
		kunit_skip(test, "nothing is between them");

	for (i = 0; i < param->count; i++) {
		KUNIT_EXPECT_TRUE(test, eres_take(reader, ERES_SHARED, stage->res));
		own(test, i);
		eres_drop(reader, stage->res, 1);
	}
	eres_ask(writer, ERES_EXCLUSIVE, stage->res);
	for (i = 0; i < param->count; i++) {
		unsigned int pointer = param->order[i];

		for (level = 0; level < levels_of(pointer); level++) {
			ERES_EXPECT(test, stage->res, 1, 0, WAITS(writer),
				    OWNS_NOTHING(reader));
			release_all_wrongly(test, owning);
			ExReleaseResourceForThreadLite(stage->res,
						       VALUE(pointer + 1));
		}
		owning &= ~BIT(pointer);
	}
	KUNIT_EXPECT_TRUE(test, eres_granted(writer));
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_EXCLUSIVE(writer, 1),
		    OWNS_NOTHING(reader));
	eres_drop(writer, stage->res, 1);
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

ERES_RULES(owner_pointer_values,
	   KUNIT_CASE_PARAM(only_the_right_value_releases, values_gen_params),
	   KUNIT_CASE_PARAM(threads_come_and_go_between, values_gen_params));
