// SPDX-License-Identifier: GPL-2.0-only
/* Turning exclusive ownership into shared. */
#include "setting.h"
#include "state.h"

/* The owner becomes a shared one, so that others may come in. */
static void convert_makes_owner_shared(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *t = eres_stage_actor(test, "t");
	struct eres_actor *other = eres_stage_actor(test, "other");

	KUNIT_EXPECT_TRUE(test, eres_take(t, ERES_EXCLUSIVE, res));
	KUNIT_EXPECT_FALSE(test, eres_try(other, ERES_SHARED, res));
	eres_convert(t, res);
	ERES_EXPECT(test, res, 0, 0, OWNS_SHARED(t, 1), OWNS_NOTHING(other));

	KUNIT_EXPECT_TRUE(test, eres_try(other, ERES_SHARED, res));
	KUNIT_EXPECT_FALSE(test, eres_try(t, ERES_EXCLUSIVE, res));
	KUNIT_EXPECT_FALSE(test, eres_try(other, ERES_EXCLUSIVE, res));
	KUNIT_EXPECT_TRUE(test, eres_try(t, ERES_SHARED, res));
	ERES_EXPECT(test, res, 0, 0, OWNS_SHARED(t, 2), OWNS_SHARED(other, 1));
	eres_drop(t, res, 2);
	eres_drop(other, res, 1);
	eres_expect_no_report(test, &stage->reports);
	eres_expect_free(test, res);
}

/* Eight exclusive levels become eight shared ones; eight releases are due. */
static void convert_keeps_recursion(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *t = eres_stage_actor(test, "t");
	struct eres_actor *other = eres_stage_actor(test, "other");
	unsigned int level;

	for (level = 0; level < 8; level++)
		KUNIT_EXPECT_TRUE(test, eres_take(t, ERES_EXCLUSIVE, res));
	ERES_EXPECT(test, res, 0, 0, OWNS_EXCLUSIVE(t, 8), OWNS_NOTHING(other));
	eres_convert(t, res);
	for (level = 8; level; level--) {
		ERES_EXPECT(test, res, 0, 0, OWNS_SHARED(t, level),
			    OWNS_NOTHING(other));
		KUNIT_EXPECT_FALSE(test, eres_try(other, ERES_EXCLUSIVE, res));
		eres_drop(t, res, 1);
	}
	eres_expect_no_report(test, &stage->reports);
	eres_expect_free(test, res);
}

/* Levels that were asked for shared count as any other. */
static void convert_keeps_mixed_levels(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *t = eres_stage_actor(test, "t");

	KUNIT_EXPECT_TRUE(test, eres_take(t, ERES_EXCLUSIVE, res));
	KUNIT_EXPECT_TRUE(test, eres_take(t, ERES_SHARED, res));
	KUNIT_EXPECT_TRUE(test, eres_take(t, ERES_STARVE, res));
	ERES_EXPECT(test, res, 0, 0, OWNS_EXCLUSIVE(t, 3));
	eres_convert(t, res);
	ERES_EXPECT(test, res, 0, 0, OWNS_SHARED(t, 3));
	eres_drop(t, res, 3);
	eres_expect_free(test, res);
}

/*
 * Every thread that waits for shared access gets it, though a writer queued
 * first; the writer waits until all of them and the converter have left.
 */
