// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where DPCs wait, and who runs them: a list and a tasklet for each processor.
 *
 * One raw spinlock for all queues, a leaf but for what wakes a processor up: it is
 * taken with interrupts off, within the dispatcher lock by timers, and held for a few
 * instructions; when a driver is unloaded, within the lock of work items, too, for all
 * DPCs that are queued. Under it a DPC is queued (->queue is where) or not (->queue is
 * NULL).
 *
 * A queue is awake from the first DPC in it until its tasklet finds it empty: a pass
 * is under way, or has been asked for. The tasklet takes one DPC after the other out,
 * copies what it needs, lets the lock go and calls the routine. From then on it does
 * not touch the DPC, which the routine may free, or queue again. So a DPC needs no
 * tasklet_struct, which the kernel looks at after it has run.
 *
 * To flush is to queue a DPC of one's own behind all others where the queue is awake:
 * as a pass goes one by one, all have ended once that has run.
 *
 * Another processor is woken by a worker of its own, which is there when memory is short,
 * too: on PREEMPT_RT interrupts between processors must not raise softirqs. If it goes
 * offline, the kernel runs both the worker and the tasklet elsewhere.
 */
#include <linux/bottom_half.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "debug_objects.h"
#include "dpc.h"

/* So many in one go: then others who wait for a softirq have their turn. */
#define ERES_DPC_PASS	64

/**
 * struct eres_dpc_queue - the DPCs of a processor
 * @dpcs: in the order in which they run; the lock
 * @awake: a pass is going on, or to come; the lock
 * @running: routine of the DPC that has been taken last, unless a pass has found none
 *           since; the lock
 * @cpu: which processor; constant
 * @tasklet: the pass
 * @wake: has it run, there
 */
struct eres_dpc_queue {
	struct list_head dpcs;
	bool awake;
	const void *running;
	unsigned int cpu;
	struct tasklet_struct tasklet;
	struct work_struct wake;
};

static DEFINE_RAW_SPINLOCK(eres_dpc_lock);
static struct eres_dpc_queue *eres_dpc_queues;
static struct workqueue_struct *eres_dpc_wakers;

static void __eres_dpc_enter(struct eres_dpc *dpc, struct eres_dpc_queue *queue, bool first)
{
	dpc->queue = queue;
	if (first)
		list_add(&dpc->link, &queue->dpcs);
	else
		list_add_tail(&dpc->link, &queue->dpcs);
	eres_debug_queued(ERES_DEBUG_DPC, dpc);
}

static void __eres_dpc_leave(struct eres_dpc *dpc)
{
	list_del_init(&dpc->link);
	dpc->queue = NULL;
	eres_debug_left(ERES_DEBUG_DPC, dpc);
}

static struct eres_dpc *__eres_dpc_first(struct eres_dpc_queue *queue)
{
	return list_first_entry_or_null(&queue->dpcs, struct eres_dpc, link);
}

/* Run the first one. Return: false if there was none: the queue sleeps. */
static bool eres_dpc_run_first(struct eres_dpc_queue *queue)
{
	struct eres_dpc *dpc, copy;
	unsigned long flags;

	raw_spin_lock_irqsave(&eres_dpc_lock, flags);
	dpc = __eres_dpc_first(queue);
	if (dpc) {
		copy = *dpc;
		__eres_dpc_leave(dpc);
		queue->running = copy.routine;
	} else {
		queue->awake = false;
		queue->running = NULL;
	}
	raw_spin_unlock_irqrestore(&eres_dpc_lock, flags);
	if (dpc)
		copy.routine((PKDPC)dpc, copy.context, copy.argument[0], copy.argument[1]);
	return dpc;
}

static void eres_dpc_pass(struct tasklet_struct *tasklet)
{
	struct eres_dpc_queue *queue = container_of(tasklet, struct eres_dpc_queue, tasklet);
	unsigned int i;

	for (i = 0; i < ERES_DPC_PASS; i++)
		if (!eres_dpc_run_first(queue))
			return;
	tasklet_schedule(tasklet);
}

static void eres_dpc_wake(struct work_struct *work)
{
	struct eres_dpc_queue *queue = container_of(work, struct eres_dpc_queue, wake);

	local_bh_disable();
	tasklet_schedule(&queue->tasklet);
	local_bh_enable();
}

/* Interrupts are off. */
static struct eres_dpc_queue *eres_dpc_queue_for(const struct eres_dpc *dpc)
{
	unsigned int cpu = dpc->number - 1;

