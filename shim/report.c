// SPDX-License-Identifier: GPL-2.0-only
/*
 * The one place that reports misuse.
 *
 * A report carries the Windows bug check code and its parameters, as a driver's
 * author finds them in Microsoft's documentation. It is counted, traced, and
 * printed with all that can be told (report_print.c). Execution goes on, unless
 * the parameter "verifier" asks to stop where Windows would.
 */
#include <linux/hash.h>
#include <linux/panic.h>
#include <linux/ratelimit.h>
#include <linux/rcupdate.h>

#include "report_names.h"
#include "report_print.h"
#include "see.h"
#include "trace.h"
#include "verifier.h"

struct eres_report_sink {
	eres_report_sink_fn fn;
	void *data;
};

static struct eres_report_sink eres_sink;
static struct eres_report_sink __rcu *eres_sink_set;

/* What Windows checks only if asked to, is reported once per call site. */
static bool eres_is_verifiers(const struct eres_report *report)
{
	return report->code == ERES_VERIFIER ||
	       report->code == ERES_FAST_PRECONDITION;
}

/* Has this call site been reported for this? Forgets nothing but on collision. */
static bool eres_seen_before(const struct eres_report *report)
{
	static unsigned long seen[256];
	unsigned long site = (unsigned long)report->caller ^
			     (unsigned long)report->routine ^
			     report->param[0] << 1;
	unsigned long *slot = &seen[hash_long(site, 8)];

	return xchg(slot, site) == site;
}

static bool eres_shall_print(const struct eres_report *report)
{
	static DEFINE_RATELIMIT_STATE(limit, DEFAULT_RATELIMIT_INTERVAL,
				      DEFAULT_RATELIMIT_BURST);

	/* Without a call site, at a thread's or a module's end: each counts. */
	if (eres_is_verifiers(report) && report->caller)
		return !eres_seen_before(report);
	return __ratelimit(&limit);
}

static bool eres_report_to_sink(const struct eres_report *report)
{
	const struct eres_report_sink *sink;

	rcu_read_lock();
	sink = rcu_dereference(eres_sink_set);
	if (sink)
		sink->fn(report, sink->data);
	rcu_read_unlock();
	return sink;
}

/**
 * eres_submit_report() - Count and trace a report.
 * @report: the report
 *
 * Context: Any but NMI.
 * Return: whether it is to be printed as well, for all that is known so far.
 */
bool eres_submit_report(const struct eres_report *report)
{
	eres_count_misuse(report);
	trace_eres_misuse(report);
	return !eres_report_to_sink(report);
}

/**
 * eres_report() - Report one misuse.
 * @call: routine that noticed, and its caller
 * @r: the resource; %NULL if there is none or it may be gone
 * @code: bug check
 * @p1: its first parameter
 * @p2: second
 * @p3: third
 * @p4: fourth
 *
 * Context: Any but NMI; with no lock of the shim held.
 */
void eres_report(const struct eres_call *call, ERESOURCE *r,
		 enum eres_bugcheck code, unsigned long p1, unsigned long p2,
		 unsigned long p3, unsigned long p4)
{
	struct eres_report report = {
		.code = code,
		.param = { p1, p2, p3, p4 },
		.routine = call->routine,
		.caller = call->caller,
		.resource = r,
	};

	if (eres_is_verifiers(&report) && !eres_verifies())
		return;
	if (!eres_submit_report(&report))
		return;
	if (eres_shall_print(&report))
		eres_print_report(&report);
	if (READ_ONCE(eres_verifier) >= 2)
		panic("eresource: 0x%X %s (0x%lx, 0x%lx, 0x%lx, 0x%lx)", code,
		      eres_misuse_of(&report)->name, p1, p2, p3, p4);
}

/**
 * eres_set_report_sink() - Let a test have the reports.
 * @fn: gets every report from now on, in any context; %NULL: print them again
 * @data: for @fn
 *
 * Context: May sleep. One test at a time.
 */
void eres_set_report_sink(eres_report_sink_fn fn, void *data)
{
	RCU_INIT_POINTER(eres_sink_set, NULL);
	synchronize_rcu();
	if (!fn)
		return;
	eres_sink.fn = fn;
	eres_sink.data = data;
	rcu_assign_pointer(eres_sink_set, &eres_sink);
}
EXPORT_SYMBOL_GPL(eres_set_report_sink);
