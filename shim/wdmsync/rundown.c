// SPDX-License-Identifier: GPL-2.0-only
/*
 * EX_RUNDOWN_REF: references that end once somebody waits for that.
 *
 * One word, which drivers look at, and may initialise by themselves: bit 0,
 * EX_RUNDOWN_ACTIVE, from when somebody waits for the references to go, until it is
 * initialised again; and twice the number of references. All changes are by cmpxchg:
 * no reference is added once bit 0 is set.
 *
 * The last access of who gives up the last reference is that cmpxchg: the waiter may
 * free the word when it returns. It is woken by the address alone. The cmpxchg is a full
 * barrier, before it is looked whether anybody waits, and before what the waiter does.
 */
#include <linux/atomic.h>
#include <linux/export.h>
#include <linux/preempt.h>
#include <linux/wait_bit.h>

#include "rundown.h"

#define INVALID_RUNDOWN(text, cure)					\
	ERES_MISUSE(0x16C, "nann", "INVALID_RUNDOWN_PROTECTION_FLAGS", text, cure)

const struct eres_misuse eres_rundown_released =
	INVALID_RUNDOWN("rundown protection released that nobody has acquired",
			"release once for each acquire that returned TRUE");
const struct eres_misuse eres_rundown_in_use =
	INVALID_RUNDOWN("rundown protection ended or begun again while in use",
			"call it after ExWaitForRundownProtectionRelease() has returned");
const struct eres_misuse eres_rundown_waited_for =
	INVALID_RUNDOWN("two threads wait for the same rundown",
			"one thread waits; the others see that they can not acquire");
static const struct eres_misuse wait_too_high =
	ERES_MISUSE(ERES_IRQL_NOT_LESS_OR_EQUAL, "annn", "IRQL_NOT_LESS_OR_EQUAL",
		    "rundown waited for above APC_LEVEL",
		    "wait before the IRQL is raised: here nothing is waited for");

/* @word: what was found. */
void eres_rundown_complain(const struct eres_misuse *misuse, const void *ref,
			   unsigned long word, struct eres_call call)
{
	eres_complain(misuse, ERES_OBJECT("rundown protection", ref), call, word,
		      (unsigned long)ref, 0);
}

/* The caller may sleep; else that is reported. */
bool eres_rundown_may_wait(const void *ref, struct eres_call call)
{
	KIRQL irql = KeGetCurrentIrql();

	if (likely(irql <= APC_LEVEL))
		return true;
	eres_complain(&wait_too_high, ERES_OBJECT("rundown protection", ref), call,
		      (unsigned long)ref, irql, 0);
	return false;
}

/* For eres_object_wait_end(). Nobody knows who has acquired it. */
struct eres_thread *eres_rundown_wait_begin(const void *ref, struct eres_call call)
{
	return eres_object_wait_begin(&(struct eres_object_wait){
		.object = ref, .kind = "rundown protection", .count = 1,
		.module = THIS_MODULE, .call = call,
	});
}

static __always_inline bool eres_rundown_check(PEX_RUNDOWN_REF ref,
					       struct eres_call call)
{
	return eres_check_object("rundown protection", ref, call);
}

static __always_inline bool eres_rundown_acquire(PEX_RUNDOWN_REF ref, ULONG count,
						 struct eres_call call)
{
	ULONG_PTR word;

	if (!eres_rundown_check(ref, call))
		return false;
	do {
		word = READ_ONCE(ref->Count);
		if (word & EX_RUNDOWN_ACTIVE)
			return false;
	} while (cmpxchg_acquire(&ref->Count, word, word + count * ERES_RUNDOWN_ONE) != word);
	return true;
}

static __always_inline void eres_rundown_release(PEX_RUNDOWN_REF ref, ULONG count,
						 struct eres_call call)
{
	ULONG_PTR word, next;

	if (!eres_rundown_check(ref, call))
		return;
	do {
		word = READ_ONCE(ref->Count);
		if (unlikely(word / ERES_RUNDOWN_ONE < count)) {
			eres_rundown_complain(&eres_rundown_released, ref, word, call);
			return;
		}
		next = word - count * ERES_RUNDOWN_ONE;
	} while (cmpxchg(&ref->Count, word, next) != word);
	/* Only the address from here on. */
	if (next == EX_RUNDOWN_ACTIVE)
		wake_up_var(&ref->Count);
}

/**
 * ExInitializeRundownProtection() - Make rundown protection usable.
 * @RunRef: the protection; its previous content does not matter
 *
 * No routine ends it. It may be initialised by the driver: with 0, or, run down, with
 * EX_RUNDOWN_ACTIVE.
 *
 * Context: Any (Windows: IRQL <= APC_LEVEL).
 * DDI: wdm/nf-wdm-exinitializerundownprotection
 */
void ExInitializeRundownProtection(PEX_RUNDOWN_REF RunRef)
{
	struct eres_call call = ERES_CALL();

	if (eres_rundown_check(RunRef, call))
		WRITE_ONCE(RunRef->Count, 0);
}
EXPORT_SYMBOL_GPL(ExInitializeRundownProtection);

/**
 * ExAcquireRundownProtection() - Keep an object from being run down.
 * @RunRef: its protection
 *
 * Misuse: what is no memory (0xC4/0xE1) gets FALSE.
 *
 * Context: Any (Windows: IRQL <= DISPATCH_LEVEL). Never sleeps.
 * Return: TRUE: until the release. FALSE: the rundown has begun.
 * DDI: wdm/nf-wdm-exacquirerundownprotection
 */
