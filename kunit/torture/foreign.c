// SPDX-License-Identifier: GPL-2.0-only
/*
 * Foreign release against the living owner: a thread acquires several levels
 * and has some of them released under its id, by interrupts and work items,
 * while it goes on acquiring, recursing and releasing. Not one level may get
 * lost or be counted twice.
 *
 * A level that is promised to an errand is the thread's until the errand takes
 * it; so what the thread owns is between its own levels and those with the
 * promised ones. When all promises have been kept it is exactly its own.
 */
#include <linux/completion.h>
#include <linux/slab.h>

#include "cell.h"
#include "errand.h"

#define ERES_FOREIGN_CELLS	2
#define ERES_MOST_LEVELS	24

struct eres_promise {
	struct eres_errand errand;
	ERESOURCE_THREAD thread;
	PERESOURCE resource;
	struct eres_foreign *foreign;
	/* Levels that the errand is to release; by the thread while idle. */
	unsigned int levels;
	/* Of these, still to come. */
	atomic_t left;
	struct completion kept;
};

struct eres_foreign {
	struct eres_cell cells[ERES_FOREIGN_CELLS];
	struct eres_promise *promises;
	/* Levels released under another thread's id, each to be reported. */
	atomic64_t named;
};

enum { OWN, FOREIGN, MET };

static const char *const eres_foreign_counts[] = {
	[OWN] = "levels released by the owner",
	[FOREIGN] = "levels released by others",
	[MET] = "times both were at it",
	NULL
};

static void eres_keep_promise(struct eres_errand *errand)
{
	struct eres_promise *promise =
		container_of(errand, struct eres_promise, errand);
	unsigned int levels = promise->levels;

	/* An interrupt runs under the id of whom it has interrupted. */
	if (promise->thread != ExGetCurrentResourceThread())
		atomic64_add(levels, &promise->foreign->named);
	while (levels--) {
		ExReleaseResourceForThreadLite(promise->resource,
					       promise->thread);
		atomic_dec(&promise->left);
	}
	complete(&promise->kept);
}

static void eres_check_levels(PERESOURCE r, unsigned int own,
			      const struct eres_promise *promise)
{
	/* Promises kept before the question do not count in the answer. */
	unsigned int most = own + atomic_read(&promise->left);
	unsigned int levels;

	/* Pairs with the full barriers of a release: see the above. */
	smp_rmb();
	levels = ExIsResourceAcquiredSharedLite(r);
	ERES_CHECK(levels >= own && levels <= most,
		   "%u levels, not %u to %u", levels, own, most);
}

static void eres_foreign_round(struct eres_worker *worker)
{
	struct eres_foreign *foreign = worker->crew->data;
	struct eres_promise *promise = &foreign->promises[worker->index];
	struct eres_cell *cell =
		&foreign->cells[eres_random_below(worker, ERES_FOREIGN_CELLS)];
	bool exclusive = eres_one_in(worker, 2);
	PERESOURCE r = &cell->resource;
	unsigned int levels, own, i;

	KeEnterCriticalRegion();
	levels = 1 + eres_random_below(worker, ERES_MOST_LEVELS);
	for (i = 0; i < levels; i++) {
		if (exclusive)
			ExAcquireResourceExclusiveLite(r, TRUE);
		else
			ExAcquireResourceSharedLite(r, TRUE);
	}
	if (exclusive)
		eres_visit_exclusive(worker, cell);
	else
		eres_visit_shared(worker, cell);

	promise->resource = r;
	promise->levels = 1 + eres_random_below(worker, levels);
	own = levels - promise->levels;
	atomic_set(&promise->left, promise->levels);
	eres_errand_send(&promise->errand, worker);

	/* The levels that are ours go and come while the others go. */
	for (i = eres_random_below(worker, 48); i; i--) {
		eres_check_levels(r, own, promise);
		if (own && eres_one_in(worker, 2)) {
			ExReleaseResourceLite(r);
			own--;
			worker->count[OWN]++;
		} else if (own) {
			/* An owner's, so granted at once. */
			ExAcquireResourceSharedLite(r, TRUE);
			own++;
		}
		worker->count[MET] += atomic_read(&promise->left) > 0;
	}
	for (; own; own--, worker->count[OWN]++)
		ExReleaseResourceLite(r);
	wait_for_completion(&promise->kept);
	worker->count[FOREIGN] += promise->levels;
	ERES_CHECK(!ExIsResourceAcquiredSharedLite(r),
		   "%u levels are left", ExIsResourceAcquiredSharedLite(r));
	KeLeaveCriticalRegion();
}

/* The id is the worker's own, known only in its own thread. */
static void eres_foreign_first_round(struct eres_worker *worker)
{
	struct eres_foreign *foreign = worker->crew->data;
	struct eres_promise *promise = &foreign->promises[worker->index];

	promise->thread = ExGetCurrentResourceThread();
	eres_foreign_round(worker);
}

static void eres_foreign_run(const struct eres_config *config,
			     struct eres_tally *tally)
{
	struct eres_crew crew = {
		.size = config->threads ?: 6,
		.round = eres_foreign_first_round,
		.counts = eres_foreign_counts,
	};
	struct eres_foreign *foreign = kzalloc(sizeof(*foreign), GFP_KERNEL);
	unsigned int i;

	if (foreign)
		foreign->promises = kcalloc(crew.size,
					    sizeof(*foreign->promises),
					    GFP_KERNEL);
	if (!foreign || !foreign->promises) {
		eres_fail("no memory");
		kfree(foreign);
		return;
	}
	for (i = 0; i < ERES_FOREIGN_CELLS; i++)
		eres_cell_init(&foreign->cells[i]);
	for (i = 0; i < crew.size; i++) {
		eres_errand_init(&foreign->promises[i].errand,
				 eres_keep_promise);
		init_completion(&foreign->promises[i].kept);
		foreign->promises[i].foreign = foreign;
	}
	crew.data = foreign;
	if (!eres_crew_run(&crew, config, tally))
		return;
	for (i = 0; i < crew.size; i++)
		eres_errand_end(&foreign->promises[i].errand);
	for (i = 0; i < ERES_FOREIGN_CELLS; i++)
		eres_cell_delete(&foreign->cells[i]);
	ERES_CHECK(eres_reports_of(ERES_REPORT_FOREIGN_RELEASE) ==
		   atomic64_read(&foreign->named),
		   "%lld levels released under another's id, %llu reports",
		   atomic64_read(&foreign->named),
		   eres_reports_of(ERES_REPORT_FOREIGN_RELEASE));
	kfree(foreign->promises);
	kfree(foreign);
}

const struct eres_test eres_test_foreign = {
	.name = "foreign",
	.run = eres_foreign_run,
};
