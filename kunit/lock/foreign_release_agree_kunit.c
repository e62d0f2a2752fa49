// SPDX-License-Identifier: GPL-2.0-only
/*
 * While another thread takes its only level away, an owner keeps asking. A release
 * is over when the level is gone: what the query, a request that does not wait and
 * a delete say has to agree at every moment. Nobody else asks for the resource.
 */
#include <linux/sched.h>

#include "softirq.h"
#include "state.h"

/*
 * The owner acquires, and says so in @acquired; from then on somebody releases for
 * it, and says so in @released, while the owner asks. @refused: answers that were
 * wrong.
 */
struct agree {
	PERESOURCE res;
	enum eres_routine owned;
	enum eres_routine asked;
	bool deletes;
	bool softirq;
	unsigned int rounds;
	ERESOURCE_THREAD owner;
	unsigned int acquired;
	unsigned int released;
	bool stop;
	unsigned long refused;
};

static BOOLEAN agree_try(PERESOURCE res, enum eres_routine routine)
{
	switch (routine) {
	case ERES_EXCLUSIVE:
		return ExAcquireResourceExclusiveLite(res, FALSE);
	case ERES_SHARED:
		return ExAcquireResourceSharedLite(res, FALSE);
	case ERES_STARVE:
		return ExAcquireSharedStarveExclusive(res, FALSE);
	case ERES_WAIT_FOR:
		return ExAcquireSharedWaitForExclusive(res, FALSE);
	}
	return FALSE;
}

/* Who owns nothing is alone: what it asks for is granted. */
static bool agree_ask(struct agree *agree)
{
	PERESOURCE res = agree->res;

	if (agree->deletes) {
		if (ExDeleteResourceLite(res) != STATUS_SUCCESS)
			return false;
		ExInitializeResourceLite(res);
		return true;
	}
	if (!agree_try(res, agree->asked))
		return false;
	ExReleaseResourceLite(res);
	return true;
}

/* An owner may ask for what is one more level, and for nothing else. */
static bool agree_may_ask(const struct agree *agree)
{
	return !ExIsResourceAcquiredSharedLite(agree->res) ||
	       (!agree->deletes && agree->owned == ERES_EXCLUSIVE);
}

static unsigned long agree_step(void *arg)
{
	struct agree *agree = arg;
	unsigned int i;

	KeEnterCriticalRegion();
	for (i = 1; i <= agree->rounds; i++) {
		agree->refused += !agree_try(agree->res, agree->owned);
		/* Pairs with the acquire in agree_release(). */
		smp_store_release(&agree->acquired, i);
		/* Pairs with the release there. */
		while (smp_load_acquire(&agree->released) != i) {
			if (READ_ONCE(agree->stop))
				goto out;
			if (need_resched())
				cond_resched();
			if (agree_may_ask(agree))
				agree->refused += !agree_ask(agree);
		}
		agree->refused += ExIsResourceAcquiredSharedLite(agree->res);
		agree->refused += !agree_ask(agree);
	}
out:
	KeLeaveCriticalRegion();
	return i - 1;
}

static void agree_release(void *arg)
{
	struct agree *agree = arg;

	ExReleaseResourceForThreadLite(agree->res, agree->owner);
}

static void agree_run(struct kunit *test, struct agree what)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct agree *agree = kunit_kzalloc(test, sizeof(*agree), GFP_KERNEL);
	unsigned long end = jiffies + ERES_DEADLINE_SECONDS * HZ;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, agree);
	*agree = what;
	/* What comes from another CPU has to interrupt the owner there. */
	agree->rounds = agree->softirq ? 50 : 500;
	agree->res = stage->res;
	agree->owner = eres_actor_id(owner);
	eres_actor_begin(owner, agree_step, agree);
	for (i = 1; i <= agree->rounds && time_before(jiffies, end); i++) {
		/* Pairs with the release in agree_step(). */
		while (smp_load_acquire(&agree->acquired) != i &&
		       time_before(jiffies, end))
			cond_resched();
		/* Out of time: what is not there is not released. */
		if (READ_ONCE(agree->acquired) != i)
			break;
		if (agree->softirq)
			eres_run_in_softirq(ERES_OTHER_CPU, agree_release, agree);
		else
			agree_release(agree);
		/* Pairs with the acquire in agree_step(). */
		smp_store_release(&agree->released, i);
	}
	WRITE_ONCE(agree->stop, i <= agree->rounds);
	KUNIT_EXPECT_EQ(test, eres_actor_finish(owner), agree->rounds);
	KUNIT_EXPECT_EQ(test, agree->refused, 0);
	eres_expect_all(test, &stage->reports, agree->rounds,
			ERES_INVALID_RELEASE, stage->res);
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_NOTHING(owner));
	eres_expect_free(test, stage->res);
}

#define AGREE(...) agree_run(test, (struct agree){ __VA_ARGS__ })

static void exclusive_owner_asks(struct kunit *test)
{
	AGREE(.owned = ERES_EXCLUSIVE, .asked = ERES_EXCLUSIVE);
}

static void exclusive_owner_asks_to_share(struct kunit *test)
{
	AGREE(.owned = ERES_EXCLUSIVE, .asked = ERES_SHARED);
}

static void exclusive_owner_asks_in_every_way(struct kunit *test)
{
	AGREE(.owned = ERES_EXCLUSIVE, .asked = ERES_STARVE);
	AGREE(.owned = ERES_EXCLUSIVE, .asked = ERES_WAIT_FOR);
}

static void released_in_softirq_while_it_asks(struct kunit *test)
{
	AGREE(.owned = ERES_EXCLUSIVE, .asked = ERES_EXCLUSIVE, .softirq = true);
}

static void shared_owner_asks(struct kunit *test)
{
	AGREE(.owned = ERES_SHARED, .asked = ERES_EXCLUSIVE);
}

static void exclusive_owner_deletes(struct kunit *test)
{
	AGREE(.owned = ERES_EXCLUSIVE, .deletes = true);
}

static void shared_owner_deletes(struct kunit *test)
{
	AGREE(.owned = ERES_SHARED, .deletes = true);
}

static struct kunit_case foreign_release_agree_cases[] = {
	KUNIT_CASE_SLOW(exclusive_owner_asks),
	KUNIT_CASE_SLOW(exclusive_owner_asks_to_share),
	KUNIT_CASE_SLOW(exclusive_owner_asks_in_every_way),
	KUNIT_CASE_SLOW(released_in_softirq_while_it_asks),
	KUNIT_CASE_SLOW(shared_owner_asks),
	KUNIT_CASE_SLOW(exclusive_owner_deletes),
	KUNIT_CASE_SLOW(shared_owner_deletes),
	{}
};

static struct kunit_suite foreign_release_agree_suite = {
	.name = "eresource_foreign_release_agree",
	.init = eres_stage_init,
	.test_cases = foreign_release_agree_cases,
};

kunit_test_suite(foreign_release_agree_suite);
