/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the program eres-bench asks of /dev/eres_bench.
 *
 * Reading the device gives lines of fields with tabs between them:
 *	row	INDEX NAME TEXT AGAINST		each row
 *	size	WHAT BYTES			of each lock
 *	info	WHAT VALUE
 *	sample	NAME TASK THREADS COLUMN UNIT ROUND VALUE
 *	step	NAME TASK COLUMN SYMBOL BYTES	an instruction of one time round
 * UNIT is "ns", of one operation, or "op/ms", of all threads.
 */
#ifndef ERES_BENCH_IOCTL_H
#define ERES_BENCH_IOCTL_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define ERES_BENCH_DEVICE	"eres_bench"

/**
 * struct eres_bench_config - how to run
 * @rounds: that will come at most
 * @microseconds: length of a cell
 * @resources: at most that many at once
 * @holders: threads that hold at once
 */
struct eres_bench_config {
	__u32 rounds;
	__u32 microseconds;
	__u32 resources;
	__u32 holders;
};

/* Be a worker, number ARG, until the device is closed or told to stop. */
#define ERES_BENCH_SIT		_IO('B', 1)
/* The row with index ARG is to be measured. */
#define ERES_BENCH_SELECT	_IO('B', 2)
#define ERES_BENCH_START	_IOW('B', 3, struct eres_bench_config)
/*
 * How the parameters of eresource.ko are while rows are measured: by default;
 * with verifier 0, so that what is reported need not be told; with bias 0, where
 * there is such a parameter, for rows whose names end with "-no-bias".
 */
#define ERES_BENCH_AS_IT_IS	0
#define ERES_BENCH_QUIET	1
#define ERES_BENCH_NO_BIAS	2

/* A round of the selected rows that want the setting ARG. */
#define ERES_BENCH_ROUND	_IO('B', 4)
/* Workers may go. Fails unless all was measured and as it should be. */
#define ERES_BENCH_STOP		_IO('B', 5)
/* Number of workers that a run needs. */
#define ERES_BENCH_SEATS	_IO('B', 6)

/* Steps through what is measured, an instruction at a time. */
#define ERES_BENCH_COUNT	_IO('B', 7)

#endif /* ERES_BENCH_IOCTL_H */
