// SPDX-License-Identifier: GPL-2.0-only
/*
 * FAST_MUTEX: owned.h, at APC_LEVEL. The level before is kept in the mutex: written
 * once the mutex is owned, read before it is given up. Raised before the mutex is
 * asked for, so that an owner can be neither stopped nor killed.
 */
#include <linux/export.h>

#include <eresource_verify.h>

#include "dispatch.h"
#include "owned.h"

static const struct eres_owned_kind kind = { "fast mutex", 0x4654584d };

static const struct eres_misuse acquire_too_high =
	ERES_VIOLATION(0x33, "nnan", "fast mutex acquired above APC_LEVEL",
		       "acquire before the IRQL is raised: here it is got only if it is free");
static const struct eres_misuse release_elsewhere =
	ERES_VIOLATION(0x34, "nnna", "fast mutex released at another IRQL than APC_LEVEL",
		       "go back to APC_LEVEL before; not in a DPC");
static const struct eres_misuse acquire_unprotected =
	ERES_VIOLATION(0x39, "nnna", "fast mutex acquired unsafely, with APCs enabled",
		       "enter a critical region or go to APC_LEVEL before, or use ExAcquireFastMutex()");
static const struct eres_misuse release_unprotected =
	ERES_VIOLATION(0x3A, "nnna", "fast mutex released unsafely, with APCs enabled",
		       "leave the region after the release");

#define FAST_OBJECT(mutex)	ERES_OBJECT(kind.name, mutex)

static noinline void eres_fast_complain(PFAST_MUTEX mutex, const struct eres_misuse *misuse,
					KIRQL irql, struct eres_call call)
{
	if (misuse == &acquire_too_high)
		eres_complain(misuse, FAST_OBJECT(mutex), call, irql, (unsigned long)mutex, 0);
	else
		eres_complain(misuse, FAST_OBJECT(mutex), call, irql, eres_apc_count(),
			      (unsigned long)mutex);
}

/* Above APC_LEVEL it is reported. Return: the level. */
static __always_inline KIRQL eres_fast_check_irql(PFAST_MUTEX mutex,
						  struct eres_call call)
{
	KIRQL irql = eres_own_irql();

	if (unlikely(irql > APC_LEVEL))
		eres_fast_complain(mutex, &acquire_too_high, irql, call);
	return irql;
}

static void eres_fast_raise(KIRQL irql)
{
	if (likely(irql < APC_LEVEL))
		KeRaiseIrql(APC_LEVEL, &irql);
}

/* The unsafe forms want APC_LEVEL, or a region. Return: the level. */
static __always_inline KIRQL eres_fast_check_unsafe(PFAST_MUTEX mutex,
						    const struct eres_misuse *misuse,
						    struct eres_call call)
{
	KIRQL irql = eres_own_irql();

	if (unlikely(irql > APC_LEVEL || (irql < APC_LEVEL && !KeAreApcsDisabled())))
		eres_fast_complain(mutex, misuse, irql, call);
	return irql;
}

/* By a caller that nothing protects: the level is raised before. */
static noinline bool eres_fast_raise_and_take(PFAST_MUTEX mutex, unsigned long caller)
{
	KIRQL irql;

	if (READ_ONCE(mutex->Owner))
		return false;
	KeRaiseIrql(APC_LEVEL, &irql);
	if (unlikely(!eres_owned_take_free(mutex, caller))) {
		KeLowerIrql(irql);
		return false;
	}
	mutex->OldIrql = irql;
	return true;
}

/*
 * The fast paths. In a region, or at APC_LEVEL, it does not matter when the level changes.
 * False: nothing has been done.
 */
static __always_inline bool eres_fast_acquire(PFAST_MUTEX mutex, unsigned long caller)
{
	struct eres_thread *thread;

	if (!eres_owned_is(mutex, &kind) || !eres_synced_thread(&thread))
		return false;
	if (!thread->signals_held)
		return eres_fast_raise_and_take(mutex, caller);
	if (!eres_owned_take_free(mutex, caller))
		return false;
	mutex->OldIrql = thread->irql;
	WRITE_ONCE(thread->irql, APC_LEVEL);
	return true;
}

static __always_inline bool eres_fast_release(PFAST_MUTEX mutex)
{
	struct eres_thread *thread;
	KIRQL irql;

	if (!eres_owned_is(mutex, &kind) || !eres_synced_thread(&thread) ||
	    thread->irql != APC_LEVEL)
		return false;
	/* Changed by the owner; for anybody else the cmpxchg that gives it up fails. */
	irql = data_race(mutex->OldIrql);
	if (irql > APC_LEVEL || !eres_owned_give_up(mutex))
		return false;
	if (irql == APC_LEVEL || eres_is_in_region(thread))
		WRITE_ONCE(thread->irql, irql);
	else
		KeLowerIrql(irql);
	return true;
}

