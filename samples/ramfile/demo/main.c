// SPDX-License-Identifier: GPL-2.0-only
/* The demo as its reader sees it. */
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "demo.h"

#define BROKEN "/sys/module/ramfile/parameters/broken"

struct shared *shared;

static const struct {
	const char *text;
	size_t offset;
} counters[] = {
#define COUNTER(field, text) { text, offsetof(struct ramfile_counters, field) }
	COUNTER(requests, "requests"),
	COUNTER(posted, "lock was busy: request posted to a worker"),
	COUNTER(waited_behind_writer, "reader let a waiting writer go first"),
	COUNTER(converted, "exclusive converted to shared, without a gap"),
	COUNTER(barriers, "barriers: starve-exclusive, released at once"),
	COUNTER(overtook, "  of these, past writers in the queue"),
	COUNTER(recursions, "acquired once more by its owner"),
	COUNTER(gave_way, "volume dropped and retaken for those waiting"),
	COUNTER(handed_over, "holds handed over to an owner pointer"),
	COUNTER(released_at_dispatch, "  of these, released in softirq"),
	COUNTER(released_after_return, "  of these, requester had left the driver"),
	COUNTER(killed, "requester killed with its I/O in flight"),
};

static void introduce(bool broken)
{
	printf("A file system driver written for Windows, on Linux: its locks are\n"
	       "ERESOURCEs. %d processes work on two of its files. Meanwhile they are\n"
	       "killed, terminated, stopped and continued, wherever they happen to be\n"
	       "in the driver, and those that die are started again. Now and then all\n"
	       "are frozen at once: then no lock may be held.\n\n", ROLES);
	if (broken)
		printf("The driver has a bug today: writes copy without their lock.\n\n");
	fflush(stdout);
}

static void print_table(void)
{
	int role;

	printf("\n  %-10s %-24s %7s %7s %7s %7s %7s\n", "process", "what it does",
	       "rounds", "SIGKILL", "SIGTERM", "SIGSTOP", "started");
	for (role = 0; role < ROLES; role++) {
		const struct worker *w = &shared->workers[role];

		printf("  %-10s %-24s %7u %7u %7u %7u %7u\n", roles[role].name,
		       roles[role].what, w->ops, w->kills, w->terms, w->stops,
		       w->starts);
	}
	printf("\n  %u records read and recomputed, %u of them compared with the\n"
	       "  last write that was acknowledged before\n\n",
	       shared->records_read, shared->fresh);
}

static void print_counters(const struct torment *t)
{
	struct ramfile_counters now;
	size_t i;

	get_counters(t->fd, &t->before, &now);
	printf("\n  inside the driver\n");
	for (i = 0; i < ARRAY_SIZE(counters); i++)
		printf("  %8d  %s\n", *(int *)((char *)&now + counters[i].offset),
		       counters[i].text);
}

static void set_broken(const char *value)
{
	int fd = open(BROKEN, O_WRONLY);

	if (fd < 0 || write(fd, value, 1) != 1)
		fail("can not write " BROKEN);
	close(fd);
}

static void too_long(int sig)
{
	static const char text[] = "\ndemo: FAILURE (it takes too long)\n";

	(void)sig;
	if (write(STDOUT_FILENO, text, sizeof(text) - 1) < 0)
		_exit(2);
	_exit(1);
}

static unsigned int parse_seconds(int argc, char **argv, bool *broken)
{
	unsigned int seconds = 8;
	int i;

	for (i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--broken") == 0) {
			*broken = true;
		} else if (strcmp(argv[i], "--seconds") == 0 && i + 1 < argc) {
			seconds = strtoul(argv[++i], NULL, 10);
		} else {
			fprintf(stderr, "usage: ramfile-demo [--seconds N] [--broken]\n");
			exit(2);
		}
	}
	return seconds;
}

int main(int argc, char **argv)
{
	struct torment t = { .freezes = 0 };
	bool broken = false, ok;

	t.seconds = parse_seconds(argc, argv, &broken);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED) {
		printf("demo: FAILURE (no memory)\n");
		return 1;
	}
	shared->parent = getpid();
	seed(getpid() + now_ms());
	signal(SIGALRM, too_long);
	alarm(4 * t.seconds + 60);

	introduce(broken);
	t.fd = open_device(CACHED);
	get_counters(t.fd, &t.before, &t.before);
	prepare_files();
	if (broken)
		set_broken("1");
	torment(&t);
	if (broken)
		set_broken("0");

	print_table();
	ok = verify(&t);
	print_counters(&t);
	if (ok)
		printf("\ndemo: SUCCESS\n");
	else
		printf("\ndemo: FAILURE (%s)\n", shared->why);
	return ok ? 0 : 1;
}
