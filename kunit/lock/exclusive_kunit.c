// SPDX-License-Identifier: GPL-2.0-only
/* Exclusive acquisition, its recursion, and who is next after a release. */
#include "setting.h"
#include "state.h"

/* One release per grant: the eighth of eight lets another thread in. */
static void exclusive_recursion_is_counted(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *t = eres_stage_actor(test, "t");
	struct eres_actor *other = eres_stage_actor(test, "other");
	unsigned int level;

	for (level = 1; level <= 8; level++) {
		KUNIT_EXPECT_TRUE(test, eres_take(t, ERES_EXCLUSIVE, res));
		ERES_EXPECT(test, res, 0, 0, OWNS_EXCLUSIVE(t, level),
			    OWNS_NOTHING(other));
	}
	while (--level) {
		KUNIT_EXPECT_FALSE(test, eres_try(other, ERES_EXCLUSIVE, res));
		KUNIT_EXPECT_FALSE(test, eres_try(other, ERES_SHARED, res));
		ERES_EXPECT(test, res, 0, 0, OWNS_EXCLUSIVE(t, level),
			    OWNS_NOTHING(other));
		eres_drop(t, res, 1);
	}
	KUNIT_EXPECT_TRUE(test, eres_try(other, ERES_EXCLUSIVE, res));
	ERES_EXPECT(test, res, 0, 0, OWNS_NOTHING(t), OWNS_EXCLUSIVE(other, 1));
	eres_drop(other, res, 1);
	eres_expect_free(test, res);
}

/* An inner release grants nobody; the last one does. */
static void inner_release_keeps_waiters_waiting(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *t = eres_stage_actor(test, "t");
	struct eres_actor *writer = eres_stage_actor(test, "writer");
	struct eres_actor *reader = eres_stage_actor(test, "reader");

	KUNIT_EXPECT_TRUE(test, eres_take(t, ERES_EXCLUSIVE, res));
	KUNIT_EXPECT_TRUE(test, eres_take(t, ERES_EXCLUSIVE, res));
	eres_ask(writer, ERES_EXCLUSIVE, res);
	eres_ask(reader, ERES_SHARED, res);
	ERES_EXPECT(test, res, 1, 1, OWNS_EXCLUSIVE(t, 2), WAITS(writer),
		    WAITS(reader));

	eres_drop(t, res, 1);
	ERES_EXPECT(test, res, 1, 1, OWNS_EXCLUSIVE(t, 1), WAITS(writer),
		    WAITS(reader));

	eres_drop(t, res, 1);
	KUNIT_EXPECT_TRUE(test, eres_granted(reader));
	eres_drop(reader, res, 1);
	KUNIT_EXPECT_TRUE(test, eres_granted(writer));
	eres_drop(writer, res, 1);
	eres_expect_free(test, res);
}

/* There is no upgrade, not even for the only owner: T must release first. */
static void sole_shared_owner_can_not_upgrade(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *t = eres_stage_actor(test, "t");

	KUNIT_EXPECT_TRUE(test, eres_take(t, ERES_SHARED, res));
	KUNIT_EXPECT_TRUE(test, eres_take(t, ERES_SHARED, res));
	KUNIT_EXPECT_FALSE(test, eres_try(t, ERES_EXCLUSIVE, res));
	ERES_EXPECT(test, res, 0, 0, OWNS_SHARED(t, 2));

	eres_drop(t, res, 1);
	KUNIT_EXPECT_FALSE(test, eres_try(t, ERES_EXCLUSIVE, res));
	ERES_EXPECT(test, res, 0, 0, OWNS_SHARED(t, 1));

	eres_drop(t, res, 1);
	KUNIT_EXPECT_TRUE(test, eres_try(t, ERES_EXCLUSIVE, res));
	ERES_EXPECT(test, res, 0, 0, OWNS_EXCLUSIVE(t, 1));
	eres_drop(t, res, 1);
	eres_expect_no_report(test, &stage->reports);
	eres_expect_free(test, res);
}

