// SPDX-License-Identifier: GPL-2.0-only
/* Spin locks: who has them, and what they do to the IRQL. */
#include <kunit/test.h>
#include <linux/lockdep.h>
#include <linux/slab.h>

#define ERESOURCE_WDK
#include <ntifs.h>

#include "region.h"
#include "softirq.h"
#include "wdm_cpu.h"
#include "wdm_reports.h"

/* The ways to acquire one lock and to release it, as a table. */
struct spin_lock {
	KSPIN_LOCK word;
	EX_SPIN_LOCK ex;
	KLOCK_QUEUE_HANDLE handle[2];
	KIRQL irql[2];
};

struct spin_way {
	const char *name;
	/* For level @n of nesting. Locks of the test are zeroed, not initialised. */
	void (*acquire)(struct spin_lock *lock, int n);
	void (*release)(struct spin_lock *lock, int n);
	unsigned int (*old)(const struct spin_lock *lock, int n);
	bool raises;
	bool exclusive;
};

static unsigned int kept(const struct spin_lock *lock, int n)
{
	return lock->irql[n];
}

static unsigned int in_handle(const struct spin_lock *lock, int n)
{
	return lock->handle[n].OldIrql;
}

static void acquire(struct spin_lock *lock, int n)
{
	KeAcquireSpinLock(&lock->word, &lock->irql[n]);
}

static void acquire_raise(struct spin_lock *lock, int n)
{
	lock->irql[n] = KeAcquireSpinLockRaiseToDpc(&lock->word);
}

static void acquire_for_dpc(struct spin_lock *lock, int n)
{
	lock->irql[n] = KeAcquireSpinLockForDpc(&lock->word);
}

static void release(struct spin_lock *lock, int n)
{
	KeReleaseSpinLock(&lock->word, lock->irql[n]);
}

/* All keep the level in one place, as drivers do beside the lock. */
static void acquire_to_one(struct spin_lock *lock, int n)
{
	KeAcquireSpinLock(&lock->word, &lock->irql[0]);
}

static void release_from_one(struct spin_lock *lock, int n)
{
	KeReleaseSpinLock(&lock->word, lock->irql[0]);
}

static void release_for_dpc(struct spin_lock *lock, int n)
{
	KeReleaseSpinLockForDpc(&lock->word, lock->irql[n]);
}

static void acquire_at(struct spin_lock *lock, int n)
{
	KeAcquireSpinLockAtDpcLevel(&lock->word);
}

static void release_from(struct spin_lock *lock, int n)
{
	KeReleaseSpinLockFromDpcLevel(&lock->word);
}

static void acquire_queued(struct spin_lock *lock, int n)
{
	KeAcquireInStackQueuedSpinLock(&lock->word, &lock->handle[n]);
}

static void release_queued(struct spin_lock *lock, int n)
{
	KeReleaseInStackQueuedSpinLock(&lock->handle[n]);
}

static void acquire_queued_for_dpc(struct spin_lock *lock, int n)
{
	KeAcquireInStackQueuedSpinLockForDpc(&lock->word, &lock->handle[n]);
}

static void release_queued_for_dpc(struct spin_lock *lock, int n)
{
	KeReleaseInStackQueuedSpinLockForDpc(&lock->handle[n]);
}

static void acquire_queued_at(struct spin_lock *lock, int n)
{
	KeAcquireInStackQueuedSpinLockAtDpcLevel(&lock->word, &lock->handle[n]);
}

static void release_queued_from(struct spin_lock *lock, int n)
{
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&lock->handle[n]);
}

static void acquire_exclusive(struct spin_lock *lock, int n)
{
	lock->irql[n] = ExAcquireSpinLockExclusive(&lock->ex);
}

static void release_exclusive(struct spin_lock *lock, int n)
{
	ExReleaseSpinLockExclusive(&lock->ex, lock->irql[n]);
}

static void acquire_exclusive_at(struct spin_lock *lock, int n)
{
	ExAcquireSpinLockExclusiveAtDpcLevel(&lock->ex);
}

static void release_exclusive_from(struct spin_lock *lock, int n)
{
	ExReleaseSpinLockExclusiveFromDpcLevel(&lock->ex);
}

static void acquire_shared(struct spin_lock *lock, int n)
{
	lock->irql[n] = ExAcquireSpinLockShared(&lock->ex);
}

