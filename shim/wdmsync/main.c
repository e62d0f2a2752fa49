// SPDX-License-Identifier: GPL-2.0-only
/* The second module: what drivers need beside the locks of the first, and can not have inline. */
#include <linux/module.h>

#include "classes.h"
#include "dpc.h"
#include "park.h"
#include "timer.h"

static int __init wdmsync_init(void)
{
	int err;

	eres_lots_init();
	eres_timers_init();
	err = eres_dpcs_init();
	if (err)
		return err;
	err = eres_classes_init();
	if (err)
		eres_dpcs_exit();
	return err;
}

static void __exit wdmsync_exit(void)
{
	/* What timers queue is waited for after them. */
	eres_timers_exit();
	eres_dpcs_exit();
	eres_classes_exit();
}

module_init(wdmsync_init);
module_exit(wdmsync_exit);

MODULE_DESCRIPTION("Windows driver routines beside ERESOURCE locks");
MODULE_AUTHOR("The eresource project");
MODULE_VERSION(ERESOURCE_VERSION);
MODULE_LICENSE("GPL");
