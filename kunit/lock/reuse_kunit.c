// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that is used again at once. A thread that acquires, releases, deletes
 * and frees a resource right after another thread's release must be safe from
 * that other thread: KASAN watches. And what a dead thread left behind must not
 * be found by a new one at the same address.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include "region.h"
#include "softirq.h"
#include "state.h"

enum relay_release {
	BY_OWNER,
	BY_POINTER,
	IN_SOFTIRQ,
};

struct relay_param {
	const char *name;
	enum eres_routine first;
	enum eres_routine second;
	enum relay_release release;
	bool blocked;
	bool interrupted;
};

static const struct relay_param relay_params[] = {
	{ "exclusive, exclusive", ERES_EXCLUSIVE, ERES_EXCLUSIVE },
	{ "exclusive, shared", ERES_EXCLUSIVE, ERES_SHARED },
	{ "shared, exclusive", ERES_SHARED, ERES_EXCLUSIVE },
	{ "exclusive, exclusive blocked", ERES_EXCLUSIVE, ERES_EXCLUSIVE,
	  .blocked = true },
	{ "exclusive, shared blocked", ERES_EXCLUSIVE, ERES_SHARED,
	  .blocked = true },
	{ "shared, exclusive blocked", ERES_SHARED, ERES_EXCLUSIVE,
	  .blocked = true },
	{ "exclusive pointer, exclusive", ERES_EXCLUSIVE, ERES_EXCLUSIVE,
	  BY_POINTER },
	{ "exclusive pointer, shared blocked", ERES_EXCLUSIVE, ERES_SHARED,
	  BY_POINTER, true },
	{ "shared pointer, exclusive blocked", ERES_SHARED, ERES_EXCLUSIVE,
	  BY_POINTER, true },
	{ "exclusive, exclusive, interrupted", ERES_EXCLUSIVE, ERES_EXCLUSIVE,
	  .interrupted = true },
	{ "shared, exclusive, interrupted", ERES_SHARED, ERES_EXCLUSIVE,
	  .interrupted = true },
	{ "exclusive pointer, shared, interrupted", ERES_EXCLUSIVE, ERES_SHARED,
	  BY_POINTER, .interrupted = true },
	{ "softirq, exclusive", ERES_EXCLUSIVE, ERES_EXCLUSIVE, IN_SOFTIRQ },
	{ "softirq, exclusive blocked", ERES_SHARED, ERES_EXCLUSIVE,
	  IN_SOFTIRQ, true },
};

KUNIT_ARRAY_PARAM_DESC(relay, relay_params, name);

#define RELAY_ROUNDS 400
/* In a round: one after the other, they would keep the first from letting go. */
#define RELAY_INTERRUPTS 8

struct relay {
	const struct relay_param *param;
	/* From the first runner to the second, who frees it and says so. */
	PERESOURCE res;
	bool abandoned;
	unsigned long refused;
	/* Where the first runs, and what it is interrupted with there. */
	int cpu;
	call_single_data_t interrupt;
};

/* Long enough for the second runner to get from acquire to free. */
static void relay_interrupt(void *unused)
{
	mdelay(1);
}

static void relay_nothing(void *unused)
{
}

/*
 * A few instructions are hard to come upon. But an interrupt that comes while
 * the first runner has them off is taken when it has them on again, and that is
 * where it lets go.
 */
static void relay_try_again(struct relay *relay, int *interrupts)
{
	/* Refused while the last one is under way: just as well. */
	if (relay->param->interrupted && *interrupts &&
	    !smp_call_function_single_async(READ_ONCE(relay->cpu),
					    &relay->interrupt))
		--*interrupts;
	cond_resched();
}

static BOOLEAN relay_acquire(enum eres_routine routine, PERESOURCE res,
			     BOOLEAN wait)
{
	if (routine == ERES_EXCLUSIVE)
		return ExAcquireResourceExclusiveLite(res, wait);
	return ExAcquireResourceSharedLite(res, wait);
}

/* What the first runner hands on; NULL if there will be no more. */
static PERESOURCE relay_next(struct relay *relay)
{
	PERESOURCE res;

	/* Pairs with the release in relay_first(). */
	while (!(res = smp_load_acquire(&relay->res))) {
		if (READ_ONCE(relay->abandoned))
			break;
		cond_resched();
	}
	return res;
}

