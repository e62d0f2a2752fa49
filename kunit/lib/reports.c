// SPDX-License-Identifier: GPL-2.0-only
/* Misuse reports of the shim, captured for the case that provokes them. */
#include "report_truth.h"
#include "reports.h"

/* Any context, any thread. */
static void eres_reports_sink(const struct eres_report *report, void *data)
{
	struct eres_reports *reports = data;
	const char *wrong = eres_report_is_wrong(report);
	unsigned long flags;

	raw_spin_lock_irqsave(&reports->lock, flags);
	if (wrong && !reports->wrong[0])
		snprintf(reports->wrong, sizeof(reports->wrong),
			 "wrong %s in 0x%X of %s", wrong, report->code,
			 report->routine ?: "nobody");
	if (reports->count < ERES_REPORTS_KEPT)
		reports->seen[reports->count] = *report;
	reports->count++;
	raw_spin_unlock_irqrestore(&reports->lock, flags);
}

/* A copy of report @n; of an empty one if there is none or it was not kept. */
static struct eres_report eres_reports_get(struct eres_reports *reports,
					   unsigned int n)
{
	struct eres_report report = {};
	unsigned long flags;

	raw_spin_lock_irqsave(&reports->lock, flags);
	if (n < min_t(unsigned int, reports->count, ERES_REPORTS_KEPT))
		report = reports->seen[n];
	raw_spin_unlock_irqrestore(&reports->lock, flags);
	return report;
}

unsigned int eres_reports_count(struct eres_reports *reports)
{
	return READ_ONCE(reports->count);
}

bool eres_reports_last(struct eres_reports *reports, struct eres_report *last)
{
	unsigned int count = eres_reports_count(reports);

	if (!count)
		return false;
	*last = eres_reports_get(reports, count - 1);
	return true;
}

void eres_reports_forget(struct eres_reports *reports)
{
	reports->checked = eres_reports_count(reports);
}

static void eres_report_print(struct kunit *test, enum eres_bugcheck code,
			      const unsigned long *param, const char *by)
{
	kunit_info(test, "0x%X {0x%lx, 0x%lx, 0x%lx, 0x%lx} by %s", code,
		   param[0], param[1], param[2], param[3], by);
}

static void eres_reports_print_new(struct kunit *test,
				   struct eres_reports *reports)
{
	unsigned int i;

	for (i = reports->checked; i < eres_reports_count(reports); i++) {
		struct eres_report report = eres_reports_get(reports, i);

		eres_report_print(test, report.code, report.param,
				  report.routine);
	}
}

struct eres_report eres_reports_next(struct eres_reports *reports)
{
	return eres_reports_get(reports, reports->checked);
}

static void expect_first(struct kunit *test, const char *file, int line,
			 struct eres_reports *reports,
			 const struct eres_expected *expected, bool alone)
{
	unsigned int fresh = eres_reports_count(reports) - reports->checked;
	struct eres_report found = eres_reports_next(reports);

	if (fresh && (fresh == 1 || !alone) && found.code == expected->code &&
	    !memcmp(found.param, expected->param, sizeof(found.param)))
		return;
	KUNIT_FAIL(test, "%s:%d: %u reports, expected this one%s:",
		   kbasename(file), line, fresh, alone ? "" : " first");
	eres_report_print(test, expected->code, expected->param, "any routine");
	kunit_info(test, "reported:");
	eres_reports_print_new(test, reports);
}

void __eres_expect_report(struct kunit *test, const char *file, int line,
			  struct eres_reports *reports,
			  const struct eres_expected *expected)
{
	expect_first(test, file, line, reports, expected, true);
	eres_reports_forget(reports);
}

void __eres_expect_next(struct kunit *test, const char *file, int line,
			struct eres_reports *reports,
			const struct eres_expected *expected)
{
	expect_first(test, file, line, reports, expected, false);
	if (reports->checked < eres_reports_count(reports))
		reports->checked++;
}

void __eres_expect_all(struct kunit *test, const char *file, int line,
		       struct eres_reports *reports, unsigned int count,
		       enum eres_bugcheck code, unsigned long param)
{
	unsigned int fresh = eres_reports_count(reports) - reports->checked;
	unsigned int i, end, others = 0;

	end = min_t(u32, reports->checked + fresh, ERES_REPORTS_KEPT);
	for (i = reports->checked; i < end; i++)
		others += reports->seen[i].code != code ||
			  reports->seen[i].param[0] != param;
	if (fresh != count || others) {
		KUNIT_FAIL(test, "%s:%d: %u reports, %u others than 0x%X; expected %u",
			   kbasename(file), line, fresh, others, code, count);
		eres_reports_print_new(test, reports);
	}
	eres_reports_forget(reports);
}

/* The second parameter is the rule in words, in the module's memory. */
void __eres_expect_irql_rule(struct kunit *test, const char *file, int line,
			     struct eres_reports *reports, const void *res)
{
	struct eres_expected expected = {
		.code = ERES_VERIFIER,
		.param = { ERES_V_IRQL_EX_APC_LTE3, 0, (unsigned long)res, 0 },
	};
	struct eres_report last = {};

	eres_reports_last(reports, &last);
	if (last.code == ERES_VERIFIER &&
	    last.param[0] == ERES_V_IRQL_EX_APC_LTE3 &&
	    strstarts((const char *)last.param[1], "IrqlExApcLte3: "))
		expected.param[1] = last.param[1];
	__eres_expect_report(test, file, line, reports, &expected);
}

void __eres_expect_no_report(struct kunit *test, const char *file, int line,
			     struct eres_reports *reports)
{
	unsigned int fresh = eres_reports_count(reports) - reports->checked;

	if (fresh) {
		KUNIT_FAIL(test, "%s:%d: %u reports, expected none:",
			   kbasename(file), line, fresh);
		eres_reports_print_new(test, reports);
	}
	eres_reports_forget(reports);
}

static void eres_reports_end(void *data)
{
	struct eres_reports *reports = data;

	eres_set_report_sink(NULL, NULL, NULL);
	KUNIT_EXPECT_STREQ(reports->test, reports->wrong, "");
	__eres_expect_no_report(reports->test, __FILE__, __LINE__, reports);
}

static void eres_reports_line(const char *line, void *data)
{
	struct eres_reports *reports = data;
	unsigned long flags;

	raw_spin_lock_irqsave(&reports->lock, flags);
	reports->used += scnprintf(reports->text + reports->used,
				   ERES_REPORTS_TEXT - reports->used, "%s\n",
				   line);
	raw_spin_unlock_irqrestore(&reports->lock, flags);
}

static void eres_reports_begin(struct kunit *test, struct eres_reports *reports,
			       eres_report_line_fn line)
{
	reports->test = test;
	raw_spin_lock_init(&reports->lock);
	eres_set_report_sink(eres_reports_sink, line, reports);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test,
							   eres_reports_end,
							   reports));
}

void eres_reports_capture(struct kunit *test, struct eres_reports *reports)
{
	memset(reports, 0, sizeof(*reports));
	eres_reports_begin(test, reports, NULL);
}

void eres_reports_capture_text(struct kunit *test, struct eres_reports *reports)
{
	memset(reports, 0, sizeof(*reports));
	reports->text = kunit_kzalloc(test, ERES_REPORTS_TEXT, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, reports->text);
	eres_reports_begin(test, reports, eres_reports_line);
}
