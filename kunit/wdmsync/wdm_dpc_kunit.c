// SPDX-License-Identifier: GPL-2.0-only
/* DPCs: where and when they run, how long they live, and wrong calls. */
#include <kunit/test.h>
#include <linux/bottom_half.h>
#include <linux/preempt.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/vmalloc.h>

/* First, for its types. */
#include "wdm_wait.h"

#include "wdm_cpu.h"
#include "wdm_driver.h"

static void dpc_does_as_on_windows(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, eres_wdm_dpcs(), 0);
	expect_silence(test);
}

/* What a routine has seen, and what it is to do. */
struct seen {
	KDPC dpc;
	atomic_t runs;
	unsigned int cpu;
	bool may_end;
	bool ended;
	unsigned int left;
	bool queued;
};

static void note_run(PKDPC dpc, PVOID context, PVOID first, PVOID second)
{
	struct seen *seen = context;

	seen->cpu = raw_smp_processor_id();
	atomic_inc(&seen->runs);
}

static void init_seen(struct seen *seen)
{
	memset(seen, 0, sizeof(*seen));
	KeInitializeDpc(&seen->dpc, note_run, seen);
}

/* Unless ksoftirqd is at it, which then goes on with it. */
static void dpc_has_run_when_insert_returns(struct kunit *test)
{
	unsigned int at_once = 0, i;
	struct seen seen;

	init_seen(&seen);
	for (i = 0; i < 50; i++) {
		KUNIT_EXPECT_TRUE(test, KeInsertQueueDpc(&seen.dpc, NULL, NULL));
		at_once += atomic_read(&seen.runs) == i + 1;
		KeFlushQueuedDpcs();
		KUNIT_ASSERT_EQ(test, atomic_read(&seen.runs), i + 1);
	}
	KUNIT_EXPECT_GT(test, at_once, 0);
	expect_silence(test);
}

/* Preemption off is DISPATCH_LEVEL, too: not within what a bare spin_lock() protects. */
static void dpc_waits_until_preemption_is_on(struct kunit *test)
{
	struct seen seen;
	int runs;

	init_seen(&seen);
	preempt_disable();
	KeInsertQueueDpc(&seen.dpc, NULL, NULL);
	runs = atomic_read(&seen.runs);
	preempt_enable();
	KUNIT_EXPECT_EQ(test, runs, 0);
	KeFlushQueuedDpcs();
	KUNIT_EXPECT_EQ(test, atomic_read(&seen.runs), 1);
	expect_silence(test);
}

/* Not before, and then as a rule at once, whatever has raised the level. */
static void dpc_has_run_when_the_level_is_left(struct kunit *test)
{
	unsigned int at_once[2] = {}, early = 0, i;
	KSPIN_LOCK lock;
	struct seen seen;
	KIRQL irql;

	init_seen(&seen);
	KeInitializeSpinLock(&lock);
	for (i = 0; i < 100; i++) {
		if (i & 1)
			KeAcquireSpinLock(&lock, &irql);
		else
			KeRaiseIrql(DISPATCH_LEVEL, &irql);
		KeInsertQueueDpc(&seen.dpc, NULL, NULL);
		early += atomic_read(&seen.runs) != i;
		if (i & 1)
			KeReleaseSpinLock(&lock, irql);
		else
			KeLowerIrql(irql);
		at_once[i & 1] += atomic_read(&seen.runs) == i + 1;
		KeFlushQueuedDpcs();
		KUNIT_ASSERT_EQ(test, atomic_read(&seen.runs), i + 1);
	}
	KUNIT_EXPECT_EQ(test, early, 0);
	KUNIT_EXPECT_GT(test, at_once[0], 0);
	KUNIT_EXPECT_GT(test, at_once[1], 0);
	expect_silence(test);
}

/* In which order they have run. */
static char order[8];
static unsigned int ordered;

static void note_order(PKDPC dpc, PVOID context, PVOID first, PVOID second)
{
	order[ordered++] = (char)(uintptr_t)first;
}

