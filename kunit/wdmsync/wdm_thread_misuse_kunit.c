// SPDX-License-Identifier: GPL-2.0-only
/* Threads, handles and references in wrong hands: what is reported, and what is left. */
#include <kunit/test.h>
#include <linux/bottom_half.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/workqueue.h>

#define ERESOURCE_WDK
#include <ntifs.h>

#include "actor.h"
#include "softirq.h"
#include "wdm_reports.h"
#include "wdm_wait.h"

static VOID returns(PVOID unused)
{
}

/* No handles: nothing, small numbers, pointers, an error, another mark. */
static void no_handle_leads_anywhere(struct kunit *test)
{
	HANDLE handles[] = { NULL, (HANDLE)4, (HANDLE)~0UL, test, (HANDLE)0x1000,
			     (HANDLE)0x5748000000000000, (HANDLE)0x5748000000000001,
			     (HANDLE)0x5748ffffffffffff };
	PVOID thread;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(handles); i++) {
		thread = test;
		KUNIT_EXPECT_EQ(test, STATUS_INVALID_HANDLE,
				ObReferenceObjectByHandle(handles[i], 0, *PsThreadType,
							  KernelMode, &thread, NULL));
		KUNIT_EXPECT_PTR_EQ(test, thread, NULL);
		wdm_expect_violation3(test, "ObReferenceObjectByHandle", handles[i], 0x3C,
				      handles[i], *PsThreadType, 0);
		KUNIT_EXPECT_EQ(test, ZwClose(handles[i]), STATUS_INVALID_HANDLE);
		wdm_expect_report(test, "ZwClose", handles[i], 0x93, handles[i], 1, 0);
		KUNIT_EXPECT_EQ(test, ZwWaitForSingleObject(handles[i], FALSE, NULL),
				STATUS_INVALID_HANDLE);
		wdm_expect_violation(test, "ZwWaitForSingleObject", handles[i], 0x3C,
				     handles[i], 0);
	}
}

static void type_has_to_be_right(struct kunit *test)
{
	OBJECT_HANDLE_INFORMATION information = { .HandleAttributes = 7 };
	POBJECT_TYPE other = (POBJECT_TYPE)test;
	PVOID thread = test;
	HANDLE handle;

	KUNIT_ASSERT_EQ(test, STATUS_SUCCESS,
			PsCreateSystemThread(&handle, 0, NULL, NtCurrentProcess(), NULL, returns,
					     NULL));
	KUNIT_EXPECT_EQ(test, STATUS_OBJECT_TYPE_MISMATCH,
			ObReferenceObjectByHandle(handle, 0, other, KernelMode, &thread, NULL));
	KUNIT_EXPECT_PTR_EQ(test, thread, NULL);
	wdm_expect_violation3(test, "ObReferenceObjectByHandle", handle, 0x3C, handle, other, 0);
	KUNIT_EXPECT_EQ(test, STATUS_ACCESS_VIOLATION,
			ObReferenceObjectByHandle(handle, 0, NULL, KernelMode, NULL, NULL));
	wdm_expect_bad_address(test, "ObReferenceObjectByHandle", NULL);
	KUNIT_EXPECT_EQ(test, STATUS_SUCCESS,
			ObReferenceObjectByHandle(handle, 0, NULL, KernelMode, &thread,
						  &information));
	KUNIT_EXPECT_EQ(test, information.HandleAttributes, 0);
	KUNIT_EXPECT_EQ(test, information.GrantedAccess, THREAD_ALL_ACCESS);
	KUNIT_EXPECT_EQ(test, ZwWaitForSingleObject(handle, FALSE, NULL), STATUS_SUCCESS);
	ObDereferenceObject(thread);
	KUNIT_EXPECT_EQ(test, ZwClose(handle), STATUS_SUCCESS);
	wdm_expect_silence(test);
}

