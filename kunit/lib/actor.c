// SPDX-License-Identifier: GPL-2.0-only
/* Helper threads for cases that need more than one thread. */
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include <compat.h>

#include "actor.h"

/**
 * struct eres_actor - a thread and the step that it does
 * @test: the case; %NULL in a pool
 * @task: the thread, with a reference until the end of the case
 * @name: for messages
 * @wake: where the idle thread waits for @busy or @stop
 * @done: where the case waits for !@busy
 * @fn: the step; written by the case before @busy, as is @arg
 * @arg: its argument
 * @result: its result; written by the thread before it clears @busy
 * @busy: true until it runs, and from begin to the step's end; release/acquire hands over the rest
 * @stop: set by the case to let the thread end
 * @joined: the case has waited for the thread's end, or has given up
 * @leaked: given up: the thread still uses this structure
 * @pool: where it goes when the case ends; %NULL: it ends with the case
 * @next: in @pool
 */
struct eres_actor {
	struct kunit *test;
	struct task_struct *task;
	const char *name;
	wait_queue_head_t wake;
	wait_queue_head_t done;
	eres_step_fn fn;
	void *arg;
	unsigned long result;
	bool busy;
	bool stop;
	bool joined;
	bool leaked;
	struct eres_pool *pool;
	struct eres_actor *next;
};

static void eres_actor_has_done(struct eres_actor *actor)
{
	/* Pairs with eres_actor_idle(). */
	smp_store_release(&actor->busy, false);
	wake_up(&actor->done);
}

static int eres_actor_thread(void *data)
{
	struct eres_actor *actor = data;

	eres_actor_has_done(actor);
	for (;;) {
		/* TASK_IDLE: not to be mistaken for a step that blocks. */
		wait_event_idle(actor->wake, smp_load_acquire(&actor->busy) ||
				READ_ONCE(actor->stop));
		if (!READ_ONCE(actor->busy))
			break;
		current->kunit_test = actor->test;
		actor->result = actor->fn(actor->arg);
		current->kunit_test = NULL;
		eres_actor_has_done(actor);
	}
	return 0;
}

/* TASK_DEAD is what a thread sets before it schedules for the last time. */
static bool eres_actor_dead(struct eres_actor *actor)
{
	return READ_ONCE(actor->task->__state) == TASK_DEAD;
}

/* A case that has failed already need not take its time over the rest. */
static unsigned long eres_actor_deadline(struct eres_actor *actor)
{
	return actor->test && READ_ONCE(actor->test->status) == KUNIT_FAILURE ?
		       HZ : ERES_DEADLINE_SECONDS * HZ;
}

static bool eres_actor_await_death(struct eres_actor *actor)
{
	unsigned long end = jiffies + eres_actor_deadline(actor);

	while (!eres_actor_dead(actor) && time_before(jiffies, end))
		usleep_range(100, 200);
	return eres_actor_dead(actor);
}

static void eres_actor_stop(struct eres_actor *actor)
{
	WRITE_ONCE(actor->stop, true);
	wake_up(&actor->wake);
}

void eres_actor_join(struct eres_actor *actor)
{
	if (actor->joined)
		return;
	actor->joined = true;
	eres_actor_stop(actor);
	if (eres_actor_await_death(actor))
		return;

	/* What the thread runs and refers to must stay. */
	actor->leaked = true;
	__module_get(THIS_MODULE);
	if (!actor->test)
		pr_err("an idle actor does not end: thread and module left behind\n");
	else
		KUNIT_FAIL(actor->test,
			   "%s does not end: thread and module left behind",
			   actor->name);
}

static void eres_actor_end(struct eres_actor *actor)
{
	eres_actor_join(actor);
	if (actor->leaked)
		return;
	put_task_struct(actor->task);
	kfree(actor);
}

static unsigned long at_rest_step(void *unused)
{
	return !KeAreApcsDisabled() && !KeAreAllApcsDisabled() &&
	       KeGetCurrentIrql() == PASSIVE_LEVEL;
}

static void eres_actor_cleanup(void *data)
{
	struct eres_actor *actor = data;

	if (actor->pool && !actor->joined && eres_actor_idle(actor) &&
	    eres_actor_do(actor, at_rest_step, NULL))
		eres_pool_put(actor->pool, actor);
	else
		eres_actor_end(actor);
}

struct eres_actor *eres_actor_create(struct kunit *test, const char *name)
{
	struct eres_actor *actor = kzalloc(sizeof(*actor), GFP_KERNEL);
	struct task_struct *task;

