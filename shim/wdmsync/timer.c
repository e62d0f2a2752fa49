// SPDX-License-Identifier: GPL-2.0-only
/* KTIMER, as drivers call it. When timers expire, and what happens then: timer_queue.c. */
#include <linux/build_bug.h>
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/stddef.h>

#include "dispatch.h"
#include "timer.h"

static_assert(sizeof(struct eres_timer) == sizeof(KTIMER));
static_assert(offsetof(struct eres_timer, due) == offsetof(KTIMER, DueTime));
static_assert(offsetof(struct eres_timer, dpc) == offsetof(KTIMER, Dpc));
static_assert(offsetof(struct eres_timer, period) == offsetof(KTIMER, Period));
/* Of 64-bit Windows. */
static_assert(sizeof(KTIMER) == 64);

static const struct eres_misuse bad_period =
	ERES_MISUSE(ERES_DPC_INVALID, "nann", "TIMER_OR_DPC_INVALID",
		    "timer set with a negative period",
		    "pass milliseconds, or 0 for a timer that expires once");

static struct eres_timer *eres_timer(PKTIMER timer, struct eres_call call)
{
	return (struct eres_timer *)eres_waitable(timer, ERES_TIMERS, call);
}

static void eres_timer_init(PKTIMER address, enum eres_waitable_type type,
			    struct eres_call call)
{
	struct eres_timer *timer = (struct eres_timer *)address;

	if (unlikely(!eres_waitable_init(timer, type, 0, call)))
		return;
	timer->clock = ERES_TIMER_UNQUEUED;
	timer->due.key = 0;
	timer->dpc = NULL;
	timer->period = 0;
}

/**
 * KeInitializeTimer() - Make a notification timer of some memory.
 * @Timer: the memory
 *
 * Once it has expired it stays set, and lets everybody go, until it is set anew.
 *
 * Misuse: one that is queued or waited for stays what it is (0xC4/0xD0).
 *
 * Context: Any but NMI (Windows: IRQL <= DISPATCH_LEVEL).
 * DDI: wdm/nf-wdm-keinitializetimer
 */
void KeInitializeTimer(PKTIMER Timer)
{
	struct eres_call call = ERES_CALL();

	eres_timer_init(Timer, ERES_NOTIFICATION_TIMER, call);
}
EXPORT_SYMBOL_GPL(KeInitializeTimer);

/**
 * KeInitializeTimerEx() - Make a timer of some memory.
 * @Timer: the memory
 * @Type: NotificationTimer: as KeInitializeTimer(); SynchronizationTimer: each time it
 *        expires it lets one go, now or later, and is not set any more
 *
 * Misuse: as KeInitializeTimer().
 *
 * Context: Any but NMI (Windows: IRQL <= DISPATCH_LEVEL).
 * DDI: wdm/nf-wdm-keinitializetimerex
 */
void KeInitializeTimerEx(PKTIMER Timer, TIMER_TYPE Type)
{
	struct eres_call call = ERES_CALL();

	eres_timer_init(Timer, Type == NotificationTimer ? ERES_NOTIFICATION_TIMER :
							   ERES_SYNCHRONIZATION_TIMER, call);
}
EXPORT_SYMBOL_GPL(KeInitializeTimerEx);

static bool eres_set_timer(PKTIMER address, LARGE_INTEGER due, s64 period, PKDPC deferred,
			   struct eres_call call)
{
	struct eres_timer *timer = eres_timer(address, call);
	struct eres_dpc *dpc = NULL;
	struct eres_until until;
	bool entered, queued;

	if (unlikely(!timer))
		return false;
	if (unlikely(period < 0))
		eres_complain(&bad_period, ERES_OBJECT("timer", timer), call, ERES_TIMER_INVALID,
			      (unsigned long)timer, period);
	if (deferred)
		dpc = eres_dpc_to_queue(deferred, call);
	eres_until(&until, &due);
	/* As KeInsertQueueDpc(), if it expires now. */
	entered = eres_dispatch_enter_to_queue();
	queued = eres_timer_set(timer, &until, max(period, 0LL), dpc);
	eres_dispatch_leave(entered);
	return queued;
}

/**
 * KeSetTimer() - Have a timer expire once.
 * @Timer: the timer
 * @DueTime: in units of 100 ns: negative from now on, whatever is done to the clock;
 *           positive since 1601, by the clock; what has been, or 0: now
 * @Dpc: to be queued then, or %NULL
 *
 * As KeSetTimerEx() with a period of 0.
 *
 * Misuse: the same.
 *
 * Context: Any but NMI (Windows: IRQL <= DISPATCH_LEVEL). Never sleeps.
 * Return: TRUE: it was queued, and does not expire for that, nor queue the DPC of then.
 * DDI: wdm/nf-wdm-kesettimer
 */
