/* SPDX-License-Identifier: GPL-2.0-only */
/* The same driver code, compiled with headers in different orders. */
#ifndef ERES_KUNIT_HEADERS_H
#define ERES_KUNIT_HEADERS_H

/* 0, or the Windows status that says what went wrong. */
int eres_headers_windows_first(void);
int eres_headers_linux_first(void);
int eres_headers_filter(void);

/* headers_wdk.c: 0, or the line of what is wrong. */
int eres_wdk_lists(void);
int eres_wdk_interlocked(void);
int eres_wdk_memory(void);
int eres_wdk_strings(void);
int eres_wdk_values(void);

#endif /* ERES_KUNIT_HEADERS_H */