static void two_shared_owners_can_not_upgrade(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *a = eres_stage_actor(test, "a");
	struct eres_actor *b = eres_stage_actor(test, "b");

	KUNIT_EXPECT_TRUE(test, eres_take(a, ERES_SHARED, res));
	KUNIT_EXPECT_TRUE(test, eres_take(b, ERES_SHARED, res));
	KUNIT_EXPECT_FALSE(test, eres_try(a, ERES_EXCLUSIVE, res));
	KUNIT_EXPECT_FALSE(test, eres_try(b, ERES_EXCLUSIVE, res));
	ERES_EXPECT(test, res, 0, 0, OWNS_SHARED(a, 1), OWNS_SHARED(b, 1));

	eres_drop(a, res, 1);
	eres_drop(b, res, 1);
	eres_expect_free(test, res);
}

/*
 * A shared owner that waits for exclusive access is reported and waits for its
 * own level: that the other owner leaves does not help, that somebody releases
 * for it does.
 */
static void upgrade_with_wait_is_a_self_deadlock(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *t = eres_stage_actor(test, "t");
	struct eres_actor *other = eres_stage_actor(test, "other");
	ERESOURCE_THREAD id = eres_actor_id(t);

	KUNIT_EXPECT_TRUE(test, eres_take(t, ERES_SHARED, res));
	KUNIT_EXPECT_TRUE(test, eres_take(t, ERES_SHARED, res));
	KUNIT_EXPECT_TRUE(test, eres_take(other, ERES_SHARED, res));
	KUNIT_EXPECT_FALSE(test, eres_try(t, ERES_EXCLUSIVE, res));
	eres_expect_no_report(test, &stage->reports);

	eres_ask(t, ERES_EXCLUSIVE, res);
	ERES_EXPECT(test, res, 1, 0, WAITS(t), OWNS_SHARED(other, 1));
	eres_expect_report(test, &stage->reports, ERES_VERIFIER,
			   ERES_V_SELF_DEADLOCK, res, 0, 0);
	eres_drop(other, res, 1);
	ERES_EXPECT(test, res, 1, 0, WAITS(t), OWNS_NOTHING(other));

	/* Two levels: the first release is not enough. */
	ExReleaseResourceForThreadLite(res, id);
	eres_expect_report(test, &stage->reports, ERES_INVALID_RELEASE, res,
			   ExGetCurrentResourceThread(), id, 0);
	ERES_EXPECT(test, res, 1, 0, WAITS(t), OWNS_NOTHING(other));
	ExReleaseResourceForThreadLite(res, id);
	eres_expect_report(test, &stage->reports, ERES_INVALID_RELEASE, res,
			   ExGetCurrentResourceThread(), id, 0);

	KUNIT_EXPECT_TRUE(test, eres_granted(t));
	ERES_EXPECT(test, res, 0, 0, OWNS_EXCLUSIVE(t, 1), OWNS_NOTHING(other));
	eres_drop(t, res, 1);
	eres_leave(t, 2);
	eres_expect_free(test, res);
}

/* All four routines, with Wait FALSE, against an owner and both queues. */
static void refused_try_changes_nothing(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct eres_actor *writer = eres_stage_actor(test, "writer");
	struct eres_actor *reader = eres_stage_actor(test, "reader");
	struct eres_actor *t = eres_stage_actor(test, "t");
	enum eres_routine routine;

	KUNIT_EXPECT_TRUE(test, eres_take(owner, ERES_EXCLUSIVE, res));
	eres_ask(writer, ERES_EXCLUSIVE, res);
	eres_ask(reader, ERES_SHARED, res);
	ERES_EXPECT(test, res, 1, 1, OWNS_EXCLUSIVE(owner, 1), WAITS(writer),
		    WAITS(reader), OWNS_NOTHING(t));
	for (routine = ERES_EXCLUSIVE; routine <= ERES_WAIT_FOR; routine++) {
		KUNIT_EXPECT_FALSE(test, eres_try(t, routine, res));
		ERES_EXPECT(test, res, 1, 1, OWNS_EXCLUSIVE(owner, 1),
			    WAITS(writer), WAITS(reader), OWNS_NOTHING(t));
	}
	eres_expect_no_report(test, &stage->reports);

	eres_drop(owner, res, 1);
	KUNIT_EXPECT_TRUE(test, eres_granted(reader));
	eres_drop(reader, res, 1);
	KUNIT_EXPECT_TRUE(test, eres_granted(writer));
	eres_drop(writer, res, 1);
	eres_expect_free(test, res);
}

