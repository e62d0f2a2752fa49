// SPDX-License-Identifier: GPL-2.0-only
/* What a thread can ask: its own levels, the waiters, and who it is. */
#include "setting.h"
#include "softirq.h"
#include "state.h"

/* The queries speak of the caller alone: others' ownership is not seen. */
static void queries_see_only_the_caller(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *a = eres_stage_actor(test, "a");
	struct eres_actor *b = eres_stage_actor(test, "b");

	ERES_EXPECT(test, res, 0, 0, OWNS_NOTHING(a), OWNS_NOTHING(b),
		    OWNS_NOTHING(ERES_SELF));
	KUNIT_EXPECT_TRUE(test, eres_take(a, ERES_EXCLUSIVE, res));
	ERES_EXPECT(test, res, 0, 0, OWNS_EXCLUSIVE(a, 1), OWNS_NOTHING(b),
		    OWNS_NOTHING(ERES_SELF));
	eres_drop(a, res, 1);

	KUNIT_EXPECT_TRUE(test, eres_take(a, ERES_SHARED, res));
	KUNIT_EXPECT_TRUE(test, eres_take(b, ERES_SHARED, res));
	KUNIT_EXPECT_TRUE(test, eres_take(b, ERES_SHARED, res));
	ERES_EXPECT(test, res, 0, 0, OWNS_SHARED(a, 1), OWNS_SHARED(b, 2),
		    OWNS_NOTHING(ERES_SELF));
	eres_drop(a, res, 1);
	eres_drop(b, res, 2);
	eres_expect_free(test, res);
}

/* The shared query counts levels of both kinds: 2 exclusive + 1 shared is 3. */
static void shared_query_counts_all_levels(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *t = eres_stage_actor(test, "t");

	KUNIT_EXPECT_TRUE(test, eres_take(t, ERES_EXCLUSIVE, res));
	KUNIT_EXPECT_TRUE(test, eres_take(t, ERES_EXCLUSIVE, res));
	ERES_EXPECT(test, res, 0, 0, OWNS_EXCLUSIVE(t, 2));
	KUNIT_EXPECT_TRUE(test, eres_take(t, ERES_SHARED, res));
	ERES_EXPECT(test, res, 0, 0, OWNS_EXCLUSIVE(t, 3));
	eres_drop(t, res, 3);
	ERES_EXPECT(test, res, 0, 0, OWNS_NOTHING(t));
	eres_expect_free(test, res);
}

/* Levels of one resource say nothing about another. */
static void resources_are_told_apart(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *t = eres_stage_actor(test, "t");
	ERESOURCE second;

	KUNIT_EXPECT_EQ(test, ExInitializeResourceLite(&second),
			STATUS_SUCCESS);
	KUNIT_EXPECT_TRUE(test, eres_take(t, ERES_EXCLUSIVE, res));
	KUNIT_EXPECT_TRUE(test, eres_take(t, ERES_SHARED, &second));
	KUNIT_EXPECT_TRUE(test, eres_take(t, ERES_SHARED, &second));
	ERES_EXPECT(test, res, 0, 0, OWNS_EXCLUSIVE(t, 1));
	ERES_EXPECT(test, &second, 0, 0, OWNS_SHARED(t, 2));

	/* Not in the order in which they were acquired. */
	eres_drop(t, res, 1);
	ERES_EXPECT(test, res, 0, 0, OWNS_NOTHING(t));
	ERES_EXPECT(test, &second, 0, 0, OWNS_SHARED(t, 2));
	eres_drop(t, &second, 2);
	ERES_EXPECT(test, &second, 0, 0, OWNS_NOTHING(t));
	KUNIT_EXPECT_EQ(test, ExDeleteResourceLite(&second), STATUS_SUCCESS);
	eres_expect_free(test, res);
}

