// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is a report true? It is compared with what can be asked by other means in the
 * context of the misuse, and its parameters with the thread that it names. So
 * whatever a case provokes, a report that describes somebody else, or somebody
 * as he is not, fails it.
 */
#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/string.h>

#include <ntifs.h>

#include <eresource_verify.h>

#include "report_truth.h"

/* Parameters that say once more what the thread is. */
enum truth_param {
	TRUTH_ID,
	TRUTH_IRQL,
	TRUTH_RAISED,
	TRUTH_COUNTERS,
	TRUTH_RESOURCE,
};

/* Which parameter of which code that is, and who reports such a code. */
struct truth {
	enum eres_bugcheck code;
	unsigned long subcode;
	/* Part of its name, or one of several parts. */
	const char *routine;
	struct {
		unsigned char nth;
		unsigned char what;
	} param[3];
};

#define P(nth, what) { nth, TRUTH_##what }

static const struct truth truths[] = {
	{ ERES_APC_INDEX_MISMATCH, 0, "return of a ", { P(3, COUNTERS) } },
	{ ERES_IRQL_NOT_GREATER_OR_EQUAL, 0, "KeRaiseIrql", { P(1, IRQL) } },
	{ ERES_IRQL_NOT_LESS_OR_EQUAL, 0, "KeLowerIrql", { P(1, IRQL) } },
	{ ERES_KERNEL_APC_PENDING_DURING_EXIT, 0, "thread exit",
	  { P(2, COUNTERS), P(3, RAISED) } },
	{ ERES_SYSTEM_EXIT_OWNED_MUTEX, 0, "return of a work item" },
	{ ERES_THREAD_TERMINATE_HELD_MUTEX, 0, "thread exit", { P(1, ID) } },
	{ ERES_RESOURCE_NOT_OWNED, 0, "Release", { P(1, RESOURCE), P(2, ID) } },
	{ ERES_OWNER_POINTER_INVALID, 0, "ExSetResourceOwnerPointer",
	  { P(1, RESOURCE), P(3, ID) } },
	{ ERES_INVALID_RELEASE, 0, "ExReleaseResourceForThreadLite",
	  { P(1, RESOURCE), P(2, ID) } },
	{ ERES_AUTO_BOOST_RAISED_IRQL, 0, "Acquire",
	  { P(1, ID), P(2, RESOURCE), P(3, IRQL) } },
	{ ERES_RESOURCE_TIMEOUT, 0, "Acquire", { P(2, ID) } },
	{ ERES_FAST_PRECONDITION, 0, "ExConvertExclusiveToSharedLite",
	  { P(2, RESOURCE), P(3, ID) } },
	{ ERES_VERIFIER, ERES_V_ACQUIRE_APCS_ENABLED, "Acquire",
	  { P(2, IRQL), P(4, RESOURCE) } },
	{ ERES_VERIFIER, ERES_V_RELEASE_APCS_ENABLED, "Release",
	  { P(2, IRQL), P(4, RESOURCE) } },
	{ ERES_VERIFIER, ERES_V_UNALIGNED, "Ex|Flt" },
	{ ERES_VERIFIER, ERES_V_BAD_ADDRESS, "Ex|Flt" },
	{ ERES_VERIFIER, ERES_V_LEAVE_WITHOUT_ENTER, "Leave|Exit|FltRelease" },
	{ ERES_VERIFIER, ERES_V_DISPATCH_CHANGED_APCS, "return of a routine",
	  { P(3, COUNTERS) } },
	{ ERES_VERIFIER, ERES_V_FAST_IO_CHANGED_APCS, "return of a routine",
	  { P(3, COUNTERS) } },
	{ ERES_VERIFIER, ERES_V_COMPLETION_CHANGED_APCS, "return of a routine",
	  { P(3, COUNTERS) } },
	{ ERES_VERIFIER, ERES_V_INIT_LIVE, "ExInitializeResourceLite",
	  { P(2, RESOURCE) } },
	{ ERES_VERIFIER, ERES_V_DELETE_UNINITIALIZED, "ResourceLite",
	  { P(2, RESOURCE) } },
	{ ERES_VERIFIER, ERES_V_FREED_LIVE, "module unload|freeing memory" },
	{ ERES_VERIFIER, ERES_V_ENTER_IRQL, "Enter|FltAcquire", { P(2, IRQL) } },
	{ ERES_VERIFIER, ERES_V_LEAVE_IRQL, "Leave|Exit|FltRelease",
	  { P(2, IRQL) } },
	{ ERES_VERIFIER, ERES_V_SELF_DEADLOCK, "Acquire", { P(2, RESOURCE) } },
	{ ERES_VERIFIER, ERES_V_UNINITIALIZED, "Acquire", { P(2, RESOURCE) } },
	{ ERES_VERIFIER, ERES_V_EXIT_OWNING, "thread exit", { P(2, ID) } },
	{ ERES_VERIFIER, ERES_V_DELETE_OWNED, "ResourceLite",
	  { P(2, RESOURCE) } },
	{ ERES_VERIFIER, ERES_V_IRQL_EX_APC_LTE3, "Ex|Flt", { P(3, RESOURCE) } },
};

