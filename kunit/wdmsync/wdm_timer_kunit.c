// SPDX-License-Identifier: GPL-2.0-only
/* Timers: when they expire, whom they let go, how long they live, and wrong calls. */
#include <kunit/test.h>
#include <linux/slab.h>

#include "wdm_driver.h"
#include "wdm_wait.h"

/* After so many microseconds. */
static LARGE_INTEGER in_us(u32 us)
{
	LARGE_INTEGER due = { .QuadPart = -10LL * us };

	return due;
}

static LARGE_INTEGER in_ms(u32 ms)
{
	return in_us(1000 * ms);
}

#define HOUR	in_ms(3600 * 1000)
#define NOW	in_us(0)

static void timer_does_as_on_windows(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, eres_wdm_timers(), 0);
	expect_silence(test);
}

static void past_times_are_now(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, eres_wdm_due_now(), 0);
	expect_silence(test);
}

static void absolute_times_are_by_the_clock(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, eres_wdm_absolute(), 0);
	expect_silence(test);
}

/* A DPC that counts. */
struct counted {
	KTIMER timer;
	KDPC dpc;
	atomic_t runs;
};

static void count_run(PKDPC dpc, PVOID context, PVOID first, PVOID second)
{
	struct counted *counted = context;

	atomic_inc(&counted->runs);
}

static void init_counted(struct counted *counted, TIMER_TYPE type)
{
	memset(counted, 0xcc, sizeof(*counted));
	atomic_set(&counted->runs, 0);
	KeInitializeTimerEx(&counted->timer, type);
	KeInitializeDpc(&counted->dpc, count_run, counted);
}

/* Twice: if the machine stood still, time is up before the timer had a chance. */
static bool expires(PKTIMER timer)
{
	return ERES_POLL(KeReadStateTimer(timer)) || ERES_POLL(KeReadStateTimer(timer));
}

/* Forwards, what is due by the clock is so earlier; backwards, later. */
static void absolute_times_follow_the_clock(struct kunit *test)
{
	KTIMER absolute, relative, later;
	LARGE_INTEGER due;

	KeInitializeTimer(&absolute);
	KeInitializeTimer(&relative);
	KeInitializeTimer(&later);
	KeSetTimer(&absolute, wdm_in_an_hour(), NULL);
	KeSetTimer(&relative, HOUR, NULL);
	wdm_step_clock(3601);
	KUNIT_EXPECT_TRUE(test, expires(&absolute));
	KUNIT_EXPECT_FALSE(test, KeReadStateTimer(&relative));
	KUNIT_EXPECT_TRUE(test, KeCancelTimer(&relative));
	KUNIT_EXPECT_FALSE(test, KeCancelTimer(&absolute));

	/* 20 ms from now, by a clock that has not been there yet. */
	wdm_step_clock(-3601);
	KeQuerySystemTime(&due);
	due.QuadPart += 200000;
	KeSetTimer(&later, due, NULL);
	KUNIT_EXPECT_TRUE(test, expires(&later));
	expect_silence(test);
}

#define WAITERS	5

static void begin_waiters(struct kunit *test, struct eres_actor **actor, struct wdm_wait *wait,
			  void *object)
{
	int i;

	for (i = 0; i < WAITERS; i++) {
		wait[i] = (struct wdm_wait)WDM_WAIT_FOR(object);
		actor[i] = eres_actor_start(test, "waiter");
		wdm_begin(test, actor[i], &wait[i]);
	}
	KUNIT_EXPECT_EQ(test, wdm_waiters(object), WAITERS);
}

