// SPDX-License-Identifier: GPL-2.0-only
/* The locks of wdmsync.ko that threads pair: acquire and release. */
#include <linux/sched/signal.h>

#include "bench.h"

BENCH_WRITES(mutex_linux,
	     mutex_lock(&o->wdm.mutex), bench_inside(o),
	     mutex_unlock(&o->wdm.mutex))
BENCH_WRITES(fast_mutex_ours,
	     ExAcquireFastMutex(&o->wdm.fast_mutex), bench_inside(o),
	     ExReleaseFastMutex(&o->wdm.fast_mutex))
BENCH_WRITES(unsafe_ours,
	     ExAcquireFastMutexUnsafe(&o->wdm.fast_mutex), bench_inside(o),
	     ExReleaseFastMutexUnsafe(&o->wdm.fast_mutex))
BENCH_WRITES(guarded_ours,
	     KeAcquireGuardedMutex(&o->wdm.guarded_mutex), bench_inside(o),
	     KeReleaseGuardedMutex(&o->wdm.guarded_mutex))

/* What a task does without APC_LEVEL, not to be killed while it owns. */
static void masked_mutex_lock(struct mutex *mutex, sigset_t *mask)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, mask);
	mutex_lock(mutex);
}

static void masked_mutex_unlock(struct mutex *mutex, sigset_t *mask)
{
	mutex_unlock(mutex);
	sigprocmask(SIG_SETMASK, mask, NULL);
}

BENCH_WRITES(masked_linux, {
	sigset_t mask;

	masked_mutex_lock(&o->wdm.mutex, &mask);
	bench_inside(o);
	masked_mutex_unlock(&o->wdm.mutex, &mask);
})

BENCH_WRITES(push_exclusive_linux,
	     down_write(&o->wdm.rwsem), bench_inside(o), up_write(&o->wdm.rwsem))
BENCH_WRITES(push_exclusive_ours,
	     ExAcquirePushLockExclusive(&o->wdm.push_lock), bench_inside(o),
	     ExReleasePushLockExclusive(&o->wdm.push_lock))
BENCH_LOOP(push_shared_linux, down_read(&o->wdm.rwsem), up_read(&o->wdm.rwsem))
BENCH_LOOP(push_shared_ours,
	   ExAcquirePushLockShared(&o->wdm.push_lock),
	   ExReleasePushLockShared(&o->wdm.push_lock))

BENCH_WRITES(spin_linux,
	     spin_lock_bh(&o->wdm.spin), bench_inside(o),
	     spin_unlock_bh(&o->wdm.spin))
BENCH_WRITES(spin_ours, {
	KIRQL irql;

	KeAcquireSpinLock(&o->wdm.spin_lock, &irql);
	bench_inside(o);
	KeReleaseSpinLock(&o->wdm.spin_lock, irql);
})
BENCH_WRITES(spin_queued_ours, {
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLock(&o->wdm.spin_lock, &handle);
	bench_inside(o);
	KeReleaseInStackQueuedSpinLock(&handle);
})

BENCH_WRITES(ex_spin_exclusive_linux,
	     write_lock_bh(&o->wdm.rwlock), bench_inside(o),
	     write_unlock_bh(&o->wdm.rwlock))
BENCH_WRITES(ex_spin_exclusive_ours, {
	KIRQL irql = ExAcquireSpinLockExclusive(&o->wdm.ex_spin_lock);

	bench_inside(o);
	ExReleaseSpinLockExclusive(&o->wdm.ex_spin_lock, irql);
})
BENCH_LOOP(ex_spin_shared_linux,
	   read_lock_bh(&o->wdm.rwlock), read_unlock_bh(&o->wdm.rwlock))
BENCH_LOOP(ex_spin_shared_ours, {
	KIRQL irql = ExAcquireSpinLockShared(&o->wdm.ex_spin_lock);

	ExReleaseSpinLockShared(&o->wdm.ex_spin_lock, irql);
})

/* Nobody runs them down, so any other answer is wrong. */
BENCH_LOOP(rundown_linux,
	   worker->torn += !refcount_inc_not_zero(&o->wdm.count);
	   worker->torn += refcount_dec_and_test(&o->wdm.count))
BENCH_LOOP(rundown_ours,
	   worker->torn += !ExAcquireRundownProtection(&o->wdm.rundown);
	   ExReleaseRundownProtection(&o->wdm.rundown))
BENCH_LOOP(rundown_cpus_linux,
	   worker->torn += !percpu_ref_tryget(&o->wdm.ref);
	   percpu_ref_put(&o->wdm.ref))
