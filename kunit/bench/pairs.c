// SPDX-License-Identifier: GPL-2.0-only
/* Acquire and release: plain, recursive, and in one call with a region. */
#include <linux/sched/signal.h>

#include "bench.h"

BENCH_WRITES(exclusive_rwsem,
	     down_write(&o->rwsem), bench_inside(o), up_write(&o->rwsem))
BENCH_WRITES(exclusive_percpu,
	     percpu_down_write(&o->percpu), bench_inside(o),
	     percpu_up_write(&o->percpu))
BENCH_WRITES(exclusive_textbook,
	     textbook_acquire_exclusive(&o->textbook, true), bench_inside(o),
	     textbook_release(&o->textbook))
BENCH_WRITES(exclusive_ours,
	     bench_acquire_exclusive(o), bench_inside(o), bench_release(o))

BENCH_LOOP(shared_rwsem, down_read(&o->rwsem), up_read(&o->rwsem))
BENCH_LOOP(shared_percpu,
	   percpu_down_read(&o->percpu), percpu_up_read(&o->percpu))
BENCH_LOOP(shared_textbook,
	   textbook_acquire_shared(&o->textbook, true),
	   textbook_release(&o->textbook))
BENCH_LOOP(shared_ours, bench_acquire_shared(o), bench_release(o))

BENCH_STEP(hold_exclusive_textbook,
	   textbook_acquire_exclusive(&o->textbook, true))
BENCH_STEP(hold_exclusive_ours, bench_acquire_exclusive(o))
BENCH_STEP(hold_shared_textbook, textbook_acquire_shared(&o->textbook, true))
BENCH_STEP(hold_shared_ours, bench_acquire_shared(o))
BENCH_STEP(drop_textbook, textbook_release(&o->textbook))
BENCH_STEP(drop_ours, bench_release(o))

/* Without records of threads, a region is two changes of the signal mask. */
static void textbook_enter_exclusive(struct textbook *t, sigset_t *mask)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, mask);
	textbook_acquire_exclusive(t, true);
}

static void textbook_enter_shared(struct textbook *t, sigset_t *mask)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, mask);
	textbook_acquire_shared(t, true);
}

static void textbook_release_leave(struct textbook *t, sigset_t *mask)
{
	textbook_release(t);
	sigprocmask(SIG_SETMASK, mask, NULL);
}

static void fused_exclusive_textbook(struct bench_worker *worker,
				     struct bench_object *o, u64 n)
{
	sigset_t mask;

	worker->writes += n;
	while (n--) {
		textbook_enter_exclusive(&o->textbook, &mask);
		__bench_inside(worker, o, false);
		textbook_release_leave(&o->textbook, &mask);
	}
}

static void fused_shared_textbook(struct bench_worker *worker,
				  struct bench_object *o, u64 n)
{
	sigset_t mask;

	while (n--) {
		textbook_enter_shared(&o->textbook, &mask);
		textbook_release_leave(&o->textbook, &mask);
	}
}

BENCH_WRITES(fused_exclusive_ours,
	     ExEnterCriticalRegionAndAcquireResourceExclusive(&o->resource);
	     bench_inside(o);
	     ExReleaseResourceAndLeaveCriticalRegion(&o->resource))
BENCH_LOOP(fused_shared_ours,
	   ExEnterCriticalRegionAndAcquireResourceShared(&o->resource);
	   ExReleaseResourceAndLeaveCriticalRegion(&o->resource))

const struct bench_row bench_pair_rows[] = {
	{
		.name = "exclusive",
		.text = "exclusive pair, each thread its own resource",
		.straight = BENCH_STRAIGHT,
		.tasks = BENCH_BOTH, .threads = BENCH_ONE | BENCH_MORE,
		.region = true, .own = true,
		BENCH_ALL(exclusive),
	}, {
		.name = "exclusive-no-region",
		.text = "exclusive pair, in no region",
		.tasks = BENCH_BOTH, .threads = BENCH_ONE, .setting = BENCH_QUIET,
		BENCH_ALL(exclusive),
	}, {
		.name = "shared",
		.text = "shared pair, all threads the same resource",
		.straight = BENCH_STRAIGHT_PERCPU,
		.tasks = BENCH_BOTH, .threads = BENCH_ONE | BENCH_MORE,
		.region = true,
		BENCH_ALL(shared),
	}, {
		.name = "recursive-exclusive",
		.text = "one more level by the exclusive owner, and back",
		.against = "an exclusive pair",
		.straight = BENCH_STRAIGHT,
		.tasks = BENCH_BOTH, .threads = BENCH_ONE, .region = true,
		.lock = {
			[BENCH_RWSEM] = { exclusive_rwsem },
			[BENCH_TEXTBOOK] = {
				exclusive_textbook, hold_exclusive_textbook,
				drop_textbook,
			},
			[BENCH_OURS] = {
				exclusive_ours, hold_exclusive_ours, drop_ours,
			},
		},
	}, {
		.name = "recursive-shared",
		.text = "one more level by a shared owner, and back",
		.against = "a shared pair",
		.straight = BENCH_STRAIGHT_PERCPU,
		.tasks = BENCH_BOTH, .threads = BENCH_ONE, .region = true,
		.lock = {
			[BENCH_RWSEM] = { shared_rwsem },
			[BENCH_PERCPU] = { shared_percpu },
			[BENCH_TEXTBOOK] = {
				shared_textbook, hold_shared_textbook,
				drop_textbook,
			},
			[BENCH_OURS] = {
				shared_ours, hold_shared_ours, drop_ours,
			},
		},
	}, {
		.name = "fused-exclusive",
		.text = "enter and acquire exclusive, release and leave",
		.against = "an exclusive pair; textbook: between two sigprocmask()",
		.straight = BENCH_STRAIGHT,
		.tasks = BENCH_BOTH, .threads = BENCH_ONE,
		.lock = {
			[BENCH_RWSEM] = { exclusive_rwsem },
			[BENCH_TEXTBOOK] = { fused_exclusive_textbook },
			[BENCH_OURS] = { fused_exclusive_ours },
		},
	}, {
		.name = "fused-shared",
		.text = "enter and acquire shared, release and leave",
		.against = "a shared pair; textbook: between two sigprocmask()",
		.straight = BENCH_STRAIGHT_PERCPU,
		.tasks = BENCH_BOTH, .threads = BENCH_ONE,
		.lock = {
			[BENCH_RWSEM] = { shared_rwsem },
			[BENCH_PERCPU] = { shared_percpu },
			[BENCH_TEXTBOOK] = { fused_shared_textbook },
			[BENCH_OURS] = { fused_shared_ours },
		},
	},
	BENCH_END
};
