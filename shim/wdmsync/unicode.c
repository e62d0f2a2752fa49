// SPDX-License-Identifier: GPL-2.0-only
/* Counted strings: lengths are bytes, and nothing ends with a zero but by chance. */
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/string.h>

#define ERESOURCE_WDK
#include <ntddk.h>

#include "upcase.h"

#define UNICODE_TAG	0x64696e55	/* "Unid" */
#define UNICODE_BYTES(n)	((n) * sizeof(WCHAR))

static size_t eres_characters(PCUNICODE_STRING s)
{
	return s->Length / sizeof(WCHAR);
}

/* A zero behind it, where there is room. */
static void eres_unicode_end(PUNICODE_STRING s)
{
	if (s->Length + sizeof(WCHAR) <= s->MaximumLength)
		s->Buffer[eres_characters(s)] = 0;
}

/**
 * RtlInitUnicodeString() - Make a string of characters that end with a zero.
 * @DestinationString: the string; its buffer is @SourceString
 * @SourceString: the characters, or %NULL: an empty string. Of more than fit as many as
 *                a length can say
 *
 * Context: Any (Windows: any IRQL).
 * DDI: wdm/nf-wdm-rtlinitunicodestring
 */
void RtlInitUnicodeString(PUNICODE_STRING DestinationString, PCWSTR SourceString)
{
	size_t n = 0;

	if (SourceString)
		while (n < UNICODE_STRING_MAX_CHARS - 1 && SourceString[n])
			n++;
	DestinationString->Length = UNICODE_BYTES(n);
	DestinationString->MaximumLength = SourceString ? UNICODE_BYTES(n + 1) : 0;
	DestinationString->Buffer = (PWCH)SourceString;
}
EXPORT_SYMBOL_GPL(RtlInitUnicodeString);

/**
 * RtlCopyUnicodeString() - Copy a string, as much as there is room for.
 * @DestinationString: where; a zero follows if there is room for that, too
 * @SourceString: what, or %NULL: nothing
 *
 * Context: Any (Windows: any IRQL).
 * DDI: wdm/nf-wdm-rtlcopyunicodestring
 */
void RtlCopyUnicodeString(PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString)
{
	USHORT n;

	if (!SourceString) {
		DestinationString->Length = 0;
		return;
	}
	n = min(SourceString->Length, DestinationString->MaximumLength);
	memmove(DestinationString->Buffer, SourceString->Buffer, n);
	DestinationString->Length = n;
	eres_unicode_end(DestinationString);
}
EXPORT_SYMBOL_GPL(RtlCopyUnicodeString);

/**
 * RtlAppendUnicodeStringToString() - Put a string behind another.
 * @Destination: the other
 * @Source: the string
 *
 * Context: Any (Windows: any IRQL).
 * Return: STATUS_SUCCESS; STATUS_BUFFER_TOO_SMALL, and nothing is done.
 * DDI: wdm/nf-wdm-rtlappendunicodestringtostring
 */
NTSTATUS RtlAppendUnicodeStringToString(PUNICODE_STRING Destination, PCUNICODE_STRING Source)
{
	size_t n = Destination->Length + Source->Length;

	if (n > Destination->MaximumLength)
		return STATUS_BUFFER_TOO_SMALL;
	memmove((u8 *)Destination->Buffer + Destination->Length, Source->Buffer, Source->Length);
	Destination->Length = n;
	eres_unicode_end(Destination);
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(RtlAppendUnicodeStringToString);

/* As RtlAppendUnicodeStringToString(), of characters that end with a zero, or %NULL. */
NTSTATUS RtlAppendUnicodeToString(PUNICODE_STRING Destination, PCWSTR Source)
{
	UNICODE_STRING s;

	if (!Source)
		return STATUS_SUCCESS;
	RtlInitUnicodeString(&s, Source);
	return RtlAppendUnicodeStringToString(Destination, &s);
}
EXPORT_SYMBOL_GPL(RtlAppendUnicodeToString);

/* Of @n characters: how much the first that are not alike are apart. */
static LONG eres_unicode_compare(const WCHAR *a, const WCHAR *b, size_t n, bool any_case)
{
	LONG apart = 0;

	for (; n && !apart; n--, a++, b++)
		apart = any_case ? eres_upcase(*a) - eres_upcase(*b) : *a - *b;
	return apart;
}

/**
 * RtlCompareUnicodeString() - Tell which string comes first.
 * @String1: one
 * @String2: the other
 * @CaseInSensitive: whether capitals are as small letters
 *
 * By the values of the characters, of capitals if @CaseInSensitive; then by length.
 *
 * Context: Any (Windows: IRQL = PASSIVE_LEVEL).
 * Return: less than 0 if @String1 does, more than 0 if @String2 does, 0 if they are alike.
 * DDI: wdm/nf-wdm-rtlcompareunicodestring
 */
LONG RtlCompareUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
			     BOOLEAN CaseInSensitive)
{
	size_t n = min(eres_characters(String1), eres_characters(String2));
	LONG apart = eres_unicode_compare(String1->Buffer, String2->Buffer, n, CaseInSensitive);

	return apart ?: String1->Length - String2->Length;
}
EXPORT_SYMBOL_GPL(RtlCompareUnicodeString);

