/* SPDX-License-Identifier: GPL-2.0-only */
/* What is looked at when a thread, or what it does for others, ends. */
#ifndef ERES_TASK_EXIT_H
#define ERES_TASK_EXIT_H

int eres_task_exit_init(void);
void eres_task_exit_exit(void);

#endif /* ERES_TASK_EXIT_H */