/* The second runner: blocks, or tries until it is let in. */
static unsigned long relay_second_step(void *arg)
{
	struct relay *relay = arg;
	PERESOURCE res;
	int i;

	for (i = 0; i < RELAY_ROUNDS; i++) {
		int interrupts = RELAY_INTERRUPTS;

		res = relay_next(relay);
		if (!res)
			break;
		KeEnterCriticalRegion();
		while (!relay_acquire(relay->param->second, res,
				      relay->param->blocked))
			relay_try_again(relay, &interrupts);
		ExReleaseResourceLite(res);
		KeLeaveCriticalRegion();
		if (ExDeleteResourceLite(res) == STATUS_SUCCESS)
			kfree(res);
		else
			relay->refused++;
		/* Pairs with the acquire in relay_first(). */
		smp_store_release(&relay->res, NULL);
	}
	/* Behind the last interrupt, which is over then. */
	smp_call_function_single(READ_ONCE(relay->cpu), relay_nothing, NULL,
				 true);
	return i;
}

static void release_pointer(void *res)
{
	ExReleaseResourceForThreadLite(res, (ULONG_PTR)res | 3);
}

static void relay_release(enum relay_release how, PERESOURCE res)
{
	if (how != BY_OWNER)
		ExSetResourceOwnerPointer(res, (PVOID)((ULONG_PTR)res | 3));
	if (how == BY_OWNER)
		ExReleaseResourceLite(res);
	else if (how == BY_POINTER)
		release_pointer(res);
	else
		eres_run_in_softirq(ERES_THIS_CPU, release_pointer, res);
}

static bool relay_first(struct relay *relay)
{
	const struct relay_param *param = relay->param;
	unsigned long end = jiffies + ERES_DEADLINE_SECONDS * HZ;
	PERESOURCE res = kmalloc(sizeof(*res), GFP_KERNEL);

	if (!res)
		return false;
	ExInitializeResourceLite(res);
	KeEnterCriticalRegion();
	relay_acquire(param->first, res, TRUE);
	/* Pairs with the acquire in relay_next(). */
	smp_store_release(&relay->res, res);
	while (param->blocked && time_before(jiffies, end) &&
	       !ExGetExclusiveWaiterCount(res) && !ExGetSharedWaiterCount(res))
		cond_resched();
	relay_release(param->release, res);
	KeLeaveCriticalRegion();

	/* Pairs with the release in relay_second_step(). */
	while (smp_load_acquire(&relay->res)) {
		if (time_after(jiffies, end))
			return false;
		cond_resched();
	}
	return true;
}

static void free_right_after_the_last_release(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *second = eres_stage_actor(test, "second");
	struct relay *relay = kunit_kzalloc(test, sizeof(*relay), GFP_KERNEL);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, relay);
	relay->param = test->param_value;
	INIT_CSD(&relay->interrupt, relay_interrupt, NULL);
	migrate_disable();
	relay->cpu = smp_processor_id();
	eres_actor_begin(second, relay_second_step, relay);
	for (i = 0; i < RELAY_ROUNDS; i++)
		if (!relay_first(relay))
			break;
	KUNIT_EXPECT_EQ(test, i, RELAY_ROUNDS);
	WRITE_ONCE(relay->abandoned, true);
	KUNIT_EXPECT_EQ(test, RELAY_ROUNDS, eres_actor_finish(second));
	migrate_enable();
	KUNIT_EXPECT_EQ(test, relay->refused, 0);
	eres_expect_no_report(test, &stage->reports);
}

/*
 * Threads that come and go, by themselves: an actor's task stays until the end
 * of the case, and so does its address.
 */
#define DEAD 24
#define NEWBORN 96

struct newborn {
	struct task_struct *task;
	PERESOURCE res;
	struct completion *go;
	ERESOURCE_THREAD id;
	bool owns;
	bool dirty;
	bool ready;
};

static bool finds_something(PERESOURCE res)
{
	return KeAreApcsDisabled() || KeAreAllApcsDisabled() ||
	       KeGetCurrentIrql() != PASSIVE_LEVEL ||
	       ExIsResourceAcquiredSharedLite(res) ||
	       ExIsResourceAcquiredExclusiveLite(res);
}

