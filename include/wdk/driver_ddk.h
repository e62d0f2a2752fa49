/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * At the end of the copy of mingw-w64's wdm.h: what is ours, among what is theirs.
 * Their names for the same went with ddk/filter.awk; macros that eresource.h only
 * defines where there are none go here.
 */
#ifndef ERES_WDK_DRIVER_DDK_H
#define ERES_WDK_DRIVER_DDK_H

#undef ASSERT
#undef NT_ASSERT
#undef PAGED_CODE
#undef PAGED_CODE_LOCKED

#include "../eresource.h"
#include "clock.h"
#include "exlist.h"
#include "interlocked.h"
#include "lookaside.h"
#include "memory.h"
#include "newer.h"
#include "exceptions.h"
#include "slist.h"

/* Inline there; all else about locks is what they declare, and larger than what we need. */
void ExInitializeFastMutex(PFAST_MUTEX FastMutex);

/* Inline there, by a register of Windows. */
#define KeGetCurrentProcessorNumber() KeGetCurrentProcessorNumberEx(NULL)

#endif /* ERES_WDK_DRIVER_DDK_H */