static void release_shared(struct spin_lock *lock, int n)
{
	ExReleaseSpinLockShared(&lock->ex, lock->irql[n]);
}

static void acquire_shared_at(struct spin_lock *lock, int n)
{
	ExAcquireSpinLockSharedAtDpcLevel(&lock->ex);
}

static void release_shared_from(struct spin_lock *lock, int n)
{
	ExReleaseSpinLockSharedFromDpcLevel(&lock->ex);
}

#define RAISES	true
#define STAYS	false
#define ALONE	true
#define NOT_ALONE false

static const struct spin_way ways[] = {
	{ "plain", acquire, release, kept, RAISES, ALONE },
	{ "one_old_irql", acquire_to_one, release_from_one, kept, RAISES, ALONE },
	{ "raise_to_dpc", acquire_raise, release, kept, RAISES, ALONE },
	{ "for_dpc", acquire_for_dpc, release_for_dpc, kept, RAISES, ALONE },
	{ "at_dpc", acquire_at, release_from, kept, STAYS, ALONE },
	{ "queued", acquire_queued, release_queued, in_handle, RAISES, ALONE },
	{ "queued_for_dpc", acquire_queued_for_dpc, release_queued_for_dpc, in_handle,
	  RAISES, ALONE },
	{ "queued_at_dpc", acquire_queued_at, release_queued_from, in_handle, STAYS, ALONE },
	{ "exclusive", acquire_exclusive, release_exclusive, kept, RAISES, ALONE },
	{ "exclusive_at_dpc", acquire_exclusive_at, release_exclusive_from, kept, STAYS,
	  ALONE },
	{ "shared", acquire_shared, release_shared, kept, RAISES, NOT_ALONE },
	{ "shared_at_dpc", acquire_shared_at, release_shared_from, kept, STAYS, NOT_ALONE },
};

static void way_name(const struct spin_way *way, char *name)
{
	strscpy(name, way->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(way, ways, way_name);

static bool is_free(struct spin_lock *lock)
{
	return !lock->word && !lock->ex && KeTestSpinLock(&lock->word);
}

/* From each level, and inside of another lock of the same kind. */
static void irql_goes_up_and_comes_back(struct kunit *test)
{
	const struct spin_way *way = test->param_value;
	struct spin_lock outer = {}, inner = {};
	KIRQL from, old;

	for (from = PASSIVE_LEVEL; from <= DISPATCH_LEVEL; from++) {
		if (from < DISPATCH_LEVEL && !way->raises)
			continue;
		KeRaiseIrql(from, &old);
		way->acquire(&outer, 0);
		if (way->raises)
			KUNIT_EXPECT_EQ(test, way->old(&outer, 0), from);
		eres_expect_region(test, eres_region_now(), false, true, DISPATCH_LEVEL);
		KUNIT_EXPECT_FALSE(test, is_free(&outer));

		way->acquire(&inner, 0);
		if (way->raises)
			KUNIT_EXPECT_EQ(test, way->old(&inner, 0), DISPATCH_LEVEL);
		way->release(&inner, 0);
		KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), DISPATCH_LEVEL);
		KUNIT_EXPECT_TRUE(test, is_free(&inner));

		way->release(&outer, 0);
		eres_expect_region(test, eres_region_now(), false, from >= APC_LEVEL, from);
		KUNIT_EXPECT_TRUE(test, is_free(&outer));
		KeLowerIrql(old);
	}
	eres_expect_no_region(test);
}

/* Hand over hand: the first goes first, and the level of the other is what it gets. */
static void released_in_any_order(struct kunit *test)
{
	const struct spin_way *way = test->param_value;
	struct spin_lock one = {}, two = {};
	KIRQL old = PASSIVE_LEVEL;

	if (!way->raises)
		KeRaiseIrql(DISPATCH_LEVEL, &old);
	way->acquire(&one, 0);
	way->acquire(&two, 0);
	swap(one.irql[0], two.irql[0]);
	swap(one.handle[0].OldIrql, two.handle[0].OldIrql);
	way->release(&one, 0);
	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), DISPATCH_LEVEL);
	KUNIT_EXPECT_TRUE(test, is_free(&one));
	KUNIT_EXPECT_FALSE(test, is_free(&two));
	way->release(&two, 0);
	KUNIT_EXPECT_TRUE(test, is_free(&two));
	KeLowerIrql(old);
	eres_expect_no_region(test);
}

