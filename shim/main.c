// SPDX-License-Identifier: GPL-2.0-only
/* Loading and unloading. */
#include <linux/build_bug.h>
#include <linux/module.h>

#include "debugfs/debugfs.h"
#include "region/region_watch.h"
#include "region/task_exit.h"
#include "resource/resource.h"
#include "wait/wait.h"

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
	err = eres_task_exit_init();
	if (err)
		goto out_exit_threads;
	err = eres_unload_init();
	if (err)
		goto out_exit_task_exit;
	eres_debugfs_init();
	eres_region_watch_init();
	eres_hung_task_init();
	return 0;

out_exit_task_exit:
	eres_task_exit_exit();
out_exit_threads:
	eres_threads_exit();
	return err;
}
module_init(eres_init_module);

static void __exit eres_exit_module(void)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		eres_deferred_exit();
	eres_wait_warn_exit();
	eres_hung_task_exit();
	eres_region_watch_exit();
	eres_debugfs_exit();
	eres_task_exit_exit();
	/* No probe can ask for a review any more. */
	eres_unload_exit();
	eres_threads_exit();
}
module_exit(eres_exit_module);

MODULE_DESCRIPTION("ERESOURCE locks and critical regions for ported Windows drivers");
MODULE_AUTHOR("The eresource project");
MODULE_VERSION(ERESOURCE_VERSION);
MODULE_LICENSE("GPL");
