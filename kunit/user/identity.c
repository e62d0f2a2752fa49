// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads that become somebody else: what is told of them is told under the name
 * and the process id that they have now, or had at the end.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <sys/prctl.h>

#include "sigtest.h"

/* Owns and is in a region; lockdep does not like ownership in user mode. */
static const struct eres_step own_and_enter[] = {
	{ .op = ERES_OP_ENTER_CRITICAL },
	{ .op = ERES_OP_ACQUIRE_EXCLUSIVE, .arg = 0 },
	{ .op = ERES_OP_LEAVE_CRITICAL },
	{ .op = ERES_OP_ENTER_CRITICAL },
	{}
};

static const struct eres_step release_and_leave[] = {
	{ .op = ERES_OP_RELEASE, .arg = 0 },
	{ .op = ERES_OP_LEAVE_CRITICAL },
	{}
};

static const struct eres_step leave[] = {
	{ .op = ERES_OP_LEAVE_CRITICAL },
	{}
};

/* Is there a line with this in debugfs? */
static bool is_shown(const char *name, pid_t pid, const char *state)
{
	char text[80];

	snprintf(text, sizeof(text), ": %s[%d]%s, PASSIVE_LEVEL", name, pid, state);
	return debugfs_line("threads", text);
}

static void renamed_thread_is_shown_by_its_name(void)
{
	CHECK_EQ(run(0, own_and_enter), 0);
	CHECK_EQ(prctl(PR_SET_NAME, "eres-one"), 0);
	CHECK(is_shown("eres-one", getpid(), ""));
	CHECK_EQ(prctl(PR_SET_NAME, "eres-two"), 0);
	CHECK(is_shown("eres-two", getpid(), ""));
	CHECK(!is_shown("eres-one", getpid(), ""));
	CHECK_EQ(run(0, release_and_leave), 0);
	CHECK(!is_shown("eres-two", getpid(), ""));
	CHECK_FREE(0);
}

/*
 * The first half, in a thread that does not lead its process; executing a program
 * ends all others and gives it the process id of the leader. The second half is
 * a case of its own, since it begins with main().
 */
static void become(const char *name)
{
	CHECK(getpid() != shared->tid);
	CHECK_EQ(run(0, own_and_enter), 0);
	CHECK_EQ(result(0, 1), 1);
	execl("/proc/self/exe", "eres-sigtest", name, NULL);
	complain(__FILE__, __LINE__, "execl", -errno, 0);
}

static void become_owner(void)
{
	become("second_half_owns");
}

static void second_half_owns(void)
{
	CHECK_EQ(prctl(PR_SET_NAME, "eres-second"), 0);
	CHECK_EQ(own_mask(), -1);
	CHECK(is_shown("eres-second", getpid(), ""));
	CHECK_EQ(run(0, release_and_leave), 0);
	CHECK_EQ(own_mask(), 0);
	CHECK_FREE(0);
}

static void exec_by_other_thread_changes_the_name(void)
{
	CHECK_EQ(reap(spawn_threads(become_owner, LEADER_SLEEPS)), 0);
}

static void become_busy(void)
{
	become("second_half_is_noticed");
}

/* The watch wakes no CPU: its timer runs on one that does something anyway. */
static void run_on_another_cpu(void)
{
	static int cpu;
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(cpu++ % sysconf(_SC_NPROCESSORS_ONLN), &one);
	sched_setaffinity(0, sizeof(one), &one);
}

static bool is_noticed(long long before)
{
	run_on_another_cpu();
	return debugfs_stat("0x1") > before;
}

/* What the watch wants to see: it runs, and is in a region all the time. */
static void second_half_is_noticed(void)
{
	long long before = debugfs_stat("0x1");

	CHECK_EQ(run(0, (const struct eres_step[]){ { .op = ERES_OP_RELEASE }, {} }), 0);
	CHECK(POLL(is_noticed(before)));
	CHECK_EQ(run(0, leave), 0);
}

