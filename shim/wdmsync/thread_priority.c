// SPDX-License-Identifier: GPL-2.0-only
/*
 * Priorities of drivers' threads. Windows counts from 1 to 31, from 16 on in real
 * time, and a thread has 8 at first. The number is remembered, and made a nice value:
 * 8 is 0, less is nicer, more is less so, and real time is as little nice as can be. A
 * thread of a driver that spins would starve its processor if it were SCHED_FIFO: so
 * it is that only where the parameter "realtime_threads" says so.
 */
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/moduleparam.h>
#include <linux/sched.h>
#include <linux/sched/prio.h>

#include "handle.h"
#include "thread_object.h"

#define ERES_W_PRIORITY		0xE5000005
#define ERES_W_WRONG_KIND	0x1009
#define ERES_W_IRQL_KE_PASSIVE	0x2001B

static bool eres_realtime_threads;
module_param_named(realtime_threads, eres_realtime_threads, bool, 0644);
MODULE_PARM_DESC(realtime_threads,
		 "drivers' threads of LOW_REALTIME_PRIORITY and more are SCHED_FIFO (default N)");

static const struct eres_misuse bad_thread =
	ERES_VIOLATION(ERES_W_WRONG_KIND, "nann",
		       "priority of what is no thread that a driver has made",
		       "pass a thread of PsCreateSystemThread() that has not ended");
static const struct eres_misuse bad_priority =
	ERES_VIOLATION(ERES_W_PRIORITY, "nnnn", "priority that does not exist",
		       "pass 1 to 31; LOW_REALTIME_PRIORITY is 16");
static const struct eres_misuse priority_irql =
	ERES_VIOLATION(ERES_W_IRQL_KE_PASSIVE, "nsnn", "priority set above PASSIVE_LEVEL",
		       "set it at PASSIVE_LEVEL");

static int eres_nice_of(KPRIORITY priority)
{
	if (priority >= LOW_REALTIME_PRIORITY)
		return MIN_NICE;
	return clamp((ERES_NORMAL_PRIORITY - priority) * 3, MIN_NICE, MAX_NICE);
}

static void eres_set_priority(struct eres_thread_object *object, KPRIORITY priority)
{
	WRITE_ONCE(object->priority, priority);
	if (eres_state_of(&object->head) > 0)
		return;
	if (priority >= LOW_REALTIME_PRIORITY && READ_ONCE(eres_realtime_threads))
		sched_set_fifo_low(object->task);
	else
		sched_set_normal(object->task, eres_nice_of(priority));
}

/* The object of a driver's thread, with a reference; %NULL has been reported. */
static struct eres_thread_object *eres_drivers_thread(PKTHREAD thread,
						      struct eres_call call)
{
	struct eres_thread_object *object = eres_thread_object_get(thread);

	if (likely(object && object->system))
		return object;
	if (object)
		eres_thread_object_put(object);
	eres_complain(&bad_thread, ERES_OBJECT("thread", thread), call,
		      (unsigned long)thread, 0, 0);
	return NULL;
}

/**
 * KeSetPriorityThread() - Give a driver's thread a priority.
 * @Thread: the thread
 * @Priority: 1 to 31
 *
 * See above for what is made of it.
 *
 * Misuse: of a thread that no driver has made (0xC4/0x1009), and 0 or more than 31
 * (0xC4/0xE5000005, not a number of Windows'): nothing is done. Above PASSIVE_LEVEL
 * (0xC4/0x2001B): reported, and served in a thread.
 *
 * Context: Task context (Windows: PASSIVE_LEVEL).
 * Return: what it was before; after misuse 8.
 * DDI: wdm/nf-wdm-kesetprioritythread
 */
KPRIORITY KeSetPriorityThread(PKTHREAD Thread, KPRIORITY Priority)
{
	struct eres_call call = ERES_CALL();
	KPRIORITY before = ERES_NORMAL_PRIORITY;
	struct eres_thread_object *object;

	if (unlikely(!eres_check_passive(&priority_irql, ERES_OBJECT("thread", Thread), call)))
		return before;
	object = eres_drivers_thread(Thread, call);
	if (unlikely(!object))
		return before;
	before = READ_ONCE(object->priority);
	if (unlikely(Priority <= LOW_PRIORITY || Priority > HIGH_PRIORITY))
		eres_complain(&bad_priority, ERES_OBJECT("thread", Thread), call,
			      (unsigned long)Priority, 0, 0);
	else
		eres_set_priority(object, Priority);
	eres_thread_object_put(object);
	return before;
}
EXPORT_SYMBOL_GPL(KeSetPriorityThread);

/**
 * KeQueryPriorityThread() - The priority of a driver's thread.
 * @Thread: the thread
 *
 * Misuse: a thread that no driver has made (0xC4/0x1009).
 *
 * Context: Any but NMI.
 * Return: what it has been given; 8 at first, and after misuse.
 * DDI: wdm/nf-wdm-kequeryprioritythread
 */
KPRIORITY KeQueryPriorityThread(PRKTHREAD Thread)
{
	struct eres_call call = ERES_CALL();
	struct eres_thread_object *object = eres_drivers_thread(Thread, call);
	KPRIORITY priority = ERES_NORMAL_PRIORITY;

	if (likely(object)) {
		priority = READ_ONCE(object->priority);
		eres_thread_object_put(object);
	}
	return priority;
}
EXPORT_SYMBOL_GPL(KeQueryPriorityThread);

/**
 * KeSetBasePriorityThread() - Give a driver's thread a priority, relative to the normal one.
 * @Thread: the thread
 * @Increment: so much more than 8; what leads below 1 or beyond 15 leads there
 *
 * Misuse: as KeSetPriorityThread().
 *
 * Context: Task context (Windows: PASSIVE_LEVEL).
 * Return: the increment before; 0 at first, and after misuse.
 * DDI: ntddk/nf-ntddk-kesetbaseprioritythread
 */
LONG KeSetBasePriorityThread(PKTHREAD Thread, LONG Increment)
{
	struct eres_call call = ERES_CALL();
	struct eres_thread_object *object;
	LONG before;

	if (unlikely(!eres_check_passive(&priority_irql, ERES_OBJECT("thread", Thread), call)))
		return 0;
	object = eres_drivers_thread(Thread, call);
	if (unlikely(!object))
		return 0;
	before = READ_ONCE(object->increment);
	Increment = clamp(Increment, 1 - ERES_NORMAL_PRIORITY,
			  LOW_REALTIME_PRIORITY - 1 - ERES_NORMAL_PRIORITY);
	WRITE_ONCE(object->increment, Increment);
	eres_set_priority(object, ERES_NORMAL_PRIORITY + Increment);
	eres_thread_object_put(object);
	return before;
}
EXPORT_SYMBOL_GPL(KeSetBasePriorityThread);
