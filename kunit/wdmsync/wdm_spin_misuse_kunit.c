// SPDX-License-Identifier: GPL-2.0-only
/* Spin locks in wrong hands: what is reported, and what is left of the kernel. */
#include <kunit/test.h>

#define ERESOURCE_WDK
#include <ntifs.h>

#include "region.h"
#include "softirq.h"
#include "wdm_cpu.h"
#include "wdm_reports.h"

/* A program's, nothing, errors, and what list_del() leaves: none of them can be a lock. */
static const unsigned long addresses[] = {
	0, 0x1000, -14, -1, 0xffffffffff000000UL, 0xdead000000000100UL,
};

static void address_desc(const unsigned long *address, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "0x%lx", *address);
}

KUNIT_ARRAY_PARAM(address, addresses, address_desc);

static void no_lock_is_left_alone(struct kunit *test)
{
	unsigned long address = *(const unsigned long *)test->param_value;
	PKSPIN_LOCK lock = (void *)address;
	PEX_SPIN_LOCK ex = (void *)address;
	KLOCK_QUEUE_HANDLE handle, *no_handle = (void *)address;
	KSPIN_LOCK good = 0;
	KIRQL irql = 7;

	KeInitializeSpinLock(lock);
	wdm_expect_bad_address(test, "KeInitializeSpinLock", lock);
	KeAcquireSpinLock(lock, &irql);
	KUNIT_EXPECT_EQ(test, irql, PASSIVE_LEVEL);
	wdm_expect_bad_address(test, "KeAcquireSpinLock", lock);
	KeReleaseSpinLock(lock, irql);
	wdm_expect_bad_address(test, "KeReleaseSpinLock", lock);
	KeAcquireSpinLockAtDpcLevel(lock);
	wdm_expect_bad_address(test, "KeAcquireSpinLockAtDpcLevel", lock);
	KeReleaseSpinLockFromDpcLevel(lock);
	wdm_expect_bad_address(test, "KeReleaseSpinLockFromDpcLevel", lock);
	KUNIT_EXPECT_FALSE(test, KeTryToAcquireSpinLockAtDpcLevel(lock));
	wdm_expect_bad_address(test, "KeTryToAcquireSpinLockAtDpcLevel", lock);
	KUNIT_EXPECT_FALSE(test, KeTestSpinLock(lock));
	wdm_expect_bad_address(test, "KeTestSpinLock", lock);

	KeAcquireInStackQueuedSpinLock(lock, &handle);
	wdm_expect_bad_address(test, "KeAcquireInStackQueuedSpinLock", lock);
	KeReleaseInStackQueuedSpinLock(&handle);
	wdm_expect_violation(test, "KeReleaseInStackQueuedSpinLock", &handle, 0x4000A,
			     &handle, 0);
	KeAcquireInStackQueuedSpinLock(&good, no_handle);
	wdm_expect_bad_address(test, "KeAcquireInStackQueuedSpinLock", no_handle);
	KeReleaseInStackQueuedSpinLock(no_handle);
	wdm_expect_bad_address(test, "KeReleaseInStackQueuedSpinLock", no_handle);
	KUNIT_EXPECT_EQ(test, good, 0);

	ExAcquireSpinLockExclusive(ex);
	wdm_expect_bad_address(test, "ExAcquireSpinLockExclusive", ex);
	ExReleaseSpinLockShared(ex, PASSIVE_LEVEL);
	wdm_expect_bad_address(test, "ExReleaseSpinLockShared", ex);
	KUNIT_EXPECT_FALSE(test, ExTryConvertSharedSpinLockExclusive(ex));
	wdm_expect_bad_address(test, "ExTryConvertSharedSpinLockExclusive", ex);
	eres_expect_no_region(test);
}

static void garbage_is_taken(struct kunit *test)
{
	/* A handle that is none, a pattern, what stands in freed memory. */
	static const KSPIN_LOCK words[] = { 2, 0x1001, 0xccccccccccccccccUL,
					    0x6b6b6b6b6b6b6b6bUL, ~0UL };
	KLOCK_QUEUE_HANDLE handle;
	KSPIN_LOCK lock;
	KIRQL irql;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		lock = words[i];
		KeAcquireSpinLock(&lock, &irql);
		wdm_expect_violation(test, "KeAcquireSpinLock", &lock, 0x1002, &lock, 0);
		KeReleaseSpinLock(&lock, irql);
		KUNIT_EXPECT_EQ(test, lock, 0);

		lock = words[i];
		KeAcquireInStackQueuedSpinLock(&lock, &handle);
		wdm_expect_violation(test, "KeAcquireInStackQueuedSpinLock", &lock, 0x1002,
				     &lock, 0);
		KeReleaseInStackQueuedSpinLock(&handle);
		KUNIT_EXPECT_EQ(test, lock, 0);
		eres_expect_no_region(test);
	}
}

