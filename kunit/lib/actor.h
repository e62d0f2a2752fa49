/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Helper threads for cases that need more than one thread.
 *
 * An actor is a kernel thread that does what the case tells it, one step at a
 * time, and is joined at the end of the case whatever happens. A step that
 * blocks (a waiting acquire) is started with eres_actor_begin() and awaited
 * with eres_actor_finish(); eres_actor_do() is both. Between the two the case
 * polls for a state with ERES_POLL(); nothing sleeps and hopes.
 */
#ifndef ERES_KUNIT_ACTOR_H
#define ERES_KUNIT_ACTOR_H

#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/jiffies.h>

#include <ntifs.h>

/* Generous: reached only by a case that fails (debug kernel, no KVM). */
#define ERES_DEADLINE_SECONDS 20

/* Wait for @cond to hold; false if it still does not at the deadline. */
#define ERES_POLL(cond)							\
({									\
	unsigned long __end = jiffies + ERES_DEADLINE_SECONDS * HZ;	\
	bool __ok;							\
									\
	while (!(__ok = (cond)) && time_before(jiffies, __end))		\
		usleep_range(100, 200);					\
	__ok;								\
})

struct eres_actor;

/* A step: runs in the actor's thread. Its result is what the case gets. */
typedef unsigned long (*eres_step_fn)(void *arg);

/* Start an idle actor; asserts success; stopped when the case ends. */
struct eres_actor *eres_actor_start(struct kunit *test, const char *name);

/*
 * Actors that outlive a case, to be another one's: threads are dear, and not all
 * are alike. One that a case joins, or leaves at anything but rest, ends.
 */
struct eres_pool {
	struct eres_actor *first;
	unsigned int count;
};

/* As eres_actor_start(), but nothing stops it: to be put into a pool. */
struct eres_actor *eres_actor_create(struct kunit *test, const char *name);
void eres_pool_put(struct eres_pool *pool, struct eres_actor *actor);

/* Until the case ends; there must be one. */
struct eres_actor *eres_pool_get(struct eres_pool *pool, struct kunit *test,
				 const char *name);

/* With no case under way. */
void eres_pool_end(struct eres_pool *pool);

/* Hand the idle actor a step and return at once. */
void eres_actor_begin(struct eres_actor *actor, eres_step_fn fn, void *arg);

/* Is no step under way? */
bool eres_actor_idle(struct eres_actor *actor);

/* Wait, with a deadline that fails the case, for the step's end; its result. */
unsigned long eres_actor_finish(struct eres_actor *actor);

/* begin and finish */
unsigned long eres_actor_do(struct eres_actor *actor, eres_step_fn fn,
			    void *arg);

/* As eres_actor_do(), but eres_actor_finish() keeps its previous result. */
unsigned long eres_actor_peek(struct eres_actor *actor, eres_step_fn fn,
			      void *arg);

/*
 * Let the thread end and wait until it has exited and can not run any more:
 * what hooks do at thread exit is done. A thread that will not end fails the
 * case and is left behind; the module then stays loaded. Done by the end of the
 * case at the latest. The task stays allocated until then, so that its id is
 * no other thread's.
 */
void eres_actor_join(struct eres_actor *actor);

/* The id under which the actor owns resources. */
ERESOURCE_THREAD eres_actor_id(struct eres_actor *actor);

/* Its task, for send_sig() and for looking at its state. */
struct task_struct *eres_actor_task(struct eres_actor *actor);

/* For messages. */
const char *eres_actor_name(struct eres_actor *actor);

/* Is a step under way and asleep in TASK_UNINTERRUPTIBLE? */
bool eres_actor_blocked(struct eres_actor *actor);

/* Is it asleep, idle or in a step? One that has done its step runs on for a moment. */
bool eres_actor_asleep(struct eres_actor *actor);

#endif /* ERES_KUNIT_ACTOR_H */
