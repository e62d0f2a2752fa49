// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lookaside lists. A list is what its allocations have in common: the size, the tag,
 * and who serves them. It caches nothing, and its counters stay 0: the slab allocator
 * has caches for each processor, which a list of our own would only be in front of.
 *
 * A list is initialised if its ListEntry points to itself and to where it was initialised;
 * deletion empties that. Whoever initialises and deletes it is alone, as on Windows:
 * everybody else only reads, and no barrier is needed.
 */
#include <linux/export.h>
#include <linux/string.h>

#define ERESOURCE_WDK
#include <ntddk.h>

#include "pool.h"

#define LOOKASIDE_ALIGNED	16
#define LOOKASIDE_DEPTH		4
#define LOOKASIDE_MAXIMUM	EX_MAXIMUM_LOOKASIDE_DEPTH_BASE
#define LOOKASIDE_OBJECT(list)	ERES_OBJECT("lookaside list", list)

/* What may be or-ed to a pool type. */
#define LOOKASIDE_POOL_FLAGS	(POOL_QUOTA_FAIL_INSTEAD_OF_RAISE | \
				 POOL_RAISE_IF_ALLOCATION_FAILURE | \
				 POOL_COLD_ALLOCATION | POOL_NX_ALLOCATION)
#define LOOKASIDE_EX_FLAGS	(EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL | \
				 EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE)

static const struct eres_misuse uninitialized =
	ERES_VIOLATION(ERES_W_UNINITIALIZED, "nann", "uninitialised lookaside list used",
		       "initialise it first; or was it deleted, or overwritten?");
static const struct eres_misuse deleted =
	ERES_VIOLATION(0xCB, "nann", "lookaside list deleted that is not initialised",
		       "delete it once, after it has been initialised");
static const struct eres_misuse too_small =
	ERES_VIOLATION(0xCD, "nann", "lookaside list of pieces smaller than a pointer",
		       "make the size LOOKASIDE_MINIMUM_BLOCK_SIZE at least: here it is that");

static bool eres_lookaside_ready(const GENERAL_LOOKASIDE *list)
{
	return list->ListEntry.Flink == &list->ListEntry && list->ListEntry.Blink == (void *)list;
}

/* It is a list that can be used; else that is reported. */
static __always_inline bool eres_lookaside_check(const GENERAL_LOOKASIDE *list,
						 struct eres_call call)
{
	if (!eres_check_aligned("lookaside list", list, LOOKASIDE_ALIGNED, call))
		return false;
	if (likely(eres_lookaside_ready(list)))
		return true;
	eres_complain(&uninitialized, LOOKASIDE_OBJECT(list), call, (unsigned long)list, 0, 0);
	return false;
}

/* The caller sees the report; memory of the kernel is there at any level. */
static __always_inline void eres_lookaside_paged(const GENERAL_LOOKASIDE *list,
						 struct eres_call call)
{
	KIRQL irql = KeGetCurrentIrql();

	if (unlikely(irql > APC_LEVEL))
		eres_complain(&eres_paged_too_high, LOOKASIDE_OBJECT(list), call, irql,
			      list->Type, list->Size);
}

/* What is not given by @as is what a new list has. */
static bool eres_lookaside_init(GENERAL_LOOKASIDE *list, const GENERAL_LOOKASIDE *as,
				SIZE_T size, struct eres_call call)
{
	if (!eres_check_aligned("lookaside list", list, LOOKASIDE_ALIGNED, call))
		return false;
	if (unlikely(size < LOOKASIDE_MINIMUM_BLOCK_SIZE)) {
		eres_complain(&too_small, LOOKASIDE_OBJECT(list), call, (unsigned long)list,
			      size, LOOKASIDE_MINIMUM_BLOCK_SIZE);
		size = LOOKASIDE_MINIMUM_BLOCK_SIZE;
	}
	*list = *as;
	list->Depth = LOOKASIDE_DEPTH;
	list->MaximumDepth = LOOKASIDE_MAXIMUM;
	list->Size = size;
	list->ListEntry.Flink = &list->ListEntry;
	list->ListEntry.Blink = (void *)list;
	return true;
}

