/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory. The length comes before the value in RtlFillMemory(). */
#ifndef ERES_WDK_MEMORY_H
#define ERES_WDK_MEMORY_H

#include "scalars.h"

#define RtlZeroMemory(To, Length)		((void)__builtin_memset(To, 0, Length))
#define RtlFillMemory(To, Length, Fill)		((void)__builtin_memset(To, Fill, Length))
#define RtlMoveMemory(To, From, Length)		((void)__builtin_memmove(To, From, Length))
/* Not memcpy(): overlapping copies happen to work on Windows, and real code has them. */
#define RtlCopyMemory(To, From, Length)		RtlMoveMemory(To, From, Length)
#define RtlCopyBytes(To, From, Length)		RtlMoveMemory(To, From, Length)
#define RtlZeroBytes(To, Length)		RtlZeroMemory(To, Length)
#define RtlFillBytes(To, Length, Fill)		RtlFillMemory(To, Length, Fill)
#define RtlEqualMemory(A, B, Length)		(!__builtin_memcmp(A, B, Length))

/* Is not left out, even if nobody reads what was there. */
ERES_FUNCTION PVOID RtlSecureZeroMemory(PVOID To, SIZE_T Length)
{
	__builtin_memset(To, 0, Length);
	__asm__ __volatile__("" : : "r"(To) : "memory");
	return To;
}

/* Each byte is read and written once, whoever else may read or write it. */
ERES_FUNCTION volatile void *RtlCopyVolatileMemory(volatile void *To, const volatile void *From,
						   SIZE_T Length)
{
	SIZE_T n;

	for (n = 0; n < Length; n++)
		((volatile UCHAR *)To)[n] = ((const volatile UCHAR *)From)[n];
	return To;
}

/* How many bytes from the beginning on are equal. */
ERES_FUNCTION SIZE_T RtlCompareMemory(const void *A, const void *B, SIZE_T Length)
{
	SIZE_T n = 0;

	while (n < Length && ((const UCHAR *)A)[n] == ((const UCHAR *)B)[n])
		n++;
	return n;
}

#define RtlUshortByteSwap(N)	__builtin_bswap16(N)
#define RtlUlongByteSwap(N)	__builtin_bswap32(N)
#define RtlUlonglongByteSwap(N)	__builtin_bswap64(N)

#endif /* ERES_WDK_MEMORY_H */
