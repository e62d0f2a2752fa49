// SPDX-License-Identifier: GPL-2.0-only
/*
 * Oracles, one or several at the same time: each takes one episode after the
 * other. And what to tell of a failure.
 *
 * Only one thread of an episode has anything to do at a time. So several oracles
 * have their threads on one CPU each, in most of the episodes: to wake a thread of
 * another CPU takes longer than all that it is woken for.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/kthread.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "oracle_run.h"
#include "torture.h"

/* An oracle has mostly one thread that runs, and now and then none. */
#define ORACLES_PER_CPU	2
#define ORACLES_MAX	16

/* One in so many episodes of several oracles has its threads on all CPUs. */
#define ORACLE_APART	16

struct oracle_crew;

struct oracle {
	struct oracle_crew *crew;
	struct task_struct *task;
	struct oracle_run *run;
	struct oracle_episode episode;
	struct eres_oracle_result result;
	struct completion over;
};

/**
 * struct oracle_crew - oracles at work
 * @config: what they were told
 * @seed: of the next episode
 * @steps: done by all of them in episodes that are over
 * @failed: one of them has found something
 * @size: how many there are
 * @oracle: they
 */
struct oracle_crew {
	const struct eres_oracle_config *config;
	atomic64_t seed;
	atomic64_t steps;
	bool failed;
	unsigned int size;
	struct oracle oracle[];
};

/* What is nobody's goes to the first, who will not have foreseen it. */
static void oracle_sink(const struct eres_report *report, void *data)
{
	struct oracle_crew *crew = data;
	unsigned int i;

	for (i = 0; i < crew->size; i++)
		if (oracle_run_claims(crew->oracle[i].run, report))
			break;
	oracle_run_note(crew->oracle[i % crew->size].run, report);
}

static void oracle_tell(const struct oracle_episode *episode)
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

/* Each oracle where it is least in the way of others. */
static void oracle_choose_cpus(const struct oracle *oracle)
{
	unsigned int index = oracle - oracle->crew->oracle;
	const struct cpumask *cpus = cpu_possible_mask;

	cpus_read_lock();
	if (oracle->episode.together)
		cpus = cpumask_of(cpumask_local_spread(index, NUMA_NO_NODE));
	cpus_read_unlock();
	set_cpus_allowed_ptr(current, cpus);
}

static void oracle_prepare(struct oracle *oracle, u64 seed)
{
	const struct oracle_crew *crew = oracle->crew;
	const struct eres_oracle_config *config = crew->config;
	struct oracle_episode *episode = &oracle->episode;

	memset(episode, 0, sizeof(*episode));
	episode->run = oracle->run;
	prandom_seed_state(&episode->random, seed);
	episode->threads = config->threads ?:
		2 + prandom_u32_state(&episode->random) % (OM_THREADS - 1);
	episode->resources = config->resources ?:
		1 + prandom_u32_state(&episode->random) % OM_RESOURCES;
	episode->together = crew->size > 1 && seed % ORACLE_APART;
	episode->lie = config->lie;
	episode->patience = eres_patience() * HZ;
	episode->count = ERES_ORACLE_KEPT;
	episode->result = &oracle->result;
	oracle_choose_cpus(oracle);
}

static void oracle_failed(struct oracle_episode *episode, u64 seed)
{
	struct eres_oracle_result *result = episode->result;

	result->failed = true;
	result->seed = seed;
	if (episode->stuck) {
		pr_info("oracle: threads are stuck, so this is all that was done\n");
		episode->count = min(episode->failed_at + 1, episode->count);
	} else {
		oracle_shrink(episode);
		result->shortest = episode->count;
	}
	oracle_tell(episode);
}

static bool oracle_goes_on(struct oracle_crew *crew)
{
	return atomic64_read(&crew->steps) < crew->config->steps &&
	       !READ_ONCE(crew->failed) && !eres_cut_short();
}