static void important_goes_first(struct kunit *test)
{
	static const KDPC_IMPORTANCE importance[] = {
		MediumImportance, HighImportance, LowImportance, MediumHighImportance,
		HighImportance,
	};
	KDPC dpc[ARRAY_SIZE(importance)];
	PVOID name;
	KIRQL irql;
	int i;

	ordered = 0;
	memset(order, 0, sizeof(order));
	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	for (i = 0; i < ARRAY_SIZE(dpc); i++) {
		KeInitializeDpc(&dpc[i], note_order, NULL);
		if (i)
			KeSetImportanceDpc(&dpc[i], importance[i]);
		name = (PVOID)(uintptr_t)('a' + i);
		KUNIT_EXPECT_TRUE(test, KeInsertQueueDpc(&dpc[i], name, NULL));
	}
	KeLowerIrql(irql);
	KeFlushQueuedDpcs();
	KUNIT_EXPECT_STREQ(test, order, "ebacd");
	expect_silence(test);
}

static void dpc_runs_on_its_processor(struct kunit *test)
{
	struct seen seen;
	unsigned int i;

	wdm_cpus(test, 2);
	init_seen(&seen);
	/* That of who queues it. */
	KeInsertQueueDpc(&seen.dpc, NULL, NULL);
	KeFlushQueuedDpcs();
	KUNIT_EXPECT_EQ(test, seen.cpu, wdm_cpu(0));
	for (i = 0; i < 8; i++) {
		KeSetTargetProcessorDpc(&seen.dpc, wdm_cpu(i & 1));
		KUNIT_EXPECT_TRUE(test, KeInsertQueueDpc(&seen.dpc, NULL, NULL));
		KeFlushQueuedDpcs();
		KUNIT_EXPECT_EQ(test, atomic_read(&seen.runs), i + 2);
		KUNIT_EXPECT_EQ(test, seen.cpu, wdm_cpu(i & 1));
	}
	expect_silence(test);
}

static void run_until_told(PKDPC dpc, PVOID context, PVOID first, PVOID second)
{
	struct seen *seen = context;

	atomic_inc(&seen->runs);
	WDM_SPIN(READ_ONCE(seen->may_end));
	WRITE_ONCE(seen->ended, true);
}

static unsigned long flush_step(void *data)
{
	struct seen *seen = data;

	KeFlushQueuedDpcs();
	return READ_ONCE(seen->ended);
}

static void flush_waits_for_what_runs(struct kunit *test)
{
	struct eres_actor *actor;
	struct seen seen;

	wdm_cpus(test, 2);
	actor = wdm_cpu_actor(test, "flusher", 0);
	init_seen(&seen);
	KeInitializeDpc(&seen.dpc, run_until_told, &seen);
	KeSetTargetProcessorDpc(&seen.dpc, wdm_cpu(1));
	KeInsertQueueDpc(&seen.dpc, NULL, NULL);
	KUNIT_EXPECT_TRUE(test, WDM_SPIN(atomic_read(&seen.runs)));
	/* It is not queued any more. */
	KUNIT_EXPECT_FALSE(test, KeRemoveQueueDpc(&seen.dpc));
	eres_actor_begin(actor, flush_step, &seen);
	KUNIT_EXPECT_TRUE(test, WDM_SPIN(eres_actor_idle(actor) ||
					 (cond_resched(), eres_actor_blocked(actor))));
	KUNIT_EXPECT_FALSE(test, eres_actor_idle(actor));
	WRITE_ONCE(seen.may_end, true);
	KUNIT_EXPECT_TRUE(test, eres_actor_finish(actor));
	expect_silence(test);
}

