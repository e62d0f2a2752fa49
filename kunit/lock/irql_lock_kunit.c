// SPDX-License-Identifier: GPL-2.0-only
/* Locks at each IRQL: what may wait, what is refused, what is granted. */
#include <linux/delay.h>
#include <linux/spinlock.h>

#include "region.h"
#include "softirq.h"
#include "state.h"

static struct eres_stage *stage_of(struct kunit *test)
{
	return test->priv;
}

static unsigned long take_at_apc_level(void *res)
{
	unsigned long owned;
	KIRQL irql;

	KeRaiseIrql(APC_LEVEL, &irql);
	owned = ExAcquireResourceExclusiveLite(res, TRUE);
	KeLowerIrql(irql);
	return owned;
}

static unsigned long take_shared_at_apc_level(void *res)
{
	unsigned long owned;
	KIRQL irql;

	KeRaiseIrql(APC_LEVEL, &irql);
	owned = ExAcquireResourceSharedLite(res, TRUE);
	KeLowerIrql(irql);
	return owned;
}

static unsigned long drop_at_apc_level(void *res)
{
	KIRQL irql;

	KeRaiseIrql(APC_LEVEL, &irql);
	ExReleaseResourceLite(res);
	KeLowerIrql(irql);
	return KeGetCurrentIrql();
}

static void acquire_waits_at_apc_level(struct kunit *test)
{
	struct eres_actor *writer = eres_stage_actor(test, "writer");
	struct eres_actor *reader = eres_stage_actor(test, "reader");
	struct eres_stage *stage = stage_of(test);
	PERESOURCE res = stage->res;

	eres_take(ERES_SELF, ERES_EXCLUSIVE, res);
	eres_actor_begin(writer, take_at_apc_level, res);
	ERES_EXPECT(test, res, 1, 0, OWNS_EXCLUSIVE(ERES_SELF, 1),
		    WAITS(writer));
	eres_drop(ERES_SELF, res, 1);
	KUNIT_EXPECT_TRUE(test, eres_actor_finish(writer));
	ERES_EXPECT(test, res, 0, 0, OWNS_NOTHING(ERES_SELF),
		    OWNS_EXCLUSIVE(writer, 1));

	eres_actor_begin(reader, take_shared_at_apc_level, res);
	ERES_EXPECT(test, res, 0, 1, OWNS_EXCLUSIVE(writer, 1), WAITS(reader));
	KUNIT_EXPECT_EQ(test, eres_actor_do(writer, drop_at_apc_level, res), 0);
	KUNIT_EXPECT_TRUE(test, eres_actor_finish(reader));
	ERES_EXPECT(test, res, 0, 0, OWNS_NOTHING(writer),
		    OWNS_SHARED(reader, 1));
	KUNIT_EXPECT_EQ(test, eres_actor_do(reader, drop_at_apc_level, res), 0);
	eres_expect_free(test, res);
	eres_expect_no_report(test, &stage->reports);
}

static void thread_may_sleep_at_apc_level(struct kunit *test)
{
	KIRQL irql;

	KeRaiseIrql(APC_LEVEL, &irql);
	might_sleep();
	usleep_range(100, 200);
	eres_expect_region(test, eres_region_now(), false, true, APC_LEVEL);
	KeLowerIrql(irql);
	eres_expect_no_region(test);
}

static BOOLEAN (*const acquire_routines[])(PERESOURCE res, BOOLEAN wait) = {
	ExAcquireResourceExclusiveLite,
	ExAcquireResourceSharedLite,
	ExAcquireSharedStarveExclusive,
	ExAcquireSharedWaitForExclusive,
};

static void acquire_at_dispatch_level_is_granted_if_free(struct kunit *test)
{
	struct eres_stage *stage = stage_of(test);
	PERESOURCE res = stage->res;
	BOOLEAN owned;
	KIRQL irql;
	int i;

	KeRaiseIrql(APC_LEVEL, &irql);
	KUNIT_EXPECT_TRUE(test, ExAcquireResourceExclusiveLite(res, TRUE));
	ExReleaseResourceLite(res);
	KeLowerIrql(irql);
	eres_expect_no_report(test, &stage->reports);

	for (i = 0; i < ARRAY_SIZE(acquire_routines); i++) {
		irql = KeRaiseIrqlToDpcLevel();
		owned = acquire_routines[i](res, TRUE);
		KeLowerIrql(irql);
		KUNIT_EXPECT_TRUE_MSG(test, owned, "routine %d", i);
		eres_expect_irql_rule(test, &stage->reports, stage->res);
		if (i == 0)
			ERES_EXPECT(test, res, 0, 0,
				    OWNS_EXCLUSIVE(ERES_SELF, 1));
		else
			ERES_EXPECT(test, res, 0, 0, OWNS_SHARED(ERES_SELF, 1));
		if (owned)
			ExReleaseResourceLite(res);
		eres_expect_free(test, res);
	}
	eres_expect_no_report(test, &stage->reports);
}

