/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Something to be done where completions are: in a tasklet, in a hard
 * interrupt (on PREEMPT_RT, a thread of the interrupt's), or in a work item.
 */
#ifndef ERES_ERRAND_H
#define ERES_ERRAND_H

#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/workqueue.h>

#include "crew.h"

struct eres_errand {
	void (*fn)(struct eres_errand *errand);
	struct tasklet_struct tasklet;
	struct irq_work irq_work;
	struct work_struct work;
};

void eres_errand_init(struct eres_errand *errand,
		      void (*fn)(struct eres_errand *errand));

/*
 * Sends the errand to a context chosen by chance. To be sent again only when
 * @fn has been run, as far as @fn can tell.
 */
void eres_errand_send(struct eres_errand *errand, struct eres_worker *worker);

/* Wait until it is nowhere any more. */
void eres_errand_end(struct eres_errand *errand);

#endif /* ERES_ERRAND_H */
