// SPDX-License-Identifier: GPL-2.0-only
/*
 * Life of a resource (contract 3): any memory, whatever was in it, any context
 * to initialise in; initialised again, deleted, initialised anew.
 */
#include <linux/module.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "softirq.h"
#include "state.h"

/* Both modes, recursion, a waiter of each kind: nothing of it is garbage. */
static void expect_works(struct kunit *test, PERESOURCE res)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *writer, *reader;

	if (!stage->actors) {
		eres_stage_actor(test, "writer");
		eres_stage_actor(test, "reader");
	}
	writer = stage->actor[0];
	reader = stage->actor[1];

	ERES_EXPECT(test, res, 0, 0, OWNS_NOTHING(ERES_SELF),
		    OWNS_NOTHING(writer), OWNS_NOTHING(reader));
	eres_take(ERES_SELF, ERES_SHARED, res);
	eres_ask(writer, ERES_EXCLUSIVE, res);
	ERES_EXPECT(test, res, 1, 0, OWNS_SHARED(ERES_SELF, 1), WAITS(writer));
	eres_take(ERES_SELF, ERES_SHARED, res);
	eres_drop(ERES_SELF, res, 2);
	ERES_EXPECT(test, res, 0, 0, OWNS_EXCLUSIVE(writer, 1));
	eres_ask(reader, ERES_SHARED, res);
	ERES_EXPECT(test, res, 0, 1, OWNS_EXCLUSIVE(writer, 1), WAITS(reader));
	eres_drop(writer, res, 1);
	ERES_EXPECT(test, res, 0, 0, OWNS_NOTHING(writer),
		    OWNS_SHARED(reader, 1));
	eres_drop(reader, res, 1);
	eres_expect_free(test, res);
}

/* Initialise, use, delete, and once more in the same place. */
static void expect_life(struct kunit *test, PERESOURCE res)
{
	struct eres_stage *stage = test->priv;
	int life;

	for (life = 0; life < 2; life++) {
		KUNIT_EXPECT_EQ(test, STATUS_SUCCESS,
				ExInitializeResourceLite(res));
		expect_works(test, res);
		KUNIT_EXPECT_EQ(test, STATUS_SUCCESS, ExDeleteResourceLite(res));
	}
	eres_expect_no_report(test, &stage->reports);
}

enum garbage {
	BYTES,
	RANDOM,
	COPY_OF_IDLE,
	COPY_OF_OWNED,
	COPY_OF_DELETED,
};

struct garbage_param {
	const char *name;
	enum garbage kind;
	u8 byte;
};

static const struct garbage_param garbage_params[] = {
	{ "zeroes", BYTES, 0x00 },
	{ "ones", BYTES, 0xff },
	{ "0x5a", BYTES, 0x5a },
	{ "0x6b", BYTES, 0x6b },
	{ "random", RANDOM },
	{ "a copy of a free resource", COPY_OF_IDLE },
	{ "a copy of an owned resource", COPY_OF_OWNED },
	{ "a copy of a deleted resource", COPY_OF_DELETED },
};

KUNIT_ARRAY_PARAM_DESC(garbage, garbage_params, name);

static void copy_deleted(PERESOURCE to)
{
	ERESOURCE deleted;

	ExInitializeResourceLite(&deleted);
	ExDeleteResourceLite(&deleted);
	memcpy(to, &deleted, sizeof(*to));
}

/* Fill @res; the stage's resource, where it is copied, is owned if asked for. */
static void fill(struct kunit *test, PERESOURCE res)
{
	const struct garbage_param *param = test->param_value;
	struct eres_stage *stage = test->priv;

	switch (param->kind) {
	case BYTES:
		memset(res, param->byte, sizeof(*res));
		break;
	case RANDOM:
		get_random_bytes(res, sizeof(*res));
		break;
	case COPY_OF_OWNED:
		eres_take(ERES_SELF, ERES_EXCLUSIVE, stage->res);
		fallthrough;
	case COPY_OF_IDLE:
		memcpy(res, stage->res, sizeof(*res));
		break;
	case COPY_OF_DELETED:
		copy_deleted(res);
		break;
	}
}

static void init_ignores_what_was_there(struct kunit *test)
{
	const struct garbage_param *param = test->param_value;
	struct eres_stage *stage = test->priv;
	PERESOURCE res = kmalloc(sizeof(*res), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, res);
	fill(test, res);
	expect_life(test, res);

	/* The original does not know of its copy. */
	if (param->kind == COPY_OF_OWNED) {
		ERES_EXPECT(test, stage->res, 0, 0,
			    OWNS_EXCLUSIVE(ERES_SELF, 1));
		eres_drop(ERES_SELF, stage->res, 1);
	}
	expect_works(test, stage->res);
	kfree(res);
}

