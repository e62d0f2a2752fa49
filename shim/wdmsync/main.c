// SPDX-License-Identifier: GPL-2.0-only
/* The second module: what drivers need beside the locks of the first, and can not have inline. */
#include <linux/module.h>

#include "classes.h"
#include "park.h"

static int __init wdmsync_init(void)
{
	eres_lots_init();
	return eres_classes_init();
}

static void __exit wdmsync_exit(void)
{
	eres_classes_exit();
}

module_init(wdmsync_init);
module_exit(wdmsync_exit);

MODULE_DESCRIPTION("Windows driver routines beside ERESOURCE locks");
MODULE_AUTHOR("The eresource project");
MODULE_VERSION(ERESOURCE_VERSION);
MODULE_LICENSE("GPL");
