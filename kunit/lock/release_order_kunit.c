// SPDX-License-Identifier: GPL-2.0-only
/*
 * Release-and-leave: which of the two comes first, and what misuse gets.
 *
 * The order is made visible without any hook in the shim. Leaving the outermost
 * region changes the thread's signal mask under its siglock. While the case
 * holds that lock the thread gets as far as leaving and no further: what it has
 * done by then it does before it leaves.
 */
#include <linux/cpumask.h>
#include <linux/ktime.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>

#include "region.h"
#include "setting.h"
#include "state.h"

struct order_param {
	const char *name;
	bool exclusive;
	bool flt;
};

static const struct order_param order_params[] = {
	{ "exclusive", true, false },
	{ "shared", false, false },
	{ "Flt exclusive", true, true },
	{ "Flt shared", false, true },
};

KUNIT_ARRAY_PARAM_DESC(order, order_params, name);

struct order_call {
	const struct order_param *param;
	PERESOURCE res;
	bool ready;
	bool go;
	bool left;
};

static unsigned long order_enter_step(void *arg)
{
	struct order_call *call = arg;

	/* Lets the thread be sent something; a kernel thread ignores signals. */
	allow_signal(SIGUSR1);
	if (call->param->exclusive)
		ExEnterCriticalRegionAndAcquireResourceExclusive(call->res);
	else
		ExEnterCriticalRegionAndAcquireResourceShared(call->res);
	return 0;
}

static unsigned long order_leave_step(void *arg)
{
	struct order_call *call = arg;

	WRITE_ONCE(call->ready, true);
	while (!READ_ONCE(call->go))
		cond_resched();
	if (call->param->flt)
		FltReleaseResource(call->res);
	else
		ExReleaseResourceAndLeaveCriticalRegion(call->res);
	WRITE_ONCE(call->left, true);
	return signal_pending(current);
}

struct order_seen {
	bool released;
	bool left;
	bool blocked;
};

/* Bounds the spinning: reached only if the release does not come. */
#define ORDER_SECONDS 4

/*
 * Watch the actor release while it can not leave. Interrupts are off here and
 * the actor ends up spinning on the other CPU, so what shows the release must
 * need no third one: that the releaser wakes the waiter, not that it has run.
 */
static struct order_seen watch_release(struct task_struct *task,
				       struct eres_actor *waiter,
				       struct order_call *call)
{
	/* The actor is between two lines of its step: it has a sighand. */
	struct sighand_struct *sighand =
		rcu_dereference_protected(task->sighand, true);
	struct order_seen seen = {};
	unsigned long flags;
	ktime_t end;

	spin_lock_irqsave(&sighand->siglock, flags);
	WRITE_ONCE(call->go, true);
	end = ktime_add_ms(ktime_get(), ORDER_SECONDS * MSEC_PER_SEC);
	while (!seen.released && ktime_before(ktime_get(), end)) {
		seen.released = !eres_actor_blocked(waiter);
		cpu_relax();
	}
	seen.left = READ_ONCE(call->left);
	seen.blocked = sigismember(&task->blocked, SIGUSR1);
	spin_unlock_irqrestore(&sighand->siglock, flags);
	return seen;
}

/* Put @task on another CPU than the caller, which can not migrate. */
static void send_elsewhere(struct kunit *test, struct task_struct *task)
{
	int cpu = cpumask_any_but(cpu_online_mask, smp_processor_id());

	KUNIT_EXPECT_EQ(test, 0, set_cpus_allowed_ptr(task, cpumask_of(cpu)));
}

static void release_comes_before_leave(struct kunit *test)
{
	const struct order_param *param = test->param_value;
	struct eres_stage *stage = test->priv;
	struct eres_actor *owner, *waiter;
	struct order_call call = { param, stage->res };
	struct order_seen seen;

	if (num_online_cpus() < 2)
		kunit_skip(test, "needs two CPUs");
	owner = eres_stage_actor(test, "owner");
	waiter = eres_stage_actor(test, "waiter");
	eres_actor_do(owner, order_enter_step, &call);
	eres_ask(waiter, ERES_EXCLUSIVE, stage->res);
	ERES_EXPECT(test, stage->res, 1, 0, WAITS(waiter),
		    param->exclusive ? OWNS_EXCLUSIVE(owner, 1) :
				       OWNS_SHARED(owner, 1));
	/* What the thread is spared as long as it owns. */
	send_sig(SIGUSR1, eres_actor_task(owner), 1);

	migrate_disable();
	send_elsewhere(test, eres_actor_task(owner));
	eres_actor_begin(owner, order_leave_step, &call);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(READ_ONCE(call.ready)));
	seen = watch_release(eres_actor_task(owner), waiter, &call);
	migrate_enable();

	KUNIT_EXPECT_TRUE(test, seen.released);
	KUNIT_EXPECT_FALSE(test, seen.left);
	KUNIT_EXPECT_TRUE(test, seen.blocked);
	/* And afterwards it gets what was sent to it. */
	KUNIT_EXPECT_TRUE(test, eres_actor_finish(owner));
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_EXCLUSIVE(waiter, 1),
		    OWNS_NOTHING(owner));
	eres_drop(waiter, stage->res, 1);
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

