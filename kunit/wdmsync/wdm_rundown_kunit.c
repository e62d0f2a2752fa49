// SPDX-License-Identifier: GPL-2.0-only
/* Rundown protection, in both forms. */
#include <kunit/test.h>
#include <linux/slab.h>

#define ERESOURCE_WDK
#include <ntifs.h>

#include "region.h"
#include "softirq.h"
#include "wdm_cpu.h"
#include "wdm_reports.h"

/* Both forms, by pointers to whatever it is. */
struct rundown_form {
	const char *name;
	void *(*make)(void);
	void (*free)(void *ref);
	unsigned char (*acquire)(void *ref, ULONG count);
	void (*release)(void *ref, ULONG count);
	void (*wait)(void *ref);
	void (*completed)(void *ref);
	void (*again)(void *ref);
};

static void *make_plain(void)
{
	PEX_RUNDOWN_REF ref = kmalloc(sizeof(*ref), GFP_KERNEL);

	if (ref) {
		memset(ref, 0xcc, sizeof(*ref));
		ExInitializeRundownProtection(ref);
	}
	return ref;
}

static void free_plain(void *ref)
{
	kfree(ref);
}

/* One by the short name, more by the other. */
static unsigned char acquire_plain(void *ref, ULONG count)
{
	return count == 1 ? ExAcquireRundownProtection(ref) :
			    ExAcquireRundownProtectionEx(ref, count);
}

static void release_plain(void *ref, ULONG count)
{
	if (count == 1)
		ExReleaseRundownProtection(ref);
	else
		ExReleaseRundownProtectionEx(ref, count);
}

static void wait_plain(void *ref)
{
	ExWaitForRundownProtectionRelease(ref);
}

static void completed_plain(void *ref)
{
	ExRundownCompleted(ref);
}

static void again_plain(void *ref)
{
	ExReInitializeRundownProtection(ref);
}

static void *make_cpus(void)
{
	return ExAllocateCacheAwareRundownProtection(NonPagedPoolNx, 0x74736574);
}

static void free_cpus(void *ref)
{
	ExFreeCacheAwareRundownProtection(ref);
}

/* The driver's own memory, which goes without a word. */
static void *make_own(void)
{
	SIZE_T size = ExSizeOfRundownProtectionCacheAware();
	void *ref = kmalloc(size, GFP_KERNEL);

	if (ref) {
		memset(ref, 0xcc, size);
		ExInitializeRundownProtectionCacheAware(ref, size);
	}
	return ref;
}

static unsigned char acquire_cpus(void *ref, ULONG count)
{
	return count == 1 ? ExAcquireRundownProtectionCacheAware(ref) :
			    ExAcquireRundownProtectionCacheAwareEx(ref, count);
}

static void release_cpus(void *ref, ULONG count)
{
	if (count == 1)
		ExReleaseRundownProtectionCacheAware(ref);
	else
		ExReleaseRundownProtectionCacheAwareEx(ref, count);
}

static void wait_cpus(void *ref)
{
	ExWaitForRundownProtectionReleaseCacheAware(ref);
}

static void completed_cpus(void *ref)
{
	ExRundownCompletedCacheAware(ref);
}

static void again_cpus(void *ref)
{
	ExReInitializeRundownProtectionCacheAware(ref);
}

static const struct rundown_form forms[] = {
	{ "plain", make_plain, free_plain, acquire_plain, release_plain, wait_plain,
	  completed_plain, again_plain },
	{ "cache_aware", make_cpus, free_cpus, acquire_cpus, release_cpus, wait_cpus,
	  completed_cpus, again_cpus },
	{ "own_memory", make_own, free_plain, acquire_cpus, release_cpus, wait_cpus,
	  completed_cpus, again_cpus },
};

static void form_name(const struct rundown_form *form, char *name)
{
	strscpy(name, form->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(form, forms, form_name);

struct rundown_stage {
	const struct rundown_form *form;
	void *ref;
	bool waited;
	unsigned int in;
	unsigned int late;
};

static void free_ref(void *data)
{
	struct rundown_stage *stage = data;

	if (stage->ref)
		stage->form->free(stage->ref);
}

static struct rundown_stage *stage_of(struct kunit *test)
{
	struct rundown_stage *stage = kunit_kzalloc(test, sizeof(*stage), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, stage);
	stage->form = test->param_value;
	stage->ref = stage->form->make();
	KUNIT_ASSERT_NOT_NULL(test, stage->ref);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, free_ref, stage));
	return stage;
}

static unsigned long wait_step(void *arg)
{
	struct rundown_stage *stage = arg;

	stage->form->wait(stage->ref);
	WRITE_ONCE(stage->waited, true);
	return 0;
}