BOOLEAN ExAcquireRundownProtection(PEX_RUNDOWN_REF RunRef)
{
	struct eres_call call = ERES_CALL();

	return eres_rundown_acquire(RunRef, 1, call);
}
EXPORT_SYMBOL_GPL(ExAcquireRundownProtection);

/* As ExAcquireRundownProtection(), @Count times. */
BOOLEAN ExAcquireRundownProtectionEx(PEX_RUNDOWN_REF RunRef, ULONG Count)
{
	struct eres_call call = ERES_CALL();

	return eres_rundown_acquire(RunRef, Count, call);
}
EXPORT_SYMBOL_GPL(ExAcquireRundownProtectionEx);

/**
 * ExReleaseRundownProtection() - Let an object be run down, as far as the caller goes.
 * @RunRef: its protection, which any thread may have acquired
 *
 * Misuse: more releases than acquires are reported (0x16C), and nothing is released.
 *
 * Context: Any, but not hard interrupts on PREEMPT_RT (Windows: IRQL <= DISPATCH_LEVEL).
 *          Never sleeps.
 * DDI: wdm/nf-wdm-exreleaserundownprotection
 */
void ExReleaseRundownProtection(PEX_RUNDOWN_REF RunRef)
{
	struct eres_call call = ERES_CALL();

	eres_rundown_release(RunRef, 1, call);
}
EXPORT_SYMBOL_GPL(ExReleaseRundownProtection);

/* As ExReleaseRundownProtection(), @Count times. */
void ExReleaseRundownProtectionEx(PEX_RUNDOWN_REF RunRef, ULONG Count)
{
	struct eres_call call = ERES_CALL();

	eres_rundown_release(RunRef, Count, call);
}
EXPORT_SYMBOL_GPL(ExReleaseRundownProtectionEx);

/**
 * ExWaitForRundownProtectionRelease() - Run an object down.
 * @RunRef: its protection
 *
 * From now on nobody acquires it; returns when all who have are done, and at once if
 * it is run down already. Afterwards the object, with @RunRef in it, may be freed.
 *
 * Misuse: a second thread that waits at the same time is reported (0x16C), and waits.
 * Above APC_LEVEL nothing is waited for (0xA).
 *
 * Context: Task context (Windows: IRQL <= APC_LEVEL). Sleeps, uninterruptibly.
 * DDI: wdm/nf-wdm-exwaitforrundownprotectionrelease
 */
void ExWaitForRundownProtectionRelease(PEX_RUNDOWN_REF RunRef)
{
	struct eres_call call = ERES_CALL();
	struct eres_thread *thread;
	ULONG_PTR word;

	if (!eres_rundown_check(RunRef, call))
		return;
	do {
		word = READ_ONCE(RunRef->Count);
	} while (cmpxchg(&RunRef->Count, word, word | EX_RUNDOWN_ACTIVE) != word);
	if (word < ERES_RUNDOWN_ONE)
		return;
	if (unlikely(word & EX_RUNDOWN_ACTIVE))
		eres_rundown_complain(&eres_rundown_waited_for, RunRef, word, call);
	if (!eres_rundown_may_wait(RunRef, call))
		return;
	thread = eres_rundown_wait_begin(RunRef, call);
	/* Pairs with the barrier of the cmpxchg of who has released last. */
	wait_var_event(&RunRef->Count, smp_load_acquire(&RunRef->Count) < ERES_RUNDOWN_ONE);
	eres_object_wait_end(thread);
}
EXPORT_SYMBOL_GPL(ExWaitForRundownProtectionRelease);

/* From run down to @to. */
static void eres_rundown_set(PEX_RUNDOWN_REF ref, ULONG_PTR to, struct eres_call call)
{
	ULONG_PTR word;

	if (!eres_rundown_check(ref, call))
		return;
	word = READ_ONCE(ref->Count);
	if (unlikely(word != EX_RUNDOWN_ACTIVE))
		eres_rundown_complain(&eres_rundown_in_use, ref, word, call);
	/* In use it stays as it is. */
	if (word < ERES_RUNDOWN_ONE)
		cmpxchg(&ref->Count, word, to);
}

/**
 * ExRundownCompleted() - Say that an object is run down.
 * @RunRef: its protection, after ExWaitForRundownProtectionRelease()
 *
 * Misuse: before that it is reported (0x16C); in use, it is left as it is.
 *
 * Context: Any (Windows: IRQL <= APC_LEVEL).
 * DDI: wdm/nf-wdm-exrundowncompleted
 */
void ExRundownCompleted(PEX_RUNDOWN_REF RunRef)
{
	struct eres_call call = ERES_CALL();

	eres_rundown_set(RunRef, EX_RUNDOWN_ACTIVE, call);
}
EXPORT_SYMBOL_GPL(ExRundownCompleted);

/**
 * ExReInitializeRundownProtection() - Let an object be acquired again.
 * @RunRef: its protection, after ExWaitForRundownProtectionRelease()
 *
 * Misuse: before that it is reported (0x16C); in use, it is left as it is.
 *
 * Context: Any (Windows: IRQL <= APC_LEVEL).
 * DDI: wdm/nf-wdm-exreinitializerundownprotection
 */
void ExReInitializeRundownProtection(PEX_RUNDOWN_REF RunRef)
{
	struct eres_call call = ERES_CALL();

	eres_rundown_set(RunRef, 0, call);
}
EXPORT_SYMBOL_GPL(ExReInitializeRundownProtection);