/* Not aligned, a program's, nothing, an error, another object, an exited thread. */
static void no_thread_is_left_alone(struct kunit *test)
{
	struct eres_actor *ended = eres_actor_start(test, "ended");
	KEVENT event;
	PVOID threads[] = { NULL, (PVOID)0x1000, (PVOID)-14, (PVOID)0xffffffffff000000,
			    (PVOID)((unsigned long)current + 1), &event, test,
			    eres_actor_task(ended) };
	size_t i;

	KeInitializeEvent(&event, NotificationEvent, FALSE);
	eres_actor_join(ended);
	/* It is found as long as its number leads to it. */
	KUNIT_EXPECT_TRUE(test, ERES_POLL(!pid_alive(eres_actor_task(ended))));
	for (i = 0; i < ARRAY_SIZE(threads); i++) {
		PVOID thread = threads[i];

		KUNIT_EXPECT_EQ(test, ObReferenceObject(thread), 0);
		wdm_expect_report(test, "ObfReferenceObject", thread, 0x18, 0, thread, 0);
		KUNIT_EXPECT_EQ(test, ObDereferenceObject(thread), 0);
		wdm_expect_report(test, "ObfDereferenceObject", thread, 0x18, 0, thread, 0);
		KUNIT_EXPECT_PTR_EQ(test, PsGetThreadId(thread), NULL);
		wdm_expect_report(test, "PsGetThreadId", thread, 0x18, 0, thread, 0);
		KUNIT_EXPECT_PTR_EQ(test, IoThreadToProcess(thread), NULL);
		wdm_expect_report(test, "IoThreadToProcess", thread, 0x18, 0, thread, 0);
		KUNIT_EXPECT_PTR_EQ(test, PsGetThreadProcessId(thread), NULL);
		wdm_expect_report(test, "PsGetThreadProcessId", thread, 0x18, 0, thread, 0);
		KUNIT_EXPECT_FALSE(test, PsIsSystemThread(thread));
		wdm_expect_report(test, "PsIsSystemThread", thread, 0x18, 0, thread, 0);
		KUNIT_EXPECT_EQ(test, KeSetPriorityThread(thread, 9), 8);
		wdm_expect_violation(test, "KeSetPriorityThread", thread, 0x1009, thread, 0);
	}
	/* Waited for, it is no object. */
	KUNIT_EXPECT_EQ(test, wdm_try(eres_actor_task(ended)), STATUS_OBJECT_TYPE_MISMATCH);
	wdm_expect_violation(test, "KeWaitForSingleObject", eres_actor_task(ended), 0x1002,
			     eres_actor_task(ended), 0);
}

static void references_are_counted(struct kunit *test)
{
	struct eres_actor *actor = eres_actor_start(test, "thread");
	PVOID thread = eres_actor_task(actor);

	ObReferenceObject(thread);
	KUNIT_EXPECT_EQ(test, ObDereferenceObject(thread), 0);
	KUNIT_EXPECT_EQ(test, ObDereferenceObject(thread), 0);
	wdm_expect_report(test, "ObfDereferenceObject", thread, 0x18, 0, thread, 0);
	KUNIT_EXPECT_EQ(test, ObReferenceObject(thread), 1);
	KUNIT_EXPECT_EQ(test, ObDereferenceObject(thread), 0);
	wdm_expect_silence(test);
}

/* What keeps it for others is not the driver's to give back. */
static void handle_is_not_given_back(struct kunit *test)
{
	HANDLE handle;
	PVOID thread;

	KUNIT_ASSERT_EQ(test, STATUS_SUCCESS,
			PsCreateSystemThread(&handle, 0, NULL, NULL, NULL, returns, NULL));
	ObReferenceObjectByHandle(handle, 0, NULL, KernelMode, &thread, NULL);
	ObDereferenceObject(thread);
	ObDereferenceObject(thread);
	wdm_expect_report(test, "ObfDereferenceObject", thread, 0x18, 0, thread, 0);
	KUNIT_EXPECT_EQ(test, ZwWaitForSingleObject(handle, FALSE, NULL), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, ZwClose(handle), STATUS_SUCCESS);
	wdm_expect_silence(test);
}

static void creation_is_refused(struct kunit *test)
{
	HANDLE handle = test;
	NTSTATUS status;
	KIRQL irql;

#define CREATE(handle, process, id, start)				\
	PsCreateSystemThread(handle, 0, NULL, process, id, start, NULL)

	KUNIT_EXPECT_EQ(test, CREATE(NULL, NULL, NULL, returns), STATUS_ACCESS_VIOLATION);
	wdm_expect_bad_address(test, "PsCreateSystemThread", NULL);
	KUNIT_EXPECT_EQ(test, CREATE(&handle, NULL, (PCLIENT_ID)8, returns),
			STATUS_ACCESS_VIOLATION);
	wdm_expect_bad_address(test, "PsCreateSystemThread", (void *)8);
	KUNIT_EXPECT_EQ(test, CREATE(&handle, NULL, NULL, NULL), STATUS_INVALID_PARAMETER);
	wdm_expect_violation(test, "PsCreateSystemThread", NULL, 0xE5000003, NULL, 0);
	KUNIT_EXPECT_EQ(test, CREATE(&handle, (HANDLE)1234, NULL, returns),
			STATUS_INVALID_HANDLE);
	wdm_expect_violation(test, "PsCreateSystemThread", (void *)1234, 0x3C, 1234, 0);
	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	status = CREATE(&handle, NULL, NULL, returns);
	KeLowerIrql(irql);
	KUNIT_EXPECT_EQ(test, status, STATUS_UNSUCCESSFUL);
	wdm_expect_first(test, "PsCreateSystemThread", returns, 0x2001C);
	KUNIT_EXPECT_PTR_EQ(test, handle, (HANDLE)test);

	KeRaiseIrql(APC_LEVEL, &irql);
	status = CREATE(&handle, NULL, NULL, returns);
	KeLowerIrql(irql);
	KUNIT_EXPECT_EQ(test, status, STATUS_SUCCESS);
	wdm_expect_first(test, "PsCreateSystemThread", returns, 0x2001C);
	KUNIT_EXPECT_EQ(test, ZwWaitForSingleObject(handle, FALSE, NULL), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, ZwClose(handle), STATUS_SUCCESS);
}