	KUNIT_ASSERT_NOT_NULL(test, actor);
	actor->test = test;
	actor->name = name;
	init_waitqueue_head(&actor->wake);
	init_waitqueue_head(&actor->done);
	actor->busy = true;

	task = kthread_create(eres_actor_thread, actor, "eres/%s", name);
	if (IS_ERR(task))
		kfree(actor);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	actor->task = get_task_struct(task);
	wake_up_process(task);
	/* Since 6.14 a kernel thread sets its affinity when it begins: not after a case has. */
	wait_event(actor->done, eres_actor_idle(actor));
	return actor;
}

struct eres_actor *eres_actor_start(struct kunit *test, const char *name)
{
	struct eres_actor *actor = eres_actor_create(test, name);

	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test,
							   eres_actor_cleanup,
							   actor));
	return actor;
}

void eres_pool_put(struct eres_pool *pool, struct eres_actor *actor)
{
	actor->test = NULL;
	actor->pool = pool;
	actor->next = pool->first;
	pool->first = actor;
	pool->count++;
}

struct eres_actor *eres_pool_get(struct eres_pool *pool, struct kunit *test,
				 const char *name)
{
	struct eres_actor *actor = pool->first;

	KUNIT_ASSERT_NOT_NULL(test, actor);
	pool->first = actor->next;
	pool->count--;
	actor->test = test;
	actor->name = name;
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test,
							   eres_actor_cleanup,
							   actor));
	return actor;
}

void eres_pool_end(struct eres_pool *pool)
{
	struct eres_actor *actor;

	for (actor = pool->first; actor; actor = actor->next)
		eres_actor_stop(actor);
	while ((actor = pool->first)) {
		pool->first = actor->next;
		pool->count--;
		eres_actor_end(actor);
	}
}

bool eres_actor_idle(struct eres_actor *actor)
{
	/* Pairs with the release in eres_actor_thread(). */
	return !smp_load_acquire(&actor->busy);
}

static bool __eres_actor_begin(struct eres_actor *actor, eres_step_fn fn,
			       void *arg)
{
	if (!eres_actor_idle(actor) || actor->joined) {
		KUNIT_FAIL(actor->test, "%s can not begin: %s", actor->name,
			   actor->joined ? "joined" : "still in its last step");
		return false;
	}
	actor->fn = fn;
	actor->arg = arg;
	/* Pairs with the acquire in eres_actor_thread(). */
	smp_store_release(&actor->busy, true);
	wake_up(&actor->wake);
	return true;
}

void eres_actor_begin(struct eres_actor *actor, eres_step_fn fn, void *arg)
{
	__eres_actor_begin(actor, fn, arg);
}

unsigned long eres_actor_finish(struct eres_actor *actor)
{
	if (wait_event_timeout(actor->done,
			       eres_actor_idle(actor) || eres_actor_dead(actor),
			       eres_actor_deadline(actor)) &&
	    eres_actor_idle(actor))
		return actor->result;

	KUNIT_FAIL(actor->test, "%s does not finish its step (%pS)",
		   actor->name, actor->fn);
	return 0;
}

unsigned long eres_actor_do(struct eres_actor *actor, eres_step_fn fn,
			    void *arg)
{
	return __eres_actor_begin(actor, fn, arg) ? eres_actor_finish(actor) : 0;
}

unsigned long eres_actor_peek(struct eres_actor *actor, eres_step_fn fn,
			      void *arg)
{
	unsigned long kept = actor->result;
	unsigned long result = eres_actor_do(actor, fn, arg);

	if (eres_actor_idle(actor))
		actor->result = kept;
	return result;
}

ERESOURCE_THREAD eres_actor_id(struct eres_actor *actor)
{
	return (ERESOURCE_THREAD)actor->task;
}

const char *eres_actor_name(struct eres_actor *actor)
{
	return actor->name;
}

struct task_struct *eres_actor_task(struct eres_actor *actor)
{
	return actor->task;
}

bool eres_actor_blocked(struct eres_actor *actor)
{
	unsigned int state = READ_ONCE(actor->task->__state);

	return !eres_actor_idle(actor) &&
	       (state & (TASK_UNINTERRUPTIBLE | TASK_NOLOAD)) ==
	       TASK_UNINTERRUPTIBLE;
}

bool eres_actor_asleep(struct eres_actor *actor)
{
	return !eres_is_runnable(actor->task) && !eres_is_on_cpu(actor->task);
}
