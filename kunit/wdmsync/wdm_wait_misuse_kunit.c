// SPDX-License-Identifier: GPL-2.0-only
/* Wrong calls: reported, answered, and nothing else. */
#include <kunit/test.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "wdm_wait.h"

static void set_event(void *p)
{
	KeSetEvent(p, IO_NO_INCREMENT, FALSE);
}

static void reset_event(void *p)
{
	KeResetEvent(p);
}

static void clear_event(void *p)
{
	KeClearEvent(p);
}

static void pulse_event(void *p)
{
	KePulseEvent(p, IO_NO_INCREMENT, FALSE);
}

static void read_event(void *p)
{
	KeReadStateEvent(p);
}

static void release_semaphore(void *p)
{
	KeReleaseSemaphore(p, IO_NO_INCREMENT, 1, FALSE);
}

static void read_semaphore(void *p)
{
	KeReadStateSemaphore(p);
}

static void release_mutex(void *p)
{
	KeReleaseMutex(p, FALSE);
}

static void read_mutex(void *p)
{
	KeReadStateMutex(p);
}

static void wait_single(void *p)
{
	wdm_try(p);
}

static void wait_multiple(void *p)
{
	PVOID objects[] = { p, p };

	KeWaitForMultipleObjects(2, objects, WaitAny, Executive, KernelMode, FALSE, NULL, NULL);
}

static void init_event(void *p)
{
	KeInitializeEvent(p, SynchronizationEvent, TRUE);
}

static void init_unset_event(void *p)
{
	KeInitializeEvent(p, SynchronizationEvent, FALSE);
}

static void init_semaphore(void *p)
{
	KeInitializeSemaphore(p, 3, 4);
}

static void set_timer(void *p)
{
	KeSetTimer(p, wdm_at_once, NULL);
}

static void set_periodic_timer(void *p)
{
	KeSetTimerEx(p, wdm_at_once, 10, NULL);
}

static void set_coalescable_timer(void *p)
{
	KeSetCoalescableTimer(p, wdm_at_once, 10, 10, NULL);
}

static void cancel_timer(void *p)
{
	KeCancelTimer(p);
}

static void read_timer(void *p)
{
	KeReadStateTimer(p);
}

static void init_timer(void *p)
{
	KeInitializeTimer(p);
}

static void init_other_timer(void *p)
{
	KeInitializeTimerEx(p, SynchronizationTimer);
}

static void init_mutex(void *p)
{
	KeInitializeMutex(p, 0);
}

#define EVENT		BIT(0)
#define SEMAPHORE	BIT(1)
#define MUTEX		BIT(2)
#define TIMER		BIT(3)
#define ANY		(EVENT | SEMAPHORE | MUTEX | TIMER)

/* Every routine that has an object, and what it takes. */
struct routine {
	const char *name;
	void (*call)(void *object);
	unsigned int takes;
	bool initialises;
};

static const struct routine routines[] = {
	{ "KeSetEvent", set_event, EVENT },
	{ "KeResetEvent", reset_event, EVENT },
	{ "KeClearEvent", clear_event, EVENT },
	{ "KePulseEvent", pulse_event, EVENT },
	{ "KeReadStateEvent", read_event, EVENT },
	{ "KeReleaseSemaphore", release_semaphore, SEMAPHORE },
	{ "KeReadStateSemaphore", read_semaphore, SEMAPHORE },
	{ "KeReleaseMutex", release_mutex, MUTEX },
	{ "KeReadStateMutex", read_mutex, MUTEX },
	{ "KeSetTimer", set_timer, TIMER },
	{ "KeSetTimerEx", set_periodic_timer, TIMER },
	{ "KeSetCoalescableTimer", set_coalescable_timer, TIMER },
	{ "KeCancelTimer", cancel_timer, TIMER },
	{ "KeReadStateTimer", read_timer, TIMER },
	{ "KeWaitForSingleObject", wait_single, ANY },
	{ "KeWaitForMultipleObjects", wait_multiple, ANY },
	{ "KeInitializeEvent", init_event, EVENT, true },
	{ "KeInitializeSemaphore", init_semaphore, SEMAPHORE, true },
	{ "KeInitializeMutex", init_mutex, MUTEX, true },
	{ "KeInitializeTimer", init_timer, TIMER, true },
	{ "KeInitializeTimerEx", init_other_timer, TIMER, true },
};

