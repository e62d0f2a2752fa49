/* SPDX-License-Identifier: GPL-2.0-only */
/* Counted strings. */
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

ERES_FUNCTION VOID RtlInitEmptyUnicodeString(PUNICODE_STRING To, PWCHAR Buffer, USHORT Size)
{
	To->Length = 0;
	To->MaximumLength = Size;
	To->Buffer = Buffer;
}

VOID RtlInitUnicodeString(PUNICODE_STRING DestinationString, PCWSTR SourceString);
VOID RtlCopyUnicodeString(PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString);
NTSTATUS RtlAppendUnicodeStringToString(PUNICODE_STRING Destination, PCUNICODE_STRING Source);
NTSTATUS RtlAppendUnicodeToString(PUNICODE_STRING Destination, PCWSTR Source);
LONG RtlCompareUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
			     BOOLEAN CaseInSensitive);
BOOLEAN RtlEqualUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
			      BOOLEAN CaseInSensitive);
BOOLEAN RtlPrefixUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
			       BOOLEAN CaseInSensitive);

/* One character becomes one, the same in every language. */
WCHAR RtlUpcaseUnicodeChar(WCHAR SourceCharacter);
WCHAR RtlDowncaseUnicodeChar(WCHAR SourceCharacter);
NTSTATUS RtlUpcaseUnicodeString(PUNICODE_STRING DestinationString,
				PCUNICODE_STRING SourceString,
				BOOLEAN AllocateDestinationString);
NTSTATUS RtlDowncaseUnicodeString(PUNICODE_STRING DestinationString,
				  PCUNICODE_STRING SourceString,
				  BOOLEAN AllocateDestinationString);

NTSTATUS RtlDuplicateUnicodeString(ULONG Flags, PCUNICODE_STRING SourceString,
				   PUNICODE_STRING DestinationString);
VOID RtlFreeUnicodeString(PUNICODE_STRING UnicodeString);

NTSTATUS RtlUnicodeStringToInteger(PCUNICODE_STRING String, ULONG Base, PULONG Value);
NTSTATUS RtlIntegerToUnicodeString(ULONG Value, ULONG Base, PUNICODE_STRING String);

/* Bytes: what is beyond ASCII is UTF-8, which is the code page here. */
VOID RtlInitString(PSTRING DestinationString, PCSZ SourceString);
VOID RtlInitAnsiString(PANSI_STRING DestinationString, PCSZ SourceString);
VOID RtlCopyString(PSTRING DestinationString, const STRING *SourceString);
LONG RtlCompareString(const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive);
BOOLEAN RtlEqualString(const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive);
CHAR RtlUpperChar(CHAR Character);
VOID RtlUpperString(PSTRING DestinationString, const STRING *SourceString);
NTSTATUS RtlUnicodeToUTF8N(PCHAR UTF8StringDestination, ULONG UTF8StringMaxByteCount,
			   PULONG UTF8StringActualByteCount, PCWCH UnicodeStringSource,
			   ULONG UnicodeStringByteCount);
NTSTATUS RtlUTF8ToUnicodeN(PWSTR UnicodeStringDestination, ULONG UnicodeStringMaxByteCount,
			   PULONG UnicodeStringActualByteCount, PCCH UTF8StringSource,
			   ULONG UTF8StringByteCount);
NTSTATUS RtlAnsiStringToUnicodeString(PUNICODE_STRING DestinationString,
				      PCANSI_STRING SourceString,
				      BOOLEAN AllocateDestinationString);
NTSTATUS RtlUnicodeStringToAnsiString(PANSI_STRING DestinationString,
				      PCUNICODE_STRING SourceString,
				      BOOLEAN AllocateDestinationString);
NTSTATUS RtlOemStringToUnicodeString(PUNICODE_STRING DestinationString,
				     PCOEM_STRING SourceString,
				     BOOLEAN AllocateDestinationString);
NTSTATUS RtlUnicodeStringToOemString(POEM_STRING DestinationString,
				     PCUNICODE_STRING SourceString,
				     BOOLEAN AllocateDestinationString);
VOID RtlFreeAnsiString(PANSI_STRING AnsiString);
VOID RtlFreeOemString(POEM_STRING OemString);

#endif /* ERES_WDK_UNICODE_H */
