// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/kernel/debug/eresource: for root only. Addresses are shown by the rules
 * of %pK: as the kernel shows them everywhere else, so that they can be compared
 * with those in reports.
 */
#include <linux/debugfs.h>
#include <linux/module.h>

#include "debugfs/debugfs.h"
#include "report/stats.h"

static struct dentry *eres_directory;

DEFINE_SHOW_ATTRIBUTE(eres_stats);

/* Without debugfs there is nothing to look at, and nothing else is missing. */
void eres_debugfs_init(void)
{
	eres_directory = debugfs_create_dir("eresource", NULL);
	debugfs_create_file("locks", 0400, eres_directory, NULL,
			    &eres_locks_fops);
	debugfs_create_file("locks_all", 0400, eres_directory, (void *)true,
			    &eres_locks_fops);
	debugfs_create_file("threads", 0400, eres_directory, NULL,
			    &eres_threads_fops);
	debugfs_create_file("stats", 0400, eres_directory, NULL,
			    &eres_stats_fops);
}

void eres_debugfs_exit(void)
{
	debugfs_remove(eres_directory);
}
