// SPDX-License-Identifier: GPL-2.0-only
/*
 * What drivers can wait for. What is asked for and is none, or of the wrong kind:
 *
 *	NULL, not aligned, no kernel memory	0xC4/0xE1
 *	never initialised, or overwritten	0xC4/0x1002
 *	of another kind				0xC4/0x1009
 *
 * is reported, and nothing is done; a query answers 0, a wait with
 * STATUS_OBJECT_TYPE_MISMATCH. An object that is initialised while a thread waits for
 * it, or a timer while it is queued (0xC4/0xD0), is left as it is: it could not be told
 * otherwise.
 */
#include <linux/build_bug.h>

#include "timer.h"
#include "waiter.h"

static_assert(sizeof(struct eres_waitable) == sizeof(DISPATCHER_HEADER));
static_assert(offsetof(struct eres_waitable, word.state) ==
	      offsetof(DISPATCHER_HEADER, SignalState));
static_assert(offsetof(struct eres_waitable, waiters) == offsetof(DISPATCHER_HEADER, WaitListHead));
static_assert(sizeof(struct eres_waitable) == sizeof(KEVENT));
static_assert(sizeof(struct eres_semaphore) == sizeof(KSEMAPHORE));
static_assert(sizeof(struct eres_mutex) <= sizeof(KMUTEX));
static_assert(sizeof(struct eres_wait_block) <= sizeof(KWAIT_BLOCK));
/* Of 64-bit Windows. */
static_assert(sizeof(KEVENT) == 24 && sizeof(KSEMAPHORE) == 32);
static_assert(sizeof(KMUTEX) == 56 && sizeof(KWAIT_BLOCK) == 48);

#define ERES_W_INIT_LIVE		0xD0
#define ERES_W_WRONG_KIND		0x1009
#define ERES_W_WAIT_FLAG		0x20016

static const struct eres_misuse uninitialised =
	ERES_VIOLATION(ERES_W_UNINITIALIZED, "nann", "uninitialised object used",
		       "initialise it first, at the address where it is used; or was it overwritten?");
static const struct eres_misuse wrong_kind =
	ERES_VIOLATION(ERES_W_WRONG_KIND, "nann", "object of another kind used",
		       "use the routines of the kind that the object was initialised as");
static const struct eres_misuse initialised_twice =
	ERES_VIOLATION(ERES_W_INIT_LIVE, "nann", "object initialised while it is waited for",
		       "initialise once; KeResetEvent() resets");
static const struct eres_misuse initialised_queued =
	ERES_VIOLATION(ERES_W_INIT_LIVE, "nann", "timer initialised while it is queued",
		       "initialise once; or KeCancelTimer() before");
static const struct eres_misuse wait_flag =
	ERES_VIOLATION(ERES_W_WAIT_FLAG, "nsan", "Wait is TRUE at DISPATCH_LEVEL",
		       "pass FALSE, or call it at IRQL <= APC_LEVEL: a wait has to follow");

/* True if it is an object of one of these types. The memory may be anything. */
bool eres_is_waitable(const void *object, unsigned long types)
{
	union eres_word word;

	return eres_read_object(object, &word.all) &&
	       eres_is_word_of(word, object, types, ERES_LOCKED);
}

/* For people. */
const char *eres_waitable_kind(u8 type)
{
	switch (type) {
	case ERES_MUTEX:
		return "mutex";
	case ERES_SEMAPHORE:
		return "semaphore";
	case ERES_NOTIFICATION_TIMER:
	case ERES_SYNCHRONIZATION_TIMER:
		return "timer";
	case ERES_THREAD:
		return "thread";
	default:
		return "event";
	}
}