static void notification_timer_lets_all_go(struct kunit *test)
{
	struct wdm_wait *wait = kunit_kcalloc(test, WAITERS, sizeof(*wait), GFP_KERNEL);
	struct eres_actor *actor[WAITERS];
	KTIMER timer;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, wait);
	KeInitializeTimer(&timer);
	KeSetTimer(&timer, HOUR, NULL);
	begin_waiters(test, actor, wait, &timer);
	KUNIT_EXPECT_TRUE(test, KeSetTimer(&timer, in_ms(1), NULL));
	for (i = 0; i < WAITERS; i++)
		KUNIT_EXPECT_EQ(test, wdm_finish(actor[i]), STATUS_SUCCESS);
	KUNIT_EXPECT_TRUE(test, KeReadStateTimer(&timer));
	expect_silence(test);
}

/* In the order in which they came, one each time. */
static void synchronization_timer_lets_one_go_each_time(struct kunit *test)
{
	struct wdm_wait *wait = kunit_kcalloc(test, WAITERS, sizeof(*wait), GFP_KERNEL);
	struct eres_actor *actor[WAITERS];
	KTIMER timer;
	int i, j;

	KUNIT_ASSERT_NOT_NULL(test, wait);
	KeInitializeTimerEx(&timer, SynchronizationTimer);
	begin_waiters(test, actor, wait, &timer);
	for (i = 0; i < WAITERS; i++) {
		KeSetTimer(&timer, i & 1 ? NOW : in_ms(1), NULL);
		KUNIT_EXPECT_EQ(test, wdm_finish(actor[i]), STATUS_SUCCESS);
		KUNIT_EXPECT_FALSE(test, KeReadStateTimer(&timer));
		KUNIT_EXPECT_EQ(test, wdm_waiters(&timer), WAITERS - 1 - i);
		for (j = i + 1; j < WAITERS; j++)
			KUNIT_EXPECT_TRUE(test, wdm_sleeps(actor[j], &wait[j]));
	}
	expect_silence(test);
}

/* One that is cancelled lets nobody go, and stays as it is. */
static void cancelled_timer_lets_nobody_go(struct kunit *test)
{
	struct eres_actor *actor = eres_actor_start(test, "waiter");
	struct counted counted;
	struct wdm_wait wait = WDM_WAIT_FOR(&counted.timer);

	init_counted(&counted, NotificationTimer);
	KeSetTimer(&counted.timer, in_ms(50), &counted.dpc);
	if (KeCancelTimer(&counted.timer)) {
		wdm_begin(test, actor, &wait);
		KUNIT_EXPECT_FALSE(test, KeCancelTimer(&counted.timer));
		msleep(80);
		KUNIT_EXPECT_TRUE(test, wdm_sleeps(actor, &wait));
		KUNIT_EXPECT_EQ(test, atomic_read(&counted.runs), 0);
		KeSetTimer(&counted.timer, NOW, NULL);
		KUNIT_EXPECT_EQ(test, wdm_finish(actor), STATUS_SUCCESS);
		KUNIT_EXPECT_FALSE(test, KeCancelTimer(&counted.timer));
		KUNIT_EXPECT_TRUE(test, KeReadStateTimer(&counted.timer));
	} else {
		kunit_info(test, "50 ms were over at once");
	}
	KeFlushQueuedDpcs();
	expect_silence(test);
}

static void timers_are_among_several_objects(struct kunit *test)
{
	struct eres_actor *actor = eres_actor_start(test, "waiter");
	KTIMER timer, other;
	KEVENT event;
	struct wdm_wait wait = {
		.object = { &timer, &event, &other }, .count = 3, .all = true,
	};

	KeInitializeTimerEx(&timer, SynchronizationTimer);
	KeInitializeTimer(&other);
	KeInitializeEvent(&event, SynchronizationEvent, FALSE);
	wdm_begin(test, actor, &wait);
	/* Nothing is taken until all are. */
	KeSetTimer(&timer, NOW, NULL);
	KeSetTimer(&other, NOW, NULL);
	KUNIT_EXPECT_TRUE(test, KeReadStateTimer(&timer));
	KUNIT_EXPECT_TRUE(test, wdm_sleeps(actor, &wait));
	KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
	KUNIT_EXPECT_EQ(test, wdm_finish(actor), STATUS_SUCCESS);
	KUNIT_EXPECT_FALSE(test, KeReadStateTimer(&timer));
	KUNIT_EXPECT_TRUE(test, KeReadStateTimer(&other));

	KeInitializeTimer(&other);
	wait.all = false;
	wdm_begin(test, actor, &wait);
	KeSetTimer(&other, in_ms(1), NULL);
	KUNIT_EXPECT_EQ(test, wdm_finish(actor), STATUS_WAIT_2);
	KeInitializeTimer(&other);
	wdm_begin(test, actor, &wait);
	KeSetTimer(&timer, in_ms(1), NULL);
	KUNIT_EXPECT_EQ(test, wdm_finish(actor), STATUS_WAIT_0);
	KUNIT_EXPECT_FALSE(test, KeReadStateTimer(&timer));
	expect_silence(test);
}

