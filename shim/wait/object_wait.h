/* SPDX-License-Identifier: GPL-2.0-only */
/* What threads sleep for that is no resource, for those who tell of it. */
#ifndef ERES_OBJECT_WAIT_H
#define ERES_OBJECT_WAIT_H

#include "thread/thread.h"

/**
 * struct eres_object_waiting - a copy of what a thread sleeps for
 * @object: the object, of several the first; only to be compared and shown
 * @count: how many
 * @all: for all of them, or for any
 * @may_be_owned: it is of a kind that somebody can have
 * @owner: who has it: a thread id; 0: nobody knows
 * @since: ktime_get_ns()
 * @caller: of the routine
 * @kind: what it is
 * @routine: that waits
 */
struct eres_object_waiting {
	const void *object;
	unsigned int count;
	bool all;
	bool may_be_owned;
	unsigned long owner;
	u64 since;
	const void *caller;
	char kind[24];
	char routine[48];
};

bool eres_copy_object_wait(struct eres_thread *thread, struct eres_object_waiting *copy);

#endif /* ERES_OBJECT_WAIT_H */
