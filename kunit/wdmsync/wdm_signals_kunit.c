// SPDX-License-Identifier: GPL-2.0-only
/*
 * What signals do to waits: of user threads, which are those that start programs
 * for the kernel, before they do, and of kernel threads.
 */
#include <kunit/test.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/umh.h>

#include "wdm_wait.h"

static void enter_nothing(void)
{
}

static void raise_to_apc_level(void)
{
	KIRQL irql;

	KeRaiseIrql(APC_LEVEL, &irql);
}

static void lower_to_passive_level(void)
{
	KeLowerIrql(PASSIVE_LEVEL);
}

static const struct {
	const char *name;
	void (*begin)(void);
	void (*end)(void);
} protections[] = {
	{ "nothing", enter_nothing, enter_nothing },
	{ "critical region", KeEnterCriticalRegion, KeLeaveCriticalRegion },
	{ "guarded region", KeEnterGuardedRegion, KeLeaveGuardedRegion },
	{ "APC_LEVEL", raise_to_apc_level, lower_to_passive_level },
};

/* SIGUSR1 has a handler; the others are fatal. */
static const int signals[] = { SIGUSR1, SIGTERM, SIGKILL };

/**
 * struct form - one of the forms of a wait, outside of regions
 * @name: for messages
 * @alertable: is it?
 * @mode: KernelMode or UserMode
 * @state: what a user thread sleeps in
 * @handled: what a signal with a handler makes of it, %WDM_NO_STATUS: nothing
 * @fatal: and a fatal one
 * @cancellable: by FsRtlCancellableWait...(): there is no such delay
 */
struct form {
	const char *name;
	BOOLEAN alertable;
	KPROCESSOR_MODE mode;
	unsigned int state;
	NTSTATUS handled;
	NTSTATUS fatal;
	bool cancellable;
};

static const struct form forms[] = {
	{ "KernelMode", FALSE, KernelMode, TASK_UNINTERRUPTIBLE, WDM_NO_STATUS, WDM_NO_STATUS },
	{ "UserMode", FALSE, UserMode, TASK_KILLABLE, WDM_NO_STATUS, STATUS_USER_APC },
	{ "UserMode, alertable", TRUE, UserMode, TASK_INTERRUPTIBLE, STATUS_USER_APC,
	  STATUS_USER_APC },
	{ "KernelMode, alertable", TRUE, KernelMode, TASK_INTERRUPTIBLE, STATUS_ALERTED,
	  STATUS_ALERTED },
	{ "cancellable", FALSE, UserMode, TASK_KILLABLE, WDM_NO_STATUS,
	  STATUS_THREAD_IS_TERMINATING, true },
};

KUNIT_ARRAY_PARAM_DESC(form, forms, name);

/**
 * struct user_thread - a user thread that waits
 * @actor: who has it made, and waits for its end
 * @task: itself; set before it waits
 * @wait: what it does
 * @pending: has it a signal after that?
 */
struct user_thread {
	struct eres_actor *actor;
	struct task_struct *task;
	struct wdm_wait wait;
	bool pending;
};

/* In the thread, instead of the program. */
static int wait_in_user_thread(struct subprocess_info *info, struct cred *new)
{
	struct user_thread *user = info->data;

	kernel_sigaction(SIGUSR1, (__force __sighandler_t)8);
	/* Pairs with the acquire in begin_user_wait(). */
	smp_store_release(&user->task, get_task_struct(current));
	wdm_wait_step(&user->wait);
	user->pending = signal_pending(current);
	return -ECANCELED;
}

static unsigned long make_user_thread(void *data)
{
	static const char program[] = "/bin/true";
	char *argv[2] = { (char *)program, NULL };
	char *envp[1] = { NULL };
	struct subprocess_info *info;

	info = call_usermodehelper_setup(argv[0], argv, envp, GFP_KERNEL, wait_in_user_thread,
					 NULL, data);
	return info ? call_usermodehelper_exec(info, UMH_WAIT_EXEC) : -ENOMEM;
}

static void begin_user_wait(struct kunit *test, struct user_thread *user)
{
	user->task = NULL;
	user->wait.begun = false;
	user->wait.status = WDM_NO_STATUS;
	eres_actor_begin(user->actor, make_user_thread, user);
	/* Pairs with the release in wait_in_user_thread(). */
	KUNIT_ASSERT_TRUE(test, ERES_POLL(smp_load_acquire(&user->task) ||
					  eres_actor_idle(user->actor)));
	KUNIT_ASSERT_NOT_NULL(test, user->task);
}

static unsigned int user_sleeps(struct user_thread *user)
{
	/* Pairs with wdm_wait_step(). */
	return smp_load_acquire(&user->wait.begun) ? READ_ONCE(user->task->__state) : 0;
}

static NTSTATUS finish_user_wait(struct kunit *test, struct user_thread *user)
{
	KUNIT_EXPECT_EQ(test, (int)eres_actor_finish(user->actor), -ECANCELED);
	put_task_struct(user->task);
	return user->wait.status;
}

