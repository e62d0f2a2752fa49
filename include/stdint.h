/* SPDX-License-Identifier: GPL-2.0-only */
/* C's own, of which a kernel build has none. In files that are Linux's it is Linux's. */
#ifndef ERES_STDINT_H
#define ERES_STDINT_H

#ifndef ERESOURCE_PORTED
#include <linux/limits.h>
#include <linux/types.h>
#else

/* 64 bits are long long, as in Linux and on Windows. */
typedef signed char int8_t;
typedef unsigned char uint8_t;
typedef short int16_t;
typedef unsigned short uint16_t;
typedef int int32_t;
typedef unsigned int uint32_t;
typedef long long int64_t;
typedef unsigned long long uint64_t;
typedef long intptr_t;
typedef unsigned long uintptr_t;
typedef long long intmax_t;
typedef unsigned long long uintmax_t;

#include "wdk/int_limits.h"

typedef signed char int_least8_t, int_fast8_t;
typedef unsigned char uint_least8_t, uint_fast8_t;
typedef short int_least16_t;
typedef unsigned short uint_least16_t;
typedef int int_least32_t, int_fast16_t, int_fast32_t;
typedef unsigned int uint_least32_t, uint_fast16_t, uint_fast32_t;
typedef long long int_least64_t, int_fast64_t;
typedef unsigned long long uint_least64_t, uint_fast64_t;

#define INT8_C(n)	n
#define INT16_C(n)	n
#define INT32_C(n)	n
#define INT64_C(n)	n##LL
#define INTMAX_C(n)	n##LL
#define UINT8_C(n)	n
#define UINT16_C(n)	n
#define UINT32_C(n)	n##U
#define UINT64_C(n)	n##ULL
#define UINTMAX_C(n)	n##ULL
#define INTMAX_MIN	INT64_MIN
#define INTMAX_MAX	INT64_MAX
#define UINTMAX_MAX	UINT64_MAX
#define INTPTR_MIN	(-9223372036854775807L - 1)
#define INTPTR_MAX	9223372036854775807L
#define UINTPTR_MAX	18446744073709551615UL
#define SIZE_MAX	18446744073709551615UL

#endif /* ERESOURCE_PORTED */
#endif /* ERES_STDINT_H */
