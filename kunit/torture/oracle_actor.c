// SPDX-License-Identifier: GPL-2.0-only
/* Doing what the model is told, for real. */
#include <linux/bottom_half.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

#include "oracle_actor.h"

/* Values of owner pointers; both low bits have to be set. */
static unsigned long oracle_pointers[OM_POINTERS];

static PVOID oracle_pointer(u8 which, bool bad)
{
	unsigned long owner = (unsigned long)&oracle_pointers[which];

	return (PVOID)(bad ? owner : owner | 3);
}

struct oracle_softirq {
	struct tasklet_struct tasklet;
	struct completion done;
	PERESOURCE resource;
	ERESOURCE_THREAD id;
};

static void oracle_release_in_softirq(struct tasklet_struct *tasklet)
{
	struct oracle_softirq *softirq =
		container_of(tasklet, struct oracle_softirq, tasklet);

	ExReleaseResourceForThreadLite(softirq->resource, softirq->id);
	complete(&softirq->done);
}

static void oracle_release_for(PERESOURCE r, ERESOURCE_THREAD id, u8 context)
{
	struct oracle_softirq softirq = { .resource = r, .id = id };

	if (context != OM_SOFTIRQ) {
		ExReleaseResourceForThreadLite(r, id);
		return;
	}
	init_completion(&softirq.done);
	tasklet_setup(&softirq.tasklet, oracle_release_in_softirq);
	/* Raised in here it runs at the end of here, if it can. */
	local_bh_disable();
	tasklet_schedule(&softirq.tasklet);
	local_bh_enable();
	wait_for_completion(&softirq.done);
	tasklet_kill(&softirq.tasklet);
}

static u32 oracle_delete(PERESOURCE r)
{
	if (!NT_SUCCESS(ExDeleteResourceLite(r)))
		return false;
	(ExInitializeResourceLite)(r);
	return true;
}

static u32 oracle_acquire(PERESOURCE r, const struct om_step *step)
{
	PVOID self = PsGetCurrentThread();

	switch (step->op) {
	case OM_EXCLUSIVE:
		return ExAcquireResourceExclusiveLite(r, step->wait);
	case OM_TRY_EXCLUSIVE:
		return ExTryToAcquireResourceExclusiveLite(r);
	case OM_SHARED:
		return ExAcquireResourceSharedLite(r, step->wait);
	case OM_STARVE:
		return ExAcquireSharedStarveExclusive(r, step->wait);
	case OM_WAIT_FOR:
		return ExAcquireSharedWaitForExclusive(r, step->wait);
	case OM_ENTER_EXCLUSIVE:
		return ExEnterCriticalRegionAndAcquireResourceExclusive(r) ==
		       self;
	case OM_ENTER_SHARED:
		return ExEnterCriticalRegionAndAcquireResourceShared(r) == self;
	case OM_ENTER_WAIT_FOR:
		return ExEnterCriticalRegionAndAcquireSharedWaitForExclusive(r) ==
		       self;
	case OM_FLT_EXCLUSIVE:
		FltAcquireResourceExclusive(r);
		return true;
	default:
		FltAcquireResourceShared(r);
		return true;
	}
}

static u32 oracle_do(struct oracle_world *world, const struct om_step *step)
{
	PERESOURCE r = &world->resource[step->resource];
	KIRQL irql = 0;

	switch ((enum om_op)step->op) {
	case OM_RELEASE:
		ExReleaseResourceLite(r);
		break;
	case OM_RELEASE_LEAVE:
		ExReleaseResourceAndLeaveCriticalRegion(r);
		break;
	case OM_FLT_RELEASE:
		FltReleaseResource(r);
		break;
	case OM_RELEASE_FOR:
		oracle_release_for(r, world->id[step->arg], step->context);
		break;
	case OM_RELEASE_POINTER:
		oracle_release_for(r, (ERESOURCE_THREAD)
				   oracle_pointer(step->arg, false),
				   step->context);
		break;
	case OM_CONVERT:
		ExConvertExclusiveToSharedLite(r);
		break;
	case OM_HAND_OVER:
		ExSetResourceOwnerPointer(r, oracle_pointer(step->arg, false));
		break;
	case OM_HAND_OVER_EX:
		ExSetResourceOwnerPointerEx(r, oracle_pointer(step->arg, false),
					    0);
		break;
	case OM_HAND_OVER_BAD:
		ExSetResourceOwnerPointer(r, oracle_pointer(step->arg, true));
		break;
	case OM_ENTER_CRITICAL:
		KeEnterCriticalRegion();
		break;
	case OM_LEAVE_CRITICAL:
		KeLeaveCriticalRegion();
		break;
	case OM_ENTER_FS:
		FsRtlEnterFileSystem();
		break;
	case OM_EXIT_FS:
		FsRtlExitFileSystem();
		break;
	case OM_ENTER_GUARDED:
		KeEnterGuardedRegion();
		break;
	case OM_LEAVE_GUARDED:
		KeLeaveGuardedRegion();
		break;
	case OM_RAISE:
		KeRaiseIrql(step->arg, &irql);
		return irql;
	case OM_LOWER:
		KeLowerIrql(step->arg);
		break;
	case OM_DELETE:
		return oracle_delete(r);
	case OM_INIT_AGAIN:
		(ExInitializeResourceLite)(r);
		break;
	case OM_REINIT:
		return NT_SUCCESS(ExReinitializeResourceLite(r));
	default:
		return oracle_acquire(r, step);
	}
	return 0;
}

