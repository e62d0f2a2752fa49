// SPDX-License-Identifier: GPL-2.0-only
/* Misuse of wdmsync's objects, captured for the case that provokes it. */
#include <linux/spinlock.h>
#include <linux/string.h>

#include "wdm_reports.h"

#define WDM_REPORTS_KEPT 16

struct wdm_report {
	u32 code;
	unsigned long param[4];
	char routine[48];
	const void *object;
	const void *caller;
	bool worded;
};

/* One case at a time. The lock protects the rest. */
static DEFINE_RAW_SPINLOCK(wdm_lock);
static struct wdm_report wdm_seen[WDM_REPORTS_KEPT];
static unsigned int wdm_count;

/* Any context. */
static void wdm_sink(const struct eres_report *report, void *unused)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&wdm_lock, flags);
	if (wdm_count < WDM_REPORTS_KEPT) {
		wdm_seen[wdm_count] = (struct wdm_report){
			.code = report->code,
			.object = report->object ? report->object->address : NULL,
			.caller = report->caller,
			/* The first module's have their words there. */
			.worded = !report->misuse ||
				  (report->misuse->what && report->misuse->hint &&
				   report->object && report->object->kind),
		};
		strscpy(wdm_seen[wdm_count].routine, report->routine,
			sizeof(wdm_seen[0].routine));
		memcpy(wdm_seen[wdm_count].param, report->param, sizeof(report->param));
	}
	wdm_count++;
	raw_spin_unlock_irqrestore(&wdm_lock, flags);
}

static void wdm_print(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < min_t(u32, wdm_count, WDM_REPORTS_KEPT); i++)
		kunit_info(test, "reported: 0x%X (0x%lx, 0x%lx, 0x%lx, 0x%lx) by %s of %p from %pS",
			   wdm_seen[i].code, wdm_seen[i].param[0], wdm_seen[i].param[1],
			   wdm_seen[i].param[2], wdm_seen[i].param[3],
			   wdm_seen[i].routine, wdm_seen[i].object, wdm_seen[i].caller);
}

unsigned int wdm_reports_count(void)
{
	return READ_ONCE(wdm_count);
}

unsigned long wdm_reports_param(unsigned int which)
{
	return READ_ONCE(wdm_seen[0].param[which]);
}

void __wdm_expect_report(struct kunit *test, const char *file, int line,
			 const char *routine, const void *object, u32 code,
			 unsigned long p1, unsigned long p2, unsigned long p3,
			 unsigned long p4)
{
	const unsigned long param[4] = { p1, p2, p3, p4 };
	const struct wdm_report *report = &wdm_seen[0];

	if (wdm_count != 1 || report->code != code || report->object != object ||
	    strcmp(report->routine, routine) || !report->caller || !report->worded ||
	    memcmp(report->param, param, sizeof(report->param))) {
		KUNIT_FAIL(test, "%s:%d: %u reports, not 0x%X (0x%lx, 0x%lx, 0x%lx) by %s of %p",
			   kbasename(file), line, wdm_count, code, param[0], param[1],
			   param[2], routine, object);
		wdm_print(test);
	}
	wdm_count = 0;
}

void __wdm_expect_one(struct kunit *test, const char *file, int line, const void *object,
		      u32 code)
{
	const struct wdm_report *report = &wdm_seen[0];

	if (wdm_count != 1 || report->code != code || report->object != object ||
	    !report->worded) {
		KUNIT_FAIL(test, "%s:%d: %u reports, not 0x%X of %p", kbasename(file), line,
			   wdm_count, code, object);
		wdm_print(test);
	}
	wdm_count = 0;
}

void __wdm_expect_by(struct kunit *test, const char *file, int line, const char *routine,
		     const void *object, u32 code)
{
	KUNIT_EXPECT_STREQ(test, wdm_seen[0].routine, routine);
	__wdm_expect_one(test, file, line, object, code);
}

void __wdm_expect_code(struct kunit *test, const char *file, int line, const char *routine,
		       u32 code)
{
	const struct wdm_report *report = &wdm_seen[0];

	if (wdm_count != 1 || report->code != code || strcmp(report->routine, routine) ||
	    !report->worded) {
		KUNIT_FAIL(test, "%s:%d: %u reports, not 0x%X by %s", kbasename(file), line,
			   wdm_count, code, routine);
		wdm_print(test);
	}
	wdm_count = 0;
}

void __wdm_expect_first(struct kunit *test, const char *file, int line,
			const char *routine, const void *object, unsigned long number)
{
	const struct wdm_report *report = &wdm_seen[0];

	if (!wdm_count || report->code != ERES_VERIFIER || report->param[0] != number ||
	    report->object != object || strcmp(report->routine, routine) || !report->worded) {
		KUNIT_FAIL(test, "%s:%d: not 0xC4/0x%lx by %s of %p", kbasename(file), line,
			   number, routine, object);
		wdm_print(test);
	}
	wdm_count = 0;
}

void __wdm_expect_all(struct kunit *test, const char *file, int line, unsigned int count,
		      const char *routine, u32 code, unsigned long p1)
{
	unsigned int i, alike = 0;

	for (i = 0; i < min_t(u32, wdm_count, WDM_REPORTS_KEPT); i++)
		alike += wdm_seen[i].code == code && wdm_seen[i].param[0] == p1 &&
			 !strcmp(wdm_seen[i].routine, routine) && wdm_seen[i].worded;
	if (wdm_count != count || alike != count) {
		KUNIT_FAIL(test, "%s:%d: %u reports, not %u of 0x%X (0x%lx) by %s",
			   kbasename(file), line, wdm_count, count, code, p1, routine);
		wdm_print(test);
	}
	wdm_count = 0;
}

void __wdm_expect_bad_address(struct kunit *test, const char *file, int line,
			      const char *routine, const void *address)
{
	__wdm_expect_report(test, file, line, routine, address, ERES_VERIFIER, 0xE1,
			    (unsigned long)address, 0, 0);
}

void __wdm_expect_silence(struct kunit *test, const char *file, int line)
{
	if (wdm_count) {
		KUNIT_FAIL(test, "%s:%d: %u reports, expected none", kbasename(file),
			   line, wdm_count);
		wdm_print(test);
	}
	wdm_count = 0;
}

static void wdm_reports_end(void *data)
{
	struct kunit *test = data;

	eres_set_report_sink(NULL, NULL, NULL);
	wdm_expect_silence(test);
}

int wdm_reports_init(struct kunit *test)
{
	wdm_count = 0;
	eres_set_report_sink(wdm_sink, NULL, NULL);
	return kunit_add_action_or_reset(test, wdm_reports_end, test);
}
