// SPDX-License-Identifier: GPL-2.0-only
/* Remove locks. */
#include <kunit/test.h>
#include <linux/slab.h>

#define ERESOURCE_WDK
#include <ntifs.h>

#include "softirq.h"
#include "wdm_cpu.h"
#include "wdm_reports.h"

struct remove_stage {
	PIO_REMOVE_LOCK lock;
	NTSTATUS status;
	bool removed;
};

static unsigned long remove_step(void *arg)
{
	struct remove_stage *stage = arg;

	stage->status = IoAcquireRemoveLock(stage->lock, stage);
	IoReleaseRemoveLockAndWait(stage->lock, stage);
	WRITE_ONCE(stage->removed, true);
	return 0;
}

static unsigned long release_step(void *arg)
{
	struct remove_stage *stage = arg;

	IoReleaseRemoveLock(stage->lock, NULL);
	return 0;
}

/* Section 13, 10: the sequence of 5.2. */
static void removal_waits_for_the_others(struct kunit *test)
{
	IO_REMOVE_LOCK lock;
	struct remove_stage stage = { .lock = &lock };
	struct eres_actor *remover = eres_actor_start(test, "remover");

	memset(&lock, 0xcc, sizeof(lock));
	IoInitializeRemoveLock(&lock, 0x74736574, 0, 0);
	KUNIT_EXPECT_EQ(test, lock.Common.IoCount, 1);
	KUNIT_EXPECT_FALSE(test, lock.Common.Removed);
	KUNIT_EXPECT_EQ(test, IoAcquireRemoveLock(&lock, test), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, IoAcquireRemoveLock(&lock, NULL), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, lock.Common.IoCount, 3);

	eres_actor_begin(remover, remove_step, &stage);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_actor_blocked(remover)));
	KUNIT_EXPECT_EQ(test, stage.status, STATUS_SUCCESS);
	KUNIT_EXPECT_TRUE(test, lock.Common.Removed);
	KUNIT_EXPECT_EQ(test, lock.Common.IoCount, 2);
	KUNIT_EXPECT_EQ(test, IoAcquireRemoveLock(&lock, NULL), STATUS_DELETE_PENDING);
	KUNIT_EXPECT_EQ(test, lock.Common.IoCount, 2);

	IoReleaseRemoveLock(&lock, test);
	KUNIT_EXPECT_TRUE(test, eres_actor_blocked(remover));
	KUNIT_EXPECT_FALSE(test, READ_ONCE(stage.removed));
	IoReleaseRemoveLock(&lock, NULL);
	eres_actor_finish(remover);
	KUNIT_EXPECT_TRUE(test, stage.removed);
	KUNIT_EXPECT_EQ(test, IoAcquireRemoveLock(&lock, NULL), STATUS_DELETE_PENDING);
	KUNIT_EXPECT_EQ(test, lock.Common.IoCount, 0);

	/* The same memory, for another device. */
	IoInitializeRemoveLock(&lock, 0x74736574, 0, 0);
	KUNIT_EXPECT_EQ(test, IoAcquireRemoveLock(&lock, NULL), STATUS_SUCCESS);
	IoReleaseRemoveLockAndWait(&lock, NULL);
	KUNIT_EXPECT_EQ(test, lock.Common.IoCount, 0);
}

/* Under KASAN: who releases last does not look back. */
static void freed_right_after_the_removal(struct kunit *test)
{
	struct remove_stage stage = {};
	struct eres_actor *user;
	int i;

	wdm_cpus(test, 2);
	user = wdm_cpu_actor(test, "user", 1);
	for (i = 0; i < 200; i++) {
		stage.lock = kmalloc(sizeof(*stage.lock), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, stage.lock);
		IoInitializeRemoveLock(stage.lock, 0, 0, 0);
		KUNIT_EXPECT_EQ(test, IoAcquireRemoveLock(stage.lock, NULL), STATUS_SUCCESS);
		KUNIT_EXPECT_EQ(test, IoAcquireRemoveLock(stage.lock, NULL), STATUS_SUCCESS);
		eres_actor_begin(user, release_step, &stage);
		IoReleaseRemoveLockAndWait(stage.lock, NULL);
		kfree(stage.lock);
		eres_actor_finish(user);
	}
}

