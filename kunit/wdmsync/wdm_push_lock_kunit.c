// SPDX-License-Identifier: GPL-2.0-only
/* Push locks. */
#include <kunit/test.h>
#include <linux/slab.h>

#define ERESOURCE_WDK
#include <ntifs.h>

#include <eresource_verify.h>

#include "region.h"
#include "softirq.h"
#include "wdm_cpu.h"
#include "wdm_reports.h"

/* Ex with a region around it, and Flt, which brings one. */
struct push_form {
	const char *name;
	void (*acquire)(PEX_PUSH_LOCK lock, bool shared);
	void (*release)(PEX_PUSH_LOCK lock, bool shared);
};

static void acquire_ex(PEX_PUSH_LOCK lock, bool shared)
{
	KeEnterCriticalRegion();
	if (shared)
		ExAcquirePushLockShared(lock);
	else
		ExAcquirePushLockExclusive(lock);
}

static void release_ex(PEX_PUSH_LOCK lock, bool shared)
{
	if (shared)
		ExReleasePushLockShared(lock);
	else
		ExReleasePushLockExclusive(lock);
	KeLeaveCriticalRegion();
}

static void acquire_flt(PEX_PUSH_LOCK lock, bool shared)
{
	if (shared)
		FltAcquirePushLockShared(lock);
	else
		FltAcquirePushLockExclusive(lock);
}

static void release_flt(PEX_PUSH_LOCK lock, bool shared)
{
	FltReleasePushLock(lock);
}

static void acquire_flt_ex(PEX_PUSH_LOCK lock, bool shared)
{
	if (shared)
		FltAcquirePushLockSharedEx(lock, FLT_PUSH_LOCK_ENABLE_AUTO_BOOST);
	else
		FltAcquirePushLockExclusiveEx(lock, FLT_PUSH_LOCK_DISABLE_AUTO_BOOST);
}

static void release_flt_ex(PEX_PUSH_LOCK lock, bool shared)
{
	FltReleasePushLockEx(lock, 0);
}

static const struct push_form forms[] = {
	{ "ex", acquire_ex, release_ex },
	{ "flt", acquire_flt, release_flt },
	{ "flt_ex", acquire_flt_ex, release_flt_ex },
};

