// SPDX-License-Identifier: GPL-2.0-only
/* Visits to what a resource protects. */
#include <linux/atomic.h>
#include <linux/string.h>

#include "cell.h"

void eres_cell_init(struct eres_cell *cell)
{
	memset(cell, 0, sizeof(*cell));
	(ExInitializeResourceLite)(&cell->resource);
}

void eres_cell_delete(struct eres_cell *cell)
{
	ERES_CHECK(cell->before == cell->after, "%llu writes begun, %llu ended",
		   cell->before, cell->after);
	ERES_CHECK(!ExGetExclusiveWaiterCount(&cell->resource) &&
		   !ExGetSharedWaiterCount(&cell->resource),
		   "%u exclusive and %u shared waiters are left",
		   ExGetExclusiveWaiterCount(&cell->resource),
		   ExGetSharedWaiterCount(&cell->resource));
	ERES_CHECK(NT_SUCCESS(ExDeleteResourceLite(&cell->resource)),
		   "a resource that nobody uses can not be deleted");
}

static void eres_check_alone(struct eres_cell *cell, int writers)
{
	ERES_CHECK(writers == 1 && !atomic_read(&cell->readers),
		   "exclusive with %d more and %d shared", writers - 1,
		   atomic_read(&cell->readers));
}

void eres_visit_exclusive(struct eres_worker *worker, struct eres_cell *cell)
{
	bool count = eres_one_in(worker, 2);

	ERES_CHECK(cell->before == cell->after,
		   "exclusive between the writes of another");
	cell->before++;
	if (count)
		eres_check_alone(cell, atomic_inc_return(&cell->writers));
	eres_dwell(worker);
	if (count)
		eres_check_alone(cell, atomic_fetch_dec(&cell->writers));
	cell->after++;
	ERES_CHECK(cell->before == cell->after, "exclusive was not alone");
}

void eres_visit_shared(struct eres_worker *worker, struct eres_cell *cell)
{
	bool count = eres_one_in(worker, 2);
	u64 before = cell->before;

	ERES_CHECK(before == cell->after, "shared between the writes of another");
	if (count) {
		atomic_inc(&cell->readers);
		ERES_CHECK(!atomic_read(&cell->writers), "shared with exclusive");
	}
	eres_dwell(worker);
	if (count) {
		ERES_CHECK(!atomic_read(&cell->writers), "shared with exclusive");
		atomic_dec(&cell->readers);
	}
	/* Read anew: what the compiler remembers proves nothing. */
	barrier();
	ERES_CHECK(before == cell->before && before == cell->after,
		   "somebody wrote while shared");
}

void eres_touch_exclusive(struct eres_cell *cell)
{
	ERES_CHECK(cell->before == cell->after,
		   "exclusive between the writes of another");
	cell->before++;
	barrier();
	cell->after++;
}

void eres_touch_shared(struct eres_cell *cell)
{
	ERES_CHECK(cell->before == cell->after,
		   "shared between the writes of another");
}
