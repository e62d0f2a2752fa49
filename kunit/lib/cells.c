// SPDX-License-Identifier: GPL-2.0-only
/* The master table of who gets a resource: builds a state, asks, compares. */
#include "cells.h"

/**
 * struct cell_state - a row of the table
 * @t: levels of T
 * @other: levels of another owner
 * @exclusive: the owner's levels are exclusive
 * @writer: a thread waits for exclusive access
 * @reader: a thread waits for shared access
 */
struct cell_state {
	unsigned int t;
	unsigned int other;
	bool exclusive;
	bool writer;
	bool reader;
};

static const struct cell_state cell_states[] = {
	[ERES_UNOWNED]			= {},
	[ERES_EXCLUSIVE_BY_T]		= { .t = 1, .exclusive = true },
	[ERES_EXCLUSIVE_BY_T_WAITERS]	= { .t = 1, .exclusive = true,
					    .writer = true, .reader = true },
	[ERES_EXCLUSIVE_BY_OTHER]	= { .other = 1, .exclusive = true },
	[ERES_SHARED_BY_T]		= { .t = 1 },
	[ERES_SHARED_BY_T_W]		= { .t = 1, .writer = true },
	[ERES_SHARED_BY_OTHERS]		= { .other = 1 },
	[ERES_SHARED_BY_OTHERS_W]	= { .other = 1, .writer = true },
};

struct cell_stage {
	PERESOURCE res;
	struct eres_reports *reports;
	const struct cell_state *state;
	struct eres_actor *t;
	struct eres_actor *other;
	struct eres_actor *writer;
	struct eres_actor *reader;
};

static struct eres_view cell_view(struct eres_actor *actor, unsigned int levels,
				  bool exclusive)
{
	return (struct eres_view){
		.actor = actor,
		.levels = levels,
		.exclusive = exclusive && levels,
	};
}

static struct eres_view cell_queued(struct eres_actor *actor, bool waits)
{
	return (struct eres_view){ .actor = actor, .waits = waits };
}

/* The row's state, but T in @t and so many more waiters. */
static void cell_expect(struct kunit *test, struct cell_stage *stage,
			struct eres_view t, unsigned int more_exclusive,
			unsigned int more_shared)
{
	const struct cell_state *state = stage->state;

	ERES_EXPECT(test, stage->res, state->writer + more_exclusive,
		    state->reader + more_shared, t,
		    cell_view(stage->other, state->other, state->exclusive),
		    cell_queued(stage->writer, state->writer),
		    cell_queued(stage->reader, state->reader));
}

static void cell_start(struct kunit *test, struct cell_stage *stage,
		       const struct cell_state *state)
{
	struct eres_stage *base = test->priv;
	enum eres_routine how = state->exclusive ? ERES_EXCLUSIVE : ERES_SHARED;

	stage->res = base->res;
	stage->reports = &base->reports;
	stage->state = state;
	stage->t = eres_stage_actor(test, "t");
	stage->other = eres_stage_actor(test, "other");
	stage->writer = eres_stage_actor(test, "writer");
	stage->reader = eres_stage_actor(test, "reader");

	if (state->t)
		KUNIT_EXPECT_TRUE(test, eres_try(stage->t, how, stage->res));
	if (state->other)
		KUNIT_EXPECT_TRUE(test,
				  eres_try(stage->other, how, stage->res));
	if (state->writer)
		eres_ask(stage->writer, ERES_EXCLUSIVE, stage->res);
	if (state->reader)
		eres_ask(stage->reader, ERES_SHARED, stage->res);
	cell_expect(test, stage,
		    cell_view(stage->t, state->t, state->exclusive), 0, 0);
}

/* Everybody but T gets what it waits for and gives it back. */
static void cell_end(struct kunit *test, struct cell_stage *stage)
{
	eres_drop(stage->other, stage->res, stage->state->other);
	if (stage->state->reader) {
		KUNIT_EXPECT_TRUE(test, eres_granted(stage->reader));
		eres_drop(stage->reader, stage->res, 1);
	}
	if (stage->state->writer) {
		KUNIT_EXPECT_TRUE(test, eres_granted(stage->writer));
		eres_drop(stage->writer, stage->res, 1);
	}
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, stage->reports);
}

