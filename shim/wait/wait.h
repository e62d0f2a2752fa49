/* SPDX-License-Identifier: GPL-2.0-only */
/* Who waits for a resource: the thread's own note of it, and what is told of it. */
#ifndef ERES_WAIT_H
#define ERES_WAIT_H

#include "thread/thread.h"

/* wait.c */
void eres_wait_begin(struct eres_hold *hold, PERESOURCE r,
		     enum eres_request request, struct eres_call call);
void eres_wait_end(struct eres_hold *hold);

/* wait_warn.c: waits that take long */
void eres_wait_warn_arm(void);
void eres_wait_warn_exit(void);

/* hung_task.c */
void eres_hung_task_init(void);
void eres_hung_task_exit(void);

#endif /* ERES_WAIT_H */
