// SPDX-License-Identifier: GPL-2.0-only
/*
 * What reports say: whole texts in the contexts that a call can come from, and
 * for each way to misuse the words that are true of it.
 */
#include <linux/irqflags.h>
#include <linux/pid.h>
#include <linux/preempt.h>
#include <linux/spinlock.h>

#include "softirq.h"
#include "state.h"

#define VALUE ((PVOID)((ULONG_PTR)0x123450 | 3))

static int report_init_line;

/* "res" is what reports call it. */
static void report_init_resource(PERESOURCE res)
{
	report_init_line = __LINE__ + 1;
	ExInitializeResourceLite(res);
}

static int report_init(struct kunit *test)
{
	int err = eres_stage_init(test);
	struct eres_stage *stage = test->priv;

	if (err)
		return err;
	ExDeleteResourceLite(stage->res);
	report_init_resource(stage->res);
	eres_reports_capture_text(test, &stage->reports);
	return 0;
}

/* Pieces of texts, and what belongs to their formats. */
#define RESOURCE "  resource %p, res, initialised by eresource_kunit in report_kunit.c:%d\n"
#define NO_WAITERS "    waiting: 0 exclusive, 0 shared; contention count 0\n"
#define THREAD "  thread %p, %s[%d]\n"
#define NOT_OWNED_WORDS							\
	"ExReleaseResourceLite: release of a resource that the thread does not own\n" \
	"  0xE3 RESOURCE_NOT_OWNED (%p, %p, 0x0, 0x0)\n"		\
	"  called from release_wrongly" ERES_OF_SUITES "\n"		\
	RESOURCE							\
	"    not owned\n"						\
	NO_WAITERS
#define NOT_OWNED_HINT							\
	"  to fix it: release once for each acquire that returned TRUE, in the thread that acquired\n"

/* One call site for all contexts, which is not inlined into the case. */
static noinline void release_wrongly(void *res)
{
	ExReleaseResourceLite(res);
	/* No tail call: it is to be called from here. */
	barrier();
}

static void expect_not_owned(struct kunit *test, const char *state)
{
	struct eres_stage *stage = test->priv;

	eres_expect_text(test, &stage->reports,
			 NOT_OWNED_WORDS THREAD "    %s\n" NOT_OWNED_HINT,
			 stage->res, current, stage->res, report_init_line,
			 current, current->comm, task_pid_nr(current), state);
}

static void caller_at_passive_level_is_told_so(struct kunit *test)
{
	struct eres_stage *stage = test->priv;

	release_wrongly(stage->res);
	expect_not_owned(test, "owns nothing, is in no region, at IRQL 0");
	KeEnterCriticalRegion();
	release_wrongly(stage->res);
	expect_not_owned(test, "KernelApcDisable -1, SpecialApcDisable 0, IRQL 0");
	KeEnterGuardedRegion();
	KeEnterGuardedRegion();
	release_wrongly(stage->res);
	expect_not_owned(test, "KernelApcDisable -1, SpecialApcDisable -2, IRQL 0");
	KeLeaveGuardedRegion();
	KeLeaveGuardedRegion();
	KeLeaveCriticalRegion();
}

static unsigned long release_step(void *res)
{
	release_wrongly(res);
	return 0;
}

/* A thread that the module has never heard of before. */
static void thread_without_record_owns_nothing(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *actor = eres_stage_actor(test, "fresh");
	struct task_struct *task = eres_actor_task(actor);

	eres_actor_do(actor, release_step, stage->res);
	eres_expect_text(test, &stage->reports,
			 NOT_OWNED_WORDS THREAD
			 "    owns nothing, is in no region, at IRQL 0\n"
			 NOT_OWNED_HINT,
			 stage->res, task, stage->res, report_init_line,
			 task, task->comm, task_pid_nr(task));
}