#define MANY	600

struct many {
	struct counted one[MANY];
	u32 random;
	/* Who has been before somebody who was due earlier. */
	atomic_t early;
	atomic_t runs;
	/* How many had expired when the first DPC ran. */
	unsigned int first;
};

static struct many *many;

static unsigned int choose(unsigned int below)
{
	many->random = many->random * 1664525 + 1013904223;
	return (many->random >> 16) % below;
}

/*
 * All that are due before this one have expired. They are due in the order of the array;
 * of those that are at the same time, the one at the lower address.
 */
static void check_order(PKDPC dpc, PVOID context, PVOID first, PVOID second)
{
	unsigned long number = (struct counted *)context - many->one;

	if (number && !KeReadStateTimer(&many->one[number - 1].timer))
		atomic_inc(&many->early);
	atomic_inc(&many->runs);
}

static struct many *get_many(struct kunit *test)
{
	unsigned int i;

	many = kunit_kzalloc(test, sizeof(*many), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, many);
	many->random = 1;
	for (i = 0; i < MANY; i++) {
		init_counted(&many->one[i], NotificationTimer);
		KeInitializeDpc(&many->one[i].dpc, check_order, &many->one[i]);
	}
	return many;
}

/* The numbers below MANY, each once, in some order. */
static u16 *shuffled(struct kunit *test)
{
	u16 *number = kunit_kcalloc(test, MANY, sizeof(*number), GFP_KERNEL);
	unsigned int i, j;

	KUNIT_ASSERT_NOT_NULL(test, number);
	for (i = 0; i < MANY; i++)
		number[i] = i;
	for (i = MANY - 1; i; i--) {
		j = choose(i + 1);
		swap(number[i], number[j]);
	}
	return number;
}

static void timers_expire_in_order(struct kunit *test)
{
	LARGE_INTEGER base, due;
	u16 *number;
	int i;

	get_many(test);
	number = shuffled(test);
	for (i = 0; i < MANY; i++)
		KUNIT_EXPECT_FALSE(test, KeSetTimer(&many->one[i].timer, HOUR, NULL));
	/* By the other clock: two at a time, 200 us from one to the next, in a second. */
	KeQuerySystemTime(&base);
	for (i = 0; i < MANY; i++) {
		due.QuadPart = base.QuadPart + 10000000 + number[i] / 2 * 2000;
		KUNIT_EXPECT_TRUE(test, KeSetTimer(&many->one[number[i]].timer, due,
						   &many->one[number[i]].dpc));
	}
	KUNIT_EXPECT_TRUE(test, ERES_POLL(atomic_read(&many->runs) == MANY));
	KeFlushQueuedDpcs();
	KUNIT_EXPECT_EQ(test, atomic_read(&many->early), 0);
	expect_silence(test);
}

static void count_expired(PKDPC dpc, PVOID context, PVOID first, PVOID second)
{
	unsigned int i;

	if (atomic_inc_return(&many->runs) > 1)
		return;
	for (i = 0; i < MANY; i++)
		many->first += KeReadStateTimer(&many->one[i].timer);
}

