/* SPDX-License-Identifier: GPL-2.0-only */
/* A run: which rows, its rounds, its samples. One controller at a time. */
#ifndef ERES_BENCH_RUN_H
#define ERES_BENCH_RUN_H

struct eres_bench_config;
struct seq_file;

int bench_run_select(unsigned long index);
int bench_run_start(const struct eres_bench_config *config);
int bench_run_round(unsigned long setting);
/* What each line executes, by single steps. */
int bench_run_count(void);

/* Ends the run; what was not measured is a failure. */
void bench_run_stop(void);

void bench_run_exit(void);

void bench_run_show(struct seq_file *seq);

#endif /* ERES_BENCH_RUN_H */