static unsigned long acquire_step(void *arg)
{
	struct rundown_stage *stage = arg;

	return stage->form->acquire(stage->ref, 1);
}

static unsigned long release_step(void *arg)
{
	struct rundown_stage *stage = arg;

	stage->form->release(stage->ref, 1);
	return 0;
}

/* Section 13, 10. */
static void waits_for_the_last_release(struct kunit *test)
{
	struct rundown_stage *stage = stage_of(test);
	const struct rundown_form *form = stage->form;
	struct eres_actor *waiter = eres_actor_start(test, "waiter");
	struct eres_actor *user = eres_actor_start(test, "user");

	KUNIT_EXPECT_TRUE(test, form->acquire(stage->ref, 1));
	KUNIT_EXPECT_TRUE(test, form->acquire(stage->ref, 3));
	KUNIT_EXPECT_TRUE(test, eres_actor_do(user, acquire_step, stage));
	eres_actor_begin(waiter, wait_step, stage);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_actor_blocked(waiter)));
	KUNIT_EXPECT_FALSE(test, form->acquire(stage->ref, 1));
	KUNIT_EXPECT_FALSE(test, eres_actor_do(user, acquire_step, stage));

	/* By any thread, in any portions. */
	form->release(stage->ref, 2);
	eres_actor_do(user, release_step, stage);
	eres_actor_do(user, release_step, stage);
	KUNIT_EXPECT_TRUE(test, eres_actor_blocked(waiter));
	KUNIT_EXPECT_FALSE(test, READ_ONCE(stage->waited));
	form->release(stage->ref, 1);
	eres_actor_finish(waiter);
	KUNIT_EXPECT_TRUE(test, stage->waited);

	/* It stays run down: no wait, no acquire, until it begins again. */
	KUNIT_EXPECT_FALSE(test, form->acquire(stage->ref, 1));
	form->wait(stage->ref);
	form->completed(stage->ref);
	KUNIT_EXPECT_FALSE(test, form->acquire(stage->ref, 1));
	form->wait(stage->ref);
	form->again(stage->ref);
	KUNIT_EXPECT_TRUE(test, form->acquire(stage->ref, 1));
	form->release(stage->ref, 1);
	form->wait(stage->ref);
	KUNIT_EXPECT_FALSE(test, form->acquire(stage->ref, 1));
}

/* Acquired here, released there, from and to wherever the words are. */
static void released_on_another_processor(struct kunit *test)
{
	struct rundown_stage *stage = stage_of(test);
	const struct rundown_form *form = stage->form;
	struct eres_actor *waiter = eres_actor_start(test, "waiter");
	struct eres_actor *there;
	int i;

	wdm_cpus(test, 2);
	there = wdm_cpu_actor(test, "there", 1);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_TRUE(test, form->acquire(stage->ref, 1));
	KUNIT_EXPECT_TRUE(test, eres_actor_do(there, acquire_step, stage));
	eres_actor_do(there, release_step, stage);
	eres_actor_do(there, release_step, stage);
	eres_actor_begin(waiter, wait_step, stage);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_actor_blocked(waiter)));
	eres_actor_do(there, release_step, stage);
	KUNIT_EXPECT_TRUE(test, eres_actor_blocked(waiter));
	form->release(stage->ref, 1);
	eres_actor_finish(waiter);
	KUNIT_EXPECT_TRUE(test, stage->waited);
}

static unsigned long use_step(void *arg)
{
	struct rundown_stage *stage = arg;
	unsigned long n = 0;

	while (stage->form->acquire(stage->ref, 1)) {
		/* What is run down may be freed, and the stage knows it. */
		if (READ_ONCE(stage->waited))
			stage->late++;
		n++;
		stage->form->release(stage->ref, 1);
		cond_resched();
	}
	return n;
}

/* Under KASAN: who releases last does not look back. The user can only find it closed. */
static void freed_right_after_the_wait(struct kunit *test)
{
	const struct rundown_form *form = test->param_value;
	struct rundown_stage stage = { .form = form };
	struct eres_actor *user;
	int i;

	wdm_cpus(test, 2);
	user = wdm_cpu_actor(test, "user", 1);
	for (i = 0; i < 200; i++) {
		stage.ref = form->make();
		KUNIT_ASSERT_NOT_NULL(test, stage.ref);
		KUNIT_EXPECT_TRUE(test, form->acquire(stage.ref, 1));
		eres_actor_begin(user, release_step, &stage);
		form->wait(stage.ref);
		form->free(stage.ref);
		eres_actor_finish(user);
	}
}

