// SPDX-License-Identifier: GPL-2.0-only
/* Events, semaphores and mutexes of wdmsync.ko, and waits that are over at once. */
#include "bench.h"

/* For ever; any other answer than success is wrong. */
static __always_inline NTSTATUS waits_for(void *object)
{
	return KeWaitForSingleObject(object, Executive, KernelMode, FALSE, NULL);
}

BENCH_LOOP(event_linux,
	   complete(&o->wdm.completion);
	   wait_for_completion(&o->wdm.completion))
BENCH_LOOP(event_ours,
	   KeSetEvent(&o->wdm.event, IO_NO_INCREMENT, FALSE);
	   worker->torn += waits_for(&o->wdm.event) != STATUS_SUCCESS)
BENCH_LOOP(clear_linux,
	   complete_all(&o->wdm.completion);
	   reinit_completion(&o->wdm.completion))
BENCH_LOOP(clear_ours,
	   KeSetEvent(&o->wdm.event, IO_NO_INCREMENT, FALSE);
	   KeClearEvent(&o->wdm.event))
BENCH_LOOP(wait_linux, wait_for_completion(&o->wdm.done))
BENCH_LOOP(wait_ours, worker->torn += waits_for(&o->wdm.flag) != STATUS_SUCCESS)

BENCH_LOOP(semaphore_linux, down(&o->wdm.semaphore), up(&o->wdm.semaphore))
BENCH_LOOP(semaphore_ours,
	   worker->torn += waits_for(&o->wdm.ksemaphore) != STATUS_SUCCESS;
	   KeReleaseSemaphore(&o->wdm.ksemaphore, IO_NO_INCREMENT, 1, FALSE))

BENCH_WRITES(kmutex_linux,
	     mutex_lock(&o->wdm.mutex), bench_inside(o),
	     mutex_unlock(&o->wdm.mutex))
BENCH_WRITES(kmutex_ours,
	     worker->torn += waits_for(&o->wdm.kmutex) != STATUS_SUCCESS;
	     bench_inside(o);
	     KeReleaseMutex(&o->wdm.kmutex, FALSE))

static int waits_prepare(struct bench_cell *cell)
{
	struct bench_wdm *w = &cell->object->wdm;

	init_completion(&w->completion);
	KeInitializeEvent(&w->event, SynchronizationEvent, FALSE);
	init_completion(&w->done);
	complete_all(&w->done);
	KeInitializeEvent(&w->flag, NotificationEvent, TRUE);
	sema_init(&w->semaphore, 1);
	KeInitializeSemaphore(&w->ksemaphore, 1, 1);
	mutex_init(&w->mutex);
	KeInitializeMutex(&w->kmutex, 0);
	return 0;
}

static void waits_finish(struct bench_cell *cell)
{
	struct bench_wdm *w = &cell->object->wdm;

	if (KeReadStateEvent(&w->event) || KeReadStateSemaphore(&w->ksemaphore) != 1 ||
	    KeReadStateMutex(&w->kmutex) != 1 || mutex_is_locked(&w->mutex))
		bench_fail("%s, %s: not free at the end", cell->row->name,
			   bench_column_names[cell->column]);
}

/* Of several, the last one is set. */
struct waits_any {
	struct completion done[MAXIMUM_WAIT_OBJECTS];
	KEVENT event[MAXIMUM_WAIT_OBJECTS];
	PVOID object[MAXIMUM_WAIT_OBJECTS];
	KWAIT_BLOCK block[MAXIMUM_WAIT_OBJECTS];
};

static void any_linux(struct bench_worker *worker, struct bench_object *o, u64 n)
{
	struct waits_any *any = worker->cell->data;
	unsigned long i, count = worker->cell->row->size;

	while (n--)
		for (i = 0; i < count; i++)
			wait_for_completion(&any->done[i]);
}

static void any_ours(struct bench_worker *worker, struct bench_object *o, u64 n)
{
	struct waits_any *any = worker->cell->data;
	ULONG count = worker->cell->row->size;
	NTSTATUS status;

	while (n--) {
		status = KeWaitForMultipleObjects(count, any->object, WaitAny, Executive,
						  KernelMode, FALSE, NULL, any->block);
		worker->torn += status != STATUS_WAIT_0 + count - 1;
	}
}

static int any_prepare(struct bench_cell *cell)
{
	struct waits_any *any = kzalloc(sizeof(*any), GFP_KERNEL);
	unsigned long i, count = cell->row->size;

	cell->data = any;
	if (!any)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		init_completion(&any->done[i]);
		complete_all(&any->done[i]);
		KeInitializeEvent(&any->event[i], NotificationEvent, i == count - 1);
		any->object[i] = &any->event[i];
	}
	return 0;
}

static void any_finish(struct bench_cell *cell)
{
	kfree(cell->data);
}

#define WAITS								\
	.tasks = BENCH_KERNEL, .threads = BENCH_ONE, .region = true,	\
	.prepare = waits_prepare, .finish = waits_finish,		\
	.straight = BENCH_STRAIGHT

#define WAITS_ANY							\
	.tasks = BENCH_KERNEL, .threads = BENCH_ONE, .region = true,	\
	.prepare = any_prepare, .finish = any_finish

const struct bench_row bench_wdm_wait_rows[] = {
	{
		.name = "wdm-event",
		.text = "set a synchronization event, and wait for it",
		.against = "a completion",
		WAITS,
		BENCH_WDM(event),
	}, {
		.name = "wdm-event-clear",
		.text = "set an event, and clear it",
		.against = "a completion, complete_all() and reinit_completion()",
		WAITS,
		BENCH_WDM(clear),
	}, {
		.name = "wdm-wait",
		.text = "wait for a notification event that is set",
		.against = "a completion that is done",
		WAITS,
		BENCH_WDM(wait),
	}, {
		.name = "wdm-semaphore",
		.text = "wait for a semaphore, and release it",
		.against = "a semaphore",
		WAITS,
		BENCH_WDM(semaphore),
	}, {
		.name = "wdm-mutex",
		.text = "wait for a mutex, and release it",
		.against = "a mutex",
		WAITS,
		BENCH_WDM(kmutex),
	}, {
		.name = "wdm-wait-any-3",
		.text = "wait for any of 3 events, of which the last is set",
		.against = "so many completions that are done, one after the other",
		WAITS_ANY, .straight = BENCH_STRAIGHT, .size = 3,
		BENCH_WDM(any),
	}, {
		.name = "wdm-wait-any-64",
		.text = "wait for any of 64 events, of which the last is set",
		.against = "so many completions that are done, one after the other",
		WAITS_ANY, .size = MAXIMUM_WAIT_OBJECTS,
		BENCH_WDM(any),
	},
	BENCH_END
};
