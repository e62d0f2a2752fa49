// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who did it, and in what state: taken once, when the misuse is noticed. Whoever
 * prints switches interrupts off, and would find that it may not sleep.
 */
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/string.h>

#include "report/misuse.h"

static bool eres_describe_hold(struct eres_hold *hold, void *data)
{
	struct eres_report_thread *thread = data;
	u64 word = eres_hold_read(hold);

	if (!eres_word_is_threads(word))
		return true;
	if (thread->owned < ERES_REPORT_HOLDS)
		thread->hold[thread->owned] = (struct eres_report_hold){
			.resource = READ_ONCE(hold->resource),
			.levels = eres_word_levels(word),
			.exclusive = word & ERES_HOLD_EXCLUSIVE,
		};
	thread->owned++;
	return true;
}

static bool eres_describe_holds(struct eres_thread *record, void *data)
{
	return eres_visit_holds(record, eres_describe_hold, data);
}

static void eres_describe_record(struct eres_report_thread *thread,
				 const struct eres_thread *record)
{
	thread->kernel_apc_disable = READ_ONCE(record->kernel_apc_disable);
	thread->special_apc_disable = READ_ONCE(record->special_apc_disable);
	thread->raised = READ_ONCE(record->irql);
	thread->irql = thread->raised;
}

/*
 * Describe a thread, which may have ended, by its record, if it has one.
 *
 * The level is the one that the thread raised itself to: whoever asks is not called by
 * the thread, or in a context that is not the thread's doing. Any context but NMI.
 */
void eres_describe(struct eres_report_thread *thread,
		   struct eres_thread *record, struct task_struct *task)
{
	*thread = (struct eres_report_thread){
		.id = (unsigned long)task,
		.pid = task_pid_nr(task),
	};
	/* May be changed right now, but has always an end. */
	strscpy(thread->comm, task->comm, sizeof(thread->comm));
	if (record)
		eres_describe_record(thread, record);
	rcu_read_lock();
	if (task->flags & PF_EXITING)
		/* What it had when it began to exit is in an earlier record. */
		eres_visit_records_of(thread->id, eres_describe_holds, thread);
	else if (record)
		eres_describe_holds(record, thread);
	rcu_read_unlock();
}

/*
 * Describe another thread, that may end meanwhile. Any context but NMI, under
 * rcu_read_lock().
 */
void eres_describe_waiter(struct eres_report_thread *thread,
			  struct eres_thread *record)
{
	*thread = (struct eres_report_thread){
		.id = READ_ONCE(record->key) & ~ERES_KEY_EXITED,
		.pid = eres_thread_pid(record),
	};
	eres_thread_comm(record, thread->comm);
	eres_describe_record(thread, record);
	eres_describe_holds(record, thread);
}

static u8 eres_context_now(bool raised)
{
	u8 context = 0;

	/* What else is off there is not the caller's doing. */
	if (in_hardirq())
		return ERES_AT_HARDIRQ;
	if (in_serving_softirq())
		return ERES_AT_SOFTIRQ;
	if (irqs_disabled())
		context |= ERES_AT_IRQS_OFF;
	/* One level of it is KeRaiseIrql()'s own. */
	if ((softirq_count() & ~SOFTIRQ_OFFSET) > (raised ? SOFTIRQ_DISABLE_OFFSET : 0))
		context |= ERES_AT_BH_OFF;
	if (preempt_count() & PREEMPT_MASK)
		context |= ERES_AT_PREEMPT_OFF;
	return context;
}

/*
 * Describe the calling thread, where it is now: any context but NMI, that in which the
 * driver has called.
 */
void eres_describe_caller(struct eres_report_thread *thread)
{
	struct eres_thread *record = eres_thread_find();

	eres_describe(thread, record, current);
	thread->irql = eres_irql(record);
	thread->context = eres_context_now(thread->raised >= DISPATCH_LEVEL);
}
