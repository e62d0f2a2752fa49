// SPDX-License-Identifier: GPL-2.0-only
/* Waits for several objects, timeouts, and when what is waited for may go. */
#include <kunit/test.h>
#include <linux/atomic.h>
#include <linux/ktime.h>
#include <linux/slab.h>

#include "wdm_driver.h"
#include "wdm_wait.h"
#include "wdm_cpu.h"

static void several_objects_at_once(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, eres_wdm_multiple(), 0);
	expect_silence(test);
}

/* Objects of all kinds, none of which is to be had. */
struct objects {
	KEVENT manual;
	KEVENT automatic;
	KSEMAPHORE semaphore;
	KMUTEX mutex;
};

#define KINDS 4

static void set_kind(struct objects *objects, unsigned int kind)
{
	switch (kind) {
	case 0:
		KeSetEvent(&objects->manual, IO_NO_INCREMENT, FALSE);
		break;
	case 1:
		KeSetEvent(&objects->automatic, IO_NO_INCREMENT, FALSE);
		break;
	case 2:
		KeReleaseSemaphore(&objects->semaphore, IO_NO_INCREMENT, 1, FALSE);
		break;
	default:
		KeReleaseMutex(&objects->mutex, FALSE);
		break;
	}
}

/* The mutex is the caller's. */
static void init_objects(struct objects *objects, struct wdm_wait *wait, PKWAIT_BLOCK blocks)
{
	KeInitializeEvent(&objects->manual, NotificationEvent, FALSE);
	KeInitializeEvent(&objects->automatic, SynchronizationEvent, FALSE);
	KeInitializeSemaphore(&objects->semaphore, 0, 1);
	KeInitializeMutex(&objects->mutex, 0);
	wdm_try(&objects->mutex);
	*wait = (struct wdm_wait){
		.object = { &objects->manual, &objects->automatic, &objects->semaphore,
			    &objects->mutex },
		.count = KINDS,
		.blocks = blocks,
	};
}

static unsigned long release_mutex_step(void *mutex)
{
	return KeReleaseMutex(mutex, FALSE);
}

/* All states in one number; the mutex as 0 if it is owned. */
static unsigned int states_of(struct objects *objects)
{
	return KeReadStateEvent(&objects->manual) | KeReadStateEvent(&objects->automatic) << 1 |
	       KeReadStateSemaphore(&objects->semaphore) << 2 |
	       (KeReadStateMutex(&objects->mutex) > 0) << 3;
}

static unsigned int waiters_of(struct objects *objects)
{
	return wdm_waiters(&objects->manual) + wdm_waiters(&objects->automatic) +
	       wdm_waiters(&objects->semaphore) + wdm_waiters(&objects->mutex);
}

static void any_takes_the_one_that_is_set(struct kunit *test)
{
	struct eres_actor *actor = eres_actor_start(test, "any");
	KWAIT_BLOCK blocks[KINDS];
	struct objects objects;
	struct wdm_wait wait;
	unsigned int kind;

	for (kind = 0; kind < KINDS; kind++) {
		init_objects(&objects, &wait, blocks);
		wdm_begin(test, actor, &wait);
		KUNIT_EXPECT_EQ(test, waiters_of(&objects), KINDS);
		set_kind(&objects, kind);
		KUNIT_EXPECT_EQ(test, wdm_finish(actor), STATUS_WAIT_0 + kind);
		/* A notification event stays set; nothing else does. */
		KUNIT_EXPECT_EQ(test, states_of(&objects), kind ? 0 : 1);
		KUNIT_EXPECT_EQ(test, waiters_of(&objects), 0);
		if (kind == 3)
			eres_actor_do(actor, release_mutex_step, &objects.mutex);
		else
			KeReleaseMutex(&objects.mutex, FALSE);
	}
	expect_silence(test);
}

