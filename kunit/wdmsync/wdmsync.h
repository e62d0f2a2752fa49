/* SPDX-License-Identifier: GPL-2.0-only */
/* wdmsync_text.c: 0, or the line of what is wrong. */
#ifndef ERES_KUNIT_WDMSYNC_H
#define ERES_KUNIT_WDMSYNC_H

int eres_wdk_formats(void);
int eres_wdk_room(void);
int eres_wdk_arithmetic(void);
int eres_wdk_pool(void);
int eres_wdk_prints(void);
int eres_wdk_locks(void);

#endif /* ERES_KUNIT_WDMSYNC_H */