static int newborn_thread(void *data)
{
	struct newborn *newborn = data;

	newborn->id = ExGetCurrentResourceThread();
	newborn->dirty = finds_something(newborn->res);
	/* Nor in the record that it gets. */
	KeEnterGuardedRegion();
	KeLeaveGuardedRegion();
	newborn->dirty |= finds_something(newborn->res);
	WRITE_ONCE(newborn->ready, true);
	wait_for_completion(newborn->go);
	return 0;
}

/* Exits in a region, and every other one owning the resource. */
static int dead_thread(void *data)
{
	struct newborn *newborn = data;

	newborn->id = ExGetCurrentResourceThread();
	KeEnterCriticalRegion();
	if (newborn->owns)
		ExAcquireResourceSharedLite(newborn->res, TRUE);
	WRITE_ONCE(newborn->ready, true);
	return 0;
}

static bool bear(struct newborn *newborn, int (*thread)(void *data))
{
	struct task_struct *task = kthread_create(thread, newborn, "eres/newborn");

	if (IS_ERR(task))
		return false;
	newborn->task = get_task_struct(task);
	wake_up_process(task);
	return ERES_POLL(READ_ONCE(newborn->ready));
}

static bool bury(struct newborn *newborn)
{
	if (!newborn->task)
		return true;
	if (!ERES_POLL(READ_ONCE(newborn->task->__state) == TASK_DEAD))
		return false;
	put_task_struct(newborn->task);
	return true;
}

/* KASAN keeps freed memory back; more of it makes it let go of the oldest. */
static void free_a_lot(void)
{
	int i;

	rcu_barrier();
	if (!IS_ENABLED(CONFIG_KASAN_GENERIC))
		return;
	for (i = 0; i < 5000; i++)
		kfree(kmalloc(8192, GFP_KERNEL));
}

/* How many of @newborn have an address of @dead? */
static unsigned int count_reused(const struct newborn *newborn,
				 const struct newborn *dead)
{
	unsigned int reused = 0;
	int i, j;

	for (i = 0; i < NEWBORN; i++)
		for (j = 0; j < DEAD; j++)
			reused += newborn[i].id == dead[j].id;
	return reused;
}

static void new_thread_at_a_dead_ones_address(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	DECLARE_COMPLETION_ONSTACK(go);
	struct newborn *dead, *newborn;
	bool ok = true;
	int i;

	dead = kunit_kcalloc(test, DEAD + NEWBORN, sizeof(*dead), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, dead);
	newborn = dead + DEAD;
	for (i = 0; i < DEAD + NEWBORN; i++)
		dead[i] = (struct newborn){ .res = stage->res, .go = &go,
					    .owns = i & 1 };

	for (i = 0; i < DEAD; i++)
		ok &= bear(&dead[i], dead_thread) && bury(&dead[i]);
	KUNIT_EXPECT_EQ(test, DEAD + DEAD / 2,
			eres_reports_count(&stage->reports));
	eres_reports_forget(&stage->reports);
	free_a_lot();

	for (i = 0; i < NEWBORN; i++)
		ok &= bear(&newborn[i], newborn_thread);
	complete_all(&go);
	for (i = 0; i < NEWBORN; i++) {
		ok &= bury(&newborn[i]);
		KUNIT_EXPECT_FALSE(test, newborn[i].dirty);
	}
	KUNIT_EXPECT_TRUE(test, ok);
	eres_expect_no_report(test, &stage->reports);

	/* The dead own what they owned, each for itself. */
	for (i = 1; i < DEAD; i += 2)
		ExReleaseResourceForThreadLite(stage->res, dead[i].id);
	eres_expect_all(test, &stage->reports, DEAD / 2, ERES_INVALID_RELEASE,
			stage->res);
	eres_expect_free(test, stage->res);
	if (!count_reused(newborn, dead))
		kunit_skip(test, "no address was used again");
}

static struct kunit_case reuse_cases[] = {
	KUNIT_CASE_PARAM_ATTR(free_right_after_the_last_release,
			      relay_gen_params,
			      { .speed = KUNIT_SPEED_SLOW }),
	KUNIT_CASE_SLOW(new_thread_at_a_dead_ones_address),
	{}
};

static struct kunit_suite reuse_suite = {
	.name = "eresource_reuse",
	.init = eres_stage_init,
	.test_cases = reuse_cases,
};

kunit_test_suite(reuse_suite);
