// SPDX-License-Identifier: GPL-2.0-only
/* Who has a push lock. See push_word.h for the protocol. */
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>

#include "neighbour.h"
#include "park.h"
#include "push_word.h"
#include "trace/trace.h"

/* At once or not at all. */
bool eres_push_take(PEX_PUSH_LOCK lock, bool shared)
{
	u64 word, next;

	do {
		word = READ_ONCE(*lock);
		next = eres_push_is_garbage(word) ? 0 : eres_push_next(word, shared);
	} while (next && cmpxchg_acquire(lock, word, next) != word);
	return next;
}

/* Say in the lock that somebody waits. False: the caller got it. */
static bool __eres_push_await(PEX_PUSH_LOCK lock, bool shared)
{
	u64 word;

	do {
		if (eres_push_take(lock, shared))
			return false;
		word = READ_ONCE(*lock);
	} while (eres_push_next(word, shared) ||
		 cmpxchg(lock, word, word | PUSH_AWAITED) != word);
	return true;
}

/* Under rcu_read_lock(), which keeps it; %NULL: it has exited. */
static struct task_struct *eres_push_task(pid_t writer)
{
	return pid_task(find_pid_ns(writer, &init_pid_ns), PIDTYPE_PID);
}

/* Wait awake for a writer that runs; of readers nobody knows. Return: whether the caller got it. */
static bool eres_push_wait_awake(PEX_PUSH_LOCK lock, bool shared)
{
	struct task_struct *task = NULL;
	pid_t writer, known = 0;
	struct eres_awake awake;
	bool got;
	u64 word;

	if (!eres_awake_begin(&awake))
		return false;
	/* Keeps the task that is looked at. */
	rcu_read_lock();
	do {
		got = eres_push_take(lock, shared);
		word = READ_ONCE(*lock);
		writer = word & PUSH_EXCLUSIVE ? FIELD_GET(PUSH_WRITER, word) : 0;
		if (writer != known && writer)
			task = eres_push_task(writer);
		known = writer;
	} while (!got && !(word & PUSH_AWAITED) && (writer || !(word & PUSH_READERS)) &&
		 eres_stays_awake(&awake, task));
	rcu_read_unlock();
	if (awake.looks)
		trace_eres_spun(lock, awake.looks, got);
	return got;
}

/* If it is a writer. */
static unsigned long eres_push_owner(const void *lock)
{
	u64 word = READ_ONCE(*(const EX_PUSH_LOCK *)lock);
	unsigned long task = 0;

	rcu_read_lock();
	if (word & PUSH_EXCLUSIVE)
		task = (unsigned long)eres_push_task(FIELD_GET(PUSH_WRITER, word));
	rcu_read_unlock();
	return task;
}

/* May sleep. */
void eres_push_wait(PEX_PUSH_LOCK lock, bool shared, struct eres_call call)
{
	struct eres_parked parked = { .object = lock, .shared = shared };
	struct eres_lot *lot = eres_lot_of(lock);
	struct eres_thread *thread;
	unsigned long flags;

	if (eres_push_wait_awake(lock, shared))
		return;
	thread = eres_object_wait_begin(&(struct eres_object_wait){
		.object = lock, .kind = "push lock", .count = 1, .owner = eres_push_owner,
		.module = THIS_MODULE, .call = call,
	});
	do {
		raw_spin_lock_irqsave(&lot->lock, flags);
		if (!__eres_push_await(lock, shared)) {
			raw_spin_unlock_irqrestore(&lot->lock, flags);
			break;
		}
		eres_park(lot, &parked, flags);
		parked.again = true;
	} while (!parked.granted && !eres_push_take(lock, shared));
	eres_object_wait_end(thread);
}

/*
 * Whose turn it is: a writer, or the readers who came before the first writer. They are
 * moved to @chosen, in one walk through the lot. Return: who is left.
 */
static struct eres_parked *eres_push_choose(struct eres_lot *lot, PEX_PUSH_LOCK lock,
					    struct list_head *chosen, unsigned int *count)
{
	struct eres_parked *parked = eres_first_parked(lot, lock, NULL);
	bool shared = parked && parked->shared;

	*count = 0;
	while (parked && parked->shared == shared && *count < (shared ? PUSH_BATCH : 1)) {
		struct eres_parked *next = eres_first_parked(lot, lock, parked);

		list_move_tail(&parked->link, chosen);
		++*count;
		parked = next;
	}
	return parked;
}

static noinline void eres_push_unpark(PEX_PUSH_LOCK lock)
{
	struct eres_lot *lot = eres_lot_of(lock);
	struct eres_parked *first, *next, *left;
	bool grant = false;
	unsigned int count;
	unsigned long flags;
	LIST_HEAD(chosen);
	u64 word;

	raw_spin_lock_irqsave(&lot->lock, flags);
	left = eres_push_choose(lot, lock, &chosen, &count);
	first = list_first_entry_or_null(&chosen, struct eres_parked, link);
	word = READ_ONCE(*lock) & PUSH_CLASS;
	if (first) {
		grant = first->shared || first->again;
		if (first->shared)
			word += count * PUSH_ONE_READER;
		else if (grant)
			word = eres_push_writer(word, first->task);
	}
	if (left)
		word |= PUSH_AWAITED;
	/* The last access. Who gets it comes by this, or by the lot's lock. */
	smp_store_release(lock, word);
	list_for_each_entry_safe(first, next, &chosen, link) {
		first->granted = grant;
		eres_unpark(first);
	}
	raw_spin_unlock_irqrestore(&lot->lock, flags);
}

/* By one who has it. */
void eres_push_give_up(PEX_PUSH_LOCK lock)
{
	u64 word, next;

	do {
		word = READ_ONCE(*lock);
		if (word & PUSH_EXCLUSIVE || FIELD_GET(PUSH_READERS, word) == 1) {
			if (word & PUSH_AWAITED) {
				eres_push_unpark(lock);
				return;
			}
			next = word & PUSH_CLASS;
		} else {
			next = word - PUSH_ONE_READER;
		}
	} while (cmpxchg_release(lock, word, next) != word);
}
