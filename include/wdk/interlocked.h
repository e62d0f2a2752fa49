/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interlocked operations: full barriers also where a compare-exchange fails, as on
 * Windows. LONG has 32 bits. Those with Acquire, Release or NoFence in their name
 * order no more than that.
 *
 * Microsoft's compiler lets volatile read with acquire and write with release
 * semantics on x86. That is no part of this: use the ReadAcquire() and
 * WriteRelease() families.
 */
#ifndef ERES_WDK_INTERLOCKED_H
#define ERES_WDK_INTERLOCKED_H

#include "scalars.h"

#define KeMemoryBarrierWithoutFence()	__asm__ __volatile__("" ::: "memory")
#define KeMemoryBarrier()		__atomic_thread_fence(__ATOMIC_SEQ_CST)
#define MemoryBarrier()			KeMemoryBarrier()

#if defined(__x86_64__)
#define YieldProcessor()		__builtin_ia32_pause()
#elif defined(__aarch64__)
#define YieldProcessor()		__asm__ __volatile__("yield" ::: "memory")
#else
#define YieldProcessor()		KeMemoryBarrierWithoutFence()
#endif

/* What a sequentially consistent operation lacks of a full barrier; nothing on x86. */
#if defined(__x86_64__)
#define ERES_THEN_ALL			KeMemoryBarrierWithoutFence()
#else
#define ERES_THEN_ALL			KeMemoryBarrier()
#endif
#define ERES_THEN_NOTHING		((void)0)

#define ERES_BINARY(Name, Type, Builtin, Model, Fence)			\
ERES_FUNCTION Type Name(Type volatile *Target, Type Value)		\
{									\
	Type Result = Builtin(Target, Value, Model);			\
									\
	Fence;								\
	return Result;							\
}

#define ERES_UNARY(Name, Type, Builtin, Model, Fence)			\
ERES_FUNCTION Type Name(Type volatile *Target)				\
{									\
	Type Result = Builtin(Target, 1, Model);			\
									\
	Fence;								\
	return Result;							\
}

#define ERES_COMPARE(Name, Type, Model, Failed, Fence)			\
ERES_FUNCTION Type Name(Type volatile *Target, Type Value, Type Comparand) \
{									\
	__atomic_compare_exchange_n(Target, &Comparand, Value, 0, Model, Failed); \
	Fence;								\
	return Comparand;						\
}

