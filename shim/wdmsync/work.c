// SPDX-License-Identifier: GPL-2.0-only
/*
 * Work items. An item is the driver's memory, and may be freed by its own routine: so
 * it can not contain a work_struct, whose size it has not, and is not touched once it
 * has been taken from its queue. There are two queues, each with a workqueue of the
 * kernel's and a constant number of runners, which are work_structs of ours. Nothing
 * is allocated.
 *
 *	item		not queued -> queued	ExQueueWorkItem(), IoQueueWorkItem()
 *			queued -> not queued	a runner, which has copied it
 *	runner		idle -> to run		who queues an item
 *			running -> idle		itself, if no item is left
 *
 * One raw lock protects both queues, the links of the items in them, and what each
 * runner is at: items are queued at DISPATCH_LEVEL. It is held for one item; when a
 * driver is unloaded, for all that are queued, and for the locks of DPCs, and of the
 * table of threads, in it.
 *
 * Who queues an item and finds a runner idle starts it; who finds none needs not: a
 * runner becomes idle under the lock, and only if no item is left. Items are taken
 * first come first served, and run at the same time as others, one item even as
 * itself if it has been queued again meanwhile.
 *
 * A driver's routine keeps its module's text: unload.c waits for it. A reference to
 * the module, from when it is queued, would keep rmmod from calling the unload routine
 * that stops an item which queues itself.
 */
#include <linux/list.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "classes.h"
#include "debug_objects.h"
#include "dpc.h"
#include "neighbour.h"
#include "thread_object.h"
#include "work.h"

#define ERES_INVALID_WORK_QUEUE_ITEM	0x96
#define ERES_RETURNED_AT_BAD_IRQL	0xE1

struct eres_queue;

struct eres_runner {
	struct work_struct work;
	struct eres_queue *queue;
	/* In @idle of the queue; the lock. */
	struct list_head link;
	/* Of the driver's, that runs, and for which item, which may be gone; the lock. */
	const void *routine;
	const void *item;
};

struct eres_queue {
	struct workqueue_struct *workqueue;
	struct list_head items;
	struct list_head idle;
	struct eres_runner runner[ERES_RUNNERS];
};

/* What has been copied from an item. */
struct eres_job {
	const void *item;
	const void *routine;
	PWORKER_THREAD_ROUTINE plain;
	struct eres_io_item io;
	PVOID parameter;
};

static DEFINE_RAW_SPINLOCK(eres_work_lock);
static struct eres_queue eres_queues[2];
/* Somebody waits for a routine to return. */
static DECLARE_WAIT_QUEUE_HEAD(eres_returned);

static const struct eres_misuse queued_twice =
	ERES_MISUSE(ERES_WORKER_INVALID, "naaa", "WORKER_INVALID", "work item queued twice",
		    "queue it again when its routine has begun, not before");
static const struct eres_misuse bad_links =
	ERES_MISUSE(ERES_INVALID_WORK_QUEUE_ITEM, "aaaa", "INVALID_WORK_QUEUE_ITEM",
		    "work item queued that has not been initialised",
		    "ExInitializeWorkItem() first; or was it overwritten?");
static const struct eres_misuse no_queue =
	ERES_MISUSE(ERES_WORKER_INVALID, "nann", "WORKER_INVALID",
		    "work item queued to a queue that does not exist",
		    "pass DelayedWorkQueue");
static const struct eres_misuse no_routine =
	ERES_MISUSE(ERES_WORKER_INVALID, "naan", "WORKER_INVALID", "work item without a routine",
		    "pass the address of a routine of the driver");
static const struct eres_misuse ends_raised =
	ERES_MISUSE(ERES_RETURNED_AT_BAD_IRQL, "anan", "WORKER_THREAD_RETURNED_AT_BAD_IRQL",
		    "a work item returned with the IRQL raised",
		    "release spin locks, and lower it to what KeRaiseIrql() has returned");

/* Marks an item of the other kind; nobody calls it. */
void eres_io_routine(PVOID unused)
{
}

