/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Strings that end with a zero whatever happens. Sizes are in bytes where the name
 * has Cb, and in characters where it has Cch.
 */
#ifndef ERES_WDK_STRSAFE_H
#define ERES_WDK_STRSAFE_H

#ifdef ERESOURCE_DDK
#include <ntdef.h>
#include <ntstatus.h>
#else
#include "status.h"
#include "types.h"
#endif
#include "text.h"

#define NTSTRSAFE_MAX_CCH	2147483647
#define NTSTRSAFE_UNICODE_STRING_MAX_CCH 32767
typedef CHAR *NTSTRSAFE_PSTR;
typedef const CHAR *NTSTRSAFE_PCSTR;
typedef WCHAR *NTSTRSAFE_PWSTR;
typedef const WCHAR *NTSTRSAFE_PCWSTR;

ERES_FUNCTION NTSTATUS RtlStringCchLengthA(const CHAR *s, SIZE_T max, SIZE_T *length)
{
	SIZE_T n = 0;

	while (s && n < max && s[n])
		n++;
	if (!s || n == max || max > NTSTRSAFE_MAX_CCH)
		return STATUS_INVALID_PARAMETER;
	if (length)
		*length = n;
	return STATUS_SUCCESS;
}

/* At most @max of @from, behind what is there already. */
ERES_FUNCTION NTSTATUS RtlStringCchCatNA(CHAR *to, SIZE_T size, const CHAR *from, SIZE_T max)
{
	SIZE_T n;

	if (RtlStringCchLengthA(to, size, &n))
		return STATUS_INVALID_PARAMETER;
	for (; max && *from; max--, from++, n++) {
		if (n + 1 == size) {
			to[n] = 0;
			return STATUS_BUFFER_OVERFLOW;
		}
		to[n] = *from;
	}
	to[n] = 0;
	return STATUS_SUCCESS;
}

ERES_FUNCTION NTSTATUS RtlStringCchCopyNA(CHAR *to, SIZE_T size, const CHAR *from, SIZE_T max)
{
	if (!size || size > NTSTRSAFE_MAX_CCH)
		return STATUS_INVALID_PARAMETER;
	to[0] = 0;
	return RtlStringCchCatNA(to, size, from, max);
}

ERES_FUNCTION NTSTATUS RtlStringCchVPrintfA(CHAR *to, SIZE_T size, const CHAR *format,
					      __builtin_va_list arguments)
{
	int n;

	if (!size || size > NTSTRSAFE_MAX_CCH)
		return STATUS_INVALID_PARAMETER;
	n = _vsnprintf(to, size, format, arguments);
	if (n >= 0 && (SIZE_T)n < size)
		return STATUS_SUCCESS;
	to[size - 1] = 0;
	return STATUS_BUFFER_OVERFLOW;
}

static __attribute__((__unused__)) NTSTATUS
RtlStringCchPrintfA(CHAR *to, SIZE_T size, const CHAR *format, ...)
{
	__builtin_va_list arguments;
	NTSTATUS status;

	__builtin_va_start(arguments, format);
	status = RtlStringCchVPrintfA(to, size, format, arguments);
	__builtin_va_end(arguments);
	return status;
}

ERES_FUNCTION NTSTATUS RtlStringCbLengthA(const CHAR *s, SIZE_T max, SIZE_T *length)
{
	NTSTATUS status = RtlStringCchLengthA(s, max / sizeof(*s), length);

	if (!status && length)
		*length *= sizeof(*s);
	return status;
}

#define RtlStringCchCatA(to, size, from)	RtlStringCchCatNA(to, size, from, NTSTRSAFE_MAX_CCH)
#define RtlStringCchCopyA(to, size, from)	\
	RtlStringCchCopyNA(to, size, from, NTSTRSAFE_MAX_CCH)
#define RtlStringCbCatA(to, size, from)	RtlStringCchCatA(to, (size) / sizeof(CHAR), from)
#define RtlStringCbCopyA(to, size, from)	RtlStringCchCopyA(to, (size) / sizeof(CHAR), from)
#define RtlStringCbCatNA(to, size, from, max)	\
	RtlStringCchCatNA(to, (size) / sizeof(CHAR), from, (max) / sizeof(CHAR))
#define RtlStringCbCopyNA(to, size, from, max)	\
	RtlStringCchCopyNA(to, (size) / sizeof(CHAR), from, (max) / sizeof(CHAR))
