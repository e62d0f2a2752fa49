// SPDX-License-Identifier: GPL-2.0-only
/*
 * Owner pointers among others: equal and different values, on one resource and
 * on several, and beside threads that own as themselves.
 */
#include <linux/slab.h>

#include <storage.h>
#include <lock/owner_word.h>

#include "setting.h"
#include "softirq.h"
#include "state.h"

#define VALUE(n) ((ULONG_PTR)(n) << 2 | 3)

struct group_call {
	PERESOURCE res;
	ULONG_PTR value;
	ULONG flags;
};

static unsigned long hand_over_step(void *arg)
{
	struct group_call *call = arg;

	ExSetResourceOwnerPointerEx(call->res, (PVOID)call->value, call->flags);
	return 0;
}

/* Hand over what @owner has in @levels regions, and leave those. */
static void hand_over(struct eres_actor *owner, PERESOURCE res, ULONG_PTR value,
		      unsigned int levels)
{
	struct group_call call = { .res = res, .value = value };

	eres_actor_do(owner, hand_over_step, &call);
	eres_leave(owner, levels);
}

static void several_owners_share_a_value(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *owner[3], *writer = eres_stage_actor(test, "writer");
	unsigned int i, level;

	for (i = 0; i < ARRAY_SIZE(owner); i++) {
		owner[i] = eres_stage_actor(test, "owner");
		for (level = 0; level <= i; level++)
			eres_take(owner[i], ERES_SHARED, stage->res);
	}
	for (i = 0; i < ARRAY_SIZE(owner); i++)
		hand_over(owner[i], stage->res, VALUE(0), i + 1);

	/* 1 + 2 + 3 levels */
	for (i = 0; i < 6; i++) {
		ERES_EXPECT(test, stage->res, 0, 0, OWNS_NOTHING(owner[0]),
			    OWNS_NOTHING(owner[1]), OWNS_NOTHING(owner[2]));
		KUNIT_EXPECT_FALSE(test,
				   eres_try(writer, ERES_EXCLUSIVE, stage->res));
		ExReleaseResourceForThreadLite(stage->res, VALUE(0));
	}
	eres_expect_no_report(test, &stage->reports);
	eres_expect_free(test, stage->res);

	ExReleaseResourceForThreadLite(stage->res, VALUE(0));
	eres_expect_report(test, &stage->reports, ERES_RESOURCE_NOT_OWNED,
			   stage->res, ExGetCurrentResourceThread(), 0, 0);
	eres_expect_free(test, stage->res);
}

/* By the word alone: in it, or, if a bias has begun meanwhile, not even there. */
static bool is_thin(PERESOURCE res)
{
	unsigned long owner = READ_ONCE(res->owner);

	return eres_owner_is_thin_group(owner) || owner == ERES_BIASED;
}

/* Also if the resource is never without readers from then on. */
static void readers_need_no_lock_once_it_is_released(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *reader = eres_stage_actor(test, "reader");
	struct eres_actor *owner = eres_stage_actor(test, "owner");

	eres_take(reader, ERES_SHARED, stage->res);
	eres_take(owner, ERES_SHARED, stage->res);
	hand_over(owner, stage->res, VALUE(0), 1);
	ExReleaseResourceForThreadLite(stage->res, VALUE(0));
	KUNIT_EXPECT_TRUE(test, is_thin(stage->res));

	/* So it is after a release under a thread's id. */
	eres_take(owner, ERES_SHARED, stage->res);
	ExReleaseResourceForThreadLite(stage->res, eres_actor_id(owner));
	eres_expect_report(test, &stage->reports, ERES_INVALID_RELEASE,
			   stage->res, ExGetCurrentResourceThread(),
			   eres_actor_id(owner), 0);
	eres_leave(owner, 1);
	KUNIT_EXPECT_TRUE(test, is_thin(stage->res));

	ERES_EXPECT(test, stage->res, 0, 0, OWNS_SHARED(reader, 1),
		    OWNS_NOTHING(owner));
	eres_drop(reader, stage->res, 1);
	eres_expect_free(test, stage->res);
}

