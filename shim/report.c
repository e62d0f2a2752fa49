// SPDX-License-Identifier: GPL-2.0-only
/*
 * The one place that reports misuse.
 *
 * A report carries the Windows bug check code and its parameters, as a driver's
 * author finds them in Microsoft's documentation, then who did it, the state of
 * the resource, and what the thread holds. Execution goes on, unless the
 * parameter "verifier" asks to stop where Windows would.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/hash.h>
#include <linux/kernel.h>
#include <linux/panic.h>
#include <linux/pid.h>
#include <linux/ratelimit.h>
#include <linux/rcupdate.h>
#include <linux/string.h>

#include "internal.h"

/* At most that many holds of a thread are printed. */
#define ERES_PRINTED_HOLDS	16

struct eres_report_sink {
	eres_report_sink_fn fn;
	void *data;
};

static struct eres_report_sink eres_sink;
static struct eres_report_sink __rcu *eres_sink_set;

static const struct {
	unsigned int code;
	const char *name;
} eres_names[] = {
	{ ERES_APC_INDEX_MISMATCH, "APC_INDEX_MISMATCH" },
	{ ERES_IRQL_NOT_GREATER_OR_EQUAL, "IRQL_NOT_GREATER_OR_EQUAL" },
	{ ERES_IRQL_NOT_LESS_OR_EQUAL, "IRQL_NOT_LESS_OR_EQUAL" },
	{ ERES_KERNEL_APC_PENDING_DURING_EXIT,
	  "KERNEL_APC_PENDING_DURING_EXIT" },
	{ ERES_VERIFIER, "DRIVER_VERIFIER_DETECTED_VIOLATION" },
	{ ERES_RESOURCE_NOT_OWNED, "RESOURCE_NOT_OWNED" },
	{ ERES_OWNER_POINTER_INVALID, "RESOURCE_OWNER_POINTER_INVALID" },
	{ ERES_INVALID_RELEASE, "ERESOURCE_INVALID_RELEASE" },
	{ ERES_FAST_PRECONDITION, "FAST_ERESOURCE_PRECONDITION_VIOLATION" },
};

static const struct {
	enum eres_verifier_code code;
	const char *what;
} eres_verifier_texts[] = {
	{ ERES_V_ACQUIRE_APCS_ENABLED, "resource acquired with APCs enabled" },
	{ ERES_V_RELEASE_APCS_ENABLED, "resource released with APCs enabled" },
	{ ERES_V_UNALIGNED, "unaligned resource" },
	{ ERES_V_LEAVE_WITHOUT_ENTER, "region left without having been entered" },
	{ ERES_V_INIT_LIVE, "live resource initialised again" },
	{ ERES_V_DELETE_UNINITIALIZED, "uninitialised resource deleted" },
	{ ERES_V_FREED_LIVE, "memory of a live resource goes away" },
	{ ERES_V_BAD_ADDRESS, "not the address of a resource" },
	{ ERES_V_ENTER_IRQL, "region entered above APC_LEVEL" },
	{ ERES_V_LEAVE_IRQL, "region left above APC_LEVEL" },
	{ ERES_V_SELF_DEADLOCK, "shared owner waits for itself" },
	{ ERES_V_UNINITIALIZED, "uninitialised resource acquired" },
	{ ERES_V_EXIT_OWNING, "thread exits owning a resource" },
	{ ERES_V_DELETE_OWNED, "resource deleted while in use" },
	{ ERES_V_IRQL_EX_APC_LTE3, "IRQL too high" },
};

static const char *eres_bugcheck_name(unsigned int code)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(eres_names); i++)
		if (eres_names[i].code == code)
			return eres_names[i].name;
	return "?";
}

static const char *eres_verifier_text(const struct eres_report *report)
{
	size_t i;

	if (report->code == ERES_VERIFIER)
		for (i = 0; i < ARRAY_SIZE(eres_verifier_texts); i++)
			if (eres_verifier_texts[i].code == report->param[0])
				return eres_verifier_texts[i].what;
	return "misuse";
}

