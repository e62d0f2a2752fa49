// SPDX-License-Identifier: GPL-2.0-only
/*
 * What lockdep makes of resources: silence for everything that is legal, and a
 * report for two threads that could deadlock. A module of its own, loaded last,
 * and its last case, here, is the one that turns lockdep off.
 */
#include <linux/printk.h>
#include <linux/slab.h>

#include <storage.h>

#include "lockdep_stage.h"

#define HELD_AT_ONCE 100

static void class_is_named_after_its_site(struct kunit *test)
{
#ifdef CONFIG_DEBUG_LOCK_ALLOC
	struct lockdep_stage *stage = test->priv;

	KUNIT_EXPECT_STREQ(test, stage->fcb[0].dep_map.name, "Fcb");
	KUNIT_EXPECT_STREQ(test, stage->volume.dep_map.name, "&stage->volume");
	KUNIT_EXPECT_PTR_EQ(test, stage->fcb[0].dep_map.key,
			    stage->fcb[1].dep_map.key);
	KUNIT_EXPECT_PTR_NE(test, stage->volume.dep_map.key,
			    stage->file.dep_map.key);
#endif
	lockdep_expect_silence(test);
}

static void exclusive_recursion_is_silent(struct kunit *test)
{
	struct lockdep_stage *stage = test->priv;

	take_exclusive(&stage->volume);
	take_exclusive(&stage->volume);
	take_exclusive(&stage->file);
	take_shared(&stage->volume);
	drop(&stage->volume);
	drop(&stage->volume);
	drop(&stage->file);
	drop(&stage->volume);
	lockdep_expect_silence(test);
}

static void shared_recursion_is_silent(struct kunit *test)
{
	struct lockdep_stage *stage = test->priv;
	PERESOURCE res = &stage->volume;

	take_shared(res);
	take_shared(&stage->file);
	take_shared(res);
	drop(res);
	drop(res);
	drop(&stage->file);
	lockdep_expect_silence(test);
}

static void shared_recursion_past_writer_is_silent(struct kunit *test)
{
	struct eres_actor *writer = eres_actor_start(test, "writer");
	struct lockdep_stage *stage = test->priv;
	PERESOURCE res = &stage->volume;

	take_shared(res);
	eres_actor_begin(writer, lockdep_take_exclusive, res);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(ExGetExclusiveWaiterCount(res) == 1));
	take_shared(res);
	KeEnterCriticalRegion();
	KUNIT_EXPECT_TRUE(test, ExAcquireSharedStarveExclusive(res, TRUE));
	drop(res);
	drop(res);
	drop(res);
	eres_actor_finish(writer);
	eres_actor_do(writer, lockdep_drop, res);
	lockdep_expect_silence(test);
}

static unsigned long starve_step(void *res)
{
	KeEnterCriticalRegion();
	return ExAcquireSharedStarveExclusive(res, TRUE);
}

static void starving_a_writer_is_silent(struct kunit *test)
{
	struct eres_actor *writer = eres_actor_start(test, "writer");
	struct eres_actor *reader = eres_actor_start(test, "reader");
	struct lockdep_stage *stage = test->priv;
	PERESOURCE res = &stage->volume;

	take_shared(res);
	eres_actor_begin(writer, lockdep_take_exclusive, res);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(ExGetExclusiveWaiterCount(res) == 1));
	KUNIT_EXPECT_TRUE(test, eres_actor_do(reader, starve_step, res));
	drop(res);
	eres_actor_do(reader, lockdep_drop, res);
	eres_actor_finish(writer);
	eres_actor_do(writer, lockdep_drop, res);
	lockdep_expect_silence(test);
}

/* A driver locks two files in address order; lockdep can not know which. */
static void nesting_within_a_class_is_silent(struct kunit *test)
{
	struct lockdep_stage *stage = test->priv;

	take_exclusive(&stage->fcb[0]);
	take_exclusive(&stage->fcb[1]);
	drop(&stage->fcb[1]);
	drop(&stage->fcb[0]);

	take_shared(&stage->fcb[1]);
	take_shared(&stage->fcb[0]);
	drop(&stage->fcb[1]);
	drop(&stage->fcb[0]);
	lockdep_expect_silence(test);
}

