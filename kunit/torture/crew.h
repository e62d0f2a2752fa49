/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A crew of kernel threads that do rounds of the same work until the time is
 * over, something has failed, or somebody is stuck.
 */
#ifndef ERES_CREW_H
#define ERES_CREW_H

#include <linux/prandom.h>
#include <linux/sched.h>

#include <ntifs.h>

#include "torture.h"

#define ERES_CREW_COUNTS	8

struct eres_crew;

/* Only the worker itself writes here, unless a test says otherwise. */
struct eres_worker {
	struct eres_crew *crew;
	struct task_struct *task;
	unsigned int index;
	struct rnd_state random;
	/* Read by the others, to see that the worker goes on. */
	unsigned long rounds;
	bool finished;
	u64 count[ERES_CREW_COUNTS];
};

/**
 * struct eres_crew - who does what
 * @size: workers; 0: by configuration and number of CPUs
 * @round: one round of work; has released everything at its end
 * @data: for @round
 * @counts: names of eres_worker.count, summed up in the tally; %NULL: no more
 */
struct eres_crew {
	unsigned int size;
	void (*round)(struct eres_worker *worker);
	void *data;
	const char *const *counts;

	/* private: */
	struct eres_worker *workers;
	unsigned long end;
};

/*
 * Runs the crew from beginning to end. Failures have been told.
 * Return: has everybody come home? Else what they work on must stay.
 */
bool eres_crew_run(struct eres_crew *crew, const struct eres_config *config,
		   struct eres_tally *tally);

/* Should a worker come to an end? For rounds that wait for others. */
bool eres_crew_is_over(const struct eres_crew *crew);

static inline u32 eres_random(struct eres_worker *worker)
{
	return prandom_u32_state(&worker->random);
}

static inline u32 eres_random_below(struct eres_worker *worker, u32 limit)
{
	return eres_random(worker) % limit;
}

/* True once in @n times. */
static inline bool eres_one_in(struct eres_worker *worker, u32 n)
{
	return !eres_random_below(worker, n);
}

/* Stay where one is for a moment, mostly short. */
void eres_dwell(struct eres_worker *worker);

/* Ways to be kept from signals, and some not to be. */
enum eres_protection {
	ERES_UNPROTECTED,
	ERES_CRITICAL,
	ERES_GUARDED,
	ERES_FILE_SYSTEM,
	ERES_AT_APC_LEVEL,
	ERES_BOTH_REGIONS,
	ERES_PROTECTIONS,
};

enum eres_protection eres_protect(struct eres_worker *worker);
void eres_unprotect(enum eres_protection protection);

#endif /* ERES_CREW_H */