	if (!dpc->number || !cpu_online(cpu))
		cpu = smp_processor_id();
	return &eres_dpc_queues[cpu];
}

static void __eres_dpc_awaken(struct eres_dpc_queue *queue)
{
	if (queue->awake)
		return;
	queue->awake = true;
	if (queue->cpu == smp_processor_id())
		tasklet_schedule(&queue->tasklet);
	else
		queue_work_on(queue->cpu, eres_dpc_wakers, &queue->wake);
}

/**
 * eres_dpc_queue() - Queue a DPC.
 * @dpc: the DPC
 * @first: the third argument of its routine
 * @second: the fourth
 *
 * Context: Any but NMI. To have it run soon, with bottom halves off.
 * Return: true if it is queued now; false if it was already, or has no routine any more,
 *         and nothing has been changed.
 */
bool eres_dpc_queue(struct eres_dpc *dpc, void *first, void *second)
{
	struct eres_dpc_queue *queue;
	unsigned long flags;
	bool fresh;

	eres_debug_stock();
	raw_spin_lock_irqsave(&eres_dpc_lock, flags);
	/* It may have been initialised again since the caller has looked. */
	fresh = !dpc->queue && likely(eres_dpc_has_routine(dpc));
	if (fresh) {
		queue = eres_dpc_queue_for(dpc);
		dpc->argument[0] = first;
		dpc->argument[1] = second;
		__eres_dpc_enter(dpc, queue, dpc->importance == HighImportance);
		__eres_dpc_awaken(queue);
	}
	raw_spin_unlock_irqrestore(&eres_dpc_lock, flags);
	return fresh;
}

/**
 * eres_dpc_dequeue() - Take a DPC out of its queue.
 * @dpc: the DPC
 *
 * Context: Any but NMI.
 * Return: true if it was queued.
 */
bool eres_dpc_dequeue(struct eres_dpc *dpc)
{
	unsigned long flags;
	bool queued;

	raw_spin_lock_irqsave(&eres_dpc_lock, flags);
	queued = dpc->queue;
	if (queued)
		__eres_dpc_leave(dpc);
	raw_spin_unlock_irqrestore(&eres_dpc_lock, flags);
	return queued;
}

/*
 * True if a DPC lies there that is queued. The memory may be anything, but what is left
 * of one says that it is not.
 */
static bool __eres_dpc_is_queued(struct eres_dpc *dpc)
{
	void *queue;

	return eres_dpc_is_marked(dpc) && eres_read_pointer(&queue, (void **)&dpc->queue) &&
	       queue >= (void *)eres_dpc_queues &&
	       queue < (void *)(eres_dpc_queues + nr_cpu_ids);
}

/**
 * eres_dpc_renew() - Make a DPC of what lies there.
 * @dpc: anything
 * @as: what to make of it
 *
 * Context: Any but NMI.
 * Return: true if it is one now; false if it was one already, and is queued.
 */
bool eres_dpc_renew(struct eres_dpc *dpc, const struct eres_dpc *as)
{
	unsigned long flags;
	bool queued;

	raw_spin_lock_irqsave(&eres_dpc_lock, flags);
	queued = __eres_dpc_is_queued(dpc);
	if (likely(!queued)) {
		*dpc = *as;
		INIT_LIST_HEAD(&dpc->link);
	}
	raw_spin_unlock_irqrestore(&eres_dpc_lock, flags);
	return !queued;
}

/**
 * eres_dpc_change() - Change how a DPC is queued from now on.
 * @dpc: the DPC
 * @importance: its importance, or -1: as it is
 * @number: its processor + 1, or -1: as it is
 *
 * Context: Any but NMI.
 */
void eres_dpc_change(struct eres_dpc *dpc, int importance, int number)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&eres_dpc_lock, flags);
	if (importance >= 0)
		dpc->importance = importance;
	if (number >= 0)
		dpc->number = number;
	raw_spin_unlock_irqrestore(&eres_dpc_lock, flags);
}

static void eres_dpc_flushed(PKDPC dpc, PVOID done, PVOID first, PVOID second)
{
	complete(done);
}

/* One more behind all that are in it. Return: false if nothing is in it, nor running. */
static bool eres_dpc_queue_last(struct eres_dpc_queue *queue, struct eres_dpc *last)
{
	unsigned long flags;
	bool awake;

	raw_spin_lock_irqsave(&eres_dpc_lock, flags);
	awake = queue->awake;
	if (awake)
		__eres_dpc_enter(last, queue, false);
	raw_spin_unlock_irqrestore(&eres_dpc_lock, flags);
	return awake;
}

