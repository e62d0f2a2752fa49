// SPDX-License-Identifier: GPL-2.0-only
/*
 * The two kinds of work items: WORK_QUEUE_ITEM, and IO_WORKITEM, which is for a device
 * or driver object. Queues and who runs them are in work.c.
 *
 * The object is only passed on, and nobody knows of references to it here.
 */
#include <linux/export.h>
#include <linux/slab.h>

#include "work.h"

#define ERES_W_WRONG_PARTNER	0x1009
#define ERES_W_INIT_QUEUED	0x130

static const struct eres_item_family io_items = {
	.kind = "I/O work item",
	.mark = ERES_IO_ITEM,
	.uninitialised =
		ERES_VIOLATION(ERES_W_UNINITIALIZED, "nann",
			       "no I/O work item, or one that has been freed",
			       "IoAllocateWorkItem() or IoInitializeWorkItem() first"),
	.freed_queued =
		ERES_MISUSE(ERES_WORKER_INVALID, "naan", "WORKER_INVALID",
			    "I/O work item freed while it is queued",
			    "free it in its routine, or after that has begun"),
	.no_object =
		ERES_MISUSE(ERES_WORKER_INVALID, "naan", "WORKER_INVALID",
			    "I/O work item without a device or driver object",
			    "pass the driver's own device object when it is allocated"),
};

static const struct eres_misuse wrong_partner =
	ERES_VIOLATION(ERES_W_WRONG_PARTNER, "nann",
		       "I/O work item of the driver's own memory freed, or another uninitialised",
		       "IoFreeWorkItem() for IoAllocateWorkItem(), IoUninitializeWorkItem() for IoInitializeWorkItem()");
static const struct eres_misuse initialised_queued =
	ERES_VIOLATION(ERES_W_INIT_QUEUED, "nann", "I/O work item initialised while it is queued",
		       "initialise once");

/**
 * ExQueueWorkItem() - Have a routine run in a thread of the system's.
 * @WorkItem: says which, see ExInitializeWorkItem()
 * @QueueType: DelayedWorkQueue, or CriticalWorkQueue
 *
 * It runs at PASSIVE_LEVEL, in no region, and may sleep. The item may be freed, or
 * queued again, as soon as the routine has begun: by itself, too.
 *
 * Misuse: an item that is queued (0xE4/1), has no routine (0xE4/7), or has not been
 * initialised (0x96): refused. A queue that does not exist (0xE4/6): reported, and
 * served. What a routine returns with is reported, and put right: a region (0x1), a
 * mutex (0x39), the IRQL raised (0xE1). Memory freed with the queued item in it is
 * reported on kernels with CONFIG_DEBUG_OBJECTS_FREE (0xE4/0), and it does not run.
 *
 * Context: Any but NMI (Windows: IRQL <= DISPATCH_LEVEL). Never sleeps.
 * DDI: wdm/nf-wdm-exqueueworkitem
 */
void ExQueueWorkItem(PWORK_QUEUE_ITEM WorkItem, WORK_QUEUE_TYPE QueueType)
{
	struct eres_call call = ERES_CALL();
	enum eres_queued result;
	const void *routine;

	if (unlikely(!eres_check_object("work item", WorkItem, call)))
		return;
	/* Before it may be gone. */
	routine = WorkItem->WorkerRoutine;
	if (unlikely(!eres_check_work(WorkItem, routine, QueueType, call)))
		return;
	result = eres_queue_entry(WorkItem, QueueType, NULL, NULL);
	if (unlikely(result != ERES_QUEUED))
		eres_complain_queued(result, WorkItem, QueueType, routine, call);
}
EXPORT_SYMBOL_GPL(ExQueueWorkItem);

/* Return: the item, or %NULL, and it has been reported that it is none of that family. */
struct eres_io_item *eres_io_item(const void *address, const struct eres_item_family *family,
				  struct eres_call call)
{
	struct eres_io_item *item = (struct eres_io_item *)address;

	if (unlikely(!eres_check_object(family->kind, item, call)))
		return NULL;
	if (likely(eres_has_mark(item, family->mark)))
		return item;
	eres_complain(&family->uninitialised, ERES_OBJECT(family->kind, item), call,
		      (unsigned long)item, 0, 0);
	return NULL;
}

