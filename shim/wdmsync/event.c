// SPDX-License-Identifier: GPL-2.0-only
/* KEVENT. */
#include <linux/export.h>

#include "waiter.h"

static struct eres_waitable *eres_event(PRKEVENT event, const struct eres_call *call)
{
	return eres_waitable(event, ERES_EVENTS, call);
}

/**
 * KeInitializeEvent() - Make an event of some memory.
 * @Event: the memory
 * @Type: NotificationEvent: once set it lets everybody go, until it is reset;
 *        SynchronizationEvent: it lets one go, and is not set any more
 * @State: whether it is set
 *
 * Misuse: an event that is waited for is left as it is (0xC4/0xD0).
 *
 * Context: Any but NMI.
 * DDI: wdm/nf-wdm-keinitializeevent
 */
void KeInitializeEvent(PRKEVENT Event, EVENT_TYPE Type, BOOLEAN State)
{
	struct eres_call call = ERES_CALL();

	eres_waitable_init(Event, Type == NotificationEvent ? ERES_NOTIFICATION_EVENT :
							      ERES_SYNCHRONIZATION_EVENT,
			   !!State, &call);
}
EXPORT_SYMBOL_GPL(KeInitializeEvent);

/* Set it; and, of a pulse, unset it again. Return: what it was. */
static LONG eres_set_event(struct eres_waitable *event, bool pulse)
{
	unsigned long flags;
	LONG previous;

	raw_spin_lock_irqsave(&eres_dispatcher_lock, flags);
	previous = event->state;
	__eres_set_state(event, 1);
	__eres_signalled(event);
	if (pulse)
		__eres_set_state(event, 0);
	raw_spin_unlock_irqrestore(&eres_dispatcher_lock, flags);
	return previous;
}

/**
 * KeSetEvent() - Set an event.
 * @Event: the event
 * @Increment: of no significance
 * @Wait: the caller is about to wait; of no significance
 *
 * As soon as it has let somebody go, that one may free it.
 *
 * Misuse: @Wait is TRUE at DISPATCH_LEVEL: reported (0xC4/0x20016), and set. What is
 * no event: reported, and the answer is 0.
 *
 * Context: Any but NMI (Windows: IRQL <= DISPATCH_LEVEL). Never sleeps.
 * Return: 0 if it was not set before.
 * DDI: wdm/nf-wdm-kesetevent
 */
LONG KeSetEvent(PRKEVENT Event, KPRIORITY Increment, BOOLEAN Wait)
{
	struct eres_call call = ERES_CALL();
	struct eres_waitable *event = eres_event(Event, &call);

	if (unlikely(!event))
		return 0;
	eres_check_wait_flag(Wait, event, &call);
	return eres_set_event(event, false);
}
EXPORT_SYMBOL_GPL(KeSetEvent);

/**
 * KePulseEvent() - Let go who waits now: all, or one.
 * @Event: the event
 * @Increment: of no significance
 * @Wait: the caller is about to wait; of no significance
 *
 * Misuse: as KeSetEvent().
 *
 * Context: Any but NMI (Windows: IRQL <= DISPATCH_LEVEL). Never sleeps.
 * Return: 0 if it was not set before. It is not set any more.
 * DDI: ntddk/nf-ntddk-kepulseevent
 */
LONG KePulseEvent(PRKEVENT Event, KPRIORITY Increment, BOOLEAN Wait)
{
	struct eres_call call = ERES_CALL();
	struct eres_waitable *event = eres_event(Event, &call);

	if (unlikely(!event))
		return 0;
	eres_check_wait_flag(Wait, event, &call);
	return eres_set_event(event, true);
}
EXPORT_SYMBOL_GPL(KePulseEvent);

static LONG eres_reset_event(PRKEVENT Event, const struct eres_call *call)
{
	struct eres_waitable *event = eres_event(Event, call);
	unsigned long flags;
	LONG previous;

	if (unlikely(!event))
		return 0;
	raw_spin_lock_irqsave(&eres_dispatcher_lock, flags);
	previous = event->state;
	__eres_set_state(event, 0);
	raw_spin_unlock_irqrestore(&eres_dispatcher_lock, flags);
	return previous;
}

/**
 * KeResetEvent() - Unset an event.
 * @Event: the event
 *
 * Context: Any but NMI (Windows: IRQL <= DISPATCH_LEVEL).
 * Return: 0 if it was not set before.
 * DDI: wdm/nf-wdm-keresetevent
 */
LONG KeResetEvent(PRKEVENT Event)
{
	struct eres_call call = ERES_CALL();

	return eres_reset_event(Event, &call);
}
EXPORT_SYMBOL_GPL(KeResetEvent);

/* As KeResetEvent(), and says nothing. */
void KeClearEvent(PRKEVENT Event)
{
	struct eres_call call = ERES_CALL();

	eres_reset_event(Event, &call);
}
EXPORT_SYMBOL_GPL(KeClearEvent);

/**
 * KeReadStateEvent() - Read whether an event is set.
 * @Event: the event
 *
 * Context: Any but NMI (Windows: IRQL <= DISPATCH_LEVEL).
 * Return: 0 if not, now.
 * DDI: wdm/nf-wdm-kereadstateevent
 */
LONG KeReadStateEvent(PRKEVENT Event)
{
	struct eres_call call = ERES_CALL();
	struct eres_waitable *event = eres_event(Event, &call);

	return likely(event) ? READ_ONCE(event->state) : 0;
}
EXPORT_SYMBOL_GPL(KeReadStateEvent);
