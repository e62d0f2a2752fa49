/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a resource and the site of an initialisation consist of. For the module,
 * and before eresource.h, which has room of the same size for everybody else:
 * layout.c tells it how much, init_export.c checks that. After eresource.h, as in
 * the second module, this adds nothing.
 */
#if !defined(ERES_STORAGE_H) && !defined(ERESOURCE_TYPES_H)
#define ERES_STORAGE_H

#include <linux/lockdep.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct eres_waiter;

/* Constant, but for the key, which is lockdep's. The first four are known to drivers. */
struct eres_site {
	const char *name;
	const char *module;
	const char *file;
	int line;
	struct lock_class_key key;
};

/* What the fields mean and who may change them: owner_word.h. */
struct _ERESOURCE {
	struct rw_semaphore sem;
	/* What the fast paths touch is together. */
	unsigned long owner;
	u32 magic;
	raw_spinlock_t lock;
	u32 group;
	u32 exclusive_waiters;
	u32 shared_waiters;
	u32 contention;
	struct eres_waiter *parked;
	struct eres_site *site;
	struct list_head link;
#ifdef CONFIG_DEBUG_LOCK_ALLOC
	struct lockdep_map dep_map;
#endif
};

#endif /* ERES_STORAGE_H */