static void form_name(const struct push_form *form, char *name)
{
	strscpy(name, form->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(form, forms, form_name);

struct push_step {
	const struct push_form *form;
	PEX_PUSH_LOCK lock;
	bool shared;
	bool got;
	unsigned int *order;
	unsigned int place;
};

static unsigned long acquire_step(void *arg)
{
	struct push_step *step = arg;

	step->form->acquire(step->lock, step->shared);
	WRITE_ONCE(step->got, true);
	if (step->order)
		step->place = ++*step->order;
	return eres_apc_count();
}

static unsigned long release_step(void *arg)
{
	struct push_step *step = arg;

	step->form->release(step->lock, step->shared);
	step->got = false;
	return eres_apc_count();
}

static void region_and_mode(struct kunit *test)
{
	const struct push_form *form = test->param_value;
	EX_PUSH_LOCK lock = 0;
	int shared;

	for (shared = 0; shared < 2; shared++) {
		form->acquire(&lock, shared);
		eres_expect_region(test, eres_region_now(), true, false, PASSIVE_LEVEL);
		KUNIT_EXPECT_NE(test, lock, 0);
		form->release(&lock, shared);
		eres_expect_no_region(test);
		KUNIT_EXPECT_EQ(test, lock, 0);
	}
	/* Shared access once more, one release each. */
	form->acquire(&lock, true);
	form->acquire(&lock, true);
	form->release(&lock, true);
	KUNIT_EXPECT_NE(test, lock, 0);
	form->release(&lock, true);
	KUNIT_EXPECT_EQ(test, lock, 0);
	eres_expect_no_region(test);
}

static struct push_step *steps_of(struct kunit *test, PEX_PUSH_LOCK lock,
				  unsigned int *order, size_t count)
{
	struct push_step *step = kunit_kcalloc(test, count, sizeof(*step), GFP_KERNEL);
	size_t i;

	KUNIT_ASSERT_NOT_NULL(test, step);
	for (i = 0; i < count; i++) {
		step[i].form = test->param_value;
		step[i].lock = lock;
		step[i].order = order;
	}
	return step;
}

/* A waiting writer stops readers; they come after it, all at once. */
static void writer_stops_readers(struct kunit *test)
{
	const struct push_form *form = test->param_value;
	EX_PUSH_LOCK lock = 0;
	unsigned int order = 0, i;
	struct push_step *step = steps_of(test, &lock, &order, 4);
	struct eres_actor *actor[4];

	for (i = 0; i < 4; i++)
		actor[i] = eres_actor_start(test, i ? "reader" : "writer");
	for (i = 1; i < 4; i++)
		step[i].shared = true;

	form->acquire(&lock, true);
	KUNIT_EXPECT_EQ(test, eres_actor_do(actor[1], acquire_step, &step[1]), 0xffff);
	eres_actor_begin(actor[0], acquire_step, &step[0]);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_actor_blocked(actor[0])));
	for (i = 2; i < 4; i++) {
		eres_actor_begin(actor[i], acquire_step, &step[i]);
		KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_actor_blocked(actor[i])));
	}
	/* Not before the last reader is gone. */
	form->release(&lock, true);
	KUNIT_EXPECT_TRUE(test, eres_actor_blocked(actor[0]));
	KUNIT_EXPECT_FALSE(test, READ_ONCE(step[0].got));
	KUNIT_EXPECT_EQ(test, eres_actor_do(actor[1], release_step, &step[1]), 0);
	eres_actor_finish(actor[0]);
	KUNIT_EXPECT_TRUE(test, eres_actor_blocked(actor[2]));
	KUNIT_EXPECT_TRUE(test, eres_actor_blocked(actor[3]));
	KUNIT_EXPECT_FALSE(test, READ_ONCE(step[2].got) || READ_ONCE(step[3].got));
	eres_actor_do(actor[0], release_step, &step[0]);
	for (i = 2; i < 4; i++)
		eres_actor_finish(actor[i]);
	KUNIT_EXPECT_TRUE(test, step[2].got && step[3].got);
	KUNIT_EXPECT_EQ(test, step[0].place, 2);
	for (i = 2; i < 4; i++)
		eres_actor_do(actor[i], release_step, &step[i]);
	KUNIT_EXPECT_EQ(test, lock, 0);
	eres_expect_no_region(test);
}

static unsigned long visit_step(void *arg)
{
	struct push_step *step = arg;

	step->form->acquire(step->lock, step->shared);
	WRITE_ONCE(step->got, true);
	step->form->release(step->lock, step->shared);
	return 0;
}

/* A writer that is woken and finds the lock taken again is the next one. */
static void writers_are_overtaken_once(struct kunit *test)
{
	const struct push_form *form = test->param_value;
	EX_PUSH_LOCK lock = 0;
	struct push_step *step = steps_of(test, &lock, NULL, 1);
	struct eres_actor *actor = wdm_cpu_actor(test, "writer", 0);
	int shared;

	wdm_cpu_first(test);
	for (shared = 0; shared < 2; shared++) {
		step->got = false;
		form->acquire(&lock, shared);
		eres_actor_begin(actor, visit_step, step);
		KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_actor_blocked(actor)));
		form->release(&lock, shared);
		/* It can not run yet. */
		form->acquire(&lock, shared);
		KUNIT_EXPECT_FALSE(test, READ_ONCE(step->got));
		KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_actor_blocked(actor)));
		KUNIT_EXPECT_FALSE(test, READ_ONCE(step->got));
		form->release(&lock, shared);
		form->acquire(&lock, shared);
		KUNIT_EXPECT_TRUE(test, READ_ONCE(step->got));
		form->release(&lock, shared);
		eres_actor_finish(actor);
	}
	KUNIT_EXPECT_EQ(test, lock, 0);
}

