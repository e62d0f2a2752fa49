// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signals and several threads: processes of two, one of which runs the script
 * while the other one is outside of any region and takes what is sent to the
 * process; and processes that wait for another's resource.
 */
#define _GNU_SOURCE
#include <sys/syscall.h>

#include "sigtest.h"

/* Another process owns the resource until flag 3 is set. */
#define OWNER_SLOT 3

static const struct eres_step own_until_told[] = {
	{ .op = ERES_OP_ENTER_CRITICAL },
	{ .op = ERES_OP_ACQUIRE_EXCLUSIVE, .arg = 0 },
	{ .op = ERES_OP_WAIT, .arg = 3 },
	{ .op = ERES_OP_RELEASE_AND_LEAVE, .arg = 0 },
	{}
};

static void own(void)
{
	CHECK_EQ(run(OWNER_SLOT, own_until_told), 0);
}

static pid_t spawn_owner(void)
{
	pid_t pid = spawn(own);

	CHECK(POLL(progress(OWNER_SLOT) == 2));
	return pid;
}

static const struct eres_step take_exclusive[] = {
	{ .op = ERES_OP_ENTER_CRITICAL },
	{ .op = ERES_OP_ACQUIRE_EXCLUSIVE, .arg = 0 },
	{ .op = ERES_OP_RELEASE_AND_LEAVE, .arg = 0 },
	{}
};

static const struct eres_step take_shared[] = {
	{ .op = ERES_OP_ENTER_CRITICAL },
	{ .op = ERES_OP_ACQUIRE_SHARED, .arg = 0 },
	{ .op = ERES_OP_RELEASE_AND_LEAVE, .arg = 0 },
	{}
};

static void wait_for_exclusive(void)
{
	run(0, take_exclusive);
}

static void wait_for_shared(void)
{
	run(0, take_shared);
}

static void check_waits(bool exclusive)
{
	struct eres_query state = query(0);

	CHECK_EQ(state.free, 0);
	CHECK_EQ(state.exclusive_waiters, exclusive ? 1 : 0);
	CHECK_EQ(state.shared_waiters, exclusive ? 0 : 1);
	CHECK_EQ(progress(0), 1);
	CHECK_EQ(status_state(shared->tid), 'D');
}

static bool waits(bool exclusive)
{
	struct eres_query state = query(0);

	return exclusive ? state.exclusive_waiters : state.shared_waiters;
}

/* How the process is ended: by a signal to it, or by its other thread. */
static int end_group(bool exclusive, enum leader leader)
{
	pid_t owner = spawn_owner(), pid;
	int status;

	pid = spawn_threads(exclusive ? wait_for_exclusive : wait_for_shared, leader);
	CHECK(POLL(waits(exclusive)));
	CHECK(POLL(status_state(shared->tid) == 'D'));
	check_waits(exclusive);
	if (leader == LEADER_SLEEPS)
		CHECK_EQ(kill(pid, SIGKILL), 0);
	else
		let_leader_go();
	/* The other thread is dead; this one has been killed and still waits. */
	CHECK(POLL(status_state(pid) == 'Z'));
	CHECK(status_mask(shared->tid, "SigPnd") & BIT_OF(SIGKILL));
	check_waits(exclusive);
	CHECK(still_there(pid));

	set_flag(3);
	CHECK_EQ(reap(owner), 0);
	status = reap(pid);
	CHECK_EQ(result(0, 1), 1);
	CHECK_EQ(progress(0), 3);
	CHECK_FREE(0);
	return status;
}

/* Of one thread: nothing tells it even that it has been killed. */
static void kill_does_not_end_wait(void)
{
	pid_t owner = spawn_owner(), pid = spawn(wait_for_exclusive);

	CHECK(POLL(waits(true) && status_state(pid) == 'D'));
	CHECK_EQ(kill(pid, SIGKILL), 0);
	CHECK(status_mask(pid, "ShdPnd") & BIT_OF(SIGKILL));
	CHECK(!wait_would_end(pid));
	check_waits(true);
	set_flag(3);
	CHECK_EQ(reap(owner), 0);
	CHECK(ended_by(reap(pid), SIGKILL));
	CHECK_EQ(result(0, 1), 1);
	CHECK_FREE(0);
}

