// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads that exit: in order, owning resources, inside of regions. Nothing is
 * released for them and nothing is forgotten.
 */
#include <linux/slab.h>

#include "region.h"
#include "setting.h"
#include "state.h"

static unsigned long enter_guarded_step(void *unused)
{
	KeEnterGuardedRegion();
	return 0;
}

static unsigned long leave_guarded_step(void *unused)
{
	KeLeaveGuardedRegion();
	return 0;
}

static unsigned long enter_critical_step(void *unused)
{
	KeEnterCriticalRegion();
	return 0;
}

static unsigned long leave_critical_step(void *unused)
{
	KeLeaveCriticalRegion();
	return 0;
}

static unsigned long raise_step(void *unused)
{
	KIRQL old;

	KeRaiseIrql(APC_LEVEL, &old);
	return old;
}

static void orderly_exit_is_silent(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *actor = eres_stage_mortal(test, "orderly");
	enum eres_routine routine;

	for (routine = ERES_EXCLUSIVE; routine <= ERES_WAIT_FOR; routine++) {
		eres_take(actor, routine, stage->res);
		eres_take(actor, routine, stage->res);
		eres_drop(actor, stage->res, 2);
	}
	eres_take(actor, ERES_EXCLUSIVE, stage->res);
	eres_convert(actor, stage->res);
	eres_drop(actor, stage->res, 1);
	eres_actor_do(actor, enter_guarded_step, NULL);
	eres_actor_do(actor, leave_guarded_step, NULL);
	eres_actor_join(actor);

	eres_expect_no_report(test, &stage->reports);
	eres_expect_free(test, stage->res);
}

struct exit_param {
	const char *name;
	int critical;
	int guarded;
	KIRQL irql;
	/* As Windows combines them: guarded in the upper 16 bits */
	u32 counters;
};

static const struct exit_param exit_params[] = {
	{ "critical", 1, 0, PASSIVE_LEVEL, 0x0000ffff },
	{ "critical, three deep", 3, 0, PASSIVE_LEVEL, 0x0000fffd },
	{ "guarded", 0, 1, PASSIVE_LEVEL, 0xffff0000 },
	{ "both", 2, 1, PASSIVE_LEVEL, 0xfffffffe },
	{ "critical at APC_LEVEL", 1, 0, APC_LEVEL, 0x0000ffff },
	{ "critical left too often", -1, 0, PASSIVE_LEVEL, 0x00000001 },
	{ "guarded left too often", 0, -2, PASSIVE_LEVEL, 0x00020000 },
	{ "one of each", 1, -1, PASSIVE_LEVEL, 0x0001ffff },
};

KUNIT_ARRAY_PARAM_DESC(exit, exit_params, name);

static void repeat(struct eres_actor *actor, int times, eres_step_fn enter,
		   eres_step_fn leave)
{
	for (; times > 0; times--)
		eres_actor_do(actor, enter, NULL);
	for (; times < 0; times++)
		eres_actor_do(actor, leave, NULL);
}

static void exit_in_a_region_is_reported(struct kunit *test)
{
	const struct exit_param *param = test->param_value;
	struct eres_stage *stage = test->priv;
	struct eres_actor *actor = eres_stage_mortal(test, "leaver");

	repeat(actor, param->critical, enter_critical_step,
	       leave_critical_step);
	repeat(actor, param->guarded, enter_guarded_step, leave_guarded_step);
	if (param->irql == APC_LEVEL)
		eres_actor_do(actor, raise_step, NULL);
	/* The unmatched leaves, which are not the subject here */
	eres_reports_forget(&stage->reports);

	eres_actor_join(actor);
	eres_expect_report(test, &stage->reports,
			   ERES_KERNEL_APC_PENDING_DURING_EXIT, 0,
			   param->counters, param->irql, 0);
	eres_expect_no_region(test);
}

#define OWNED 12

