// SPDX-License-Identifier: GPL-2.0-only
/*
 * Timers, DPCs and work items as objects with a life (CONFIG_DEBUG_OBJECTS_FREE): whoever
 * frees memory with a queued one in it is told by the kernel, before the memory goes;
 * then it leaves its queue, which does not lead into freed memory, and is reported.
 *
 *	enters a queue	unknown -> active	with the lock of the queue
 *	leaves it	active -> unknown	the same
 *
 * So what has expired, was cancelled, or runs, may be freed: nobody knows of it.
 *
 * Who frees memory has none of these locks, and is asked for what is active in it until
 * there is nothing. What can not be found in its queue has been overwritten, or has left
 * it on another processor just now: it is forgotten all the same. Of one that has left,
 * the kernel then complains once more. Nobody is told of a stack frame that is left.
 */
#include <linux/debugobjects.h>
#include <linux/preempt.h>
#include <linux/sched/task_stack.h>

#include "debug_objects.h"
#include "dpc.h"
#include "timer.h"
#include "work.h"

static const struct eres_misuse timer_freed =
	ERES_MISUSE(ERES_DPC_INVALID, "naaa", "TIMER_OR_DPC_INVALID",
		    "memory freed with a queued timer in it",
		    "KeCancelTimer() before the memory is freed");
static const struct eres_misuse dpc_freed =
	ERES_MISUSE(ERES_DPC_INVALID, "naaa", "TIMER_OR_DPC_INVALID",
		    "memory freed with a queued DPC in it",
		    "KeRemoveQueueDpc() or KeFlushQueuedDpcs() before the memory is freed");
static const struct eres_misuse work_freed =
	ERES_MISUSE(ERES_WORKER_INVALID, "naaa", "WORKER_INVALID",
		    "memory freed with a queued work item in it",
		    "free it in the item's routine, or after that has begun");

/* The range is the object's own: nobody knows how much is being freed. */
static void eres_report_freed(const struct eres_misuse *misuse, unsigned long number,
			      const char *kind, void *object, size_t size)
{
	const unsigned long param[4] = {
		number, (unsigned long)object, (unsigned long)object,
		(unsigned long)object + size,
	};
	struct eres_call call = { .routine = "freeing memory" };

	eres_report_object(misuse, ERES_OBJECT(kind, object), call, param);
}

static bool eres_fixup_timer(void *object, enum debug_obj_state state)
{
	if (state != ODEBUG_STATE_ACTIVE)
		return false;
	if (!eres_is_waitable(object, ERES_TIMERS) || !eres_timer_cancel(object))
		eres_debug_left(ERES_DEBUG_TIMER, object);
	eres_report_freed(&timer_freed, ERES_TIMER_INVALID, "timer", object, sizeof(KTIMER));
	return true;
}

static bool eres_fixup_dpc(void *object, enum debug_obj_state state)
{
	if (state != ODEBUG_STATE_ACTIVE)
		return false;
	if (!eres_dpc_is_marked(object) || !eres_dpc_dequeue(object))
		eres_debug_left(ERES_DEBUG_DPC, object);
	eres_report_freed(&dpc_freed, ERES_DPC_FREED, "DPC", object, sizeof(KDPC));
	return true;
}

static bool eres_fixup_work(void *object, enum debug_obj_state state)
{
	PWORK_QUEUE_ITEM entry = object;
	bool io = entry->WorkerRoutine == eres_io_routine;

	if (state != ODEBUG_STATE_ACTIVE)
		return false;
	if (!eres_unqueue_entry(entry))
		eres_debug_left(ERES_DEBUG_WORK, entry);
	eres_report_freed(&work_freed, ERES_W_FREED_MEMORY, io ? "I/O work item" : "work item",
			  entry, io ? sizeof(struct eres_io_item) : sizeof(*entry));
	return true;
}

/* For "hint:" in the kernel's own message. */
static void *eres_dpc_hint(void *object)
{
	return eres_dpc_is_marked(object) ? ((struct eres_dpc *)object)->routine : NULL;
}

static void *eres_timer_hint(void *object)
{
	struct eres_timer *timer = object;

	return eres_is_waitable(timer, ERES_TIMERS) && timer->dpc ? eres_dpc_hint(timer->dpc) :
								    NULL;
}

static void *eres_work_hint(void *object)
{
	return (void *)eres_routine_of(object);
}

static const struct debug_obj_descr eres_debug_descr[] = {
	[ERES_DEBUG_TIMER] = {
		.name = "KTIMER",
		.debug_hint = eres_timer_hint,
		.fixup_free = eres_fixup_timer,
	},
	[ERES_DEBUG_DPC] = {
		.name = "KDPC",
		.debug_hint = eres_dpc_hint,
		.fixup_free = eres_fixup_dpc,
	},
	[ERES_DEBUG_WORK] = {
		.name = "work item",
		.debug_hint = eres_work_hint,
		.fixup_free = eres_fixup_work,
	},
};

/**
 * eres_debug_stock() - Something is about to be queued.
 *
 * What the kernel notes objects in comes from a stock. On PREEMPT_RT that is filled up only
 * by who can be preempted, which nobody can be with the lock of a queue. If it is empty, the
 * kernel watches over nothing any more.
 *
 * Context: Any but NMI.
 */
void eres_debug_stock(void)
{
	u8 nothing;

	if (!IS_ENABLED(CONFIG_PREEMPT_RT) || !preemptible())
		return;
	debug_object_init_on_stack(&nothing, &eres_debug_descr[ERES_DEBUG_TIMER]);
	debug_object_free(&nothing, &eres_debug_descr[ERES_DEBUG_TIMER]);
}

/**
 * eres_debug_queued() - Something has been queued.
 * @kind: what
 * @object: the object; the caller has the lock of the queue
 *
 * Context: Any but NMI.
 */
void eres_debug_queued(enum eres_debug_kind kind, void *object)
{
	if (object_is_on_stack(object))
		debug_object_init_on_stack(object, &eres_debug_descr[kind]);
	else
		debug_object_init(object, &eres_debug_descr[kind]);
	debug_object_activate(object, &eres_debug_descr[kind]);
}

/**
 * eres_debug_left() - It is in the queue no more.
 * @kind: what
 * @object: the object
 *
 * Context: Any but NMI.
 */
void eres_debug_left(enum eres_debug_kind kind, void *object)
{
	debug_object_deactivate(object, &eres_debug_descr[kind]);
	debug_object_free(object, &eres_debug_descr[kind]);
}