static void group_kill_does_not_end_exclusive_wait(void)
{
	CHECK(ended_by(end_group(true, LEADER_SLEEPS), SIGKILL));
}

static void group_kill_does_not_end_shared_wait(void)
{
	CHECK(ended_by(end_group(false, LEADER_SLEEPS), SIGKILL));
}

static void group_exit_does_not_end_exclusive_wait(void)
{
	int status = end_group(true, LEADER_EXITS);

	CHECK(WIFEXITED(status));
	CHECK_EQ(WEXITSTATUS(status), 7);
}

static void group_fault_does_not_end_shared_wait(void)
{
	CHECK(ended_by(end_group(false, LEADER_FAULTS), SIGSEGV));
}

static const struct eres_step hold_lock[] = {
	{ .op = ERES_OP_ENTER_CRITICAL },
	{ .op = ERES_OP_ACQUIRE_EXCLUSIVE, .arg = 0 },
	{ .op = ERES_OP_ACQUIRE_SHARED, .arg = 1 },
	{ .op = ERES_OP_WAIT, .arg = 0 },
	{ .op = ERES_OP_RELEASE, .arg = 1 },
	{ .op = ERES_OP_RELEASE_AND_LEAVE, .arg = 0 },
	{}
};

static void hold_a_lock(void)
{
	run(0, hold_lock);
}

static void group_kill_leaves_no_lock_behind(void)
{
	pid_t pid = spawn_threads(hold_a_lock, LEADER_SLEEPS);

	CHECK(POLL(progress(0) == 3));
	CHECK_EQ(kill(pid, SIGKILL), 0);
	CHECK(POLL(status_state(pid) == 'Z'));
	CHECK_EQ(query(0).free, 0);
	CHECK_EQ(query(1).free, 0);
	set_flag(0);
	CHECK(ended_by(reap(pid), SIGKILL));
	CHECK_FREE(0);
	CHECK_FREE(1);
}

static bool stopped(pid_t pid)
{
	int status;

	return waitpid(pid, &status, WUNTRACED | WNOHANG) == pid && WIFSTOPPED(status);
}

static void group_stop_leaves_no_lock_behind(void)
{
	pid_t pid = spawn_threads(hold_a_lock, LEADER_SLEEPS);

	CHECK(POLL(progress(0) == 3));
	CHECK_EQ(kill(pid, SIGSTOP), 0);
	/* The thread outside stops, the one in the region holds on. */
	CHECK(POLL(status_state(pid) == 'T'));
	CHECK_EQ(status_state(shared->tid), 'D');
	CHECK_EQ(query(0).free, 0);
	CHECK(!stopped(pid));
	set_flag(0);
	CHECK(POLL(stopped(pid)));
	CHECK_FREE(0);
	CHECK_FREE(1);
	CHECK_EQ(kill(pid, SIGKILL), 0);
	CHECK(ended_by(reap(pid), SIGKILL));
}

static const struct eres_step wait_inside[] = {
	{ .op = ERES_OP_ENTER_CRITICAL },
	{ .op = ERES_OP_ACQUIRE_EXCLUSIVE, .arg = 0 },
	{ .op = ERES_OP_WAIT_KILLABLE, .arg = 0 },
	{ .op = ERES_OP_RELEASE, .arg = 0 },
	/* The shim's own waits do not care. */
	{ .op = ERES_OP_ACQUIRE_EXCLUSIVE, .arg = 1 },
	{ .op = ERES_OP_RELEASE_AND_LEAVE, .arg = 1 },
	{}
};

static void wait_killably(void)
{
	run(0, wait_inside);
}

