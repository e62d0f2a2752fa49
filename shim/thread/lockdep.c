// SPDX-License-Identifier: GPL-2.0-only
/*
 * What lockdep is told.
 *
 * A thread's first level of a resource is one held lock to lockdep, its last
 * level the release; recursion in between is none of lockdep's business. The
 * instance is a copy of the resource's lockdep_map in the hold: somebody else
 * may release for the thread, and the resource may be gone when the thread
 * gets to tell lockdep so.
 *
 * - Exclusive: write. Shared: read. Starve-exclusive: recursive read, as no
 *   writer in the queue can make it wait.
 * - Ownership that goes to an owner pointer is released: no thread has it.
 * - Ownership that a thread keeps beyond its outermost region is released too:
 *   it goes on in the background, for somebody else to end. So is what is kept,
 *   in a region or not, beyond a work item, a system call or the thread's exit:
 *   the kernel looks for locks after these.
 * - Where nothing tells that the caller has finished, an acquire is checked as any
 *   other, but released at once: see eres_is_followed().
 * - A resource of a class that the thread holds one of already is acquired as
 *   if the thread had not waited: drivers lock several files at once, or go
 *   down a tree hand over hand, in an order that lockdep can not see.
 */
#include <linux/debug_locks.h>
#include <linux/lockdep.h>
#include <linux/module.h>
#include <linux/rcupdate.h>

#include "thread/thread.h"

/* A resource is initialised. Of a class without a name lockdep is told nothing. */
void eres_lockdep_init(ERESOURCE *r, struct eres_site *site)
{
	if (!site->name)
		r->dep_map.key = NULL;
	else
		lockdep_init_map_wait(&r->dep_map, site->name, &site->key, 0,
				      LD_WAIT_SLEEP);
}

/* A thread has got its record: it calls for the first time. */
void eres_lockdep_begin(struct eres_thread *thread)
{
	thread->syscall = ERES_SYSCALL_UNKNOWN;
}

/* Leave room for the kernel's own locks: lockdep has MAX_LOCK_DEPTH. */
#define ERES_MAX_HELD	(MAX_LOCK_DEPTH / 2)

static bool eres_is_other_class(struct eres_hold *hold, void *key)
{
	return !hold->annotated || hold->dep_map.key != key;
}

static bool eres_holds_class(struct eres_thread *thread, ERESOURCE *r)
{
	return !eres_visit_holds(thread, eres_is_other_class, r->dep_map.key);
}

/* The caller does not own any more what @hold was for. */
void eres_lockdep_release(struct eres_hold *hold)
{
	if (!hold->annotated)
		return;
	hold->annotated = false;
	lock_release(&hold->dep_map, _RET_IP_);
}

/*
 * The caller is about to own by the hold that it has reserved; or, with @try, did not wait
 * and owns already. A thread that holds very many resources is not followed beyond the
 * first.
 */
void eres_lockdep_acquire(struct eres_hold *hold, ERESOURCE *r,
			  enum eres_request request, bool try,
			  const void *caller)
{
	int read = request == ERES_EXCLUSIVE ? 0 :
		   request == ERES_STARVE_EXCLUSIVE ? 2 : 1;

	/* Others may have freed the hold, and not have counted yet. */
	eres_lockdep_release(hold);
	if (!r->dep_map.key || !debug_locks || current->lockdep_depth >= ERES_MAX_HELD)
		return;
	try |= eres_holds_class(hold->thread, r);
	lockdep_copy_map(&hold->dep_map, &r->dep_map);
	hold->annotated = true;
	lock_acquire(&hold->dep_map, 0, try, read, 1, NULL,
		     (unsigned long)caller);
}

/*
 * True if there will be a call or a probe, before the kernel looks, by which lockdep
 * can be told to forget what the caller owns.
 *
 * Not of a thread that exits: it may own again, in the files that it closes, after
 * the last probe. Nor of a user thread between two system calls, that is in a page
 * fault, or in task work after sys_exit has been traced. Of whom neither is known
 * the outermost region is; a kernel-made user thread (io_uring, vhost) makes no
 * system calls at all.
 */
static bool eres_is_followed(const struct eres_thread *thread)
{
	if (current->flags & PF_EXITING)
		return false;
	if (current->flags & PF_KTHREAD)
		return true;
	return thread->syscall == ERES_SYSCALL_UNKNOWN ?
	       eres_thread_is_protected(thread) :
	       thread->syscall == ERES_SYSCALL_ENTERED;
}

