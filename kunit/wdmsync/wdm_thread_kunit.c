// SPDX-License-Identifier: GPL-2.0-only
/* Threads of drivers, and threads as objects: who is let go when one has ended. */
#include <kunit/test.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#define ERESOURCE_WDK
#include <ntifs.h>

#include "actor.h"
#include "wdm_driver_thread.h"
#include "wdm_reports.h"
#include "wdm_wait.h"

static void drivers_make_threads(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, eres_wdm_threads(), 0);
	wdm_expect_silence(test);
}

static VOID waits_for_event(PVOID event)
{
	KeWaitForSingleObject(event, Executive, KernelMode, FALSE, NULL);
}

static VOID returns(PVOID unused)
{
}

static HANDLE make_thread(struct kunit *test, PKSTART_ROUTINE start, PVOID context)
{
	HANDLE handle = NULL;

	KUNIT_ASSERT_EQ(test, STATUS_SUCCESS,
			PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, start,
					     context));
	return handle;
}

/* With a reference, and without a handle. */
static PVOID make_object(struct kunit *test, PKSTART_ROUTINE start, PVOID context)
{
	HANDLE handle = make_thread(test, start, context);
	PVOID thread = NULL;

	KUNIT_EXPECT_EQ(test, STATUS_SUCCESS,
			ObReferenceObjectByHandle(handle, 0, *PsThreadType, KernelMode, &thread,
						  NULL));
	KUNIT_EXPECT_EQ(test, STATUS_SUCCESS, ZwClose(handle));
	KUNIT_ASSERT_NOT_NULL(test, thread);
	return thread;
}

static NTSTATUS await(PVOID object)
{
	return KeWaitForSingleObject(object, Executive, KernelMode, FALSE, NULL);
}

/* All that wait are, and whoever asks later: nothing is taken. */
static void all_who_wait_are_let_go(struct kunit *test)
{
	struct eres_actor *actor[3];
	struct wdm_wait wait[3];
	PVOID thread;
	KEVENT go;
	int i;

	KeInitializeEvent(&go, NotificationEvent, FALSE);
	thread = make_object(test, waits_for_event, &go);
	for (i = 0; i < 3; i++) {
		wait[i] = (struct wdm_wait)WDM_WAIT_FOR(thread);
		actor[i] = eres_actor_start(test, "waits");
		wdm_begin(test, actor[i], &wait[i]);
	}
	KUNIT_EXPECT_EQ(test, wdm_try(thread), STATUS_TIMEOUT);
	KeSetEvent(&go, IO_NO_INCREMENT, FALSE);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, wdm_finish(actor[i]), STATUS_SUCCESS);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, wdm_try(thread), STATUS_SUCCESS);
	ObDereferenceObject(thread);
	wdm_expect_silence(test);
}

static void is_one_of_several_objects(struct kunit *test)
{
	struct eres_actor *actor = eres_actor_start(test, "all");
	struct wdm_wait any = { .count = 3 }, all = { .count = 2, .all = true };
	KEVENT go, other;
	PVOID thread;

	KeInitializeEvent(&go, NotificationEvent, FALSE);
	KeInitializeEvent(&other, SynchronizationEvent, TRUE);
	thread = make_object(test, waits_for_event, &go);
	any.object[0] = thread;
	any.object[1] = &other;
	any.object[2] = thread;
	KUNIT_EXPECT_EQ(test, wdm_do_now(&any), STATUS_WAIT_1);
	KUNIT_EXPECT_EQ(test, KeReadStateEvent(&other), 0);

	/* Nothing is taken before the thread has ended. */
	KeSetEvent(&other, IO_NO_INCREMENT, FALSE);
	all.object[0] = &other;
	all.object[1] = thread;
	wdm_begin(test, actor, &all);
	KUNIT_EXPECT_EQ(test, KeReadStateEvent(&other), 1);
	KeSetEvent(&go, IO_NO_INCREMENT, FALSE);
	KUNIT_EXPECT_EQ(test, wdm_finish(actor), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, KeReadStateEvent(&other), 0);
	KUNIT_EXPECT_EQ(test, wdm_do_now(&any), STATUS_WAIT_0);
	ObDereferenceObject(thread);
	wdm_expect_silence(test);
}

/* And a wait that ends by its timeout takes what it had queued with it. */
static void timed_out_wait_leaves_nothing(struct kunit *test)
{
	LARGE_INTEGER soon = { .QuadPart = -20000 };
	PVOID thread;
	KEVENT go;
	int i;

	KeInitializeEvent(&go, NotificationEvent, FALSE);
	thread = make_object(test, waits_for_event, &go);
	for (i = 0; i < 5; i++)
		KUNIT_EXPECT_EQ(test, STATUS_TIMEOUT,
				KeWaitForSingleObject(thread, Executive, KernelMode, FALSE,
						      &soon));
	KeSetEvent(&go, IO_NO_INCREMENT, FALSE);
	KUNIT_EXPECT_EQ(test, await(thread), STATUS_SUCCESS);
	ObDereferenceObject(thread);
	wdm_expect_silence(test);
}

