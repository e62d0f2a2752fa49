// SPDX-License-Identifier: GPL-2.0-only
/* One resource in the layout of !locks, and some lines more. */
#include <linux/math64.h>
#include <linux/sched.h>
#include <linux/seq_file.h>

#include "debugfs/locks_view.h"

static void eres_show_id(struct seq_file *m, const struct eres_party *party)
{
	if (party->pointer)
		seq_printf(m, " %pK-%02u<*> *** Actual Thread %pK",
			   (void *)party->pointer, party->levels,
			   (void *)(party->pointer & ~ERES_POINTER_BITS));
	else if (party->levels)
		seq_printf(m, " %pK-%02u<*>", (void *)party->id, party->levels);
	else
		seq_printf(m, " %pK-01", (void *)party->id);
}

static bool eres_is_writer(const struct eres_party *party)
{
	return !party->levels && party->request == ERES_EXCLUSIVE;
}

/* Owners and, without the star, shared waiters: four to a line. */
static void eres_show_threads(struct seq_file *m,
			      const struct eres_locks_view *view,
			      const struct eres_snapshot *snapshot)
{
	unsigned int i, shown = 0;

	for (i = 0; i < view->parties; i++) {
		const struct eres_party *party = &view->listed[i].party;

		if (party->resource != snapshot->resource ||
		    eres_is_writer(party))
			continue;
		if (!shown)
			seq_puts(m, "     Threads:");
		else if (!(shown % 4))
			seq_puts(m, "\n             ");
		eres_show_id(m, party);
		shown++;
	}
	if (shown)
		seq_putc(m, '\n');
}

static void eres_show_writers(struct seq_file *m,
			      const struct eres_locks_view *view,
			      const struct eres_snapshot *snapshot)
{
	unsigned int i, shown = 0;

	for (i = 0; i < view->parties; i++) {
		const struct eres_party *party = &view->listed[i].party;

		if (party->resource != snapshot->resource ||
		    !eres_is_writer(party))
			continue;
		if (!shown)
			seq_puts(m, "     Threads Waiting On Exclusive Access:");
		if (!(shown++ % 4))
			seq_puts(m, "\n              ");
		seq_printf(m, "%pK       ", (void *)party->id);
	}
	if (shown)
		seq_putc(m, '\n');
}

static void eres_show_owner(struct seq_file *m,
			    const struct eres_listed *listed)
{
	const struct eres_party *party = &listed->party;

	seq_printf(m, "     Owner %pK: ",
		   (void *)(party->pointer ?: party->id));
	if (party->pointer)
		seq_puts(m, "owner pointer, acquired by ");
	seq_printf(m, "%s[%d]%s, %s, %u level%s\n", listed->comm, party->pid,
		   party->exited ? " (dead)" : "",
		   party->exclusive ? "exclusive" : "shared", party->levels,
		   party->levels == 1 ? "" : "s");
}

static void eres_show_waiter(struct seq_file *m,
			     const struct eres_listed *listed)
{
	const struct eres_party *party = &listed->party;
	u64 ms = div_u64(party->waited_ns, NSEC_PER_MSEC);

	seq_printf(m, "     Waiter %pK: %s[%d], %s, for %llu.%03llu s\n",
		   (void *)party->id, listed->comm, party->pid,
		   eres_request_text(party->request), div_u64(ms, 1000),
		   ms - div_u64(ms, 1000) * 1000);
}

static void eres_show_state(struct seq_file *m,
			    const struct eres_locks_view *view,
			    const struct eres_snapshot *snapshot)
{
	unsigned int owners = 0, i;
	bool exclusive = false;

	for (i = 0; i < view->parties; i++) {
		const struct eres_party *party = &view->listed[i].party;

		if (party->resource != snapshot->resource || !party->levels)
			continue;
		owners++;
		exclusive |= party->exclusive;
	}
	if (exclusive || (!owners && eres_owner_is_exclusive(snapshot->owner)))
		seq_puts(m, "    Exclusively owned\n");
	else if (owners || eres_is_owned(snapshot))
		seq_printf(m, "    Shared %u owning threads\n",
			   owners ?: snapshot->group);
	else
		seq_puts(m, "    Available\n");
}

static void eres_show_counts(struct seq_file *m,
			     const struct eres_snapshot *snapshot)
{
	if (snapshot->contention)
		seq_printf(m, "    Contention Count = %u\n",
			   snapshot->contention);
	if (snapshot->shared_waiters)
		seq_printf(m, "    NumberOfSharedWaiters = %u\n",
			   snapshot->shared_waiters);
	if (snapshot->exclusive_waiters)
		seq_printf(m, "    NumberOfExclusiveWaiters = %u\n",
			   snapshot->exclusive_waiters);
}

/* What the debugger does not have: names, times and the place. */
static void eres_show_details(struct seq_file *m,
			      const struct eres_locks_view *view,
			      const struct eres_snapshot *snapshot)
{
	unsigned int i;

	for (i = 0; i < view->parties; i++) {
		const struct eres_listed *listed = &view->listed[i];

		if (listed->party.resource != snapshot->resource)
			continue;
		if (listed->party.levels)
			eres_show_owner(m, listed);
		else
			eres_show_waiter(m, listed);
	}
	if (view->too_many)
		seq_puts(m, "     (and more threads than there is room for)\n");
	seq_printf(m, "     Initialised by %s in %s", snapshot->module,
		   snapshot->file);
	if (snapshot->line)
		seq_printf(m, ":%d", snapshot->line);
	seq_putc(m, '\n');
}

/* With all its owners and waiters, which @view has. */
void eres_show_resource(struct seq_file *m, const struct eres_locks_view *view,
			const struct eres_snapshot *snapshot)
{
	if (!*snapshot->name)
		seq_printf(m, "\nResource @ 0x%pK", snapshot->resource);
	else
		seq_printf(m, "\nResource @ %s!%s (0x%pK)", snapshot->module,
			   snapshot->name + (*snapshot->name == '&'),
			   snapshot->resource);
	eres_show_state(m, view, snapshot);
	eres_show_counts(m, snapshot);
	eres_show_threads(m, view, snapshot);
	eres_show_writers(m, view, snapshot);
	eres_show_details(m, view, snapshot);
}
