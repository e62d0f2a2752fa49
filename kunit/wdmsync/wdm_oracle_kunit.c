// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waits against a model, in lockstep: after each of many random steps every object
 * has the state and as many waiters as the model says, every actor waits that should,
 * and every other one has got the answer that it should have.
 *
 * The model knows no queues: who waits has a number by which it came, and whoever
 * changes an object asks all who wait for that, in the order of their numbers. No
 * time passes: waits last for ever or not at all, and to give one up is a step; so are
 * timers set for now, or for what never comes. An actor that owns a mutex waits for
 * none, so that the end can let all go.
 */
#include <kunit/test.h>
#include <linux/sched/signal.h>

#include "wdm_wait.h"

#define ACTORS	4
#define OBJECTS	WDM_OBJECTS
#define NOBODY	(-1)
#define STEPS	6000

enum kind { MANUAL, AUTOMATIC, SEMAPHORE, MUTEX, MANUAL_TIMER, AUTOMATIC_TIMER };

static const enum kind kinds[OBJECTS] = {
	MANUAL, AUTOMATIC, SEMAPHORE, MUTEX, AUTOMATIC, MUTEX, MANUAL_TIMER, AUTOMATIC_TIMER,
};

#define SEMAPHORE_LIMIT	3

/* What should be. */
struct model {
	struct {
		int state;
		int owner;
		/* A timer that is to expire. */
		bool queued;
	} object[OBJECTS];
	struct {
		/* Since when; 0: it does not wait. */
		unsigned int came;
		unsigned int count;
		int what[OBJECTS];
		bool all;
		NTSTATUS status;
	} actor[ACTORS];
	unsigned int came;
};

struct oracle {
	struct kunit *test;
	struct model model;
	union {
		KEVENT event;
		KSEMAPHORE semaphore;
		KMUTEX mutex;
		KTIMER timer;
	} object[OBJECTS];
	struct eres_actor *actor[ACTORS];
	struct wdm_wait wait[ACTORS];
	KWAIT_BLOCK blocks[ACTORS][OBJECTS];
	u32 random;
	unsigned int step;
	/* What it has seen: waits that had to wait, and those of them that were given up. */
	unsigned int waited_for_all, waited_for_any, given_up;
	const char *what;
};

static unsigned int choose(struct oracle *oracle, unsigned int below)
{
	oracle->random = oracle->random * 1664525 + 1013904223;
	return (oracle->random >> 16) % below;
}

static bool model_may_have(const struct model *model, int o, int who)
{
	if (kinds[o] == MUTEX)
		return model->object[o].owner == NOBODY || model->object[o].owner == who;
	return model->object[o].state > 0;
}

static void model_have(struct model *model, int o, int who)
{
	if (kinds[o] == MUTEX)
		model->object[o].owner = who;
	if (kinds[o] == AUTOMATIC || kinds[o] == AUTOMATIC_TIMER)
		model->object[o].state = 0;
	else if (kinds[o] == SEMAPHORE || kinds[o] == MUTEX)
		model->object[o].state--;
}

/* Return: can its wait be over, and is it? */
static bool model_complete(struct model *model, int who)
{
	unsigned int i, count = model->actor[who].count, ready = 0;
	int first = NOBODY;

	for (i = 0; i < count; i++) {
		if (!model_may_have(model, model->actor[who].what[i], who))
			continue;
		ready++;
		if (first == NOBODY)
			first = i;
	}
	if (model->actor[who].all ? ready < count : !ready)
		return false;
	for (i = 0; i < count; i++)
		if (model->actor[who].all || i == first)
			model_have(model, model->actor[who].what[i], who);
	model->actor[who].came = 0;
	model->actor[who].status = model->actor[who].all ? STATUS_SUCCESS : STATUS_WAIT_0 + first;
	return true;
}

static bool model_waits_for(const struct model *model, int who, int o)
{
	unsigned int i;

	for (i = 0; model->actor[who].came && i < model->actor[who].count; i++)
		if (model->actor[who].what[i] == o)
			return true;
	return false;
}

/* An object has changed: all who wait for it, as they came. */
static void model_settle(struct model *model, int o)
{
	unsigned int came;
	int who;

	for (came = 1; came <= model->came; came++)
		for (who = 0; who < ACTORS; who++)
			if (model->actor[who].came == came && model_waits_for(model, who, o))
				model_complete(model, who);
}

