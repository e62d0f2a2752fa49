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

#include "debugfs/debugfs.h"
#include "debugfs/locks_view.h"

/* Resources that one read() looks at. */
#define ERES_SCAN	8192

/* Records of the file that are no resource. */
static const char eres_head, eres_dot, eres_foot;

static bool eres_want(const ERESOURCE *r, void *data)
{
	struct eres_locks_view *view = data;
	unsigned long owner = READ_ONCE(r->owner);
	bool owned = eres_owner_is_somebody(owner);
	bool awaited = READ_ONCE(r->exclusive_waiters) ||
		       READ_ONCE(r->shared_waiters);

	view->scanned++;
	view->total++;
	/* Visible readers alone are not counted: that takes a look at all records. */
	view->held += owned && eres_owner_count(r);
	return view->all || awaited || (owned && READ_ONCE(r->contention));
}

static void eres_list_party(const struct eres_party *party, void *data)
{
	struct eres_locks_view *view = data;
	struct eres_listed *listed;
	unsigned int i;

	for (i = 0; i < view->count; i++)
		if (view->snapshot[i].resource == party->resource)
			break;
	if (i == view->count)
		return;
	view->too_many = view->parties == ERES_PARTIES;
	if (view->too_many)
		return;
	listed = &view->listed[view->parties++];
	listed->party = *party;
	eres_thread_comm(party->thread, listed->comm);
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
		eres_show_resource(m, view, at);
	return 0;
}

static const struct seq_operations eres_locks_ops = {
	.start = eres_locks_start,
	.next = eres_locks_next,
	.stop = eres_locks_stop,
	.show = eres_locks_show,
};

/* The file's data is whether it shows all. */
static int eres_locks_open(struct inode *inode, struct file *file)
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
	view->all = inode->i_private;
	return 0;
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
