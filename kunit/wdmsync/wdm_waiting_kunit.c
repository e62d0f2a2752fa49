// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is told of those who wait for wdmsync's objects: events of the tracer, and
 * reports of locks that are waited for too long; and who waits awake.
 */
#include <kunit/test.h>
#include <linux/string.h>

#define ERESOURCE_WDK
#include <ntifs.h>

#include "parameters.h"
#include "probes.h"
#include "wdm_cpu.h"
#include "wdm_reports.h"

/* What can be waited for, and what for, in words. */
union waited {
	FAST_MUTEX mutex;
	EX_PUSH_LOCK push;
	KMUTEX kmutex;
	KEVENT event;
	KSEMAPHORE semaphore;
	EX_RUNDOWN_REF rundown;
	IO_REMOVE_LOCK remove;
};

struct waited_kind {
	const char *name;
	const char *kind;
	const char *routine;
	void (*init)(union waited *object);
	void (*acquire)(union waited *object);
	void (*release)(union waited *object);
	/* Somebody has it. */
	bool lock;
	/* And is waited for awake if it runs. */
	bool awake;
	/* What the waiter does, if that is something else. */
	void (*wait)(union waited *object);
	void (*done)(union waited *object);
};

static void init_fast(union waited *object)
{
	(ExInitializeFastMutex)(&object->mutex);
}

static void acquire_fast(union waited *object)
{
	ExAcquireFastMutex(&object->mutex);
}

static void release_fast(union waited *object)
{
	ExReleaseFastMutex(&object->mutex);
}

static void init_guarded(union waited *object)
{
	(KeInitializeGuardedMutex)(&object->mutex);
}

static void acquire_guarded(union waited *object)
{
	KeAcquireGuardedMutex(&object->mutex);
}

static void release_guarded(union waited *object)
{
	KeReleaseGuardedMutex(&object->mutex);
}

static void init_push(union waited *object)
{
	(ExInitializePushLock)(&object->push);
}

static void acquire_push(union waited *object)
{
	FltAcquirePushLockExclusive(&object->push);
}

static void release_push(union waited *object)
{
	FltReleasePushLock(&object->push);
}

static void init_kmutex(union waited *object)
{
	KeInitializeMutex(&object->kmutex, 0);
}

static void wait_for(union waited *object)
{
	KeWaitForSingleObject(object, Executive, KernelMode, FALSE, NULL);
}

static void release_kmutex(union waited *object)
{
	KeReleaseMutex(&object->kmutex, FALSE);
}

static void init_event(union waited *object)
{
	KeInitializeEvent(&object->event, SynchronizationEvent, TRUE);
}

static void set_event(union waited *object)
{
	KeSetEvent(&object->event, 0, FALSE);
}

static void init_semaphore(union waited *object)
{
	KeInitializeSemaphore(&object->semaphore, 1, 1);
}

static void release_semaphore(union waited *object)
{
	KeReleaseSemaphore(&object->semaphore, 0, 1, FALSE);
}

static void init_rundown(union waited *object)
{
	ExInitializeRundownProtection(&object->rundown);
}

static void acquire_rundown(union waited *object)
{
	ExAcquireRundownProtection(&object->rundown);
}

static void release_rundown(union waited *object)
{
	ExReleaseRundownProtection(&object->rundown);
}

static void wait_rundown(union waited *object)
{
	ExWaitForRundownProtectionRelease(&object->rundown);
}

static void begin_rundown_again(union waited *object)
{
	ExReInitializeRundownProtection(&object->rundown);
}

/* There is room for it behind the object. */
static PEX_RUNDOWN_REF_CACHE_AWARE cpus_of(union waited *object)
{
	return (PEX_RUNDOWN_REF_CACHE_AWARE)object;
}

static void init_cpus(union waited *object)
{
	ExInitializeRundownProtectionCacheAware(cpus_of(object),
						ExSizeOfRundownProtectionCacheAware());
}

static void acquire_cpus(union waited *object)
{
	ExAcquireRundownProtectionCacheAware(cpus_of(object));
}

static void release_cpus(union waited *object)
{
	ExReleaseRundownProtectionCacheAware(cpus_of(object));
}

static void wait_cpus(union waited *object)
{
	ExWaitForRundownProtectionReleaseCacheAware(cpus_of(object));
}

static void begin_cpus_again(union waited *object)
{
	ExReInitializeRundownProtectionCacheAware(cpus_of(object));
}

static void init_remove(union waited *object)
{
	IoInitializeRemoveLock(&object->remove, 0, 0, 0);
}

static void acquire_remove(union waited *object)
{
	IoAcquireRemoveLock(&object->remove, NULL);
}

static void release_remove(union waited *object)
{
	IoReleaseRemoveLock(&object->remove, NULL);
}