/* In every order in which the four can be set. */
static void all_takes_all_at_one_instant_or_nothing(struct kunit *test)
{
	struct eres_actor *actor = eres_actor_start(test, "all");
	unsigned int order, step, left, set, kind;
	KWAIT_BLOCK blocks[KINDS];
	struct objects objects;
	struct wdm_wait wait;

	for (order = 0; order < KINDS * KINDS * KINDS; order++) {
		init_objects(&objects, &wait, blocks);
		wait.all = true;
		wdm_begin(test, actor, &wait);
		for (step = 0, set = 0, left = order; step < KINDS - 1; step++, left /= KINDS) {
			kind = left % KINDS;
			if (set & BIT(kind))
				break;
			set_kind(&objects, kind);
			set |= BIT(kind);
			KUNIT_EXPECT_EQ(test, states_of(&objects), set);
			KUNIT_EXPECT_EQ(test, waiters_of(&objects), KINDS);
			KUNIT_EXPECT_TRUE(test, wdm_sleeps(actor, &wait));
		}
		for (kind = 0; kind < KINDS; kind++)
			if (!(set & BIT(kind)))
				set_kind(&objects, kind);
		KUNIT_EXPECT_EQ(test, wdm_finish(actor), STATUS_SUCCESS);
		KUNIT_EXPECT_EQ(test, states_of(&objects), 1);
		KUNIT_EXPECT_EQ(test, waiters_of(&objects), 0);
		eres_actor_do(actor, release_mutex_step, &objects.mutex);
	}
	expect_silence(test);
}

/* One who waits for more than that does not keep others from having it. */
static void incomplete_wait_holds_nothing_up(struct kunit *test)
{
	struct eres_actor *greedy = eres_actor_start(test, "greedy");
	struct eres_actor *modest = eres_actor_start(test, "modest");
	KEVENT one, other;
	struct wdm_wait all = { .object = { &one, &other }, .count = 2, .all = true };
	struct wdm_wait single = WDM_WAIT_FOR(&one);

	KeInitializeEvent(&one, SynchronizationEvent, FALSE);
	KeInitializeEvent(&other, SynchronizationEvent, FALSE);
	wdm_begin(test, greedy, &all);
	wdm_begin(test, modest, &single);
	KeSetEvent(&one, IO_NO_INCREMENT, FALSE);
	KUNIT_EXPECT_EQ(test, wdm_finish(modest), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, KeReadStateEvent(&one), 0);
	KeSetEvent(&other, IO_NO_INCREMENT, FALSE);
	KUNIT_EXPECT_TRUE(test, wdm_sleeps(greedy, &all));
	KUNIT_EXPECT_EQ(test, KeReadStateEvent(&other), 1);
	KeSetEvent(&one, IO_NO_INCREMENT, FALSE);
	KUNIT_EXPECT_EQ(test, wdm_finish(greedy), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, KeReadStateEvent(&one) | KeReadStateEvent(&other), 0);
}

