// SPDX-License-Identifier: GPL-2.0-only
/* Sending something to interrupts and work items. */
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

void eres_errand_send(struct eres_errand *errand, struct eres_worker *worker)
{
	switch (eres_random_below(worker, 3)) {
	case 0:
		tasklet_schedule(&errand->tasklet);
		break;
	case 1:
		irq_work_queue(&errand->irq_work);
		break;
	default:
		schedule_work(&errand->work);
		break;
	}
}

void eres_errand_end(struct eres_errand *errand)
{
	tasklet_kill(&errand->tasklet);
	irq_work_sync(&errand->irq_work);
	flush_work(&errand->work);
}
