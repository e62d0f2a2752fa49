// SPDX-License-Identifier: GPL-2.0-only
/*
 * An episode: actors and resources are made, steps are done one by one, each
 * compared with the model, all is unwound by further steps, and gone.
 *
 * A step that the model says blocks is over when the waiter count shows it;
 * whether it really does not return is looked at after every step from then on.
 */
#include <linux/bitops.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "oracle_run.h"
#include "report/report.h"

struct oracle_run {
	struct oracle_episode *episode;
	/* Who does what is to be done when no actor can. */
	ERESOURCE_THREAD controller;
	struct oracle_world world;
	struct om_model model;
	/* Reports of the present step: any context, one at a time. */
	struct om_report seen[OM_REPORTS];
	unsigned int reports;
};

struct oracle_run *oracle_run_new(void)
{
	struct oracle_run *run = kzalloc(sizeof(*run), GFP_KERNEL);

	if (run)
		init_waitqueue_head(&run->world.returned);
	return run;
}

void oracle_run_free(struct oracle_run *run)
{
	kfree(run);
}

static bool oracle_has_resource(const struct oracle_world *world,
				unsigned long address)
{
	unsigned long first = (unsigned long)READ_ONCE(world->resource);

	return first && address - first < OM_RESOURCES * sizeof(ERESOURCE);
}

/* A softirq may have interrupted anybody; what is done there is to a resource. */
bool oracle_run_claims(const struct oracle_run *run,
		       const struct eres_report *report)
{
	unsigned int i;

	if (report->thread.context & ERES_AT_SOFTIRQ)
		return oracle_has_resource(&run->world, report->param[0]);
	for (i = 0; i < OM_THREADS; i++)
		if (READ_ONCE(run->world.id[i]) == report->thread.id)
			return true;
	return READ_ONCE(run->controller) == report->thread.id;
}

void oracle_run_note(struct oracle_run *run, const struct eres_report *report)
{
	struct om_report seen = { .code = report->code };

	if (report->code == ERES_VERIFIER ||
	    report->code == ERES_FAST_PRECONDITION)
		seen.sub = report->param[0];
	if (run->reports < OM_REPORTS)
		run->seen[run->reports] = seen;
	run->reports++;
}

__printf(2, 3)
static bool oracle_differs(struct oracle_run *run, const char *format, ...)
{
	struct oracle_episode *episode = run->episode;
	va_list args;

	if (episode->failed)
		return false;
	episode->failed = true;
	va_start(args, format);
	vscnprintf(episode->result->what, sizeof(episode->result->what),
		   format, args);
	va_end(args);
	return false;
}

static bool oracle_await_done(struct oracle_run *run, unsigned int i)
{
	if (wait_event_timeout(run->world.returned,
			       oracle_actor_is_done(run->world.actor[i]),
			       run->episode->patience))
		return true;
	run->episode->stuck = true;
	return oracle_differs(run, "T%u does not return", i);
}

static bool oracle_waiters_are_right(struct oracle_run *run, unsigned int r)
{
	PERESOURCE resource = &run->world.resource[r];

	return ExGetExclusiveWaiterCount(resource) ==
	       om_waiters(&run->model, r, OM_WAITS_EXCLUSIVE) &&
	       ExGetSharedWaiterCount(resource) ==
	       om_waiters(&run->model, r, OM_WAITS_SHARED);
}

static bool oracle_await_block(struct oracle_run *run,
			       const struct om_step *step)
{
	struct oracle_actor *actor = run->world.actor[step->actor];
	unsigned long end = jiffies + run->episode->patience;

	run->episode->result->blocked++;
	while (!oracle_waiters_are_right(run, step->resource)) {
		if (oracle_actor_is_done(actor))
			return oracle_differs(run,
					      "returns %u instead of blocking",
					      actor->result);
		if (time_after(jiffies, end))
			return oracle_differs(run,
					      "neither returns nor is counted as waiting");
		usleep_range(50, 100);
	}
	return true;
}

/* All of @granted have been let in, and say so. */
static bool oracle_await_granted(struct oracle_run *run, u32 granted)
{
	unsigned int i;

	for (i = 0; i < run->model.threads; i++) {
		if (!(granted & BIT(i)))
			continue;
		if (!oracle_await_done(run, i))
			return false;
		if (!run->world.actor[i]->result)
			return oracle_differs(run,
					      "T%u waited and is denied", i);
	}
	return true;
}

/* One of @threads that has returned; their number if none has. */
static unsigned int oracle_returned(struct oracle_run *run, u32 threads)
{
	unsigned int i;

	for (i = 0; i < run->model.threads; i++)
		if (threads & BIT(i) &&
		    oracle_actor_is_done(run->world.actor[i]))
			break;
	return i;
}

