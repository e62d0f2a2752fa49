// SPDX-License-Identifier: GPL-2.0-only
/*
 * debugfs file "threads": who is in which region, at which IRQL, owns what and
 * waits for what.
 *
 * Records are looked at under RCU, from start to stop. Between two reads no
 * record is remembered, but the place in the walk.
 */
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/seq_file.h>

#include "debugfs/debugfs.h"
#include "report/snapshot.h"
#include "trace/caller.h"
#include "wait/object_wait.h"

/* So many of a thread's resources are shown. */
#define ERES_SHOWN	64

struct eres_threads_view {
	struct eres_record_walk walk;
	/* The place before the file's record @pos was found. */
	struct eres_record_walk before;
	loff_t pos;
};

static void *eres_threads_find(struct eres_threads_view *view, loff_t pos)
{
	struct eres_thread *thread;

	view->pos = pos;
	view->before = view->walk;
	do
		thread = eres_next_record(&view->walk);
	while (thread && !eres_thread_is_active(thread) &&
	       !READ_ONCE(thread->object_wait.object));
	return thread;
}

static void *eres_threads_start(struct seq_file *m, loff_t *pos)
	__acquires(RCU)
{
	struct eres_threads_view *view = m->private;

	rcu_read_lock();
	if (!*pos)
		memset(&view->walk, 0, sizeof(view->walk));
	else if (*pos == view->pos)
		view->walk = view->before;
	return eres_threads_find(view, *pos);
}

static void *eres_threads_next(struct seq_file *m, void *thread, loff_t *pos)
{
	return eres_threads_find(m->private, ++*pos);
}

static void eres_threads_stop(struct seq_file *m, void *thread)
	__releases(RCU)
{
	rcu_read_unlock();
}

struct eres_thread_show {
	struct seq_file *m;
	unsigned int shown;
};

static void eres_show_since(struct seq_file *m, u64 waited_ns, const char *routine,
			    const void *caller)
{
	u64 ms = div_u64(waited_ns, NSEC_PER_MSEC);
	char text[ERES_CALLER_TEXT];

	seq_printf(m, ", for %llu.%03llu s, in %s() %s\n", div_u64(ms, 1000),
		   ms - div_u64(ms, 1000) * 1000, routine,
		   eres_caller_text("called from", caller, text));
}

static void eres_show_wait(struct seq_file *m, const struct eres_party *party)
{
	const struct eres_call *call = &party->thread->wait.call;

	seq_printf(m, "    waits for %pK, %s", party->resource,
		   eres_request_text(party->request));
	eres_show_since(m, party->waited_ns, READ_ONCE(call->routine),
			READ_ONCE(call->caller));
}

/* For what wdmsync.ko has. */
static void eres_show_object_wait(struct seq_file *m, struct eres_thread *thread)
{
	struct eres_object_waiting wait;

	if (!eres_copy_object_wait(thread, &wait))
		return;
	seq_puts(m, "    waits for ");
	if (wait.count > 1)
		seq_printf(m, "%s of %u objects, the first: ", wait.all ? "all" : "any",
			   wait.count);
	seq_printf(m, "%s %pK", wait.kind, wait.object);
	if (wait.owner)
		seq_printf(m, ", owned by thread %pK", (void *)wait.owner);
	eres_show_since(m, ktime_get_ns() - wait.since, wait.routine, wait.caller);
}

static void eres_show_party(const struct eres_party *party, void *data)
{
	struct eres_thread_show *show = data;

	if (!party->levels) {
		eres_show_wait(show->m, party);
		return;
	}
	if (show->shown++ == ERES_SHOWN)
		seq_puts(show->m, "    and more\n");
	if (show->shown > ERES_SHOWN)
		return;
	seq_printf(show->m, "    owns %pK, %s, %u level%s", party->resource,
		   party->exclusive ? "exclusive" : "shared", party->levels,
		   party->levels == 1 ? "" : "s");
	if (party->pointer)
		seq_printf(show->m, ", handed over to owner pointer %pK",
			   (void *)party->pointer);
	seq_putc(show->m, '\n');
}

static const char *eres_irql_name(KIRQL irql)
{
	switch (irql) {
	case PASSIVE_LEVEL:
		return "PASSIVE_LEVEL";
	case APC_LEVEL:
		return "APC_LEVEL";
	default:
		return "DISPATCH_LEVEL";
	}
}

static int eres_threads_show(struct seq_file *m, void *data)
{
	struct eres_thread *thread = data;
	struct eres_thread_show show = { .m = m };
	unsigned long key = READ_ONCE(thread->key);
	char comm[TASK_COMM_LEN];
	u32 mutexes;

	seq_printf(m, "Thread %pK: %s[%d]%s, %s, KernelApcDisable %d, SpecialApcDisable %d%s\n",
		   (void *)(key & ~ERES_KEY_EXITED),
		   eres_thread_comm(thread, comm), eres_thread_pid(thread),
		   key & ERES_KEY_EXITED ? " (dead)" : "",
		   eres_irql_name(READ_ONCE(thread->irql)),
		   READ_ONCE(thread->kernel_apc_disable),
		   READ_ONCE(thread->special_apc_disable),
		   READ_ONCE(thread->signals_held) ? ", signals held off" : "");
	eres_visit_parties(thread, eres_show_party, &show);
	/* The thread's own: for people to read. */
	mutexes = data_race(thread->mutexes.owned);
	if (mutexes)
		seq_printf(m, "    owns %u KMUTEX%s\n", mutexes, mutexes == 1 ? "" : "es");
	eres_show_object_wait(m, thread);
	return 0;
}

static const struct seq_operations eres_threads_ops = {
	.start = eres_threads_start,
	.next = eres_threads_next,
	.stop = eres_threads_stop,
	.show = eres_threads_show,
};

static int eres_threads_open(struct inode *inode, struct file *file)
{
	return seq_open_private(file, &eres_threads_ops,
				sizeof(struct eres_threads_view));
}

const struct file_operations eres_threads_fops = {
	.owner = THIS_MODULE,
	.open = eres_threads_open,
	.read = seq_read,
	.release = seq_release_private,
};
