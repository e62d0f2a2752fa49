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

#define ERES_CHAR		CHAR
#define ERES_VSNPRINTF		_vsnprintf
#define ERES_OF_CHAR(name)	name##A
#include "strsafe_of.h"

#define ERES_CHAR		WCHAR
#define ERES_VSNPRINTF		_vsnwprintf
#define ERES_OF_CHAR(name)	name##W
#include "strsafe_of.h"

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

#ifndef NTSTRSAFE_NO_UNICODE_STRING_FUNCTIONS
#include "strsafe_unicode.h"
#endif

#endif /* ERES_WDK_STRSAFE_H */
