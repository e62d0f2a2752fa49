/* SPDX-License-Identifier: GPL-2.0-only */
/* Arithmetic that tells when a result does not fit; the result is then all ones. */
#ifndef ERES_WDK_INTSAFE_H
#define ERES_WDK_INTSAFE_H

#ifdef ERESOURCE_DDK
#include <ntdef.h>
#include <ntstatus.h>
#else
#include "status.h"
#include "types.h"
#endif

/* What the types can hold. A DDK may have some of it. */
#ifndef INT8_MIN
#include "int_limits.h"
#endif
#define SHORT_MIN	INT16_MIN
#define SHORT_MAX	INT16_MAX
#define USHORT_MAX	UINT16_MAX
#define LONGLONG_MIN	INT64_MIN
#define LONGLONG_MAX	INT64_MAX
#define ULONGLONG_MAX	UINT64_MAX
#define SIZE_T_MAX	18446744073709551615UL

#define ERES_ARITHMETIC(Name, Type)					\
ERES_CHECKED(Rtl##Name##Add, Type, __builtin_add_overflow)		\
ERES_CHECKED(Rtl##Name##Sub, Type, __builtin_sub_overflow)		\
ERES_CHECKED(Rtl##Name##Mult, Type, __builtin_mul_overflow)

#define ERES_CHECKED(Name, Type, Builtin)				\
ERES_FUNCTION NTSTATUS Name(Type A, Type B, Type *Result)		\
{									\
	if (!Builtin(A, B, Result))					\
		return STATUS_SUCCESS;					\
	*Result = (Type)-1;						\
	return STATUS_INTEGER_OVERFLOW;					\
}

/* RtlULongToUShort() and so on. */
#define ERES_CONVERT(From, FromType, Into, ToType)			\
ERES_FUNCTION NTSTATUS Rtl##From##To##Into(FromType Value, ToType *Result) \
{									\
	if (!__builtin_add_overflow(Value, (FromType)0, Result))	\
		return STATUS_SUCCESS;					\
	*Result = (ToType)-1;						\
	return STATUS_INTEGER_OVERFLOW;					\
}

ERES_ARITHMETIC(ULong, ULONG)
ERES_ARITHMETIC(UShort, USHORT)
ERES_ARITHMETIC(UInt, UINT)
ERES_ARITHMETIC(ULongLong, ULONGLONG)
ERES_ARITHMETIC(ULongPtr, ULONG_PTR)
ERES_ARITHMETIC(SizeT, SIZE_T)
ERES_ARITHMETIC(SIZET, SIZE_T)
ERES_ARITHMETIC(UInt8, UINT8)
ERES_ARITHMETIC(UInt16, UINT16)
ERES_ARITHMETIC(UInt32, UINT32)
ERES_ARITHMETIC(UInt64, UINT64)
ERES_ARITHMETIC(Long, LONG)
ERES_ARITHMETIC(LongLong, LONGLONG)
ERES_ARITHMETIC(Int32, INT32)
ERES_ARITHMETIC(Int64, INT64)

ERES_CONVERT(ULong, ULONG, UShort, USHORT)
ERES_CONVERT(ULong, ULONG, UChar, UCHAR)
ERES_CONVERT(ULong, ULONG, Long, LONG)
ERES_CONVERT(Long, LONG, ULong, ULONG)
ERES_CONVERT(SizeT, SIZE_T, ULong, ULONG)
ERES_CONVERT(SizeT, SIZE_T, UShort, USHORT)
ERES_CONVERT(SizeT, SIZE_T, UInt32, UINT32)
ERES_CONVERT(SizeT, SIZE_T, UInt16, UINT16)
ERES_CONVERT(SIZET, SIZE_T, ULong, ULONG)
ERES_CONVERT(SIZET, SIZE_T, UShort, USHORT)
ERES_CONVERT(ULongLong, ULONGLONG, ULong, ULONG)
ERES_CONVERT(ULong64, ULONG64, ULong, ULONG)
ERES_CONVERT(ULongLong, ULONGLONG, SizeT, SIZE_T)
ERES_CONVERT(ULongLong, ULONGLONG, LongLong, LONGLONG)
ERES_CONVERT(LongLong, LONGLONG, ULong, ULONG)
ERES_CONVERT(LongLong, LONGLONG, ULongLong, ULONGLONG)
ERES_CONVERT(LongLong, LONGLONG, SizeT, SIZE_T)
ERES_CONVERT(ULongPtr, ULONG_PTR, ULong, ULONG)
ERES_CONVERT(UInt32, UINT32, UInt16, UINT16)
ERES_CONVERT(UInt32, UINT32, UInt8, UINT8)
ERES_CONVERT(UInt64, UINT64, UInt32, UINT32)
ERES_CONVERT(UInt, UINT, UShort, USHORT)
ERES_CONVERT(UShort, USHORT, UChar, UCHAR)

#endif /* ERES_WDK_INTSAFE_H */