/* T's levels after a grant: shared requests of an exclusive owner are exclusive. */
static struct eres_view cell_granted(struct cell_stage *stage,
				     const struct eres_cell *cell)
{
	const struct cell_state *state = stage->state;

	return cell_view(stage->t, state->t + 1,
			 cell->routine == ERES_EXCLUSIVE ||
			 (state->t && state->exclusive));
}

void eres_cell_try(struct kunit *test, const struct eres_cell *cell)
{
	const struct cell_state *state = &cell_states[cell->start];
	struct cell_stage stage;
	bool grant = cell->verdict == ERES_GRANT;

	cell_start(test, &stage, state);
	KUNIT_EXPECT_EQ(test, grant,
			eres_try(stage.t, cell->routine, stage.res));
	eres_expect_no_report(test, stage.reports);
	cell_expect(test, &stage, grant ? cell_granted(&stage, cell) :
		    cell_view(stage.t, state->t, state->exclusive), 0, 0);

	eres_drop(stage.t, stage.res, state->t + grant);
	cell_end(test, &stage);
}

static void cell_wait_granted(struct kunit *test, struct cell_stage *stage,
			      const struct eres_cell *cell)
{
	KUNIT_EXPECT_TRUE(test, eres_take(stage->t, cell->routine, stage->res));
	eres_expect_no_report(test, stage->reports);
	cell_expect(test, stage, cell_granted(stage, cell), 0, 0);
	eres_drop(stage->t, stage->res, stage->state->t + 1);
	cell_end(test, stage);
}

/* Remove what T waits for: its own level too, which T can not do any more. */
static void cell_unblock(struct kunit *test, struct cell_stage *stage)
{
	const struct cell_state *state = stage->state;
	ERESOURCE_THREAD t = eres_actor_id(stage->t);

	if (state->t) {
		ExReleaseResourceForThreadLite(stage->res, t);
		eres_expect_report(test, stage->reports, ERES_INVALID_RELEASE,
				   stage->res, ExGetCurrentResourceThread(), t,
				   0);
	}
	eres_drop(stage->other, stage->res, state->other);
}

static void cell_wait_blocked(struct kunit *test, struct cell_stage *stage,
			      const struct eres_cell *cell)
{
	const struct cell_state *state = stage->state;
	bool exclusive = cell->routine == ERES_EXCLUSIVE;

	eres_ask(stage->t, cell->routine, stage->res);
	cell_expect(test, stage, WAITS(stage->t), exclusive, !exclusive);
	if (cell->verdict == ERES_SELF_DEADLOCK)
		eres_expect_report(test, stage->reports, ERES_VERIFIER,
				   ERES_V_SELF_DEADLOCK, stage->res, 0, 0);
	else
		eres_expect_no_report(test, stage->reports);

	cell_unblock(test, stage);
	if (state->writer) {
		/* The last shared owner has left: W, which came first, owns. */
		ERES_EXPECT(test, stage->res, exclusive, !exclusive,
			    WAITS(stage->t), OWNS_EXCLUSIVE(stage->writer, 1),
			    OWNS_NOTHING(stage->other));
		KUNIT_EXPECT_TRUE(test, eres_granted(stage->writer));
		eres_drop(stage->writer, stage->res, 1);
	}
	KUNIT_EXPECT_TRUE(test, eres_granted(stage->t));
	ERES_EXPECT(test, stage->res, 0, 0,
		    cell_view(stage->t, 1, exclusive),
		    OWNS_NOTHING(stage->writer), OWNS_NOTHING(stage->other));
	eres_drop(stage->t, stage->res, 1);
	eres_leave(stage->t, state->t);
	eres_expect_free(test, stage->res);
	eres_expect_no_report(test, stage->reports);
}

void eres_cell_wait(struct kunit *test, const struct eres_cell *cell)
{
	struct cell_stage stage;

	cell_start(test, &stage, &cell_states[cell->start]);
	if (cell->verdict == ERES_GRANT)
		cell_wait_granted(test, &stage, cell);
	else
		cell_wait_blocked(test, &stage, cell);
}
