/* SPDX-License-Identifier: GPL-2.0-only */
/* What one time round a loop executes, an instruction at a time. */
#ifndef ERES_BENCH_STEP_H
#define ERES_BENCH_STEP_H

#include <linux/types.h>

struct bench_worker;
struct seq_file;

#define BENCH_STEPS	16384

/**
 * struct bench_trace - addresses of instructions, in the order of execution
 * @count: of @ip; 0 if this kernel can not be stepped
 * @ip: of one time round
 */
struct bench_trace {
	unsigned int count;
	unsigned long ip[BENCH_STEPS];
};

/* Once round the loop of the worker's cell, which must not sleep. */
void bench_trace_loop(struct bench_worker *worker, struct bench_trace *trace);

/* A line each: @before, the symbol, and the bytes that are there. */
void bench_trace_show(struct seq_file *seq, const struct bench_trace *trace,
		      const char *before);

#endif /* ERES_BENCH_STEP_H */
