// SPDX-License-Identifier: GPL-2.0-only
/*
 * SLIST_HEADER: the first entry, and a word of its own:
 *
 *   bit  0	taken: somebody changes the list
 *   bits 16-31	how many entries there are, modulo 65536
 *
 * All zeroes are an empty list. Both words change only while the bit is set, which is
 * done with interrupts off, so that any context may: test_and_set_bit_lock() pairs
 * with the xchg() that clears it. That is a full barrier: who pushes and then looks
 * whether the consumer is idle, while the consumer says so and then looks for an entry,
 * without the bit, must not both look too early. Entries are read only by who has the bit,
 * so that nobody looks at one that another has popped and freed, and a list that looks
 * as before is the same (llist has neither for several who pop).
 *
 * On PREEMPT_RT as well: the bit is held for a few instructions.
 */
#include <linux/bitops.h>
#include <linux/export.h>
#include <linux/irqflags.h>

#define ERESOURCE_WDK
#include <ntddk.h>
#include <wdk/slist.h>

#include "check.h"

#define SLIST_BUSY		0
#define SLIST_DEPTH_SHIFT	16
#define SLIST_DEPTH		GENMASK(31, 16)
#define SLIST_ALIGNED		16

static const struct eres_misuse uninitialized =
	ERES_VIOLATION(ERES_W_UNINITIALIZED, "nann", "uninitialised sequenced list used",
		       "initialise it, or fill it with zeroes; or was it overwritten?");

static unsigned long *eres_slist_word(PSLIST_HEADER head)
{
	return (unsigned long *)&head->Region;
}

static PSLIST_ENTRY eres_slist_first(PSLIST_HEADER head)
{
	return (PSLIST_ENTRY)(unsigned long)head->Alignment;
}

/* Leave it with @depth entries, of which @first is the first. */
static void eres_slist_unlock(PSLIST_HEADER head, PSLIST_ENTRY first, unsigned long depth,
			      unsigned long flags)
{
	WRITE_ONCE(head->Alignment, (unsigned long)first);
	/* Pairs with the next one's test_and_set_bit_lock(), and is a full barrier. */
	xchg(eres_slist_word(head), (depth << SLIST_DEPTH_SHIFT) & SLIST_DEPTH);
	local_irq_restore(flags);
}

/*
 * What is no list, and might look taken for ever, is an empty one from now on: it is
 * emptied by who has replaced the word, and so taken the bit.
 */
static noinline void eres_slist_renew(PSLIST_HEADER head, unsigned long found,
				      struct eres_call call)
{
	unsigned long flags;

	eres_complain(&uninitialized, ERES_OBJECT("sequenced list", head), call,
		      (unsigned long)head, 0, 0);
	local_irq_save(flags);
	if (cmpxchg(eres_slist_word(head), found, BIT(SLIST_BUSY)) == found)
		eres_slist_unlock(head, NULL, 0, flags);
	else
		local_irq_restore(flags);
}

static unsigned long eres_slist_lock(PSLIST_HEADER head, struct eres_call call)
{
	unsigned long found = READ_ONCE(*eres_slist_word(head)), flags;

	if (unlikely(found & ~(SLIST_DEPTH | BIT(SLIST_BUSY))))
		eres_slist_renew(head, found, call);
	local_irq_save(flags);
	while (test_and_set_bit_lock(SLIST_BUSY, eres_slist_word(head)))
		cpu_relax();
	return flags;
}

static unsigned long eres_slist_depth(PSLIST_HEADER head)
{
	return (READ_ONCE(*eres_slist_word(head)) & SLIST_DEPTH) >> SLIST_DEPTH_SHIFT;
}

static bool eres_slist_check(PSLIST_HEADER head, struct eres_call call)
{
	return eres_check_aligned("sequenced list", head, SLIST_ALIGNED, call);
}

/* A chain goes in front. Return: what was the first before. */
static __always_inline PSLIST_ENTRY eres_slist_push(PSLIST_HEADER head, PSLIST_ENTRY first,
						    PSLIST_ENTRY last, ULONG count,
						    struct eres_call call)
{
	PSLIST_ENTRY previous;
	unsigned long flags;

	if (!eres_slist_check(head, call) ||
	    !eres_check_object("list entry", first, call) ||
	    !eres_check_object("list entry", last, call))
		return NULL;
	flags = eres_slist_lock(head, call);
	previous = eres_slist_first(head);
	last->Next = previous;
	eres_slist_unlock(head, first, eres_slist_depth(head) + count, flags);
	return previous;
}

/**
 * InitializeSListHead() - Make a list usable: also ExInitializeSListHead().
 * @ListHead: its head, aligned to 16 bytes; one that is all zeroes needs not be
 *
 * Context: Any (Windows: any IRQL).
 * DDI: wdm/nf-wdm-initializeslisthead
 */
