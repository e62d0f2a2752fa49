/* SPDX-License-Identifier: GPL-2.0-only */
/* C's own, of which a kernel build has none. In files that are Linux's it is Linux's. */
#ifndef ERES_STDARG_H
#define ERES_STDARG_H

#ifndef ERESOURCE_PORTED
#include <linux/stdarg.h>
#else

typedef __builtin_va_list va_list;

#define va_start(list, last)	__builtin_va_start(list, last)
#define va_arg(list, type)	__builtin_va_arg(list, type)
#define va_copy(to, from)	__builtin_va_copy(to, from)
#define va_end(list)		__builtin_va_end(list)

#endif /* ERESOURCE_PORTED */
#endif /* ERES_STDARG_H */
