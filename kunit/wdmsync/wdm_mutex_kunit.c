// SPDX-License-Identifier: GPL-2.0-only
/* Fast mutexes and guarded mutexes. */
#include <kunit/test.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#define ERESOURCE_WDK
#include <ntifs.h>

#include <eresource_verify.h>

#include "region.h"
#include "softirq.h"
#include "wdm_cpu.h"
#include "wdm_reports.h"

/* A fast mutex and a guarded mutex are of one type, and do the same but for the level. */
struct mutex_kind {
	const char *name;
	void (*init)(FAST_MUTEX *mutex);
	void (*acquire)(FAST_MUTEX *mutex);
	unsigned char (*try)(FAST_MUTEX *mutex);
	void (*release)(FAST_MUTEX *mutex);
	void (*acquire_unsafe)(FAST_MUTEX *mutex);
	void (*release_unsafe)(FAST_MUTEX *mutex);
	const char *routine[5];
	bool fast;
};

#define ROUTINES(a, b, c, d, e)						\
	.acquire = a, .try = b, .release = c, .acquire_unsafe = d,	\
	.release_unsafe = e, .routine = { #a, #b, #c, #d, #e }

enum { ACQUIRE, TRY, RELEASE, ACQUIRE_UNSAFE, RELEASE_UNSAFE };

/* Through the functions: without a class of lockdep. */
static const struct mutex_kind kinds[] = {
	{
		.name = "fast", .fast = true, .init = (ExInitializeFastMutex),
		ROUTINES(ExAcquireFastMutex, ExTryToAcquireFastMutex, ExReleaseFastMutex,
			 ExAcquireFastMutexUnsafe, ExReleaseFastMutexUnsafe),
	}, {
		.name = "guarded", .init = (KeInitializeGuardedMutex),
		ROUTINES(KeAcquireGuardedMutex, KeTryToAcquireGuardedMutex,
			 KeReleaseGuardedMutex, KeAcquireGuardedMutexUnsafe,
			 KeReleaseGuardedMutexUnsafe),
	},
};

static void kind_name(const struct mutex_kind *kind, char *name)
{
	strscpy(name, kind->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(kind, kinds, kind_name);

struct mutex_stage {
	const struct mutex_kind *kind;
	FAST_MUTEX mutex;
	/* Of steps that blocked: in which order they got it. */
	unsigned int order[4];
	unsigned int got;
	unsigned int who;
};

static struct mutex_stage *stage_of(struct kunit *test)
{
	struct mutex_stage *stage = kunit_kzalloc(test, sizeof(*stage), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, stage);
	stage->kind = test->param_value;
	memset(&stage->mutex, 0xcc, sizeof(stage->mutex));
	stage->kind->init(&stage->mutex);
	KUNIT_EXPECT_EQ(test, stage->mutex.Contention, 0);
	return stage;
}

/* In the terms of Windows: guarded regions in the upper half. */
struct counters {
	u32 apcs;
	KIRQL irql;
};

static struct counters counters_now(void)
{
	return (struct counters){ eres_apc_count(), KeGetCurrentIrql() };
}

static void __expect_counters(struct kunit *test, int line, int critical, int guarded,
			      KIRQL irql)
{
	struct counters now = counters_now();

	KUNIT_EXPECT_EQ_MSG(test, (s16)now.apcs, critical, "line %d", line);
	KUNIT_EXPECT_EQ_MSG(test, (s16)(now.apcs >> 16), guarded, "line %d", line);
	KUNIT_EXPECT_EQ_MSG(test, now.irql, irql, "line %d", line);
}

#define EXPECT_COUNTERS(test, critical, guarded, irql)			\
	__expect_counters(test, __LINE__, critical, guarded, irql)

static void in_regions(int critical, int guarded, void (*one)(void), void (*two)(void))
{
	while (critical--)
		one();
	while (guarded--)
		two();
}

/* Section 13, 1 and 2: from every start value, and a try of one's own refused. */
static void protection_comes_and_goes(struct kunit *test)
{
	static const int criticals[] = { 0, 1, 3 }, guardeds[] = { 0, 1, 2 };
	struct mutex_stage *stage = stage_of(test);
	const struct mutex_kind *kind = stage->kind;
	FAST_MUTEX *mutex = &stage->mutex;
	size_t i, j;
	KIRQL from, old, held;
	int k, s, more = !kind->fast;

	for (i = 0; i < 3; i++) {
		for (j = 0; j < 3; j++) {
			for (from = PASSIVE_LEVEL; from <= APC_LEVEL; from++) {
				k = criticals[i];
				s = guardeds[j];
				in_regions(k, s, KeEnterCriticalRegion, KeEnterGuardedRegion);
				KeRaiseIrql(from, &old);
				held = kind->fast ? APC_LEVEL : from;

				kind->acquire(mutex);
				EXPECT_COUNTERS(test, -k, -s - more, held);
				KUNIT_EXPECT_FALSE(test, kind->try(mutex));
				EXPECT_COUNTERS(test, -k, -s - more, held);
				kind->release(mutex);
				EXPECT_COUNTERS(test, -k, -s, from);

				KUNIT_EXPECT_TRUE(test, kind->try(mutex));
				EXPECT_COUNTERS(test, -k, -s - more, held);
				KUNIT_EXPECT_TRUE(test, KeAreAllApcsDisabled());
				kind->release(mutex);
				EXPECT_COUNTERS(test, -k, -s, from);

				KeLowerIrql(old);
				in_regions(k, s, KeLeaveCriticalRegion, KeLeaveGuardedRegion);
			}
		}
	}
	eres_expect_no_region(test);
	KUNIT_EXPECT_EQ(test, mutex->Contention, 0);
}

static void unsafe_forms_change_nothing(struct kunit *test)
{
	struct mutex_stage *stage = stage_of(test);
	const struct mutex_kind *kind = stage->kind;
	KIRQL old;

	KeRaiseIrql(APC_LEVEL, &old);
	kind->acquire_unsafe(&stage->mutex);
	EXPECT_COUNTERS(test, 0, 0, APC_LEVEL);
	KUNIT_EXPECT_FALSE(test, kind->try(&stage->mutex));
	EXPECT_COUNTERS(test, 0, 0, APC_LEVEL);
	kind->release_unsafe(&stage->mutex);
	EXPECT_COUNTERS(test, 0, 0, APC_LEVEL);
	KeLowerIrql(old);

	KeEnterGuardedRegion();
	kind->acquire_unsafe(&stage->mutex);
	EXPECT_COUNTERS(test, 0, -1, PASSIVE_LEVEL);
	kind->release_unsafe(&stage->mutex);
	EXPECT_COUNTERS(test, 0, -1, PASSIVE_LEVEL);
	KeLeaveGuardedRegion();

	KeEnterCriticalRegion();
	kind->acquire_unsafe(&stage->mutex);
	if (!kind->fast)
		wdm_expect_first(test, kind->routine[ACQUIRE_UNSAFE], &stage->mutex, 0x2000F);
	EXPECT_COUNTERS(test, -1, 0, PASSIVE_LEVEL);
	kind->release_unsafe(&stage->mutex);
	if (!kind->fast)
		wdm_expect_first(test, kind->routine[RELEASE_UNSAFE], &stage->mutex, 0x2000F);
	KeLeaveCriticalRegion();
	eres_expect_no_region(test);
}

/* What each half does, and no more. */
static void mixed_forms_do_what_they_say(struct kunit *test)
{
	struct mutex_stage *stage = stage_of(test);
	const struct mutex_kind *kind = stage->kind;
	int more = !kind->fast;

	kind->acquire(&stage->mutex);
	kind->release_unsafe(&stage->mutex);
	EXPECT_COUNTERS(test, 0, -more, kind->fast ? APC_LEVEL : PASSIVE_LEVEL);
	KUNIT_EXPECT_TRUE(test, kind->try(&stage->mutex));
	kind->release_unsafe(&stage->mutex);
	if (kind->fast) {
		KeLowerIrql(PASSIVE_LEVEL);
	} else {
		EXPECT_COUNTERS(test, 0, -2, PASSIVE_LEVEL);
		kind->acquire_unsafe(&stage->mutex);
		kind->release(&stage->mutex);
		EXPECT_COUNTERS(test, 0, -1, PASSIVE_LEVEL);
		KeLeaveGuardedRegion();
	}
	eres_expect_no_region(test);
}

struct mutex_step {
	struct mutex_stage *stage;
	unsigned int who;
	struct counters while_held;
};

static unsigned long acquire_step(void *arg)
{
	struct mutex_step *step = arg;
	struct mutex_stage *stage = step->stage;

	stage->kind->acquire(&stage->mutex);
	stage->order[stage->got++] = step->who;
	step->while_held = counters_now();
	stage->kind->release(&stage->mutex);
	return counters_now().irql + counters_now().apcs;
}

static unsigned long try_step(void *arg)
{
	struct mutex_step *step = arg;
	struct mutex_stage *stage = step->stage;
	unsigned long got = stage->kind->try(&stage->mutex);

	step->while_held = counters_now();
	return got;
}

/* Section 13, 3. */
static void waiters_are_served_in_order(struct kunit *test)
{
	struct mutex_stage *stage = stage_of(test);
	const struct mutex_kind *kind = stage->kind;
	struct mutex_step step[3] = {};
	struct eres_actor *actor[3];
	unsigned int i;

	for (i = 0; i < 3; i++) {
		actor[i] = eres_actor_start(test, "waiter");
		step[i] = (struct mutex_step){ .stage = stage, .who = i };
	}
	kind->acquire(&stage->mutex);
	for (i = 0; i < 2; i++) {
		eres_actor_begin(actor[i], acquire_step, &step[i]);
		KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_actor_blocked(actor[i])));
		KUNIT_EXPECT_EQ(test, stage->mutex.Contention, i + 1);
	}
	KUNIT_EXPECT_EQ(test, eres_actor_do(actor[2], try_step, &step[2]), FALSE);
	KUNIT_EXPECT_EQ(test, step[2].while_held.irql, PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, step[2].while_held.apcs, 0);
	KUNIT_EXPECT_EQ(test, stage->got, 0);
	kind->release(&stage->mutex);
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test, eres_actor_finish(actor[i]), 0);
		KUNIT_EXPECT_EQ(test, stage->order[i], i);
		KUNIT_EXPECT_EQ(test, step[i].while_held.irql,
				kind->fast ? APC_LEVEL : PASSIVE_LEVEL);
		KUNIT_EXPECT_EQ(test, step[i].while_held.apcs, kind->fast ? 0 : 0xffff0000);
	}
	KUNIT_EXPECT_EQ(test, stage->mutex.Contention, 2);
	KUNIT_EXPECT_TRUE(test, kind->try(&stage->mutex));
	kind->release(&stage->mutex);
	eres_expect_no_region(test);
}

