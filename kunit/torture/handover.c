// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hand-over rings: threads acquire, hand over to an owner pointer, and go on;
 * an interrupt or a work item does the work under the lock and releases. Every
 * worker has several such transfers under way, in a few resources, so that
 * those who acquire wait for interrupts to let them in.
 */
#include <linux/completion.h>
#include <linux/slab.h>

#include "cell.h"
#include "errand.h"

#define ERES_TRANSFERS	4
#define ERES_RING_CELLS	3

/* One at a time for each; between sending and @done it is the errand's. */
struct eres_transfer {
	struct eres_errand errand;
	struct completion done;
	struct eres_cell *cell;
	unsigned int levels;
	bool exclusive;
};

struct eres_ring {
	struct eres_cell cells[ERES_RING_CELLS];
	struct eres_transfer *transfers;
};

enum { EXCLUSIVE, SHARED };

static const char *const eres_ring_counts[] = {
	[EXCLUSIVE] = "exclusive, handed over",
	[SHARED] = "shared, handed over",
	NULL
};

static unsigned long eres_transfer_owner(const struct eres_transfer *transfer)
{
	return (unsigned long)transfer | 3;
}

static void eres_arrive(struct eres_errand *errand)
{
	struct eres_transfer *transfer =
		container_of(errand, struct eres_transfer, errand);
	unsigned int i;

	if (transfer->exclusive)
		eres_touch_exclusive(transfer->cell);
	else
		eres_touch_shared(transfer->cell);
	for (i = 0; i < transfer->levels; i++)
		ExReleaseResourceForThreadLite(&transfer->cell->resource,
					       eres_transfer_owner(transfer));
	complete(&transfer->done);
}

static void eres_hand_over(struct eres_worker *worker,
			   struct eres_transfer *transfer)
{
	PERESOURCE r = &transfer->cell->resource;
	PVOID owner = (PVOID)eres_transfer_owner(transfer);

	/* Handed over: ours no more, whatever the pointer's owner does. */
	if (eres_one_in(worker, 2))
		ExSetResourceOwnerPointer(r, owner);
	else
		ExSetResourceOwnerPointerEx(r, owner, 0);
	ERES_CHECK(!ExIsResourceAcquiredSharedLite(r),
		   "an owner after the hand-over");
	worker->count[transfer->exclusive ? EXCLUSIVE : SHARED]++;
}

static void eres_ring_round(struct eres_worker *worker)
{
	struct eres_ring *ring = worker->crew->data;
	struct eres_transfer *transfer =
		&ring->transfers[worker->index * ERES_TRANSFERS +
				 worker->rounds % ERES_TRANSFERS];
	enum eres_protection protection;
	unsigned int i;
	PERESOURCE r;

	/* Its last journey. */
	wait_for_completion(&transfer->done);
	transfer->cell =
		&ring->cells[eres_random_below(worker, ERES_RING_CELLS)];
	transfer->levels = 1 + eres_random_below(worker, 3);
	transfer->exclusive = eres_one_in(worker, 2);
	r = &transfer->cell->resource;

	protection = eres_protect(worker);
	for (i = 0; i < transfer->levels; i++) {
		if (transfer->exclusive)
			ExAcquireResourceExclusiveLite(r, TRUE);
		else
			ExAcquireResourceSharedLite(r, TRUE);
	}
	if (transfer->exclusive)
		eres_visit_exclusive(worker, transfer->cell);
	else
		eres_visit_shared(worker, transfer->cell);
	eres_hand_over(worker, transfer);
	eres_unprotect(protection);
	eres_errand_send(&transfer->errand, worker);
}

static struct eres_ring *eres_ring_new(unsigned int transfers)
{
	struct eres_ring *ring = kzalloc(sizeof(*ring), GFP_KERNEL);
	unsigned int i;

	if (!ring)
		return NULL;
	ring->transfers = kcalloc(transfers, sizeof(*ring->transfers),
				  GFP_KERNEL);
	if (!ring->transfers) {
		kfree(ring);
		return NULL;
	}
	for (i = 0; i < ERES_RING_CELLS; i++)
		eres_cell_init(&ring->cells[i]);
	for (i = 0; i < transfers; i++) {
		eres_errand_init(&ring->transfers[i].errand, eres_arrive);
		init_completion(&ring->transfers[i].done);
		complete(&ring->transfers[i].done);
	}
	return ring;
}

static void eres_ring_free(struct eres_ring *ring, unsigned int transfers)
{
	unsigned int i;

	for (i = 0; i < transfers; i++)
		eres_errand_end(&ring->transfers[i].errand);
	for (i = 0; i < ERES_RING_CELLS; i++)
		eres_cell_delete(&ring->cells[i]);
	kfree(ring->transfers);
	kfree(ring);
}

static void eres_ring_run(const struct eres_config *config,
			  struct eres_tally *tally)
{
	struct eres_crew crew = {
		.size = config->threads ?: 6,
		.round = eres_ring_round,
		.counts = eres_ring_counts,
	};
	unsigned int transfers = crew.size * ERES_TRANSFERS;
	struct eres_ring *ring = eres_ring_new(transfers);

	if (!ring) {
		eres_fail("no memory");
		return;
	}
	crew.data = ring;
	if (eres_crew_run(&crew, config, tally))
		eres_ring_free(ring, transfers);
}

const struct eres_test eres_test_handover = {
	.name = "handover",
	.run = eres_ring_run,
};
