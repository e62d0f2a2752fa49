/* SPDX-License-Identifier: GPL-2.0-only */
/* The scalar types that lock code is declared with. */
#ifndef ERES_WDK_SCALARS_H
#define ERES_WDK_SCALARS_H

#ifdef ERESOURCE_PORTED
#include "words.h"
#endif

/*
 * How the functions of these headers are defined. In ported files inline ones that
 * are not static may call them, and are not told that those are: see words.h.
 */
#ifdef ERESOURCE_PORTED
#define ERES_FUNCTION	ERES_INLINE
#else
#define ERES_FUNCTION	static inline
#endif

typedef void *PVOID;
typedef char CHAR, *PCHAR;
typedef unsigned char UCHAR, *PUCHAR;
typedef short SHORT, *PSHORT;
typedef unsigned short USHORT, *PUSHORT;
/* LONG is 32 bits wide on every Windows, unlike long. */
typedef int LONG, *PLONG;
typedef unsigned int ULONG, *PULONG;
typedef long long LONGLONG, *PLONGLONG;
typedef unsigned long long ULONGLONG, *PULONGLONG;
typedef long LONG_PTR, *PLONG_PTR;
typedef unsigned long ULONG_PTR, *PULONG_PTR;
typedef ULONG_PTR SIZE_T, *PSIZE_T;
typedef unsigned char BOOLEAN, *PBOOLEAN;

#endif /* ERES_WDK_SCALARS_H */