/* Whoever is woken and finds the mutex taken again is the next one. */
static void waiters_are_overtaken_once(struct kunit *test)
{
	struct mutex_stage *stage = stage_of(test);
	const struct mutex_kind *kind = stage->kind;
	struct mutex_step step = { .stage = stage };
	struct eres_actor *actor = wdm_cpu_actor(test, "waiter", 0);

	wdm_cpu_first(test);
	kind->acquire(&stage->mutex);
	eres_actor_begin(actor, acquire_step, &step);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_actor_blocked(actor)));
	kind->release(&stage->mutex);
	/* It can not run yet. */
	KUNIT_EXPECT_TRUE(test, kind->try(&stage->mutex));
	KUNIT_EXPECT_EQ(test, stage->got, 0);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_actor_blocked(actor)));
	kind->release(&stage->mutex);
	KUNIT_EXPECT_FALSE(test, kind->try(&stage->mutex));
	kind->acquire(&stage->mutex);
	KUNIT_EXPECT_EQ(test, stage->got, 1);
	kind->release(&stage->mutex);
	KUNIT_EXPECT_EQ(test, eres_actor_finish(actor), 0);
	KUNIT_EXPECT_EQ(test, stage->mutex.Contention, 2);
	eres_expect_no_region(test);
}

struct mutex_race {
	const struct mutex_kind *kind;
	FAST_MUTEX *mutex;
	unsigned int in;
	unsigned int overlaps;
	unsigned long value;
};

