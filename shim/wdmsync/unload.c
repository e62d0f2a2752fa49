// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver is unloaded, has returned from its exit routine, and a thread that it made
 * has not ended, or a work item not returned: on Windows that stops the system as soon
 * as it gets to code that is not there any more (0xCE). Here it is reported, and rmmod
 * waits, in the notifier that comes before the text goes: for ever, if it does not end.
 *
 * What a driver has stopped, but not waited for, is so waited for; what it has freed
 * under its threads' hands is its own affair.
 */
#include <linux/module.h>
#include <linux/notifier.h>

#include "thread_object.h"
#include "unload.h"
#include "work.h"

#define ERES_UNLOADED_EARLY	0xCE

static const struct eres_misuse thread_left =
	ERES_MISUSE(ERES_UNLOADED_EARLY, "anaa",
		    "DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS",
		    "driver unloaded before a thread of its has ended",
		    "keep a reference to the thread, and wait for it in the exit routine");
static const struct eres_misuse work_left =
	ERES_MISUSE(ERES_UNLOADED_EARLY, "anan",
		    "DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS",
		    "driver unloaded before a work item of its has returned",
		    "count work items, and wait for the last one in the exit routine");

static void eres_complain_left(const struct eres_misuse *misuse, const char *kind,
			       const void *routine, const void *what)
{
	struct eres_call call = {
		.routine = "unload of a driver",
		.caller = routine,
		.returned = true,
	};

	eres_complain(misuse, ERES_OBJECT(kind, what), &call, (unsigned long)routine, 0,
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

static int eres_module_event(struct notifier_block *nb, unsigned long action, void *data)
{
	const struct module *module = data;
	struct task_struct *task;
	const void *routine;

	if (action != MODULE_STATE_GOING)
		return NOTIFY_OK;
	/* Either may begin the other as long as there is one. */
	while ((routine = eres_runs_of_module(module, &task)) || task) {
		if (task) {
			eres_await_thread(task, true);
			continue;
		}
		eres_complain_left(&work_left, "work item", routine, NULL);
		eres_await_work_of(module);
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
