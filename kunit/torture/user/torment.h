/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * eres-torment: processes with several threads at work inside /dev/ramfile, and
 * a parent that does to them what signals, debuggers and exits can do.
 */
#ifndef ERES_TORMENT_H
#define ERES_TORMENT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define VICTIMS		6
#define THREADS		3
#define RECORDS		32
#define RECORD_SIZE	1024

/* Shared by all processes; counts are added to by whoever does it. */
struct shared {
	unsigned int reads;
	unsigned int writes;
	/* Of these, by workers of io_uring. */
	unsigned int ring_writes;
	unsigned int signals;
	unsigned int failed;
	char why[128];
};

extern struct shared *shared;

void count(unsigned int *what);
void blame(const char *format, ...);
unsigned int roll(unsigned int below);
bool is_freezing(void);
void nap(unsigned int ms);

/* victim.c */
int open_file(void);
bool check_all_records(int fd);
void victim(void);

/* ring.c */
bool ring_write(int fd, const void *from, size_t size, off_t at, ssize_t *done);

/* attack.c */
#define ATTACKS 9
/* After so many of them it goes on living. */
#define MILD_ATTACKS 6
extern const char *const attack_names[ATTACKS];
bool attack(pid_t pid, int which);

#endif /* ERES_TORMENT_H */
