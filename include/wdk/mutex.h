/* SPDX-License-Identifier: GPL-2.0-only */
/* Fast mutexes and guarded mutexes. */
#ifndef ERES_WDK_MUTEX_H
#define ERES_WDK_MUTEX_H

#include "site.h"
#include "types.h"

/* Smaller than on Windows; of what is in it there only this count is of interest. */
typedef struct _FAST_MUTEX {
	/* private: */
	ULONG_PTR Owner;
	ULONG Magic;
	USHORT Class;
	KIRQL OldIrql;
	UCHAR Flags;
	/* public: how often somebody had to wait */
	ULONG Contention;
} FAST_MUTEX, *PFAST_MUTEX;

typedef FAST_MUTEX KGUARDED_MUTEX, *PKGUARDED_MUTEX;

void eres_init_fast_mutex(PFAST_MUTEX FastMutex, struct eres_site *site);
void eres_init_guarded_mutex(PKGUARDED_MUTEX Mutex, struct eres_site *site);
void ExInitializeFastMutex(PFAST_MUTEX FastMutex);
void KeInitializeGuardedMutex(PKGUARDED_MUTEX Mutex);
#ifndef ERES_INIT_BY_FUNCTION
#define ExInitializeFastMutex(FastMutex)	\
	ERES_INITIALIZE_AT_SITE(eres_init_fast_mutex, FastMutex)
#define KeInitializeGuardedMutex(Mutex)		\
	ERES_INITIALIZE_AT_SITE(eres_init_guarded_mutex, Mutex)
#endif

void ExAcquireFastMutex(PFAST_MUTEX FastMutex);
BOOLEAN ExTryToAcquireFastMutex(PFAST_MUTEX FastMutex);
void ExReleaseFastMutex(PFAST_MUTEX FastMutex);
void ExAcquireFastMutexUnsafe(PFAST_MUTEX FastMutex);
void ExReleaseFastMutexUnsafe(PFAST_MUTEX FastMutex);

void KeAcquireGuardedMutex(PKGUARDED_MUTEX Mutex);
BOOLEAN KeTryToAcquireGuardedMutex(PKGUARDED_MUTEX Mutex);
void KeReleaseGuardedMutex(PKGUARDED_MUTEX Mutex);
void KeAcquireGuardedMutexUnsafe(PKGUARDED_MUTEX Mutex);
void KeReleaseGuardedMutexUnsafe(PKGUARDED_MUTEX Mutex);

#endif /* ERES_WDK_MUTEX_H */
