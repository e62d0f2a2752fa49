// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which timers are set, in which order they expire, and what happens then.
 *
 * No hrtimer in the timer: a KTIMER has 64 bytes, of which 40 are not the header's,
 * and the kernel's timers need more. And whoever has cancelled a timer may free it,
 * while the kernel may look at an hrtimer after its callback. So there is one hrtimer
 * for each of two clocks, armed for the first timer of that clock's queue or earlier,
 * and timers are memory only. It has a tasklet run, in which they expire one by one, with
 * interrupts on in between. An hrtimer of softirqs would do that by itself, but where
 * timers are of low resolution it is not looked at when the clock is set.
 *
 * All of it is protected by the dispatcher lock: a timer
 * that is not in a queue when the lock is let go is touched by nobody.
 *
 * A queue is a treap (treap.h), by the time that timers are due at.
 *
 * To expire is, under the lock: leave the queue, or be queued anew after the period;
 * be set, and let go who waits; and then, last, queue the DPC, which may free the
 * timer from then on. Who waits takes the lock once more before the wait returns
 * (waiter.c), and so does who cancels. As the DPC is queued under the lock, it can be
 * found, removed and flushed by everybody who sees that the timer has expired.
 */
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/module.h>

#include "debug_objects.h"
#include "timer.h"
#include "waiter.h"

/* So many in one go: then DPCs, and others who wait for a softirq, have their turn. */
#define ERES_TIMER_PASS	64

/**
 * struct eres_timer_queue - the timers of a clock
 * @root: of the treap; the dispatcher lock
 * @armed: when @hrtimer expires; %KTIME_MAX: it need not; the same
 * @clock: which; constant
 * @hrtimer: expires when the first timer is due, or earlier
 * @tasklet: has those expire that are due
 */
struct eres_timer_queue {
	struct eres_node *root;
	ktime_t armed;
	enum eres_timer_clock clock;
	struct hrtimer hrtimer;
	struct tasklet_struct tasklet;
};

static struct eres_timer_queue eres_timer_queues[ERES_TIMER_CLOCKS];

static const struct eres_misuse dpc_freed =
	ERES_MISUSE(ERES_DPC_INVALID, "naan", "TIMER_OR_DPC_INVALID",
		    "the DPC of a timer is none any more",
		    "KeCancelTimer() before the DPC is freed or overwritten");

static ktime_t eres_timer_now(enum eres_timer_clock clock)
{
	return clock == ERES_TIMER_REALTIME ? ktime_get_real() : ktime_get();
}

static struct eres_timer *eres_timer_at(struct eres_node *node)
{
	return node ? container_of(node, struct eres_timer, due) : NULL;
}

static struct eres_timer *__eres_timer_first(const struct eres_timer_queue *queue)
{
	return eres_timer_at(eres_treap_first(queue->root));
}

/* The hrtimer expires in time for the first timer. */
static void __eres_timer_arm(struct eres_timer_queue *queue)
{
	const struct eres_timer *first = __eres_timer_first(queue);

	if (!first || queue->armed <= first->due.key)
		return;
	queue->armed = first->due.key;
	hrtimer_start(&queue->hrtimer, first->due.key, HRTIMER_MODE_ABS_HARD);
}

/* To be armed for, before the lock is let go. */
static void __eres_timer_enqueue(struct eres_timer *timer, enum eres_timer_clock clock, s64 due)
{
	timer->due.key = due;
	timer->clock = clock;
	eres_treap_insert(&eres_timer_queues[clock].root, &timer->due);
	eres_debug_queued(ERES_DEBUG_TIMER, timer);
}

/* Return: true if it was queued. Its hrtimer may expire in vain. */
static bool __eres_timer_dequeue(struct eres_timer *timer)
{
	struct eres_node **link = NULL;

	if (timer->clock != ERES_TIMER_UNQUEUED && timer->clock < ERES_TIMER_CLOCKS)
		link = eres_treap_find(&eres_timer_queues[timer->clock].root, &timer->due,
				       timer->due.key);
	if (link) {
		eres_treap_remove(link);
		eres_debug_left(ERES_DEBUG_TIMER, timer);
	}
	timer->clock = ERES_TIMER_UNQUEUED;
	return link;
}

/* When it is due again: by the first clock, and not in the past. */
static s64 eres_timer_next(const struct eres_timer *timer, bool monotonic, s64 now)
{
	s64 period = (s64)timer->period * NSEC_PER_MSEC;

	return now + period - (monotonic ? (now - timer->due.key) % period : 0);
}

/*
 * It is due, and in no queue. After that it may be gone. Return: its DPC, if that is
 * to be queued and none any more.
 */
