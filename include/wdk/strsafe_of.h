/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The functions of strsafe.h for one width of characters, which includes this once for
 * each: of ERES_CHAR, formatted by ERES_VSNPRINTF(), with the letter that
 * ERES_OF_CHAR() puts at the end of a name.
 */
ERES_FUNCTION NTSTATUS
ERES_OF_CHAR(RtlStringCchLength)(const ERES_CHAR *s, SIZE_T max, SIZE_T *length)
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
ERES_FUNCTION NTSTATUS
ERES_OF_CHAR(RtlStringCchCatN)(ERES_CHAR *to, SIZE_T size, const ERES_CHAR *from, SIZE_T max)
{
	SIZE_T n;

	if (ERES_OF_CHAR(RtlStringCchLength)(to, size, &n))
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

ERES_FUNCTION NTSTATUS
ERES_OF_CHAR(RtlStringCchCopyN)(ERES_CHAR *to, SIZE_T size, const ERES_CHAR *from, SIZE_T max)
{
	if (!size || size > NTSTRSAFE_MAX_CCH)
		return STATUS_INVALID_PARAMETER;
	to[0] = 0;
	return ERES_OF_CHAR(RtlStringCchCatN)(to, size, from, max);
}

ERES_FUNCTION NTSTATUS
ERES_OF_CHAR(RtlStringCchVPrintf)(ERES_CHAR *to, SIZE_T size, const ERES_CHAR *format,
				  __builtin_va_list arguments)
{
	int n;

	if (!size || size > NTSTRSAFE_MAX_CCH)
		return STATUS_INVALID_PARAMETER;
	n = ERES_VSNPRINTF(to, size, format, arguments);
	if (n >= 0 && (SIZE_T)n < size)
		return STATUS_SUCCESS;
	to[size - 1] = 0;
	return STATUS_BUFFER_OVERFLOW;
}

static __attribute__((__unused__)) NTSTATUS
ERES_OF_CHAR(RtlStringCchPrintf)(ERES_CHAR *to, SIZE_T size, const ERES_CHAR *format, ...)
{
	__builtin_va_list arguments;
	NTSTATUS status;

	__builtin_va_start(arguments, format);
	status = ERES_OF_CHAR(RtlStringCchVPrintf)(to, size, format, arguments);
	__builtin_va_end(arguments);
	return status;
}

ERES_FUNCTION NTSTATUS
ERES_OF_CHAR(RtlStringCbLength)(const ERES_CHAR *s, SIZE_T max, SIZE_T *length)
{
	NTSTATUS status = ERES_OF_CHAR(RtlStringCchLength)(s, max / sizeof(*s), length);

	if (!status && length)
		*length *= sizeof(*s);
	return status;
}

#undef ERES_CHAR
#undef ERES_VSNPRINTF
#undef ERES_OF_CHAR