static bool model_owns(const struct model *model, int who)
{
	int o;

	for (o = 0; o < OBJECTS; o++)
		if (kinds[o] == MUTEX && model->object[o].owner == who)
			return true;
	return false;
}

static void expect(struct oracle *oracle, long found, long expected, const char *of)
{
	KUNIT_EXPECT_EQ_MSG(oracle->test, found, expected, "%s after step %u, %s", of,
			    oracle->step, oracle->what);
}

static int state_of(struct oracle *oracle, int o)
{
	switch (kinds[o]) {
	case SEMAPHORE:
		return KeReadStateSemaphore(&oracle->object[o].semaphore);
	case MUTEX:
		return KeReadStateMutex(&oracle->object[o].mutex);
	case MANUAL_TIMER:
	case AUTOMATIC_TIMER:
		return KeReadStateTimer(&oracle->object[o].timer);
	default:
		return KeReadStateEvent(&oracle->object[o].event);
	}
}

static void compare(struct oracle *oracle)
{
	struct model *model = &oracle->model;
	int who, o;

	for (who = 0; who < ACTORS; who++) {
		if (model->actor[who].came) {
			expect(oracle, !!wdm_sleeps(oracle->actor[who], &oracle->wait[who]), 1,
			       "waits");
		} else if (model->actor[who].status != WDM_NO_STATUS) {
			expect(oracle, wdm_finish(oracle->actor[who]), model->actor[who].status,
			       "answer");
			model->actor[who].status = WDM_NO_STATUS;
		}
	}
	for (o = 0; o < OBJECTS; o++) {
		unsigned int waiters = 0;

		for (who = 0; who < ACTORS; who++)
			waiters += model_waits_for(model, who, o);
		expect(oracle, state_of(oracle, o), model->object[o].state, "state");
		expect(oracle, wdm_waiters(&oracle->object[o]), waiters, "waiters");
	}
}

/* Some of the objects, in some order. */
static void choose_objects(struct oracle *oracle, int who)
{
	struct model *model = &oracle->model;
	bool owns = model_owns(model, who);
	unsigned int i, count = 0, most = 1 + choose(oracle, model->actor[who].all ? OBJECTS : 2);
	int o;

	for (i = 0; i < 20 && count < most; i++) {
		unsigned int j;

		o = choose(oracle, OBJECTS);
		for (j = 0; j < count && model->actor[who].what[j] != o; j++)
			;
		if (j < count || (owns && kinds[o] == MUTEX && model->object[o].owner != who))
			continue;
		model->actor[who].what[count] = o;
		oracle->wait[who].object[count++] = &oracle->object[o];
	}
	model->actor[who].count = count;
}

static void step_wait(struct oracle *oracle, int who)
{
	struct model *model = &oracle->model;
	struct wdm_wait *wait = &oracle->wait[who];
	bool at_once = !choose(oracle, 3);

	oracle->what = at_once ? "try" : "wait";
	model->actor[who].all = choose(oracle, 2);
	choose_objects(oracle, who);
	if (!model->actor[who].count)
		return;
	wait->all = model->actor[who].all;
	wait->count = model->actor[who].count;
	wait->timeout = at_once ? &wdm_at_once : NULL;
	/* So that a signal gives it up. */
	wait->alertable = TRUE;
	wait->blocks = oracle->blocks[who];
	wait->begun = false;
	if (model_complete(model, who) || at_once) {
		if (at_once && model->actor[who].status == WDM_NO_STATUS)
			model->actor[who].status = STATUS_TIMEOUT;
		eres_actor_begin(oracle->actor[who], wdm_wait_step, wait);
	} else {
		model->actor[who].came = ++model->came;
		if (wait->all && wait->count > 1)
			oracle->waited_for_all++;
		else
			oracle->waited_for_any++;
		wdm_begin(oracle->test, oracle->actor[who], wait);
	}
}

static unsigned long flush_step(void *unused)
{
	flush_signals(current);
	return 0;
}

/* Not in a region, where it would wait on. */
static void step_give_up(struct oracle *oracle, int who)
{
	struct model *model = &oracle->model;

	oracle->what = "give up";
	if (model_owns(model, who))
		return;
	model->actor[who].came = 0;
	oracle->given_up++;
	send_sig(SIGUSR1, eres_actor_task(oracle->actor[who]), 1);
	expect(oracle, wdm_finish(oracle->actor[who]), STATUS_ALERTED, "answer");
	eres_actor_do(oracle->actor[who], flush_step, NULL);
}

