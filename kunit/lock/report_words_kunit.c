// SPDX-License-Identifier: GPL-2.0-only
/*
 * For each way to get to a report the words that are true of it: a case for each
 * row of shim/report/report_names.c that a thread of the kernel can get to, and the name
 * of each routine that can be misused.
 */
#include <linux/workqueue.h>

#include <eresource_verify.h>

#include "parameters.h"
#include "softirq.h"
#include "state.h"

#define VALUE ((PVOID)((ULONG_PTR)0x123450 | 3))

static int words_init(struct kunit *test)
{
	int err = eres_stage_init(test);
	struct eres_stage *stage = test->priv;

	if (!err)
		eres_reports_capture_text(test, &stage->reports);
	return err;
}

/* The one report since the last check, by its first line and its hint. */
static void expect_words(struct kunit *test, const char *first, const char *hint)
{
	struct eres_stage *stage = test->priv;

	eres_expect_words(test, &stage->reports, first, hint);
}

/* Are these words in what was printed since the last check? */
static bool says(struct eres_stage *stage, const char *words)
{
	return strstr(stage->reports.text, words);
}

static void raising_and_lowering(struct kunit *test)
{
	const char *levels = "there are PASSIVE_LEVEL (0), APC_LEVEL (1) and DISPATCH_LEVEL (2)";
	KIRQL irql, ignored;

	KeRaiseIrql(15, &ignored);
	expect_words(test, "KeRaiseIrql: KeRaiseIrql to a level that does not exist here",
		     levels);
	KeRaiseIrql(APC_LEVEL, &irql);
	KeRaiseIrql(DISPATCH_LEVEL + 1, &ignored);
	expect_words(test, "KeRaiseIrql: KeRaiseIrql to a level that does not exist here",
		     levels);
	KeRaiseIrql(PASSIVE_LEVEL, &ignored);
	expect_words(test, "KeRaiseIrql: KeRaiseIrql to a lower level",
		     "raise to a level that is not below the present one; KeLowerIrql lowers");
	KeLowerIrql(DISPATCH_LEVEL);
	expect_words(test, "KeLowerIrql: KeLowerIrql to a higher level",
		     "lower to the level that KeRaiseIrql has returned");
	KeLowerIrql(irql);
}

static void releasing(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *owner = eres_stage_actor(test, "owner");

	ExReleaseResourceForThreadLite(stage->res, (ERESOURCE_THREAD)VALUE);
	expect_words(test,
		     "ExReleaseResourceForThreadLite: release for an owner pointer that does not own the resource",
		     "release once for each level that was handed over, with the same owner pointer");
	ExReleaseResourceForThreadLite(stage->res, eres_actor_id(owner));
	expect_words(test,
		     "ExReleaseResourceForThreadLite: release in the name of a thread that does not own the resource",
		     "name the thread that has acquired, as long as it owns");
	eres_take(owner, ERES_SHARED, stage->res);
	ExReleaseResourceForThreadLite(stage->res, eres_actor_id(owner));
	expect_words(test, "ExReleaseResourceForThreadLite: release in the name of another thread",
		     "hand over with ExSetResourceOwnerPointer() before another thread releases");
	eres_leave(owner, 1);
}

static void hand_over_in_interrupt(void *res)
{
	ExSetResourceOwnerPointer(res, VALUE);
}

static void convert_in_interrupt(void *res)
{
	ExConvertExclusiveToSharedLite(res);
}

static void hand_overs(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;

	ExSetResourceOwnerPointer(res, VALUE);
	expect_words(test,
		     "ExSetResourceOwnerPointer: hand-over of a resource that the thread does not own",
		     "hand over in the thread that acquired, before it releases");
	eres_take(ERES_SELF, ERES_EXCLUSIVE, res);
	ExSetResourceOwnerPointer(res, (PVOID)0x123451);
	expect_words(test, "ExSetResourceOwnerPointer: hand-over to what is no owner pointer",
		     "an owner pointer is an address with both low bits set");
	ExSetResourceOwnerPointerEx(res, VALUE, 2);
	expect_words(test, "ExSetResourceOwnerPointerEx: hand-over with flags that do not exist",
		     "there is FLAG_OWNER_POINTER_IS_THREAD (1)");
	KUNIT_EXPECT_TRUE(test, eres_run_in_softirq(ERES_THIS_CPU,
						    hand_over_in_interrupt, res));
	expect_words(test, "ExSetResourceOwnerPointer: hand-over in an interrupt",
		     "hand over in the thread that acquired");
	eres_drop(ERES_SELF, res, 1);
}