/* One form, in one protection, and one signal. */
static void signal_a_wait(struct kunit *test, struct user_thread *user, PRKEVENT event, int sig,
			  unsigned int state, NTSTATUS expected)
{
	begin_user_wait(test, user);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(user_sleeps(user)));
	KUNIT_EXPECT_EQ_MSG(test, user_sleeps(user), state, "signal %d", sig);
	send_sig(sig, user->task, 1);
	if (expected == WDM_NO_STATUS) {
		KUNIT_EXPECT_EQ(test, user_sleeps(user), state);
		KUNIT_EXPECT_EQ(test, wdm_waiters(event), 1);
		KeSetEvent(event, IO_NO_INCREMENT, FALSE);
		expected = STATUS_SUCCESS;
	}
	KUNIT_EXPECT_EQ_MSG(test, finish_user_wait(test, user), expected, "signal %d", sig);
	/* It has taken what it was given, and nothing else; and the signal is not lost. */
	KUNIT_EXPECT_EQ(test, wdm_waiters(event), 0);
	KUNIT_EXPECT_EQ(test, KeReadStateEvent(event), 0);
	KUNIT_EXPECT_TRUE(test, user->pending);
}

static void init_user(struct kunit *test, struct user_thread *user, const struct form *form)
{
	*user = (struct user_thread){
		.actor = eres_actor_start(test, "maker"),
		.wait = { .mode = form->mode, .alertable = form->alertable,
			  .cancellable = form->cancellable },
	};
}

static void signals_break_waits_off(struct kunit *test)
{
	struct user_thread *user = kunit_kzalloc(test, sizeof(*user), GFP_KERNEL);
	const struct form *form = test->param_value;
	KEVENT event, other;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, user);
	KeInitializeEvent(&event, SynchronizationEvent, FALSE);
	KeInitializeEvent(&other, SynchronizationEvent, FALSE);
	init_user(test, user, form);
	user->wait.object[0] = &event;
	user->wait.object[1] = &other;
	for (i = 0; i < 2 * ARRAY_SIZE(signals); i++) {
		user->wait.count = 1 + i % 2;
		signal_a_wait(test, user, &event, signals[i / 2], form->state,
			      i / 2 ? form->fatal : form->handled);
		KUNIT_EXPECT_EQ(test, wdm_waiters(&other), 0);
	}
	expect_silence(test);
}

static void no_signal_breaks_a_wait_off_in_a_region(struct kunit *test)
{
	struct user_thread *user = kunit_kzalloc(test, sizeof(*user), GFP_KERNEL);
	const struct form *form = test->param_value;
	KEVENT event;
	int i, j;

	KUNIT_ASSERT_NOT_NULL(test, user);
	KeInitializeEvent(&event, SynchronizationEvent, FALSE);
	init_user(test, user, form);
	user->wait.object[0] = &event;
	user->wait.count = 1;
	for (i = 1; i < ARRAY_SIZE(protections); i++) {
		user->wait.before = protections[i].begin;
		user->wait.after = protections[i].end;
		for (j = 0; j < ARRAY_SIZE(signals); j++)
			signal_a_wait(test, user, &event, signals[j], TASK_UNINTERRUPTIBLE,
				      WDM_NO_STATUS);
	}
	expect_silence(test);
}

static void signals_break_delays_off(struct kunit *test)
{
	struct user_thread *user = kunit_kzalloc(test, sizeof(*user), GFP_KERNEL);
	const struct form *form = test->param_value;
	/* Five minutes: nobody waits for their end. */
	LARGE_INTEGER interval = { .QuadPart = -3000000000LL };

	KUNIT_ASSERT_NOT_NULL(test, user);
	if (form->cancellable)
		return;
	if (form->fatal == WDM_NO_STATUS)
		interval.QuadPart = -500000;
	init_user(test, user, form);
	user->wait.timeout = &interval;
	begin_user_wait(test, user);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(user_sleeps(user)));
	send_sig(SIGKILL, user->task, 1);
	KUNIT_EXPECT_EQ(test, finish_user_wait(test, user),
			form->fatal == WDM_NO_STATUS ? STATUS_SUCCESS : form->fatal);
}

static void signal_self(void)
{
	send_sig(SIGKILL, current, 1);
}

