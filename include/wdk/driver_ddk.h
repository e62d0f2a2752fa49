/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * At the end of the copy of mingw-w64's wdm.h: what is ours, among what is theirs.
 * Their names for the same went with ddk/filter.awk; macros that eresource.h only
 * defines where there are none go here.
 */
#ifndef ERES_WDK_DRIVER_DDK_H
#define ERES_WDK_DRIVER_DDK_H

/* Theirs call what only Windows has; ours, of eresource_types.h, were read before theirs. */
#undef ASSERT
#undef ASSERTMSG
#undef NT_ASSERT
#undef NT_ASSERTMSG
#undef NT_ASSERTMSGW
#undef PAGED_CODE
#undef PAGED_CODE_LOCKED
#define ASSERT(Condition)		ERES_ASSERT(Condition)
#define ASSERTMSG(Message, Condition)	ERES_ASSERT(Condition)
#define NT_ASSERT(Condition)		ERES_ASSERT(Condition)
#define NT_ASSERTMSG(Message, Condition) ERES_ASSERT(Condition)
#define NT_ASSERTMSGW(Message, Condition) ERES_ASSERT(Condition)
#define PAGED_CODE_LOCKED()		((void)0)

/* Theirs assigns, and is a block: not to a const, an array or within an expression. */
#undef UNREFERENCED_PARAMETER
#define UNREFERENCED_PARAMETER(P)	((void)(P))

/* Theirs is a function, which nobody exports. */
#define DbgBreakPoint()			ERES_FAILED_ONCE("DbgBreakPoint()")

#undef KeInitializeCallbackRecord
#define KeInitializeCallbackRecord(Record)	((void)((Record)->State = BufferEmpty))
#ifndef RTL_CONST_CAST
#define RTL_CONST_CAST(Type)		(Type)
#endif

#include "../eresource.h"
#include "clock.h"
#include "exlist.h"
#include "exspin.h"
#include "interlocked.h"
#include "lookaside.h"
#include "memory.h"
#include "newer.h"
#include "exceptions.h"
#include "pushlock.h"
#include "slist.h"

/* Inline there; all else about locks is what they declare, and larger than what we need. */
void ExInitializeFastMutex(PFAST_MUTEX FastMutex);

#endif /* ERES_WDK_DRIVER_DDK_H */