/* Of many that are due at once, some expire; then it is the turn of DPCs; and so on. */
static void timers_let_dpcs_run_in_between(struct kunit *test)
{
	LARGE_INTEGER due = wdm_in_an_hour();
	int i;

	get_many(test);
	for (i = 0; i < MANY; i++) {
		KeInitializeDpc(&many->one[i].dpc, count_expired, &many->one[i]);
		KeSetTimer(&many->one[i].timer, due, &many->one[i].dpc);
	}
	wdm_step_clock(3601);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(atomic_read(&many->runs) == MANY));
	wdm_step_clock(-3601);
	KeFlushQueuedDpcs();
	KUNIT_EXPECT_GT(test, many->first, 0);
	KUNIT_EXPECT_LE(test, many->first, 64);
	expect_silence(test);
}

/* Each is found, once, in whatever order. */
static void timers_are_cancelled_in_any_order(struct kunit *test)
{
	LARGE_INTEGER due;
	unsigned int i, round;
	u16 *number;

	get_many(test);
	for (round = 0; round < 4; round++) {
		number = shuffled(test);
		for (i = 0; i < MANY; i++) {
			/* Of 64 times, so that many are due at the same one; on two clocks. */
			due = HOUR;
			due.QuadPart -= choose(64);
			if (choose(4) == 0)
				due = wdm_in_an_hour();
			KUNIT_EXPECT_FALSE(test, KeSetTimer(&many->one[i].timer, due, NULL));
		}
		for (i = 0; i < MANY; i++) {
			PKTIMER timer = &many->one[number[i]].timer;

			/* Some move first. */
			if (choose(3) == 0)
				KUNIT_EXPECT_TRUE(test, KeSetTimer(timer, HOUR, NULL));
			KUNIT_EXPECT_TRUE(test, KeCancelTimer(timer));
			KUNIT_EXPECT_FALSE(test, KeCancelTimer(timer));
			memset(timer, 0xaa, sizeof(*timer));
		}
		for (i = 0; i < MANY; i++)
			KeInitializeTimer(&many->one[i].timer);
	}
	expect_silence(test);
}

static noinline void wait_for_timer_on_stack(struct kunit *test, unsigned int i)
{
	KTIMER timer;

	KeInitializeTimerEx(&timer, i & 1 ? SynchronizationTimer : NotificationTimer);
	KeSetTimer(&timer, in_us(20 + i % 8 * 30), NULL);
	KUNIT_EXPECT_EQ(test, KeWaitForSingleObject(&timer, Executive, KernelMode, FALSE, NULL),
			STATUS_SUCCESS);
	memset(&timer, 0xaa, sizeof(timer));
	OPTIMIZER_HIDE_VAR(i);
}

/* One that has expired is gone when the wait returns. */
static void timer_on_the_stack(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < 300; i++)
		wait_for_timer_on_stack(test, i);
	expect_silence(test);
}

/* One that is cancelled, at once: while it expires, on any processor. */
static void cancelled_timer_is_freed(struct kunit *test)
{
	unsigned int i, cancelled = 0;
	struct counted *counted;
	int runs;

	for (i = 0; i < 400; i++) {
		bool periodic = i & 1;

		counted = kmalloc(sizeof(*counted), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, counted);
		init_counted(counted, NotificationTimer);
		KeSetTimerEx(&counted->timer, in_us(10 + i % 16 * 20), periodic, &counted->dpc);
		if (i & 2)
			udelay(i % 37 * 10);
		if (i & 4)
			usleep_range(100, 200);
		if (KeCancelTimer(&counted->timer))
			cancelled++;
		else
			KUNIT_EXPECT_FALSE(test, periodic);
		/* The timer may go. The DPC may be on its way. */
		memset(&counted->timer, 0xaa, sizeof(counted->timer));
		KeRemoveQueueDpc(&counted->dpc);
		KeFlushQueuedDpcs();
		runs = atomic_read(&counted->runs);
		KUNIT_EXPECT_TRUE(test, periodic || runs <= 1);
		memset(counted, 0xaa, sizeof(*counted));
		kfree(counted);
	}
	/* Of which half were periodic. */
	KUNIT_EXPECT_GE(test, cancelled, 200);
	kunit_info(test, "%u were cancelled", cancelled);
	expect_silence(test);
}

