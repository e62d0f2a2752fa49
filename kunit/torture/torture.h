/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * eres_torture.ko: attempts to break eresource.ko on any kernel that it
 * supports, without KUnit.
 *
 * A test is a function that runs for a while and tells what it did. Failures
 * are told by eres_fail(), which any context may call; the first one ends the
 * test, since what comes after it is hard to tell from its consequences.
 */
#ifndef ERES_TORTURE_H
#define ERES_TORTURE_H

#include <linux/types.h>

#include "report/report.h"

/**
 * struct eres_config - what the user asked for
 * @seed: of all random numbers
 * @seconds: length of a test that goes by time
 * @steps: length of a test that goes by steps
 * @threads: threads of a test, 0: it chooses for itself
 */
struct eres_config {
	u64 seed;
	unsigned int seconds;
	unsigned int steps;
	unsigned int threads;
};

#define ERES_TALLY_LINES	12

/* What a test did; only the thread that runs the test adds to it. */
struct eres_tally {
	unsigned int lines;
	struct {
		const char *what;
		u64 count;
	} line[ERES_TALLY_LINES];
};

/* Adds to the line @what, a constant, which is made if need be. */
void eres_tally_add(struct eres_tally *tally, const char *what, u64 count);

u64 eres_tally_of(const struct eres_tally *tally, const char *what);

struct eres_test {
	const char *name;
	void (*run)(const struct eres_config *config, struct eres_tally *tally);
};

__printf(1, 2) void eres_fail(const char *format, ...);

/* In seconds: no step takes that long, on the slowest machine, if all is well. */
unsigned int eres_patience(void);

/* Has anything failed in the present test? */
bool eres_failed(void);

/* Is the module being removed? */
bool eres_cut_short(void);

/* Tests whose workers can not be stopped keep the module loaded. */
void eres_torture_stuck(void);

#define ERES_CHECK(cond, ...)						\
({									\
	bool __ok = (cond);						\
									\
	if (unlikely(!__ok))						\
		eres_fail(__VA_ARGS__);					\
	__ok;								\
})

/* Reports of the shim since the test began, by kind. */
enum eres_report_kind {
	ERES_REPORT_FOREIGN_RELEASE,	/* 0x16E, of an owner */
	ERES_REPORT_EXIT_OWNING,
	ERES_REPORT_EXIT_IN_REGION,
	ERES_REPORT_ACQUIRE_AT_DISPATCH,
	ERES_REPORT_KINDS,
};

/* All other reports are failures by themselves. */
u64 eres_reports_of(enum eres_report_kind kind);

extern const struct eres_test eres_test_writers, eres_test_readers;
extern const struct eres_test eres_test_r99, eres_test_r90;
extern const struct eres_test eres_test_convert, eres_test_priorities, eres_test_everything;
extern const struct eres_test eres_test_fair, eres_test_starve;
extern const struct eres_test eres_test_handover, eres_test_foreign;
extern const struct eres_test eres_test_churn, eres_test_exits;
extern const struct eres_test eres_test_many, eres_test_oracle;

#endif /* ERES_TORTURE_H */
