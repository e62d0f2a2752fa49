// SPDX-License-Identifier: GPL-2.0-only
/* Shared acquisition, its recursion, and the order in which waiters get in. */
#include "setting.h"
#include "state.h"

/* Every owner has a count of its own; the resource is free after the last. */
static void shared_levels_are_counted_per_thread(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *a = eres_stage_actor(test, "a");
	struct eres_actor *b = eres_stage_actor(test, "b");
	struct eres_actor *other = eres_stage_actor(test, "other");
	unsigned int level;

	for (level = 1; level <= 8; level++) {
		KUNIT_EXPECT_TRUE(test, eres_take(a, ERES_SHARED, res));
		ERES_EXPECT(test, res, 0, 0, OWNS_SHARED(a, level),
			    OWNS_SHARED(b, level - 1), OWNS_NOTHING(other));
		KUNIT_EXPECT_TRUE(test, eres_take(b, ERES_SHARED, res));
		ERES_EXPECT(test, res, 0, 0, OWNS_SHARED(a, level),
			    OWNS_SHARED(b, level), OWNS_NOTHING(other));
	}
	eres_drop(a, res, 8);
	ERES_EXPECT(test, res, 0, 0, OWNS_NOTHING(a), OWNS_SHARED(b, 8),
		    OWNS_NOTHING(other));
	for (level = 8; level; level--) {
		KUNIT_EXPECT_FALSE(test, eres_try(other, ERES_EXCLUSIVE, res));
		ERES_EXPECT(test, res, 0, 0, OWNS_NOTHING(a),
			    OWNS_SHARED(b, level), OWNS_NOTHING(other));
		eres_drop(b, res, 1);
	}
	eres_expect_free(test, res);
}

/*
 * A shared owner may acquire again while another thread waits for exclusive
 * access; a newcomer may not.
 */
static void shared_recursion_passes_exclusive_waiter(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct eres_actor *newcomer = eres_stage_actor(test, "newcomer");
	struct eres_actor *writer = eres_stage_actor(test, "writer");
	unsigned int level;

	KUNIT_EXPECT_TRUE(test, eres_take(owner, ERES_SHARED, res));
	eres_ask(writer, ERES_EXCLUSIVE, res);
	ERES_EXPECT(test, res, 1, 0, OWNS_SHARED(owner, 1),
		    OWNS_NOTHING(newcomer), WAITS(writer));
	for (level = 2; level <= 4; level++) {
		KUNIT_EXPECT_TRUE(test, eres_try(owner, ERES_SHARED, res));
		KUNIT_EXPECT_FALSE(test, eres_try(newcomer, ERES_SHARED, res));
		ERES_EXPECT(test, res, 1, 0, OWNS_SHARED(owner, level),
			    OWNS_NOTHING(newcomer), WAITS(writer));
	}
	eres_drop(owner, res, 3);
	ERES_EXPECT(test, res, 1, 0, OWNS_SHARED(owner, 1),
		    OWNS_NOTHING(newcomer), WAITS(writer));
	eres_drop(owner, res, 1);
	KUNIT_EXPECT_TRUE(test, eres_granted(writer));
	eres_drop(writer, res, 1);
	eres_expect_free(test, res);
}

/* What an exclusive owner asks for shared is one more exclusive level. */
static void exclusive_owner_stays_exclusive(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *t = eres_stage_actor(test, "t");
	struct eres_actor *other = eres_stage_actor(test, "other");
	unsigned int level;

	KUNIT_EXPECT_TRUE(test, eres_take(t, ERES_EXCLUSIVE, res));
	KUNIT_EXPECT_TRUE(test, eres_take(t, ERES_SHARED, res));
	KUNIT_EXPECT_TRUE(test, eres_take(t, ERES_STARVE, res));
	KUNIT_EXPECT_TRUE(test, eres_take(t, ERES_WAIT_FOR, res));
	for (level = 4; level; level--) {
		ERES_EXPECT(test, res, 0, 0, OWNS_EXCLUSIVE(t, level),
			    OWNS_NOTHING(other));
		KUNIT_EXPECT_FALSE(test, eres_try(other, ERES_SHARED, res));
		KUNIT_EXPECT_FALSE(test, eres_try(other, ERES_STARVE, res));
		eres_drop(t, res, 1);
	}
	ERES_EXPECT(test, res, 0, 0, OWNS_NOTHING(t), OWNS_NOTHING(other));
	eres_expect_free(test, res);
}

