// SPDX-License-Identifier: GPL-2.0-only
/* The Linux side: only what makes a module of the files beside this one. */
#include <linux/module.h>

MODULE_DESCRIPTION("Idioms of Windows drivers in front of a DDK");
MODULE_LICENSE("GPL");