BENCH_LOOP(rundown_cpus_ours,
	   worker->torn += !ExAcquireRundownProtectionCacheAware(o->wdm.rundown_cpus);
	   ExReleaseRundownProtectionCacheAware(o->wdm.rundown_cpus))
BENCH_LOOP(remove_ours,
	   worker->torn += !NT_SUCCESS(IoAcquireRemoveLock(&o->wdm.remove_lock, o));
	   IoReleaseRemoveLock(&o->wdm.remove_lock, o))

static void locks_ref_is_gone(struct percpu_ref *ref)
{
}

static int locks_prepare(struct bench_cell *cell)
{
	struct bench_wdm *w = &cell->object->wdm;

	mutex_init(&w->mutex);
	init_rwsem(&w->rwsem);
	spin_lock_init(&w->spin);
	rwlock_init(&w->rwlock);
	refcount_set(&w->count, 1);
	ExInitializeFastMutex(&w->fast_mutex);
	KeInitializeGuardedMutex(&w->guarded_mutex);
	ExInitializePushLock(&w->push_lock);
	KeInitializeSpinLock(&w->spin_lock);
	ExInitializeRundownProtection(&w->rundown);
	IoInitializeRemoveLock(&w->remove_lock, 0, 0, 0);
	w->rundown_cpus = ExAllocateCacheAwareRundownProtection(NonPagedPool, 0);
	if (!w->rundown_cpus)
		return -ENOMEM;
	return percpu_ref_init(&w->ref, locks_ref_is_gone, 0, GFP_KERNEL);
}

/* Of those that a thread owns; who has a spin lock could not have come here. */
static bool locks_are_free(struct bench_wdm *w)
{
	if (mutex_is_locked(&w->mutex) || rwsem_is_locked(&w->rwsem) ||
	    refcount_read(&w->count) != 1 || !KeTestSpinLock(&w->spin_lock) ||
	    w->ex_spin_lock || w->rundown.Count || w->remove_lock.Common.IoCount != 1)
		return false;
	if (!ExTryToAcquireFastMutex(&w->fast_mutex))
		return false;
	ExReleaseFastMutex(&w->fast_mutex);
	if (!KeTryToAcquireGuardedMutex(&w->guarded_mutex))
		return false;
	KeReleaseGuardedMutex(&w->guarded_mutex);
	return true;
}

static void locks_finish(struct bench_cell *cell)
{
	struct bench_wdm *w = &cell->object->wdm;

	if (!w->rundown_cpus)
		return;
	if (!locks_are_free(w))
		bench_fail("%s, %s: not free at the end", cell->row->name,
			   bench_column_names[cell->column]);
	FltDeletePushLock(&w->push_lock);
	ExWaitForRundownProtectionReleaseCacheAware(w->rundown_cpus);
	ExFreeCacheAwareRundownProtection(w->rundown_cpus);
	percpu_ref_exit(&w->ref);
}

#define LOCKS	.prepare = locks_prepare, .finish = locks_finish, .straight = BENCH_STRAIGHT

/* Of all CPUs' threads on one lock. */
#define LOCKS_CONTENDED							\
	LOCKS, .tasks = BENCH_KERNEL, .threads = BENCH_MORE,		\
	.unit = BENCH_RATE, .region = true

