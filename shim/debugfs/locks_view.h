/* SPDX-License-Identifier: GPL-2.0-only */
/* What has been gathered of the resources that a listing shows next. */
#ifndef ERES_LOCKS_VIEW_H
#define ERES_LOCKS_VIEW_H

#include "resource/registry_walk.h"

#define ERES_BATCH	32
#define ERES_PARTIES	256

/* What is kept of a party. */
struct eres_listed {
	struct eres_party party;
	char comm[TASK_COMM_LEN];
};

struct eres_locks_view {
	bool all;
	struct eres_registry_walk walk;
	u64 total;
	u64 held;
	/* Looked at since the read() began. */
	unsigned int scanned;
	/* The file's record after the latest head or dot: on a line of its own. */
	loff_t after_dot;
	/* The file's record of the first in the batch; how many these are. */
	loff_t base;
	unsigned int count;
	struct eres_snapshot snapshot[ERES_BATCH];
	unsigned int parties;
	bool too_many;
	struct eres_listed listed[ERES_PARTIES];
};

void eres_show_resource(struct seq_file *m, const struct eres_locks_view *view,
			const struct eres_snapshot *snapshot);

#endif /* ERES_LOCKS_VIEW_H */