/* Readers that came before a writer get in before it, and only they. */
static void served_in_order(struct kunit *test)
{
	const struct push_form *form = test->param_value;
	EX_PUSH_LOCK lock = 0;
	unsigned int order = 0, i;
	struct push_step *step = steps_of(test, &lock, &order, 3);
	struct eres_actor *actor[3];

	form->acquire(&lock, false);
	for (i = 0; i < 3; i++) {
		/* Reader, writer, reader. */
		step[i].shared = i != 1;
		actor[i] = eres_actor_start(test, "waiter");
		eres_actor_begin(actor[i], acquire_step, &step[i]);
		KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_actor_blocked(actor[i])));
	}
	form->release(&lock, false);
	for (i = 0; i < 3; i++) {
		eres_actor_finish(actor[i]);
		KUNIT_EXPECT_EQ(test, step[i].place, i + 1);
		if (i < 2)
			KUNIT_EXPECT_TRUE(test, eres_actor_blocked(actor[i + 1]));
		KUNIT_EXPECT_EQ(test, order, i + 1);
		eres_actor_do(actor[i], release_step, &step[i]);
	}
	KUNIT_EXPECT_EQ(test, lock, 0);
}

struct push_race {
	const struct push_form *form;
	PEX_PUSH_LOCK lock;
	atomic_t readers;
	unsigned int writers;
	unsigned int overlaps;
	unsigned long value;
};

#define RACE_ROUNDS 2000

static unsigned long race_step(void *arg)
{
	struct push_race *race = arg;
	int i;

	for (i = 0; i < RACE_ROUNDS; i++) {
		bool shared = i % 4;

		race->form->acquire(race->lock, shared);
		if (shared) {
			atomic_inc(&race->readers);
			if (READ_ONCE(race->writers))
				race->overlaps++;
		} else {
			if (race->writers++ || atomic_read(&race->readers))
				race->overlaps++;
			WRITE_ONCE(race->value, READ_ONCE(race->value) + 1);
		}
		if (i % 16 < 2)
			cond_resched();
		if (shared)
			atomic_dec(&race->readers);
		else
			race->writers--;
		race->form->release(race->lock, shared);
	}
	return 0;
}

static void writers_are_alone(struct kunit *test)
{
	EX_PUSH_LOCK lock = 0;
	struct push_race race = { .form = test->param_value, .lock = &lock };
	struct eres_actor *actor[4];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(actor); i++) {
		actor[i] = eres_actor_start(test, "racer");
		eres_actor_begin(actor[i], race_step, &race);
	}
	for (i = 0; i < ARRAY_SIZE(actor); i++)
		eres_actor_finish(actor[i]);
	KUNIT_EXPECT_EQ(test, race.overlaps, 0);
	KUNIT_EXPECT_EQ(test, race.value, ARRAY_SIZE(actor) * RACE_ROUNDS / 4);
	KUNIT_EXPECT_EQ(test, lock, 0);
}

static unsigned long inherit_step(void *arg)
{
	struct push_step *step = arg;

	step->form->acquire(step->lock, false);
	step->form->release(step->lock, false);
	kfree(step->lock);
	return 0;
}

/* Under KASAN: who releases does not look back. */
static void freed_by_who_gets_it_next(struct kunit *test)
{
	struct push_step step = { .form = test->param_value };
	struct eres_actor *actor;
	int i;

	wdm_cpus(test, 2);
	actor = wdm_cpu_actor(test, "heir", 1);
	for (i = 0; i < 200; i++) {
		step.lock = kzalloc(sizeof(*step.lock), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, step.lock);
		step.form->acquire(step.lock, i & 1);
		eres_actor_begin(actor, inherit_step, &step);
		if (i & 2)
			ERES_POLL(eres_actor_blocked(actor));
		step.form->release(step.lock, i & 1);
		eres_actor_finish(actor);
	}
}

