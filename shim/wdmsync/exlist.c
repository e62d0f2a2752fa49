// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lists and sums under a KSPIN_LOCK of their own, with interrupts off: ExInterlocked...
 * Who mixes it with KeAcquireSpinLock() on the same lock can be interrupted while it
 * has it, by who waits for it: lockdep sees that. On PREEMPT_RT, too, interrupts are
 * off, for a few instructions.
 */
#include <linux/export.h>

#define ERESOURCE_WDK
#include <ntddk.h>
#include <wdk/exlist.h>

#include "check.h"
#include "spin_word.h"

#define LIST_KIND	"list"

/* There is what is worked on, and a lock; else that is reported. */
static __always_inline bool eres_exlist_check(const void *head, const void *entry,
					      PKSPIN_LOCK lock, struct eres_call call)
{
	return eres_check_object("spin lock", lock, call) &&
	       eres_check_object(LIST_KIND, head, call) &&
	       eres_check_object(LIST_KIND, entry, call);
}

/**
 * ExInterlockedInsertHeadList() - Put an entry in front.
 * @ListHead: the list
 * @ListEntry: the entry
 * @Lock: what protects it
 *
 * Misuse: what is no list, entry or lock is reported (0xC4/0xE1), and nothing is done.
 *
 * Context: Any but NMI (Windows: any IRQL). Never sleeps.
 * Return: what was the first before, %NULL if the list was empty.
 * DDI: wdm/nf-wdm-exinterlockedinsertheadlist
 */
PLIST_ENTRY ExInterlockedInsertHeadList(PLIST_ENTRY ListHead, PLIST_ENTRY ListEntry,
					PKSPIN_LOCK Lock)
{
	struct eres_call call = ERES_CALL();
	PLIST_ENTRY first;
	unsigned long flags;

	if (!eres_exlist_check(ListHead, ListEntry, Lock, call))
		return NULL;
	flags = eres_spin_lock_irqsave(Lock, call);
	first = ListHead->Flink;
	InsertHeadList(ListHead, ListEntry);
	eres_spin_unlock_irqrestore(Lock, flags, call);
	return first == ListHead ? NULL : first;
}
EXPORT_SYMBOL_GPL(ExInterlockedInsertHeadList);

/**
 * ExInterlockedInsertTailList() - Put an entry at the end.
 * @ListHead: the list
 * @ListEntry: the entry
 * @Lock: what protects it
 *
 * Misuse: as ExInterlockedInsertHeadList().
 *
 * Context: Any but NMI (Windows: any IRQL). Never sleeps.
 * Return: what was the last before, %NULL if the list was empty.
 * DDI: wdm/nf-wdm-exinterlockedinserttaillist
 */
PLIST_ENTRY ExInterlockedInsertTailList(PLIST_ENTRY ListHead, PLIST_ENTRY ListEntry,
					PKSPIN_LOCK Lock)
{
	struct eres_call call = ERES_CALL();
	PLIST_ENTRY last;
	unsigned long flags;

	if (!eres_exlist_check(ListHead, ListEntry, Lock, call))
		return NULL;
	flags = eres_spin_lock_irqsave(Lock, call);
	last = ListHead->Blink;
	InsertTailList(ListHead, ListEntry);
	eres_spin_unlock_irqrestore(Lock, flags, call);
	return last == ListHead ? NULL : last;
}
EXPORT_SYMBOL_GPL(ExInterlockedInsertTailList);

/**
 * ExInterlockedRemoveHeadList() - Take the first entry.
 * @ListHead: the list
 * @Lock: what protects it
 *
 * Misuse: as ExInterlockedInsertHeadList().
 *
 * Context: Any but NMI (Windows: any IRQL). Never sleeps.
 * Return: the entry, %NULL if the list is empty: unlike RemoveHeadList().
 * DDI: wdm/nf-wdm-exinterlockedremoveheadlist
 */
PLIST_ENTRY ExInterlockedRemoveHeadList(PLIST_ENTRY ListHead, PKSPIN_LOCK Lock)
{
	struct eres_call call = ERES_CALL();
	PLIST_ENTRY first;
	unsigned long flags;

	if (!eres_exlist_check(ListHead, ListHead, Lock, call))
		return NULL;
	flags = eres_spin_lock_irqsave(Lock, call);
	first = RemoveHeadList(ListHead);
	eres_spin_unlock_irqrestore(Lock, flags, call);
	return first == ListHead ? NULL : first;
}
EXPORT_SYMBOL_GPL(ExInterlockedRemoveHeadList);

/**
 * ExInterlockedPushEntryList() - Put an entry in front, of a list with one link.
 * @ListHead: the list
 * @ListEntry: the entry
 * @Lock: what protects it
 *
 * Misuse: as ExInterlockedInsertHeadList().
 *
 * Context: Any but NMI (Windows: any IRQL). Never sleeps.
 * Return: what was the first before, %NULL if the list was empty.
 * DDI: wdm/nf-wdm-exinterlockedpushentrylist
 */
