/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Misuse reports of the shim, captured for the case that provokes them.
 *
 * From eres_reports_capture() to the end of the case nothing is printed: a case
 * shows that correct use is silent (eres_expect_no_report()), and that misuse
 * is reported exactly once with the right parameters (eres_expect_report()).
 * A report that no check has asked for by the end of the case fails it.
 *
 * Whatever the case asks for, each report is compared with what can be asked in
 * the context of the misuse itself: the thread, its pid and name, IRQL, region
 * counters and interrupt state, the parameters that repeat one of these, and
 * whether the routine is one that reports such a code. A report that is wrong
 * there fails the case.
 *
 * The words are compared by cases that capture with eres_reports_capture_text():
 *
 *	ExReleaseResourceLite(res);
 *	eres_expect_text(test, reports,
 *			 "ExReleaseResourceLite: release of ...\n"
 *			 "  0xE3 RESOURCE_NOT_OWNED (%p, %p, 0x0, 0x0)\n"
 *			 "  called from the_case [eresource_kunit]\n"
 *			 ..., res, current);
 *
 * is everything that was printed since the last check, but the stack: all lines,
 * in that order. It accounts for the reports as well. Addresses, pids and counts
 * are given as they are (%p is hashed on both sides); what can not be known is
 * left out of what was printed: "+0x1c/0x30" behind a function's name becomes
 * nothing, and "for 12 ms" becomes "for # ms". Lines about owners and waiters of
 * a resource, which come in the order of a hash table, may be in any order.
 */
#ifndef ERES_KUNIT_REPORTS_H
#define ERES_KUNIT_REPORTS_H

#include <kunit/test.h>
#include <linux/spinlock.h>

#include <report/report.h>

#define ERES_REPORTS_KEPT 256

/* Bytes of text since the last check. */
#define ERES_REPORTS_TEXT 16384

/**
 * struct eres_reports - what the sink has seen
 * @test: the case that captures
 * @lock: protects what follows; taken in any context a report comes from
 * @count: reports so far, including those that @seen has no room for
 * @checked: how many of them a check has accounted for
 * @wrong: what is wrong with one of them, if anything is
 * @text: what has been printed since the last check; %NULL: not asked for
 * @used: bytes of it
 * @seen: the first ERES_REPORTS_KEPT of them
 */
struct eres_reports {
	struct kunit *test;
	raw_spinlock_t lock;
	unsigned int count;
	unsigned int checked;
	char wrong[96];
	char *text;
	size_t used;
	struct eres_report seen[ERES_REPORTS_KEPT];
};

/*
 * Take all reports until the case ends, when the sink is removed. @reports must
 * outlive the case: a member of the fixture (kunit_kzalloc() before this call).
 */
void eres_reports_capture(struct kunit *test, struct eres_reports *reports);

/* The same, with the text. */
void eres_reports_capture_text(struct kunit *test, struct eres_reports *reports);

/* All that was printed since the last check; see above. */
__printf(5, 6)
void __eres_expect_text(struct kunit *test, const char *file, int line,
			struct eres_reports *reports, const char *format, ...);
#define eres_expect_text(test, reports, ...)				\
	__eres_expect_text(test, __FILE__, __LINE__, reports, __VA_ARGS__)

/* One report since the last check: its first line, and what is to be done. */
void __eres_expect_words(struct kunit *test, const char *file, int line,
			 struct eres_reports *reports, const char *first,
			 const char *hint);
#define eres_expect_words(test, reports, first, hint)			\
	__eres_expect_words(test, __FILE__, __LINE__, reports, first, hint)

/* Number of reports since capturing began, checked or not. */
unsigned int eres_reports_count(struct eres_reports *reports);

/* Copy the newest report; false if there is none. Does not count as a check. */
bool eres_reports_last(struct eres_reports *reports, struct eres_report *last);

/* Account for everything so far, whatever it is. */
void eres_reports_forget(struct eres_reports *reports);

/* What is compared of a report; the whole one would be too much for a stack. */
struct eres_expected {
	enum eres_bugcheck code;
	unsigned long param[4];
};

void __eres_expect_report(struct kunit *test, const char *file, int line,
			  struct eres_reports *reports,
			  const struct eres_expected *expected);
void __eres_expect_no_report(struct kunit *test, const char *file, int line,
			     struct eres_reports *reports);

#define ERES_EXPECTED(bugcheck, p1, p2, p3, p4)				\
	(&(const struct eres_expected){					\
		.code = (bugcheck),					\
		.param = {						\
			(unsigned long)(p1), (unsigned long)(p2),	\
			(unsigned long)(p3), (unsigned long)(p4),	\
		},							\
	})

/* Exactly one report since the last check, with this code and parameters. */
#define eres_expect_report(test, reports, bugcheck, p1, p2, p3, p4)	\
	__eres_expect_report(test, __FILE__, __LINE__, reports,		\
			     ERES_EXPECTED(bugcheck, p1, p2, p3, p4))

/* One of several reports: the first since the last check, with the others left. */
void __eres_expect_next(struct kunit *test, const char *file, int line,
			struct eres_reports *reports,
			const struct eres_expected *expected);
#define eres_expect_next(test, reports, bugcheck, p1, p2, p3, p4)	\
	__eres_expect_next(test, __FILE__, __LINE__, reports,		\
			   ERES_EXPECTED(bugcheck, p1, p2, p3, p4))

/* Since the last check so many reports, all with this code and first parameter. */
void __eres_expect_all(struct kunit *test, const char *file, int line,
		       struct eres_reports *reports, unsigned int count,
		       enum eres_bugcheck code, unsigned long param);
#define eres_expect_all(test, reports, count, bugcheck, p1)		\
	__eres_expect_all(test, __FILE__, __LINE__, reports, count,	\
			  bugcheck, (unsigned long)(p1))

/* A copy of the first report since the last check; an empty one if there is none. */
struct eres_report eres_reports_next(struct eres_reports *reports);

/* Exactly one report since the last check: the rule IrqlExApcLte3, of @res. */
void __eres_expect_irql_rule(struct kunit *test, const char *file, int line,
			     struct eres_reports *reports, const void *res);
#define eres_expect_irql_rule(test, reports, res)			\
	__eres_expect_irql_rule(test, __FILE__, __LINE__, reports, res)

/* No report since the last check. */
#define eres_expect_no_report(test, reports)				\
	__eres_expect_no_report(test, __FILE__, __LINE__, reports)

/* What stands behind the names of the suites' routines, if they are in a module. */
#ifdef MODULE
#define ERES_OF_SUITES " [" KBUILD_MODNAME "]"
#else
#define ERES_OF_SUITES
#endif

#endif /* ERES_KUNIT_REPORTS_H */
