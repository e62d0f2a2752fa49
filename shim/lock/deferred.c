// SPDX-License-Identifier: GPL-2.0-only
/*
 * PREEMPT_RT: who releases with interrupts off, while writers wait.
 *
 * There the up_read() that wakes a writer switches interrupts on, whatever they
 * were. So the last owner only says that nobody owns, and leaves the read hold: the
 * word is HANDOFF, with @group 1 instead of 0. All writers that were registered
 * sleep in down_write(), or are on their way into it, and none gets past it. Who
 * arrives finds what it finds in HANDOFF, and nobody spins for it. A thread that
 * may share past writers takes the read hold over, and @group is 1 for another
 * reason.
 *
 * Else an irq_work does the up_read(), in the ordinary way. On PREEMPT_RT that is a
 * thread of the CPU's, with interrupts enabled, which runs as soon as the releaser
 * has them on and nobody of a higher priority runs.
 *
 * No memory is needed to remember which resources: a writer waits for each, and says
 * so in its record, before it registers. As long as the read hold is there it can
 * not get past down_write(), nor, with its record's lock held by us, past
 * eres_wait_end(). So the resource is there until we have its lock, and from then on
 * for the reasons that hold for every releaser.
 *
 * With the record's lock held, the resource's is only tried: see owner_word.h.
 */
#include <linux/irq_work.h>
#include <linux/rcupdate.h>

#include "lock/state.h"

/* Do the up_read() that @thread waits for, if there is one. False: the lock is busy. */
static bool eres_up_read_for(struct eres_thread *thread)
{
	unsigned long flags;
	ERESOURCE *r;

	raw_spin_lock_irqsave(&thread->lock, flags);
	r = thread->wait.resource;
	if (r && !raw_spin_trylock(&r->lock)) {
		raw_spin_unlock_irqrestore(&thread->lock, flags);
		return false;
	}
	raw_spin_unlock(&thread->lock);
	if (!r)
		local_irq_restore(flags);
	else if (__eres_is_deferred(r))
		__eres_deflate(r, flags);
	else
		raw_spin_unlock_irqrestore(&r->lock, flags);
	return true;
}

static void eres_up_read_deferred(struct irq_work *work)
{
	struct eres_record_walk walk = {};
	struct eres_thread *thread;

	rcu_read_lock();
	while ((thread = eres_next_record(&walk))) {
		/* Pairs with the release in eres_wait_begin(). */
		if (!smp_load_acquire(&thread->wait.resource))
			continue;
		/* Who has the lock is not preemptible, and on another CPU. */
		while (!eres_up_read_for(thread))
			cpu_relax();
	}
	rcu_read_unlock();
}

static struct irq_work eres_deferred_work = IRQ_WORK_INIT(eres_up_read_deferred);

/* Nobody owns any more, and writers are registered. Unlocks; with interrupts off. */
void __eres_defer_up_read(ERESOURCE *r, unsigned long flags)
	__releases(&r->lock)
{
	r->group = 1;
	WRITE_ONCE(r->owner, ERES_HANDOFF);
	/* The last access to @r. A full barrier, if it is queued already. */
	raw_spin_unlock_irqrestore(&r->lock, flags);
	irq_work_queue(&eres_deferred_work);
}

void eres_deferred_exit(void)
{
	irq_work_sync(&eres_deferred_work);
}