/* As it is out of its queue before it runs. */
static void dpc_runs_on_two_processors(struct kunit *test)
{
	struct seen seen;

	wdm_cpus(test, 2);
	init_seen(&seen);
	KeInitializeDpc(&seen.dpc, run_until_told, &seen);
	KeSetTargetProcessorDpc(&seen.dpc, wdm_cpu(1));
	KeInsertQueueDpc(&seen.dpc, NULL, NULL);
	KUNIT_EXPECT_TRUE(test, WDM_SPIN(atomic_read(&seen.runs)));
	/* Behind itself, with the processor that it is on. */
	KUNIT_EXPECT_TRUE(test, KeInsertQueueDpc(&seen.dpc, NULL, NULL));
	KUNIT_EXPECT_TRUE(test, KeRemoveQueueDpc(&seen.dpc));
	/* And beside itself. */
	KeInitializeDpc(&seen.dpc, note_run, &seen);
	KUNIT_EXPECT_TRUE(test, KeInsertQueueDpc(&seen.dpc, NULL, NULL));
	KUNIT_EXPECT_TRUE(test, ERES_POLL(atomic_read(&seen.runs) == 2));
	KUNIT_EXPECT_FALSE(test, READ_ONCE(seen.ended));
	WRITE_ONCE(seen.may_end, true);
	KeFlushQueuedDpcs();
	KUNIT_EXPECT_TRUE(test, seen.ended);
	expect_silence(test);
}

static void queue_again(PKDPC dpc, PVOID context, PVOID first, PVOID second)
{
	struct seen *seen = context;

	seen->queued &= first == second;
	if (--seen->left)
		seen->queued &= KeInsertQueueDpc(dpc, first + 1, second + 1);
	atomic_inc(&seen->runs);
}

/* More often than in one go. */
static void dpc_queues_itself(struct kunit *test)
{
	struct seen seen;

	init_seen(&seen);
	seen.left = 300;
	seen.queued = true;
	KeInitializeDpc(&seen.dpc, queue_again, &seen);
	KUNIT_EXPECT_TRUE(test, KeInsertQueueDpc(&seen.dpc, NULL, NULL));
	KUNIT_EXPECT_TRUE(test, ERES_POLL(atomic_read(&seen.runs) == 300));
	KUNIT_EXPECT_TRUE(test, seen.queued);
	KeFlushQueuedDpcs();
	expect_silence(test);
}

static atomic_t freed;

static void free_itself(PKDPC dpc, PVOID context, PVOID first, PVOID second)
{
	memset(dpc, 0xaa, sizeof(*dpc));
	kfree(dpc);
	atomic_inc(&freed);
}

static void dpc_frees_itself(struct kunit *test)
{
	unsigned int i, cpus = num_online_cpus();
	KDPC *dpc;

	atomic_set(&freed, 0);
	for (i = 0; i < 200; i++) {
		dpc = kmalloc(sizeof(*dpc), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, dpc);
		KeInitializeDpc(dpc, free_itself, NULL);
		if (i & 1)
			KeSetTargetProcessorDpc(dpc, wdm_cpu(i / 2 % cpus));
		KUNIT_EXPECT_TRUE(test, KeInsertQueueDpc(dpc, NULL, NULL));
	}
	KeFlushQueuedDpcs();
	KUNIT_EXPECT_EQ(test, atomic_read(&freed), 200);
	expect_silence(test);
}

/* By who has flushed, or has removed it. */
static void dpc_is_freed_when_it_is_idle(struct kunit *test)
{
	unsigned int i, removed = 0, ran = 0;
	struct seen *seen;

	wdm_cpus(test, 2);
	for (i = 0; i < 200; i++) {
		seen = kmalloc(sizeof(*seen), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, seen);
		init_seen(seen);
		KeSetTargetProcessorDpc(&seen->dpc, wdm_cpu(1));
		KUNIT_EXPECT_TRUE(test, KeInsertQueueDpc(&seen->dpc, NULL, NULL));
		if (i & 1 && KeRemoveQueueDpc(&seen->dpc)) {
			removed++;
		} else {
			KeFlushQueuedDpcs();
			ran++;
			KUNIT_EXPECT_EQ(test, atomic_read(&seen->runs), 1);
		}
		memset(seen, 0xaa, sizeof(*seen));
		kfree(seen);
	}
	KUNIT_EXPECT_GE(test, ran, 100);
	kunit_info(test, "%u were removed, %u ran", removed, ran);
	expect_silence(test);
}

static void insert_it(void *data)
{
	struct seen *seen = data;

	seen->queued = KeInsertQueueDpc(&seen->dpc, NULL, NULL);
}