PSINGLE_LIST_ENTRY ExInterlockedPushEntryList(PSINGLE_LIST_ENTRY ListHead,
					      PSINGLE_LIST_ENTRY ListEntry, PKSPIN_LOCK Lock)
{
	struct eres_call call = ERES_CALL();
	PSINGLE_LIST_ENTRY first;
	unsigned long flags;

	if (!eres_exlist_check(ListHead, ListEntry, Lock, call))
		return NULL;
	flags = eres_spin_lock_irqsave(Lock, call);
	first = ListHead->Next;
	PushEntryList(ListHead, ListEntry);
	eres_spin_unlock_irqrestore(Lock, flags, call);
	return first;
}
EXPORT_SYMBOL_GPL(ExInterlockedPushEntryList);

/**
 * ExInterlockedPopEntryList() - Take the first entry, of a list with one link.
 * @ListHead: the list
 * @Lock: what protects it
 *
 * Misuse: as ExInterlockedInsertHeadList().
 *
 * Context: Any but NMI (Windows: any IRQL). Never sleeps.
 * Return: the entry, %NULL if the list is empty.
 * DDI: wdm/nf-wdm-exinterlockedpopentrylist
 */
PSINGLE_LIST_ENTRY ExInterlockedPopEntryList(PSINGLE_LIST_ENTRY ListHead, PKSPIN_LOCK Lock)
{
	struct eres_call call = ERES_CALL();
	PSINGLE_LIST_ENTRY first;
	unsigned long flags;

	if (!eres_exlist_check(ListHead, ListHead, Lock, call))
		return NULL;
	flags = eres_spin_lock_irqsave(Lock, call);
	first = PopEntryList(ListHead);
	eres_spin_unlock_irqrestore(Lock, flags, call);
	return first;
}
EXPORT_SYMBOL_GPL(ExInterlockedPopEntryList);

/* There is a number, and a lock. A ULONG is aligned to less than a pointer. */
static bool eres_sum_check(const void *addend, size_t align, PKSPIN_LOCK lock,
			   struct eres_call call)
{
	return eres_check_object("spin lock", lock, call) &&
	       eres_check_aligned("addend", addend, align, call);
}

/**
 * ExInterlockedAddUlong() - Add to a number.
 * @Addend: the number, atomic against others with the same lock only
 * @Increment: what to add
 * @Lock: what protects it
 *
 * Misuse: what is no number or lock is reported (0xC4/0xE1), and counts as 0.
 *
 * Context: Any but NMI (Windows: any IRQL). Never sleeps.
 * Return: what it was before.
 * DDI: wdm/nf-wdm-exinterlockedaddulong
 */
ULONG ExInterlockedAddUlong(PULONG Addend, ULONG Increment, PKSPIN_LOCK Lock)
{
	struct eres_call call = ERES_CALL();
	unsigned long flags;
	ULONG previous;

	if (!eres_sum_check(Addend, sizeof(*Addend), Lock, call))
		return 0;
	flags = eres_spin_lock_irqsave(Lock, call);
	previous = *Addend;
	*Addend = previous + Increment;
	eres_spin_unlock_irqrestore(Lock, flags, call);
	return previous;
}
EXPORT_SYMBOL_GPL(ExInterlockedAddUlong);

/**
 * ExInterlockedAddLargeInteger() - Add to a number of 64 bits.
 * @Addend: the number, atomic against others with the same lock only
 * @Increment: what to add
 * @Lock: what protects it
 *
 * Misuse: as ExInterlockedAddUlong().
 *
 * Context: Any but NMI (Windows: any IRQL). Never sleeps.
 * Return: what it was before.
 * DDI: wdm/nf-wdm-exinterlockedaddlargeinteger
 */
LARGE_INTEGER ExInterlockedAddLargeInteger(PLARGE_INTEGER Addend, LARGE_INTEGER Increment,
					   PKSPIN_LOCK Lock)
{
	struct eres_call call = ERES_CALL();
	LARGE_INTEGER previous = { .QuadPart = 0 };
	unsigned long flags;

	if (!eres_sum_check(Addend, sizeof(*Addend), Lock, call))
		return previous;
	flags = eres_spin_lock_irqsave(Lock, call);
	previous = *Addend;
	/* Wraps, as on Windows. */
	Addend->QuadPart = (u64)previous.QuadPart + (u64)Increment.QuadPart;
	eres_spin_unlock_irqrestore(Lock, flags, call);
	return previous;
}
EXPORT_SYMBOL_GPL(ExInterlockedAddLargeInteger);