struct spin_race {
	const struct spin_way *way;
	struct spin_lock *lock;
	unsigned long value;
	unsigned int in;
	unsigned int overlaps;
	atomic_t wrong_level;
};

#define RACE_ROUNDS 3000

/* The lock that both use, with places of the caller's own, and each at a level of its own. */
static unsigned long race_step(void *arg)
{
	struct spin_race *race = arg;
	struct spin_lock *lock = race->lock;
	int n = raw_smp_processor_id() == wdm_cpu(0) ? 0 : 1;
	const struct spin_way *way = race->way;
	KIRQL old, level = n ? APC_LEVEL : PASSIVE_LEVEL, start;
	int i;

	KeRaiseIrql(level, &start);
	for (i = 0; i < RACE_ROUNDS; i++) {
		if (!way->raises)
			KeRaiseIrql(DISPATCH_LEVEL, &old);
		way->acquire(lock, n);
		if (race->in++)
			race->overlaps++;
		WRITE_ONCE(race->value, READ_ONCE(race->value) + 1);
		if (--race->in)
			race->overlaps++;
		way->release(lock, n);
		if (!way->raises)
			KeLowerIrql(old);
		if (KeGetCurrentIrql() != level)
			atomic_inc(&race->wrong_level);
	}
	KeLowerIrql(start);
	return 0;
}

/* @step by the caller and by another thread at the same time, each on a CPU of its own. */
static void do_on_two_cpus(struct kunit *test, eres_step_fn step, void *arg)
{
	struct eres_actor *other;

	wdm_cpus(test, 2);
	other = wdm_cpu_actor(test, "other", 1);
	eres_actor_begin(other, step, arg);
	step(arg);
	eres_actor_finish(other);
}

static void one_at_a_time(struct kunit *test)
{
	struct spin_lock lock = {};
	struct spin_race race = { .way = test->param_value, .lock = &lock };

	if (!race.way->exclusive)
		kunit_skip(test, "not alone");
	do_on_two_cpus(test, race_step, &race);
	KUNIT_EXPECT_EQ(test, race.value, 2 * RACE_ROUNDS);
	KUNIT_EXPECT_EQ(test, race.overlaps, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&race.wrong_level), 0);
	KUNIT_EXPECT_TRUE(test, is_free(&lock));
}

struct spin_heir {
	const struct spin_way *way;
	struct spin_lock *lock;
	bool begun;
};

/* Gets it next, and frees it at once. */
static unsigned long inherit(void *arg)
{
	struct spin_heir *heir = arg;
	struct spin_lock *lock = heir->lock;
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	WRITE_ONCE(heir->begun, true);
	heir->way->acquire(lock, 1);
	heir->way->release(lock, 1);
	KeLowerIrql(old);
	kfree(lock);
	return 0;
}

/* Under KASAN: who releases does not look back. */
static void freed_by_who_gets_it_next(struct kunit *test)
{
	struct spin_heir heir = { .way = test->param_value };
	struct eres_actor *actor;
	KIRQL old;
	int i;

	if (!heir.way->exclusive)
		kunit_skip(test, "not alone");
	wdm_cpus(test, 2);
	actor = wdm_cpu_actor(test, "heir", 1);
	for (i = 0; i < 200; i++) {
		heir.lock = kzalloc(sizeof(*heir.lock), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, heir.lock);
		heir.begun = false;
		KeRaiseIrql(DISPATCH_LEVEL, &old);
		heir.way->acquire(heir.lock, 0);
		eres_actor_begin(actor, inherit, &heir);
		WDM_SPIN(READ_ONCE(heir.begun));
		heir.way->release(heir.lock, 0);
		KeLowerIrql(old);
		eres_actor_finish(actor);
	}
}

static void used_in_softirq(void *arg)
{
	struct spin_race *race = arg;

	race->way->acquire(race->lock, 0);
	race->value = KeGetCurrentIrql();
	race->way->release(race->lock, 0);
}

static void works_in_a_dpc(struct kunit *test)
{
	struct spin_lock lock = {};
	struct spin_race race = { .way = test->param_value, .lock = &lock };

	KUNIT_EXPECT_TRUE(test, eres_run_in_softirq(ERES_THIS_CPU, used_in_softirq, &race));
	KUNIT_EXPECT_EQ(test, race.value, DISPATCH_LEVEL);
	if (race.way->raises)
		KUNIT_EXPECT_EQ(test, race.way->old(&lock, 0), DISPATCH_LEVEL);
	KUNIT_EXPECT_TRUE(test, is_free(&lock));
	eres_expect_no_region(test);
}

