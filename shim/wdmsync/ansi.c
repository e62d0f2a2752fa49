// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counted strings of bytes. The code pages, ANSI's and OEM's, are UTF-8, as a Windows can
 * be set to: it is what names have on Linux. Case is that of ASCII.
 */
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/string.h>

#define ERESOURCE_WDK
#include <ntddk.h>

#define ANSI_TAG	0x69736e41	/* "Ansi" */

/**
 * RtlInitString() - Make a string of bytes that end with a zero.
 * @DestinationString: the string; its buffer is @SourceString
 * @SourceString: the bytes, or %NULL: an empty string. Of more than fit as many as a
 *                length can say
 *
 * Context: Any (Windows: any IRQL).
 * DDI: wdm/nf-wdm-rtlinitstring
 */
void RtlInitString(PSTRING DestinationString, PCSZ SourceString)
{
	size_t n = SourceString ? strnlen((const char *)SourceString, MAXUSHORT - 1) : 0;

	DestinationString->Length = n;
	DestinationString->MaximumLength = SourceString ? n + 1 : 0;
	DestinationString->Buffer = (PCHAR)SourceString;
}
EXPORT_SYMBOL_GPL(RtlInitString);

void RtlInitAnsiString(PANSI_STRING DestinationString, PCSZ SourceString)
{
	RtlInitString(DestinationString, SourceString);
}
EXPORT_SYMBOL_GPL(RtlInitAnsiString);

/* As much as there is room for; %NULL is an empty string. */
void RtlCopyString(PSTRING DestinationString, const STRING *SourceString)
{
	USHORT n = SourceString ? min(SourceString->Length, DestinationString->MaximumLength) : 0;

	if (n)
		memmove(DestinationString->Buffer, SourceString->Buffer, n);
	DestinationString->Length = n;
}
EXPORT_SYMBOL_GPL(RtlCopyString);

/* The capital of a character of ASCII. */
CHAR RtlUpperChar(CHAR Character)
{
	return Character >= 'a' && Character <= 'z' ? Character - 'a' + 'A' : Character;
}
EXPORT_SYMBOL_GPL(RtlUpperChar);

/* As RtlCopyString(), with capitals. */
void RtlUpperString(PSTRING DestinationString, const STRING *SourceString)
{
	USHORT n = min(SourceString->Length, DestinationString->MaximumLength), i;

	for (i = 0; i < n; i++)
		DestinationString->Buffer[i] = RtlUpperChar(SourceString->Buffer[i]);
	DestinationString->Length = n;
}
EXPORT_SYMBOL_GPL(RtlUpperString);

/**
 * RtlCompareString() - Tell which string of bytes comes first.
 * @String1: one
 * @String2: the other
 * @CaseInSensitive: whether capitals of ASCII are as small letters
 *
 * Context: Any (Windows: IRQL = PASSIVE_LEVEL).
 * Return: less than 0 if @String1 does, more than 0 if @String2 does, 0 if they are alike.
 * DDI: ntddk/nf-ntddk-rtlcomparestring
 */
LONG RtlCompareString(const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive)
{
	USHORT n = min(String1->Length, String2->Length), i;
	LONG apart = 0;

	for (i = 0; i < n && !apart; i++) {
		CHAR a = String1->Buffer[i], b = String2->Buffer[i];

		apart = CaseInSensitive ? (UCHAR)RtlUpperChar(a) - (UCHAR)RtlUpperChar(b) :
					  (UCHAR)a - (UCHAR)b;
	}
	return apart ?: String1->Length - String2->Length;
}
EXPORT_SYMBOL_GPL(RtlCompareString);

BOOLEAN RtlEqualString(const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive)
{
	return String1->Length == String2->Length &&
	       !RtlCompareString(String1, String2, CaseInSensitive);
}
EXPORT_SYMBOL_GPL(RtlEqualString);

/* Room for @bytes and a zero: what the string has, or memory for them. */
static NTSTATUS eres_string_room(PVOID *buffer, USHORT *maximum, size_t bytes, size_t zero,
				 bool allocate)
{
	if (bytes + zero > MAXUSHORT)
		return STATUS_INVALID_PARAMETER_2;
	if (!allocate)
		return bytes + zero <= *maximum ? STATUS_SUCCESS : STATUS_BUFFER_OVERFLOW;
	*buffer = ExAllocatePoolWithTag(PagedPool, bytes + zero, ANSI_TAG);
	if (!*buffer)
		return STATUS_NO_MEMORY;
	*maximum = bytes + zero;
	return STATUS_SUCCESS;
}

