/* SPDX-License-Identifier: GPL-2.0-only */
/* printf() into memory; formats are as in print.h. */
#ifndef ERES_WDK_TEXT_H
#define ERES_WDK_TEXT_H

#include "widths.h"

int _vsnprintf(char *to, SIZE_T max, const char *format, __builtin_va_list arguments);
int _vsnwprintf(__WCHAR_TYPE__ *to, SIZE_T max, const __WCHAR_TYPE__ *format,
		__builtin_va_list arguments);
int _snprintf(char *to, SIZE_T max, const char *format, ...);
int _snwprintf(__WCHAR_TYPE__ *to, SIZE_T max, const __WCHAR_TYPE__ *format, ...);

#endif /* ERES_WDK_TEXT_H */
