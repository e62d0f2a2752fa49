/* SPDX-License-Identifier: GPL-2.0-only */
/* wdm_driver_thread.c: 0, or the line of what is wrong. */
#ifndef ERES_KUNIT_WDM_DRIVER_THREAD_H
#define ERES_KUNIT_WDM_DRIVER_THREAD_H

int eres_wdm_top_level(void);
int eres_wdm_threads(void);
int eres_wdm_work(void);

#endif /* ERES_KUNIT_WDM_DRIVER_THREAD_H */
