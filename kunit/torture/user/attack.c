// SPDX-License-Identifier: GPL-2.0-only
/* What can be done to a process from outside. */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "torment.h"

const char *const attack_names[ATTACKS] = {
	"left alone for a while",
	"stopped and continued",
	"flooded with real-time signals",
	"one thread signalled",
	"one thread traced",
	"stopped many times",
	"stopped, killed while stopped",
	"killed",
	"terminated",
};

#define TRACER_SECONDS	5

/* Any thread of the process; the first one if that is gone. */
static pid_t some_thread(pid_t pid)
{
	char path[32];
	struct dirent *entry;
	pid_t found = pid;
	int seen = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	if (!dir)
		return pid;
	while ((entry = readdir(dir)))
		if (atoi(entry->d_name) && !roll(++seen))
			found = atoi(entry->d_name);
	closedir(dir);
	return found;
}

static void flood(pid_t pid)
{
	union sigval value = { .sival_int = 0 };
	int i;

	for (i = 0; i < 200; i++)
		sigqueue(pid, SIGRTMIN + roll(SIGRTMAX - SIGRTMIN + 1), value);
}

/*
 * By a process of its own, whose end lets go of the thread whatever state it
 * is in, also if it has just died: that would be the tracer's to hear of. It
 * does not wait for ever: of a thread that has become another one by exec() the
 * tracer is told nothing.
 */
static void trace(pid_t pid)
{
	pid_t tid = some_thread(pid), tracer = fork();

	if (!tracer) {
		alarm(TRACER_SECONDS);
		if (!ptrace(PTRACE_SEIZE, tid, 0, 0) &&
		    !ptrace(PTRACE_INTERRUPT, tid, 0, 0))
			waitpid(tid, NULL, __WALL);
		_exit(0);
	}
	if (tracer > 0)
		while (waitpid(tracer, NULL, 0) < 0 && errno == EINTR)
			;
}

/* Return: is it to end? */
bool attack(pid_t pid, int which)
{
	int i;

	switch (which) {
	case 1:
		kill(pid, SIGSTOP);
		nap(roll(20));
		kill(pid, SIGCONT);
		return false;
	case 2:
		flood(pid);
		return false;
	case 3:
		for (i = 0; i < 50; i++)
			syscall(SYS_tgkill, pid, some_thread(pid), SIGUSR1);
		return false;
	case 4:
		trace(pid);
		return false;
	case 5:
		for (i = 0; i < 20; i++) {
			kill(pid, SIGSTOP);
			kill(pid, SIGCONT);
		}
		return false;
	case 6:
		kill(pid, SIGSTOP);
		nap(roll(10));
		kill(pid, SIGKILL);
		return true;
	case 7:
		kill(pid, SIGKILL);
		return true;
	case 8:
		kill(pid, SIGTERM);
		return true;
	default:
		nap(roll(30));
		return false;
	}
}