/* Where a bare spin_lock() of Linux has been taken. */
static void keeps_softirqs_away(struct kunit *test)
{
	const struct spin_way *way = test->param_value;
	unsigned long within, after;
	struct spin_lock lock = {};

	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		kunit_skip(test, "not to be acquired there, as a spinlock_t");
	preempt_disable();
	way->acquire(&lock, 0);
	within = softirq_count();
	way->release(&lock, 0);
	after = softirq_count();
	preempt_enable();
	KUNIT_EXPECT_NE(test, within, 0);
	KUNIT_EXPECT_EQ(test, after, 0);
	eres_expect_no_region(test);
}

/* A reader who can switch nothing off switches nothing on, beside one who has. */
static void reader_with_interrupts_off(struct kunit *test)
{
	const struct spin_way *way = test->param_value;
	unsigned long before, flags, counts[2];
	struct spin_lock lock = {};
	KIRQL old = PASSIVE_LEVEL;

	if (way->exclusive)
		kunit_skip(test, "alone");
	if (!way->raises)
		KeRaiseIrql(DISPATCH_LEVEL, &old);
	before = softirq_count();
	way->acquire(&lock, 0);
	local_irq_save(flags);
	counts[0] = softirq_count();
	way->acquire(&lock, 1);
	way->release(&lock, 1);
	counts[1] = softirq_count();
	local_irq_restore(flags);
	KUNIT_EXPECT_EQ(test, counts[1], counts[0]);
	way->release(&lock, 0);
	KUNIT_EXPECT_EQ(test, softirq_count(), before);
	KeLowerIrql(old);
	KUNIT_EXPECT_TRUE(test, is_free(&lock));
	eres_expect_no_region(test);
}

/* The same of a reader for whom nothing had to be done, and who has preemption off since. */
static void reader_with_preemption_off(struct kunit *test)
{
	unsigned long counts[2];
	EX_SPIN_LOCK lock = 0;
	KIRQL old, inner;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	ExAcquireSpinLockSharedAtDpcLevel(&lock);
	inner = ExAcquireSpinLockShared(&lock);
	preempt_disable();
	counts[0] = softirq_count();
	ExReleaseSpinLockSharedFromDpcLevel(&lock);
	counts[1] = softirq_count();
	preempt_enable();
	KUNIT_EXPECT_EQ(test, counts[1], counts[0]);
	ExReleaseSpinLockShared(&lock, inner);
	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), DISPATCH_LEVEL);
	KeLowerIrql(old);
	KUNIT_EXPECT_EQ(test, lock, 0);
	KUNIT_EXPECT_EQ(test, softirq_count(), 0);
	eres_expect_no_region(test);
}

static void read_in_softirq(void *arg)
{
	struct spin_race *race = arg;
	unsigned long before = softirq_count();

	race->way->acquire(race->lock, 1);
	race->way->release(race->lock, 1);
	race->value = softirq_count() == before;
}

static unsigned long read_unpreempted_step(void *arg)
{
	struct spin_race *race = arg;
	unsigned long after;

	preempt_disable();
	ExAcquireSpinLockSharedAtDpcLevel(&race->lock->ex);
	/* Pairs with reader_in_softirq(). */
	smp_store_release(&race->in, 1);
	WDM_SPIN(!READ_ONCE(race->in));
	ExReleaseSpinLockSharedFromDpcLevel(&race->lock->ex);
	after = softirq_count();
	preempt_enable();
	return !after;
}

/* The same in a softirq, beside a thread that has preemption off. */
static void reader_in_softirq(struct kunit *test)
{
	struct spin_lock lock = {};
	struct spin_race race = { .way = test->param_value, .lock = &lock };
	struct eres_actor *other;

	if (race.way->exclusive)
		kunit_skip(test, "alone");
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		kunit_skip(test, "not to be acquired there, as a spinlock_t");
	wdm_cpus(test, 2);
	other = wdm_cpu_actor(test, "other", 1);
	eres_actor_begin(other, read_unpreempted_step, &race);
	/* Pairs with read_unpreempted_step(). */
	KUNIT_EXPECT_TRUE(test, WDM_SPIN(smp_load_acquire(&race.in)));
	KUNIT_EXPECT_TRUE(test, eres_run_in_softirq(ERES_THIS_CPU, read_in_softirq, &race));
	WRITE_ONCE(race.in, 0);
	KUNIT_EXPECT_TRUE(test, eres_actor_finish(other));
	KUNIT_EXPECT_TRUE(test, race.value);
	KUNIT_EXPECT_TRUE(test, is_free(&lock));
}

