// SPDX-License-Identifier: GPL-2.0-only
/*
 * Choosing steps: by chance, from the state of the model alone, so that the
 * same seed leads to the same steps.
 */
#include <linux/bits.h>
#include <linux/string.h>

#include "oracle_run.h"

static u32 oracle_below(struct rnd_state *random, u32 limit)
{
	return prandom_u32_state(random) % limit;
}

/* How often each operation is taken, of all. */
static const u8 oracle_weights[OM_OPS] = {
	[OM_EXCLUSIVE] = 24,
	[OM_TRY_EXCLUSIVE] = 6,
	[OM_SHARED] = 24,
	[OM_STARVE] = 12,
	[OM_WAIT_FOR] = 12,
	[OM_ENTER_EXCLUSIVE] = 6,
	[OM_ENTER_SHARED] = 6,
	[OM_ENTER_WAIT_FOR] = 3,
	[OM_FLT_EXCLUSIVE] = 2,
	[OM_FLT_SHARED] = 2,
	[OM_RELEASE] = 50,
	[OM_RELEASE_LEAVE] = 10,
	[OM_FLT_RELEASE] = 3,
	[OM_RELEASE_FOR] = 14,
	[OM_RELEASE_POINTER] = 14,
	[OM_CONVERT] = 10,
	[OM_HAND_OVER] = 6,
	[OM_HAND_OVER_EX] = 4,
	[OM_HAND_OVER_BAD] = 1,
	[OM_ENTER_CRITICAL] = 6,
	[OM_LEAVE_CRITICAL] = 6,
	[OM_ENTER_FS] = 3,
	[OM_EXIT_FS] = 3,
	[OM_ENTER_GUARDED] = 4,
	[OM_LEAVE_GUARDED] = 4,
	[OM_RAISE] = 4,
	[OM_LOWER] = 4,
	[OM_DELETE] = 3,
	[OM_INIT_AGAIN] = 1,
	[OM_REINIT] = 2,
};

static enum om_op oracle_choose_op(struct rnd_state *random)
{
	u32 sum = 0, n;
	unsigned int op;

	for (op = 0; op < OM_OPS; op++)
		sum += oracle_weights[op];
	n = oracle_below(random, sum);
	for (op = 0; n >= oracle_weights[op]; op++)
		n -= oracle_weights[op];
	return op;
}

/* Which are at all possible at DISPATCH_LEVEL, or in an interrupt? */
static bool oracle_may_be_at_dispatch(enum om_op op)
{
	switch (op) {
	case OM_EXCLUSIVE:
	case OM_TRY_EXCLUSIVE:
	case OM_SHARED:
	case OM_STARVE:
	case OM_WAIT_FOR:
	case OM_RELEASE:
	case OM_RELEASE_FOR:
	case OM_RELEASE_POINTER:
	case OM_CONVERT:
	case OM_HAND_OVER:
		return true;
	default:
		return false;
	}
}

static enum om_context oracle_choose_context(struct rnd_state *random,
					     enum om_op op)
{
	if ((op == OM_RELEASE_FOR || op == OM_RELEASE_POINTER) &&
	    oracle_below(random, 2))
		return OM_SOFTIRQ;
	if (oracle_may_be_at_dispatch(op) && !oracle_below(random, 12))
		return OM_AT_DISPATCH;
	return OM_TASK;
}

/*
 * What would be a misuse mostly is when chosen blindly: look for something
 * that makes sense, but not always.
 */
static bool oracle_is_sensible(const struct om_model *model,
			       const struct om_step *step)
{
	const struct om_thread *thread = &model->thread[step->actor];
	const struct om_hold *hold = &thread->hold[step->resource];

	switch (step->op) {
	case OM_RELEASE:
	case OM_HAND_OVER:
	case OM_HAND_OVER_EX:
		return hold->levels;
	case OM_RELEASE_LEAVE:
	case OM_FLT_RELEASE:
		return hold->levels && thread->critical < 0;
	case OM_CONVERT:
		return hold->levels && hold->exclusive;
	case OM_RELEASE_FOR:
		return model->thread[step->arg].hold[step->resource].levels;
	case OM_RELEASE_POINTER:
		return model->pointer[step->arg][step->resource].levels;
	case OM_LEAVE_CRITICAL:
	case OM_EXIT_FS:
		return thread->critical < 0;
	case OM_LEAVE_GUARDED:
		return thread->guarded < 0;
	case OM_EXCLUSIVE:
	case OM_ENTER_EXCLUSIVE:
	case OM_FLT_EXCLUSIVE:
	case OM_WAIT_FOR:
	case OM_ENTER_WAIT_FOR:
		/* Waiting for oneself. */
		return !hold->levels || hold->exclusive || !step->wait;
	case OM_RAISE:
		return step->arg >= thread->irql;
	case OM_LOWER:
		return step->arg <= thread->irql;
	default:
		return true;
	}
}

static void oracle_make_up(const struct om_model *model,
			   struct rnd_state *random, u8 actor,
			   struct om_step *step)
{
	memset(step, 0, sizeof(*step));
	step->actor = actor;
	step->op = oracle_choose_op(random);
	step->resource = oracle_below(random, model->resources);
	step->wait = oracle_below(random, 3) > 0;
	step->context = oracle_choose_context(random, step->op);
	if (step->op == OM_RELEASE_FOR)
		step->arg = oracle_below(random, model->threads);
	else if (step->op == OM_RAISE || step->op == OM_LOWER)
		step->arg = oracle_below(random, 2);
	else
		step->arg = oracle_below(random, OM_POINTERS);
}

bool oracle_choose_step(const struct om_model *model, struct rnd_state *random,
			struct om_step *step)
{
	u8 able[OM_THREADS];
	unsigned int count = 0, i;
	u8 actor;

	for (i = 0; i < model->threads; i++)
		if (model->thread[i].wait == OM_RUNS)
			able[count++] = i;
	/* Somebody has to take something from those who own and wait. */
	if (!count)
		return om_unwind(model, step);
	actor = able[oracle_below(random, count)];
	for (i = 0; i < 8; i++) {
		oracle_make_up(model, random, actor, step);
		if (oracle_is_sensible(model, step) || !oracle_below(random, 24))
			break;
	}
	return true;
}