static void garbage_for_readers_and_writers(struct kunit *test)
{
	static const u32 words[] = { 0x6b6b6b6b, 0xffffffff, 0x10000000, 0x80000000 };
	EX_SPIN_LOCK lock;
	KIRQL irql;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		lock = words[i];
		irql = ExAcquireSpinLockExclusive(&lock);
		wdm_expect_violation(test, "ExAcquireSpinLockExclusive", &lock, 0x1002,
				     &lock, 0);
		ExReleaseSpinLockExclusive(&lock, irql);
		KUNIT_EXPECT_EQ(test, lock, 0);

		lock = words[i];
		irql = ExAcquireSpinLockShared(&lock);
		wdm_expect_violation(test, "ExAcquireSpinLockShared", &lock, 0x1002, &lock, 0);
		ExReleaseSpinLockShared(&lock, irql);
		KUNIT_EXPECT_EQ(test, lock, 0);
		eres_expect_no_region(test);
	}
}

static void recursion_is_counted(struct kunit *test)
{
	KLOCK_QUEUE_HANDLE one, two;
	KSPIN_LOCK lock = 0;
	EX_SPIN_LOCK ex = 0;
	KIRQL old, again;

	KeAcquireSpinLock(&lock, &old);
	KeAcquireSpinLock(&lock, &again);
	wdm_expect_report(test, "KeAcquireSpinLock", &lock, 0xF, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, again, DISPATCH_LEVEL);
	KeReleaseSpinLock(&lock, again);
	KUNIT_EXPECT_FALSE(test, KeTestSpinLock(&lock));
	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), DISPATCH_LEVEL);
	KeAcquireInStackQueuedSpinLock(&lock, &one);
	wdm_expect_report(test, "KeAcquireInStackQueuedSpinLock", &lock, 0xF, 0, 0, 0);
	KeReleaseInStackQueuedSpinLock(&one);
	KUNIT_EXPECT_FALSE(test, KeTestSpinLock(&lock));
	KeReleaseSpinLock(&lock, old);
	KUNIT_EXPECT_EQ(test, lock, 0);
	eres_expect_no_region(test);

	KeAcquireInStackQueuedSpinLock(&lock, &one);
	KeAcquireInStackQueuedSpinLock(&lock, &two);
	wdm_expect_report(test, "KeAcquireInStackQueuedSpinLock", &lock, 0xF, 0, 0, 0);
	KeReleaseInStackQueuedSpinLock(&two);
	KUNIT_EXPECT_FALSE(test, KeTestSpinLock(&lock));
	KeReleaseInStackQueuedSpinLock(&one);
	KUNIT_EXPECT_EQ(test, lock, 0);
	eres_expect_no_region(test);

	old = ExAcquireSpinLockExclusive(&ex);
	again = ExAcquireSpinLockExclusive(&ex);
	wdm_expect_report(test, "ExAcquireSpinLockExclusive", &ex, 0xF, 0, 0, 0);
	ExReleaseSpinLockExclusive(&ex, again);
	KUNIT_EXPECT_NE(test, ex, 0);
	ExAcquireSpinLockShared(&ex);
	wdm_expect_report(test, "ExAcquireSpinLockShared", &ex, 0xF, 0, 0, 0);
	ExReleaseSpinLockExclusive(&ex, again);
	ExReleaseSpinLockExclusive(&ex, old);
	KUNIT_EXPECT_EQ(test, ex, 0);
	eres_expect_no_region(test);
}

