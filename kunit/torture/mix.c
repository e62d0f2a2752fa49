// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mixes of all that threads do with resources that they release themselves,
 * in several resources nested in a fixed order.
 */
#include <linux/delay.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "cell.h"

enum eres_op {
	ERES_OP_EXCLUSIVE,
	ERES_OP_SHARED,
	ERES_OP_STARVE,
	ERES_OP_WAIT_FOR,
	ERES_OP_CONVERT,
	ERES_OP_FUSED_EXCLUSIVE,
	ERES_OP_FUSED_SHARED,
	ERES_OPS,
};

struct eres_mix {
	unsigned int cells;
	/* One in so many requests does not wait; 0: all do. */
	u32 try_one_in;
	/* One in so many visits goes on into the next cell; 0: none does. */
	u32 nest_one_in;
	u32 recurse_one_in;
	/* Every other worker has a real-time priority, and sleeps in between. */
	bool priorities;
	/* In per mille. */
	u32 weight[ERES_OPS];
};

struct eres_mix_data {
	const struct eres_mix *mix;
	struct eres_cell *cells;
};

enum { EXCLUSIVE, SHARED, DENIED, CONVERTED, RECURSED };

static const char *const eres_mix_counts[] = {
	[EXCLUSIVE] = "exclusive",
	[SHARED] = "shared",
	[DENIED] = "denied",
	[CONVERTED] = "converted",
	[RECURSED] = "levels more",
	NULL
};

static enum eres_op eres_choose(struct eres_worker *worker,
				const struct eres_mix *mix)
{
	u32 n = eres_random_below(worker, 1000);
	enum eres_op op;

	for (op = 0; op < ERES_OPS - 1 && n >= mix->weight[op]; op++)
		n -= mix->weight[op];
	return op;
}

static bool eres_request(PERESOURCE r, enum eres_op op, bool wait)
{
	switch (op) {
	case ERES_OP_EXCLUSIVE:
	case ERES_OP_CONVERT:
		return ExAcquireResourceExclusiveLite(r, wait);
	case ERES_OP_STARVE:
		return ExAcquireSharedStarveExclusive(r, wait);
	case ERES_OP_WAIT_FOR:
		return ExAcquireSharedWaitForExclusive(r, wait);
	case ERES_OP_FUSED_EXCLUSIVE:
		ExEnterCriticalRegionAndAcquireResourceExclusive(r);
		return true;
	case ERES_OP_FUSED_SHARED:
		ExEnterCriticalRegionAndAcquireResourceShared(r);
		return true;
	default:
		return ExAcquireResourceSharedLite(r, wait);
	}
}

static void eres_release(PERESOURCE r, enum eres_op op)
{
	if (op == ERES_OP_FUSED_EXCLUSIVE || op == ERES_OP_FUSED_SHARED)
		ExReleaseResourceAndLeaveCriticalRegion(r);
	else
		ExReleaseResourceLite(r);
}

static bool eres_is_exclusive(enum eres_op op)
{
	return op == ERES_OP_EXCLUSIVE || op == ERES_OP_CONVERT ||
	       op == ERES_OP_FUSED_EXCLUSIVE;
}

/* More levels, in any way that an owner is granted at once, and back. */
static void eres_recurse(struct eres_worker *worker, PERESOURCE r,
			 bool exclusive)
{
	u32 depth = 1 + eres_random_below(worker, 5), i;

	for (i = 0; i < depth; i++) {
		enum eres_op op = exclusive && eres_one_in(worker, 2) ?
				  ERES_OP_EXCLUSIVE : ERES_OP_SHARED;

		ERES_CHECK(eres_request(r, op, eres_one_in(worker, 2)),
			   "an owner was refused one more level");
	}
	ERES_CHECK(ExIsResourceAcquiredSharedLite(r) == depth + 1,
		   "%u levels, not %u", ExIsResourceAcquiredSharedLite(r),
		   depth + 1);
	ERES_CHECK(ExIsResourceAcquiredExclusiveLite(r) == exclusive,
		   "the mode is not %d", exclusive);
	for (i = 0; i < depth; i++)
		ExReleaseResourceLite(r);
	worker->count[RECURSED] += depth;
}

static void eres_enter_cell(struct eres_worker *worker, unsigned int number);

/* As owner: do something and perhaps go on to the next. */
static void eres_stay(struct eres_worker *worker, struct eres_cell *cell,
		      unsigned int number, bool exclusive)
{
	struct eres_mix_data *data = worker->crew->data;
	const struct eres_mix *mix = data->mix;

	if (exclusive)
		eres_visit_exclusive(worker, cell);
	else
		eres_visit_shared(worker, cell);
	if (mix->recurse_one_in && eres_one_in(worker, mix->recurse_one_in))
		eres_recurse(worker, &cell->resource, exclusive);
	if (mix->nest_one_in && number + 1 < mix->cells &&
	    eres_one_in(worker, mix->nest_one_in))
		eres_enter_cell(worker, number + 1);
	worker->count[exclusive ? EXCLUSIVE : SHARED]++;
}

