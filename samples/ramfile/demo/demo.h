/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ramfile-demo: several processes at work on two files of /dev/ramfile, and a
 * parent that kills and stops them and then checks what is left.
 */
#ifndef RAMFILE_DEMO_H
#define RAMFILE_DEMO_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "../ramfile_ioctl.h"

typedef __u32 u32;
typedef __u64 u64;

#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))

#define RECORD_SIZE	2048
#define RECORD_WORDS	(RECORD_SIZE / 8 - 6)

/* One line, formatted like printf() and checked by the compiler as that. */
#define TEXT_LENGTH	128
extern _Thread_local char text_buffer[TEXT_LENGTH];
#define text(...) (snprintf(text_buffer, TEXT_LENGTH, __VA_ARGS__), text_buffer)

/* Writers are threads. Each has slots of its own; the hot ones are for all. */
#define FILES		2
#define WRITERS		6
#define OWN_SLOTS	4
#define HOT_SLOTS	2
#define HOT_SLOT	(WRITERS * OWN_SLOTS)
#define SLOTS		(HOT_SLOT + HOT_SLOTS)
#define FIXED_SIZE	(SLOTS * RECORD_SIZE)	/* beyond it, sizes change */

/* A record tells who wrote it, and every other word follows from that. */
struct record {
	u64 file;
	u64 slot;
	u64 writer;
	u64 seq;
	u64 start;		/* ticket drawn before the write */
	u64 body[RECORD_WORDS];
	u64 sum;
};

/*
 * What a writer said about one slot. Written by that writer only, read by all;
 * it stays when the writer is killed.
 */
struct slot_log {
	_Atomic u64 started;	/* last sequence number tried */
	_Atomic u64 acked;		/* last one that pwrite() acknowledged */
	_Atomic u64 acked_start;	/* tickets before and after that one */
	_Atomic u64 acked_end;
};

enum role {
	ROLE_WRITER, ROLE_JOURNAL, ROLE_CREW, ROLE_READER, ROLE_SCANNER,
	ROLE_STRETCHER, ROLE_MOVER, ROLE_VISITOR, ROLE_KEEPER, ROLES
};

/* Ops are counted by the process itself, the rest by its parent. */
struct worker {
	_Atomic u32 ops;
	pid_t pid;
	enum { RUNS, STOPPED, ENDING } state;
	int sig;		/* ENDING: by this one */
	u64 due;		/* ms; STOPPED: goes on then, ENDING: is gone by then */
	u32 kills;
	u32 terms;
	u32 stops;
	u32 starts;
};

/* Shared by all the processes. */
struct shared {
	_Atomic bool stop;		/* please finish */
	_Atomic u64 ticket;
	_Atomic u32 records_read;
	_Atomic u32 fresh;		/* of these, compared with an ack */
	_Atomic int failed;		/* set by the first who fails, then why */
	char why[2 * TEXT_LENGTH];
	pid_t parent;
	struct worker workers[ROLES];
	struct slot_log log[FILES][SLOTS][WRITERS];
};

extern struct shared *shared;

/* record.c */
void make_record(struct record *r, int file, int slot, int writer, u64 seq,
		 u64 start);
const char *check_record(const struct record *r, int file, int slot);

/* device.c: calls that succeed, or fail(): end the process with a reason */
enum { CACHED, ASYNC = 1, NO_CACHE = 2, WRITE_THROUGH = 4, MAY_BE_MISSING = 8 };

#define blame(...)	blame_with(text(__VA_ARGS__))
#define fail(...)	fail_with(text(__VA_ARGS__))
void blame_with(const char *why);
void fail_with(const char *why);
int open_device(int how);
int open_name(const char *name, int how);
int open_file(int file, int how);
int file_of(int fd, struct ramfile_info *info);
void write_record(int fd, int file, int slot, int writer);
bool read_record(int fd, int file, int slot, struct record *r);
void sync_file(int fd);
void set_size(int fd, u32 size);
bool rename_file(int fd, const char *from, const char *to);
void get_state(int fd, struct ramfile_state *state);
void get_counters(int fd, const struct ramfile_counters *since,
		  struct ramfile_counters *now);
u32 roll(u32 below);
void seed(u32 value);
u64 now_ms(void);
void sleep_ms(unsigned int ms);

/* work.c */
struct role_info {
	const char *name;
	const char *what;
	void (*run)(struct worker *w);
};

extern const struct role_info roles[ROLES];
void prepare_files(void);

/* torment.c: all of it in the parent */
struct torment {
	unsigned int seconds;
	int fd;				/* for looking at the driver */
	struct ramfile_counters before;
	u32 freezes;
	u32 locks_seen_free;
};

void torment(struct torment *t);

/* verify.c */
bool has_seen_all(const struct torment *t);
bool verify(const struct torment *t);

#endif /* RAMFILE_DEMO_H */