static void acquire_at_dispatch_level_never_waits(struct kunit *test)
{
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct eres_stage *stage = stage_of(test);
	PERESOURCE res = stage->res;
	BOOLEAN owned;
	KIRQL irql;
	int i;

	eres_take(owner, ERES_EXCLUSIVE, res);
	for (i = 0; i < ARRAY_SIZE(acquire_routines); i++) {
		irql = KeRaiseIrqlToDpcLevel();
		owned = acquire_routines[i](res, TRUE);
		KeLowerIrql(irql);
		KUNIT_EXPECT_FALSE_MSG(test, owned, "routine %d", i);
		eres_expect_irql_rule(test, &stage->reports, stage->res);
		ERES_EXPECT(test, res, 0, 0, OWNS_NOTHING(ERES_SELF),
			    OWNS_EXCLUSIVE(owner, 1));
	}
	eres_drop(owner, res, 1);
	eres_expect_free(test, res);
	eres_expect_no_report(test, &stage->reports);
}

struct irq_acquire {
	PERESOURCE res;
	BOOLEAN owned;
};

static void acquire_in_interrupt(void *data)
{
	struct irq_acquire *acquire = data;

	acquire->owned = ExAcquireResourceSharedLite(acquire->res, TRUE);
}

static void acquire_in_interrupt_is_refused(struct kunit *test)
{
	struct eres_stage *stage = stage_of(test);
	struct irq_acquire acquire = { .res = stage->res, .owned = TRUE };

	KUNIT_EXPECT_TRUE(test, eres_run_in_softirq(ERES_THIS_CPU,
						    acquire_in_interrupt,
						    &acquire));
	KUNIT_EXPECT_FALSE(test, acquire.owned);
	eres_expect_irql_rule(test, &stage->reports, stage->res);
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_NOTHING(ERES_SELF));

	acquire.owned = TRUE;
	KUNIT_EXPECT_TRUE(test, eres_run_in_hardirq(ERES_THIS_CPU,
						    acquire_in_interrupt,
						    &acquire));
	KUNIT_EXPECT_FALSE(test, acquire.owned);
	eres_expect_irql_rule(test, &stage->reports, stage->res);
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_NOTHING(ERES_SELF));
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

static void acquire_under_spin_lock_never_sleeps(struct kunit *test)
{
	struct eres_stage *stage = stage_of(test);
	static DEFINE_RAW_SPINLOCK(lock);
	BOOLEAN owned;

	if (!IS_ENABLED(CONFIG_PREEMPT_COUNT))
		kunit_skip(test, "the kernel does not count spin locks");

	raw_spin_lock(&lock);
	owned = ExAcquireResourceExclusiveLite(stage->res, TRUE);
	raw_spin_unlock(&lock);
	KUNIT_EXPECT_TRUE(test, owned);
	eres_expect_irql_rule(test, &stage->reports, stage->res);
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_EXCLUSIVE(ERES_SELF, 1));
	if (owned)
		ExReleaseResourceLite(stage->res);
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

static void release_at_dispatch_level_grants_waiter(struct kunit *test)
{
	struct eres_actor *writer = eres_stage_actor(test, "writer");
	struct eres_stage *stage = stage_of(test);
	PERESOURCE res = stage->res;
	ULONG left;
	KIRQL irql;

	KeEnterCriticalRegion();
	KUNIT_EXPECT_TRUE(test, ExAcquireResourceSharedLite(res, TRUE));
	KUNIT_EXPECT_TRUE(test, ExAcquireResourceSharedLite(res, TRUE));
	eres_ask(writer, ERES_EXCLUSIVE, res);
	ERES_EXPECT(test, res, 1, 0, OWNS_SHARED(ERES_SELF, 2), WAITS(writer));

	irql = KeRaiseIrqlToDpcLevel();
	ExReleaseResourceLite(res);
	left = ExIsResourceAcquiredSharedLite(res);
	ExReleaseResourceLite(res);
	KeLowerIrql(irql);
	KeLeaveCriticalRegion();

	KUNIT_EXPECT_EQ(test, left, 1);
	KUNIT_EXPECT_TRUE(test, eres_granted(writer));
	ERES_EXPECT(test, res, 0, 0, OWNS_NOTHING(ERES_SELF),
		    OWNS_EXCLUSIVE(writer, 1));
	eres_drop(writer, res, 1);
	eres_expect_free(test, res);
	eres_expect_no_region(test);
	eres_expect_no_report(test, &stage->reports);
}

