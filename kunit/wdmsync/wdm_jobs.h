/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Work items that wait for an event. With all runners of a queue blocked by such, what is
 * queued after that stays queued until the event is set.
 */
#ifndef ERES_KUNIT_WDM_JOBS_H
#define ERES_KUNIT_WDM_JOBS_H

#include <kunit/test.h>
#include <linux/atomic.h>
#include <linux/slab.h>

#include <wdmsync/work.h>

#define ERESOURCE_WDK
#include <ntifs.h>

#include "actor.h"

/**
 * struct wdm_job - an item that says that it has begun, waits, and says that it is done
 * @item: the item
 * @go: to wait for, if not %NULL
 * @begun: counts
 * @done: counts, last of all
 * @freed: frees itself before it waits
 */
struct wdm_job {
	WORK_QUEUE_ITEM item;
	PKEVENT go;
	atomic_t *begun;
	atomic_t *done;
	bool freed;
};

static inline VOID wdm_do_job(PVOID parameter)
{
	struct wdm_job *job = parameter;
	atomic_t *done = job->done;
	PKEVENT go = job->go;

	atomic_inc(job->begun);
	if (job->freed)
		kfree(job);
	if (go)
		KeWaitForSingleObject(go, Executive, KernelMode, FALSE, NULL);
	atomic_inc(done);
}

static inline void wdm_init_job(struct wdm_job *job, PKEVENT go, atomic_t *begun, atomic_t *done)
{
	*job = (struct wdm_job){ .go = go, .begun = begun, .done = done };
	ExInitializeWorkItem(&job->item, wdm_do_job, job);
}

struct wdm_full {
	KEVENT go;
	atomic_t begun;
	atomic_t done;
	struct wdm_job job[ERES_RUNNERS];
};

/* All runners of a queue are busy. */
static inline struct wdm_full *wdm_fill(struct kunit *test, WORK_QUEUE_TYPE type)
{
	struct wdm_full *full = kunit_kzalloc(test, sizeof(*full), GFP_KERNEL);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, full);
	KeInitializeEvent(&full->go, NotificationEvent, FALSE);
	for (i = 0; i < ERES_RUNNERS; i++) {
		wdm_init_job(&full->job[i], &full->go, &full->begun, &full->done);
		ExQueueWorkItem(&full->job[i].item, type);
	}
	KUNIT_EXPECT_TRUE(test, ERES_POLL(atomic_read(&full->begun) == ERES_RUNNERS));
	return full;
}

static inline void wdm_drain(struct kunit *test, struct wdm_full *full)
{
	KeSetEvent(&full->go, IO_NO_INCREMENT, FALSE);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(atomic_read(&full->done) == ERES_RUNNERS));
}

#endif /* ERES_KUNIT_WDM_JOBS_H */
