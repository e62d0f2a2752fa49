// SPDX-License-Identifier: GPL-2.0-only
/* User threads that exit: with a signal held off, and waiting for a resource. */
#include <stdlib.h>
#include <sys/prctl.h>

#include "sigtest.h"

static const struct eres_step enter[] = {
	{ .op = ERES_OP_ENTER_CRITICAL },
	{ .op = ERES_OP_SIGNAL_PENDING },
	{}
};

static void exit_with_signal(void)
{
	CHECK_EQ(run(0, enter), 0);
	CHECK_EQ(kill(getpid(), SIGTERM), 0);
	_exit(failures ? 1 : 3);
}

/* It exits as it wanted to: the signal is held off to the end. */
static void exit_with_signal_held_off(void)
{
	int status = reap(spawn(exit_with_signal));

	CHECK(WIFEXITED(status));
	CHECK_EQ(WEXITSTATUS(status), 3);
}

static const struct eres_step own[] = {
	{ .op = ERES_OP_ENTER_CRITICAL },
	{ .op = ERES_OP_ACQUIRE_EXCLUSIVE, .arg = 0 },
	{}
};

static const struct eres_step disown[] = {
	{ .op = ERES_OP_RELEASE_AND_LEAVE, .arg = 0 },
	{}
};

static const struct eres_step own_for_a_moment[] = {
	{ .op = ERES_OP_ENTER_CRITICAL },
	{ .op = ERES_OP_ACQUIRE_EXCLUSIVE, .arg = 0 },
	{ .op = ERES_OP_RELEASE_AND_LEAVE, .arg = 0 },
	{}
};

static void exit_and_wait(void)
{
	CHECK_EQ(prctl(PR_SET_NAME, "eres-waits"), 0);
	CHECK_EQ(run_at_close(1, own_for_a_moment), 0);
}

/* When its files are closed; it is past being killed, and is shown as it is. */
static void exiting_thread_waits(void)
{
	char waiter[64];
	pid_t pid;

	CHECK_EQ(run(0, own), 0);
	pid = spawn(exit_and_wait);
	CHECK(POLL(query(0).exclusive_waiters == 1));
	snprintf(waiter, sizeof(waiter), ": eres-waits[%d], exclusive, for ", pid);
	CHECK(debugfs_line("locks", waiter));
	CHECK_EQ(kill(pid, SIGKILL), 0);
	CHECK_EQ(progress(1), 1);
	CHECK(still_there(pid));
	CHECK_EQ(run(0, disown), 0);
	CHECK_EQ(reap(pid), 0);
	CHECK_EQ(progress(1), 3);
	CHECK_EQ(result(1, 1), 1);
	CHECK(!debugfs_line("threads", "eres-waits"));
	CHECK_FREE(0);
}

const struct test_case exit_cases[] = {
	CASE(exit_with_signal_held_off),
	CASE(exiting_thread_waits),
	{}
};
