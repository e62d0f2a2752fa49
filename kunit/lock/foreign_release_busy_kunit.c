// SPDX-License-Identifier: GPL-2.0-only
/*
 * Releasing for another thread's id while that thread is not idle: it waits
 * for the very resource, or acquires and releases it all the time.
 */
#include <linux/delay.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "softirq.h"
#include "state.h"

static void foreign_release(struct kunit *test, struct eres_actor *owner)
{
	struct eres_stage *stage = test->priv;

	ExReleaseResourceForThreadLite(stage->res, eres_actor_id(owner));
	eres_expect_report(test, &stage->reports, ERES_INVALID_RELEASE,
			   stage->res, ExGetCurrentResourceThread(),
			   eres_actor_id(owner), 0);
}

/* What the documentation says about the way out of this deadlock. */
static void gets_a_wait_for_exclusive_owner_out(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct eres_actor *writer = eres_stage_actor(test, "writer");

	eres_take(owner, ERES_SHARED, stage->res);
	eres_ask(writer, ERES_EXCLUSIVE, stage->res);
	ERES_EXPECT(test, stage->res, 1, 0, OWNS_SHARED(owner, 1),
		    WAITS(writer));
	eres_expect_no_report(test, &stage->reports);
	eres_ask(owner, ERES_WAIT_FOR, stage->res);
	ERES_EXPECT(test, stage->res, 1, 1, WAITS(owner), WAITS(writer));
	eres_expect_report(test, &stage->reports, ERES_VERIFIER,
			   ERES_V_SELF_DEADLOCK, stage->res, 0, 0);

	foreign_release(test, owner);
	ERES_EXPECT(test, stage->res, 0, 1, WAITS(owner),
		    OWNS_EXCLUSIVE(writer, 1));
	eres_drop(writer, stage->res, 1);
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_SHARED(owner, 1),
		    OWNS_NOTHING(writer));
	eres_drop(owner, stage->res, 1);
	eres_leave(owner, 1);
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

static void gets_an_upgrading_owner_out(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *owner = eres_stage_actor(test, "owner");

	eres_take(owner, ERES_SHARED, stage->res);
	eres_take(owner, ERES_SHARED, stage->res);
	eres_ask(owner, ERES_EXCLUSIVE, stage->res);
	ERES_EXPECT(test, stage->res, 1, 0, WAITS(owner));
	eres_expect_report(test, &stage->reports, ERES_VERIFIER,
			   ERES_V_SELF_DEADLOCK, stage->res, 0, 0);

	foreign_release(test, owner);
	ERES_EXPECT(test, stage->res, 1, 0, WAITS(owner));
	foreign_release(test, owner);
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_EXCLUSIVE(owner, 1));
	eres_drop(owner, stage->res, 1);
	eres_leave(owner, 2);
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

static void conversion_keeps_what_is_left(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct eres_actor *reader = eres_stage_actor(test, "reader");
	int level;

	for (level = 0; level < 3; level++)
		eres_take(owner, ERES_EXCLUSIVE, stage->res);
	foreign_release(test, owner);
	eres_ask(reader, ERES_SHARED, stage->res);
	ERES_EXPECT(test, stage->res, 0, 1, OWNS_EXCLUSIVE(owner, 2),
		    WAITS(reader));
	eres_convert(owner, stage->res);
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_SHARED(owner, 2),
		    OWNS_SHARED(reader, 1));
	foreign_release(test, owner);
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_SHARED(owner, 1),
		    OWNS_SHARED(reader, 1));
	foreign_release(test, owner);
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_NOTHING(owner),
		    OWNS_SHARED(reader, 1));
	eres_drop(reader, stage->res, 1);
	eres_leave(owner, 3);
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

#define MANY 40

static void any_of_many_resources(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	PERESOURCE many = kcalloc(MANY, sizeof(*many), GFP_KERNEL);
	int i, deleted = 0;

	KUNIT_ASSERT_NOT_NULL(test, many);
	for (i = 0; i < MANY; i++) {
		ExInitializeResourceLite(&many[i]);
		eres_take(owner, i & 1 ? ERES_EXCLUSIVE : ERES_SHARED, &many[i]);
	}
	for (i = 0; i < MANY; i++) {
		PERESOURCE res = &many[(i * 11 + 3) % MANY];

		ExReleaseResourceForThreadLite(res, eres_actor_id(owner));
		eres_expect_report(test, &stage->reports, ERES_INVALID_RELEASE,
				   res, ExGetCurrentResourceThread(),
				   eres_actor_id(owner), 0);
		ERES_EXPECT(test, res, 0, 0, OWNS_NOTHING(owner));
		eres_expect_free(test, res);
	}
	eres_leave(owner, MANY);
	for (i = 0; i < MANY; i++)
		deleted += ExDeleteResourceLite(&many[i]) == STATUS_SUCCESS;
	KUNIT_EXPECT_EQ(test, deleted, MANY);
	if (deleted == MANY)
		kfree(many);
	eres_expect_no_report(test, &stage->reports);
}