/**
 * eres_dpcs_flush() - Wait for all that are queued or running.
 *
 * Context: Task context, may sleep.
 */
void eres_dpcs_flush(void)
{
	DECLARE_COMPLETION_ONSTACK(done);
	struct eres_dpc last = { .routine = eres_dpc_flushed, .context = &done };
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		reinit_completion(&done);
		if (eres_dpc_queue_last(&eres_dpc_queues[cpu], &last))
			wait_for_completion(&done);
	}
}

static struct eres_dpc *__eres_dpc_find_of(const struct module *module,
					   struct eres_dpc_queue *queue)
{
	struct eres_dpc *dpc;

	list_for_each_entry(dpc, &queue->dpcs, link)
		if (within_module((unsigned long)dpc->routine, module) ||
		    eres_is_of_module(dpc, module))
			return dpc;
	return NULL;
}

/**
 * eres_dpc_is_of_module() - Tell whether DPCs of a module are queued, or may be running.
 * @module: the module
 *
 * Context: Any but NMI.
 * Return: false if there was none at one instant.
 */
bool eres_dpc_is_of_module(const struct module *module)
{
	struct eres_dpc_queue *queue;
	unsigned int cpu;
	unsigned long flags;
	bool found = false;

	raw_spin_lock_irqsave(&eres_dpc_lock, flags);
	for (cpu = 0; cpu < nr_cpu_ids && !found; cpu++) {
		queue = &eres_dpc_queues[cpu];
		found = __eres_dpc_find_of(module, queue) ||
			within_module((unsigned long)queue->running, module);
	}
	raw_spin_unlock_irqrestore(&eres_dpc_lock, flags);
	return found;
}

/**
 * eres_dpc_take_of() - Take a DPC of a module out of its queue.
 * @module: the module
 * @routine: gets its routine
 *
 * Context: Any but NMI.
 * Return: the DPC; %NULL if none is queued.
 */
struct eres_dpc *eres_dpc_take_of(const struct module *module, const void **routine)
{
	struct eres_dpc *dpc = NULL;
	unsigned long flags;
	unsigned int cpu;

	raw_spin_lock_irqsave(&eres_dpc_lock, flags);
	for (cpu = 0; cpu < nr_cpu_ids && !dpc; cpu++)
		dpc = __eres_dpc_find_of(module, &eres_dpc_queues[cpu]);
	if (dpc) {
		*routine = dpc->routine;
		__eres_dpc_leave(dpc);
	}
	raw_spin_unlock_irqrestore(&eres_dpc_lock, flags);
	return dpc;
}

int eres_dpcs_init(void)
{
	unsigned int cpu;

	eres_dpc_queues = kvcalloc(nr_cpu_ids, sizeof(*eres_dpc_queues), GFP_KERNEL);
	eres_dpc_wakers = alloc_workqueue("wdmsync_dpc",
					  WQ_HIGHPRI | WQ_MEM_RECLAIM | ERES_WQ_PERCPU, 0);
	if (!eres_dpc_queues || !eres_dpc_wakers) {
		if (eres_dpc_wakers)
			destroy_workqueue(eres_dpc_wakers);
		kvfree(eres_dpc_queues);
		return -ENOMEM;
	}
	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		struct eres_dpc_queue *queue = &eres_dpc_queues[cpu];

		INIT_LIST_HEAD(&queue->dpcs);
		queue->cpu = cpu;
		tasklet_setup(&queue->tasklet, eres_dpc_pass);
		INIT_WORK(&queue->wake, eres_dpc_wake);
	}
	return 0;
}

/* The kernel is not to ask of them once this module is gone. None of them has been freed. */
static void eres_dpcs_forget(struct eres_dpc_queue *queue)
{
	struct eres_dpc *dpc;
	unsigned long flags;

	raw_spin_lock_irqsave(&eres_dpc_lock, flags);
	while ((dpc = __eres_dpc_first(queue)))
		__eres_dpc_leave(dpc);
	raw_spin_unlock_irqrestore(&eres_dpc_lock, flags);
}

/* With no driver left. */
void eres_dpcs_exit(void)
{
	unsigned int cpu;

	destroy_workqueue(eres_dpc_wakers);
	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		tasklet_kill(&eres_dpc_queues[cpu].tasklet);
		if (IS_ENABLED(CONFIG_DEBUG_OBJECTS_FREE))
			eres_dpcs_forget(&eres_dpc_queues[cpu]);
	}
	kvfree(eres_dpc_queues);
}
