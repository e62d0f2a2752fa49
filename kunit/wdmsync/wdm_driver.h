/* SPDX-License-Identifier: GPL-2.0-only */
/* wdm_driver.c, wdm_timer_driver.c: 0, or the line of what is wrong. */
#ifndef ERES_KUNIT_WDM_DRIVER_H
#define ERES_KUNIT_WDM_DRIVER_H

int eres_wdm_events(void);
int eres_wdm_multiple(void);
int eres_wdm_semaphores(void);
int eres_wdm_mutexes(void);
int eres_wdm_clocks(void);
int eres_wdm_time_fields(void);
int eres_wdm_processes(void);

/* wdm_timer_driver.c */
int eres_wdm_dpcs(void);
int eres_wdm_timers(void);
int eres_wdm_due_now(void);
int eres_wdm_absolute(void);

#endif /* ERES_KUNIT_WDM_DRIVER_H */
