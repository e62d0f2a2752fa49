// SPDX-License-Identifier: GPL-2.0-only
/*
 * A report on the console: what happened under its Windows name, who did it, the
 * resource with all who own it or wait for it, the thread with what it owns, how
 * to fix it, and the stack.
 *
 * Addresses are shown as the kernel shows them, hashed unless it was booted
 * otherwise; the same one looks the same in all reports and in debugfs.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/pid.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/string.h>

#include "report_names.h"
#include "report_print.h"
#include "see.h"

/* At most that many of a resource's threads, or a thread's resources. */
#define ERES_PRINTED	16

/* A parameter of a bug check: an address or a number. */
static const char *eres_param_text(unsigned long param, char *text, size_t size)
{
	if (param >= PAGE_OFFSET)
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
		eres_param_text(report->param[i], text[i], sizeof(text[i]));
	pr_err("  0x%X %s (%s, %s, %s, %s)\n", report->code,
	       eres_misuse_of(report)->name, text[0], text[1], text[2], text[3]);
	if (report->code == ERES_VERIFIER &&
	    report->param[0] == ERES_V_IRQL_EX_APC_LTE3)
		pr_err("  %s; an acquire is also 0x%X\n",
		       (const char *)report->param[1],
		       ERES_AUTO_BOOST_RAISED_IRQL);
}

struct eres_print {
	const ERESOURCE *resource;
	unsigned int printed;
};

static void eres_print_waiter(const struct eres_party *party, const char *comm)
{
	u64 ms = div_u64(party->waited_ns, NSEC_PER_MSEC);

	pr_err("      waited for by thread %p, %s[%d], %s, for %llu ms\n",
	       (void *)party->id, comm, party->pid,
	       eres_request_text(party->request), ms);
}

static void eres_print_owner(const struct eres_party *party, const char *comm)
{
	pr_err("      owned by %s %p, %s%s[%d]%s, %s, %u level%s\n",
	       party->pointer ? "owner pointer" : "thread",
	       (void *)(party->pointer ?: party->id),
	       party->pointer ? "acquired by " : "", comm, party->pid,
	       party->exited ? " (exited)" : "",
	       party->exclusive ? "exclusive" : "shared", party->levels,
	       party->levels == 1 ? "" : "s");
}

static bool eres_print_party(const struct eres_party *party, void *data)
{
	struct eres_print *print = data;
	char comm[TASK_COMM_LEN];

	if (party->resource != print->resource)
		return true;
	if (print->printed++ >= ERES_PRINTED)
		return false;
	eres_thread_comm(party->thread, comm);
	if (party->levels)
		eres_print_owner(party, comm);
	else
		eres_print_waiter(party, comm);
	return true;
}

static void eres_print_parties(const ERESOURCE *r)
{
	struct eres_print print = { .resource = r };
	struct eres_record_walk walk = {};
	struct eres_thread *thread;

	rcu_read_lock();
	while ((thread = eres_next_record(&walk)) &&
	       print.printed <= ERES_PRINTED)
		eres_visit_parties(thread, eres_print_party, &print);
	rcu_read_unlock();
	if (print.printed > ERES_PRINTED)
		pr_err("    and by more\n");
}

/* With all who own it or wait for it now. */
void eres_print_snapshot(const struct eres_snapshot *snapshot)
{
	u32 owners;

	if (snapshot->site_address)
		pr_err("  resource %p, initialised at %pS\n", snapshot->resource,
		       (void *)snapshot->site_address);
	else
		pr_err("  resource %p, %s, initialised by %s in %s:%d\n",
		       snapshot->resource, snapshot->name, snapshot->module,
		       snapshot->file, snapshot->line);
	owners = snapshot->group + eres_visible_readers(snapshot->resource);
	if (!owners)
		pr_err("    not owned\n");
	else if (eres_owner_is_exclusive(snapshot->owner))
		pr_err("    exclusively owned\n");
	else
		pr_err("    shared by %u\n", owners);
	pr_err("    waiting: %u exclusive, %u shared; contention count %u\n",
	       snapshot->exclusive_waiters, snapshot->shared_waiters,
	       snapshot->contention);
	eres_print_parties(snapshot->resource);
}

static void eres_print_resource(const ERESOURCE *r)
{
	struct eres_snapshot snapshot;

	if (!eres_is_live_safely(r)) {
		pr_err("  resource %p: not initialised, deleted or overwritten\n",
		       r);
		return;
	}
	eres_snapshot(&snapshot, r);
	eres_print_snapshot(&snapshot);
}

static bool eres_print_hold(struct eres_hold *hold, void *left)
{
	u64 word = eres_hold_read(hold);

	if (!eres_word_is_threads(word))
		return true;
	pr_err("    owns resource %p, %s, %u level%s\n",
	       READ_ONCE(hold->resource),
	       word & ERES_HOLD_EXCLUSIVE ? "exclusive" : "shared",
	       eres_word_levels(word), eres_word_levels(word) == 1 ? "" : "s");
	return --*(int *)left > 0;
}

static void eres_print_thread(void)
{
	struct eres_thread *thread = eres_thread_find();
	int left = ERES_PRINTED;

	pr_err("  thread %p, %s[%d]%s\n", current, current->comm,
	       task_pid_nr(current), in_task() ? "" : ", interrupted");
	if (!thread) {
		pr_err("    owns nothing, is in no region, at IRQL %u\n",
		       eres_irql(NULL));
		return;
	}
	/* Noticed where it may not sleep, it is at DISPATCH_LEVEL only there. */
	pr_err("    KernelApcDisable %d, SpecialApcDisable %d, IRQL %u%s\n",
	       READ_ONCE(thread->kernel_apc_disable),
	       READ_ONCE(thread->special_apc_disable), READ_ONCE(thread->irql),
	       eres_irql(thread) > READ_ONCE(thread->irql) ?
	       ", may not sleep" : "");
	eres_visit_holds(thread, eres_print_hold, &left);
}

/* Where the call was, or, at the end of a routine, which one that is. */
static void eres_print_caller(const struct eres_report *report)
{
	bool is_end = report->code == ERES_APC_INDEX_MISMATCH ||
		      (report->code == ERES_VERIFIER &&
		       report->param[1] == (unsigned long)report->caller);

	if (report->caller)
		pr_err("  %s %pS\n", is_end ? "of" : "called from",
		       report->caller);
}

/* Any context but NMI. */
void eres_print_report(const struct eres_report *report)
{
	const struct eres_misuse *misuse = eres_misuse_of(report);
	unsigned long flags;

	/* In one piece, whatever other processors have to say. */
	printk_cpu_sync_get_irqsave(flags);
	pr_err("%s: %s\n", report->routine, misuse->what);
	eres_print_code(report);
	eres_print_caller(report);
	if (report->resource)
		eres_print_resource(report->resource);
	eres_print_thread();
	pr_err("  to fix it: %s\n", misuse->hint);
	dump_stack();
	printk_cpu_sync_put_irqrestore(flags);
}
