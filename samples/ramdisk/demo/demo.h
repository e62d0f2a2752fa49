/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ramdisk-demo: processes at work on /dev/ramdisk, and one that kills and stops them,
 * and takes the device out under their hands.
 */
#ifndef RAMDISK_DEMO_H
#define RAMDISK_DEMO_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/types.h>
#include <unistd.h>

#include "../ramdisk_ioctl.h"

#define BODY_WORDS	(RAMDISK_BLOCK / 8 - 3)

#define TEXT_LENGTH	160

/* A slot is a block. A writer has slots of its own; the hot ones are for all of them. */
#define WRITERS		3
#define OWN_SLOTS	8
#define HOT_SLOT	(WRITERS * OWN_SLOTS)
#define HOT_SLOTS	2
#define MEETINGS	32
#define SLOTS		(HOT_SLOT + HOT_SLOTS)	/* the resizer has what is behind them */

/* Fills a block. Every other word follows from the first three. */
struct record {
	uint64_t slot;
	uint64_t writer;
	uint64_t seq;
	uint64_t body[BODY_WORDS];
};

enum role {
	ROLE_WRITER, ROLE_LAST_WRITER = WRITERS - 1, ROLE_READER, ROLE_SECOND_READER,
	ROLE_FLUSHER, ROLE_RESIZER, ROLES
};

/* The counts are the process's own, the rest is its tormentor's. */
struct worker {
	_Atomic unsigned int rounds;
	pid_t pid;
	bool stopped;
	unsigned int kills;
	unsigned int stops;
};

/* Stays when whoever wrote it is killed. A slot has one writer, hot ones have all. */
struct slot_log {
	_Atomic uint64_t started;	/* last number tried */
	_Atomic uint64_t acked;		/* last one that pwrite() acknowledged */
};

struct shared {
	_Atomic bool stop;
	_Atomic unsigned int reopened;	/* the device was gone, or going */
	_Atomic unsigned int compared;	/* records read, with what was acknowledged before */
	_Atomic int failed;		/* set by the first who fails; then why */
	char why[TEXT_LENGTH];
	struct worker workers[ROLES];
	struct slot_log log[SLOTS];
};

extern struct shared *shared;

/* Formatted like printf(), and checked by the compiler as that. */
extern char text_buffer[TEXT_LENGTH];
#define blame(...)	(snprintf(text_buffer, TEXT_LENGTH, __VA_ARGS__), blame_with(text_buffer))
#define fail(...)	(blame(__VA_ARGS__), _exit(1))

/* work.c: what succeeds, or fails: fail() ends the process */
void blame_with(const char *why);
unsigned int roll(unsigned int below);
void seed(unsigned int value);
void sleep_ms(unsigned int ms);
int open_device(void);
void write_record(int *fd, int slot, int writer);
void read_record(int *fd, int slot, struct record *r);
void work(enum role role);
const char *role_name(enum role role);

#endif /* RAMDISK_DEMO_H */