static void convert_grants_all_shared_waiters(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *t = eres_stage_actor(test, "t");
	struct eres_actor *writer = eres_stage_actor(test, "writer");
	struct eres_actor *a = eres_stage_actor(test, "a");
	struct eres_actor *b = eres_stage_actor(test, "b");
	struct eres_actor *c = eres_stage_actor(test, "c");

	KUNIT_EXPECT_TRUE(test, eres_take(t, ERES_EXCLUSIVE, res));
	eres_ask(writer, ERES_EXCLUSIVE, res);
	ERES_EXPECT(test, res, 1, 0, OWNS_EXCLUSIVE(t, 1), WAITS(writer));
	eres_ask(a, ERES_SHARED, res);
	eres_ask(b, ERES_STARVE, res);
	eres_ask(c, ERES_WAIT_FOR, res);
	ERES_EXPECT(test, res, 1, 3, OWNS_EXCLUSIVE(t, 1), WAITS(writer),
		    WAITS(a), WAITS(b), WAITS(c));

	eres_convert(t, res);
	ERES_EXPECT(test, res, 1, 0, OWNS_SHARED(t, 1), WAITS(writer),
		    OWNS_SHARED(a, 1), OWNS_SHARED(b, 1), OWNS_SHARED(c, 1));
	KUNIT_EXPECT_TRUE(test, eres_granted(a));
	KUNIT_EXPECT_TRUE(test, eres_granted(b));
	KUNIT_EXPECT_TRUE(test, eres_granted(c));

	eres_drop(t, res, 1);
	eres_drop(a, res, 1);
	eres_drop(b, res, 1);
	ERES_EXPECT(test, res, 1, 0, OWNS_NOTHING(t), WAITS(writer),
		    OWNS_NOTHING(a), OWNS_NOTHING(b), OWNS_SHARED(c, 1));
	eres_drop(c, res, 1);
	KUNIT_EXPECT_TRUE(test, eres_granted(writer));
	ERES_EXPECT(test, res, 0, 0, OWNS_NOTHING(t), OWNS_EXCLUSIVE(writer, 1),
		    OWNS_NOTHING(a), OWNS_NOTHING(b), OWNS_NOTHING(c));
	eres_drop(writer, res, 1);
	eres_expect_no_report(test, &stage->reports);
	eres_expect_free(test, res);
}

/* With recursion and waiters together: neither is lost. */
static void convert_with_recursion_grants_waiters(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *t = eres_stage_actor(test, "t");
	struct eres_actor *reader = eres_stage_actor(test, "reader");
	unsigned int level;

	for (level = 0; level < 8; level++)
		KUNIT_EXPECT_TRUE(test, eres_take(t, ERES_EXCLUSIVE, res));
	eres_ask(reader, ERES_SHARED, res);
	ERES_EXPECT(test, res, 0, 1, OWNS_EXCLUSIVE(t, 8), WAITS(reader));
	eres_convert(t, res);
	ERES_EXPECT(test, res, 0, 0, OWNS_SHARED(t, 8), OWNS_SHARED(reader, 1));
	eres_drop(t, res, 8);
	ERES_EXPECT(test, res, 0, 0, OWNS_NOTHING(t), OWNS_SHARED(reader, 1));
	eres_drop(reader, res, 1);
	eres_expect_free(test, res);
}

/* Exclusive waiters go on waiting, and newcomers queue behind them. */
static void convert_leaves_exclusive_waiters(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *t = eres_stage_actor(test, "t");
	struct eres_actor *first = eres_stage_actor(test, "first");
	struct eres_actor *second = eres_stage_actor(test, "second");
	struct eres_actor *newcomer = eres_stage_actor(test, "newcomer");

	KUNIT_EXPECT_TRUE(test, eres_take(t, ERES_EXCLUSIVE, res));
	eres_ask(first, ERES_EXCLUSIVE, res);
	ERES_EXPECT(test, res, 1, 0, OWNS_EXCLUSIVE(t, 1), WAITS(first));
	eres_ask(second, ERES_EXCLUSIVE, res);
	ERES_EXPECT(test, res, 2, 0, OWNS_EXCLUSIVE(t, 1), WAITS(first),
		    WAITS(second));
	eres_convert(t, res);
	ERES_EXPECT(test, res, 2, 0, OWNS_SHARED(t, 1), WAITS(first),
		    WAITS(second), OWNS_NOTHING(newcomer));
	KUNIT_EXPECT_FALSE(test, eres_try(newcomer, ERES_SHARED, res));
	KUNIT_EXPECT_TRUE(test, eres_try(newcomer, ERES_STARVE, res));
	KUNIT_EXPECT_TRUE(test, eres_try(t, ERES_SHARED, res));
	ERES_EXPECT(test, res, 2, 0, OWNS_SHARED(t, 2), WAITS(first),
		    WAITS(second), OWNS_SHARED(newcomer, 1));
	eres_drop(newcomer, res, 1);

	eres_drop(t, res, 2);
	KUNIT_EXPECT_TRUE(test, eres_granted(first));
	eres_drop(first, res, 1);
	KUNIT_EXPECT_TRUE(test, eres_granted(second));
	eres_drop(second, res, 1);
	eres_expect_free(test, res);
}

