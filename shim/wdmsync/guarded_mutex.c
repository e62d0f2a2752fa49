// SPDX-License-Identifier: GPL-2.0-only
/*
 * KGUARDED_MUTEX: owned.h, in a guarded region. Entered before the mutex is asked for
 * and left after it has been given up: else there were an owner that can be stopped or
 * killed. IRQL is not touched, as Microsoft's pages have it; Windows 8 and newer make
 * it a fast mutex.
 */
#include <linux/export.h>
#include <linux/preempt.h>

#include "owned.h"
#include "region/region.h"

static const struct eres_owned_kind kind = { "guarded mutex", 0x4774584d };

static const char irql_rule[] =
	"IrqlKeApcLte1: the routine must be called at IRQL <= APC_LEVEL";

static const struct eres_misuse too_high =
	ERES_VIOLATION(0x2000F, "nsan", "guarded mutex used above APC_LEVEL",
		       "call it before the IRQL is raised: there it is got only if it is free");
static const struct eres_misuse unprotected =
	ERES_VIOLATION(0x2000F, "nsan", "guarded mutex used unsafely, with APCs enabled",
		       "enter a guarded region or go to APC_LEVEL before, or use the other form");

static noinline void eres_guarded_complain(PKGUARDED_MUTEX mutex,
					   const struct eres_misuse *misuse,
					   struct eres_call call)
{
	eres_complain(misuse, ERES_OBJECT(kind.name, mutex), call, (unsigned long)irql_rule,
		      (unsigned long)mutex, 0);
}

/* Return: true if a region may be entered and left here; else that is reported. */
static __always_inline bool eres_guarded_check_irql(PKGUARDED_MUTEX mutex,
						    struct eres_call call)
{
	if (likely(eres_own_irql() <= APC_LEVEL))
		return true;
	eres_guarded_complain(mutex, &too_high, call);
	return false;
}

/* Return: true if the caller may wait. */
static bool eres_guarded_check_unsafe(PKGUARDED_MUTEX mutex, struct eres_call call)
{
	if (likely(KeAreAllApcsDisabled()))
		return eres_guarded_check_irql(mutex, call);
	eres_guarded_complain(mutex, &unprotected, call);
	return true;
}

static void eres_guarded_got(PKGUARDED_MUTEX mutex, bool region)
{
	mutex->Flags = region ? 0 : ERES_OWNED_NO_REGION;
}

/*
 * The fast paths: for who is protected already. The region is entered once the mutex
 * is owned, which makes no difference then. False: nothing has been done.
 */
static __always_inline bool eres_guarded_acquire(PKGUARDED_MUTEX mutex, unsigned long caller)
{
	struct eres_thread *thread;

	if (!eres_owned_is(mutex, &kind) || !eres_synced_thread(&thread) ||
	    !thread->signals_held || !eres_owned_take_free(mutex, caller))
		return false;
	if (unlikely(!eres_fast_enter_by(thread, ERES_GUARDED, (void *)caller)))
		KeEnterGuardedRegion();
	eres_guarded_got(mutex, true);
	return true;
}

static __always_inline bool eres_guarded_release(PKGUARDED_MUTEX mutex)
{
	struct eres_thread *thread;
	bool no_region;

	if (!eres_owned_is(mutex, &kind) || !eres_synced_thread(&thread) ||
	    !thread->signals_held)
		return false;
	/* Changed by the owner; for anybody else the cmpxchg that gives it up fails. */
	no_region = data_race(mutex->Flags) & ERES_OWNED_NO_REGION;
	if (no_region || !eres_owned_give_up(mutex))
		return false;
	if (unlikely(!eres_fast_leave_nested(thread, ERES_GUARDED)))
		KeLeaveGuardedRegion();
	return true;
}

static noinline void eres_guarded_acquire_slowpath(PKGUARDED_MUTEX mutex, const char *routine,
						   unsigned long caller)
{
	struct eres_call call = { routine, (void *)caller };
	bool region;

	if (!eres_owned_check(mutex, &kind, call))
		return;
	region = eres_guarded_check_irql(mutex, call);
	if (likely(region))
		KeEnterGuardedRegion();
	if (likely(eres_owned_acquire(mutex, region, &kind, call)))
		eres_guarded_got(mutex, region);
}

static noinline void eres_guarded_release_slowpath(PKGUARDED_MUTEX mutex, const char *routine,
						   unsigned long caller)
{
	struct eres_call call = { routine, (void *)caller };
	bool region;

	if (!eres_owned_check(mutex, &kind, call))
		return;
	if (unlikely(!in_task())) {
		eres_guarded_complain(mutex, &too_high, call);
		return;
	}
	if (!eres_owned_may_release(mutex, &kind, call))
		return;
	region = !(mutex->Flags & ERES_OWNED_NO_REGION);
	if (region)
		eres_guarded_check_irql(mutex, call);
	eres_owned_release(mutex);
	if (likely(region))
		KeLeaveGuardedRegion();
}

void eres_init_guarded_mutex(PKGUARDED_MUTEX Mutex, struct eres_site *site)
{
	struct eres_call call = { "KeInitializeGuardedMutex", (void *)_RET_IP_ };

	eres_owned_init(Mutex, &kind, site, call);
}
EXPORT_SYMBOL_GPL(eres_init_guarded_mutex);

/**
 * KeInitializeGuardedMutex() - Make a guarded mutex usable.
 * @Mutex: the mutex; what lies there need not be one
 *
 * As ExInitializeFastMutex().
 *
 * Context: Any but NMI (Windows: IRQL <= APC_LEVEL).
 * DDI: wdm/nf-wdm-keinitializeguardedmutex
 */
