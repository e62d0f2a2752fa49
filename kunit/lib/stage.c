// SPDX-License-Identifier: GPL-2.0-only
/* The stage that most cases play on, and the steps that its actors take. */
#include <linux/slab.h>

#include "setting.h"
#include "state.h"

static BOOLEAN eres_call(enum eres_routine routine, PERESOURCE res,
			 BOOLEAN wait)
{
	switch (routine) {
	case ERES_EXCLUSIVE:
		return ExAcquireResourceExclusiveLite(res, wait);
	case ERES_SHARED:
		return ExAcquireResourceSharedLite(res, wait);
	case ERES_STARVE:
		return ExAcquireSharedStarveExclusive(res, wait);
	case ERES_WAIT_FOR:
		return ExAcquireSharedWaitForExclusive(res, wait);
	}
	return FALSE;
}

static unsigned long eres_acquire(enum eres_routine routine, PERESOURCE res,
				  BOOLEAN wait)
{
	BOOLEAN owned;

	KeEnterCriticalRegion();
	owned = eres_call(routine, res, wait);
	if (!owned)
		KeLeaveCriticalRegion();
	return owned;
}

/* A step has one argument, the resource: routine and Wait are in its name. */
static unsigned long try_exclusive(void *res)
{
	return eres_acquire(ERES_EXCLUSIVE, res, FALSE);
}

static unsigned long try_shared(void *res)
{
	return eres_acquire(ERES_SHARED, res, FALSE);
}

static unsigned long try_starve(void *res)
{
	return eres_acquire(ERES_STARVE, res, FALSE);
}

static unsigned long try_wait_for(void *res)
{
	return eres_acquire(ERES_WAIT_FOR, res, FALSE);
}

static unsigned long take_exclusive(void *res)
{
	return eres_acquire(ERES_EXCLUSIVE, res, TRUE);
}

static unsigned long take_shared(void *res)
{
	return eres_acquire(ERES_SHARED, res, TRUE);
}

static unsigned long take_starve(void *res)
{
	return eres_acquire(ERES_STARVE, res, TRUE);
}

static unsigned long take_wait_for(void *res)
{
	return eres_acquire(ERES_WAIT_FOR, res, TRUE);
}

static const eres_step_fn try_steps[] = {
	[ERES_EXCLUSIVE] = try_exclusive,
	[ERES_SHARED] = try_shared,
	[ERES_STARVE] = try_starve,
	[ERES_WAIT_FOR] = try_wait_for,
};

static const eres_step_fn take_steps[] = {
	[ERES_EXCLUSIVE] = take_exclusive,
	[ERES_SHARED] = take_shared,
	[ERES_STARVE] = take_starve,
	[ERES_WAIT_FOR] = take_wait_for,
};

static unsigned long drop_step(void *res)
{
	ExReleaseResourceLite(res);
	KeLeaveCriticalRegion();
	return 0;
}

static unsigned long convert_step(void *res)
{
	ExConvertExclusiveToSharedLite(res);
	return 0;
}

static unsigned long leave_step(void *unused)
{
	KeLeaveCriticalRegion();
	return 0;
}

static unsigned long eres_step(struct eres_actor *actor, eres_step_fn fn,
			       void *arg)
{
	return actor ? eres_actor_do(actor, fn, arg) : fn(arg);
}

bool eres_try(struct eres_actor *actor, enum eres_routine routine,
	      PERESOURCE res)
{
	return eres_step(actor, try_steps[routine], res);
}

void eres_ask(struct eres_actor *actor, enum eres_routine routine,
	      PERESOURCE res)
{
	eres_actor_begin(actor, take_steps[routine], res);
}

bool eres_granted(struct eres_actor *actor)
{
	return eres_actor_finish(actor);
}

bool eres_take(struct eres_actor *actor, enum eres_routine routine,
	       PERESOURCE res)
{
	return eres_step(actor, take_steps[routine], res);
}

void eres_drop(struct eres_actor *actor, PERESOURCE res, unsigned int levels)
{
	while (levels--)
		eres_step(actor, drop_step, res);
}