/* How many reports say that @owner exited owning @res? */
static unsigned int count_reports(struct eres_stage *stage, PERESOURCE res,
				  struct eres_actor *owner)
{
	unsigned int count = 0, i;

	for (i = 0; i < eres_reports_count(&stage->reports); i++) {
		const struct eres_report *seen = &stage->reports.seen[i];

		count += seen->code == ERES_VERIFIER &&
			 seen->param[0] == ERES_V_EXIT_OWNING &&
			 seen->param[1] == eres_actor_id(owner) &&
			 seen->param[2] == (unsigned long)res;
	}
	return count;
}

static void release_dead(struct kunit *test, PERESOURCE res,
			 struct eres_actor *dead)
{
	struct eres_stage *stage = test->priv;

	ExReleaseResourceForThreadLite(res, eres_actor_id(dead));
	eres_expect_report(test, &stage->reports, ERES_INVALID_RELEASE, res,
			   ExGetCurrentResourceThread(), eres_actor_id(dead),
			   0);
}

/* More resources than there are holds in a record. */
static void exit_owning_is_reported_for_each(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *actor = eres_stage_mortal(test, "owner");
	struct eres_actor *other = eres_stage_actor(test, "other");
	ERESOURCE *res = kcalloc(OWNED, sizeof(*res), GFP_KERNEL);
	unsigned int i, j;

	KUNIT_ASSERT_NOT_NULL(test, res);
	for (i = 0; i < OWNED; i++) {
		ExInitializeResourceLite(&res[i]);
		eres_take(actor, i & 1 ? ERES_SHARED : ERES_EXCLUSIVE, &res[i]);
	}
	eres_leave(actor, OWNED);
	eres_expect_no_report(test, &stage->reports);
	eres_actor_join(actor);

	KUNIT_EXPECT_EQ(test, OWNED, eres_reports_count(&stage->reports));
	for (i = 0; i < OWNED; i++) {
		bool got;

		KUNIT_EXPECT_EQ(test, 1, count_reports(stage, &res[i], actor));

		/* Still owned, in its mode */
		KUNIT_EXPECT_FALSE(test,
				   eres_try(other, ERES_EXCLUSIVE, &res[i]));
		got = eres_try(other, ERES_SHARED, &res[i]);
		KUNIT_EXPECT_EQ(test, got, i & 1);
		eres_drop(other, &res[i], got);
	}
	eres_reports_forget(&stage->reports);

	for (i = 0, j = 0; i < OWNED; i++) {
		release_dead(test, &res[i], actor);
		eres_expect_free(test, &res[i]);
		j += ExDeleteResourceLite(&res[i]) == STATUS_SUCCESS;
	}
	KUNIT_EXPECT_EQ(test, j, OWNED);
	if (j == OWNED)
		kfree(res);
}

/* A thread that exits owning @levels of @res; the report is accounted for. */
static struct eres_actor *die_owning(struct kunit *test, PERESOURCE res,
				     enum eres_routine routine,
				     unsigned int levels)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *actor = eres_stage_mortal(test, "dead");
	unsigned int i;

	for (i = 0; i < levels; i++)
		eres_take(actor, routine, res);
	eres_leave(actor, levels);
	eres_actor_join(actor);
	eres_expect_report(test, &stage->reports, ERES_VERIFIER,
			   ERES_V_EXIT_OWNING, eres_actor_id(actor), res, 0);
	return actor;
}

