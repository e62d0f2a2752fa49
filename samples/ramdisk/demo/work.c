// SPDX-License-Identifier: GPL-2.0-only
/* What the processes do until they are told to stop, or are stopped. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>

#include "demo.h"

char text_buffer[TEXT_LENGTH];

static unsigned int roll_state = 1;

/* The first failure is the one to tell about. */
void blame_with(const char *why)
{
	int none = 0;

	if (atomic_compare_exchange_strong(&shared->failed, &none, 1))
		snprintf(shared->why, sizeof(shared->why), "%s", why);
}

unsigned int roll(unsigned int below)
{
	roll_state ^= roll_state << 13;
	roll_state ^= roll_state >> 17;
	roll_state ^= roll_state << 5;
	return roll_state % below;
}

void seed(unsigned int value)
{
	roll_state = value * 2654435761u | 1;
}

void sleep_ms(unsigned int ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000l };

	nanosleep(&t, NULL);
}

int open_device(void)
{
	int fd = open("/dev/ramdisk", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		fail("open /dev/ramdisk: %s", strerror(errno));
	return fd;
}

/* True if the call has to be made again, with the device that is there by now. */
static bool is_gone(int *fd, ssize_t ret)
{
	if (ret >= 0 || errno != ENODEV)
		return false;
	atomic_fetch_add(&shared->reopened, 1);
	sleep_ms(1);
	close(*fd);
	*fd = open_device();
	return true;
}

#define again(fd, call)				\
({						\
	ssize_t __ret;				\
						\
	do {					\
		__ret = (call);			\
	} while (is_gone(fd, __ret));		\
	__ret;					\
})

static uint64_t word(const struct record *r, uint64_t i)
{
	return (r->slot << 48 ^ r->writer << 40 ^ r->seq) * (2 * i + 3);
}

void write_record(int *fd, int slot, int writer)
{
	struct slot_log *log = &shared->log[slot];
	struct record r = { slot, writer, atomic_fetch_add(&log->started, 1) + 1, { 0 } };
	ssize_t ret;
	int i;

	for (i = 0; i < BODY_WORDS; i++)
		r.body[i] = word(&r, i);
	ret = again(fd, pwrite(*fd, &r, sizeof(r), (off_t)slot * sizeof(r)));
	if (ret != sizeof(r))
		fail("pwrite to slot %d gave %zd: %s", slot, ret, strerror(errno));
	if (slot < HOT_SLOT)
		log->acked = r.seq;
}

/* What was acknowledged before must be there, or something later; and whole. */
void read_record(int *fd, int slot, struct record *r)
{
	uint64_t acked = shared->log[slot].acked;
	ssize_t ret;
	int i;

	ret = again(fd, pread(*fd, r, sizeof(*r), (off_t)slot * sizeof(*r)));
	if (ret != sizeof(*r))
		fail("pread of slot %d gave %zd: %s", slot, ret, strerror(errno));
	for (i = 0; i < BODY_WORDS; i++)
		if (r->body[i] != word(r, i))
			fail("slot %d: a record is torn", slot);
	if ((int)r->slot != slot || r->writer >= WRITERS || r->seq > shared->log[slot].started ||
	    (slot < HOT_SLOT && (int)r->writer != slot / OWN_SLOTS))
		fail("slot %d: a record that nobody wrote there", slot);
	if (r->seq < acked)
		fail("slot %d: write %llu was acknowledged, %llu is there", slot,
		     (unsigned long long)acked, (unsigned long long)r->seq);
	atomic_fetch_add(&shared->compared, slot < HOT_SLOT);
}

static bool goes_on(enum role role)
{
	atomic_fetch_add(&shared->workers[role].rounds, 1);
	return !shared->stop;
}

/* Every other time where all meet, and then often enough to meet. */
static void write_on(int *fd, enum role role)
{
	int times;

	do {
		write_record(fd, role * OWN_SLOTS + roll(OWN_SLOTS), role);
		for (times = roll(2) * MEETINGS; times; times--)
			write_record(fd, HOT_SLOT + times % HOT_SLOTS, role);
	} while (goes_on(role));
}

static void read_on(int *fd, enum role role)
{
	struct record r;

	int times;

	do {
		read_record(fd, roll(HOT_SLOT), &r);
		for (times = roll(2) * MEETINGS; times; times--)
			read_record(fd, HOT_SLOT + times % HOT_SLOTS, &r);
	} while (goes_on(role));
}

static void flush_on(int *fd, enum role role)
{
	do {
		if (again(fd, fsync(*fd)))
			fail("fsync: %s", strerror(errno));
		sleep_ms(roll(60));
	} while (goes_on(role));
}

static void set_size(int *fd, int blocks)
{
	if (again(fd, ioctl(*fd, RAMDISK_IOC_SIZE, &blocks)))
		fail("%d blocks: %s", blocks, strerror(errno));
}

static ssize_t read_block(int *fd, void *data, int block)
{
	return again(fd, pread(*fd, data, RAMDISK_BLOCK, (off_t)block * RAMDISK_BLOCK));
}

/* It is the only one who is here, so it knows what to find: nothing, zeros, its own. */
static void resize_on(int *fd, enum role role)
{
	static const char zeros[RAMDISK_BLOCK];
	char mine[RAMDISK_BLOCK], data[RAMDISK_BLOCK];

	memset(mine, 'm', sizeof(mine));
	do {
		int block = SLOTS + roll(RAMDISK_MAX_BLOCKS - SLOTS);

		set_size(fd, SLOTS);
		if (read_block(fd, data, block) != 0)
			fail("block %d is there, and the disk ends before it", block);
		set_size(fd, RAMDISK_MAX_BLOCKS);
		if (read_block(fd, data, block) != sizeof(data) ||
		    memcmp(data, zeros, sizeof(data)))
			fail("block %d: a disk that shrank and grew has old data", block);
		if (again(fd, pwrite(*fd, mine, sizeof(mine), (off_t)block * RAMDISK_BLOCK)) !=
		    sizeof(mine))
			fail("pwrite to block %d: %s", block, strerror(errno));
		if (read_block(fd, data, block) != sizeof(data) || memcmp(data, mine, sizeof(data)))
			fail("block %d: what was written is not there", block);
		sleep_ms(roll(5));
	} while (goes_on(role));
}

void work(enum role role)
{
	int fd = open_device();

	if (role <= ROLE_LAST_WRITER)
		write_on(&fd, role);
	else if (role <= ROLE_SECOND_READER)
		read_on(&fd, role);
	else if (role == ROLE_FLUSHER)
		flush_on(&fd, role);
	else
		resize_on(&fd, role);
}

const char *role_name(enum role role)
{
	static const char *const names[ROLES] = {
		"writer", "writer", "writer", "reader", "reader", "flusher", "resizer"
	};

	return names[role];
}
