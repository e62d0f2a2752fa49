/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The oracle: threads that do random steps in lockstep with a model of the
 * contract. After each step everything that can be seen must be as the model
 * says: results, reports, who is blocked, waiter counts, and what each thread
 * that can be asked is told about itself.
 */
#ifndef ERES_ORACLE_H
#define ERES_ORACLE_H

#include <linux/types.h>

#include "oracle_model.h"

/**
 * struct eres_oracle_config - what to run
 * @seed: an episode's steps follow from @seed and the number of the episode
 * @steps: at least so many in all
 * @threads: 2 to 8; 0: any, another number in each episode
 * @resources: 1 to 4; 0: likewise
 * @oracles: that work at the same time, each on an episode of its own; 0: one
 * @lie: expect something wrong, to see that the oracle notices
 */
struct eres_oracle_config {
	u64 seed;
	u64 steps;
	unsigned int threads;
	unsigned int resources;
	unsigned int oracles;
	bool lie;
};

/* The longest that shrinking can leave. */
#define ERES_ORACLE_KEPT	200

/**
 * struct eres_oracle_result - what came of it
 * @steps: done, those that take an episode apart again among them
 * @episodes: done
 * @blocked: steps that blocked
 * @misuses: reports, all of them foreseen
 * @choices: times that several could have been next
 * @failed: something was not as foreseen; the rest is about that
 * @seed: of the episode, for @seed of a run of its own
 * @shortest: number of steps that still fail; 0 if they could not be tried
 * @what: was different
 */
struct eres_oracle_result {
	u64 steps;
	u64 episodes;
	u64 blocked;
	u64 misuses;
	u64 choices;
	bool failed;
	u64 seed;
	unsigned int shortest;
	char what[160];
};

/* Sleeps. Prints a failure, with the shortest way to it. */
void eres_oracle_run(const struct eres_oracle_config *config,
		     struct eres_oracle_result *result);

#endif /* ERES_ORACLE_H */
