// SPDX-License-Identifier: GPL-2.0-only
/* Entering and leaving a region. */
#include <linux/sched/signal.h>

#include "bench.h"

BENCH_WRITES(region_rwsem,
	     down_write(&o->rwsem), bench_inside(o), up_write(&o->rwsem))
BENCH_LOOP(region_ours, KeEnterCriticalRegion(), KeLeaveCriticalRegion())

/* What a port does without this module: two changes of the signal mask. */
static void region_textbook(struct bench_worker *worker, struct bench_object *o,
			    u64 n)
{
	sigset_t all, mask;

	sigfillset(&all);
	while (n--) {
		sigprocmask(SIG_BLOCK, &all, &mask);
		sigprocmask(SIG_SETMASK, &mask, NULL);
	}
}

#define BENCH_REGION_LOCKS						\
	.lock = {							\
		[BENCH_RWSEM] = { region_rwsem },			\
		[BENCH_TEXTBOOK] = { region_textbook },			\
		[BENCH_OURS] = { region_ours },				\
	}

const struct bench_row bench_region_rows[] = {
	{
		.name = "region-nested",
		.text = "enter and leave a region, within another",
		.against = "an exclusive pair; textbook: two sigprocmask()",
		.tasks = BENCH_BOTH, .threads = BENCH_ONE, .region = true,
		.straight = BENCH_STRAIGHT,
		BENCH_REGION_LOCKS,
	}, {
		.name = "region-outermost",
		.text = "enter and leave the outermost region",
		.against = "an exclusive pair; textbook: two sigprocmask()",
		.tasks = BENCH_BOTH, .threads = BENCH_ONE,
		.straight = BENCH_STRAIGHT,
		BENCH_REGION_LOCKS,
	},
	BENCH_END
};