static void raised_level_needs_no_reason(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	KIRQL passive, apc;

	KeRaiseIrql(APC_LEVEL, &passive);
	release_wrongly(stage->res);
	expect_not_owned(test, "owns nothing, is in no region, at IRQL 1");
	KeRaiseIrql(DISPATCH_LEVEL, &apc);
	release_wrongly(stage->res);
	KeLowerIrql(apc);
	expect_not_owned(test, "owns nothing, is in no region, at IRQL 2");
	KeLowerIrql(passive);
}

static void level_that_is_not_raised_has_a_reason(struct kunit *test)
{
	const char *preemption_off =
		"KernelApcDisable -1, SpecialApcDisable 0, IRQL 2, preemption off";
	struct eres_stage *stage = test->priv;
	KIRQL irql;

	local_irq_disable();
	release_wrongly(stage->res);
	local_irq_enable();
	expect_not_owned(test, "owns nothing, is in no region, at IRQL 2, interrupts off");

	local_bh_disable();
	release_wrongly(stage->res);
	local_bh_enable();
	expect_not_owned(test, "owns nothing, is in no region, at IRQL 2, bottom halves off");

	if (IS_ENABLED(CONFIG_PREEMPT_COUNT)) {
		KeEnterCriticalRegion();
		preempt_disable();
		release_wrongly(stage->res);
		preempt_enable();
		KeLeaveCriticalRegion();
		expect_not_owned(test, preemption_off);
	}

	irql = KeRaiseIrqlToDpcLevel();
	local_irq_disable();
	release_wrongly(stage->res);
	local_irq_enable();
	KeLowerIrql(irql);
	expect_not_owned(test, "owns nothing, is in no region, at IRQL 2, interrupts off");
}

static void interrupt_names_the_interrupted(struct kunit *test)
{
	struct eres_stage *stage = test->priv;

	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		kunit_skip(test, "interrupts are threads");
	KeEnterCriticalRegion();
	KUNIT_EXPECT_TRUE(test, eres_run_in_softirq(ERES_THIS_CPU,
						    release_wrongly, stage->res));
	KeLeaveCriticalRegion();
	eres_expect_text(test, &stage->reports,
			 NOT_OWNED_WORDS "  thread %p, %s[%d], interrupted\n"
			 "    KernelApcDisable -1, SpecialApcDisable 0, IRQL 2, in a softirq\n"
			 NOT_OWNED_HINT,
			 stage->res, current, stage->res, report_init_line,
			 current, current->comm, task_pid_nr(current));
}

static void owners_and_waiters_are_all_told(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *reader = eres_stage_actor(test, "reader");
	struct eres_actor *writer = eres_stage_actor(test, "writer");
	struct eres_actor *late = eres_stage_actor(test, "late");
	struct task_struct *read = eres_actor_task(reader);
	struct task_struct *write = eres_actor_task(writer);
	struct task_struct *wait = eres_actor_task(late);

	eres_take(ERES_SELF, ERES_SHARED, res);
	eres_take(reader, ERES_SHARED, res);
	eres_take(reader, ERES_SHARED, res);
	eres_ask(writer, ERES_EXCLUSIVE, res);
	ERES_EXPECT(test, res, 1, 0, OWNS_SHARED(reader, 2), WAITS(writer));
	eres_ask(late, ERES_WAIT_FOR, res);
	ERES_EXPECT(test, res, 1, 1, WAITS(writer), WAITS(late));

	ExReinitializeResourceLite(res);
	/* Of several owners none is named by the parameter. */
	eres_expect_text(test, &stage->reports,
			 "ExReinitializeResourceLite: resource reinitialised while in use\n"
			 "  0xC4 DRIVER_VERIFIER_DETECTED_VIOLATION (0x100b, %p, 0x0, 0x0)\n"
			 "  called from %s" ERES_OF_SUITES "\n"
			 RESOURCE
			 "    shared by 2\n"
			 "    waiting: 1 exclusive, 1 shared; contention count 2\n"
			 "      owned by thread %p, %s[%d], shared, 1 level\n"
			 "      owned by thread %p, %s[%d], shared, 2 levels\n"
			 "      waited for by thread %p, %s[%d], exclusive, for # ms\n"
			 "      waited for by thread %p, %s[%d], shared, after exclusive, for # ms\n"
			 THREAD
			 "    KernelApcDisable -1, SpecialApcDisable 0, IRQL 0\n"
			 "    owns resource %p, shared, 1 level\n"
			 "  to fix it: reinitialise after the last owner has released and nobody waits\n",
			 res, __func__, res, report_init_line,
			 current, current->comm, task_pid_nr(current),
			 read, read->comm, task_pid_nr(read),
			 write, write->comm, task_pid_nr(write),
			 wait, wait->comm, task_pid_nr(wait),
			 current, current->comm, task_pid_nr(current), res);

	eres_drop(ERES_SELF, res, 1);
	eres_drop(reader, res, 2);
	KUNIT_EXPECT_TRUE(test, eres_granted(writer));
	eres_drop(writer, res, 1);
	KUNIT_EXPECT_TRUE(test, eres_granted(late));
	eres_drop(late, res, 1);
	eres_expect_free(test, res);
}