/**
 * RtlEqualUnicodeString() - Tell whether two strings are alike.
 * @String1: one
 * @String2: the other
 * @CaseInSensitive: whether capitals are as small letters
 *
 * Context: Any (Windows: IRQL = PASSIVE_LEVEL).
 * Return: TRUE if they are.
 * DDI: wdm/nf-wdm-rtlequalunicodestring
 */
BOOLEAN RtlEqualUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
			      BOOLEAN CaseInSensitive)
{
	return String1->Length == String2->Length &&
	       !RtlCompareUnicodeString(String1, String2, CaseInSensitive);
}
EXPORT_SYMBOL_GPL(RtlEqualUnicodeString);

/**
 * RtlPrefixUnicodeString() - Tell whether a string begins with another.
 * @String1: the other
 * @String2: the string
 * @CaseInSensitive: whether capitals are as small letters
 *
 * Context: Any (Windows: IRQL = PASSIVE_LEVEL).
 * Return: TRUE if it does.
 * DDI: ntddk/nf-ntddk-rtlprefixunicodestring
 */
BOOLEAN RtlPrefixUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
			       BOOLEAN CaseInSensitive)
{
	return String1->Length <= String2->Length &&
	       !eres_unicode_compare(String1->Buffer, String2->Buffer,
				     eres_characters(String1), CaseInSensitive);
}
EXPORT_SYMBOL_GPL(RtlPrefixUnicodeString);

/* Memory for a string, with room for @bytes. */
static NTSTATUS eres_unicode_allocate(PUNICODE_STRING to, size_t bytes)
{
	if (bytes > UNICODE_STRING_MAX_BYTES)
		return STATUS_INVALID_PARAMETER_2;
	to->Buffer = ExAllocatePoolWithTag(PagedPool, max_t(size_t, bytes, sizeof(WCHAR)),
					   UNICODE_TAG);
	if (!to->Buffer)
		return STATUS_NO_MEMORY;
	to->MaximumLength = bytes;
	return STATUS_SUCCESS;
}

static NTSTATUS eres_unicode_convert(PUNICODE_STRING to, PCUNICODE_STRING from, bool allocate,
				     u16 (*convert)(u16 c))
{
	NTSTATUS status = STATUS_SUCCESS;
	size_t i;

	if (allocate)
		status = eres_unicode_allocate(to, from->Length);
	else if (from->Length > to->MaximumLength)
		status = STATUS_BUFFER_OVERFLOW;
	if (!NT_SUCCESS(status))
		return status;
	for (i = 0; i < eres_characters(from); i++)
		to->Buffer[i] = convert(from->Buffer[i]);
	to->Length = from->Length;
	return STATUS_SUCCESS;
}

/**
 * RtlUpcaseUnicodeString() - A string with capitals only.
 * @DestinationString: where; may be @SourceString
 * @SourceString: of what
 * @AllocateDestinationString: get memory for it, for RtlFreeUnicodeString() to free
 *
 * Context: Any but NMI (Windows: IRQL = PASSIVE_LEVEL). Sleeps below DISPATCH_LEVEL.
 * Return: STATUS_SUCCESS; STATUS_BUFFER_OVERFLOW if there is no room; STATUS_NO_MEMORY.
 * DDI: ntifs/nf-ntifs-rtlupcaseunicodestring
 */
NTSTATUS RtlUpcaseUnicodeString(PUNICODE_STRING DestinationString,
				PCUNICODE_STRING SourceString, BOOLEAN AllocateDestinationString)
{
	return eres_unicode_convert(DestinationString, SourceString, AllocateDestinationString,
				    eres_upcase);
}
EXPORT_SYMBOL_GPL(RtlUpcaseUnicodeString);

/* As RtlUpcaseUnicodeString(), with small letters only. */
NTSTATUS RtlDowncaseUnicodeString(PUNICODE_STRING DestinationString,
				  PCUNICODE_STRING SourceString,
				  BOOLEAN AllocateDestinationString)
{
	return eres_unicode_convert(DestinationString, SourceString, AllocateDestinationString,
				    eres_downcase);
}
EXPORT_SYMBOL_GPL(RtlDowncaseUnicodeString);

/**
 * RtlDuplicateUnicodeString() - A string in memory of its own.
 * @Flags: 1: a zero follows; 2: there is memory even for a string without characters
 * @SourceString: the string
 * @DestinationString: gets it, for RtlFreeUnicodeString() to free
 *
 * Context: Any but NMI (Windows: IRQL = PASSIVE_LEVEL). Sleeps below DISPATCH_LEVEL.
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER; STATUS_NAME_TOO_LONG if there is no
 *         room for a zero; STATUS_NO_MEMORY.
 */