static unsigned long release_step(void *mutex)
{
	return KeReleaseMutex(mutex, FALSE);
}

static void release_mutex(struct oracle *oracle, int o)
{
	struct model *model = &oracle->model;
	int who = model->object[o].owner;
	int previous;

	oracle->what = "release a mutex";
	/* Nobody, or one that waits itself. */
	if (who == NOBODY || model->actor[who].came)
		return;
	previous = eres_actor_do(oracle->actor[who], release_step, &oracle->object[o].mutex);
	expect(oracle, previous, model->object[o].state, "previous");
	if (++model->object[o].state > 0) {
		model->object[o].owner = NOBODY;
		model_settle(model, o);
	}
}

static void release_semaphore(struct oracle *oracle, int o)
{
	struct model *model = &oracle->model;
	int room = SEMAPHORE_LIMIT - model->object[o].state;
	int count = room ? 1 + choose(oracle, room) : 0;

	oracle->what = "release a semaphore";
	if (!count)
		return;
	expect(oracle, KeReleaseSemaphore(&oracle->object[o].semaphore, 0, count, FALSE),
	       model->object[o].state, "previous");
	model->object[o].state += count;
	model_settle(model, o);
}

static void change_event(struct oracle *oracle, int o)
{
	/* Unset more often than set: else nobody had to wait. */
	unsigned int how = choose(oracle, 6);
	struct model *model = &oracle->model;
	int previous = model->object[o].state;
	PRKEVENT event = &oracle->object[o].event;
	LONG found;

	oracle->what = how < 2 ? "set" : how == 2 ? "pulse" : "reset";
	if (how < 3) {
		model->object[o].state = 1;
		model_settle(model, o);
	}
	if (how >= 2)
		model->object[o].state = 0;
	if (how < 2)
		found = KeSetEvent(event, 0, FALSE);
	else
		found = how == 2 ? KePulseEvent(event, 0, FALSE) : KeResetEvent(event);
	expect(oracle, found, previous, "previous");
}

static void change_timer(struct oracle *oracle, int o)
{
	static const LARGE_INTEGER now, never = { .QuadPart = S64_MIN };
	/* Unset more often than set, again; what is set now may be due once more. */
	unsigned int how = choose(oracle, 6);
	struct model *model = &oracle->model;
	bool queued = model->object[o].queued;
	PKTIMER timer = &oracle->object[o].timer;
	bool found;

	oracle->what = how < 2 ? "set for now" : how < 5 ? "set for later" : "cancel";
	if (how < 5) {
		found = KeSetTimerEx(timer, how < 2 ? now : never, how == 1 ? MAXLONG : 0, NULL);
		model->object[o].state = how < 2;
		model->object[o].queued = how >= 1;
	} else {
		found = KeCancelTimer(timer);
		model->object[o].queued = false;
	}
	if (how < 2)
		model_settle(model, o);
	expect(oracle, found, queued, "queued");
}

static void step_object(struct oracle *oracle, int o)
{
	switch (kinds[o]) {
	case MANUAL_TIMER:
	case AUTOMATIC_TIMER:
		change_timer(oracle, o);
		break;
	case MUTEX:
		release_mutex(oracle, o);
		break;
	case SEMAPHORE:
		release_semaphore(oracle, o);
		break;
	default:
		change_event(oracle, o);
		break;
	}
}

static void oracle_step(struct oracle *oracle)
{
	int who = choose(oracle, ACTORS);

	oracle->what = "nothing";
	if (choose(oracle, 2))
		step_object(oracle, choose(oracle, OBJECTS));
	else if (!oracle->model.actor[who].came)
		step_wait(oracle, who);
	else if (!choose(oracle, 16))
		step_give_up(oracle, who);
	compare(oracle);
}

static unsigned long allow_step(void *unused)
{
	allow_signal(SIGUSR1);
	return 0;
}

