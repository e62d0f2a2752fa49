// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text by the formats that Windows' DbgPrint() and printf() family know: l is 32
 * bits, I64 and ll are 64, I is a pointer; S is a string of the other kind of
 * characters than s; Z is a counted string. Floating point is not there.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#define ERESOURCE_WDK
#include <ntddk.h>

#include "format.h"

/* One conversion, as its letters have it. */
struct eres_conversion {
	bool left, plus, blank, zero, sharp;
	int width;
	int precision;			/* -1: not given */
	enum { SIZE_INT, SIZE_CHAR, SIZE_SHORT, SIZE_64, SIZE_POINTER } size;
	enum { KIND_DEFAULT, KIND_BYTES, KIND_WIDE } kind;
};

static void eres_put(struct eres_text *text, u32 c)
{
	if (text->needed < text->size) {
		if (text->wide)
			text->wide[text->needed] = c;
		else
			text->bytes[text->needed] = c;
	}
	text->needed++;
}

/* A character of a wide string: among bytes as UTF-8, as Linux' logs have it. */
static void eres_put_wide(struct eres_text *text, u32 c)
{
	if (text->wide || c < 0x80) {
		eres_put(text, c);
	} else if (c < 0x800) {
		eres_put(text, 0xc0 | c >> 6);
		eres_put(text, 0x80 | (c & 0x3f));
	} else {
		eres_put(text, 0xe0 | c >> 12);
		eres_put(text, 0x80 | (c >> 6 & 0x3f));
		eres_put(text, 0x80 | (c & 0x3f));
	}
}

static void eres_pad(struct eres_text *text, int n, char c)
{
	while (n-- > 0)
		eres_put(text, c);
}

static void eres_put_string(struct eres_text *text, const struct eres_conversion *how,
			    const char *bytes, const u16 *wide, size_t length)
{
	size_t i;

	if (!how->left)
		eres_pad(text, how->width - (int)length, ' ');
	for (i = 0; i < length; i++)
		if (wide)
			eres_put_wide(text, wide[i]);
		else
			eres_put(text, (u8)bytes[i]);
	if (how->left)
		eres_pad(text, how->width - (int)length, ' ');
}

/* A string that ends with a zero, or after as many characters as the precision says. */
static void eres_put_zero_ended(struct eres_text *text, const struct eres_conversion *how,
				const void *s, bool wide)
{
	size_t most = how->precision < 0 ? INT_MAX : how->precision;
	size_t length = 0;

	if (!s) {
		s = "(null)";
		wide = false;
	}
	while (length < most && (wide ? ((const u16 *)s)[length] : ((const u8 *)s)[length]))
		length++;
	eres_put_string(text, how, wide ? NULL : s, wide ? s : NULL, length);
}

/* A counted string, of which there may be none: then there is nothing to print. */
static void eres_put_counted(struct eres_text *text, const struct eres_conversion *how,
			     const UNICODE_STRING *s)
{
	bool wide = how->kind == KIND_WIDE;
	size_t length;

	if (!s || !s->Buffer)
		return;
	length = wide ? s->Length / sizeof(WCHAR) : s->Length;
	if (how->precision >= 0 && how->precision < length)
		length = how->precision;
	eres_put_string(text, how, wide ? NULL : (const char *)s->Buffer,
			wide ? s->Buffer : NULL, length);
}

static void eres_put_number(struct eres_text *text, const struct eres_conversion *how,
			    u64 n, bool negative, int base, bool capital)
{
	const char *digits = capital ? "0123456789ABCDEF" : "0123456789abcdef";
	bool prefix = how->sharp && base == 16 && n;
	char sign = negative ? '-' : how->plus ? '+' : how->blank ? ' ' : 0;
	char buffer[24];
	int length = 0;
	int zeroes, blanks;

	for (; n; n /= base)
		buffer[length++] = digits[n % base];
	if (how->sharp && base == 8)
		buffer[length++] = '0';
	if (!length && how->precision)
		buffer[length++] = '0';

	zeroes = how->precision - length;
	blanks = how->width - length - !!sign - 2 * prefix;
	if (how->precision < 0 && how->zero && !how->left)
		zeroes = blanks;
	blanks -= max(zeroes, 0);

	if (!how->left)
		eres_pad(text, blanks, ' ');
	if (sign)
		eres_put(text, sign);
	if (prefix) {
		eres_put(text, '0');
		eres_put(text, capital ? 'X' : 'x');
	}
	eres_pad(text, zeroes, '0');
	while (length)
		eres_put(text, buffer[--length]);
	if (how->left)
		eres_pad(text, blanks, ' ');
}

/* An address goes through the kernel's own printing, which hides it if it hides addresses. */
static void eres_put_address(struct eres_text *text, const struct eres_conversion *how,
			     const void *p)
{
	char buffer[24];

	scnprintf(buffer, sizeof(buffer), "%p", p);
	eres_put_string(text, how, buffer, NULL, strlen(buffer));
}

/* Of a format, which is of bytes or wide, the next character. */
struct eres_letters {
	const char *bytes;
	const u16 *wide;
};

static u32 eres_letter(const struct eres_letters *at)
{
	return at->wide ? *at->wide : (u8)*at->bytes;
}

static void eres_step(struct eres_letters *at)
{
	if (at->wide)
		at->wide++;
	else
		at->bytes++;
}

