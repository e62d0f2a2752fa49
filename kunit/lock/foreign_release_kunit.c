// SPDX-License-Identifier: GPL-2.0-only
/*
 * Releasing for another thread's id: forbidden by the book, reported, and done
 * all the same, from any context, whatever that thread is doing.
 */
#include <linux/slab.h>

#include "setting.h"
#include "softirq.h"
#include "state.h"

enum foreign_context {
	TASK,
	SOFTIRQ,
	SOFTIRQ_ELSEWHERE,
	HARDIRQ,
};

struct foreign_param {
	const char *name;
	enum eres_routine routine;
	enum foreign_context context;
};

static const struct foreign_param foreign_params[] = {
	{ "exclusive, by a thread", ERES_EXCLUSIVE, TASK },
	{ "exclusive, by a softirq elsewhere", ERES_EXCLUSIVE, SOFTIRQ_ELSEWHERE },
	{ "shared, by a thread", ERES_SHARED, TASK },
	{ "shared, by a softirq elsewhere", ERES_SHARED, SOFTIRQ_ELSEWHERE },
};

KUNIT_ARRAY_PARAM_DESC(foreign, foreign_params, name);

static const struct foreign_param irq_params[] = {
	{ "exclusive, by a softirq", ERES_EXCLUSIVE, SOFTIRQ },
	{ "exclusive, by a hard interrupt", ERES_EXCLUSIVE, HARDIRQ },
	{ "shared, by a softirq", ERES_SHARED, SOFTIRQ },
	{ "shared, by a hard interrupt", ERES_SHARED, HARDIRQ },
};

KUNIT_ARRAY_PARAM_DESC(irq, irq_params, name);

static int foreign_init(struct kunit *test)
{
	const struct foreign_param *param = test->param_value;

	if (param && param->context == HARDIRQ && IS_ENABLED(CONFIG_PREEMPT_RT))
		kunit_skip(test, "not from a hard interrupt on PREEMPT_RT");
	return eres_stage_init(test);
}

struct foreign_call {
	PERESOURCE res;
	ERESOURCE_THREAD target;
	/* Whom the report names: an interrupt's thread is the interrupted one. */
	ERESOURCE_THREAD current_thread;
};

static void release_for(void *arg)
{
	struct foreign_call *call = arg;

	call->current_thread = ExGetCurrentResourceThread();
	ExReleaseResourceForThreadLite(call->res, call->target);
}

/* An actor may be on its way to sleep on that CPU, and release for itself. */
static void release_for_another(void *arg)
{
	struct foreign_call *call = arg;

	call->current_thread = ExGetCurrentResourceThread();
	if (call->current_thread != call->target)
		release_for(call);
}

static unsigned long release_for_step(void *arg)
{
	release_for(arg);
	return 0;
}

static bool run_in(enum foreign_context context, struct foreign_call *call)
{
	bool ran;

	switch (context) {
	case TASK:
		release_for(call);
		return true;
	case SOFTIRQ:
		return eres_run_in_softirq(ERES_THIS_CPU, release_for, call);
	case SOFTIRQ_ELSEWHERE:
		do {
			ran = eres_run_in_softirq(ERES_OTHER_CPU,
						  release_for_another, call);
		} while (call->current_thread == call->target);
		return ran;
	case HARDIRQ:
		return eres_run_in_hardirq(ERES_THIS_CPU, release_for, call);
	}
	return false;
}

/* Release one level of @target's as the case's parameter says: one report. */
static void foreign_release(struct kunit *test, PERESOURCE res,
			    ERESOURCE_THREAD target)
{
	const struct foreign_param *param = test->param_value;
	struct eres_stage *stage = test->priv;
	struct foreign_call call = { .res = res, .target = target };

	KUNIT_EXPECT_TRUE(test, run_in(param ? param->context : TASK, &call));
	eres_expect_report(test, &stage->reports, ERES_INVALID_RELEASE, res,
			   call.current_thread, target, 0);
}

static struct eres_view owns(struct kunit *test, struct eres_actor *actor,
			     ULONG levels)
{
	const struct foreign_param *param = test->param_value;

	return (struct eres_view){
		.actor = actor,
		.exclusive = param->routine == ERES_EXCLUSIVE,
		.levels = levels,
	};
}

