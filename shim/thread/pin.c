// SPDX-License-Identifier: GPL-2.0-only
/*
 * What keeps the module loaded.
 *
 * Drivers that use the module keep it loaded by depending on its symbols; so
 * every live resource does, since those of a driver that goes are taken off the
 * list. What can be left when the last driver has gone is a thread in a region
 * that it never left, or one that owns something: its exit is to be reported,
 * and its record not to be taken for that of another. So when a driver goes and
 * any thread has something in its record, the module holds a reference to
 * itself, and says for whom, until a review finds nothing any more.
 *
 * A thread that comes to rest, or exits, asks for a review, in any context: it is a
 * work item that looks at all records. It can not be missed: either the look at all
 * records, after "pinned" was set, finds the record at rest, or its thread finds
 * "pinned" set. The barrier between the two on the other side, where it would
 * cost something each time, is left to synchronize_rcu() on this side. Who is
 * found at rest stays so: there is no driver to call for it. If there is one
 * again, it keeps the module loaded by itself.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/workqueue.h>

#include "thread/thread.h"

bool eres_pinned;

/* Protects eres_pinned and the reference that goes with it. */
static DEFINE_MUTEX(eres_pin_lock);

static void eres_name_thread(struct eres_thread *thread)
{
	char comm[TASK_COMM_LEN];

	pr_warn("alive: %s[%d]%s, APC counters %08x, IRQL %u, owning %u resources\n",
		eres_thread_comm(thread, comm), eres_thread_pid(thread),
		READ_ONCE(thread->key) & ERES_KEY_EXITED ? " (exited)" : "",
		eres_combined_counters(thread), READ_ONCE(thread->irql),
		eres_thread_holds(thread));
}

static bool eres_anything_alive(bool name)
{
	struct eres_record_walk walk = {};
	struct eres_thread *thread;
	bool any = false;

	rcu_read_lock();
	while ((name || !any) && (thread = eres_next_record(&walk))) {
		if (!eres_thread_is_active(thread))
			continue;
		any = true;
		if (name)
			eres_name_thread(thread);
	}
	rcu_read_unlock();
	return any;
}

/* Something has gone. If it was the last, do not stay loaded for it. */
static void eres_pin_review_now(struct work_struct *unused)
{
	mutex_lock(&eres_pin_lock);
	if (eres_pinned && !eres_anything_alive(false)) {
		WRITE_ONCE(eres_pinned, false);
		/*
		 * The module can go from here on. Its exit waits for the work,
		 * and for the notifier.
		 */
		module_put(THIS_MODULE);
	}
	mutex_unlock(&eres_pin_lock);
}

static DECLARE_WORK(eres_pin_work, eres_pin_review_now);

void __eres_pin_review(void)
{
	schedule_work(&eres_pin_work);
}

static void eres_pin(void)
{
	mutex_lock(&eres_pin_lock);
	/* Fails only while this module goes itself. */
	if (!eres_pinned && try_module_get(THIS_MODULE))
		WRITE_ONCE(eres_pinned, true);
	mutex_unlock(&eres_pin_lock);
	/* Between the store and the look at the records; see above. */
	synchronize_rcu();
}

/*
 * A driver goes: stay loaded while threads are active, and say who they are. The goer's
 * own reference lasts until after this. May sleep.
 */
void eres_pin_if_active(void)
{
	eres_pin();
	if (eres_anything_alive(true))
		pr_warn("stays loaded until the above have gone\n");
	eres_pin_review_now(NULL);
}

void eres_pin_exit(void)
{
	cancel_work_sync(&eres_pin_work);
}
