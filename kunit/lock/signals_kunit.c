// SPDX-License-Identifier: GPL-2.0-only
/*
 * Regions hold signals off: kernel threads that ignore or allow signals.
 * User threads are in signals_user_kunit.c.
 */
#include <linux/completion.h>
#include <linux/sched/signal.h>

#include "protection.h"
#include "region.h"
#include "state.h"

static struct eres_stage *stage_of(struct kunit *test)
{
	return test->priv;
}

/* A blocked signal is queued even if it is ignored. */
static void ignored_signal_is_not_queued_after_region(struct kunit *test)
{
	static const int signals[] = {
		SIGKILL, SIGTERM, SIGSTOP, SIGUSR1, SIGCHLD, _NSIG
	};
	struct eres_actor *actor = eres_stage_actor(test, "ignorant");
	struct task_struct *task = eres_actor_task(actor);
	const struct protection *p;
	int i;

	send_sig(SIGTERM, task, 0);
	KUNIT_EXPECT_EQ(test, eres_actor_do(actor, is_any_signal_queued, NULL), 0);

	for (p = protections; p->name; p++) {
		eres_actor_do(actor, begin_protection, (void *)p);
		for (i = 0; i < ARRAY_SIZE(signals); i++)
			send_sig(signals[i], task, 0);
		KUNIT_EXPECT_EQ_MSG(test, eres_actor_do(actor, is_any_signal_pending, NULL),
				    0, "%s", p->name);
		eres_actor_do(actor, end_protection, (void *)p);
		KUNIT_EXPECT_EQ_MSG(test,
				    eres_actor_do(actor, is_any_signal_queued, NULL),
				    0, "%s", p->name);
	}
}

static void only_allowed_signals_survive_region(struct kunit *test)
{
	struct eres_actor *actor = eres_stage_actor(test, "picky");
	struct task_struct *task = eres_actor_task(actor);
	const struct protection *p;

	eres_actor_do(actor, allow_one_signal, (void *)SIGUSR1);
	for (p = protections; p->name; p++) {
		eres_actor_do(actor, begin_protection, (void *)p);
		send_sig(SIGTERM, task, 0);
		send_sig(SIGUSR1, task, 0);
		KUNIT_EXPECT_EQ_MSG(test, eres_actor_do(actor, is_any_signal_pending, NULL),
				    0, "%s", p->name);
		eres_actor_do(actor, end_protection, (void *)p);
		KUNIT_EXPECT_EQ_MSG(test, eres_actor_do(actor, take_pending_signal, NULL),
				    SIGUSR1, "%s", p->name);
		KUNIT_EXPECT_EQ_MSG(test,
				    eres_actor_do(actor, is_any_signal_queued, NULL),
				    0, "%s", p->name);
	}
}

/* An interruptible wait, and what the thread saw around it. */
struct wait_step {
	const struct protection *protection;
	struct completion done;
	long result;
	bool pending_inside;
	bool pending_after;
};

static unsigned long wait_inside(void *data)
{
	struct wait_step *wait = data;

	if (wait->protection)
		wait->protection->begin();
	wait->result = wait_for_completion_interruptible(&wait->done);
	wait->pending_inside = signal_pending(current);
	if (wait->protection)
		wait->protection->end();
	wait->pending_after = signal_pending(current);
	return kernel_dequeue_signal();
}

static bool sleeps_interruptibly(struct eres_actor *actor)
{
	return READ_ONCE(eres_actor_task(actor)->__state) & TASK_INTERRUPTIBLE;
}

/* The thread sleeps, gets a signal, and only then what it waits for. */
static void signal_during_wait(struct kunit *test, struct eres_actor *actor,
			       struct wait_step *wait)
{
	struct task_struct *task = eres_actor_task(actor);

	init_completion(&wait->done);
	eres_actor_begin(actor, wait_inside, wait);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(sleeps_interruptibly(actor)));
	send_sig(SIGUSR1, task, 0);
	/* Set by the sender: a wait that this does not show can not end. */
	if (wait->protection)
		KUNIT_EXPECT_FALSE_MSG(test, signal_pending(task), "%s",
				       wait->protection->name);
	else
		KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_actor_idle(actor)));
	complete(&wait->done);
	KUNIT_EXPECT_EQ(test, eres_actor_finish(actor), SIGUSR1);
}

