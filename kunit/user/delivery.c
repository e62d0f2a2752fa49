// SPDX-License-Identifier: GPL-2.0-only
/* Signals sent to a process of one thread while the thread is in a region. */
#define _GNU_SOURCE
#include <sys/syscall.h>

#include "sigtest.h"

/* Steps that several cases look at by index. */
enum { AT_WAIT = 1, AT_PENDING_INSIDE, AT_LEAVE, AT_PENDING_AFTER };

static const struct eres_step wait_in_region[] = {
	{ .op = ERES_OP_ENTER_CRITICAL },
	{ .op = ERES_OP_WAIT_INTERRUPTIBLE, .arg = 0 },
	{ .op = ERES_OP_SIGNAL_PENDING },
	{ .op = ERES_OP_LEAVE_CRITICAL },
	{ .op = ERES_OP_SIGNAL_PENDING },
	{}
};

static void wait_in_a_region(void)
{
	shared->returned = run(0, wait_in_region);
}

static void catch_and_wait_in_a_region(void)
{
	catch(SIGUSR1);
	shared->returned = run(0, wait_in_region);
	/* The handler ran on the way out, before the first instruction here. */
	CHECK_EQ(shared->handled, SIGUSR1);
}

/* The process waits at its step; it gets the signal and none of it shows. */
static void send_while_it_waits(pid_t pid, unsigned int step, int sig)
{
	CHECK(POLL(progress(0) == step));
	CHECK_EQ(kill(pid, sig), 0);
	CHECK(!wait_would_end(pid));
	CHECK(status_mask(pid, "ShdPnd") & BIT_OF(sig));
	CHECK(still_there(pid));
	CHECK_EQ(progress(0), step);
}

static void check_wait_results(void)
{
	CHECK_EQ(result(0, AT_WAIT), 0);
	CHECK_EQ(result(0, AT_PENDING_INSIDE), 0);
	CHECK_EQ(result(0, AT_PENDING_AFTER), 1);
}

static void signal_is_delivered_after_leave(void)
{
	pid_t pid = spawn(wait_in_a_region);

	send_while_it_waits(pid, AT_WAIT, SIGTERM);
	set_flag(0);
	CHECK(ended_by(reap(pid), SIGTERM));
	check_wait_results();
}

static void signal_to_thread_is_delivered_after_leave(void)
{
	pid_t pid = spawn(wait_in_a_region);

	CHECK(POLL(progress(0) == AT_WAIT));
	CHECK_EQ(syscall(SYS_tgkill, pid, pid, SIGTERM), 0);
	CHECK(!wait_would_end(pid));
	CHECK(status_mask(pid, "SigPnd") & BIT_OF(SIGTERM));
	set_flag(0);
	CHECK(ended_by(reap(pid), SIGTERM));
	check_wait_results();
}

static void handler_runs_after_leave(void)
{
	pid_t pid = spawn(catch_and_wait_in_a_region);

	send_while_it_waits(pid, AT_WAIT, SIGUSR1);
	CHECK_EQ(shared->handled, 0);
	set_flag(0);
	CHECK_EQ(reap(pid), 0);
	check_wait_results();
}

static const struct eres_step wait_deep_inside[] = {
	{ .op = ERES_OP_ENTER_CRITICAL },
	{ .op = ERES_OP_ENTER_GUARDED },
	{ .op = ERES_OP_ENTER_CRITICAL },
	{ .op = ERES_OP_WAIT_INTERRUPTIBLE, .arg = 0 },
	{ .op = ERES_OP_LEAVE_CRITICAL },
	{ .op = ERES_OP_SIGNAL_PENDING },
	{ .op = ERES_OP_LEAVE_CRITICAL },
	{ .op = ERES_OP_SIGNAL_PENDING },
	{ .op = ERES_OP_WAIT_INTERRUPTIBLE, .arg = 0 },
	{ .op = ERES_OP_LEAVE_GUARDED },
	{ .op = ERES_OP_SIGNAL_PENDING },
	{}
};

static void wait_deep_inside_regions(void)
{
	run(0, wait_deep_inside);
}

static void signal_waits_for_outermost_leave(void)
{
	pid_t pid = spawn(wait_deep_inside_regions);

	send_while_it_waits(pid, 3, SIGTERM);
	set_flag(0);
	CHECK(ended_by(reap(pid), SIGTERM));
	CHECK_EQ(result(0, 3), 0);
	CHECK_EQ(result(0, 5), 0);
	CHECK_EQ(result(0, 7), 0);
	CHECK_EQ(result(0, 8), 0);
	CHECK_EQ(result(0, 10), 1);
}

