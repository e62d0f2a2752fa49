// SPDX-License-Identifier: GPL-2.0-only
/*
 * A run: rows become lines, one for each kind and number of threads; a round
 * visits each column of each line; samples are kept until the next run.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bitmap.h>
#include <linux/cpumask.h>
#include <linux/mm.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/time64.h>

#include "bench.h"
#include "run.h"
#include "step.h"

#define BENCH_ROWS	128
#define BENCH_LINES	512

struct bench_line {
	struct bench_trace *trace[BENCH_COLUMNS];
	const struct bench_row *row;
	u8 task;
	unsigned int threads;
	/* Rounds that visited it. */
	unsigned int rounds;
};

static DECLARE_BITMAP(bench_selected, BENCH_ROWS);
static struct eres_bench_config bench_config;
static struct bench_line bench_lines[BENCH_LINES];
static unsigned int bench_line_count;
/* By line, round and column; in thousandths and 1 more, 0: not measured. */
static u64 *bench_samples;
static bool bench_running;

static const char *const bench_units[] = {
	[BENCH_NS] = "ns",
	[BENCH_RATE] = "op/ms",
	[BENCH_BYTES] = "bytes",
};

const char *const bench_column_names[BENCH_COLUMNS] = {
	[BENCH_RWSEM] = "rwsem",
	[BENCH_PERCPU] = "percpu",
	[BENCH_TEXTBOOK] = "textbook",
	[BENCH_OURS] = "ours",
	[BENCH_LINUX] = "linux",
};

static u64 *bench_sample(unsigned int line, unsigned int round,
			 unsigned int column)
{
	return &bench_samples[(line * bench_config.rounds + round) *
			      BENCH_COLUMNS + column];
}

static bool bench_has(const struct bench_row *row, unsigned int column)
{
	return row->lock[column].loop || row->lock[column].hold;
}

int bench_run_select(unsigned long index)
{
	if (index >= BENCH_ROWS || !bench_row(index))
		return -EINVAL;
	__set_bit(index, bench_selected);
	return 0;
}

static void bench_add_line(const struct bench_row *row, u8 task,
			   unsigned int threads)
{
	if (bench_line_count == BENCH_LINES) {
		bench_fail("too many lines");
		return;
	}
	bench_lines[bench_line_count++] = (struct bench_line){
		.row = row, .task = task, .threads = threads,
	};
}

static void bench_add_lines(const struct bench_row *row, u8 task)
{
	unsigned int cpus = min(num_online_cpus(), bench_seats());
	unsigned int n;

	if (!(row->tasks & task) ||
	    (row->many && row->size > bench_config.resources))
		return;
	if (row->crowd)
		bench_add_line(row, task, row->crowd);
	if (row->threads & BENCH_ONE)
		bench_add_line(row, task, 1);
	if (row->threads & BENCH_TWO)
		bench_add_line(row, task, 2);
	for (n = 2; row->threads & BENCH_MORE && n <= cpus; n *= 2)
		bench_add_line(row, task, n);
	if (row->threads & BENCH_EACH_CPU)
		bench_add_line(row, task, cpus);
}

static void bench_forget_lines(void)
{
	unsigned int i, column;

	for (i = 0; i < bench_line_count; i++)
		for (column = 0; column < BENCH_COLUMNS; column++)
			kvfree(bench_lines[i].trace[column]);
	bench_line_count = 0;
	kvfree(bench_samples);
	bench_samples = NULL;
}

int bench_run_start(const struct eres_bench_config *config)
{
	const struct bench_row *row;
	unsigned int i;
	int err;

	if (bench_running)
		return -EBUSY;
	if (!config->rounds || !config->microseconds)
		return -EINVAL;
	bench_forget_lines();
	bench_config = *config;
	for (i = 0; (row = bench_row(i)); i++) {
		if (!test_bit(i, bench_selected))
			continue;
		bench_add_lines(row, BENCH_KERNEL);
		bench_add_lines(row, BENCH_USER);
	}
	bitmap_zero(bench_selected, BENCH_ROWS);
	bench_samples = kvcalloc(array_size(bench_line_count, config->rounds),
				 BENCH_COLUMNS * sizeof(*bench_samples),
				 GFP_KERNEL);
	if (!bench_samples)
		return -ENOMEM;
	err = bench_seats_open();
	if (err)
		return err;
	bench_running = true;
	return 0;
}

static void bench_visit_line(unsigned int index)
{
	struct bench_line *line = &bench_lines[index];
	unsigned int column;
	int err;

	for (column = 0; column < BENCH_COLUMNS; column++) {
		struct bench_cell cell = {
			.row = line->row,
			.column = column,
			.task = line->task,
			.threads = line->threads,
			.length = bench_config.microseconds * 1000ULL,
			.config = &bench_config,
		};

		if (!bench_has(line->row, column))
			continue;
		err = bench_visit(&cell, bench_sample(index, line->rounds,
						      column));
		if (err)
			bench_fail("%s, %s: error %d", line->row->name,
				   bench_column_names[column], err);
		cond_resched();
	}
	line->rounds++;
}