static void release_by_non_owner_leaves_the_region(struct kunit *test)
{
	const struct order_param *param = test->param_value;
	struct eres_stage *stage = test->priv;
	ERESOURCE_THREAD self = ExGetCurrentResourceThread();
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct order_call call = { param, stage->res, .go = true };

	/* Right: silent */
	order_enter_step(&call);
	order_leave_step(&call);
	eres_expect_no_region(test);
	eres_expect_no_report(test, &stage->reports);

	eres_actor_do(owner, order_enter_step, &call);
	KeEnterCriticalRegion();
	KeEnterCriticalRegion();
	order_leave_step(&call);
	eres_expect_report(test, &stage->reports, ERES_RESOURCE_NOT_OWNED,
			   stage->res, self, 0, 0);
	eres_expect_region(test, eres_region_now(), true, false, PASSIVE_LEVEL);
	KeLeaveCriticalRegion();
	eres_expect_no_region(test);

	ERES_EXPECT(test, stage->res, 0, 0, OWNS_NOTHING(ERES_SELF),
		    param->exclusive ? OWNS_EXCLUSIVE(owner, 1) :
				       OWNS_SHARED(owner, 1));
	eres_actor_do(owner, order_leave_step, &call);
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

/* Both halves are wrong, so both are reported; the counter goes positive. */
static void release_by_non_owner_outside_a_region(struct kunit *test)
{
	const struct order_param *param = test->param_value;
	struct eres_stage *stage = test->priv;
	struct order_call call = { param, stage->res, .go = true };

	order_leave_step(&call);
	eres_expect_next(test, &stage->reports, ERES_RESOURCE_NOT_OWNED,
			 stage->res, ExGetCurrentResourceThread(), 0, 0);
	eres_expect_report(test, &stage->reports, ERES_VERIFIER,
			   ERES_V_LEAVE_WITHOUT_ENTER, 0, 0, 0);

	KUNIT_EXPECT_TRUE(test, KeAreApcsDisabled());
	KeEnterCriticalRegion();
	eres_expect_no_region(test);
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

/* What can not be waited for is not had, but the region is entered. */
static void acquire_at_dispatch_level_enters_the_region(struct kunit *test)
{
	const struct order_param *param = test->param_value;
	struct eres_stage *stage = test->priv;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct order_call call = { param, stage->res };
	KIRQL old;

	eres_take(owner, ERES_EXCLUSIVE, stage->res);
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	if (param->exclusive)
		ExEnterCriticalRegionAndAcquireResourceExclusive(call.res);
	else
		ExEnterCriticalRegionAndAcquireResourceShared(call.res);
	KeLowerIrql(old);

	eres_expect_next(test, &stage->reports, ERES_VERIFIER,
			 ERES_V_ENTER_IRQL, DISPATCH_LEVEL, 0, 0);
	eres_expect_irql_rule(test, &stage->reports, stage->res);

	ERES_EXPECT(test, stage->res, 0, 0, OWNS_EXCLUSIVE(owner, 1),
		    OWNS_NOTHING(ERES_SELF));
	eres_expect_region(test, eres_region_now(), true, false, PASSIVE_LEVEL);
	KeLeaveCriticalRegion();
	eres_expect_no_region(test);
	eres_drop(owner, stage->res, 1);
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

ERES_RULES(release_order,
	   KUNIT_CASE_PARAM(release_comes_before_leave, order_gen_params),
	   KUNIT_CASE_PARAM(release_by_non_owner_leaves_the_region,
			    order_gen_params),
	   KUNIT_CASE_PARAM(release_by_non_owner_outside_a_region,
			    order_gen_params),
	   KUNIT_CASE_PARAM(acquire_at_dispatch_level_enters_the_region,
			    order_gen_params));
