// SPDX-License-Identifier: GPL-2.0-only
/*
 * eres-torment SECONDS [PATIENCE]: keep victims at work and torment them; then see whether
 * everybody has ended who should have, every record is whole, and every lock
 * of the driver is free. Ends with SUCCESS or FAILURE.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../../samples/ramfile/ramfile_ioctl.h"
#include "torment.h"

/* Survives exec: descriptor 100 is this memory. */
#define SHARED_FD	100

struct shared *shared;

/* No victim takes that long to end, or to do something, if all is well. */
static unsigned int patience_ms = 60000;

void count(unsigned int *what)
{
	__atomic_fetch_add(what, 1, __ATOMIC_RELAXED);
}

void blame(const char *format, ...)
{
	va_list args;

	if (__atomic_fetch_add(&shared->failed, 1, __ATOMIC_SEQ_CST))
		return;
	va_start(args, format);
	vsnprintf(shared->why, sizeof(shared->why), format, args);
	va_end(args);
}

unsigned int roll(unsigned int below)
{
	static _Thread_local unsigned int state;

	if (!state)
		state = (getpid() * 2654435761u ^ (unsigned int)time(NULL)) | 1;
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % below;
}

/*
 * Are all tasks about to be frozen? Then nobody may exit or exec: who does waits for
 * the other threads of its process, for workers of io_uring as well, and if these
 * are frozen first the kernel gives up after 20 seconds.
 */
bool is_freezing(void)
{
	return !access("/tmp/freezing", F_OK);
}

void nap(unsigned int ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000l };

	nanosleep(&t, NULL);
}

static unsigned long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ull + t.tv_nsec / 1000000;
}

static void share(bool first)
{
	if (first) {
		int fd = memfd_create("torment", 0);

		if (fd < 0 || ftruncate(fd, sizeof(*shared)) ||
		    dup2(fd, SHARED_FD) < 0) {
			perror("memfd_create");
			exit(2);
		}
		close(fd);
	}
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED,
		      SHARED_FD, 0);
	if (shared == MAP_FAILED) {
		perror("mmap");
		exit(2);
	}
}

static pid_t start_victim(void)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	victim();
	_exit(0);
}

/* Has it ended, at last? */
static bool await_end(pid_t pid)
{
	unsigned long long end = now_ms() + patience_ms;

	while (waitpid(pid, NULL, WNOHANG) != pid) {
		if (now_ms() > end) {
			blame("process %d does not end", pid);
			return false;
		}
		nap(2);
	}
	return true;
}

static void copy_out(const char *path)
{
	int c;
	FILE *f = fopen(path, "r");

	if (!f)
		return;
	fprintf(stderr, "%s:\n", path);
	while ((c = getc(f)) != EOF)
		putc(c, stderr);
	fclose(f);
}

/* While they are all still there; the stacks of all tasks go to the console. */
static void say_where_everybody_is(void)
{
	FILE *trigger;

	copy_out("/sys/kernel/debug/eresource/locks");
	copy_out("/sys/kernel/debug/eresource/threads");
	trigger = fopen("/proc/sysrq-trigger", "w");
	if (!trigger)
		return;
	fputs("t", trigger);
	fclose(trigger);
}

/* There is one, also if the last one has ended, as they do by themselves, too. */
static void revive(pid_t *pid)
{
	if (*pid > 0 && waitpid(*pid, NULL, WNOHANG) == *pid)
		*pid = 0;
	if (*pid <= 0)
		*pid = start_victim();
}

/* Does the work go on, with all victims there and continued? */
static void await_progress(pid_t *pids)
{
	unsigned int done = shared->reads + shared->writes, i;
	unsigned long long end = now_ms() + patience_ms;

	while (shared->reads + shared->writes == done && !shared->failed) {
		for (i = 0; i < VICTIMS; i++)
			revive(&pids[i]);
		if (now_ms() > end) {
			blame("nobody gets anything done");
			say_where_everybody_is();
			return;
		}
		nap(2);
	}
}

static unsigned int torment(unsigned int seconds, unsigned int *attacks)
{
	unsigned long long end = now_ms() + seconds * 1000ull;
	unsigned int rounds = 0, i, which;
	pid_t pids[VICTIMS] = {};

	while (now_ms() < end && !shared->failed) {
		i = roll(VICTIMS);
		revive(&pids[i]);
		if (pids[i] < 0)
			continue;
		which = roll(is_freezing() ? MILD_ATTACKS : ATTACKS);
		attacks[which]++;
		if (attack(pids[i], which) && await_end(pids[i]))
			pids[i] = 0;
		if (!(++rounds % 64))
			await_progress(pids);
	}
	for (i = 0; i < VICTIMS; i++) {
		if (pids[i] <= 0)
			continue;
		kill(pids[i], SIGKILL);
		await_end(pids[i]);
	}
	return rounds;
}

static void check_driver(void)
{
	struct ramfile_state state;
	unsigned int i;
	int fd = -1, try;

	for (try = 0; try < 100 && fd < 0; try++)
		fd = open_file();
	if (fd < 0) {
		blame("the driver can not be opened any more");
		return;
	}
	if (ioctl(fd, RAMFILE_IOC_STATE, &state))
		blame("state: %s", strerror(errno));
	else
		for (i = 0; i < state.locks; i++)
			if (!state.lock[i].free ||
			    state.lock[i].exclusive_waiters ||
			    state.lock[i].shared_waiters)
				blame("nobody is there, but %s is not free",
				      state.lock[i].name);
	check_all_records(fd);
	close(fd);
}

int main(int argc, char **argv)
{
	unsigned int attacks[ATTACKS] = {}, rounds, i;

	if (argc > 1 && !strcmp(argv[1], "--victim")) {
		share(false);
		victim();
	}
	share(true);
	if (argc > 2)
		patience_ms = atoi(argv[2]) * 1000;
	rounds = torment(argc > 1 ? atoi(argv[1]) : 10, attacks);
	check_driver();

	printf("%-12s %u attacks, %u reads, %u writes, %u of them by io_uring, %u signals taken\n",
	       "torment", rounds, shared->reads, shared->writes,
	       shared->ring_writes, shared->signals);
	for (i = 0; i < ATTACKS; i++)
		printf("%-12s   %12u %s\n", "", attacks[i], attack_names[i]);
	if (!shared->reads || !shared->writes)
		blame("nothing was done");
	if (shared->failed)
		printf("torment: FAILURE (%s)\n", shared->why);
	else
		printf("torment: SUCCESS\n");
	return shared->failed ? 1 : 0;
}