KUNIT_ARRAY_PARAM_DESC(routine, routines, name);

/* Where there is no memory, or none of the kernel's. */
static void bad_address_is_refused(struct kunit *test)
{
	const struct routine *routine = test->param_value;
	static const unsigned long bad[] = {
		0, 8, 0x1000, -1UL, -4096UL, 0x123456789abcdef0UL,
	};
	void *area = vmalloc(PAGE_SIZE);
	KTIMER timer;
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
	routine->call((u8 *)&timer + 4);
	expect_misuse(test, routine->name, 0xC4, 0xE1, (u8 *)&timer + 4, 0, 0);
}

/* As long as the longest of them. */
struct some_memory {
	union {
		KMUTEX mutex;
		KTIMER timer;
	};
} __aligned(16);

static void expect_untouched(struct kunit *test, const struct routine *routine,
			     struct some_memory *memory, unsigned int number)
{
	struct some_memory before = *memory;

	routine->call(memory);
	expect_misuse(test, routine->name, 0xC4, number, memory, 0, 0);
	KUNIT_EXPECT_EQ_MSG(test, memcmp(memory, &before, sizeof(before)), 0, "%s",
			    routine->name);
}

static void what_is_no_object_is_refused(struct kunit *test)
{
	static const u8 fill[] = { 0x00, 0xff, 0x01, 0x05, 0xcc };
	const struct routine *routine = test->param_value;
	struct some_memory memory, copy;
	int i;

	if (routine->initialises)
		return;
	for (i = 0; i < ARRAY_SIZE(fill); i++) {
		memset(&memory, fill[i], sizeof(memory));
		expect_untouched(test, routine, &memory, 0x1002);
	}
	/* Nor is a copy of one. */
	init_event(&memory);
	copy = memory;
	expect_untouched(test, routine, &copy, 0x1002);
	/* Nor one that has been overwritten at its beginning. */
	memory.mutex.Header.Type ^= 2;
	expect_untouched(test, routine, &memory, 0x1002);
}

static void object_of_another_kind_is_refused(struct kunit *test)
{
	static void (*const init[])(void *object) = {
		init_event, init_semaphore, init_mutex, init_timer,
	};
	const struct routine *routine = test->param_value;
	struct some_memory memory;
	int i;

	if (routine->initialises)
		return;
	for (i = 0; i < ARRAY_SIZE(init); i++) {
		if (routine->takes & BIT(i))
			continue;
		init[i](&memory);
		expect_untouched(test, routine, &memory, 0x1009);
	}
	expect_silence(test);
}

static void object_in_use_is_not_initialised(struct kunit *test)
{
	struct eres_actor *actor = eres_actor_start(test, "waiter");
	const struct routine *routine = test->param_value;
	struct some_memory memory;
	struct wdm_wait wait = WDM_WAIT_FOR(&memory);

	if (!routine->initialises)
		return;
	init_unset_event(&memory);
	wdm_begin(test, actor, &wait);
	expect_untouched(test, routine, &memory, 0xD0);
	set_event(&memory);
	KUNIT_EXPECT_EQ(test, wdm_finish(actor), STATUS_SUCCESS);
	/* And now it is. */
	routine->call(&memory);
	if (routine->takes == TIMER)
		set_timer(&memory);
	KUNIT_EXPECT_EQ(test, wdm_try(&memory), STATUS_SUCCESS);
	if (routine->takes == MUTEX)
		release_mutex(&memory);
	expect_silence(test);
}

