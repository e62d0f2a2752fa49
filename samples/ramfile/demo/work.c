// SPDX-License-Identifier: GPL-2.0-only
/* What the processes do until they are told to stop, or are stopped. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "demo.h"

#define CREW		4
#define CREW_WRITER	2	/* the first of them; 0 and 1 are processes */

static bool goes_on(struct worker *w)
{
	atomic_fetch_add(&w->ops, 1);
	return !shared->stop;
}

/*
 * Half of the time a slot of its own: nobody else writes there, so nothing may
 * get lost. Otherwise one of all writers, where they meet.
 */
static int any_slot(int writer)
{
	if (roll(2))
		return HOT_SLOT + roll(HOT_SLOTS);
	return writer * OWN_SLOTS + roll(OWN_SLOTS);
}

static void write_on(struct worker *w, int writer, int how)
{
	int fd[FILES] = { open_file(0, how), open_file(1, how) };

	do {
		int file = roll(4) == 0;

		write_record(fd[file], file, any_slot(writer), writer);
		if (roll(16) == 0)
			sync_file(fd[file]);
	} while (goes_on(w));
}

static void run_writer(struct worker *w)
{
	write_on(w, 0, CACHED);
}

static void run_journal(struct worker *w)
{
	write_on(w, 1, WRITE_THROUGH | ASYNC);
}

static void *crew_member(void *arg)
{
	static const int how[CREW] = { CACHED, WRITE_THROUGH, ASYNC, CACHED };
	int member = *(int *)arg;

	seed(getpid() * 8 + member);
	write_on(&shared->workers[ROLE_CREW], CREW_WRITER + member, how[member]);
	return NULL;
}

static void run_crew(struct worker *w)
{
	int member[CREW], i;
	pthread_t thread[CREW];

	(void)w;
	for (i = 0; i < CREW; i++) {
		member[i] = i;
		if (pthread_create(&thread[i], NULL, crew_member, &member[i]))
			fail("no more threads");
	}
	for (i = 0; i < CREW; i++)
		pthread_join(thread[i], NULL);
}

/*
 * A write that was acknowledged before the read began must be seen by it, or
 * one that came later.
 */
static void read_on(struct worker *w, int how)
{
	int fd[FILES] = { open_file(0, how), open_file(1, how) };

	do {
		int file = roll(4) == 0, slot = any_slot(roll(WRITERS));
		struct slot_log *log = shared->log[file][slot];
		int owner = slot < HOT_SLOT ? slot / OWN_SLOTS : -1;
		u64 acked = owner < 0 ? 0 : log[owner].acked;
		struct record r;

		if (!read_record(fd[file], file, slot, &r))
			fail("file %d ends before slot %d", file + 1, slot);
		if (owner < 0)
			continue;
		if (r.writer != (u64)owner || r.seq < acked)
			fail("file %d, slot %d: write %llu was there, now %llu",
			     file + 1, slot, acked,
			     r.seq);
		atomic_fetch_add(&shared->fresh, 1);
	} while (goes_on(w));
}

static void run_reader(struct worker *w)
{
	read_on(w, CACHED | ASYNC);
}

static void run_scanner(struct worker *w)
{
	read_on(w, NO_CACHE);
}

static void expect_zeros(int fd, int slot)
{
	static const char zeros[RECORD_SIZE];
	char buffer[RECORD_SIZE];
	ssize_t n;

	n = pread(fd, buffer, sizeof(buffer), (off_t)slot * RECORD_SIZE);
	if (n != sizeof(buffer) || memcmp(buffer, zeros, sizeof(buffer)))
		fail("slot %d: a file that shrank and grew shows old data", slot);
}

/*
 * Cuts off what is beyond the records and puts one record there, with a gap
 * before it. It is the only one who does, so it knows what to find.
 */