#define RACE_ROUNDS 2000

static unsigned long race_step(void *arg)
{
	struct mutex_race *race = arg;
	int i;

	for (i = 0; i < RACE_ROUNDS; i++) {
		/* Handed over, or taken by who comes first. */
		if (i % 3)
			while (!race->kind->try(race->mutex))
				cond_resched();
		else
			race->kind->acquire(race->mutex);
		if (race->in++)
			race->overlaps++;
		WRITE_ONCE(race->value, READ_ONCE(race->value) + 1);
		/* Where another could get in. */
		if (i % 16 == 0)
			cond_resched();
		if (--race->in)
			race->overlaps++;
		race->kind->release(race->mutex);
	}
	return 0;
}

static void one_at_a_time(struct kunit *test)
{
	struct mutex_stage *stage = stage_of(test);
	struct mutex_race race = { .kind = stage->kind, .mutex = &stage->mutex };
	struct eres_actor *actor[3];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(actor); i++) {
		actor[i] = eres_actor_start(test, "racer");
		eres_actor_begin(actor[i], race_step, &race);
	}
	for (i = 0; i < ARRAY_SIZE(actor); i++)
		eres_actor_finish(actor[i]);
	KUNIT_EXPECT_EQ(test, race.value, ARRAY_SIZE(actor) * RACE_ROUNDS);
	KUNIT_EXPECT_EQ(test, race.overlaps, 0);
	KUNIT_EXPECT_TRUE(test, stage->kind->try(&stage->mutex));
	stage->kind->release(&stage->mutex);
}