/* The wait keeps what the driver gives up too early. */
static void wait_keeps_the_object(struct kunit *test)
{
	struct eres_actor *actor = eres_actor_start(test, "waits");
	struct wdm_wait wait;
	PVOID thread;
	KEVENT go;

	KeInitializeEvent(&go, NotificationEvent, FALSE);
	thread = make_object(test, waits_for_event, &go);
	wait = (struct wdm_wait)WDM_WAIT_FOR(thread);
	wdm_begin(test, actor, &wait);
	ObDereferenceObject(thread);
	KeSetEvent(&go, IO_NO_INCREMENT, FALSE);
	KUNIT_EXPECT_EQ(test, wdm_finish(actor), STATUS_SUCCESS);
	wdm_expect_silence(test);
}

/* One that no driver has made, by who has its address. */
static void any_thread_can_be_waited_for(struct kunit *test)
{
	struct eres_actor *waits = eres_actor_start(test, "waits");
	struct eres_actor *ends = eres_actor_start(test, "ends");
	struct task_struct *thread = eres_actor_task(ends);
	struct wdm_wait wait = WDM_WAIT_FOR(thread);

	KUNIT_EXPECT_EQ(test, ObReferenceObject(thread), 1);
	KUNIT_EXPECT_EQ(test, ObReferenceObject(thread), 2);
	KUNIT_EXPECT_EQ(test, wdm_try(thread), STATUS_TIMEOUT);
	KUNIT_EXPECT_TRUE(test, PsIsSystemThread((PETHREAD)thread));
	wdm_begin(test, waits, &wait);
	eres_actor_join(ends);
	KUNIT_EXPECT_EQ(test, wdm_finish(waits), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, wdm_try(thread), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, ObDereferenceObject(thread), 1);
	KUNIT_EXPECT_PTR_EQ(test, PsGetThreadId((PETHREAD)thread),
			    (HANDLE)(unsigned long)thread->pid);
	KUNIT_EXPECT_EQ(test, wdm_try(thread), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, ObDereferenceObject(thread), 0);
	wdm_expect_silence(test);
}

/* Of a program: the first one that runs, or is about to. */
static void tells_a_thread_of_a_program(struct kunit *test)
{
	struct task_struct *init;

	rcu_read_lock();
	init = pid_task(find_pid_ns(1, &init_pid_ns), PIDTYPE_PID);
	if (init)
		get_task_struct(init);
	rcu_read_unlock();
	KUNIT_ASSERT_NOT_NULL(test, init);

	KUNIT_EXPECT_FALSE(test, PsIsSystemThread((PETHREAD)init));
	KUNIT_EXPECT_PTR_EQ(test, (void *)IoThreadToProcess((PETHREAD)init),
			    (void *)init->group_leader);
	KUNIT_EXPECT_PTR_EQ(test, PsGetThreadProcessId((PETHREAD)init), (HANDLE)1UL);
	put_task_struct(init);
	wdm_expect_silence(test);
}

static unsigned long try_self_step(void *unused)
{
	return (u32)wdm_try(current);
}

static void nobody_has_ended_to_himself(struct kunit *test)
{
	struct eres_actor *actor = eres_actor_start(test, "self");

	KUNIT_EXPECT_EQ(test, eres_actor_do(actor, try_self_step, NULL), STATUS_TIMEOUT);
	ObReferenceObject(eres_actor_task(actor));
	KUNIT_EXPECT_EQ(test, eres_actor_do(actor, try_self_step, NULL), STATUS_TIMEOUT);
	ObDereferenceObject(eres_actor_task(actor));
	KUNIT_EXPECT_EQ(test, eres_actor_do(actor, try_self_step, NULL), STATUS_TIMEOUT);
	wdm_expect_silence(test);
}

static unsigned long try_own_process_step(void *unused)
{
	return (u32)wdm_try(PsGetCurrentProcess());
}

/* That of a kernel thread, which no thread that could be waited for has the address of. */
static void own_process_has_not_ended(struct kunit *test)
{
	struct eres_actor *actor = eres_actor_start(test, "self");
	PVOID objects[2] = { PsGetCurrentProcess() };
	KEVENT event;

	KUNIT_EXPECT_EQ(test, wdm_try(PsGetCurrentProcess()), STATUS_TIMEOUT);
	KUNIT_EXPECT_EQ(test, eres_actor_do(actor, try_own_process_step, NULL), STATUS_TIMEOUT);
	KeInitializeEvent(&event, NotificationEvent, TRUE);
	objects[1] = &event;
	KUNIT_EXPECT_EQ(test, KeWaitForMultipleObjects(2, objects, WaitAny, Executive, KernelMode,
						       FALSE, NULL, NULL), STATUS_WAIT_0 + 1);
	wdm_expect_silence(test);
}