/* A thread counts as waiter as soon as it blocks, and no more once it owns. */
static void waiter_counts_follow_waiters(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct eres_actor *first = eres_stage_actor(test, "first");
	struct eres_actor *second = eres_stage_actor(test, "second");
	struct eres_actor *a = eres_stage_actor(test, "a");
	struct eres_actor *b = eres_stage_actor(test, "b");

	KUNIT_EXPECT_TRUE(test, eres_take(owner, ERES_SHARED, res));
	ERES_EXPECT(test, res, 0, 0, OWNS_SHARED(owner, 1));
	eres_ask(first, ERES_EXCLUSIVE, res);
	ERES_EXPECT(test, res, 1, 0, OWNS_SHARED(owner, 1), WAITS(first));
	eres_ask(a, ERES_SHARED, res);
	ERES_EXPECT(test, res, 1, 1, OWNS_SHARED(owner, 1), WAITS(first),
		    WAITS(a));
	eres_ask(second, ERES_EXCLUSIVE, res);
	ERES_EXPECT(test, res, 2, 1, OWNS_SHARED(owner, 1), WAITS(first),
		    WAITS(second), WAITS(a));
	eres_ask(b, ERES_WAIT_FOR, res);
	ERES_EXPECT(test, res, 2, 2, OWNS_SHARED(owner, 1), WAITS(first),
		    WAITS(second), WAITS(a), WAITS(b));

	/* The writer owns: both readers and the other writer still wait. */
	eres_drop(owner, res, 1);
	ERES_EXPECT(test, res, 1, 2, OWNS_NOTHING(owner),
		    OWNS_EXCLUSIVE(first, 1), WAITS(second), WAITS(a),
		    WAITS(b));
	eres_drop(first, res, 1);
	ERES_EXPECT(test, res, 1, 0, OWNS_NOTHING(first), WAITS(second),
		    OWNS_SHARED(a, 1), OWNS_SHARED(b, 1));
	eres_drop(a, res, 1);
	eres_drop(b, res, 1);
	ERES_EXPECT(test, res, 0, 0, OWNS_EXCLUSIVE(second, 1), OWNS_NOTHING(a),
		    OWNS_NOTHING(b));
	eres_drop(second, res, 1);
	eres_expect_free(test, res);
}

/* No region is required, nor does any query need ownership. */
static void queries_need_no_region(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;

	KUNIT_EXPECT_FALSE(test, KeAreApcsDisabled());
	ERES_EXPECT(test, res, 0, 0, OWNS_NOTHING(ERES_SELF));
	eres_expect_no_report(test, &stage->reports);
}

/* All that one thread can ask, to be asked where nothing can be reported. */
struct query_answers {
	PERESOURCE res;
	BOOLEAN exclusive;
	ULONG levels;
	ULONG exclusive_waiters;
	ULONG shared_waiters;
	ERESOURCE_THREAD id;
	PETHREAD thread;
	PKTHREAD kthread;
};

static void query_all(void *data)
{
	struct query_answers *answers = data;

	answers->exclusive = ExIsResourceAcquiredExclusiveLite(answers->res);
	answers->levels = ExIsResourceAcquiredSharedLite(answers->res);
	answers->exclusive_waiters = ExGetExclusiveWaiterCount(answers->res);
	answers->shared_waiters = ExGetSharedWaiterCount(answers->res);
	answers->id = ExGetCurrentResourceThread();
	answers->thread = PsGetCurrentThread();
	answers->kthread = KeGetCurrentThread();
}

static void expect_answers(struct kunit *test,
			   const struct query_answers *answers,
			   BOOLEAN exclusive, ULONG levels)
{
	KUNIT_EXPECT_EQ(test, answers->exclusive, exclusive);
	KUNIT_EXPECT_EQ(test, answers->levels, levels);
	KUNIT_EXPECT_EQ(test, answers->exclusive_waiters, 1);
	KUNIT_EXPECT_EQ(test, answers->shared_waiters, 0);
	KUNIT_EXPECT_EQ(test, answers->id, ExGetCurrentResourceThread());
	KUNIT_EXPECT_PTR_EQ(test, answers->thread, PsGetCurrentThread());
	KUNIT_EXPECT_PTR_EQ(test, answers->kthread, KeGetCurrentThread());
}

