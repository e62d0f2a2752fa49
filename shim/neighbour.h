/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the first module does for the second, which has no record of a thread: it
 * notes in its own that the thread owns mutexes, keeps it in a region meanwhile, at any
 * IRQL, and reports it if it exits; has a place there for the top-level IRP; and tells
 * when a thread exits. How misuse is reported: report/object.h.
 */
#ifndef ERES_NEIGHBOUR_H
#define ERES_NEIGHBOUR_H

#include <linux/types.h>

#include "call.h"

/**
 * struct eres_mutex_note - what is noted of a thread's mutexes
 * @thread: which thread it is: never again another one's; 0: not asked for yet
 * @last: the one that it got last, if it has it still; only to be named
 * @owned: how many it owns
 *
 * The thread only, in task context, and those who look when it has exited.
 */
struct eres_mutex_note {
	u64 thread;
	const void *last;
	u32 owned;
};

/* thread/thread.c */
struct eres_mutex_note *eres_mutex_note(void);
void **eres_top_level_slot(bool make);

/* region/critical_region.c */
void eres_mutex_enter(const void *caller);
void eres_mutex_leave(const struct eres_call *call);
bool eres_is_held_off(void);

/* region/task_exit.c */
int eres_exit_notice(void *fn);
void eres_exit_unnotice(void *fn);

/* region/region_watch.c: of a work item */
void eres_work_returned(const void *routine, const void *item);

#endif /* ERES_NEIGHBOUR_H */