static void most_objects_can_be_waited_for(struct kunit *test)
{
	struct eres_actor *actor = eres_actor_start(test, "many");
	struct wdm_wait *wait = kunit_kzalloc(test, sizeof(*wait), GFP_KERNEL);
	KEVENT *event = kunit_kcalloc(test, MAXIMUM_WAIT_OBJECTS, sizeof(*event), GFP_KERNEL);
	int i, last = MAXIMUM_WAIT_OBJECTS - 1;

	KUNIT_ASSERT_NOT_NULL(test, wait);
	KUNIT_ASSERT_NOT_NULL(test, event);
	wait->blocks = kunit_kcalloc(test, MAXIMUM_WAIT_OBJECTS, sizeof(*wait->blocks), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, wait->blocks);
	wait->many = kunit_kcalloc(test, MAXIMUM_WAIT_OBJECTS, sizeof(PVOID), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, wait->many);
	for (i = 0; i <= last; i++) {
		KeInitializeEvent(&event[i], SynchronizationEvent, FALSE);
		wait->many[i] = &event[i];
	}
	wait->count = MAXIMUM_WAIT_OBJECTS;

	wdm_begin(test, actor, wait);
	KeSetEvent(&event[last], IO_NO_INCREMENT, FALSE);
	KUNIT_EXPECT_EQ(test, wdm_finish(actor), STATUS_WAIT_63);
	KUNIT_EXPECT_EQ(test, KeReadStateEvent(&event[last]), 0);

	wait->all = true;
	wdm_begin(test, actor, wait);
	for (i = last; i; i--)
		KeSetEvent(&event[i], IO_NO_INCREMENT, FALSE);
	KUNIT_EXPECT_TRUE(test, wdm_sleeps(actor, wait));
	KeSetEvent(&event[0], IO_NO_INCREMENT, FALSE);
	KUNIT_EXPECT_EQ(test, wdm_finish(actor), STATUS_SUCCESS);
	for (i = 0; i <= last; i++)
		KUNIT_EXPECT_EQ(test, KeReadStateEvent(&event[i]), 0);
	expect_silence(test);
}

static void object_named_twice_is_taken_once(struct kunit *test)
{
	struct eres_actor *actor = eres_actor_start(test, "twice");
	KSEMAPHORE semaphore;
	struct wdm_wait wait = {
		.object = { &semaphore, &semaphore }, .count = 2, .all = true
	};

	KeInitializeSemaphore(&semaphore, 0, 2);
	wdm_begin(test, actor, &wait);
	KUNIT_EXPECT_EQ(test, wdm_waiters(&semaphore), 1);
	KeReleaseSemaphore(&semaphore, IO_NO_INCREMENT, 1, FALSE);
	KUNIT_EXPECT_EQ(test, wdm_finish(actor), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, KeReadStateSemaphore(&semaphore), 0);
	KeReleaseSemaphore(&semaphore, IO_NO_INCREMENT, 2, FALSE);
	KUNIT_EXPECT_EQ(test, wdm_do_now(&wait), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, KeReadStateSemaphore(&semaphore), 1);
	wait.all = false;
	KUNIT_EXPECT_EQ(test, wdm_do_now(&wait), STATUS_WAIT_0);
	KUNIT_EXPECT_EQ(test, KeReadStateSemaphore(&semaphore), 0);
}

/* An event, named as often as can be. */
struct often {
	KEVENT event;
	PVOID objects[MAXIMUM_WAIT_OBJECTS];
	KWAIT_BLOCK block[MAXIMUM_WAIT_OBJECTS];
	bool stop;
};

static unsigned long poll_often(void *data)
{
	struct often *often = data;
	unsigned long taken = 0;
	NTSTATUS status;

	while (!READ_ONCE(often->stop)) {
		status = KeWaitForMultipleObjects(MAXIMUM_WAIT_OBJECTS, often->objects,
						  taken & 1 ? WaitAny : WaitAll, Executive,
						  KernelMode, FALSE, &wdm_at_once, often->block);
		taken += status == STATUS_SUCCESS;
		cond_resched();
	}
	return taken;
}

/* Each set of what was not set is taken, or there in the end. */
static void no_set_is_lost_beside_one_who_names_it_often(struct kunit *test)
{
	struct often *often = kunit_kzalloc(test, sizeof(*often), GFP_KERNEL);
	unsigned long end, raised = 0;
	struct eres_actor *actor;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, often);
	wdm_cpus(test, 2);
	actor = wdm_cpu_actor(test, "polls", 1);
	KeInitializeEvent(&often->event, SynchronizationEvent, FALSE);
	for (i = 0; i < MAXIMUM_WAIT_OBJECTS; i++)
		often->objects[i] = &often->event;
	eres_actor_begin(actor, poll_often, often);
	end = jiffies + HZ;
	while (time_before(jiffies, end)) {
		raised += !KeSetEvent(&often->event, IO_NO_INCREMENT, FALSE);
		cond_resched();
	}
	WRITE_ONCE(often->stop, true);
	raised -= eres_actor_finish(actor);
	KUNIT_EXPECT_EQ(test, raised, KeReadStateEvent(&often->event));
	expect_silence(test);
}