/* A wait in an interrupt, and its answer. */
struct in_interrupt {
	struct wdm_wait wait;
	const struct task_struct *interrupted;
	NTSTATUS status;
};

static void wait_in_interrupt(void *data)
{
	struct in_interrupt *in = data;

	in->interrupted = current;
	in->status = wdm_do_now(&in->wait);
}

static void expect_no_wait(struct kunit *test, struct wdm_wait *wait, NTSTATUS expected)
{
	bool (*const run[])(enum eres_irq_cpu where, eres_irq_fn fn, void *arg) = {
		eres_run_in_softirq, eres_run_in_hardirq,
	};
	const char *name = wait->count > 1 ? "KeWaitForMultipleObjects" :
			   wait->count ? "KeWaitForSingleObject" : "KeDelayExecutionThread";
	struct in_interrupt in = { .wait = *wait };
	int i;

	for (i = 0; i < ARRAY_SIZE(run); i++) {
		in.status = WDM_NO_STATUS;
		KUNIT_EXPECT_TRUE(test, run[i](ERES_THIS_CPU, wait_in_interrupt, &in));
		KUNIT_EXPECT_EQ(test, in.status, expected);
		/* Not always this one: user-mode Linux interrupts who is there at the next tick. */
		expect_misuse(test, name, 0xB8, in.interrupted, in.interrupted, 0, 0);
	}
}

static NTSTATUS do_at_dispatch_level(struct wdm_wait *wait)
{
	NTSTATUS status;
	KIRQL irql;

	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	status = wdm_do_now(wait);
	KeLowerIrql(irql);
	return status;
}

static void nobody_sleeps_at_dispatch_level(struct kunit *test)
{
	LARGE_INTEGER soon = { .QuadPart = -1000000 };
	struct wdm_wait wait;
	KEVENT event;

	KeInitializeEvent(&event, SynchronizationEvent, FALSE);
	wait = (struct wdm_wait)WDM_WAIT_FOR(&event);
	KUNIT_EXPECT_EQ(test, do_at_dispatch_level(&wait), STATUS_TIMEOUT);
	expect_misuse(test, "KeWaitForSingleObject", 0xC4, 0x121, 2, &event, 0);
	expect_no_wait(test, &wait, STATUS_TIMEOUT);

	/* What is set is taken, with a report all the same. */
	set_event(&event);
	KUNIT_EXPECT_EQ(test, do_at_dispatch_level(&wait), STATUS_SUCCESS);
	expect_misuse(test, "KeWaitForSingleObject", 0xC4, 0x121, 2, &event, 0);
	KUNIT_EXPECT_EQ(test, KeReadStateEvent(&event), 0);

	wait.timeout = &wdm_at_once;
	KUNIT_EXPECT_EQ(test, do_at_dispatch_level(&wait), STATUS_TIMEOUT);
	expect_silence(test);

	wait.count = 0;
	wait.timeout = &soon;
	expect_no_wait(test, &wait, STATUS_INVALID_PARAMETER);
}

static void timeouts_at_dispatch_level_are_0(struct kunit *test)
{
	LARGE_INTEGER soon = { .QuadPart = -1000000 };
	struct wdm_wait wait;
	KEVENT event;

	KeInitializeEvent(&event, SynchronizationEvent, FALSE);
	wait = (struct wdm_wait)WDM_WAIT_FOR(&event);
	wait.timeout = &soon;
	KUNIT_EXPECT_EQ(test, do_at_dispatch_level(&wait), STATUS_TIMEOUT);
	expect_misuse(test, "KeWaitForSingleObject", 0xC4, 0x122, DISPATCH_LEVEL, &event, &soon);
}

/* In a thread; in an interrupt it is another report. */
static void delay_at_dispatch_level_is_none(struct kunit *test)
{
	LARGE_INTEGER hour = { .QuadPart = -10000LL * 3600 * 1000 };
	struct wdm_wait delay = { .timeout = &hour };
	struct eres_report report;

	KUNIT_EXPECT_EQ(test, do_at_dispatch_level(&delay), STATUS_INVALID_PARAMETER);
	report = eres_reports_next(test->priv);
	KUNIT_EXPECT_STREQ(test, report.routine, "KeDelayExecutionThread");
	expect_misuse(test, "KeDelayExecutionThread", 0xC4, 0x2000F, report.param[1], 0, 0);
}

