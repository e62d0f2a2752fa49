/* SPDX-License-Identifier: GPL-2.0-only */
/* Bits of a word: what Microsoft's compiler has as intrinsics. For ported files. */
#ifndef ERES_WDK_BITS_H
#define ERES_WDK_BITS_H

#include "words.h"

/*
 * The lowest or highest bit that is set. 0: there is none, and the index is as it was. The
 * index is Windows' unsigned long, which drivers write like that, or as ULONG: here these
 * are not of the same size, so that either is served.
 */
#define ERES_BIT_SCAN(Index, Type, Mask, Find)				\
({									\
	const Type Eres_scanned = (Mask);				\
	__typeof__(&*(Index)) Eres_index = (Index);			\
									\
	if (Eres_scanned)						\
		*Eres_index = Find;					\
	(unsigned char)!!Eres_scanned;					\
})

#define _BitScanForward(Index, Mask)	\
	ERES_BIT_SCAN(Index, unsigned int, Mask, __builtin_ctz(Eres_scanned))
#define _BitScanReverse(Index, Mask)	\
	ERES_BIT_SCAN(Index, unsigned int, Mask, 31 - __builtin_clz(Eres_scanned))
#define _BitScanForward64(Index, Mask)	\
	ERES_BIT_SCAN(Index, unsigned long long, Mask, __builtin_ctzll(Eres_scanned))
#define _BitScanReverse64(Index, Mask)	\
	ERES_BIT_SCAN(Index, unsigned long long, Mask, 63 - __builtin_clzll(Eres_scanned))
#define BitScanForward		_BitScanForward
#define BitScanReverse		_BitScanReverse
#define BitScanForward64	_BitScanForward64
#define BitScanReverse64	_BitScanReverse64

/* What the bit was, and then what becomes of it; not atomic. */
#define ERES_BIT_TEST(Name, Type, Bits, Then)				\
ERES_INLINE unsigned char Name(Type *Base, Type Offset)			\
{									\
	Type *Word = &Base[Offset / Bits];				\
	unsigned Type Mask = (unsigned Type)1 << (Offset % Bits);	\
	unsigned char Was = !!(*Word & Mask);				\
									\
	Then;								\
	return Was;							\
}

ERES_BIT_TEST(_bittestandset, int, 32, *Word |= Mask)
ERES_BIT_TEST(_bittestandreset, int, 32, *Word &= ~Mask)
ERES_BIT_TEST(_bittestandcomplement, int, 32, *Word ^= Mask)
ERES_BIT_TEST(_bittestandset64, long long, 64, *Word |= Mask)
ERES_BIT_TEST(_bittestandreset64, long long, 64, *Word &= ~Mask)
ERES_BIT_TEST(_bittestandcomplement64, long long, 64, *Word ^= Mask)

ERES_INLINE unsigned char _bittest(const int *Base, int Offset)
{
	return (unsigned int)Base[Offset / 32] >> (Offset % 32) & 1;
}

ERES_INLINE unsigned char _bittest64(const long long *Base, long long Offset)
{
	return (unsigned long long)Base[Offset / 64] >> (Offset % 64) & 1;
}

#define BitTest			_bittest
#define BitTestAndSet		_bittestandset
#define BitTestAndReset		_bittestandreset
#define BitTestAndComplement	_bittestandcomplement
#define BitTest64		_bittest64
#define BitTestAndSet64		_bittestandset64
#define BitTestAndReset64	_bittestandreset64
#define BitTestAndComplement64	_bittestandcomplement64

#endif /* ERES_WDK_BITS_H */