struct time_limit {
	const char *name;
	LONGLONG units;
	/* Of the time of day, which is to be added. */
	bool absolute;
	/* Not earlier, in units. */
	LONGLONG least;
};

static const struct time_limit time_limits[] = {
	{ "none at all", 0, false, 0 },
	{ "relative, 1 unit", -1, false, 1 },
	{ "relative, 20 ms", -200000, false, 200000 },
	{ "absolute, 1601", 1, false, 0 },
	{ "absolute, a second ago", -10000000, true, 0 },
	/* The clock may be a tick behind, and is what says so. */
	{ "absolute, in 50 ms", 500000, true, 500000 - 200000 },
};

KUNIT_ARRAY_PARAM_DESC(time_limit, time_limits, name);

static void wait_ends_in_time_and_leaves_nothing(struct kunit *test)
{
	const struct time_limit *limit = test->param_value;
	LARGE_INTEGER timeout = { .QuadPart = limit->units };
	struct wdm_wait wait = { .count = 2, .timeout = &timeout };
	LARGE_INTEGER now;
	KEVENT event[2];
	u64 begin, passed;
	int i;

	for (i = 0; i < 2; i++) {
		KeInitializeEvent(&event[i], SynchronizationEvent, FALSE);
		wait.object[i] = &event[i];
	}
	for (wait.count = 1; wait.count <= 2; wait.count++) {
		KeQuerySystemTime(&now);
		timeout.QuadPart = limit->units + (limit->absolute ? now.QuadPart : 0);
		begin = ktime_get_ns();
		KUNIT_EXPECT_EQ(test, wdm_do_now(&wait), STATUS_TIMEOUT);
		passed = ktime_get_ns() - begin;
		KUNIT_EXPECT_GE(test, passed, limit->least * 100);
		/* Not by accident, a thousand times too late. */
		KUNIT_EXPECT_LT(test, passed, 10 * NSEC_PER_SEC);
	}
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test, wdm_waiters(&event[i]), 0);
		KeSetEvent(&event[i], IO_NO_INCREMENT, FALSE);
		KUNIT_EXPECT_EQ(test, KeReadStateEvent(&event[i]), 1);
		/* What is set wins over every timeout. */
		KUNIT_EXPECT_EQ(test, wdm_do_now(&(struct wdm_wait){
			.object = { &event[i] }, .count = 1, .timeout = &timeout
		}), STATUS_SUCCESS);
	}
	expect_silence(test);
}

static bool ends(const struct wdm_wait *wait)
{
	/* Twice: if the machine stood still, time is up before the thread had a chance. */
	return ERES_POLL(READ_ONCE(wait->status) != WDM_NO_STATUS) ||
	       ERES_POLL(READ_ONCE(wait->status) != WDM_NO_STATUS);
}

/* One that is by the clock is over when the clock is set; one that is not goes on. */
static void absolute_timeouts_follow_the_clock(struct kunit *test)
{
	struct eres_actor *absolute = eres_actor_start(test, "absolute");
	struct eres_actor *relative = eres_actor_start(test, "relative");
	LARGE_INTEGER hour = { .QuadPart = -10000LL * 3600 * 1000 };
	LARGE_INTEGER due = wdm_in_an_hour();
	struct wdm_wait by_clock, by_time;
	KEVENT event;

	KeInitializeEvent(&event, NotificationEvent, FALSE);
	by_clock = (struct wdm_wait)WDM_WAIT_FOR(&event);
	by_clock.timeout = &due;
	by_time = (struct wdm_wait)WDM_WAIT_FOR(&event);
	by_time.timeout = &hour;
	wdm_begin(test, absolute, &by_clock);
	wdm_begin(test, relative, &by_time);
	wdm_step_clock(3601);
	KUNIT_EXPECT_TRUE(test, ends(&by_clock));
	KUNIT_EXPECT_EQ(test, by_clock.status, STATUS_TIMEOUT);
	KUNIT_EXPECT_TRUE(test, wdm_sleeps(relative, &by_time));
	wdm_step_clock(-3601);
	KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
	wdm_finish(absolute);
	KUNIT_EXPECT_EQ(test, wdm_finish(relative), STATUS_SUCCESS);
	expect_silence(test);
}