/* Nobody can wait there: what is said is reported, and what is done is done. */
static void expect_wait_flag(struct kunit *test, const char *routine, void *object)
{
	struct eres_report report = eres_reports_next(test->priv);

	expect_misuse(test, routine, 0xC4, 0x20016, report.param[1], object, 0);
}

static void nobody_waits_after_that_at_dispatch_level(struct kunit *test)
{
	KSEMAPHORE semaphore;
	KMUTEX mutex;
	KEVENT event;
	KIRQL irql;

	KeInitializeEvent(&event, NotificationEvent, FALSE);
	KeInitializeSemaphore(&semaphore, 0, 5);
	KeInitializeMutex(&mutex, 0);
	KUNIT_EXPECT_EQ(test, wdm_try(&mutex), STATUS_SUCCESS);

	/* At APC_LEVEL it is nothing to speak of. */
	KeRaiseIrql(APC_LEVEL, &irql);
	KeSetEvent(&event, IO_NO_INCREMENT, TRUE);
	KeReleaseSemaphore(&semaphore, IO_NO_INCREMENT, 1, TRUE);
	KeLowerIrql(irql);
	expect_silence(test);

	KeResetEvent(&event);
	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	KeSetEvent(&event, IO_NO_INCREMENT, TRUE);
	KeLowerIrql(irql);
	expect_wait_flag(test, "KeSetEvent", &event);
	KUNIT_EXPECT_EQ(test, KeReadStateEvent(&event), 1);

	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	KePulseEvent(&event, IO_NO_INCREMENT, TRUE);
	KeLowerIrql(irql);
	expect_wait_flag(test, "KePulseEvent", &event);
	KUNIT_EXPECT_EQ(test, KeReadStateEvent(&event), 0);

	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	KeReleaseSemaphore(&semaphore, IO_NO_INCREMENT, 1, TRUE);
	KeLowerIrql(irql);
	expect_wait_flag(test, "KeReleaseSemaphore", &semaphore);
	KUNIT_EXPECT_EQ(test, KeReadStateSemaphore(&semaphore), 2);

	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	KeReleaseMutex(&mutex, TRUE);
	KeLowerIrql(irql);
	expect_wait_flag(test, "KeReleaseMutex", &mutex);
	KUNIT_EXPECT_EQ(test, KeReadStateMutex(&mutex), 1);
}

static void wrong_numbers_of_objects_are_refused(struct kunit *test)
{
	PVOID objects[4];
	KEVENT event;
	ULONG i;

	KeInitializeEvent(&event, NotificationEvent, TRUE);
	for (i = 0; i < ARRAY_SIZE(objects); i++)
		objects[i] = &event;

#define TRY(count, array, blocks)					\
	KeWaitForMultipleObjects(count, array, WaitAll, Executive, KernelMode, FALSE, NULL, blocks)

	KUNIT_EXPECT_EQ(test, TRY(0, objects, NULL), STATUS_INVALID_PARAMETER_1);
	expect_misuse(test, "KeWaitForMultipleObjects", 0xC, 0, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, TRY(65, objects, (PKWAIT_BLOCK)objects), STATUS_INVALID_PARAMETER_1);
	expect_misuse(test, "KeWaitForMultipleObjects", 0xC, 0, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, TRY(4, objects, NULL), STATUS_INVALID_PARAMETER);
	expect_misuse(test, "KeWaitForMultipleObjects", 0xC, 0, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, TRY(4, objects, (PKWAIT_BLOCK)0x1000), STATUS_INVALID_PARAMETER);
	expect_misuse(test, "KeWaitForMultipleObjects", 0xC4, 0xE1, 0x1000, 0, 0);
	KUNIT_EXPECT_EQ(test, TRY(2, (PVOID *)0x1000, NULL), STATUS_INVALID_PARAMETER_2);
	expect_misuse(test, "KeWaitForMultipleObjects", 0xC4, 0xE1, 0x1000, 0, 0);
	KUNIT_EXPECT_EQ(test, TRY(3, objects, NULL), STATUS_SUCCESS);
	/* Of several, one that is none: nothing has been taken of the others. */
	KeInitializeEvent(&event, SynchronizationEvent, TRUE);
	objects[1] = NULL;
	KUNIT_EXPECT_EQ(test, TRY(2, objects, NULL), STATUS_OBJECT_TYPE_MISMATCH);
	expect_misuse(test, "KeWaitForMultipleObjects", 0xC4, 0xE1, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, KeReadStateEvent(&event), 1);
#undef TRY
}

