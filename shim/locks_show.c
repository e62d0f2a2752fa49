// SPDX-License-Identifier: GPL-2.0-only
/*
 * debugfs files "locks" and "locks_all": what the kernel debugger's !locks
 * prints, in its layout, and some lines more.
 *
 * Read in batches. A batch is a few copied resources and, from one look at all
 * records, who owns them and who waits. One read() looks at no more than a batch
 * or ERES_SCAN resources, whichever is less, and then returns what there is: a
 * dot if nothing else. So it takes a bounded time, and holds up nobody.
 */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "see.h"

#define ERES_BATCH	32
#define ERES_PARTIES	256
#define ERES_SCAN	8192

/* What is kept of a party. */
struct eres_listed {
	struct eres_party party;
	char comm[TASK_COMM_LEN];
};

struct eres_locks_view {
	bool all;
	struct eres_registry_walk walk;
	u64 total;
	u64 held;
	/* Looked at since the read() began. */
	unsigned int scanned;
	/* The file's record after the latest head or dot: on a line of its own. */
	loff_t after_dot;
	/* The file's record of the first in the batch; how many these are. */
	loff_t base;
	unsigned int count;
	struct eres_snapshot snapshot[ERES_BATCH];
	unsigned int parties;
	bool too_many;
	struct eres_listed listed[ERES_PARTIES];
};

/* Records of the file that are no resource. */
static const char eres_head, eres_dot, eres_foot;

static bool eres_want(const ERESOURCE *r, void *data)
{
	struct eres_locks_view *view = data;
	unsigned long owner = READ_ONCE(r->owner);
	bool owned = owner != ERES_FREE && owner != ERES_RELEASING;
	bool awaited = READ_ONCE(r->exclusive_waiters) ||
		       READ_ONCE(r->shared_waiters);

	view->scanned++;
	view->total++;
	view->held += owned;
	return view->all || awaited || (owned && READ_ONCE(r->contention));
}

static bool eres_list_party(const struct eres_party *party, void *data)
{
	struct eres_locks_view *view = data;
	struct eres_listed *listed;
	unsigned int i;

	for (i = 0; i < view->count; i++)
		if (view->snapshot[i].resource == party->resource)
			break;
	if (i == view->count)
		return true;
	if (view->parties == ERES_PARTIES) {
		view->too_many = true;
		return false;
	}
	listed = &view->listed[view->parties++];
	listed->party = *party;
	eres_thread_comm(party->thread, listed->comm);
	return true;
}

/* Who owns or waits for those in the batch. */
static void eres_list_parties(struct eres_locks_view *view)
{
	struct eres_record_walk walk = {};
	struct eres_thread *thread;
	unsigned int looked = 0;

	view->parties = 0;
	view->too_many = false;
	rcu_read_lock();
	while ((thread = eres_next_record(&walk))) {
		eres_visit_parties(thread, eres_list_party, view);
		if (++looked % ERES_BATCH)
			continue;
		rcu_read_unlock();
		cond_resched();
		rcu_read_lock();
	}
	rcu_read_unlock();
}

static void eres_fill(struct eres_locks_view *view)
{
	view->count = 0;
	view->scanned = 0;
	while (!view->walk.done && view->count < ERES_BATCH &&
	       view->scanned < ERES_SCAN) {
		view->count += eres_registry_walk_on(&view->walk, eres_want, view,
						     view->snapshot + view->count,
						     ERES_BATCH - view->count);
		/* Empty buckets count as well. */
		view->scanned++;
		cond_resched();
	}
	if (view->count)
		eres_list_parties(view);
}

/* What is at @pos as far as the batch goes. */
static const void *eres_locks_at(struct eres_locks_view *view, loff_t pos)
{
	loff_t n = pos - view->base;

	if (n < view->count)
		return &view->snapshot[n];
	return n == view->count && view->walk.done ? &eres_foot : NULL;
}

static void *eres_locks_start(struct seq_file *m, loff_t *pos)
{
	struct eres_locks_view *view = m->private;
	const void *at;

	if (!*pos) {
		eres_registry_walk_end(&view->walk);
		eres_registry_walk_begin(&view->walk);
		view->total = 0;
		view->held = 0;
		view->base = 1;
		view->count = 0;
		view->after_dot = 1;
		return (void *)&eres_head;
	}
	at = eres_locks_at(view, *pos);
	if (!at && !view->walk.done) {
		view->base = *pos;
		eres_fill(view);
		at = eres_locks_at(view, *pos) ?: &eres_dot;
		if (at == &eres_dot)
			view->after_dot = *pos + 1;
	}
	return (void *)at;
}

