/* SPDX-License-Identifier: GPL-2.0-only */
/* Push locks. */
#ifndef ERES_WDK_PUSHLOCK_H
#define ERES_WDK_PUSHLOCK_H

#include "site.h"

/* A word; all zeroes is one that is free. */
typedef ULONG_PTR EX_PUSH_LOCK, *PEX_PUSH_LOCK;

#define EX_DEFAULT_PUSH_LOCK_FLAGS		0
#define FLT_PUSH_LOCK_ENABLE_AUTO_BOOST		0x1
#define FLT_PUSH_LOCK_DISABLE_AUTO_BOOST	0x2
#define FLT_PUSH_LOCK_VALID_FLAGS		0x3

void eres_init_push_lock(PEX_PUSH_LOCK PushLock, struct eres_site *site);
void ExInitializePushLock(PEX_PUSH_LOCK PushLock);
void FltInitializePushLock(PEX_PUSH_LOCK PushLock);
#ifndef ERES_INIT_BY_FUNCTION
#define ExInitializePushLock(PushLock)	\
	ERES_INITIALIZE_AT_SITE(eres_init_push_lock, PushLock)
#define FltInitializePushLock(PushLock)	\
	ERES_INITIALIZE_AT_SITE(eres_init_push_lock, PushLock)
#endif
void FltDeletePushLock(PEX_PUSH_LOCK PushLock);

void ExAcquirePushLockExclusiveEx(PEX_PUSH_LOCK PushLock, ULONG Flags);
void ExAcquirePushLockSharedEx(PEX_PUSH_LOCK PushLock, ULONG Flags);
void ExReleasePushLockExclusiveEx(PEX_PUSH_LOCK PushLock, ULONG Flags);
void ExReleasePushLockSharedEx(PEX_PUSH_LOCK PushLock, ULONG Flags);

#define ExAcquirePushLockExclusive(PushLock) \
	ExAcquirePushLockExclusiveEx(PushLock, EX_DEFAULT_PUSH_LOCK_FLAGS)
#define ExAcquirePushLockShared(PushLock) \
	ExAcquirePushLockSharedEx(PushLock, EX_DEFAULT_PUSH_LOCK_FLAGS)
#define ExReleasePushLockExclusive(PushLock) \
	ExReleasePushLockExclusiveEx(PushLock, EX_DEFAULT_PUSH_LOCK_FLAGS)
#define ExReleasePushLockShared(PushLock) \
	ExReleasePushLockSharedEx(PushLock, EX_DEFAULT_PUSH_LOCK_FLAGS)

void FltAcquirePushLockExclusive(PEX_PUSH_LOCK PushLock);
void FltAcquirePushLockShared(PEX_PUSH_LOCK PushLock);
void FltReleasePushLock(PEX_PUSH_LOCK PushLock);
void FltAcquirePushLockExclusiveEx(PEX_PUSH_LOCK PushLock, ULONG Flags);
void FltAcquirePushLockSharedEx(PEX_PUSH_LOCK PushLock, ULONG Flags);
void FltReleasePushLockEx(PEX_PUSH_LOCK PushLock, ULONG Flags);

#endif /* ERES_WDK_PUSHLOCK_H */