static void delete_ends_what_the_dead_own(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *dead;
	PERESOURCE res = kzalloc(sizeof(*res), GFP_KERNEL);
	int owners;

	KUNIT_ASSERT_NOT_NULL(test, res);
	ExInitializeResourceLite(res);
	dead = die_owning(test, res, ERES_EXCLUSIVE, 3);
	KUNIT_EXPECT_EQ(test, STATUS_SUCCESS, ExDeleteResourceLite(res));
	eres_expect_report(test, &stage->reports, ERES_VERIFIER,
			   ERES_V_DELETE_OWNED, res, eres_actor_id(dead), 0);

	/* The memory is as good as any, and the dead owns nothing of it. */
	ExInitializeResourceLite(res);
	release_dead(test, res, dead);
	eres_expect_free(test, res);

	for (owners = 0; owners < 3; owners++)
		die_owning(test, res, ERES_SHARED, owners + 1);
	KUNIT_EXPECT_EQ(test, STATUS_SUCCESS, ExDeleteResourceLite(res));
	/* Of threads that share none is named. */
	eres_expect_report(test, &stage->reports, ERES_VERIFIER,
			   ERES_V_DELETE_OWNED, res, 0, 0);

	KUNIT_EXPECT_EQ(test, STATUS_SUCCESS, ExInitializeResourceLite(res));
	eres_expect_free(test, res);
	eres_expect_no_report(test, &stage->reports);
	/* Lost rather than freed, should it not go. */
	if (ExDeleteResourceLite(res) == STATUS_SUCCESS)
		kfree(res);
	else
		KUNIT_FAIL(test, "the resource can not be deleted");
}

static void expect_delete_refused(struct kunit *test, ERESOURCE_THREAD owner)
{
	struct eres_stage *stage = test->priv;

	KUNIT_EXPECT_EQ(test, STATUS_UNSUCCESSFUL,
			ExDeleteResourceLite(stage->res));
	eres_expect_report(test, &stage->reports, ERES_VERIFIER,
			   ERES_V_DELETE_OWNED, stage->res, owner, 0);
}

static void delete_spares_the_living(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *living = eres_stage_actor(test, "living");
	struct eres_actor *other = eres_stage_actor(test, "other");
	struct eres_actor *dead;

	dead = die_owning(test, stage->res, ERES_SHARED, 1);
	eres_take(living, ERES_SHARED, stage->res);
	expect_delete_refused(test, 0);
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_SHARED(living, 1));

	/* The dead one's level is still there, too. */
	eres_drop(living, stage->res, 1);
	KUNIT_EXPECT_FALSE(test, eres_try(other, ERES_EXCLUSIVE, stage->res));
	release_dead(test, stage->res, dead);
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

static void delete_spares_an_owner_pointer(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *other = eres_stage_actor(test, "other");
	struct eres_actor *dead;

	dead = die_owning(test, stage->res, ERES_SHARED, 1);
	eres_take(ERES_SELF, ERES_SHARED, stage->res);
	ExSetResourceOwnerPointer(stage->res, (PVOID)3);
	eres_leave(ERES_SELF, 1);
	expect_delete_refused(test, 3);

	release_dead(test, stage->res, dead);
	KUNIT_EXPECT_FALSE(test, eres_try(other, ERES_EXCLUSIVE, stage->res));
	ExReleaseResourceForThreadLite(stage->res, 3);
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

static void delete_spares_waiters_of_the_dead(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *writer = eres_stage_actor(test, "writer");
	struct eres_actor *dead;

	dead = die_owning(test, stage->res, ERES_EXCLUSIVE, 1);
	eres_ask(writer, ERES_EXCLUSIVE, stage->res);
	ERES_EXPECT(test, stage->res, 1, 0, WAITS(writer));
	expect_delete_refused(test, eres_actor_id(dead));
	ERES_EXPECT(test, stage->res, 1, 0, WAITS(writer));

	release_dead(test, stage->res, dead);
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_EXCLUSIVE(writer, 1));
	eres_drop(writer, stage->res, 1);
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, &stage->reports);
}

ERES_RULES(thread_exit,
	   KUNIT_CASE(orderly_exit_is_silent),
	   KUNIT_CASE_PARAM(exit_in_a_region_is_reported, exit_gen_params),
	   KUNIT_CASE(exit_owning_is_reported_for_each),
	   KUNIT_CASE(delete_ends_what_the_dead_own),
	   KUNIT_CASE(delete_spares_the_living),
	   KUNIT_CASE(delete_spares_an_owner_pointer),
	   KUNIT_CASE(delete_spares_waiters_of_the_dead));