static void signal_does_not_interrupt_wait_in_region(struct kunit *test)
{
	struct eres_actor *actor = eres_stage_actor(test, "sleeper");
	struct wait_step wait = {};

	eres_actor_do(actor, allow_one_signal, (void *)SIGUSR1);

	/* Outside, it does. */
	signal_during_wait(test, actor, &wait);
	KUNIT_EXPECT_EQ(test, wait.result, -ERESTARTSYS);

	for (wait.protection = protections; wait.protection->name;
	     wait.protection++) {
		signal_during_wait(test, actor, &wait);
		KUNIT_EXPECT_EQ_MSG(test, wait.result, 0, "%s",
				    wait.protection->name);
		KUNIT_EXPECT_FALSE_MSG(test, wait.pending_inside, "%s",
				       wait.protection->name);
		KUNIT_EXPECT_TRUE_MSG(test, wait.pending_after, "%s",
				      wait.protection->name);
	}
}

static void signal_from_before_is_held_off_in_region(struct kunit *test)
{
	struct eres_actor *actor = eres_stage_actor(test, "late");
	const struct protection *p;

	eres_actor_do(actor, allow_one_signal, (void *)SIGUSR1);
	for (p = protections; p->name; p++) {
		send_sig(SIGUSR1, eres_actor_task(actor), 0);
		KUNIT_EXPECT_EQ(test, eres_actor_do(actor, is_any_signal_pending, NULL), 1);
		eres_actor_do(actor, begin_protection, (void *)p);
		KUNIT_EXPECT_EQ_MSG(test, eres_actor_do(actor, is_any_signal_pending, NULL),
				    0, "%s", p->name);
		eres_actor_do(actor, end_protection, (void *)p);
		KUNIT_EXPECT_EQ_MSG(test, eres_actor_do(actor, take_pending_signal, NULL),
				    SIGUSR1, "%s", p->name);
	}
}

static void signal_waits_for_outermost_leave(struct kunit *test)
{
	static void (*const leaves[])(void) = {
		KeLeaveCriticalRegion, KeLeaveGuardedRegion, lower_to_passive_level,
		KeLeaveGuardedRegion,
	};
	struct eres_actor *actor = eres_stage_actor(test, "nested");
	struct protection p = {};
	int i;

	eres_actor_do(actor, allow_one_signal, (void *)SIGUSR1);
	p.begin = KeEnterGuardedRegion;
	eres_actor_do(actor, begin_protection, &p);
	eres_actor_do(actor, begin_protection, &p);
	p.begin = KeEnterCriticalRegion;
	eres_actor_do(actor, begin_protection, &p);
	p.begin = raise_to_apc_level;
	eres_actor_do(actor, begin_protection, &p);
	send_sig(SIGUSR1, eres_actor_task(actor), 0);
	for (i = 0; i < ARRAY_SIZE(leaves); i++) {
		KUNIT_EXPECT_EQ_MSG(test, eres_actor_do(actor, is_any_signal_pending, NULL),
				    0, "before leave %d", i);
		p.end = leaves[i];
		eres_actor_do(actor, end_protection, &p);
	}
	KUNIT_EXPECT_EQ(test, eres_actor_do(actor, take_pending_signal, NULL), SIGUSR1);
	eres_expect_no_report(test, &stage_of(test)->reports);
}

/* A positive counter says APCs disabled, but the thread is in no region. */
static void positive_counter_holds_no_signal_off(struct kunit *test)
{
	static struct protection p = {
		.begin = KeEnterCriticalRegion, .end = KeLeaveCriticalRegion,
	};
	struct eres_actor *actor = eres_stage_actor(test, "positive");
	struct eres_reports *reports = &stage_of(test)->reports;

	eres_actor_do(actor, allow_one_signal, (void *)SIGUSR1);
	eres_actor_do(actor, end_protection, &p);
	eres_expect_report(test, reports, ERES_VERIFIER,
			   ERES_V_LEAVE_WITHOUT_ENTER, 0, 0, 0);
	send_sig(SIGUSR1, eres_actor_task(actor), 0);
	KUNIT_EXPECT_EQ(test, eres_actor_do(actor, is_any_signal_pending, NULL), 1);
	eres_actor_do(actor, begin_protection, &p);
	KUNIT_EXPECT_EQ(test, eres_actor_do(actor, is_any_signal_pending, NULL), 1);
	eres_actor_do(actor, begin_protection, &p);
	KUNIT_EXPECT_EQ(test, eres_actor_do(actor, is_any_signal_pending, NULL), 0);
	eres_actor_do(actor, end_protection, &p);
	KUNIT_EXPECT_EQ(test, eres_actor_do(actor, take_pending_signal, NULL), SIGUSR1);
	eres_expect_no_report(test, reports);
}

static void enter_at_dispatch_level(void)
{
	KIRQL irql = KeRaiseIrqlToDpcLevel();

	KeEnterCriticalRegion();
	KeLowerIrql(irql);
}

static void leave_at_dispatch_level(void)
{
	KIRQL irql = KeRaiseIrqlToDpcLevel();

	KeLeaveCriticalRegion();
	KeLowerIrql(irql);
}

