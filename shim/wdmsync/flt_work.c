// SPDX-License-Identifier: GPL-2.0-only
/*
 * FLT_GENERIC_WORKITEM: what minifilters have in the place of IO_WORKITEM. It is one here,
 * too, for the queues (work.c), with a mark of its own: what is allocated by one family is not
 * freed, or queued, by the other.
 *
 * The filter, or instance, is only passed on. There is no filter manager that would know
 * that it is about to go.
 */
#include <linux/export.h>
#include <linux/slab.h>

#include "work.h"

static const struct eres_item_family generic_items = {
	.kind = "generic work item",
	.mark = ERES_FLT_ITEM,
	.uninitialised =
		ERES_VIOLATION(ERES_W_UNINITIALIZED, "nann",
			       "no generic work item, or one that has been freed",
			       "FltAllocateGenericWorkItem() first; or was it overwritten?"),
	.freed_queued =
		ERES_MISUSE(ERES_WORKER_INVALID, "naan", "WORKER_INVALID",
			    "generic work item freed while it is queued",
			    "free it in its routine, or after that has begun"),
	.no_object =
		ERES_MISUSE(ERES_WORKER_INVALID, "naan", "WORKER_INVALID",
			    "generic work item queued without a filter or an instance",
			    "pass the driver's own"),
};

/**
 * FltAllocateGenericWorkItem() - Allocate a work item of a minifilter.
 *
 * Context: Any but NMI and, on PREEMPT_RT, hard interrupts (Windows: IRQL <=
 *          DISPATCH_LEVEL). Sleeps below DISPATCH_LEVEL.
 * Return: the item, or %NULL if there is no memory.
 * DDI: fltkernel/nf-fltkernel-fltallocategenericworkitem
 */
PFLT_GENERIC_WORKITEM FltAllocateGenericWorkItem(void)
{
	gfp_t gfp = KeGetCurrentIrql() >= DISPATCH_LEVEL ? GFP_ATOMIC : GFP_NOIO;
	struct eres_io_item *item = kmalloc(sizeof(*item), gfp | __GFP_NOWARN);

	if (item)
		*item = (struct eres_io_item){
			.entry.WorkerRoutine = eres_io_routine,
			.mark = eres_mark_of(item, ERES_FLT_ITEM),
			.generic = true,
		};
	return (PFLT_GENERIC_WORKITEM)item;
}
EXPORT_SYMBOL_GPL(FltAllocateGenericWorkItem);

/**
 * FltFreeGenericWorkItem() - Free a work item of a minifilter.
 * @FltWorkItem: the item; not queued: its own routine may free it
 *
 * Misuse: an item that is queued (0xE4/2), or none (0xC4/0x1002): refused.
 *
 * Context: Any but NMI and, on PREEMPT_RT, hard interrupts (Windows: IRQL <=
 *          DISPATCH_LEVEL). Never sleeps.
 * DDI: fltkernel/nf-fltkernel-fltfreegenericworkitem
 */
void FltFreeGenericWorkItem(PFLT_GENERIC_WORKITEM FltWorkItem)
{
	struct eres_call call = ERES_CALL();
	struct eres_io_item *item = eres_io_item(FltWorkItem, &generic_items, call);

	if (likely(item && eres_end_item(item, &generic_items, call)))
		kfree(item);
}
EXPORT_SYMBOL_GPL(FltFreeGenericWorkItem);

/**
 * FltQueueGenericWorkItem() - Have a routine of a minifilter run in a thread of the system's.
 * @FltWorkItem: the item
 * @FltObject: the filter, or one of its instances
 * @WorkerRoutine: gets the item, @FltObject, and @Context
 * @QueueType: DelayedWorkQueue, or CriticalWorkQueue
 * @Context: of the driver's own
 *
 * As IoQueueWorkItem().
 *
 * Deviation: @FltObject is not referred to meanwhile, and nobody knows whether it is about to
 * be deleted: STATUS_FLT_DELETING_OBJECT is never the answer.
 *
 * Misuse: as IoQueueWorkItem().
 *
 * Context: Any but NMI (Windows: IRQL <= DISPATCH_LEVEL). Never sleeps.
 * Return: STATUS_SUCCESS: the routine will run; STATUS_INVALID_PARAMETER after misuse that
 *         is refused: not by this call.
 * DDI: fltkernel/nf-fltkernel-fltqueuegenericworkitem
 */
NTSTATUS FltQueueGenericWorkItem(PFLT_GENERIC_WORKITEM FltWorkItem, PVOID FltObject,
				 PFLT_GENERIC_WORKITEM_ROUTINE WorkerRoutine,
				 WORK_QUEUE_TYPE QueueType, PVOID Context)
{
	struct eres_io_item what = {
		.object = FltObject,
		.routine_generic = WorkerRoutine,
		.context = Context,
	};
	struct eres_call call = ERES_CALL();
	struct eres_io_item *item = eres_io_item(FltWorkItem, &generic_items, call);

	return eres_queue_item(item, &generic_items, &what, QueueType, call) ? STATUS_SUCCESS :
									STATUS_INVALID_PARAMETER;
}
EXPORT_SYMBOL_GPL(FltQueueGenericWorkItem);
