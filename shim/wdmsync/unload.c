// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver is unloaded, has returned from its exit routine, and has left something behind:
 * on Windows that stops the system as soon as it gets to code that is not there any more
 * (0xCE). Here it is reported, in the notifier that comes before the text goes.
 *
 *	a thread that has not ended, a work	rmmod waits: for ever, if it does not end
 *	item that has not returned
 *	a timer that is set, a DPC that is	leaves its queue, and does not run
 *	queued
 *	a DPC that runs				rmmod waits
 *
 * What a driver has stopped, but not waited for, is so waited for; what it has freed
 * under its threads' hands is its own affair. A timer without a DPC, in memory that the
 * driver has allocated, is not known to be the driver's: only if that is freed.
 *
 * Each of these may begin another one. So all are looked for under the dispatcher lock,
 * where no timer is set, none expires, and no thread ends: DPCs, work items and threads at
 * one instant (work.c), which may set timers; then timers. If there is none, there will be
 * none. The lock is held for all that is in any queue, each time for one thing that is
 * found: at the unload of a module, this step is not bounded.
 */
#include <linux/module.h>
#include <linux/notifier.h>

#include "dpc.h"
#include "thread_object.h"
#include "timer.h"
#include "unload.h"
#include "waiter.h"
#include "work.h"

#define ERES_UNLOADED_EARLY	0xCE

#define ERES_LEFT(parameters, text, cure)					\
	ERES_MISUSE(ERES_UNLOADED_EARLY, parameters,				\
		    "DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS",	\
		    text, cure)

static const struct eres_misuse thread_left =
	ERES_LEFT("anaa", "driver unloaded before a thread of its has ended",
		  "keep a reference to the thread, and wait for it in the exit routine");
static const struct eres_misuse work_left =
	ERES_LEFT("anan", "driver unloaded before a work item of its has returned",
		  "count work items, and wait for the last one in the exit routine");
static const struct eres_misuse timer_left =
	ERES_LEFT("anan", "driver unloaded with a timer of its set",
		  "KeCancelTimer(), then KeFlushQueuedDpcs(), in the exit routine");
static const struct eres_misuse dpc_left =
	ERES_LEFT("anan", "driver unloaded with a DPC of its queued",
		  "KeRemoveQueueDpc(), then KeFlushQueuedDpcs(), in the exit routine");

/**
 * struct eres_left - something that a driver has left behind
 * @task: a thread, with a reference to its object; or %NULL
 * @work: routine of a work item; or %NULL
 * @timer: a timer, which has been taken out of its queue; or %NULL
 * @routine: that of its DPC, or %NULL
 */
struct eres_left {
	struct task_struct *task;
	const void *work;
	const struct eres_timer *timer;
	const void *routine;
};

static void eres_complain_left(const struct eres_misuse *misuse, const char *kind,
			       const void *routine, const void *what)
{
	struct eres_call call = {
		.routine = "unload of a driver",
		.caller = routine,
	};

	eres_complain(misuse, ERES_OBJECT(kind, what), call, (unsigned long)routine, 0,
		      (unsigned long)routine);
}

/* It has a reference to the object, which is given up. */
static void eres_await_thread(struct task_struct *task, bool complain)
{
	/* One more, to have its address. */
	struct eres_thread_object *object = eres_thread_object_get(task);

	eres_thread_object_put(object);
	if (complain)
		eres_complain_left(&thread_left, "thread", object->start, task);
	KeWaitForSingleObject(task, Executive, KernelMode, FALSE, NULL);
	eres_thread_object_put(object);
}

/* Return: false if nothing of the module will run any more. */
static bool eres_find_left(const struct module *module, struct eres_left *left)
{
	unsigned long flags;
	bool deferred;

	*left = (struct eres_left){};
	raw_spin_lock_irqsave(&eres_dispatcher_lock, flags);
	left->work = eres_runs_of_module(module, &deferred, &left->task);
	/* These may cancel it, and need it as long as they run. */
	if (!left->work && !left->task)
		left->timer = __eres_timer_take_of(module, &left->routine);
	raw_spin_unlock_irqrestore(&eres_dispatcher_lock, flags);
	return deferred || left->work || left->task || left->timer;
}

/* One that is queued is taken out; one that runs is waited for. */
static void eres_end_dpc_of(const struct module *module)
{
	const void *routine;
	const struct eres_dpc *dpc = eres_dpc_take_of(module, &routine);

	if (dpc)
		eres_complain_left(&dpc_left, "DPC", routine, dpc);
	else
		eres_dpcs_flush();
}

static int eres_module_event(struct notifier_block *nb, unsigned long action, void *data)
{
	const struct module *module = data;
	struct eres_left left;

	if (action != MODULE_STATE_GOING)
		return NOTIFY_OK;
	while (eres_find_left(module, &left)) {
		if (left.work) {
			eres_complain_left(&work_left, "work item", left.work, NULL);
			eres_await_work_of(module);
		} else if (left.task) {
			eres_await_thread(left.task, true);
		} else if (left.timer) {
			eres_complain_left(&timer_left, "timer", left.routine ?: left.timer,
					   left.timer);
		} else {
			eres_end_dpc_of(module);
		}
	}
	return NOTIFY_OK;
}

/* Before the first module forgets the driver. */
static struct notifier_block eres_module_nb = {
	.notifier_call = eres_module_event,
	.priority = 1,
};

int __init eres_goers_init(void)
{
	return register_module_notifier(&eres_module_nb);
}

/* Of threads whose routine was no module's, or that are on their last way out. */
void eres_goers_exit(void)
{
	struct task_struct *task;

	unregister_module_notifier(&eres_module_nb);
	while ((task = eres_thread_of_module(NULL)))
		eres_await_thread(task, false);
}
