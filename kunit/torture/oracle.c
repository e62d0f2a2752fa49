// SPDX-License-Identifier: GPL-2.0-only
/* The oracle: one episode after the other, and what to tell of a failure. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/export.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "oracle_run.h"
#include "torture.h"

static void oracle_tell(const struct oracle_episode *episode,
			const struct eres_oracle_config *config)
{
	const struct eres_oracle_result *result = episode->result;
	char text[ORACLE_STEP_TEXT];
	unsigned int i;

	pr_info("oracle: %s; %u threads, %u resources; to do it again: tests=oracle seed=%llu steps=1\n",
		result->what, episode->threads, episode->resources,
		result->seed);
	for (i = 0; i < episode->count; i++)
		pr_info("oracle: %3u %s\n", i + 1,
			oracle_step_text(&episode->steps[i], text));
}

static void oracle_prepare(struct oracle_episode *episode,
			   const struct eres_oracle_config *config, u64 seed,
			   struct eres_oracle_result *result)
{
	memset(episode, 0, sizeof(*episode));
	prandom_seed_state(&episode->random, seed);
	episode->threads = config->threads ?:
		2 + prandom_u32_state(&episode->random) % (OM_THREADS - 1);
	episode->resources = config->resources ?:
		1 + prandom_u32_state(&episode->random) % OM_RESOURCES;
	episode->lie = config->lie;
	episode->patience = eres_patience() * HZ;
	episode->count = ERES_ORACLE_KEPT;
	episode->result = result;
}

static void oracle_failed(struct oracle_episode *episode,
			  const struct eres_oracle_config *config, u64 seed)
{
	struct eres_oracle_result *result = episode->result;

	result->failed = true;
	result->seed = seed;
	if (episode->stuck) {
		pr_info("oracle: threads are stuck, so this is all that was done\n");
		episode->count = min(episode->failed_at + 1, episode->count);
		eres_torture_stuck();
	} else {
		oracle_shrink(episode);
		result->shortest = episode->count;
	}
	oracle_tell(episode, config);
}

void eres_oracle_run(const struct eres_oracle_config *config,
		     struct eres_oracle_result *result)
{
	struct oracle_episode *episode = kmalloc(sizeof(*episode), GFP_KERNEL);
	u64 seed = config->seed;

	memset(result, 0, sizeof(*result));
	if (!episode) {
		result->failed = true;
		strscpy(result->what, "no memory", sizeof(result->what));
		return;
	}
	while (result->steps < config->steps && !result->failed &&
	       !eres_cut_short()) {
		oracle_prepare(episode, config, seed, result);
		oracle_run_episode(episode, false);
		if (episode->failed)
			oracle_failed(episode, config, seed);
		seed++;
		cond_resched();
	}
	kfree(episode);
}
EXPORT_SYMBOL_GPL(eres_oracle_run);

static void oracle_test(const struct eres_config *config,
			struct eres_tally *tally)
{
	struct eres_oracle_config oracle = {
		.seed = config->seed,
		.steps = config->steps,
	};
	struct eres_oracle_result result;

	eres_oracle_run(&oracle, &result);
	ERES_CHECK(!result.failed, "oracle: %s", result.what);
	eres_tally_add(tally, "steps", result.steps);
	eres_tally_add(tally, "episodes", result.episodes);
	eres_tally_add(tally, "steps that blocked", result.blocked);
	eres_tally_add(tally, "misuses, reported", result.misuses);
	eres_tally_add(tally, "choices of the next writer", result.choices);
}

const struct eres_test eres_test_oracle = {
	.name = "oracle",
	.run = oracle_test,
};
