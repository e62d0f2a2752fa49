// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parameters, the thread that runs the tests one after the other, and the
 * table at the end.
 *
 *	insmod eres_torture.ko tests=all seconds=10
 *	cat /sys/module/eres_torture/parameters/result	waits for the end
 *	rmmod eres_torture				ends it early
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/completion.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "torture.h"

static char *tests = "";
module_param(tests, charp, 0444);
MODULE_PARM_DESC(tests, "names with commas between them, or all; none: do nothing (default)");

static unsigned int seconds = 10;
module_param(seconds, uint, 0444);
MODULE_PARM_DESC(seconds, "length of each test that goes by time (10)");

static unsigned int steps = 20000;
module_param(steps, uint, 0444);
MODULE_PARM_DESC(steps, "length of each test that goes by steps (20000)");

static unsigned int threads;
module_param(threads, uint, 0444);
MODULE_PARM_DESC(threads, "threads of a test (0: chosen by the number of CPUs)");

static unsigned int patience = 60;
module_param(patience, uint, 0444);
MODULE_PARM_DESC(patience, "seconds without progress that are a failure (60)");

static unsigned long long seed;
module_param(seed, ullong, 0444);
MODULE_PARM_DESC(seed, "of all random numbers (0: a random one)");

static const struct eres_test *const eres_tests[] = {
	&eres_test_oracle,
	&eres_test_writers, &eres_test_readers,
	&eres_test_r99, &eres_test_r90,
	&eres_test_convert, &eres_test_priorities, &eres_test_everything,
	&eres_test_fair, &eres_test_starve,
	&eres_test_handover, &eres_test_foreign,
	&eres_test_churn, &eres_test_exits,
	&eres_test_many,
};

/* What became of each; the runner writes, and reads once all is over. */
static struct eres_outcome {
	bool run;
	bool failed;
	unsigned int seconds;
	struct eres_tally tally;
} eres_outcomes[ARRAY_SIZE(eres_tests)];

static struct task_struct *eres_runner;
static DECLARE_COMPLETION(eres_over);
static bool eres_success;

/* In the present test; any context. */
static atomic_t eres_failures;
static atomic64_t eres_reports[ERES_REPORT_KINDS];

#define ERES_FAILURES_SHOWN	10

void eres_fail(const char *format, ...)
{
	struct va_format text = { .fmt = format };
	va_list args;

	if (atomic_inc_return(&eres_failures) > ERES_FAILURES_SHOWN)
		return;
	va_start(args, format);
	text.va = &args;
	pr_err("FAILED: %pV\n", &text);
	va_end(args);
}

bool eres_failed(void)
{
	return atomic_read(&eres_failures);
}

unsigned int eres_patience(void)
{
	return patience;
}

static bool eres_stopping;

bool eres_cut_short(void)
{
	return READ_ONCE(eres_stopping);
}

/* Threads of ours will run on, so their code has to stay. */
void eres_torture_stuck(void)
{
	__module_get(THIS_MODULE);
}

u64 eres_reports_of(enum eres_report_kind kind)
{
	return atomic64_read(&eres_reports[kind]);
}

static int eres_kind_of(const struct eres_report *report)
{
	if (report->code == ERES_INVALID_RELEASE && !report->resource)
		return ERES_REPORT_FOREIGN_RELEASE;
	if (report->code == ERES_KERNEL_APC_PENDING_DURING_EXIT)
		return ERES_REPORT_EXIT_IN_REGION;
	if (report->code != ERES_VERIFIER)
		return -1;
	if (report->param[0] == ERES_V_EXIT_OWNING)
		return ERES_REPORT_EXIT_OWNING;
	if (report->param[0] == ERES_V_IRQL_EX_APC_LTE3)
		return ERES_REPORT_ACQUIRE_AT_DISPATCH;
	return -1;
}

static void eres_count_report(const struct eres_report *report, void *unused)
{
	int kind = eres_kind_of(report);

	if (kind >= 0)
		atomic64_inc(&eres_reports[kind]);
	else
		eres_fail("reported 0x%x {0x%lx, 0x%lx, 0x%lx, 0x%lx} by %s",
			  report->code, report->param[0], report->param[1],
			  report->param[2], report->param[3], report->routine);
}

void eres_tally_add(struct eres_tally *tally, const char *what, u64 count)
{
	unsigned int i;

	for (i = 0; i < tally->lines; i++)
		if (!strcmp(tally->line[i].what, what))
			break;
	if (i == tally->lines) {
		if (WARN_ON_ONCE(i == ERES_TALLY_LINES))
			return;
		tally->line[i].what = what;
		tally->lines++;
	}
	tally->line[i].count += count;
}