/* The same thread again: more levels for the value, or some for another one. */
static void second_hand_over_adds_levels(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct eres_actor *writer = eres_stage_actor(test, "writer");
	static const unsigned int values[] = { 1, 2, 1, 1 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(values); i++) {
		KUNIT_EXPECT_TRUE(test,
				  eres_try(owner, ERES_SHARED, stage->res));
		ERES_EXPECT(test, stage->res, 0, 0, OWNS_SHARED(owner, 1));
		hand_over(owner, stage->res, VALUE(values[i]), 1);
		ERES_EXPECT(test, stage->res, 0, 0, OWNS_NOTHING(owner));
	}
	for (i = 0; i < ARRAY_SIZE(values); i++) {
		KUNIT_EXPECT_FALSE(test,
				   eres_try(writer, ERES_EXCLUSIVE, stage->res));
		ExReleaseResourceForThreadLite(stage->res, VALUE(values[i]));
	}
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

#define VALUES	199

/* In any order, and every tenth value twice: each answers as often as it was handed over. */
static void many_values_are_released_apart(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct eres_actor *writer = eres_stage_actor(test, "writer");
	unsigned int i, n;

	for (i = 0; i < VALUES; i++) {
		n = i * 37 % VALUES;
		eres_take(owner, ERES_SHARED, stage->res);
		hand_over(owner, stage->res, VALUE(n % 10 ? n : n / 20), 1);
	}
	for (i = 0; i < VALUES; i++) {
		n = i * 73 % VALUES;
		ExReleaseResourceForThreadLite(stage->res, VALUE(n % 10 ? n : n / 20));
		eres_expect_no_report(test, &stage->reports);
		KUNIT_EXPECT_EQ(test, eres_try(writer, ERES_EXCLUSIVE, stage->res),
				i == VALUES - 1);
		if (i == VALUES - 1 || n < 10 || n % 10 == 0)
			continue;
		ExReleaseResourceForThreadLite(stage->res, VALUE(n));
		eres_expect_report(test, &stage->reports, ERES_RESOURCE_NOT_OWNED, stage->res,
				   ExGetCurrentResourceThread(), 0, 0);
	}
	eres_drop(writer, stage->res, 1);
	eres_expect_free(test, stage->res);
}

static void values_are_released_apart(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *owner[3], *writer = eres_stage_actor(test, "writer");
	static const unsigned int order[] = { 1, 2, 0 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(owner); i++) {
		owner[i] = eres_stage_actor(test, "owner");
		eres_take(owner[i], ERES_SHARED, stage->res);
	}
	for (i = 0; i < ARRAY_SIZE(owner); i++)
		hand_over(owner[i], stage->res, VALUE(i), 1);

	for (i = 0; i < ARRAY_SIZE(order); i++) {
		KUNIT_EXPECT_FALSE(test,
				   eres_try(writer, ERES_EXCLUSIVE, stage->res));
		ExReleaseResourceForThreadLite(stage->res, VALUE(order[i]));
		eres_expect_no_report(test, &stage->reports);

		/* Once only. */
		ExReleaseResourceForThreadLite(stage->res, VALUE(order[i]));
		eres_expect_report(test, &stage->reports,
				   ERES_RESOURCE_NOT_OWNED, stage->res,
				   ExGetCurrentResourceThread(), 0, 0);
	}
	eres_expect_free(test, stage->res);
}

static void other_owners_keep_their_levels(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct eres_actor *reader = eres_stage_actor(test, "reader");
	struct eres_actor *writer = eres_stage_actor(test, "writer");

	eres_take(reader, ERES_SHARED, stage->res);
	eres_take(reader, ERES_SHARED, stage->res);
	eres_take(owner, ERES_SHARED, stage->res);
	hand_over(owner, stage->res, VALUE(0), 1);
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_NOTHING(owner),
		    OWNS_SHARED(reader, 2));

	ExReleaseResourceForThreadLite(stage->res, VALUE(0));
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_NOTHING(owner),
		    OWNS_SHARED(reader, 2));
	KUNIT_EXPECT_FALSE(test, eres_try(writer, ERES_EXCLUSIVE, stage->res));
	eres_drop(reader, stage->res, 2);
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