/* Too high, and reported; but the region is one, and ends. */
static void region_changed_at_dispatch_level_holds_signals_off(struct kunit *test)
{
	static struct protection p = {
		.begin = enter_at_dispatch_level, .end = leave_at_dispatch_level,
	};
	struct eres_actor *actor = eres_stage_actor(test, "raised");
	struct eres_reports *reports = &stage_of(test)->reports;

	eres_actor_do(actor, allow_one_signal, (void *)SIGUSR1);
	eres_actor_do(actor, begin_protection, &p);
	eres_expect_report(test, reports, ERES_VERIFIER, ERES_V_ENTER_IRQL,
			   DISPATCH_LEVEL, 0, 0);
	send_sig(SIGUSR1, eres_actor_task(actor), 0);
	KUNIT_EXPECT_EQ(test, eres_actor_do(actor, is_any_signal_pending, NULL),
			0);
	eres_actor_do(actor, end_protection, &p);
	eres_expect_report(test, reports, ERES_VERIFIER, ERES_V_LEAVE_IRQL,
			   DISPATCH_LEVEL, 0, 0);
	KUNIT_EXPECT_EQ(test, eres_actor_do(actor, take_pending_signal, NULL),
			SIGUSR1);
}

static void region_holds_off_signals_of_one_thread(struct kunit *test)
{
	struct eres_actor *inside = eres_stage_actor(test, "inside");
	struct eres_actor *outside = eres_stage_actor(test, "outside");
	void *p = (void *)&protections[0];

	eres_actor_do(outside, allow_one_signal, (void *)SIGUSR1);
	eres_actor_do(inside, begin_protection, p);
	send_sig(SIGUSR1, eres_actor_task(outside), 0);
	KUNIT_EXPECT_EQ(test, eres_actor_do(outside, take_pending_signal, NULL),
			SIGUSR1);
	eres_actor_do(inside, end_protection, p);
}

static void signal_does_not_end_waiting_acquire(struct kunit *test)
{
	struct eres_actor *writer = eres_stage_actor(test, "writer");
	struct eres_actor *reader = eres_stage_actor(test, "reader");
	struct eres_stage *stage = stage_of(test);
	PERESOURCE res = stage->res;

	eres_actor_do(writer, allow_one_signal, (void *)SIGUSR1);
	eres_actor_do(reader, allow_one_signal, (void *)SIGUSR1);
	eres_take(ERES_SELF, ERES_EXCLUSIVE, res);
	eres_ask(writer, ERES_EXCLUSIVE, res);
	eres_ask(reader, ERES_SHARED, res);
	ERES_EXPECT(test, res, 1, 1, OWNS_EXCLUSIVE(ERES_SELF, 1),
		    WAITS(writer), WAITS(reader));
	send_sig(SIGUSR1, eres_actor_task(writer), 0);
	send_sig(SIGUSR1, eres_actor_task(reader), 0);
	ERES_EXPECT(test, res, 1, 1, OWNS_EXCLUSIVE(ERES_SELF, 1),
		    WAITS(writer), WAITS(reader));

	eres_drop(ERES_SELF, res, 1);
	KUNIT_EXPECT_TRUE(test, eres_granted(reader));
	eres_drop(reader, res, 1);
	KUNIT_EXPECT_TRUE(test, eres_granted(writer));
	eres_drop(writer, res, 1);
	KUNIT_EXPECT_EQ(test, eres_actor_do(writer, take_pending_signal, NULL), SIGUSR1);
	KUNIT_EXPECT_EQ(test, eres_actor_do(reader, take_pending_signal, NULL), SIGUSR1);
	eres_expect_free(test, res);
	eres_expect_no_report(test, &stage->reports);
}

static struct kunit_case signals_cases[] = {
	KUNIT_CASE(ignored_signal_is_not_queued_after_region),
	KUNIT_CASE(only_allowed_signals_survive_region),
	KUNIT_CASE(signal_does_not_interrupt_wait_in_region),
	KUNIT_CASE(signal_from_before_is_held_off_in_region),
	KUNIT_CASE(signal_waits_for_outermost_leave),
	KUNIT_CASE(positive_counter_holds_no_signal_off),
	KUNIT_CASE(region_changed_at_dispatch_level_holds_signals_off),
	KUNIT_CASE(region_holds_off_signals_of_one_thread),
	KUNIT_CASE(signal_does_not_end_waiting_acquire),
	{}
};

static struct kunit_suite signals_suite = {
	.name = "eresource_signals",
	.init = eres_stage_init,
	.test_cases = signals_cases,
};

kunit_test_suite(signals_suite);
