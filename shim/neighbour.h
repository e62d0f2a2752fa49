/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the first module does for the second: reports about objects that it does not
 * know, a place in the
 * thread's record, and notice of its end and of a work item's. For mutexes see kmutex.h.
 */
#ifndef ERES_NEIGHBOUR_H
#define ERES_NEIGHBOUR_H

#include "call.h"
#include "report_names.h"

void eres_report_object(const struct eres_misuse *misuse,
			const struct eres_object *object,
			const struct eres_call *call,
			const unsigned long param[4]);

/* thread.c */
void **eres_top_level_slot(bool make);

/* task_exit.c */
int eres_exit_notice(void *fn);
void eres_exit_unnotice(void *fn);

/* region_watch.c */
void eres_work_returned(const void *routine, const void *item);

#endif /* ERES_NEIGHBOUR_H */