static __always_inline bool eres_unsafe_acquire(PFAST_MUTEX mutex, unsigned long caller)
{
	return eres_owned_is(mutex, &kind) && eres_is_synced_and_protected() &&
	       eres_owned_take_free(mutex, caller);
}

static __always_inline bool eres_unsafe_release(PFAST_MUTEX mutex)
{
	return eres_owned_is(mutex, &kind) && eres_is_synced_and_protected() &&
	       eres_owned_give_up(mutex);
}

static noinline void eres_fast_acquire_slowpath(PFAST_MUTEX mutex, const char *routine,
						unsigned long caller)
{
	struct eres_call call = { routine, (void *)caller };
	KIRQL irql;

	if (!eres_owned_check(mutex, &kind, call))
		return;
	irql = eres_fast_check_irql(mutex, call);
	eres_fast_raise(irql);
	if (eres_owned_acquire(mutex, irql <= APC_LEVEL, &kind, call))
		mutex->OldIrql = irql;
}

static noinline void eres_fast_release_slowpath(PFAST_MUTEX mutex, const char *routine,
						unsigned long caller)
{
	struct eres_call call = { routine, (void *)caller };
	KIRQL now, irql;

	if (!eres_owned_check(mutex, &kind, call))
		return;
	now = eres_own_irql();
	if (unlikely(!in_task())) {
		eres_fast_complain(mutex, &release_elsewhere, now, call);
		return;
	}
	if (!eres_owned_may_release(mutex, &kind, call))
		return;
	irql = mutex->OldIrql;
	/* What was acquired above APC_LEVEL, and reported then, is released there. */
	if (unlikely(now != APC_LEVEL && irql <= APC_LEVEL))
		eres_fast_complain(mutex, &release_elsewhere, now, call);
	eres_owned_release(mutex);
	if (irql != now)
		eres_change_irql(now, irql, FAST_OBJECT(mutex), call);
}

static noinline void eres_unsafe_acquire_slowpath(PFAST_MUTEX mutex, const char *routine,
						  unsigned long caller)
{
	struct eres_call call = { routine, (void *)caller };
	KIRQL irql;

	if (!eres_owned_check(mutex, &kind, call))
		return;
	irql = eres_fast_check_unsafe(mutex, &acquire_unprotected, call);
	eres_owned_acquire(mutex, irql <= APC_LEVEL, &kind, call);
}

static noinline void eres_unsafe_release_slowpath(PFAST_MUTEX mutex, const char *routine,
						  unsigned long caller)
{
	struct eres_call call = { routine, (void *)caller };

	if (!eres_owned_check(mutex, &kind, call))
		return;
	eres_fast_check_unsafe(mutex, &release_unprotected, call);
	if (in_task() && eres_owned_may_release(mutex, &kind, call))
		eres_owned_release(mutex);
}

void eres_init_fast_mutex(PFAST_MUTEX FastMutex, struct eres_site *site)
{
	struct eres_call call = { "ExInitializeFastMutex", (void *)_RET_IP_ };

	eres_owned_init(FastMutex, &kind, site, call);
}
EXPORT_SYMBOL_GPL(eres_init_fast_mutex);

/**
 * ExInitializeFastMutex() - Make a fast mutex usable.
 * @FastMutex: the mutex; what lies there need not be one
 *
 * A call by that name is a macro that gives each call site a class of lockdep. There
 * is no routine to end a mutex: the memory of one that nobody owns may be freed, also
 * by who has got it right after another thread's release.
 *
 * Misuse: one that a living thread owns is reported (0xC4/0x1005), also if it was freed
 * like that; it is initialised, unless somebody sleeps for it: then it stays as it is.
 *
 * Context: Any but NMI (Windows: IRQL <= DISPATCH_LEVEL).
 * DDI: wdm/nf-wdm-exinitializefastmutex
 */
#undef ExInitializeFastMutex
void ExInitializeFastMutex(PFAST_MUTEX FastMutex)
{
	struct eres_call call = ERES_CALL();

	eres_owned_init(FastMutex, &kind, NULL, call);
}
EXPORT_SYMBOL_GPL(ExInitializeFastMutex);