static void interrupts_queue_dpcs(struct kunit *test)
{
	struct seen seen;
	int i;

	init_seen(&seen);
	for (i = 0; i < 4; i++) {
		seen.queued = false;
		KUNIT_EXPECT_TRUE(test, i & 1 ? eres_run_in_hardirq(i & 2, insert_it, &seen) :
						eres_run_in_softirq(i & 2, insert_it, &seen));
		KUNIT_EXPECT_TRUE(test, seen.queued);
		KeFlushQueuedDpcs();
		KUNIT_EXPECT_EQ(test, atomic_read(&seen.runs), i + 1);
	}
	expect_silence(test);
}

/* What a DPC may do, and may not. */
struct inside {
	KDPC dpc;
	KSPIN_LOCK lock;
	KEVENT event;
	KMUTEX mutex;
	KIRQL irql[2];
	NTSTATUS waited, mutex_waited;
};

static void do_inside(PKDPC dpc, PVOID context, PVOID first, PVOID second)
{
	struct inside *inside = context;
	KIRQL irql;

	inside->irql[0] = KeGetCurrentIrql();
	KeAcquireSpinLockAtDpcLevel(&inside->lock);
	KeReleaseSpinLockFromDpcLevel(&inside->lock);
	KeAcquireSpinLock(&inside->lock, &irql);
	KeReleaseSpinLock(&inside->lock, irql);
	inside->irql[1] = KeGetCurrentIrql();
	inside->waited = wdm_try(&inside->event);
	KeSetEvent(&inside->event, IO_NO_INCREMENT, FALSE);
}

static void wait_inside(PKDPC dpc, PVOID context, PVOID first, PVOID second)
{
	struct inside *inside = context;

	inside->waited = KeWaitForSingleObject(&inside->event, Executive, KernelMode, FALSE, NULL);
}

static void mutex_inside(PKDPC dpc, PVOID context, PVOID first, PVOID second)
{
	struct inside *inside = context;

	inside->mutex_waited = wdm_try(&inside->mutex);
}

static void region_inside(PKDPC dpc, PVOID context, PVOID first, PVOID second)
{
	KeEnterCriticalRegion();
}

static void flush_inside(PKDPC dpc, PVOID context, PVOID first, PVOID second)
{
	KeFlushQueuedDpcs();
}

static void run_inside(struct inside *inside, PKDEFERRED_ROUTINE routine)
{
	KeInitializeDpc(&inside->dpc, routine, inside);
	KeInsertQueueDpc(&inside->dpc, NULL, NULL);
	KeFlushQueuedDpcs();
}

/* A report is large: not all of them on one frame. */
static noinline void expect_code(struct kunit *test, unsigned int code)
{
	KUNIT_EXPECT_EQ(test, eres_reports_next(test->priv).code, code);
	eres_reports_forget(test->priv);
}

static void rules_of_dpcs_hold(struct kunit *test)
{
	struct inside *inside = kunit_kzalloc(test, sizeof(*inside), GFP_KERNEL);
	unsigned long before;

	KUNIT_ASSERT_NOT_NULL(test, inside);
	KeInitializeSpinLock(&inside->lock);
	KeInitializeEvent(&inside->event, SynchronizationEvent, TRUE);
	KeInitializeMutex(&inside->mutex, 0);
	run_inside(inside, do_inside);
	KUNIT_EXPECT_EQ(test, inside->irql[0], DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, inside->irql[1], DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, inside->waited, STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, KeReadStateEvent(&inside->event), 1);
	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), PASSIVE_LEVEL);
	expect_silence(test);

	KeResetEvent(&inside->event);
	run_inside(inside, wait_inside);
	KUNIT_EXPECT_EQ(test, inside->waited, STATUS_TIMEOUT);
	expect_code(test, 0xB8);

	run_inside(inside, mutex_inside);
	KUNIT_EXPECT_EQ(test, inside->mutex_waited, STATUS_TIMEOUT);
	KUNIT_EXPECT_EQ(test, KeReadStateMutex(&inside->mutex), 1);
	expect_code(test, 0xC7);

	/* The thread that is interrupted is in none. */
	before = wdm_region_step(NULL);
	run_inside(inside, region_inside);
	KUNIT_EXPECT_EQ(test, wdm_region_step(NULL), before);
	expect_code(test, 0xC4);

	run_inside(inside, flush_inside);
	KUNIT_EXPECT_STREQ(test, eres_reports_next(test->priv).routine, "KeFlushQueuedDpcs");
	expect_code(test, 0xB8);
}