static void used_until_it_is_run_down(struct kunit *test)
{
	struct rundown_stage *stage = stage_of(test);
	struct eres_actor *user[2];
	int i, round;

	user[0] = eres_actor_start(test, "one");
	user[1] = eres_actor_start(test, "two");
	for (round = 0; round < 50; round++) {
		for (i = 0; i < 2; i++)
			eres_actor_begin(user[i], use_step, stage);
		usleep_range(100, 200);
		stage->form->wait(stage->ref);
		WRITE_ONCE(stage->waited, true);
		for (i = 0; i < 2; i++)
			eres_actor_finish(user[i]);
		WRITE_ONCE(stage->waited, false);
		stage->form->again(stage->ref);
	}
	KUNIT_EXPECT_EQ(test, stage->late, 0);
}

static void use_in_softirq(void *arg)
{
	struct rundown_stage *stage = arg;

	stage->in = stage->form->acquire(stage->ref, 2);
	stage->form->release(stage->ref, 2);
}

static void works_in_a_dpc(struct kunit *test)
{
	struct rundown_stage *stage = stage_of(test);

	KUNIT_EXPECT_TRUE(test, eres_run_in_softirq(ERES_THIS_CPU, use_in_softirq, stage));
	KUNIT_EXPECT_EQ(test, stage->in, 1);
	stage->form->wait(stage->ref);
}

static void in_use_it_stays_as_it_is(struct kunit *test)
{
	struct rundown_stage *stage = stage_of(test);
	const struct rundown_form *form = stage->form;

	KUNIT_EXPECT_TRUE(test, form->acquire(stage->ref, 1));
	form->completed(stage->ref);
	wdm_expect_one(test, stage->ref, 0x16C);
	form->again(stage->ref);
	wdm_expect_one(test, stage->ref, 0x16C);
	KUNIT_EXPECT_TRUE(test, form->acquire(stage->ref, 1));
	form->release(stage->ref, 2);
	form->wait(stage->ref);
	KUNIT_EXPECT_FALSE(test, form->acquire(stage->ref, 1));
}

static void second_waiter_waits_as_well(struct kunit *test)
{
	struct rundown_stage *stage = stage_of(test);
	const struct rundown_form *form = stage->form;
	struct eres_actor *one = eres_actor_start(test, "one");
	struct eres_actor *two = eres_actor_start(test, "two");

	KUNIT_EXPECT_TRUE(test, form->acquire(stage->ref, 1));
	eres_actor_begin(one, wait_step, stage);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_actor_blocked(one)));
	eres_actor_begin(two, wait_step, stage);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_actor_blocked(two)));
	wdm_expect_one(test, stage->ref, 0x16C);
	KUNIT_EXPECT_FALSE(test, READ_ONCE(stage->waited));
	form->release(stage->ref, 1);
	eres_actor_finish(one);
	eres_actor_finish(two);
}

static void above_apc_level_nobody_waits(struct kunit *test)
{
	struct rundown_stage *stage = stage_of(test);
	const struct rundown_form *form = stage->form;
	KIRQL old;

	KUNIT_EXPECT_TRUE(test, form->acquire(stage->ref, 1));
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	form->wait(stage->ref);
	KeLowerIrql(old);
	wdm_expect_one(test, stage->ref, ERES_IRQL_NOT_LESS_OR_EQUAL);
	KUNIT_EXPECT_FALSE(test, form->acquire(stage->ref, 1));
	form->release(stage->ref, 1);
	form->wait(stage->ref);
}

static void releases_are_counted(struct kunit *test)
{
	EX_RUNDOWN_REF ref;
	PEX_RUNDOWN_REF_CACHE_AWARE cpus = make_cpus();

	ExInitializeRundownProtection(&ref);
	ExReleaseRundownProtection(&ref);
	wdm_expect_report(test, "ExReleaseRundownProtection", &ref, 0x16C, 0, &ref, 0);
	KUNIT_EXPECT_TRUE(test, ExAcquireRundownProtectionEx(&ref, 2));
	ExReleaseRundownProtectionEx(&ref, 3);
	wdm_expect_report(test, "ExReleaseRundownProtectionEx", &ref, 0x16C, 4, &ref, 0);
	KUNIT_EXPECT_EQ(test, ref.Count, 4);
	ExReleaseRundownProtectionEx(&ref, 2);
	KUNIT_EXPECT_EQ(test, ref.Count, 0);

	/* Only the sum tells. */
	KUNIT_ASSERT_NOT_NULL(test, cpus);
	ExReleaseRundownProtectionCacheAware(cpus);
	wdm_expect_silence(test);
	ExWaitForRundownProtectionReleaseCacheAware(cpus);
	wdm_expect_one(test, cpus, 0x16C);
	ExFreeCacheAwareRundownProtection(cpus);
}

/*
 * While its words are opened, one after the other, it is acquired by one that is open, and
 * released by one that is not: the first word of all has got that. Then it is run down.
 */