void InitializeSListHead(PSLIST_HEADER ListHead)
{
	struct eres_call call = ERES_CALL();

	if (!eres_slist_check(ListHead, call))
		return;
	ListHead->Alignment = 0;
	ListHead->Region = 0;
}
EXPORT_SYMBOL_GPL(InitializeSListHead);

/**
 * InterlockedPushEntrySList() - Put an entry in front: also ExInterlockedPushEntrySList().
 * @ListHead: the list
 * @ListEntry: the entry; Windows wants 16 bytes of alignment, here a pointer's do
 *
 * Misuse: what is no list or no entry is reported (0xC4/0xE1), and nothing is done.
 * What was not initialised (0xC4/0x1002) is an empty list from then on.
 *
 * Context: Any but NMI (Windows: any IRQL). Never sleeps.
 * Return: what was the first before, %NULL if there was none.
 * DDI: wdm/nf-wdm-exinterlockedpushentryslist
 */
PSLIST_ENTRY InterlockedPushEntrySList(PSLIST_HEADER ListHead, PSLIST_ENTRY ListEntry)
{
	struct eres_call call = ERES_CALL();

	return eres_slist_push(ListHead, ListEntry, ListEntry, 1, call);
}
EXPORT_SYMBOL_GPL(InterlockedPushEntrySList);

/**
 * InterlockedPushListSList() - Put a chain of entries in front, at once.
 * @ListHead: the list
 * @List: the first of them
 * @ListEnd: the last
 * @Count: how many they are
 *
 * Misuse: as InterlockedPushEntrySList().
 *
 * Context: Any but NMI (Windows: any IRQL). Never sleeps.
 * Return: what was the first before, %NULL if there was none.
 */
PSLIST_ENTRY InterlockedPushListSList(PSLIST_HEADER ListHead, PSLIST_ENTRY List,
				      PSLIST_ENTRY ListEnd, ULONG Count)
{
	struct eres_call call = ERES_CALL();

	return eres_slist_push(ListHead, List, ListEnd, Count, call);
}
EXPORT_SYMBOL_GPL(InterlockedPushListSList);

/**
 * InterlockedPopEntrySList() - Take the first entry: also ExInterlockedPopEntrySList().
 * @ListHead: the list
 *
 * The entry is the caller's, and may be freed; its Next is left as it is.
 *
 * Misuse: what is no list is reported (0xC4/0xE1), and has no entry.
 *
 * Context: Any but NMI (Windows: any IRQL). Never sleeps.
 * Return: the entry, %NULL if there is none.
 * DDI: wdm/nf-wdm-exinterlockedpopentryslist
 */
PSLIST_ENTRY InterlockedPopEntrySList(PSLIST_HEADER ListHead)
{
	struct eres_call call = ERES_CALL();
	PSLIST_ENTRY first;
	unsigned long flags;

	if (!eres_slist_check(ListHead, call))
		return NULL;
	/* Seen here, too, is each entry whose push has ended. */
	if (!READ_ONCE(ListHead->Alignment))
		return NULL;
	flags = eres_slist_lock(ListHead, call);
	first = eres_slist_first(ListHead);
	eres_slist_unlock(ListHead, first ? first->Next : NULL,
			  eres_slist_depth(ListHead) - !!first, flags);
	return first;
}
EXPORT_SYMBOL_GPL(InterlockedPopEntrySList);

/**
 * InterlockedFlushSList() - Take all entries: also ExInterlockedFlushSList().
 * @ListHead: the list
 *
 * Misuse: as InterlockedPopEntrySList().
 *
 * Context: Any but NMI (Windows: any IRQL). Never sleeps.
 * Return: the first of the chain, %NULL if there is none.
 * DDI: wdm/nf-wdm-exinterlockedflushslist
 */
PSLIST_ENTRY InterlockedFlushSList(PSLIST_HEADER ListHead)
{
	struct eres_call call = ERES_CALL();
	PSLIST_ENTRY first;
	unsigned long flags;

	if (!eres_slist_check(ListHead, call))
		return NULL;
	flags = eres_slist_lock(ListHead, call);
	first = eres_slist_first(ListHead);
	eres_slist_unlock(ListHead, NULL, 0, flags);
	return first;
}
EXPORT_SYMBOL_GPL(InterlockedFlushSList);

/**
 * ExQueryDepthSList() - The number of entries.
 * @ListHead: the list
 *
 * Context: Any (Windows: IRQL <= DISPATCH_LEVEL).
 * Return: their number, modulo 65536.
 * DDI: wdm/nf-wdm-exquerydepthslist
 */
USHORT ExQueryDepthSList(PSLIST_HEADER ListHead)
{
	struct eres_call call = ERES_CALL();

	return eres_slist_check(ListHead, call) ? eres_slist_depth(ListHead) : 0;
}
EXPORT_SYMBOL_GPL(ExQueryDepthSList);