/* The calling thread owns @levels in @routine's mode; asks at every level. */
static void query_everywhere(struct kunit *test, enum eres_routine routine,
			     ULONG levels)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct query_answers dispatch = { .res = res };
	struct query_answers softirq = { .res = res };
	struct eres_actor *writer = eres_stage_actor(test, "writer");
	BOOLEAN exclusive = routine == ERES_EXCLUSIVE;
	KIRQL old;
	ULONG i;

	for (i = 0; i < levels; i++)
		KUNIT_EXPECT_TRUE(test, eres_try(ERES_SELF, routine, res));
	eres_ask(writer, ERES_EXCLUSIVE, res);
	ERES_EXPECT(test, res, 1, 0, WAITS(writer));

	old = KeRaiseIrqlToDpcLevel();
	query_all(&dispatch);
	KeLowerIrql(old);
	expect_answers(test, &dispatch, exclusive, levels);

	KUNIT_EXPECT_TRUE(test, eres_run_in_softirq(ERES_THIS_CPU, query_all,
						    &softirq));
	expect_answers(test, &softirq, exclusive, levels);

	eres_drop(ERES_SELF, res, levels);
	KUNIT_EXPECT_TRUE(test, eres_granted(writer));
	eres_drop(writer, res, 1);
	eres_expect_no_report(test, &stage->reports);
	eres_expect_free(test, res);
}

/* Queries work at DISPATCH_LEVEL; in an interrupt for the interrupted thread. */
static void queries_of_exclusive_owner_work_at_dispatch_level(struct kunit *test)
{
	query_everywhere(test, ERES_EXCLUSIVE, 2);
}

static void queries_of_shared_owner_work_at_dispatch_level(struct kunit *test)
{
	query_everywhere(test, ERES_SHARED, 3);
}

static unsigned long id_step(void *unused)
{
	return ExGetCurrentResourceThread();
}

static unsigned long thread_step(void *unused)
{
	return (unsigned long)PsGetCurrentThread();
}

static unsigned long kthread_step(void *unused)
{
	return (unsigned long)KeGetCurrentThread();
}

/* One id per thread, the same under all three names, never an owner pointer. */
static void thread_ids_name_the_thread(struct kunit *test)
{
	struct eres_actor *a = eres_stage_actor(test, "a");
	struct eres_actor *b = eres_stage_actor(test, "b");
	ERESOURCE_THREAD self = ExGetCurrentResourceThread();
	ERESOURCE_THREAD id = eres_actor_do(a, id_step, NULL);

	KUNIT_EXPECT_EQ(test, id, eres_actor_id(a));
	KUNIT_EXPECT_EQ(test, id, eres_actor_do(a, id_step, NULL));
	KUNIT_EXPECT_EQ(test, id, eres_actor_do(a, thread_step, NULL));
	KUNIT_EXPECT_EQ(test, id, eres_actor_do(a, kthread_step, NULL));
	KUNIT_EXPECT_EQ(test, id & 3, 0);
	KUNIT_EXPECT_NE(test, id, 0);

	KUNIT_EXPECT_NE(test, id, eres_actor_do(b, id_step, NULL));
	KUNIT_EXPECT_NE(test, id, self);
	KUNIT_EXPECT_EQ(test, self, (ERESOURCE_THREAD)PsGetCurrentThread());
	KUNIT_EXPECT_EQ(test, self, (ERESOURCE_THREAD)KeGetCurrentThread());
}

/* The id is the one under which a release finds the owner. */
static void thread_id_releases_own_level(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;

	KUNIT_EXPECT_TRUE(test, eres_try(ERES_SELF, ERES_SHARED, res));
	KUNIT_EXPECT_TRUE(test, eres_try(ERES_SELF, ERES_SHARED, res));
	ExReleaseResourceForThreadLite(res, ExGetCurrentResourceThread());
	KeLeaveCriticalRegion();
	ERES_EXPECT(test, res, 0, 0, OWNS_SHARED(ERES_SELF, 1));
	ExReleaseResourceForThreadLite(res, ExGetCurrentResourceThread());
	KeLeaveCriticalRegion();
	eres_expect_no_report(test, &stage->reports);
	eres_expect_free(test, res);
}

