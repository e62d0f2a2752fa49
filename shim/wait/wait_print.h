/* SPDX-License-Identifier: GPL-2.0-only */
/* What is printed of waits that take long. */
#ifndef ERES_WAIT_PRINT_H
#define ERES_WAIT_PRINT_H

#include "report/snapshot.h"

struct eres_report;

void eres_print_hang(const struct eres_report *report);
void eres_print_object_hang(const struct eres_report *report);
bool eres_task_is_frozen(struct task_struct *task);
bool eres_party_is_frozen(const struct eres_party *party);

#endif /* ERES_WAIT_PRINT_H */
