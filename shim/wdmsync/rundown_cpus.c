// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rundown protection with a word for each processor, so that those who acquire it do
 * not fight for one cache line. All in one piece of memory, that may be the driver's and
 * that nobody gives back: so no percpu_ref.
 *
 * Each word is as that of rundown.c, but its count is signed: a release may be on
 * another processor than the acquire. Who waits closes one word after the other, by
 * xchg to EX_RUNDOWN_ACTIVE, and adds what it has counted to @left, to which releases go
 * that find a closed word. @left holds one reference more until all are closed: then
 * it is right, and when it is 0 nobody is left. Words are opened one after the other,
 * too: what was acquired by one that is open and released by one that is not yet leaves
 * @left below 0, and that word above, until both are added up again.
 *
 * Who gives up the last reference, and finds its word closed, touches nothing after
 * @left, by an operation that is a full barrier.
 */
#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/export.h>
#include <linux/smp.h>
#include <linux/wait_bit.h>

#include "rundown.h"

#define RUNDOWN_MAGIC	0x52554e44

struct eres_rundown_slot {
	atomic_long_t word;
	/* What Windows' cache lines have. */
	u8 pad[64 - sizeof(atomic_long_t)];
};

struct _EX_RUNDOWN_REF_CACHE_AWARE {
	/* As the word of a plain one: EX_RUNDOWN_ACTIVE from when somebody waits. */
	atomic_long_t left;
	u32 magic;
	u32 slots;
	u8 pad[48];
	struct eres_rundown_slot slot[];
};

#define RUNDOWN_SIZE(slots)	\
	(sizeof(struct _EX_RUNDOWN_REF_CACHE_AWARE) + (slots) * sizeof(struct eres_rundown_slot))

static const struct eres_misuse too_small =
	ERES_MISUSE(0x16C, "nann", "INVALID_RUNDOWN_PROTECTION_FLAGS",
		    "too little memory for cache-aware rundown protection",
		    "as much as ExSizeOfRundownProtectionCacheAware() says");
static const struct eres_misuse uninitialized =
	ERES_VIOLATION(ERES_W_UNINITIALIZED, "nann", "uninitialised rundown protection used",
		       "initialise it first; or was it freed, or overwritten?");

static u32 eres_rundown_magic(PEX_RUNDOWN_REF_CACHE_AWARE ref)
{
	return lower_32_bits((unsigned long)ref) ^ RUNDOWN_MAGIC;
}

static noinline bool eres_rundown_refuse_cpus(PEX_RUNDOWN_REF_CACHE_AWARE ref,
					      struct eres_call call)
{
	eres_complain(&uninitialized, ERES_OBJECT("rundown protection", ref), call,
		      (unsigned long)ref, 0, 0);
	return false;
}

static __always_inline bool eres_rundown_check_cpus(PEX_RUNDOWN_REF_CACHE_AWARE ref,
						    struct eres_call call)
{
	return eres_check_object("rundown protection", ref, call) &&
	       (likely(ref->magic == eres_rundown_magic(ref)) ||
		eres_rundown_refuse_cpus(ref, call));
}

/* Who acquires it, by the cmpxchg of a word, sees what has been made ready before. */
static void eres_rundown_open(PEX_RUNDOWN_REF_CACHE_AWARE ref)
{
	u32 i;

	atomic_long_set(&ref->left, 0);
	for (i = 0; i < ref->slots; i++)
		atomic_long_set_release(&ref->slot[i].word, 0);
}

/**
 * ExSizeOfRundownProtectionCacheAware() - How much memory it needs here.
 *
 * Context: Any.
 * Return: bytes, for ExInitializeRundownProtectionCacheAware().
 * DDI: wdm/nf-wdm-exsizeofrundownprotectioncacheaware
 */
SIZE_T ExSizeOfRundownProtectionCacheAware(void)
{
	return RUNDOWN_SIZE(num_possible_cpus());
}
EXPORT_SYMBOL_GPL(ExSizeOfRundownProtectionCacheAware);

/**
 * ExInitializeRundownProtectionCacheAware() - Make rundown protection of the driver's
 *	memory.
 * @RunRefCacheAware: the memory; nobody has to be told when it goes
 * @RunRefSize: how much
 *
 * Misuse: too little memory (0x16C) is left as it is.
 *
 * Context: Any (Windows: IRQL <= APC_LEVEL).
 * DDI: wdm/nf-wdm-exinitializerundownprotectioncacheaware
 */
void ExInitializeRundownProtectionCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware,
					     SIZE_T RunRefSize)
{
	struct eres_call call = ERES_CALL();
	PEX_RUNDOWN_REF_CACHE_AWARE ref = RunRefCacheAware;

	if (!eres_check_object("rundown protection", ref, call))
		return;
	if (RunRefSize < RUNDOWN_SIZE(1)) {
		eres_rundown_complain(&too_small, ref, RunRefSize, call);
		return;
	}
	ref->slots = min_t(SIZE_T, (RunRefSize - RUNDOWN_SIZE(0)) / sizeof(ref->slot[0]),
			   num_possible_cpus());
	eres_rundown_open(ref);
	ref->magic = eres_rundown_magic(ref);
}
EXPORT_SYMBOL_GPL(ExInitializeRundownProtectionCacheAware);

/**
 * ExAllocateCacheAwareRundownProtection() - Allocate rundown protection, and make it
 *	usable.
 * @PoolType: as ExAllocatePoolWithTag()
 * @PoolTag: as well
 *
 * Context: Any but NMI (Windows: IRQL <= APC_LEVEL). Sleeps below DISPATCH_LEVEL.
 * Return: it, for ExFreeCacheAwareRundownProtection(); or %NULL.
 * DDI: wdm/nf-wdm-exallocatecacheawarerundownprotection
 */
PEX_RUNDOWN_REF_CACHE_AWARE ExAllocateCacheAwareRundownProtection(POOL_TYPE PoolType,
								  ULONG PoolTag)
{
	SIZE_T size = ExSizeOfRundownProtectionCacheAware();
	PEX_RUNDOWN_REF_CACHE_AWARE ref = ExAllocatePoolWithTag(PoolType, size, PoolTag);

	if (ref)
		ExInitializeRundownProtectionCacheAware(ref, size);
	return ref;
}
EXPORT_SYMBOL_GPL(ExAllocateCacheAwareRundownProtection);

void ExFreeCacheAwareRundownProtection(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware)
{
	struct eres_call call = ERES_CALL();

	if (!eres_rundown_check_cpus(RunRefCacheAware, call))
		return;
	RunRefCacheAware->magic = 0;
	ExFreePool(RunRefCacheAware);
}
EXPORT_SYMBOL_GPL(ExFreeCacheAwareRundownProtection);

/* It need not be this processor's by the time it is used. */
static atomic_long_t *eres_rundown_word(PEX_RUNDOWN_REF_CACHE_AWARE ref)
{
	return &ref->slot[raw_smp_processor_id() % ref->slots].word;
}

/* Add to a word that is not closed. False: it is. */
static bool eres_rundown_add(atomic_long_t *word, long count)
{
	long old = atomic_long_read(word);

	do {
		if (old & EX_RUNDOWN_ACTIVE)
			return false;
	} while (!atomic_long_try_cmpxchg(word, &old, old + count * ERES_RUNDOWN_ONE));
	return true;
}

static __always_inline bool eres_rundown_acquire_cpu(PEX_RUNDOWN_REF_CACHE_AWARE ref,
						     ULONG count,
						     struct eres_call call)
{
	return eres_rundown_check_cpus(ref, call) &&
	       eres_rundown_add(eres_rundown_word(ref), count);
}

static __always_inline void eres_rundown_release_cpu(PEX_RUNDOWN_REF_CACHE_AWARE ref,
						     ULONG count,
						     struct eres_call call)
{
	if (!eres_rundown_check_cpus(ref, call) ||
	    eres_rundown_add(eres_rundown_word(ref), -(long)count))
		return;
	/* The waiter may free it from here on: only the address. */
	if (atomic_long_sub_return(count * ERES_RUNDOWN_ONE, &ref->left) < ERES_RUNDOWN_ONE)
		wake_up_var(&ref->left);
}

/* The same as those of rundown.c. */
BOOLEAN ExAcquireRundownProtectionCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware)
{
	struct eres_call call = ERES_CALL();

	return eres_rundown_acquire_cpu(RunRefCacheAware, 1, call);
}
EXPORT_SYMBOL_GPL(ExAcquireRundownProtectionCacheAware);

