// SPDX-License-Identifier: GPL-2.0-only
/*
 * A report on the console: what happened under its Windows name, who did it, the
 * resource with all who own it or wait for it, the thread with what it owns, how
 * to fix it, and the stack.
 *
 * Addresses are shown as the kernel shows them, hashed unless it was booted
 * otherwise; the same one looks the same in all reports and in debugfs.
 */
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/string.h>

#include "report/object.h"
#include "report/misuse.h"
#include "report/report_print.h"
#include "trace/caller.h"

/* At most that many of a resource's threads. */
#define ERES_PRINTED	16

/*
 * A parameter of a bug check: an address or a number. What can be no object's
 * address is shown as it is.
 */
static const char *eres_param_text(const struct eres_report *report, int i,
				   char *text, size_t size)
{
	unsigned long param = report->param[i];

	if (eres_param_is_address(report, i) && param >= PAGE_SIZE)
		snprintf(text, size, "%p", (void *)param);
	else
		snprintf(text, size, "0x%lx", param);
	return text;
}

void eres_print_code(const struct eres_report *report)
{
	char text[4][24];
	int i;

	for (i = 0; i < 4; i++)
		eres_param_text(report, i, text[i], sizeof(text[i]));
	eres_say("  0x%X %s (%s, %s, %s, %s)", report->code,
		 eres_misuse_of(report)->name, text[0], text[1], text[2],
		 text[3]);
	if ((report->code == ERES_VERIFIER &&
	     report->param[0] == ERES_V_IRQL_EX_APC_LTE3) ||
	    eres_misuse_of(report)->params[1] == 's')
		eres_say("  %s", (const char *)report->param[1]);
	if (report->way == ERES_WAY_ACQUIRE)
		eres_say("  with verifier=0 it is 0x%X",
			 ERES_AUTO_BOOST_RAISED_IRQL);
}

static void eres_print_waiter(const struct eres_party *party, const char *comm)
{
	u64 ms = div_u64(party->waited_ns, NSEC_PER_MSEC);

	eres_say("      waited for by thread %p, %s[%d], %s, for %llu ms",
		 (void *)party->id, comm, party->pid,
		 eres_request_text(party->request), ms);
}

static void eres_print_owner(const struct eres_party *party, const char *comm)
{
	eres_say("      owned by %s %p, %s%s[%d]%s, %s, %u level%s",
		 party->pointer ? "owner pointer" : "thread",
		 (void *)(party->pointer ?: party->id),
		 party->pointer ? "acquired by " : "", comm, party->pid,
		 party->exited ? " (exited)" : "",
		 party->exclusive ? "exclusive" : "shared", party->levels,
		 party->levels == 1 ? "" : "s");
}

/* One who owns a resource or waits for it. */
void eres_print_party(const struct eres_party *party, const char *comm)
{
	if (party->levels)
		eres_print_owner(party, comm);
	else
		eres_print_waiter(party, comm);
}

/* Who owns a resource or waits for it: looked for before the report is printed. */
struct eres_involved {
	const ERESOURCE *resource;
	unsigned int count;
	struct eres_party party[ERES_PRINTED];
	char comm[ERES_PRINTED][TASK_COMM_LEN];
};

static void eres_involve(const struct eres_party *party, void *data)
{
	struct eres_involved *involved = data;
	unsigned int i;

	if (party->resource != involved->resource)
		return;
	i = involved->count++;
	if (i >= ERES_PRINTED)
		return;
	involved->party[i] = *party;
	eres_thread_comm(party->thread, involved->comm[i]);
}

static void eres_find_involved(struct eres_involved *involved, const ERESOURCE *r)
{
	struct eres_record_walk walk = {};
	struct eres_thread *thread;

	involved->resource = r;
	involved->count = 0;
	rcu_read_lock();
	while (r && involved->count <= ERES_PRINTED &&
	       (thread = eres_next_record(&walk)))
		eres_visit_parties(thread, eres_involve, involved);
	rcu_read_unlock();
}

static void eres_print_involved(const struct eres_involved *involved)
{
	unsigned int i;

	for (i = 0; i < min_t(unsigned int, involved->count, ERES_PRINTED); i++)
		eres_print_party(&involved->party[i], involved->comm[i]);
	if (involved->count > ERES_PRINTED)
		eres_say("    and by more");
}