static bool eres_accept(struct eres_letters *at, char c)
{
	if (eres_letter(at) != c)
		return false;
	eres_step(at);
	return true;
}

static void eres_read_flags(struct eres_letters *at, struct eres_conversion *how)
{
	for (;;) {
		if (eres_accept(at, '-'))
			how->left = true;
		else if (eres_accept(at, '+'))
			how->plus = true;
		else if (eres_accept(at, ' '))
			how->blank = true;
		else if (eres_accept(at, '0'))
			how->zero = true;
		else if (eres_accept(at, '#'))
			how->sharp = true;
		else
			return;
	}
}

static int eres_read_number(struct eres_letters *at)
{
	int n = 0;

	for (; eres_letter(at) >= '0' && eres_letter(at) <= '9'; eres_step(at))
		if (n < 10000)
			n = 10 * n + eres_letter(at) - '0';
	return n;
}

/* h, hh, l, ll, w, L, I, I32, I64 */
static void eres_read_size(struct eres_letters *at, struct eres_conversion *how)
{
	if (eres_accept(at, 'h')) {
		how->kind = KIND_BYTES;
		how->size = eres_accept(at, 'h') ? SIZE_CHAR : SIZE_SHORT;
	} else if (eres_accept(at, 'l')) {
		how->kind = KIND_WIDE;
		if (eres_accept(at, 'l'))
			how->size = SIZE_64;
	} else if (eres_accept(at, 'w')) {
		how->kind = KIND_WIDE;
	} else if (eres_accept(at, 'L')) {
		how->size = SIZE_64;
	} else if (eres_accept(at, 'I')) {
		how->size = SIZE_POINTER;
		if (eres_accept(at, '6')) {
			eres_accept(at, '4');
			how->size = SIZE_64;
		} else if (eres_accept(at, '3')) {
			eres_accept(at, '2');
			how->size = SIZE_INT;
		}
	}
}

static void eres_put_integer(struct eres_text *text, const struct eres_conversion *how,
			     u32 letter, u64 n)
{
	bool is_signed = letter == 'd' || letter == 'i';
	int base = is_signed || letter == 'u' ? 10 : letter == 'o' ? 8 : 16;
	s64 value;

	switch (how->size) {
	case SIZE_CHAR:
		value = is_signed ? (s64)(s8)n : (s64)(u8)n;
		break;
	case SIZE_SHORT:
		value = is_signed ? (s64)(s16)n : (s64)(u16)n;
		break;
	case SIZE_INT:
		value = is_signed ? (s64)(s32)n : (s64)(u32)n;
		break;
	default:
		value = n;
		break;
	}
	eres_put_number(text, how, is_signed && value < 0 ? -(u64)value : value,
			is_signed && value < 0, base, letter == 'X');
}

void eres_format(struct eres_text *text, const char *bytes, const u16 *wide, va_list from)
{
	struct eres_letters at = { bytes, wide };
	va_list arguments;

	va_copy(arguments, from);
	text->needed = 0;
	for (; eres_letter(&at); eres_step(&at)) {
		struct eres_conversion how = { .precision = -1 };
		bool other = false;
		u32 letter;
		char byte;
		u16 c;

		if (eres_letter(&at) != '%') {
			eres_put_wide(text, eres_letter(&at));
			continue;
		}
		eres_step(&at);
		eres_read_flags(&at, &how);
		how.width = eres_accept(&at, '*') ? va_arg(arguments, int) : eres_read_number(&at);
		if (how.width < 0) {
			how.left = true;
			how.width = -how.width;
		}
		if (eres_accept(&at, '.'))
			how.precision = eres_accept(&at, '*') ? va_arg(arguments, int) :
								eres_read_number(&at);
		eres_read_size(&at, &how);
		letter = eres_letter(&at);

		switch (letter) {
		case 'S':
			other = true;
			fallthrough;
		case 's':
			if (how.kind == KIND_DEFAULT)
				how.kind = !wide == !other ? KIND_BYTES : KIND_WIDE;
			eres_put_zero_ended(text, &how, va_arg(arguments, void *),
					    how.kind == KIND_WIDE);
			break;
		case 'C':
			other = true;
			fallthrough;
		case 'c':
			if (how.kind == KIND_DEFAULT)
				how.kind = !wide == !other ? KIND_BYTES : KIND_WIDE;
			c = va_arg(arguments, int);
			byte = c;
			eres_put_string(text, &how, &byte, how.kind == KIND_WIDE ? &c : NULL, 1);
			break;
		case 'Z':
			eres_put_counted(text, &how, va_arg(arguments, void *));
			break;
		case 'p':
			eres_put_address(text, &how, va_arg(arguments, void *));
			break;
		case 'd':
		case 'i':
		case 'u':
		case 'o':
		case 'x':
		case 'X':
			eres_put_integer(text, &how, letter,
					 how.size == SIZE_64 || how.size == SIZE_POINTER ?
					 va_arg(arguments, u64) : va_arg(arguments, u32));
			break;
		case 0:
			goto out;
		default:
			eres_put_wide(text, letter);
			break;
		}
	}
out:
	va_end(arguments);
	if (text->needed < text->size) {
		if (text->wide)
			text->wide[text->needed] = 0;
		else
			text->bytes[text->needed] = 0;
	}
}
