/* SPDX-License-Identifier: GPL-2.0-only */
/* Hooks by which acquiring can be watched; next to nothing if nobody does. */
#ifndef ERES_WATCH_H
#define ERES_WATCH_H

#include "trace.h"

bool eres_acquire_traced(PERESOURCE r, enum eres_request request, bool wait,
			 const struct eres_call *call);

static inline bool eres_acquire_is_traced(void)
{
	return trace_eres_acquire_enabled() || trace_eres_acquired_enabled();
}

const char *eres_name(const struct _ERESOURCE *r);

/* waits.c */
void eres_wait_begin(struct eres_hold *hold, PERESOURCE r,
		     enum eres_request request, const struct eres_call *call);
void eres_wait_end(struct eres_hold *hold);

#endif /* ERES_WATCH_H */
