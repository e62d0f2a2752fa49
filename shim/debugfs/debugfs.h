/* SPDX-License-Identifier: GPL-2.0-only */
/* The files in debugfs, and what is in them. */
#ifndef ERES_DEBUGFS_H
#define ERES_DEBUGFS_H

#include <linux/fs.h>
#include <linux/seq_file.h>

extern const struct file_operations eres_locks_fops;
extern const struct file_operations eres_threads_fops;
void eres_debugfs_init(void);
void eres_debugfs_exit(void);

#endif /* ERES_DEBUGFS_H */
