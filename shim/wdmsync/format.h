/* SPDX-License-Identifier: GPL-2.0-only */
/* Text by Windows' formats. */
#ifndef WDMSYNC_FORMAT_H
#define WDMSYNC_FORMAT_H

#include <linux/stdarg.h>
#include <linux/types.h>

/*
 * Where text goes: into bytes or into 16-bit characters, as much as fits into @size
 * of them. @needed counts all. A zero follows if there is room for that, too.
 */
struct eres_text {
	char *bytes;
	u16 *wide;
	size_t size;
	size_t needed;
};

void eres_format(struct eres_text *text, const char *bytes, const u16 *wide,
		 va_list arguments);

#endif /* WDMSYNC_FORMAT_H */