/* Only what has been initialised can be deleted, or initialised again. */
static void delete_needs_init(struct kunit *test)
{
	const struct garbage_param *param = test->param_value;
	struct eres_stage *stage = test->priv;
	PERESOURCE res = kmalloc(sizeof(*res), GFP_KERNEL);
	ERESOURCE before;

	KUNIT_ASSERT_NOT_NULL(test, res);
	fill(test, res);
	memcpy(&before, res, sizeof(before));

	KUNIT_EXPECT_EQ(test, STATUS_UNSUCCESSFUL, ExDeleteResourceLite(res));
	eres_expect_report(test, &stage->reports, ERES_VERIFIER,
			   ERES_V_DELETE_UNINITIALIZED, res, 0, 0);
	ExReinitializeResourceLite(res);
	eres_expect_report(test, &stage->reports, ERES_VERIFIER,
			   ERES_V_DELETE_UNINITIALIZED, res, 0, 0);
	KUNIT_EXPECT_MEMEQ(test, &before, res, sizeof(before));

	if (param->kind == COPY_OF_OWNED)
		eres_drop(ERES_SELF, stage->res, 1);
	expect_life(test, res);
	expect_works(test, stage->res);
	kfree(res);
}

static ERESOURCE static_resource;

static void lives_in_any_memory(struct kunit *test)
{
	ERESOURCE on_stack;
	PERESOURCE allocated;

	expect_life(test, &static_resource);
	memset(&on_stack, 0xcc, sizeof(on_stack));
	expect_life(test, &on_stack);

	allocated = kmalloc(sizeof(*allocated), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, allocated);
	expect_life(test, allocated);
	kfree(allocated);

	allocated = vmalloc(sizeof(*allocated));
	KUNIT_ASSERT_NOT_NULL(test, allocated);
	expect_life(test, allocated);
	vfree(allocated);
}

struct life_call {
	PERESOURCE res;
	NTSTATUS status;
	bool delete;
};

static void init_or_delete(void *arg)
{
	struct life_call *call = arg;

	if (call->delete)
		call->status = ExDeleteResourceLite(call->res);
	else
		call->status = ExInitializeResourceLite(call->res);
}

static void init_works_in_any_context(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	ERESOURCE res;
	struct life_call call = { .res = &res };
	KIRQL old;

	memset(&res, 0xff, sizeof(res));
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	init_or_delete(&call);
	KeLowerIrql(old);
	KUNIT_EXPECT_EQ(test, call.status, STATUS_SUCCESS);
	expect_works(test, &res);
	KUNIT_EXPECT_EQ(test, STATUS_SUCCESS, ExDeleteResourceLite(&res));

	call.status = STATUS_PENDING;
	KUNIT_EXPECT_TRUE(test, eres_run_in_softirq(ERES_OTHER_CPU,
						    init_or_delete, &call));
	KUNIT_EXPECT_EQ(test, call.status, STATUS_SUCCESS);
	expect_works(test, &res);

	/* At APC_LEVEL it must; in a softirq it can be deleted, if reported. */
	KeRaiseIrql(APC_LEVEL, &old);
	KUNIT_EXPECT_EQ(test, STATUS_SUCCESS, ExDeleteResourceLite(&res));
	KeLowerIrql(old);
	KUNIT_EXPECT_EQ(test, STATUS_SUCCESS, ExInitializeResourceLite(&res));
	eres_expect_no_report(test, &stage->reports);
	call = (struct life_call){ &res, STATUS_PENDING, true };
	KUNIT_EXPECT_TRUE(test, eres_run_in_softirq(ERES_THIS_CPU,
						    init_or_delete, &call));
	KUNIT_EXPECT_EQ(test, call.status, STATUS_SUCCESS);
	eres_expect_irql_rule(test, &stage->reports, &res);
}

static void init_works_through_a_pointer(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	typeof(ExInitializeResourceLite) *init = ExInitializeResourceLite;
	ERESOURCE res;

	KUNIT_EXPECT_EQ(test, STATUS_SUCCESS, init(&res));
	expect_works(test, &res);
	KUNIT_EXPECT_EQ(test, STATUS_SUCCESS, ExDeleteResourceLite(&res));
	KUNIT_EXPECT_EQ(test, STATUS_SUCCESS, (ExInitializeResourceLite)(&res));
	KUNIT_EXPECT_EQ(test, STATUS_SUCCESS, ExDeleteResourceLite(&res));
	eres_expect_no_report(test, &stage->reports);
}