static void eres_enter_cell(struct eres_worker *worker, unsigned int number)
{
	struct eres_mix_data *data = worker->crew->data;
	const struct eres_mix *mix = data->mix;
	struct eres_cell *cell = &data->cells[number];
	enum eres_op op = eres_choose(worker, mix);
	bool wait = !mix->try_one_in || !eres_one_in(worker, mix->try_one_in);
	PERESOURCE r = &cell->resource;

	if (!eres_request(r, op, wait)) {
		ERES_CHECK(!wait, "a request that waits was denied");
		worker->count[DENIED]++;
		return;
	}
	eres_stay(worker, cell, number, eres_is_exclusive(op));
	if (op == ERES_OP_CONVERT) {
		ExConvertExclusiveToSharedLite(r);
		worker->count[CONVERTED]++;
		eres_stay(worker, cell, number, false);
	}
	eres_release(r, op);
	ERES_CHECK(!ExIsResourceAcquiredSharedLite(r),
		   "still an owner after the last release");
}

/* Those with a priority get in the way of owners that have none. */
static void eres_take_priority(struct eres_worker *worker)
{
	if (!worker->rounds)
		sched_set_fifo_low(current);
	usleep_range(50, 150);
}

static void eres_mix_round(struct eres_worker *worker)
{
	struct eres_mix_data *data = worker->crew->data;
	enum eres_protection protection;

	if (data->mix->priorities && worker->index % 2)
		eres_take_priority(worker);
	protection = eres_protect(worker);
	eres_enter_cell(worker, eres_random_below(worker, data->mix->cells));
	eres_unprotect(protection);
}

static void eres_mix_run(const struct eres_mix *mix,
			 const struct eres_config *config,
			 struct eres_tally *tally)
{
	struct eres_mix_data *data = kzalloc(sizeof(*data), GFP_KERNEL);
	struct eres_crew crew = {
		.round = eres_mix_round,
		.data = data,
		.counts = eres_mix_counts,
	};
	unsigned int i;

	if (data)
		data->cells = kcalloc(mix->cells, sizeof(*data->cells),
				      GFP_KERNEL);
	if (!data || !data->cells) {
		eres_fail("no memory");
		kfree(data);
		return;
	}
	data->mix = mix;
	for (i = 0; i < mix->cells; i++)
		eres_cell_init(&data->cells[i]);
	if (!eres_crew_run(&crew, config, tally))
		return;
	for (i = 0; i < mix->cells; i++)
		eres_cell_delete(&data->cells[i]);
	kfree(data->cells);
	kfree(data);
}

#define ERES_MIX_TEST(NAME, ...)					\
static void eres_run_##NAME(const struct eres_config *config,		\
			    struct eres_tally *tally)			\
{									\
	static const struct eres_mix mix = { __VA_ARGS__ };		\
									\
	eres_mix_run(&mix, config, tally);				\
}									\
const struct eres_test eres_test_##NAME = {				\
	.name = #NAME,							\
	.run = eres_run_##NAME,						\
}

ERES_MIX_TEST(writers, .cells = 1, .recurse_one_in = 16,
	      .weight = { [ERES_OP_EXCLUSIVE] = 700,
			  [ERES_OP_FUSED_EXCLUSIVE] = 300 });

ERES_MIX_TEST(readers, .cells = 1, .recurse_one_in = 16,
	      .weight = { [ERES_OP_SHARED] = 400, [ERES_OP_STARVE] = 200,
			  [ERES_OP_WAIT_FOR] = 200,
			  [ERES_OP_FUSED_SHARED] = 200 });

ERES_MIX_TEST(r99, .cells = 1,
	      .weight = { [ERES_OP_EXCLUSIVE] = 10, [ERES_OP_SHARED] = 990 });

ERES_MIX_TEST(r90, .cells = 1,
	      .weight = { [ERES_OP_EXCLUSIVE] = 100, [ERES_OP_SHARED] = 900 });

ERES_MIX_TEST(convert, .cells = 1, .recurse_one_in = 16,
	      .weight = { [ERES_OP_CONVERT] = 500, [ERES_OP_SHARED] = 300,
			  [ERES_OP_WAIT_FOR] = 200 });

ERES_MIX_TEST(priorities, .cells = 2, .nest_one_in = 2, .recurse_one_in = 8,
	      .priorities = true,
	      .weight = { [ERES_OP_EXCLUSIVE] = 400, [ERES_OP_SHARED] = 300,
			  [ERES_OP_STARVE] = 50, [ERES_OP_WAIT_FOR] = 50,
			  [ERES_OP_CONVERT] = 200 });

/* Starvers are few, so that the groups that they keep alive come to an end. */
ERES_MIX_TEST(everything, .cells = 6, .try_one_in = 4, .nest_one_in = 2,
	      .recurse_one_in = 4,
	      .weight = { [ERES_OP_EXCLUSIVE] = 200, [ERES_OP_SHARED] = 200,
			  [ERES_OP_STARVE] = 50, [ERES_OP_WAIT_FOR] = 150,
			  [ERES_OP_CONVERT] = 200,
			  [ERES_OP_FUSED_EXCLUSIVE] = 100,
			  [ERES_OP_FUSED_SHARED] = 100 });