static atomic_t freed;

static void free_with_timer(PKDPC dpc, PVOID context, PVOID first, PVOID second)
{
	struct counted *counted = context;

	memset(counted, 0xaa, sizeof(*counted));
	kfree(counted);
	atomic_inc(&freed);
}

/* A timer that expires once, and its DPC: by that. Also if it is due in the call. */
static void dpc_frees_its_timer(struct kunit *test)
{
	struct counted *counted;
	unsigned int i;

	atomic_set(&freed, 0);
	for (i = 0; i < 300; i++) {
		counted = kmalloc(sizeof(*counted), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, counted);
		init_counted(counted, NotificationTimer);
		KeInitializeDpc(&counted->dpc, free_with_timer, counted);
		if (i & 1)
			KeSetTargetProcessorDpc(&counted->dpc, i / 2 % num_online_cpus());
		KeSetTimer(&counted->timer, i & 2 ? in_us(i % 16 * 20) : NOW, &counted->dpc);
	}
	KUNIT_EXPECT_TRUE(test, ERES_POLL(atomic_read(&freed) == 300));
	KeFlushQueuedDpcs();
	expect_silence(test);
}

static void set_anew(PKDPC dpc, PVOID context, PVOID first, PVOID second)
{
	struct counted *counted = context;

	if (atomic_inc_return(&counted->runs) < 50)
		KeSetTimer(&counted->timer, atomic_read(&counted->runs) & 1 ? NOW : in_us(50), dpc);
}

static void dpc_sets_its_timer_anew(struct kunit *test)
{
	struct counted counted;

	init_counted(&counted, SynchronizationTimer);
	KeInitializeDpc(&counted.dpc, set_anew, &counted);
	KeSetTimer(&counted.timer, in_ms(1), &counted.dpc);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(atomic_read(&counted.runs) == 50));
	KUNIT_EXPECT_FALSE(test, KeCancelTimer(&counted.timer));
	KeFlushQueuedDpcs();
	KUNIT_EXPECT_EQ(test, atomic_read(&counted.runs), 50);
	expect_silence(test);
}

/* As it expires again and again, and what is missed is left out. */
static void periods_are_kept(struct kunit *test)
{
	struct counted counted;
	LONGLONG began, passed;
	int runs;

	init_counted(&counted, NotificationTimer);
	began = KeQueryPerformanceCounter(NULL).QuadPart;
	KeSetTimerEx(&counted.timer, in_ms(5), 5, &counted.dpc);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(atomic_read(&counted.runs) >= 20));
	KUNIT_EXPECT_TRUE(test, KeCancelTimer(&counted.timer));
	KeFlushQueuedDpcs();
	runs = atomic_read(&counted.runs);
	passed = KeQueryPerformanceCounter(NULL).QuadPart - began;
	/* Not more than once every 5 ms. */
	KUNIT_EXPECT_GE(test, passed, 50000LL * runs);
	/* And not any more. */
	msleep(20);
	KUNIT_EXPECT_EQ(test, atomic_read(&counted.runs), runs);
	KUNIT_EXPECT_FALSE(test, KeRemoveQueueDpc(&counted.dpc));
	expect_silence(test);
}

static void set_it(void *timer)
{
	KeSetTimer(timer, in_ms(1), NULL);
}

static void set_it_for_now(void *timer)
{
	KeSetTimer(timer, NOW, NULL);
}

