// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of thread records: a module can add no fields to task_struct.
 *
 * A record is found by hashing the task's address to its home slot. If the
 * home slot is somebody else's, the record lives in a slot nearby or, when
 * those are taken too, on the heap, and is listed with the home slot. So a
 * thread that finds neither itself in its home slot nor anything listed there
 * knows that it has no record.
 *
 * Claiming a slot is one cmpxchg of its key; only the thread itself does that
 * for itself. Others look records up by id, to release for it. What has been a
 * record stays one while the module is loaded, so that looking is always safe;
 * whether what was found is still what was looked for is decided by the word of
 * the hold (hold.c).
 *
 * A record is made once for each thread that calls, and stays until the thread
 * exits: so the next region, or acquire, finds it where it was. What says
 * nothing is at rest; nothing depends on its being there, or on its being taken
 * away in time.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/export.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "neighbour.h"
#include "thread/table.h"

/* Slots to try next to the home slot before the heap. */
#define ERES_NEARBY	16

struct eres_thread *eres_table __ro_after_init;
EXPORT_SYMBOL_GPL(eres_table);
unsigned int eres_table_shift __ro_after_init;
EXPORT_SYMBOL_GPL(eres_table_shift);

ERES_DEFINE_PER_CPU(struct eres_thread *, eres_last_thread);

/* Heap records that are nobody's at the moment. */
static DEFINE_RAW_SPINLOCK(eres_spare_lock);
static struct eres_thread *eres_spare;
struct eres_thread *eres_heap;

static void eres_record_init(struct eres_thread *thread)
{
	int i;

	raw_spin_lock_init(&thread->lock);
	for (i = 0; i < ERES_INLINE_HOLDS; i++)
		thread->hold[i].thread = thread;
}

/* Whether it is not at rest. Exact for its own thread only. */
bool eres_thread_is_active(struct eres_thread *thread)
{
	return READ_ONCE(thread->kernel_apc_disable) ||
	       READ_ONCE(thread->special_apc_disable) ||
	       READ_ONCE(thread->irql) != PASSIVE_LEVEL ||
	       READ_ONCE(thread->signals_held) || eres_thread_holds_any(thread);
}

static struct eres_thread *eres_find_displaced(struct eres_thread *home,
					       unsigned long id)
{
	struct eres_thread *thread;
	unsigned long flags;

	raw_spin_lock_irqsave(&home->lock, flags);
	for (thread = home->displaced; thread; thread = thread->next)
		if (READ_ONCE(thread->key) == id)
			break;
	raw_spin_unlock_irqrestore(&home->lock, flags);
	return thread;
}

/* The record of a task that does not run any more, or is the caller. */
struct eres_thread *eres_thread_lookup(struct task_struct *task)
{
	unsigned long id = (unsigned long)task;
	struct eres_thread *home = eres_home(id);

	if (READ_ONCE(home->key) == id)
		return home;
	if (likely(!READ_ONCE(home->displaced)))
		return NULL;
	return eres_find_displaced(home, id);
}

/*
 * The calling thread's record, or NULL if it has none. In an interrupt: the interrupted
 * thread's, to be read only.
 */
struct eres_thread *eres_thread_find(void)
{
	unsigned long id = eres_current_id();
	struct eres_thread *thread = eres_last_record(id);

	if (READ_ONCE(thread->key) != id) {
		thread = eres_thread_lookup(current);
		if (!thread)
			return NULL;
		eres_set_last_record(thread);
	}
	if (in_task())
		eres_lockdep_sync(thread);
	return thread;
}
EXPORT_SYMBOL_GPL(eres_thread_find);

static struct eres_thread *eres_take_spare(void)
{
	struct eres_thread *thread;
	unsigned long flags;

	raw_spin_lock_irqsave(&eres_spare_lock, flags);
	thread = eres_spare;
	if (thread)
		eres_spare = thread->next;
	raw_spin_unlock_irqrestore(&eres_spare_lock, flags);
	return thread;
}

static void eres_put_spare(struct eres_thread *thread)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&eres_spare_lock, flags);
	thread->next = eres_spare;
	eres_spare = thread;
	raw_spin_unlock_irqrestore(&eres_spare_lock, flags);
}

static struct eres_thread *eres_alloc_record(void)
{
	struct eres_thread *thread;

	if (!eres_may_allocate())
		return NULL;
	thread = kzalloc(sizeof(*thread), GFP_ATOMIC | __GFP_NOWARN);
	if (!thread && !eres_in_atomic_context())
		thread = kzalloc(sizeof(*thread), GFP_NOIO | __GFP_NOFAIL);
	if (!thread)
		return NULL;
	eres_record_init(thread);
	thread->allocated = true;
	thread->older = READ_ONCE(eres_heap);
	/* Pairs with the acquire in eres_next_record(). */
	while (!try_cmpxchg(&eres_heap, &thread->older, thread))
		;
	return thread;
}

static struct eres_thread *eres_heap_record(unsigned long id)
{
	struct eres_thread *thread = eres_take_spare() ?: eres_alloc_record();

	if (thread)
		WRITE_ONCE(thread->key, id);
	return thread;
}

/* Any slot but the home slot, nearby or, with nothing left, anywhere. */
static struct eres_thread *eres_claim_displaced(struct eres_thread *home,
						unsigned long id)
{
	size_t mask = eres_table_size() - 1;
	struct eres_thread *thread;
	size_t i;

	for (i = 1; i <= mask; i++) {
		thread = &eres_table[(home - eres_table + i) & mask];
		if (eres_claim(thread, id))
			return thread;
		if (i == ERES_NEARBY) {
			thread = eres_heap_record(id);
			if (thread)
				return thread;
		}
	}
	return NULL;
}