/* More readers than are let in at once: the rest follows, and the writer after them. */
static void many_readers_get_in(struct kunit *test)
{
	EX_PUSH_LOCK lock = 0;
	enum { MANY = 40 };
	struct push_step *step = steps_of(test, &lock, NULL, MANY);
	const struct push_form *form = test->param_value;
	struct eres_actor **actor = kunit_kcalloc(test, MANY, sizeof(*actor), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, actor);
	form->acquire(&lock, false);
	for (i = 0; i < MANY; i++) {
		step[i].shared = true;
		actor[i] = eres_actor_start(test, "reader");
		eres_actor_begin(actor[i], acquire_step, &step[i]);
		KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_actor_blocked(actor[i])));
	}
	form->release(&lock, false);
	for (i = 0; i < MANY; i++) {
		eres_actor_finish(actor[i]);
		KUNIT_EXPECT_TRUE(test, step[i].got);
		eres_actor_do(actor[i], release_step, &step[i]);
	}
	KUNIT_EXPECT_EQ(test, lock, 0);
}

static void lockdep_is_told(struct kunit *test)
{
#ifdef CONFIG_LOCKDEP
	EX_PUSH_LOCK lock[2], zero = 0;
	int before = current->lockdep_depth;

	if (!IS_ENABLED(CONFIG_PROVE_LOCKING))
		kunit_skip(test, "needs CONFIG_PROVE_LOCKING");
	ExInitializePushLock(&lock[0]);
	FltInitializePushLock(&lock[1]);
	FltAcquirePushLockExclusive(&zero);
	KUNIT_EXPECT_EQ(test, current->lockdep_depth, before);
	FltAcquirePushLockExclusive(&lock[0]);
	FltAcquirePushLockShared(&lock[1]);
	KUNIT_EXPECT_EQ(test, current->lockdep_depth, before + 2);
	FltReleasePushLock(&lock[0]);
	FltReleasePushLock(&lock[1]);
	FltReleasePushLock(&zero);
	KUNIT_EXPECT_EQ(test, current->lockdep_depth, before);
	FltDeletePushLock(&lock[0]);
	KUNIT_EXPECT_EQ(test, lock[0], 0);
#else
	kunit_skip(test, "needs CONFIG_LOCKDEP");
#endif
}

/* Misuse */

static void outside_of_a_region(struct kunit *test)
{
	EX_PUSH_LOCK lock = 0;
	KIRQL old;

	ExAcquirePushLockExclusive(&lock);
	wdm_expect_violation3(test, "ExAcquirePushLockExclusiveEx", &lock, 0xEA, PASSIVE_LEVEL,
			      0, &lock);
	ExReleasePushLockExclusive(&lock);
	wdm_expect_violation3(test, "ExReleasePushLockExclusiveEx", &lock, 0xEB, PASSIVE_LEVEL,
			      0, &lock);
	KUNIT_EXPECT_EQ(test, lock, 0);
	KeRaiseIrql(APC_LEVEL, &old);
	ExAcquirePushLockShared(&lock);
	ExReleasePushLockShared(&lock);
	KeLowerIrql(old);
	wdm_expect_silence(test);
	KUNIT_EXPECT_EQ(test, lock, 0);

	KeEnterCriticalRegion();
	ExAcquirePushLockSharedEx(&lock, 4);
	wdm_expect_report(test, "ExAcquirePushLockSharedEx", &lock, 0x152, 4, &lock, 0);
	ExReleasePushLockSharedEx(&lock, 0x80000003);
	wdm_expect_report(test, "ExReleasePushLockSharedEx", &lock, 0x152, 0x80000003, &lock,
			  0);
	KeLeaveCriticalRegion();
	KUNIT_EXPECT_EQ(test, lock, 0);
}