/* The same of delays: those are of the two kinds as well. */
static void absolute_delays_follow_the_clock(struct kunit *test)
{
	struct eres_actor *actor = eres_actor_start(test, "absolute");
	LARGE_INTEGER due = wdm_in_an_hour();
	struct wdm_wait delay = { .timeout = &due };

	wdm_begin(test, actor, &delay);
	wdm_step_clock(3601);
	KUNIT_EXPECT_TRUE(test, ends(&delay));
	wdm_step_clock(-3601);
	KUNIT_EXPECT_EQ(test, delay.status, STATUS_SUCCESS);
	wdm_finish(actor);
	expect_silence(test);
}

/* Later than any clock can say, and it does not overflow into the past. */
static void longest_timeouts_are_long(struct kunit *test)
{
	struct eres_actor *actor = eres_actor_start(test, "patient");
	LARGE_INTEGER timeout[] = {
		{ .QuadPart = S64_MIN }, { .QuadPart = S64_MAX }, { .QuadPart = S64_MIN + 1 },
	};
	struct wdm_wait wait;
	KEVENT event;
	int i;

	KeInitializeEvent(&event, SynchronizationEvent, FALSE);
	for (i = 0; i < ARRAY_SIZE(timeout); i++) {
		wait = (struct wdm_wait)WDM_WAIT_FOR(&event);
		wait.timeout = &timeout[i];
		wdm_begin(test, actor, &wait);
		KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
		KUNIT_EXPECT_EQ(test, wdm_finish(actor), STATUS_SUCCESS);
	}
}

static void delay_lasts_as_long(struct kunit *test)
{
	LARGE_INTEGER interval = { .QuadPart = -200000 };
	u64 begin = ktime_get_ns();

	KUNIT_EXPECT_EQ(test, KeDelayExecutionThread(KernelMode, FALSE, &interval),
			STATUS_SUCCESS);
	KUNIT_EXPECT_GE(test, ktime_get_ns() - begin, 20 * NSEC_PER_MSEC);
	KUNIT_EXPECT_EQ(test, KeDelayExecutionThread(KernelMode, FALSE, &wdm_at_once),
			STATUS_SUCCESS);
	expect_silence(test);
}

#define ROUNDS	3000

/*
 * What one thread lends another: on its stack, or to be freed as soon as it is set.
 * @queued: if any, event is set only when somebody waits for this one.
 */
struct lent {
	KEVENT *event;
	KEVENT *queued;
	bool stop;
};

/*
 * The first event of so many is set while the last one is being queued for: who sets waits
 * for the dispatcher lock then, and takes the waiter, which looks whether it has to sleep, out
 * of all queues.
 */
struct many {
	KEVENT event[MAXIMUM_WAIT_OBJECTS];
	KWAIT_BLOCK block[MAXIMUM_WAIT_OBJECTS];
};

static void await_queued(const KEVENT *event)
{
	const LIST_ENTRY *waiters = &event->Header.WaitListHead;

	while (READ_ONCE(waiters->Flink) == waiters)
		cond_resched();
}

