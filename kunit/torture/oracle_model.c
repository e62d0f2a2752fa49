// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules of the contract, one after the other.
 *
 * Where the contract leaves open who is next, the rules are those that the
 * README promises: an exclusive owner that leaves lets all in who wait for
 * shared access or, if there are none, one that waits for exclusive access; the
 * last shared owner that leaves lets one of the latter in. Which one is open.
 */
#include <linux/bits.h>
#include <linux/bug.h>
#include <linux/string.h>

#include "oracle_model.h"

enum om_mode {
	OM_MODE_EXCLUSIVE,
	OM_MODE_SHARED,
	OM_MODE_STARVE,
	OM_MODE_WAIT_FOR,
};

void om_init(struct om_model *model, unsigned int threads,
	     unsigned int resources)
{
	memset(model, 0, sizeof(*model));
	model->threads = threads;
	model->resources = resources;
}

static void om_report(struct om_effect *effect, u32 code, u32 sub)
{
	if (!WARN_ON(effect->reports == OM_REPORTS))
		effect->report[effect->reports++] =
			(struct om_report){ code, sub };
}

/* Does anybody own @r? If @exclusively, in that mode? */
static bool om_owned(const struct om_model *model, u8 r, bool exclusively)
{
	unsigned int i;

	for (i = 0; i < model->threads; i++)
		if (model->thread[i].hold[r].levels &&
		    (!exclusively || model->thread[i].hold[r].exclusive))
			return true;
	for (i = 0; i < OM_POINTERS; i++)
		if (model->pointer[i][r].levels &&
		    (!exclusively || model->pointer[i][r].exclusive))
			return true;
	return false;
}

static bool om_waits(const struct om_model *model, unsigned int i, u8 r,
		     enum om_wait wait)
{
	const struct om_thread *thread = &model->thread[i];

	return thread->wait == wait && thread->waits_for == r;
}

u32 om_waiters(const struct om_model *model, unsigned int r, enum om_wait wait)
{
	u32 count = 0;
	unsigned int i;

	for (i = 0; i < model->threads; i++)
		count += om_waits(model, i, r, wait);
	return count;
}

static void om_own(struct om_hold *hold, bool exclusive)
{
	hold->levels = 1;
	hold->exclusive = exclusive;
}

/* May somebody who owns nothing of @r come to own it at once? */
static bool om_may_enter(const struct om_model *model, u8 r, enum om_mode mode)
{
	switch (mode) {
	case OM_MODE_EXCLUSIVE:
		return !om_owned(model, r, false);
	case OM_MODE_STARVE:
		return !om_owned(model, r, true);
	default:
		return !om_owned(model, r, true) &&
		       !om_waiters(model, r, OM_WAITS_EXCLUSIVE);
	}
}

/* May an owner of @r have one more level at once? */
static bool om_may_recurse(const struct om_model *model,
			   const struct om_hold *hold, u8 r, enum om_mode mode)
{
	if (hold->exclusive)
		return true;
	switch (mode) {
	case OM_MODE_EXCLUSIVE:
		return false;
	case OM_MODE_WAIT_FOR:
		return !om_waiters(model, r, OM_WAITS_EXCLUSIVE);
	default:
		return true;
	}
}

static void om_acquire(struct om_model *model, const struct om_step *step,
		       enum om_mode mode, bool wait, struct om_effect *effect)
{
	struct om_thread *thread = &model->thread[step->actor];
	u8 r = step->resource;
	struct om_hold *hold = &thread->hold[r];
	bool granted;

	if (step->context == OM_AT_DISPATCH) {
		om_report(effect, 0xc4, 0x20007);
		wait = false;
	}
	if (hold->levels)
		granted = om_may_recurse(model, hold, r, mode);
	else
		granted = om_may_enter(model, r, mode);

	effect->result = granted;
	if (granted && hold->levels) {
		hold->levels++;
	} else if (granted) {
		om_own(hold, mode == OM_MODE_EXCLUSIVE);
	} else if (wait) {
		/* For itself, among others. */
		if (hold->levels)
			om_report(effect, 0xc4, 0x1000);
		thread->wait = mode == OM_MODE_EXCLUSIVE ? OM_WAITS_EXCLUSIVE :
							   OM_WAITS_SHARED;
		thread->waits_for = r;
		effect->blocks = true;
	}
}

static void om_admit_shared(struct om_model *model, u8 r,
			    struct om_effect *effect)
{
	unsigned int i;

	for (i = 0; i < model->threads; i++) {
		if (!om_waits(model, i, r, OM_WAITS_SHARED))
			continue;
		model->thread[i].wait = OM_RUNS;
		om_own(&model->thread[i].hold[r], false);
		effect->granted |= BIT(i);
	}
}