static void at_dpc_and_normal_release_lower(struct kunit *test)
{
	KSPIN_LOCK lock = 0;
	EX_SPIN_LOCK ex = 0;
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	KeAcquireSpinLockAtDpcLevel(&lock);
	KeReleaseSpinLock(&lock, old);
	eres_expect_no_region(test);

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	KUNIT_EXPECT_TRUE(test, KeTryToAcquireSpinLockAtDpcLevel(&lock));
	KUNIT_EXPECT_FALSE(test, KeTryToAcquireSpinLockAtDpcLevel(&lock));
	KUNIT_EXPECT_FALSE(test, KeTestSpinLock(&lock));
	KeReleaseSpinLock(&lock, old);
	eres_expect_no_region(test);

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	KUNIT_EXPECT_TRUE(test, KeTryToAcquireSpinLockAtDpcLevel(&lock));
	KeReleaseSpinLockFromDpcLevel(&lock);
	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), DISPATCH_LEVEL);
	ExAcquireSpinLockExclusiveAtDpcLevel(&ex);
	ExReleaseSpinLockExclusive(&ex, old);
	eres_expect_no_region(test);

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	ExAcquireSpinLockSharedAtDpcLevel(&ex);
	ExReleaseSpinLockShared(&ex, old);
	eres_expect_no_region(test);
	KUNIT_EXPECT_TRUE(test, KeTestSpinLock(&lock));
	KUNIT_EXPECT_EQ(test, ex, 0);
}

static void release_from_dpc_stays_up(struct kunit *test)
{
	struct spin_lock lock = {};
	KIRQL old;

	KeAcquireSpinLock(&lock.word, &old);
	KeReleaseSpinLockFromDpcLevel(&lock.word);
	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), DISPATCH_LEVEL);
	KeLowerIrql(old);
	eres_expect_no_region(test);

	KeAcquireInStackQueuedSpinLock(&lock.word, &lock.handle[0]);
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&lock.handle[0]);
	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), DISPATCH_LEVEL);
	KeLowerIrql(old);
	eres_expect_no_region(test);

	old = ExAcquireSpinLockExclusive(&lock.ex);
	ExReleaseSpinLockExclusiveFromDpcLevel(&lock.ex);
	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), DISPATCH_LEVEL);
	KeLowerIrql(old);
	eres_expect_no_region(test);

	/* The same by the level that is asked for. */
	KeAcquireSpinLock(&lock.word, &old);
	KeReleaseSpinLock(&lock.word, DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), DISPATCH_LEVEL);
	KeLowerIrql(old);
	eres_expect_no_region(test);
}

static void test_is_for_zero_only(struct kunit *test)
{
	static const struct {
		KSPIN_LOCK word;
		BOOLEAN free;
	} words[] = { { 0, TRUE }, { 1, FALSE }, { 2, FALSE }, { ~0UL, FALSE } };
	KSPIN_LOCK lock;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		lock = words[i].word;
		KUNIT_EXPECT_EQ(test, KeTestSpinLock(&lock), words[i].free);
		KUNIT_EXPECT_EQ(test, lock, words[i].word);
	}
	eres_expect_no_region(test);
}

static void initialised_over_anything(struct kunit *test)
{
	KSPIN_LOCK lock;
	KIRQL irql;

	memset(&lock, 0xcc, sizeof(lock));
	KeInitializeSpinLock(&lock);
	KUNIT_EXPECT_TRUE(test, KeTestSpinLock(&lock));
	KeAcquireSpinLock(&lock, &irql);
	KUNIT_EXPECT_FALSE(test, KeTestSpinLock(&lock));
	KeReleaseSpinLock(&lock, irql);
	KUNIT_EXPECT_TRUE(test, KeTestSpinLock(&lock));

	memset(&lock, 0xcc, sizeof(lock));
	(KeInitializeSpinLock)(&lock);
	KUNIT_EXPECT_EQ(test, lock, 0);
}

