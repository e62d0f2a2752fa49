// SPDX-License-Identifier: GPL-2.0-only
/* Pool: memory of the kernel, aligned as Windows' pool is. */
#include <linux/export.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/slab.h>

#define ERESOURCE_WDK
#include <ntddk.h>
#include <wdk/pool.h>

#include "pool.h"
#include "region/level.h"

#define ERES_POOL_ALIGN 16

/* The lower half of the flags; what is unknown in the upper one is ignored. */
#define ERES_POOL_KNOWN (POOL_FLAG_USE_QUOTA | POOL_FLAG_UNINITIALIZED | POOL_FLAG_SESSION | \
			 POOL_FLAG_CACHE_ALIGNED | POOL_FLAG_RAISE_ON_FAILURE | \
			 POOL_FLAG_NON_PAGED | POOL_FLAG_NON_PAGED_EXECUTE | POOL_FLAG_PAGED)

#define ERES_BAD_POOL_CALLER	0xC2
#define ERES_POOL_INVALID	0x46
#define ERES_EXCEPTION_NOT_HANDLED 0x1E

static const struct eres_misuse nothing =
	ERES_VIOLATION(0x0, "nnnn", "no bytes asked for",
		       "look at the size before: here the answer is NULL");
const struct eres_misuse eres_paged_too_high =
	ERES_VIOLATION(0x1, "nnnn", "paged pool used above APC_LEVEL",
		       "use nonpaged pool, or a nonpaged lookaside list");
static const struct eres_misuse in_interrupt =
	ERES_VIOLATION(0x2, "nnnn", "pool used in a hard interrupt",
		       "allocate in a DPC, or before");
static const struct eres_misuse quota_in_dpc =
	ERES_VIOLATION(0x10B, "nnnn", "quota charged in a DPC or interrupt",
		       "allocate without quota there: which process would pay is not defined");
static const struct eres_misuse raising =
	ERES_MISUSE(ERES_EXCEPTION_NOT_HANDLED, "nann", "KMODE_EXCEPTION_NOT_HANDLED",
		    "no memory, and an exception asked for, which nothing would handle",
		    "look whether the answer is NULL, and do not ask for exceptions");
static const struct eres_misuse free_nothing =
	ERES_MISUSE(ERES_BAD_POOL_CALLER, "nann", "BAD_POOL_CALLER", "NULL freed",
		    "free what has been allocated, and that once");

/* What is asked for, and how it is to fail. */
struct eres_pool_ask {
	u64 type;
	SIZE_T size;
	bool paged;
	/* The caller has complained of the level, if it is too high. */
	bool level_told;
	/* By the process of the caller: for complaints only. */
	bool quota;
	/* By an exception; or not at all, where it may sleep. */
	bool raises, must_succeed;
};

/*
 * Reclaim must not come back into a driver whose locks the caller holds: no allocation on
 * Windows does. Nobody says whether that is a file system, or the disk to which reclaim
 * would write: so it does no I/O at all.
 */
static __always_inline gfp_t eres_pool_gfp(KIRQL irql)
{
	return (irql >= DISPATCH_LEVEL ? GFP_ATOMIC : GFP_NOIO) | __GFP_NOWARN;
}

/*
 * Powers of two are naturally aligned in every release. From two pages on, the
 * page allocator and vmalloc() give whole pages. On PREEMPT_RT there is none where
 * preemption or interrupts are off.
 */
static PVOID eres_pool_allocate(SIZE_T size, gfp_t gfp)
{
	if (!size || !eres_may_allocate())
		return NULL;
	if (size <= 2 * PAGE_SIZE)
		size = roundup_pow_of_two(max_t(SIZE_T, size, ERES_POOL_ALIGN));
	/* Up to a page kvmalloc() does the same. */
	return size > PAGE_SIZE && gfpflags_allow_blocking(gfp) ? kvmalloc(size, gfp) :
								  kmalloc(size, gfp);
}

static void eres_pool_raise(struct eres_call call, NTSTATUS status)
{
	eres_complain(&raising, ERES_OBJECT("pool", NULL), call, (u32)status,
		      (unsigned long)call.caller, 0);
}

/* One complaint for each call: about how it was made, or else about what came of it. */
static noinline void eres_pool_complain(const struct eres_pool_ask *ask, PVOID memory, KIRQL irql,
					struct eres_call call)
{
	const struct eres_misuse *misuse = NULL;

