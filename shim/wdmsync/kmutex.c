// SPDX-License-Identifier: GPL-2.0-only
/*
 * KMUTEX: an object that has an owner, who is in a critical region meanwhile.
 *
 * Who owns is said by a number that the first module notes with the thread, and that
 * is no other thread's ever. A mutex whose owner exits stays owned: by the number of
 * who is no more. That is reported by the first module (0x4000008A), and nothing of
 * the mutex is touched: it may be in memory that has been freed since.
 */
#include <linux/export.h>

#include "neighbour.h"
#include "waiter.h"

#define ERES_THREAD_NOT_MUTEX_OWNER	0x11

static const struct eres_misuse not_owner =
	ERES_MISUSE(ERES_THREAD_NOT_MUTEX_OWNER, "aaan", "THREAD_NOT_MUTEX_OWNER",
		    "release of a mutex that the thread does not own",
		    "release once for each wait that has taken it, in the same thread");

/**
 * KeInitializeMutex() - Make a mutex of some memory.
 * @Mutex: the memory
 * @Level: of no significance
 *
 * It is free, and to be acquired by any of the waits, as often as the thread likes.
 *
 * Misuse: a mutex that is waited for is left as it is (0xC4/0xD0).
 *
 * Context: Any but NMI.
 * DDI: wdm/nf-wdm-keinitializemutex
 */
void KeInitializeMutex(PRKMUTEX Mutex, ULONG Level)
{
	struct eres_call call = ERES_CALL();
	struct eres_mutex *mutex = (struct eres_mutex *)Mutex;

	if (unlikely(!eres_waitable_init(mutex, ERES_MUTEX, 1, call)))
		return;
	mutex->owner = 0;
	mutex->thread = 0;
	Mutex->Abandoned = FALSE;
	Mutex->ApcDisable = 1;
}
EXPORT_SYMBOL_GPL(KeInitializeMutex);

/* The last level, where nobody waits. False: nothing has been done. */
static bool eres_release_unlocked(struct eres_mutex *mutex, u64 owner)
{
	unsigned long thread = (unsigned long)current;
	union eres_word word;

	if (!eres_read_unlocked(&mutex->head, ERES_MUTEXES, &word) || word.state ||
	    unlikely(!owner || READ_ONCE(mutex->owner) != owner))
		return false;
	/*
	 * Cleared before the mutex is free, or it would be the next owner's number that is
	 * cleared. To who locks the word meanwhile it is still owned: that one waits.
	 */
	eres_mutex_set_owner(mutex, 0, 0);
	if (likely(eres_change_unlocked(&mutex->head, word, 1)))
		return true;
	eres_mutex_set_owner(mutex, owner, thread);
	return false;
}

/*
 * One level less, if @owner owns it. After the last one the mutex may be gone. Return:
 * true if it does. @thread is who owns it.
 */
static bool eres_release_mutex(struct eres_mutex *mutex, u64 owner, LONG *previous,
			       unsigned long *thread)
{
	unsigned long flags;
	bool owned;

	raw_spin_lock_irqsave(&eres_dispatcher_lock, flags);
	__eres_lock_word(&mutex->head);
	*thread = READ_ONCE(mutex->thread);
	owned = owner && READ_ONCE(mutex->owner) == owner;
	if (likely(owned)) {
		*previous = eres_state_of(&mutex->head);
		if (!*previous)
			eres_mutex_set_owner(mutex, 0, 0);
		__eres_set_state(&mutex->head, *previous + 1);
		if (!*previous)
			__eres_signalled(&mutex->head);
	}
	__eres_unlock_word(&mutex->head);
	raw_spin_unlock_irqrestore(&eres_dispatcher_lock, flags);
	return owned;
}

/**
 * KeReleaseMutex() - Release one level of a mutex.
 * @Mutex: the mutex
 * @Wait: the caller is about to wait; of no significance
 *
 * With the last level the critical region goes that came with the first one.
 *
 * Misuse: by who does not own it, where Windows raises STATUS_MUTANT_NOT_OWNED:
 * reported (0x11), nothing is changed, and the answer is 0.
 *
 * Context: Task context (Windows: IRQL <= DISPATCH_LEVEL). Never sleeps.
 * Return: 0 if it is free now; else minus the number of levels that are left.
 * DDI: wdm/nf-wdm-kereleasemutex
 */
LONG KeReleaseMutex(PRKMUTEX Mutex, BOOLEAN Wait)
{
	struct eres_call call = ERES_CALL();
	struct eres_mutex_note *note;
	unsigned long thread;
	LONG previous = 0;
	u64 owner;

	if (unlikely(!eres_waitable(Mutex, ERES_MUTEXES, call)))
		return 0;
	eres_check_wait_flag(Wait, Mutex, call);
	note = eres_mutex_note();
	owner = note ? note->thread : 0;
	if (!eres_release_unlocked((struct eres_mutex *)Mutex, owner) &&
	    unlikely(!eres_release_mutex((struct eres_mutex *)Mutex, owner, &previous, &thread))) {
		eres_complain(&not_owner, ERES_OBJECT("mutex", Mutex), call,
			      (unsigned long)Mutex, (unsigned long)current, thread);
		return 0;
	}
	if (previous)
		return previous;
	note->owned--;
	if (note->last == Mutex)
		note->last = NULL;
	eres_mutex_leave(call);
	return 0;
}
EXPORT_SYMBOL_GPL(KeReleaseMutex);

/**
 * KeReadStateMutex() - Read whether a mutex is free.
 * @Mutex: the mutex
 *
 * Context: Any but NMI (Windows: IRQL <= DISPATCH_LEVEL).
 * Return: 1 if it is, now; 0 or less if it is owned.
 * DDI: wdm/nf-wdm-kereadstatemutex
 */
LONG KeReadStateMutex(PRKMUTEX Mutex)
{
	struct eres_call call = ERES_CALL();
	struct eres_waitable *mutex = eres_waitable(Mutex, ERES_MUTEXES, call);

	return likely(mutex) ? eres_state_of(mutex) : 0;
}
EXPORT_SYMBOL_GPL(KeReadStateMutex);
