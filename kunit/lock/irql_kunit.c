// SPDX-License-Identifier: GPL-2.0-only
/* IRQL: raising, lowering, asking. */
#include <linux/preempt.h>
#include <linux/spinlock.h>

#include "region.h"
#include "softirq.h"
#include "state.h"

static struct eres_stage *stage_of(struct kunit *test)
{
	return test->priv;
}

static void thread_starts_at_passive_level(struct kunit *test)
{
	eres_expect_no_region(test);
}

static void raise_gives_old_level_and_lower_restores_it(struct kunit *test)
{
	struct eres_region at_apc, at_dispatch, back_at_apc;
	KIRQL passive = 0xcc, apc = 0xcc;

	KeRaiseIrql(APC_LEVEL, &passive);
	at_apc = eres_region_now();
	KeRaiseIrql(DISPATCH_LEVEL, &apc);
	at_dispatch = eres_region_now();
	KeLowerIrql(apc);
	back_at_apc = eres_region_now();
	KeLowerIrql(passive);

	KUNIT_EXPECT_EQ(test, passive, PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, apc, APC_LEVEL);
	eres_expect_region(test, at_apc, false, true, APC_LEVEL);
	eres_expect_region(test, at_dispatch, false, true, DISPATCH_LEVEL);
	eres_expect_region(test, back_at_apc, false, true, APC_LEVEL);
	eres_expect_no_region(test);
	eres_expect_no_report(test, &stage_of(test)->reports);
}

static void lower_may_skip_a_level(struct kunit *test)
{
	KIRQL old;

	KeRaiseIrql(APC_LEVEL, &old);
	KeRaiseIrqlToDpcLevel();
	KeLowerIrql(PASSIVE_LEVEL);
	eres_expect_no_region(test);
	/* The kernel may sleep again, not only we think so. */
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);

	KeRaiseIrqlToDpcLevel();
	KeLowerIrql(APC_LEVEL);
	eres_expect_region(test, eres_region_now(), false, true, APC_LEVEL);
	KeLowerIrql(PASSIVE_LEVEL);
	eres_expect_no_region(test);
	eres_expect_no_report(test, &stage_of(test)->reports);
}

static void raise_to_current_level_changes_nothing(struct kunit *test)
{
	KIRQL first, second, third, fourth;

	KeRaiseIrql(PASSIVE_LEVEL, &first);
	KeRaiseIrql(APC_LEVEL, &second);
	KeRaiseIrql(APC_LEVEL, &third);
	KeLowerIrql(third);
	eres_expect_region(test, eres_region_now(), false, true, APC_LEVEL);
	KeLowerIrql(second);
	KeLowerIrql(first);
	KUNIT_EXPECT_EQ(test, first, PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, second, PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, third, APC_LEVEL);

	first = KeRaiseIrqlToDpcLevel();
	second = KeRaiseIrqlToDpcLevel();
	KeLowerIrql(second);
	third = KeGetCurrentIrql();
	KeLowerIrql(first);
	fourth = KeGetCurrentIrql();
	KUNIT_EXPECT_EQ(test, second, DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, third, DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, fourth, PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);
	eres_expect_no_report(test, &stage_of(test)->reports);
}

static void dpc_level_keeps_thread_on_its_cpu(struct kunit *test)
{
	bool bottom_halves_off;
	KIRQL irql;

	irql = KeRaiseIrqlToDpcLevel();
	bottom_halves_off = in_softirq();
	KeLowerIrql(irql);
	KUNIT_EXPECT_EQ(test, irql, PASSIVE_LEVEL);
	KUNIT_EXPECT_TRUE(test, bottom_halves_off);
	KUNIT_EXPECT_FALSE(test, in_softirq());
}

static void raise_to_lower_level_is_reported(struct kunit *test)
{
	struct eres_reports *reports = &stage_of(test)->reports;
	struct eres_region now;
	KIRQL passive, apc, ignored;

	KeRaiseIrql(APC_LEVEL, &passive);
	eres_expect_no_report(test, reports);
	KeRaiseIrql(PASSIVE_LEVEL, &ignored);
	eres_expect_report(test, reports, ERES_IRQL_NOT_GREATER_OR_EQUAL,
			   APC_LEVEL, PASSIVE_LEVEL, 0, 0);
	eres_expect_region(test, eres_region_now(), false, true, APC_LEVEL);

	KeRaiseIrql(DISPATCH_LEVEL, &apc);
	KeRaiseIrql(APC_LEVEL, &ignored);
	now = eres_region_now();
	KeLowerIrql(apc);
	eres_expect_report(test, reports, ERES_IRQL_NOT_GREATER_OR_EQUAL,
			   DISPATCH_LEVEL, APC_LEVEL, 0, 0);
	eres_expect_region(test, now, false, true, DISPATCH_LEVEL);
	KeLowerIrql(passive);
	eres_expect_no_region(test);
	eres_expect_no_report(test, reports);
}