BOOLEAN ExAcquireRundownProtectionCacheAwareEx(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware,
					       ULONG Count)
{
	struct eres_call call = ERES_CALL();

	return eres_rundown_acquire_cpu(RunRefCacheAware, Count, call);
}
EXPORT_SYMBOL_GPL(ExAcquireRundownProtectionCacheAwareEx);

void ExReleaseRundownProtectionCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware)
{
	struct eres_call call = ERES_CALL();

	eres_rundown_release_cpu(RunRefCacheAware, 1, call);
}
EXPORT_SYMBOL_GPL(ExReleaseRundownProtectionCacheAware);

void ExReleaseRundownProtectionCacheAwareEx(PEX_RUNDOWN_REF_CACHE_AWARE RunRef, ULONG Count)
{
	struct eres_call call = ERES_CALL();

	eres_rundown_release_cpu(RunRef, Count, call);
}
EXPORT_SYMBOL_GPL(ExReleaseRundownProtectionCacheAwareEx);

static void eres_rundown_close(PEX_RUNDOWN_REF_CACHE_AWARE ref)
{
	u32 i;

	for (i = 0; i < ref->slots; i++)
		atomic_long_add(atomic_long_xchg(&ref->slot[i].word, EX_RUNDOWN_ACTIVE) &
					~(long)EX_RUNDOWN_ACTIVE, &ref->left);
	atomic_long_sub(ERES_RUNDOWN_ONE, &ref->left);
}

/**
 * ExWaitForRundownProtectionReleaseCacheAware() - Run an object down.
 * @RunRef: its protection
 *
 * As ExWaitForRundownProtectionRelease(). That there were more releases than acquires
 * is noticed here (0x16C).
 *
 * Context: Task context (Windows: IRQL <= APC_LEVEL). Sleeps, uninterruptibly.
 * DDI: wdm/nf-wdm-exwaitforrundownprotectionreleasecacheaware
 */
void ExWaitForRundownProtectionReleaseCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE RunRef)
{
	struct eres_call call = ERES_CALL();
	struct eres_thread *thread;
	long left;

	if (!eres_rundown_check_cpus(RunRef, call))
		return;
	left = atomic_long_read(&RunRef->left);
	while (!(left & EX_RUNDOWN_ACTIVE) &&
	       !atomic_long_try_cmpxchg(&RunRef->left, &left,
					left + ERES_RUNDOWN_ONE + EX_RUNDOWN_ACTIVE))
		;
	if (!(left & EX_RUNDOWN_ACTIVE))
		eres_rundown_close(RunRef);
	else if (left >= ERES_RUNDOWN_ONE)
		eres_rundown_complain(&eres_rundown_waited_for, RunRef, left, call);
	left = atomic_long_read_acquire(&RunRef->left);
	if (unlikely(left < 0))
		eres_rundown_complain(&eres_rundown_released, RunRef, left, call);
	if (left < ERES_RUNDOWN_ONE || !eres_rundown_may_wait(RunRef, call))
		return;
	thread = eres_rundown_wait_begin(RunRef, call);
	/* Pairs with the barrier of who has released last. */
	wait_var_event(&RunRef->left,
		       atomic_long_read_acquire(&RunRef->left) < ERES_RUNDOWN_ONE);
	eres_object_wait_end(thread);
}
EXPORT_SYMBOL_GPL(ExWaitForRundownProtectionReleaseCacheAware);

/* It has been run down; else that is reported. */
static bool eres_rundown_is_down(PEX_RUNDOWN_REF_CACHE_AWARE ref,
				 struct eres_call call)
{
	long left;

	if (!eres_rundown_check_cpus(ref, call))
		return false;
	left = atomic_long_read(&ref->left);
	if (likely(left & EX_RUNDOWN_ACTIVE && left < ERES_RUNDOWN_ONE))
		return true;
	eres_rundown_complain(&eres_rundown_in_use, ref, left, call);
	return false;
}

void ExRundownCompletedCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware)
{
	struct eres_call call = ERES_CALL();

	/* It stays as it is. */
	eres_rundown_is_down(RunRefCacheAware, call);
}
EXPORT_SYMBOL_GPL(ExRundownCompletedCacheAware);

void ExReInitializeRundownProtectionCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware)
{
	struct eres_call call = ERES_CALL();

	if (eres_rundown_is_down(RunRefCacheAware, call))
		eres_rundown_open(RunRefCacheAware);
}
EXPORT_SYMBOL_GPL(ExReInitializeRundownProtectionCacheAware);
