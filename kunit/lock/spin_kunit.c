// SPDX-License-Identifier: GPL-2.0-only
/* Who waits awake for a moment before it sleeps, and who must not. */
#include <linux/cpumask.h>
#include <linux/sched.h>

#include <storage.h>
#include <lock/owner_word.h>

#include "probes.h"
#include "state.h"

struct spin {
	PERESOURCE res;
	/* How often somebody has spun, and owned then. */
	atomic_t spun;
	atomic_t helped;
	unsigned int held;
	/* For those who are being waited for. */
	void (*leave)(PERESOURCE res);
	unsigned int drained;
};

/*
 * More than ever go to sleep at once after some that spun in vain, maybe in another
 * case, for what had this address then.
 */
#define SPIN_ROUNDS 65

static void on_spun(void *data, const void *r, u32 looked_at, u32 found)
{
	struct spin *spin = data;

	if (r != spin->res)
		return;
	atomic_inc(&spin->spun);
	atomic_add(found, &spin->helped);
}

static struct spin *spin_watch(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct spin *spin = kunit_kzalloc(test, sizeof(*spin), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, spin);
	spin->res = stage->res;
	eres_probe_attach(test, "eres_spun", on_spun, spin);
	return spin;
}

static void spin_share(struct kunit *test, struct eres_actor *reader)
{
	struct eres_stage *stage = test->priv;

	eres_take(reader, ERES_SHARED, stage->res);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_actor_asleep(reader)));
}

/* Who shares alone is asleep; of several who do not come or go nobody knows. */
static void nobody_spins_behind_sharers(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct spin *spin = spin_watch(test);
	struct eres_actor *reader = eres_stage_actor(test, "reader");
	struct eres_actor *another = eres_stage_actor(test, "another");
	struct eres_actor *writer = eres_stage_actor(test, "writer");
	int i;

	for (i = 0; i < SPIN_ROUNDS; i++) {
		spin_share(test, reader);
		if (i % 2)
			spin_share(test, another);
		eres_ask(writer, ERES_EXCLUSIVE, stage->res);
		KUNIT_EXPECT_TRUE(test,
				  ERES_POLL(ExGetExclusiveWaiterCount(stage->res)));
		if (i % 2)
			eres_drop(another, stage->res, 1);
		eres_drop(reader, stage->res, 1);
		KUNIT_EXPECT_TRUE(test, eres_granted(writer));
		eres_drop(writer, stage->res, 1);
	}
	KUNIT_EXPECT_EQ(test, atomic_read(&spin->spun), 0);
}

/* Until somebody sleeps for it. */
static bool spin_is_awaited(struct spin *spin, unsigned long end)
{
	cond_resched();
	return ExGetExclusiveWaiterCount(spin->res) || time_after(jiffies, end);
}

/* Owns exclusively, and runs. */
static unsigned long hold_step(void *arg)
{
	struct spin *spin = arg;
	unsigned long end = jiffies + ERES_DEADLINE_SECONDS * HZ;

	KeEnterCriticalRegion();
	ExAcquireResourceExclusiveLite(spin->res, TRUE);
	/* Pairs with the acquire in spin_rounds(). */
	smp_store_release(&spin->held, spin->held + 1);
	while (!spin_is_awaited(spin, end))
		;
	ExReleaseResourceLite(spin->res);
	KeLeaveCriticalRegion();
	return 0;
}

/* Shares, beside who shares all the time, and comes and goes. */
static unsigned long come_and_go_step(void *arg)
{
	struct spin *spin = arg;
	unsigned long end = jiffies + ERES_DEADLINE_SECONDS * HZ;

	KeEnterCriticalRegion();
	/* Pairs with the acquire in writer_spins_behind_sharers_that_run(). */
	smp_store_release(&spin->held, spin->held + 1);
	while (!spin_is_awaited(spin, end))
		if (ExAcquireResourceSharedLite(spin->res, FALSE))
			ExReleaseResourceLite(spin->res);
	KeLeaveCriticalRegion();
	return 0;
}