static struct eres_queue *eres_queue_of(WORK_QUEUE_TYPE type)
{
	switch (type) {
	case CriticalWorkQueue:
	case HyperCriticalWorkQueue:
	case RealTimeWorkQueue:
	case SuperCriticalWorkQueue:
		return &eres_queues[1];
	default:
		return &eres_queues[0];
	}
}

/* LIST_ENTRY is what a list_head is. */
static struct list_head *eres_links(PWORK_QUEUE_ITEM entry)
{
	BUILD_BUG_ON(offsetof(LIST_ENTRY, Flink) != offsetof(struct list_head, next) ||
		     sizeof(LIST_ENTRY) != sizeof(struct list_head));
	return (struct list_head *)&entry->List;
}

/* Of the driver's. */
const void *eres_routine_of(const WORK_QUEUE_ITEM *entry)
{
	const struct eres_io_item *io = container_of(entry, struct eres_io_item, entry);

	if (entry->WorkerRoutine != eres_io_routine)
		return entry->WorkerRoutine;
	/* Any of the three. */
	return (const void *)io->routine;
}

static enum eres_queued __eres_may_queue(PWORK_QUEUE_ITEM entry)
{
	void *back;

	if (likely(!entry->List.Flink))
		return ERES_QUEUED;
	return eres_read_pointer(&back, (void **)&entry->List.Flink->Blink) &&
	       back == &entry->List ? ERES_QUEUED_ALREADY : ERES_NOT_QUEUABLE;
}

static void __eres_enter(PWORK_QUEUE_ITEM entry, struct eres_queue *queue)
{
	list_add_tail(eres_links(entry), &queue->items);
	eres_debug_queued(ERES_DEBUG_WORK, entry);
}

static void __eres_leave(PWORK_QUEUE_ITEM entry)
{
	list_del(eres_links(entry));
	entry->List.Flink = NULL;
	eres_debug_left(ERES_DEBUG_WORK, entry);
}

/* Who is to run what has been queued. */
static struct eres_runner *__eres_wake_runner(struct eres_queue *queue)
{
	struct eres_runner *runner;

	runner = list_first_entry_or_null(&queue->idle, struct eres_runner, link);
	if (runner)
		list_del_init(&runner->link);
	return runner;
}

/**
 * eres_queue_entry() - Queue an item, unless it is queued.
 * @entry: the item
 * @type: where
 * @prepare: writes what is to be run into it; or %NULL
 * @data: for @prepare
 *
 * Context: Any but NMI.
 * Return: whether it has been queued. After that the item may be gone.
 */
enum eres_queued eres_queue_entry(PWORK_QUEUE_ITEM entry, WORK_QUEUE_TYPE type,
				  eres_prepare_fn prepare, const void *data)
{
	struct eres_queue *queue = eres_queue_of(type);
	struct eres_runner *runner = NULL;
	enum eres_queued result;
	unsigned long flags;

	eres_debug_stock();
	raw_spin_lock_irqsave(&eres_work_lock, flags);
	result = __eres_may_queue(entry);
	if (likely(result == ERES_QUEUED)) {
		if (prepare)
			prepare(entry, data);
		__eres_enter(entry, queue);
		runner = __eres_wake_runner(queue);
	}
	raw_spin_unlock_irqrestore(&eres_work_lock, flags);
	if (likely(runner))
		queue_work(queue->workqueue, &runner->work);
	return result;
}

/**
 * eres_unqueue_entry() - Take an item out of its queue.
 * @entry: the item
 *
 * Context: Any but NMI.
 * Return: true if it was queued.
 */
bool eres_unqueue_entry(PWORK_QUEUE_ITEM entry)
{
	unsigned long flags;
	bool queued;

	raw_spin_lock_irqsave(&eres_work_lock, flags);
	queued = __eres_may_queue(entry) == ERES_QUEUED_ALREADY;
	if (queued)
		__eres_leave(entry);
	raw_spin_unlock_irqrestore(&eres_work_lock, flags);
	return queued;
}