	if (in_hardirq())
		irql = ERES_DEVICE_LEVEL;
	if (!ask->size)
		misuse = &nothing;
	else if (!ask->level_told && ask->paged && irql > APC_LEVEL)
		misuse = &eres_paged_too_high;
	else if (!ask->level_told && irql > DISPATCH_LEVEL)
		misuse = &in_interrupt;
	else if (ask->quota && !in_task())
		misuse = &quota_in_dpc;

	if (misuse)
		eres_complain(misuse, ERES_OBJECT("pool", memory), call, irql, ask->type,
			      ask->size);
	else if (!memory && ask->raises)
		eres_pool_raise(call, STATUS_INSUFFICIENT_RESOURCES);
}

/* The caller sees the report; memory of the kernel is there at any level. */
static __always_inline PVOID eres_pool_serve(const struct eres_pool_ask *ask, gfp_t more,
					     struct eres_call call)
{
	KIRQL irql = eres_own_irql();
	gfp_t gfp = eres_pool_gfp(irql) | more;
	PVOID memory;

	if (ask->must_succeed && gfpflags_allow_blocking(gfp))
		gfp |= __GFP_NOFAIL;
	memory = eres_pool_allocate(ask->size, gfp);
	if (unlikely(!memory) ||
	    unlikely(irql > APC_LEVEL && !ask->level_told &&
		     (ask->paged || ask->quota || in_hardirq())))
		eres_pool_complain(ask, memory, irql, call);
	return memory;
}

/* The caller looks at nothing. */
static __always_inline PVOID eres_pool_must_serve(struct eres_pool_ask *ask,
						  struct eres_call call)
{
	PVOID memory;

	/* It is not NULL that would have to be complained of. */
	ask->raises = false;
	ask->must_succeed = true;
	memory = eres_pool_serve(ask, 0, call);
	if (unlikely(!memory && ask->size))
		ExRaiseStatus(STATUS_INSUFFICIENT_RESOURCES);
	return memory;
}

static __always_inline struct eres_pool_ask eres_pool_ask(POOL_TYPE type, SIZE_T size)
{
	return (struct eres_pool_ask){
		.type = type,
		.size = size,
		.paged = type & PagedPool,
		.raises = type & POOL_RAISE_IF_ALLOCATION_FAILURE,
	};
}

static __always_inline struct eres_pool_ask eres_pool_ask_quota(POOL_TYPE type, SIZE_T size)
{
	struct eres_pool_ask ask = eres_pool_ask(type, size);

	ask.quota = true;
	ask.raises = !(type & POOL_QUOTA_FAIL_INSTEAD_OF_RAISE);
	return ask;
}

/* As ExAllocatePoolWithTag(). Who calls has looked at the level if the type is paged. */
PVOID eres_pool_for_list(POOL_TYPE type, SIZE_T size, struct eres_call call)
{
	struct eres_pool_ask ask = eres_pool_ask(type, size);

	ask.level_told = ask.paged;
	return eres_pool_serve(&ask, 0, call);
}

/**
 * ExAllocatePoolWithTag() - Allocate memory.
 * @PoolType: of no significance but for what is reported
 * @NumberOfBytes: how much; 0 gives %NULL
 * @Tag: of no significance
 *
 * Aligned to 16 bytes, to a page from a page on. Not initialised.
 *
 * Deviation: where POOL_RAISE_IF_ALLOCATION_FAILURE asks for an exception, the
 * answer is %NULL, and reported (0x1E with STATUS_INSUFFICIENT_RESOURCES).
 *
 * Misuse: 0 bytes (0xC4/0), a paged type above APC_LEVEL (0xC4/1), or a hard interrupt
 * (0xC4/2) are reported; the latter two are served.
 *
 * Context: Any but NMI (Windows: IRQL <= DISPATCH_LEVEL). Sleeps below DISPATCH_LEVEL.
 *          On PREEMPT_RT there is none with preemption or interrupts off: %NULL.
 * Return: the memory, or %NULL.
 * DDI: wdm/nf-wdm-exallocatepoolwithtag
 */
