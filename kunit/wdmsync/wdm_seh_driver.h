/* SPDX-License-Identifier: GPL-2.0-only */
/* wdm_seh_driver.c: what a routine left behind it, in the order of what it did. */
#ifndef ERES_KUNIT_WDM_SEH_DRIVER_H
#define ERES_KUNIT_WDM_SEH_DRIVER_H

/* Ways out of a block that the macros can not see. */
enum eres_seh_way {
	SEH_FALLS,	/* none: the end of the body */
	SEH_LEAVES,
	SEH_RETURNS,
	SEH_GOES,
	SEH_BREAKS,
	SEH_CONTINUES,
	SEH_WAYS
};

const char *eres_seh_finally(enum eres_seh_way way);
const char *eres_seh_except(enum eres_seh_way way);
const char *eres_seh_nested(void);
const char *eres_seh_inner_loop(void);
const char *eres_seh_try_exit(void);
const char *eres_seh_reactos(int way);
const char *eres_seh_one_statement(int yes);
int eres_seh_statuses(void);

#endif /* ERES_KUNIT_WDM_SEH_DRIVER_H */