static void converted_ownership_moves_as_shared(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct eres_actor *reader = eres_stage_actor(test, "reader");
	unsigned int level;

	for (level = 0; level < 8; level++)
		eres_take(owner, ERES_EXCLUSIVE, stage->res);
	eres_convert(owner, stage->res);
	hand_over(owner, stage->res, VALUE(0), 8);

	for (level = 8; level; level--) {
		bool got = eres_try(reader, ERES_SHARED, stage->res);

		KUNIT_EXPECT_TRUE(test, got);
		ERES_EXPECT(test, stage->res, 0, 0, OWNS_NOTHING(owner),
			    OWNS_SHARED(reader, got));
		eres_drop(reader, stage->res, got);
		KUNIT_EXPECT_FALSE(test,
				   eres_try(reader, ERES_EXCLUSIVE, stage->res));
		ExReleaseResourceForThreadLite(stage->res, VALUE(0));
	}
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

#define MANY 24

/* One completion value for whatever a request holds, as file systems use it. */
static void resources_under_one_value_are_apart(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct eres_actor *other = eres_stage_actor(test, "other");
	PERESOURCE many = kcalloc(MANY, sizeof(*many), GFP_KERNEL);
	bool gone = true;
	int i, j;

	KUNIT_ASSERT_NOT_NULL(test, many);
	for (i = 0; i < MANY; i++) {
		ExInitializeResourceLite(&many[i]);
		eres_take(owner, i & 1 ? ERES_EXCLUSIVE : ERES_SHARED, &many[i]);
		hand_over(owner, &many[i], VALUE(0), 1);
	}
	for (i = 0; i < MANY; i++) {
		int at = (i * 7 + 5) % MANY;

		KUNIT_EXPECT_FALSE(test,
				   eres_try(other, ERES_EXCLUSIVE, &many[at]));
		ExReleaseResourceForThreadLite(&many[at], VALUE(0));
		eres_expect_free(test, &many[at]);
		ERES_EXPECT(test, &many[at], 0, 0, OWNS_NOTHING(owner),
			    OWNS_NOTHING(other));
	}
	for (i = 0, j = 0; i < MANY; i++)
		j += ExDeleteResourceLite(&many[i]) == STATUS_SUCCESS;
	gone = j == MANY;
	KUNIT_EXPECT_TRUE(test, gone);
	if (gone)
		kfree(many);
	eres_expect_no_report(test, &stage->reports);
}

static void hand_over_works_at_dispatch_level(struct kunit *test)
{
	static const enum eres_routine routines[] = {
		ERES_EXCLUSIVE, ERES_SHARED,
	};
	struct eres_stage *stage = test->priv;
	struct eres_actor *waiter = eres_stage_actor(test, "waiter");
	size_t i;
	KIRQL old;

	for (i = 0; i < ARRAY_SIZE(routines); i++) {
		eres_take(ERES_SELF, routines[i], stage->res);
		eres_ask(waiter, ERES_EXCLUSIVE, stage->res);
		ERES_EXPECT(test, stage->res, 1, 0, WAITS(waiter));

		KeRaiseIrql(DISPATCH_LEVEL, &old);
		ExSetResourceOwnerPointer(stage->res, (PVOID)VALUE(0));
		KUNIT_EXPECT_EQ(test, 0,
				ExIsResourceAcquiredSharedLite(stage->res));
		KeLowerIrql(old);
		eres_leave(ERES_SELF, 1);
		ERES_EXPECT(test, stage->res, 1, 0, WAITS(waiter),
			    OWNS_NOTHING(ERES_SELF));

		ExReleaseResourceForThreadLite(stage->res, VALUE(0));
		ERES_EXPECT(test, stage->res, 0, 0, OWNS_EXCLUSIVE(waiter, 1));
		eres_drop(waiter, stage->res, 1);
	}
	eres_expect_no_report(test, &stage->reports);
}

struct load {
	struct eres_stage *stage;
	ULONG_PTR value;
	unsigned long *sum;
};

#define LOAD_ROUNDS 200

static void release_in_softirq(void *arg)
{
	struct load *load = arg;

	ExReleaseResourceForThreadLite(load->stage->res, load->value);
}

/* @sum is plain: only what the owner pointer keeps out keeps it whole. */
static unsigned long load_step(void *arg)
{
	struct load *load = arg;
	PERESOURCE res = load->stage->res;
	unsigned long i, seen;

	for (i = 0; i < LOAD_ROUNDS; i++) {
		KeEnterCriticalRegion();
		ExAcquireResourceExclusiveLite(res, TRUE);
		ExSetResourceOwnerPointer(res, (PVOID)load->value);
		KeLeaveCriticalRegion();
		seen = READ_ONCE(*load->sum);
		cond_resched();
		WRITE_ONCE(*load->sum, seen + 1);
		eres_run_in_softirq(i & 1 ? ERES_THIS_CPU : ERES_OTHER_CPU,
				    release_in_softirq, load);
	}
	return 0;
}

static void exclusive_pointers_exclude_under_load(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *actor[3];
	struct load load[ARRAY_SIZE(actor)];
	unsigned long sum = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(actor); i++) {
		actor[i] = eres_stage_actor(test, "owner");
		load[i] = (struct load){ stage, VALUE(i), &sum };
	}
	for (i = 0; i < ARRAY_SIZE(actor); i++)
		eres_actor_begin(actor[i], load_step, &load[i]);
	for (i = 0; i < ARRAY_SIZE(actor); i++)
		eres_actor_finish(actor[i]);

	KUNIT_EXPECT_EQ(test, sum, ARRAY_SIZE(actor) * LOAD_ROUNDS);
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

ERES_RULES(owner_pointer_group,
	   KUNIT_CASE(several_owners_share_a_value),
	   KUNIT_CASE(second_hand_over_adds_levels),
	   KUNIT_CASE(values_are_released_apart),
	   KUNIT_CASE(other_owners_keep_their_levels),
	   KUNIT_CASE(converted_ownership_moves_as_shared),
	   KUNIT_CASE(resources_under_one_value_are_apart),
	   KUNIT_CASE(hand_over_works_at_dispatch_level));

/* In the plain setting alone: of readers that are counted, and as long as it takes. */
static struct kunit_case load_cases[] = {
	KUNIT_CASE(readers_need_no_lock_once_it_is_released),
	KUNIT_CASE(many_values_are_released_apart),
	KUNIT_CASE_SLOW(exclusive_pointers_exclude_under_load),
	{}
};

static struct kunit_suite owner_pointer_load_suite = {
	.name = "eresource_owner_pointer_load",
	.init = eres_stage_init,
	.test_cases = load_cases,
};

kunit_test_suite(owner_pointer_load_suite);
