/* SPDX-License-Identifier: GPL-2.0-only */
/* KTIMER, and the queues of them; see timer_queue.c for who may touch what. */
#ifndef WDMSYNC_TIMER_H
#define WDMSYNC_TIMER_H

#include "dpc.h"
#include "treap.h"
#include "until.h"
#include "waitable.h"

/* The queue that a timer is in. */
enum eres_timer_clock {
	ERES_TIMER_UNQUEUED = 0,
	/* After so much time, whatever is done to the clock. */
	ERES_TIMER_MONOTONIC,
	/* When the clock says so. */
	ERES_TIMER_REALTIME,
	ERES_TIMER_CLOCKS,
};

/**
 * struct eres_timer - KTIMER
 * @head: that it is one, and who waits for it
 * @due: in the queue; the key is when it expires, in ns of its clock
 * @dpc: to be queued then, or %NULL
 * @clock: in which queue it is
 * @period: after so many ms again; 0: not again
 *
 * All of it: the dispatcher lock.
 */
struct eres_timer {
	struct eres_waitable head;
	struct eres_node due;
	struct eres_dpc *dpc;
	u32 clock;
	u32 period;
};

/* timer_queue.c */
void eres_timers_init(void);
void eres_timers_exit(void);
bool eres_timer_set(struct eres_timer *timer, const struct eres_until *until, u32 period,
		    struct eres_dpc *dpc);
bool eres_timer_cancel(struct eres_timer *timer);
struct eres_timer *__eres_timer_take_of(const struct module *module, const void **routine);
bool __eres_timer_is_queued(const struct eres_waitable *object);

#endif /* WDMSYNC_TIMER_H */