static void use_in_softirq(void *arg)
{
	struct remove_stage *stage = arg;

	stage->status = IoAcquireRemoveLock(stage->lock, NULL);
	IoReleaseRemoveLock(stage->lock, NULL);
}

static void works_in_a_dpc(struct kunit *test)
{
	IO_REMOVE_LOCK lock;
	struct remove_stage stage = { .lock = &lock, .status = -1 };

	IoInitializeRemoveLock(&lock, 0, 0, 0);
	KUNIT_EXPECT_TRUE(test, eres_run_in_softirq(ERES_THIS_CPU, use_in_softirq, &stage));
	KUNIT_EXPECT_EQ(test, stage.status, STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, lock.Common.IoCount, 1);
}

static void wrong_use_is_reported(struct kunit *test)
{
	IO_REMOVE_LOCK lock;
	KIRQL old;

	IoInitializeRemoveLock(&lock, 0, 0, 0);
	IoReleaseRemoveLock(&lock, test);
	wdm_expect_violation(test, "IoReleaseRemoveLockEx", &lock, 0xD5, &lock, test);
	KUNIT_EXPECT_EQ(test, lock.Common.IoCount, 1);

	KUNIT_EXPECT_EQ(test, IoAcquireRemoveLock(&lock, NULL), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, IoAcquireRemoveLock(&lock, NULL), STATUS_SUCCESS);
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	IoReleaseRemoveLockAndWait(&lock, NULL);
	KeLowerIrql(old);
	wdm_expect_report(test, "IoReleaseRemoveLockAndWaitEx", &lock,
			  ERES_IRQL_NOT_LESS_OR_EQUAL, &lock, DISPATCH_LEVEL, 0);
	KUNIT_EXPECT_EQ(test, lock.Common.IoCount, 1);
	IoReleaseRemoveLock(&lock, NULL);
	KUNIT_EXPECT_EQ(test, lock.Common.IoCount, 0);
	IoReleaseRemoveLock(&lock, NULL);
	wdm_expect_violation(test, "IoReleaseRemoveLockEx", &lock, 0xD5, &lock, 0);
	IoReleaseRemoveLockAndWait(&lock, test);
	wdm_expect_violation(test, "IoReleaseRemoveLockAndWaitEx", &lock, 0xD6, &lock, test);

	IoInitializeRemoveLock(&lock, 0, 0, 0);
	IoReleaseRemoveLockAndWait(&lock, test);
	wdm_expect_violation(test, "IoReleaseRemoveLockAndWaitEx", &lock, 0xD6, &lock, test);
	KUNIT_EXPECT_EQ(test, lock.Common.IoCount, 0);
}

/*
 * Reported, and initialised; but not while a remover sleeps, who would never be woken. What
 * nobody has is as what was freed, and allocated again.
 */