/* With its handle closed it runs on; another thread does not get that handle. */
static void closed_handle_leads_nowhere(struct kunit *test)
{
	HANDLE handle, other;
	PVOID thread;
	KEVENT go;

	KeInitializeEvent(&go, NotificationEvent, FALSE);
	handle = make_thread(test, waits_for_event, &go);
	KUNIT_EXPECT_EQ(test, STATUS_SUCCESS,
			ObReferenceObjectByHandle(handle, 0, NULL, KernelMode, &thread, NULL));
	KUNIT_EXPECT_EQ(test, ZwClose(handle), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, wdm_try(thread), STATUS_TIMEOUT);
	other = make_thread(test, returns, NULL);
	KUNIT_EXPECT_PTR_NE(test, other, handle);
	KUNIT_EXPECT_EQ(test, ZwWaitForSingleObject(other, FALSE, NULL), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, ZwClose(other), STATUS_SUCCESS);
	wdm_expect_silence(test);

	KUNIT_EXPECT_EQ(test, ZwClose(handle), STATUS_INVALID_HANDLE);
	wdm_expect_report(test, "ZwClose", handle, 0x93, handle, 1, 0);
	KUNIT_EXPECT_EQ(test, ZwWaitForSingleObject(handle, FALSE, NULL), STATUS_INVALID_HANDLE);
	wdm_expect_violation(test, "ZwWaitForSingleObject", handle, 0x3C, handle, 0);
	KeSetEvent(&go, IO_NO_INCREMENT, FALSE);
	KUNIT_EXPECT_EQ(test, await(thread), STATUS_SUCCESS);
	ObDereferenceObject(thread);
}

/* Memory of threads that end at any moment; KASAN looks on. */
static void ends_at_any_moment(struct kunit *test)
{
	PVOID thread[4];
	HANDLE handle;
	int i, j;

	for (i = 0; i < 50; i++) {
		for (j = 0; j < 4; j++) {
			handle = make_thread(test, returns, NULL);
			if (j == 3) {
				ZwClose(handle);
				continue;
			}
			ObReferenceObjectByHandle(handle, 0, NULL, KernelMode, &thread[j], NULL);
			if (j == 2)
				KUNIT_EXPECT_EQ(test, await(thread[j]), STATUS_SUCCESS);
			ZwClose(handle);
		}
		KUNIT_EXPECT_EQ(test, await(thread[0]), STATUS_SUCCESS);
		for (j = 0; j < 3; j++)
			ObDereferenceObject(thread[j]);
	}
	wdm_expect_silence(test);
}

static unsigned long make_while_killed_step(void *handle)
{
	unsigned long status;

	allow_signal(SIGKILL);
	send_sig(SIGKILL, current, 0);
	status = (u32)PsCreateSystemThread(handle, 0, NULL, NULL, NULL, returns, NULL);
	flush_signals(current);
	disallow_signal(SIGKILL);
	return status;
}

static void made_by_who_is_killed(struct kunit *test)
{
	struct eres_actor *actor = eres_actor_start(test, "killed");
	HANDLE handle = NULL;

	KUNIT_EXPECT_EQ(test, eres_actor_do(actor, make_while_killed_step, &handle),
			STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, ZwWaitForSingleObject(handle, FALSE, NULL), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, ZwClose(handle), STATUS_SUCCESS);
	wdm_expect_silence(test);
}

static struct kunit_case thread_cases[] = {
	KUNIT_CASE(drivers_make_threads),
	KUNIT_CASE(all_who_wait_are_let_go),
	KUNIT_CASE(is_one_of_several_objects),
	KUNIT_CASE(timed_out_wait_leaves_nothing),
	KUNIT_CASE(wait_keeps_the_object),
	KUNIT_CASE(any_thread_can_be_waited_for),
	KUNIT_CASE(tells_a_thread_of_a_program),
	KUNIT_CASE(nobody_has_ended_to_himself),
	KUNIT_CASE(own_process_has_not_ended),
	KUNIT_CASE(closed_handle_leads_nowhere),
	KUNIT_CASE(ends_at_any_moment),
	KUNIT_CASE(made_by_who_is_killed),
	{}
};

static struct kunit_suite thread_suite = {
	.name = "eresource_wdm_thread",
	.init = wdm_reports_init,
	.test_cases = thread_cases,
};

kunit_test_suite(thread_suite);
