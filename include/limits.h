/* SPDX-License-Identifier: GPL-2.0-only */
/* C's own, of which a kernel build has none. In files that are Linux's it is Linux's. */
#ifndef ERES_LIMITS_H
#define ERES_LIMITS_H

#ifndef ERESOURCE_PORTED
#include <linux/limits.h>
#else

#define CHAR_BIT	8
#define SCHAR_MIN	(-128)
#define SCHAR_MAX	127
#define UCHAR_MAX	255
/* Ported code is compiled with -fsigned-char. */
#define CHAR_MIN	SCHAR_MIN
#define CHAR_MAX	SCHAR_MAX
#define SHRT_MIN	(-32768)
#define SHRT_MAX	32767
#define USHRT_MAX	65535
#define INT_MIN		(-2147483647 - 1)
#define INT_MAX		2147483647
#define UINT_MAX	4294967295U
/* Of LONG and ULONG, which is what ported code means: the compiler's long is wider. */
#define LONG_MIN	INT_MIN
#define LONG_MAX	INT_MAX
#define ULONG_MAX	UINT_MAX
#define LLONG_MIN	(-9223372036854775807LL - 1)
#define LLONG_MAX	9223372036854775807LL
#define ULLONG_MAX	18446744073709551615ULL

#endif /* ERESOURCE_PORTED */
#endif /* ERES_LIMITS_H */