/* Every query spelling agrees with the Lite one. */
static void expect_spellings(struct kunit *test, PERESOURCE res,
			     BOOLEAN exclusive, ULONG levels)
{
	KUNIT_EXPECT_EQ(test, ExIsResourceAcquiredExclusive(res), exclusive);
	KUNIT_EXPECT_EQ(test, ExIsResourceAcquiredShared(res), levels);
	KUNIT_EXPECT_EQ(test, ExIsResourceAcquired(res), levels);
	KUNIT_EXPECT_EQ(test, ExIsResourceAcquiredLite(res), levels);
	if (exclusive)
		ERES_EXPECT(test, res, 0, 0, OWNS_EXCLUSIVE(ERES_SELF, levels));
	else
		ERES_EXPECT(test, res, 0, 0, OWNS_SHARED(ERES_SELF, levels));
}

/* A resource's whole life in the spellings without Lite. */
static void obsolete_spellings_do_the_same(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	ERESOURCE resource;
	PERESOURCE res = &resource;

	KUNIT_EXPECT_EQ(test, ExInitializeResource(res), STATUS_SUCCESS);
	ExDisableResourceBoost(res);
	KeEnterCriticalRegion();
	KUNIT_EXPECT_TRUE(test, ExAcquireResourceExclusive(res, TRUE));
	expect_spellings(test, res, TRUE, 1);
	KUNIT_EXPECT_TRUE(test, ExTryToAcquireResourceExclusive(res));
	expect_spellings(test, res, TRUE, 2);
	ExConvertExclusiveToShared(res);
	expect_spellings(test, res, FALSE, 2);
	KUNIT_EXPECT_TRUE(test, ExAcquireResourceShared(res, TRUE));
	KUNIT_EXPECT_FALSE(test, ExAcquireResourceExclusive(res, FALSE));
	expect_spellings(test, res, FALSE, 3);
	ExReleaseResource(res);
	expect_spellings(test, res, FALSE, 2);
	ExReleaseResourceForThread(res, ExGetCurrentResourceThread());
	expect_spellings(test, res, FALSE, 1);
	ExReleaseResource(res);
	expect_spellings(test, res, FALSE, 0);
	KeLeaveCriticalRegion();
	KUNIT_EXPECT_EQ(test, ExReinitializeResource(res), STATUS_SUCCESS);
	eres_expect_free(test, res);
	KUNIT_EXPECT_EQ(test, ExDeleteResource(res), STATUS_SUCCESS);
	eres_expect_no_report(test, &stage->reports);
}

/* ExDisableResourceBoostLite() changes nothing, owned or not. */
static void disabling_boost_changes_nothing(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *other = eres_stage_actor(test, "other");

	ExDisableResourceBoostLite(res);
	KUNIT_EXPECT_TRUE(test, eres_take(other, ERES_EXCLUSIVE, res));
	ExDisableResourceBoostLite(res);
	ERES_EXPECT(test, res, 0, 0, OWNS_EXCLUSIVE(other, 1),
		    OWNS_NOTHING(ERES_SELF));
	eres_drop(other, res, 1);
	eres_expect_no_report(test, &stage->reports);
	eres_expect_free(test, res);
}

ERES_RULES(query,
	   KUNIT_CASE(queries_see_only_the_caller),
	   KUNIT_CASE(shared_query_counts_all_levels),
	   KUNIT_CASE(resources_are_told_apart),
	   KUNIT_CASE(waiter_counts_follow_waiters),
	   KUNIT_CASE(queries_need_no_region),
	   KUNIT_CASE(queries_of_exclusive_owner_work_at_dispatch_level),
	   KUNIT_CASE(queries_of_shared_owner_work_at_dispatch_level),
	   KUNIT_CASE(thread_ids_name_the_thread),
	   KUNIT_CASE(thread_id_releases_own_level),
	   KUNIT_CASE(obsolete_spellings_do_the_same),
	   KUNIT_CASE(disabling_boost_changes_nothing));
