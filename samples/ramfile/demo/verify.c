// SPDX-License-Identifier: GPL-2.0-only
/* What must hold when the dust has settled. */
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "demo.h"

static bool all_ok;
static char failure[3 * TEXT_LENGTH];

static void result(bool ok, const char *what, const char *detail)
{
	printf("  %-7s ", ok ? "ok" : "FAILED");
	if (strlen(detail) > 26)
		printf("%s\n          %s\n", what, detail);
	else
		printf("%-40s %s\n", what, detail);
	if (ok)
		return;
	all_ok = false;
	snprintf(failure, sizeof(failure), "not so: %s, %s", what, detail);
	blame_with(failure);
}

/* NULL if what is in an own slot is the last acknowledged write, or a later one. */
static const char *check_own(const struct record *r, const struct slot_log *log)
{
	if (r->seq < log->acked)
		return "an acknowledged write is gone";
	if (r->seq > log->started)
		return "a write that nobody made";
	return NULL;
}

/*
 * A slot for all writers: what is there must not have ended before the start
 * of a write that was acknowledged. If it was not acknowledged itself, its
 * process was killed and nobody knows when it ended.
 */
static const char *check_hot(const struct record *r, const struct slot_log *log)
{
	const char *wrong;
	int writer;

	if (r->writer >= WRITERS)
		return "a write that nobody made";
	wrong = check_own(r, &log[r->writer]);
	if (wrong || r->seq > log[r->writer].acked)
		return wrong;

	for (writer = 0; writer < WRITERS; writer++)
		if (log[writer].acked &&
		    log[writer].acked_start > log[r->writer].acked_end)
			return "an acknowledged write is gone";
	return NULL;
}

/* Returns the number of acknowledged writes. */
static u64 check_slot(int cached, int disk, int file, int slot,
		      const char **wrong)
{
	struct slot_log *log = shared->log[file][slot];
	struct record r = { .file = 0 }, on_disk = { .file = 1 };
	u64 acked = 0;
	int writer;

	for (writer = 0; writer < WRITERS; writer++)
		acked += log[writer].acked;
	if (pread(cached, &r, sizeof(r), (off_t)slot * RECORD_SIZE) != sizeof(r))
		*wrong = "it is not there";
	else
		*wrong = check_record(&r, file, slot);
	if (!*wrong && slot >= HOT_SLOT)
		*wrong = check_hot(&r, log);
	else if (!*wrong)
		*wrong = check_own(&r, &log[slot / OWN_SLOTS]);
	if (*wrong)
		return acked;

	if (pread(disk, &on_disk, sizeof(r), (off_t)slot * RECORD_SIZE) !=
	    sizeof(r) || memcmp(&r, &on_disk, sizeof(r)))
		*wrong = "the disk has something else";
	return acked;
}

static void check_data(void)
{
	static const char what[] = "no acknowledged write is lost or torn";
	const char *wrong = NULL;
	u64 acked = 0;
	int file, slot;

	for (file = 0; file < FILES; file++) {
		int cached = open_file(file, CACHED);
		int disk = open_file(file, NO_CACHE);

		sync_file(cached);
		for (slot = 0; slot < SLOTS; slot++) {
			acked += check_slot(cached, disk, file, slot, &wrong);
			if (!wrong)
				continue;
			result(false, what, text("file %d, slot %d: %s",
						 file + 1, slot, wrong));
			return;
		}
		close(cached);
		close(disk);
	}
	result(true, what, text("%llu writes", acked));
}

static void check_names(void)
{
	struct ramfile_info info;
	int north = file_of(open_name("north/ledger", CACHED), &info);
	int south = file_of(open_name("south/ledger", CACHED), &info);

	result(north != south && north < FILES && south < FILES,
	       "both names lead to a file, not the same",
	       text("files %d and %d", north + 1, south + 1));
}

static void check_locks(const struct torment *t)
{
	struct ramfile_state state;
	u32 i, free = 0, waiters = 0;

	get_state(t->fd, &state);
	for (i = 0; i < state.locks; i++) {
		free += state.lock[i].free;
		waiters += state.lock[i].exclusive_waiters;
		waiters += state.lock[i].shared_waiters;
	}
	result(free == state.locks && !waiters, "every lock is free at the end",
	       text("%u of %u, %u waiters", free, state.locks, waiters));

	/* Whoever found a lock held then has failed already. */
	result(t->freezes || shared->failed, "no stopped process ever held a lock",
	       text("%u freezes, %u locks", t->freezes, t->locks_seen_free));
}

static bool idioms_seen(const struct ramfile_counters *c)
{
	return c->posted && c->converted && c->barriers && c->recursions &&
	       c->handed_over && c->released_after_return && c->killed;
}

static u32 least_work(void)
{
	u32 least = shared->workers[0].ops;
	int role;

	for (role = 1; role < ROLES; role++)
		if (shared->workers[role].ops < least)
			least = shared->workers[role].ops;
	return least;
}

/* On a slow machine that may take longer than it should. */
bool has_seen_all(const struct torment *t)
{
	struct ramfile_counters c;

	get_counters(t->fd, &t->before, &c);
	return idioms_seen(&c) && least_work() && t->freezes;
}

/* A demo that did not get around to something must not pass for one that did. */
static void check_idioms(const struct torment *t)
{
	struct ramfile_counters c;

	get_counters(t->fd, &t->before, &c);
	result(c.handed_over == c.released_at_dispatch,
	       "each hold given to the disk was released",
	       text("%d of %d in softirq", c.released_at_dispatch, c.handed_over));
	result(idioms_seen(&c), "every kind of locking was at work",
	       "posted to killed, below");
	result(least_work() > 0, "every process got something done",
	       text("%u rounds or more", least_work()));
}

bool verify(const struct torment *t)
{
	all_ok = true;
	result(!shared->failed, "the processes saw only what they may",
	       shared->failed ? shared->why : "whole, fresh records");
	check_data();
	check_names();
	check_locks(t);
	if (shared->failed)
		return false;
	check_idioms(t);
	return all_ok;
}
