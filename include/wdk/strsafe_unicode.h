/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Safe strings that are counted: UNICODE_STRING. They need not end with a zero. What
 * does not fit is cut off, and told by STATUS_BUFFER_OVERFLOW.
 */
#ifndef ERES_WDK_STRSAFE_UNICODE_H
#define ERES_WDK_STRSAFE_UNICODE_H

/* STATUS_SUCCESS if its lengths are even and right; %NULL is empty. */
ERES_FUNCTION NTSTATUS RtlUnicodeStringValidate(const UNICODE_STRING *s)
{
	if (!s)
		return STATUS_SUCCESS;
	if (s->Length % sizeof(WCHAR) || s->MaximumLength % sizeof(WCHAR) ||
	    s->Length > s->MaximumLength || s->MaximumLength == 0xffff ||
	    (!s->Buffer && s->MaximumLength))
		return STATUS_INVALID_PARAMETER;
	return STATUS_SUCCESS;
}

/* The number of characters before a zero. */
ERES_FUNCTION SIZE_T eres_unicode_length(const WCHAR *s)
{
	SIZE_T n = 0;

	while (n < NTSTRSAFE_UNICODE_STRING_MAX_CCH && s[n])
		n++;
	return n;
}

/* @n characters of @from, whatever they are, behind what is there. */
ERES_FUNCTION NTSTATUS eres_unicode_append(UNICODE_STRING *to, const WCHAR *from, SIZE_T n)
{
	for (; n; n--, from++) {
		if (to->Length == to->MaximumLength)
			return STATUS_BUFFER_OVERFLOW;
		to->Buffer[to->Length / sizeof(WCHAR)] = *from;
		to->Length += sizeof(WCHAR);
	}
	return STATUS_SUCCESS;
}

ERES_FUNCTION NTSTATUS RtlUnicodeStringCat(UNICODE_STRING *to, const UNICODE_STRING *from)
{
	if (!to || RtlUnicodeStringValidate(to) || RtlUnicodeStringValidate(from))
		return STATUS_INVALID_PARAMETER;
	if (!from)
		return STATUS_SUCCESS;
	return eres_unicode_append(to, from->Buffer, from->Length / sizeof(WCHAR));
}

ERES_FUNCTION NTSTATUS RtlUnicodeStringCopy(UNICODE_STRING *to, const UNICODE_STRING *from)
{
	if (!to || RtlUnicodeStringValidate(to) || RtlUnicodeStringValidate(from))
		return STATUS_INVALID_PARAMETER;
	to->Length = 0;
	return RtlUnicodeStringCat(to, from);
}

ERES_FUNCTION NTSTATUS RtlUnicodeStringCatString(UNICODE_STRING *to, const WCHAR *from)
{
	if (!to || RtlUnicodeStringValidate(to) || !from)
		return STATUS_INVALID_PARAMETER;
	return eres_unicode_append(to, from, eres_unicode_length(from));
}

ERES_FUNCTION NTSTATUS RtlUnicodeStringCopyString(UNICODE_STRING *to, const WCHAR *from)
{
	if (!to || RtlUnicodeStringValidate(to) || !from)
		return STATUS_INVALID_PARAMETER;
	to->Length = 0;
	return eres_unicode_append(to, from, eres_unicode_length(from));
}

/* At most @max characters of @from. */
ERES_FUNCTION NTSTATUS RtlUnicodeStringCchCopyStringN(UNICODE_STRING *to, const WCHAR *from,
						      SIZE_T max)
{
	SIZE_T n;

	if (!to || RtlUnicodeStringValidate(to) || !from || max > NTSTRSAFE_UNICODE_STRING_MAX_CCH)
		return STATUS_INVALID_PARAMETER;
	for (n = 0; n < max && from[n]; n++)
		;
	to->Length = 0;
	return eres_unicode_append(to, from, n);
}

#define RtlUnicodeStringCbCopyStringN(to, from, max)	\
	RtlUnicodeStringCchCopyStringN(to, from, (max) / sizeof(WCHAR))

/* Ends with a zero. A zero within @from ends the copy, too. */
ERES_FUNCTION NTSTATUS RtlStringCchCopyUnicodeString(WCHAR *to, SIZE_T size,
						     const UNICODE_STRING *from)
{
	if (!size || size > NTSTRSAFE_MAX_CCH || RtlUnicodeStringValidate(from))
		return STATUS_INVALID_PARAMETER;
	return RtlStringCchCopyNW(to, size, from ? from->Buffer : L"",
				  from ? from->Length / sizeof(WCHAR) : 0);
}

#define RtlStringCbCopyUnicodeString(to, size, from)	\
	RtlStringCchCopyUnicodeString(to, (size) / sizeof(WCHAR), from)

ERES_FUNCTION NTSTATUS RtlUnicodeStringVPrintf(UNICODE_STRING *to, const WCHAR *format,
					       __builtin_va_list arguments)
{
	int n;

	if (!to || RtlUnicodeStringValidate(to) || !format)
		return STATUS_INVALID_PARAMETER;
	n = _vsnwprintf(to->Buffer, to->MaximumLength / sizeof(WCHAR), format, arguments);
	to->Length = n < 0 ? to->MaximumLength : n * sizeof(WCHAR);
	return n < 0 ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

static __attribute__((__unused__)) NTSTATUS
RtlUnicodeStringPrintf(UNICODE_STRING *to, const WCHAR *format, ...)
{
	__builtin_va_list arguments;
	NTSTATUS status;

	__builtin_va_start(arguments, format);
	status = RtlUnicodeStringVPrintf(to, format, arguments);
	__builtin_va_end(arguments);
	return status;
}

#endif /* ERES_WDK_STRSAFE_UNICODE_H */
