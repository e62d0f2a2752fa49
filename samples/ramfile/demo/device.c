// SPDX-License-Identifier: GPL-2.0-only
/* Calls to /dev/ramfile that succeed, or end the process and say why. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "demo.h"

_Thread_local char text_buffer[TEXT_LENGTH];

static _Thread_local u32 roll_state = 1;

/* The first failure is the one to tell about. */
void blame_with(const char *why)
{
	int none = 0;

	if (!atomic_compare_exchange_strong(&shared->failed, &none, 1))
		return;
	snprintf(shared->why, sizeof(shared->why), "%s", why);
	shared->failed = 2;
}

/* The parent has the last word to say. Its children end with it. */
void fail_with(const char *why)
{
	blame_with(why);
	if (getpid() == shared->parent)
		printf("\ndemo: FAILURE (%s)\n", shared->why);
	fflush(stdout);
	_exit(1);
}

u32 roll(u32 below)
{
	roll_state ^= roll_state << 13;
	roll_state ^= roll_state >> 17;
	roll_state ^= roll_state << 5;
	return roll_state % below;
}

void seed(u32 value)
{
	roll_state = value * 2654435761u | 1;
}

u64 now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ull + t.tv_nsec / 1000000;
}

void sleep_ms(unsigned int ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000l };

	nanosleep(&t, NULL);
}

int open_device(int how)
{
	int fd = open("/dev/ramfile", O_RDWR | O_CLOEXEC |
				      (how & ASYNC ? O_NONBLOCK : 0));

	if (fd < 0)
		fail("open /dev/ramfile: %s", strerror(errno));
	return fd;
}

int open_name(const char *name, int how)
{
	struct ramfile_open open = { .flags = 0 };
	int fd = open_device(how);

	snprintf(open.name, sizeof(open.name), "%s", name);
	if (how & NO_CACHE)
		open.flags |= RAMFILE_NO_CACHE;
	if (how & WRITE_THROUGH)
		open.flags |= RAMFILE_WRITE_THROUGH;
	if (how & MAY_BE_MISSING)
		open.flags |= RAMFILE_CREATE;
	if (ioctl(fd, RAMFILE_IOC_OPEN, &open))
		fail("open %s: %s", name, strerror(errno));
	return fd;
}

int file_of(int fd, struct ramfile_info *info)
{
	if (ioctl(fd, RAMFILE_IOC_INFO, info))
		fail("query a file: %s", strerror(errno));
	return (int)info->id - 1;
}

/* The two files change names all the time, so look for the one that is meant. */
int open_file(int file, int how)
{
	struct ramfile_info info;
	int try, fd;

	for (try = 0; try < 1000; try++) {
		fd = open_name(try & 1 ? "south/ledger" : "north/ledger", how);
		if (file_of(fd, &info) == file)
			return fd;
		close(fd);
	}
	fail("file %d is not to be found under either name", file + 1);
	return -1;
}

/* Says what it is about to do, does it, says that it is done. */
void write_record(int fd, int file, int slot, int writer)
{
	struct slot_log *log = &shared->log[file][slot][writer];
	u64 start = atomic_fetch_add(&shared->ticket, 1);
	u64 seq = log->started + 1;
	struct record r;
	ssize_t n;

	make_record(&r, file, slot, writer, seq, start);
	log->started = seq;
	n = pwrite(fd, &r, sizeof(r), (off_t)slot * RECORD_SIZE);
	if (n != sizeof(r))
		fail("pwrite to slot %d gave %zd: %s", slot, n, strerror(errno));
	log->acked_end = atomic_fetch_add(&shared->ticket, 1);
	log->acked_start = start;
	log->acked = seq;
}

/* False if the file ends there. */
bool read_record(int fd, int file, int slot, struct record *r)
{
	const char *wrong;
	ssize_t n;

	n = pread(fd, r, sizeof(*r), (off_t)slot * RECORD_SIZE);
	if (n == 0)
		return false;
	if (n != sizeof(*r))
		fail("pread of slot %d gave %zd: %s", slot, n, strerror(errno));
	wrong = check_record(r, file, slot);
	if (wrong)
		fail("file %d, slot %d: a record is %s", file + 1, slot, wrong);
	atomic_fetch_add(&shared->records_read, 1);
	return true;
}

void sync_file(int fd)
{
	if (fsync(fd))
		fail("fsync: %s", strerror(errno));
}

void set_size(int fd, u32 size)
{
	if (ioctl(fd, RAMFILE_IOC_TRUNCATE, &size))
		fail("truncate to %u: %s", size, strerror(errno));
}

/* False if there is no such file. */
bool rename_file(int fd, const char *from, const char *to)
{
	struct ramfile_rename names = { .from = "" };

	snprintf(names.from, sizeof(names.from), "%s", from);
	snprintf(names.to, sizeof(names.to), "%s", to);
	if (ioctl(fd, RAMFILE_IOC_RENAME, &names) == 0)
		return true;
	if (errno != ENOENT)
		fail("rename %s: %s", from, strerror(errno));
	return false;
}

void get_state(int fd, struct ramfile_state *state)
{
	if (ioctl(fd, RAMFILE_IOC_STATE, state))
		fail("query the driver's state: %s", strerror(errno));
}

/* What has happened inside the driver since. */
void get_counters(int fd, const struct ramfile_counters *since,
		  struct ramfile_counters *now)
{
	const int *before = (const int *)since;
	struct ramfile_state state;
	int *count = (int *)now;
	size_t i;

	get_state(fd, &state);
	*now = state.counters;
	for (i = 0; i < sizeof(*now) / sizeof(*count); i++)
		count[i] -= before[i];
}
