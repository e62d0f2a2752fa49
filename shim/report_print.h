/* SPDX-License-Identifier: GPL-2.0-only */
/* Reports on the console, and parts of them. */
#ifndef ERES_REPORT_PRINT_H
#define ERES_REPORT_PRINT_H

#include "see.h"

void eres_print_report(const struct eres_report *report);
void eres_print_code(const struct eres_report *report);
void eres_print_snapshot(const struct eres_snapshot *snapshot);

#endif /* ERES_REPORT_PRINT_H */