/* Increment and decrement and add return the new value, all else the old one. */
#define ERES_INTERLOCKED(Order, Width, Type, Model, Failed, Fence)	\
ERES_UNARY(InterlockedIncrement##Order##Width, Type, __atomic_add_fetch, Model, Fence) \
ERES_UNARY(InterlockedDecrement##Order##Width, Type, __atomic_sub_fetch, Model, Fence) \
ERES_BINARY(InterlockedAdd##Order##Width, Type, __atomic_add_fetch, Model, Fence) \
ERES_BINARY(InterlockedExchangeAdd##Order##Width, Type, __atomic_fetch_add, Model, Fence) \
ERES_BINARY(InterlockedExchange##Order##Width, Type, __atomic_exchange_n, Model, Fence) \
ERES_BINARY(InterlockedAnd##Order##Width, Type, __atomic_fetch_and, Model, Fence) \
ERES_BINARY(InterlockedOr##Order##Width, Type, __atomic_fetch_or, Model, Fence) \
ERES_BINARY(InterlockedXor##Order##Width, Type, __atomic_fetch_xor, Model, Fence) \
ERES_COMPARE(InterlockedCompareExchange##Order##Width, Type, Model, Failed, Fence)

#define ERES_INTERLOCKED_ORDERS(Width, Type)				\
ERES_INTERLOCKED(, Width, Type, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST, ERES_THEN_ALL) \
ERES_INTERLOCKED(Acquire, Width, Type, __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE, ERES_THEN_NOTHING) \
ERES_INTERLOCKED(Release, Width, Type, __ATOMIC_RELEASE, __ATOMIC_RELAXED, ERES_THEN_NOTHING) \
ERES_INTERLOCKED(NoFence, Width, Type, __ATOMIC_RELAXED, __ATOMIC_RELAXED, ERES_THEN_NOTHING)

ERES_INTERLOCKED_ORDERS(8, CHAR)
ERES_INTERLOCKED_ORDERS(16, SHORT)
ERES_INTERLOCKED_ORDERS(, LONG)
ERES_INTERLOCKED_ORDERS(64, LONGLONG)

/* Of what is as wide as a pointer. */
#define ERES_SIZE_T(Order, Model, Fence)				\
ERES_UNARY(InterlockedIncrementSizeT##Order, SIZE_T, __atomic_add_fetch, Model, Fence) \
ERES_UNARY(InterlockedDecrementSizeT##Order, SIZE_T, __atomic_sub_fetch, Model, Fence) \
ERES_BINARY(InterlockedExchangeAddSizeT##Order, SIZE_T, __atomic_fetch_add, Model, Fence)

ERES_SIZE_T(, __ATOMIC_SEQ_CST, ERES_THEN_ALL)
ERES_SIZE_T(NoFence, __ATOMIC_RELAXED, ERES_THEN_NOTHING)
ERES_UNARY(InterlockedIncrementULongPtr, ULONG_PTR, __atomic_add_fetch, __ATOMIC_SEQ_CST,
	   ERES_THEN_ALL)
ERES_UNARY(InterlockedDecrementULongPtr, ULONG_PTR, __atomic_sub_fetch, __ATOMIC_SEQ_CST,
	   ERES_THEN_ALL)

#define ERES_POINTER(Order, Model, Failed, Fence)			\
ERES_BINARY(InterlockedExchangePointer##Order, PVOID, __atomic_exchange_n, Model, Fence) \
ERES_COMPARE(InterlockedCompareExchangePointer##Order, PVOID, Model, Failed, Fence)

ERES_POINTER(, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST, ERES_THEN_ALL)
ERES_POINTER(Acquire, __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE, ERES_THEN_NOTHING)
ERES_POINTER(Release, __ATOMIC_RELEASE, __ATOMIC_RELAXED, ERES_THEN_NOTHING)
ERES_POINTER(NoFence, __ATOMIC_RELAXED, __ATOMIC_RELAXED, ERES_THEN_NOTHING)

/* Of @Bit, in the word that @Base points to, the old value: 0 or 1. */
#define ERES_BIT(Name, Type, Unsigned, Builtin, Value, Order)		\
ERES_FUNCTION UCHAR Name(Type volatile *Base, Type Bit)			\
{									\
	Unsigned Mask = (Unsigned)1 << (Bit & (sizeof(Type) * 8 - 1));	\
									\
	return (Builtin##Order(Base, (Type)(Value)) & Mask) != 0;	\
}

#define ERES_BITS(Order, Width, Type, Unsigned)				\
ERES_BIT(InterlockedBitTestAndSet##Width##Order, Type, Unsigned,	\
	 InterlockedOr, Mask, Order##Width)				\
ERES_BIT(InterlockedBitTestAndReset##Width##Order, Type, Unsigned,	\
	 InterlockedAnd, ~Mask, Order##Width)				\
ERES_BIT(InterlockedBitTestAndComplement##Width##Order, Type, Unsigned,	\
	 InterlockedXor, Mask, Order##Width)

ERES_BITS(, , LONG, ULONG)
ERES_BITS(Acquire, , LONG, ULONG)
ERES_BITS(Release, , LONG, ULONG)
ERES_BITS(NoFence, , LONG, ULONG)
ERES_BITS(, 64, LONGLONG, ULONGLONG)
ERES_BITS(Acquire, 64, LONGLONG, ULONGLONG)
ERES_BITS(Release, 64, LONGLONG, ULONGLONG)
ERES_BITS(NoFence, 64, LONGLONG, ULONGLONG)

#define InterlockedSetBits(Flags, Set)		InterlockedOr(Flags, Set)
#define InterlockedClearBits(Flags, Clear)	InterlockedAnd(Flags, ~(Clear))

/* Loads and stores. Raw ones promise even less on Windows than those without a fence. */
#define ERES_ACCESS(Before, After, Type)				\
ERES_FUNCTION Type Read##Before##Acquire##After(Type const volatile *Source) \
{									\
	return __atomic_load_n(Source, __ATOMIC_ACQUIRE);		\
}									\
ERES_FUNCTION Type Read##Before##NoFence##After(Type const volatile *Source) \
{									\
	return __atomic_load_n(Source, __ATOMIC_RELAXED);		\
}									\
ERES_FUNCTION void Write##Before##Release##After(Type volatile *Target, Type Value) \
{									\
	__atomic_store_n(Target, Value, __ATOMIC_RELEASE);		\
}									\
ERES_FUNCTION void Write##Before##NoFence##After(Type volatile *Target, Type Value) \
{									\
	__atomic_store_n(Target, Value, __ATOMIC_RELAXED);		\
}									\
ERES_FUNCTION Type Read##Before##Raw##After(Type const volatile *Source) \
{									\
	return __atomic_load_n(Source, __ATOMIC_RELAXED);		\
}									\
ERES_FUNCTION void Write##Before##Raw##After(Type volatile *Target, Type Value) \
{									\
	__atomic_store_n(Target, Value, __ATOMIC_RELAXED);		\
}

ERES_ACCESS(, 8, CHAR)
ERES_ACCESS(, 16, SHORT)
ERES_ACCESS(, , LONG)
ERES_ACCESS(, 64, LONGLONG)
ERES_ACCESS(UChar, , UCHAR)
ERES_ACCESS(Boolean, , BOOLEAN)
ERES_ACCESS(UShort, , USHORT)
ERES_ACCESS(ULong, , ULONG)
ERES_ACCESS(ULong64, , ULONGLONG)
ERES_ACCESS(LongPtr, , LONG_PTR)
ERES_ACCESS(ULongPtr, , ULONG_PTR)
ERES_ACCESS(SizeT, , SIZE_T)
ERES_ACCESS(Pointer, , PVOID)

/* The compiler's own names for them. */
#define _InterlockedIncrement16	InterlockedIncrement16
#define _InterlockedIncrement	InterlockedIncrement
#define _InterlockedIncrement64	InterlockedIncrement64
#define _InterlockedDecrement16	InterlockedDecrement16
#define _InterlockedDecrement	InterlockedDecrement
#define _InterlockedDecrement64	InterlockedDecrement64
#define _InterlockedExchangeAdd8	InterlockedExchangeAdd8
#define _InterlockedExchangeAdd16	InterlockedExchangeAdd16
#define _InterlockedExchangeAdd	InterlockedExchangeAdd
#define _InterlockedExchangeAdd64	InterlockedExchangeAdd64
#define _InterlockedExchange8	InterlockedExchange8
#define _InterlockedExchange16	InterlockedExchange16
#define _InterlockedExchange	InterlockedExchange
#define _InterlockedExchange64	InterlockedExchange64
#define _InterlockedCompareExchange8	InterlockedCompareExchange8
#define _InterlockedCompareExchange16	InterlockedCompareExchange16
#define _InterlockedCompareExchange	InterlockedCompareExchange
#define _InterlockedCompareExchange64	InterlockedCompareExchange64
#define _InterlockedAnd8	InterlockedAnd8
#define _InterlockedAnd16	InterlockedAnd16
#define _InterlockedAnd	InterlockedAnd
#define _InterlockedAnd64	InterlockedAnd64
#define _InterlockedOr8	InterlockedOr8
#define _InterlockedOr16	InterlockedOr16
#define _InterlockedOr	InterlockedOr
#define _InterlockedOr64	InterlockedOr64
#define _InterlockedXor8	InterlockedXor8
#define _InterlockedXor16	InterlockedXor16
#define _InterlockedXor	InterlockedXor
#define _InterlockedXor64	InterlockedXor64
#define _InterlockedExchangePointer	InterlockedExchangePointer
#define _InterlockedCompareExchangePointer	InterlockedCompareExchangePointer

#endif /* ERES_WDK_INTERLOCKED_H */