/* Somebody's last level has gone. */
static void om_left(struct om_model *model, u8 r, bool exclusive,
		    struct om_effect *effect)
{
	unsigned int i;

	if (om_owned(model, r, false))
		return;
	if (exclusive && om_waiters(model, r, OM_WAITS_SHARED)) {
		om_admit_shared(model, r, effect);
		return;
	}
	effect->choice_of = r;
	for (i = 0; i < model->threads; i++)
		if (om_waits(model, i, r, OM_WAITS_EXCLUSIVE))
			effect->choice |= BIT(i);
	/* Nobody waits for shared access but for the sake of a writer. */
	WARN_ON(!effect->choice && om_waiters(model, r, OM_WAITS_SHARED));
}

void om_choose(struct om_model *model, const struct om_effect *effect,
	       unsigned int thread)
{
	model->thread[thread].wait = OM_RUNS;
	om_own(&model->thread[thread].hold[effect->choice_of], true);
}

static bool om_drop(struct om_model *model, struct om_hold *hold, u8 r,
		    struct om_effect *effect)
{
	if (!hold->levels)
		return false;
	if (!--hold->levels)
		om_left(model, r, hold->exclusive, effect);
	return true;
}

static void om_release(struct om_model *model, const struct om_step *step,
		       struct om_effect *effect)
{
	struct om_hold *hold = &model->thread[step->actor].hold[step->resource];

	if (!om_drop(model, hold, step->resource, effect))
		om_report(effect, 0xe3, 0);
}

static void om_release_for(struct om_model *model, const struct om_step *step,
			   struct om_effect *effect)
{
	struct om_hold *hold = &model->thread[step->arg].hold[step->resource];

	if (step->arg == step->actor) {
		om_release(model, step, effect);
		return;
	}
	/* Done or not, it is for the thread itself to release. */
	om_report(effect, 0x16e, 0);
	om_drop(model, hold, step->resource, effect);
}

static void om_release_pointer(struct om_model *model,
			       const struct om_step *step,
			       struct om_effect *effect)
{
	struct om_hold *hold = &model->pointer[step->arg][step->resource];

	if (!om_drop(model, hold, step->resource, effect))
		om_report(effect, 0xe3, 0);
}

static void om_convert(struct om_model *model, const struct om_step *step,
		       struct om_effect *effect)
{
	struct om_hold *hold = &model->thread[step->actor].hold[step->resource];

	if (step->context == OM_AT_DISPATCH)
		om_report(effect, 0xc4, 0x20007);
	if (!hold->levels || !hold->exclusive) {
		om_report(effect, 0x1c6, 0x16);
		return;
	}
	hold->exclusive = false;
	om_admit_shared(model, step->resource, effect);
}

static void om_hand_over(struct om_model *model, const struct om_step *step,
			 struct om_effect *effect)
{
	struct om_hold *from = &model->thread[step->actor].hold[step->resource];
	struct om_hold *to = &model->pointer[step->arg][step->resource];

	if (!from->levels || step->op == OM_HAND_OVER_BAD) {
		om_report(effect, 0x132, 0);
		return;
	}
	/* All levels, and the mode. */
	to->levels += from->levels;
	to->exclusive = from->exclusive;
	from->levels = 0;
}

static void om_leave(int *count, struct om_effect *effect)
{
	if (++*count > 0)
		om_report(effect, 0xc4, 0x3e);
}

static void om_raise(struct om_thread *thread, u8 irql,
		     struct om_effect *effect)
{
	effect->result = thread->irql;
	if (irql < thread->irql)
		om_report(effect, 0x9, 0);
	else
		thread->irql = irql;
}

static void om_lower(struct om_thread *thread, u8 irql,
		     struct om_effect *effect)
{
	if (irql > thread->irql)
		om_report(effect, 0xa, 0);
	else
		thread->irql = irql;
}

/* Deleting, and making it as new: only if nobody owns or waits. */
static void om_end(const struct om_model *model, const struct om_step *step,
		   struct om_effect *effect)
{
	if (om_owned(model, step->resource, false))
		om_report(effect, 0xc4, 0x100b);
	else
		effect->result = true;
}

void om_apply(struct om_model *model, const struct om_step *step,
	      struct om_effect *effect)
{
	struct om_thread *thread = &model->thread[step->actor];

