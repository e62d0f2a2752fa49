// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads and processes that are made while signals are held off: they are not
 * in what holds them off, and are like any other.
 *
 * They are made past libc, which has masks of its own in mind.
 */
#define _GNU_SOURCE
#include <linux/sched.h>
#include <sched.h>
#include <sys/syscall.h>

#include "sigtest.h"

/* clone3() without a stack of its own: returns twice, as fork() does. */
static pid_t clone_process(__u64 flags)
{
	struct clone_args args = { .flags = flags, .exit_signal = SIGCHLD };

	return syscall(SYS_clone3, &args, sizeof(args));
}

static const struct eres_step enter_critical[] = {
	{ .op = ERES_OP_ENTER_CRITICAL },
	{ .op = ERES_OP_BLOCKED },
	{}
};

static const struct eres_step leave_critical[] = {
	{ .op = ERES_OP_BLOCKED },
	{ .op = ERES_OP_LEAVE_CRITICAL },
	{}
};

static const struct eres_step enter_all[] = {
	{ .op = ERES_OP_RAISE_IRQL, .arg = 1 },
	{ .op = ERES_OP_BLOCKED },
	{ .op = ERES_OP_ENTER_GUARDED },
	{ .op = ERES_OP_ENTER_CRITICAL },
	{ .op = ERES_OP_LOWER_IRQL, .arg = 0 },
	{}
};

static const struct eres_step leave_all[] = {
	{ .op = ERES_OP_BLOCKED },
	{ .op = ERES_OP_LEAVE_GUARDED },
	{ .op = ERES_OP_LEAVE_CRITICAL },
	{}
};

static const struct eres_step raise_irql[] = {
	{ .op = ERES_OP_RAISE_IRQL, .arg = 1 },
	{ .op = ERES_OP_BLOCKED },
	{}
};

static const struct eres_step lower_irql[] = {
	{ .op = ERES_OP_BLOCKED },
	{ .op = ERES_OP_LOWER_IRQL, .arg = 0 },
	{}
};

static const struct section {
	const struct eres_step *begin;
	const struct eres_step *end;
} sections[] = {
	{ enter_critical, leave_critical },
	{ enter_all, leave_all },
	{ raise_irql, lower_irql },
};

/* The mask of a child, and of a child of that. */
static void expect_mask_of_children(__u64 flags, __u64 mask)
{
	pid_t pid = clone_process(flags);

	if (!pid) {
		failures = 0;
		CHECK_EQ(own_mask(), mask);
		pid = clone_process(flags);
		if (!pid)
			_exit(own_mask() == mask ? 0 : 1);
		CHECK_EQ(reap(pid), 0);
		_exit(failures ? 1 : 0);
	}
	CHECK(pid > 0);
	CHECK_EQ(reap(pid), 0);
}

static void child_has_mask_from_before_section(void)
{
	static const __u64 masks[] = { 0, BIT_OF(SIGUSR1) | BIT_OF(64) };
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(sections); i++) {
		for (j = 0; j < ARRAY_SIZE(masks); j++) {
			set_own_mask(masks[j]);
			CHECK_EQ(run(0, sections[i].begin), 0);
			CHECK_EQ(result(0, 1), -1);
			expect_mask_of_children(0, masks[j]);
			expect_mask_of_children(CLONE_VFORK, masks[j]);
			/* The parent's has been left alone. */
			CHECK_EQ(run(0, sections[i].end), 0);
			CHECK_EQ(result(0, 0), -1);
			CHECK_EQ(own_mask(), masks[j]);
		}
	}
	set_own_mask(0);
}

static void child_has_mask_of_parent_outside(void)
{
	CHECK_EQ(run(0, enter_critical), 0);
	CHECK_EQ(run(0, leave_critical), 0);
	set_own_mask(BIT_OF(SIGUSR2));
	expect_mask_of_children(0, BIT_OF(SIGUSR2));
	expect_mask_of_children(CLONE_VFORK, BIT_OF(SIGUSR2));
	set_own_mask(0);
}

static void child_can_be_stopped_and_killed(void)
{
	pid_t pid;

	CHECK_EQ(run(0, enter_critical), 0);
	pid = clone_process(0);
	if (!pid)
		for (;;)
			pause();
	CHECK_EQ(run(0, leave_critical), 0);
	CHECK_EQ(kill(pid, SIGSTOP), 0);
	CHECK(POLL(status_state(pid) == 'T'));
	CHECK_EQ(kill(pid, SIGCONT), 0);
	CHECK(POLL(status_state(pid) == 'S'));
	CHECK_EQ(kill(pid, SIGKILL), 0);
	CHECK(ended_by(reap(pid), SIGKILL));
}

/* In its parent's memory, while its parent sleeps. */
static void vfork_child_can_be_killed(void)
{
	int pid;

	CHECK_EQ(run(0, enter_critical), 0);
	pid = vfork();
	if (!pid) {
		kill(getpid(), SIGKILL);
		_exit(7);
	}
	CHECK_EQ(run(0, leave_critical), 0);
	CHECK(ended_by(reap(pid), SIGKILL));
}

static int second_thread(void *unused)
{
	(void)unused;
	while (!shared->handled)
		syscall(SYS_sched_yield);
	return 0;
}

static char stack[65536];

/* A signal that the process was sent before is for the thread that can take it. */
static void make_thread_in_region(void)
{
	int tid;

	catch(SIGUSR1);
	CHECK_EQ(run(0, enter_critical), 0);
	CHECK_EQ(kill(getpid(), SIGUSR1), 0);
	tid = clone(second_thread, stack + sizeof(stack),
		    CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
		    CLONE_THREAD | CLONE_SYSVSEM, NULL);
	CHECK(tid > 0);
	CHECK(POLL(shared->handled == SIGUSR1));
	CHECK_EQ(shared->handled_in_thread, tid);
	CHECK_EQ(run(0, leave_critical), 0);
}

static void thread_made_in_region_takes_the_signal(void)
{
	pid_t pid = spawn(make_thread_in_region);

	CHECK_EQ(reap(pid), 0);
}

/* The kernel starts this program, for a driver that is in a region. */
static void helper_has_no_signal_blocked(void)
{
	CHECK_EQ(own_mask(), 0);
}

const struct test_case family_cases[] = {
	CASE(child_has_mask_from_before_section),
	CASE(child_has_mask_of_parent_outside),
	CASE(child_can_be_stopped_and_killed),
	CASE(vfork_child_can_be_killed),
	CASE(thread_made_in_region_takes_the_signal),
	CASE(helper_has_no_signal_blocked),
	{}
};