static const struct truth *truth_of(const struct eres_report *report)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(truths); i++)
		if (truths[i].code == report->code &&
		    (!truths[i].subcode || truths[i].subcode == report->param[0]))
			return &truths[i];
	return NULL;
}

static u32 counters_of(const struct eres_report_thread *thread)
{
	return (u32)(u16)thread->special_apc_disable << 16 |
	       (u16)thread->kernel_apc_disable;
}

static bool truth_holds(const struct eres_report *report, unsigned long value,
			enum truth_param what)
{
	switch (what) {
	case TRUTH_ID:
		return value == report->thread.id;
	case TRUTH_IRQL:
		return value == report->thread.irql;
	case TRUTH_RAISED:
		return value == report->thread.raised;
	case TRUTH_COUNTERS:
		return value == counters_of(&report->thread);
	case TRUTH_RESOURCE:
		return !report->resource ||
		       value == (unsigned long)report->resource;
	}
	return false;
}

/* Has the name one of the parts, which stand between bars? */
static bool is_named(const char *name, const char *parts)
{
	const char *at;
	size_t length;

	for (;; parts += length + 1) {
		length = strcspn(parts, "|");
		for (at = name; strlen(at) >= length; at++)
			if (!strncmp(at, parts, length))
				return true;
		if (!parts[length])
			return false;
	}
}

static const char *params_are_wrong(const struct eres_report *report)
{
	const struct truth *truth = truth_of(report);
	size_t i;

	/* The neighbours have codes of their own; and routines. */
	if (report->misuse)
		return report->routine ? NULL : "routine";
	if (!truth)
		return "code";
	if (!report->routine || !is_named(report->routine, truth->routine))
		return "routine";
	for (i = 0; i < ARRAY_SIZE(truth->param) && truth->param[i].nth; i++)
		if (!truth_holds(report, report->param[truth->param[i].nth - 1],
				 truth->param[i].what))
			return "parameter";
	return NULL;
}

/* A thread that is not where the report comes from: what it owns is all. */
static bool is_of_another(const struct eres_report *report)
{
	return report->code == ERES_RESOURCE_TIMEOUT ||
	       report->thread.id != (unsigned long)current;
}

/* The end of something that is looked at by a probe: of that the context. */
static bool is_by_probe(const struct eres_report *report)
{
	return report->code == ERES_APC_INDEX_MISMATCH ||
	       report->code == ERES_KERNEL_APC_PENDING_DURING_EXIT ||
	       report->code == ERES_SYSTEM_EXIT_OWNED_MUTEX ||
	       report->code == ERES_THREAD_TERMINATE_HELD_MUTEX ||
	       (report->code == ERES_VERIFIER &&
		report->param[0] == ERES_V_EXIT_OWNING);
}

static const char *context_is_wrong(const struct eres_report_thread *thread)
{
	/* A hard interrupt is told as that, also if it came in a softirq. */
	if (!!(thread->context & ERES_AT_HARDIRQ) != !!in_hardirq() ||
	    (!in_hardirq() && !!(thread->context & ERES_AT_SOFTIRQ) !=
			      !!in_serving_softirq()))
		return "context";
	if (in_task() &&
	    !!(thread->context & ERES_AT_IRQS_OFF) != irqs_disabled())
		return "interrupt state";
	/* Without preemptible RCU the sink itself may not sleep. */
	if (IS_ENABLED(CONFIG_PREEMPT_RCU) && thread->irql != KeGetCurrentIrql())
		return "IRQL";
	if (thread->irql != (thread->context ? DISPATCH_LEVEL : thread->raised))
		return "IRQL for its context";
	return NULL;
}

static const char *thread_is_wrong(const struct eres_report *report)
{
	const struct eres_report_thread *thread = &report->thread;

	if (thread->pid != task_pid_nr(current))
		return "pid";
	if (strcmp(thread->comm, current->comm))
		return "name";
	if (counters_of(thread) != eres_apc_count())
		return "counters";
	if (!is_by_probe(report))
		return context_is_wrong(thread);
	return thread->context || thread->irql != thread->raised ? "IRQL" : NULL;
}

const char *eres_report_is_wrong(const struct eres_report *report)
{
	const char *wrong = params_are_wrong(report);

	if (wrong)
		return wrong;
	if (!report->thread.id || !report->thread.comm[0])
		return "thread";
	if (is_of_another(report))
		return is_by_probe(report) ||
		       report->code == ERES_RESOURCE_TIMEOUT ? NULL : "thread";
	return thread_is_wrong(report);
}