/* What is to be had is taken before a signal is looked for. */
static void object_wins_over_pending_signal(struct kunit *test)
{
	struct user_thread *user = kunit_kzalloc(test, sizeof(*user), GFP_KERNEL);
	const struct form *form = test->param_value;
	KEVENT event;

	KUNIT_ASSERT_NOT_NULL(test, user);
	KeInitializeEvent(&event, SynchronizationEvent, TRUE);
	init_user(test, user, form);
	user->wait.object[0] = &event;
	user->wait.count = 1;
	user->wait.before = signal_self;
	begin_user_wait(test, user);
	KUNIT_EXPECT_EQ(test, finish_user_wait(test, user), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, KeReadStateEvent(&event), 0);
	/* With a timeout of 0 there is no wait to break off. */
	user->wait.timeout = &wdm_at_once;
	begin_user_wait(test, user);
	KUNIT_EXPECT_EQ(test, finish_user_wait(test, user), STATUS_TIMEOUT);
	if (form->fatal == WDM_NO_STATUS)
		return;
	user->wait.timeout = NULL;
	begin_user_wait(test, user);
	KUNIT_EXPECT_EQ(test, finish_user_wait(test, user), form->fatal);
	KUNIT_EXPECT_EQ(test, wdm_waiters(&event), 0);
	expect_silence(test);
}

/* The region of a mutex comes too late for the wait, and in time for what follows. */
static void mutex_granted_with_a_signal_is_owned(struct kunit *test)
{
	struct user_thread *user = kunit_kzalloc(test, sizeof(*user), GFP_KERNEL);
	KMUTEX *mutex = kunit_kzalloc(test, sizeof(*mutex), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, user);
	KUNIT_ASSERT_NOT_NULL(test, mutex);
	KeInitializeMutex(mutex, 0);
	wdm_try(mutex);
	init_user(test, user, &forms[0]);
	user->wait.object[0] = mutex;
	user->wait.count = 1;
	begin_user_wait(test, user);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(user_sleeps(user)));
	send_sig(SIGKILL, user->task, 1);
	KeReleaseMutex(mutex, FALSE);
	KUNIT_EXPECT_EQ(test, finish_user_wait(test, user), STATUS_SUCCESS);
	/* Blocked by the region, in which it has exited. */
	KUNIT_EXPECT_FALSE(test, user->pending);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_reports_count(test->priv) == 2));
	eres_expect_next(test, test->priv, ERES_THREAD_TERMINATE_HELD_MUTEX, user->task, mutex,
			 0, 0);
	eres_expect_report(test, test->priv, ERES_KERNEL_APC_PENDING_DURING_EXIT, 0, 0xffff,
			   PASSIVE_LEVEL, 0);
	KUNIT_EXPECT_EQ(test, wdm_try(mutex), STATUS_TIMEOUT);
}

static unsigned long allow_one_signal(void *sig)
{
	allow_signal((unsigned long)sig);
	return 0;
}

static unsigned long take_signal(void *unused)
{
	return kernel_dequeue_signal();
}

/* They have none unless they allow it, and are no load meanwhile. */
static void kernel_threads_sleep_idly(struct kunit *test)
{
	struct eres_actor *actor = eres_actor_start(test, "worker");
	const struct form *form = test->param_value;
	KEVENT *event = kunit_kzalloc(test, sizeof(*event), GFP_KERNEL);
	struct wdm_wait wait;
	unsigned int i, state;

	KUNIT_ASSERT_NOT_NULL(test, event);
	KeInitializeEvent(event, SynchronizationEvent, FALSE);
	eres_actor_do(actor, allow_one_signal, (void *)SIGUSR1);
	for (i = 0; i < ARRAY_SIZE(protections); i++) {
		wait = (struct wdm_wait){
			.object = { event }, .count = 1,
			.mode = form->mode, .alertable = form->alertable,
			.cancellable = form->cancellable, .before = protections[i].begin,
			.after = protections[i].end,
		};
		state = !i && form->alertable ? TASK_INTERRUPTIBLE : TASK_IDLE;
		wdm_begin(test, actor, &wait);
		KUNIT_EXPECT_EQ(test, wdm_sleeps(actor, &wait), state);
		send_sig(SIGUSR1, eres_actor_task(actor), 1);
		if (state == TASK_IDLE) {
			KUNIT_EXPECT_EQ(test, wdm_sleeps(actor, &wait), state);
			KeSetEvent(event, IO_NO_INCREMENT, FALSE);
		}
		KUNIT_EXPECT_EQ(test, wdm_finish(actor),
				state == TASK_IDLE ? STATUS_SUCCESS : form->handled);
		KUNIT_EXPECT_EQ(test, eres_actor_do(actor, take_signal, NULL), SIGUSR1);
	}
	expect_silence(test);
}

static struct kunit_case signals_cases[] = {
	KUNIT_CASE_PARAM(signals_break_waits_off, form_gen_params),
	KUNIT_CASE_PARAM(no_signal_breaks_a_wait_off_in_a_region, form_gen_params),
	KUNIT_CASE_PARAM(signals_break_delays_off, form_gen_params),
	KUNIT_CASE_PARAM(object_wins_over_pending_signal, form_gen_params),
	KUNIT_CASE(mutex_granted_with_a_signal_is_owned),
	KUNIT_CASE_PARAM(kernel_threads_sleep_idly, form_gen_params),
	{}
};

static struct kunit_suite signals_suite = {
	.name = "eresource_wdm_signals",
	.init = wdm_wait_init,
	.test_cases = signals_cases,
};

kunit_test_suite(signals_suite);
