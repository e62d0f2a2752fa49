/* SPDX-License-Identifier: GPL-2.0-only */
/* Counted strings, as far as no table of characters is needed. */
#ifndef ERES_WDK_UNICODE_H
#define ERES_WDK_UNICODE_H

#include "macros.h"
#include "memory.h"
#include "status.h"

#define UNICODE_STRING_MAX_BYTES	((USHORT)65534)
#define UNICODE_STRING_MAX_CHARS	32767

#define RTL_CONSTANT_STRING(s)	{ sizeof(s) - sizeof((s)[0]), sizeof(s), (PVOID)(s) }
#define DECLARE_CONST_UNICODE_STRING(Name, s)				\
	static const WCHAR Name##_buffer[] = s;				\
	static const UNICODE_STRING Name = RTL_CONSTANT_STRING(Name##_buffer)
#define DECLARE_UNICODE_STRING_SIZE(Name, Characters)			\
	WCHAR Name##_buffer[Characters];				\
	UNICODE_STRING Name = { 0, (Characters) * sizeof(WCHAR), Name##_buffer }

/* Of a string that is too long as much as a length can say. */
ERES_FUNCTION VOID RtlInitUnicodeString(PUNICODE_STRING To, PCWSTR From)
{
	SIZE_T n = 0;

	if (From)
		while (n < UNICODE_STRING_MAX_CHARS - 1 && From[n])
			n++;
	To->Length = (USHORT)(n * sizeof(WCHAR));
	To->MaximumLength = From ? (USHORT)(To->Length + sizeof(WCHAR)) : 0;
	To->Buffer = (PWCH)From;
}

ERES_FUNCTION VOID RtlInitEmptyUnicodeString(PUNICODE_STRING To, PWCHAR Buffer, USHORT Size)
{
	To->Length = 0;
	To->MaximumLength = Size;
	To->Buffer = Buffer;
}

ERES_FUNCTION VOID RtlInitString(PSTRING To, PCSZ From)
{
	SIZE_T n = 0;

	if (From)
		while (n < MAXUSHORT - 1 && From[n])
			n++;
	To->Length = (USHORT)n;
	To->MaximumLength = From ? (USHORT)(n + 1) : 0;
	To->Buffer = (PCHAR)From;
}

#define RtlInitAnsiString(To, From)	RtlInitString(To, From)

/* As much as there is room for; with a zero behind it, if there is room for that, too. */
ERES_FUNCTION VOID RtlCopyUnicodeString(PUNICODE_STRING To, PCUNICODE_STRING From)
{
	USHORT n;

	if (!From) {
		To->Length = 0;
		return;
	}
	n = From->Length < To->MaximumLength ? From->Length : To->MaximumLength;
	RtlMoveMemory(To->Buffer, From->Buffer, n);
	To->Length = n;
	if (n + sizeof(WCHAR) <= To->MaximumLength)
		To->Buffer[n / sizeof(WCHAR)] = UNICODE_NULL;
}

ERES_FUNCTION NTSTATUS RtlAppendUnicodeStringToString(PUNICODE_STRING To, PCUNICODE_STRING From)
{
	ULONG n = (ULONG)To->Length + From->Length;

	if (n > To->MaximumLength)
		return STATUS_BUFFER_TOO_SMALL;
	RtlMoveMemory((PCHAR)To->Buffer + To->Length, From->Buffer, From->Length);
	To->Length = (USHORT)n;
	if (n + sizeof(WCHAR) <= To->MaximumLength)
		To->Buffer[n / sizeof(WCHAR)] = UNICODE_NULL;
	return STATUS_SUCCESS;
}

ERES_FUNCTION NTSTATUS RtlAppendUnicodeToString(PUNICODE_STRING To, PCWSTR From)
{
	UNICODE_STRING s;

	if (!From)
		return STATUS_SUCCESS;
	RtlInitUnicodeString(&s, From);
	return RtlAppendUnicodeStringToString(To, &s);
}

#endif /* ERES_WDK_UNICODE_H */
