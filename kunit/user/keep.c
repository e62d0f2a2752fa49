// SPDX-License-Identifier: GPL-2.0-only
/* User threads that own when they return to user mode, as they must not, or exit. */
#include "sigtest.h"

static const struct eres_step keep_outside[] = {
	{ .op = ERES_OP_ACQUIRE_EXCLUSIVE, .arg = 0 },
	{ .op = ERES_OP_ACQUIRE_SHARED, .arg = 1 },
	{}
};

/* A level more of what lockdep thinks released. */
static const struct eres_step recurse_outside[] = {
	{ .op = ERES_OP_ACQUIRE_EXCLUSIVE, .arg = 0 },
	{ .op = ERES_OP_RELEASE, .arg = 0 },
	{}
};

static const struct eres_step release_outside[] = {
	{ .op = ERES_OP_RELEASE, .arg = 0 },
	{ .op = ERES_OP_RELEASE, .arg = 1 },
	{}
};

static void ownership_outside_region_outlives_call(void)
{
	CHECK_EQ(run(0, keep_outside), 0);
	CHECK_EQ(getppid() > 0, 1);
	CHECK_EQ(run(1, recurse_outside), 0);
	CHECK_EQ(run(2, release_outside), 0);
	CHECK_EQ(result(0, 0), 1);
	CHECK_EQ(result(0, 1), 1);
	CHECK_EQ(result(1, 0), 1);
	CHECK_FREE(0);
	CHECK_FREE(1);
}

static const struct eres_step keep_inside[] = {
	{ .op = ERES_OP_ENTER_CRITICAL },
	{ .op = ERES_OP_ACQUIRE_EXCLUSIVE, .arg = 0 },
	{ .op = ERES_OP_ENTER_GUARDED },
	{ .op = ERES_OP_ACQUIRE_SHARED, .arg = 1 },
	{}
};

static const struct eres_step release_inside[] = {
	{ .op = ERES_OP_ACQUIRE_EXCLUSIVE, .arg = 0 },
	{ .op = ERES_OP_RELEASE, .arg = 1 },
	{ .op = ERES_OP_LEAVE_GUARDED },
	{ .op = ERES_OP_RELEASE, .arg = 0 },
	{ .op = ERES_OP_RELEASE_AND_LEAVE, .arg = 0 },
	{}
};

static void ownership_in_region_outlives_call(void)
{
	CHECK_EQ(run(0, keep_inside), 0);
	CHECK_EQ(getppid() > 0, 1);
	CHECK_EQ(run(1, release_inside), 0);
	CHECK_EQ(own_mask(), 0);
	CHECK_FREE(0);
	CHECK_FREE(1);
}

static const struct eres_step enter_and_leave[] = {
	{ .op = ERES_OP_ENTER_CRITICAL },
	{ .op = ERES_OP_LEAVE_CRITICAL },
	{}
};

/* In task work: sys_exit has been traced. The thread has called before. */
static void ownership_in_region_outlives_close(void)
{
	CHECK_EQ(run(1, enter_and_leave), 0);
	CHECK_EQ(close(open_to_run(0, keep_inside)), 0);
	CHECK_EQ(getppid() > 0, 1);
	CHECK_EQ(run(1, release_inside), 0);
	CHECK_EQ(own_mask(), 0);
	CHECK_FREE(0);
	CHECK_FREE(1);
}

/* The same, and the thread has not called before. */
static void ownership_outside_region_outlives_close(void)
{
	CHECK_EQ(close(open_to_run(0, keep_outside)), 0);
	CHECK_EQ(getppid() > 0, 1);
	CHECK_EQ(run(2, release_outside), 0);
	CHECK_FREE(0);
	CHECK_FREE(1);
}

static void exit_with_file(void)
{
	CHECK_EQ(run_at_close(0, keep_inside), 0);
}

/* The file goes when the thread has been told of as exiting. */
static void ownership_outlives_thread(void)
{
	pid_t pid = spawn(exit_with_file);

	CHECK_EQ(reap(pid), 0);
	CHECK_EQ(progress(0), 4);
	CHECK_EQ(query(0).free, 0);
}

const struct test_case keep_cases[] = {
	CASE(ownership_outside_region_outlives_call),
	CASE(ownership_in_region_outlives_call),
	CASE(ownership_in_region_outlives_close),
	CASE(ownership_outside_region_outlives_close),
	CASE(ownership_outlives_thread),
	{}
};