static void run_stretcher(struct worker *w)
{
	int fd[FILES] = { open_file(0, WRITE_THROUGH | ASYNC),
			  open_file(1, CACHED) };
	struct record r;

	do {
		int file = roll(2);
		int slot = SLOTS + 1 + roll(RAMFILE_MAX_SIZE / RECORD_SIZE - SLOTS - 1);

		set_size(fd[file], FIXED_SIZE);
		if (read_record(fd[file], file, SLOTS, &r))
			fail("file %d did not shrink", file + 1);
		make_record(&r, file, slot, 0, 0, 0);
		if (pwrite(fd[file], &r, sizeof(r), (off_t)slot * RECORD_SIZE) !=
		    sizeof(r))
			fail("file %d did not grow", file + 1);
		expect_zeros(fd[file], slot - 1);
		if (!read_record(fd[file], file, slot, &r))
			fail("file %d: what was appended is missing", file + 1);
	} while (goes_on(w));
}

static const char *const ball_names[] = {
	"north/ball", "south/ball", "south/round", "north/round"
};

/* Its predecessor may have been killed anywhere, so look under all names. */
static void move_ball(int fd)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ball_names); i++)
		if (rename_file(fd, ball_names[i],
				ball_names[(i + 1) % ARRAY_SIZE(ball_names)]))
			return;
	fail("the ball is under none of its names");
}

static void run_mover(struct worker *w)
{
	int fd = open_name("north/ledger", CACHED);

	do {
		struct ramfile_info info;
		int north, south, is_north;

		move_ball(fd);
		if (!rename_file(fd, "north/ledger", "south/ledger"))
			fail("a ledger is gone");
		north = open_name("north/ledger", CACHED);
		south = open_name("south/ledger", ASYNC);
		is_north = file_of(north, &info);
		if (is_north == file_of(south, &info))
			fail("both names lead to file %d", is_north + 1);
		close(north);
		close(south);
	} while (goes_on(w));
}

/* Somebody is there under either name at any time, and it is who it says. */
static void run_visitor(struct worker *w)
{
	do {
		int fd = open_name(roll(2) ? "north/ledger" : "south/ledger",
				   CACHED);
		struct ramfile_info info;
		struct record r;
		int file = file_of(fd, &info);

		if (strcmp(info.name, "ledger"))
			fail("a ledger calls itself %.16s", info.name);
		if (!read_record(fd, file, roll(SLOTS), &r))
			fail("file %d is too short", file + 1);
		close(fd);
	} while (goes_on(w));
}

static void run_keeper(struct worker *w)
{
	int fd[FILES] = { open_file(0, ASYNC), open_file(1, CACHED) };

	do {
		sync_file(fd[roll(2)]);
		if (ioctl(fd[1], RAMFILE_IOC_SYNC))
			fail("sync of the volume failed");
	} while (goes_on(w));
}

const struct role_info roles[ROLES] = {
	[ROLE_WRITER]	 = { "writer", "writes records", run_writer },
	[ROLE_JOURNAL]	 = { "journal", "writes through to disk", run_journal },
	[ROLE_CREW]	 = { "crew", "four threads that write", run_crew },
	[ROLE_READER]	 = { "reader", "reads, checks records", run_reader },
	[ROLE_SCANNER]	 = { "scanner", "reads from disk, checks", run_scanner },
	[ROLE_STRETCHER] = { "stretcher", "truncates and extends", run_stretcher },
	[ROLE_MOVER]	 = { "mover", "renames, swaps files", run_mover },
	[ROLE_VISITOR]	 = { "visitor", "opens, looks, closes", run_visitor },
	[ROLE_KEEPER]	 = { "keeper", "syncs files and volume", run_keeper },
};

static void prepare_ball(int fd)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ball_names); i++)
		if (rename_file(fd, ball_names[i], ball_names[0]))
			return;
	close(open_name(ball_names[0], MAY_BE_MISSING));
}

/* Every slot has a record from the start; hot ones have it from writer 0. */
void prepare_files(void)
{
	int file, slot, fd = open_name("north/ledger", MAY_BE_MISSING);

	close(open_name("south/ledger", MAY_BE_MISSING));
	prepare_ball(fd);
	close(fd);
	for (file = 0; file < FILES; file++) {
		fd = open_file(file, CACHED);
		for (slot = 0; slot < SLOTS; slot++)
			write_record(fd, file, slot, slot < HOT_SLOT ?
				     slot / OWN_SLOTS : 0);
		close(fd);
	}
}