PVOID ExAllocatePoolWithTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
	struct eres_call call = ERES_CALL();
	struct eres_pool_ask ask = eres_pool_ask(PoolType, NumberOfBytes);

	return eres_pool_serve(&ask, 0, call);
}
EXPORT_SYMBOL_GPL(ExAllocatePoolWithTag);

/* As ExAllocatePoolWithTag(). */
PVOID ExAllocatePool(POOL_TYPE PoolType, SIZE_T NumberOfBytes)
{
	struct eres_call call = ERES_CALL();
	struct eres_pool_ask ask = eres_pool_ask(PoolType, NumberOfBytes);

	return eres_pool_serve(&ask, 0, call);
}
EXPORT_SYMBOL_GPL(ExAllocatePool);

/* As ExAllocatePoolWithTag(), whatever the priority. */
PVOID ExAllocatePoolWithTagPriority(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag,
				    EX_POOL_PRIORITY Priority)
{
	struct eres_call call = ERES_CALL();
	struct eres_pool_ask ask = eres_pool_ask(PoolType, NumberOfBytes);

	return eres_pool_serve(&ask, 0, call);
}
EXPORT_SYMBOL_GPL(ExAllocatePoolWithTagPriority);

/**
 * ExAllocatePoolWithQuotaTag() - Allocate memory for the process of the caller.
 * @PoolType: of no significance but for what is reported
 * @NumberOfBytes: how much; 0 gives %NULL
 * @Tag: of no significance
 *
 * Deviation: no process is charged: there is no quota. Where Windows raises an exception,
 * which it does unless POOL_QUOTA_FAIL_INSTEAD_OF_RAISE forbids it, the answer is %NULL,
 * and reported (0x1E with STATUS_INSUFFICIENT_RESOURCES).
 *
 * Misuse: as ExAllocatePoolWithTag(); in a DPC or interrupt it is reported (0xC4/0x10B), and
 * served.
 *
 * Context: As ExAllocatePoolWithTag().
 * Return: the memory, or %NULL. Not initialised.
 * DDI: wdm/nf-wdm-exallocatepoolwithquotatag
 */
PVOID ExAllocatePoolWithQuotaTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
	struct eres_call call = ERES_CALL();
	struct eres_pool_ask ask = eres_pool_ask_quota(PoolType, NumberOfBytes);

	return eres_pool_serve(&ask, 0, call);
}
EXPORT_SYMBOL_GPL(ExAllocatePoolWithQuotaTag);

/* As ExAllocatePoolWithQuotaTag(). */
PVOID ExAllocatePoolWithQuota(POOL_TYPE PoolType, SIZE_T NumberOfBytes)
{
	struct eres_call call = ERES_CALL();
	struct eres_pool_ask ask = eres_pool_ask_quota(PoolType, NumberOfBytes);

	return eres_pool_serve(&ask, 0, call);
}
EXPORT_SYMBOL_GPL(ExAllocatePoolWithQuota);

/* As ExAllocatePoolWithQuotaTag(), with all bytes 0. */
PVOID ExAllocatePoolQuotaZero(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
	struct eres_call call = ERES_CALL();
	struct eres_pool_ask ask = eres_pool_ask_quota(PoolType, NumberOfBytes);

	return eres_pool_serve(&ask, __GFP_ZERO, call);
}
EXPORT_SYMBOL_GPL(ExAllocatePoolQuotaZero);

/* As ExAllocatePoolWithTag(), with all bytes 0. */
PVOID ExAllocatePoolZero(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
	struct eres_call call = ERES_CALL();
	struct eres_pool_ask ask = eres_pool_ask(PoolType, NumberOfBytes);

	return eres_pool_serve(&ask, __GFP_ZERO, call);
}
EXPORT_SYMBOL_GPL(ExAllocatePoolZero);

/**
 * ExAllocatePool2() - Allocate memory, by flags.
 * @Flags: %POOL_FLAG_NON_PAGED or its like; without %POOL_FLAG_UNINITIALIZED all
 *         bytes are 0
 * @NumberOfBytes: how much
 * @Tag: not 0
 *
 * Deviation: where %POOL_FLAG_RAISE_ON_FAILURE asks for an exception, the answer is
 * %NULL, and reported (0x1E with STATUS_INSUFFICIENT_RESOURCES, or for a tag or flags
 * that can not be STATUS_INVALID_PARAMETER). With %POOL_FLAG_USE_QUOTA no process is
 * charged.
 *
 * Misuse: as ExAllocatePoolWithTag(), and with quota as ExAllocatePoolWithQuotaTag().
 *
 * Context: As ExAllocatePoolWithTag().
 * Return: the memory; %NULL if there is none, for a tag or a size of 0, and for
 *         flags in the lower half that are not known.
 * DDI: wdm/nf-wdm-exallocatepool2
 */
