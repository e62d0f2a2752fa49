/* SPDX-License-Identifier: GPL-2.0-only */
/* Two processors for one case: the case's own, and that of an actor that may spin. */
#ifndef ERES_KUNIT_WDM_CPU_H
#define ERES_KUNIT_WDM_CPU_H

#include <kunit/test.h>
#include <linux/cpumask.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/smp.h>

#include "actor.h"

/* Spin for @cond, also where nobody may sleep; false if it does not hold in the end. */
#define WDM_SPIN(cond)							\
({									\
	u64 __end = ktime_get_ns() + 10 * NSEC_PER_SEC;			\
	bool __ok;							\
									\
	while (!(__ok = (cond)) && ktime_get_ns() < __end)		\
		cpu_relax();						\
	__ok;								\
})

/* What should not happen gets that long to happen. */
#define WDM_STAYS(cond)							\
({									\
	u64 __end = ktime_get_ns() + 5 * NSEC_PER_MSEC;			\
	bool __ok;							\
									\
	while ((__ok = (cond)) && ktime_get_ns() < __end)		\
		cpu_relax();						\
	__ok;								\
})

static inline void wdm_cpu_unpin(void *unused)
{
	set_cpus_allowed_ptr(current, cpu_possible_mask);
}

/* The @nth processor that is online. */
static inline unsigned int wdm_cpu(unsigned int nth)
{
	unsigned int cpu = cpumask_first(cpu_online_mask);

	while (nth--)
		cpu = cpumask_next(cpu, cpu_online_mask);
	return cpu;
}

/* The case on the first processor. Skips it if there are less than @count. */
static inline void wdm_cpus(struct kunit *test, unsigned int count)
{
	if (num_online_cpus() < count)
		kunit_skip(test, "needs %u processors", count);
	KUNIT_ASSERT_EQ(test, 0, set_cpus_allowed_ptr(current, cpumask_of(wdm_cpu(0))));
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, wdm_cpu_unpin, NULL));
}

static inline void wdm_cpu_shared_again(void *unused)
{
	sched_set_normal(current, 0);
}

/* The case on the first processor; who is there, too, runs when the case sleeps. */
static inline void wdm_cpu_first(struct kunit *test)
{
	wdm_cpus(test, 1);
	sched_set_fifo_low(current);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, wdm_cpu_shared_again, NULL));
}

/* An actor on the @nth. */
static inline struct eres_actor *wdm_cpu_actor(struct kunit *test, const char *name,
					       unsigned int nth)
{
	struct eres_actor *actor = eres_actor_start(test, name);

	KUNIT_ASSERT_EQ(test, 0, set_cpus_allowed_ptr(eres_actor_task(actor),
						      cpumask_of(wdm_cpu(nth))));
	return actor;
}

#endif /* ERES_KUNIT_WDM_CPU_H */