#undef KeInitializeGuardedMutex
void KeInitializeGuardedMutex(PKGUARDED_MUTEX Mutex)
{
	struct eres_call call = ERES_CALL();

	eres_owned_init(Mutex, &kind, NULL, call);
}
EXPORT_SYMBOL_GPL(KeInitializeGuardedMutex);

/**
 * KeAcquireGuardedMutex() - Enter a guarded region, then acquire a guarded mutex.
 * @Mutex: the mutex
 *
 * First come, first served.
 *
 * Misuse: above APC_LEVEL it is reported (0xC4/0x2000F), and acquired only if it is
 * free, without a region; in an interrupt not even then. Its owner is reported
 * (0xC4/0x1000) and waits, as on Windows. What was not initialised (0xC4/0x1002) is
 * initialised; what is no memory (0xC4/0xE1) is left alone.
 *
 * Context: Task context (Windows: IRQL <= APC_LEVEL). Sleeps, uninterruptibly.
 * DDI: wdm/nf-wdm-keacquireguardedmutex
 */
void KeAcquireGuardedMutex(PKGUARDED_MUTEX Mutex)
{
	if (unlikely(!eres_guarded_acquire(Mutex, _RET_IP_)))
		eres_guarded_acquire_slowpath(Mutex, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(KeAcquireGuardedMutex);

/**
 * KeTryToAcquireGuardedMutex() - Acquire a guarded mutex at once or not at all.
 * @Mutex: the mutex
 *
 * Misuse: above APC_LEVEL it is reported (0xC4/0x2000F) and served, without a region;
 * in an interrupt the answer is FALSE.
 *
 * Context: Task context (Windows: IRQL <= APC_LEVEL). Never sleeps.
 * Return: TRUE: as KeAcquireGuardedMutex(). FALSE, for the owner as well: nothing has
 *         changed.
 * DDI: wdm/nf-wdm-ketrytoacquireguardedmutex
 */
BOOLEAN KeTryToAcquireGuardedMutex(PKGUARDED_MUTEX Mutex)
{
	struct eres_call call = ERES_CALL();
	bool region;

	if (!eres_owned_check(Mutex, &kind, call))
		return FALSE;
	region = eres_guarded_check_irql(Mutex, call);
	if (likely(region))
		KeEnterGuardedRegion();
	if (eres_owned_try(Mutex, call)) {
		eres_guarded_got(Mutex, region);
		return TRUE;
	}
	if (likely(region))
		KeLeaveGuardedRegion();
	return FALSE;
}
EXPORT_SYMBOL_GPL(KeTryToAcquireGuardedMutex);

/**
 * KeReleaseGuardedMutex() - Release a guarded mutex, then leave the guarded region.
 * @Mutex: the mutex
 *
 * Misuse: above APC_LEVEL it is reported (0xC4/0x2000F) and served, but not in an
 * interrupt. A mutex that nobody owns (0xC4/0x1007), or another thread (0xC4/0x1004),
 * is left alone, and so is the region.
 *
 * Context: Task context (Windows: IRQL <= APC_LEVEL). Never sleeps for @Mutex.
 * DDI: wdm/nf-wdm-kereleaseguardedmutex
 */
void KeReleaseGuardedMutex(PKGUARDED_MUTEX Mutex)
{
	if (unlikely(!eres_guarded_release(Mutex)))
		eres_guarded_release_slowpath(Mutex, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(KeReleaseGuardedMutex);

/**
 * KeAcquireGuardedMutexUnsafe() - Acquire a guarded mutex, in a guarded region already.
 * @Mutex: the mutex
 *
 * Misuse: neither in a guarded region nor at APC_LEVEL it is reported (0xC4/0x2000F)
 * and served; above APC_LEVEL as far as KeAcquireGuardedMutex().
 *
 * Context: Task context (Windows: IRQL = APC_LEVEL, or in a guarded region). Sleeps,
 *          uninterruptibly.
 * DDI: wdm/nf-wdm-keacquireguardedmutexunsafe
 */
void KeAcquireGuardedMutexUnsafe(PKGUARDED_MUTEX Mutex)
{
	struct eres_call call = ERES_CALL();
	bool may_wait;

	if (!eres_owned_check(Mutex, &kind, call))
		return;
	may_wait = eres_guarded_check_unsafe(Mutex, call);
	if (likely(eres_owned_acquire(Mutex, may_wait, &kind, call)))
		eres_guarded_got(Mutex, true);
}
EXPORT_SYMBOL_GPL(KeAcquireGuardedMutexUnsafe);

/**
 * KeReleaseGuardedMutexUnsafe() - Release a guarded mutex, and stay in the region.
 * @Mutex: a mutex that KeAcquireGuardedMutexUnsafe() has acquired
 *
 * Misuse: as KeReleaseGuardedMutex(), and neither in a guarded region nor at APC_LEVEL
 * it is reported (0xC4/0x2000F) and served.
 *
 * Context: Task context (Windows: IRQL = APC_LEVEL, or in a guarded region).
 * DDI: wdm/nf-wdm-kereleaseguardedmutexunsafe
 */
void KeReleaseGuardedMutexUnsafe(PKGUARDED_MUTEX Mutex)
{
	struct eres_call call = ERES_CALL();

	if (!eres_owned_check(Mutex, &kind, call))
		return;
	eres_guarded_check_unsafe(Mutex, call);
	if (in_task() && eres_owned_may_release(Mutex, &kind, call))
		eres_owned_release(Mutex);
}
EXPORT_SYMBOL_GPL(KeReleaseGuardedMutexUnsafe);