/* The exclusive owner leaves and only shared waiters are queued: all get in. */
static void exclusive_release_grants_all_shared_waiters(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct eres_actor *a = eres_stage_actor(test, "a");
	struct eres_actor *b = eres_stage_actor(test, "b");
	struct eres_actor *c = eres_stage_actor(test, "c");

	KUNIT_EXPECT_TRUE(test, eres_take(owner, ERES_EXCLUSIVE, res));
	eres_ask(a, ERES_SHARED, res);
	eres_ask(b, ERES_STARVE, res);
	eres_ask(c, ERES_WAIT_FOR, res);
	ERES_EXPECT(test, res, 0, 3, OWNS_EXCLUSIVE(owner, 1), WAITS(a),
		    WAITS(b), WAITS(c));

	eres_drop(owner, res, 1);
	KUNIT_EXPECT_TRUE(test, eres_granted(a));
	KUNIT_EXPECT_TRUE(test, eres_granted(b));
	KUNIT_EXPECT_TRUE(test, eres_granted(c));
	ERES_EXPECT(test, res, 0, 0, OWNS_NOTHING(owner), OWNS_SHARED(a, 1),
		    OWNS_SHARED(b, 1), OWNS_SHARED(c, 1));
	eres_drop(a, res, 1);
	eres_drop(b, res, 1);
	eres_drop(c, res, 1);
	eres_expect_free(test, res);
}

/*
 * The exclusive owner leaves and both queues are occupied: all shared waiters
 * first, then the exclusive one. Windows does not say; this is our order.
 */
static void exclusive_release_prefers_shared_waiters(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct eres_actor *writer = eres_stage_actor(test, "writer");
	struct eres_actor *a = eres_stage_actor(test, "a");
	struct eres_actor *b = eres_stage_actor(test, "b");

	KUNIT_EXPECT_TRUE(test, eres_take(owner, ERES_EXCLUSIVE, res));
	eres_ask(writer, ERES_EXCLUSIVE, res);
	ERES_EXPECT(test, res, 1, 0, OWNS_EXCLUSIVE(owner, 1), WAITS(writer));
	eres_ask(a, ERES_SHARED, res);
	eres_ask(b, ERES_SHARED, res);
	ERES_EXPECT(test, res, 1, 2, OWNS_EXCLUSIVE(owner, 1), WAITS(writer),
		    WAITS(a), WAITS(b));

	eres_drop(owner, res, 1);
	ERES_EXPECT(test, res, 1, 0, OWNS_NOTHING(owner), WAITS(writer),
		    OWNS_SHARED(a, 1), OWNS_SHARED(b, 1));
	eres_drop(a, res, 1);
	ERES_EXPECT(test, res, 1, 0, OWNS_NOTHING(owner), WAITS(writer),
		    OWNS_NOTHING(a), OWNS_SHARED(b, 1));
	eres_drop(b, res, 1);
	KUNIT_EXPECT_TRUE(test, eres_granted(writer));
	ERES_EXPECT(test, res, 0, 0, OWNS_NOTHING(owner),
		    OWNS_EXCLUSIVE(writer, 1), OWNS_NOTHING(a),
		    OWNS_NOTHING(b));
	eres_drop(writer, res, 1);
	eres_expect_free(test, res);
}

/*
 * The last shared owner leaves and both queues are occupied: the exclusive
 * waiter gets it, and the shared one after that.
 */
static void last_shared_release_prefers_exclusive_waiter(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct eres_actor *writer = eres_stage_actor(test, "writer");
	struct eres_actor *reader = eres_stage_actor(test, "reader");

	KUNIT_EXPECT_TRUE(test, eres_take(owner, ERES_SHARED, res));
	eres_ask(writer, ERES_EXCLUSIVE, res);
	ERES_EXPECT(test, res, 1, 0, OWNS_SHARED(owner, 1), WAITS(writer));
	eres_ask(reader, ERES_SHARED, res);
	ERES_EXPECT(test, res, 1, 1, OWNS_SHARED(owner, 1), WAITS(writer),
		    WAITS(reader));

	eres_drop(owner, res, 1);
	KUNIT_EXPECT_TRUE(test, eres_granted(writer));
	ERES_EXPECT(test, res, 0, 1, OWNS_NOTHING(owner),
		    OWNS_EXCLUSIVE(writer, 1), WAITS(reader));

	eres_drop(writer, res, 1);
	KUNIT_EXPECT_TRUE(test, eres_granted(reader));
	ERES_EXPECT(test, res, 0, 0, OWNS_NOTHING(owner), OWNS_NOTHING(writer),
		    OWNS_SHARED(reader, 1));
	eres_drop(reader, res, 1);
	eres_expect_free(test, res);
}

