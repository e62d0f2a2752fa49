/* SPDX-License-Identifier: GPL-2.0-only */
/* A thread that does the steps of one thread of the model. */
#ifndef ERES_ORACLE_ACTOR_H
#define ERES_ORACLE_ACTOR_H

#include <linux/sched.h>
#include <linux/wait.h>

#include <ntifs.h>

#include "oracle_model.h"

struct oracle_actor;

/* What all actors work on. */
struct oracle_world {
	/* Memory of its own in each episode: late users are noticed. */
	ERESOURCE *resource;
	struct oracle_actor *actor[OM_THREADS];
	/* Of the actors' threads, as long as nobody else can have it. */
	ERESOURCE_THREAD id[OM_THREADS];
	unsigned int threads;
	unsigned int resources;
	/* As in struct oracle_episode. */
	bool together;
	/* Where the controller waits for somebody to return. */
	wait_queue_head_t returned;
};

/* What a thread is told about itself. */
struct oracle_view {
	u32 levels[OM_RESOURCES];
	bool exclusive[OM_RESOURCES];
	bool apcs_disabled;
	bool all_apcs_disabled;
	u8 irql;
};

struct oracle_actor {
	struct oracle_world *world;
	struct task_struct *task;
	unsigned int index;
	/* The controller's until it sets @go; the actor's until @done. */
	bool go;
	struct om_step step;
	bool look_only;
	bool done;
	u32 result;
	struct oracle_view view;
};

/* One step in the calling thread, who need not be an actor. */
u32 oracle_do_step(struct oracle_world *world, const struct om_step *step);

struct oracle_actor *oracle_actor_start(struct oracle_world *world,
					unsigned int index);

/* Only while it is idle. */
void oracle_actor_stop(struct oracle_actor *actor);

/* Has it returned from what it was told to do? Then all it wrote is there. */
static inline bool oracle_actor_is_done(const struct oracle_actor *actor)
{
	/* Pairs with the release in oracle_actor_work(). */
	return smp_load_acquire(&actor->done);
}

/* @step: %NULL to have a look only */
void oracle_actor_begin(struct oracle_actor *actor, const struct om_step *step);

#endif /* ERES_ORACLE_ACTOR_H */