/* Return: true if it is none any more; else that has been reported. */
bool eres_end_item(struct eres_io_item *item, const struct eres_item_family *family,
		   struct eres_call call)
{
	if (unlikely(eres_is_queued(&item->entry))) {
		eres_complain(&family->freed_queued, ERES_OBJECT(family->kind, item), call,
			      ERES_W_FREED_QUEUED, (unsigned long)item,
			      (unsigned long)eres_routine_of(&item->entry));
		return false;
	}
	WRITE_ONCE(item->mark, NULL);
	return true;
}

static void eres_prepare_item(PWORK_QUEUE_ITEM entry, const void *data)
{
	struct eres_io_item *item = container_of(entry, struct eres_io_item, entry);
	const struct eres_io_item *what = data;

	if (item->generic)
		item->object = what->object;
	item->extended = what->extended;
	/* Any of the three. */
	item->routine = what->routine;
	item->context = what->context;
}

/* Return: true if it is queued; else that has been reported. After that it may be gone. */
bool eres_queue_item(struct eres_io_item *item, const struct eres_item_family *family,
		     const struct eres_io_item *what, WORK_QUEUE_TYPE type,
		     struct eres_call call)
{
	const void *routine = what->routine;
	enum eres_queued result;

	if (unlikely(!item || !eres_check_work(item, routine, type, call)))
		return false;
	if (unlikely(!(item->generic ? what : item)->object))
		eres_complain(&family->no_object, ERES_OBJECT(family->kind, item), call,
			      ERES_W_NO_OBJECT, (unsigned long)item, 0);
	result = eres_queue_entry(&item->entry, type, eres_prepare_item, what);
	if (unlikely(result != ERES_QUEUED))
		eres_complain_queued(result, item, type, routine, call);
	return result == ERES_QUEUED;
}

static void eres_io_item_init(struct eres_io_item *item, PVOID object, bool allocated)
{
	*item = (struct eres_io_item){
		.entry.WorkerRoutine = eres_io_routine,
		.mark = eres_mark_of(item, ERES_IO_ITEM),
		.allocated = allocated,
		.object = object,
	};
}

/**
 * IoAllocateWorkItem() - Allocate an I/O work item.
 * @DeviceObject: is passed to the routine; a device or driver object
 *
 * Context: Any but NMI and, on PREEMPT_RT, hard interrupts (Windows: IRQL <=
 *          DISPATCH_LEVEL). Sleeps below DISPATCH_LEVEL.
 * Return: the item, or %NULL if there is no memory.
 * DDI: wdm/nf-wdm-ioallocateworkitem
 */
PIO_WORKITEM IoAllocateWorkItem(PDEVICE_OBJECT DeviceObject)
{
	gfp_t gfp = KeGetCurrentIrql() >= DISPATCH_LEVEL ? GFP_ATOMIC : GFP_NOIO;
	struct eres_io_item *item = kmalloc(sizeof(*item), gfp | __GFP_NOWARN);

	if (item)
		eres_io_item_init(item, DeviceObject, true);
	return (PIO_WORKITEM)item;
}
EXPORT_SYMBOL_GPL(IoAllocateWorkItem);

/**
 * IoSizeofWorkItem() - How much memory IoInitializeWorkItem() needs.
 *
 * Context: Any.
 * Return: so many bytes, aligned to a pointer.
 * DDI: wdm/nf-wdm-iosizeofworkitem
 */
ULONG IoSizeofWorkItem(void)
{
	return sizeof(struct eres_io_item);
}
EXPORT_SYMBOL_GPL(IoSizeofWorkItem);

/**
 * IoInitializeWorkItem() - Make an I/O work item of some memory.
 * @IoObject: is passed to the routine; a device or driver object
 * @IoWorkItem: IoSizeofWorkItem() bytes
 *
 * Misuse: an item that is queued (0xC4/0x130): refused.
 *
 * Context: Any but NMI.
 * DDI: wdm/nf-wdm-ioinitializeworkitem
 */
void IoInitializeWorkItem(PVOID IoObject, PIO_WORKITEM IoWorkItem)
{
	struct eres_io_item *item = (struct eres_io_item *)IoWorkItem;
	struct eres_call call = ERES_CALL();

	if (unlikely(!eres_check_object("I/O work item", item, call)))
		return;
	if (unlikely((eres_has_mark(item, ERES_IO_ITEM) ||
		      eres_has_mark(item, ERES_FLT_ITEM)) && eres_is_queued(&item->entry))) {
		eres_complain(&initialised_queued, ERES_OBJECT("I/O work item", item), call,
			      (unsigned long)item, 0, 0);
		return;
	}
	eres_io_item_init(item, IoObject, false);
}
EXPORT_SYMBOL_GPL(IoInitializeWorkItem);

