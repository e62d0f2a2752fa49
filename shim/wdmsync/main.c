// SPDX-License-Identifier: GPL-2.0-only
/* The second module: what drivers need beside the locks of the first, and can not have inline. */
#include <linux/module.h>

MODULE_DESCRIPTION("Windows driver routines beside ERESOURCE locks");
MODULE_LICENSE("GPL");