static int oracle_work(void *data)
{
	struct oracle *oracle = data;
	struct oracle_crew *crew = oracle->crew;

	while (oracle_goes_on(crew)) {
		u64 seed = atomic64_fetch_inc(&crew->seed);
		u64 before = oracle->result.steps;

		oracle_prepare(oracle, seed);
		oracle_run_episode(&oracle->episode, false);
		atomic64_add(oracle->result.steps - before, &crew->steps);
		/* One failure is told, so that it can be read. */
		if (oracle->episode.failed && !xchg(&crew->failed, true))
			oracle_failed(&oracle->episode, seed);
		cond_resched();
	}
	kthread_complete_and_exit(&oracle->over, 0);
}

static bool oracle_start(struct oracle_crew *crew, struct oracle *oracle)
{
	oracle->run = oracle_run_new();
	if (!oracle->run)
		return false;
	oracle->crew = crew;
	init_completion(&oracle->over);
	oracle->task = kthread_create(oracle_work, oracle, "eres_oracles/%u",
				      crew->size);
	if (IS_ERR(oracle->task)) {
		oracle_run_free(oracle->run);
		return false;
	}
	return true;
}

/* As many as there is memory for; none begins before all are there. */
static void oracle_start_all(struct oracle_crew *crew, unsigned int size)
{
	unsigned int i;

	while (crew->size < size &&
	       oracle_start(crew, &crew->oracle[crew->size]))
		crew->size++;
	eres_set_report_sink(oracle_sink, NULL, crew);
	for (i = 0; i < crew->size; i++)
		wake_up_process(crew->oracle[i].task);
}

static void oracle_add(struct eres_oracle_result *sum,
		       const struct eres_oracle_result *result)
{
	sum->steps += result->steps;
	sum->episodes += result->episodes;
	sum->blocked += result->blocked;
	sum->misuses += result->misuses;
	sum->choices += result->choices;
	if (!result->failed)
		return;
	sum->failed = true;
	sum->seed = result->seed;
	sum->shortest = result->shortest;
	strscpy(sum->what, result->what, sizeof(sum->what));
}

static void oracle_end_all(struct oracle_crew *crew,
			   struct eres_oracle_result *result)
{
	unsigned int i;

	/* TASK_IDLE: it may take hours. */
	for (i = 0; i < crew->size; i++)
		wait_for_completion_state(&crew->oracle[i].over, TASK_IDLE);
	eres_set_report_sink(NULL, NULL, NULL);
	for (i = 0; i < crew->size; i++) {
		oracle_add(result, &crew->oracle[i].result);
		if (crew->oracle[i].episode.stuck)
			eres_torture_stuck();
		else
			oracle_run_free(crew->oracle[i].run);
	}
}

void eres_oracle_run(const struct eres_oracle_config *config,
		     struct eres_oracle_result *result)
{
	unsigned int size = config->oracles ?: 1;
	struct oracle_crew *crew = kzalloc(struct_size(crew, oracle, size),
					   GFP_KERNEL);

	memset(result, 0, sizeof(*result));
	if (crew) {
		crew->config = config;
		atomic64_set(&crew->seed, config->seed);
		oracle_start_all(crew, size);
		oracle_end_all(crew, result);
	}
	if (!crew || !crew->size) {
		result->failed = true;
		strscpy(result->what, "no memory", sizeof(result->what));
	}
	kfree(crew);
}
EXPORT_SYMBOL_GPL(eres_oracle_run);

static void oracle_test(const struct eres_config *config,
			struct eres_tally *tally)
{
	struct eres_oracle_config oracle = {
		.seed = config->seed,
		.steps = config->steps,
		.oracles = config->threads ?:
			min(ORACLES_PER_CPU * num_online_cpus(), ORACLES_MAX),
	};
	struct eres_oracle_result result;

	eres_oracle_run(&oracle, &result);
	ERES_CHECK(!result.failed, "oracle: %s", result.what);
	eres_tally_add(tally, "oracles", oracle.oracles);
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