static void flush_at_dispatch_level_is_refused(struct kunit *test)
{
	struct seen seen;
	KIRQL irql;

	init_seen(&seen);
	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	KeInsertQueueDpc(&seen.dpc, NULL, NULL);
	KeFlushQueuedDpcs();
	expect_misuse(test, "KeFlushQueuedDpcs", 0xC4, 0x121, DISPATCH_LEVEL, 0, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&seen.runs), 0);
	KeLowerIrql(irql);
	KeFlushQueuedDpcs();
	KUNIT_EXPECT_EQ(test, atomic_read(&seen.runs), 1);
}

static void init_dpc(void *p)
{
	KeInitializeDpc(p, note_run, NULL);
}

static void init_threaded_dpc(void *p)
{
	KeInitializeThreadedDpc(p, note_run, NULL);
}

static void insert_dpc(void *p)
{
	KeInsertQueueDpc(p, NULL, NULL);
}

static void remove_dpc(void *p)
{
	KeRemoveQueueDpc(p);
}

static void set_importance(void *p)
{
	KeSetImportanceDpc(p, HighImportance);
}

static void set_processor(void *p)
{
	KeSetTargetProcessorDpc(p, 0);
}

struct routine {
	const char *name;
	void (*call)(void *dpc);
	bool initialises;
};

static const struct routine routines[] = {
	{ "KeInsertQueueDpc", insert_dpc },
	{ "KeRemoveQueueDpc", remove_dpc },
	{ "KeSetImportanceDpc", set_importance },
	{ "KeSetTargetProcessorDpc", set_processor },
	{ "KeInitializeDpc", init_dpc, true },
	{ "KeInitializeThreadedDpc", init_threaded_dpc, true },
};

KUNIT_ARRAY_PARAM_DESC(routine, routines, name);

static void bad_address_is_refused(struct kunit *test)
{
	const struct routine *routine = test->param_value;
	static const unsigned long bad[] = {
		0, 8, 0x1000, -1UL, -4096UL, 0x123456789abcdef0UL,
	};
	void *area = vmalloc(PAGE_SIZE);
	KDPC dpc[1];
	int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		routine->call((void *)bad[i]);
		expect_misuse(test, routine->name, 0xC4, 0xE1, bad[i], 0, 0);
	}
	/* The guard page behind it. */
	KUNIT_ASSERT_NOT_NULL(test, area);
	routine->call(area + PAGE_SIZE);
	expect_misuse(test, routine->name, 0xC4, 0xE1, area + PAGE_SIZE, 0, 0);
	vfree(area);
	routine->call((void *)dpc + 4);
	expect_misuse(test, routine->name, 0xC4, 0xE1, (void *)dpc + 4, 0, 0);
}

static void expect_untouched(struct kunit *test, const struct routine *routine, PKDPC dpc,
			     unsigned int number)
{
	KDPC before = *dpc;

	routine->call(dpc);
	expect_misuse(test, routine->name, 0xC4, number, dpc, 0, 0);
	KUNIT_EXPECT_EQ_MSG(test, memcmp(dpc, &before, sizeof(before)), 0, "%s", routine->name);
}

