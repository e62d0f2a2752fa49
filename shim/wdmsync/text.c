// SPDX-License-Identifier: GPL-2.0-only
/* printf() into memory, by Windows' formats and rules. */
#include <linux/export.h>

#define ERESOURCE_WDK
#include <ntddk.h>
#include <wdk/text.h>

#include "format.h"

/* What Windows says of how much there was: -1 if that was more than @max. */
static int eres_written(const struct eres_text *text)
{
	return text->needed > text->size ? -1 : (int)text->needed;
}

/**
 * _vsnprintf() - Format into bytes.
 * @to: where
 * @max: room there, in bytes
 * @format: with Windows' letters
 * @arguments: what it asks for
 *
 * Context: Any.
 * Return: how many bytes were written, besides the zero, for which there may not be
 *         room; -1 if there was more.
 */
int _vsnprintf(char *to, SIZE_T max, const char *format, va_list arguments)
{
	struct eres_text text = { .bytes = to, .size = max };

	eres_format(&text, format, NULL, arguments);
	return eres_written(&text);
}
EXPORT_SYMBOL_GPL(_vsnprintf);

/* As _vsnprintf(), into 16-bit characters, by a format of such. */
int _vsnwprintf(WCHAR *to, SIZE_T max, const WCHAR *format, va_list arguments)
{
	struct eres_text text = { .wide = to, .size = max };

	eres_format(&text, NULL, format, arguments);
	return eres_written(&text);
}
EXPORT_SYMBOL_GPL(_vsnwprintf);

int _snprintf(char *to, SIZE_T max, const char *format, ...)
{
	va_list arguments;
	int written;

	va_start(arguments, format);
	written = _vsnprintf(to, max, format, arguments);
	va_end(arguments);
	return written;
}
EXPORT_SYMBOL_GPL(_snprintf);

int _snwprintf(WCHAR *to, SIZE_T max, const WCHAR *format, ...)
{
	va_list arguments;
	int written;

	va_start(arguments, format);
	written = _vsnwprintf(to, max, format, arguments);
	va_end(arguments);
	return written;
}
EXPORT_SYMBOL_GPL(_snwprintf);