static unsigned long set_lent(void *data)
{
	struct lent *lent = data;
	unsigned long sets = 0;
	KEVENT *event;

	while (!READ_ONCE(lent->stop)) {
		/* Pairs with lend(): it has been initialised. */
		event = smp_load_acquire(&lent->event);
		if (!event) {
			cond_resched();
			continue;
		}
		WRITE_ONCE(lent->event, NULL);
		if (lent->queued)
			await_queued(lent->queued);
		/* It may be gone as soon as this has let the other go. */
		KeSetEvent(event, IO_NO_INCREMENT, FALSE);
		sets++;
	}
	return sets;
}

/* The stack that the event was on is overwritten at once. */
static noinline void overwrite_stack(void)
{
	u8 rubbish[512];

	memset(rubbish, 0xcc, sizeof(rubbish));
	barrier_data(rubbish);
}

static noinline NTSTATUS lend_from_stack(struct lent *lent, EVENT_TYPE type)
{
	KEVENT event;

	KeInitializeEvent(&event, type, FALSE);
	/* Pairs with set_lent(). */
	smp_store_release(&lent->event, &event);
	return KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
}

static NTSTATUS lend_from_heap(struct lent *lent, EVENT_TYPE type)
{
	KEVENT *event = kmalloc(sizeof(*event), GFP_KERNEL | __GFP_NOFAIL);
	NTSTATUS status;

	KeInitializeEvent(event, type, FALSE);
	/* Pairs with set_lent(). */
	smp_store_release(&lent->event, event);
	status = KeWaitForSingleObject(event, Executive, KernelMode, FALSE, NULL);
	kfree(event);
	return status;
}

static NTSTATUS lend_among_many(struct lent *lent, EVENT_TYPE type)
{
	struct many *many = kmalloc(sizeof(*many), GFP_KERNEL | __GFP_NOFAIL);
	PVOID objects[MAXIMUM_WAIT_OBJECTS];
	NTSTATUS status;
	unsigned int i;

	for (i = 0; i < MAXIMUM_WAIT_OBJECTS; i++) {
		KeInitializeEvent(&many->event[i], type, FALSE);
		objects[i] = &many->event[i];
	}
	lent->queued = &many->event[MAXIMUM_WAIT_OBJECTS - 1];
	/* Pairs with set_lent(). */
	smp_store_release(&lent->event, &many->event[0]);
	status = KeWaitForMultipleObjects(MAXIMUM_WAIT_OBJECTS, objects, WaitAny, Executive,
					  KernelMode, FALSE, NULL, many->block);
	kfree(many);
	lent->queued = NULL;
	return status;
}

/* Without ever queueing: it is seen to be set, and freed. */
static NTSTATUS lend_and_poll(struct lent *lent, EVENT_TYPE type)
{
	KEVENT *event = kmalloc(sizeof(*event), GFP_KERNEL | __GFP_NOFAIL);

	KeInitializeEvent(event, type, FALSE);
	/* Pairs with set_lent(). */
	smp_store_release(&lent->event, event);
	while (wdm_try(event) == STATUS_TIMEOUT)
		cond_resched();
	kfree(event);
	return STATUS_SUCCESS;
}

/* KASAN and the kernel's checks of lists see it if the setter looks back. */
static void event_may_go_as_soon_as_the_wait_returns(struct kunit *test)
{
	static NTSTATUS (*const lend[])(struct lent *lent, EVENT_TYPE type) = {
		lend_from_stack, lend_from_heap, lend_among_many, lend_and_poll,
	};
	struct eres_actor *actor = eres_actor_start(test, "setter");
	struct lent lent = {};
	unsigned int i, bad = 0;

	eres_actor_begin(actor, set_lent, &lent);
	for (i = 0; i < ROUNDS; i++) {
		bad += lend[i % 4](&lent, i & 4 ? NotificationEvent : SynchronizationEvent) !=
		       STATUS_SUCCESS;
		overwrite_stack();
	}
	WRITE_ONCE(lent.stop, true);
	KUNIT_EXPECT_EQ(test, eres_actor_finish(actor), ROUNDS);
	KUNIT_EXPECT_EQ(test, bad, 0);
	expect_silence(test);
}

