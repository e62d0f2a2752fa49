// SPDX-License-Identifier: GPL-2.0-only
/* User threads that go back to user mode with a region or a resource. */
#include "sigtest.h"

static const struct eres_step enter_both[] = {
	{ .op = ERES_OP_ENTER_CRITICAL },
	{ .op = ERES_OP_ENTER_GUARDED },
	{ .op = ERES_OP_APCS_DISABLED },
	{}
};

static const struct eres_step leave_both[] = {
	{ .op = ERES_OP_APCS_DISABLED },
	{ .op = ERES_OP_LEAVE_CRITICAL },
	{ .op = ERES_OP_LEAVE_GUARDED },
	{ .op = ERES_OP_APCS_DISABLED },
	{}
};

static void enter_and_come_back(void)
{
	catch(SIGUSR1);
	CHECK_EQ(run(0, enter_both), 0);
	CHECK_EQ(kill(getpid(), SIGUSR1), 0);
	/* Any system call is a chance to deliver. */
	CHECK_EQ(getppid() > 0, 1);
	CHECK_EQ(shared->handled, 0);
	CHECK_EQ(run(1, leave_both), 0);
	CHECK_EQ(shared->handled, SIGUSR1);
	CHECK_EQ(own_mask(), 0);
}

static void region_lasts_through_user_mode(void)
{
	pid_t pid = spawn(enter_and_come_back);

	CHECK_EQ(reap(pid), 0);
	CHECK_EQ(result(0, 2), 3);
	CHECK_EQ(result(1, 0), 3);
	CHECK_EQ(result(1, 3), 0);
}

static void enter_and_exit(void)
{
	CHECK_EQ(run(0, enter_both), 0);
}

static void exit_in_region_is_reported(void)
{
	pid_t pid = spawn(enter_and_exit);

	CHECK_EQ(reap(pid), 0);
}

static const struct eres_step both_modes_in_region[] = {
	{ .op = ERES_OP_ENTER_CRITICAL },
	{ .op = ERES_OP_ACQUIRE_EXCLUSIVE, .arg = 0 },
	{ .op = ERES_OP_RELEASE, .arg = 0 },
	{ .op = ERES_OP_LEAVE_CRITICAL },
	{ .op = ERES_OP_ENTER_GUARDED },
	{ .op = ERES_OP_ACQUIRE_SHARED, .arg = 0 },
	{ .op = ERES_OP_RELEASE, .arg = 0 },
	{ .op = ERES_OP_LEAVE_GUARDED },
	{ .op = ERES_OP_RAISE_IRQL, .arg = 1 },
	{ .op = ERES_OP_ACQUIRE_SHARED, .arg = 0 },
	{ .op = ERES_OP_RELEASE, .arg = 0 },
	{ .op = ERES_OP_LOWER_IRQL, .arg = 0 },
	{}
};

static void acquire_and_release_in_region_are_silent(void)
{
	CHECK_EQ(run(0, both_modes_in_region), 0);
	CHECK_EQ(result(0, 1), 1);
	CHECK_EQ(result(0, 5), 1);
	CHECK_EQ(result(0, 9), 1);
	CHECK_FREE(0);
}

/* Having been in a region before makes no difference. */
static const struct eres_step both_modes_outside[] = {
	{ .op = ERES_OP_ENTER_CRITICAL },
	{ .op = ERES_OP_LEAVE_CRITICAL },
	{ .op = ERES_OP_ACQUIRE_EXCLUSIVE, .arg = 0 },
	{ .op = ERES_OP_RELEASE, .arg = 0 },
	{ .op = ERES_OP_ENTER_GUARDED },
	{ .op = ERES_OP_LEAVE_GUARDED },
	{ .op = ERES_OP_ACQUIRE_SHARED, .arg = 0 },
	{ .op = ERES_OP_RELEASE, .arg = 0 },
	{}
};

static void acquire_and_release_outside_region_are_reported(void)
{
	CHECK_EQ(run(0, both_modes_outside), 0);
	CHECK_EQ(result(0, 2), 1);
	CHECK_EQ(result(0, 6), 1);
	CHECK_FREE(0);
}

static const struct eres_step own_and_return[] = {
	{ .op = ERES_OP_ENTER_CRITICAL },
	{ .op = ERES_OP_ACQUIRE_EXCLUSIVE, .arg = 0 },
	{ .op = ERES_OP_ACQUIRE_EXCLUSIVE, .arg = 1 },
	{ .op = ERES_OP_HAND_OVER, .arg = 1 },
	{ .op = ERES_OP_LEAVE_CRITICAL },
	{}
};

static const struct eres_step release_both[] = {
	{ .op = ERES_OP_ENTER_CRITICAL },
	{ .op = ERES_OP_RELEASE, .arg = 0 },
	{ .op = ERES_OP_RELEASE_POINTER, .arg = 1 },
	{ .op = ERES_OP_LEAVE_CRITICAL },
	{}
};

/* A request that is pending when the system call returns. */
static void ownership_lasts_through_user_mode(void)
{
	CHECK_EQ(run(0, own_and_return), 0);
	CHECK_EQ(result(0, 1), 1);
	CHECK_EQ(result(0, 2), 1);
	CHECK_EQ(own_mask(), 0);
	CHECK_EQ(query(1).free, 0);
	CHECK_EQ(run(0, release_both), 0);
	CHECK_FREE(0);
	CHECK_FREE(1);
}

const struct test_case return_cases[] = {
	CASE(region_lasts_through_user_mode),
	CASE(exit_in_region_is_reported),
	CASE(acquire_and_release_in_region_are_silent),
	CASE(acquire_and_release_outside_region_are_reported),
	CASE(ownership_lasts_through_user_mode),
	{}
};