u32 oracle_do_step(struct oracle_world *world, const struct om_step *step)
{
	KIRQL irql = PASSIVE_LEVEL;
	u32 result;

	if (step->context == OM_AT_DISPATCH)
		irql = KeRaiseIrqlToDpcLevel();
	result = oracle_do(world, step);
	if (step->context == OM_AT_DISPATCH)
		KeLowerIrql(irql);
	return result;
}

static void oracle_look(const struct oracle_world *world,
			struct oracle_view *view)
{
	unsigned int i;

	for (i = 0; i < world->resources; i++) {
		PERESOURCE r = (PERESOURCE)&world->resource[i];

		view->levels[i] = ExIsResourceAcquiredSharedLite(r);
		view->exclusive[i] = ExIsResourceAcquiredExclusiveLite(r);
	}
	view->apcs_disabled = KeAreApcsDisabled();
	view->all_apcs_disabled = KeAreAllApcsDisabled();
	view->irql = KeGetCurrentIrql();
}

/* Idle is interruptible, so not hung. Return: false if it is to end. */
static bool oracle_actor_await(struct oracle_actor *actor)
{
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		/* Pairs with the release in oracle_actor_begin(). */
		if (kthread_should_stop() || smp_load_acquire(&actor->go))
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	actor->go = false;
	return !kthread_should_stop();
}

static int oracle_actor_work(void *data)
{
	struct oracle_actor *actor = data;

	while (oracle_actor_await(actor)) {
		if (!actor->look_only)
			actor->result = oracle_do_step(actor->world,
						       &actor->step);
		oracle_look(actor->world, &actor->view);
		/* Pairs with the acquire in oracle_actor_is_done(). */
		smp_store_release(&actor->done, true);
		if (wq_has_sleeper(&actor->world->returned))
			wake_up(&actor->world->returned);
	}
	return 0;
}

void oracle_actor_begin(struct oracle_actor *actor, const struct om_step *step)
{
	WRITE_ONCE(actor->done, false);
	actor->look_only = !step;
	if (step)
		actor->step = *step;
	/* Pairs with the acquire in oracle_actor_await(). */
	smp_store_release(&actor->go, true);
	wake_up_process(actor->task);
}

struct oracle_actor *oracle_actor_start(struct oracle_world *world,
					unsigned int index)
{
	struct oracle_actor *actor = kzalloc(sizeof(*actor), GFP_KERNEL);

	if (!actor)
		return NULL;
	actor->world = world;
	actor->index = index;
	actor->done = true;
	actor->task = kthread_create(oracle_actor_work, actor,
				     "eres_oracle/%u", index);
	if (IS_ERR(actor->task)) {
		kfree(actor);
		return NULL;
	}
	/* Its id is named after its end, too. */
	get_task_struct(actor->task);
	WRITE_ONCE(world->id[index], (ERESOURCE_THREAD)actor->task);
	if (world->together) {
		kthread_bind(actor->task, raw_smp_processor_id());
		sched_set_fifo_low(actor->task);
	}
	wake_up_process(actor->task);
	return actor;
}

void oracle_actor_stop(struct oracle_actor *actor)
{
	struct task_struct *task = actor->task;

	kthread_stop(task);
	/* What is reported of its exit is reported before this. */
	while (READ_ONCE(task->__state) != TASK_DEAD)
		usleep_range(10, 20);
	WRITE_ONCE(actor->world->id[actor->index], 0);
	put_task_struct(task);
	kfree(actor);
}
