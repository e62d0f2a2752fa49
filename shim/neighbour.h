/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the first module does for the mutexes and waits of the second: it notes
 * with a thread that it owns some, keeps it in a region meanwhile, at any IRQL, and
 * reports it if it exits.
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

/* thread.c */
struct eres_mutex_note *eres_mutex_note(void);

/* critical_region.c */
void eres_mutex_enter(const void *caller);
void eres_mutex_leave(const struct eres_call *call);
bool eres_is_held_off(void);

#endif /* ERES_NEIGHBOUR_H */