static void init_refuses_what_is_no_address(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	static u8 bytes[sizeof(ERESOURCE) + 8] __aligned(8);
	typeof(ExInitializeResourceLite) *init = ExInitializeResourceLite;
	unsigned int offset;

	KUNIT_EXPECT_EQ(test, STATUS_ACCESS_VIOLATION,
			ExInitializeResourceLite((PERESOURCE)NULL));
	eres_expect_report(test, &stage->reports, ERES_VERIFIER,
			   ERES_V_BAD_ADDRESS, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, STATUS_ACCESS_VIOLATION, init(NULL));
	eres_expect_report(test, &stage->reports, ERES_VERIFIER,
			   ERES_V_BAD_ADDRESS, 0, 0, 0);

	for (offset = 1; offset < 8; offset++) {
		PERESOURCE res = (PERESOURCE)(bytes + offset);

		memset(bytes, 0x5a, sizeof(bytes));
		KUNIT_EXPECT_EQ(test, STATUS_INVALID_PARAMETER,
				ExInitializeResourceLite(res));
		eres_expect_report(test, &stage->reports, ERES_VERIFIER,
				   ERES_V_UNALIGNED, 0, 0, res);
		KUNIT_EXPECT_NULL(test, memchr_inv(bytes, 0x5a, sizeof(bytes)));
	}
	expect_life(test, (PERESOURCE)bytes);
}

#define CROWD 400

static unsigned long crowd_step(void *arg)
{
	PERESOURCE res = arg;
	unsigned long failed = 0;
	int i;

	for (i = 0; i < CROWD; i++) {
		PERESOURCE one = &res[i % 7];

		failed += ExInitializeResourceLite(one) != STATUS_SUCCESS;
		failed += !ExAcquireResourceExclusiveLite(one, FALSE);
		ExReleaseResourceLite(one);
		failed += ExDeleteResourceLite(one) != STATUS_SUCCESS;
	}
	return failed;
}

static void threads_init_and_delete_at_once(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *actor[3];
	PERESOURCE all = kunit_kcalloc(test, 7 * ARRAY_SIZE(actor),
				       sizeof(*all), GFP_KERNEL);
	size_t i;

	KUNIT_ASSERT_NOT_NULL(test, all);
	for (i = 0; i < ARRAY_SIZE(actor); i++)
		actor[i] = eres_stage_actor(test, "maker");
	for (i = 0; i < ARRAY_SIZE(actor); i++)
		eres_actor_begin(actor[i], crowd_step, all + 7 * i);
	for (i = 0; i < ARRAY_SIZE(actor); i++)
		KUNIT_EXPECT_EQ(test, 0, eres_actor_finish(actor[i]));
	eres_expect_no_report(test, &stage->reports);
}

/* As code that does not include eresource.h is linked: by the Windows name. */
static void init_is_exported_by_name(struct kunit *test)
{
	NTSTATUS (*init)(PERESOURCE res) = __symbol_get("ExInitializeResourceLite");
	struct eres_stage *stage = test->priv;
	PERESOURCE res = kunit_kzalloc(test, sizeof(*res), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, init);
	KUNIT_ASSERT_NOT_NULL(test, res);
	KUNIT_EXPECT_EQ(test, STATUS_SUCCESS, init(res));
	expect_works(test, res);
	KUNIT_EXPECT_EQ(test, STATUS_SUCCESS, ExDeleteResourceLite(res));
	eres_expect_no_report(test, &stage->reports);
	__symbol_put("ExInitializeResourceLite");
}

static struct kunit_case life_cycle_cases[] = {
	KUNIT_CASE_PARAM(init_ignores_what_was_there, garbage_gen_params),
	KUNIT_CASE_PARAM(delete_needs_init, garbage_gen_params),
	KUNIT_CASE(lives_in_any_memory),
	KUNIT_CASE(init_works_in_any_context),
	KUNIT_CASE(init_works_through_a_pointer),
	KUNIT_CASE(init_is_exported_by_name),
	KUNIT_CASE(init_refuses_what_is_no_address),
	KUNIT_CASE_SLOW(threads_init_and_delete_at_once),
	{}
};

static struct kunit_suite life_cycle_suite = {
	.name = "eresource_life_cycle",
	.init = eres_stage_init,
	.test_cases = life_cycle_cases,
};

kunit_test_suite(life_cycle_suite);