/* Return: true if it is none any more; else that has been reported. */
static bool eres_end_io_item(PIO_WORKITEM address, bool allocated, struct eres_call call)
{
	struct eres_io_item *item = eres_io_item(address, &io_items, call);

	if (unlikely(!item))
		return false;
	if (likely(item->allocated == allocated))
		return eres_end_item(item, &io_items, call);
	eres_complain(&wrong_partner, ERES_OBJECT(io_items.kind, item), call, (unsigned long)item,
		      0, 0);
	return false;
}

/**
 * IoFreeWorkItem() - Free an I/O work item that IoAllocateWorkItem() has allocated.
 * @IoWorkItem: the item; not queued: its own routine may free it
 *
 * Misuse: an item that is queued (0xE4/2), one of the driver's own memory
 * (0xC4/0x1009), or none (0xC4/0x1002): refused.
 *
 * Context: Any but NMI and, on PREEMPT_RT, hard interrupts (Windows: IRQL <=
 *          DISPATCH_LEVEL). Never sleeps.
 * DDI: wdm/nf-wdm-iofreeworkitem
 */
void IoFreeWorkItem(PIO_WORKITEM IoWorkItem)
{
	struct eres_call call = ERES_CALL();

	if (likely(eres_end_io_item(IoWorkItem, true, call)))
		kfree(IoWorkItem);
}
EXPORT_SYMBOL_GPL(IoFreeWorkItem);

/**
 * IoUninitializeWorkItem() - End an I/O work item of the driver's own memory.
 * @IoWorkItem: the item; not queued
 *
 * Misuse: as IoFreeWorkItem(), with the two kinds of memory exchanged.
 *
 * Context: Any but NMI.
 * DDI: wdm/nf-wdm-iouninitializeworkitem
 */
void IoUninitializeWorkItem(PIO_WORKITEM IoWorkItem)
{
	struct eres_call call = ERES_CALL();

	eres_end_io_item(IoWorkItem, false, call);
}
EXPORT_SYMBOL_GPL(IoUninitializeWorkItem);

/**
 * IoQueueWorkItem() - Have a routine run in a thread of the system's.
 * @IoWorkItem: the item
 * @WorkerRoutine: gets the object that the item is for, and @Context
 * @QueueType: DelayedWorkQueue
 * @Context: of the driver's own
 *
 * As ExQueueWorkItem(). While the item is queued Windows refers to the object, and nobody
 * does so here: the driver keeps it until the routine has returned.
 *
 * Misuse: the same; no item (0xC4/0x1002): refused; no object (0xE4/3): reported, and
 * served.
 *
 * Context: Any but NMI (Windows: IRQL <= DISPATCH_LEVEL). Never sleeps.
 * DDI: wdm/nf-wdm-ioqueueworkitem
 */
void IoQueueWorkItem(PIO_WORKITEM IoWorkItem, PIO_WORKITEM_ROUTINE WorkerRoutine,
		     WORK_QUEUE_TYPE QueueType, PVOID Context)
{
	struct eres_io_item what = { .routine = WorkerRoutine, .context = Context };
	struct eres_call call = ERES_CALL();

	eres_queue_item(eres_io_item(IoWorkItem, &io_items, call), &io_items, &what, QueueType,
			call);
}
EXPORT_SYMBOL_GPL(IoQueueWorkItem);

/**
 * IoQueueWorkItemEx() - Have a routine run that gets the item, too.
 * @IoWorkItem: the item
 * @WorkerRoutine: gets the object that the item is for, @Context, and the item
 * @QueueType: DelayedWorkQueue
 * @Context: of the driver's own
 *
 * Else as IoQueueWorkItem().
 *
 * Context: Any but NMI (Windows: IRQL <= DISPATCH_LEVEL). Never sleeps.
 * DDI: wdm/nf-wdm-ioqueueworkitemex
 */
void IoQueueWorkItemEx(PIO_WORKITEM IoWorkItem, PIO_WORKITEM_ROUTINE_EX WorkerRoutine,
		       WORK_QUEUE_TYPE QueueType, PVOID Context)
{
	struct eres_io_item what = {
		.extended = true,
		.routine_ex = WorkerRoutine,
		.context = Context,
	};
	struct eres_call call = ERES_CALL();

	eres_queue_item(eres_io_item(IoWorkItem, &io_items, call), &io_items, &what, QueueType,
			call);
}
EXPORT_SYMBOL_GPL(IoQueueWorkItemEx);
