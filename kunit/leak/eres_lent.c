// SPDX-License-Identifier: GPL-2.0-only
/* A driver that lends its resource to another one, and goes without it. */
#include <linux/module.h>

#include "eres_leak.h"

static ERESOURCE lent_resource;

static int __init lent_init(void)
{
	ExInitializeResourceLite(&lent_resource);
	leak_lend(&lent_resource);
	return 0;
}
module_init(lent_init);

static void __exit lent_exit(void)
{
}
module_exit(lent_exit);

MODULE_DESCRIPTION("Lends an ERESOURCE and goes");
MODULE_LICENSE("GPL");
