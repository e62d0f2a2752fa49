// SPDX-License-Identifier: GPL-2.0-only
/* KSEMAPHORE. */
#include <linux/export.h>
#include <linux/minmax.h>

#include "waiter.h"

#define ERES_EXCEPTION_NOT_HANDLED	0x1E

static const struct eres_misuse bad_count =
	ERES_MISUSE(ERES_EXCEPTION_NOT_HANDLED, "nnnn", "KMODE_EXCEPTION_NOT_HANDLED",
		    "semaphore initialised with a count that it can not have",
		    "the limit is positive, and the count neither negative nor more than that");
static const struct eres_misuse bad_adjustment =
	ERES_MISUSE(ERES_EXCEPTION_NOT_HANDLED, "nnnn", "KMODE_EXCEPTION_NOT_HANDLED",
		    "semaphore released by less than 1",
		    "release by as many as shall be let go");
static const struct eres_misuse over_limit =
	ERES_MISUSE(ERES_EXCEPTION_NOT_HANDLED, "nnnn", "KMODE_EXCEPTION_NOT_HANDLED",
		    "semaphore released beyond its limit",
		    "release once for each wait that has taken one, or raise the limit");

/**
 * KeInitializeSemaphore() - Make a semaphore of some memory.
 * @Semaphore: the memory
 * @Count: how many waits it lets go at first
 * @Limit: the highest that this may ever be
 *
 * Misuse: a count or limit that is none is reported (0x1E), and the nearest one
 * taken. A semaphore that is waited for is left as it is (0xC4/0xD0).
 *
 * Context: Any but NMI (Windows: IRQL <= DISPATCH_LEVEL).
 * DDI: wdm/nf-wdm-keinitializesemaphore
 */
void KeInitializeSemaphore(PRKSEMAPHORE Semaphore, LONG Count, LONG Limit)
{
	struct eres_call call = ERES_CALL();
	LONG limit = max(Limit, 1);
	LONG count = clamp(Count, 0, limit);

	if (unlikely(limit != Limit || count != Count))
		eres_complain(&bad_count, ERES_OBJECT("semaphore", Semaphore), call,
			      (u32)STATUS_INVALID_PARAMETER, Count, Limit);
	if (likely(eres_waitable_init(Semaphore, ERES_SEMAPHORE, count, call)))
		((struct eres_semaphore *)Semaphore)->limit = limit;
}
EXPORT_SYMBOL_GPL(KeInitializeSemaphore);

/* Where nobody waits, and if it fits. False: nothing has been done. */
static __always_inline bool eres_release_unlocked(PRKSEMAPHORE address, LONG adjustment,
						  LONG *previous)
{
	struct eres_semaphore *semaphore = (struct eres_semaphore *)address;
	union eres_word word;

	if (!eres_read_unlocked(&semaphore->head, ERES_SEMAPHORES, &word) ||
	    unlikely(adjustment <= 0 || adjustment > semaphore->limit - word.state))
		return false;
	*previous = word.state;
	return eres_change_unlocked(&semaphore->head, word, word.state + adjustment);
}

/* Return: false if that is more than its limit, and nothing has been done. */
static bool eres_release_semaphore(struct eres_semaphore *semaphore, LONG adjustment,
				   LONG *previous)
{
	unsigned long flags;
	bool fits;

	raw_spin_lock_irqsave(&eres_dispatcher_lock, flags);
	__eres_lock_word(&semaphore->head);
	*previous = eres_state_of(&semaphore->head);
	fits = adjustment > 0 && adjustment <= semaphore->limit - *previous;
	if (likely(fits)) {
		__eres_set_state(&semaphore->head, *previous + adjustment);
		__eres_signalled(&semaphore->head);
	}
	__eres_unlock_word(&semaphore->head);
	raw_spin_unlock_irqrestore(&eres_dispatcher_lock, flags);
	return fits;
}

static noinline LONG eres_release_slowpath(PRKSEMAPHORE address, LONG adjustment, BOOLEAN wait,
					   const char *routine, unsigned long caller)
{
	struct eres_call call = { routine, (void *)caller };
	LONG previous;

	if (unlikely(!eres_waitable(address, ERES_SEMAPHORES, call)))
		return 0;
	eres_check_wait_flag(wait, address, call);
	if (unlikely(!eres_release_semaphore((struct eres_semaphore *)address, adjustment,
					     &previous)))
		eres_complain(adjustment > 0 ? &over_limit : &bad_adjustment,
			      ERES_OBJECT("semaphore", address), call,
			      (u32)(adjustment > 0 ? STATUS_SEMAPHORE_LIMIT_EXCEEDED :
						     STATUS_INVALID_PARAMETER),
			      adjustment, previous);
	return previous;
}

/**
 * KeReleaseSemaphore() - Let go so many, now or later.
 * @Semaphore: the semaphore
 * @Increment: of no significance
 * @Adjustment: how many
 * @Wait: the caller is about to wait; of no significance
 *
 * Misuse: by less than 1, or beyond the limit, where Windows raises
 * STATUS_SEMAPHORE_LIMIT_EXCEEDED: reported (0x1E), nothing is changed. @Wait is
 * TRUE at DISPATCH_LEVEL: reported (0xC4/0x20016), and served.
 *
 * Context: Any but NMI (Windows: IRQL <= DISPATCH_LEVEL). Never sleeps.
 * Return: what the count was before; 0: it was not set.
 * DDI: wdm/nf-wdm-kereleasesemaphore
 */
LONG KeReleaseSemaphore(PRKSEMAPHORE Semaphore, KPRIORITY Increment, LONG Adjustment,
			BOOLEAN Wait)
{
	LONG previous;

	if (likely(!Wait) && likely(eres_release_unlocked(Semaphore, Adjustment, &previous)))
		return previous;
	return eres_release_slowpath(Semaphore, Adjustment, Wait, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(KeReleaseSemaphore);

/**
 * KeReadStateSemaphore() - Read how many waits a semaphore would let go.
 * @Semaphore: the semaphore
 *
 * Context: Any but NMI.
 * Return: its count, now; 0: it is not set.
 * DDI: wdm/nf-wdm-kereadstatesemaphore
 */
LONG KeReadStateSemaphore(PRKSEMAPHORE Semaphore)
{
	struct eres_call call = ERES_CALL();
	struct eres_waitable *semaphore = eres_waitable(Semaphore, ERES_SEMAPHORES, call);

	return likely(semaphore) ? eres_state_of(semaphore) : 0;
}
EXPORT_SYMBOL_GPL(KeReadStateSemaphore);
