// SPDX-License-Identifier: GPL-2.0-only
/*
 * Much of everything: resources of one thread, threads of one resource, levels,
 * regions. Counters are read at every step, where they could wrap.
 */
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/slab.h>

#include <storage.h>

#include "region.h"
#include "state.h"

/* The size on 64-bit Windows, which ported structures may rely on. */
#define WINDOWS_SIZE 104

/* What the kernel's own locks take of it without lock debugging, on 64-bit. */
#define RWSEM_SIZE 40
#define RAW_SPINLOCK_SIZE 4

/*
 * With lock debugging the kernel's locks grow, so that the whole can not be
 * compared; what the shim adds to them can. Without, shim/main.c compares the
 * whole when it is compiled.
 */
static void size_is_that_of_windows(struct kunit *test)
{
	size_t ours = sizeof_field(ERESOURCE, link) +
		      sizeof_field(ERESOURCE, magic) +
		      sizeof_field(ERESOURCE, owner) +
		      sizeof_field(ERESOURCE, group) +
		      sizeof_field(ERESOURCE, exclusive_waiters) +
		      sizeof_field(ERESOURCE, shared_waiters) +
		      sizeof_field(ERESOURCE, contention) +
		      sizeof_field(ERESOURCE, parked) +
		      sizeof_field(ERESOURCE, site);

	kunit_info(test, "sizeof(ERESOURCE) is %zu", sizeof(ERESOURCE));
	KUNIT_EXPECT_LE(test, RWSEM_SIZE + RAW_SPINLOCK_SIZE + ours,
			WINDOWS_SIZE);
}

#define RESOURCES 4000

static bool is_mine(PERESOURCE res, int i)
{
	return ExIsResourceAcquiredSharedLite(res) == 1 &&
	       ExIsResourceAcquiredExclusiveLite(res) == !(i & 1);
}

static void acquire_all(struct kunit *test, PERESOURCE res)
{
	/* Of one lockdep class, which is not what this is about */
	typeof(ExInitializeResourceLite) *init = ExInitializeResourceLite;
	unsigned int bad = 0;
	int i;

	for (i = 0; i < RESOURCES; i++) {
		bad += init(&res[i]) != STATUS_SUCCESS;
		if (i & 1)
			bad += !ExAcquireResourceSharedLite(&res[i], TRUE);
		else
			bad += !ExAcquireResourceExclusiveLite(&res[i], TRUE);
		/* This one, one of before, and one to come */
		bad += !is_mine(&res[i], i) || !is_mine(&res[i / 2], i / 2);
		if (i + 1 < RESOURCES)
			bad += ExIsResourceAcquiredSharedLite(&res[i + 1]);
	}
	for (i = 0; i < RESOURCES; i++)
		bad += !is_mine(&res[i], i);
	KUNIT_EXPECT_EQ(test, bad, 0);
}

static void shuffle(u32 *order)
{
	u32 i, other;

	for (i = 0; i < RESOURCES; i++)
		order[i] = i;
	for (i = RESOURCES - 1; i; i--) {
		other = get_random_u32_below(i + 1);
		swap(order[i], order[other]);
	}
}

/* Returns whether nothing of it lives on. */
static bool release_all(struct kunit *test, PERESOURCE res, const u32 *order)
{
	unsigned int bad = 0, alive = 0;
	int i;

	for (i = 0; i < RESOURCES; i++) {
		u32 at = order[i], later = order[RESOURCES - 1];

		bad += !is_mine(&res[at], at) || !is_mine(&res[later], later);
		ExReleaseResourceLite(&res[at]);
		bad += ExIsResourceAcquiredSharedLite(&res[at]);
	}
	for (i = 0; i < RESOURCES; i++)
		alive += ExDeleteResourceLite(&res[i]) != STATUS_SUCCESS;
	KUNIT_EXPECT_EQ(test, bad, 0);
	KUNIT_EXPECT_EQ(test, alive, 0);
	return !alive;
}

static void thousands_of_resources(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = kvcalloc(RESOURCES, sizeof(*res), GFP_KERNEL);
	u32 *order = kvcalloc(RESOURCES, sizeof(*order), GFP_KERNEL);
	bool gone = true;

	KUNIT_EXPECT_NOT_NULL(test, res);
	KUNIT_EXPECT_NOT_NULL(test, order);
	if (res && order) {
		shuffle(order);
		KeEnterCriticalRegion();
		acquire_all(test, res);
		gone = release_all(test, res, order);
		KeLeaveCriticalRegion();
		eres_expect_no_region(test);
	}
	kvfree(order);
	if (gone)
		kvfree(res);
	eres_expect_no_report(test, &stage->reports);
}

#define THREADS 200

