// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory is freed, and a timer, DPC or work item in it is queued: it is reported, nothing
 * comes of it any more, and what was queued beside it is unharmed. What is not queued any
 * more is freed in silence.
 *
 * Of such memory the kernel tells in words of its own, five times before the next boot: once
 * for the suite of the verifier, and here in each case for the first object at least.
 */
#include <kunit/test.h>
#include <linux/slab.h>

/* First, for its types. */
#include "wdm_wait.h"

#include "wdm_jobs.h"

static LARGE_INTEGER in_ms(s64 ms)
{
	LARGE_INTEGER due = { .QuadPart = -10000 * ms };

	return due;
}

#define HOUR	(3600 * 1000)

static void skip_unless_watched(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_DEBUG_OBJECTS_FREE))
		kunit_skip(test, "the kernel does not watch what is freed");
}

/* The kernel's own message comes first; it is on purpose. */
static void free_announced(void *p)
{
	pr_info("eresource-expect-begin: ODEBUG: free active\n");
	kfree(p);
	pr_info("eresource-expect-end: ODEBUG: free active\n");
}

/* A report is large: not on everybody's frame. */
static noinline unsigned long next_object(struct kunit *test)
{
	return eres_reports_next(test->priv).param[1];
}

static void expect_next(struct kunit *test, unsigned int code, unsigned long number,
			void *object, size_t size)
{
	struct eres_reports *reports = test->priv;

	eres_expect_next(test, reports, (enum eres_bugcheck)code, number, object, object,
			 object + size);
}

/* Two reports, in any order. */
static void expect_both(struct kunit *test, unsigned int code, unsigned long number, void *one,
			size_t size, void *other, size_t other_size)
{
	bool one_first = next_object(test) == (unsigned long)one;

	if (one_first)
		expect_next(test, code, number, one, size);
	expect_next(test, code, number, other, other_size);
	if (!one_first)
		expect_next(test, code, number, one, size);
	expect_silence(test);
}

static void count_run(PKDPC dpc, PVOID runs, PVOID first, PVOID second)
{
	atomic_inc((atomic_t *)runs);
}

/* Twice: if the machine stood still, time is up before the timer had a chance. */
static bool expires(PKTIMER timer)
{
	return ERES_POLL(KeReadStateTimer(timer)) || ERES_POLL(KeReadStateTimer(timer));
}

#define OTHERS	64

/* Due before, with, and after what is due in an hour. */
static PKTIMER set_others(struct kunit *test)
{
	PKTIMER other = kunit_kcalloc(test, OTHERS, sizeof(*other), GFP_KERNEL);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, other);
	for (i = 0; i < OTHERS; i++) {
		KeInitializeTimer(&other[i]);
		KeSetTimer(&other[i], in_ms(HOUR + (i - OTHERS / 2) * 1000), NULL);
	}
	return other;
}

/* They are in the queue still, and expire. */
static void expect_others(struct kunit *test, PKTIMER other)
{
	int i;

	for (i = 0; i < OTHERS; i++)
		KUNIT_EXPECT_TRUE(test, KeSetTimer(&other[i], in_ms(1 + i / 8), NULL));
	for (i = 0; i < OTHERS; i++) {
		KUNIT_EXPECT_TRUE(test, expires(&other[i]));
		KUNIT_EXPECT_FALSE(test, KeCancelTimer(&other[i]));
	}
}

static void freed_timers_are_reported(struct kunit *test)
{
	struct {
		KTIMER once;
		KTIMER periodic;
		KDPC dpc;
	} *timers;
	atomic_t runs = ATOMIC_INIT(0);
	PKTIMER other;

	skip_unless_watched(test);
	other = set_others(test);
	timers = kzalloc(sizeof(*timers), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, timers);
	KeInitializeTimer(&timers->once);
	KeInitializeTimerEx(&timers->periodic, SynchronizationTimer);
	KeInitializeDpc(&timers->dpc, count_run, &runs);
	KeSetTimer(&timers->once, in_ms(HOUR), &timers->dpc);
	KeSetTimerEx(&timers->periodic, in_ms(HOUR), HOUR, &timers->dpc);
	free_announced(timers);
	expect_both(test, 0xC7, 0, &timers->once, sizeof(KTIMER), &timers->periodic,
		    sizeof(KTIMER));
	expect_others(test, other);
	KUNIT_EXPECT_EQ(test, atomic_read(&runs), 0);
	expect_silence(test);
}

static void freed_dpc_is_reported(struct kunit *test)
{
	atomic_t runs = ATOMIC_INIT(0), freed_runs = ATOMIC_INIT(0);
	KDPC before, after, *dpc;
	KIRQL irql;

	skip_unless_watched(test);
	dpc = kzalloc(sizeof(*dpc), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, dpc);
	KeInitializeDpc(&before, count_run, &runs);
	KeInitializeDpc(&after, count_run, &runs);
	KeInitializeDpc(dpc, count_run, &freed_runs);
	/* They run when that is left. */
	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	KeInsertQueueDpc(&before, NULL, NULL);
	KeInsertQueueDpc(dpc, NULL, NULL);
	KeInsertQueueDpc(&after, NULL, NULL);
	free_announced(dpc);
	expect_next(test, 0xC7, 1, dpc, sizeof(*dpc));
	KeLowerIrql(irql);
	KeFlushQueuedDpcs();
	KUNIT_EXPECT_EQ(test, atomic_read(&runs), 2);
	KUNIT_EXPECT_EQ(test, atomic_read(&freed_runs), 0);
	expect_silence(test);
}