BOOLEAN KeSetTimer(PKTIMER Timer, LARGE_INTEGER DueTime, PKDPC Dpc)
{
	struct eres_call call = ERES_CALL();

	return eres_set_timer(Timer, DueTime, 0, Dpc, call);
}
EXPORT_SYMBOL_GPL(KeSetTimer);

/**
 * KeSetTimerEx() - Have a timer expire, once or again and again.
 * @Timer: the timer
 * @DueTime: when, as for KeSetTimer()
 * @Period: and then every so many milliseconds; 0: not again
 * @Dpc: to be queued each time, or %NULL
 *
 * It is not set until then. It never expires early. One that finds its DPC queued
 * still does not queue it once more; periods that nobody could keep are left out.
 *
 * The DPC runs on the processor that it has been told, else on the one that has
 * noticed the time. Its arguments are %NULL.
 *
 * Misuse: a negative @Period counts as 0 (0xC7/0). A @Dpc that is none is reported,
 * as by KeInsertQueueDpc(), and the timer has none; one that is none when it is to be
 * queued is reported, too, and is not (0xC7/1; one without a routine by then 0xC7/2).
 * Memory freed with the queued timer in it is reported on kernels with
 * CONFIG_DEBUG_OBJECTS_FREE (0xC7/0), and it does not expire.
 *
 * Context: Any but NMI (Windows: IRQL <= DISPATCH_LEVEL). Never sleeps.
 * Return: TRUE: it was queued, and does not expire for that, nor queue the DPC of then.
 * DDI: wdm/nf-wdm-kesettimerex
 */
BOOLEAN KeSetTimerEx(PKTIMER Timer, LARGE_INTEGER DueTime, LONG Period, PKDPC Dpc)
{
	struct eres_call call = ERES_CALL();

	return eres_set_timer(Timer, DueTime, Period, Dpc, call);
}
EXPORT_SYMBOL_GPL(KeSetTimerEx);

/**
 * KeSetCoalescableTimer() - The same, of one that need not be punctual.
 * @Timer: the timer
 * @DueTime: as for KeSetTimerEx()
 * @Period: the same
 * @TolerableDelay: how many milliseconds it may be late; it is as punctual as others
 * @Dpc: as for KeSetTimerEx()
 *
 * Context: Any but NMI (Windows: IRQL <= DISPATCH_LEVEL). Never sleeps.
 * Return: as KeSetTimerEx().
 * DDI: wdm/nf-wdm-kesetcoalescabletimer
 */
BOOLEAN KeSetCoalescableTimer(PKTIMER Timer, LARGE_INTEGER DueTime, ULONG Period,
			      ULONG TolerableDelay, PKDPC Dpc)
{
	struct eres_call call = ERES_CALL();

	return eres_set_timer(Timer, DueTime, Period, Dpc, call);
}
EXPORT_SYMBOL_GPL(KeSetCoalescableTimer);

/**
 * KeCancelTimer() - Have a timer not expire.
 * @Timer: the timer
 *
 * Whether it is set stays as it is. Of one that was queued, nothing happens any more,
 * and it may be freed. One that was not may have expired: it may be freed as well, but
 * its DPC may be queued or running.
 *
 * Context: Any but NMI (Windows: IRQL <= DISPATCH_LEVEL). Never sleeps.
 * Return: TRUE: it was queued, as a periodic one is all the time.
 * DDI: wdm/nf-wdm-kecanceltimer
 */
BOOLEAN KeCancelTimer(PKTIMER Timer)
{
	struct eres_call call = ERES_CALL();
	struct eres_timer *timer = eres_timer(Timer, call);

	return likely(timer) && eres_timer_cancel(timer);
}
EXPORT_SYMBOL_GPL(KeCancelTimer);

/**
 * KeReadStateTimer() - Read whether a timer is set.
 * @Timer: the timer
 *
 * Context: Any but NMI (Windows: IRQL <= DISPATCH_LEVEL).
 * Return: TRUE if it has expired, and no wait has taken that, now.
 * DDI: wdm/nf-wdm-kereadstatetimer
 */
BOOLEAN KeReadStateTimer(PKTIMER Timer)
{
	struct eres_call call = ERES_CALL();
	struct eres_timer *timer = eres_timer(Timer, call);

	return likely(timer) && eres_state_of(&timer->head) > 0;
}
EXPORT_SYMBOL_GPL(KeReadStateTimer);