PVOID ExAllocatePool2(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag)
{
	struct eres_call call = ERES_CALL();
	struct eres_pool_ask ask = {
		.type = Flags,
		.size = NumberOfBytes,
		.paged = Flags & POOL_FLAG_PAGED,
		.quota = Flags & POOL_FLAG_USE_QUOTA,
		.raises = Flags & POOL_FLAG_RAISE_ON_FAILURE,
	};

	if (unlikely(!Tag || lower_32_bits(Flags & ~ERES_POOL_KNOWN))) {
		if (ask.raises)
			eres_pool_raise(call, STATUS_INVALID_PARAMETER);
		return NULL;
	}
	return eres_pool_serve(&ask, Flags & POOL_FLAG_UNINITIALIZED ? 0 : __GFP_ZERO, call);
}
EXPORT_SYMBOL_GPL(ExAllocatePool2);

/**
 * FsRtlAllocatePoolWithTag() - Allocate memory that has to be there.
 * @PoolType: of no significance but for what is reported
 * @NumberOfBytes: how much; 0 gives %NULL
 * @Tag: of no significance
 *
 * Where Windows raises STATUS_INSUFFICIENT_RESOURCES, which no handler would get here,
 * it waits for memory, or at DISPATCH_LEVEL, where it can not, raises it.
 *
 * Misuse: as ExAllocatePoolWithTag().
 *
 * Context: As ExAllocatePoolWithTag().
 * Return: the memory.
 * DDI: ntifs/nf-ntifs-fsrtlallocatepoolwithtag
 */
PVOID FsRtlAllocatePoolWithTag(POOL_TYPE PoolType, ULONG NumberOfBytes, ULONG Tag)
{
	struct eres_call call = ERES_CALL();
	struct eres_pool_ask ask = eres_pool_ask(PoolType, NumberOfBytes);

	return eres_pool_must_serve(&ask, call);
}
EXPORT_SYMBOL_GPL(FsRtlAllocatePoolWithTag);

/* As FsRtlAllocatePoolWithTag(), and what is said of quota by ExAllocatePoolWithQuotaTag(). */
PVOID FsRtlAllocatePoolWithQuotaTag(POOL_TYPE PoolType, ULONG NumberOfBytes, ULONG Tag)
{
	struct eres_call call = ERES_CALL();
	struct eres_pool_ask ask = eres_pool_ask_quota(PoolType, NumberOfBytes);

	return eres_pool_must_serve(&ask, call);
}
EXPORT_SYMBOL_GPL(FsRtlAllocatePoolWithQuotaTag);

static noinline void eres_pool_free_nothing(const char *routine, unsigned long caller)
{
	struct eres_call call = { .routine = routine, .caller = (void *)caller };

	eres_complain(&free_nothing, ERES_OBJECT("pool", NULL), call, ERES_POOL_INVALID, 0, 0);
}

/**
 * ExFreePoolWithTag() - Free memory from the pool.
 * @P: what one of the routines above has given
 * @Tag: of no significance: it is not compared
 *
 * Misuse: %NULL is reported (0xC2/0x46). What was freed already, or is not from the pool,
 * is the allocator's to notice: KASAN tells of both.
 *
 * Context: Any but NMI; on PREEMPT_RT not with preemption or interrupts off; large pieces
 *          not with a bare spinlock held (Windows: IRQL <= DISPATCH_LEVEL).
 * DDI: wdm/nf-wdm-exfreepoolwithtag
 */
void ExFreePoolWithTag(PVOID P, ULONG Tag)
{
	if (likely(P))
		kvfree(P);
	else
		eres_pool_free_nothing(__func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExFreePoolWithTag);

void ExFreePool(PVOID P)
{
	if (likely(P))
		kvfree(P);
	else
		eres_pool_free_nothing(__func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExFreePool);
