// SPDX-License-Identifier: GPL-2.0-only
/* Pool: memory of the kernel, aligned as Windows' pool is. */
#include <linux/export.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/slab.h>

#define ERESOURCE_WDK
#include <ntddk.h>
#include <wdk/pool.h>

#include "region/level.h"

#define ERES_POOL_ALIGN 16

/* The lower half of the flags; what is unknown in the upper one is ignored. */
#define ERES_POOL_KNOWN (POOL_FLAG_USE_QUOTA | POOL_FLAG_UNINITIALIZED | POOL_FLAG_SESSION | \
			 POOL_FLAG_CACHE_ALIGNED | POOL_FLAG_RAISE_ON_FAILURE | \
			 POOL_FLAG_NON_PAGED | POOL_FLAG_NON_PAGED_EXECUTE | POOL_FLAG_PAGED)

/*
 * Reclaim must not come back into a file system whose locks the caller holds:
 * no allocation on Windows does.
 */
static gfp_t eres_pool_gfp(void)
{
	return (eres_own_irql() >= DISPATCH_LEVEL ? GFP_ATOMIC : GFP_NOFS) | __GFP_NOWARN;
}

/*
 * Powers of two are naturally aligned in every release. From two pages on, the
 * page allocator and vmalloc() give whole pages.
 */
static PVOID eres_pool_allocate(SIZE_T size, gfp_t gfp)
{
	if (!size)
		return NULL;
	if (size <= 2 * PAGE_SIZE)
		size = roundup_pow_of_two(max_t(SIZE_T, size, ERES_POOL_ALIGN));
	/* Up to a page kvmalloc() does the same. */
	return size > PAGE_SIZE && gfpflags_allow_blocking(gfp) ? kvmalloc(size, gfp) :
								  kmalloc(size, gfp);
}

/**
 * ExAllocatePoolWithTag() - Allocate memory.
 * @PoolType: of no significance but for how to fail
 * @NumberOfBytes: how much; 0 gives %NULL
 * @Tag: of no significance
 *
 * Aligned to 16 bytes, to a page from a page on. Not initialised.
 *
 * Deviation: where POOL_RAISE_IF_ALLOCATION_FAILURE asks for an exception, the
 * answer is %NULL.
 *
 * Context: Any but NMI. Sleeps below DISPATCH_LEVEL.
 * Return: the memory, or %NULL.
 * DDI: wdm/nf-wdm-exallocatepoolwithtag
 */
PVOID ExAllocatePoolWithTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
	return eres_pool_allocate(NumberOfBytes, eres_pool_gfp());
}
EXPORT_SYMBOL_GPL(ExAllocatePoolWithTag);

/* As ExAllocatePoolWithTag(), with all bytes 0. */
PVOID ExAllocatePoolZero(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
	return eres_pool_allocate(NumberOfBytes, eres_pool_gfp() | __GFP_ZERO);
}
EXPORT_SYMBOL_GPL(ExAllocatePoolZero);

/**
 * ExAllocatePool2() - Allocate memory, by flags.
 * @Flags: %POOL_FLAG_NON_PAGED or its like; without %POOL_FLAG_UNINITIALIZED all
 *         bytes are 0
 * @NumberOfBytes: how much
 * @Tag: not 0
 *
 * Context: Any but NMI. Sleeps below DISPATCH_LEVEL.
 * Return: the memory; %NULL if there is none, for a tag or a size of 0, and for
 *         flags in the lower half that are not known.
 * DDI: wdm/nf-wdm-exallocatepool2
 */
PVOID ExAllocatePool2(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag)
{
	if (!Tag || lower_32_bits(Flags & ~ERES_POOL_KNOWN))
		return NULL;
	return eres_pool_allocate(NumberOfBytes, eres_pool_gfp() |
				  (Flags & POOL_FLAG_UNINITIALIZED ? 0 : __GFP_ZERO));
}
EXPORT_SYMBOL_GPL(ExAllocatePool2);

/**
 * FsRtlAllocatePoolWithTag() - Allocate memory that has to be there.
 * @PoolType: of no significance
 * @NumberOfBytes: how much; 0 gives %NULL
 * @Tag: of no significance
 *
 * Where Windows raises STATUS_INSUFFICIENT_RESOURCES, which no handler would get here,
 * it waits for memory, or at DISPATCH_LEVEL, where it can not, raises it.
 *
 * Context: Any but NMI. Sleeps below DISPATCH_LEVEL.
 * Return: the memory.
 * DDI: ntifs/nf-ntifs-fsrtlallocatepoolwithtag
 */
PVOID FsRtlAllocatePoolWithTag(POOL_TYPE PoolType, ULONG NumberOfBytes, ULONG Tag)
{
	gfp_t gfp = eres_pool_gfp();
	PVOID memory;

	if (gfpflags_allow_blocking(gfp))
		gfp |= __GFP_NOFAIL;
	memory = eres_pool_allocate(NumberOfBytes, gfp);
	if (unlikely(!memory && NumberOfBytes))
		ExRaiseStatus(STATUS_INSUFFICIENT_RESOURCES);
	return memory;
}
EXPORT_SYMBOL_GPL(FsRtlAllocatePoolWithTag);

/**
 * ExFreePoolWithTag() - Free memory from the pool.
 * @P: what one of the routines above has given
 * @Tag: of no significance: it is not compared
 *
 * Misuse: %NULL is warned about, once.
 *
 * Context: Any but NMI; large pieces not with a bare spinlock held.
 * DDI: wdm/nf-wdm-exfreepoolwithtag
 */
void ExFreePoolWithTag(PVOID P, ULONG Tag)
{
	if (!WARN_ON_ONCE(!P))
		kvfree(P);
}
EXPORT_SYMBOL_GPL(ExFreePoolWithTag);

void ExFreePool(PVOID P)
{
	ExFreePoolWithTag(P, 0);
}
EXPORT_SYMBOL_GPL(ExFreePool);