/* As many as there are holds in a record. */
#define BEFORE 8

/* The owner's hold is not in its record, in which there is room by now. */
static void room_before_the_hold(struct kunit *test, PERESOURCE before,
				 enum eres_routine routine)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct eres_actor *other = eres_stage_actor(test, "other");
	struct eres_view owns = {
		.actor = owner,
		.exclusive = routine == ERES_EXCLUSIVE,
	};
	int i;

	for (i = 0; i < BEFORE; i++)
		KUNIT_EXPECT_TRUE(test, eres_take(owner, ERES_EXCLUSIVE, &before[i]));
	KUNIT_EXPECT_TRUE(test, eres_take(owner, routine, stage->res));
	for (i = 0; i < BEFORE; i++)
		eres_drop(owner, &before[i], 1);

	KUNIT_EXPECT_TRUE(test, eres_try(owner, routine, stage->res));
	KUNIT_EXPECT_TRUE(test, eres_take(owner, ERES_SHARED, stage->res));
	for (owns.levels = 3; owns.levels; owns.levels--) {
		ERES_EXPECT(test, stage->res, 0, 0, owns);
		KUNIT_EXPECT_FALSE(test,
				   eres_try(other, ERES_EXCLUSIVE, stage->res));
		ExReleaseResourceForThreadLite(stage->res, eres_actor_id(owner));
		eres_expect_report(test, &stage->reports, ERES_INVALID_RELEASE,
				   stage->res, ExGetCurrentResourceThread(),
				   eres_actor_id(owner), 0);
	}
	eres_leave(owner, 3);
	eres_expect_free(test, stage->res);
}

static void what_is_not_in_the_record_when_there_is_room(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE before = kcalloc(BEFORE, sizeof(*before), GFP_KERNEL);
	int i, deleted = 0;

	KUNIT_ASSERT_NOT_NULL(test, before);
	for (i = 0; i < BEFORE; i++)
		ExInitializeResourceLite(&before[i]);
	room_before_the_hold(test, before, ERES_EXCLUSIVE);
	room_before_the_hold(test, before, ERES_SHARED);
	for (i = 0; i < BEFORE; i++)
		deleted += ExDeleteResourceLite(&before[i]) == STATUS_SUCCESS;
	KUNIT_EXPECT_EQ(test, deleted, BEFORE);
	if (deleted == BEFORE)
		kfree(before);
	eres_expect_no_report(test, &stage->reports);
}

/*
 * The owner acquires two levels a round and releases one; the other one is a
 * token that somebody else releases for it, at any time from then on. @sum is
 * plain: written only by a thread with an exclusive level of its own.
 */
struct churn {
	struct kunit *test;
	PERESOURCE res;
	enum eres_routine routine;
	unsigned int rounds;
	ERESOURCE_THREAD owner;
	atomic_t tokens;
	bool stop;
	unsigned long sum;
	unsigned long lost;
	unsigned int by_itself;
};

#define CHURN_TOKENS 6

static BOOLEAN churn_acquire(struct churn *churn)
{
	if (churn->routine == ERES_EXCLUSIVE)
		return ExAcquireResourceExclusiveLite(churn->res, TRUE);
	return ExAcquireResourceSharedLite(churn->res, TRUE);
}

/* What a thread has acquired and nobody else may release is its own. */
static void churn_check(struct churn *churn, ULONG least)
{
	bool exclusive = churn->routine == ERES_EXCLUSIVE;

	if (ExIsResourceAcquiredSharedLite(churn->res) < least ||
	    ExIsResourceAcquiredExclusiveLite(churn->res) != exclusive)
		churn->lost++;
}

