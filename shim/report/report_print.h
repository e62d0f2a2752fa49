/* SPDX-License-Identifier: GPL-2.0-only */
/* Reports on the console, and parts of them. */
#ifndef ERES_REPORT_PRINT_H
#define ERES_REPORT_PRINT_H

#include "report/report.h"
#include "report/snapshot.h"

__printf(1, 2) void eres_say(const char *format, ...);
bool eres_says_to_console(void);
void eres_print_report(const struct eres_report *report);
void eres_print_code(const struct eres_report *report);
void eres_print_caller(const struct eres_report *report);
void eres_print_snapshot(const struct eres_snapshot *snapshot);
void eres_print_party(const struct eres_party *party, const char *comm);

#endif /* ERES_REPORT_PRINT_H */