/* Without those who own it or wait for it. */
void eres_print_snapshot(const struct eres_snapshot *snapshot)
{
	u32 owners;

	if (!*snapshot->name)
		eres_say("  resource %p, initialised by %s in %s",
			 snapshot->resource, snapshot->module, snapshot->file);
	else
		eres_say("  resource %p, %s, initialised by %s in %s:%d",
			 snapshot->resource, snapshot->name, snapshot->module,
			 snapshot->file, snapshot->line);
	owners = snapshot->group + eres_visible_readers(snapshot->resource);
	if (!owners)
		eres_say("    not owned");
	else if (eres_owner_is_exclusive(snapshot->owner))
		eres_say("    exclusively owned");
	else
		eres_say("    shared by %u", owners);
	eres_say("    waiting: %u exclusive, %u shared; contention count %u",
		 snapshot->exclusive_waiters, snapshot->shared_waiters,
		 snapshot->contention);
}

static void eres_print_resource(const struct eres_report *report,
				const struct eres_involved *involved)
{
	const ERESOURCE *r = report->resource;
	struct eres_snapshot snapshot;

	if (report->object) {
		eres_say("  %s %p", report->object->kind, report->object->address);
	} else if (report->snapshot) {
		eres_print_snapshot(report->snapshot);
		eres_print_involved(involved);
	} else if (r && eres_is_live_safely(r)) {
		eres_snapshot(&snapshot, r);
		eres_print_snapshot(&snapshot);
		eres_print_involved(involved);
	} else if (r) {
		eres_say("  resource %p: not initialised, deleted or overwritten", r);
	}
}

/* Why the level is what it is, where the thread has not raised itself to it. */
static const char *eres_context_text(u8 context, char *text, size_t size)
{
	static const char * const words[] = {
		"in a hard interrupt", "in a softirq", "interrupts off",
		"bottom halves off", "preemption off",
	};
	size_t i, end = 0;

	text[0] = '\0';
	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (context & BIT(i))
			end += scnprintf(text + end, size - end, ", %s", words[i]);
	return text;
}

static void eres_print_thread(const struct eres_report_thread *thread)
{
	bool interrupted = thread->context & (ERES_AT_HARDIRQ | ERES_AT_SOFTIRQ);
	u32 i, shown = min_t(u32, thread->owned, ERES_REPORT_HOLDS);
	char context[96];

	eres_context_text(thread->context, context, sizeof(context));
	eres_say("  thread %p, %s[%d]%s", (void *)thread->id, thread->comm,
		 thread->pid, interrupted ? ", interrupted" : "");
	if (!thread->owned && !thread->kernel_apc_disable &&
	    !thread->special_apc_disable) {
		eres_say("    owns nothing, is in no region, at IRQL %u%s",
			 thread->irql, context);
		return;
	}
	eres_say("    KernelApcDisable %d, SpecialApcDisable %d, IRQL %u%s",
		 thread->kernel_apc_disable, thread->special_apc_disable,
		 thread->irql, context);
	for (i = 0; i < shown; i++)
		eres_say("    owns resource %p, %s, %u level%s",
			 thread->hold[i].resource,
			 thread->hold[i].exclusive ? "exclusive" : "shared",
			 thread->hold[i].levels,
			 thread->hold[i].levels == 1 ? "" : "s");
	if (thread->owned > shown)
		eres_say("    and %u more", thread->owned - shown);
}

/*
 * Where the call was; at the end of a routine, which one that is; of a system
 * call that stays in a region, who entered it.
 */
static const char *eres_caller_is(const struct eres_report *report)
{
	if (report->code == ERES_APC_INDEX_MISMATCH)
		return report->param[3] ? "of" : "entered by";
	if (report->code != ERES_VERIFIER)
		return "called from";
	switch (report->param[0]) {
	case ERES_V_DISPATCH_CHANGED_APCS:
	case ERES_V_FAST_IO_CHANGED_APCS:
	case ERES_V_COMPLETION_CHANGED_APCS:
	case ERES_V_TOP_LEVEL_KEPT:
		return "of";
	}
	return "called from";
}

void eres_print_caller(const struct eres_report *report)
{
	char text[ERES_CALLER_TEXT];

	if (report->caller)
		eres_say("  %s", eres_caller_text(eres_caller_is(report),
						  report->caller, text));
}

/* Any context but NMI. */
void eres_print_report(const struct eres_report *report)
{
	const struct eres_misuse *misuse = eres_misuse_of(report);
	struct eres_involved involved;
	unsigned long flags;

	/* A look at all records takes its time: not with interrupts off. */
	eres_find_involved(&involved, report->snapshot ? report->snapshot->resource :
							 report->resource);
	/* In one piece, whatever other processors have to say. */
	printk_cpu_sync_get_irqsave(flags);
	eres_say("%s: %s", report->routine, misuse->what);
	eres_print_code(report);
	eres_print_caller(report);
	eres_print_resource(report, &involved);
	eres_print_thread(&report->thread);
	eres_say("  to fix it: %s", misuse->hint);
	if (eres_says_to_console())
		dump_stack();
	printk_cpu_sync_put_irqrestore(flags);
}