/**
 * eres_site_text() - Where was a resource initialised?
 * @r: live resource
 * @text: ERES_SITE_TEXT bytes
 *
 * Return: @text
 */
const char *eres_site_text(const ERESOURCE *r, char *text)
{
	const struct eres_site *site = r->site;

	if ((unsigned long)site & ERES_SITE_ADDRESS)
		scnprintf(text, ERES_SITE_TEXT, "initialised at %pS",
			  (void *)((unsigned long)site & ~ERES_SITE_ADDRESS));
	else
		scnprintf(text, ERES_SITE_TEXT, "%s, initialised by %s in %s:%d",
			  site->name, site->module, kbasename(site->file),
			  site->line);
	return text;
}

static void eres_print_resource(ERESOURCE *r)
{
	unsigned long owner = READ_ONCE(r->owner);
	char text[ERES_SITE_TEXT];

	if (!eres_is_live(r)) {
		pr_err("  resource %p: not initialised, or deleted\n", r);
		return;
	}
	pr_err("  resource %p %s\n", r, eres_site_text(r, text));
	if (eres_owner_is_shared(owner))
		pr_err("    shared by %u owners\n",
		       __eres_owner_count(r) + eres_visible_readers(r));
	else if (!eres_owner_is_exclusive(owner))
		pr_err("    not owned\n");
	else
		pr_err("    owned exclusively by %s %p\n",
		       owner & ERES_TAG_POINTER ? "owner pointer" : "thread",
		       (void *)eres_some_owner(r));
	pr_err("    waiting: %u exclusive, %u shared; contention count %u\n",
	       READ_ONCE(r->exclusive_waiters), READ_ONCE(r->shared_waiters),
	       READ_ONCE(r->contention));
}

static bool eres_print_hold(struct eres_hold *hold, void *left)
{
	u64 word = eres_hold_read(hold);

	if (!eres_word_is_threads(word))
		return true;
	pr_err("    holds resource %p, %s, %u levels\n",
	       READ_ONCE(hold->resource),
	       word & ERES_HOLD_EXCLUSIVE ? "exclusive" : "shared",
	       eres_word_levels(word));
	return --*(int *)left > 0;
}

static void eres_print_thread(void)
{
	struct eres_thread *thread = eres_thread_find();
	int left = ERES_PRINTED_HOLDS;

	pr_err("  thread %p, %s[%d]%s\n", current, current->comm,
	       task_pid_nr(current), in_task() ? "" : ", interrupted");
	if (!thread) {
		pr_err("    holds nothing, is in no region, at PASSIVE_LEVEL\n");
		return;
	}
	pr_err("    KernelApcDisable %d, SpecialApcDisable %d, IRQL %u\n",
	       READ_ONCE(thread->kernel_apc_disable),
	       READ_ONCE(thread->special_apc_disable), READ_ONCE(thread->irql));
	eres_visit_holds(thread, eres_print_hold, &left);
}

static void eres_print(const struct eres_report *report, ERESOURCE *r)
{
	pr_err("%s: %s\n", report->routine, eres_verifier_text(report));
	pr_err("  0x%x %s (0x%lx, 0x%lx, 0x%lx, 0x%lx)\n", report->code,
	       eres_bugcheck_name(report->code), report->param[0],
	       report->param[1], report->param[2], report->param[3]);
	if (report->caller)
		pr_err("  called from %pS\n", report->caller);
	if (r)
		eres_print_resource(r);
	eres_print_thread();
	dump_stack();
}

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

	if (eres_is_verifiers(report) && !READ_ONCE(eres_verifier))
		return false;
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

	if (eres_report_to_sink(&report))
		return;
	if (eres_shall_print(&report))
		eres_print(&report, r);
	if (READ_ONCE(eres_verifier) >= 2)
		panic("eresource: 0x%x %s (0x%lx, 0x%lx, 0x%lx, 0x%lx)", code,
		      eres_bugcheck_name(code), p1, p2, p3, p4);
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