static void what_is_not_held_is_not_released(struct kunit *test)
{
	EX_PUSH_LOCK lock = 0, held;
	struct push_step step = { .form = &forms[1], .lock = &lock };
	struct eres_actor *actor = eres_actor_start(test, "owner");

	KeEnterCriticalRegion();
	ExReleasePushLockExclusive(&lock);
	wdm_expect_violation(test, "ExReleasePushLockExclusiveEx", &lock, 0x1007, &lock, 0);
	ExReleasePushLockShared(&lock);
	wdm_expect_violation(test, "ExReleasePushLockSharedEx", &lock, 0x1007, &lock, 0);
	ExAcquirePushLockShared(&lock);
	held = lock;
	ExReleasePushLockExclusive(&lock);
	wdm_expect_violation(test, "ExReleasePushLockExclusiveEx", &lock, 0x1007, &lock, 0);
	KUNIT_EXPECT_EQ(test, lock, held);
	FltDeletePushLock(&lock);
	wdm_expect_violation(test, "FltDeletePushLock", &lock, 0x100B, &lock, 0);
	KUNIT_EXPECT_EQ(test, lock, held);
	ExReleasePushLockShared(&lock);
	KUNIT_EXPECT_EQ(test, lock, 0);
	KeLeaveCriticalRegion();

	eres_actor_do(actor, acquire_step, &step);
	KeEnterCriticalRegion();
	FltReleasePushLock(&lock);
	wdm_expect_violation(test, "FltReleasePushLock", &lock, 0x1007, &lock, 0);
	eres_expect_no_region(test);
	KUNIT_EXPECT_NE(test, lock, 0);
	eres_actor_do(actor, release_step, &step);
	KUNIT_EXPECT_EQ(test, lock, 0);
}

static void garbage_becomes_a_lock(struct kunit *test)
{
	static const EX_PUSH_LOCK words[] = { 1, 3, 0x1000, 0xccccccccccccccccUL,
					      0x6b6b6b6b6b6b6b6bUL, ~0UL };
	EX_PUSH_LOCK lock;
	size_t i;

	for (i = 0; i < 2 * ARRAY_SIZE(words); i++) {
		lock = words[i / 2];
		acquire_flt(&lock, i & 1);
		wdm_expect_violation(test, i & 1 ? "FltAcquirePushLockShared" :
						   "FltAcquirePushLockExclusive", &lock,
				     0x1002, &lock, 0);
		FltReleasePushLock(&lock);
		KUNIT_EXPECT_EQ(test, lock, 0);
	}
	memset(&lock, 0xcc, sizeof(lock));
	(FltInitializePushLock)(&lock);
	KUNIT_EXPECT_EQ(test, lock, 0);
	eres_expect_no_region(test);
}

static void owner_waits_for_itself(struct kunit *test)
{
	EX_PUSH_LOCK lock = 0;
	struct push_step step = { .form = &forms[1], .lock = &lock };
	struct eres_actor *actor = eres_actor_start(test, "self");
	u64 pid = eres_actor_task(actor)->pid;

	/* As if it had it already. */
	WRITE_ONCE(lock, pid << 32 | 1);
	eres_actor_begin(actor, acquire_step, &step);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_actor_blocked(actor)));
	wdm_expect_violation(test, "FltAcquirePushLockExclusive", &lock, 0x1000, &lock, 0);
	/* And as if it had been the case's. */
	WRITE_ONCE(lock, (u64)current->pid << 32 | 3);
	KeEnterCriticalRegion();
	FltReleasePushLock(&lock);
	eres_actor_finish(actor);
	KUNIT_EXPECT_TRUE(test, step.got);
	eres_actor_do(actor, release_step, &step);
	KUNIT_EXPECT_EQ(test, lock, 0);
	eres_expect_no_region(test);
}

