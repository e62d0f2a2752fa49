/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the first module does for the second, which has no record of a thread: it
 * notes in its own that the thread owns mutexes, keeps it in a region meanwhile, at any
 * IRQL, and reports it if it exits; notes what it sleeps for, and tells of that; has a
 * place there for the top-level IRP; and tells when a thread exits. What is asked and
 * done without a call: region/level.h, region.h. How misuse is reported: report/object.h.
 */
#ifndef ERES_NEIGHBOUR_H
#define ERES_NEIGHBOUR_H

#include <linux/types.h>

#include "call.h"

struct eres_thread;
struct module;

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

/* Says who has an object: a thread id; 0: nobody knows. Called with a raw lock held. */
typedef unsigned long (*eres_owner_fn)(const void *object);

/**
 * struct eres_object_wait - what a thread sleeps for that is no resource
 * @object: the object, of several the first; %NULL: the thread does not
 * @kind: what that is, in words
 * @count: how many objects
 * @all: for all of them at once, or for any
 * @owner: %NULL: nobody has such an object
 * @module: the second module
 * @call: routine and caller
 * @since: ktime_get_ns()
 *
 * Written by the thread around the sleep, @object last. Who reads takes the record's
 * lock: while that says that the thread sleeps for it, object and module are there.
 */
struct eres_object_wait {
	const void *object;
	const char *kind;
	unsigned int count;
	bool all;
	eres_owner_fn owner;
	const struct module *module;
	struct eres_call call;
	u64 since;
};

/* wait/object_wait.c */
struct eres_thread *eres_object_wait_begin(const struct eres_object_wait *wait);
void eres_object_wait_end(struct eres_thread *thread);

/* thread/thread.c */
struct eres_mutex_note *eres_mutex_note(void);
void **eres_top_level_slot(bool make);

/* region/critical_region.c */
void eres_mutex_enter(const void *caller);
void eres_mutex_leave(struct eres_call call);
bool eres_is_held_off(void);

/* region/task_exit.c */
int eres_exit_notice(void *fn);
void eres_exit_unnotice(void *fn);

/* region/region_watch.c: of a work item */
void eres_work_returned(const void *routine, const void *item);

#endif /* ERES_NEIGHBOUR_H */
