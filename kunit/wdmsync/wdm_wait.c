// SPDX-License-Identifier: GPL-2.0-only
/* Waits that actors do. */
#include <linux/list.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

#include <eresource_verify.h>

#include "wdm_wait.h"

LARGE_INTEGER wdm_at_once;

int wdm_wait_init(struct kunit *test)
{
	struct eres_reports *reports = kunit_kzalloc(test, sizeof(*reports), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, reports);
	test->priv = reports;
	eres_reports_capture(test, reports);
	return 0;
}

void __expect_misuse(struct kunit *test, const char *file, int line, const char *routine,
		     const struct eres_expected *expected)
{
	struct eres_report report = eres_reports_next(test->priv);

	if (!report.routine || strcmp(report.routine, routine))
		KUNIT_FAIL(test, "%s:%d: reported by %s, not by %s", kbasename(file), line,
			   report.routine ?: "nobody", routine);
	__eres_expect_report(test, file, line, test->priv, expected);
}

static NTSTATUS wdm_do_cancellable(struct wdm_wait *wait)
{
	if (wait->count == 1)
		return FsRtlCancellableWaitForSingleObject(wait->object[0], wait->timeout, NULL);
	return FsRtlCancellableWaitForMultipleObjects(wait->count, wait->many ?: wait->object,
						      wait->all ? WaitAll : WaitAny, wait->timeout,
						      wait->blocks, NULL);
}

NTSTATUS wdm_do_now(struct wdm_wait *wait)
{
	if (wait->cancellable)
		return wdm_do_cancellable(wait);
	switch (wait->count) {
	case 0:
		return KeDelayExecutionThread(wait->mode, wait->alertable, wait->timeout);
	case 1:
		return KeWaitForSingleObject(wait->object[0], Executive, wait->mode,
					     wait->alertable, wait->timeout);
	default:
		return KeWaitForMultipleObjects(wait->count, wait->many ?: wait->object,
						wait->all ? WaitAll : WaitAny, UserRequest,
						wait->mode, wait->alertable, wait->timeout,
						wait->blocks);
	}
}

unsigned long wdm_wait_step(void *data)
{
	struct wdm_wait *wait = data;

	if (wait->before)
		wait->before();
	/* Pairs with wdm_sleeps(). */
	smp_store_release(&wait->begun, true);
	wait->status = wdm_do_now(wait);
	if (wait->after)
		wait->after();
	return (u32)wait->status;
}

void wdm_step_clock(s64 seconds)
{
	struct timespec64 now;

	ktime_get_real_ts64(&now);
	now.tv_sec += seconds;
	do_settimeofday64(&now);
}

LARGE_INTEGER wdm_in_an_hour(void)
{
	LARGE_INTEGER due;

	KeQuerySystemTime(&due);
	due.QuadPart += 10000LL * 3600 * 1000;
	return due;
}

NTSTATUS wdm_try(void *object)
{
	return KeWaitForSingleObject(object, Executive, KernelMode, FALSE, &wdm_at_once);
}

unsigned int wdm_sleeps(struct eres_actor *actor, const struct wdm_wait *wait)
{
	/* Pairs with wdm_wait_step(). */
	if (!smp_load_acquire(&wait->begun) || eres_actor_idle(actor))
		return 0;
	return READ_ONCE(eres_actor_task(actor)->__state);
}

void wdm_begin(struct kunit *test, struct eres_actor *actor, struct wdm_wait *wait)
{
	wait->begun = false;
	wait->status = WDM_NO_STATUS;
	eres_actor_begin(actor, wdm_wait_step, wait);
	KUNIT_EXPECT_TRUE_MSG(test, ERES_POLL(wdm_sleeps(actor, wait)), "%s does not wait",
			      eres_actor_name(actor));
}

NTSTATUS wdm_finish(struct eres_actor *actor)
{
	return (NTSTATUS)eres_actor_finish(actor);
}

unsigned int wdm_waiters(const void *object)
{
	const DISPATCHER_HEADER *header = object;
	const LIST_ENTRY *entry;
	unsigned int count = 0;

	for (entry = READ_ONCE(header->WaitListHead.Flink);
	     entry != &header->WaitListHead && count < 1000; entry = READ_ONCE(entry->Flink))
		count++;
	return count;
}

unsigned long wdm_region_step(void *unused)
{
	return WDM_REGION(eres_apc_count(), KeGetCurrentIrql());
}
