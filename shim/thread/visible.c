// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which records may have visible readers (lock/bias.c): one bit for each slot of
 * the table. A thread sets its own before it is a visible reader for the first time;
 * it is cleared when the thread has exited. Records from the heap have none.
 *
 * No more than ERES_MAX_VISIBLE are set at a time: that bounds what who revokes a
 * bias has to look at, with preemption off.
 */
#include <linux/bitmap.h>

#include "thread/table.h"

static DECLARE_BITMAP(eres_visible, 1 << ERES_MAX_TABLE_BITS);

/* How many bits are set, or about to be. */
static atomic_t eres_visible_slots;

/*
 * The calling thread will have visible readers.
 * Return: false if there are too many, or the record is from the heap.
 */
bool eres_become_visible(struct eres_thread *thread)
{
	if (thread->visible)
		return true;
	if (thread->allocated ||
	    !atomic_add_unless(&eres_visible_slots, 1, ERES_MAX_VISIBLE))
		return false;
	/* Before the hold, and barrier A in bias.c. */
	set_bit(thread - eres_table, eres_visible);
	thread->visible = true;
	return true;
}

/* Its thread has exited, and all that it held is gone. */
void eres_become_invisible(struct eres_thread *thread)
{
	if (!thread->visible)
		return;
	thread->visible = false;
	/* Before the key is given back, by a release. */
	clear_bit(thread - eres_table, eres_visible);
	atomic_dec(&eres_visible_slots);
}

/*
 * The next record that may have visible readers; @slot is 0 to begin with. NULL after
 * the last.
 */
struct eres_thread *eres_next_visible(unsigned long *slot)
{
	unsigned long found = find_next_bit(eres_visible, eres_table_size(), *slot);

	*slot = found + 1;
	return found < eres_table_size() ? &eres_table[found] : NULL;
}