static void interrupts_set_timers(struct kunit *test)
{
	eres_irq_fn set[] = { set_it, set_it_for_now };
	KTIMER timer;
	int i;

	KeInitializeTimerEx(&timer, SynchronizationTimer);
	for (i = 0; i < 8; i++) {
		KUNIT_EXPECT_TRUE(test, i & 1 ? eres_run_in_hardirq(i & 2, set[i / 4], &timer) :
						eres_run_in_softirq(i & 2, set[i / 4], &timer));
		KUNIT_EXPECT_EQ(test, KeWaitForSingleObject(&timer, Executive, KernelMode, FALSE,
							    NULL), STATUS_SUCCESS);
	}
	expect_silence(test);
}

static void init_timer(void *p)
{
	KeInitializeTimer(p);
}

static void init_event(void *p)
{
	KeInitializeEvent(p, NotificationEvent, TRUE);
}

static void init_semaphore(void *p)
{
	KeInitializeSemaphore(p, 1, 1);
}

/* Whatever it is to become, it still expires, with its DPC. */
static void queued_timer_is_not_initialised(struct kunit *test)
{
	static const struct {
		void (*init)(void *p);
		const char *name;
	} inits[] = {
		{ init_timer, "KeInitializeTimer" },
		{ init_event, "KeInitializeEvent" },
		{ init_semaphore, "KeInitializeSemaphore" },
	};
	struct counted counted;
	int i;

	init_counted(&counted, SynchronizationTimer);
	for (i = 0; i < ARRAY_SIZE(inits); i++) {
		KeSetTimer(&counted.timer, HOUR, &counted.dpc);
		inits[i].init(&counted.timer);
		expect_misuse(test, inits[i].name, 0xC4, 0xD0, &counted.timer, 0, 0);
		KUNIT_EXPECT_FALSE(test, KeReadStateTimer(&counted.timer));
		KUNIT_EXPECT_TRUE(test, KeSetTimer(&counted.timer, in_ms(1), &counted.dpc));
		KUNIT_EXPECT_TRUE(test, ERES_POLL(atomic_read(&counted.runs) == i + 1));
		KUNIT_EXPECT_TRUE(test, KeReadStateTimer(&counted.timer));
	}
	KeFlushQueuedDpcs();
	/* And now it is. */
	init_event(&counted.timer);
	KUNIT_EXPECT_EQ(test, wdm_try(&counted.timer), STATUS_SUCCESS);
	expect_silence(test);
}

static void negative_period_is_none(struct kunit *test)
{
	KTIMER timer;

	KeInitializeTimer(&timer);
	KUNIT_EXPECT_FALSE(test, KeSetTimerEx(&timer, NOW, -5, NULL));
	expect_misuse(test, "KeSetTimerEx", 0xC7, 0, &timer, -5L, 0);
	KUNIT_EXPECT_TRUE(test, KeReadStateTimer(&timer));
	KUNIT_EXPECT_FALSE(test, KeCancelTimer(&timer));
}

/* The timer is set all the same. */
static void what_is_no_dpc_is_left_out(struct kunit *test)
{
	KTIMER timer;
	KDPC dpc;

	KeInitializeTimer(&timer);
	memset(&dpc, 0, sizeof(dpc));
	KUNIT_EXPECT_FALSE(test, KeSetTimer(&timer, HOUR, &dpc));
	expect_misuse(test, "KeSetTimer", 0xC4, 0x1002, &dpc, 0, 0);
	KUNIT_EXPECT_TRUE(test, KeSetTimer(&timer, NOW, (PKDPC)0x1000));
	expect_misuse(test, "KeSetTimer", 0xC4, 0xE1, 0x1000, 0, 0);
	KUNIT_EXPECT_TRUE(test, KeReadStateTimer(&timer));
	KeInitializeDpc(&dpc, NULL, NULL);
	KUNIT_EXPECT_FALSE(test, KeSetTimerEx(&timer, NOW, 0, &dpc));
	expect_misuse(test, "KeSetTimerEx", 0xC7, 2, &dpc, 0, 0);
	KUNIT_EXPECT_TRUE(test, KeReadStateTimer(&timer));
}