static void initialised_again(struct kunit *test)
{
	IO_REMOVE_LOCK lock;
	struct remove_stage stage = { .lock = &lock };
	struct eres_actor *remover = eres_actor_start(test, "remover");
	KIRQL old;

	IoInitializeRemoveLock(&lock, 0, 0, 0);
	IoInitializeRemoveLock(&lock, 0, 0, 0);
	wdm_expect_silence(test);

	/* A removal that has not waited, of what was there before. */
	KUNIT_EXPECT_EQ(test, IoAcquireRemoveLock(&lock, NULL), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, IoAcquireRemoveLock(&lock, NULL), STATUS_SUCCESS);
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	IoReleaseRemoveLockAndWait(&lock, NULL);
	KeLowerIrql(old);
	wdm_expect_one(test, &lock, ERES_IRQL_NOT_LESS_OR_EQUAL);
	IoInitializeRemoveLock(&lock, 0, 0, 0);
	wdm_expect_violation(test, "IoInitializeRemoveLockEx", &lock, 0xD7, &lock, 0);
	KUNIT_EXPECT_FALSE(test, lock.Common.Removed);
	KUNIT_EXPECT_EQ(test, lock.Common.IoCount, 1);

	KUNIT_EXPECT_EQ(test, IoAcquireRemoveLock(&lock, NULL), STATUS_SUCCESS);
	IoInitializeRemoveLock(&lock, 0, 0, 0);
	wdm_expect_violation(test, "IoInitializeRemoveLockEx", &lock, 0xD7, &lock, 0);
	KUNIT_EXPECT_EQ(test, lock.Common.IoCount, 1);
	IoReleaseRemoveLock(&lock, NULL);
	wdm_expect_violation(test, "IoReleaseRemoveLockEx", &lock, 0xD5, &lock, 0);

	IoInitializeRemoveLock(&lock, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, IoAcquireRemoveLock(&lock, NULL), STATUS_SUCCESS);
	eres_actor_begin(remover, remove_step, &stage);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_actor_blocked(remover)));
	IoInitializeRemoveLock(&lock, 0, 0, 0);
	wdm_expect_violation(test, "IoInitializeRemoveLockEx", &lock, 0xD7, &lock, 0);
	KUNIT_EXPECT_TRUE(test, lock.Common.Removed);
	KUNIT_EXPECT_EQ(test, lock.Common.IoCount, 1);
	/* Whatever has become of it: nobody is left asleep. */
	lock.Common.Removed = TRUE;
	IoReleaseRemoveLock(&lock, NULL);
	eres_actor_finish(remover);
	KUNIT_EXPECT_TRUE(test, stage.removed);

	IoInitializeRemoveLock(&lock, 0, 0, 0);
	wdm_expect_silence(test);
	KUNIT_EXPECT_EQ(test, lock.Common.IoCount, 1);
}

static void no_lock_is_left_alone(struct kunit *test)
{
	/* The last one is what list_del() leaves. */
	static const unsigned long addresses[] = {
		0, 0x1000, -14, 0xffffffffff000000UL, 0xdead000000000100UL,
	};
	IO_REMOVE_LOCK zeroed = {};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(addresses); i++) {
		PIO_REMOVE_LOCK lock = (void *)addresses[i];

		IoInitializeRemoveLock(lock, 0, 0, 0);
		wdm_expect_bad_address(test, "IoInitializeRemoveLockEx", lock);
		KUNIT_EXPECT_EQ(test, IoAcquireRemoveLock(lock, NULL), STATUS_DELETE_PENDING);
		wdm_expect_bad_address(test, "IoAcquireRemoveLockEx", lock);
		IoReleaseRemoveLock(lock, NULL);
		wdm_expect_bad_address(test, "IoReleaseRemoveLockEx", lock);
		IoReleaseRemoveLockAndWait(lock, NULL);
		wdm_expect_bad_address(test, "IoReleaseRemoveLockAndWaitEx", lock);
	}
	KUNIT_EXPECT_EQ(test, IoAcquireRemoveLock(&zeroed, NULL), STATUS_DELETE_PENDING);
	wdm_expect_violation(test, "IoAcquireRemoveLockEx", &zeroed, 0x1002, &zeroed, 0);
}

static struct kunit_case remove_cases[] = {
	KUNIT_CASE(removal_waits_for_the_others),
	KUNIT_CASE(freed_right_after_the_removal),
	KUNIT_CASE(works_in_a_dpc),
	KUNIT_CASE(wrong_use_is_reported),
	KUNIT_CASE(initialised_again),
	KUNIT_CASE(no_lock_is_left_alone),
	{}
};

static struct kunit_suite remove_suite = {
	.name = "eresource_wdm_remove_lock",
	.init = wdm_reports_init,
	.test_cases = remove_cases,
};

kunit_test_suite(remove_suite);