static unsigned long churn_step(void *arg)
{
	struct churn *churn = arg;
	unsigned long before;
	unsigned int i;

	for (i = 0; i < churn->rounds; i++) {
		while (atomic_read(&churn->tokens) > CHURN_TOKENS)
			cond_resched();
		KeEnterCriticalRegion();
		churn_acquire(churn);
		before = READ_ONCE(churn->sum);
		churn_check(churn, 1);
		churn_acquire(churn);
		churn_check(churn, 2);
		/* No writer has been in since. */
		if (READ_ONCE(churn->sum) != before)
			churn->lost++;
		if (churn->routine == ERES_EXCLUSIVE)
			WRITE_ONCE(churn->sum, READ_ONCE(churn->sum) + 1);
		/* Pairs with the read in churn_release(). */
		atomic_inc_return_release(&churn->tokens);
		churn_check(churn, 1);
		ExReleaseResourceLite(churn->res);
		KeLeaveCriticalRegion();
	}
	return 0;
}

/* Keeps the owner from being alone: with it, every last level has a taker. */
static unsigned long compete_step(void *arg)
{
	struct churn *churn = arg;
	unsigned long rounds = 0;

	while (!READ_ONCE(churn->stop)) {
		KeEnterCriticalRegion();
		ExAcquireResourceExclusiveLite(churn->res, TRUE);
		WRITE_ONCE(churn->sum, READ_ONCE(churn->sum) + 1);
		ExReleaseResourceLite(churn->res);
		KeLeaveCriticalRegion();
		rounds++;
		cond_resched();
	}
	return rounds;
}

static void churn_release(void *arg)
{
	struct churn *churn = arg;

	/* Interrupted, it is the owner itself that releases: nothing to report. */
	if (ExGetCurrentResourceThread() == churn->owner)
		churn->by_itself++;
	ExReleaseResourceForThreadLite(churn->res, churn->owner);
}

static void churn_release_tokens(struct churn *churn, bool softirq)
{
	unsigned long end = jiffies + ERES_DEADLINE_SECONDS * HZ;
	unsigned int done = 0;

	while (done < churn->rounds && time_before(jiffies, end)) {
		if (!atomic_read_acquire(&churn->tokens)) {
			cond_resched();
			continue;
		}
		if (softirq)
			eres_run_in_softirq(done & 1 ? ERES_OTHER_CPU :
						       ERES_THIS_CPU,
					    churn_release, churn);
		else
			churn_release(churn);
		atomic_dec(&churn->tokens);
		done++;
		if (!(done % 64))
			cond_resched();
	}
	KUNIT_EXPECT_EQ(churn->test, done, churn->rounds);
}

static void churn_run(struct kunit *test, enum eres_routine routine,
		      bool softirq, unsigned int rounds)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct eres_actor *writer = eres_stage_actor(test, "writer");
	struct churn *churn = kunit_kzalloc(test, sizeof(*churn), GFP_KERNEL);
	unsigned long expected;

	KUNIT_ASSERT_NOT_NULL(test, churn);
	churn->test = test;
	churn->res = stage->res;
	churn->routine = routine;
	churn->rounds = rounds;
	churn->owner = eres_actor_id(owner);

	eres_actor_begin(writer, compete_step, churn);
	eres_actor_begin(owner, churn_step, churn);
	churn_release_tokens(churn, softirq);
	eres_actor_finish(owner);
	WRITE_ONCE(churn->stop, true);
	expected = eres_actor_finish(writer);
	if (routine == ERES_EXCLUSIVE)
		expected += rounds;

	KUNIT_EXPECT_EQ(test, churn->sum, expected);
	KUNIT_EXPECT_EQ(test, churn->lost, 0);
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_NOTHING(owner),
		    OWNS_NOTHING(writer));
	eres_expect_free(test, stage->res);

	/* One for each token, none for anything else. */
	eres_expect_all(test, &stage->reports, rounds - churn->by_itself,
			ERES_INVALID_RELEASE, stage->res);
}

static void busy_exclusive_owner(struct kunit *test)
{
	churn_run(test, ERES_EXCLUSIVE, /* .softirq = */ false, 2000);
}

static void busy_shared_owner(struct kunit *test)
{
	churn_run(test, ERES_SHARED, /* .softirq = */ false, 2000);
}

static void busy_exclusive_owner_in_softirq(struct kunit *test)
{
	churn_run(test, ERES_EXCLUSIVE, /* .softirq = */ true, 1000);
}

static void busy_shared_owner_in_softirq(struct kunit *test)
{
	churn_run(test, ERES_SHARED, /* .softirq = */ true, 1000);
}

/*
 * One level, released by its owner and at the same time under its id: whoever is
 * refused is told so, and nothing is released twice.
 */