static void eres_lookaside_delete(GENERAL_LOOKASIDE *list, struct eres_call call)
{
	if (!eres_check_aligned("lookaside list", list, LOOKASIDE_ALIGNED, call))
		return;
	if (unlikely(!eres_lookaside_ready(list))) {
		eres_complain(&deleted, LOOKASIDE_OBJECT(list), call, (unsigned long)list, 0, 0);
		return;
	}
	list->ListEntry.Flink = NULL;
	list->ListEntry.Blink = NULL;
}

/* The pool does not complain of the level once more. */
static __always_inline PVOID eres_lookaside_allocate(GENERAL_LOOKASIDE *list,
						     struct eres_call call)
{
	return list->Allocate == ExAllocatePoolWithTag ?
	       eres_pool_for_list(list->Type, list->Size, call) :
	       list->Allocate(list->Type, list->Size, list->Tag);
}

/**
 * ExInitializeNPagedLookasideList() - Make a list of nonpaged pieces usable.
 * @Lookaside: the list, aligned to 16 bytes
 * @Allocate: what gives a piece, or %NULL: ExAllocatePoolWithTag()
 * @Free: what takes one back, or %NULL: ExFreePool()
 * @Flags: or-ed to the pool type: POOL_NX_ALLOCATION, POOL_RAISE_IF_ALLOCATION_FAILURE
 * @Size: of a piece, in bytes
 * @Tag: of the pool
 * @Depth: of no significance
 *
 * Nothing is allocated. Deviation: the flag that asks for an exception is passed on to
 * @Allocate, and the pool returns %NULL, which is reported (0x1E).
 *
 * Misuse: a @Size smaller than a pointer is reported (0xC4/0xCD), and made one.
 *
 * Context: Any (Windows: IRQL <= DISPATCH_LEVEL).
 * DDI: wdm/nf-wdm-exinitializenpagedlookasidelist
 */
void ExInitializeNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside,
				     PALLOCATE_FUNCTION Allocate, PFREE_FUNCTION Free,
				     ULONG Flags, SIZE_T Size, ULONG Tag, USHORT Depth)
{
	struct eres_call call = ERES_CALL();
	GENERAL_LOOKASIDE as = {
		.Type = NonPagedPool | Flags,
		.Tag = Tag,
		.Allocate = Allocate ?: ExAllocatePoolWithTag,
		.Free = Free ?: ExFreePool,
	};

	eres_lookaside_init(&Lookaside->L, &as, Size, call);
}
EXPORT_SYMBOL_GPL(ExInitializeNPagedLookasideList);

/**
 * ExInitializePagedLookasideList() - Make a list of paged pieces usable.
 * @Lookaside: the list, aligned to 16 bytes
 * @Allocate: as ExInitializeNPagedLookasideList()
 * @Free: as ExInitializeNPagedLookasideList()
 * @Flags: as ExInitializeNPagedLookasideList()
 * @Size: of a piece, in bytes
 * @Tag: of the pool
 * @Depth: of no significance
 *
 * Misuse: above APC_LEVEL it is reported (0xC4/0x1), and works.
 *
 * Context: Any (Windows: IRQL <= APC_LEVEL).
 * DDI: wdm/nf-wdm-exinitializepagedlookasidelist
 */
void ExInitializePagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside,
				    PALLOCATE_FUNCTION Allocate, PFREE_FUNCTION Free,
				    ULONG Flags, SIZE_T Size, ULONG Tag, USHORT Depth)
{
	struct eres_call call = ERES_CALL();
	GENERAL_LOOKASIDE as = {
		.Type = PagedPool | Flags,
		.Tag = Tag,
		.Allocate = Allocate ?: ExAllocatePoolWithTag,
		.Free = Free ?: ExFreePool,
	};

	if (eres_lookaside_init(&Lookaside->L, &as, Size, call))
		eres_lookaside_paged(&Lookaside->L, call);
}
EXPORT_SYMBOL_GPL(ExInitializePagedLookasideList);

static PVOID eres_lookaside_from_pool(POOL_TYPE type, SIZE_T size, ULONG tag,
				      PLOOKASIDE_LIST_EX list)
{
	return ExAllocatePoolWithTag(type, size, tag);
}

static void eres_lookaside_to_pool(PVOID entry, PLOOKASIDE_LIST_EX list)
{
	ExFreePool(entry);
}

