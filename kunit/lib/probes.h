/* SPDX-License-Identifier: GPL-2.0-only */
/* Probes on the tracepoints of the module, for the case that fires them. */
#ifndef ERES_KUNIT_PROBES_H
#define ERES_KUNIT_PROBES_H

#include <kunit/test.h>

/*
 * Attach @fn, which has the tracepoint's arguments after @data, until the case
 * ends. Asserts that eresource.ko has the tracepoint.
 */
void eres_probe_attach(struct kunit *test, const char *tracepoint, void *fn,
		       void *data);

#endif /* ERES_KUNIT_PROBES_H */
