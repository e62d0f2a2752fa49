// SPDX-License-Identifier: GPL-2.0-only
/* The second module: what drivers need beside the locks of the first, and can not have inline. */
#include <linux/module.h>

#include "classes.h"
#include "compat.h"
#include "dpc.h"
#include "handle.h"
#include "park.h"
#include "thread_object.h"
#include "timer.h"
#include "unload.h"
#include "work.h"

static int __init wdmsync_init(void)
{
	int err;

	eres_lots_init();
	eres_timers_init();
	if (!ERES_BH_IS_EXCLUSIVE)
		pr_warn("wdmsync: a thread may spin for one that it has preempted: use CONFIG_PREEMPT_RT_NEEDS_BH_LOCK\n");
	err = eres_dpcs_init();
	if (err)
		return err;
	err = eres_classes_init();
	if (err)
		goto out_dpcs;
	err = eres_work_init();
	if (err)
		goto out_classes;
	err = eres_thread_objects_init();
	if (err)
		goto out_work;
	err = eres_goers_init();
	if (err)
		goto out_threads;
	return 0;

out_threads:
	eres_thread_objects_exit();
out_work:
	eres_work_exit();
out_classes:
	eres_classes_exit();
out_dpcs:
	eres_dpcs_exit();
	return err;
}

static void __exit wdmsync_exit(void)
{
	eres_goers_exit();
	eres_handles_exit();
	eres_thread_objects_exit();
	eres_work_exit();
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
