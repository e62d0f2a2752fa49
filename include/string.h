/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * C's own, of which a kernel build has none: of its functions those that every
 * kernel exports, and for strings of 16-bit characters inline ones. In files that
 * are Linux's it is Linux's.
 */
#ifndef ERES_STRING_H
#define ERES_STRING_H

#ifndef ERESOURCE_PORTED
#include <linux/string.h>
#else

#include "stddef.h"
#include "wdk/words.h"

void *memchr(const void *s, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memcpy(void *to, const void *from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *s, int c, size_t n);
char *strcat(char *to, const char *from);
char *strchr(const char *s, int c);
int strcmp(const char *a, const char *b);
char *strcpy(char *to, const char *from);
size_t strlen(const char *s);
char *strncat(char *to, const char *from, size_t n);
int strncmp(const char *a, const char *b, size_t n);
char *strncpy(char *to, const char *from, size_t n);
size_t strnlen(const char *s, size_t n);
char *strrchr(const char *s, int c);
char *strstr(const char *s, const char *what);

ERES_INLINE size_t wcslen(const wchar_t *s)
{
	size_t n = 0;

	while (s[n])
		n++;
	return n;
}

ERES_INLINE size_t wcsnlen(const wchar_t *s, size_t max)
{
	size_t n = 0;

	while (n < max && s[n])
		n++;
	return n;
}

ERES_INLINE wchar_t *wcscpy(wchar_t *to, const wchar_t *from)
{
	return memcpy(to, from, (wcslen(from) + 1) * sizeof(*to));
}

/* Fills up with zeroes, and ends without one if there is no room. */
ERES_INLINE wchar_t *wcsncpy(wchar_t *to, const wchar_t *from, size_t max)
{
	size_t n = wcsnlen(from, max);

	memcpy(to, from, n * sizeof(*to));
	memset(to + n, 0, (max - n) * sizeof(*to));
	return to;
}

ERES_INLINE wchar_t *wcscat(wchar_t *to, const wchar_t *from)
{
	wcscpy(to + wcslen(to), from);
	return to;
}

ERES_INLINE int wcsncmp(const wchar_t *a, const wchar_t *b, size_t max)
{
	for (; max; a++, b++, max--) {
		if (*a != *b)
			return *a < *b ? -1 : 1;
		if (!*a)
			break;
	}
	return 0;
}

ERES_INLINE int wcscmp(const wchar_t *a, const wchar_t *b)
{
	return wcsncmp(a, b, (size_t)-1);
}

/* Of letters those of ASCII only. */
ERES_INLINE wchar_t eres_lower(wchar_t c)
{
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

/* Of letters those of ASCII are alike. */
ERES_INLINE int _wcsnicmp(const wchar_t *a, const wchar_t *b, size_t max)
{
	for (; max; a++, b++, max--) {
		int one = eres_lower(*a);
		int other = eres_lower(*b);

		if (one != other)
			return one < other ? -1 : 1;
		if (!one)
			break;
	}
	return 0;
}

ERES_INLINE int _wcsicmp(const wchar_t *a, const wchar_t *b)
{
	return _wcsnicmp(a, b, (size_t)-1);
}

/* Letters of ASCII, in place. */
ERES_INLINE wchar_t *_wcslwr(wchar_t *s)
{
	wchar_t *p;

	for (p = s; *p; p++)
		*p = eres_lower(*p);
	return s;
}

ERES_INLINE wchar_t *_wcsupr(wchar_t *s)
{
	wchar_t *p;

	for (p = s; *p; p++)
		if (*p >= 'a' && *p <= 'z')
			*p -= 32;
	return s;
}

ERES_INLINE int _strnicmp(const char *a, const char *b, size_t max)
{
	for (; max; a++, b++, max--) {
		int one = eres_lower((unsigned char)*a);
		int other = eres_lower((unsigned char)*b);

		if (one != other)
			return one < other ? -1 : 1;
		if (!one)
			break;
	}
	return 0;
}

ERES_INLINE int _stricmp(const char *a, const char *b)
{
	return _strnicmp(a, b, (size_t)-1);
}

ERES_INLINE wchar_t *wmemcpy(wchar_t *to, const wchar_t *from, size_t n)
{
	return memcpy(to, from, n * sizeof(*to));
}

ERES_INLINE wchar_t *wmemmove(wchar_t *to, const wchar_t *from, size_t n)
{
	return memmove(to, from, n * sizeof(*to));
}

ERES_INLINE int wmemcmp(const wchar_t *a, const wchar_t *b, size_t n)
{
	for (; n; a++, b++, n--)
		if (*a != *b)
			return *a < *b ? -1 : 1;
	return 0;
}

ERES_INLINE wchar_t *wcschr(const wchar_t *s, wchar_t c)
{
	for (; *s != c; s++)
		if (!*s)
			return NULL;
	return (wchar_t *)s;
}

ERES_INLINE wchar_t *wcsrchr(const wchar_t *s, wchar_t c)
{
	const wchar_t *last = NULL;

	for (; (s = wcschr(s, c)); s++) {
		last = s;
		if (!c)
			break;
	}
	return (wchar_t *)last;
}

ERES_INLINE wchar_t *wcsstr(const wchar_t *s, const wchar_t *what)
{
	size_t n = wcslen(what);

	for (; wcsncmp(s, what, n); s++)
		if (!*s)
			return NULL;
	return (wchar_t *)s;
}

#endif /* ERESOURCE_PORTED */
#endif /* ERES_STRING_H */
