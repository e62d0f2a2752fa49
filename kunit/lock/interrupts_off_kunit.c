// SPDX-License-Identifier: GPL-2.0-only
/*
 * Releasing with interrupts off, while a writer waits: they stay off, and the writer
 * gets in. On PREEMPT_RT it takes an irq_work to wake it. And acquiring there.
 */
#include <linux/irq_work.h>
#include <linux/irqflags.h>

#include "state.h"

/* An interrupt that is there from the moment on when it is asked for. */
static atomic_t interrupted;

static void note_interrupt(struct irq_work *work)
{
	atomic_inc(&interrupted);
}

static struct irq_work interrupt = IRQ_WORK_INIT_HARD(note_interrupt);

static void interrupts_off(void)
{
	atomic_set(&interrupted, 0);
	local_irq_disable();
	irq_work_queue(&interrupt);
}

/* None has come yet, but one comes. */
static void interrupts_on(struct kunit *test)
{
	bool off = irqs_disabled();
	int before = atomic_read(&interrupted);

	local_irq_enable();
	KUNIT_EXPECT_TRUE(test, off);
	KUNIT_EXPECT_EQ(test, before, 0);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(atomic_read(&interrupted) == 1));
}

/* One that sleeps. */
static struct eres_actor *start_writer(struct kunit *test, PERESOURCE res)
{
	struct eres_actor *writer = eres_stage_actor(test, "writer");

	eres_ask(writer, ERES_EXCLUSIVE, res);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(ExGetExclusiveWaiterCount(res) == 1 &&
					  eres_actor_blocked(writer)));
	return writer;
}

static void expect_writer(struct kunit *test, struct eres_actor *writer,
			  PERESOURCE res)
{
	KUNIT_EXPECT_TRUE(test, eres_granted(writer));
	ERES_EXPECT(test, res, 0, 0, OWNS_EXCLUSIVE(writer, 1),
		    OWNS_NOTHING(ERES_SELF));
	eres_drop(writer, res, 1);
	eres_expect_free(test, res);
}

static void release_own(struct kunit *test, enum eres_routine routine)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *writer;
	ULONG levels;

	KUNIT_ASSERT_TRUE(test, eres_take(ERES_SELF, routine, stage->res));
	writer = start_writer(test, stage->res);
	interrupts_off();
	ExReleaseResourceLite(stage->res);
	levels = ExIsResourceAcquiredSharedLite(stage->res);
	interrupts_on(test);
	KUNIT_EXPECT_EQ(test, levels, 0);
	expect_writer(test, writer, stage->res);
	eres_leave(ERES_SELF, 1);
	eres_expect_no_report(test, &stage->reports);
}

static void exclusive_release_keeps_interrupts_off(struct kunit *test)
{
	release_own(test, ERES_EXCLUSIVE);
}

static void shared_release_keeps_interrupts_off(struct kunit *test)
{
	release_own(test, ERES_SHARED);
}

static void pointer_release_keeps_interrupts_off(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	ULONG_PTR owner = (ULONG_PTR)stage->res | 3;
	struct eres_actor *writer;

	KUNIT_ASSERT_TRUE(test, eres_take(ERES_SELF, ERES_EXCLUSIVE, stage->res));
	ExSetResourceOwnerPointer(stage->res, (PVOID)owner);
	writer = start_writer(test, stage->res);
	interrupts_off();
	ExReleaseResourceForThreadLite(stage->res, owner);
	interrupts_on(test);
	expect_writer(test, writer, stage->res);
	eres_leave(ERES_SELF, 1);
	eres_expect_no_report(test, &stage->reports);
}

static void foreign_release_keeps_interrupts_off(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct eres_actor *writer;

	KUNIT_ASSERT_TRUE(test, eres_take(owner, ERES_SHARED, stage->res));
	writer = start_writer(test, stage->res);
	interrupts_off();
	ExReleaseResourceForThreadLite(stage->res, eres_actor_id(owner));
	interrupts_on(test);
	expect_writer(test, writer, stage->res);
	eres_leave(owner, 1);
	eres_expect_report(test, &stage->reports, ERES_INVALID_RELEASE, stage->res,
			   current, eres_actor_id(owner), 0);
}

/* Before anybody is woken a thread may still pass the writer, and back out. */
static void starver_passes_writer_in_between(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *writer;
	ULONG levels, waiters;
	BOOLEAN passed;

	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		kunit_skip(test, "the writer is woken at once");
	KUNIT_ASSERT_TRUE(test, eres_take(ERES_SELF, ERES_EXCLUSIVE, stage->res));
	writer = start_writer(test, stage->res);
	interrupts_off();
	ExReleaseResourceLite(stage->res);
	passed = ExAcquireSharedStarveExclusive(stage->res, FALSE);
	levels = ExIsResourceAcquiredSharedLite(stage->res);
	waiters = ExGetExclusiveWaiterCount(stage->res);
	interrupts_on(test);
	KUNIT_EXPECT_TRUE(test, passed);
	KUNIT_EXPECT_EQ(test, levels, 1);
	KUNIT_EXPECT_EQ(test, waiters, 1);
	/* To acquire there is against the rules, and served. */
	eres_expect_irql_rule(test, &stage->reports, stage->res);
	ERES_EXPECT(test, stage->res, 1, 0, OWNS_SHARED(ERES_SELF, 1),
		    WAITS(writer));
	interrupts_off();
	ExReleaseResourceLite(stage->res);
	interrupts_on(test);
	expect_writer(test, writer, stage->res);
	eres_leave(ERES_SELF, 1);
	eres_expect_no_report(test, &stage->reports);
}

/* For so many holds there is room in a thread's record: ERES_INLINE_HOLDS. */
#define ROOM 8

/* What the record has no room for takes memory, which on PREEMPT_RT can not be had there. */
static void hold_that_needs_memory(struct kunit *test)
{
	static ERESOURCE full[ROOM];
	/* Of one lockdep class, which is not what this is about */
	typeof(ExInitializeResourceLite) *init = ExInitializeResourceLite;
	struct eres_stage *stage = test->priv;
	BOOLEAN granted;
	int i;

	KeEnterCriticalRegion();
	for (i = 0; i < ROOM; i++) {
		init(&full[i]);
		ExAcquireResourceSharedLite(&full[i], TRUE);
	}
	interrupts_off();
	granted = ExAcquireResourceExclusiveLite(stage->res, FALSE);
	interrupts_on(test);
	KUNIT_EXPECT_EQ(test, granted, !IS_ENABLED(CONFIG_PREEMPT_RT));
	eres_expect_irql_rule(test, &stage->reports, stage->res);
	if (granted)
		ExReleaseResourceLite(stage->res);
	for (i = 0; i < ROOM; i++) {
		ExReleaseResourceLite(&full[i]);
		ExDeleteResourceLite(&full[i]);
	}
	KeLeaveCriticalRegion();
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

static struct kunit_case interrupts_off_cases[] = {
	KUNIT_CASE(exclusive_release_keeps_interrupts_off),
	KUNIT_CASE(shared_release_keeps_interrupts_off),
	KUNIT_CASE(pointer_release_keeps_interrupts_off),
	KUNIT_CASE(foreign_release_keeps_interrupts_off),
	KUNIT_CASE(starver_passes_writer_in_between),
	KUNIT_CASE(hold_that_needs_memory),
	{}
};

static struct kunit_suite interrupts_off_suite = {
	.name = "eresource_interrupts_off",
	.init = eres_stage_init,
	.test_cases = interrupts_off_cases,
};

kunit_test_suite(interrupts_off_suite);
