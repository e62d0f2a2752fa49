// SPDX-License-Identifier: GPL-2.0-only
/* Sending something to interrupts and work items. */
#include <linux/cpumask.h>
#include <linux/smp.h>

#include "errand.h"

static void eres_run_tasklet(struct tasklet_struct *tasklet)
{
	struct eres_errand *errand =
		container_of(tasklet, struct eres_errand, tasklet);

	errand->fn(errand);
}

static void eres_run_irq_work(struct irq_work *irq_work)
{
	struct eres_errand *errand =
		container_of(irq_work, struct eres_errand, irq_work);

	errand->fn(errand);
}

static void eres_run_work(struct work_struct *work)
{
	struct eres_errand *errand =
		container_of(work, struct eres_errand, work);

	errand->fn(errand);
}

void eres_errand_init(struct eres_errand *errand,
		      void (*fn)(struct eres_errand *errand))
{
	errand->fn = fn;
	tasklet_setup(&errand->tasklet, eres_run_tasklet);
	init_irq_work(&errand->irq_work, eres_run_irq_work);
	INIT_WORK(&errand->work, eres_run_work);
}

static int eres_other_cpu(void)
{
	int cpu = cpumask_any_but(cpu_online_mask, raw_smp_processor_id());

	return cpu < nr_cpu_ids ? cpu : raw_smp_processor_id();
}

void eres_errand_send(struct eres_errand *errand, struct eres_worker *worker)
{
	switch (eres_random_below(worker, 4)) {
	case 0:
		tasklet_schedule(&errand->tasklet);
		break;
	case 1:
		irq_work_queue(&errand->irq_work);
		break;
	case 2:
		schedule_work(&errand->work);
		break;
	default:
		/* At the same time as the worker, if it can be. */
		schedule_work_on(eres_other_cpu(), &errand->work);
		break;
	}
}

void eres_errand_end(struct eres_errand *errand)
{
	tasklet_kill(&errand->tasklet);
	irq_work_sync(&errand->irq_work);
	flush_work(&errand->work);
}