/* On the CPU with that number, of those online. */
static void spin_place(struct kunit *test, struct eres_actor *actor,
		       unsigned int number)
{
	unsigned int cpu = cpumask_local_spread(number, NUMA_NO_NODE);

	KUNIT_ASSERT_EQ(test, 0, set_cpus_allowed_ptr(eres_actor_task(actor),
						      cpumask_of(cpu)));
}

/* Apart, if there are two CPUs: on the owner's nobody sees it run. */
static void spin_rounds(struct kunit *test, struct spin *spin,
			struct eres_actor *waiter)
{
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	unsigned int i;

	spin_place(test, owner, 0);
	spin_place(test, waiter, 1);
	for (i = 1; i <= SPIN_ROUNDS; i++) {
		eres_actor_begin(owner, hold_step, spin);
		/* Pairs with the release in hold_step(). */
		KUNIT_ASSERT_TRUE(test, ERES_POLL(smp_load_acquire(&spin->held) == i));
		eres_take(waiter, ERES_EXCLUSIVE, spin->res);
		eres_drop(waiter, spin->res, 1);
		eres_actor_finish(owner);
	}
}

/* It was done, where there is another CPU; and because it never helped, not each time. */
static void spin_expect_some(struct kunit *test, struct spin *spin)
{
	int spun = atomic_read(&spin->spun);

	KUNIT_EXPECT_LE(test, spun, SPIN_ROUNDS / 2);
	if (num_online_cpus() > 1)
		KUNIT_EXPECT_GT(test, spun, 0);
	else
		KUNIT_EXPECT_EQ(test, spun, 0);
}

/* The owner stays until it sees a sleeper: spinning never helps. */
static void spinning_in_vain_is_remembered(struct kunit *test)
{
	struct spin *spin = spin_watch(test);

	spin_rounds(test, spin, eres_stage_actor(test, "waiter"));
	spin_expect_some(test, spin);
}

/* Some of the group run: that is waited for, but not for long. */
static void writer_spins_behind_sharers_that_run(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct spin *spin = spin_watch(test);
	struct eres_actor *reader = eres_stage_actor(test, "reader");
	struct eres_actor *other = eres_stage_actor(test, "other");
	struct eres_actor *writer = eres_stage_actor(test, "writer");
	unsigned int i;

	spin_place(test, other, 0);
	spin_place(test, writer, 1);
	for (i = 1; i <= SPIN_ROUNDS; i++) {
		eres_take(reader, ERES_SHARED, stage->res);
		eres_actor_begin(other, come_and_go_step, spin);
		/* Pairs with the release in come_and_go_step(). */
		KUNIT_ASSERT_TRUE(test, ERES_POLL(smp_load_acquire(&spin->held) == i));
		eres_ask(writer, ERES_EXCLUSIVE, stage->res);
		eres_actor_finish(other);
		eres_drop(reader, stage->res, 1);
		KUNIT_EXPECT_TRUE(test, eres_granted(writer));
		eres_drop(writer, stage->res, 1);
	}
	spin_expect_some(test, spin);
}

static bool spin_is_drained(struct spin *spin)
{
	return eres_owner_is_draining(READ_ONCE(spin->res->owner));
}

/* Shares alone, and runs, until a writer drains the group, or sleeps. */
static unsigned long drained_step(void *arg)
{
	struct spin *spin = arg;
	unsigned long end = jiffies + ERES_DEADLINE_SECONDS * HZ;

	KeEnterCriticalRegion();
	ExAcquireResourceSharedLite(spin->res, TRUE);
	/* Pairs with the acquire in spin_drain_once(). */
	smp_store_release(&spin->held, spin->held + 1);
	while (!spin_is_drained(spin) && !spin_is_awaited(spin, end))
		;
	spin->drained += spin_is_drained(spin);
	spin->leave(spin->res);
	KeLeaveCriticalRegion();
	return 0;
}

static void leave_as_usual(PERESOURCE res)
{
	ExReleaseResourceLite(res);
}

static void leave_by_name(PERESOURCE res)
{
	ExReleaseResourceForThreadLite(res, ExGetCurrentResourceThread());
}

