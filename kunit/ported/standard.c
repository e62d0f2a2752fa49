// SPDX-License-Identifier: GPL-2.0-only
/* C's own headers, before ours. */
#include <assert.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <ntifs.h>

struct pair {
	uint8_t First;
	wchar_t Second;
};

C_ASSERT(sizeof(wchar_t) == 2);
C_ASSERT(offsetof(struct pair, Second) == 2);
C_ASSERT(sizeof(int64_t) == 8 && sizeof(intptr_t) == sizeof(PVOID));
C_ASSERT(UINT32_MAX == UINT_MAX && INT64_MIN == LLONG_MIN && SIZE_MAX == ULLONG_MAX);
C_ASSERT((char)-1 < 0 && CHAR_MIN == -128);

size_t PortedLengths(bool Wide, const char *s, ...);

size_t PortedLengths(bool Wide, const char *s, ...)
{
	va_list Arguments;
	size_t Length;

	va_start(Arguments, s);
	Length = Wide ? wcslen(va_arg(Arguments, wchar_t *)) : strlen(s);
	va_end(Arguments);
	return Length + (wcscmp(L"ab", L"abc") < 0) + (wcsrchr(L"a.b.c", L'.') != NULL);
}
