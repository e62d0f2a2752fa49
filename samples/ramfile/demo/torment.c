// SPDX-License-Identifier: GPL-2.0-only
/* What the parent does to its children. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "demo.h"

#define PATIENCE	15000	/* ms for a process to do as it is told */

static void start(enum role role)
{
	struct worker *w = &shared->workers[role];
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		fail("no more processes");
	if (pid) {
		w->pid = pid;
		w->starts++;
		return;
	}

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	alarm(0);
	seed(getpid());
	roles[role].run(w);
	exit(0);
}

/* Waits for the process to end or, with WUNTRACED, to stop. */
static int wait_for(enum role role, int options, const char *what)
{
	u64 deadline = now_ms() + PATIENCE;
	int status;

	while (waitpid(shared->workers[role].pid, &status, options | WNOHANG) == 0) {
		if (now_ms() > deadline)
			fail("%s is stuck: it does not %s", roles[role].name, what);
		sleep_ms(1);
	}
	return status;
}

/* It need not have stopped by the time that it is told to go on. */
static void stop(enum role role)
{
	struct worker *w = &shared->workers[role];

	kill(w->pid, SIGSTOP);
	w->state = STOPPED;
	w->due = now_ms() + 5 + roll(80);
	w->stops++;
}

static void resume(enum role role)
{
	kill(shared->workers[role].pid, SIGCONT);
	shared->workers[role].state = RUNS;
}

/* All threads of the process at once, wherever they are in the driver. */
static void end(enum role role, int sig)
{
	struct worker *w = &shared->workers[role];

	kill(w->pid, sig);
	if (w->state == STOPPED)
		kill(w->pid, SIGCONT);
	w->state = ENDING;
	w->sig = sig;
	w->due = now_ms() + PATIENCE;
}

static void reap(enum role role, int status)
{
	struct worker *w = &shared->workers[role];

	if (!WIFSIGNALED(status) || WTERMSIG(status) != w->sig) {
		blame("%s ended by itself", roles[role].name);
		return;
	}
	if (w->sig == SIGKILL)
		w->kills++;
	else
		w->terms++;
	w->state = RUNS;
	start(role);
}

static void attend_to(enum role role)
{
	struct worker *w = &shared->workers[role];
	int status;

	if (w->state == STOPPED && now_ms() >= w->due)
		resume(role);
	if (w->state != ENDING)
		return;
	if (waitpid(w->pid, &status, WNOHANG) == w->pid)
		reap(role, status);
	else if (now_ms() > w->due)
		fail("%s is stuck: it does not die", roles[role].name);
}

static void act(void)
{
	enum role role = roll(ROLES);
	u32 what = roll(10);

	if (shared->workers[role].state == ENDING)
		return;
	if (what < 3)
		end(role, SIGKILL);
	else if (what < 5)
		end(role, SIGTERM);
	else if (shared->workers[role].state == RUNS)
		stop(role);
}

/* What the disk and the driver's workers still have to do, they do by themselves. */
static void expect_all_free(struct torment *t)
{
	u64 deadline = now_ms() + PATIENCE;
	struct ramfile_state state;
	u32 i, busy;

	do {
		get_state(t->fd, &state);
		busy = state.locks;
		for (i = 0; i < state.locks; i++)
			if (state.lock[i].free && !state.lock[i].shared_waiters &&
			    !state.lock[i].exclusive_waiters)
				busy--;
		if (!busy) {
			t->locks_seen_free += state.locks;
			return;
		}
		sleep_ms(1);
	} while (now_ms() < deadline);
	blame("%u locks are held while every process is stopped", busy);
}

/* A stopped process holds nothing: with all of them stopped, all is free. */
static void freeze(struct torment *t)
{
	int role;

	for (role = 0; role < ROLES; role++) {
		if (shared->workers[role].state == ENDING)
			reap(role, wait_for(role, 0, "die"));
		stop(role);
	}
	for (role = 0; role < ROLES; role++) {
		if (WIFSTOPPED(wait_for(role, WUNTRACED, "stop")))
			continue;
		blame("%s ended by itself", roles[role].name);
		return;
	}
	expect_all_free(t);
	t->freezes++;
	for (role = 0; role < ROLES; role++)
		resume(role);
}

static void progress(const struct torment *t, u64 ms)
{
	u32 ops = 0, ended = 0, stops = 0;
	int role;

	for (role = 0; role < ROLES; role++) {
		ops += shared->workers[role].ops;
		ended += shared->workers[role].kills + shared->workers[role].terms;
		stops += shared->workers[role].stops;
	}
	printf("  %4.1f s  %6u rounds of work  %4u killed  %4u stopped  %3u frozen\n",
	       ms / 1000.0, ops, ended, stops, t->freezes);
	fflush(stdout);
}

/* A process that found something wrong has said so and is gone. */
static void finish(void)
{
	int role, status;

	shared->stop = true;
	for (role = 0; role < ROLES; role++) {
		if (shared->failed)
			kill(shared->workers[role].pid, SIGKILL);
		if (shared->workers[role].state == STOPPED)
			resume(role);
	}
	for (role = 0; role < ROLES; role++) {
		bool ending = shared->workers[role].state == ENDING;

		status = wait_for(role, 0, "finish");
		if (status && !ending && !shared->failed)
			blame("%s did not end well", roles[role].name);
	}
}

static bool is_over(const struct torment *t, u64 ms)
{
	if (ms < t->seconds * 1000)
		return false;
	return ms >= t->seconds * 4000 || has_seen_all(t);
}

void torment(struct torment *t)
{
	u64 began = now_ms(), next_line = 1000, next_freeze = 700, ms = 0;
	int role;

	for (role = 0; role < ROLES; role++)
		start(role);

	while (!shared->failed && !is_over(t, ms)) {
		sleep_ms(2 + roll(15));
		act();
		for (role = 0; role < ROLES; role++)
			attend_to(role);
		ms = now_ms() - began;
		if (ms >= next_freeze && !shared->failed) {
			freeze(t);
			next_freeze = ms + 1000;
		}
		if (ms >= next_line) {
			progress(t, ms);
			next_line += 1000;
		}
	}
	finish();
}
