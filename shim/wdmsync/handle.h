/* SPDX-License-Identifier: GPL-2.0-only */
/* Handles of threads; see handle.c. */
#ifndef WDMSYNC_HANDLE_H
#define WDMSYNC_HANDLE_H

#include "thread_object.h"

/* All threads of the kernel's belong to one process, whose id is 4. */
#define ERES_SYSTEM_PROCESS_ID	4

/* What KeSetPriorityThread() returns first. */
#define ERES_NORMAL_PRIORITY	8

bool eres_handle_reserve(HANDLE *handle);
void eres_handle_unreserve(HANDLE handle);
void eres_handle_set(HANDLE handle, struct eres_thread_object *object);
void eres_handles_exit(void);

#endif /* WDMSYNC_HANDLE_H */
