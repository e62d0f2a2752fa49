// SPDX-License-Identifier: GPL-2.0-only
/*
 * The one place that reports misuse.
 *
 * A report carries the Windows bug check code and its parameters, as a driver's
 * author finds them in Microsoft's documentation. It is counted, traced, and
 * printed with all that can be told (report_print.c). Execution goes on, unless
 * the parameter "verifier" asks to stop where Windows would.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/hash.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/rcupdate.h>
#include <linux/stdarg.h>

#include "report/object.h"
#include "report/misuse.h"
#include "report/report_print.h"
#include "report/stats.h"
#include "trace/caller.h"
#include "trace/trace.h"

struct eres_report_sink {
	eres_report_sink_fn fn;
	eres_report_line_fn line;
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

/* Call sites that have been reported; one makes room for another by collision. */
static unsigned long eres_seen[256];

/* A driver goes: another may be loaded to where it was. */
void eres_forget_sites(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(eres_seen); i++)
		WRITE_ONCE(eres_seen[i], 0);
}

/* Whether this call site has been reported for this before. */
static bool eres_seen_before(const struct eres_report *report)
{
	unsigned long site = (unsigned long)report->caller ^
			     (unsigned long)report->routine ^
			     report->param[0] << 1;
	unsigned long *slot = &eres_seen[hash_long(site, 8)];

	return xchg(slot, site) == site;
}

static bool eres_shall_print(const struct eres_report *report)
{
	static DEFINE_RATELIMIT_STATE(limit, DEFAULT_RATELIMIT_INTERVAL,
				      DEFAULT_RATELIMIT_BURST);

	/* A test that wants the text wants it every time. */
	if (rcu_access_pointer(eres_sink_set))
		return true;
	/* Without a call site, as at a thread's or a module's end: each counts. */
	if (eres_is_verifiers(report) && report->caller &&
	    report->caller != &eres_caller_unknown)
		return !eres_seen_before(report);
	return __ratelimit(&limit);
}

/* True: a test has taken the report. In an RCU section. */
static bool eres_report_to_sink(const struct eres_report *report,
				eres_report_print_fn print)
{
	const struct eres_report_sink *sink = rcu_dereference(eres_sink_set);

	if (!sink)
		return false;
	if (sink->line)
		print(report);
	sink->fn(report, sink->data);
	return true;
}

/* The stack is the console's alone. */
bool eres_says_to_console(void)
{
	return !rcu_access_pointer(eres_sink_set);
}

/*
 * Say one line of a report, without its end, to the log or to the test that wants to see
 * it. Any context but NMI.
 */
void eres_say(const char *format, ...)
{
	const struct eres_report_sink *sink;
	char line[256];
	va_list args;

	va_start(args, format);
	vscnprintf(line, sizeof(line), format, args);
	va_end(args);
	rcu_read_lock();
	sink = rcu_dereference(eres_sink_set);
	if (!sink)
		pr_err("%s\n", line);
	else if (sink->line)
		sink->line(line, sink->data);
	rcu_read_unlock();
}

/* Count, trace and print a report of which all is known. Any context but NMI. */
void eres_submit_report(const struct eres_report *report,
			eres_report_print_fn print)
{
	bool taken;

	eres_count_misuse(report);
	trace_eres_misuse(report->code, report->param,
			  eres_param_is_address(report, 0) ? 0 : report->param[0],
			  report->routine, report->object ?
			  report->object->address : report->resource,
			  report->caller);
	rcu_read_lock();
	taken = eres_report_to_sink(report, print);
	rcu_read_unlock();
	if (!taken)
		print(report);
}

static void eres_print_if_new(const struct eres_report *report)
{
	if (eres_shall_print(report))
		eres_print_report(report);
}

/*
 * Report one misuse, with the thread that did it. Any context but NMI, with no lock of
 * the shim held.
 */
void eres_report_misuse(const struct eres_report *report)
{
	const unsigned long *p = report->param;

	if (eres_is_verifiers(report) && !eres_verifies())
		return;
	eres_submit_report(report, eres_print_if_new);
	if (READ_ONCE(eres_verifier) >= 2 && eres_says_to_console())
		panic("eresource: 0x%X %s (0x%lx, 0x%lx, 0x%lx, 0x%lx)",
		      report->code, eres_misuse_of(report)->name, p[0], p[1],
		      p[2], p[3]);
}

/*
 * Report a misuse by the caller: bug check @code, to which it came by @way. @r is NULL if
 * there is none or it may be gone. Any context but NMI, that in which the routine was
 * called; with no lock of the shim held.
 */
void eres_report_way(struct eres_call call, ERESOURCE *r,
		     enum eres_way way, enum eres_bugcheck code,
		     unsigned long p1, unsigned long p2, unsigned long p3,
		     unsigned long p4)
{
	struct eres_report report = {
		.code = code,
		.way = way,
		.param = { p1, p2, p3, p4 },
		.routine = call.routine,
		.resource = r,
	};

	/* First of all: what follows may change it. */
	eres_describe_caller(&report.thread);
	report.caller = eres_caller(call.caller);
	eres_report_misuse(&report);
}

/*
 * Report a misuse that the second module has noticed. Any context but NMI, that in which
 * the routine was called; with no lock of either module held.
 */
void eres_report_object(const struct eres_misuse *misuse,
			const struct eres_object *object,
			struct eres_call call,
			const unsigned long param[4])
{
	struct eres_report report = {
		.code = misuse->code,
		.way = misuse->way,
		.param = { param[0], param[1], param[2], param[3] },
		.routine = call.routine,
		.misuse = misuse,
		.object = object,
	};

	/* First of all: what follows may change it. */
	eres_describe_caller(&report.thread);
	report.caller = eres_caller_beyond(call.caller, object->module);
	eres_report_misuse(&report);
}
EXPORT_SYMBOL_GPL(eres_report_object);

/*
 * Let a test have the reports: @fn gets every one from now on, in any context, and @line,
 * if any, what would be printed of it before that, line by line. Without @fn they are
 * printed again. May sleep. One test at a time.
 */
void eres_set_report_sink(eres_report_sink_fn fn, eres_report_line_fn line,
			  void *data)
{
	RCU_INIT_POINTER(eres_sink_set, NULL);
	synchronize_rcu();
	if (!fn)
		return;
	eres_sink = (struct eres_report_sink){ fn, line, data };
	rcu_assign_pointer(eres_sink_set, &eres_sink);
}
EXPORT_SYMBOL_GPL(eres_set_report_sink);
