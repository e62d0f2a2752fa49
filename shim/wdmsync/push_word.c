// SPDX-License-Identifier: GPL-2.0-only
/* Who has a push lock. See push_word.h for the protocol. */
#include "park.h"
#include "push_word.h"

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

/* May sleep. */
void eres_push_wait(PEX_PUSH_LOCK lock, bool shared)
{
	struct eres_parked parked = { .object = lock, .shared = shared };
	struct eres_lot *lot = eres_lot_of(lock);
	unsigned long flags;

	raw_spin_lock_irqsave(&lot->lock, flags);
	if (__eres_push_await(lock, shared))
		eres_park(lot, &parked, flags);
	else
		raw_spin_unlock_irqrestore(&lot->lock, flags);
}

/* How many readers came before the first writer. */
static unsigned int eres_push_readers(struct eres_lot *lot, PEX_PUSH_LOCK lock,
				      const struct eres_parked *first)
{
	unsigned int readers = 0;

	while (first && first->shared && readers < PUSH_BATCH) {
		readers++;
		first = eres_first_parked(lot, lock, first);
	}
	return readers;
}

static bool eres_push_more_than(struct eres_lot *lot, PEX_PUSH_LOCK lock, unsigned int count)
{
	const struct eres_parked *parked = NULL;

	do {
		parked = eres_first_parked(lot, lock, parked);
	} while (parked && count--);
	return parked;
}

static noinline void eres_push_hand_over(PEX_PUSH_LOCK lock)
{
	struct eres_lot *lot = eres_lot_of(lock);
	unsigned int readers, granted;
	struct eres_parked *first;
	unsigned long flags;
	u64 word;

	raw_spin_lock_irqsave(&lot->lock, flags);
	first = eres_first_parked(lot, lock, NULL);
	readers = eres_push_readers(lot, lock, first);
	granted = readers ?: !!first;
	word = READ_ONCE(*lock) & PUSH_CLASS;
	if (readers)
		word += readers * PUSH_ONE_READER;
	else if (first)
		word = eres_push_writer(word, first->task);
	if (eres_push_more_than(lot, lock, granted))
		word |= PUSH_AWAITED;
	/* The last access. Who gets it comes by this, or by the lot's lock. */
	smp_store_release(lock, word);
	while (granted--)
		eres_unpark(eres_first_parked(lot, lock, NULL));
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
				eres_push_hand_over(lock);
				return;
			}
			next = word & PUSH_CLASS;
		} else {
			next = word - PUSH_ONE_READER;
		}
	} while (cmpxchg_release(lock, word, next) != word);
}
