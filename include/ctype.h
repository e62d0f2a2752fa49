/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * C's own, of which a kernel build has none: of letters those of ASCII only. In files that
 * are Linux's it is Linux's.
 */
#ifndef ERES_CTYPE_H
#define ERES_CTYPE_H

#ifndef ERESOURCE_PORTED
#include <linux/ctype.h>
#else

#include "wdk/words.h"

/* static: gcc knows them, and would have each object define what is inline alone. */
static ERES_INLINE int isdigit(int c)
{
	return c >= '0' && c <= '9';
}

static ERES_INLINE int islower(int c)
{
	return c >= 'a' && c <= 'z';
}

static ERES_INLINE int isupper(int c)
{
	return c >= 'A' && c <= 'Z';
}

static ERES_INLINE int isalpha(int c)
{
	return islower(c) || isupper(c);
}

static ERES_INLINE int isalnum(int c)
{
	return isalpha(c) || isdigit(c);
}

static ERES_INLINE int isxdigit(int c)
{
	return isdigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static ERES_INLINE int isspace(int c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static ERES_INLINE int iscntrl(int c)
{
	return (c >= 0 && c < ' ') || c == 0x7f;
}

static ERES_INLINE int isprint(int c)
{
	return c >= ' ' && c < 0x7f;
}

static ERES_INLINE int isgraph(int c)
{
	return c > ' ' && c < 0x7f;
}

static ERES_INLINE int ispunct(int c)
{
	return isgraph(c) && !isalnum(c);
}

static ERES_INLINE int tolower(int c)
{
	return isupper(c) ? c + 32 : c;
}

static ERES_INLINE int toupper(int c)
{
	return islower(c) ? c - 32 : c;
}

#endif /* ERESOURCE_PORTED */
#endif /* ERES_CTYPE_H */