static void conversions(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;

	eres_take(ERES_SELF, ERES_SHARED, res);
	ExConvertExclusiveToSharedLite(res);
	expect_words(test,
		     "ExConvertExclusiveToSharedLite: conversion by a thread that is not the exclusive owner",
		     "convert only what this thread still owns exclusively");
	eres_drop(ERES_SELF, res, 1);
	eres_take(ERES_SELF, ERES_EXCLUSIVE, res);
	eres_parameter_set(test, "verifier", "1");
	KUNIT_EXPECT_TRUE(test, eres_run_in_softirq(ERES_THIS_CPU,
						    convert_in_interrupt, res));
	KUNIT_EXPECT_TRUE(test, says(stage, "SharedLite: conversion in an interrupt\n"));
	KUNIT_EXPECT_TRUE(test, says(stage, "  to fix it: convert in the thread that acquired\n"));
	/* The rule about IRQL comes first. */
	eres_expect_next(test, &stage->reports, ERES_VERIFIER,
			 ERES_V_IRQL_EX_APC_LTE3,
			 eres_reports_next(&stage->reports).param[1], res, 0);
	eres_expect_report(test, &stage->reports, ERES_FAST_PRECONDITION,
			   ERES_FAST_CONVERT_NOT_EXCLUSIVE, res,
			   ExGetCurrentResourceThread(), 0);
	stage->reports.used = 0;
	eres_drop(ERES_SELF, res, 1);
}

static void acquires_at_dispatch_level(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	static const char hint[] =
		"acquire before the IRQL is raised or the spin lock taken, or in a work item";
	KIRQL irql;

	irql = KeRaiseIrqlToDpcLevel();
	ExTryToAcquireResourceExclusiveLite(res);
	ExReleaseResourceLite(res);
	KeLowerIrql(irql);
	KUNIT_EXPECT_TRUE(test, says(stage, "  with verifier=0 it is 0x192\n"));
	expect_words(test, "ExTryToAcquireResourceExclusiveLite: acquire at DISPATCH_LEVEL",
		     hint);
	eres_parameter_set(test, "verifier", "0");
	irql = KeRaiseIrqlToDpcLevel();
	ExTryToAcquireResourceExclusiveLite(res);
	ExReleaseResourceLite(res);
	KeLowerIrql(irql);
	expect_words(test, "ExTryToAcquireResourceExclusiveLite: acquire at DISPATCH_LEVEL",
		     hint);
	eres_parameter_write("verifier", "1");

	eres_take(ERES_SELF, ERES_EXCLUSIVE, res);
	irql = KeRaiseIrqlToDpcLevel();
	ExConvertExclusiveToSharedLite(res);
	KeLowerIrql(irql);
	KUNIT_EXPECT_FALSE(test, says(stage, "0x192"));
	expect_words(test, "ExConvertExclusiveToSharedLite: IRQL too high",
		     "call it at IRQL <= APC_LEVEL: not in a DPC, not under a spin lock");
	eres_drop(ERES_SELF, res, 1);
}

static void regions(struct kunit *test)
{
	KIRQL irql;

	FsRtlExitFileSystem();
	expect_words(test, "FsRtlExitFileSystem: region left without having been entered",
		     "enter and leave the same kind of region, once each, on every path");
	FsRtlEnterFileSystem();
	irql = KeRaiseIrqlToDpcLevel();
	KeEnterGuardedRegion();
	KeLowerIrql(irql);
	expect_words(test, "KeEnterGuardedRegion: region entered above APC_LEVEL",
		     "enter before the IRQL is raised or the spin lock taken, not in a DPC");
	irql = KeRaiseIrqlToDpcLevel();
	KeLeaveGuardedRegion();
	KeLowerIrql(irql);
	expect_words(test, "KeLeaveGuardedRegion: region left above APC_LEVEL",
		     "leave after the IRQL is lowered and the spin lock released, not in a DPC");
}

static void life_cycle(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = kunit_kzalloc(test, sizeof(*res), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, res);
	ExDeleteResourceLite(res);
	expect_words(test, "ExDeleteResourceLite: uninitialised resource deleted",
		     "delete once, and only what ExInitializeResourceLite() was called for");
	ExReinitializeResourceLite(res);
	expect_words(test, "ExReinitializeResourceLite: uninitialised resource reinitialised",
		     "reinitialise what is initialised, and not after deleting it");
	ExAcquireSharedStarveExclusive(res, TRUE);
	expect_words(test, "ExAcquireSharedStarveExclusive: uninitialised resource acquired",
		     "call ExInitializeResourceLite() first; or was it deleted, or overwritten?");
	ExInitializeResourceLite(stage->res);
	expect_words(test, "ExInitializeResourceLite: live resource initialised again",
		     "initialise once; ExReinitializeResourceLite() resets");
	ExAcquireResourceSharedLite((void *)stage->res + 1, TRUE);
	expect_words(test, "ExAcquireResourceSharedLite: unaligned resource",
		     "align it to a pointer: no packed structures, no odd offsets into buffers");
}