/* Threads that take one, or give up in a moment, and one that gives. */
struct market {
	KSEMAPHORE semaphore;
	KEVENT event;
	atomic_t taken;
	atomic_t given_up;
	bool stop;
};

static unsigned long buy(void *data)
{
	struct market *market = data;
	PVOID both[] = { &market->event, &market->semaphore };
	LARGE_INTEGER timeout;
	unsigned int i;
	NTSTATUS status;

	for (i = 0; !READ_ONCE(market->stop); i++) {
		timeout.QuadPart = -(LONGLONG)(i % 40) * 100;
		status = i & 1 ? KeWaitForMultipleObjects(2, both, WaitAll, Executive, KernelMode,
							  FALSE, &timeout, NULL) :
				 KeWaitForSingleObject(&market->semaphore, Executive, KernelMode,
						       FALSE, &timeout);
		atomic_inc(status == STATUS_SUCCESS ? &market->taken : &market->given_up);
		if (status != STATUS_SUCCESS && status != STATUS_TIMEOUT)
			return 1;
	}
	return 0;
}

/* A wait that times out while it is being satisfied has been, or has taken nothing. */
static void nothing_is_lost_between_timeout_and_grant(struct kunit *test)
{
	struct market *market = kunit_kzalloc(test, sizeof(*market), GFP_KERNEL);
	struct eres_actor *buyer[3];
	LARGE_INTEGER moment = { .QuadPart = -200 };
	unsigned int i, given = 0;

	KUNIT_ASSERT_NOT_NULL(test, market);
	KeInitializeSemaphore(&market->semaphore, 0, MAXLONG);
	KeInitializeEvent(&market->event, NotificationEvent, TRUE);
	for (i = 0; i < ARRAY_SIZE(buyer); i++) {
		buyer[i] = eres_actor_start(test, "buyer");
		eres_actor_begin(buyer[i], buy, market);
	}
	for (i = 0; i < 2000; i++) {
		KeReleaseSemaphore(&market->semaphore, IO_NO_INCREMENT, 1 + i % 3, FALSE);
		given += 1 + i % 3;
		KeDelayExecutionThread(KernelMode, FALSE, &moment);
	}
	WRITE_ONCE(market->stop, true);
	for (i = 0; i < ARRAY_SIZE(buyer); i++)
		KUNIT_EXPECT_EQ(test, eres_actor_finish(buyer[i]), 0);
	KUNIT_EXPECT_EQ(test, given, atomic_read(&market->taken) +
				     KeReadStateSemaphore(&market->semaphore));
	KUNIT_EXPECT_GT(test, atomic_read(&market->taken), 100);
	KUNIT_EXPECT_GT(test, atomic_read(&market->given_up), 100);
	expect_silence(test);
}

/* Two events, either of which lets one thread at a time have its sum. */
struct tokens {
	KEVENT event[2];
	unsigned long sum[2];
	bool stop;
};

struct token {
	struct tokens *tokens;
	unsigned int which;
};

/* Long enough for whatever else the machine does: who waits so long has been forgotten. */
static LARGE_INTEGER forgotten = { .QuadPart = -10LL * 10000000 };

/* Again and again. Return: how often. */
static unsigned long take_one(void *data)
{
	const struct token *token = data;
	struct tokens *tokens = token->tokens;
	KEVENT *event = &tokens->event[token->which];
	unsigned long taken = 0;

	while (!READ_ONCE(tokens->stop)) {
		/* For ever, and not: each has a path of its own. */
		if (KeWaitForSingleObject(event, Executive, KernelMode, FALSE,
					  taken & 1 ? NULL : &forgotten) != STATUS_SUCCESS)
			return 0;
		tokens->sum[token->which]++;
		taken++;
		KeSetEvent(event, IO_NO_INCREMENT, FALSE);
		cond_resched();
	}
	return taken;
}