#ifdef CONFIG_LOCKDEP
#define held_by_lockdep() current->lockdep_depth
#else
#define held_by_lockdep() 0
#endif

static void make_lock(PKSPIN_LOCK lock)
{
	KeInitializeSpinLock(lock);
}

/* What is initialised is a lock to lockdep, queued or not; of one class several. */
static void lockdep_is_told(struct kunit *test)
{
	KSPIN_LOCK locks[2], zero = 0;
	KLOCK_QUEUE_HANDLE handle;
	int before;
	KIRQL old;

	if (!IS_ENABLED(CONFIG_PROVE_LOCKING))
		kunit_skip(test, "needs CONFIG_PROVE_LOCKING");
	make_lock(&locks[0]);
	make_lock(&locks[1]);
	/* On PREEMPT_RT that is something to lockdep itself. */
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	before = held_by_lockdep();
	KeAcquireSpinLockAtDpcLevel(&zero);
	KUNIT_EXPECT_EQ(test, held_by_lockdep(), before);
	KeAcquireSpinLockAtDpcLevel(&locks[0]);
	KUNIT_EXPECT_EQ(test, held_by_lockdep(), before + 1);
	KeAcquireInStackQueuedSpinLockAtDpcLevel(&locks[1], &handle);
	KUNIT_EXPECT_EQ(test, held_by_lockdep(), before + 2);
	KeReleaseSpinLockFromDpcLevel(&locks[0]);
	KUNIT_EXPECT_EQ(test, held_by_lockdep(), before + 1);
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);
	KUNIT_EXPECT_TRUE(test, KeTryToAcquireSpinLockAtDpcLevel(&locks[0]));
	KUNIT_EXPECT_EQ(test, held_by_lockdep(), before + 1);
	KeReleaseSpinLockFromDpcLevel(&locks[0]);
	KeReleaseSpinLockFromDpcLevel(&zero);
	KUNIT_EXPECT_EQ(test, held_by_lockdep(), before);
	KeLowerIrql(old);
}

struct spin_queuer {
	struct spin_lock *lock;
	KLOCK_QUEUE_HANDLE handle;
	unsigned int *order;
	unsigned int place;
};

static unsigned long queue_step(void *arg)
{
	struct spin_queuer *queuer = arg;

	KeAcquireInStackQueuedSpinLock(&queuer->lock->word, &queuer->handle);
	queuer->place = ++*queuer->order;
	KeReleaseInStackQueuedSpinLock(&queuer->handle);
	return queuer->handle.OldIrql;
}

static void first_come_first_served(struct kunit *test)
{
	struct spin_lock lock = {};
	unsigned int order = 0, i;
	struct spin_queuer queuer[2] = {};
	struct eres_actor *actor[2];
	KLOCK_QUEUE_HANDLE *last = &lock.handle[0];
	bool queued = true;

	wdm_cpus(test, 3);
	for (i = 0; i < 2; i++) {
		actor[i] = wdm_cpu_actor(test, i ? "second" : "first", i + 1);
		queuer[i] = (struct spin_queuer){ &lock, .order = &order };
	}
	KeAcquireInStackQueuedSpinLock(&lock.word, &lock.handle[0]);
	for (i = 0; i < 2; i++) {
		eres_actor_begin(actor[i], queue_step, &queuer[i]);
		queued &= WDM_SPIN(READ_ONCE(last->Next));
		last = &queuer[i].handle;
	}
	KeReleaseInStackQueuedSpinLock(&lock.handle[0]);
	for (i = 0; i < 2; i++)
		KUNIT_EXPECT_EQ(test, eres_actor_finish(actor[i]), PASSIVE_LEVEL);
	KUNIT_EXPECT_TRUE(test, queued);
	KUNIT_EXPECT_EQ(test, queuer[0].place, 1);
	KUNIT_EXPECT_EQ(test, queuer[1].place, 2);
	KUNIT_EXPECT_TRUE(test, is_free(&lock));
}

#define REUSE_ROUNDS 30000

/* A handle on a stack that is used for something else whenever the handle is not. */
struct spin_reuse {
	struct spin_lock *lock;
	u64 value;
};

static unsigned long reuse_step(void *arg)
{
	struct spin_reuse *reuse = arg;
	KLOCK_QUEUE_HANDLE handle;
	int i;

	for (i = 0; i < REUSE_ROUNDS; i++) {
		KeAcquireInStackQueuedSpinLock(&reuse->lock->word, &handle);
		reuse->value++;
		KeReleaseInStackQueuedSpinLock(&handle);
		memset(&handle, 0x5a, sizeof(handle));
		/* It is written, though nobody reads it. */
		barrier_data(&handle);
	}
	return 0;
}