/* %NULL at the end of a batch ends the read(), not the file. */
static void *eres_locks_next(struct seq_file *m, void *at, loff_t *pos)
{
	++*pos;
	return (void *)eres_locks_at(m->private, *pos);
}

static void eres_locks_stop(struct seq_file *m, void *at)
{
}

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
			      const struct eres_snapshot *snapshot)
{
	struct eres_locks_view *view = m->private;
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
			      const struct eres_snapshot *snapshot)
{
	struct eres_locks_view *view = m->private;
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
			    const struct eres_snapshot *snapshot)
{
	struct eres_locks_view *view = m->private;
	unsigned int owners = 0, i;
	bool exclusive = false;

	for (i = 0; i < view->parties; i++) {
		const struct eres_party *party = &view->listed[i].party;

		if (party->resource != snapshot->resource || !party->levels)
			continue;
		owners++;
		exclusive |= party->exclusive;
	}
	if (exclusive || (!owners && eres_is_owned(snapshot) &&
			  (snapshot->owner & ERES_TAG_MASK) != ERES_TAG_SHARED))
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
			      const struct eres_snapshot *snapshot)
{
	struct eres_locks_view *view = m->private;
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
	if (snapshot->site_address)
		seq_printf(m, "     Initialised at %pS\n",
			   (void *)snapshot->site_address);
	else
		seq_printf(m, "     Initialised by %s in %s:%d\n",
			   snapshot->module, snapshot->file, snapshot->line);
}

static void eres_show_resource(struct seq_file *m,
			       const struct eres_snapshot *snapshot)
{
	if (snapshot->site_address)
		seq_printf(m, "\nResource @ 0x%pK", snapshot->resource);
	else
		seq_printf(m, "\nResource @ %s!%s (0x%pK)", snapshot->module,
			   snapshot->name + (*snapshot->name == '&'),
			   snapshot->resource);
	eres_show_state(m, snapshot);
	eres_show_counts(m, snapshot);
	eres_show_threads(m, snapshot);
	eres_show_writers(m, snapshot);
	eres_show_details(m, snapshot);
}

static int eres_locks_show(struct seq_file *m, void *at)
{
	struct eres_locks_view *view = m->private;

	if (at == &eres_head) {
		seq_puts(m, "**** DUMP OF ALL RESOURCE OBJECTS ****\n");
		seq_puts(m, "KD: Scanning for held locks.");
		return 0;
	}
	if (at == &eres_dot) {
		seq_putc(m, '.');
		return 0;
	}
	if (m->index == view->after_dot)
		seq_putc(m, '\n');
	if (at == &eres_foot)
		seq_printf(m, "\n%llu total locks, %llu locks currently held\n",
			   view->total, view->held);
	else
		eres_show_resource(m, at);
	return 0;
}

static const struct seq_operations eres_locks_ops = {
	.start = eres_locks_start,
	.next = eres_locks_next,
	.stop = eres_locks_stop,
	.show = eres_locks_show,
};

static int eres_locks_open_as(struct file *file, bool all)
{
	struct eres_locks_view *view = kvzalloc(sizeof(*view), GFP_KERNEL);
	struct seq_file *m;
	int err;

	if (!view)
		return -ENOMEM;
	err = seq_open(file, &eres_locks_ops);
	if (err) {
		kvfree(view);
		return err;
	}
	m = file->private_data;
	m->private = view;
	view->all = all;
	return 0;
}

static int eres_locks_open(struct inode *inode, struct file *file)
{
	return eres_locks_open_as(file, false);
}

static int eres_locks_all_open(struct inode *inode, struct file *file)
{
	return eres_locks_open_as(file, true);
}

static int eres_locks_close(struct inode *inode, struct file *file)
{
	struct seq_file *m = file->private_data;
	struct eres_locks_view *view = m->private;

	eres_registry_walk_end(&view->walk);
	kvfree(view);
	return seq_release(inode, file);
}

const struct file_operations eres_locks_fops = {
	.owner = THIS_MODULE,
	.open = eres_locks_open,
	.read = seq_read,
	.release = eres_locks_close,
};

const struct file_operations eres_locks_all_fops = {
	.owner = THIS_MODULE,
	.open = eres_locks_all_open,
	.read = seq_read,
	.release = eres_locks_close,
};