/* Above PASSIVE_LEVEL: reported, and served in a thread. */
static void handles_are_for_passive_level(struct kunit *test)
{
	LARGE_INTEGER at_once = { .QuadPart = 0 };
	PVOID thread = NULL;
	NTSTATUS status;
	HANDLE handle;
	KIRQL irql;
	int level;

	for (level = APC_LEVEL; level <= DISPATCH_LEVEL; level++) {
		KUNIT_ASSERT_EQ(test, STATUS_SUCCESS,
				PsCreateSystemThread(&handle, 0, NULL, NULL, NULL, returns, NULL));
		KUNIT_EXPECT_EQ(test, ZwWaitForSingleObject(handle, FALSE, NULL), STATUS_SUCCESS);

		KeRaiseIrql(level, &irql);
		status = ZwWaitForSingleObject(handle, FALSE, &at_once);
		KeLowerIrql(irql);
		KUNIT_EXPECT_EQ(test, status, STATUS_SUCCESS);
		wdm_expect_violation(test, "ZwWaitForSingleObject", handle, 0xE6, level, 0);

		KeRaiseIrql(level, &irql);
		status = ObReferenceObjectByHandle(handle, 0, *PsThreadType, KernelMode, &thread,
						   NULL);
		KeLowerIrql(irql);
		KUNIT_EXPECT_EQ(test, status, STATUS_SUCCESS);
		wdm_expect_first(test, "ObReferenceObjectByHandle", handle, 0x2001B);

		KeRaiseIrql(level, &irql);
		status = ZwClose(handle);
		KeLowerIrql(irql);
		KUNIT_EXPECT_EQ(test, status, STATUS_SUCCESS);
		wdm_expect_first(test, "ZwClose", handle, 0x2001F);
		KUNIT_EXPECT_EQ(test, wdm_try(thread), STATUS_SUCCESS);
		KUNIT_EXPECT_EQ(test, ObDereferenceObject(thread), 0);
	}
	wdm_expect_silence(test);
}

struct handle_call {
	HANDLE handle;
	PVOID thread;
	NTSTATUS status[3];
};

static void use_handle(void *data)
{
	struct handle_call *call = data;

	call->status[0] = ZwWaitForSingleObject(call->handle, FALSE, &wdm_at_once);
	call->status[1] = ObReferenceObjectByHandle(call->handle, 0, NULL, KernelMode,
						    &call->thread, NULL);
	call->status[2] = ZwClose(call->handle);
}

static void handles_are_not_for_interrupts(struct kunit *test)
{
	struct handle_call call = { .thread = test };
	int i;

	KUNIT_ASSERT_EQ(test, STATUS_SUCCESS,
			PsCreateSystemThread(&call.handle, 0, NULL, NULL, NULL, returns, NULL));
	KUNIT_EXPECT_TRUE(test, eres_run_in_softirq(ERES_THIS_CPU, use_handle, &call));
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, call.status[i], STATUS_UNSUCCESSFUL);
	KUNIT_EXPECT_PTR_EQ(test, call.thread, NULL);
	KUNIT_EXPECT_EQ(test, wdm_reports_count(), 3);
	wdm_expect_first(test, "ZwWaitForSingleObject", call.handle, 0xE6);
	KUNIT_EXPECT_EQ(test, ZwWaitForSingleObject(call.handle, FALSE, NULL), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, ZwClose(call.handle), STATUS_SUCCESS);
	wdm_expect_silence(test);
}