/* Racily, but for who is not about to queue it. */
bool eres_is_queued(const WORK_QUEUE_ITEM *entry)
{
	return READ_ONCE(entry->List.Flink);
}

static void __eres_copy(struct eres_job *job, PWORK_QUEUE_ITEM entry)
{
	job->item = entry;
	job->routine = eres_routine_of(entry);
	if (entry->WorkerRoutine == eres_io_routine) {
		job->plain = NULL;
		job->io = *container_of(entry, struct eres_io_item, entry);
		job->parameter = job->io.context;
	} else {
		job->plain = entry->WorkerRoutine;
		job->parameter = entry->Parameter;
	}
}

/* The item that is next; it is not touched after that. False: the runner is idle. */
static bool eres_next_job(struct eres_runner *runner, struct eres_job *job)
{
	struct eres_queue *queue = runner->queue;
	bool more;

	raw_spin_lock_irq(&eres_work_lock);
	more = !list_empty(&queue->items);
	if (more) {
		PWORK_QUEUE_ITEM entry = (PWORK_QUEUE_ITEM)queue->items.next;

		BUILD_BUG_ON(offsetof(WORK_QUEUE_ITEM, List));
		__eres_copy(job, entry);
		__eres_leave(entry);
		runner->routine = job->routine;
		runner->item = job->item;
	} else {
		runner->routine = NULL;
		list_add(&runner->link, &queue->idle);
	}
	raw_spin_unlock_irq(&eres_work_lock);
	if (unlikely(wq_has_sleeper(&eres_returned)))
		wake_up_all(&eres_returned);
	return more;
}

static void eres_check_return(const struct eres_job *job)
{
	struct eres_call call = {
		.routine = "return of a work item",
		.caller = job->routine,
	};
	KIRQL irql = KeGetCurrentIrql();

	eres_classes_left();
	if (unlikely(irql != PASSIVE_LEVEL)) {
		eres_complain(&ends_raised, ERES_OBJECT("work item", job->item), call,
			      (unsigned long)job->routine, irql, (unsigned long)job->parameter);
		eres_end_at_passive();
	}
	eres_work_returned(job->routine, job->item);
}

static void eres_run_job(const struct eres_job *job)
{
	if (job->plain)
		job->plain(job->parameter);
	else if (job->io.generic)
		job->io.routine_generic((PFLT_GENERIC_WORKITEM)job->item, job->io.object,
					job->parameter);
	else if (job->io.extended)
		job->io.routine_ex(job->io.object, job->parameter, (PIO_WORKITEM)job->item);
	else
		job->io.routine(job->io.object, job->parameter);
	eres_check_return(job);
}

static void eres_run_items(struct work_struct *work)
{
	struct eres_runner *runner = container_of(work, struct eres_runner, work);
	struct eres_job job;

	while (eres_next_job(runner, &job)) {
		eres_run_job(&job);
		/* An item that queues itself need never end this, nor sleep. */
		cond_resched();
	}
}

/**
 * eres_check_work() - Check that there are a routine to run and a queue for it.
 * @item: the item; only to be named
 * @routine: the routine
 * @type: the queue; what does not exist is reported, and served
 * @call: routine and caller
 *
 * Return: true if there is a routine; else that has been reported.
 */
bool eres_check_work(const void *item, const void *routine, WORK_QUEUE_TYPE type,
		     struct eres_call call)
{
	const struct eres_object *object = ERES_OBJECT("work item", item);

	if (unlikely(!eres_is_kernel_address((unsigned long)routine))) {
		eres_complain(&no_routine, object, call, ERES_W_NO_ROUTINE,
			      (unsigned long)item, (unsigned long)routine);
		return false;
	}
	if (unlikely((unsigned int)type >= MaximumWorkQueue &&
		     (unsigned int)type - CustomPriorityWorkQueue > 31))
		eres_complain(&no_queue, object, call, ERES_W_NO_QUEUE,
			      (unsigned long)item, type);
	return true;
}

