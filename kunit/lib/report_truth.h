/* SPDX-License-Identifier: GPL-2.0-only */
/* Is a report true, as far as can be asked where it comes from? */
#ifndef ERES_KUNIT_REPORT_TRUTH_H
#define ERES_KUNIT_REPORT_TRUTH_H

#include <report/report.h>

/*
 * In the context of the misuse. What is wrong with the report, in a word or two;
 * %NULL if it is all right.
 */
const char *eres_report_is_wrong(const struct eres_report *report);

#endif /* ERES_KUNIT_REPORT_TRUTH_H */