/* Not one that was asked for. Return: %NULL, for eres_waitable(). */
static noinline struct eres_waitable *eres_refuse_waitable(struct eres_waitable *object,
							   struct eres_call call)
{
	if (!eres_check_object("object", object, call))
		return NULL;
	if (!eres_is_waitable(object, ERES_ANY))
		eres_complain(&uninitialised, ERES_OBJECT("object", object), call,
			      (unsigned long)object, 0, 0);
	else
		eres_complain(&wrong_kind,
			      ERES_OBJECT(eres_waitable_kind(eres_type_of(object)), object),
			      call, (unsigned long)object, 0, 0);
	return NULL;
}

/**
 * eres_waitable() - Check that an address is an object of one of several types.
 * @address: anything
 * @types: BIT() of each
 * @call: routine and caller
 *
 * Context: Any but NMI, without the dispatcher lock.
 * Return: the object; %NULL if it is none, and that has been reported.
 */
struct eres_waitable *eres_waitable(void *address, unsigned long types,
				    struct eres_call call)
{
	return likely(eres_is_waitable(address, types)) ? address :
							  eres_refuse_waitable(address, call);
}

/*
 * True if it is an object that somebody waits for. What lies there may be anything, also the
 * remains of an object: those have no queue, since nobody returns from a wait queued.
 */
static bool __eres_is_waited_for(const struct eres_waitable *object)
{
	struct eres_wait_block *first;
	void *back, *of;

	first = list_first_entry(&object->waiters, struct eres_wait_block, link);
	if (&first->link == &object->waiters)
		return false;
	return eres_read_pointer(&back, (void **)&first->link.prev) &&
	       back == &object->waiters &&
	       eres_read_pointer(&of, (void **)&first->object) && of == object;
}

/* Return: what is wrong with initialising it, because somebody uses it; %NULL: nothing. */
static const struct eres_misuse *__eres_is_live(const struct eres_waitable *object)
{
	if (!eres_is_waitable(object, ERES_ANY))
		return NULL;
	if (__eres_timer_is_queued(object))
		return &initialised_queued;
	return __eres_is_waited_for(object) ? &initialised_twice : NULL;
}

/**
 * eres_waitable_init() - Make an object of what lies there.
 * @address: anything
 * @type: its type
 * @state: its state
 * @call: routine and caller
 *
 * Context: Any but NMI.
 * Return: true if it is one now; else that has been reported, and nothing has been done.
 */
bool eres_waitable_init(void *address, enum eres_waitable_type type, s32 state,
			struct eres_call call)
{
	struct eres_waitable *object = address;
	const struct eres_misuse *live;
	union eres_word word = { .first = eres_first_word(object, type) };
	unsigned long flags;

	if (unlikely(!eres_check_object("object", object, call)))
		return false;
	if (BIT(type) & ERES_ALWAYS_LOCKED)
		word.first |= ERES_LOCKED;
	word.state = state;
	raw_spin_lock_irqsave(&eres_dispatcher_lock, flags);
	live = __eres_is_live(object);
	if (likely(!live)) {
		INIT_LIST_HEAD(&object->waiters);
		WRITE_ONCE(object->word.all, word.all);
	}
	raw_spin_unlock_irqrestore(&eres_dispatcher_lock, flags);
	if (unlikely(live))
		eres_complain(live, ERES_OBJECT(eres_waitable_kind(eres_type_of(object)), object),
			      call, (unsigned long)object, 0, 0);
	return !live;
}

/**
 * eres_check_wait_flag() - The caller says that it is about to wait.
 * @wait: whether it does
 * @object: the object that it sets
 * @call: routine and caller
 *
 * Nothing is made of it: on Windows it saves a switch of threads, no more.
 */
void eres_check_wait_flag(BOOLEAN wait, void *object, struct eres_call call)
{
	static const char rule[] =
		"IrqlKeSetEvent: with Wait TRUE the routine must be called at IRQL <= APC_LEVEL";

	if (unlikely(wait && KeGetCurrentIrql() >= DISPATCH_LEVEL))
		eres_complain(&wait_flag, ERES_OBJECT("object", object), call,
			      (unsigned long)rule, (unsigned long)object, 0);
}