/* Two ways to wait for oneself. */
static void self_deadlocks(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct eres_actor *writer = eres_stage_actor(test, "writer");

	eres_take(owner, ERES_SHARED, res);
	eres_ask(owner, ERES_EXCLUSIVE, res);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_actor_blocked(owner)));
	expect_words(test, "ExAcquireResourceExclusiveLite: shared owner waits for itself",
		     "release the shared access first: a resource can not be upgraded");
	eres_parameter_set(test, "verifier", "0");
	ExReleaseResourceForThreadLite(res, eres_actor_id(owner));
	eres_parameter_write("verifier", "1");
	KUNIT_EXPECT_TRUE(test, eres_granted(owner));
	eres_drop(owner, res, 1);
	eres_leave(owner, 1);

	eres_take(owner, ERES_SHARED, res);
	eres_ask(writer, ERES_EXCLUSIVE, res);
	ERES_EXPECT(test, res, 1, 0, WAITS(writer));
	eres_ask(owner, ERES_WAIT_FOR, res);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_actor_blocked(owner)));
	expect_words(test,
		     "ExAcquireSharedWaitForExclusive: shared owner waits for a writer that waits for it",
		     "recurse with ExAcquireResourceSharedLite()");
	eres_parameter_write("verifier", "0");
	ExReleaseResourceForThreadLite(res, eres_actor_id(owner));
	eres_parameter_write("verifier", "1");
	KUNIT_EXPECT_TRUE(test, eres_granted(writer));
	eres_drop(writer, res, 1);
	KUNIT_EXPECT_TRUE(test, eres_granted(owner));
	eres_drop(owner, res, 1);
	eres_leave(owner, 1);
	eres_expect_free(test, res);
}

static unsigned long enter_step(void *unused)
{
	KeEnterCriticalRegion();
	return 0;
}

static unsigned long leave_step(void *unused)
{
	KeLeaveCriticalRegion();
	return 0;
}

static unsigned long raise_step(void *unused)
{
	KIRQL irql;

	KeRaiseIrql(APC_LEVEL, &irql);
	return 0;
}

static void thread_exits(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *inside = eres_actor_start(test, "inside");
	struct eres_actor *outside = eres_actor_start(test, "outside");
	struct eres_actor *raised = eres_actor_start(test, "raised");
	struct task_struct *task = eres_actor_task(inside);

	eres_actor_do(inside, enter_step, NULL);
	eres_actor_join(inside);
	eres_expect_text(test, &stage->reports,
			 "thread exit: thread exits inside a region\n"
			 "  0x20 KERNEL_APC_PENDING_DURING_EXIT (0x0, 0xffff, 0x0, 0x0)\n"
			 "  thread %p, %s[%d]\n"
			 "    KernelApcDisable -1, SpecialApcDisable 0, IRQL 0\n"
			 "  to fix it: leave each region, and lower the IRQL, before the thread returns\n",
			 task, task->comm, stage->reports.seen[0].thread.pid);
	eres_actor_do(outside, leave_step, NULL);
	expect_words(test, "KeLeaveCriticalRegion: region left without having been entered",
		     "enter and leave the same kind of region, once each, on every path");
	eres_actor_join(outside);
	expect_words(test, "thread exit: thread exits after more leaves of a region than enters",
		     "enter and leave the same kind of region, once each, on every path");
	eres_actor_do(raised, raise_step, NULL);
	eres_actor_join(raised);
	expect_words(test, "thread exit: thread exits at raised IRQL",
		     "lower the IRQL before the thread returns");
}

static unsigned long take_step(void *res)
{
	ExAcquireResourceExclusiveLite(res, TRUE);
	ExAcquireResourceExclusiveLite(res, TRUE);
	return 0;
}