u64 eres_tally_of(const struct eres_tally *tally, const char *what)
{
	unsigned int i;

	for (i = 0; i < tally->lines; i++)
		if (!strcmp(tally->line[i].what, what))
			return tally->line[i].count;
	return 0;
}

static bool eres_is_wanted(const char *name)
{
	size_t length = strlen(name);
	const char *at = tests;

	if (!strcmp(tests, "all"))
		return true;
	while ((at = strstr(at, name))) {
		if ((at == tests || at[-1] == ',') &&
		    (at[length] == ',' || !at[length]))
			return true;
		at += length;
	}
	return false;
}

static void eres_run_test(const struct eres_test *test, unsigned int number,
			  struct eres_outcome *outcome)
{
	/* The first is the oracle, whose episodes go by the seed as it is. */
	struct eres_config config = {
		.seed = seed + number,
		.seconds = seconds,
		.steps = steps,
		.threads = threads,
	};
	unsigned long began = jiffies;
	size_t i;

	atomic_set(&eres_failures, 0);
	for (i = 0; i < ERES_REPORT_KINDS; i++)
		atomic64_set(&eres_reports[i], 0);
	pr_info("%s\n", test->name);
	eres_set_report_sink(eres_count_report, NULL, NULL);
	test->run(&config, &outcome->tally);
	eres_set_report_sink(NULL, NULL, NULL);
	outcome->run = true;
	outcome->failed = eres_failed();
	outcome->seconds = (jiffies - began + HZ / 2) / HZ;
}

static void eres_print_outcome(const struct eres_test *test,
			       const struct eres_outcome *outcome)
{
	const struct eres_tally *tally = &outcome->tally;
	unsigned int i;

	pr_info("%-12s %5u s  %s\n", test->name, outcome->seconds,
		outcome->failed ? "FAILED" : "ok");
	for (i = 0; i < tally->lines; i++)
		pr_info("%-12s   %12llu %s\n", "", tally->line[i].count,
			tally->line[i].what);
}

/* All that ran, and whether that is what was asked for. */
static bool eres_print_table(void)
{
	unsigned int run = 0, failed = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(eres_tests); i++) {
		if (!eres_outcomes[i].run)
			continue;
		run++;
		failed += eres_outcomes[i].failed;
		eres_print_outcome(eres_tests[i], &eres_outcomes[i]);
	}
	if (!run)
		pr_err("there is no test %s\n", tests);
	pr_info("seed %llu, %u tests, %u failed%s\n", seed, run, failed,
		eres_cut_short() ? ", cut short" : "");
	return run && !failed;
}

static int eres_run_tests(void *unused)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(eres_tests) && !eres_cut_short(); i++)
		if (eres_is_wanted(eres_tests[i]->name))
			eres_run_test(eres_tests[i], i, &eres_outcomes[i]);
	eres_success = eres_print_table();
	pr_info("%s\n", eres_success ? "SUCCESS" : "FAILURE");
	complete_all(&eres_over);
	while (!kthread_should_stop()) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (!kthread_should_stop())
			schedule();
		__set_current_state(TASK_RUNNING);
	}
	return 0;
}

static int eres_get_result(char *buffer, const struct kernel_param *param)
{
	if (!eres_runner)
		return sysfs_emit(buffer, "nothing was asked for\n");
	if (wait_for_completion_interruptible(&eres_over))
		return -EINTR;
	return sysfs_emit(buffer, "%s\n", eres_success ? "SUCCESS" : "FAILURE");
}

static const struct kernel_param_ops eres_result_ops = {
	.get = eres_get_result,
};

module_param_cb(result, &eres_result_ops, NULL, 0444);
MODULE_PARM_DESC(result, "SUCCESS or FAILURE; reading it waits for the end");

static int __init eres_torture_init(void)
{
	struct task_struct *runner;

	if (!*tests)
		return 0;
	if (!seed)
		seed = get_random_u32();
	pr_info("tests %s, %u s each, seed %llu\n", tests, seconds, seed);
	runner = kthread_run(eres_run_tests, NULL, "eres_torture");
	if (IS_ERR(runner))
		return PTR_ERR(runner);
	eres_runner = runner;
	return 0;
}
module_init(eres_torture_init);

static void __exit eres_torture_exit(void)
{
	WRITE_ONCE(eres_stopping, true);
	if (eres_runner)
		kthread_stop(eres_runner);
}
module_exit(eres_torture_exit);

MODULE_DESCRIPTION("Torture for eresource.ko");
MODULE_LICENSE("GPL");