/* IRQL <= APC_LEVEL is all that the routine asks for. */
static void convert_works_at_apc_level(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	KIRQL old = DISPATCH_LEVEL;

	KeRaiseIrql(APC_LEVEL, &old);
	KUNIT_EXPECT_EQ(test, old, PASSIVE_LEVEL);
	KUNIT_EXPECT_TRUE(test, ExAcquireResourceExclusiveLite(res, FALSE));
	ERES_EXPECT(test, res, 0, 0, OWNS_EXCLUSIVE(ERES_SELF, 1));
	ExConvertExclusiveToSharedLite(res);
	ERES_EXPECT(test, res, 0, 0, OWNS_SHARED(ERES_SELF, 1));
	ExReleaseResourceLite(res);
	KeLowerIrql(old);
	eres_expect_no_report(test, &stage->reports);
	eres_expect_free(test, res);
}

/* A convert that @who may not do: reported once. */
static void expect_convert_refused(struct kunit *test, struct eres_actor *who)
{
	struct eres_stage *stage = test->priv;

	eres_convert(who, stage->res);
	eres_expect_report(test, &stage->reports, ERES_FAST_PRECONDITION,
			   ERES_FAST_CONVERT_NOT_EXCLUSIVE, stage->res,
			   eres_actor_id(who), 0);
}

static void convert_by_shared_owner_changes_nothing(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *t = eres_stage_actor(test, "t");
	struct eres_actor *writer = eres_stage_actor(test, "writer");
	struct eres_actor *reader = eres_stage_actor(test, "reader");

	KUNIT_EXPECT_TRUE(test, eres_take(t, ERES_EXCLUSIVE, res));
	KUNIT_EXPECT_TRUE(test, eres_take(t, ERES_EXCLUSIVE, res));
	eres_convert(t, res);
	eres_expect_no_report(test, &stage->reports);
	eres_ask(writer, ERES_EXCLUSIVE, res);
	ERES_EXPECT(test, res, 1, 0, OWNS_SHARED(t, 2), WAITS(writer));
	eres_ask(reader, ERES_SHARED, res);
	ERES_EXPECT(test, res, 1, 1, OWNS_SHARED(t, 2), WAITS(writer),
		    WAITS(reader));

	expect_convert_refused(test, t);
	ERES_EXPECT(test, res, 1, 1, OWNS_SHARED(t, 2), WAITS(writer),
		    WAITS(reader));

	eres_drop(t, res, 2);
	KUNIT_EXPECT_TRUE(test, eres_granted(writer));
	eres_drop(writer, res, 1);
	KUNIT_EXPECT_TRUE(test, eres_granted(reader));
	eres_drop(reader, res, 1);
	eres_expect_free(test, res);
}

static void convert_by_non_owner_changes_nothing(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *t = eres_stage_actor(test, "t");
	struct eres_actor *owner = eres_stage_actor(test, "owner");

	expect_convert_refused(test, t);
	ERES_EXPECT(test, res, 0, 0, OWNS_NOTHING(t), OWNS_NOTHING(owner));

	KUNIT_EXPECT_TRUE(test, eres_take(owner, ERES_EXCLUSIVE, res));
	expect_convert_refused(test, t);
	ERES_EXPECT(test, res, 0, 0, OWNS_NOTHING(t), OWNS_EXCLUSIVE(owner, 1));
	KUNIT_EXPECT_FALSE(test, eres_try(t, ERES_SHARED, res));

	eres_convert(owner, res);
	eres_expect_no_report(test, &stage->reports);
	expect_convert_refused(test, t);
	ERES_EXPECT(test, res, 0, 0, OWNS_NOTHING(t), OWNS_SHARED(owner, 1));
	eres_drop(owner, res, 1);
	eres_expect_free(test, res);
}

ERES_RULES(convert,
	   KUNIT_CASE(convert_makes_owner_shared),
	   KUNIT_CASE(convert_keeps_recursion),
	   KUNIT_CASE(convert_keeps_mixed_levels),
	   KUNIT_CASE(convert_grants_all_shared_waiters),
	   KUNIT_CASE(convert_with_recursion_grants_waiters),
	   KUNIT_CASE(convert_leaves_exclusive_waiters),
	   KUNIT_CASE(convert_works_at_apc_level),
	   KUNIT_CASE(convert_by_shared_owner_changes_nothing),
	   KUNIT_CASE(convert_by_non_owner_changes_nothing));