/* One of several exclusive waiters at a time, and in the order they came. */
static void exclusive_waiters_are_served_one_by_one(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct eres_actor *first = eres_stage_actor(test, "first");
	struct eres_actor *second = eres_stage_actor(test, "second");

	KUNIT_EXPECT_TRUE(test, eres_take(owner, ERES_EXCLUSIVE, res));
	eres_ask(first, ERES_EXCLUSIVE, res);
	ERES_EXPECT(test, res, 1, 0, OWNS_EXCLUSIVE(owner, 1), WAITS(first));
	eres_ask(second, ERES_EXCLUSIVE, res);
	ERES_EXPECT(test, res, 2, 0, OWNS_EXCLUSIVE(owner, 1), WAITS(first),
		    WAITS(second));

	eres_drop(owner, res, 1);
	ERES_EXPECT(test, res, 1, 0, OWNS_NOTHING(owner),
		    OWNS_EXCLUSIVE(first, 1), WAITS(second));
	KUNIT_EXPECT_TRUE(test, eres_granted(first));
	eres_drop(first, res, 1);
	ERES_EXPECT(test, res, 0, 0, OWNS_NOTHING(owner), OWNS_NOTHING(first),
		    OWNS_EXCLUSIVE(second, 1));
	KUNIT_EXPECT_TRUE(test, eres_granted(second));
	eres_drop(second, res, 1);
	eres_expect_free(test, res);
}

/* While a writer waits newcomers queue behind it, so that it can not starve. */
static void newcomers_queue_behind_exclusive_waiter(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct eres_actor *writer = eres_stage_actor(test, "writer");
	struct eres_actor *a = eres_stage_actor(test, "a");
	struct eres_actor *b = eres_stage_actor(test, "b");

	KUNIT_EXPECT_TRUE(test, eres_take(owner, ERES_SHARED, res));
	KUNIT_EXPECT_TRUE(test, eres_try(a, ERES_SHARED, res));
	eres_drop(a, res, 1);
	eres_ask(writer, ERES_EXCLUSIVE, res);
	ERES_EXPECT(test, res, 1, 0, OWNS_SHARED(owner, 1), WAITS(writer),
		    OWNS_NOTHING(a), OWNS_NOTHING(b));
	eres_ask(a, ERES_SHARED, res);
	eres_ask(b, ERES_WAIT_FOR, res);
	ERES_EXPECT(test, res, 1, 2, OWNS_SHARED(owner, 1), WAITS(writer),
		    WAITS(a), WAITS(b));

	eres_drop(owner, res, 1);
	KUNIT_EXPECT_TRUE(test, eres_granted(writer));
	ERES_EXPECT(test, res, 0, 2, OWNS_NOTHING(owner),
		    OWNS_EXCLUSIVE(writer, 1), WAITS(a), WAITS(b));
	eres_drop(writer, res, 1);
	KUNIT_EXPECT_TRUE(test, eres_granted(a));
	KUNIT_EXPECT_TRUE(test, eres_granted(b));
	ERES_EXPECT(test, res, 0, 0, OWNS_NOTHING(owner), OWNS_NOTHING(writer),
		    OWNS_SHARED(a, 1), OWNS_SHARED(b, 1));
	eres_drop(a, res, 1);
	eres_drop(b, res, 1);
	eres_expect_free(test, res);
}

ERES_RULES(shared,
	   KUNIT_CASE(shared_levels_are_counted_per_thread),
	   KUNIT_CASE(shared_recursion_passes_exclusive_waiter),
	   KUNIT_CASE(exclusive_owner_stays_exclusive),
	   KUNIT_CASE(exclusive_release_grants_all_shared_waiters),
	   KUNIT_CASE(exclusive_release_prefers_shared_waiters),
	   KUNIT_CASE(last_shared_release_prefers_exclusive_waiter),
	   KUNIT_CASE(exclusive_waiters_are_served_one_by_one),
	   KUNIT_CASE(newcomers_queue_behind_exclusive_waiter));
