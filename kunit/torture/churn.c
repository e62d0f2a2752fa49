// SPDX-License-Identifier: GPL-2.0-only
/*
 * Resources that do not live long: each is made for a few users, and the one
 * that finds itself the last releases it, deletes it and frees it at once. The
 * others may be on their way out of their release; none may touch it any more.
 * What was freed has been overwritten before, and is soon used again.
 */
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "cell.h"

#define ERES_CHURN_SLOTS	3
#define ERES_CHURN_USERS	4

struct eres_churned {
	struct eres_cell cell;
	/* Still to come and go; the resource, exclusively. */
	unsigned int users;
};

struct eres_churn {
	/* Protects the slots. */
	spinlock_t lock;
	struct eres_churn_slot {
		struct eres_churned *object;
		/* Users that may still take it. */
		unsigned int tickets;
	} slot[ERES_CHURN_SLOTS];
};

enum { USED, FREED };

static const char *const eres_churn_counts[] = {
	[USED] = "uses",
	[FREED] = "made, deleted and freed",
	NULL
};

/* With an own ticket, so that the object stays until we have used it. */
static struct eres_churned *eres_churn_take(struct eres_churn *churn,
					    struct eres_churn_slot *slot,
					    struct eres_churned **spare)
{
	struct eres_churned *object;

	spin_lock(&churn->lock);
	if (!slot->tickets) {
		slot->object = *spare;
		slot->tickets = ERES_CHURN_USERS;
		*spare = NULL;
	}
	slot->tickets--;
	object = slot->object;
	spin_unlock(&churn->lock);
	return object;
}

static struct eres_churned *eres_churned_new(void)
{
	struct eres_churned *object = kmalloc(sizeof(*object), GFP_KERNEL);

	if (!object)
		return NULL;
	eres_cell_init(&object->cell);
	object->users = ERES_CHURN_USERS;
	return object;
}

static void eres_churned_free(struct eres_churned *object)
{
	eres_cell_delete(&object->cell);
	memset(object, 0x6b, sizeof(*object));
	kfree(object);
}

static void eres_churn_use(struct eres_worker *worker,
			   struct eres_churned *object)
{
	PERESOURCE r = &object->cell.resource;
	bool last;

	if (eres_one_in(worker, 2)) {
		ExAcquireResourceSharedLite(r, TRUE);
		eres_visit_shared(worker, &object->cell);
		ExReleaseResourceLite(r);
	}
	ExEnterCriticalRegionAndAcquireResourceExclusive(r);
	eres_visit_exclusive(worker, &object->cell);
	last = !--object->users;
	ExReleaseResourceAndLeaveCriticalRegion(r);
	worker->count[USED]++;
	if (last) {
		eres_churned_free(object);
		worker->count[FREED]++;
	}
}

static void eres_churn_round(struct eres_worker *worker)
{
	struct eres_churn *churn = worker->crew->data;
	struct eres_churn_slot *slot =
		&churn->slot[eres_random_below(worker, ERES_CHURN_SLOTS)];
	struct eres_churned *spare = eres_churned_new();

	/* Memory may be short, and made so. */
	if (!spare)
		return;
	eres_churn_use(worker, eres_churn_take(churn, slot, &spare));
	if (spare)
		eres_churned_free(spare);
}

/* Use what tickets are left. */
static void eres_churn_finish(struct eres_churn *churn)
{
	unsigned int i;

	for (i = 0; i < ERES_CHURN_SLOTS; i++) {
		struct eres_churn_slot *slot = &churn->slot[i];

		if (slot->tickets)
			eres_churned_free(slot->object);
	}
}

static void eres_churn_run(const struct eres_config *config,
			   struct eres_tally *tally)
{
	struct eres_churn *churn = kzalloc(sizeof(*churn), GFP_KERNEL);
	struct eres_crew crew = {
		.size = config->threads ?: 8,
		.round = eres_churn_round,
		.data = churn,
		.counts = eres_churn_counts,
	};

	if (!churn) {
		eres_fail("no memory");
		return;
	}
	spin_lock_init(&churn->lock);
	if (!eres_crew_run(&crew, config, tally))
		return;
	eres_churn_finish(churn);
	kfree(churn);
}

const struct eres_test eres_test_churn = {
	.name = "churn",
	.run = eres_churn_run,
};
