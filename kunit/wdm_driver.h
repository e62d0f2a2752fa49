/* SPDX-License-Identifier: GPL-2.0-only */
/* wdm_driver.c: 0, or the line of what is wrong. */
#ifndef ERES_KUNIT_WDM_DRIVER_H
#define ERES_KUNIT_WDM_DRIVER_H

int eres_wdm_events(void);
int eres_wdm_multiple(void);
int eres_wdm_semaphores(void);
int eres_wdm_mutexes(void);
int eres_wdm_clocks(void);

#endif /* ERES_KUNIT_WDM_DRIVER_H */
