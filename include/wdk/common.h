/* SPDX-License-Identifier: GPL-2.0-only */
/* Small macros that mingw-w64's headers lack, or have wrong: ours with a DDK, too. */
#ifndef ERES_WDK_COMMON_H
#define ERES_WDK_COMMON_H

#ifdef ERESOURCE_PORTED
#include "versions.h"
#endif

/* Theirs takes "p + 1" for p, and 1 further on. */
#undef CONTAINING_RECORD
#define CONTAINING_RECORD(Address, Type, Field)	\
	((Type *)((PCHAR)(Address) - (ULONG_PTR)__builtin_offsetof(Type, Field)))
#define UFIELD_OFFSET(Type, Field)	((ULONG)__builtin_offsetof(Type, Field))
/* Theirs assign, and are blocks: see UNREFERENCED_PARAMETER() in driver_ddk.h. */
#undef UNREFERENCED_LOCAL_VARIABLE
#undef DBG_UNREFERENCED_PARAMETER
#undef DBG_UNREFERENCED_LOCAL_VARIABLE
#define UNREFERENCED_LOCAL_VARIABLE(V)	((void)(V))
#define DBG_UNREFERENCED_PARAMETER(P)	((void)(P))
#define DBG_UNREFERENCED_LOCAL_VARIABLE(V) ((void)(V))
#ifndef DECLSPEC_NOTHROW
#define DECLSPEC_NOTHROW
#endif
#ifndef DECLSPEC_NOVTABLE
#define DECLSPEC_NOVTABLE
#endif
#ifndef NOTHING
#define NOTHING
#endif
#ifndef MAX_PATH
#define MAX_PATH	260
#endif

/* Always evaluated, and whether it holds; reported if not, in a checked build. */
#if !defined(DBG) || DBG
#define ERES_VERIFY(Condition)			\
	({					\
		BOOLEAN Eres_holds = !!(Condition); \
						\
		NT_ASSERT(Eres_holds);		\
		Eres_holds;			\
	})
#else
#define ERES_VERIFY(Condition)			((BOOLEAN)!!(Condition))
#endif
#define NT_VERIFY(Condition)			ERES_VERIFY(Condition)
#define NT_VERIFYMSG(Message, Condition)	ERES_VERIFY(Condition)
#define NT_VERIFYMSGW(Message, Condition)	ERES_VERIFY(Condition)
#define RTL_VERIFY(Condition)			ERES_VERIFY(Condition)

#define FLT_ASSERT(Condition)			NT_ASSERT(Condition)
#define FLT_ASSERTMSG(Message, Condition)	NT_ASSERT(Condition)

/* What a type can hold; ntintsafe.h has the same under more names. */
#define MAXINT8		((INT8)(MAXUINT8 >> 1))
#define MAXINT16	((INT16)(MAXUINT16 >> 1))
#define MAXINT32	((INT32)(MAXUINT32 >> 1))
#define MAXINT64	((INT64)(MAXUINT64 >> 1))
#define MAXUINT8	((UINT8)~0)
#define MAXUINT16	((UINT16)~0)
#define MAXUINT32	((UINT32)~0)
#define MAXUINT64	((UINT64)~0)
#ifndef MAXULONGLONG
#define MAXULONGLONG	0xffffffffffffffffULL
#endif
#define MAXINT		MAXINT32
#define MININT		((INT)~MAXINT)
#define MAXUINT		MAXUINT32
#define MAXDWORD	0xffffffff
#define MAXLONG32	((LONG32)0x7fffffff)
#define MAXULONG32	((ULONG32)~0)
#define MAXLONG64	((LONG64)(MAXULONG64 >> 1))
#define MAXULONG64	((ULONG64)~0)
#define MINLONGLONG	((LONGLONG)~MAXLONG64)
#define MAXUINT_PTR	(~(UINT_PTR)0)
#define MAXINT_PTR	((INT_PTR)(MAXUINT_PTR >> 1))
#define MAXLONG_PTR	((LONG_PTR)(MAXULONG_PTR >> 1))
#define MINLONG_PTR	(~MAXLONG_PTR)
#define MAXULONG_PTR	(~(ULONG_PTR)0)
#ifndef MAXSIZE_T
#define MAXSIZE_T	(~(SIZE_T)0)
#endif

