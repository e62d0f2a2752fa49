// SPDX-License-Identifier: GPL-2.0-only
/* Threads that sleep for locks that are a word. */
#include <linux/hash.h>
#include <linux/processor.h>
#include <linux/sched/rt.h>
#include <linux/timekeeping.h>

#include "compat.h"
#include "park.h"

#define ERES_LOT_BITS	8

/* In nanoseconds; about what it takes to sleep and be woken. */
#define ERES_AWAKE_TIME	30000
/* So many looks between two at the clock. */
#define ERES_LOOKS	16

static struct eres_lot eres_lots[1 << ERES_LOT_BITS];

void eres_lots_init(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(eres_lots); i++) {
		raw_spin_lock_init(&eres_lots[i].lock);
		INIT_LIST_HEAD(&eres_lots[i].parked);
	}
}

struct eres_lot *eres_lot_of(const void *object)
{
	return &eres_lots[hash_ptr(object, ERES_LOT_BITS)];
}

/**
 * eres_first_parked() - Find who has waited for longest.
 * @lot: where @object belongs, locked
 * @object: for what
 * @after: only who came after that one; or %NULL
 *
 * Return: the waiter, or %NULL.
 */
struct eres_parked *eres_first_parked(struct eres_lot *lot, const void *object,
				      const struct eres_parked *after)
{
	struct list_head *link = after ? after->link.next : lot->parked.next;

	for (; link != &lot->parked; link = link->next) {
		struct eres_parked *parked = list_entry(link, struct eres_parked, link);

		if (parked->object == object)
			return parked;
	}
	return NULL;
}

/* Return: whether the caller may wait awake. */
bool eres_awake_begin(struct eres_awake *awake)
{
	*awake = (struct eres_awake){ .end = ktime_get_mono_fast_ns() + ERES_AWAKE_TIME };
	return !rt_task(current);
}

/**
 * eres_stays_awake() - Whether to look again, rather than to park.
 * @awake: how the caller waits
 * @owner: who has what it waits for; %NULL: nobody knows
 *
 * Context: under rcu_read_lock(), since @owner was found.
 * Return: true, after a pause, if @owner runs and it is not too long already.
 */
bool eres_stays_awake(struct eres_awake *awake, struct task_struct *owner)
{
	if (!owner || owner == current || !eres_is_on_cpu(owner) || need_resched())
		return false;
	cpu_relax();
	return ++awake->looks % ERES_LOOKS || ktime_get_mono_fast_ns() < awake->end;
}

/**
 * eres_park() - Sleep until somebody else unparks.
 * @lot: where it belongs, locked; unlocked meanwhile and afterwards
 * @parked: on the caller's stack, with object and mode; the first one if it comes again
 * @flags: of the lot's lock
 *
 * Context: may sleep. Uninterruptibly: no contract names another way out.
 */
void eres_park(struct eres_lot *lot, struct eres_parked *parked, unsigned long flags)
	__releases(&lot->lock)
{
	parked->task = current;
	parked->unparked = false;
	if (parked->again)
		list_add(&parked->link, &lot->parked);
	else
		list_add_tail(&parked->link, &lot->parked);
	for (;;) {
		__set_current_state(TASK_UNINTERRUPTIBLE);
		raw_spin_unlock_irqrestore(&lot->lock, flags);
		schedule();
		/* So who unparks it has done with it when it returns. */
		raw_spin_lock_irqsave(&lot->lock, flags);
		if (parked->unparked)
			break;
	}
	__set_current_state(TASK_RUNNING);
	raw_spin_unlock_irqrestore(&lot->lock, flags);
}

/**
 * eres_unpark() - Let one go on.
 * @parked: in a lot, locked; its stack's again as soon as that is unlocked
 */
void eres_unpark(struct eres_parked *parked)
{
	list_del(&parked->link);
	parked->unparked = true;
	wake_up_process(parked->task);
}
