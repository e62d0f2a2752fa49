/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the suites of events, semaphores, mutexes and waits have in common: waits
 * that actors do, and whether they have come to wait.
 */
#ifndef ERES_KUNIT_WDM_WAIT_H
#define ERES_KUNIT_WDM_WAIT_H

#define ERESOURCE_WDK
#include <ntddk.h>

#include "actor.h"
#include "reports.h"
#include "softirq.h"

#define WDM_OBJECTS	8

/* An answer of no wait. */
#define WDM_NO_STATUS	((NTSTATUS)0xdeadbeef)

/**
 * struct wdm_wait - a wait, to be done by an actor
 * @object: for what; as many as @count
 * @many: instead, if there are more
 * @count: 1: KeWaitForSingleObject(); 0: KeDelayExecutionThread()
 * @all: WaitAll
 * @mode: KernelMode or UserMode
 * @alertable: is it?
 * @cancellable: instead of both, by FsRtlCancellableWait...()
 * @timeout: of it
 * @blocks: for more than three objects
 * @before: what to do in the thread before it, if not %NULL
 * @after: and after it
 * @begun: the next thing that sleeps is the wait
 * @status: what it has answered
 */
struct wdm_wait {
	PVOID object[WDM_OBJECTS];
	PVOID *many;
	ULONG count;
	bool all;
	KPROCESSOR_MODE mode;
	BOOLEAN alertable;
	bool cancellable;
	PLARGE_INTEGER timeout;
	PKWAIT_BLOCK blocks;
	void (*before)(void);
	void (*after)(void);
	bool begun;
	NTSTATUS status;
};

extern LARGE_INTEGER wdm_at_once;

/* Wait in KernelMode for one object, for ever; or for several. */
#define WDM_WAIT_FOR(what) { .object = { (what) }, .count = 1 }

/* .init of the suites: test->priv are the reports, captured. */
int wdm_wait_init(struct kunit *test);

/* One report since the last check, by that routine. */
void __expect_misuse(struct kunit *test, const char *file, int line, const char *routine,
		     const struct eres_expected *expected);
#define expect_misuse(test, routine, code, p1, p2, p3, p4)		\
	__expect_misuse(test, __FILE__, __LINE__, routine,		\
			ERES_EXPECTED((enum eres_bugcheck)(code), p1, p2, p3, p4))
#define expect_silence(test)						\
({									\
	struct kunit *__test = (test);					\
									\
	eres_expect_no_report(__test, __test->priv);			\
})

/* The wait itself, in the calling thread: a step. Its result is the answer. */
unsigned long wdm_wait_step(void *wait);
NTSTATUS wdm_do_now(struct wdm_wait *wait);

/* Take an object in the calling thread, at once or not at all. */
NTSTATUS wdm_try(void *object);

/* Set the time of day, relative to what it is. Whoever does so sets it back. */
void wdm_step_clock(s64 seconds);

/* By that clock. */
LARGE_INTEGER wdm_in_an_hour(void);

/* Has the actor been told to wait, and is it asleep in the wait? Its task state, or 0. */
unsigned int wdm_sleeps(struct eres_actor *actor, const struct wdm_wait *wait);

/* Begin a wait that has to wait; and wait for its end. */
void wdm_begin(struct kunit *test, struct eres_actor *actor, struct wdm_wait *wait);
NTSTATUS wdm_finish(struct eres_actor *actor);

/* How many wait for an object, while none comes or goes. */
unsigned int wdm_waiters(const void *object);

/* Counters and level of the calling thread: K, S, IRQL, as one number. */
unsigned long wdm_region_step(void *unused);
#define WDM_REGION(k, irql)	((unsigned long)(u16)(k) | (irql) << 16)

#endif /* ERES_KUNIT_WDM_WAIT_H */
