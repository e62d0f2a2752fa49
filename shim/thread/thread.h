/* SPDX-License-Identifier: GPL-2.0-only */
/* The calling thread's record, those of others, and the holds in them. */
#ifndef ERES_THREAD_H
#define ERES_THREAD_H

#include <linux/atomic.h>
#include <linux/hash.h>
#include <linux/percpu.h>
#include <linux/sched.h>

#include "storage.h"
#include <eresource.h>

#include "compat.h"
#include "thread/lockdep.h"
#include "thread/record.h"
#include "thread/visible.h"

/* thread.c: the table of records */
int eres_threads_init(void);
void eres_threads_exit(void);
struct eres_thread *eres_thread_find(void);
struct eres_thread *eres_thread_get(void);
void eres_thread_put(struct eres_thread *thread);
struct eres_thread *eres_thread_lookup(struct task_struct *task);
bool eres_thread_is_active(struct eres_thread *thread);
void eres_fast_update(struct eres_thread *thread);

/* exited.c */
void eres_thread_exited(struct eres_thread *thread, struct task_struct *task);
void eres_reap(struct eres_thread *thread, unsigned long id);

/* visit.c: the records of others */
typedef bool (*eres_thread_fn)(struct eres_thread *thread, void *data);
bool eres_visit_records_of(unsigned long id, eres_thread_fn fn, void *data);
u32 eres_combined_counters(const struct eres_thread *thread);
struct task_struct *eres_thread_task(const struct eres_thread *thread);
struct task_struct *eres_task_by_id(unsigned long id);
pid_t eres_thread_pid(const struct eres_thread *thread);
const char *eres_thread_comm(const struct eres_thread *thread, char *comm);

/* A walk over all records; under rcu_read_lock(), which may be left between. */
struct eres_record_walk {
	/* The next slot of the table; after the last, the next heap record. */
	size_t slot;
	struct eres_thread *heap;
};

struct eres_thread *eres_next_record(struct eres_record_walk *walk);

/* hold.c: holds of a record */
struct eres_hold *eres_hold_find(struct eres_thread *thread, const ERESOURCE *r);
struct eres_hold *eres_hold_reserve(struct eres_thread *thread, ERESOURCE *r);
u32 eres_thread_holds(struct eres_thread *thread);
bool eres_thread_holds_any(struct eres_thread *thread);
typedef bool (*eres_hold_fn)(struct eres_hold *hold, void *data);
bool eres_visit_holds(struct eres_thread *thread, eres_hold_fn fn, void *data);
void eres_holds_free(struct eres_thread *thread);

/* pin.c: what keeps the module loaded */
void eres_pin_exit(void);
void eres_pin_if_active(void);
void __eres_pin_review(void);
extern bool eres_pinned;

/* What may have kept the module loaded has gone, after the last store of it. */
static inline void eres_pin_review(void)
{
	if (unlikely(READ_ONCE(eres_pinned)))
		__eres_pin_review();
}

/* Constant while the module is loaded. */
extern struct eres_thread *eres_table;
extern unsigned int eres_table_shift;

/* hash_long(), with what it takes from the number of bits known beforehand. */
static inline size_t eres_home_slot(unsigned long id, unsigned int shift)
{
	return id * GOLDEN_RATIO_64 >> shift;
}

static inline struct eres_thread *eres_home(unsigned long id)
{
	return &eres_table[eres_home_slot(id, eres_table_shift)];
}

/*
 * The record that was last looked up on this CPU: most likely the caller's, which its
 * key tells. Never %NULL; records are not freed before the module goes.
 *
 * Read and written with preemption on: it need not be right. Without per-CPU
 * variables it is the home slot.
 */
DECLARE_PER_CPU(struct eres_thread *, eres_last_thread);

static __always_inline struct eres_thread *eres_last_record(unsigned long id)
{
	return ERES_HAS_PER_CPU ? raw_cpu_read(eres_last_thread) : eres_home(id);
}

static inline void eres_set_last_record(struct eres_thread *thread)
{
	if (ERES_HAS_PER_CPU)
		raw_cpu_write(eres_last_thread, thread);
}

static inline void eres_set_last_records(struct eres_thread *thread)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		if (ERES_HAS_PER_CPU)
			per_cpu(eres_last_thread, cpu) = thread;
}

/* The caller's record; %NULL if it has none. In task context. */
static __always_inline struct eres_thread *eres_thread_last(void)
{
	unsigned long id = eres_current_id();
	struct eres_thread *thread = eres_last_record(id);

	return likely(READ_ONCE(thread->key) == id) ? thread :
						      eres_thread_find();
}

/* Whether the record is @id's, and its signals are held off if they have to be. */
static __always_inline bool eres_is_synced(const struct eres_thread *thread,
					   unsigned long id)
{
	return (READ_ONCE(thread->fast) & ~ERES_UNPROTECTED) == id;
}

/* What the caller, in no atomic context, has raised its level to. %NULL: it has no record. */
static inline KIRQL eres_raised_irql(const struct eres_thread *thread)
{
	return thread ? thread->irql : PASSIVE_LEVEL;
}

/* The level that the caller, whose record it is if it has one, runs at. */
static inline KIRQL eres_irql(const struct eres_thread *thread)
{
	return eres_in_atomic_context() ? DISPATCH_LEVEL : eres_raised_irql(thread);
}

/*
 * Another thread has put the last level of a hold of the record, read before that.
 *
 * If the hold's thread has exited, and this was its last hold, its record can be freed.
 * That does not happen before we have counted: so it is still that thread's. In any
 * context.
 */
static __always_inline void eres_foreign_freed(struct eres_thread *thread)
{
	unsigned long key;

	/*
	 * A full barrier: either we see the key that eres_thread_exited() stores,
	 * or it sees what we have counted.
	 */
	atomic_inc_return(&thread->foreign_freed);
	/* If that was the last, and somebody else has seen it, it may be 0 by now. */
	key = READ_ONCE(thread->key);
	if (unlikely(key & ERES_KEY_EXITED))
		eres_reap(thread, key & ~ERES_KEY_EXITED);
}

#endif /* ERES_THREAD_H */