static unsigned long try_to_acquire_step(void *res)
{
	BOOLEAN owned;

	KeEnterCriticalRegion();
	owned = ExTryToAcquireResourceExclusiveLite(res);
	if (!owned)
		KeLeaveCriticalRegion();
	return owned;
}

/* ExTryToAcquireResourceExclusiveLite() is the exclusive column, not waiting. */
static void try_to_acquire_never_waits(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *t = eres_stage_actor(test, "t");
	struct eres_actor *other = eres_stage_actor(test, "other");

	KUNIT_EXPECT_TRUE(test, eres_actor_do(t, try_to_acquire_step, res));
	KUNIT_EXPECT_TRUE(test, eres_actor_do(t, try_to_acquire_step, res));
	KUNIT_EXPECT_FALSE(test, eres_actor_do(other, try_to_acquire_step, res));
	ERES_EXPECT(test, res, 0, 0, OWNS_EXCLUSIVE(t, 2), OWNS_NOTHING(other));
	eres_drop(t, res, 2);

	KUNIT_EXPECT_TRUE(test, eres_take(t, ERES_SHARED, res));
	KUNIT_EXPECT_FALSE(test, eres_actor_do(t, try_to_acquire_step, res));
	KUNIT_EXPECT_FALSE(test, eres_actor_do(other, try_to_acquire_step, res));
	ERES_EXPECT(test, res, 0, 0, OWNS_SHARED(t, 1), OWNS_NOTHING(other));
	eres_drop(t, res, 1);
	eres_expect_no_report(test, &stage->reports);
	eres_expect_free(test, res);
}

/* A writer waits for every shared owner, and for every level of each. */
static void writer_waits_for_all_shared_owners(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *a = eres_stage_actor(test, "a");
	struct eres_actor *b = eres_stage_actor(test, "b");
	struct eres_actor *writer = eres_stage_actor(test, "writer");

	KUNIT_EXPECT_TRUE(test, eres_take(a, ERES_SHARED, res));
	KUNIT_EXPECT_TRUE(test, eres_take(b, ERES_SHARED, res));
	KUNIT_EXPECT_TRUE(test, eres_take(b, ERES_SHARED, res));
	eres_ask(writer, ERES_EXCLUSIVE, res);
	ERES_EXPECT(test, res, 1, 0, OWNS_SHARED(a, 1), OWNS_SHARED(b, 2),
		    WAITS(writer));
	eres_drop(a, res, 1);
	ERES_EXPECT(test, res, 1, 0, OWNS_NOTHING(a), OWNS_SHARED(b, 2),
		    WAITS(writer));
	eres_drop(b, res, 1);
	ERES_EXPECT(test, res, 1, 0, OWNS_NOTHING(a), OWNS_SHARED(b, 1),
		    WAITS(writer));
	eres_drop(b, res, 1);
	KUNIT_EXPECT_TRUE(test, eres_granted(writer));
	ERES_EXPECT(test, res, 0, 0, OWNS_NOTHING(a), OWNS_NOTHING(b),
		    OWNS_EXCLUSIVE(writer, 1));
	eres_drop(writer, res, 1);
	eres_expect_free(test, res);
}

ERES_RULES(exclusive,
	   KUNIT_CASE(exclusive_recursion_is_counted),
	   KUNIT_CASE(inner_release_keeps_waiters_waiting),
	   KUNIT_CASE(sole_shared_owner_can_not_upgrade),
	   KUNIT_CASE(two_shared_owners_can_not_upgrade),
	   KUNIT_CASE(upgrade_with_wait_is_a_self_deadlock),
	   KUNIT_CASE(refused_try_changes_nothing),
	   KUNIT_CASE(try_to_acquire_never_waits),
	   KUNIT_CASE(writer_waits_for_all_shared_owners));
