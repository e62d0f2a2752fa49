/* SPDX-License-Identifier: GPL-2.0-only */
/* What mingw-w64's headers are too old for, or do not have. */
#ifndef ERES_WDK_NEWER_H
#define ERES_WDK_NEWER_H

#include "filter.h"

#ifndef HandleToULong
#define HandleToULong(H)	((ULONG)(ULONG_PTR)(H))
#define HandleToUlong(H)	HandleToULong(H)
#define HandleToLong(H)		((LONG)(LONG_PTR)(H))
#define ULongToHandle(N)	((HANDLE)(ULONG_PTR)(ULONG)(N))
#define UlongToHandle(N)	ULongToHandle(N)
#define LongToHandle(N)		((HANDLE)(LONG_PTR)(LONG)(N))
#define PtrToUlong(P)		((ULONG)(ULONG_PTR)(P))
#define PtrToUint(P)		((UINT)(UINT_PTR)(P))
#define PtrToLong(P)		((LONG)(LONG_PTR)(P))
#define ULongToPtr(N)		((PVOID)(ULONG_PTR)(ULONG)(N))
#define UIntToPtr(N)		((PVOID)(UINT_PTR)(UINT)(N))
#define LongToPtr(N)		((PVOID)(LONG_PTR)(LONG)(N))
#endif
#ifndef MAXUINT16
#define MAXUINT8		((UINT8)~0)
#define MAXUINT16		((UINT16)~0)
#define MAXUINT32		((UINT32)~0)
#define MAXUINT64		((UINT64)~0)
#define MAXUINT_PTR		(~(UINT_PTR)0)
#endif
#ifndef MAXULONG_PTR
#define MAXULONG_PTR		(~(ULONG_PTR)0)
#endif
#ifndef UFIELD_OFFSET
#define UFIELD_OFFSET(Type, Field) ((ULONG)__builtin_offsetof(Type, Field))
#endif
#ifndef FLT_ASSERT
#define FLT_ASSERT(Condition)	NT_ASSERT(Condition)
#define FLT_ASSERTMSG(Message, Condition) NT_ASSERT(Condition)
#endif
#ifndef POOL_NX_ALLOCATION
#define POOL_NX_ALLOCATION	512
#endif
#include "pool2.h"

#ifndef NOTHING
#define NOTHING
#endif

#endif /* ERES_WDK_NEWER_H */
