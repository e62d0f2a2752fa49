/* SPDX-License-Identifier: GPL-2.0-only */
/* wdm_string_driver.c: 0, or the line of what is wrong. */
#ifndef ERES_KUNIT_WDM_STRING_DRIVER_H
#define ERES_KUNIT_WDM_STRING_DRIVER_H

int eres_string_copies(void);
int eres_string_compares(void);
int eres_string_cases(void);
int eres_string_duplicates(void);
int eres_string_numbers(void);
int eres_string_utf8(void);
int eres_string_bytes(void);

#endif /* ERES_KUNIT_WDM_STRING_DRIVER_H */