static void one_of_several_levels(struct kunit *test)
{
	const struct foreign_param *param = test->param_value;
	bool shared = param->routine == ERES_SHARED;
	struct eres_stage *stage = test->priv;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct eres_actor *other = eres_stage_actor(test, "other");
	struct foreign_call own = { stage->res, eres_actor_id(owner) };
	int level;
	bool got;

	for (level = 0; level < 4; level++)
		eres_take(owner, param->routine, stage->res);

	/* Its own id is the legal use. */
	eres_actor_do(owner, release_for_step, &own);
	eres_leave(owner, 1);
	ERES_EXPECT(test, stage->res, 0, 0, owns(test, owner, 3));
	eres_expect_no_report(test, &stage->reports);

	foreign_release(test, stage->res, eres_actor_id(owner));
	ERES_EXPECT(test, stage->res, 0, 0, owns(test, owner, 2));
	KUNIT_EXPECT_FALSE(test, eres_try(other, ERES_EXCLUSIVE, stage->res));
	got = eres_try(other, ERES_SHARED, stage->res);
	KUNIT_EXPECT_EQ(test, got, shared);
	eres_drop(other, stage->res, got);

	/* What is left counts on as if nothing had been. */
	KUNIT_EXPECT_TRUE(test, eres_try(owner, param->routine, stage->res));
	ERES_EXPECT(test, stage->res, 0, 0, owns(test, owner, 3));
	eres_drop(owner, stage->res, 3);
	eres_leave(owner, 1);
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

static unsigned long release_step(void *res)
{
	ExReleaseResourceLite(res);
	return 0;
}

/* The thread owns nothing any more, and can acquire like anybody else. */
static void last_level(struct kunit *test)
{
	const struct foreign_param *param = test->param_value;
	struct eres_stage *stage = test->priv;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	enum eres_routine routine;

	eres_take(owner, param->routine, stage->res);
	foreign_release(test, stage->res, eres_actor_id(owner));
	eres_leave(owner, 1);
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_NOTHING(owner));
	eres_expect_free(test, stage->res);

	eres_actor_do(owner, release_step, stage->res);
	eres_expect_report(test, &stage->reports, ERES_RESOURCE_NOT_OWNED,
			   stage->res, eres_actor_id(owner), 0, 0);

	for (routine = ERES_EXCLUSIVE; routine <= ERES_WAIT_FOR; routine++) {
		bool got = eres_try(owner, routine, stage->res);

		KUNIT_EXPECT_TRUE(test, got);
		ERES_EXPECT(test, stage->res, 0, 0,
			    routine == ERES_EXCLUSIVE ? OWNS_EXCLUSIVE(owner, 1) :
							OWNS_SHARED(owner, 1));
		eres_drop(owner, stage->res, got);
		eres_expect_free(test, stage->res);
	}
	eres_expect_no_report(test, &stage->reports);
}

/* A level that its own thread releases takes the resource along. */
static void own_release_of_what_is_left(struct kunit *test)
{
	const struct foreign_param *param = test->param_value;
	struct eres_stage *stage = test->priv;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct eres_actor *waiter = eres_stage_actor(test, "waiter");

	eres_take(owner, param->routine, stage->res);
	eres_take(owner, param->routine, stage->res);
	eres_ask(waiter, ERES_EXCLUSIVE, stage->res);
	ERES_EXPECT(test, stage->res, 1, 0, WAITS(waiter), owns(test, owner, 2));
	foreign_release(test, stage->res, eres_actor_id(owner));
	ERES_EXPECT(test, stage->res, 1, 0, WAITS(waiter), owns(test, owner, 1));

	eres_drop(owner, stage->res, 1);
	eres_leave(owner, 1);
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_EXCLUSIVE(waiter, 1),
		    OWNS_NOTHING(owner));
	eres_drop(waiter, stage->res, 1);
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

static void exited_thread(struct kunit *test)
{
	const struct foreign_param *param = test->param_value;
	struct eres_stage *stage = test->priv;
	struct eres_actor *owner = eres_stage_mortal(test, "owner");
	struct eres_actor *other = eres_stage_actor(test, "other");
	int level;

	eres_take(owner, param->routine, stage->res);
	eres_take(owner, param->routine, stage->res);
	eres_leave(owner, 2);
	eres_actor_join(owner);
	eres_expect_report(test, &stage->reports, ERES_VERIFIER,
			   ERES_V_EXIT_OWNING, eres_actor_id(owner),
			   stage->res, 0);

	for (level = 0; level < 2; level++) {
		ERES_EXPECT(test, stage->res, 0, 0, OWNS_NOTHING(other));
		KUNIT_EXPECT_FALSE(test,
				   eres_try(other, ERES_EXCLUSIVE, stage->res));
		foreign_release(test, stage->res, eres_actor_id(owner));
	}
	eres_expect_free(test, stage->res);

	/* And no more than it had. */
	foreign_release(test, stage->res, eres_actor_id(owner));
	eres_expect_free(test, stage->res);
}

/* Both are queued, and the last level has gone while @owner sleeps. */
static void serve_both(struct kunit *test, struct eres_actor *owner,
		       struct eres_actor *writer, struct eres_actor *reader)
{
	const struct foreign_param *param = test->param_value;
	bool exclusive = param->routine == ERES_EXCLUSIVE;
	struct eres_stage *stage = test->priv;

	if (exclusive)
		ERES_EXPECT(test, stage->res, 1, 0, WAITS(owner), WAITS(writer),
			    OWNS_SHARED(reader, 1));
	else
		ERES_EXPECT(test, stage->res, 0, 1, WAITS(owner), WAITS(reader),
			    OWNS_EXCLUSIVE(writer, 1));
	eres_drop(exclusive ? reader : writer, stage->res, 1);
	ERES_EXPECT(test, stage->res, 0, 0, WAITS(owner),
		    exclusive ? OWNS_EXCLUSIVE(writer, 1) :
				OWNS_SHARED(reader, 1));
	eres_drop(exclusive ? writer : reader, stage->res, 1);
	eres_expect_free(test, stage->res);
}

