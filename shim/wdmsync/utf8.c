// SPDX-License-Identifier: GPL-2.0-only
/* Between 16-bit characters and UTF-8. What is neither becomes U+FFFD, and is told of. */
#include <linux/export.h>
#include <linux/types.h>

#define ERESOURCE_WDK
#include <ntddk.h>

#define UTF8_REPLACEMENT	0xfffd

/* Where the result goes: nowhere, if only its size is asked for. */
struct eres_utf_out {
	void *to;
	u32 room;
	u32 used;
	NTSTATUS status;
};

/* What was told first counts, and nothing is written behind what did not fit. */
static bool eres_utf_fits(struct eres_utf_out *out, u32 bytes)
{
	if (out->to && bytes > out->room - out->used) {
		out->status = STATUS_BUFFER_TOO_SMALL;
		return false;
	}
	return true;
}

static u32 eres_utf_invalid(struct eres_utf_out *out)
{
	out->status = STATUS_SOME_NOT_MAPPED;
	return UTF8_REPLACEMENT;
}

static bool eres_put_utf8(struct eres_utf_out *out, u32 c)
{
	u32 bytes = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const u8 marks[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	u8 *to = out->to;
	u32 i;

	if (!eres_utf_fits(out, bytes))
		return false;
	if (to) {
		for (i = bytes - 1; i; i--, c >>= 6)
			to[out->used + i] = 0x80 | (c & 0x3f);
		to[out->used] = marks[bytes] | c;
	}
	out->used += bytes;
	return true;
}

static bool eres_put_wide(struct eres_utf_out *out, u32 c)
{
	u32 bytes = c < 0x10000 ? 2 : 4;
	WCHAR *to = out->to;

	if (!eres_utf_fits(out, bytes))
		return false;
	if (to) {
		to += out->used / sizeof(*to);
		if (c < 0x10000) {
			*to = c;
		} else {
			to[0] = 0xd800 + ((c - 0x10000) >> 10);
			to[1] = 0xdc00 + (c & 0x3ff);
		}
	}
	out->used += bytes;
	return true;
}

/* The next of @n, which it is, and which is none if half of a pair is missing. */
static u32 eres_get_wide(struct eres_utf_out *out, const WCHAR **from, u32 *n)
{
	u32 c = *(*from)++;

	(*n)--;
	if (c < 0xd800 || c > 0xdfff)
		return c;
	if (c > 0xdbff || !*n || **from < 0xdc00 || **from > 0xdfff)
		return eres_utf_invalid(out);
	(*n)--;
	return 0x10000 + ((c - 0xd800) << 10) + (*(*from)++ - 0xdc00);
}

/* As eres_get_wide(): no more is taken than what could have begun a character. */
static u32 eres_get_utf8(struct eres_utf_out *out, const u8 **from, u32 *n)
{
	u32 first = *(*from)++, more, c, low = 0x80, high = 0xbf;

	(*n)--;
	if (first < 0x80)
		return first;
	if (first < 0xc2 || first > 0xf4)
		return eres_utf_invalid(out);
	more = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
	/* Too long for what it is, half of a pair, or beyond the last. */
	if (first == 0xe0)
		low = 0xa0;
	else if (first == 0xf0)
		low = 0x90;
	else if (first == 0xed)
		high = 0x9f;
	else if (first == 0xf4)
		high = 0x8f;
	for (c = first & (0x3f >> more); more; more--, low = 0x80, high = 0xbf) {
		if (!*n || **from < low || **from > high)
			return eres_utf_invalid(out);
		c = c << 6 | (*(*from)++ & 0x3f);
		(*n)--;
	}
	return c;
}

/**
 * RtlUnicodeToUTF8N() - Make UTF-8 of 16-bit characters.
 * @UTF8StringDestination: where, or %NULL: only its size is found out
 * @UTF8StringMaxByteCount: room there
 * @UTF8StringActualByteCount: gets how many bytes that is, or %NULL
 * @UnicodeStringSource: the characters, a zero among them is one
 * @UnicodeStringByteCount: how many bytes they are
 *
 * Context: Any (Windows: IRQL = PASSIVE_LEVEL).
 * Return: STATUS_SUCCESS; STATUS_SOME_NOT_MAPPED if there was half of a pair;
 *         STATUS_BUFFER_TOO_SMALL, with what has room; STATUS_INVALID_PARAMETER_4 and _5
 *         for no source, or an odd size; STATUS_INVALID_PARAMETER for nothing to do.
 * DDI: wdm/nf-wdm-rtlunicodetoutf8n
 */
NTSTATUS RtlUnicodeToUTF8N(PCHAR UTF8StringDestination, ULONG UTF8StringMaxByteCount,
			   PULONG UTF8StringActualByteCount, PCWCH UnicodeStringSource,
			   ULONG UnicodeStringByteCount)
{
	struct eres_utf_out out = {
		.to = UTF8StringDestination,
		.room = UTF8StringMaxByteCount,
		.status = STATUS_SUCCESS,
	};
	u32 n = UnicodeStringByteCount / sizeof(WCHAR);

	if (!UnicodeStringSource)
		return STATUS_INVALID_PARAMETER_4;
	if (UnicodeStringByteCount % sizeof(WCHAR))
		return STATUS_INVALID_PARAMETER_5;
	if (!UTF8StringDestination && !UTF8StringActualByteCount)
		return STATUS_INVALID_PARAMETER;
	while (n && eres_put_utf8(&out, eres_get_wide(&out, &UnicodeStringSource, &n)))
		;
	if (UTF8StringActualByteCount)
		*UTF8StringActualByteCount = out.used;
	return out.status;
}
EXPORT_SYMBOL_GPL(RtlUnicodeToUTF8N);

/**
 * RtlUTF8ToUnicodeN() - Make 16-bit characters of UTF-8.
 * @UnicodeStringDestination: where, or %NULL: only its size is found out
 * @UnicodeStringMaxByteCount: room there, in bytes
 * @UnicodeStringActualByteCount: gets how many bytes that is, or %NULL
 * @UTF8StringSource: the bytes, a zero among them is a character
 * @UTF8StringByteCount: how many they are
 *
 * Context: Any (Windows: IRQL = PASSIVE_LEVEL).
 * Return: as RtlUnicodeToUTF8N(); STATUS_SOME_NOT_MAPPED for what is no UTF-8.
 * DDI: wdm/nf-wdm-rtlutf8tounicoden
 */
NTSTATUS RtlUTF8ToUnicodeN(PWSTR UnicodeStringDestination, ULONG UnicodeStringMaxByteCount,
			   PULONG UnicodeStringActualByteCount, PCCH UTF8StringSource,
			   ULONG UTF8StringByteCount)
{
	struct eres_utf_out out = {
		.to = UnicodeStringDestination,
		.room = UnicodeStringMaxByteCount,
		.status = STATUS_SUCCESS,
	};
	const u8 *from = (const u8 *)UTF8StringSource;
	u32 n = UTF8StringByteCount;

	if (!UTF8StringSource)
		return STATUS_INVALID_PARAMETER_4;
	if (!UnicodeStringDestination && !UnicodeStringActualByteCount)
		return STATUS_INVALID_PARAMETER;
	while (n && eres_put_wide(&out, eres_get_utf8(&out, &from, &n)))
		;
	if (UnicodeStringActualByteCount)
		*UnicodeStringActualByteCount = out.used;
	return out.status;
}
EXPORT_SYMBOL_GPL(RtlUTF8ToUnicodeN);