/* The one that gets it frees it. Under KASAN who releases does not look back. */
static unsigned long inherit_step(void *arg)
{
	struct mutex_race *race = arg;

	race->kind->acquire(race->mutex);
	race->kind->release(race->mutex);
	kfree(race->mutex);
	return 0;
}

static void freed_by_who_gets_it_next(struct kunit *test)
{
	struct mutex_race race = { .kind = test->param_value };
	struct eres_actor *actor;
	int i;

	wdm_cpus(test, 2);
	actor = wdm_cpu_actor(test, "heir", 1);
	for (i = 0; i < 200; i++) {
		race.mutex = kmalloc(sizeof(*race.mutex), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, race.mutex);
		race.kind->init(race.mutex);
		race.kind->acquire(race.mutex);
		eres_actor_begin(actor, inherit_step, &race);
		/* Asleep, or on its way there. */
		if (i % 2)
			ERES_POLL(eres_actor_blocked(actor));
		race.kind->release(race.mutex);
		eres_actor_finish(actor);
	}
}

static void signals_wait_for_the_release(struct kunit *test)
{
	struct mutex_stage *stage = stage_of(test);
	struct mutex_step step = { .stage = stage };
	struct eres_actor *actor = eres_actor_start(test, "waiter");

	stage->kind->acquire(&stage->mutex);
	eres_actor_begin(actor, acquire_step, &step);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_actor_blocked(actor)));
	/* Whatever wakes it: it does not have it. */
	wake_up_process(eres_actor_task(actor));
	send_sig(SIGKILL, eres_actor_task(actor), 1);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_actor_blocked(actor)));
	KUNIT_EXPECT_EQ(test, stage->got, 0);
	stage->kind->release(&stage->mutex);
	eres_actor_finish(actor);
	KUNIT_EXPECT_EQ(test, stage->got, 1);
}