/* Who waits may look at a handle that was the last, is none, and is the last again. */
static void stack_of_last_handle_is_reused(struct kunit *test)
{
	struct spin_lock lock = {};
	struct spin_reuse reuse = { .lock = &lock };

	do_on_two_cpus(test, reuse_step, &reuse);
	KUNIT_EXPECT_EQ(test, reuse.value, 2 * REUSE_ROUNDS);
	KUNIT_EXPECT_TRUE(test, is_free(&lock));
}

/* Both forms on one lock: forbidden on Windows, and harmless here. */
static void waits_for_one_of_the_other_form(struct kunit *test)
{
	struct spin_lock lock = {};
	unsigned int order = 0;
	struct spin_queuer queuer = { &lock, .order = &order };
	struct eres_actor *actor;
	bool kept_out;
	KIRQL irql;

	wdm_cpus(test, 2);
	actor = wdm_cpu_actor(test, "queuer", 1);
	KeAcquireSpinLock(&lock.word, &irql);
	eres_actor_begin(actor, queue_step, &queuer);
	WDM_SPIN(READ_ONCE(queuer.handle.State));
	kept_out = WDM_STAYS(!READ_ONCE(queuer.place));
	KeReleaseSpinLock(&lock.word, irql);
	eres_actor_finish(actor);
	KUNIT_EXPECT_TRUE(test, kept_out);
	KUNIT_EXPECT_EQ(test, queuer.place, 1);
	KUNIT_EXPECT_TRUE(test, is_free(&lock));
}

static void sole_reader_converts(struct kunit *test)
{
	EX_SPIN_LOCK lock = 0;
	KIRQL irql = ExAcquireSpinLockShared(&lock);

	KUNIT_EXPECT_TRUE(test, ExTryConvertSharedSpinLockExclusive(&lock));
	ExReleaseSpinLockExclusive(&lock, irql);
	KUNIT_EXPECT_EQ(test, lock, 0);
	eres_expect_no_region(test);

	irql = ExAcquireSpinLockShared(&lock);
	ExAcquireSpinLockSharedAtDpcLevel(&lock);
	KUNIT_EXPECT_FALSE(test, ExTryConvertSharedSpinLockExclusive(&lock));
	ExReleaseSpinLockSharedFromDpcLevel(&lock);
	KUNIT_EXPECT_TRUE(test, ExTryConvertSharedSpinLockExclusive(&lock));
	ExReleaseSpinLockExclusive(&lock, irql);
	KUNIT_EXPECT_EQ(test, lock, 0);
	eres_expect_no_region(test);

	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	ExAcquireSpinLockSharedAtDpcLevel(&lock);
	KUNIT_EXPECT_TRUE(test, ExTryConvertSharedSpinLockExclusive(&lock));
	ExReleaseSpinLockExclusiveFromDpcLevel(&lock);
	KUNIT_EXPECT_EQ(test, lock, 0);
	KeLowerIrql(irql);
}

struct spin_party {
	EX_SPIN_LOCK *lock;
	bool begun;
	bool got;
};

static unsigned long write_step(void *arg)
{
	struct spin_party *writer = arg;
	KIRQL irql = ExAcquireSpinLockExclusive(writer->lock);

	WRITE_ONCE(writer->got, true);
	ExReleaseSpinLockExclusive(writer->lock, irql);
	return irql;
}

static unsigned long read_step(void *arg)
{
	struct spin_party *reader = arg;
	KIRQL irql;

	WRITE_ONCE(reader->begun, true);
	irql = ExAcquireSpinLockShared(reader->lock);
	WRITE_ONCE(reader->got, true);
	ExReleaseSpinLockShared(reader->lock, irql);
	return irql;
}