/* Any one of those who could be next. */
static bool oracle_await_choice(struct oracle_run *run,
				const struct om_effect *effect)
{
	unsigned int nobody = run->model.threads;
	unsigned int chosen = nobody;

	if (!effect->choice)
		return true;
	if (hweight32(effect->choice) > 1)
		run->episode->result->choices++;
	wait_event_timeout(run->world.returned,
			   (chosen = oracle_returned(run, effect->choice)) !=
				   nobody,
			   run->episode->patience);
	if (chosen == nobody) {
		run->episode->stuck = true;
		return oracle_differs(run, "no exclusive waiter is let in");
	}
	om_choose(&run->model, effect, chosen);
	return oracle_await_granted(run, BIT(chosen));
}

static bool oracle_check_reports(struct oracle_run *run,
				 const struct om_effect *effect)
{
	unsigned int i;

	run->episode->result->misuses += effect->reports;
	if (run->reports != effect->reports)
		return oracle_differs(run,
				      "%u reports instead of %u, the first 0x%x/0x%x",
				      run->reports, effect->reports,
				      run->seen[0].code, run->seen[0].sub);
	for (i = 0; i < effect->reports; i++)
		if (run->seen[i].code != effect->report[i].code ||
		    run->seen[i].sub != effect->report[i].sub)
			return oracle_differs(run,
					      "0x%x/0x%x is reported instead of 0x%x/0x%x",
					      run->seen[i].code,
					      run->seen[i].sub,
					      effect->report[i].code,
					      effect->report[i].sub);
	return true;
}

static bool oracle_check_view(struct oracle_run *run, unsigned int i)
{
	const struct om_thread *thread = &run->model.thread[i];
	const struct oracle_view *view = &run->world.actor[i]->view;
	bool all_disabled = thread->guarded || thread->irql;
	unsigned int r;

	for (r = 0; r < run->model.resources; r++) {
		u32 levels = thread->hold[r].levels;
		bool exclusive = levels && thread->hold[r].exclusive;

		if (run->episode->lie && levels == 3)
			levels = 2;
		if (view->levels[r] != levels || view->exclusive[r] != exclusive)
			return oracle_differs(run,
					      "T%u has %u levels of R%u%s instead of %u%s",
					      i, view->levels[r], r,
					      view->exclusive[r] ? ", exclusively," : "",
					      levels,
					      exclusive ? ", exclusively" : "");
	}
	if (view->apcs_disabled != (thread->critical || thread->guarded) ||
	    view->all_apcs_disabled != all_disabled ||
	    view->irql != thread->irql)
		return oracle_differs(run,
				      "T%u: APCs disabled %d, all %d, IRQL %u with counters %d, %d, IRQL %u",
				      i, view->apcs_disabled,
				      view->all_apcs_disabled, view->irql,
				      thread->critical, thread->guarded,
				      thread->irql);
	return true;
}

/* @fresh: has had a look already */
static bool oracle_check_all(struct oracle_run *run, u32 fresh)
{
	unsigned int i;

	for (i = 0; i < run->model.resources; i++)
		if (!oracle_waiters_are_right(run, i))
			return oracle_differs(run,
					      "R%u counts %u exclusive and %u shared waiters",
					      i,
					      ExGetExclusiveWaiterCount(&run->world.resource[i]),
					      ExGetSharedWaiterCount(&run->world.resource[i]));
	for (i = 0; i < run->model.threads; i++) {
		struct oracle_actor *actor = run->world.actor[i];

		if (run->model.thread[i].wait == OM_RUNS) {
			if (!(fresh & BIT(i)))
				oracle_actor_begin(actor, NULL);
		} else if (oracle_actor_is_done(actor)) {
			return oracle_differs(run,
					      "T%u was to wait and has returned %u",
					      i, actor->result);
		}
	}
	/* Likewise. */
	cond_resched();
	for (i = 0; i < run->model.threads; i++)
		if (run->model.thread[i].wait == OM_RUNS &&
		    (!oracle_await_done(run, i) || !oracle_check_view(run, i)))
			return false;
	return true;
}

/* The step itself, until it has returned, or blocks as it should. */
static bool oracle_take_step(struct oracle_run *run, const struct om_step *step,
			     const struct om_effect *effect)
{
	u32 result;

	if (step->actor == OM_CONTROLLER) {
		oracle_do_step(&run->world, step);
		return true;
	}
	oracle_actor_begin(run->world.actor[step->actor], step);
	/* If they are together, whoever can go on now does so here. */
	cond_resched();
	if (effect->blocks)
		return oracle_await_block(run, step);
	if (!oracle_await_done(run, step->actor))
		return false;
	result = run->world.actor[step->actor]->result;
	if (result != effect->result)
		return oracle_differs(run, "returns %u instead of %u", result,
				      effect->result);
	return true;
}

static bool oracle_step(struct oracle_run *run, const struct om_step *step)
{
	struct om_effect effect;
	u32 fresh = 0;

	run->episode->result->steps++;
	run->reports = 0;
	om_apply(&run->model, step, &effect);
	if (step->actor != OM_CONTROLLER && !effect.blocks)
		fresh = BIT(step->actor);
	return oracle_take_step(run, step, &effect) &&
	       oracle_await_granted(run, effect.granted) &&
	       oracle_await_choice(run, &effect) &&
	       oracle_check_reports(run, &effect) &&
	       oracle_check_all(run, fresh);
}