static void queries_answer_at_dispatch_level(struct kunit *test)
{
	struct eres_actor *writer = eres_stage_actor(test, "writer");
	struct eres_stage *stage = stage_of(test);
	ULONG levels, exclusive_waiters, shared_waiters;
	PERESOURCE res = stage->res;
	BOOLEAN exclusive;
	KIRQL irql;

	eres_take(ERES_SELF, ERES_SHARED, res);
	eres_ask(writer, ERES_EXCLUSIVE, res);
	ERES_EXPECT(test, res, 1, 0, OWNS_SHARED(ERES_SELF, 1), WAITS(writer));

	irql = KeRaiseIrqlToDpcLevel();
	exclusive = ExIsResourceAcquiredExclusiveLite(res);
	levels = ExIsResourceAcquiredSharedLite(res);
	exclusive_waiters = ExGetExclusiveWaiterCount(res);
	shared_waiters = ExGetSharedWaiterCount(res);
	KeLowerIrql(irql);
	KUNIT_EXPECT_FALSE(test, exclusive);
	KUNIT_EXPECT_EQ(test, levels, 1);
	KUNIT_EXPECT_EQ(test, exclusive_waiters, 1);
	KUNIT_EXPECT_EQ(test, shared_waiters, 0);

	eres_drop(ERES_SELF, res, 1);
	KUNIT_EXPECT_TRUE(test, eres_granted(writer));
	eres_drop(writer, res, 1);
	eres_expect_free(test, res);
	eres_expect_no_report(test, &stage->reports);
}

/* A find routine that returns what it found locked, and the level raised. */
static PERESOURCE find_locked(PERESOURCE res, PKIRQL irql)
{
	KeRaiseIrql(APC_LEVEL, irql);
	if (ExAcquireResourceSharedLite(res, TRUE))
		return res;
	KeLowerIrql(*irql);
	return NULL;
}

static void callee_may_return_with_level_raised_and_lock_held(struct kunit *test)
{
	struct eres_actor *other = eres_stage_actor(test, "other");
	struct eres_stage *stage = stage_of(test);
	PERESOURCE found;
	KIRQL irql = 0xcc;

	found = find_locked(stage->res, &irql);
	KUNIT_EXPECT_PTR_EQ(test, found, stage->res);
	KUNIT_EXPECT_EQ(test, irql, PASSIVE_LEVEL);
	eres_expect_region(test, eres_region_now(), false, true, APC_LEVEL);
	KUNIT_EXPECT_FALSE(test, eres_try(other, ERES_EXCLUSIVE, stage->res));
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_SHARED(ERES_SELF, 1),
		    OWNS_NOTHING(other));
	if (found) {
		ExReleaseResourceLite(found);
		KeLowerIrql(irql);
	}
	eres_expect_no_region(test);
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

/* PAGED_CODE() may stand wherever sleeping is legal. */
static void paged_code_is_silent_up_to_apc_level(struct kunit *test)
{
	KIRQL irql;

	PAGED_CODE();
	KeEnterCriticalRegion();
	PAGED_CODE();
	KeRaiseIrql(APC_LEVEL, &irql);
	PAGED_CODE();
	KeLowerIrql(irql);
	KeLeaveCriticalRegion();
	eres_expect_no_region(test);
}

static struct kunit_case irql_locks_cases[] = {
	KUNIT_CASE(acquire_waits_at_apc_level),
	KUNIT_CASE(thread_may_sleep_at_apc_level),
	KUNIT_CASE(acquire_at_dispatch_level_is_granted_if_free),
	KUNIT_CASE(acquire_at_dispatch_level_never_waits),
	KUNIT_CASE(acquire_in_interrupt_is_refused),
	KUNIT_CASE(acquire_under_spin_lock_never_sleeps),
	KUNIT_CASE(release_at_dispatch_level_grants_waiter),
	KUNIT_CASE(queries_answer_at_dispatch_level),
	KUNIT_CASE(callee_may_return_with_level_raised_and_lock_held),
	KUNIT_CASE(paged_code_is_silent_up_to_apc_level),
	{}
};

static struct kunit_suite irql_locks_suite = {
	.name = "eresource_irql_locks",
	.init = eres_stage_init,
	.test_cases = irql_locks_cases,
};

kunit_test_suite(irql_locks_suite);