static void what_is_free_is_not_released(struct kunit *test)
{
	KLOCK_QUEUE_HANDLE handle;
	KSPIN_LOCK lock = 0;
	EX_SPIN_LOCK ex = 0;

	KeReleaseSpinLock(&lock, PASSIVE_LEVEL);
	wdm_expect_violation(test, "KeReleaseSpinLock", &lock, 0x4000A, &lock, 0);
	KeReleaseSpinLockFromDpcLevel(&lock);
	wdm_expect_violation(test, "KeReleaseSpinLockFromDpcLevel", &lock, 0x4000A, &lock, 0);
	KeAcquireInStackQueuedSpinLock(&lock, &handle);
	KeReleaseSpinLock(&lock, PASSIVE_LEVEL);
	wdm_expect_violation(test, "KeReleaseSpinLock", &lock, 0x4000A, &lock, 0);
	KeReleaseInStackQueuedSpinLock(&handle);
	KeReleaseInStackQueuedSpinLock(&handle);
	wdm_expect_violation(test, "KeReleaseInStackQueuedSpinLock", &handle, 0x4000A,
			     &handle, 0);
	memset(&handle, 0xcc, sizeof(handle));
	KeReleaseInStackQueuedSpinLock(&handle);
	wdm_expect_violation(test, "KeReleaseInStackQueuedSpinLock", &handle, 0x4000A,
			     &handle, 0);
	ExReleaseSpinLockExclusive(&ex, PASSIVE_LEVEL);
	wdm_expect_report(test, "ExReleaseSpinLockExclusive", &ex, 0x10, &ex, 0, 0);
	ExReleaseSpinLockShared(&ex, PASSIVE_LEVEL);
	wdm_expect_report(test, "ExReleaseSpinLockShared", &ex, 0x10, &ex, 0, 0);
	KUNIT_EXPECT_FALSE(test, ExTryConvertSharedSpinLockExclusive(&ex));
	wdm_expect_report(test, "ExTryConvertSharedSpinLockExclusive", &ex, 0x10, &ex, 0, 0);
	KUNIT_EXPECT_EQ(test, lock, 0);
	KUNIT_EXPECT_EQ(test, ex, 0);
	eres_expect_no_region(test);
}

static unsigned long release_anothers(void *lock)
{
	KeReleaseSpinLock(lock, PASSIVE_LEVEL);
	return KeGetCurrentIrql();
}

static void anothers_is_not_released(struct kunit *test)
{
	struct eres_actor *actor;
	KSPIN_LOCK lock = 0;
	bool done;
	KIRQL irql;

	wdm_cpus(test, 2);
	actor = wdm_cpu_actor(test, "thief", 1);
	KeAcquireSpinLock(&lock, &irql);
	eres_actor_begin(actor, release_anothers, &lock);
	done = WDM_SPIN(eres_actor_idle(actor));
	KUNIT_EXPECT_FALSE(test, KeTestSpinLock(&lock));
	KeReleaseSpinLock(&lock, irql);
	KUNIT_EXPECT_TRUE(test, done);
	wdm_expect_violation(test, "KeReleaseSpinLock", &lock, 0x4000A, &lock, 0);
	KUNIT_EXPECT_EQ(test, lock, 0);
}

static void at_dpc_below_it_is_raised(struct kunit *test)
{
	KLOCK_QUEUE_HANDLE handle;
	KSPIN_LOCK lock = 0;
	EX_SPIN_LOCK ex = 0;

	KeAcquireSpinLockAtDpcLevel(&lock);
	wdm_expect_violation(test, "KeAcquireSpinLockAtDpcLevel", &lock, 0x40, PASSIVE_LEVEL,
			     &lock);
	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), DISPATCH_LEVEL);
	KeReleaseSpinLockFromDpcLevel(&lock);
	eres_expect_no_region(test);

	KUNIT_EXPECT_TRUE(test, KeTryToAcquireSpinLockAtDpcLevel(&lock));
	wdm_expect_violation(test, "KeTryToAcquireSpinLockAtDpcLevel", &lock, 0x40,
			     PASSIVE_LEVEL, &lock);
	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), DISPATCH_LEVEL);
	KeReleaseSpinLock(&lock, PASSIVE_LEVEL);
	eres_expect_no_region(test);

	KeAcquireInStackQueuedSpinLockAtDpcLevel(&lock, &handle);
	wdm_expect_violation(test, "KeAcquireInStackQueuedSpinLockAtDpcLevel", &lock, 0x40,
			     PASSIVE_LEVEL, &lock);
	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), DISPATCH_LEVEL);
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);
	eres_expect_no_region(test);

	ExAcquireSpinLockExclusiveAtDpcLevel(&ex);
	wdm_expect_violation(test, "ExAcquireSpinLockExclusiveAtDpcLevel", &ex, 0x40,
			     PASSIVE_LEVEL, &ex);
	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), DISPATCH_LEVEL);
	ExReleaseSpinLockExclusiveFromDpcLevel(&ex);
	eres_expect_no_region(test);

	ExAcquireSpinLockSharedAtDpcLevel(&ex);
	wdm_expect_violation(test, "ExAcquireSpinLockSharedAtDpcLevel", &ex, 0x40,
			     PASSIVE_LEVEL, &ex);
	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), DISPATCH_LEVEL);
	ExReleaseSpinLockSharedFromDpcLevel(&ex);
	eres_expect_no_region(test);
	KUNIT_EXPECT_EQ(test, lock, 0);
	KUNIT_EXPECT_EQ(test, ex, 0);
}