static void region_is_noticed_after_exec_by_other_thread(void)
{
	CHECK_EQ(reap(spawn_threads(become_busy, LEADER_SLEEPS)), 0);
}

static void become_dead(void)
{
	become("second_half_exits_owning");
}

static void second_half_exits_owning(void)
{
	CHECK_EQ(run(0, leave), 0);
	CHECK_EQ(prctl(PR_SET_NAME, "eres-dead"), 0);
}

static void dead_owner_has_the_name_it_died_under(void)
{
	pid_t pid = spawn_threads(become_dead, LEADER_SLEEPS);

	CHECK_EQ(reap(pid), 0);
	CHECK(is_shown("eres-dead", pid, " (dead)"));
}

/* From a file's close, which comes after the exit has been noticed. */
static const struct eres_step own_and_wait[] = {
	{ .op = ERES_OP_ENTER_CRITICAL },
	{ .op = ERES_OP_ACQUIRE_EXCLUSIVE, .arg = 0 },
	{ .op = ERES_OP_WAIT, .arg = 0 },
	{ .op = ERES_OP_RELEASE, .arg = 0 },
	{ .op = ERES_OP_LEAVE_CRITICAL },
	{}
};

static void close_and_own(void)
{
	CHECK_EQ(run(1, own_and_enter), 0);
	CHECK_EQ(run(1, release_and_leave), 0);
	CHECK_EQ(prctl(PR_SET_NAME, "eres-late"), 0);
	CHECK_EQ(run_at_close(0, own_and_wait), 0);
}

static void thread_is_shown_while_its_files_are_closed(void)
{
	pid_t pid = spawn(close_and_own);

	CHECK(POLL(progress(0) == 2));
	CHECK(is_shown("eres-late", pid, ""));
	CHECK_EQ(query(0).free, 0);
	set_flag(0);
	CHECK_EQ(reap(pid), 0);
	CHECK(!is_shown("eres-late", pid, ""));
	CHECK_FREE(0);
}

static void become_hung(void)
{
	become("second_half_is_waited_for");
}

static const struct eres_step wait_for_owner[] = {
	{ .op = ERES_OP_ENTER_CRITICAL },
	{ .op = ERES_OP_ACQUIRE_EXCLUSIVE, .arg = 0 },
	{ .op = ERES_OP_RELEASE_AND_LEAVE, .arg = 0 },
	{}
};

static void wait_for_second_half(void)
{
	CHECK_EQ(run(1, wait_for_owner), 0);
}

/*
 * So long that it is reported, and once more: it is counted before it is told, but
 * the second comes after the first. Its name tells the case which pid is right.
 */
static void second_half_is_waited_for(void)
{
	long long before = debugfs_stat("0x1cc");
	char name[16];
	pid_t waiter;

	snprintf(name, sizeof(name), "eres-%d", getpid());
	CHECK_EQ(prctl(PR_SET_NAME, name), 0);
	waiter = spawn(wait_for_second_half);
	CHECK(POLL(debugfs_stat("0x1cc") > before + 1));
	CHECK_EQ(run(0, release_and_leave), 0);
	CHECK_EQ(reap(waiter), 0);
	CHECK_FREE(0);
}

static void hang_names_owner_after_exec_by_other_thread(void)
{
	CHECK_EQ(reap(spawn_threads(become_hung, LEADER_SLEEPS)), 0);
}

const struct test_case identity_cases[] = {
	CASE(renamed_thread_is_shown_by_its_name),
	CASE(exec_by_other_thread_changes_the_name),
	CASE(second_half_owns),
	CASE(region_is_noticed_after_exec_by_other_thread),
	CASE(second_half_is_noticed),
	CASE(dead_owner_has_the_name_it_died_under),
	CASE(second_half_exits_owning),
	CASE(thread_is_shown_while_its_files_are_closed),
	CASE(hang_names_owner_after_exec_by_other_thread),
	CASE(second_half_is_waited_for),
	{}
};
