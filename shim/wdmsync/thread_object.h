/* SPDX-License-Identifier: GPL-2.0-only */
/* Threads as objects: what can be waited for, and referred to; see thread_object.c. */
#ifndef WDMSYNC_THREAD_OBJECT_H
#define WDMSYNC_THREAD_OBJECT_H

#include <linux/hash.h>
#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "waitable.h"

/**
 * struct eres_thread_object - a thread that somebody refers to
 * @head: set once the thread has ended; the dispatcher lock
 * @task: which thread, with a reference to it; constant
 * @link: in the table; the table's lock
 * @references: how many keep it: drivers' pointers, handles, waits, and a driver's
 *              thread itself until it has ended; the table's lock
 * @pointers: how many of these a driver has to give back; the same
 * @system: a driver has made it, with what follows; constant
 * @start: its routine; constant
 * @context: the argument; constant
 * @priority: as Windows counts; racily
 * @increment: what KeSetBasePriorityThread() has been told; racily
 * @rcu: to be freed by
 */
struct eres_thread_object {
	struct eres_waitable head;
	struct task_struct *task;
	struct hlist_node link;
	unsigned long references;
	unsigned long pointers;
	bool system;
	PKSTART_ROUTINE start;
	PVOID context;
	KPRIORITY priority;
	LONG increment;
	struct rcu_head rcu;
};

#define ERES_THREAD_TABLE_BITS	8

extern struct hlist_head eres_thread_table[1 << ERES_THREAD_TABLE_BITS];

/* A thread that nobody refers to, or its process, to itself. */
extern struct eres_waitable eres_thread_itself;

static inline struct hlist_head *eres_thread_bucket(const void *task)
{
	return &eres_thread_table[hash_ptr(task, ERES_THREAD_TABLE_BITS)];
}

struct eres_thread_object *__eres_thread_object_get(const void *address);

/* What is known by that address, if anything is: with a reference. Any context. */
static inline struct eres_thread_object *eres_thread_object_get(const void *address)
{
	/* Who has a right to ask has seen it listed. */
	if (likely(hlist_empty(eres_thread_bucket(address))))
		return NULL;
	return __eres_thread_object_get(address);
}

static inline struct eres_thread_object *eres_object_of(struct eres_waitable *head)
{
	return container_of(head, struct eres_thread_object, head);
}

/* thread_object.c */
void eres_thread_object_init(struct eres_thread_object *object, struct task_struct *task,
			     unsigned long references);
struct eres_thread_object *eres_thread_find_or_make(void *address);
void eres_thread_object_put(struct eres_thread_object *object);
long eres_thread_point(void *address);
bool eres_thread_unpoint(void *address, long *left);
void eres_thread_point_at(struct eres_thread_object *object);

/* What can be told of a thread. */
struct eres_thread_facts {
	pid_t pid;
	pid_t tgid;
	void *leader;
	bool system;
	bool ends;
};

bool eres_thread_facts(const void *address, struct eres_thread_facts *facts);
struct task_struct *eres_thread_of_module(const struct module *module);
int eres_thread_objects_init(void);
void eres_thread_objects_exit(void);

#endif /* WDMSYNC_THREAD_OBJECT_H */