const struct bench_row bench_wdm_lock_rows[] = {
	{
		.name = "wdm-fast-mutex",
		.text = "fast mutex pair, in no region",
		.against = "a mutex",
		LOCKS, .tasks = BENCH_KERNEL, .threads = BENCH_ONE,
		.lock = {
			[BENCH_LINUX] = { mutex_linux },
			[BENCH_OURS] = { fast_mutex_ours },
		},
	}, {
		.name = "wdm-fast-mutex-user",
		.text = "fast mutex pair of a user task, in no region",
		.against = "a mutex, between two sigprocmask()",
		LOCKS, .tasks = BENCH_USER, .threads = BENCH_ONE,
		.lock = {
			[BENCH_LINUX] = { masked_linux },
			[BENCH_OURS] = { fast_mutex_ours },
		},
	}, {
		.name = "wdm-fast-mutex-region",
		.text = "fast mutex pair",
		.against = "a mutex",
		LOCKS, .tasks = BENCH_BOTH, .threads = BENCH_ONE, .region = true,
		.lock = {
			[BENCH_LINUX] = { mutex_linux },
			[BENCH_OURS] = { fast_mutex_ours },
		},
	}, {
		.name = "wdm-fast-mutex-unsafe",
		.text = "fast mutex pair, unsafe forms",
		.against = "a mutex",
		LOCKS, .tasks = BENCH_BOTH, .threads = BENCH_ONE, .region = true,
		.lock = {
			[BENCH_LINUX] = { mutex_linux },
			[BENCH_OURS] = { unsafe_ours },
		},
	}, {
		.name = "wdm-fast-mutex-contended",
		.text = "fast mutex, all threads the same one",
		.against = "a mutex",
		LOCKS_CONTENDED,
		.lock = {
			[BENCH_LINUX] = { mutex_linux },
			[BENCH_OURS] = { fast_mutex_ours },
		},
	}, {
		.name = "wdm-guarded-mutex",
		.text = "guarded mutex pair",
		.against = "a mutex",
		LOCKS, .tasks = BENCH_BOTH, .threads = BENCH_ONE, .region = true,
		.lock = {
			[BENCH_LINUX] = { mutex_linux },
			[BENCH_OURS] = { guarded_ours },
		},
	}, {
		.name = "wdm-push-exclusive",
		.text = "push lock, exclusive pair",
		.against = "an rwsem",
		LOCKS, .tasks = BENCH_KERNEL, .threads = BENCH_ONE, .region = true,
		BENCH_WDM(push_exclusive),
	}, {
		.name = "wdm-push-shared",
		.text = "push lock, shared pair, all threads the same one",
		.against = "an rwsem",
		LOCKS, .tasks = BENCH_KERNEL, .threads = BENCH_ONE | BENCH_MORE,
		.region = true,
		BENCH_WDM(push_shared),
	}, {
		.name = "wdm-push-contended",
		.text = "push lock, exclusive, all threads the same one",
		.against = "an rwsem",
		LOCKS_CONTENDED,
		BENCH_WDM(push_exclusive),
	}, {
		.name = "wdm-spin",
		.text = "spin lock pair, from PASSIVE_LEVEL",
		.against = "spin_lock_bh()",
		LOCKS, .tasks = BENCH_KERNEL, .threads = BENCH_ONE,
		BENCH_WDM(spin),
	}, {
		.name = "wdm-spin-contended",
		.text = "spin lock, all threads the same one",
		.against = "spin_lock_bh()",
		LOCKS_CONTENDED,
		BENCH_WDM(spin),
	}, {
		.name = "wdm-spin-queued",
		.text = "spin lock pair, queued, the handle on the stack",
		.against = "spin_lock_bh()",
		LOCKS, .tasks = BENCH_KERNEL, .threads = BENCH_ONE,
		.lock = {
			[BENCH_LINUX] = { spin_linux },
			[BENCH_OURS] = { spin_queued_ours },
		},
	}, {
		.name = "wdm-spin-queued-contended",
		.text = "spin lock, queued, all threads the same one",
		.against = "spin_lock_bh()",
		LOCKS_CONTENDED,
		.lock = {
			[BENCH_LINUX] = { spin_linux },
			[BENCH_OURS] = { spin_queued_ours },
		},
	}, {
		.name = "wdm-ex-spin-exclusive",
		.text = "reader-writer spin lock, exclusive pair",
		.against = "write_lock_bh()",
		LOCKS, .tasks = BENCH_KERNEL, .threads = BENCH_ONE,
		BENCH_WDM(ex_spin_exclusive),
	}, {
		.name = "wdm-ex-spin-shared",
		.text = "reader-writer spin lock, shared pair, all threads the same one",
		.against = "read_lock_bh()",
		LOCKS, .tasks = BENCH_KERNEL, .threads = BENCH_ONE | BENCH_MORE,
		BENCH_WDM(ex_spin_shared),
	}, {
		.name = "wdm-rundown",
		.text = "rundown protection, acquire and release",
		.against = "a refcount_t, up unless it is 0, and down",
		LOCKS, .tasks = BENCH_KERNEL, .threads = BENCH_ONE | BENCH_MORE,
		BENCH_WDM(rundown),
	}, {
		.name = "wdm-rundown-cpus",
		.text = "cache-aware rundown protection, acquire and release",
		.against = "a percpu_ref",
		LOCKS, .tasks = BENCH_KERNEL, .threads = BENCH_ONE | BENCH_MORE,
		BENCH_WDM(rundown_cpus),
	}, {
		.name = "wdm-remove-lock",
		.text = "remove lock, acquire and release",
		.against = "a refcount_t, up unless it is 0, and down",
		LOCKS, .tasks = BENCH_KERNEL, .threads = BENCH_ONE | BENCH_MORE,
		.lock = {
			[BENCH_LINUX] = { rundown_linux },
			[BENCH_OURS] = { remove_ours },
		},
	},
	BENCH_END
};
