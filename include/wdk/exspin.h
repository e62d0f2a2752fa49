/* SPDX-License-Identifier: GPL-2.0-only */
/* Reader/writer spin locks. */
#ifndef ERES_WDK_EXSPIN_H
#define ERES_WDK_EXSPIN_H

#ifndef ERESOURCE_DDK
#include "types.h"
#endif

/* A word, 0 if nobody has it; there is no initialiser. */
typedef LONG EX_SPIN_LOCK, *PEX_SPIN_LOCK;

KIRQL ExAcquireSpinLockExclusive(PEX_SPIN_LOCK SpinLock);
KIRQL ExAcquireSpinLockShared(PEX_SPIN_LOCK SpinLock);
void ExReleaseSpinLockExclusive(PEX_SPIN_LOCK SpinLock, KIRQL OldIrql);
void ExReleaseSpinLockShared(PEX_SPIN_LOCK SpinLock, KIRQL OldIrql);
void ExAcquireSpinLockExclusiveAtDpcLevel(PEX_SPIN_LOCK SpinLock);
void ExAcquireSpinLockSharedAtDpcLevel(PEX_SPIN_LOCK SpinLock);
void ExReleaseSpinLockExclusiveFromDpcLevel(PEX_SPIN_LOCK SpinLock);
void ExReleaseSpinLockSharedFromDpcLevel(PEX_SPIN_LOCK SpinLock);
LOGICAL ExTryConvertSharedSpinLockExclusive(PEX_SPIN_LOCK SpinLock);

#endif /* ERES_WDK_EXSPIN_H */
