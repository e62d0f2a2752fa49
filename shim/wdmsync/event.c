// SPDX-License-Identifier: GPL-2.0-only
/* KEVENT. */
#include <linux/export.h>

#include "waiter.h"

static struct eres_waitable *eres_event(PRKEVENT event, struct eres_call call)
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
			   !!State, call);
}
EXPORT_SYMBOL_GPL(KeInitializeEvent);

/* Set it for who waits now, and leave it set or not. Return: what it was. */
static LONG eres_set_event(struct eres_waitable *event, s32 state)
{
	unsigned long flags;
	LONG previous;

	raw_spin_lock_irqsave(&eres_dispatcher_lock, flags);
	__eres_lock_word(event);
	previous = eres_state_of(event);
	__eres_set_state(event, 1);
	__eres_signalled(event);
	if (!state)
		__eres_set_state(event, 0);
	__eres_unlock_word(event);
	raw_spin_unlock_irqrestore(&eres_dispatcher_lock, flags);
	return previous;
}

/* Where nobody waits. False: nothing has been done. */
static __always_inline bool eres_set_unlocked(PRKEVENT address, s32 state, LONG *previous)
{
	struct eres_waitable *event = (struct eres_waitable *)address;
	union eres_word word;

	if (!eres_read_unlocked(event, ERES_EVENTS, &word))
		return false;
	*previous = word.state;
	return eres_change_unlocked(event, word, state);
}

static noinline LONG eres_set_slowpath(PRKEVENT address, s32 state, BOOLEAN wait,
				       const char *routine, unsigned long caller)
{
	struct eres_call call = { routine, (void *)caller };
	struct eres_waitable *event = eres_event(address, call);

	if (unlikely(!event))
		return 0;
	eres_check_wait_flag(wait, event, call);
	return eres_set_event(event, state);
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
	LONG previous;

	if (likely(!Wait) && likely(eres_set_unlocked(Event, 1, &previous)))
		return previous;
	return eres_set_slowpath(Event, 1, Wait, __func__, _RET_IP_);
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
	return eres_set_slowpath(Event, 0, Wait, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(KePulseEvent);

static noinline LONG eres_reset_slowpath(PRKEVENT address, const char *routine,
					 unsigned long caller)
{
	struct eres_call call = { routine, (void *)caller };
	struct eres_waitable *event = eres_event(address, call);
	unsigned long flags;
	LONG previous;

	if (unlikely(!event))
		return 0;
	raw_spin_lock_irqsave(&eres_dispatcher_lock, flags);
	__eres_lock_word(event);
	previous = eres_state_of(event);
	__eres_set_state(event, 0);
	__eres_unlock_word(event);
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
	LONG previous;

	if (likely(eres_set_unlocked(Event, 0, &previous)))
		return previous;
	return eres_reset_slowpath(Event, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(KeResetEvent);

/* As KeResetEvent(), and says nothing. */
void KeClearEvent(PRKEVENT Event)
{
	LONG previous;

	if (unlikely(!eres_set_unlocked(Event, 0, &previous)))
		eres_reset_slowpath(Event, __func__, _RET_IP_);
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
	struct eres_waitable *event = eres_event(Event, call);

	return likely(event) ? eres_state_of(event) : 0;
}
EXPORT_SYMBOL_GPL(KeReadStateEvent);