static struct eres_dpc *__eres_timer_expire(struct eres_timer *timer,
					    enum eres_timer_clock clock)
{
	struct eres_dpc *dpc = timer->dpc;

	if (timer->period)
		__eres_timer_enqueue(timer, ERES_TIMER_MONOTONIC,
				     eres_timer_next(timer, clock == ERES_TIMER_MONOTONIC,
						     ktime_get()));
	__eres_set_state(&timer->head, 1);
	__eres_signalled(&timer->head);
	if (!dpc)
		return NULL;
	if (unlikely(!eres_dpc_is_marked(dpc) || !eres_dpc_has_routine(dpc))) {
		/* To be told of once. */
		timer->dpc = NULL;
		return dpc;
	}
	eres_dpc_queue(dpc, NULL, NULL);
	return NULL;
}

/* It may be one by now, and has not been queued all the same. */
static void eres_timer_complain_dpc(struct eres_dpc *dpc)
{
	struct eres_call call = {
		.routine = "expiry of a timer",
		.caller = eres_timer_complain_dpc,
	};

	if (eres_dpc_is_marked(dpc))
		eres_dpc_complain_routine(dpc, call);
	else
		eres_complain(&dpc_freed, ERES_OBJECT("DPC", dpc), call, ERES_DPC_FREED,
			      (unsigned long)dpc, 0);
}

/* Expire the first one, if it is due. Return: true if it is the next one's turn. */
static bool eres_timer_expire_first(struct eres_timer_queue *queue)
{
	struct eres_timer *timer;
	struct eres_dpc *bad = NULL;
	unsigned long flags;
	bool due;

	raw_spin_lock_irqsave(&eres_dispatcher_lock, flags);
	queue->armed = KTIME_MAX;
	timer = __eres_timer_first(queue);
	due = timer && timer->due.key <= eres_timer_now(queue->clock);
	if (due) {
		__eres_timer_dequeue(timer);
		bad = __eres_timer_expire(timer, queue->clock);
		/* It may have changed queues. This one is armed when nothing is due. */
		if (queue->clock != ERES_TIMER_MONOTONIC)
			__eres_timer_arm(&eres_timer_queues[ERES_TIMER_MONOTONIC]);
	} else {
		__eres_timer_arm(queue);
	}
	raw_spin_unlock_irqrestore(&eres_dispatcher_lock, flags);
	if (unlikely(bad))
		eres_timer_complain_dpc(bad);
	return due;
}

/* What is due after so many is armed for by nobody: the tasklet is to come. */
static void eres_timers_expire(struct tasklet_struct *tasklet)
{
	struct eres_timer_queue *queue = container_of(tasklet, struct eres_timer_queue, tasklet);
	unsigned int i;

	for (i = 0; i < ERES_TIMER_PASS; i++)
		if (!eres_timer_expire_first(queue))
			return;
	tasklet_schedule(tasklet);
}

/* In a hard interrupt. */
static enum hrtimer_restart eres_timers_due(struct hrtimer *hrtimer)
{
	struct eres_timer_queue *queue = container_of(hrtimer, struct eres_timer_queue, hrtimer);

	tasklet_schedule(&queue->tasklet);
	return HRTIMER_NORESTART;
}

/**
 * eres_timer_set() - Unset a timer, and set it when its time has come.
 * @timer: the timer
 * @until: when that is; what has been expires now
 * @period: and again after so many ms; 0: not again
 * @dpc: to be queued each time, or %NULL
 *
 * Context: Any but NMI. To have the DPC run soon, with bottom halves off.
 * Return: true if it was queued. It does not expire for that.
 */
bool eres_timer_set(struct eres_timer *timer, const struct eres_until *until, u32 period,
		    struct eres_dpc *dpc)
{
	enum eres_timer_clock clock = until->clock == CLOCK_REALTIME ? ERES_TIMER_REALTIME :
								       ERES_TIMER_MONOTONIC;
	struct eres_dpc *bad = NULL;
	unsigned long flags;
	bool queued;

	eres_debug_stock();
	raw_spin_lock_irqsave(&eres_dispatcher_lock, flags);
	queued = __eres_timer_dequeue(timer);
	__eres_set_state(&timer->head, 0);
	timer->dpc = dpc;
	timer->period = period;
	timer->due.key = until->at;
	if (until->at > eres_timer_now(clock)) {
		__eres_timer_enqueue(timer, clock, until->at);
	} else {
		bad = __eres_timer_expire(timer, clock);
		clock = ERES_TIMER_MONOTONIC;
	}
	__eres_timer_arm(&eres_timer_queues[clock]);
	raw_spin_unlock_irqrestore(&eres_dispatcher_lock, flags);
	if (unlikely(bad))
		eres_timer_complain_dpc(bad);
	return queued;
}

