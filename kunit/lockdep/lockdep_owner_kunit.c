// SPDX-License-Identifier: GPL-2.0-only
/* Ownership that changes hands, mode or place: nothing for lockdep to report. */
#include "lockdep_stage.h"

static unsigned long release_pointer_step(void *res)
{
	ExReleaseResourceForThreadLite(res, (ERESOURCE_THREAD)res | 3);
	return 0;
}

/* After the hand-over the thread has nothing: the other order is no cycle. */
static void hand_over_is_silent(struct kunit *test)
{
	struct eres_actor *worker = eres_actor_start(test, "worker");
	struct lockdep_stage *stage = test->priv;
	PERESOURCE res = &stage->fcb[0];

	take_exclusive(&stage->file);
	take_exclusive(res);
	ExSetResourceOwnerPointer(res, (PVOID)((ULONG_PTR)res | 3));
	KeLeaveCriticalRegion();
	drop(&stage->file);
	eres_actor_do(worker, release_pointer_step, res);

	take_shared(res);
	ExSetResourceOwnerPointer(res, (PVOID)((ULONG_PTR)res | 3));
	take_exclusive(&stage->file);
	drop(&stage->file);
	KeLeaveCriticalRegion();
	eres_actor_do(worker, release_pointer_step, res);
	take_exclusive(res);
	drop(res);
	lockdep_expect_silence(test);
}

struct foreign_release {
	PERESOURCE res;
	ERESOURCE_THREAD id;
};

static unsigned long foreign_release_step(void *data)
{
	struct foreign_release *release = data;

	ExReleaseResourceForThreadLite(release->res, release->id);
	return 0;
}

/*
 * Somebody else releases, the thread goes on with other locks, and later takes
 * the two in the other order.
 */
static void foreign_release_is_silent(struct kunit *test)
{
	struct eres_actor *worker = eres_actor_start(test, "worker");
	struct lockdep_stage *stage = test->priv;
	struct foreign_release foreign = {
		.res = &stage->fcb[0],
		.id = ExGetCurrentResourceThread(),
	};

	take_exclusive(&stage->file);
	take_exclusive(foreign.res);
	drop(&stage->file);
	eres_actor_do(worker, foreign_release_step, &foreign);
	/* It works, and the shim has its say (0x16E). */
	KUNIT_EXPECT_EQ(test, atomic_xchg(&stage->reports, 0), 1);
	take_shared(&stage->volume);
	drop(&stage->volume);
	KeLeaveCriticalRegion();

	take_exclusive(&stage->volume);
	take_exclusive(foreign.res);
	drop(foreign.res);
	drop(&stage->volume);
	lockdep_expect_silence(test);
}

static void convert_is_silent(struct kunit *test)
{
	struct eres_actor *reader = eres_actor_start(test, "reader");
	struct lockdep_stage *stage = test->priv;
	PERESOURCE res = &stage->volume;

	take_exclusive(res);
	take_exclusive(res);
	eres_actor_begin(reader, lockdep_take_shared, res);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(ExGetSharedWaiterCount(res) == 1));
	ExConvertExclusiveToSharedLite(res);
	eres_actor_finish(reader);
	take_shared(res);
	drop(res);
	drop(res);
	drop(res);
	eres_actor_do(reader, lockdep_drop, res);
	lockdep_expect_silence(test);
}

/*
 * A thread that holds shared what it had exclusively is in nobody's way who
 * starves writers: these two orders can not deadlock.
 */
static void starving_past_converted_is_silent(struct kunit *test)
{
	ERESOURCE converted, inner;

	ExInitializeResourceLite(&converted);
	ExInitializeResourceLite(&inner);
	take_exclusive(&converted);
	ExConvertExclusiveToSharedLite(&converted);
	take_exclusive(&inner);
	drop(&inner);
	drop(&converted);

	take_exclusive(&inner);
	KeEnterCriticalRegion();
	KUNIT_EXPECT_TRUE(test, ExAcquireSharedStarveExclusive(&converted, TRUE));
	drop(&converted);
	drop(&inner);
	ExDeleteResourceLite(&converted);
	ExDeleteResourceLite(&inner);
	lockdep_expect_silence(test);
}

static void owning_past_the_region_is_silent(struct kunit *test)
{
	struct lockdep_stage *stage = test->priv;

	take_exclusive(&stage->volume);
	KeLeaveCriticalRegion();
	take_shared(&stage->file);
	drop(&stage->file);
	ExReleaseResourceLite(&stage->volume);
	lockdep_expect_silence(test);
}

static struct kunit_case lockdep_owner_cases[] = {
	KUNIT_CASE(hand_over_is_silent),
	KUNIT_CASE(foreign_release_is_silent),
	KUNIT_CASE(convert_is_silent),
	KUNIT_CASE(starving_past_converted_is_silent),
	KUNIT_CASE(owning_past_the_region_is_silent),
	{}
};

static struct kunit_suite lockdep_owner_suite = {
	.name = "eresource_lockdep_owners",
	.init = lockdep_stage_init,
	.test_cases = lockdep_owner_cases,
};

kunit_test_suite(lockdep_owner_suite);