/**
 * ExAcquireFastMutex() - Go to APC_LEVEL, then acquire a fast mutex.
 * @FastMutex: the mutex
 *
 * First come, first served.
 *
 * Misuse: above APC_LEVEL it is reported (0xC4/0x33), and acquired only if it is free;
 * in an interrupt not even then. Its owner is reported (0xC4/0x1000) and waits, as on
 * Windows. What was not initialised (0xC4/0x1002) is initialised; what is no memory
 * (0xC4/0xE1) is left alone.
 *
 * Context: Task context (Windows: IRQL <= APC_LEVEL). Sleeps, uninterruptibly.
 * DDI: wdm/nf-wdm-exacquirefastmutex
 */
void ExAcquireFastMutex(PFAST_MUTEX FastMutex)
{
	if (unlikely(!eres_fast_acquire(FastMutex, _RET_IP_)))
		eres_fast_acquire_slowpath(FastMutex, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExAcquireFastMutex);

/**
 * ExTryToAcquireFastMutex() - Acquire a fast mutex at once or not at all.
 * @FastMutex: the mutex
 *
 * Misuse: above APC_LEVEL it is reported (0xC4/0x33) and served; in an interrupt the
 * answer is FALSE.
 *
 * Context: Task context (Windows: IRQL <= APC_LEVEL). Never sleeps.
 * Return: TRUE: as ExAcquireFastMutex(). FALSE, for the owner as well: nothing has
 *         changed.
 * DDI: wdm/nf-wdm-extrytoacquirefastmutex
 */
BOOLEAN ExTryToAcquireFastMutex(PFAST_MUTEX FastMutex)
{
	struct eres_call call = ERES_CALL();
	KIRQL irql;

	if (!eres_owned_check(FastMutex, &kind, call))
		return FALSE;
	irql = eres_fast_check_irql(FastMutex, call);
	eres_fast_raise(irql);
	if (eres_owned_try(FastMutex, call)) {
		FastMutex->OldIrql = irql;
		return TRUE;
	}
	if (irql < APC_LEVEL)
		KeLowerIrql(irql);
	return FALSE;
}
EXPORT_SYMBOL_GPL(ExTryToAcquireFastMutex);

/**
 * ExReleaseFastMutex() - Release a fast mutex, then go back to the level before.
 * @FastMutex: the mutex
 *
 * Misuse: at any other level than APC_LEVEL it is reported (0xC4/0x34) and served, but
 * not in an interrupt. A mutex that nobody owns (0xC4/0x1007), or another thread
 * (0xC4/0x1004), is left alone, and so is the IRQL.
 *
 * Context: Task context (Windows: IRQL = APC_LEVEL). Never sleeps.
 * DDI: wdm/nf-wdm-exreleasefastmutex
 */
void ExReleaseFastMutex(PFAST_MUTEX FastMutex)
{
	if (unlikely(!eres_fast_release(FastMutex)))
		eres_fast_release_slowpath(FastMutex, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExReleaseFastMutex);

/**
 * ExAcquireFastMutexUnsafe() - Acquire a fast mutex, and leave the IRQL as it is.
 * @FastMutex: the mutex
 *
 * Misuse: neither at APC_LEVEL nor in a region it is reported (0xC4/0x39) and served;
 * above APC_LEVEL as far as ExAcquireFastMutex().
 *
 * Context: Task context (Windows: IRQL = APC_LEVEL, or in a critical region). Sleeps,
 *          uninterruptibly.
 * DDI: wdm/nf-wdm-exacquirefastmutexunsafe
 */
void ExAcquireFastMutexUnsafe(PFAST_MUTEX FastMutex)
{
	if (unlikely(!eres_unsafe_acquire(FastMutex, _RET_IP_)))
		eres_unsafe_acquire_slowpath(FastMutex, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExAcquireFastMutexUnsafe);

/**
 * ExReleaseFastMutexUnsafe() - Release a fast mutex, and leave the IRQL as it is.
 * @FastMutex: a mutex that ExAcquireFastMutexUnsafe() has acquired
 *
 * Misuse: neither at APC_LEVEL nor in a region it is reported (0xC4/0x3A) and served,
 * but not in an interrupt. Otherwise as ExReleaseFastMutex().
 *
 * Context: Task context (Windows: IRQL = APC_LEVEL, or in a critical region).
 * DDI: wdm/nf-wdm-exreleasefastmutexunsafe
 */
void ExReleaseFastMutexUnsafe(PFAST_MUTEX FastMutex)
{
	if (unlikely(!eres_unsafe_release(FastMutex)))
		eres_unsafe_release_slowpath(FastMutex, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExReleaseFastMutexUnsafe);
