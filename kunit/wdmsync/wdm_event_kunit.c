// SPDX-License-Identifier: GPL-2.0-only
/* Events and semaphores: what one does to who waits. */
#include <kunit/test.h>

#include "wdm_driver.h"
#include "wdm_wait.h"

static void event_has_the_states_of_windows(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, eres_wdm_events(), 0);
	expect_silence(test);
}

#define WAITERS	5

/* Threads that wait for one object, and have come one after the other. */
struct queue {
	struct eres_actor *actor[WAITERS];
	struct wdm_wait wait[WAITERS];
};

static void queue_up(struct kunit *test, struct queue *queue, void *object)
{
	int i;

	for (i = 0; i < WAITERS; i++) {
		queue->wait[i] = (struct wdm_wait)WDM_WAIT_FOR(object);
		queue->actor[i] = eres_actor_start(test, "waiter");
		wdm_begin(test, queue->actor[i], &queue->wait[i]);
		KUNIT_EXPECT_EQ(test, wdm_waiters(object), i + 1);
	}
}

/* Those before @end have got it, and the others wait on. */
static void expect_gone(struct kunit *test, struct queue *queue, void *object, int end)
{
	int i;

	for (i = 0; i < end; i++)
		KUNIT_EXPECT_EQ(test, wdm_finish(queue->actor[i]), STATUS_SUCCESS);
	for (i = end; i < WAITERS; i++)
		KUNIT_EXPECT_TRUE(test, wdm_sleeps(queue->actor[i], &queue->wait[i]));
	KUNIT_EXPECT_EQ(test, wdm_waiters(object), WAITERS - end);
}

static void notification_event_lets_all_go(struct kunit *test)
{
	struct queue *queue = kunit_kzalloc(test, sizeof(*queue), GFP_KERNEL);
	KEVENT event;

	KUNIT_ASSERT_NOT_NULL(test, queue);
	KeInitializeEvent(&event, NotificationEvent, FALSE);
	queue_up(test, queue, &event);
	KUNIT_EXPECT_EQ(test, KeSetEvent(&event, IO_NO_INCREMENT, FALSE), 0);
	KUNIT_EXPECT_EQ(test, KeReadStateEvent(&event), 1);
	expect_gone(test, queue, &event, WAITERS);
	expect_silence(test);
}

static void synchronization_event_lets_one_go_each_time(struct kunit *test)
{
	struct queue *queue = kunit_kzalloc(test, sizeof(*queue), GFP_KERNEL);
	KEVENT event;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, queue);
	KeInitializeEvent(&event, SynchronizationEvent, FALSE);
	queue_up(test, queue, &event);
	for (i = 1; i <= WAITERS; i++) {
		KUNIT_EXPECT_EQ(test, KeSetEvent(&event, IO_NO_INCREMENT, FALSE), 0);
		KUNIT_EXPECT_EQ(test, KeReadStateEvent(&event), 0);
		expect_gone(test, queue, &event, i);
	}
	KUNIT_EXPECT_EQ(test, KeSetEvent(&event, IO_NO_INCREMENT, FALSE), 0);
	KUNIT_EXPECT_EQ(test, KeReadStateEvent(&event), 1);
}

static void pulse_lets_all_go_or_the_first(struct kunit *test)
{
	struct queue *queue = kunit_kzalloc(test, sizeof(*queue), GFP_KERNEL);
	KEVENT event;

	KUNIT_ASSERT_NOT_NULL(test, queue);
	KeInitializeEvent(&event, NotificationEvent, FALSE);
	queue_up(test, queue, &event);
	KUNIT_EXPECT_EQ(test, KePulseEvent(&event, IO_NO_INCREMENT, FALSE), 0);
	KUNIT_EXPECT_EQ(test, KeReadStateEvent(&event), 0);
	expect_gone(test, queue, &event, WAITERS);

	KeInitializeEvent(&event, SynchronizationEvent, FALSE);
	queue_up(test, queue, &event);
	KUNIT_EXPECT_EQ(test, KePulseEvent(&event, IO_NO_INCREMENT, FALSE), 0);
	KUNIT_EXPECT_EQ(test, KeReadStateEvent(&event), 0);
	expect_gone(test, queue, &event, 1);

	/* The rest. */
	while (wdm_waiters(&event))
		KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
	expect_gone(test, queue, &event, WAITERS);
}

static void set_it(void *event)
{
	KeSetEvent(event, IO_NO_INCREMENT, FALSE);
}

/* As completions do; also of a thread that has just been interrupted. */
static void interrupts_set_events(struct kunit *test)
{
	struct eres_actor *actor = eres_actor_start(test, "waiter");
	struct wdm_wait wait;
	KEVENT event;
	int i;

	KeInitializeEvent(&event, SynchronizationEvent, FALSE);
	for (i = 0; i < 4; i++) {
		wait = (struct wdm_wait)WDM_WAIT_FOR(&event);
		wdm_begin(test, actor, &wait);
		KUNIT_EXPECT_TRUE(test, i & 1 ? eres_run_in_hardirq(i & 2, set_it, &event) :
						eres_run_in_softirq(i & 2, set_it, &event));
		KUNIT_EXPECT_EQ(test, wdm_finish(actor), STATUS_SUCCESS);
		KUNIT_EXPECT_EQ(test, KeReadStateEvent(&event), 0);
	}
	expect_silence(test);
}