struct race {
	PERESOURCE res;
	bool shared;
	/* Rounds: that the owner has acquired in, that both may release in ... */
	unsigned int acquired;
	unsigned int go;
	/* ... that the owner has released in, and that are over. */
	unsigned int released;
	unsigned int over;
};

/* At most two reports each. */
#define RACE_ROUNDS (ERES_REPORTS_KEPT / 2)

static bool race_await(const unsigned int *round, unsigned int wanted)
{
	unsigned long end = jiffies + ERES_DEADLINE_SECONDS * HZ;

	/* Pairs with the releases of those who set it. */
	while (smp_load_acquire(round) != wanted) {
		if (time_after(jiffies, end))
			return false;
		cond_resched();
	}
	return true;
}

static unsigned long race_step(void *arg)
{
	struct race *race = arg;
	unsigned int i;

	for (i = 1; i <= RACE_ROUNDS; i++) {
		KeEnterCriticalRegion();
		if (race->shared)
			ExAcquireResourceSharedLite(race->res, TRUE);
		else
			ExAcquireResourceExclusiveLite(race->res, TRUE);
		/* Pairs with the acquire in race_await(). */
		smp_store_release(&race->acquired, i);
		/* Not asleep, to be there in time. */
		while (READ_ONCE(race->go) != i && !need_resched())
			cpu_relax();
		race_await(&race->go, i);
		/* From before the other one, which has more to do, to behind it. */
		udelay(2 * i);
		ExReleaseResourceLite(race->res);
		KeLeaveCriticalRegion();
		/* Pairs with the acquire in race_await(). */
		smp_store_release(&race->released, i);
		if (!race_await(&race->over, i))
			break;
	}
	return i - 1;
}

/* How many of the two were refused, by what has been reported since @before? */
static unsigned int race_refused(const struct eres_reports *reports,
				 unsigned int before, PERESOURCE res)
{
	unsigned int refused = 0, i;

	for (i = before; i < reports->count; i++)
		refused += reports->seen[i].resource == res;
	return refused;
}

static void race_run(struct kunit *test, bool shared)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct race *race = kunit_kzalloc(test, sizeof(*race), GFP_KERNEL);
	unsigned int i, before, wrong = 0;

	KUNIT_ASSERT_NOT_NULL(test, race);
	race->res = stage->res;
	race->shared = shared;
	eres_actor_begin(owner, race_step, race);
	for (i = 1; i <= RACE_ROUNDS; i++) {
		before = eres_reports_count(&stage->reports);
		if (!race_await(&race->acquired, i))
			break;
		/* Pairs with the acquire in race_await(). */
		smp_store_release(&race->go, i);
		ExReleaseResourceForThreadLite(stage->res, eres_actor_id(owner));
		if (!race_await(&race->released, i))
			break;
		wrong += race_refused(&stage->reports, before, stage->res) != 1;
		/* Pairs with the acquire in race_await(). */
		smp_store_release(&race->over, i);
	}
	KUNIT_EXPECT_EQ(test, i - 1, RACE_ROUNDS);
	KUNIT_EXPECT_EQ(test, wrong, 0);
	KUNIT_EXPECT_EQ(test, eres_actor_finish(owner), RACE_ROUNDS);
	eres_reports_forget(&stage->reports);
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_NOTHING(owner));
	eres_expect_free(test, stage->res);
}

static void both_release_the_last_level(struct kunit *test)
{
	race_run(test, false);
}

static void both_release_the_last_shared_level(struct kunit *test)
{
	race_run(test, true);
}

static struct kunit_case foreign_release_busy_cases[] = {
	KUNIT_CASE(gets_a_wait_for_exclusive_owner_out),
	KUNIT_CASE(gets_an_upgrading_owner_out),
	KUNIT_CASE(conversion_keeps_what_is_left),
	KUNIT_CASE(any_of_many_resources),
	KUNIT_CASE(what_is_not_in_the_record_when_there_is_room),
	KUNIT_CASE_SLOW(busy_exclusive_owner),
	KUNIT_CASE_SLOW(busy_shared_owner),
	KUNIT_CASE_SLOW(busy_exclusive_owner_in_softirq),
	KUNIT_CASE_SLOW(busy_shared_owner_in_softirq),
	KUNIT_CASE(both_release_the_last_level),
	KUNIT_CASE(both_release_the_last_shared_level),
	{}
};

static struct kunit_suite foreign_release_busy_suite = {
	.name = "eresource_foreign_release_busy",
	.init = eres_stage_init,
	.test_cases = foreign_release_busy_cases,
};

kunit_test_suite(foreign_release_busy_suite);
