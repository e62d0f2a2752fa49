/* SPDX-License-Identifier: GPL-2.0-only */
/* What both forms of rundown protection say of their users. */
#ifndef WDMSYNC_RUNDOWN_H
#define WDMSYNC_RUNDOWN_H

#include <eresource.h>
#include <wdk/rundown.h>

#include "check.h"
#include "neighbour.h"

/* A reference, in Count. */
#define ERES_RUNDOWN_ONE	2L

/* rundown.c */
extern const struct eres_misuse eres_rundown_released;
extern const struct eres_misuse eres_rundown_in_use;
extern const struct eres_misuse eres_rundown_waited_for;
void eres_rundown_complain(const struct eres_misuse *misuse, const void *ref,
			   unsigned long word, struct eres_call call);
bool eres_rundown_may_wait(const void *ref, struct eres_call call);
struct eres_thread *eres_rundown_wait_begin(const void *ref, struct eres_call call);

#endif /* WDMSYNC_RUNDOWN_H */