NTSTATUS RtlDuplicateUnicodeString(ULONG Flags, PCUNICODE_STRING SourceString,
				   PUNICODE_STRING DestinationString)
{
	size_t bytes;
	NTSTATUS status;

	if (!SourceString || !DestinationString || Flags & ~3 || Flags == 2)
		return STATUS_INVALID_PARAMETER;
	RtlInitUnicodeString(DestinationString, NULL);
	if (!SourceString->Length && !(Flags & 2))
		return STATUS_SUCCESS;
	bytes = SourceString->Length + (Flags & 1 ? sizeof(WCHAR) : 0);
	if (bytes > UNICODE_STRING_MAX_BYTES)
		return STATUS_NAME_TOO_LONG;
	status = eres_unicode_allocate(DestinationString, bytes);
	if (NT_SUCCESS(status))
		RtlCopyUnicodeString(DestinationString, SourceString);
	return status;
}
EXPORT_SYMBOL_GPL(RtlDuplicateUnicodeString);

/**
 * RtlFreeUnicodeString() - Free the memory of a string that a routine has allocated.
 * @UnicodeString: the string, empty afterwards; one that is empty is left as it is
 *
 * Context: Any but NMI (Windows: IRQL = PASSIVE_LEVEL).
 * DDI: wdm/nf-wdm-rtlfreeunicodestring
 */
void RtlFreeUnicodeString(PUNICODE_STRING UnicodeString)
{
	if (!UnicodeString->Buffer)
		return;
	ExFreePool(UnicodeString->Buffer);
	RtlInitUnicodeString(UnicodeString, NULL);
}
EXPORT_SYMBOL_GPL(RtlFreeUnicodeString);

/* A digit's value, 16 and more if it is none. */
static unsigned int eres_digit(WCHAR c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

/**
 * RtlUnicodeStringToInteger() - Read a number.
 * @String: what is written: blanks, a sign, 0x, 0o or 0b if @Base is 0, digits. It ends
 *          with the first that is none
 * @Base: 2, 8, 10 or 16; 0: as it is written, 10 if nothing is
 * @Value: the number, modulo 2^32
 *
 * Context: Any (Windows: IRQL = PASSIVE_LEVEL).
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER for any other base.
 * DDI: wdm/nf-wdm-rtlunicodestringtointeger
 */
NTSTATUS RtlUnicodeStringToInteger(PCUNICODE_STRING String, ULONG Base, PULONG Value)
{
	const WCHAR *c = String->Buffer, *end = c + eres_characters(String);
	bool negative = false;
	ULONG value = 0;

	while (c < end && *c <= ' ')
		c++;
	if (c < end && (*c == '-' || *c == '+'))
		negative = *c++ == '-';
	if (!Base) {
		Base = 10;
		if (end - c >= 2 && c[0] == '0' && (c[1] == 'x' || c[1] == 'o' || c[1] == 'b')) {
			Base = c[1] == 'x' ? 16 : c[1] == 'o' ? 8 : 2;
			c += 2;
		}
	}
	if (Base != 2 && Base != 8 && Base != 10 && Base != 16)
		return STATUS_INVALID_PARAMETER;
	for (; c < end && eres_digit(*c) < Base; c++)
		value = value * Base + eres_digit(*c);
	*Value = negative ? -value : value;
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(RtlUnicodeStringToInteger);

/**
 * RtlIntegerToUnicodeString() - Write a number.
 * @Value: the number
 * @Base: 2, 8, 10 or 16; 0: 10. Digits above 9 are capitals
 * @String: where; a zero follows if there is room for that, too
 *
 * Context: Any (Windows: IRQL = PASSIVE_LEVEL).
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER for any other base;
 *         STATUS_BUFFER_OVERFLOW if there is no room, and nothing is done.
 * DDI: wdm/nf-wdm-rtlintegertounicodestring
 */
NTSTATUS RtlIntegerToUnicodeString(ULONG Value, ULONG Base, PUNICODE_STRING String)
{
	WCHAR digits[32];
	size_t n = 0, i;

	Base = Base ?: 10;
	if (Base != 2 && Base != 8 && Base != 10 && Base != 16)
		return STATUS_INVALID_PARAMETER;
	do {
		digits[n++] = "0123456789ABCDEF"[Value % Base];
		Value /= Base;
	} while (Value);
	if (UNICODE_BYTES(n) > String->MaximumLength)
		return STATUS_BUFFER_OVERFLOW;
	for (i = 0; i < n; i++)
		String->Buffer[i] = digits[n - 1 - i];
	String->Length = UNICODE_BYTES(n);
	eres_unicode_end(String);
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(RtlIntegerToUnicodeString);