static VOID count_work(PDEVICE_OBJECT object, PVOID runs)
{
	atomic_inc((atomic_t *)runs);
}

static void freed_work_is_reported(struct kunit *test)
{
	atomic_t begun = ATOMIC_INIT(0), done = ATOMIC_INIT(0), freed_runs = ATOMIC_INIT(0);
	struct wdm_job before, after, *job;
	struct wdm_full *full;
	PIO_WORKITEM io;

	skip_unless_watched(test);
	full = wdm_fill(test, DelayedWorkQueue);
	job = kzalloc(sizeof(*job) + IoSizeofWorkItem(), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, job);
	io = (PIO_WORKITEM)(job + 1);
	wdm_init_job(&before, NULL, &begun, &done);
	wdm_init_job(&after, NULL, &begun, &done);
	wdm_init_job(job, NULL, &freed_runs, &freed_runs);
	IoInitializeWorkItem(test, io);
	ExQueueWorkItem(&before.item, DelayedWorkQueue);
	ExQueueWorkItem(&job->item, DelayedWorkQueue);
	IoQueueWorkItem(io, count_work, DelayedWorkQueue, &freed_runs);
	ExQueueWorkItem(&after.item, DelayedWorkQueue);
	free_announced(job);
	expect_both(test, 0xE4, 0, &job->item, sizeof(WORK_QUEUE_ITEM), io, IoSizeofWorkItem());
	wdm_drain(test, full);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(atomic_read(&done) == 2));
	KUNIT_EXPECT_EQ(test, atomic_read(&freed_runs), 0);
	expect_silence(test);
}

static void expired_and_cancelled_timers_are_freed(struct kunit *test)
{
	KTIMER *timer = kcalloc(4, sizeof(*timer), GFP_KERNEL);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, timer);
	for (i = 0; i < 4; i++) {
		KeInitializeTimer(&timer[i]);
		KeSetTimerEx(&timer[i], in_ms(i & 1 ? HOUR : 1), i & 2 ? 1 : 0, NULL);
	}
	/* Neither is one that is set anew, and expires in the call. */
	KUNIT_EXPECT_TRUE(test, KeSetTimer(&timer[1], in_ms(0), NULL));
	KUNIT_EXPECT_TRUE(test, expires(&timer[0]) && expires(&timer[2]));
	KUNIT_EXPECT_FALSE(test, KeCancelTimer(&timer[0]));
	KUNIT_EXPECT_TRUE(test, KeCancelTimer(&timer[2]));
	KUNIT_EXPECT_TRUE(test, KeCancelTimer(&timer[3]));
	kfree(timer);
	expect_silence(test);
}

static void dpcs_that_ran_or_were_removed_are_freed(struct kunit *test)
{
	KDPC *dpc = kcalloc(2, sizeof(*dpc), GFP_KERNEL);
	atomic_t runs = ATOMIC_INIT(0);
	KIRQL irql;

	KUNIT_ASSERT_NOT_NULL(test, dpc);
	KeInitializeDpc(&dpc[0], count_run, &runs);
	KeInitializeDpc(&dpc[1], count_run, &runs);
	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	KeInsertQueueDpc(&dpc[0], NULL, NULL);
	KeInsertQueueDpc(&dpc[1], NULL, NULL);
	KUNIT_EXPECT_TRUE(test, KeRemoveQueueDpc(&dpc[1]));
	KeLowerIrql(irql);
	KeFlushQueuedDpcs();
	KUNIT_EXPECT_EQ(test, atomic_read(&runs), 1);
	kfree(dpc);
	expect_silence(test);
}

struct own_memory {
	KTIMER timer;
	KDPC dpc;
	atomic_t *freed;
};

static void free_own_memory(PKDPC dpc, PVOID context, PVOID first, PVOID second)
{
	struct own_memory *own = context;
	atomic_t *freed = own->freed;

	kfree(own);
	atomic_inc(freed);
}

static void routine_frees_its_timer_and_dpc(struct kunit *test)
{
	struct own_memory *own = kzalloc(sizeof(*own), GFP_KERNEL);
	atomic_t freed = ATOMIC_INIT(0);

	KUNIT_ASSERT_NOT_NULL(test, own);
	own->freed = &freed;
	KeInitializeTimer(&own->timer);
	KeInitializeDpc(&own->dpc, free_own_memory, own);
	KeSetTimer(&own->timer, in_ms(1), &own->dpc);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(atomic_read(&freed)));
	KeFlushQueuedDpcs();
	expect_silence(test);
}

static struct kunit_case freed_cases[] = {
	KUNIT_CASE(freed_timers_are_reported),
	KUNIT_CASE(freed_dpc_is_reported),
	KUNIT_CASE(freed_work_is_reported),
	KUNIT_CASE(expired_and_cancelled_timers_are_freed),
	KUNIT_CASE(dpcs_that_ran_or_were_removed_are_freed),
	KUNIT_CASE(routine_frees_its_timer_and_dpc),
	{}
};

static struct kunit_suite freed_suite = {
	.name = "eresource_wdm_freed",
	.init = wdm_wait_init,
	.test_cases = freed_cases,
};

kunit_test_suite(freed_suite);