static void exclusive_owner_is_told(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct task_struct *task = eres_actor_task(owner);

	eres_take(owner, ERES_EXCLUSIVE, res);
	eres_take(owner, ERES_EXCLUSIVE, res);
	ExDeleteResourceLite(res);
	eres_expect_text(test, &stage->reports,
			 "ExDeleteResourceLite: resource deleted while in use\n"
			 "  0xC4 DRIVER_VERIFIER_DETECTED_VIOLATION (0x100b, %p, %p, 0x0)\n"
			 "  called from %s" ERES_OF_SUITES "\n"
			 RESOURCE
			 "    exclusively owned\n"
			 NO_WAITERS
			 "      owned by thread %p, %s[%d], exclusive, 2 levels\n"
			 THREAD
			 "    owns nothing, is in no region, at IRQL 0\n"
			 "  to fix it: delete after the last owner has released and nobody can wait any more\n",
			 res, task, __func__, res, report_init_line,
			 task, task->comm, task_pid_nr(task),
			 current, current->comm, task_pid_nr(current));
	eres_drop(owner, res, 2);
	eres_expect_free(test, res);
}

static void owner_pointer_is_told(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;

	eres_take(ERES_SELF, ERES_EXCLUSIVE, res);
	ExSetResourceOwnerPointer(res, VALUE);
	release_wrongly(res);
	eres_expect_text(test, &stage->reports,
			 "ExReleaseResourceLite: release of a resource that the thread does not own\n"
			 "  0xE3 RESOURCE_NOT_OWNED (%p, %p, 0x0, 0x0)\n"
			 "  called from release_wrongly" ERES_OF_SUITES "\n"
			 RESOURCE
			 "    exclusively owned\n"
			 NO_WAITERS
			 "      owned by owner pointer %p, acquired by %s[%d], exclusive, 1 level\n"
			 THREAD
			 "    KernelApcDisable -1, SpecialApcDisable 0, IRQL 0\n"
			 NOT_OWNED_HINT,
			 res, current, res, report_init_line, VALUE, current->comm,
			 task_pid_nr(current), current, current->comm, task_pid_nr(current));
	ExReleaseResourceForThreadLite(res, (ERESOURCE_THREAD)VALUE);
	KeLeaveCriticalRegion();
	eres_expect_free(test, res);
}