static void waiting_writer_stops_readers(struct kunit *test)
{
	EX_SPIN_LOCK lock = 0;
	struct spin_party writer = { &lock }, reader = { &lock };
	struct eres_actor *actor;
	LONG awaited, one_reader;
	bool converted, kept_out, waits;
	KIRQL irql;

	wdm_cpus(test, 2);
	actor = wdm_cpu_actor(test, "other", 1);

	irql = ExAcquireSpinLockShared(&lock);
	one_reader = READ_ONCE(lock);
	eres_actor_begin(actor, write_step, &writer);
	waits = WDM_SPIN(READ_ONCE(lock) != one_reader);
	awaited = READ_ONCE(lock);
	kept_out = WDM_STAYS(!READ_ONCE(writer.got));
	converted = ExTryConvertSharedSpinLockExclusive(&lock);
	ExReleaseSpinLockShared(&lock, irql);
	KUNIT_EXPECT_EQ(test, eres_actor_finish(actor), PASSIVE_LEVEL);
	KUNIT_EXPECT_TRUE(test, waits);
	KUNIT_EXPECT_TRUE(test, kept_out);
	KUNIT_EXPECT_FALSE(test, converted);
	KUNIT_EXPECT_TRUE(test, writer.got);
	KUNIT_EXPECT_EQ(test, lock, 0);

	/* As it was while the writer waited. It is not there, for want of processors. */
	WRITE_ONCE(lock, awaited);
	eres_actor_begin(actor, read_step, &reader);
	WDM_SPIN(READ_ONCE(reader.begun));
	kept_out = WDM_STAYS(!READ_ONCE(reader.got));
	WRITE_ONCE(lock, one_reader);
	eres_actor_finish(actor);
	KUNIT_EXPECT_TRUE(test, kept_out);
	KUNIT_EXPECT_TRUE(test, reader.got);
	KUNIT_EXPECT_EQ(test, lock, one_reader);
}

static void readers_share(struct kunit *test)
{
	EX_SPIN_LOCK lock = 0;
	struct spin_party reader = { &lock };
	struct eres_actor *actor;
	bool shared;
	KIRQL irql;

	wdm_cpus(test, 2);
	actor = wdm_cpu_actor(test, "reader", 1);
	irql = ExAcquireSpinLockShared(&lock);
	eres_actor_begin(actor, read_step, &reader);
	shared = WDM_SPIN(READ_ONCE(reader.got));
	ExReleaseSpinLockShared(&lock, irql);
	KUNIT_EXPECT_EQ(test, eres_actor_finish(actor), PASSIVE_LEVEL);
	KUNIT_EXPECT_TRUE(test, shared);
	KUNIT_EXPECT_EQ(test, lock, 0);
}

static void cancel_lock_is_one(struct kunit *test)
{
	KIRQL irql;

	IoAcquireCancelSpinLock(&irql);
	KUNIT_EXPECT_EQ(test, irql, PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), DISPATCH_LEVEL);
	IoReleaseCancelSpinLock(irql);
	eres_expect_no_region(test);
}

static struct kunit_case spin_cases[] = {
	KUNIT_CASE_PARAM(irql_goes_up_and_comes_back, way_gen_params),
	KUNIT_CASE_PARAM(released_in_any_order, way_gen_params),
	KUNIT_CASE_PARAM(one_at_a_time, way_gen_params),
	KUNIT_CASE_PARAM(freed_by_who_gets_it_next, way_gen_params),
	KUNIT_CASE_PARAM(works_in_a_dpc, way_gen_params),
	KUNIT_CASE_PARAM(keeps_softirqs_away, way_gen_params),
	KUNIT_CASE_PARAM(reader_with_interrupts_off, way_gen_params),
	KUNIT_CASE(reader_with_preemption_off),
	KUNIT_CASE_PARAM(reader_in_softirq, way_gen_params),
	KUNIT_CASE(at_dpc_and_normal_release_lower),
	KUNIT_CASE(release_from_dpc_stays_up),
	KUNIT_CASE(test_is_for_zero_only),
	KUNIT_CASE(initialised_over_anything),
	KUNIT_CASE(lockdep_is_told),
	KUNIT_CASE(first_come_first_served),
	KUNIT_CASE_SLOW(stack_of_last_handle_is_reused),
	KUNIT_CASE(waits_for_one_of_the_other_form),
	KUNIT_CASE(sole_reader_converts),
	KUNIT_CASE(waiting_writer_stops_readers),
	KUNIT_CASE(readers_share),
	KUNIT_CASE(cancel_lock_is_one),
	{}
};

static struct kunit_suite spin_suite = {
	.name = "eresource_wdm_spin",
	.init = wdm_reports_init,
	.test_cases = spin_cases,
};

kunit_test_suite(spin_suite);