/* Between handles or pointers, and numbers. */
#define HandleToULong(H)	((ULONG)(ULONG_PTR)(H))
#define HandleToUlong(H)	HandleToULong(H)
#define HandleToLong(H)		((LONG)(LONG_PTR)(H))
#define ULongToHandle(N)	((HANDLE)(ULONG_PTR)(ULONG)(N))
#define UlongToHandle(N)	ULongToHandle(N)
#define LongToHandle(N)		((HANDLE)(LONG_PTR)(LONG)(N))
#define PtrToUlong(P)		((ULONG)(ULONG_PTR)(P))
#define PtrToULong(P)		PtrToUlong(P)
#define PtrToUint(P)		((UINT)(UINT_PTR)(P))
#define PtrToUInt(P)		PtrToUint(P)
#define PtrToInt(P)		((INT)(INT_PTR)(P))
#define PtrToShort(P)		((short)(LONG_PTR)(P))
#define IntToPtr(N)		((PVOID)(INT_PTR)(INT)(N))
#define PtrToPtr64(P)		((PVOID)(P))
#define Ptr64ToPtr(P)		((PVOID)(P))
#define HandleToHandle64(H)	((PVOID)(H))
#define Handle64ToHandle(H)	((HANDLE)(H))
#define PtrToLong(P)		((LONG)(LONG_PTR)(P))
#define ULongToPtr(N)		((PVOID)(ULONG_PTR)(ULONG)(N))
#define UlongToPtr(N)		ULongToPtr(N)
#define UIntToPtr(N)		((PVOID)(UINT_PTR)(UINT)(N))
#define UintToPtr(N)		UIntToPtr(N)
#define LongToPtr(N)		((PVOID)(LONG_PTR)(LONG)(N))
/* Of a program of 32 bits: the handle keeps its sign, the address has none. */
#define Handle32ToHandle(H)	((HANDLE)(LONG_PTR)(LONG)(ULONG_PTR)(H))
#define Ptr32ToPtr(P)		((PVOID)(ULONG_PTR)(ULONG)(ULONG_PTR)(P))

/* What __fastfail() is told, the first parameter of 0x139 KERNEL_SECURITY_CHECK_FAILURE. */
#define FAST_FAIL_LEGACY_GS_VIOLATION		0
#define FAST_FAIL_VTGUARD_CHECK_FAILURE		1
#define FAST_FAIL_STACK_COOKIE_CHECK_FAILURE	2
#define FAST_FAIL_CORRUPT_LIST_ENTRY		3
#define FAST_FAIL_INCORRECT_STACK		4
#define FAST_FAIL_INVALID_ARG			5
#define FAST_FAIL_GS_COOKIE_INIT		6
#define FAST_FAIL_FATAL_APP_EXIT		7
#define FAST_FAIL_RANGE_CHECK_FAILURE		8
#define FAST_FAIL_UNSAFE_REGISTRY_ACCESS	9
#define FAST_FAIL_INVALID_REFERENCE_COUNT	14
#define FAST_FAIL_INVALID_JUMP_BUFFER		18
#define FAST_FAIL_MRDATA_MODIFIED		19
#define RtlFailFast(Code)			__fastfail(Code)

/* Second names. The first two are inline in a DDK, by a register of Windows. */
#define KeGetCurrentProcessorNumber()	KeGetCurrentProcessorNumberEx(NULL)
#define KeGetCurrentProcessorIndex()	KeGetCurrentProcessorNumberEx(NULL)
#define PsGetThreadProcess(Thread)	IoThreadToProcess(Thread)

#endif /* ERES_WDK_COMMON_H */