static void lockdep_is_told(struct kunit *test)
{
#ifdef CONFIG_LOCKDEP
	int before = current->lockdep_depth, i;
	FAST_MUTEX mutex[2], silent;
	KGUARDED_MUTEX guarded;

	if (!IS_ENABLED(CONFIG_PROVE_LOCKING))
		kunit_skip(test, "needs CONFIG_PROVE_LOCKING");
	for (i = 0; i < 2; i++)
		ExInitializeFastMutex(&mutex[i]);
	KeInitializeGuardedMutex(&guarded);
	(ExInitializeFastMutex)(&silent);
	ExAcquireFastMutex(&silent);
	KUNIT_EXPECT_EQ(test, current->lockdep_depth, before);
	ExAcquireFastMutex(&mutex[0]);
	KUNIT_EXPECT_EQ(test, current->lockdep_depth, before + 1);
	ExAcquireFastMutex(&mutex[1]);
	KUNIT_EXPECT_EQ(test, current->lockdep_depth, before + 2);
	KUNIT_EXPECT_TRUE(test, KeTryToAcquireGuardedMutex(&guarded));
	KUNIT_EXPECT_EQ(test, current->lockdep_depth, before + 3);
	KeReleaseGuardedMutex(&guarded);
	ExReleaseFastMutex(&mutex[1]);
	ExReleaseFastMutex(&mutex[0]);
	ExReleaseFastMutex(&silent);
	KUNIT_EXPECT_EQ(test, current->lockdep_depth, before);
	eres_expect_no_region(test);
#else
	kunit_skip(test, "needs CONFIG_PROVE_LOCKING");
#endif
}

/* Misuse */

static void owner_waits_for_itself(struct kunit *test)
{
	struct mutex_stage *stage = stage_of(test);
	const struct mutex_kind *kind = stage->kind;
	struct mutex_step step = { .stage = stage };
	struct eres_actor *actor = eres_actor_start(test, "self");

	/* As if the actor owned it already, which only it could say. */
	WRITE_ONCE(stage->mutex.Owner, eres_actor_id(actor));
	eres_actor_begin(actor, acquire_step, &step);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_actor_blocked(actor)));
	wdm_expect_violation(test, kind->routine[ACQUIRE], &stage->mutex, 0x1000,
			     &stage->mutex, 0);
	/* And as if it had been the case's all the time. */
	WRITE_ONCE(stage->mutex.Owner, (unsigned long)current | 1);
	KeEnterGuardedRegion();
	kind->release_unsafe(&stage->mutex);
	KeLeaveGuardedRegion();
	eres_actor_finish(actor);
	KUNIT_EXPECT_EQ(test, stage->got, 1);
	KUNIT_EXPECT_EQ(test, stage->mutex.Owner, 0);
}

static void wrong_releases_are_refused(struct kunit *test)
{
	struct mutex_stage *stage = stage_of(test);
	const struct mutex_kind *kind = stage->kind;
	struct eres_actor *actor = eres_actor_start(test, "owner");
	struct mutex_step step = { .stage = stage };
	FAST_MUTEX *mutex = &stage->mutex;

	kind->release(mutex);
	wdm_expect_violation(test, kind->routine[RELEASE], mutex, 0x1007, mutex, 0);
	eres_expect_no_region(test);
	KUNIT_EXPECT_EQ(test, mutex->Owner, 0);

	KUNIT_EXPECT_TRUE(test, eres_actor_do(actor, try_step, &step));
	kind->release(mutex);
	wdm_expect_violation(test, kind->routine[RELEASE], mutex, 0x1004, mutex,
			     eres_actor_id(actor));
	eres_expect_no_region(test);
	KUNIT_EXPECT_EQ(test, mutex->Owner, eres_actor_id(actor));
	eres_actor_do(actor, (eres_step_fn)(void *)kind->release, mutex);
	KUNIT_EXPECT_EQ(test, mutex->Owner, 0);
}