/**
 * eres_timer_cancel() - Have a timer not expire.
 * @timer: the timer
 *
 * Context: Any but NMI.
 * Return: true if it was queued.
 */
bool eres_timer_cancel(struct eres_timer *timer)
{
	unsigned long flags;
	bool queued;

	raw_spin_lock_irqsave(&eres_dispatcher_lock, flags);
	queued = __eres_timer_dequeue(timer);
	raw_spin_unlock_irqrestore(&eres_dispatcher_lock, flags);
	return queued;
}

/**
 * __eres_timer_is_queued() - Tell whether a timer that is in a queue lies somewhere.
 * @object: an object once, whose header is intact; the caller holds the dispatcher lock
 *
 * Return: true if it is in a queue.
 */
bool __eres_timer_is_queued(const struct eres_waitable *object)
{
	struct eres_timer *timer = (struct eres_timer *)object;
	void *due;
	u32 clock;

	if (!(BIT(eres_type_of(object)) & ERES_TIMERS) ||
	    !eres_get_nofault(&clock, &timer->clock) ||
	    clock == ERES_TIMER_UNQUEUED || clock >= ERES_TIMER_CLOCKS ||
	    !eres_read_pointer(&due, (void **)&timer->due.key))
		return false;
	return eres_treap_find(&eres_timer_queues[clock].root, &timer->due, (long)due);
}

/* Once it expires, code or memory of the module is asked for. */
static bool eres_timer_is_of(const struct eres_timer *timer, const struct module *module,
			     const void **routine)
{
	const struct eres_dpc *dpc = timer->dpc;

	*routine = dpc && eres_dpc_is_marked(dpc) ? dpc->routine : NULL;
	return eres_is_of_module(timer, module) || eres_is_of_module(dpc, module) ||
	       within_module((unsigned long)*routine, module);
}

/**
 * __eres_timer_take_of() - Take a timer of a module out of its queue.
 * @module: the module
 * @routine: gets the routine of its DPC, or %NULL
 *
 * One whose memory is not the module's, and that has no DPC, is nobody's.
 *
 * Context: Any but NMI; the caller holds the dispatcher lock, for all timers that are set.
 * Return: the timer; %NULL if there is none.
 */
struct eres_timer *__eres_timer_take_of(const struct module *module, const void **routine)
{
	enum eres_timer_clock clock;
	struct eres_timer *timer;

	for (clock = ERES_TIMER_MONOTONIC; clock < ERES_TIMER_CLOCKS; clock++) {
		const struct eres_timer_queue *queue = &eres_timer_queues[clock];

		for (timer = __eres_timer_first(queue); timer;
		     timer = eres_timer_at(eres_treap_next(queue->root, &timer->due))) {
			if (!eres_timer_is_of(timer, module, routine))
				continue;
			__eres_timer_dequeue(timer);
			return timer;
		}
	}
	return NULL;
}

static void eres_timer_queue_init(enum eres_timer_clock clock, clockid_t id)
{
	struct eres_timer_queue *queue = &eres_timer_queues[clock];

	queue->armed = KTIME_MAX;
	queue->clock = clock;
	eres_hrtimer_setup(&queue->hrtimer, eres_timers_due, id, HRTIMER_MODE_ABS_HARD);
	tasklet_setup(&queue->tasklet, eres_timers_expire);
}

void eres_timers_init(void)
{
	eres_timer_queue_init(ERES_TIMER_MONOTONIC, CLOCK_MONOTONIC);
	eres_timer_queue_init(ERES_TIMER_REALTIME, CLOCK_REALTIME);
}

/* The kernel is not to ask of them once this module is gone. None of them has been freed. */
static void __eres_timers_forget(struct eres_timer_queue *queue)
{
	struct eres_timer *timer;

	while ((timer = eres_timer_at(queue->root))) {
		eres_treap_remove(&queue->root);
		eres_debug_left(ERES_DEBUG_TIMER, timer);
	}
}

static void eres_timer_queue_exit(enum eres_timer_clock clock)
{
	struct eres_timer_queue *queue = &eres_timer_queues[clock];
	unsigned long flags;

	raw_spin_lock_irqsave(&eres_dispatcher_lock, flags);
	if (IS_ENABLED(CONFIG_DEBUG_OBJECTS_FREE))
		__eres_timers_forget(queue);
	queue->root = NULL;
	raw_spin_unlock_irqrestore(&eres_dispatcher_lock, flags);
	hrtimer_cancel(&queue->hrtimer);
	tasklet_kill(&queue->tasklet);
}

/* With no driver left: what is set still is in memory that may be gone. */
void eres_timers_exit(void)
{
	eres_timer_queue_exit(ERES_TIMER_REALTIME);
	eres_timer_queue_exit(ERES_TIMER_MONOTONIC);
}
