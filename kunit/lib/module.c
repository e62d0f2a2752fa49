// SPDX-License-Identifier: GPL-2.0-only
/* What modinfo says about the module of the suites, and its end. */
#include <linux/module.h>

#include "setting.h"

static void __exit eres_kunit_exit(void)
{
	eres_setting_exit();
}
module_exit(eres_kunit_exit);

MODULE_DESCRIPTION("KUnit suites for ERESOURCE locks, regions and IRQL");
MODULE_LICENSE("GPL");
