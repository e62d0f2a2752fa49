/* SPDX-License-Identifier: GPL-2.0-only */
/* Regions that outlast the work item or system call that entered them. */
#ifndef ERES_REGION_WATCH_H
#define ERES_REGION_WATCH_H

#include <linux/types.h>
#include <linux/workqueue.h>

void eres_probe_work_end(void *data, struct work_struct *work,
			 work_func_t function);

void eres_region_watch_init(void);
void eres_region_watch_exit(void);

#endif /* ERES_REGION_WATCH_H */
