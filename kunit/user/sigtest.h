/* SPDX-License-Identifier: GPL-2.0-only */
/* What the cases of eres-sigtest are made of. */
#ifndef SIGTEST_H
#define SIGTEST_H

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "eres_kunit_ioctl.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define BIT_OF(sig) (1ULL << ((sig) - 1))
/* What a wait in the kernel returns if a signal ended it. */
#define INTERRUPTED (-512)

/* What a process under test leaves for its parent. */
struct shared {
	_Atomic pid_t tid;
	_Atomic int handled;
	_Atomic int handled_in_thread;
	_Atomic int returned;
};

extern struct shared *shared;
extern unsigned int failures;

void complain(const char *file, int line, const char *what, long long got, long long expected);

#define CHECK(condition)							\
	do {									\
		if (!(condition))						\
			complain(__FILE__, __LINE__, #condition, 0, 1);		\
	} while (0)

#define CHECK_EQ(got, expected)							\
	do {									\
		long long __got = (got), __expected = (expected);		\
										\
		if (__got != __expected)					\
			complain(__FILE__, __LINE__, #got, __got, __expected);	\
	} while (0)

/* Wait for @condition; false if it does not come. */
#define POLL(condition)								\
({										\
	struct timespec __start, __now, __nap = { 0, 1000000 };			\
	bool __ok;								\
										\
	clock_gettime(CLOCK_MONOTONIC, &__start);				\
	while (!(__ok = (condition))) {						\
		clock_gettime(CLOCK_MONOTONIC, &__now);				\
		if (__now.tv_sec - __start.tv_sec > 20)				\
			break;							\
		nanosleep(&__nap, NULL);					\
	}									\
	__ok;									\
})

/* Run the steps, up to ERES_OP_END, in the calling thread. */
int run(unsigned int slot, const struct eres_step *step);

/* Have them run when the calling process exits and its files are closed. */
int run_at_close(unsigned int slot, const struct eres_step *step);
/* The same, or when the file is closed that is returned. */
int open_to_run(unsigned int slot, const struct eres_step *step);

/* Which step of the slot's script is under way; its results. */
unsigned int progress(unsigned int slot);
long long result(unsigned int slot, unsigned int step);

void set_flag(unsigned int flag);
struct eres_query query(unsigned int resource);
/* Would a wait of this thread end because of a signal? */
bool wait_would_end(pid_t tid);
int notify(pid_t tid);

/* Nobody owns the resource or waits for it. */
#define CHECK_FREE(resource)							\
	do {									\
		struct eres_query __state = query(resource);			\
										\
		CHECK_EQ(__state.free, 1);					\
		CHECK_EQ(__state.exclusive_waiters, 0);				\
		CHECK_EQ(__state.shared_waiters, 0);				\
	} while (0)

/* A line of /proc/PID/task/TID/status: a mask, or the letter of the state. */
__u64 status_mask(pid_t tid, const char *name);
char status_state(pid_t tid);

/* Has a file in debugfs/eresource a line with @text in it? The count of @name there. */
bool debugfs_line(const char *file, const char *text);
long long debugfs_stat(const char *name);

/* Start a process that runs @fn and exits with 0 if no check failed in it. */
pid_t spawn(void (*fn)(void));
/* Start a process in which a second thread runs @fn; then as @leader says. */
enum leader { LEADER_SLEEPS, LEADER_EXITS, LEADER_FAULTS };
pid_t spawn_threads(void (*fn)(void), enum leader leader);
/* Tell the leading thread of spawn_threads() to do what it was started for. */
void let_leader_go(void);

/* Wait for the process to end; its wait status, -1 at the deadline. */
int reap(pid_t pid);
bool ended_by(int status, int sig);
bool still_there(pid_t pid);

void catch(int sig);
__u64 own_mask(void);
void set_own_mask(__u64 mask);

struct test_case {
	const char *name;
	void (*fn)(void);
};

#define CASE(fn) { #fn, fn }

extern const struct test_case delivery_cases[], mask_cases[], group_cases[],
			      return_cases[], family_cases[], identity_cases[], keep_cases[],
			      exit_cases[];

#endif /* SIGTEST_H */