/* The timer expires without its DPC: noticed there, whoever that is. */
static void expect_no_dpc(struct kunit *test, struct counted *counted, unsigned long why)
{
	struct eres_report report;

	wdm_step_clock(3601);
	KUNIT_EXPECT_TRUE(test, expires(&counted->timer));
	KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_reports_count(test->priv)));
	wdm_step_clock(-3601);
	KUNIT_EXPECT_FALSE(test, KeCancelTimer(&counted->timer));
	report = eres_reports_next(test->priv);
	KUNIT_EXPECT_EQ(test, report.code, 0xC7);
	KUNIT_EXPECT_EQ(test, report.param[0], why);
	KUNIT_EXPECT_EQ(test, report.param[1], (unsigned long)&counted->dpc);
	KUNIT_EXPECT_TRUE(test, KeReadStateTimer(&counted->timer));
	eres_reports_forget(test->priv);
}

static void dpc_that_is_gone_is_not_queued(struct kunit *test)
{
	struct counted counted;

	init_counted(&counted, NotificationTimer);
	KeSetTimer(&counted.timer, wdm_in_an_hour(), &counted.dpc);
	memset(&counted.dpc, 0xaa, sizeof(counted.dpc));
	expect_no_dpc(test, &counted, 1);
}

/* It may be initialised anew, as it is not queued. */
static void dpc_that_has_lost_its_routine_is_not_queued(struct kunit *test)
{
	struct counted counted;

	init_counted(&counted, NotificationTimer);
	KeSetTimer(&counted.timer, wdm_in_an_hour(), &counted.dpc);
	KeInitializeDpc(&counted.dpc, NULL, &counted);
	expect_no_dpc(test, &counted, 2);
	/* And with one it is. */
	KeInitializeDpc(&counted.dpc, count_run, &counted);
	KeSetTimer(&counted.timer, NOW, &counted.dpc);
	KeFlushQueuedDpcs();
	KUNIT_EXPECT_EQ(test, atomic_read(&counted.runs), 1);
}

static struct kunit_case timer_cases[] = {
	KUNIT_CASE(timer_does_as_on_windows),
	KUNIT_CASE(past_times_are_now),
	KUNIT_CASE(absolute_times_are_by_the_clock),
	KUNIT_CASE(absolute_times_follow_the_clock),
	KUNIT_CASE(notification_timer_lets_all_go),
	KUNIT_CASE(synchronization_timer_lets_one_go_each_time),
	KUNIT_CASE(cancelled_timer_lets_nobody_go),
	KUNIT_CASE(timers_are_among_several_objects),
	KUNIT_CASE(timers_expire_in_order),
	KUNIT_CASE(timers_let_dpcs_run_in_between),
	KUNIT_CASE(timers_are_cancelled_in_any_order),
	KUNIT_CASE(timer_on_the_stack),
	KUNIT_CASE(cancelled_timer_is_freed),
	KUNIT_CASE(dpc_frees_its_timer),
	KUNIT_CASE(dpc_sets_its_timer_anew),
	KUNIT_CASE(periods_are_kept),
	KUNIT_CASE(interrupts_set_timers),
	KUNIT_CASE(queued_timer_is_not_initialised),
	KUNIT_CASE(negative_period_is_none),
	KUNIT_CASE(what_is_no_dpc_is_left_out),
	KUNIT_CASE(dpc_that_is_gone_is_not_queued),
	KUNIT_CASE(dpc_that_has_lost_its_routine_is_not_queued),
	{}
};

static struct kunit_suite timer_suite = {
	.name = "eresource_wdm_timer",
	.init = wdm_wait_init,
	.test_cases = timer_cases,
};

kunit_test_suite(timer_suite);