static struct oracle *oracle_begin(struct kunit *test, u32 seed)
{
	struct oracle *oracle = kunit_kzalloc(test, sizeof(*oracle), GFP_KERNEL);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, oracle);
	oracle->test = test;
	oracle->random = seed;
	for (i = 0; i < OBJECTS; i++) {
		oracle->model.object[i].owner = NOBODY;
		if (kinds[i] == SEMAPHORE)
			KeInitializeSemaphore(&oracle->object[i].semaphore, 0, SEMAPHORE_LIMIT);
		else if (kinds[i] == MUTEX)
			KeInitializeMutex(&oracle->object[i].mutex, 0);
		else if (kinds[i] == MANUAL_TIMER || kinds[i] == AUTOMATIC_TIMER)
			KeInitializeTimerEx(&oracle->object[i].timer, kinds[i] == MANUAL_TIMER ?
					    NotificationTimer : SynchronizationTimer);
		else
			KeInitializeEvent(&oracle->object[i].event, kinds[i] == MANUAL ?
					  NotificationEvent : SynchronizationEvent, FALSE);
		oracle->model.object[i].state = kinds[i] == MUTEX;
	}
	for (i = 0; i < ACTORS; i++) {
		oracle->model.actor[i].status = WDM_NO_STATUS;
		oracle->actor[i] = eres_actor_start(test, "oracle");
		eres_actor_do(oracle->actor[i], allow_step, NULL);
	}
	return oracle;
}

/* It is freed with the case. */
static void end_timer(struct oracle *oracle, int o)
{
	struct model *model = &oracle->model;

	KeSetTimer(&oracle->object[o].timer, wdm_at_once, NULL);
	model->object[o].state = 1;
	model->object[o].queued = false;
	model_settle(model, o);
}

/* Set what is not, until nobody waits and nobody owns. */
static void oracle_end(struct oracle *oracle)
{
	struct model *model = &oracle->model;
	int round, o, who;

	oracle->what = "the end";
	for (round = 0; round < 30; round++) {
		for (o = 0; o < OBJECTS; o++) {
			if (kinds[o] == MUTEX) {
				release_mutex(oracle, o);
			} else if (kinds[o] == SEMAPHORE) {
				release_semaphore(oracle, o);
			} else if (kinds[o] == MANUAL_TIMER || kinds[o] == AUTOMATIC_TIMER) {
				end_timer(oracle, o);
			} else if (!model->object[o].state) {
				KeSetEvent(&oracle->object[o].event, 0, FALSE);
				model->object[o].state = 1;
				model_settle(model, o);
			}
			compare(oracle);
		}
	}
	for (who = 0; who < ACTORS; who++) {
		KUNIT_EXPECT_EQ(oracle->test, model->actor[who].came, 0);
		KUNIT_EXPECT_EQ(oracle->test, eres_actor_do(oracle->actor[who], wdm_region_step,
							    NULL), WDM_REGION(0, PASSIVE_LEVEL));
	}
}

static const u32 seeds[] = { 1, 20, 300, 4000 };

static void get_desc(const u32 *seed, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "seed %u", *seed);
}

KUNIT_ARRAY_PARAM(seed, seeds, get_desc);

static void waits_are_as_the_model_says(struct kunit *test)
{
	struct oracle *oracle = oracle_begin(test, *(const u32 *)test->param_value);

	for (oracle->step = 0; oracle->step < STEPS; oracle->step++) {
		oracle_step(oracle);
		if (READ_ONCE(test->status) == KUNIT_FAILURE)
			break;
	}
	oracle_end(oracle);
	/* Else it has proved less than it says. */
	KUNIT_EXPECT_GT(test, oracle->waited_for_all, 50);
	KUNIT_EXPECT_GT(test, oracle->waited_for_any, 50);
	KUNIT_EXPECT_GT(test, oracle->given_up, 20);
	KUNIT_EXPECT_GT(test, oracle->waited_for_all + oracle->waited_for_any,
			oracle->given_up + 50);
	kunit_info(test, "%u waited for all, %u for one, %u were given up", oracle->waited_for_all,
		   oracle->waited_for_any, oracle->given_up);
	expect_silence(test);
}

static struct kunit_case oracle_cases[] = {
	KUNIT_CASE_PARAM(waits_are_as_the_model_says, seed_gen_params),
	{}
};

static struct kunit_suite oracle_suite = {
	.name = "eresource_wdm_oracle",
	.init = wdm_wait_init,
	.test_cases = oracle_cases,
};

kunit_test_suite(oracle_suite);