static void reopened_while_it_is_used(struct kunit *test)
{
	PEX_RUNDOWN_REF_CACHE_AWARE cpus = make_cpus();

	KUNIT_ASSERT_NOT_NULL(test, cpus);
	ExWaitForRundownProtectionReleaseCacheAware(cpus);
	ExReInitializeRundownProtectionCacheAware(cpus);
	KUNIT_EXPECT_TRUE(test, ExAcquireRundownProtectionCacheAware(cpus));
	atomic_long_sub(2, (atomic_long_t *)cpus);

	ExWaitForRundownProtectionReleaseCacheAware(cpus);
	wdm_expect_silence(test);
	KUNIT_EXPECT_FALSE(test, ExAcquireRundownProtectionCacheAware(cpus));
	ExReInitializeRundownProtectionCacheAware(cpus);
	wdm_expect_silence(test);
	ExFreeCacheAwareRundownProtection(cpus);
}

/* As Microsoft's own drivers have it. */
static EX_RUNDOWN_REF static_ref = { .Count = EX_RUNDOWN_ACTIVE };

static void run_down_from_the_beginning(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, ExAcquireRundownProtection(&static_ref));
	ExReInitializeRundownProtection(&static_ref);
	KUNIT_EXPECT_EQ(test, static_ref.Count, 0);
	KUNIT_EXPECT_TRUE(test, ExAcquireRundownProtection(&static_ref));
	KUNIT_EXPECT_EQ(test, static_ref.Count, 2);
	ExReleaseRundownProtection(&static_ref);
	ExWaitForRundownProtectionRelease(&static_ref);
	KUNIT_EXPECT_EQ(test, static_ref.Count, EX_RUNDOWN_ACTIVE);
}

static void no_ref_is_left_alone(struct kunit *test)
{
	/* The last one is what list_del() leaves. */
	static const unsigned long addresses[] = {
		0, 0x1000, -14, 0xffffffffff000000UL, 0xdead000000000100UL,
	};
	u8 small[64] __aligned(8) = {};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(addresses); i++) {
		void *ref = (void *)addresses[i];

		ExInitializeRundownProtection(ref);
		wdm_expect_bad_address(test, "ExInitializeRundownProtection", ref);
		KUNIT_EXPECT_FALSE(test, ExAcquireRundownProtection(ref));
		wdm_expect_bad_address(test, "ExAcquireRundownProtection", ref);
		ExReleaseRundownProtection(ref);
		wdm_expect_bad_address(test, "ExReleaseRundownProtection", ref);
		ExWaitForRundownProtectionRelease(ref);
		wdm_expect_bad_address(test, "ExWaitForRundownProtectionRelease", ref);
		ExReInitializeRundownProtection(ref);
		wdm_expect_bad_address(test, "ExReInitializeRundownProtection", ref);
		KUNIT_EXPECT_FALSE(test, ExAcquireRundownProtectionCacheAware(ref));
		wdm_expect_bad_address(test, "ExAcquireRundownProtectionCacheAware", ref);
	}
	KUNIT_EXPECT_FALSE(test, ExAcquireRundownProtectionCacheAware((void *)small));
	wdm_expect_violation(test, "ExAcquireRundownProtectionCacheAware", small, 0x1002,
			     small, 0);
	ExInitializeRundownProtectionCacheAware((void *)small, sizeof(small));
	wdm_expect_report(test, "ExInitializeRundownProtectionCacheAware", small, 0x16C,
			  sizeof(small), small, 0);
}

static struct kunit_case rundown_cases[] = {
	KUNIT_CASE_PARAM(waits_for_the_last_release, form_gen_params),
	KUNIT_CASE_PARAM(released_on_another_processor, form_gen_params),
	KUNIT_CASE_PARAM(freed_right_after_the_wait, form_gen_params),
	KUNIT_CASE_PARAM(used_until_it_is_run_down, form_gen_params),
	KUNIT_CASE_PARAM(works_in_a_dpc, form_gen_params),
	KUNIT_CASE_PARAM(in_use_it_stays_as_it_is, form_gen_params),
	KUNIT_CASE_PARAM(second_waiter_waits_as_well, form_gen_params),
	KUNIT_CASE_PARAM(above_apc_level_nobody_waits, form_gen_params),
	KUNIT_CASE(releases_are_counted),
	KUNIT_CASE(reopened_while_it_is_used),
	KUNIT_CASE(run_down_from_the_beginning),
	KUNIT_CASE(no_ref_is_left_alone),
	{}
};

static struct kunit_suite rundown_suite = {
	.name = "eresource_wdm_rundown",
	.init = wdm_reports_init,
	.test_cases = rundown_cases,
};

kunit_test_suite(rundown_suite);
