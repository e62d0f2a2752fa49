/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * In place of mingw-w64's: intrinsics that its own headers use. Input and output
 * by ports is declared and not there: a driver that uses it does not link.
 */
#ifndef ERES_DDK_INTRIN_H
#define ERES_DDK_INTRIN_H

#include "_mingw.h"
#include "../wdk/bits.h"

unsigned char __inbyte(unsigned short port);
void __outbyte(unsigned short port, unsigned char value);
void __inbytestring(unsigned short port, unsigned char *to, unsigned long count);
void __outbytestring(unsigned short port, unsigned char *from, unsigned long count);
unsigned short __inword(unsigned short port);
void __outword(unsigned short port, unsigned short value);
void __inwordstring(unsigned short port, unsigned short *to, unsigned long count);
void __outwordstring(unsigned short port, unsigned short *from, unsigned long count);
unsigned int __indword(unsigned short port);
void __outdword(unsigned short port, unsigned int value);
void __indwordstring(unsigned short port, unsigned int *to, unsigned long count);
void __outdwordstring(unsigned short port, unsigned int *from, unsigned long count);

ERES_INLINE void __movsb(unsigned char *to, const unsigned char *from, size_t count)
{
	while (count--)
		*to++ = *from++;
}

ERES_INLINE void __movsw(unsigned short *to, const unsigned short *from, size_t count)
{
	while (count--)
		*to++ = *from++;
}

ERES_INLINE void __movsd(unsigned int *to, const unsigned int *from, size_t count)
{
	while (count--)
		*to++ = *from++;
}

ERES_INLINE void __movsq(unsigned long long *to, const unsigned long long *from, size_t count)
{
	while (count--)
		*to++ = *from++;
}

ERES_INLINE void __stosq(unsigned long long *to, unsigned long long value, size_t count)
{
	while (count--)
		*to++ = value;
}

ERES_INLINE unsigned long long __umulh(unsigned long long a, unsigned long long b)
{
	return (unsigned long long)(((unsigned __int128)a * b) >> 64);
}

#endif /* ERES_DDK_INTRIN_H */
