// SPDX-License-Identifier: GPL-2.0-only
/* Runs a function where completions run: in a softirq or a hard interrupt. */
#include <linux/bottom_half.h>
#include <linux/cpumask.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/preempt.h>
#include <linux/smp.h>
#include <linux/workqueue.h>

#include "softirq.h"

struct irq_call {
	eres_irq_fn fn;
	void *arg;
	bool in_context;
	struct tasklet_struct tasklet;
	struct irq_work work;
};

static void run_tasklet(struct tasklet_struct *tasklet)
{
	struct irq_call *call = container_of(tasklet, struct irq_call, tasklet);

	call->in_context = in_serving_softirq() && !in_hardirq();
	call->fn(call->arg);
}

static void run_irq_work(struct irq_work *work)
{
	struct irq_call *call = container_of(work, struct irq_call, work);

	call->in_context = in_hardirq();
	call->fn(call->arg);
}

/* Raised like this it runs on top of the calling thread, not in ksoftirqd. */
static long schedule_tasklet(void *data)
{
	struct irq_call *call = data;

	local_bh_disable();
	tasklet_schedule(&call->tasklet);
	local_bh_enable();
	return 0;
}

static void queue_irq_work(void *data)
{
	struct irq_call *call = data;

	irq_work_queue(&call->work);
}

/* The caller can not migrate. */
static int choose_cpu(enum eres_irq_cpu where)
{
	int this_cpu = smp_processor_id();
	int cpu = cpumask_any_but(cpu_online_mask, this_cpu);

	if (where == ERES_THIS_CPU || cpu >= nr_cpu_ids)
		return this_cpu;
	return cpu;
}

bool eres_run_in_softirq(enum eres_irq_cpu where, eres_irq_fn fn, void *arg)
{
	struct irq_call call = { .fn = fn, .arg = arg };
	int cpu;

	tasklet_setup(&call.tasklet, run_tasklet);
	migrate_disable();
	cpu = choose_cpu(where);
	/* By a worker there: PREEMPT_RT lets no softirq be raised by an IPI. */
	if (cpu == smp_processor_id())
		schedule_tasklet(&call);
	else
		work_on_cpu(cpu, schedule_tasklet, &call);
	migrate_enable();
	tasklet_kill(&call.tasklet);
	return call.in_context;
}

bool eres_run_in_hardirq(enum eres_irq_cpu where, eres_irq_fn fn, void *arg)
{
	struct irq_call call = { .fn = fn, .arg = arg };

	call.work = IRQ_WORK_INIT_HARD(run_irq_work);
	migrate_disable();
	smp_call_function_single(choose_cpu(where), queue_irq_work, &call, true);
	irq_work_sync(&call.work);
	migrate_enable();
	return call.in_context;
}