/* Nonpaged or paged, aligned or not, and what may be or-ed to that. */
static bool eres_lookaside_type_is_known(POOL_TYPE type)
{
	switch (type & ~LOOKASIDE_POOL_FLAGS) {
	case NonPagedPool:
	case PagedPool:
	case NonPagedPoolCacheAligned:
	case PagedPoolCacheAligned:
		return true;
	default:
		return false;
	}
}

/**
 * ExInitializeLookasideListEx() - Make a list usable whose routines are told of it.
 * @Lookaside: the list, aligned to 16 bytes
 * @Allocate: what gives a piece, or %NULL: the pool
 * @Free: what takes one back, or %NULL: the pool
 * @PoolType: passed to @Allocate
 * @Flags: EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL or ..._FAIL_NO_RAISE, or 0
 * @Size: of a piece, in bytes
 * @Tag: of the pool
 * @Depth: of no significance
 *
 * Deviation: where an exception is asked for, the pool returns %NULL, which is reported
 * (0x1E).
 *
 * Misuse: as ExInitializeNPagedLookasideList().
 *
 * Context: Any (Windows: IRQL <= DISPATCH_LEVEL).
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER_4 for a pool type that does not exist,
 *         STATUS_INVALID_PARAMETER_5 for such flags, or both; STATUS_INVALID_PARAMETER_1
 *         for what is no list.
 * DDI: wdm/nf-wdm-exinitializelookasidelistex
 */
NTSTATUS ExInitializeLookasideListEx(PLOOKASIDE_LIST_EX Lookaside,
				     PALLOCATE_FUNCTION_EX Allocate, PFREE_FUNCTION_EX Free,
				     POOL_TYPE PoolType, ULONG Flags, SIZE_T Size, ULONG Tag,
				     USHORT Depth)
{
	struct eres_call call = ERES_CALL();
	GENERAL_LOOKASIDE as = {
		.Type = PoolType,
		.Tag = Tag,
		.AllocateEx = Allocate ?: eres_lookaside_from_pool,
		.FreeEx = Free ?: eres_lookaside_to_pool,
	};

	if (!eres_lookaside_type_is_known(PoolType))
		return STATUS_INVALID_PARAMETER_4;
	if (Flags & ~LOOKASIDE_EX_FLAGS || Flags == LOOKASIDE_EX_FLAGS)
		return STATUS_INVALID_PARAMETER_5;
	if (Flags & EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL)
		as.Type |= POOL_RAISE_IF_ALLOCATION_FAILURE;
	if (Flags & EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE)
		as.Type |= POOL_QUOTA_FAIL_INSTEAD_OF_RAISE;
	return eres_lookaside_init(&Lookaside->L, &as, Size, call) ? STATUS_SUCCESS :
								      STATUS_INVALID_PARAMETER_1;
}
EXPORT_SYMBOL_GPL(ExInitializeLookasideListEx);

/**
 * ExAllocateFromNPagedLookasideList() - Get a piece.
 * @Lookaside: the list
 *
 * Misuse: a list that is not initialised is reported (0xC4/0x1002), and has nothing.
 *
 * Context: Any but NMI (Windows: IRQL <= DISPATCH_LEVEL). Sleeps below DISPATCH_LEVEL.
 * Return: a piece, whose content is not defined, or %NULL.
 * DDI: wdm/nf-wdm-exallocatefromnpagedlookasidelist
 */
PVOID ExAllocateFromNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside)
{
	struct eres_call call = ERES_CALL();

	return eres_lookaside_check(&Lookaside->L, call) ?
	       eres_lookaside_allocate(&Lookaside->L, call) : NULL;
}
EXPORT_SYMBOL_GPL(ExAllocateFromNPagedLookasideList);

/* As ExAllocateFromNPagedLookasideList(); above APC_LEVEL it is reported (0xC4/0x1). */
PVOID ExAllocateFromPagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside)
{
	struct eres_call call = ERES_CALL();

	if (!eres_lookaside_check(&Lookaside->L, call))
		return NULL;
	eres_lookaside_paged(&Lookaside->L, call);
	return eres_lookaside_allocate(&Lookaside->L, call);
}
EXPORT_SYMBOL_GPL(ExAllocateFromPagedLookasideList);