/* The caller owns what eres_lockdep_acquire() was told of. */
void eres_lockdep_own(struct eres_hold *hold)
{
	if (hold->annotated && unlikely(!eres_is_followed(hold->thread)))
		eres_lockdep_release(hold);
}

/* For lock_stat: the caller begins to wait for what @hold is for ... */
void eres_lockdep_contended(struct eres_hold *hold, const void *caller)
{
	if (hold->annotated)
		lock_contended(&hold->dep_map, (unsigned long)caller);
}

/* ... and has got it. */
void eres_lockdep_acquired(struct eres_hold *hold, const void *caller)
{
	if (hold->annotated)
		lock_acquired(&hold->dep_map, (unsigned long)caller);
}

/* What was exclusive is shared from now on. */
void eres_lockdep_convert(struct eres_hold *hold)
{
	if (hold->annotated)
		lock_downgrade(&hold->dep_map, _RET_IP_);
}

static bool eres_release_if_unused(struct eres_hold *hold, void *data)
{
	if (!eres_word_levels(eres_hold_read(hold)))
		eres_lockdep_release(hold);
	return true;
}

static bool eres_release_any(struct eres_hold *hold, void *data)
{
	eres_lockdep_release(hold);
	return true;
}

/* Catch up with what others have released for the caller. */
void eres_lockdep_sync(struct eres_thread *thread)
{
	u32 foreign_freed = atomic_read(&thread->foreign_freed);

	if (foreign_freed == thread->foreign_freed_seen)
		return;
	thread->foreign_freed_seen = foreign_freed;
	eres_visit_holds(thread, eres_release_if_unused, NULL);
}
EXPORT_SYMBOL_GPL(eres_lockdep_sync);

static bool eres_forget_annotation(struct eres_hold *hold, void *unused)
{
	hold->annotated = false;
	return true;
}

/* The thread comes to rest, and has told lockdep; or is gone. */
void eres_lockdep_forget(struct eres_thread *thread)
{
	thread->foreign_freed_seen = atomic_read(&thread->foreign_freed);
	eres_visit_holds(thread, eres_forget_annotation, NULL);
}

struct eres_classes {
	struct module *module;
	eres_within_fn within;
};

static bool eres_is_no_class_of(struct eres_hold *hold, void *data)
{
	struct eres_classes *classes = data;
	unsigned long key = (unsigned long)READ_ONCE(hold->dep_map.key);

	/* If it is another's or released by now, lockdep goes off for nothing. */
	return !READ_ONCE(hold->annotated) || !classes->within(key, classes->module);
}

/*
 * Memory of a module goes, and lock classes in it; @within tells whether an address is.
 *
 * lockdep forgets them, but not that a thread holds one. It would look at what is no
 * class any more at the next lock that the thread takes, and crash. Only the thread
 * itself could tell of the release, and it may be asleep.
 *
 * May sleep. Return: whether lockdep had to be switched off for that.
 */
bool eres_lockdep_goes_off(struct module *module, eres_within_fn within)
{
	struct eres_classes classes = { module, within };
	struct eres_record_walk walk = {};
	struct eres_thread *thread;
	bool held = false;

	rcu_read_lock();
	while (!held && (thread = eres_next_record(&walk)))
		held = !eres_visit_holds(thread, eres_is_no_class_of, &classes);
	rcu_read_unlock();
	return held && debug_locks_off();
}

/* The caller has finished what it owns for, but may go on owning. */
void eres_lockdep_release_all(struct eres_thread *thread)
{
	eres_visit_holds(thread, eres_release_any, NULL);
}

/* Tracepoint sys_enter. */
void eres_lockdep_probe_sys_enter(void *data, struct pt_regs *regs, long nr)
{
	struct eres_thread *thread = eres_thread_find();

	if (thread)
		thread->syscall = ERES_SYSCALL_ENTERED;
}

/*
 * Tracepoint sys_exit: before lockdep_sys_exit(), and before task work, by which
 * the last reference to a file is put.
 */
void eres_lockdep_probe_sys_exit(void *data, struct pt_regs *regs, long ret)
{
	struct eres_thread *thread = eres_thread_find();

	if (!thread)
		return;
	eres_lockdep_release_all(thread);
	thread->syscall = ERES_SYSCALL_LEFT;
}

/*
 * Tracepoint sched_kthread_work_execute_end. The kernel does not look here, but
 * the next work item is another's business. Its thread may be in a region.
 */
void eres_lockdep_probe_kthread_work_end(void *data, struct kthread_work *work,
					 kthread_work_func_t function)
{
	struct eres_thread *thread = eres_thread_find();

	if (thread)
		eres_lockdep_release_all(thread);
}