static void raise_above_dispatch_level_is_reported(struct kunit *test)
{
	struct eres_reports *reports = &stage_of(test)->reports;
	struct eres_region now;
	KIRQL irql, old = 0xcc;

	irql = KeRaiseIrqlToDpcLevel();
	KeLowerIrql(irql);
	eres_expect_no_report(test, reports);

	KeRaiseIrql(DISPATCH_LEVEL + 1, &old);
	now = eres_region_now();
	eres_expect_report(test, reports, ERES_IRQL_NOT_GREATER_OR_EQUAL,
			   PASSIVE_LEVEL, DISPATCH_LEVEL + 1, 0, 0);
	eres_expect_region(test, now, false, false, PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);
}

static void lower_to_higher_level_is_reported(struct kunit *test)
{
	struct eres_reports *reports = &stage_of(test)->reports;
	KIRQL irql;

	KeRaiseIrql(APC_LEVEL, &irql);
	KeLowerIrql(irql);
	eres_expect_no_report(test, reports);

	KeLowerIrql(APC_LEVEL);
	eres_expect_report(test, reports, ERES_IRQL_NOT_LESS_OR_EQUAL,
			   PASSIVE_LEVEL, APC_LEVEL, 0, 0);
	eres_expect_no_region(test);

	KeRaiseIrql(APC_LEVEL, &irql);
	KeLowerIrql(DISPATCH_LEVEL);
	eres_expect_report(test, reports, ERES_IRQL_NOT_LESS_OR_EQUAL,
			   APC_LEVEL, DISPATCH_LEVEL, 0, 0);
	eres_expect_region(test, eres_region_now(), false, true, APC_LEVEL);
	KeLowerIrql(irql);
	eres_expect_no_region(test);
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);
}

static unsigned long ask_irql(void *unused)
{
	return KeGetCurrentIrql();
}

static void level_is_of_one_thread(struct kunit *test)
{
	struct eres_actor *other = eres_stage_actor(test, "other");
	KIRQL irql;

	KeRaiseIrql(APC_LEVEL, &irql);
	KUNIT_EXPECT_EQ(test, eres_actor_do(other, ask_irql, NULL),
			PASSIVE_LEVEL);
	KeLowerIrql(irql);
}

static void ask_region(void *region)
{
	*(struct eres_region *)region = eres_region_now();
}

static void interrupts_are_at_dispatch_level(struct kunit *test)
{
	struct eres_region region = {};

	KUNIT_EXPECT_TRUE(test, eres_run_in_softirq(ERES_THIS_CPU, ask_region,
						    &region));
	eres_expect_region(test, region, false, true, DISPATCH_LEVEL);

	memset(&region, 0, sizeof(region));
	KUNIT_EXPECT_TRUE(test, eres_run_in_hardirq(ERES_THIS_CPU, ask_region,
						    &region));
	eres_expect_region(test, region, false, true, DISPATCH_LEVEL);
	eres_expect_no_region(test);
}

static void atomic_context_is_at_dispatch_level(struct kunit *test)
{
	KIRQL under_lock, no_interrupts, no_bottom_halves;
	static DEFINE_RAW_SPINLOCK(lock);

	raw_spin_lock(&lock);
	under_lock = KeGetCurrentIrql();
	raw_spin_unlock(&lock);
	local_irq_disable();
	no_interrupts = KeGetCurrentIrql();
	local_irq_enable();
	local_bh_disable();
	no_bottom_halves = KeGetCurrentIrql();
	local_bh_enable();

	/* Without the counter nobody can know. */
	if (IS_ENABLED(CONFIG_PREEMPT_COUNT))
		KUNIT_EXPECT_EQ(test, under_lock, DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, no_interrupts, DISPATCH_LEVEL);
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		KUNIT_EXPECT_EQ(test, no_bottom_halves, DISPATCH_LEVEL);
	eres_expect_no_region(test);
}

static unsigned long raise_to_apc_level(void *unused)
{
	KIRQL irql;

	KeRaiseIrql(APC_LEVEL, &irql);
	return irql;
}

static void exit_at_apc_level_is_reported(struct kunit *test)
{
	struct eres_reports *reports = &stage_of(test)->reports;
	struct eres_actor *actor = eres_actor_start(test, "raised");

	eres_actor_do(actor, raise_to_apc_level, NULL);
	eres_expect_no_report(test, reports);
	eres_actor_join(actor);
	eres_expect_report(test, reports, ERES_KERNEL_APC_PENDING_DURING_EXIT,
			   0, 0, APC_LEVEL, 0);
}

static struct kunit_case irql_cases[] = {
	KUNIT_CASE(thread_starts_at_passive_level),
	KUNIT_CASE(raise_gives_old_level_and_lower_restores_it),
	KUNIT_CASE(lower_may_skip_a_level),
	KUNIT_CASE(raise_to_current_level_changes_nothing),
	KUNIT_CASE(dpc_level_keeps_thread_on_its_cpu),
	KUNIT_CASE(raise_to_lower_level_is_reported),
	KUNIT_CASE(raise_above_dispatch_level_is_reported),
	KUNIT_CASE(lower_to_higher_level_is_reported),
	KUNIT_CASE(level_is_of_one_thread),
	KUNIT_CASE(interrupts_are_at_dispatch_level),
	KUNIT_CASE(atomic_context_is_at_dispatch_level),
	KUNIT_CASE(exit_at_apc_level_is_reported),
	{}
};

static struct kunit_suite irql_suite = {
	.name = "eresource_irql",
	.init = eres_stage_init,
	.test_cases = irql_cases,
};

kunit_test_suite(irql_suite);