/*
 * As ExAllocateFromNPagedLookasideList(); the routine is told which list it is. Of a paged
 * list of the pool's it is reported above APC_LEVEL (0xC4/0x1).
 */
PVOID ExAllocateFromLookasideListEx(PLOOKASIDE_LIST_EX Lookaside)
{
	struct eres_call call = ERES_CALL();
	GENERAL_LOOKASIDE *list = &Lookaside->L;

	if (!eres_lookaside_check(list, call))
		return NULL;
	if (list->AllocateEx != eres_lookaside_from_pool)
		return list->AllocateEx(list->Type, list->Size, list->Tag, Lookaside);
	if (list->Type & PagedPool)
		eres_lookaside_paged(list, call);
	return eres_pool_for_list(list->Type, list->Size, call);
}
EXPORT_SYMBOL_GPL(ExAllocateFromLookasideListEx);

/**
 * ExFreeToNPagedLookasideList() - Give a piece back.
 * @Lookaside: the list that it is from
 * @Entry: the piece
 *
 * Misuse: a list that is not initialised is reported (0xC4/0x1002), and the piece is lost.
 *
 * Context: Any but NMI (Windows: IRQL <= DISPATCH_LEVEL).
 * DDI: wdm/nf-wdm-exfreetonpagedlookasidelist
 */
void ExFreeToNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside, PVOID Entry)
{
	struct eres_call call = ERES_CALL();

	if (eres_lookaside_check(&Lookaside->L, call))
		Lookaside->L.Free(Entry);
}
EXPORT_SYMBOL_GPL(ExFreeToNPagedLookasideList);

/* As ExFreeToNPagedLookasideList(); above APC_LEVEL it is reported (0xC4/0x1). */
void ExFreeToPagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside, PVOID Entry)
{
	struct eres_call call = ERES_CALL();

	if (!eres_lookaside_check(&Lookaside->L, call))
		return;
	eres_lookaside_paged(&Lookaside->L, call);
	Lookaside->L.Free(Entry);
}
EXPORT_SYMBOL_GPL(ExFreeToPagedLookasideList);

/* As ExFreeToNPagedLookasideList(); the routine is told which list it is. */
void ExFreeToLookasideListEx(PLOOKASIDE_LIST_EX Lookaside, PVOID Entry)
{
	struct eres_call call = ERES_CALL();

	if (eres_lookaside_check(&Lookaside->L, call))
		Lookaside->L.FreeEx(Entry, Lookaside);
}
EXPORT_SYMBOL_GPL(ExFreeToLookasideListEx);

/* Frees what is cached: nothing. */
void ExFlushLookasideListEx(PLOOKASIDE_LIST_EX Lookaside)
{
	struct eres_call call = ERES_CALL();

	eres_lookaside_check(&Lookaside->L, call);
}
EXPORT_SYMBOL_GPL(ExFlushLookasideListEx);

/**
 * ExDeleteNPagedLookasideList() - End a list.
 * @Lookaside: the list; pieces that are in use stay the driver's
 *
 * Misuse: one that is not initialised is reported (0xC4/0xCB).
 *
 * Context: Any (Windows: IRQL <= DISPATCH_LEVEL).
 * DDI: wdm/nf-wdm-exdeletenpagedlookasidelist
 */
void ExDeleteNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside)
{
	struct eres_call call = ERES_CALL();

	eres_lookaside_delete(&Lookaside->L, call);
}
EXPORT_SYMBOL_GPL(ExDeleteNPagedLookasideList);

/* As ExDeleteNPagedLookasideList(). */
void ExDeletePagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside)
{
	struct eres_call call = ERES_CALL();

	eres_lookaside_delete(&Lookaside->L, call);
}
EXPORT_SYMBOL_GPL(ExDeletePagedLookasideList);

/* As ExDeleteNPagedLookasideList(). */
void ExDeleteLookasideListEx(PLOOKASIDE_LIST_EX Lookaside)
{
	struct eres_call call = ERES_CALL();

	eres_lookaside_delete(&Lookaside->L, call);
}
EXPORT_SYMBOL_GPL(ExDeleteLookasideListEx);
