/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Looking at resources and threads that somebody else uses meanwhile: copies
 * that are good for printing. What is copied at one time may not have been true
 * at any one time; nothing is followed that may be gone.
 */
#ifndef ERES_SEE_H
#define ERES_SEE_H

#include <linux/seq_file.h>

#include "internal.h"

#define ERES_NAME_LEN	48

/* A resource and where it was initialised. */
struct eres_snapshot {
	const ERESOURCE *resource;
	unsigned long owner;
	u32 group;
	u32 exclusive_waiters;
	u32 shared_waiters;
	u32 contention;
	/* Its site, which goes with its module; no name and line: the function. */
	char name[ERES_NAME_LEN];
	char module[ERES_NAME_LEN];
	char file[ERES_NAME_LEN];
	int line;
};

/* One who owns a resource or waits for it. */
struct eres_party {
	const ERESOURCE *resource;
	/* Of the thread that acquired or waits. */
	const struct eres_thread *thread;
	unsigned long id;
	pid_t pid;
	bool exited;
	/* An owner pointer that has got the thread's ownership, else 0. */
	unsigned long pointer;
	/* Of an owner; 0: it waits. */
	u32 levels;
	bool exclusive;
	/* Of one who waits. */
	enum eres_request request;
	u64 waited_ns;
};

/* snapshot.c */
void eres_snapshot(struct eres_snapshot *snapshot, const ERESOURCE *r);
bool eres_is_owned(const struct eres_snapshot *snapshot);
typedef bool (*eres_party_fn)(const struct eres_party *party, void *data);
void eres_visit_parties(struct eres_thread *thread, eres_party_fn fn,
			void *data);
const char *eres_request_text(enum eres_request request);

/* A walk over all records; under rcu_read_lock(), which may be left between. */
struct eres_record_walk {
	size_t slot;
	unsigned int nth;
};

struct eres_thread *eres_next_record(struct eres_record_walk *walk);

/* wait_warn.c, wait_print.c */
void eres_wait_warn_arm(void);
void eres_wait_warn_exit(void);
void eres_print_hang(const struct eres_report *report);
bool eres_party_is_frozen(const struct eres_party *party);

/* hung_task.c */
void eres_hung_task_init(void);
void eres_hung_task_exit(void);

/* registry_walk.c: a walk over all live resources, a few at a time */
struct eres_registry_walk {
	/* In a bucket's list, to hold the place. Not a live one. */
	ERESOURCE cursor;
	unsigned int bucket;
	bool listed;
	bool done;
	/* What is copied is taken off the list, since this module goes. */
	struct module *goer;
	/* One whose memory has gone, and which has been cut out of the list. */
	const ERESOURCE *lost;
};

/* Under the bucket's lock: shall a copy of this one be kept? */
typedef bool (*eres_resource_fn)(const ERESOURCE *r, void *data);

void eres_registry_walk_begin(struct eres_registry_walk *walk);
unsigned int eres_registry_walk_on(struct eres_registry_walk *walk,
				   eres_resource_fn want, void *data,
				   struct eres_snapshot *found,
				   unsigned int room);
void eres_registry_walk_end(struct eres_registry_walk *walk);

/* stats.c */
void eres_count_wait(enum eres_request request, u64 ns);
void eres_count_misuse(const struct eres_report *report);
int eres_stats_show(struct seq_file *m, void *unused);

/* debugfs.c, and what is in its files */
extern const struct file_operations eres_locks_fops;
extern const struct file_operations eres_locks_all_fops;
extern const struct file_operations eres_threads_fops;
void eres_debugfs_init(void);
void eres_debugfs_exit(void);

#endif /* ERES_SEE_H */
