/* SPDX-License-Identifier: GPL-2.0-only */
/* KDPC, and the queues of them; see dpc_queue.c for who may touch what. */
#ifndef WDMSYNC_DPC_H
#define WDMSYNC_DPC_H

#include <linux/list.h>
#include <linux/types.h>

#define ERESOURCE_WDK
#include <ntddk.h>

#include "check.h"

/* TIMER_OR_DPC_INVALID, and its first parameters. */
#define ERES_DPC_INVALID	0xC7
#define ERES_TIMER_INVALID	0
#define ERES_DPC_FREED		1
#define ERES_DPC_ROUTINE	2
#define ERES_DPC_PROCESSOR	3

/* The first byte, as Windows numbers them. */
enum eres_dpc_type {
	ERES_DPC		= 19,
	ERES_THREADED_DPC	= 24,
};

struct eres_dpc_queue;

/**
 * struct eres_dpc - KDPC
 * @type: one of the above; constant
 * @importance: %HighImportance goes first; the lock of the queues
 * @number: processor + 1, or 0: that of who queues it; the same
 * @mark: that it has been initialised, here: no copy elsewhere has it; constant
 * @link: in the queue; the lock
 * @routine: to be called; constant
 * @context: its second argument; constant
 * @argument: the others, while it is queued; the lock
 * @queue: where it is queued, or %NULL; the lock
 */
struct eres_dpc {
	u8 type;
	u8 importance;
	u16 number;
	u32 mark;
	struct list_head link;
	PKDEFERRED_ROUTINE routine;
	void *context;
	void *argument[2];
	struct eres_dpc_queue *queue;
};

/* It is one: it may have been initialised with none, or anew. */
static inline bool eres_dpc_has_routine(const struct eres_dpc *dpc)
{
	return eres_is_kernel_address((unsigned long)READ_ONCE(dpc->routine));
}

/* dpc.c */
bool eres_dpc_is_marked(const struct eres_dpc *dpc);
void eres_dpc_complain_routine(const struct eres_dpc *dpc, struct eres_call call);
struct eres_dpc *eres_dpc_to_queue(PKDPC address, struct eres_call call);

/* dpc_queue.c */
int eres_dpcs_init(void);
void eres_dpcs_exit(void);
bool eres_dpc_queue(struct eres_dpc *dpc, void *first, void *second);
bool eres_dpc_dequeue(struct eres_dpc *dpc);
bool eres_dpc_renew(struct eres_dpc *dpc, const struct eres_dpc *as);
void eres_dpc_change(struct eres_dpc *dpc, int importance, int number);
void eres_dpcs_flush(void);
bool eres_dpc_is_of_module(const struct module *module);
struct eres_dpc *eres_dpc_take_of(const struct module *module, const void **routine);

#endif /* WDMSYNC_DPC_H */
