/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The master table of who gets a resource: states by routines, every cell with
 * Wait FALSE and with Wait TRUE: acquire_kunit.c.
 *
 * "T" asks. "W" is a thread that is queued for exclusive access.
 */
#ifndef ERES_KUNIT_CELLS_H
#define ERES_KUNIT_CELLS_H

#include "state.h"

/* The rows: the state when T calls. */
enum eres_start {
	ERES_UNOWNED,
	ERES_EXCLUSIVE_BY_T,
	ERES_EXCLUSIVE_BY_T_WAITERS,
	ERES_EXCLUSIVE_BY_OTHER,
	ERES_SHARED_BY_T,
	ERES_SHARED_BY_T_W,
	ERES_SHARED_BY_OTHERS,
	ERES_SHARED_BY_OTHERS_W,
};

/*
 * What T gets. ERES_SELF_DEADLOCK is ERES_WAIT that nobody but a foreign
 * release of T's own level can end, and that is reported if T waits.
 */
enum eres_verdict {
	ERES_GRANT,
	ERES_WAIT,
	ERES_SELF_DEADLOCK,
};

struct eres_cell {
	const char *name;
	enum eres_routine routine;
	enum eres_start start;
	enum eres_verdict verdict;
};

/* One cell with Wait FALSE, and with Wait TRUE: blocked and granted later. */
void eres_cell_try(struct kunit *test, const struct eres_cell *cell);
void eres_cell_wait(struct kunit *test, const struct eres_cell *cell);

#endif /* ERES_KUNIT_CELLS_H */