struct crowd {
	struct eres_actor *actor[THREADS];
	PERESOURCE res;
	unsigned long sum;
	atomic_t inside;
};

static struct crowd *crowd_start(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct crowd *crowd = kunit_kzalloc(test, sizeof(*crowd), GFP_KERNEL);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, crowd);
	crowd->res = stage->res;
	for (i = 0; i < THREADS; i++)
		crowd->actor[i] = eres_actor_start(test, "crowd");
	return crowd;
}

static void crowd_begin(struct crowd *crowd, eres_step_fn fn, int from, int to)
{
	for (; from < to; from++)
		eres_actor_begin(crowd->actor[from], fn, crowd);
}

static unsigned long crowd_finish(struct crowd *crowd, int from, int to)
{
	unsigned long sum = 0;

	for (; from < to; from++)
		sum += eres_actor_finish(crowd->actor[from]);
	return sum;
}

static unsigned long write_step(void *arg)
{
	struct crowd *crowd = arg;
	BOOLEAN mine;

	KeEnterCriticalRegion();
	ExAcquireResourceExclusiveLite(crowd->res, TRUE);
	mine = ExIsResourceAcquiredExclusiveLite(crowd->res) &&
	       !atomic_read(&crowd->inside);
	WRITE_ONCE(crowd->sum, READ_ONCE(crowd->sum) + 1);
	ExReleaseResourceLite(crowd->res);
	KeLeaveCriticalRegion();
	return mine;
}

static unsigned long enter_shared_step(void *arg)
{
	struct crowd *crowd = arg;

	KeEnterCriticalRegion();
	ExAcquireResourceSharedLite(crowd->res, TRUE);
	atomic_inc(&crowd->inside);
	return ExIsResourceAcquiredSharedLite(crowd->res);
}

/* What every one of them has a record of, at once */
static unsigned long look_step(void *arg)
{
	struct crowd *crowd = arg;

	return KeAreApcsDisabled() &&
	       ExIsResourceAcquiredSharedLite(crowd->res) == 1 &&
	       !ExIsResourceAcquiredExclusiveLite(crowd->res);
}

static unsigned long leave_shared_step(void *arg)
{
	struct crowd *crowd = arg;

	atomic_dec(&crowd->inside);
	ExReleaseResourceLite(crowd->res);
	KeLeaveCriticalRegion();
	return !KeAreApcsDisabled() &&
	       !ExIsResourceAcquiredSharedLite(crowd->res);
}