static struct eres_thread *eres_thread_create(unsigned long id)
{
	struct eres_thread *home = eres_home(id);
	struct eres_thread *thread;
	unsigned long flags;

	if (likely(eres_claim(home, id)))
		return home;

	thread = eres_claim_displaced(home, id);
	if (!thread) {
		pr_err_ratelimited("no memory for a record of %s[%d]\n",
				   current->comm, task_pid_nr(current));
		return NULL;
	}
	raw_spin_lock_irqsave(&home->lock, flags);
	thread->next = home->displaced;
	WRITE_ONCE(home->displaced, thread);
	raw_spin_unlock_irqrestore(&home->lock, flags);
	return thread;
}

/* For those who look at the records of others, see eres_task_of(). */
static void eres_name_record(struct eres_thread *thread)
{
	WRITE_ONCE(thread->pid, task_pid_nr(current));
	/* Pairs with the acquire in eres_task_of(): comes after the key. */
	smp_store_release(&thread->late, !!(current->flags & PF_EXITING));
}

/*
 * Find or make the calling thread's record. In task context; may sleep for memory if it
 * can. NULL only in atomic context, with the table full and no memory to be had.
 */
struct eres_thread *eres_thread_get(void)
{
	struct eres_thread *thread = eres_thread_find();

	if (thread)
		return thread;
	thread = eres_thread_create(eres_current_id());
	if (unlikely(!thread))
		return NULL;
	eres_name_record(thread);
	eres_lockdep_begin(thread);
	eres_fast_update(thread);
	eres_set_last_record(thread);
	return thread;
}

/*
 * What is noted of the calling thread's mutexes: the thread's own until it exits. It says
 * which thread it is by a number that no other thread ever has.
 *
 * May sleep for memory if it can. NULL in an interrupt, or in atomic context without
 * memory.
 */
struct eres_mutex_note *eres_mutex_note(void)
{
	static atomic64_t last = ATOMIC64_INIT(0);
	struct eres_thread *thread = in_task() ? eres_thread_get() : NULL;

	if (unlikely(!thread))
		return NULL;
	if (unlikely(!thread->mutexes.thread))
		thread->mutexes.thread = atomic64_inc_return(&last);
	return &thread->mutexes;
}
EXPORT_SYMBOL_GPL(eres_mutex_note);

/*
 * Where the calling thread's top-level IRP stands: the thread's own until it exits. Gone
 * with the thread, or with the work item: the next one finds nothing there.
 *
 * With @make a record is made if the thread has none; that may sleep for memory if it
 * can. NULL in an interrupt, if there is no record, or in atomic context without memory
 * for one.
 */
void **eres_top_level_slot(bool make)
{
	struct eres_thread *thread = NULL;

	if (likely(in_task()))
		thread = make ? eres_thread_get() : eres_thread_find();
	return likely(thread) ? &thread->top_level : NULL;
}
EXPORT_SYMBOL_GPL(eres_top_level_slot);

/*
 * Tell whether fast paths are for the calling thread, whose counters or IRQL may have
 * changed.
 *
 * They are if signals are held off as they have to be. The verifier has nothing to say of
 * who acquires in a region; system threads need not be in one.
 */
void eres_fast_update(struct eres_thread *thread)
{
	bool protected = eres_thread_is_protected(thread);
	unsigned long fast = 0;

	thread->at_rest = current->flags & ERES_PF_SYSTEM ? 0 : ERES_UNPROTECTED;
	if (protected == thread->signals_held && thread->irql <= APC_LEVEL)
		fast = eres_current_id() | (protected ? 0 : thread->at_rest);
	WRITE_ONCE(thread->fast, fast);
}

static void __eres_unlist(struct eres_thread *home, struct eres_thread *thread)
{
	struct eres_thread **link;

	for (link = &home->displaced; *link; link = &(*link)->next) {
		if (*link == thread) {
			WRITE_ONCE(*link, thread->next);
			return;
		}
	}
}

/* Free the record of a thread that has exited. Nothing is held; nobody else frees it. */
void eres_record_free(struct eres_thread *home, struct eres_thread *thread)
{
	unsigned long flags;

	eres_holds_free(thread);
	eres_become_invisible(thread);
	if (thread != home) {
		raw_spin_lock_irqsave(&home->lock, flags);
		__eres_unlist(home, thread);
		raw_spin_unlock_irqrestore(&home->lock, flags);
	}
	/* Pairs with the cmpxchg in eres_claim(). */
	smp_store_release(&thread->key, 0);
	if (thread->allocated)
		eres_put_spare(thread);
	eres_pin_review();
}

/*
 * The calling thread, if it has a record, has released something, and may be at rest. In
 * task context. Never sleeps.
 */
void eres_thread_put(struct eres_thread *thread)
{
	if (!thread || eres_thread_is_active(thread))
		return;
	/* What others have released for it since lockdep was last told. */
	eres_lockdep_release_all(thread);
	eres_holds_free(thread);
	eres_pin_review();
}

int __init eres_threads_init(void)
{
	size_t i;

	eres_table_shift = BITS_PER_LONG - eres_table_bits();
	eres_table = vzalloc(array_size(eres_table_size(), sizeof(*eres_table)));
	if (!eres_table)
		return -ENOMEM;
	eres_set_last_records(eres_table);
	for (i = 0; i < eres_table_size(); i++)
		eres_record_init(&eres_table[i]);
	return 0;
}

/* No thread is in the module any more: all are at rest. */
void eres_threads_exit(void)
{
	struct eres_thread *thread;
	size_t i;

	for (i = 0; i < eres_table_size(); i++)
		eres_holds_free(&eres_table[i]);
	while ((thread = eres_heap)) {
		eres_heap = thread->older;
		eres_holds_free(thread);
		kfree(thread);
	}
	vfree(eres_table);
}
