// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many resources held by one thread, and many threads that hold one: more than
 * records have room for, and more threads than the table has slots nearby.
 */
#include <linux/bitmap.h>
#include <linux/slab.h>

#include "cell.h"

#define ERES_MANY_CELLS	200

struct eres_many {
	/* Everybody's, acquired in this order. */
	struct eres_cell cells[ERES_MANY_CELLS];
};

enum { HELD, AT_DISPATCH, DENIED };

static const char *const eres_many_counts[] = {
	[HELD] = "held along with others",
	[AT_DISPATCH] = "asked for at DISPATCH_LEVEL",
	[DENIED] = "denied there",
	NULL
};

static void eres_many_release(struct eres_worker *worker,
			      struct eres_many *many, unsigned long *held,
			      unsigned int number)
{
	PERESOURCE r = &many->cells[number].resource;

	ERES_CHECK(ExIsResourceAcquiredSharedLite(r) == 1,
		   "%u levels of one of many, not 1",
		   ExIsResourceAcquiredSharedLite(r));
	ExReleaseResourceLite(r);
	ERES_CHECK(!ExIsResourceAcquiredSharedLite(r),
		   "one of many is still held after its release");
	__clear_bit(number, held);
}

/* From a place chosen by chance upwards, then the rest. */
static void eres_many_release_all(struct eres_worker *worker,
				  struct eres_many *many, unsigned long *held)
{
	unsigned int from = eres_random_below(worker, ERES_MANY_CELLS);
	unsigned int number;

	number = from;
	for_each_set_bit_from(number, held, ERES_MANY_CELLS)
		if (eres_one_in(worker, 2))
			eres_many_release(worker, many, held, number);
	for_each_set_bit(number, held, ERES_MANY_CELLS)
		eres_many_release(worker, many, held, number);
}

/*
 * At DISPATCH_LEVEL nothing is waited for, memory neither: what is not to be
 * had is denied, and nothing is lost.
 */
static bool eres_many_try(struct eres_worker *worker, struct eres_cell *cell)
{
	KIRQL irql = KeRaiseIrqlToDpcLevel();
	bool granted = ExAcquireResourceSharedLite(&cell->resource, FALSE);

	KeLowerIrql(irql);
	worker->count[AT_DISPATCH]++;
	worker->count[DENIED] += !granted;
	return granted;
}

static void eres_many_round(struct eres_worker *worker)
{
	DECLARE_BITMAP(held, ERES_MANY_CELLS) = {};
	struct eres_many *many = worker->crew->data;
	u32 one_in = 1 + eres_random_below(worker, 16);
	enum eres_protection protection = eres_protect(worker);
	unsigned int number, count = 0;

	for (number = 0; number < ERES_MANY_CELLS; number++) {
		struct eres_cell *cell = &many->cells[number];

		if (!eres_one_in(worker, one_in))
			continue;
		if (eres_one_in(worker, 8)) {
			if (!eres_many_try(worker, cell))
				continue;
			eres_visit_shared(worker, cell);
		} else if (eres_one_in(worker, 16)) {
			ExAcquireResourceExclusiveLite(&cell->resource, TRUE);
			eres_visit_exclusive(worker, cell);
		} else {
			ExAcquireResourceSharedLite(&cell->resource, TRUE);
			eres_visit_shared(worker, cell);
		}
		__set_bit(number, held);
		count++;
	}
	eres_many_release_all(worker, many, held);
	eres_unprotect(protection);
	worker->count[HELD] += count;
}

static void eres_many_run(const struct eres_config *config,
			  struct eres_tally *tally)
{
	struct eres_many *many = kzalloc(sizeof(*many), GFP_KERNEL);
	struct eres_crew crew = {
		.size = config->threads ?: 64,
		.round = eres_many_round,
		.data = many,
		.counts = eres_many_counts,
	};
	unsigned int i;

	if (!many) {
		eres_fail("no memory");
		return;
	}
	for (i = 0; i < ERES_MANY_CELLS; i++)
		eres_cell_init(&many->cells[i]);
	if (!eres_crew_run(&crew, config, tally))
		return;
	for (i = 0; i < ERES_MANY_CELLS; i++)
		eres_cell_delete(&many->cells[i]);
	ERES_CHECK(eres_reports_of(ERES_REPORT_ACQUIRE_AT_DISPATCH) ==
		   eres_tally_of(tally, eres_many_counts[AT_DISPATCH]),
		   "%llu requests at DISPATCH_LEVEL, %llu reports",
		   eres_tally_of(tally, eres_many_counts[AT_DISPATCH]),
		   eres_reports_of(ERES_REPORT_ACQUIRE_AT_DISPATCH));
	kfree(many);
}

const struct eres_test eres_test_many = {
	.name = "many",
	.run = eres_many_run,
};
