/* SPDX-License-Identifier: GPL-2.0-only */
/* C's own, of which a kernel build has none. In files that are Linux's it is Linux's. */
#ifndef ERES_STDDEF_H
#define ERES_STDDEF_H

#ifndef ERESOURCE_PORTED
#include <linux/stddef.h>
#include <linux/types.h>
#else

typedef __SIZE_TYPE__ size_t;
typedef __PTRDIFF_TYPE__ ptrdiff_t;
/* 16 bits wide, because a kernel is built with -fshort-wchar. */
typedef __WCHAR_TYPE__ wchar_t;

#ifndef NULL
#define NULL ((void *)0)
#endif
#ifndef offsetof
#define offsetof(type, member) __builtin_offsetof(type, member)
#endif

#endif /* ERESOURCE_PORTED */
#endif /* ERES_STDDEF_H */
