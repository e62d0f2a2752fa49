// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads that are neither plain kernel threads nor plain user threads: one that
 * uses the address space of a process, and a user thread before it has a program.
 * And some that end as none should.
 */
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/pid_namespace.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/workqueue.h>

#include <compat.h>

#include "probes.h"
#include "protection.h"
#include "region.h"
#include "state.h"
#include "userproc.h"

/* Of process 1, which does not end before the tests do. */
static struct mm_struct *some_mm(struct kunit *test)
{
	struct task_struct *init;
	struct mm_struct *mm;

	/* Suites that are built in run before it has one. */
	if (system_state < SYSTEM_RUNNING)
		kunit_skip(test, "no user space yet");
	rcu_read_lock();
	init = get_pid_task(find_pid_ns(1, &init_pid_ns), PIDTYPE_PID);
	rcu_read_unlock();
	KUNIT_ASSERT_NOT_NULL(test, init);
	mm = get_task_mm(init);
	put_task_struct(init);
	KUNIT_ASSERT_NOT_NULL(test, mm);
	return mm;
}

static unsigned long use_mm_step(void *mm)
{
	kthread_use_mm(mm);
	return 0;
}

static unsigned long unuse_mm_step(void *mm)
{
	kthread_unuse_mm(mm);
	return 0;
}

static unsigned long blocked_step(void *unused)
{
	return current->blocked.sig[0];
}

static unsigned long in_region_step(void *unused)
{
	return KeAreApcsDisabled();
}

static void expect_mask_and_region(struct kunit *test, struct eres_actor *actor,
				   unsigned long mask, bool region)
{
	KUNIT_EXPECT_EQ(test, eres_actor_do(actor, blocked_step, NULL), mask);
	KUNIT_EXPECT_EQ(test, eres_actor_do(actor, in_region_step, NULL), region);
}

/*
 * It is a kernel thread still: in regions only what it has allowed is blocked. Those
 * begin and end, with what it owns, before and after each change.
 */
static void thread_that_uses_an_mm_is_the_same(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *actor = eres_stage_actor(test, "borrower");
	const unsigned long allowed = 1UL << (SIGUSR1 - 1);
	struct mm_struct *mm = some_mm(test);

	eres_actor_do(actor, allow_one_signal, (void *)SIGUSR1);
	eres_take(actor, ERES_EXCLUSIVE, stage->res);
	eres_actor_do(actor, use_mm_step, mm);
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_EXCLUSIVE(actor, 1));
	expect_mask_and_region(test, actor, allowed, true);
	eres_take(actor, ERES_EXCLUSIVE, stage->res);
	eres_actor_do(actor, unuse_mm_step, mm);
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_EXCLUSIVE(actor, 2));
	eres_drop(actor, stage->res, 2);
	expect_mask_and_region(test, actor, 0, false);

	eres_actor_do(actor, use_mm_step, mm);
	eres_take(actor, ERES_SHARED, stage->res);
	expect_mask_and_region(test, actor, allowed, true);
	eres_actor_do(actor, unuse_mm_step, mm);
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_SHARED(actor, 1));
	eres_actor_do(actor, use_mm_step, mm);
	eres_drop(actor, stage->res, 1);
	expect_mask_and_region(test, actor, 0, false);
	eres_actor_do(actor, unuse_mm_step, mm);
	mmput(mm);
	eres_expect_no_report(test, &stage->reports);
	eres_expect_free(test, stage->res);
}

/**
 * struct helper - a work item that has a program run while it owns
 * @work: the work item
 * @test: the case
 * @res: what it shares meanwhile
 * @owned: has the program's thread owned it, too, before?
 * @inside: what that thread had blocked in a region
 * @outside: and afterwards
 * @kept: did the work item share it still when the program had ended?
 */
struct helper {
	struct work_struct work;
	struct kunit *test;
	PERESOURCE res;
	bool owned;
	unsigned long inside;
	unsigned long outside;
	bool kept;
};

static int own_before_exec(struct subprocess_info *info, struct cred *new)
{
	struct helper *helper = info->data;

	KeEnterCriticalRegion();
	helper->owned = ExAcquireResourceSharedLite(helper->res, TRUE);
	helper->inside = current->blocked.sig[0];
	ExReleaseResourceLite(helper->res);
	KeLeaveCriticalRegion();
	helper->outside = current->blocked.sig[0];
	return 0;
}

static void help(struct work_struct *work)
{
	struct helper *helper = container_of(work, struct helper, work);

	KeEnterCriticalRegion();
	ExAcquireResourceSharedLite(helper->res, TRUE);
	eres_userproc_run_after(helper->test, "helper_has_no_signal_blocked",
				own_before_exec, helper);
	helper->kept = ExIsResourceAcquiredSharedLite(helper->res) == 1 &&
		       KeAreApcsDisabled();
	ExReleaseResourceLite(helper->res);
	KeLeaveCriticalRegion();
}