static void released_below_dispatch(struct kunit *test)
{
	KSPIN_LOCK lock = 0;
	EX_SPIN_LOCK ex = 0;
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	KeAcquireSpinLockAtDpcLevel(&lock);
	KeLowerIrql(old);
	KeReleaseSpinLock(&lock, old);
	wdm_expect_violation(test, "KeReleaseSpinLock", &lock, 0x32, PASSIVE_LEVEL, &lock);
	KUNIT_EXPECT_EQ(test, lock, 0);

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	KeAcquireSpinLockAtDpcLevel(&lock);
	ExAcquireSpinLockSharedAtDpcLevel(&ex);
	KeLowerIrql(old);
	KeReleaseSpinLockFromDpcLevel(&lock);
	wdm_expect_violation(test, "KeReleaseSpinLockFromDpcLevel", &lock, 0x41,
			     PASSIVE_LEVEL, &lock);
	ExReleaseSpinLockSharedFromDpcLevel(&ex);
	wdm_expect_violation(test, "ExReleaseSpinLockSharedFromDpcLevel", &ex, 0x41,
			     PASSIVE_LEVEL, &ex);
	KUNIT_EXPECT_EQ(test, lock, 0);
	KUNIT_EXPECT_EQ(test, ex, 0);
	eres_expect_no_region(test);
}

static void level_that_does_not_exist(struct kunit *test)
{
	KSPIN_LOCK lock = 0;
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, 0xcc);
	wdm_expect_report(test, "KeReleaseSpinLock", &lock, ERES_IRQL_NOT_LESS_OR_EQUAL,
			  PASSIVE_LEVEL, 0xcc, &lock);
	KUNIT_EXPECT_EQ(test, lock, 0);
	eres_expect_no_region(test);

	KeAcquireSpinLock(&lock, NULL);
	wdm_expect_violation(test, "KeAcquireSpinLock", NULL, 0xE1, 0, 0);
	KeReleaseSpinLock(&lock, PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, lock, 0);
	eres_expect_no_region(test);
}

static void use_in_hardirq(void *arg)
{
	KSPIN_LOCK *lock = arg;
	KIRQL irql;

	KeAcquireSpinLock(lock, &irql);
	KeReleaseSpinLock(lock, irql);
}

static void hard_interrupt_is_served(struct kunit *test)
{
	KSPIN_LOCK lock = 0;

	KUNIT_EXPECT_TRUE(test, eres_run_in_hardirq(ERES_THIS_CPU, use_in_hardirq, &lock));
	wdm_expect_violation(test, "KeAcquireSpinLock", &lock, 0x42, 3, &lock);
	KUNIT_EXPECT_EQ(test, lock, 0);
	eres_expect_no_region(test);
}

static struct kunit_case spin_misuse_cases[] = {
	KUNIT_CASE_PARAM(no_lock_is_left_alone, address_gen_params),
	KUNIT_CASE(garbage_is_taken),
	KUNIT_CASE(garbage_for_readers_and_writers),
	KUNIT_CASE(recursion_is_counted),
	KUNIT_CASE(what_is_free_is_not_released),
	KUNIT_CASE(anothers_is_not_released),
	KUNIT_CASE(at_dpc_below_it_is_raised),
	KUNIT_CASE(released_below_dispatch),
	KUNIT_CASE(level_that_does_not_exist),
	KUNIT_CASE(hard_interrupt_is_served),
	{}
};

static struct kunit_suite spin_misuse_suite = {
	.name = "eresource_wdm_spin_misuse",
	.init = wdm_reports_init,
	.test_cases = spin_misuse_cases,
};

kunit_test_suite(spin_misuse_suite);
