// SPDX-License-Identifier: GPL-2.0-only
/*
 * Single-steps a loop by the processor's trap flag, and so learns what really
 * executes. Interrupts in between run with the flag off; what they do is not
 * seen. The host disassembles and counts (scripts/bench/bench-count.sh).
 *
 * The flag is no part of what is switched with a task: the thread must not be
 * scheduled away, so it is given a priority above all that might be let in.
 */
#include <linux/kdebug.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/string.h>

#include "bench.h"
#include "step.h"

/* The longest instruction. */
#define BENCH_CODE	15

#if defined(CONFIG_X86_64) && !defined(CONFIG_UML)

/* Written in the debug trap of the thread that is stepped. */
static struct task_struct *bench_stepped;
static struct bench_trace *bench_stepping;
static bool bench_step_lost;

static int bench_step(struct notifier_block *nb, unsigned long event, void *data)
{
	struct die_args *args = data;
	struct bench_trace *trace = bench_stepping;

	if (event != DIE_DEBUG || !bench_stepped || user_mode(args->regs))
		return NOTIFY_DONE;
	if (current != bench_stepped) {
		/* Another thread has it now. */
		args->regs->flags &= ~X86_EFLAGS_TF;
		bench_step_lost = true;
		return NOTIFY_STOP;
	}
	if (trace->count < BENCH_STEPS)
		trace->ip[trace->count++] = args->regs->ip;
	return NOTIFY_STOP;
}

static struct notifier_block bench_step_notifier = {
	.notifier_call = bench_step,
	.priority = INT_MAX,
};

/* Return: true if the thread has had its CPU all the time. */
static bool bench_step_attempt(struct bench_worker *worker,
			       struct bench_trace *trace)
{
	bench_loop_fn loop = bench_lock_of(worker->cell)->loop;

	trace->count = 0;
	bench_step_lost = false;
	bench_stepping = trace;
	bench_stepped = current;
	asm volatile("pushfq; orq $0x100, (%%rsp); popfq" ::: "memory", "cc");
	/* The second one is what is kept; the third ends it. */
	loop(worker, worker->object, 3);
	asm volatile("pushfq; andq $~0x100, (%%rsp); popfq" ::: "memory", "cc");
	bench_stepped = NULL;
	return !bench_step_lost;
}

/* A CPU's stopper, which moves threads, comes before any priority: once more then. */
#define BENCH_ATTEMPTS	5

static void bench_step_rounds(struct bench_worker *worker,
			      struct bench_trace *trace)
{
	unsigned int attempts = BENCH_ATTEMPTS;

	if (register_die_notifier(&bench_step_notifier))
		return;
	sched_set_fifo(current);
	while (attempts && !bench_step_attempt(worker, trace))
		attempts--;
	sched_set_normal(current, 0);
	if (!attempts)
		bench_fail("%s: scheduled away while stepped",
			   worker->cell->row->name);
	unregister_die_notifier(&bench_step_notifier);
}

#else

static void bench_step_rounds(struct bench_worker *worker,
			      struct bench_trace *trace)
{
	bench_lock_of(worker->cell)->loop(worker, worker->object, 3);
}

#endif

/* Where the instruction at @from is executed again, or the end. */
static unsigned int bench_trace_next(const struct bench_trace *trace,
				     unsigned int from)
{
	unsigned int i;

	for (i = from + 1; i < trace->count; i++)
		if (trace->ip[i] == trace->ip[from])
			break;
	return i;
}

/*
 * Leaves the second time round: the first instruction that is executed again
 * is where the loop begins, since what it calls comes after that.
 */
static void bench_trace_cut(struct bench_trace *trace)
{
	unsigned int first, second, third;

	for (first = 0; first < trace->count; first++) {
		second = bench_trace_next(trace, first);
		if (second < trace->count)
			break;
	}
	if (first >= trace->count) {
		trace->count = 0;
		return;
	}
	third = bench_trace_next(trace, second);
	trace->count = third - second;
	memmove(trace->ip, trace->ip + second,
		trace->count * sizeof(*trace->ip));
}

void bench_trace_loop(struct bench_worker *worker, struct bench_trace *trace)
{
	trace->count = 0;
	bench_step_rounds(worker, trace);
	if (trace->count == BENCH_STEPS)
		bench_fail("%s: too many instructions",
			   worker->cell->row->name);
	bench_trace_cut(trace);
}

void bench_trace_show(struct seq_file *seq, const struct bench_trace *trace,
		      const char *before)
{
	unsigned int i;

	for (i = 0; i < trace->count; i++) {
		unsigned long ip = trace->ip[i];
		/* Not beyond the page: there may be nothing. */
		unsigned long room = PAGE_SIZE - offset_in_page(ip);

		seq_printf(seq, "%s\t%pS\t%*phN\n", before, (void *)ip,
			   (int)min(room, (unsigned long)BENCH_CODE),
			   (void *)ip);
	}
}
