// SPDX-License-Identifier: GPL-2.0-only
/*
 * Addresses that are no resource, given to every routine: reported, refused, and
 * everything else goes on. The resource of the stage is owned meanwhile.
 */
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>

#include <storage.h>

#include "softirq.h"
#include "state.h"

#define VALUE ((ULONG_PTR)0x123450 | 3)

enum hostile_routine {
	INITIALIZE,
	REINITIALIZE,
	DELETE,
	EXCLUSIVE,
	TRY_EXCLUSIVE,
	SHARED,
	STARVE,
	WAIT_FOR,
	RELEASE,
	RELEASE_FOR_THREAD,
	RELEASE_FOR_POINTER,
	CONVERT,
	OWNER_POINTER,
	EXCLUSIVE_WAITERS,
	SHARED_WAITERS,
	ROUTINES,
	/* Of those that look nothing up at the address: silent. */
	IS_EXCLUSIVE = ROUTINES,
	IS_SHARED,
	ALL_ROUTINES,
};

static const char * const names[ROUTINES] = {
	[INITIALIZE] = "ExInitializeResourceLite",
	[REINITIALIZE] = "ExReinitializeResourceLite",
	[DELETE] = "ExDeleteResourceLite",
	[EXCLUSIVE] = "ExAcquireResourceExclusiveLite",
	[TRY_EXCLUSIVE] = "ExTryToAcquireResourceExclusiveLite",
	[SHARED] = "ExAcquireResourceSharedLite",
	[STARVE] = "ExAcquireSharedStarveExclusive",
	[WAIT_FOR] = "ExAcquireSharedWaitForExclusive",
	[RELEASE] = "ExReleaseResourceLite",
	[RELEASE_FOR_THREAD] = "ExReleaseResourceForThreadLite",
	[RELEASE_FOR_POINTER] = "ExReleaseResourceForThreadLite",
	[CONVERT] = "ExConvertExclusiveToSharedLite",
	[OWNER_POINTER] = "ExSetResourceOwnerPointer",
	[EXCLUSIVE_WAITERS] = "ExGetExclusiveWaiterCount",
	[SHARED_WAITERS] = "ExGetSharedWaiterCount",
};

/* Anything but zero is not the answer to a bad address. */
static long hostile_call(enum hostile_routine routine, PERESOURCE res)
{
	switch (routine) {
	case INITIALIZE:
		return NT_SUCCESS(ExInitializeResourceLite(res));
	case REINITIALIZE:
		ExReinitializeResourceLite(res);
		return 0;
	case DELETE:
		return NT_SUCCESS(ExDeleteResourceLite(res));
	case EXCLUSIVE:
		return ExAcquireResourceExclusiveLite(res, TRUE);
	case TRY_EXCLUSIVE:
		return ExTryToAcquireResourceExclusiveLite(res);
	case SHARED:
		return ExAcquireResourceSharedLite(res, TRUE);
	case STARVE:
		return ExAcquireSharedStarveExclusive(res, TRUE);
	case WAIT_FOR:
		return ExAcquireSharedWaitForExclusive(res, TRUE);
	case RELEASE:
		ExReleaseResourceLite(res);
		return 0;
	case RELEASE_FOR_THREAD:
		ExReleaseResourceForThreadLite(res, (ERESOURCE_THREAD)res & ~3UL);
		return 0;
	case RELEASE_FOR_POINTER:
		ExReleaseResourceForThreadLite(res, VALUE);
		return 0;
	case CONVERT:
		ExConvertExclusiveToSharedLite(res);
		return 0;
	case OWNER_POINTER:
		ExSetResourceOwnerPointer(res, (PVOID)VALUE);
		return 0;
	case EXCLUSIVE_WAITERS:
		return ExGetExclusiveWaiterCount(res);
	case SHARED_WAITERS:
		return ExGetSharedWaiterCount(res);
	case IS_EXCLUSIVE:
		return ExIsResourceAcquiredExclusiveLite(res);
	case IS_SHARED:
		return ExIsResourceAcquiredSharedLite(res);
	default:
		return 1;
	}
}

