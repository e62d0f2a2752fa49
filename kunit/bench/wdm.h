/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rows of wdmsync.ko: one column is its routine, the other, "linux", what the kernel
 * has in its place, which the row names.
 */
#ifndef ERES_BENCH_WDM_H
#define ERES_BENCH_WDM_H

#include <linux/completion.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/llist.h>
#include <linux/mutex.h>
#include <linux/percpu-refcount.h>
#include <linux/refcount.h>
#include <linux/rwsem.h>
#include <linux/semaphore.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#define ERESOURCE_WDK
#include <ntifs.h>

/* Of the kernel and of wdmsync.ko; a row's @prepare makes those that it uses. */
struct bench_wdm {
	/* wdm_locks.c; those that can protect, protect @count of the object */
	struct mutex mutex;
	struct rw_semaphore rwsem;
	/* Nests in nothing, as the others. */
	spinlock_t spin;
	rwlock_t rwlock;
	refcount_t count;
	struct percpu_ref ref;
	FAST_MUTEX fast_mutex;
	KGUARDED_MUTEX guarded_mutex;
	EX_PUSH_LOCK push_lock;
	KSPIN_LOCK spin_lock;
	EX_SPIN_LOCK ex_spin_lock;
	EX_RUNDOWN_REF rundown;
	PEX_RUNDOWN_REF_CACHE_AWARE rundown_cpus;
	IO_REMOVE_LOCK remove_lock;

	/* wdm_waits.c, and of these the first two, wake.c */
	struct completion completion;
	KEVENT event;
	struct completion done;
	KEVENT flag;
	struct semaphore semaphore;
	KSEMAPHORE ksemaphore;
	KMUTEX kmutex;

	/* wdm_other.c */
	struct hrtimer hrtimer;
	KTIMER timer;
	struct workqueue_struct *queue;
	struct work_struct work;
	WORK_QUEUE_ITEM item;
	struct tasklet_struct tasklet;
	KDPC dpc;
	unsigned long ran;
	struct kmem_cache *cache;
	NPAGED_LOOKASIDE_LIST lookaside;
	struct llist_head llist;
	struct llist_node node;
	SLIST_HEADER slist;
	SLIST_ENTRY entry;
	struct timespec64 now;
	ktime_t precise;
	LARGE_INTEGER time;
};

/* The locks of a row, by name: prefix_linux and prefix_ours. */
#define BENCH_WDM(prefix)						\
	.lock = {							\
		[BENCH_LINUX] = { prefix##_linux },			\
		[BENCH_OURS] = { prefix##_ours },			\
	}

#endif /* ERES_BENCH_WDM_H */