/* Who owned what, told when it exits; then the owner is one that has exited. */
static void owner_exits(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *owner = eres_actor_start(test, "owner");
	struct task_struct *task = eres_actor_task(owner);

	eres_actor_do(owner, take_step, res);
	eres_actor_join(owner);
	eres_expect_text(test, &stage->reports,
			 "thread exit: thread exits owning a resource\n"
			 "  0xC4 DRIVER_VERIFIER_DETECTED_VIOLATION (0x100a, %p, %p, 0x0)\n"
			 "  thread %p, %s[%d]\n"
			 "    KernelApcDisable 0, SpecialApcDisable 0, IRQL 0\n"
			 "    owns resource %p, exclusive, 2 levels\n"
			 "  to fix it: release before the thread returns, or hand over to an owner pointer\n",
			 task, res, task, task->comm,
			 stage->reports.seen[0].thread.pid, res);
	ExReinitializeResourceLite(res);
	KUNIT_EXPECT_TRUE(test, says(stage, " (exited), exclusive, 2 levels\n"));
	expect_words(test, "ExReinitializeResourceLite: resource reinitialised while in use",
		     "reinitialise after the last owner has released and nobody waits");
	eres_parameter_set(test, "verifier", "0");
	ExReleaseResourceForThreadLite(res, (ERESOURCE_THREAD)task);
	ExReleaseResourceForThreadLite(res, (ERESOURCE_THREAD)task);
	eres_expect_free(test, res);
}

static void enter_work(struct work_struct *work)
{
	KeEnterCriticalRegion();
}

static void leave_work(struct work_struct *work)
{
	KeLeaveGuardedRegion();
}

static void run_work(work_func_t fn)
{
	struct work_struct work;

	INIT_WORK_ONSTACK(&work, fn);
	schedule_work(&work);
	flush_work(&work);
	destroy_work_on_stack(&work);
}

/* The probe runs with preemption off, which the worker has not done. */
static void work_items(struct kunit *test)
{
	static const char unmatched[] =
		"a work item returned after more leaves of a region than enters\n";
	struct eres_stage *stage = test->priv;
	struct eres_reports *reports = &stage->reports;
	struct eres_report last = {};

	run_work(enter_work);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_reports_count(reports) == 1));
	eres_reports_last(reports, &last);
	eres_expect_text(test, reports,
			 "return of a work item: a work item returned inside a region\n"
			 "  0x1 APC_INDEX_MISMATCH (%p, 0x0, 0xffff, 0x1)\n"
			 "  of enter_work" ERES_OF_SUITES "\n"
			 "  thread %p, %s[%d]\n"
			 "    KernelApcDisable -1, SpecialApcDisable 0, IRQL 0\n"
			 "  to fix it: leave each region on every way out of the routine; look at early returns\n",
			 enter_work, (void *)last.thread.id, last.thread.comm,
			 last.thread.pid);
	run_work(leave_work);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_reports_count(reports) == 3));
	/* The leave itself has been reported before. */
	KUNIT_EXPECT_TRUE(test, says(stage, unmatched));
	KUNIT_EXPECT_TRUE(test, says(stage, " SpecialApcDisable 1, IRQL 0\n"));
	eres_expect_next(test, reports, ERES_VERIFIER,
			 ERES_V_LEAVE_WITHOUT_ENTER, 0, 0, 0);
	eres_expect_report(test, reports, ERES_APC_INDEX_MISMATCH, leave_work,
			   0, 0x10000, 1);
	reports->used = 0;
}

static int entering(void)
{
	KeEnterCriticalRegion();
	return 0;
}

static void driver_routines(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	static const struct {
		enum eres_routine_kind kind;
		const char *name;
		const char *hint;
	} kinds[] = {
		{ ERES_DISPATCH_ROUTINE, "dispatch",
		  "leave in the dispatch routine what it has entered, no more and no less" },
		{ ERES_FAST_IO_ROUTINE, "fast I/O",
		  "leave in the fast I/O routine what it has entered, no more and no less" },
		{ ERES_COMPLETION_ROUTINE, "completion",
		  "leave in a completion routine what it has entered, no more and no less" },
	};
	char first[128];
	int i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		snprintf(first, sizeof(first),
			 "return of a routine of the driver: %s routine %s",
			 kinds[i].name, "returned with another APC disable count");
		ERES_CHECKED_CALL(kinds[i].kind, entering);
		KUNIT_EXPECT_TRUE(test, says(stage, "\n  of entering+0x"));
		expect_words(test, first, kinds[i].hint);
		KeLeaveCriticalRegion();
	}
}

static struct kunit_case words_cases[] = {
	KUNIT_CASE(raising_and_lowering),
	KUNIT_CASE(releasing),
	KUNIT_CASE(hand_overs),
	KUNIT_CASE(conversions),
	KUNIT_CASE(acquires_at_dispatch_level),
	KUNIT_CASE(regions),
	KUNIT_CASE(life_cycle),
	KUNIT_CASE(self_deadlocks),
	KUNIT_CASE(thread_exits),
	KUNIT_CASE(owner_exits),
	KUNIT_CASE(work_items),
	KUNIT_CASE(driver_routines),
	{}
};

static struct kunit_suite words_suite = {
	.name = "eresource_report_words",
	.init = words_init,
	.test_cases = words_cases,
};

kunit_test_suite(words_suite);
