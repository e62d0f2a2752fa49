/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Looking at resources and threads that somebody else uses meanwhile: copies
 * that are good for printing. What is copied at one time may not have been true
 * at any one time; nothing is followed that may be gone.
 */
#ifndef ERES_SNAPSHOT_H
#define ERES_SNAPSHOT_H

#include "lock/lock.h"

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
typedef void (*eres_party_fn)(const struct eres_party *party, void *data);
void eres_visit_parties(struct eres_thread *thread, eres_party_fn fn,
			void *data);
const char *eres_request_text(enum eres_request request);

#endif /* ERES_SNAPSHOT_H */