/* Who gives the last one back may be anywhere; KASAN looks on. */
static void last_reference_is_given_back_at_dispatch_level(struct kunit *test)
{
	LONG_PTR left;
	HANDLE handle;
	PVOID thread;
	KIRQL irql;
	int i;

	for (i = 0; i < 20; i++) {
		KUNIT_ASSERT_EQ(test, STATUS_SUCCESS,
				PsCreateSystemThread(&handle, 0, NULL, NULL, NULL, returns, NULL));
		ObReferenceObjectByHandle(handle, 0, NULL, KernelMode, &thread, NULL);
		KUNIT_EXPECT_EQ(test, ZwWaitForSingleObject(handle, FALSE, NULL), STATUS_SUCCESS);
		KUNIT_EXPECT_EQ(test, ZwClose(handle), STATUS_SUCCESS);
		KUNIT_EXPECT_EQ(test, KeWaitForSingleObject(thread, Executive, KernelMode, FALSE,
							    NULL), STATUS_SUCCESS);
		/* Until it has given its own back. */
		KUNIT_EXPECT_TRUE(test, ERES_POLL(!pid_alive(thread)));
		KeRaiseIrql(DISPATCH_LEVEL, &irql);
		left = ObDereferenceObject(thread);
		KeLowerIrql(irql);
		KUNIT_EXPECT_EQ(test, left, 0);
	}
	wdm_expect_silence(test);
}

struct terminating {
	struct work_struct work;
	NTSTATUS status;
};

static void terminate_in_work(struct work_struct *work)
{
	container_of(work, struct terminating, work)->status =
		PsTerminateSystemThread(STATUS_SUCCESS);
}

static unsigned long terminate_step(void *unused)
{
	return (u32)PsTerminateSystemThread(STATUS_SUCCESS);
}

static void terminate_in_interrupt(void *status)
{
	*(NTSTATUS *)status = PsTerminateSystemThread(STATUS_SUCCESS);
}

static void only_drivers_threads_terminate(struct kunit *test)
{
	struct eres_actor *actor = eres_actor_start(test, "stays");
	struct terminating terminating = {};
	NTSTATUS status = STATUS_SUCCESS;

	KUNIT_EXPECT_EQ(test, (NTSTATUS)eres_actor_do(actor, terminate_step, NULL),
			STATUS_INVALID_PARAMETER);
	wdm_expect_violation(test, "PsTerminateSystemThread", eres_actor_task(actor),
			     0xE5000004, eres_actor_task(actor), 0);
	/* A reference makes it none. */
	ObReferenceObject(eres_actor_task(actor));
	KUNIT_EXPECT_EQ(test, (NTSTATUS)eres_actor_do(actor, terminate_step, NULL),
			STATUS_INVALID_PARAMETER);
	ObDereferenceObject(eres_actor_task(actor));
	wdm_expect_violation(test, "PsTerminateSystemThread", eres_actor_task(actor),
			     0xE5000004, eres_actor_task(actor), 0);

	INIT_WORK_ONSTACK(&terminating.work, terminate_in_work);
	schedule_work(&terminating.work);
	flush_work(&terminating.work);
	destroy_work_on_stack(&terminating.work);
	KUNIT_EXPECT_EQ(test, terminating.status, STATUS_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, wdm_reports_count(), 1);
	wdm_expect_code(test, "PsTerminateSystemThread", 0xE9);

	KUNIT_EXPECT_TRUE(test, eres_run_in_softirq(ERES_THIS_CPU, terminate_in_interrupt,
						    &status));
	KUNIT_EXPECT_EQ(test, status, STATUS_UNSUCCESSFUL);
	wdm_expect_code(test, "PsTerminateSystemThread", ERES_VERIFIER);
}

static VOID terminates_raised(PVOID returned)
{
	KIRQL irql;

	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	PsTerminateSystemThread(STATUS_SUCCESS);
	*(bool *)returned = true;
}

static VOID returns_raised(PVOID unused)
{
	KIRQL irql;

	KeRaiseIrql(DISPATCH_LEVEL, &irql);
}

/* Of no class, so that lockdep does not know that it is held. */
static KSPIN_LOCK kept_lock;

/* Bottom halves are off twice. */
static VOID returns_with_spin_lock(PVOID unused)
{
	KIRQL irql;

	kept_lock = 0;
	KeAcquireSpinLock(&kept_lock, &irql);
	local_bh_disable();
}

static VOID returns_in_region(PVOID unused)
{
	KeEnterCriticalRegion();
}

static PVOID run_thread(struct kunit *test, PKSTART_ROUTINE start, PVOID context)
{
	HANDLE handle = NULL;
	PVOID thread = NULL;

	KUNIT_ASSERT_EQ(test, STATUS_SUCCESS,
			PsCreateSystemThread(&handle, 0, NULL, NULL, NULL, start, context));
	ObReferenceObjectByHandle(handle, 0, NULL, KernelMode, &thread, NULL);
	KUNIT_EXPECT_EQ(test, ZwWaitForSingleObject(handle, FALSE, NULL), STATUS_SUCCESS);
	ZwClose(handle);
	return thread;
}

