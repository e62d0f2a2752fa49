// SPDX-License-Identifier: GPL-2.0-only
/*
 * Starvers against writers. An anchor owns shared until a writer has
 * registered and a number of starvers have been in. As long as it owns:
 *
 *   a starver gets in at once, whoever waits;
 *   an ordinary reader does not once a writer waits.
 *
 * Then the anchor lets go, the group comes to an end, since starvers start
 * nothing while there is no anchor, and a writer has to get in before the
 * anchor begins again: both sides go on, or somebody is stuck.
 */
#include <linux/delay.h>
#include <linux/slab.h>

#include "cell.h"

#define ERES_STARVERS_IN	32

struct eres_starve {
	struct eres_cell cell;
	/* Odd while the anchor owns; the anchor only. */
	unsigned long anchored;
	/* Starvers that got in past a writer. */
	atomic_t past;
	/* Exclusive grants; by the owner. */
	u64 grants;
};

enum { EXCLUSIVE, STARVED, REFUSED, ANCHORED };

static const char *const eres_starve_counts[] = {
	[EXCLUSIVE] = "exclusive",
	[STARVED] = "starvers past a writer",
	[REFUSED] = "readers kept behind a writer",
	[ANCHORED] = "groups",
	NULL
};

/* Between two looks, since nobody tells. */
static void eres_look_again(void)
{
	usleep_range(20, 50);
}

static void eres_anchor_round(struct eres_worker *worker,
			      struct eres_starve *starve)
{
	const struct eres_crew *crew = worker->crew;
	PERESOURCE r = &starve->cell.resource;
	u64 grants;

	ExAcquireResourceSharedLite(r, TRUE);
	grants = starve->grants;
	atomic_set(&starve->past, 0);
	/* Owned before it is said; pairs with the acquires below. */
	smp_store_release(&starve->anchored, starve->anchored + 1);
	while (atomic_read(&starve->past) < ERES_STARVERS_IN &&
	       !eres_crew_is_over(crew))
		eres_look_again();
	eres_visit_shared(worker, &starve->cell);
	/* Said before it is true. */
	WRITE_ONCE(starve->anchored, starve->anchored + 1);
	/* Pairs with the one in eres_still_anchored(). */
	smp_mb();
	ExReleaseResourceLite(r);
	worker->count[ANCHORED]++;
	while (READ_ONCE(starve->grants) == grants && !eres_crew_is_over(crew))
		eres_look_again();
}

/* Was the anchor there all the time since it was at @anchored? */
static bool eres_still_anchored(struct eres_starve *starve,
				unsigned long anchored)
{
	/* Tried, then looked; pairs with the one in eres_anchor_round(). */
	smp_mb();
	return READ_ONCE(starve->anchored) == anchored;
}

static void eres_starver_round(struct eres_worker *worker,
			       struct eres_starve *starve)
{
	/* Pairs with the release in eres_anchor_round(). */
	unsigned long anchored = smp_load_acquire(&starve->anchored);
	PERESOURCE r = &starve->cell.resource;
	bool writer = ExGetExclusiveWaiterCount(r);

	if (!(anchored & 1)) {
		eres_look_again();
		return;
	}
	if (writer && ExAcquireResourceSharedLite(r, FALSE)) {
		ERES_CHECK(!eres_still_anchored(starve, anchored),
			   "a reader got in past a registered writer");
		ExReleaseResourceLite(r);
	} else if (writer) {
		worker->count[REFUSED]++;
	}
	if (!ExAcquireSharedStarveExclusive(r, FALSE)) {
		ERES_CHECK(!eres_still_anchored(starve, anchored),
			   "a starver was kept out of a shared group");
		return;
	}
	eres_visit_shared(worker, &starve->cell);
	ExReleaseResourceLite(r);
	if (writer) {
		atomic_inc(&starve->past);
		worker->count[STARVED]++;
	}
}

static void eres_starved_round(struct eres_worker *worker,
			       struct eres_starve *starve)
{
	PERESOURCE r = &starve->cell.resource;

	ExAcquireResourceExclusiveLite(r, TRUE);
	WRITE_ONCE(starve->grants, starve->grants + 1);
	eres_visit_exclusive(worker, &starve->cell);
	ExReleaseResourceLite(r);
	worker->count[EXCLUSIVE]++;
}

static void eres_starve_round(struct eres_worker *worker)
{
	struct eres_starve *starve = worker->crew->data;

	KeEnterCriticalRegion();
	if (!worker->index)
		eres_anchor_round(worker, starve);
	else if (worker->index % 2)
		eres_starver_round(worker, starve);
	else
		eres_starved_round(worker, starve);
	KeLeaveCriticalRegion();
}

static void eres_starve_run(const struct eres_config *config,
			    struct eres_tally *tally)
{
	struct eres_starve *starve = kzalloc(sizeof(*starve), GFP_KERNEL);
	struct eres_crew crew = {
		.size = max(config->threads, 5U),
		.round = eres_starve_round,
		.data = starve,
		.counts = eres_starve_counts,
	};

	if (!starve) {
		eres_fail("no memory");
		return;
	}
	eres_cell_init(&starve->cell);
	if (!eres_crew_run(&crew, config, tally))
		return;
	eres_cell_delete(&starve->cell);
	kfree(starve);
}

const struct eres_test eres_test_starve = {
	.name = "starve",
	.run = eres_starve_run,
};
