// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver that has another one initialise its resource, and leaves it behind. It
 * uses nothing of eresource.ko itself.
 */
#include <linux/module.h>
#include <linux/percpu.h>

#include "eres_left.h"

static bool percpu;
module_param(percpu, bool, 0444);
MODULE_PARM_DESC(percpu, "in a per-CPU variable");

static bool fail;
module_param(fail, bool, 0444);
MODULE_PARM_DESC(fail, "do not start after all");

static ERESOURCE client_static;
static DEFINE_PER_CPU(ERESOURCE, client_percpu);

static int __init client_init(void)
{
	left_initialize(percpu ? per_cpu_ptr(&client_percpu, 0) : &client_static);
	return fail ? -ENODEV : 0;
}
module_init(client_init);

static void __exit client_exit(void)
{
}
module_exit(client_exit);

MODULE_DESCRIPTION("Leaves an ERESOURCE of another driver's behind");
MODULE_LICENSE("GPL");