static void what_a_thread_ends_with_is_reported(struct kunit *test)
{
	bool returned = false;
	PVOID thread;

	thread = run_thread(test, terminates_raised, &returned);
	KUNIT_EXPECT_FALSE(test, returned);
	wdm_expect_first(test, "PsTerminateSystemThread", thread, 0x2001C);
	ObDereferenceObject(thread);

	thread = run_thread(test, returns_raised, NULL);
	wdm_expect_report(test, "return of a thread's routine", thread, 0x20, 0, 0,
			  DISPATCH_LEVEL);
	ObDereferenceObject(thread);

	thread = run_thread(test, returns_with_spin_lock, NULL);
	wdm_expect_report(test, "return of a thread's routine", thread, 0x20, 0, 0,
			  DISPATCH_LEVEL);
	ObDereferenceObject(thread);

	thread = run_thread(test, returns_in_region, NULL);
	wdm_expect_code(test, "thread exit", 0x20);
	ObDereferenceObject(thread);
}

static void priorities_have_limits(struct kunit *test)
{
	static const KPRIORITY wrong[] = { 0, -1, 32, 1000 };
	PVOID thread = run_thread(test, returns, NULL);
	PVOID self = current;
	KPRIORITY before;
	KIRQL irql;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		KUNIT_EXPECT_EQ(test, KeSetPriorityThread(thread, wrong[i]), 8);
		wdm_expect_violation(test, "KeSetPriorityThread", thread, 0xE5000005,
				     (long)wrong[i], 0);
	}
	/* One that has ended has one still. */
	KUNIT_EXPECT_EQ(test, KeSetPriorityThread(thread, 31), 8);
	KUNIT_EXPECT_EQ(test, KeQueryPriorityThread(thread), 31);
	KUNIT_EXPECT_EQ(test, KeSetBasePriorityThread(thread, 100), 0);
	KUNIT_EXPECT_EQ(test, KeQueryPriorityThread(thread), 15);
	KUNIT_EXPECT_EQ(test, KeSetBasePriorityThread(thread, -100), 7);
	KUNIT_EXPECT_EQ(test, KeQueryPriorityThread(thread), 1);

	/* Above PASSIVE_LEVEL: reported, and served. */
	KeRaiseIrql(APC_LEVEL, &irql);
	before = KeSetPriorityThread(thread, 12);
	KeLowerIrql(irql);
	KUNIT_EXPECT_EQ(test, before, 1);
	wdm_expect_first(test, "KeSetPriorityThread", thread, 0x2001B);
	KUNIT_EXPECT_EQ(test, KeQueryPriorityThread(thread), 12);
	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	KeSetBasePriorityThread(thread, 3);
	KeLowerIrql(irql);
	wdm_expect_first(test, "KeSetBasePriorityThread", thread, 0x2001B);
	KUNIT_EXPECT_EQ(test, KeQueryPriorityThread(thread), 11);
	ObDereferenceObject(thread);
	wdm_expect_silence(test);

	KUNIT_EXPECT_EQ(test, KeQueryPriorityThread(self), 8);
	wdm_expect_violation(test, "KeQueryPriorityThread", self, 0x1009, self, 0);
	KUNIT_EXPECT_EQ(test, KeSetBasePriorityThread(self, 1), 0);
	wdm_expect_violation(test, "KeSetBasePriorityThread", self, 0x1009, self, 0);
}

static struct kunit_case thread_misuse_cases[] = {
	KUNIT_CASE(no_handle_leads_anywhere),
	KUNIT_CASE(type_has_to_be_right),
	KUNIT_CASE(no_thread_is_left_alone),
	KUNIT_CASE(references_are_counted),
	KUNIT_CASE(handle_is_not_given_back),
	KUNIT_CASE(creation_is_refused),
	KUNIT_CASE(handles_are_for_passive_level),
	KUNIT_CASE(handles_are_not_for_interrupts),
	KUNIT_CASE(last_reference_is_given_back_at_dispatch_level),
	KUNIT_CASE(only_drivers_threads_terminate),
	KUNIT_CASE(what_a_thread_ends_with_is_reported),
	KUNIT_CASE(priorities_have_limits),
	{}
};

static struct kunit_suite thread_misuse_suite = {
	.name = "eresource_wdm_thread_misuse",
	.init = wdm_reports_init,
	.test_cases = thread_misuse_cases,
};

kunit_test_suite(thread_misuse_suite);
