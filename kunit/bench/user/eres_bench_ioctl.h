/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the program eres-bench asks of /dev/eres_bench.
 *
 * Reading the device gives lines of fields with tabs between them:
 *	row	INDEX NAME TEXT AGAINST		each row
 *	size	WHAT BYTES			of each lock
 *	info	WHAT VALUE
 *	sample	NAME TASK THREADS COLUMN UNIT ROUND VALUE
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
/* A round of all selected rows, those that want to be quiet if ARG is 1. */
#define ERES_BENCH_ROUND	_IO('B', 4)
/* Workers may go. Fails unless all was measured and as it should be. */
#define ERES_BENCH_STOP		_IO('B', 5)
/* Number of workers that a run needs. */
#define ERES_BENCH_SEATS	_IO('B', 6)

#endif /* ERES_BENCH_IOCTL_H */