/*
 * The owner sleeps for another resource and makes no call while its levels of
 * this one go: whoever is next gets it at once.
 */
static void waiters_get_in_while_the_owner_sleeps(struct kunit *test)
{
	const struct foreign_param *param = test->param_value;
	struct eres_stage *stage = test->priv;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct eres_actor *writer = eres_stage_actor(test, "writer");
	struct eres_actor *reader = eres_stage_actor(test, "reader");
	ERESOURCE elsewhere;

	ExInitializeResourceLite(&elsewhere);
	eres_take(ERES_SELF, ERES_EXCLUSIVE, &elsewhere);
	eres_take(owner, param->routine, stage->res);
	eres_take(owner, param->routine, stage->res);
	eres_ask(owner, ERES_EXCLUSIVE, &elsewhere);
	ERES_EXPECT(test, &elsewhere, 1, 0, WAITS(owner));
	eres_ask(writer, ERES_EXCLUSIVE, stage->res);
	ERES_EXPECT(test, stage->res, 1, 0, WAITS(writer));
	eres_ask(reader, ERES_SHARED, stage->res);
	ERES_EXPECT(test, stage->res, 1, 1, WAITS(writer), WAITS(reader));

	foreign_release(test, stage->res, eres_actor_id(owner));
	ERES_EXPECT(test, stage->res, 1, 1, WAITS(owner), WAITS(writer),
		    WAITS(reader));
	foreign_release(test, stage->res, eres_actor_id(owner));
	serve_both(test, owner, writer, reader);

	ERES_EXPECT(test, &elsewhere, 1, 0, WAITS(owner));
	eres_drop(ERES_SELF, &elsewhere, 1);
	ERES_EXPECT(test, &elsewhere, 0, 0, OWNS_EXCLUSIVE(owner, 1));
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_NOTHING(owner));
	eres_drop(owner, &elsewhere, 1);
	eres_leave(owner, 2);
	KUNIT_EXPECT_EQ(test, STATUS_SUCCESS, ExDeleteResourceLite(&elsewhere));
	eres_expect_no_report(test, &stage->reports);
}

/* Others' levels are as they were, whoever else is named. */
static void id_that_owns_nothing(struct kunit *test)
{
	const struct foreign_param *param = test->param_value;
	struct eres_stage *stage = test->priv;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	struct eres_actor *idle = eres_stage_actor(test, "idle");
	struct eres_actor *exited = eres_stage_mortal(test, "exited");
	ERESOURCE elsewhere;

	ExInitializeResourceLite(&elsewhere);
	eres_actor_join(exited);
	eres_take(owner, param->routine, stage->res);
	eres_take(idle, param->routine, &elsewhere);

	foreign_release(test, stage->res, eres_actor_id(idle));
	foreign_release(test, stage->res, eres_actor_id(exited));
	foreign_release(test, stage->res, (ERESOURCE_THREAD)stage);
	foreign_release(test, stage->res, 0);
	ERES_EXPECT(test, stage->res, 0, 0, owns(test, owner, 1),
		    OWNS_NOTHING(idle));
	ERES_EXPECT(test, &elsewhere, 0, 0, OWNS_NOTHING(owner),
		    owns(test, idle, 1));

	eres_drop(owner, stage->res, 1);
	eres_drop(idle, &elsewhere, 1);
	foreign_release(test, stage->res, eres_actor_id(owner));
	eres_expect_free(test, stage->res);
	KUNIT_EXPECT_EQ(test, STATUS_SUCCESS, ExDeleteResourceLite(&elsewhere));
	eres_expect_no_report(test, &stage->reports);
}

ERES_RULES(foreign_release,
	   KUNIT_CASE_PARAM(one_of_several_levels, foreign_gen_params),
	   KUNIT_CASE_PARAM(last_level, foreign_gen_params),
	   KUNIT_CASE_PARAM(own_release_of_what_is_left, foreign_gen_params),
	   KUNIT_CASE_PARAM(exited_thread, foreign_gen_params),
	   KUNIT_CASE_PARAM(waiters_get_in_while_the_owner_sleeps,
			    foreign_gen_params),
	   KUNIT_CASE_PARAM(id_that_owns_nothing, foreign_gen_params));

/* The other contexts, in the plain setting alone. */
static struct kunit_case irq_cases[] = {
	KUNIT_CASE_PARAM(one_of_several_levels, irq_gen_params),
	KUNIT_CASE_PARAM(last_level, irq_gen_params),
	KUNIT_CASE_PARAM(own_release_of_what_is_left, irq_gen_params),
	KUNIT_CASE_PARAM(exited_thread, irq_gen_params),
	KUNIT_CASE_PARAM(waiters_get_in_while_the_owner_sleeps, irq_gen_params),
	KUNIT_CASE_PARAM(id_that_owns_nothing, irq_gen_params),
	{}
};

static struct kunit_suite foreign_release_irq_suite = {
	.name = "eresource_foreign_release_irq",
	.init = foreign_init,
	.test_cases = irq_cases,
};

kunit_test_suite(foreign_release_irq_suite);
