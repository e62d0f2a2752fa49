// SPDX-License-Identifier: GPL-2.0-only
/* Shared acquisition ahead of exclusive waiters, and behind them. */
#include "setting.h"
#include "state.h"

/* StarveExclusive overtakes the writer; a plain request that waits stays. */
static void starve_overtakes_exclusive_waiter(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct eres_actor *writer = eres_stage_actor(test, "writer");
	struct eres_actor *reader = eres_stage_actor(test, "reader");
	struct eres_actor *starver = eres_stage_actor(test, "starver");

	KUNIT_EXPECT_TRUE(test, eres_take(owner, ERES_SHARED, res));
	eres_ask(writer, ERES_EXCLUSIVE, res);
	ERES_EXPECT(test, res, 1, 0, OWNS_SHARED(owner, 1), WAITS(writer));
	eres_ask(reader, ERES_SHARED, res);
	ERES_EXPECT(test, res, 1, 1, OWNS_SHARED(owner, 1), WAITS(writer),
		    WAITS(reader), OWNS_NOTHING(starver));

	KUNIT_EXPECT_TRUE(test, eres_take(starver, ERES_STARVE, res));
	KUNIT_EXPECT_TRUE(test, eres_try(starver, ERES_STARVE, res));
	ERES_EXPECT(test, res, 1, 1, OWNS_SHARED(owner, 1), WAITS(writer),
		    WAITS(reader), OWNS_SHARED(starver, 2));
	eres_drop(starver, res, 2);
	eres_drop(owner, res, 1);
	KUNIT_EXPECT_TRUE(test, eres_granted(writer));
	ERES_EXPECT(test, res, 0, 1, OWNS_NOTHING(owner),
		    OWNS_EXCLUSIVE(writer, 1), WAITS(reader),
		    OWNS_NOTHING(starver));
	eres_drop(writer, res, 1);
	KUNIT_EXPECT_TRUE(test, eres_granted(reader));
	eres_drop(reader, res, 1);
	eres_expect_free(test, res);
}

/* As long as starvers relieve one another the writer waits. */
static void starvers_can_starve_a_writer(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *a = eres_stage_actor(test, "a");
	struct eres_actor *b = eres_stage_actor(test, "b");
	struct eres_actor *writer = eres_stage_actor(test, "writer");
	unsigned int round;

	KUNIT_EXPECT_TRUE(test, eres_take(a, ERES_SHARED, res));
	eres_ask(writer, ERES_EXCLUSIVE, res);
	ERES_EXPECT(test, res, 1, 0, OWNS_SHARED(a, 1), OWNS_NOTHING(b),
		    WAITS(writer));
	for (round = 0; round < 4; round++) {
		KUNIT_EXPECT_TRUE(test, eres_take(b, ERES_STARVE, res));
		eres_drop(a, res, 1);
		ERES_EXPECT(test, res, 1, 0, OWNS_NOTHING(a), OWNS_SHARED(b, 1),
			    WAITS(writer));
		KUNIT_EXPECT_TRUE(test, eres_take(a, ERES_STARVE, res));
		eres_drop(b, res, 1);
		ERES_EXPECT(test, res, 1, 0, OWNS_SHARED(a, 1), OWNS_NOTHING(b),
			    WAITS(writer));
	}
	eres_drop(a, res, 1);
	KUNIT_EXPECT_TRUE(test, eres_granted(writer));
	ERES_EXPECT(test, res, 0, 0, OWNS_NOTHING(a), OWNS_NOTHING(b),
		    OWNS_EXCLUSIVE(writer, 1));
	eres_drop(writer, res, 1);
	eres_expect_free(test, res);
}

