/* SPDX-License-Identifier: GPL-2.0-only */
/* How often what was reported, and how much was waited. */
#ifndef ERES_STATS_H
#define ERES_STATS_H

#include <linux/types.h>

#include "call.h"

struct eres_report;
struct seq_file;

void eres_count_wait(enum eres_request request, u64 ns);
void eres_count_misuse(const struct eres_report *report);
int eres_stats_show(struct seq_file *m, void *unused);

#endif /* ERES_STATS_H */