#define RtlStringCbPrintfA(to, size, ...)	\
	RtlStringCchPrintfA(to, (size) / sizeof(CHAR), __VA_ARGS__)
#define RtlStringCbVPrintfA(to, size, format, arguments)	\
	RtlStringCchVPrintfA(to, (size) / sizeof(CHAR), format, arguments)

ERES_FUNCTION NTSTATUS RtlStringCchLengthW(const WCHAR *s, SIZE_T max, SIZE_T *length)
{
	SIZE_T n = 0;

	while (s && n < max && s[n])
		n++;
	if (!s || n == max || max > NTSTRSAFE_MAX_CCH)
		return STATUS_INVALID_PARAMETER;
	if (length)
		*length = n;
	return STATUS_SUCCESS;
}

/* At most @max of @from, behind what is there already. */
ERES_FUNCTION NTSTATUS RtlStringCchCatNW(WCHAR *to, SIZE_T size, const WCHAR *from, SIZE_T max)
{
	SIZE_T n;

	if (RtlStringCchLengthW(to, size, &n))
		return STATUS_INVALID_PARAMETER;
	for (; max && *from; max--, from++, n++) {
		if (n + 1 == size) {
			to[n] = 0;
			return STATUS_BUFFER_OVERFLOW;
		}
		to[n] = *from;
	}
	to[n] = 0;
	return STATUS_SUCCESS;
}

ERES_FUNCTION NTSTATUS RtlStringCchCopyNW(WCHAR *to, SIZE_T size, const WCHAR *from, SIZE_T max)
{
	if (!size || size > NTSTRSAFE_MAX_CCH)
		return STATUS_INVALID_PARAMETER;
	to[0] = 0;
	return RtlStringCchCatNW(to, size, from, max);
}

ERES_FUNCTION NTSTATUS RtlStringCchVPrintfW(WCHAR *to, SIZE_T size, const WCHAR *format,
					      __builtin_va_list arguments)
{
	int n;

	if (!size || size > NTSTRSAFE_MAX_CCH)
		return STATUS_INVALID_PARAMETER;
	n = _vsnwprintf(to, size, format, arguments);
	if (n >= 0 && (SIZE_T)n < size)
		return STATUS_SUCCESS;
	to[size - 1] = 0;
	return STATUS_BUFFER_OVERFLOW;
}

static __attribute__((__unused__)) NTSTATUS
RtlStringCchPrintfW(WCHAR *to, SIZE_T size, const WCHAR *format, ...)
{
	__builtin_va_list arguments;
	NTSTATUS status;

	__builtin_va_start(arguments, format);
	status = RtlStringCchVPrintfW(to, size, format, arguments);
	__builtin_va_end(arguments);
	return status;
}

ERES_FUNCTION NTSTATUS RtlStringCbLengthW(const WCHAR *s, SIZE_T max, SIZE_T *length)
{
	NTSTATUS status = RtlStringCchLengthW(s, max / sizeof(*s), length);

	if (!status && length)
		*length *= sizeof(*s);
	return status;
}

#define RtlStringCchCatW(to, size, from)	RtlStringCchCatNW(to, size, from, NTSTRSAFE_MAX_CCH)
#define RtlStringCchCopyW(to, size, from)	\
	RtlStringCchCopyNW(to, size, from, NTSTRSAFE_MAX_CCH)
#define RtlStringCbCatW(to, size, from)	RtlStringCchCatW(to, (size) / sizeof(WCHAR), from)
#define RtlStringCbCopyW(to, size, from)	RtlStringCchCopyW(to, (size) / sizeof(WCHAR), from)
#define RtlStringCbCatNW(to, size, from, max)	\
	RtlStringCchCatNW(to, (size) / sizeof(WCHAR), from, (max) / sizeof(WCHAR))
#define RtlStringCbCopyNW(to, size, from, max)	\
	RtlStringCchCopyNW(to, (size) / sizeof(WCHAR), from, (max) / sizeof(WCHAR))
#define RtlStringCbPrintfW(to, size, ...)	\
	RtlStringCchPrintfW(to, (size) / sizeof(WCHAR), __VA_ARGS__)
#define RtlStringCbVPrintfW(to, size, format, arguments)	\
	RtlStringCchVPrintfW(to, (size) / sizeof(WCHAR), format, arguments)

#endif /* ERES_WDK_STRSAFE_H */
