// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a sequence that fails to a short one: leave out what can be left out,
 * first half of it, then quarters, and so on down to single steps. That the
 * steps that are left mean something else then does no harm: the model says
 * anew what has to come of them.
 */
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "oracle_run.h"

#define ORACLE_TRIALS	400

/* Does it still fail without @length steps from @from on? If so, it is so. */
static bool oracle_try_without(struct oracle_episode *episode,
			       struct oracle_episode *trial, unsigned int from,
			       unsigned int length)
{
	unsigned int rest = episode->count - from - length;

	*trial = *episode;
	trial->patience = min(trial->patience, 2UL * HZ);
	memmove(&trial->steps[from], &trial->steps[from + length],
		rest * sizeof(trial->steps[0]));
	trial->count -= length;
	oracle_run_episode(trial, true);
	if (trial->stuck)
		episode->stuck = true;
	if (!trial->failed)
		return false;
	*episode = *trial;
	/* What comes after the failure is not needed. */
	episode->count = min(episode->failed_at + 1, episode->count);
	return true;
}

void oracle_shrink(struct oracle_episode *episode)
{
	struct oracle_episode *trial = kmalloc(sizeof(*trial), GFP_KERNEL);
	unsigned int length, from, trials = 0;

	if (!trial)
		return;
	episode->count = min(episode->failed_at + 1, episode->count);
	for (length = max(episode->count / 2, 1U); length; length /= 2) {
		from = 0;
		while (from + length <= episode->count &&
		       trials < ORACLE_TRIALS && !episode->stuck) {
			trials++;
			if (!oracle_try_without(episode, trial, from, length))
				from += length;
		}
	}
	kfree(trial);
}