static const char *init_name(const struct mutex_kind *kind)
{
	return kind->fast ? "ExInitializeFastMutex" : "KeInitializeGuardedMutex";
}

/* Reported. It is free then, unless somebody sleeps for it: who would never wake. */
static void held_is_initialised_again(struct kunit *test)
{
	struct mutex_stage *stage = stage_of(test);
	const struct mutex_kind *kind = stage->kind;
	struct eres_actor *actor = eres_actor_start(test, "other");
	struct mutex_step step = { .stage = stage };
	FAST_MUTEX *mutex = &stage->mutex;

	/* Nobody has it. */
	kind->init(mutex);
	wdm_expect_silence(test);

	KUNIT_EXPECT_TRUE(test, eres_actor_do(actor, try_step, &step));
	kind->init(mutex);
	wdm_expect_violation(test, init_name(kind), mutex, 0x1005, mutex, 0);
	KUNIT_EXPECT_EQ(test, mutex->Owner, 0);
	/* So that the actor can get out of what it is in. */
	WRITE_ONCE(mutex->Owner, eres_actor_id(actor));
	eres_actor_do(actor, (eres_step_fn)(void *)kind->release, mutex);

	kind->acquire(mutex);
	eres_actor_begin(actor, acquire_step, &step);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_actor_blocked(actor)));
	kind->init(mutex);
	wdm_expect_violation(test, init_name(kind), mutex, 0x1005, mutex, 0);
	KUNIT_EXPECT_EQ(test, mutex->Owner, (ULONG_PTR)current | 1);
	KUNIT_EXPECT_EQ(test, mutex->Contention, 1);
	/* Whatever has become of it: nobody is left asleep. */
	WRITE_ONCE(mutex->Owner, (ULONG_PTR)current | 1);
	kind->release(mutex);
	KUNIT_EXPECT_EQ(test, eres_actor_finish(actor), 0);
	KUNIT_EXPECT_EQ(test, stage->got, 1);
	KUNIT_EXPECT_EQ(test, mutex->Owner, 0);

	/* What was a mutex once, and says that somebody waits. */
	WRITE_ONCE(mutex->Owner, (ULONG_PTR)current | 1);
	kind->init(mutex);
	wdm_expect_violation(test, init_name(kind), mutex, 0x1005, mutex, 0);
	KUNIT_EXPECT_EQ(test, mutex->Owner, 0);

	/* The same, after a list of free memory has written its link there. */
	WRITE_ONCE(mutex->Owner, (ULONG_PTR)stage);
	kind->init(mutex);
	wdm_expect_silence(test);
	KUNIT_EXPECT_EQ(test, mutex->Owner, 0);
	eres_expect_no_region(test);
}

static void uninitialised_becomes_one(struct kunit *test)
{
	struct mutex_stage *stage = stage_of(test);
	const struct mutex_kind *kind = stage->kind;
	FAST_MUTEX *mutex = &stage->mutex, copy;

	memset(mutex, 0, sizeof(*mutex));
	kind->acquire(mutex);
	wdm_expect_violation(test, kind->routine[ACQUIRE], mutex, 0x1002, mutex, 0);
	copy = *mutex;
	KUNIT_EXPECT_TRUE(test, kind->try(&copy));
	wdm_expect_violation(test, kind->routine[TRY], &copy, 0x1002, &copy, 0);
	kind->release(&copy);
	kind->release(mutex);
	eres_expect_no_region(test);
}

