// SPDX-License-Identifier: GPL-2.0-only
/* A thread's own signal mask, before, in and after regions. */
#define _GNU_SOURCE
#include <sys/syscall.h>

#include "sigtest.h"

static const struct eres_step nested[] = {
	{ .op = ERES_OP_BLOCKED },
	{ .op = ERES_OP_ENTER_CRITICAL },
	{ .op = ERES_OP_ENTER_CRITICAL },
	{ .op = ERES_OP_BLOCKED },
	{ .op = ERES_OP_LEAVE_CRITICAL },
	{ .op = ERES_OP_LEAVE_CRITICAL },
	{ .op = ERES_OP_BLOCKED },
	{}
};

static const struct eres_step overlapping[] = {
	{ .op = ERES_OP_ENTER_CRITICAL },
	{ .op = ERES_OP_ENTER_GUARDED },
	{ .op = ERES_OP_LEAVE_CRITICAL },
	{ .op = ERES_OP_BLOCKED },
	{ .op = ERES_OP_LEAVE_GUARDED },
	{}
};

static const struct eres_step overlapping_irql[] = {
	{ .op = ERES_OP_ENTER_GUARDED },
	{ .op = ERES_OP_RAISE_IRQL, .arg = 1 },
	{ .op = ERES_OP_LEAVE_GUARDED },
	{ .op = ERES_OP_BLOCKED },
	{ .op = ERES_OP_ENTER_CRITICAL },
	{ .op = ERES_OP_LOWER_IRQL, .arg = 0 },
	{ .op = ERES_OP_LEAVE_CRITICAL },
	{}
};

static const struct eres_step with_lock[] = {
	{ .op = ERES_OP_ENTER_CRITICAL },
	{ .op = ERES_OP_ACQUIRE_SHARED, .arg = 0 },
	{ .op = ERES_OP_RELEASE_AND_LEAVE, .arg = 0 },
	{}
};

/* SIGKILL and SIGSTOP can not be blocked from here. */
#define BLOCKABLE (~(BIT_OF(SIGKILL) | BIT_OF(SIGSTOP)))

static const __u64 masks[] = {
	0,
	BIT_OF(SIGUSR1),
	BIT_OF(SIGTERM) | BIT_OF(64),
	BIT_OF(1) | BIT_OF(32) | BIT_OF(33),
	BLOCKABLE,
	BLOCKABLE & ~BIT_OF(SIGUSR1),
};

static void mask_is_restored_exactly(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(masks); i++) {
		set_own_mask(masks[i]);
		CHECK_EQ(run(0, nested), 0);
		CHECK_EQ(own_mask(), masks[i]);
		CHECK_EQ(result(0, 0), masks[i]);
		CHECK_EQ(result(0, 6), masks[i]);
		CHECK_EQ(run(0, overlapping), 0);
		CHECK_EQ(own_mask(), masks[i]);
		CHECK_EQ(run(0, overlapping_irql), 0);
		CHECK_EQ(own_mask(), masks[i]);
		CHECK_EQ(run(0, with_lock), 0);
		CHECK_EQ(own_mask(), masks[i]);
	}
	set_own_mask(0);
}

static void all_signals_are_blocked_inside(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(masks); i++) {
		set_own_mask(masks[i]);
		CHECK_EQ(run(0, nested), 0);
		CHECK_EQ(result(0, 3), -1);
		CHECK_EQ(run(0, overlapping), 0);
		CHECK_EQ(result(0, 3), -1);
		CHECK_EQ(run(0, overlapping_irql), 0);
		CHECK_EQ(result(0, 3), -1);
	}
	set_own_mask(0);
}

static const struct eres_step wait_inside[] = {
	{ .op = ERES_OP_ENTER_CRITICAL },
	{ .op = ERES_OP_WAIT_INTERRUPTIBLE, .arg = 0 },
	{ .op = ERES_OP_LEAVE_CRITICAL },
	{ .op = ERES_OP_SIGNAL_PENDING },
	{}
};

static void wait_with_signal_blocked(void)
{
	catch(SIGUSR1);
	set_own_mask(BIT_OF(SIGUSR1));
	CHECK_EQ(run(0, wait_inside), 0);
	CHECK_EQ(shared->handled, 0);
	set_own_mask(0);
	CHECK_EQ(shared->handled, SIGUSR1);
}

static void own_blocked_signal_stays_blocked(void)
{
	pid_t pid = spawn(wait_with_signal_blocked);

	CHECK(POLL(progress(0) == 1));
	CHECK_EQ(kill(pid, SIGUSR1), 0);
	CHECK(status_mask(pid, "ShdPnd") & BIT_OF(SIGUSR1));
	set_flag(0);
	CHECK_EQ(reap(pid), 0);
	CHECK_EQ(result(0, 1), 0);
	CHECK_EQ(result(0, 3), 0);
}

const struct test_case mask_cases[] = {
	CASE(mask_is_restored_exactly),
	CASE(all_signals_are_blocked_inside),
	CASE(own_blocked_signal_stays_blocked),
	{}
};
