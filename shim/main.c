// SPDX-License-Identifier: GPL-2.0-only
/* Loading, unloading and parameters. */
#include <linux/build_bug.h>
#include <linux/module.h>

#include "internal.h"

unsigned int eres_verifier = 1;
module_param_named(verifier, eres_verifier, uint, 0644);
MODULE_PARM_DESC(verifier,
		 "misuse to report: 0 what Windows always checks, 1 also what Driver Verifier checks (default), 2 as 1, and panic");

/* As on 64-bit Windows, where drivers size their structures by it. */
#if defined(CONFIG_64BIT) && !defined(CONFIG_DEBUG_LOCK_ALLOC) && \
	!defined(CONFIG_DEBUG_SPINLOCK) && !defined(CONFIG_DEBUG_RWSEMS)
static_assert(sizeof(ERESOURCE) <= 104);
#endif

static int __init eres_init_module(void)
{
	int err;

	eres_registry_init();
	err = eres_threads_init();
	if (err)
		return err;
	err = eres_bias_init();
	if (err)
		goto out_exit_threads;
	err = eres_task_exit_init();
	if (err)
		goto out_exit_bias;
	err = eres_unload_init();
	if (err)
		goto out_exit_task_exit;
	return 0;

out_exit_task_exit:
	eres_task_exit_exit();
out_exit_bias:
	eres_bias_exit();
out_exit_threads:
	eres_threads_exit();
	return err;
}
module_init(eres_init_module);

static void __exit eres_exit_module(void)
{
	eres_unload_exit();
	eres_task_exit_exit();
	eres_bias_exit();
	eres_threads_exit();
}
module_exit(eres_exit_module);

MODULE_DESCRIPTION("ERESOURCE locks and critical regions for ported Windows drivers");
MODULE_LICENSE("GPL");