static void wait_remove(union waited *object)
{
	IoAcquireRemoveLock(&object->remove, NULL);
	IoReleaseRemoveLockAndWait(&object->remove, NULL);
}

static const struct waited_kind kinds[] = {
	{ "fast_mutex", "fast mutex", "ExAcquireFastMutex", init_fast, acquire_fast,
	  release_fast, true, true },
	{ "guarded_mutex", "guarded mutex", "KeAcquireGuardedMutex", init_guarded,
	  acquire_guarded, release_guarded, true, true },
	{ "push_lock", "push lock", "FltAcquirePushLockExclusive", init_push, acquire_push,
	  release_push, true, true },
	{ "kmutex", "mutex", "KeWaitForSingleObject", init_kmutex, wait_for, release_kmutex,
	  true, false },
	{ "event", "event", "KeWaitForSingleObject", init_event, wait_for, set_event, false,
	  false },
	{ "semaphore", "semaphore", "KeWaitForSingleObject", init_semaphore, wait_for,
	  release_semaphore, false, false },
	{ "rundown", "rundown protection", "ExWaitForRundownProtectionRelease", init_rundown,
	  acquire_rundown, release_rundown, false, false, wait_rundown, begin_rundown_again },
	{ "rundown_cpus", "rundown protection", "ExWaitForRundownProtectionReleaseCacheAware",
	  init_cpus, acquire_cpus, release_cpus, false, false, wait_cpus, begin_cpus_again },
	{ "remove_lock", "remove lock", "IoReleaseRemoveLockAndWaitEx", init_remove,
	  acquire_remove, release_remove, false, false, wait_remove, init_remove },
};

static void kind_name(const struct waited_kind *kind, char *name)
{
	strscpy(name, kind->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(kind, kinds, kind_name);

/* One object, who has it or has taken it, and one who waits. */
struct waiting {
	const struct waited_kind *kind;
	struct eres_actor *owner;
	struct eres_actor *waiter;
	/* Of the tracer, by the waiter. */
	unsigned int waits;
	unsigned int waited;
	unsigned int spun;
	char said[32];
	/* For who waits awake. */
	unsigned int held;
	/* The last one: some need more room. */
	union waited object;
};

static unsigned long acquire_step(void *arg)
{
	struct waiting *w = arg;

	w->kind->acquire(&w->object);
	return 0;
}

static unsigned long release_step(void *arg)
{
	struct waiting *w = arg;

	w->kind->release(&w->object);
	return 0;
}

static unsigned long wait_step(void *arg)
{
	struct waiting *w = arg;

	if (!w->kind->wait) {
		acquire_step(w);
		return release_step(w);
	}
	w->kind->wait(&w->object);
	w->kind->done(&w->object);
	return 0;
}

static void on_wait(void *data, const void *object, const char *kind, u64 wait_ns,
		    const void *caller)
{
	struct waiting *w = data;

	if (object != &w->object || current != eres_actor_task(w->waiter))
		return;
	WRITE_ONCE(w->waits, w->waits + !wait_ns);
	strscpy(w->said, kind, sizeof(w->said));
}

static void on_waited(void *data, const void *object, const char *kind, u64 wait_ns,
		      const void *caller)
{
	struct waiting *w = data;

	if (object == &w->object && current == eres_actor_task(w->waiter) &&
	    !strcmp(kind, w->said))
		w->waited += !!wait_ns;
}

static struct waiting *waiting_of(struct kunit *test)
{
	size_t more = ExSizeOfRundownProtectionCacheAware();
	struct waiting *w = kunit_kzalloc(test, sizeof(*w) + more, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, w);
	w->kind = test->param_value;
	w->kind->init(&w->object);
	w->owner = eres_actor_start(test, "owner");
	w->waiter = eres_actor_start(test, "waiter");
	eres_probe_attach(test, "eres_object_wait", on_wait, w);
	eres_probe_attach(test, "eres_object_waited", on_waited, w);
	return w;
}

/* One has it, and sleeps; the other waits for it, as it has told. */
static void begin_wait(struct kunit *test, struct waiting *w)
{
	unsigned int waits = w->waits;

	eres_actor_do(w->owner, acquire_step, w);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_actor_asleep(w->owner)));
	eres_actor_begin(w->waiter, wait_step, w);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(READ_ONCE(w->waits) != waits &&
					  eres_actor_asleep(w->waiter)));
}

static void end_wait(struct waiting *w)
{
	eres_actor_do(w->owner, release_step, w);
	eres_actor_finish(w->waiter);
}

static void waits_are_traced(struct kunit *test)
{
	struct waiting *w = waiting_of(test);

	/* Had at once: there is nothing to tell. */
	eres_actor_do(w->waiter, wait_step, w);
	KUNIT_EXPECT_EQ(test, w->waits, 0);

	begin_wait(test, w);
	KUNIT_EXPECT_EQ(test, w->waits, 1);
	KUNIT_EXPECT_EQ(test, w->waited, 0);
	KUNIT_EXPECT_STREQ(test, w->said, w->kind->kind);
	end_wait(w);
	KUNIT_EXPECT_EQ(test, w->waits, 1);
	KUNIT_EXPECT_EQ(test, w->waited, 1);
}