/*
 * The helper's thread, made by another work item, is no kernel thread, but has no
 * address space yet: all signals are blocked in its region, and none when the
 * program begins.
 */
static void helper_of_work_item_is_ordinary(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct helper helper = { .test = test, .res = stage->res };

	eres_userproc_init(test);
	INIT_WORK_ONSTACK(&helper.work, help);
	schedule_work(&helper.work);
	flush_work(&helper.work);
	destroy_work_on_stack(&helper.work);
	KUNIT_EXPECT_TRUE(test, helper.owned);
	KUNIT_EXPECT_EQ(test, helper.inside, ~0UL);
	KUNIT_EXPECT_EQ(test, helper.outside, 0);
	KUNIT_EXPECT_TRUE(test, helper.kept);
	eres_expect_no_report(test, &stage->reports);
	eres_expect_free(test, stage->res);
}

static unsigned long exit_in_region_step(void *unused)
{
	KeEnterCriticalRegion();
	return 0;
}

/* What the thread allows and what the region holds off goes with it. */
static void exit_with_signal_held_off_is_reported(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *actor = eres_stage_mortal(test, "pending");

	eres_actor_do(actor, allow_one_signal, (void *)SIGUSR1);
	eres_actor_do(actor, exit_in_region_step, NULL);
	send_sig(SIGUSR1, eres_actor_task(actor), 0);
	KUNIT_EXPECT_EQ(test, eres_actor_do(actor, is_any_signal_queued, NULL), 1);
	eres_actor_join(actor);
	eres_expect_report(test, &stage->reports,
			   ERES_KERNEL_APC_PENDING_DURING_EXIT, 0, 0xffff,
			   PASSIVE_LEVEL, 0);
}

static int raise_and_exit(void *unused)
{
	KeRaiseIrqlToDpcLevel();
	return 0;
}

/* The kernel's own word for it; said if it looks for such things. */
#define IN_ATOMIC "sleeping function called from invalid context"

struct raised {
	struct task_struct *task;
	bool exited;
	unsigned int halves_off;
};

/* Called after the module's probe of the same tracepoint, which came first. */
static void on_exit(ERES_PROBE_EXIT_ARGS)
{
	struct raised *raised = data;

	if (task != READ_ONCE(raised->task))
		return;
	raised->halves_off = softirq_count();
	raised->exited = true;
}

/* Bottom halves are on again, or the kernel would not get through with it. */
static void exit_at_dispatch_level_is_reported(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct raised *raised = kunit_kzalloc(test, sizeof(*raised), GFP_KERNEL);
	struct task_struct *task;

	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		kunit_skip(test, "bottom halves are a lock there");
	KUNIT_ASSERT_NOT_NULL(test, raised);
	eres_probe_attach(test, "sched_process_exit", on_exit, raised);
	task = kthread_create(raise_and_exit, NULL, "eres/raised");
	KUNIT_ASSERT_FALSE(test, IS_ERR(task));
	WRITE_ONCE(raised->task, get_task_struct(task));
	if (IS_ENABLED(CONFIG_DEBUG_ATOMIC_SLEEP))
		pr_info("eresource-expect-begin: " IN_ATOMIC "\n");
	wake_up_process(task);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(READ_ONCE(task->__state) == TASK_DEAD));
	if (IS_ENABLED(CONFIG_DEBUG_ATOMIC_SLEEP))
		pr_info("eresource-expect-end: " IN_ATOMIC "\n");
	KUNIT_EXPECT_TRUE(test, raised->exited);
	KUNIT_EXPECT_EQ(test, raised->halves_off, 0);
	eres_expect_report(test, &stage->reports,
			   ERES_KERNEL_APC_PENDING_DURING_EXIT, 0, 0,
			   DISPATCH_LEVEL, 0);
	put_task_struct(task);
}

static struct kunit_case thread_kinds_cases[] = {
	KUNIT_CASE(thread_that_uses_an_mm_is_the_same),
	KUNIT_CASE(helper_of_work_item_is_ordinary),
	KUNIT_CASE(exit_with_signal_held_off_is_reported),
	KUNIT_CASE(exit_at_dispatch_level_is_reported),
	{}
};

static struct kunit_suite thread_kinds_suite = {
	.name = "eresource_thread_kinds",
	.init = eres_stage_init,
	.test_cases = thread_kinds_cases,
};

kunit_test_suite(thread_kinds_suite);