void eres_convert(struct eres_actor *actor, PERESOURCE res)
{
	eres_step(actor, convert_step, res);
}

void eres_leave(struct eres_actor *actor, unsigned int levels)
{
	while (levels--)
		eres_step(actor, leave_step, NULL);
}

/* Bounds for what a case can have left behind; a broken shim may say more. */
#define ERES_STAGE_LEVELS 1024
#define ERES_STAGE_ROUNDS 1000

static unsigned long abandon_step(void *res)
{
	unsigned long dropped = 0;

	while (ExIsResourceAcquiredSharedLite(res) &&
	       dropped++ < ERES_STAGE_LEVELS) {
		ExReleaseResourceLite(res);
		if (KeAreApcsDisabled())
			KeLeaveCriticalRegion();
	}
	return dropped;
}

/* Let every actor drop what it owns; is one still in a step? */
static bool eres_stage_abandon(struct eres_stage *stage, unsigned long *dropped)
{
	bool busy = false;
	unsigned int i;

	for (i = 0; i < stage->actors; i++) {
		if (eres_actor_idle(stage->actor[i]))
			*dropped += eres_actor_do(stage->actor[i], abandon_step,
						  stage->res);
		else
			busy = true;
	}
	return busy;
}

/* An actor that waits for itself: only a foreign release gets it out. */
static void eres_stage_force(struct eres_stage *stage)
{
	unsigned int i;

	for (i = 0; i < stage->actors; i++)
		if (eres_actor_blocked(stage->actor[i]))
			ExReleaseResourceForThreadLite(stage->res,
						       eres_actor_id(stage->actor[i]));
}

/* Before the first join: an actor may wait for what any other one owns. */
static void eres_stage_settle(void *data)
{
	struct eres_stage *stage = data;
	unsigned long dropped = 0;
	unsigned int round = 0;

	while (eres_stage_abandon(stage, &dropped) &&
	       round++ < ERES_STAGE_ROUNDS) {
		usleep_range(1000, 2000);
		if (round > ERES_STAGE_ROUNDS / 2)
			eres_stage_force(stage);
	}
	stage->actors = 0;
	if (round > ERES_STAGE_ROUNDS / 2)
		eres_reports_forget(&stage->reports);
	if (dropped || round > ERES_STAGE_ROUNDS / 2)
		KUNIT_FAIL(stage->test, "the case left %lu levels behind%s",
			   dropped, round > ERES_STAGE_ROUNDS / 2 ?
			   " and a thread that waits" : "");
}

struct eres_actor *eres_stage_actor(struct kunit *test, const char *name)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *actor;

	KUNIT_ASSERT_LT(test, stage->actors, ERES_STAGE_ACTORS);
	actor = eres_setting_actor(test, name, stage->res);
	stage->actor[stage->actors++] = actor;
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test,
							   eres_stage_settle,
							   stage));
	return actor;
}

struct eres_actor *eres_stage_mortal(struct kunit *test, const char *name)
{
	struct eres_stage *stage = test->priv;

	return eres_setting_actor(test, name, stage->res);
}

static void eres_stage_delete(void *data)
{
	struct eres_stage *stage = data;
	NTSTATUS status = ExDeleteResourceLite(stage->res);

	KUNIT_EXPECT_EQ(stage->test, status, STATUS_SUCCESS);
	if (status == STATUS_SUCCESS)
		kfree(stage->res);
}

int eres_stage_init(struct kunit *test)
{
	struct eres_stage *stage = kunit_kzalloc(test, sizeof(*stage),
						 GFP_KERNEL);

	if (!stage)
		return -ENOMEM;
	stage->test = test;
	test->priv = stage;
	stage->res = kzalloc(sizeof(*stage->res), GFP_KERNEL);
	if (!stage->res)
		return -ENOMEM;

	eres_reports_capture(test, &stage->reports);
	KUNIT_EXPECT_EQ(test, ExInitializeResourceLite(stage->res),
			STATUS_SUCCESS);
	return kunit_add_action_or_reset(test, eres_stage_delete, stage) ?:
	       eres_setting_apply(test, stage->res);
}
