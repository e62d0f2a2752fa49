/* SPDX-License-Identifier: GPL-2.0-only */
/* What each misuse is called, what it means, and how to fix it. */
#ifndef ERES_REPORT_NAMES_H
#define ERES_REPORT_NAMES_H

#include "report/report.h"

struct eres_misuse {
	enum eres_bugcheck code;
	/* Of a code that is many things in one: its first parameter. */
	unsigned int subcode;
	enum eres_way way;
	/* Which of its parameters are addresses: "a", of text: "s"; and numbers: "n". */
	char params[5];
	const char *name;
	const char *what;
	const char *hint;
};

/* How many there are, the last being "none of the others". */
#define ERES_MISUSES	48

unsigned int eres_misuse_index(const struct eres_report *report);
const struct eres_misuse *eres_misuse_at(unsigned int index);
const struct eres_misuse *eres_misuse_of(const struct eres_report *report);

/* By the code and the place: values of addresses and numbers are alike. */
static inline bool eres_param_is_address(const struct eres_report *report, int i)
{
	return eres_misuse_of(report)->params[i] != 'n';
}

#endif /* ERES_REPORT_NAMES_H */
