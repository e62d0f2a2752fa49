// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who may overtake whom, asserted exactly although nobody keeps step.
 *
 * Readers, at the exclusive owner's release: an owner that finds as many parked
 * as there are readers asking knows that all of these are parked, and that only
 * its release, or conversion, can let them in. It tells them the number of its
 * grant, and each of them must find this number when it gets in: no exclusive
 * owner came between.
 *
 * Writers, at the end of a group: a shared owner that sees a writer registered
 * says so. Whoever asks for shared access after that must find, when it gets
 * in, that an exclusive owner has been there since: no ordinary reader joins
 * past a registered writer.
 */
#include <linux/bitops.h>
#include <linux/slab.h>

#include "cell.h"

struct eres_fair_reader {
	/* Set by the reader when it is about to ask. */
	bool asking;
	/* Written by an exclusive owner while the reader is parked. */
	u64 due;
} ____cacheline_aligned_in_smp;

struct eres_fair {
	struct eres_cell cell;
	/* Exclusive grants so far; written by the exclusive owner. */
	u64 grants;
	/* New readers get in when there have been so many grants. */
	u64 barred_until;
	unsigned int writers;
	unsigned int size;
	struct eres_fair_reader *readers;
};

enum { EXCLUSIVE, SHARED, PARKED_SEEN, BARRED, OVERTAKEN };

static const char *const eres_fair_counts[] = {
	[EXCLUSIVE] = "exclusive",
	[SHARED] = "shared",
	[PARKED_SEEN] = "parked readers that got in next",
	[BARRED] = "readers that came after a writer",
	[OVERTAKEN] = "writers that others overtook, by any number",
	NULL
};

/* The exclusive owner, before it lets go: is everybody who asks parked? */
static void eres_tell_parked(struct eres_fair *fair)
{
	u32 parked = ExGetSharedWaiterCount(&fair->cell.resource);
	u64 asking = 0;
	unsigned int i;

	/* Who is counted as parked was asking before; pairs with smp_mb() below. */
	smp_rmb();
	for (i = 0; i < fair->size; i++)
		if (READ_ONCE(fair->readers[i].asking))
			asking |= BIT_ULL(i);
	if (!parked || parked != hweight64(asking))
		return;
	/* Those, and not who may have begun to ask since. */
	for (i = 0; i < fair->size; i++)
		if (asking & BIT_ULL(i))
			fair->readers[i].due = fair->grants;
}

static void eres_fair_write(struct eres_worker *worker, struct eres_fair *fair)
{
	u64 expected = READ_ONCE(fair->grants) + 1;
	PERESOURCE r = &fair->cell.resource;

	ExAcquireResourceExclusiveLite(r, TRUE);
	WRITE_ONCE(fair->grants, fair->grants + 1);
	worker->count[OVERTAKEN] += fair->grants != expected;
	eres_visit_exclusive(worker, &fair->cell);
	eres_tell_parked(fair);
	if (eres_one_in(worker, 4)) {
		ExConvertExclusiveToSharedLite(r);
		eres_visit_shared(worker, &fair->cell);
	}
	ExReleaseResourceLite(r);
	worker->count[EXCLUSIVE]++;
}

static void eres_check_due(struct eres_worker *worker, struct eres_fair *fair)
{
	struct eres_fair_reader *reader = &fair->readers[worker->index];

	if (!reader->due)
		return;
	ERES_CHECK(fair->grants == reader->due,
		   "%llu exclusive owners overtook a parked reader",
		   fair->grants - reader->due);
	reader->due = 0;
	worker->count[PARKED_SEEN]++;
}

static void eres_fair_read(struct eres_worker *worker, struct eres_fair *fair)
{
	struct eres_fair_reader *reader = &fair->readers[worker->index];
	/* Pairs with the release below: a writer was registered before. */
	u64 barred_until = smp_load_acquire(&fair->barred_until);
	bool barred = barred_until > READ_ONCE(fair->grants);
	PERESOURCE r = &fair->cell.resource;

	WRITE_ONCE(reader->asking, true);
	/* Asking, then parked; pairs with smp_rmb() above. */
	smp_mb();
	if (eres_one_in(worker, 4))
		ExAcquireSharedWaitForExclusive(r, TRUE);
	else
		ExAcquireResourceSharedLite(r, TRUE);
	WRITE_ONCE(reader->asking, false);

	ERES_CHECK(fair->grants >= barred_until,
		   "a reader got in past a registered writer");
	worker->count[BARRED] += barred;
	eres_check_due(worker, fair);
	eres_visit_shared(worker, &fair->cell);
	if (ExGetExclusiveWaiterCount(r))
		/* Pairs with the acquire above: seen before it is said. */
		smp_store_release(&fair->barred_until, fair->grants + 1);
	ExReleaseResourceLite(r);
	worker->count[SHARED]++;
}

static void eres_fair_round(struct eres_worker *worker)
{
	struct eres_fair *fair = worker->crew->data;

	KeEnterCriticalRegion();
	if (worker->index < fair->writers)
		eres_fair_write(worker, fair);
	else
		eres_fair_read(worker, fair);
	KeLeaveCriticalRegion();
}

static void eres_fair_run(const struct eres_config *config,
			  struct eres_tally *tally)
{
	struct eres_fair *fair = kzalloc(sizeof(*fair), GFP_KERNEL);
	struct eres_crew crew = {
		.round = eres_fair_round,
		.data = fair,
		.counts = eres_fair_counts,
	};

	/* As many as there are bits for in eres_tell_parked(). */
	crew.size = clamp(config->threads, 6U, 64U);
	if (fair)
		fair->readers = kcalloc(crew.size, sizeof(*fair->readers),
					GFP_KERNEL);
	if (!fair || !fair->readers) {
		eres_fail("no memory");
		kfree(fair);
		return;
	}
	fair->size = crew.size;
	fair->writers = crew.size / 2;
	eres_cell_init(&fair->cell);
	if (!eres_crew_run(&crew, config, tally))
		return;
	eres_cell_delete(&fair->cell);
	kfree(fair->readers);
	kfree(fair);
}

const struct eres_test eres_test_fair = {
	.name = "fair",
	.run = eres_fair_run,
};