static void no_lock_is_left_alone(struct kunit *test)
{
	/* The last one is what list_del() leaves. */
	static const unsigned long addresses[] = {
		0, 0x1000, -14, 0xffffffffff000000UL, 0xdead000000000100UL,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(addresses); i++) {
		PEX_PUSH_LOCK lock = (void *)addresses[i];

		ExInitializePushLock(lock);
		wdm_expect_bad_address(test, "ExInitializePushLock", lock);
		ExAcquirePushLockExclusive(lock);
		wdm_expect_bad_address(test, "ExAcquirePushLockExclusiveEx", lock);
		ExReleasePushLockShared(lock);
		wdm_expect_bad_address(test, "ExReleasePushLockSharedEx", lock);
		FltAcquirePushLockShared(lock);
		wdm_expect_bad_address(test, "FltAcquirePushLockShared", lock);
		FltReleasePushLock(lock);
		wdm_expect_bad_address(test, "FltReleasePushLock", lock);
		FltDeletePushLock(lock);
		wdm_expect_bad_address(test, "FltDeletePushLock", lock);
	}
	eres_expect_no_region(test);
}

static void above_apc_level_nobody_waits(struct kunit *test)
{
	EX_PUSH_LOCK lock = 0, free, held, then;
	struct push_step step = { .form = &forms[1], .lock = &lock };
	struct eres_actor *actor = eres_actor_start(test, "owner");
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	ExAcquirePushLockExclusive(&lock);
	held = lock;
	wdm_expect_first(test, "ExAcquirePushLockExclusiveEx", &lock, 0xEA);
	ExReleasePushLockExclusive(&lock);
	free = lock;
	wdm_expect_first(test, "ExReleasePushLockExclusiveEx", &lock, 0xEB);
	KeLowerIrql(old);
	KUNIT_EXPECT_NE(test, held, 0);
	KUNIT_EXPECT_EQ(test, free, 0);

	eres_actor_do(actor, acquire_step, &step);
	held = lock;
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	ExAcquirePushLockExclusive(&lock);
	then = lock;
	wdm_expect_first(test, "ExAcquirePushLockExclusiveEx", &lock, 0xEA);
	KeLowerIrql(old);
	KUNIT_EXPECT_EQ(test, then, held);
	eres_actor_do(actor, release_step, &step);
	KUNIT_EXPECT_EQ(test, lock, 0);
}

static void use_in_interrupt(void *arg)
{
	PEX_PUSH_LOCK lock = arg;

	ExAcquirePushLockExclusive(lock);
}

static void refused_in_interrupts(struct kunit *test)
{
	EX_PUSH_LOCK lock = 0;

	KUNIT_EXPECT_TRUE(test, eres_run_in_softirq(ERES_THIS_CPU, use_in_interrupt, &lock));
	wdm_expect_first(test, "ExAcquirePushLockExclusiveEx", &lock, 0xEA);
	KUNIT_EXPECT_EQ(test, lock, 0);
}

static struct kunit_case push_cases[] = {
	KUNIT_CASE_PARAM(region_and_mode, form_gen_params),
	KUNIT_CASE_PARAM(writer_stops_readers, form_gen_params),
	KUNIT_CASE_PARAM(writers_are_overtaken_once, form_gen_params),
	KUNIT_CASE_PARAM(served_in_order, form_gen_params),
	KUNIT_CASE_PARAM(writers_are_alone, form_gen_params),
	KUNIT_CASE_PARAM(freed_by_who_gets_it_next, form_gen_params),
	KUNIT_CASE_PARAM(many_readers_get_in, form_gen_params),
	KUNIT_CASE(lockdep_is_told),
	KUNIT_CASE(outside_of_a_region),
	KUNIT_CASE(what_is_not_held_is_not_released),
	KUNIT_CASE(garbage_becomes_a_lock),
	KUNIT_CASE(owner_waits_for_itself),
	KUNIT_CASE(no_lock_is_left_alone),
	KUNIT_CASE(above_apc_level_nobody_waits),
	KUNIT_CASE(refused_in_interrupts),
	{}
};

static struct kunit_suite push_suite = {
	.name = "eresource_wdm_push_lock",
	.init = wdm_reports_init,
	.test_cases = push_cases,
};

kunit_test_suite(push_suite);