static void leave_for_pointer(PERESOURCE res)
{
	static unsigned long place;
	unsigned long pointer = (unsigned long)&place | 3;

	ExSetResourceOwnerPointer(res, (PVOID)pointer);
	ExReleaseResourceForThreadLite(res, pointer);
}

/* One level more does not join anybody. */
static void leave_twice(PERESOURCE res)
{
	ExAcquireResourceSharedLite(res, FALSE);
	ExReleaseResourceLite(res);
	ExReleaseResourceLite(res);
}

static void leave_late(PERESOURCE res)
{
	unsigned long end = jiffies + ERES_DEADLINE_SECONDS * HZ;

	while (!ExGetExclusiveWaiterCount(res) && time_before(jiffies, end))
		cond_resched();
	ExReleaseResourceLite(res);
}

static const struct leave {
	const char *name;
	void (*leave)(PERESOURCE res);
} ways_to_leave[] = {
	{ "as usual", leave_as_usual },
	{ "by name", leave_by_name },
	{ "for an owner pointer", leave_for_pointer },
	{ "after one level more", leave_twice },
	{ "when nobody spins any more", leave_late },
};

KUNIT_ARRAY_PARAM_DESC(leave, ways_to_leave, name);

static void spin_drain_once(struct kunit *test, struct spin *spin,
			    struct eres_actor *reader, struct eres_actor *writer)
{
	unsigned int held = spin->held;

	eres_actor_begin(reader, drained_step, spin);
	/* Pairs with the release in drained_step(). */
	KUNIT_ASSERT_TRUE(test, ERES_POLL(smp_load_acquire(&spin->held) == held + 1));
	eres_ask(writer, ERES_EXCLUSIVE, spin->res);
	eres_actor_finish(reader);
	KUNIT_EXPECT_TRUE(test, eres_granted(writer));
	ERES_EXPECT(test, spin->res, 0, 0, OWNS_EXCLUSIVE(writer, 1));
	eres_drop(writer, spin->res, 1);
	KUNIT_EXPECT_EQ(test, READ_ONCE(spin->res->owner), ERES_FREE);
}

/* A writer that spins keeps others from joining a group; however that leaves, it gets in. */
static void writer_drains_a_group(struct kunit *test)
{
	const struct leave *way = test->param_value;
	struct spin *spin = spin_watch(test);
	struct eres_actor *reader = eres_stage_actor(test, "reader");
	struct eres_actor *writer = eres_stage_actor(test, "writer");
	unsigned long end = jiffies + ERES_DEADLINE_SECONDS * HZ;

	if (num_online_cpus() == 1)
		kunit_skip(test, "on one CPU nobody spins");
	spin->leave = way->leave;
	spin_place(test, reader, 0);
	spin_place(test, writer, 1);
	do {
		spin_drain_once(test, spin, reader, writer);
	} while (!(spin->drained && (atomic_read(&spin->helped) || way->leave != leave_as_usual)) &&
		 time_before(jiffies, end));
	KUNIT_EXPECT_GT(test, spin->drained, 0);
	if (way->leave == leave_as_usual)
		KUNIT_EXPECT_GT(test, atomic_read(&spin->helped), 0);
}

static void real_time_thread_does_not_spin(struct kunit *test)
{
	struct spin *spin = spin_watch(test);
	struct eres_actor *waiter = eres_stage_actor(test, "waiter");

	sched_set_fifo(eres_actor_task(waiter));
	spin_rounds(test, spin, waiter);
	KUNIT_EXPECT_EQ(test, atomic_read(&spin->spun), 0);
}

static struct kunit_case spin_cases[] = {
	KUNIT_CASE(nobody_spins_behind_sharers),
	KUNIT_CASE(spinning_in_vain_is_remembered),
	KUNIT_CASE(writer_spins_behind_sharers_that_run),
	KUNIT_CASE_PARAM(writer_drains_a_group, leave_gen_params),
	KUNIT_CASE(real_time_thread_does_not_spin),
	{}
};

static struct kunit_suite spin_suite = {
	.name = "eresource_spin",
	.init = eres_stage_init,
	.test_cases = spin_cases,
};

kunit_test_suite(spin_suite);