/* Every routine is given @res; each but the two queries reports that code. */
static void call_all(struct kunit *test, PERESOURCE res,
		     enum eres_verifier_code code)
{
	bool unaligned = code == ERES_V_UNALIGNED;
	struct eres_stage *stage = test->priv;
	struct eres_report last = {};
	enum hostile_routine routine;

	for (routine = 0; routine < ALL_ROUTINES; routine++) {
		KUNIT_EXPECT_EQ_MSG(test, hostile_call(routine, res), 0,
				    "routine %d of %lx", routine,
				    (unsigned long)res);
		if (routine >= ROUTINES) {
			eres_expect_no_report(test, &stage->reports);
			continue;
		}
		eres_reports_last(&stage->reports, &last);
		KUNIT_EXPECT_STREQ(test, last.routine, names[routine]);
		eres_expect_report(test, &stage->reports, ERES_VERIFIER,
				   code, unaligned ? NULL : res, 0,
				   unaligned ? res : NULL);
	}
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_EXCLUSIVE(ERES_SELF, 2));
}

/* Of the resource that the case owns, as a sign of life. */
static void own(struct kunit *test)
{
	struct eres_stage *stage = test->priv;

	eres_take(ERES_SELF, ERES_EXCLUSIVE, stage->res);
	eres_take(ERES_SELF, ERES_EXCLUSIVE, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

static void disown(struct kunit *test)
{
	struct eres_stage *stage = test->priv;

	eres_drop(ERES_SELF, stage->res, 2);
	eres_expect_no_report(test, &stage->reports);
	eres_expect_free(test, stage->res);
}

static void addresses_that_are_not_the_kernels_are_refused(struct kunit *test)
{
	static const unsigned long bad[] = {
		0, 0x8, 0x1000, 0x7ffff0000000,
		/* Not canonical, poison of lists, error pointers. */
		0x0000900000000000, 0x8000000000000000, 0xdead000000000100,
		(unsigned long)-ENOMEM & ~7UL, ~7UL,
	};
	int i;

	own(test);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		call_all(test, (PERESOURCE)bad[i], ERES_V_BAD_ADDRESS);
	disown(test);
}

static void unaligned_addresses_are_refused(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	int i;

	own(test);
	for (i = 1; i < sizeof(void *); i++)
		call_all(test, (void *)stage->res + i, ERES_V_UNALIGNED);
	call_all(test, (PERESOURCE)0xdead000000000101, ERES_V_UNALIGNED);
	disown(test);
}

/* The guard page behind the area, and a hole in the kernel's address space. */
static void addresses_of_nothing_are_refused(struct kunit *test)
{
	void *area = vmalloc(PAGE_SIZE);

	KUNIT_ASSERT_NOT_NULL(test, area);
	own(test);
	call_all(test, area + PAGE_SIZE, ERES_V_BAD_ADDRESS);
	call_all(test, (PERESOURCE)0xffff800000100000, ERES_V_BAD_ADDRESS);
	disown(test);
	vfree(area);
}

/* Memory, but nothing that was initialised: garbage, and a deleted one. */
static void memory_that_is_no_resource_is_refused(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_reports *reports = &stage->reports;
	ERESOURCE_THREAD self = ExGetCurrentResourceThread();
	PERESOURCE res = kunit_kmalloc(test, sizeof(*res), GFP_KERNEL);
	enum hostile_routine routine;
	int deleted;

	KUNIT_ASSERT_NOT_NULL(test, res);
	own(test);
	for (deleted = 0; deleted < 2; deleted++) {
		memset(res, 0xa5, sizeof(*res));
		if (deleted) {
			ExInitializeResourceLite(res);
			ExDeleteResourceLite(res);
		}
		for (routine = EXCLUSIVE; routine <= WAIT_FOR; routine++) {
			KUNIT_EXPECT_FALSE(test, hostile_call(routine, res));
			eres_expect_report(test, reports, ERES_VERIFIER,
					   ERES_V_UNINITIALIZED, res, 0, 0);
		}
		hostile_call(REINITIALIZE, res);
		eres_expect_report(test, reports, ERES_VERIFIER,
				   ERES_V_DELETE_UNINITIALIZED, res, 0, 0);
		KUNIT_EXPECT_FALSE(test, hostile_call(DELETE, res));
		eres_expect_report(test, reports, ERES_VERIFIER,
				   ERES_V_DELETE_UNINITIALIZED, res, 0, 0);
		hostile_call(RELEASE, res);
		eres_expect_report(test, reports, ERES_RESOURCE_NOT_OWNED, res,
				   self, 0, 0);
		hostile_call(RELEASE_FOR_POINTER, res);
		eres_expect_report(test, reports, ERES_RESOURCE_NOT_OWNED, res,
				   self, 0, 0);
		hostile_call(RELEASE_FOR_THREAD, res);
		eres_expect_report(test, reports, ERES_INVALID_RELEASE, res,
				   self, res, 0);
		hostile_call(CONVERT, res);
		eres_expect_report(test, reports, ERES_FAST_PRECONDITION,
				   ERES_FAST_CONVERT_NOT_EXCLUSIVE, res, self, 0);
		hostile_call(OWNER_POINTER, res);
		eres_expect_report(test, reports, ERES_OWNER_POINTER_INVALID,
				   res, 0, self, VALUE);
		ERES_EXPECT(test, stage->res, 0, 0, OWNS_EXCLUSIVE(ERES_SELF, 2));
	}
	disown(test);
}

/* Overwritten while it is free: not acquired, and the rest of the list lives. */
static void overwritten_resource_is_not_acquired(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = kunit_kzalloc(test, sizeof(*res), GFP_KERNEL);
	u32 magic;

	KUNIT_ASSERT_NOT_NULL(test, res);
	own(test);
	ExInitializeResourceLite(res);
	KUNIT_EXPECT_TRUE(test, ExAcquireResourceSharedLite(res, TRUE));
	ExReleaseResourceLite(res);
	eres_expect_no_report(test, &stage->reports);

	magic = res->magic;
	res->magic = 0x41414141;
	KUNIT_EXPECT_FALSE(test, ExAcquireResourceSharedLite(res, TRUE));
	eres_expect_report(test, &stage->reports, ERES_VERIFIER,
			   ERES_V_UNINITIALIZED, res, 0, 0);
	KUNIT_EXPECT_FALSE(test, NT_SUCCESS(ExDeleteResourceLite(res)));
	eres_expect_report(test, &stage->reports, ERES_VERIFIER,
			   ERES_V_DELETE_UNINITIALIZED, res, 0, 0);
	res->magic = magic;
	eres_expect_free(test, res);
	KUNIT_EXPECT_EQ(test, STATUS_SUCCESS, ExDeleteResourceLite(res));
	disown(test);
}

struct hostile_interrupt {
	PERESOURCE res;
	/* Who is asked about. */
	const struct task_struct *interrupted;
	long granted;
	bool garbage;
};

static void call_in_interrupt(void *data)
{
	struct hostile_interrupt *interrupt = data;
	enum hostile_routine routine;

	interrupt->interrupted = current;
	for (routine = REINITIALIZE; routine < ALL_ROUTINES; routine++)
		if (routine != RELEASE || interrupt->garbage)
			interrupt->granted += hostile_call(routine,
							   interrupt->res);
}

/* What call_in_interrupt() has reported of a resource, in that order; 0 is it. */
static const struct hostile_seen {
	enum hostile_routine routine;
	enum eres_bugcheck code;
	unsigned long param;
} seen_in_interrupt[] = {
	{ REINITIALIZE, ERES_VERIFIER, ERES_V_DELETE_OWNED },
	{ DELETE, ERES_VERIFIER, ERES_V_IRQL_EX_APC_LTE3 },
	{ DELETE, ERES_VERIFIER, ERES_V_DELETE_OWNED },
	{ EXCLUSIVE, ERES_VERIFIER, ERES_V_IRQL_EX_APC_LTE3 },
	{ TRY_EXCLUSIVE, ERES_VERIFIER, ERES_V_IRQL_EX_APC_LTE3 },
	{ SHARED, ERES_VERIFIER, ERES_V_IRQL_EX_APC_LTE3 },
	{ STARVE, ERES_VERIFIER, ERES_V_IRQL_EX_APC_LTE3 },
	{ WAIT_FOR, ERES_VERIFIER, ERES_V_IRQL_EX_APC_LTE3 },
	{ RELEASE_FOR_THREAD, ERES_INVALID_RELEASE },
	{ RELEASE_FOR_POINTER, ERES_RESOURCE_NOT_OWNED },
	{ CONVERT, ERES_VERIFIER, ERES_V_IRQL_EX_APC_LTE3 },
	{ CONVERT, ERES_FAST_PRECONDITION, ERES_FAST_CONVERT_NOT_EXCLUSIVE },
	{ OWNER_POINTER, ERES_OWNER_POINTER_INVALID },
};

static void expect_seen(struct kunit *test, enum hostile_routine routine,
			enum eres_bugcheck code, unsigned long param)
{
	struct eres_stage *stage = test->priv;
	struct eres_report next = eres_reports_next(&stage->reports);

	KUNIT_EXPECT_STREQ(test, next.routine ?: "nobody", names[routine]);
	eres_expect_next(test, &stage->reports, code, param, next.param[1],
			 next.param[2], next.param[3]);
}

/* The interrupted thread owns: only its own name gives it up, and nobody does. */
static void calls_from_hard_interrupts_change_nothing(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct hostile_interrupt interrupt = { .res = stage->res };
	enum hostile_routine routine;
	long levels;
	int i;

	own(test);
	KUNIT_EXPECT_TRUE(test, eres_run_in_hardirq(ERES_OTHER_CPU,
						    call_in_interrupt,
						    &interrupt));
	/*
	 * With one CPU it can be the owner who is interrupted and asked about; not
	 * where interrupts of our own wait for the next tick (user-mode Linux).
	 */
	levels = interrupt.interrupted == current ? 2 : 0;
	KUNIT_EXPECT_EQ(test, interrupt.granted, levels + !!levels);
	for (i = 0; i < ARRAY_SIZE(seen_in_interrupt); i++)
		expect_seen(test, seen_in_interrupt[i].routine,
			    seen_in_interrupt[i].code,
			    seen_in_interrupt[i].param ?:
			    (unsigned long)stage->res);
	eres_expect_no_report(test, &stage->reports);
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_EXCLUSIVE(ERES_SELF, 2));

	interrupt.res = (PERESOURCE)0xdead000000000100;
	interrupt.garbage = true;
	interrupt.granted = 0;
	KUNIT_EXPECT_TRUE(test, eres_run_in_hardirq(ERES_THIS_CPU,
						    call_in_interrupt,
						    &interrupt));
	KUNIT_EXPECT_EQ(test, interrupt.granted, 0);
	for (routine = REINITIALIZE; routine < ROUTINES; routine++)
		expect_seen(test, routine, ERES_VERIFIER, ERES_V_BAD_ADDRESS);
	eres_expect_no_report(test, &stage->reports);
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_EXCLUSIVE(ERES_SELF, 2));
	disown(test);
}

static struct kunit_case hostile_cases[] = {
	KUNIT_CASE(addresses_that_are_not_the_kernels_are_refused),
	KUNIT_CASE(unaligned_addresses_are_refused),
	KUNIT_CASE(addresses_of_nothing_are_refused),
	KUNIT_CASE(memory_that_is_no_resource_is_refused),
	KUNIT_CASE(overwritten_resource_is_not_acquired),
	KUNIT_CASE(calls_from_hard_interrupts_change_nothing),
	{}
};

static struct kunit_suite hostile_suite = {
	.name = "eresource_hostile",
	.init = eres_stage_init,
	.test_cases = hostile_cases,
};

kunit_test_suite(hostile_suite);