/* An exclusive owner is what keeps even StarveExclusive out, writer or not. */
static void starve_waits_for_exclusive_owner(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct eres_actor *writer = eres_stage_actor(test, "writer");
	struct eres_actor *starver = eres_stage_actor(test, "starver");

	KUNIT_EXPECT_TRUE(test, eres_take(owner, ERES_EXCLUSIVE, res));
	eres_ask(writer, ERES_EXCLUSIVE, res);
	KUNIT_EXPECT_FALSE(test, eres_try(starver, ERES_STARVE, res));
	ERES_EXPECT(test, res, 1, 0, OWNS_EXCLUSIVE(owner, 1), WAITS(writer),
		    OWNS_NOTHING(starver));
	eres_ask(starver, ERES_STARVE, res);
	ERES_EXPECT(test, res, 1, 1, OWNS_EXCLUSIVE(owner, 1), WAITS(writer),
		    WAITS(starver));

	eres_drop(owner, res, 1);
	KUNIT_EXPECT_TRUE(test, eres_granted(starver));
	ERES_EXPECT(test, res, 1, 0, OWNS_NOTHING(owner), WAITS(writer),
		    OWNS_SHARED(starver, 1));
	eres_drop(starver, res, 1);
	KUNIT_EXPECT_TRUE(test, eres_granted(writer));
	eres_drop(writer, res, 1);
	eres_expect_free(test, res);
}

/* Without an exclusive waiter WaitForExclusive is a plain shared request. */
static void wait_for_without_writer_is_plain_shared(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *a = eres_stage_actor(test, "a");
	struct eres_actor *b = eres_stage_actor(test, "b");

	KUNIT_EXPECT_TRUE(test, eres_take(a, ERES_WAIT_FOR, res));
	KUNIT_EXPECT_TRUE(test, eres_take(a, ERES_WAIT_FOR, res));
	KUNIT_EXPECT_TRUE(test, eres_try(b, ERES_WAIT_FOR, res));
	KUNIT_EXPECT_TRUE(test, eres_try(a, ERES_SHARED, res));
	ERES_EXPECT(test, res, 0, 0, OWNS_SHARED(a, 3), OWNS_SHARED(b, 1));
	eres_drop(a, res, 3);
	eres_drop(b, res, 1);
	eres_expect_no_report(test, &stage->reports);
	eres_expect_free(test, res);
}

/* The one routine that refuses a shared owner: it yields to the writer. */
static void wait_for_refuses_a_shared_owner(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *t = eres_stage_actor(test, "t");
	struct eres_actor *writer = eres_stage_actor(test, "writer");

	KUNIT_EXPECT_TRUE(test, eres_take(t, ERES_SHARED, res));
	KUNIT_EXPECT_TRUE(test, eres_try(t, ERES_WAIT_FOR, res));
	eres_ask(writer, ERES_EXCLUSIVE, res);
	ERES_EXPECT(test, res, 1, 0, OWNS_SHARED(t, 2), WAITS(writer));

	KUNIT_EXPECT_FALSE(test, eres_try(t, ERES_WAIT_FOR, res));
	ERES_EXPECT(test, res, 1, 0, OWNS_SHARED(t, 2), WAITS(writer));
	KUNIT_EXPECT_TRUE(test, eres_try(t, ERES_SHARED, res));
	KUNIT_EXPECT_TRUE(test, eres_try(t, ERES_STARVE, res));
	ERES_EXPECT(test, res, 1, 0, OWNS_SHARED(t, 4), WAITS(writer));
	eres_expect_no_report(test, &stage->reports);

	eres_drop(t, res, 4);
	KUNIT_EXPECT_TRUE(test, eres_granted(writer));
	eres_drop(writer, res, 1);
	eres_expect_free(test, res);
}

/*
 * A shared owner that waits here is reported and waits for itself. Once
 * somebody has released for it, and the other owner has left, the writer comes
 * and goes, and T has one new shared level.
 */