static void times_that_are_none_are_refused(struct kunit *test)
{
	KEVENT event;

	KeInitializeEvent(&event, SynchronizationEvent, TRUE);
	KUNIT_EXPECT_EQ(test, KeWaitForSingleObject(&event, Executive, KernelMode, FALSE,
						    (PLARGE_INTEGER)0x1000),
			STATUS_INVALID_PARAMETER_5);
	expect_misuse(test, "KeWaitForSingleObject", 0xC4, 0xE1, 0x1000, 0, 0);
	KUNIT_EXPECT_EQ(test, KeReadStateEvent(&event), 1);
	KUNIT_EXPECT_EQ(test, KeDelayExecutionThread(KernelMode, FALSE, NULL),
			STATUS_INVALID_PARAMETER);
	expect_misuse(test, "KeDelayExecutionThread", 0xC4, 0xE1, 0, 0, 0);
}

static void object_on_the_stack_is_none_of_user_mode(struct kunit *test)
{
	KEVENT *heap = kunit_kzalloc(test, sizeof(*heap), GFP_KERNEL);
	KEVENT event;

	KUNIT_ASSERT_NOT_NULL(test, heap);
	KeInitializeEvent(&event, SynchronizationEvent, TRUE);
	KUNIT_EXPECT_EQ(test, KeWaitForSingleObject(&event, Executive, UserMode, FALSE, NULL),
			STATUS_SUCCESS);
	expect_misuse(test, "KeWaitForSingleObject", 0xC4, 0x123, &event, 0, 0);
	KUNIT_EXPECT_EQ(test, KeReadStateEvent(&event), 0);
	KeInitializeEvent(heap, SynchronizationEvent, TRUE);
	KUNIT_EXPECT_EQ(test, KeWaitForSingleObject(heap, Executive, UserMode, FALSE, NULL),
			STATUS_SUCCESS);
	expect_silence(test);
}

static struct kunit_case misuse_cases[] = {
	KUNIT_CASE_PARAM(bad_address_is_refused, routine_gen_params),
	KUNIT_CASE_PARAM(what_is_no_object_is_refused, routine_gen_params),
	KUNIT_CASE_PARAM(object_of_another_kind_is_refused, routine_gen_params),
	KUNIT_CASE_PARAM(object_in_use_is_not_initialised, routine_gen_params),
	KUNIT_CASE(nobody_sleeps_at_dispatch_level),
	KUNIT_CASE(timeouts_at_dispatch_level_are_0),
	KUNIT_CASE(delay_at_dispatch_level_is_none),
	KUNIT_CASE(nobody_waits_after_that_at_dispatch_level),
	KUNIT_CASE(wrong_numbers_of_objects_are_refused),
	KUNIT_CASE(times_that_are_none_are_refused),
	KUNIT_CASE(object_on_the_stack_is_none_of_user_mode),
	{}
};

static struct kunit_suite misuse_suite = {
	.name = "eresource_wdm_wait_misuse",
	.init = wdm_wait_init,
	.test_cases = misuse_cases,
};

kunit_test_suite(misuse_suite);