static const struct eres_step wait_with_lock[] = {
	{ .op = ERES_OP_ENTER_CRITICAL },
	{ .op = ERES_OP_ACQUIRE_EXCLUSIVE, .arg = 0 },
	{ .op = ERES_OP_WAIT_INTERRUPTIBLE, .arg = 0 },
	{ .op = ERES_OP_RELEASE_AND_LEAVE, .arg = 0 },
	{ .op = ERES_OP_SIGNAL_PENDING },
	{}
};

static void wait_with_a_lock(void)
{
	shared->returned = run(0, wait_with_lock);
}

static void wait_with_a_lock_then_go_on(void)
{
	CHECK_EQ(run(0, wait_with_lock), 0);
}

static void signal_ends_thread_only_after_release(void)
{
	pid_t pid = spawn(wait_with_a_lock);

	send_while_it_waits(pid, 2, SIGTERM);
	CHECK_EQ(query(0).free, 0);
	set_flag(0);
	CHECK(ended_by(reap(pid), SIGTERM));
	CHECK_EQ(result(0, 2), 0);
	CHECK_EQ(result(0, 4), 1);
	CHECK_FREE(0);
}

static void kill_waits_for_leave(void)
{
	pid_t pid = spawn(wait_with_a_lock);

	send_while_it_waits(pid, 2, SIGKILL);
	CHECK_EQ(query(0).free, 0);
	set_flag(0);
	CHECK(ended_by(reap(pid), SIGKILL));
	CHECK_EQ(result(0, 2), 0);
	CHECK_EQ(result(0, 4), 1);
	CHECK_FREE(0);
}

static void stop_waits_for_leave(void)
{
	pid_t pid = spawn(wait_with_a_lock_then_go_on);
	int status = 0;

	send_while_it_waits(pid, 2, SIGSTOP);
	CHECK_EQ(query(0).free, 0);
	CHECK_EQ(status_state(pid), 'S');
	set_flag(0);
	CHECK(POLL(waitpid(pid, &status, WUNTRACED | WNOHANG) == pid));
	CHECK(WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
	CHECK_EQ(result(0, 2), 0);
	/* Stopped, and in nobody's way. */
	CHECK_FREE(0);
	CHECK_EQ(kill(pid, SIGCONT), 0);
	CHECK_EQ(reap(pid), 0);
}

static const struct eres_step wait_at_apc_level[] = {
	{ .op = ERES_OP_RAISE_IRQL, .arg = 1 },
	{ .op = ERES_OP_WAIT_INTERRUPTIBLE, .arg = 0 },
	{ .op = ERES_OP_SIGNAL_PENDING },
	{ .op = ERES_OP_LOWER_IRQL, .arg = 0 },
	{ .op = ERES_OP_SIGNAL_PENDING },
	{}
};

static void wait_raised(void)
{
	run(0, wait_at_apc_level);
}

static void signal_is_held_off_at_apc_level(void)
{
	pid_t pid = spawn(wait_raised);

	send_while_it_waits(pid, AT_WAIT, SIGTERM);
	set_flag(0);
	CHECK(ended_by(reap(pid), SIGTERM));
	check_wait_results();
}

static const struct eres_step enter_with_signal[] = {
	{ .op = ERES_OP_WAIT, .arg = 0 },
	{ .op = ERES_OP_SIGNAL_PENDING },
	{ .op = ERES_OP_ENTER_CRITICAL },
	{ .op = ERES_OP_SIGNAL_PENDING },
	{ .op = ERES_OP_WAIT_INTERRUPTIBLE, .arg = 1 },
	{ .op = ERES_OP_LEAVE_CRITICAL },
	{ .op = ERES_OP_SIGNAL_PENDING },
	{}
};

static void enter_with_a_signal(void)
{
	run(0, enter_with_signal);
}

static void signal_from_before_is_held_off(void)
{
	pid_t pid = spawn(enter_with_a_signal);

	CHECK(POLL(progress(0) == 0 && status_state(pid) == 'D'));
	CHECK_EQ(kill(pid, SIGTERM), 0);
	set_flag(0);
	CHECK(POLL(progress(0) == 4));
	CHECK(!wait_would_end(pid));
	CHECK(still_there(pid));
	set_flag(1);
	CHECK(ended_by(reap(pid), SIGTERM));
	CHECK_EQ(result(0, 1), 1);
	CHECK_EQ(result(0, 3), 0);
	CHECK_EQ(result(0, 4), 0);
	CHECK_EQ(result(0, 6), 1);
}

const struct test_case delivery_cases[] = {
	CASE(signal_is_delivered_after_leave),
	CASE(signal_to_thread_is_delivered_after_leave),
	CASE(handler_runs_after_leave),
	CASE(signal_waits_for_outermost_leave),
	CASE(signal_ends_thread_only_after_release),
	CASE(signal_is_held_off_at_apc_level),
	CASE(stop_waits_for_leave),
	CASE(kill_waits_for_leave),
	CASE(signal_from_before_is_held_off),
	{}
};
