/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Misuse reports of the shim, captured for the case that provokes them.
 *
 * From eres_reports_capture() to the end of the case nothing is printed: a case
 * shows that correct use is silent (eres_expect_no_report()), and that misuse
 * is reported exactly once with the right parameters (eres_expect_report()).
 * A report that no check has asked for by the end of the case fails it.
 */
#ifndef ERES_KUNIT_REPORTS_H
#define ERES_KUNIT_REPORTS_H

#include <kunit/test.h>
#include <linux/spinlock.h>

#include <report.h>

#define ERES_REPORTS_KEPT 256

/**
 * struct eres_reports - what the sink has seen
 * @test: the case that captures
 * @lock: protects what follows; taken in any context a report comes from
 * @count: reports so far, including those that @seen has no room for
 * @checked: how many of them a check has accounted for
 * @seen: the first ERES_REPORTS_KEPT of them
 */
struct eres_reports {
	struct kunit *test;
	raw_spinlock_t lock;
	unsigned int count;
	unsigned int checked;
	struct eres_report seen[ERES_REPORTS_KEPT];
};

/*
 * Take all reports until the case ends, when the sink is removed. @reports must
 * outlive the case: a member of the fixture (kunit_kzalloc() before this call).
 */
void eres_reports_capture(struct kunit *test, struct eres_reports *reports);

/* Number of reports since capturing began, checked or not. */
unsigned int eres_reports_count(struct eres_reports *reports);

/* Copy the newest report; false if there is none. Does not count as a check. */
bool eres_reports_last(struct eres_reports *reports, struct eres_report *last);

/* Account for everything so far, whatever it is. */
void eres_reports_forget(struct eres_reports *reports);

void __eres_expect_report(struct kunit *test, const char *file, int line,
			  struct eres_reports *reports,
			  const struct eres_report *expected);
void __eres_expect_no_report(struct kunit *test, const char *file, int line,
			     struct eres_reports *reports);

/* Exactly one report since the last check, with this code and parameters. */
#define eres_expect_report(test, reports, bugcheck, p1, p2, p3, p4)	\
	__eres_expect_report(test, __FILE__, __LINE__, reports,		\
			     &(const struct eres_report){		\
				.code = (bugcheck),			\
				.param = {				\
					(unsigned long)(p1),		\
					(unsigned long)(p2),		\
					(unsigned long)(p3),		\
					(unsigned long)(p4),		\
				},					\
			     })

/* Exactly one report since the last check: the rule IrqlExApcLte3, of @res. */
void __eres_expect_irql_rule(struct kunit *test, const char *file, int line,
			     struct eres_reports *reports, const void *res);
#define eres_expect_irql_rule(test, reports, res)			\
	__eres_expect_irql_rule(test, __FILE__, __LINE__, reports, res)

/* No report since the last check. */
#define eres_expect_no_report(test, reports)				\
	__eres_expect_no_report(test, __FILE__, __LINE__, reports)

#endif /* ERES_KUNIT_REPORTS_H */