/* Of a lock; but an event may be waited for as long as one likes. */
static void long_waits_are_reported(struct kunit *test)
{
	struct waiting *w = waiting_of(test);

	eres_parameter_set(test, "wait_warn", "1");
	begin_wait(test, w);
	if (w->kind->lock) {
		KUNIT_EXPECT_TRUE(test, ERES_POLL(wdm_reports_count()));
		KUNIT_EXPECT_EQ(test, wdm_reports_param(0), (unsigned long)&w->object);
		KUNIT_EXPECT_EQ(test, wdm_reports_param(1), eres_actor_id(w->waiter));
		KUNIT_EXPECT_EQ(test, wdm_reports_param(2), eres_actor_id(w->owner));
		KUNIT_EXPECT_GE(test, wdm_reports_param(3), 1);
		wdm_expect_by(test, w->kind->routine, &w->object, ERES_RESOURCE_TIMEOUT);
	}
	end_wait(w);
}

/* Beside a mutex that is waited for not quite as long. */
static void events_are_not_locks(struct kunit *test)
{
	struct waiting *w, *mutex;

	eres_parameter_set(test, "wait_warn", "1");
	test->param_value = &kinds[4];
	w = waiting_of(test);
	begin_wait(test, w);
	test->param_value = &kinds[0];
	mutex = waiting_of(test);
	begin_wait(test, mutex);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(wdm_reports_count()));
	wdm_expect_one(test, &mutex->object, ERES_RESOURCE_TIMEOUT);
	end_wait(mutex);
	end_wait(w);
}

static void on_spun(void *data, const void *object, u32 looks, u32 got)
{
	struct waiting *w = data;

	if (object == &w->object)
		w->spun++;
}

/* Has it, and runs until somebody sleeps for it. */
static unsigned long hold_awake_step(void *arg)
{
	struct waiting *w = arg;
	unsigned int waits = w->waits;
	unsigned long end = jiffies + ERES_DEADLINE_SECONDS * HZ;

	acquire_step(w);
	/* Pairs with the acquire in who_runs_is_waited_for_awake(). */
	smp_store_release(&w->held, w->held + 1);
	while (READ_ONCE(w->waits) == waits && time_before(jiffies, end))
		cond_resched();
	return release_step(w);
}

/* More often than a hypervisor takes the processor away. */
#define AWAKE_ROUNDS 20

static void who_runs_is_waited_for_awake(struct kunit *test)
{
	struct waiting *w = waiting_of(test);
	unsigned int i;

	wdm_cpus(test, 2);
	set_cpus_allowed_ptr(eres_actor_task(w->waiter), cpumask_of(wdm_cpu(0)));
	set_cpus_allowed_ptr(eres_actor_task(w->owner), cpumask_of(wdm_cpu(1)));
	eres_probe_attach(test, "eres_spun", on_spun, w);
	for (i = 0; i < AWAKE_ROUNDS && !w->spun; i++) {
		eres_actor_begin(w->owner, hold_awake_step, w);
		/* Pairs with the release in hold_awake_step(). */
		KUNIT_EXPECT_TRUE(test, ERES_POLL(smp_load_acquire(&w->held) == i + 1));
		eres_actor_do(w->waiter, wait_step, w);
		eres_actor_finish(w->owner);
	}
	KUNIT_EXPECT_EQ(test, !!w->spun, w->kind->awake);
	/* Not for long: each time it went to sleep. */
	KUNIT_EXPECT_EQ(test, w->waits, i);
}

static void who_sleeps_is_not(struct kunit *test)
{
	struct waiting *w = waiting_of(test);
	unsigned int i;

	eres_probe_attach(test, "eres_spun", on_spun, w);
	for (i = 0; i < AWAKE_ROUNDS; i++) {
		begin_wait(test, w);
		KUNIT_EXPECT_EQ(test, w->spun, 0);
		end_wait(w);
	}
}

static struct kunit_case waiting_cases[] = {
	KUNIT_CASE_PARAM(waits_are_traced, kind_gen_params),
	KUNIT_CASE_PARAM(long_waits_are_reported, kind_gen_params),
	KUNIT_CASE(events_are_not_locks),
	KUNIT_CASE_PARAM(who_runs_is_waited_for_awake, kind_gen_params),
	KUNIT_CASE_PARAM(who_sleeps_is_not, kind_gen_params),
	{}
};

static struct kunit_suite waiting_suite = {
	.name = "eresource_wdm_waiting",
	.init = wdm_reports_init,
	.test_cases = waiting_cases,
};

kunit_test_suite(waiting_suite);