/* An item that could not be queued. */
void eres_complain_queued(enum eres_queued result, const void *item, WORK_QUEUE_TYPE type,
			  const void *routine, struct eres_call call)
{
	const WORK_QUEUE_ITEM *entry = item;

	if (result == ERES_QUEUED_ALREADY)
		eres_complain(&queued_twice, ERES_OBJECT("work item", item), call,
			      ERES_W_QUEUED_TWICE, (unsigned long)item,
			      (unsigned long)routine);
	else
		eres_complain(&bad_links, ERES_OBJECT("work item", item), call,
			      (unsigned long)entry->List.Flink,
			      (unsigned long)entry->List.Blink, type);
}

static const void *__eres_find_in(const struct module *module, struct eres_queue *queue)
{
	const void *routine;
	struct list_head *link;
	size_t i;

	list_for_each(link, &queue->items) {
		routine = eres_routine_of((PWORK_QUEUE_ITEM)link);
		if (within_module((unsigned long)routine, module) ||
		    eres_is_of_module(link, module))
			return routine;
	}
	for (i = 0; i < ERES_RUNNERS; i++) {
		const struct eres_runner *runner = &queue->runner[i];

		if (runner->routine && (within_module((unsigned long)runner->routine, module) ||
					eres_is_of_module(runner->item, module)))
			return runner->routine;
	}
	return NULL;
}

static const void *eres_find_work(const struct module *module)
{
	return __eres_find_in(module, &eres_queues[0]) ?:
	       __eres_find_in(module, &eres_queues[1]);
}

/**
 * eres_runs_of_module() - Find what of a module runs, or is to, but for timers.
 * @module: the module
 * @deferred: gets whether DPCs of it are queued, or may be running
 * @task: gets a thread of it, with a reference to its object, or %NULL
 *
 * DPCs, items and threads queue and make each other. So they are looked for while no item
 * can be queued, or return: what an item or a DPC has queued is found, or else it itself.
 *
 * Context: Any but NMI.
 * Return: the routine of a work item that is queued or runs, or %NULL.
 */
const void *eres_runs_of_module(const struct module *module, bool *deferred,
				struct task_struct **task)
{
	const void *routine;
	unsigned long flags;

	raw_spin_lock_irqsave(&eres_work_lock, flags);
	*deferred = eres_dpc_is_of_module(module);
	routine = eres_find_work(module);
	*task = routine ? NULL : eres_thread_of_module(module);
	raw_spin_unlock_irqrestore(&eres_work_lock, flags);
	return routine;
}

static bool eres_has_work(const struct module *module)
{
	bool found;

	raw_spin_lock_irq(&eres_work_lock);
	found = eres_find_work(module);
	raw_spin_unlock_irq(&eres_work_lock);
	return found;
}

void eres_await_work_of(const struct module *module)
{
	wait_event(eres_returned, !eres_has_work(module));
}

static int __init eres_queue_init(struct eres_queue *queue, const char *name,
				  unsigned int flags)
{
	size_t i;

	queue->workqueue = alloc_workqueue("%s", WQ_UNBOUND | WQ_MEM_RECLAIM | flags,
					   ERES_RUNNERS, name);
	if (!queue->workqueue)
		return -ENOMEM;
	INIT_LIST_HEAD(&queue->items);
	INIT_LIST_HEAD(&queue->idle);
	for (i = 0; i < ERES_RUNNERS; i++) {
		queue->runner[i].queue = queue;
		INIT_WORK(&queue->runner[i].work, eres_run_items);
		list_add(&queue->runner[i].link, &queue->idle);
	}
	return 0;
}

int __init eres_work_init(void)
{
	int err = eres_queue_init(&eres_queues[0], "wdmsync", 0);

	if (err)
		return err;
	err = eres_queue_init(&eres_queues[1], "wdmsync_critical", WQ_HIGHPRI);
	if (err)
		destroy_workqueue(eres_queues[0].workqueue);
	return err;
}

/* All items have been run, or their drivers would not be gone. */
void eres_work_exit(void)
{
	destroy_workqueue(eres_queues[0].workqueue);
	destroy_workqueue(eres_queues[1].workqueue);
}