/*
 * Who wants one event takes and sets it without the dispatcher lock, unless somebody waits
 * for it; who wants both decides under that. No two have the same one, and no set is lost.
 */
static void one_and_all_keep_each_other_out(struct kunit *test)
{
	struct tokens *tokens = kunit_kzalloc(test, sizeof(*tokens), GFP_KERNEL);
	struct eres_actor *actor[3];
	struct token token[2];
	unsigned long taken[2];
	unsigned int i, j, bad = 0;
	PVOID both[2];

	KUNIT_ASSERT_NOT_NULL(test, tokens);
	for (i = 0; i < 2; i++) {
		KeInitializeEvent(&tokens->event[i], SynchronizationEvent, TRUE);
		both[i] = &tokens->event[i];
		token[i] = (struct token){ tokens, i };
	}
	/* Two for the first one. */
	for (i = 0; i < 3; i++) {
		actor[i] = eres_actor_start(test, "one");
		eres_actor_begin(actor[i], take_one, &token[i & 1]);
	}
	for (i = 0; i < ROUNDS && !bad; i++) {
		bad += KeWaitForMultipleObjects(2, both, WaitAll, Executive, KernelMode, FALSE,
						&forgotten, NULL) != STATUS_SUCCESS;
		tokens->sum[0]++;
		tokens->sum[1]++;
		KeSetEvent(both[0], IO_NO_INCREMENT, FALSE);
		KeSetEvent(both[1], IO_NO_INCREMENT, FALSE);
		cond_resched();
	}
	WRITE_ONCE(tokens->stop, true);
	/* With Wait it goes the slow way, and finds those who have been forgotten. */
	for (j = 0; bad && j < 3; j++) {
		KeSetEvent(both[0], IO_NO_INCREMENT, TRUE);
		KeSetEvent(both[1], IO_NO_INCREMENT, TRUE);
	}
	taken[0] = eres_actor_finish(actor[0]);
	taken[1] = eres_actor_finish(actor[1]);
	taken[0] += eres_actor_finish(actor[2]);
	KUNIT_EXPECT_EQ(test, bad, 0);
	KUNIT_EXPECT_EQ(test, tokens->sum[0], taken[0] + i);
	KUNIT_EXPECT_EQ(test, tokens->sum[1], taken[1] + i);
	KUNIT_EXPECT_EQ(test, KeReadStateEvent(both[0]), 1);
	KUNIT_EXPECT_EQ(test, KeReadStateEvent(both[1]), 1);
	expect_silence(test);
}

static struct kunit_case wait_cases[] = {
	KUNIT_CASE(several_objects_at_once),
	KUNIT_CASE(any_takes_the_one_that_is_set),
	KUNIT_CASE(all_takes_all_at_one_instant_or_nothing),
	KUNIT_CASE(incomplete_wait_holds_nothing_up),
	KUNIT_CASE(most_objects_can_be_waited_for),
	KUNIT_CASE(object_named_twice_is_taken_once),
	KUNIT_CASE(no_set_is_lost_beside_one_who_names_it_often),
	KUNIT_CASE_PARAM(wait_ends_in_time_and_leaves_nothing, time_limit_gen_params),
	KUNIT_CASE(absolute_timeouts_follow_the_clock),
	KUNIT_CASE(absolute_delays_follow_the_clock),
	KUNIT_CASE(longest_timeouts_are_long),
	KUNIT_CASE(delay_lasts_as_long),
	KUNIT_CASE(event_may_go_as_soon_as_the_wait_returns),
	KUNIT_CASE(nothing_is_lost_between_timeout_and_grant),
	KUNIT_CASE(one_and_all_keep_each_other_out),
	{}
};

static struct kunit_suite wait_suite = {
	.name = "eresource_wdm_wait",
	.init = wdm_wait_init,
	.test_cases = wait_cases,
};

kunit_test_suite(wait_suite);