static void wait_for_by_shared_owner_needs_a_foreign_release(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *t = eres_stage_actor(test, "t");
	struct eres_actor *other = eres_stage_actor(test, "other");
	struct eres_actor *writer = eres_stage_actor(test, "writer");
	ERESOURCE_THREAD id = eres_actor_id(t);

	KUNIT_EXPECT_TRUE(test, eres_take(t, ERES_SHARED, res));
	KUNIT_EXPECT_TRUE(test, eres_take(other, ERES_SHARED, res));
	eres_ask(writer, ERES_EXCLUSIVE, res);
	ERES_EXPECT(test, res, 1, 0, OWNS_SHARED(t, 1), OWNS_SHARED(other, 1),
		    WAITS(writer));
	eres_expect_no_report(test, &stage->reports);

	eres_ask(t, ERES_WAIT_FOR, res);
	ERES_EXPECT(test, res, 1, 1, WAITS(t), OWNS_SHARED(other, 1),
		    WAITS(writer));
	eres_expect_report(test, &stage->reports, ERES_VERIFIER,
			   ERES_V_SELF_DEADLOCK, res, 0, 0);
	eres_drop(other, res, 1);
	ERES_EXPECT(test, res, 1, 1, WAITS(t), OWNS_NOTHING(other),
		    WAITS(writer));

	ExReleaseResourceForThreadLite(res, id);
	eres_expect_report(test, &stage->reports, ERES_INVALID_RELEASE, res,
			   ExGetCurrentResourceThread(), id, 0);
	KUNIT_EXPECT_TRUE(test, eres_granted(writer));
	ERES_EXPECT(test, res, 0, 1, WAITS(t), OWNS_NOTHING(other),
		    OWNS_EXCLUSIVE(writer, 1));
	eres_drop(writer, res, 1);
	KUNIT_EXPECT_TRUE(test, eres_granted(t));
	ERES_EXPECT(test, res, 0, 0, OWNS_SHARED(t, 1), OWNS_NOTHING(other),
		    OWNS_NOTHING(writer));
	eres_drop(t, res, 1);
	eres_leave(t, 1);
	eres_expect_free(test, res);
}

/* An exclusive owner recurses through every routine, whoever waits. */
static void exclusive_owner_recurses_past_all_waiters(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *t = eres_stage_actor(test, "t");
	struct eres_actor *writer = eres_stage_actor(test, "writer");
	struct eres_actor *reader = eres_stage_actor(test, "reader");

	KUNIT_EXPECT_TRUE(test, eres_take(t, ERES_EXCLUSIVE, res));
	eres_ask(writer, ERES_EXCLUSIVE, res);
	eres_ask(reader, ERES_WAIT_FOR, res);
	ERES_EXPECT(test, res, 1, 1, OWNS_EXCLUSIVE(t, 1), WAITS(writer),
		    WAITS(reader));
	KUNIT_EXPECT_TRUE(test, eres_try(t, ERES_WAIT_FOR, res));
	ERES_EXPECT(test, res, 1, 1, OWNS_EXCLUSIVE(t, 2), WAITS(writer),
		    WAITS(reader));
	KUNIT_EXPECT_TRUE(test, eres_try(t, ERES_STARVE, res));
	ERES_EXPECT(test, res, 1, 1, OWNS_EXCLUSIVE(t, 3), WAITS(writer),
		    WAITS(reader));

	eres_drop(t, res, 3);
	KUNIT_EXPECT_TRUE(test, eres_granted(reader));
	eres_drop(reader, res, 1);
	KUNIT_EXPECT_TRUE(test, eres_granted(writer));
	eres_drop(writer, res, 1);
	eres_expect_no_report(test, &stage->reports);
	eres_expect_free(test, res);
}

ERES_RULES(starve_wait,
	   KUNIT_CASE(starve_overtakes_exclusive_waiter),
	   KUNIT_CASE(starvers_can_starve_a_writer),
	   KUNIT_CASE(starve_waits_for_exclusive_owner),
	   KUNIT_CASE(wait_for_without_writer_is_plain_shared),
	   KUNIT_CASE(wait_for_refuses_a_shared_owner),
	   KUNIT_CASE(wait_for_by_shared_owner_needs_a_foreign_release),
	   KUNIT_CASE(exclusive_owner_recurses_past_all_waiters));