int bench_run_round(unsigned long setting)
{
	unsigned int i;

	if (!bench_running)
		return -EINVAL;
	for (i = 0; i < bench_line_count; i++) {
		if (bench_lines[i].row->setting != setting)
			continue;
		if (bench_lines[i].rounds == bench_config.rounds)
			return -EINVAL;
		if (signal_pending(current))
			return -EINTR;
		bench_visit_line(i);
	}
	return 0;
}

static void bench_count_line(struct bench_line *line)
{
	unsigned int column;
	int err;

	for (column = 0; column < BENCH_COLUMNS; column++) {
		struct bench_cell cell = {
			.row = line->row,
			.column = column,
			.task = line->task,
			.threads = line->threads,
			.config = &bench_config,
		};

		if (!(line->row->straight & BIT(column)) ||
		    !bench_has(line->row, column) || line->trace[column])
			continue;
		cell.trace = kvzalloc(sizeof(*cell.trace), GFP_KERNEL);
		if (!cell.trace)
			return;
		line->trace[column] = cell.trace;
		err = bench_visit(&cell, NULL);
		if (err)
			bench_fail("%s, %s: error %d", line->row->name,
				   bench_column_names[column], err);
	}
}

int bench_run_count(void)
{
	unsigned int i;

	if (!bench_running)
		return -EINVAL;
	for (i = 0; i < bench_line_count; i++)
		if (bench_lines[i].threads == 1)
			bench_count_line(&bench_lines[i]);
	return 0;
}

static void bench_check_line(unsigned int index)
{
	const struct bench_line *line = &bench_lines[index];
	unsigned int column, round;

	if (!line->rounds)
		bench_fail("%s: not measured", line->row->name);
	for (column = 0; column < BENCH_COLUMNS; column++)
		for (round = 0; round < line->rounds; round++)
			if (bench_has(line->row, column) &&
			    !*bench_sample(index, round, column))
				bench_fail("%s, %s: not measured in round %u",
					   line->row->name,
					   bench_column_names[column], round);
}

void bench_run_stop(void)
{
	unsigned int i;

	if (!bench_running)
		return;
	bench_running = false;
	bench_seats_close();
	bench_holders_end();
	if (!bench_line_count)
		bench_fail("no row was selected");
	for (i = 0; i < bench_line_count; i++)
		bench_check_line(i);
}

void bench_run_exit(void)
{
	bench_run_stop();
	bench_forget_lines();
}

static const char *bench_task_name(const struct bench_line *line)
{
	return line->task == BENCH_USER ? "user" : "kernel";
}

static void bench_show_sample(struct seq_file *seq, unsigned int index,
			      unsigned int round, unsigned int column)
{
	const struct bench_line *line = &bench_lines[index];
	u64 value = *bench_sample(index, round, column);
	u32 rest;

	if (!value)
		return;
	value = div_u64_rem(value - 1, 1000, &rest);
	seq_printf(seq, "sample\t%s\t%s\t%u\t%s\t%s\t%u\t%llu.%03u\n",
		   line->row->name,
		   bench_task_name(line), line->threads,
		   bench_column_names[column], bench_units[line->row->unit],
		   round + 1, value, rest);
}

static void bench_show_traces(struct seq_file *seq,
			      const struct bench_line *line)
{
	unsigned int column;
	char before[80];

	for (column = 0; column < BENCH_COLUMNS; column++) {
		if (!line->trace[column])
			continue;
		snprintf(before, sizeof(before), "step\t%s\t%s\t%s",
			 line->row->name, bench_task_name(line),
			 bench_column_names[column]);
		bench_trace_show(seq, line->trace[column], before);
	}
}

static void bench_show_sizes(struct seq_file *seq)
{
	seq_printf(seq, "size\trwsem\t%zu\n", sizeof(struct rw_semaphore));
	seq_printf(seq, "size\tpercpu\t%zu\n",
		   sizeof(struct percpu_rw_semaphore) +
		   sizeof(unsigned int) * num_possible_cpus());
	seq_printf(seq, "size\ttextbook\t%zu\n", sizeof(struct textbook));
	seq_printf(seq, "size\tours\t%zu\n", sizeof(ERESOURCE));
}

void bench_run_show(struct seq_file *seq)
{
	const struct bench_row *row;
	unsigned int i, round, column;

	for (i = 0; (row = bench_row(i)); i++)
		seq_printf(seq, "row\t%u\t%s\t%s\t%s\n", i, row->name, row->text,
			   row->against ?: "");
	bench_show_sizes(seq);
	seq_printf(seq, "info\tCPUs online\t%u\n", num_online_cpus());
	seq_printf(seq, "info\tlength of a cell in microseconds\t%u\n",
		   bench_config.microseconds);
	seq_printf(seq, "info\tthreads that hold at once\t%u\n",
		   bench_config.holders);
	seq_printf(seq, "info\ttwo looks at the clock in ns\t%llu\n",
		   bench_clock_cost());
	for (i = 0; i < bench_line_count; i++)
		for (round = 0; round < bench_lines[i].rounds; round++)
			for (column = 0; column < BENCH_COLUMNS; column++)
				bench_show_sample(seq, i, round, column);
	for (i = 0; i < bench_line_count; i++)
		bench_show_traces(seq, &bench_lines[i]);
}