static void what_is_no_dpc_is_refused(struct kunit *test)
{
	static const u8 fill[] = { 0x00, 0xff, 0x13, 0x18, 0xcc };
	const struct routine *routine = test->param_value;
	KDPC dpc, copy;
	int i;

	if (routine->initialises)
		return;
	for (i = 0; i < ARRAY_SIZE(fill); i++) {
		memset(&dpc, fill[i], sizeof(dpc));
		expect_untouched(test, routine, &dpc, 0x1002);
	}
	/* Nor is a copy of one, nor what has been overwritten, nor another object. */
	init_dpc(&dpc);
	copy = dpc;
	expect_untouched(test, routine, &copy, 0x1002);
	dpc.Type ^= 2;
	expect_untouched(test, routine, &dpc, 0x1002);
	KeInitializeEvent((void *)&copy, NotificationEvent, FALSE);
	expect_untouched(test, routine, &copy, 0x1002);
}

static void queued_dpc_is_not_initialised(struct kunit *test)
{
	const struct routine *routine = test->param_value;
	struct seen seen;
	KIRQL irql;

	if (!routine->initialises)
		return;
	init_seen(&seen);
	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	KeInsertQueueDpc(&seen.dpc, NULL, NULL);
	expect_untouched(test, routine, &seen.dpc, 0xD0);
	KeLowerIrql(irql);
	KeFlushQueuedDpcs();
	KUNIT_EXPECT_EQ(test, atomic_read(&seen.runs), 1);
	/* And now it is. */
	routine->call(&seen.dpc);
	expect_silence(test);
}

static void dpc_without_a_routine_is_not_queued(struct kunit *test)
{
	static const unsigned long bad[] = { 0, 0x1000, -1UL };
	KDPC dpc;
	int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		/* There a kernel address is told from no other. */
		if (IS_ENABLED(CONFIG_UML) && bad[i])
			continue;
		KeInitializeDpc(&dpc, (PKDEFERRED_ROUTINE)bad[i], NULL);
		expect_silence(test);
		KUNIT_EXPECT_FALSE(test, KeInsertQueueDpc(&dpc, NULL, NULL));
		expect_misuse(test, "KeInsertQueueDpc", 0xC7, 2, &dpc, bad[i], 0);
	}
}

static void processor_that_there_is_not_is_refused(struct kunit *test)
{
	struct seen seen;

	init_seen(&seen);
	KeSetTargetProcessorDpc(&seen.dpc, -1);
	expect_misuse(test, "KeSetTargetProcessorDpc", 0xC7, 3, &seen.dpc, 255, 0);
	KUNIT_EXPECT_TRUE(test, KeInsertQueueDpc(&seen.dpc, NULL, NULL));
	KeFlushQueuedDpcs();
	KUNIT_EXPECT_EQ(test, atomic_read(&seen.runs), 1);
}

static struct kunit_case dpc_cases[] = {
	KUNIT_CASE(dpc_does_as_on_windows),
	KUNIT_CASE(dpc_has_run_when_insert_returns),
	KUNIT_CASE(dpc_waits_until_preemption_is_on),
	KUNIT_CASE(dpc_has_run_when_the_level_is_left),
	KUNIT_CASE(important_goes_first),
	KUNIT_CASE(dpc_runs_on_its_processor),
	KUNIT_CASE(flush_waits_for_what_runs),
	KUNIT_CASE(dpc_runs_on_two_processors),
	KUNIT_CASE(dpc_queues_itself),
	KUNIT_CASE(dpc_frees_itself),
	KUNIT_CASE(dpc_is_freed_when_it_is_idle),
	KUNIT_CASE(interrupts_queue_dpcs),
	KUNIT_CASE(rules_of_dpcs_hold),
	KUNIT_CASE(flush_at_dispatch_level_is_refused),
	KUNIT_CASE_PARAM(bad_address_is_refused, routine_gen_params),
	KUNIT_CASE_PARAM(what_is_no_dpc_is_refused, routine_gen_params),
	KUNIT_CASE_PARAM(queued_dpc_is_not_initialised, routine_gen_params),
	KUNIT_CASE(dpc_without_a_routine_is_not_queued),
	KUNIT_CASE(processor_that_there_is_not_is_refused),
	{}
};

static struct kunit_suite dpc_suite = {
	.name = "eresource_wdm_dpc",
	.init = wdm_wait_init,
	.test_cases = dpc_cases,
};

kunit_test_suite(dpc_suite);