	memset(effect, 0, sizeof(*effect));
	switch ((enum om_op)step->op) {
	case OM_EXCLUSIVE:
		om_acquire(model, step, OM_MODE_EXCLUSIVE, step->wait, effect);
		break;
	case OM_TRY_EXCLUSIVE:
		om_acquire(model, step, OM_MODE_EXCLUSIVE, false, effect);
		break;
	case OM_SHARED:
		om_acquire(model, step, OM_MODE_SHARED, step->wait, effect);
		break;
	case OM_STARVE:
		om_acquire(model, step, OM_MODE_STARVE, step->wait, effect);
		break;
	case OM_WAIT_FOR:
		om_acquire(model, step, OM_MODE_WAIT_FOR, step->wait, effect);
		break;
	case OM_ENTER_EXCLUSIVE:
	case OM_FLT_EXCLUSIVE:
		thread->critical--;
		om_acquire(model, step, OM_MODE_EXCLUSIVE, true, effect);
		break;
	case OM_ENTER_SHARED:
	case OM_FLT_SHARED:
		thread->critical--;
		om_acquire(model, step, OM_MODE_SHARED, true, effect);
		break;
	case OM_ENTER_WAIT_FOR:
		thread->critical--;
		om_acquire(model, step, OM_MODE_WAIT_FOR, true, effect);
		break;
	case OM_RELEASE:
		om_release(model, step, effect);
		break;
	case OM_RELEASE_LEAVE:
	case OM_FLT_RELEASE:
		om_release(model, step, effect);
		om_leave(&thread->critical, effect);
		break;
	case OM_RELEASE_FOR:
		om_release_for(model, step, effect);
		break;
	case OM_RELEASE_POINTER:
		om_release_pointer(model, step, effect);
		break;
	case OM_CONVERT:
		om_convert(model, step, effect);
		break;
	case OM_HAND_OVER:
	case OM_HAND_OVER_EX:
	case OM_HAND_OVER_BAD:
		om_hand_over(model, step, effect);
		break;
	case OM_ENTER_CRITICAL:
	case OM_ENTER_FS:
		thread->critical--;
		break;
	case OM_LEAVE_CRITICAL:
	case OM_EXIT_FS:
		om_leave(&thread->critical, effect);
		break;
	case OM_ENTER_GUARDED:
		thread->guarded--;
		break;
	case OM_LEAVE_GUARDED:
		om_leave(&thread->guarded, effect);
		break;
	case OM_RAISE:
		om_raise(thread, step->arg, effect);
		break;
	case OM_LOWER:
		om_lower(thread, step->arg, effect);
		break;
	case OM_INIT_AGAIN:
		om_report(effect, 0xc4, 0xd0);
		break;
	case OM_DELETE:
		om_end(model, step, effect);
		break;
	case OM_REINIT:
		/* There is no other status. */
		om_end(model, step, effect);
		effect->result = true;
		break;
	case OM_OPS:
		break;
	}
}

static bool om_unwind_resource(const struct om_model *model, u8 r,
			       struct om_step *step)
{
	unsigned int i;

	step->resource = r;
	for (i = 0; i < OM_POINTERS; i++) {
		if (model->pointer[i][r].levels) {
			step->actor = OM_CONTROLLER;
			step->op = OM_RELEASE_POINTER;
			step->arg = i;
			return true;
		}
	}
	for (i = 0; i < model->threads; i++) {
		bool runs = model->thread[i].wait == OM_RUNS;

		if (model->thread[i].hold[r].levels) {
			step->actor = runs ? i : OM_CONTROLLER;
			step->op = runs ? OM_RELEASE : OM_RELEASE_FOR;
			step->arg = i;
			return true;
		}
	}
	return false;
}

static bool om_unwind_thread(const struct om_thread *thread,
			     struct om_step *step)
{
	if (thread->wait != OM_RUNS)
		return false;
	if (thread->critical)
		step->op = thread->critical < 0 ? OM_LEAVE_CRITICAL :
						  OM_ENTER_CRITICAL;
	else if (thread->guarded)
		step->op = thread->guarded < 0 ? OM_LEAVE_GUARDED :
						 OM_ENTER_GUARDED;
	else if (thread->irql)
		step->op = OM_LOWER;
	else
		return false;
	return true;
}

bool om_unwind(const struct om_model *model, struct om_step *step)
{
	unsigned int i;

	for (i = 0; i < model->resources; i++) {
		memset(step, 0, sizeof(*step));
		if (om_unwind_resource(model, i, step))
			return true;
	}
	for (i = 0; i < model->threads; i++) {
		memset(step, 0, sizeof(*step));
		step->actor = i;
		if (om_unwind_thread(&model->thread[i], step))
			return true;
	}
	return false;
}
