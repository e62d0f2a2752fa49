// SPDX-License-Identifier: GPL-2.0-only
/* What modinfo says about the module of the suites. */
#include <linux/module.h>

MODULE_DESCRIPTION("KUnit suites for ERESOURCE locks, regions and IRQL");
MODULE_LICENSE("GPL");