static struct kunit_case event_cases[] = {
	KUNIT_CASE(event_has_the_states_of_windows),
	KUNIT_CASE(notification_event_lets_all_go),
	KUNIT_CASE(synchronization_event_lets_one_go_each_time),
	KUNIT_CASE(pulse_lets_all_go_or_the_first),
	KUNIT_CASE(interrupts_set_events),
	{}
};

static struct kunit_suite event_suite = {
	.name = "eresource_wdm_event",
	.init = wdm_wait_init,
	.test_cases = event_cases,
};

static void semaphore_has_the_counts_of_windows(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, eres_wdm_semaphores(), 0);
	expect_silence(test);
}

static void release_lets_as_many_go(struct kunit *test)
{
	struct queue *queue = kunit_kzalloc(test, sizeof(*queue), GFP_KERNEL);
	KSEMAPHORE semaphore;

	KUNIT_ASSERT_NOT_NULL(test, queue);
	KeInitializeSemaphore(&semaphore, 0, 4);
	queue_up(test, queue, &semaphore);
	KUNIT_EXPECT_EQ(test, KeReleaseSemaphore(&semaphore, IO_NO_INCREMENT, 2, FALSE), 0);
	KUNIT_EXPECT_EQ(test, KeReadStateSemaphore(&semaphore), 0);
	expect_gone(test, queue, &semaphore, 2);
	KUNIT_EXPECT_EQ(test, KeReleaseSemaphore(&semaphore, IO_NO_INCREMENT, 4, FALSE), 0);
	KUNIT_EXPECT_EQ(test, KeReadStateSemaphore(&semaphore), 1);
	expect_gone(test, queue, &semaphore, WAITERS);
	expect_silence(test);
}

struct bad_release {
	const char *name;
	LONG count;
	LONG adjustment;
	NTSTATUS raised;
};

static const struct bad_release bad_releases[] = {
	{ "one beyond the limit", 5, 1, STATUS_SEMAPHORE_LIMIT_EXCEEDED },
	{ "far beyond the limit", 3, MAXLONG, STATUS_SEMAPHORE_LIMIT_EXCEEDED },
	{ "by nothing", 2, 0, STATUS_INVALID_PARAMETER },
	{ "by less than nothing", 2, -1, STATUS_INVALID_PARAMETER },
	{ "by the least number", 2, (LONG)MINLONG, STATUS_INVALID_PARAMETER },
};

KUNIT_ARRAY_PARAM_DESC(bad_release, bad_releases, name);

static void bad_release_changes_nothing(struct kunit *test)
{
	const struct bad_release *bad = test->param_value;
	KSEMAPHORE semaphore;

	KeInitializeSemaphore(&semaphore, bad->count, 5);
	KUNIT_EXPECT_EQ(test, KeReleaseSemaphore(&semaphore, IO_NO_INCREMENT, bad->adjustment,
						 FALSE), bad->count);
	expect_misuse(test, "KeReleaseSemaphore", 0x1E, (u32)bad->raised, (long)bad->adjustment,
		      (long)bad->count, 0);
	KUNIT_EXPECT_EQ(test, KeReadStateSemaphore(&semaphore), bad->count);
}

static void bad_count_becomes_the_nearest(struct kunit *test)
{
	static const struct {
		LONG count, limit, becomes;
	} bad[] = {
		{ -1, 5, 0 }, { 6, 5, 5 }, { 0, 0, 0 }, { 3, -7, 1 },
	};
	KSEMAPHORE semaphore;
	int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		KeInitializeSemaphore(&semaphore, bad[i].count, bad[i].limit);
		expect_misuse(test, "KeInitializeSemaphore", 0x1E, (u32)STATUS_INVALID_PARAMETER,
			      (long)bad[i].count, (long)bad[i].limit, 0);
		KUNIT_EXPECT_EQ(test, KeReadStateSemaphore(&semaphore), bad[i].becomes);
	}
}

static struct kunit_case semaphore_cases[] = {
	KUNIT_CASE(semaphore_has_the_counts_of_windows),
	KUNIT_CASE(release_lets_as_many_go),
	KUNIT_CASE_PARAM(bad_release_changes_nothing, bad_release_gen_params),
	KUNIT_CASE(bad_count_becomes_the_nearest),
	{}
};

static struct kunit_suite semaphore_suite = {
	.name = "eresource_wdm_semaphore",
	.init = wdm_wait_init,
	.test_cases = semaphore_cases,
};

static void clocks_agree(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, eres_wdm_clocks(), 0);
}

static void time_has_fields(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, eres_wdm_time_fields(), 0);
}

static void kernel_threads_are_of_the_system(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, eres_wdm_processes(), 0);
}

static struct kunit_case clock_cases[] = {
	KUNIT_CASE(clocks_agree),
	KUNIT_CASE(time_has_fields),
	KUNIT_CASE(kernel_threads_are_of_the_system),
	{}
};

static struct kunit_suite clock_suite = {
	.name = "eresource_wdm_clock",
	.init = wdm_wait_init,
	.test_cases = clock_cases,
};

kunit_test_suites(&event_suite, &semaphore_suite, &clock_suite);