/**
 * RtlAnsiStringToUnicodeString() - Make 16-bit characters of a string of bytes.
 * @DestinationString: where; a zero follows
 * @SourceString: the string, in UTF-8; what is not becomes U+FFFD
 * @AllocateDestinationString: get memory for it, for RtlFreeUnicodeString() to free
 *
 * Context: Any but NMI (Windows: IRQL = PASSIVE_LEVEL). Sleeps below DISPATCH_LEVEL.
 * Return: STATUS_SUCCESS; STATUS_BUFFER_OVERFLOW if there is no room;
 *         STATUS_INVALID_PARAMETER_2 if a length can not say so much; STATUS_NO_MEMORY.
 * DDI: wdm/nf-wdm-rtlansistringtounicodestring
 */
NTSTATUS RtlAnsiStringToUnicodeString(PUNICODE_STRING DestinationString,
				      PCANSI_STRING SourceString,
				      BOOLEAN AllocateDestinationString)
{
	PVOID buffer = DestinationString->Buffer;
	NTSTATUS status;
	ULONG bytes = 0;

	if (SourceString->Length)
		RtlUTF8ToUnicodeN(NULL, 0, &bytes, SourceString->Buffer, SourceString->Length);
	status = eres_string_room(&buffer, &DestinationString->MaximumLength, bytes,
				  sizeof(WCHAR), AllocateDestinationString);
	if (!NT_SUCCESS(status))
		return status;
	DestinationString->Buffer = buffer;
	if (bytes)
		RtlUTF8ToUnicodeN(buffer, bytes, NULL, SourceString->Buffer,
				  SourceString->Length);
	DestinationString->Buffer[bytes / sizeof(WCHAR)] = 0;
	DestinationString->Length = bytes;
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(RtlAnsiStringToUnicodeString);

/* As RtlAnsiStringToUnicodeString(), the other way; RtlFreeAnsiString() frees. */
NTSTATUS RtlUnicodeStringToAnsiString(PANSI_STRING DestinationString,
				      PCUNICODE_STRING SourceString,
				      BOOLEAN AllocateDestinationString)
{
	PVOID buffer = DestinationString->Buffer;
	NTSTATUS status;
	ULONG bytes = 0;
	USHORT length = SourceString->Length & ~1;

	if (length)
		RtlUnicodeToUTF8N(NULL, 0, &bytes, SourceString->Buffer, length);
	status = eres_string_room(&buffer, &DestinationString->MaximumLength, bytes, 1,
				  AllocateDestinationString);
	if (!NT_SUCCESS(status))
		return status;
	DestinationString->Buffer = buffer;
	if (bytes)
		RtlUnicodeToUTF8N(buffer, bytes, NULL, SourceString->Buffer, length);
	DestinationString->Buffer[bytes] = 0;
	DestinationString->Length = bytes;
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(RtlUnicodeStringToAnsiString);

NTSTATUS RtlOemStringToUnicodeString(PUNICODE_STRING DestinationString,
				     PCOEM_STRING SourceString,
				     BOOLEAN AllocateDestinationString)
{
	return RtlAnsiStringToUnicodeString(DestinationString, SourceString,
					    AllocateDestinationString);
}
EXPORT_SYMBOL_GPL(RtlOemStringToUnicodeString);

NTSTATUS RtlUnicodeStringToOemString(POEM_STRING DestinationString,
				     PCUNICODE_STRING SourceString,
				     BOOLEAN AllocateDestinationString)
{
	return RtlUnicodeStringToAnsiString(DestinationString, SourceString,
					    AllocateDestinationString);
}
EXPORT_SYMBOL_GPL(RtlUnicodeStringToOemString);

/* One that is empty is left as it is. */
void RtlFreeAnsiString(PANSI_STRING AnsiString)
{
	if (!AnsiString->Buffer)
		return;
	ExFreePool(AnsiString->Buffer);
	RtlInitString(AnsiString, NULL);
}
EXPORT_SYMBOL_GPL(RtlFreeAnsiString);

void RtlFreeOemString(POEM_STRING OemString)
{
	RtlFreeAnsiString(OemString);
}
EXPORT_SYMBOL_GPL(RtlFreeOemString);