static void no_mutex_is_left_alone(struct kunit *test)
{
	/* The last one is what list_del() leaves. */
	static const unsigned long addresses[] = {
		0, 0x1000, -14, -1, 0xffffffffff000000UL, 0xdead000000000100UL,
	};
	const struct mutex_kind *kind = test->param_value;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(addresses); i++) {
		FAST_MUTEX *mutex = (void *)addresses[i];

		kind->init(mutex);
		wdm_expect_first(test, init_name(kind), mutex, 0xE1);
		kind->acquire(mutex);
		wdm_expect_bad_address(test, kind->routine[ACQUIRE], mutex);
		KUNIT_EXPECT_FALSE(test, kind->try(mutex));
		wdm_expect_bad_address(test, kind->routine[TRY], mutex);
		kind->release(mutex);
		wdm_expect_bad_address(test, kind->routine[RELEASE], mutex);
		kind->acquire_unsafe(mutex);
		wdm_expect_bad_address(test, kind->routine[ACQUIRE_UNSAFE], mutex);
		kind->release_unsafe(mutex);
		wdm_expect_bad_address(test, kind->routine[RELEASE_UNSAFE], mutex);
	}
	eres_expect_no_region(test);
}

/* Got if it is free, and else not; in neither case is there a wait. */
static void above_apc_level_nobody_waits(struct kunit *test)
{
	struct mutex_stage *stage = stage_of(test);
	const struct mutex_kind *kind = stage->kind;
	struct eres_actor *actor = eres_actor_start(test, "owner");
	struct mutex_step step = { .stage = stage };
	FAST_MUTEX *mutex = &stage->mutex;
	u32 code = kind->fast ? 0x33 : 0x2000F;
	ULONG_PTR owner, then;
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	kind->acquire(mutex);
	owner = mutex->Owner;
	wdm_expect_first(test, kind->routine[ACQUIRE], mutex, code);
	kind->release(mutex);
	then = mutex->Owner;
	wdm_expect_silence(test);
	KeLowerIrql(old);
	KUNIT_EXPECT_EQ(test, owner, (ULONG_PTR)current);
	KUNIT_EXPECT_EQ(test, then, 0);
	eres_expect_no_region(test);
	KUNIT_EXPECT_EQ(test, eres_apc_count(), 0);

	KUNIT_EXPECT_TRUE(test, eres_actor_do(actor, try_step, &step));
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	kind->acquire(mutex);
	owner = mutex->Owner;
	wdm_expect_first(test, kind->routine[ACQUIRE], mutex, code);
	kind->release(mutex);
	then = mutex->Owner;
	wdm_expect_violation(test, kind->routine[RELEASE], mutex, 0x1004, mutex,
			     eres_actor_id(actor));
	KeLowerIrql(old);
	KUNIT_EXPECT_EQ(test, owner, eres_actor_id(actor));
	KUNIT_EXPECT_EQ(test, then, eres_actor_id(actor));
	eres_actor_do(actor, (eres_step_fn)(void *)kind->release, mutex);
	KUNIT_EXPECT_EQ(test, mutex->Owner, 0);
	eres_expect_no_region(test);
	KUNIT_EXPECT_EQ(test, eres_apc_count(), 0);
}

static void use_in_interrupt(void *arg)
{
	struct mutex_stage *stage = arg;

	stage->kind->acquire(&stage->mutex);
	stage->got = !!stage->mutex.Owner;
}

static void release_in_interrupt(void *arg)
{
	struct mutex_stage *stage = arg;

	stage->kind->release(&stage->mutex);
	stage->who = !!stage->mutex.Owner;
}