/* What a module can not keep from a thread: see Documentation/semantics.rst. */
static void deviation_group_kill_ends_killable_wait(void)
{
	pid_t pid = spawn_threads(wait_killably, LEADER_SLEEPS);

	CHECK(POLL(progress(0) == 2));
	CHECK_EQ(kill(pid, SIGKILL), 0);
	CHECK(ended_by(reap(pid), SIGKILL));
	CHECK_EQ(result(0, 2), INTERRUPTED);
	CHECK_EQ(result(0, 4), 1);
	CHECK_EQ(progress(0), ARRAY_SIZE(wait_inside) - 1);
	CHECK_FREE(0);
	CHECK_FREE(1);
}

static const struct eres_step wait_interruptibly[] = {
	{ .op = ERES_OP_ENTER_CRITICAL },
	{ .op = ERES_OP_ACQUIRE_EXCLUSIVE, .arg = 0 },
	{ .op = ERES_OP_WAIT_INTERRUPTIBLE, .arg = 0 },
	{ .op = ERES_OP_WAIT, .arg = 1 },
	{ .op = ERES_OP_RELEASE_AND_LEAVE, .arg = 0 },
	{}
};

static void wait_where_a_stop_shows(void)
{
	run(0, wait_interruptibly);
}

static void deviation_group_stop_ends_interruptible_wait(void)
{
	pid_t pid = spawn_threads(wait_where_a_stop_shows, LEADER_SLEEPS);

	CHECK(POLL(progress(0) == 2));
	CHECK_EQ(kill(pid, SIGSTOP), 0);
	CHECK(POLL(progress(0) == 3));
	CHECK_EQ(result(0, 2), INTERRUPTED);
	/* But it does not stop there. */
	CHECK(POLL(status_state(shared->tid) == 'D'));
	CHECK_EQ(query(0).free, 0);
	set_flag(1);
	CHECK(POLL(stopped(pid)));
	CHECK_FREE(0);
	CHECK_EQ(kill(pid, SIGKILL), 0);
	CHECK(ended_by(reap(pid), SIGKILL));
}

static void wait_alone(void)
{
	CHECK_EQ(run(0, wait_interruptibly), 0);
}

static void deviation_task_work_ends_interruptible_wait(void)
{
	pid_t pid = spawn(wait_alone);

	set_flag(1);
	CHECK(POLL(progress(0) == 2 && status_state(pid) == 'S'));
	CHECK_EQ(notify(pid), 0);
	CHECK_EQ(reap(pid), 0);
	CHECK_EQ(result(0, 2), INTERRUPTED);
	CHECK_FREE(0);
}

static void hold_a_lock_while_sibling_is_told(void)
{
	catch(SIGUSR1);
	run(0, hold_lock);
	CHECK_EQ(shared->handled_in_thread, getpid());
}

/* Regions are of one thread: who is outside is told at once. */
static void sibling_gets_the_signal(void)
{
	pid_t pid = spawn_threads(hold_a_lock_while_sibling_is_told, LEADER_SLEEPS);

	CHECK(POLL(progress(0) == 3));
	CHECK_EQ(kill(pid, SIGUSR1), 0);
	CHECK(POLL(shared->handled == SIGUSR1));
	CHECK_EQ(shared->handled_in_thread, pid);
	CHECK_EQ(progress(0), 3);
	set_flag(0);
	let_leader_go();
	CHECK_EQ(reap(pid), 0);
	CHECK_FREE(0);
}

const struct test_case group_cases[] = {
	CASE(kill_does_not_end_wait),
	CASE(group_kill_does_not_end_exclusive_wait),
	CASE(group_kill_does_not_end_shared_wait),
	CASE(group_exit_does_not_end_exclusive_wait),
	CASE(group_fault_does_not_end_shared_wait),
	CASE(group_kill_leaves_no_lock_behind),
	CASE(group_stop_leaves_no_lock_behind),
	CASE(deviation_group_kill_ends_killable_wait),
	CASE(deviation_group_stop_ends_interruptible_wait),
	CASE(deviation_task_work_ends_interruptible_wait),
	CASE(sibling_gets_the_signal),
	{}
};