static bool oracle_do_steps(struct oracle_run *run, bool given)
{
	struct oracle_episode *episode = run->episode;
	unsigned int i;

	for (i = 0; i < episode->count; i++) {
		struct om_step *step = &episode->steps[i];
		bool able = step->actor == OM_CONTROLLER ||
			    run->model.thread[step->actor].wait == OM_RUNS;

		if (!given &&
		    !oracle_choose_step(&run->model, &episode->random, step)) {
			episode->count = i;
			break;
		}
		/* With others left out, one may wait that did not. */
		if (given && !able)
			continue;
		episode->failed_at = i;
		if (!oracle_step(run, step))
			return false;
	}
	episode->failed_at = episode->count;
	return true;
}

static bool oracle_unwind(struct oracle_run *run)
{
	struct om_step step;

	while (om_unwind(&run->model, &step))
		if (!oracle_step(run, &step))
			return false;
	return true;
}

static bool oracle_all_done(const struct oracle_run *run)
{
	unsigned int i;

	for (i = 0; i < run->world.threads; i++)
		if (!oracle_actor_is_done(run->world.actor[i]))
			return false;
	return true;
}

/* Out of regions, as far as the model knows of them. */
static void oracle_bring_home(struct oracle_run *run)
{
	struct om_effect effect;
	struct om_step step;
	unsigned int i;

	for (i = 0; i < run->model.threads; i++) {
		memset(run->model.thread[i].hold, 0,
		       sizeof(run->model.thread[i].hold));
		run->model.thread[i].wait = OM_RUNS;
	}
	memset(run->model.pointer, 0, sizeof(run->model.pointer));
	while (om_unwind(&run->model, &step)) {
		om_apply(&run->model, &step, &effect);
		oracle_actor_begin(run->world.actor[step.actor], &step);
		if (!oracle_await_done(run, step.actor))
			return;
	}
}

/*
 * The model is no guide any more: take more levels from everybody than anybody
 * can have.
 */
static void oracle_take_apart(struct oracle_run *run)
{
	unsigned long end = jiffies + 5 * HZ;
	struct om_step step = { .actor = OM_CONTROLLER };
	unsigned int n;

	do {
		for (n = 0; n < ERES_ORACLE_KEPT * run->world.resources; n++) {
			step.resource = n % run->world.resources;
			step.op = OM_RELEASE_FOR;
			for (step.arg = 0; step.arg < run->world.threads; step.arg++)
				oracle_do_step(&run->world, &step);
			step.op = OM_RELEASE_POINTER;
			for (step.arg = 0; step.arg < OM_POINTERS; step.arg++)
				oracle_do_step(&run->world, &step);
		}
		msleep(20);
	} while (!oracle_all_done(run) && time_before(jiffies, end));
	run->episode->stuck = !oracle_all_done(run);
	if (!run->episode->stuck)
		oracle_bring_home(run);
}

static bool oracle_begin(struct oracle_run *run)
{
	struct oracle_world *world = &run->world;
	unsigned int i;

	WRITE_ONCE(world->resource, kcalloc(OM_RESOURCES, sizeof(ERESOURCE),
					    GFP_KERNEL));
	if (!world->resource)
		return false;
	world->resources = run->episode->resources;
	world->together = run->episode->together;
	for (i = 0; i < world->resources; i++)
		(ExInitializeResourceLite)(&world->resource[i]);
	for (i = 0; i < run->episode->threads; i++) {
		world->actor[i] = oracle_actor_start(world, i);
		if (!world->actor[i])
			return false;
		world->threads++;
	}
	om_init(&run->model, world->threads, world->resources);
	return true;
}

static void oracle_end(struct oracle_run *run)
{
	struct oracle_world *world = &run->world;
	unsigned int i;

	while (world->threads)
		oracle_actor_stop(world->actor[--world->threads]);
	for (i = 0; i < world->resources; i++)
		if (!NT_SUCCESS(ExDeleteResourceLite(&world->resource[i])))
			oracle_differs(run, "R%u can not be deleted", i);
	kfree(world->resource);
	WRITE_ONCE(world->resource, NULL);
	world->resources = 0;
}

void oracle_run_episode(struct oracle_episode *episode, bool given)
{
	struct oracle_run *run = episode->run;

	episode->failed = false;
	run->episode = episode;
	WRITE_ONCE(run->controller, (ERESOURCE_THREAD)current);
	if (oracle_begin(run) &&
	    !(oracle_do_steps(run, given) && oracle_unwind(run)))
		oracle_take_apart(run);
	if (!episode->stuck)
		oracle_end(run);
	/* A thread that comes later may have the same id. */
	WRITE_ONCE(run->controller, 0);
	episode->result->episodes++;
}
