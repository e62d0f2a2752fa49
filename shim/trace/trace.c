// SPDX-License-Identifier: GPL-2.0-only
/* The tracepoints. Headers of the kernel come first: they have some, too. */
#include "trace/trace.h"

#define CREATE_TRACE_POINTS
#include "trace/trace.h"

/* For the second module. */
EXPORT_TRACEPOINT_SYMBOL_GPL(eres_region_enter);
EXPORT_TRACEPOINT_SYMBOL_GPL(eres_region_leave);
EXPORT_TRACEPOINT_SYMBOL_GPL(eres_spun);