/* Down a tree, hand over hand: the parent goes once the child is locked. */
static void lock_coupling_within_a_class_is_silent(struct kunit *test)
{
	struct lockdep_stage *stage = test->priv;
	int i;

	take_exclusive(&stage->fcb[0]);
	for (i = 1; i < 20; i++) {
		take_exclusive(&stage->fcb[i % 3]);
		drop(&stage->fcb[(i - 1) % 3]);
	}
	drop(&stage->fcb[(i - 1) % 3]);
	take_exclusive(&stage->fcb[0]);
	drop(&stage->fcb[0]);
	lockdep_expect_silence(test);
}

static void release_in_any_order_is_silent(struct kunit *test)
{
	struct lockdep_stage *stage = test->priv;

	take_exclusive(&stage->volume);
	take_shared(&stage->file);
	take_exclusive(&stage->fcb[0]);
	drop(&stage->volume);
	drop(&stage->fcb[0]);
	drop(&stage->file);
	lockdep_expect_silence(test);
}

/* Trying can not deadlock: the wrong order is what Wait FALSE is for. */
static void trying_in_the_other_order_is_silent(struct kunit *test)
{
	struct lockdep_stage *stage = test->priv;
	BOOLEAN owned;

	take_exclusive(&stage->volume);
	take_exclusive(&stage->file);
	drop(&stage->file);
	drop(&stage->volume);

	take_exclusive(&stage->file);
	KeEnterCriticalRegion();
	owned = ExAcquireResourceExclusiveLite(&stage->volume, FALSE);
	KUNIT_EXPECT_TRUE(test, owned);
	if (owned)
		ExReleaseResourceLite(&stage->volume);
	KeLeaveCriticalRegion();
	drop(&stage->file);
	lockdep_expect_silence(test);
}

static void owning_many_is_silent(struct kunit *test)
{
	ERESOURCE *many;
	int i;

	many = kunit_kcalloc(test, HELD_AT_ONCE, sizeof(*many), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, many);
	for (i = 0; i < HELD_AT_ONCE; i++) {
		lockdep_init_fcb(&many[i]);
		take_exclusive(&many[i]);
	}
	for (i = 0; i < HELD_AT_ONCE; i++) {
		drop(&many[i]);
		ExDeleteResourceLite(&many[i]);
	}
	lockdep_expect_silence(test);
}

#define CYCLE "possible circular locking dependency detected"

/*
 * One thread takes file under volume, another volume under file. Neither waits
 * here, but they could: that is what lockdep is for.
 */
static void opposite_orders_are_reported(struct kunit *test)
{
	struct eres_actor *one = eres_actor_start(test, "one");
	struct eres_actor *other = eres_actor_start(test, "other");
	struct lockdep_stage *stage = test->priv;

	eres_actor_do(one, lockdep_take_exclusive, &stage->volume);
	eres_actor_do(one, lockdep_take_exclusive, &stage->file);
	eres_actor_do(one, lockdep_drop, &stage->file);
	eres_actor_do(one, lockdep_drop, &stage->volume);
	lockdep_expect_silence(test);

	eres_actor_do(other, lockdep_take_exclusive, &stage->file);
	pr_info("eresource-expect-begin: " CYCLE "\n");
	eres_actor_do(other, lockdep_take_exclusive, &stage->volume);
	pr_info("eresource-expect-end: " CYCLE "\n");
	KUNIT_EXPECT_FALSE(test, lockdep_works());
	eres_actor_do(other, lockdep_drop, &stage->volume);
	eres_actor_do(other, lockdep_drop, &stage->file);
	KUNIT_EXPECT_EQ(test, atomic_read(&stage->reports), 0);
}

static struct kunit_case lockdep_cases[] = {
	KUNIT_CASE(class_is_named_after_its_site),
	KUNIT_CASE(exclusive_recursion_is_silent),
	KUNIT_CASE(shared_recursion_is_silent),
	KUNIT_CASE(shared_recursion_past_writer_is_silent),
	KUNIT_CASE(starving_a_writer_is_silent),
	KUNIT_CASE(nesting_within_a_class_is_silent),
	KUNIT_CASE(lock_coupling_within_a_class_is_silent),
	KUNIT_CASE(release_in_any_order_is_silent),
	KUNIT_CASE(trying_in_the_other_order_is_silent),
	KUNIT_CASE(owning_many_is_silent),
	/* Last: lockdep reports once. */
	KUNIT_CASE(opposite_orders_are_reported),
	{}
};

static struct kunit_suite lockdep_suite = {
	.name = "eresource_lockdep",
	.init = lockdep_stage_init,
	.test_cases = lockdep_cases,
};

kunit_test_suite(lockdep_suite);