static void hundreds_of_writers(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct crowd *crowd = crowd_start(test);

	eres_take(ERES_SELF, ERES_EXCLUSIVE, stage->res);
	crowd_begin(crowd, write_step, 0, THREADS);
	ERES_EXPECT(test, stage->res, THREADS, 0,
		    OWNS_EXCLUSIVE(ERES_SELF, 1));
	KUNIT_EXPECT_EQ(test, crowd->sum, 0);
	eres_drop(ERES_SELF, stage->res, 1);

	KUNIT_EXPECT_EQ(test, THREADS, crowd_finish(crowd, 0, THREADS));
	KUNIT_EXPECT_EQ(test, crowd->sum, THREADS);
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

static void hundreds_of_readers(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct crowd *crowd = crowd_start(test);

	eres_take(ERES_SELF, ERES_EXCLUSIVE, stage->res);
	crowd_begin(crowd, enter_shared_step, 0, THREADS);
	ERES_EXPECT(test, stage->res, 0, THREADS,
		    OWNS_EXCLUSIVE(ERES_SELF, 1));
	KUNIT_EXPECT_EQ(test, atomic_read(&crowd->inside), 0);
	eres_drop(ERES_SELF, stage->res, 1);

	/* All of them own, and have a record, at the same time. */
	KUNIT_EXPECT_EQ(test, THREADS, crowd_finish(crowd, 0, THREADS));
	KUNIT_EXPECT_EQ(test, atomic_read(&crowd->inside), THREADS);
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_NOTHING(ERES_SELF));
	KUNIT_EXPECT_FALSE(test, eres_try(ERES_SELF, ERES_EXCLUSIVE,
					  stage->res));
	crowd_begin(crowd, look_step, 0, THREADS);
	KUNIT_EXPECT_EQ(test, THREADS, crowd_finish(crowd, 0, THREADS));
	crowd_begin(crowd, leave_shared_step, 0, THREADS);
	KUNIT_EXPECT_EQ(test, THREADS, crowd_finish(crowd, 0, THREADS));

	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

/* All readers once the owner leaves, then, after them, writer by writer */
static void hundreds_of_both(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct crowd *crowd = crowd_start(test);
	const int half = THREADS / 2;

	eres_take(ERES_SELF, ERES_EXCLUSIVE, stage->res);
	crowd_begin(crowd, write_step, 0, half);
	crowd_begin(crowd, enter_shared_step, half, THREADS);
	ERES_EXPECT(test, stage->res, half, half,
		    OWNS_EXCLUSIVE(ERES_SELF, 1));
	eres_drop(ERES_SELF, stage->res, 1);

	KUNIT_EXPECT_EQ(test, half, crowd_finish(crowd, half, THREADS));
	ERES_EXPECT(test, stage->res, half, 0, OWNS_NOTHING(ERES_SELF));
	KUNIT_EXPECT_EQ(test, crowd->sum, 0);
	crowd_begin(crowd, leave_shared_step, half, THREADS);
	KUNIT_EXPECT_EQ(test, half, crowd_finish(crowd, half, THREADS));
	KUNIT_EXPECT_EQ(test, half, crowd_finish(crowd, 0, half));
	KUNIT_EXPECT_EQ(test, crowd->sum, half);

	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

/* More than 16 bits count */
#define DEEP 70000

static void deep_recursion(struct kunit *test, enum eres_routine routine,
			   bool pointer)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *other = eres_stage_actor(test, "other");
	bool exclusive = routine == ERES_EXCLUSIVE;
	unsigned int bad = 0;
	ULONG i;

	KeEnterCriticalRegion();
	for (i = 1; i <= DEEP; i++) {
		bad += !(exclusive ? ExAcquireResourceExclusiveLite(res, TRUE) :
				     ExAcquireResourceSharedLite(res, TRUE));
		bad += ExIsResourceAcquiredSharedLite(res) != i;
	}
	if (pointer)
		ExSetResourceOwnerPointer(res, (PVOID)3);
	for (i = DEEP; i > 1; i--) {
		if (pointer)
			ExReleaseResourceForThreadLite(res, 3);
		else
			ExReleaseResourceLite(res);
		bad += ExIsResourceAcquiredSharedLite(res) !=
		       (pointer ? 0 : i - 1);
		bad += ExIsResourceAcquiredExclusiveLite(res) !=
		       (exclusive && !pointer);
	}
	KUNIT_EXPECT_EQ(test, bad, 0);
	KUNIT_EXPECT_FALSE(test, eres_try(other, ERES_EXCLUSIVE, res));
	if (pointer)
		ExReleaseResourceForThreadLite(res, 3);
	else
		ExReleaseResourceLite(res);
	KeLeaveCriticalRegion();
	eres_expect_free(test, res);
	eres_expect_no_report(test, &stage->reports);
}

static void deep_exclusive_recursion(struct kunit *test)
{
	deep_recursion(test, ERES_EXCLUSIVE, /* .pointer = */ false);
}

static void deep_shared_recursion(struct kunit *test)
{
	deep_recursion(test, ERES_SHARED, /* .pointer = */ false);
}

static void deep_recursion_moves_to_a_pointer(struct kunit *test)
{
	deep_recursion(test, ERES_EXCLUSIVE, /* .pointer = */ true);
}

static void regions_nest_deeply(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	unsigned int bad = 0;
	ULONG i;

	for (i = 0; i < DEEP; i++) {
		KeEnterCriticalRegion();
		bad += !KeAreApcsDisabled() || KeAreAllApcsDisabled();
	}
	for (i = 0; i < DEEP; i++) {
		KeEnterGuardedRegion();
		bad += !KeAreApcsDisabled() || !KeAreAllApcsDisabled();
	}
	for (i = 0; i < DEEP; i++) {
		bad += !KeAreApcsDisabled() || !KeAreAllApcsDisabled();
		KeLeaveGuardedRegion();
	}
	for (i = 0; i < DEEP; i++) {
		bad += !KeAreApcsDisabled() || KeAreAllApcsDisabled();
		KeLeaveCriticalRegion();
	}
	KUNIT_EXPECT_EQ(test, bad, 0);
	eres_expect_no_region(test);
	eres_expect_no_report(test, &stage->reports);
}

static struct kunit_case limits_cases[] = {
	KUNIT_CASE(size_is_that_of_windows),
	KUNIT_CASE_SLOW(thousands_of_resources),
	KUNIT_CASE_SLOW(hundreds_of_writers),
	KUNIT_CASE_SLOW(hundreds_of_readers),
	KUNIT_CASE_SLOW(hundreds_of_both),
	KUNIT_CASE_SLOW(deep_exclusive_recursion),
	KUNIT_CASE_SLOW(deep_shared_recursion),
	KUNIT_CASE_SLOW(deep_recursion_moves_to_a_pointer),
	KUNIT_CASE_SLOW(regions_nest_deeply),
	{}
};

static struct kunit_suite limits_suite = {
	.name = "eresource_limits",
	.init = eres_stage_init,
	.test_cases = limits_cases,
};

kunit_test_suite(limits_suite);