static void refused_in_interrupts(struct kunit *test)
{
	struct mutex_stage *stage = stage_of(test);
	const struct mutex_kind *kind = stage->kind;

	KUNIT_EXPECT_TRUE(test, eres_run_in_softirq(ERES_THIS_CPU, use_in_interrupt, stage));
	KUNIT_EXPECT_EQ(test, stage->got, 0);
	wdm_expect_first(test, kind->routine[ACQUIRE], &stage->mutex,
			 kind->fast ? 0x33 : 0x2000F);
	kind->acquire(&stage->mutex);
	KUNIT_EXPECT_TRUE(test, eres_run_in_softirq(ERES_THIS_CPU, release_in_interrupt,
						    stage));
	KUNIT_EXPECT_EQ(test, stage->who, 1);
	wdm_expect_first(test, kind->routine[RELEASE], &stage->mutex,
			 kind->fast ? 0x34 : 0x2000F);
	kind->release(&stage->mutex);
	eres_expect_no_region(test);
}

static void fast_mutex_wants_its_level(struct kunit *test)
{
	FAST_MUTEX mutex;
	KIRQL old;

	(ExInitializeFastMutex)(&mutex);
	ExAcquireFastMutex(&mutex);
	KeLowerIrql(PASSIVE_LEVEL);
	ExReleaseFastMutex(&mutex);
	wdm_expect_violation3(test, "ExReleaseFastMutex", &mutex, 0x34, PASSIVE_LEVEL, 0,
			      &mutex);
	eres_expect_no_region(test);

	ExAcquireFastMutex(&mutex);
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	ExReleaseFastMutex(&mutex);
	wdm_expect_violation3(test, "ExReleaseFastMutex", &mutex, 0x34, DISPATCH_LEVEL, 0,
			      &mutex);
	eres_expect_no_region(test);
	KUNIT_EXPECT_EQ(test, mutex.Owner, 0);

	ExAcquireFastMutexUnsafe(&mutex);
	wdm_expect_violation3(test, "ExAcquireFastMutexUnsafe", &mutex, 0x39, PASSIVE_LEVEL, 0,
			      &mutex);
	ExReleaseFastMutexUnsafe(&mutex);
	wdm_expect_violation3(test, "ExReleaseFastMutexUnsafe", &mutex, 0x3A, PASSIVE_LEVEL, 0,
			      &mutex);
	eres_expect_no_region(test);
	KUNIT_EXPECT_EQ(test, mutex.Owner, 0);
}

static struct kunit_case mutex_cases[] = {
	KUNIT_CASE_PARAM(protection_comes_and_goes, kind_gen_params),
	KUNIT_CASE_PARAM(unsafe_forms_change_nothing, kind_gen_params),
	KUNIT_CASE_PARAM(mixed_forms_do_what_they_say, kind_gen_params),
	KUNIT_CASE_PARAM(waiters_are_served_in_order, kind_gen_params),
	KUNIT_CASE_PARAM(waiters_are_overtaken_once, kind_gen_params),
	KUNIT_CASE_PARAM(one_at_a_time, kind_gen_params),
	KUNIT_CASE_PARAM(freed_by_who_gets_it_next, kind_gen_params),
	KUNIT_CASE_PARAM(signals_wait_for_the_release, kind_gen_params),
	KUNIT_CASE(lockdep_is_told),
	KUNIT_CASE_PARAM(owner_waits_for_itself, kind_gen_params),
	KUNIT_CASE_PARAM(wrong_releases_are_refused, kind_gen_params),
	KUNIT_CASE_PARAM(held_is_initialised_again, kind_gen_params),
	KUNIT_CASE_PARAM(uninitialised_becomes_one, kind_gen_params),
	KUNIT_CASE_PARAM(no_mutex_is_left_alone, kind_gen_params),
	KUNIT_CASE_PARAM(above_apc_level_nobody_waits, kind_gen_params),
	KUNIT_CASE_PARAM(refused_in_interrupts, kind_gen_params),
	KUNIT_CASE(fast_mutex_wants_its_level),
	{}
};

static struct kunit_suite mutex_suite = {
	.name = "eresource_wdm_mutex",
	.init = wdm_reports_init,
	.test_cases = mutex_cases,
};

kunit_test_suite(mutex_suite);