/* All that the thread owns, up to so many. */
static void many_holds_are_counted(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE many = kunit_kcalloc(test, ERES_REPORT_HOLDS + 2,
					sizeof(*many), GFP_KERNEL);
	struct eres_report last = {};
	int i;

	KUNIT_ASSERT_NOT_NULL(test, many);
	KeEnterCriticalRegion();
	for (i = 0; i < ERES_REPORT_HOLDS + 2; i++) {
		ExInitializeResourceLite(&many[i]);
		ExAcquireResourceExclusiveLite(&many[i], TRUE);
	}
	release_wrongly(stage->res);
	KUNIT_EXPECT_NOT_NULL(test, strstr(stage->reports.text, "    and 2 more\n"));
	eres_reports_last(&stage->reports, &last);
	KUNIT_EXPECT_EQ(test, last.thread.owned, ERES_REPORT_HOLDS + 2);
	for (i = 0; i < ERES_REPORT_HOLDS; i++) {
		KUNIT_EXPECT_TRUE(test, last.thread.hold[i].exclusive);
		KUNIT_EXPECT_EQ(test, last.thread.hold[i].levels, 1);
	}
	eres_expect_words(test, &stage->reports,
			  "ExReleaseResourceLite: release of a resource that the thread does not own",
			  "release once for each acquire that returned TRUE, in the thread that acquired");
	for (i = 0; i < ERES_REPORT_HOLDS + 2; i++) {
		ExReleaseResourceLite(&many[i]);
		ExDeleteResourceLite(&many[i]);
	}
	KeLeaveCriticalRegion();
}

/* At the call: not after what the call does, and not after printing. */
static void unmatched_leave_shows_the_count_before(struct kunit *test)
{
	struct eres_stage *stage = test->priv;

	KeLeaveGuardedRegion();
	eres_expect_text(test, &stage->reports,
			 "KeLeaveGuardedRegion: region left without having been entered\n"
			 "  0xC4 DRIVER_VERIFIER_DETECTED_VIOLATION (0x3e, 0x0, 0x0, 0x0)\n"
			 "  called from %s" ERES_OF_SUITES "\n"
			 THREAD
			 "    owns nothing, is in no region, at IRQL 0\n"
			 "  to fix it: enter and leave the same kind of region, once each, on every path\n",
			 __func__, current, current->comm, task_pid_nr(current));
	KeEnterGuardedRegion();
}

/* Which parameter is an address is known; what value it has says nothing. */
static void parameters_are_addresses_by_their_place(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	PERESOURCE user = (PERESOURCE)0x7fff00001000;

	ExAcquireResourceSharedLite(user, FALSE);
	eres_expect_text(test, &stage->reports,
			 "ExAcquireResourceSharedLite: not the address of a resource\n"
			 "  0xC4 DRIVER_VERIFIER_DETECTED_VIOLATION (0xe1, %p, 0x0, 0x0)\n"
			 "  called from %s" ERES_OF_SUITES "\n"
			 THREAD
			 "    owns nothing, is in no region, at IRQL 0\n"
			 "  to fix it: pass the address of an ERESOURCE in kernel memory\n",
			 user, __func__, current, current->comm, task_pid_nr(current));
	ExAcquireResourceSharedLite(NULL, FALSE);
	eres_expect_text(test, &stage->reports,
			 "ExAcquireResourceSharedLite: not the address of a resource\n"
			 "  0xC4 DRIVER_VERIFIER_DETECTED_VIOLATION (0xe1, 0x0, 0x0, 0x0)\n"
			 "  called from %s" ERES_OF_SUITES "\n"
			 THREAD
			 "    owns nothing, is in no region, at IRQL 0\n"
			 "  to fix it: pass the address of an ERESOURCE in kernel memory\n",
			 __func__, current, current->comm, task_pid_nr(current));
}

static struct kunit_case report_cases[] = {
	KUNIT_CASE(caller_at_passive_level_is_told_so),
	KUNIT_CASE(thread_without_record_owns_nothing),
	KUNIT_CASE(raised_level_needs_no_reason),
	KUNIT_CASE(level_that_is_not_raised_has_a_reason),
	KUNIT_CASE(interrupt_names_the_interrupted),
	KUNIT_CASE(owners_and_waiters_are_all_told),
	KUNIT_CASE(exclusive_owner_is_told),
	KUNIT_CASE(owner_pointer_is_told),
	KUNIT_CASE(many_holds_are_counted),
	KUNIT_CASE(unmatched_leave_shows_the_count_before),
	KUNIT_CASE(parameters_are_addresses_by_their_place),
	{}
};

static struct kunit_suite report_suite = {
	.name = "eresource_report",
	.init = report_init,
	.test_cases = report_cases,
};

kunit_test_suite(report_suite);
