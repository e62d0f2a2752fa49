/* SPDX-License-Identifier: GPL-2.0-only */
/* Queues of work items, of either kind; see work.c. */
#ifndef WDMSYNC_WORK_H
#define WDMSYNC_WORK_H

#include <linux/hash.h>
#include <linux/types.h>

#define ERESOURCE_WDK
#include <ntddk.h>

#include "check.h"

/* So many items of a queue run at the same time. */
#define ERES_RUNNERS		64

#define ERES_WORKER_INVALID	0xE4
#define ERES_W_FREED_MEMORY	0
#define ERES_W_QUEUED_TWICE	1
#define ERES_W_FREED_QUEUED	2
#define ERES_W_NO_OBJECT	3
#define ERES_W_NO_QUEUE		6
#define ERES_W_NO_ROUTINE	7

/**
 * struct eres_io_item - IO_WORKITEM, or FLT_GENERIC_WORKITEM (flt_work.c)
 * @entry: as which it is queued; its routine is eres_io_routine()
 * @mark: that it is one, here
 * @allocated: by IoAllocateWorkItem(); constant
 * @object: for what the routine works; constant, but of a filter's written as the next
 * @extended: which of the two is to be called; as are the next, written by who queues
 *            it, with the queues' lock
 * @generic: instead, a filter's
 * @routine: that
 * @routine_ex: or that
 * @routine_generic: or that
 * @context: an argument
 */
struct eres_io_item {
	WORK_QUEUE_ITEM entry;
	void *mark;
	bool allocated;
	PVOID object;
	bool extended;
	bool generic;
	union {
		PIO_WORKITEM_ROUTINE routine;
		PIO_WORKITEM_ROUTINE_EX routine_ex;
		PFLT_GENERIC_WORKITEM_ROUTINE routine_generic;
	};
	PVOID context;
};

/* Whose items they are. */
#define ERES_IO_ITEM	0x696f776bUL
#define ERES_FLT_ITEM	0x666c7477UL

/**
 * struct eres_item_family - what the two kinds of struct eres_io_item differ in
 * @kind: what an item is called
 * @mark: ERES_..._ITEM
 * @uninitialised: it is none
 * @freed_queued: it is to end, and is queued
 * @no_object: it has none
 */
struct eres_item_family {
	const char *kind;
	unsigned long mark;
	struct eres_misuse uninitialised;
	struct eres_misuse freed_queued;
	struct eres_misuse no_object;
};

/* What an item has in @mark, where it is. */
static inline void *eres_mark_of(const struct eres_io_item *item, unsigned long family)
{
	return (void *)(hash_long((unsigned long)item, 32) ^ family << 32);
}

static inline bool eres_has_mark(const struct eres_io_item *item, unsigned long family)
{
	void *mark;

	return eres_read_pointer(&mark, &item->mark) && mark == eres_mark_of(item, family);
}

/* How an attempt to queue an item has ended. */
enum eres_queued {
	ERES_QUEUED,
	ERES_QUEUED_ALREADY,
	/* Its links say that it is queued, and it is not. */
	ERES_NOT_QUEUABLE,
};

/* What is written into an item when it is queued. */
typedef void (*eres_prepare_fn)(PWORK_QUEUE_ITEM entry, const void *data);

enum eres_queued eres_queue_entry(PWORK_QUEUE_ITEM entry, WORK_QUEUE_TYPE type,
				  eres_prepare_fn prepare, const void *data);
bool eres_unqueue_entry(PWORK_QUEUE_ITEM entry);
bool eres_is_queued(const WORK_QUEUE_ITEM *entry);
const void *eres_routine_of(const WORK_QUEUE_ITEM *entry);
void eres_io_routine(PVOID unused);
struct eres_io_item *eres_io_item(const void *address, const struct eres_item_family *family,
				  struct eres_call call);
bool eres_end_item(struct eres_io_item *item, const struct eres_item_family *family,
		   struct eres_call call);
bool eres_queue_item(struct eres_io_item *item, const struct eres_item_family *family,
		     const struct eres_io_item *what, WORK_QUEUE_TYPE type,
		     struct eres_call call);
bool eres_check_work(const void *item, const void *routine, WORK_QUEUE_TYPE type,
		     struct eres_call call);
void eres_complain_queued(enum eres_queued result, const void *item, WORK_QUEUE_TYPE type,
			  const void *routine, struct eres_call call);
const void *eres_runs_of_module(const struct module *module, bool *deferred,
				struct task_struct **task);
void eres_await_work_of(const struct module *module);
int eres_work_init(void);
void eres_work_exit(void);

#endif /* WDMSYNC_WORK_H */
