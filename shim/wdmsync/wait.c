// SPDX-License-Identifier: GPL-2.0-only
/*
 * The waits, as drivers call them: may the caller wait, what may break the wait off,
 * sleeping, and what comes with a mutex. Who gets what is decided in waiter.c.
 *
 * What breaks a wait off, which Windows calls user APCs, alerts and termination, are
 * signals here:
 *
 *	Alertable, mode		broken off by		and answers
 *	FALSE, KernelMode	nothing
 *	FALSE, UserMode		a fatal signal		STATUS_USER_APC, or what
 *							eres_cancellable() makes of it
 *	TRUE, UserMode		any signal		STATUS_USER_APC
 *	TRUE, KernelMode	any signal		STATUS_ALERTED
 *	any, in a region or	nothing
 *	at APC_LEVEL
 *
 * The last row is more than blocked signals do: a fatal one that another thread of
 * the process takes would end the wait of this one all the same. Kernel threads do
 * not count as load, nor as hung: a driver's worker may wait for ever.
 */
#include <linux/export.h>
#include <linux/preempt.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>

#include "neighbour.h"
#include "region/level.h"
#include "thread_object.h"
#include "until.h"
#include "waiter.h"

#define ERES_MAXIMUM_WAIT_OBJECTS	0xC
#define ERES_SWITCH_FROM_DPC		0xB8
#define ERES_DPC_INVALID		0xC7
#define ERES_DPC_CHANGED_APCS		4
#define ERES_W_WAIT_FOREVER		0x121
#define ERES_W_WAIT_TIMEOUT		0x122
#define ERES_W_WAIT_STACK		0x123
#define ERES_W_IRQL_KE_APC_LTE1		0x2000F
#define ERES_W_MUTEX_LIMIT		0x1E

static const struct eres_misuse in_interrupt =
	ERES_MISUSE(ERES_SWITCH_FROM_DPC, "aann", "ATTEMPTED_SWITCH_FROM_DPC",
		    "wait in a DPC or interrupt",
		    "wait with a timeout of 0 there, or in a work item");
static const struct eres_misuse wait_forever =
	ERES_VIOLATION(ERES_W_WAIT_FOREVER, "nnaa", "wait at DISPATCH_LEVEL",
		       "wait before the IRQL is raised or the spin lock taken, or in a work item");
static const struct eres_misuse wait_timeout =
	ERES_VIOLATION(ERES_W_WAIT_TIMEOUT, "nnaa", "wait with a timeout at DISPATCH_LEVEL",
		       "pass a timeout of 0 there, which is no NULL");
static const struct eres_misuse wait_stack =
	ERES_VIOLATION(ERES_W_WAIT_STACK, "nann", "wait in UserMode for an object on the stack",
		       "wait in KernelMode, or allocate the object: such a stack may be paged out");
static const struct eres_misuse delay_irql =
	ERES_VIOLATION(ERES_W_IRQL_KE_APC_LTE1, "nsnn", "delay at DISPATCH_LEVEL",
		       "KeStallExecutionProcessor() there, or delay in a work item");
static const struct eres_misuse mutex_in_dpc =
	ERES_MISUSE(ERES_DPC_INVALID, "nann", "TIMER_OR_DPC_INVALID",
		    "mutex asked for in a DPC or interrupt",
		    "acquire it in a thread: the interrupted one would own it");
static const struct eres_misuse mutex_limit =
	ERES_MISUSE(ERES_W_MUTEX_LIMIT, "naan", "KMODE_EXCEPTION_NOT_HANDLED",
		    "mutex acquired more often than can be counted",
		    "release once for each wait that has taken it");
static const struct eres_misuse bad_count =
	ERES_MISUSE(ERES_MAXIMUM_WAIT_OBJECTS, "nnnn", "MAXIMUM_WAIT_OBJECTS_EXCEEDED",
		    "wait for no objects, or for more than MAXIMUM_WAIT_OBJECTS",
		    "wait for 1 to 64 objects");
static const struct eres_misuse no_blocks =
	ERES_MISUSE(ERES_MAXIMUM_WAIT_OBJECTS, "nnnn", "MAXIMUM_WAIT_OBJECTS_EXCEEDED",
		    "wait for more than THREAD_WAIT_OBJECTS objects without wait blocks",
		    "pass as many wait blocks as objects");
static const struct eres_misuse bad_array =
	ERES_VIOLATION(ERES_W_BAD_ADDRESS, "nann", "not the address of an array, or of a time",
		       "pass an address in kernel memory");

/* How a thread wants to wait, and for what: the first object, as the caller names it. */
struct eres_terms {
	const void *object;
	KPROCESSOR_MODE mode;
	BOOLEAN alertable;
	PLARGE_INTEGER timeout;
	/* Test, and take, at once or not at all. */
	bool at_once;
};

static unsigned int eres_wait_state(const struct eres_terms *terms)
{
	bool system = current->flags & PF_KTHREAD;

	if (eres_is_held_off())
		return system ? TASK_IDLE : TASK_UNINTERRUPTIBLE;
	if (terms->alertable)
		return TASK_INTERRUPTIBLE;
	if (system)
		return TASK_IDLE;
	return terms->mode == KernelMode ? TASK_UNINTERRUPTIBLE : TASK_KILLABLE;
}

static NTSTATUS eres_broken_off(const struct eres_terms *terms)
{
	return terms->mode == KernelMode ? STATUS_ALERTED : STATUS_USER_APC;
}

/* Until the wait is over, in whatever way. Return: how, if nobody has given. */
static NTSTATUS eres_sleep_for(const struct eres_waiter *waiter,
			       const struct eres_terms *terms)
{
	unsigned int state = eres_wait_state(terms);
	NTSTATUS otherwise = STATUS_TIMEOUT;
	struct eres_until until;

	eres_until(&until, terms->timeout);
	for (;;) {
		/* Pairs with wake_up_process() in __eres_signalled(). */
		set_current_state(state);
		if (READ_ONCE(waiter->status) != ERES_WAITING)
			break;
		if (signal_pending_state(state, current)) {
			otherwise = eres_broken_off(terms);
			break;
		}
		if (eres_sleep(&until))
			break;
	}
	__set_current_state(TASK_RUNNING);
	return otherwise;
}

/* A region for each mutex that the thread owns from now on. */
static void eres_gained_mutexes(const struct eres_waiter *waiter, struct eres_mutex_note *note,
				const void *caller)
{
	u32 i;

	note->owned += waiter->gained;
	note->last = waiter->last;
	for (i = 0; i < waiter->gained; i++)
		eres_mutex_enter(caller);
}

/* Of a mutex. */
static unsigned long eres_mutex_owner(const void *object)
{
	return READ_ONCE(((const struct eres_mutex *)object)->thread);
}

/*
 * The waiter is queued: sleep, and say so, until the wait is over. The objects, the
 * first of which is of @type, may be gone by now: who else was let go may free them.
 * Not a mutex, which is owned by this thread then.
 */
static void eres_wait_queued(struct eres_waiter *waiter, const struct eres_terms *terms,
			     u8 type, struct eres_call call)
{
	struct eres_object_wait wait = {
		.object = terms->object,
		.kind = eres_waitable_kind(type),
		.count = waiter->count,
		.all = waiter->all,
		.owner = waiter->count == 1 && type == ERES_MUTEX ? eres_mutex_owner : NULL,
		.module = THIS_MODULE,
		.call = call,
	};
	struct eres_thread *thread = eres_object_wait_begin(&wait);
	NTSTATUS otherwise = eres_sleep_for(waiter, terms);

	eres_object_wait_end(thread);
	eres_waiter_end(waiter, otherwise);
}

static NTSTATUS eres_wait(struct eres_waiter *waiter, const struct eres_terms *terms,
			  struct eres_call call)
{
	u8 type = eres_type_of(waiter->block[0].object);

	if (!eres_waiter_begin(waiter, !terms->at_once)) {
		if (terms->at_once)
			return STATUS_TIMEOUT;
		eres_wait_queued(waiter, terms, type, call);
	}
	if (waiter->gained)
		eres_gained_mutexes(waiter, eres_mutex_note(), call.caller);
	return waiter->status;
}

/*
 * The caller may sleep, or it does not mean to: the wait is one with a timeout of 0.
 * Else that is reported.
 */
static bool eres_check_level(const struct eres_terms *terms, const void *object,
			     struct eres_call call)
{
	KIRQL irql = eres_own_irql();

	if (likely(irql <= APC_LEVEL) || terms->at_once)
		return true;
	if (!in_task())
		eres_complain(&in_interrupt, ERES_OBJECT("object", object), call,
			      (unsigned long)current, (unsigned long)current, 0);
	else
		eres_complain(terms->timeout ? &wait_timeout : &wait_forever,
			      ERES_OBJECT("object", object), call, irql,
			      (unsigned long)object, (unsigned long)terms->timeout);
	return false;
}

static bool eres_read_terms(struct eres_terms *terms, const void *object,
			    struct eres_call call)
{
	if (unlikely(terms->timeout && !eres_is_object(terms->timeout, 1))) {
		eres_complain(&bad_array, ERES_OBJECT("time", terms->timeout), call,
			      (unsigned long)terms->timeout, 0, 0);
		return false;
	}
	terms->object = object;
	terms->at_once = terms->timeout && !terms->timeout->QuadPart;
	if (unlikely(!eres_check_level(terms, object, call)))
		terms->at_once = true;
	return true;
}

/* A mutex among the objects has to be told which thread asks. */
static NTSTATUS eres_check_mutex(struct eres_waiter *waiter, struct eres_mutex *mutex,
				 struct eres_call call)
{
	struct eres_mutex_note *note;

	if (unlikely(!in_task())) {
		eres_complain(&mutex_in_dpc, ERES_OBJECT("mutex", mutex), call,
			      ERES_DPC_CHANGED_APCS, (unsigned long)call.caller, 0);
		return STATUS_SUCCESS;
	}
	note = eres_mutex_note();
	waiter->mutexes = note ? note->thread : 0;
	/* Nobody else changes these while the caller owns it. */
	if (likely(!note || READ_ONCE(mutex->owner) != note->thread ||
		   eres_state_of(&mutex->head) != S32_MIN))
		return STATUS_SUCCESS;
	eres_complain(&mutex_limit, ERES_OBJECT("mutex", mutex), call,
		      (u32)STATUS_MUTANT_LIMIT_EXCEEDED, (unsigned long)mutex,
		      (unsigned long)current);
	return STATUS_MUTANT_LIMIT_EXCEEDED;
}

/* What is there: a thread, the caller itself or its process, or an object. */
static struct eres_waitable *eres_find_object(struct eres_waiter *waiter,
					      struct eres_wait_block *block, void *address,
					      struct eres_call call)
{
	struct eres_thread_object *thread = eres_thread_object_get(address);

	block->thread = thread;
	if (unlikely(thread)) {
		waiter->threads++;
		return &thread->head;
	}
	if (unlikely(address == current || address == PsGetCurrentProcess()))
		return &eres_thread_itself;
	return eres_waitable(address, ERES_ANY, call);
}

/* The wait is over, or has not begun. */
static void eres_drop_threads(struct eres_waiter *waiter)
{
	unsigned int i;

	for (i = 0; i < waiter->count; i++)
		if (waiter->block[i].thread)
			eres_thread_object_put(eres_object_of(waiter->block[i].object));
}

/* One object more to wait for. */
static NTSTATUS eres_add_object(struct eres_waiter *waiter, void *address,
				const struct eres_terms *terms, struct eres_call call)
{
	struct eres_wait_block *block = &waiter->block[waiter->count];
	struct eres_waitable *object = eres_find_object(waiter, block, address, call);
	unsigned int i;

	if (unlikely(!object))
		return STATUS_OBJECT_TYPE_MISMATCH;
	if (unlikely(terms->mode != KernelMode && in_task() && object_is_on_stack(object)))
		eres_complain(&wait_stack,
			      ERES_OBJECT(eres_waitable_kind(eres_type_of(object)), object),
			      call, (unsigned long)object, 0, 0);
	block->waiter = waiter;
	block->object = object;
	block->again = false;
	INIT_LIST_HEAD(&block->link);
	/* If only one is taken, it is of significance only once they queue. */
	for (i = 0; waiter->all && i < waiter->count; i++)
		block->again |= waiter->block[i].object == object;
	waiter->count++;
	return eres_type_of(object) == ERES_MUTEX ?
	       eres_check_mutex(waiter, (struct eres_mutex *)object, call) : STATUS_SUCCESS;
}

static noinline bool eres_take_mutex_at_once(struct eres_mutex *mutex, union eres_word word,
					     const void *caller)
{
	struct eres_mutex_note *note = eres_mutex_note();
	struct eres_waiter waiter = { .task = current, .mutexes = note ? note->thread : 0 };

	if (unlikely(word.state == S32_MIN) || !eres_take_mutex_unlocked(mutex, word, &waiter))
		return false;
	if (waiter.gained)
		eres_gained_mutexes(&waiter, note, caller);
	return true;
}

/*
 * An object that is set and not locked, for a caller about whom nothing has to be
 * reported. False: nothing has been done.
 */
static __always_inline bool eres_take_at_once(PVOID address, KPROCESSOR_MODE mode,
					      const LARGE_INTEGER *timeout, unsigned long caller)
{
	struct eres_waitable *object = address;
	union eres_word word;

	if (unlikely(mode != KernelMode || timeout) || unlikely(eres_own_irql() > APC_LEVEL) ||
	    !eres_read_unlocked(object, ERES_EVENTS | ERES_SEMAPHORES | ERES_MUTEXES, &word))
		return false;
	if (word.type == ERES_MUTEX)
		return eres_take_mutex_at_once((struct eres_mutex *)object, word, (void *)caller);
	return eres_take_unlocked(object, word);
}

static noinline NTSTATUS eres_wait_for_one(PVOID object, struct eres_terms *terms,
					   const char *routine, unsigned long caller)
{
	struct eres_call call = { routine, (void *)caller };
	struct eres_wait_block block;
	struct eres_waiter waiter = { .task = current, .block = &block };
	NTSTATUS status;

	status = eres_add_object(&waiter, object, terms, call);
	if (likely(NT_SUCCESS(status)))
		status = eres_read_terms(terms, object, call) ?
			 eres_wait(&waiter, terms, call) : STATUS_INVALID_PARAMETER_5;
	if (unlikely(waiter.threads))
		eres_drop_threads(&waiter);
	return status;
}

/**
 * KeWaitForSingleObject() - Wait for an object, and take it.
 * @Object: an event, a semaphore, a mutex, a timer, or a thread, which is set once it
 *          has ended; or the calling process, which has not
 * @WaitReason: of no significance
 * @WaitMode: KernelMode, or UserMode: a fatal signal breaks the wait off
 * @Alertable: any signal does
 * @Timeout: in units of 100 ns: negative from now on, positive since 1601; 0: not at
 *           all; %NULL: for ever
 *
 * An object that is set wins over a timeout of 0 and over a pending signal. Who
 * queues is served first come, first served. In a region, or at APC_LEVEL, no signal
 * ends the wait; see above.
 *
 * A mutex is the thread's until it has released it as often as it has taken it, and
 * the thread is in a critical region meanwhile.
 *
 * Misuse: at DISPATCH_LEVEL @Timeout counts as 0 (0xC4/0x121, 0x122; in an interrupt
 * 0xB8). A mutex is not to be had in an interrupt (0xC7/4). UserMode, and an object on
 * the stack: reported (0xC4/0x123), and served.
 *
 * Context: Task context (Windows: IRQL <= APC_LEVEL) and may sleep, unless the
 *          timeout is 0: then any but NMI.
 * Return: STATUS_SUCCESS, STATUS_TIMEOUT, or, broken off, STATUS_USER_APC or
 *         STATUS_ALERTED, none of which is an error to NT_SUCCESS().
 *         STATUS_OBJECT_TYPE_MISMATCH for what is no object,
 *         STATUS_MUTANT_LIMIT_EXCEEDED where Windows raises it (0x1E).
 * DDI: wdm/nf-wdm-kewaitforsingleobject
 */
NTSTATUS KeWaitForSingleObject(PVOID Object, KWAIT_REASON WaitReason, KPROCESSOR_MODE WaitMode,
			       BOOLEAN Alertable, PLARGE_INTEGER Timeout)
{
	if (likely(eres_take_at_once(Object, WaitMode, Timeout, _RET_IP_)))
		return STATUS_SUCCESS;
	return eres_wait_for_one(Object, &(struct eres_terms){
		.mode = WaitMode, .alertable = Alertable, .timeout = Timeout,
	}, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(KeWaitForSingleObject);

/* Neither is longer than a page. */
static bool eres_is_array(const void *first, const void *last)
{
	return eres_is_object(first, sizeof(PVOID)) && eres_is_object(last, sizeof(PVOID));
}

static NTSTATUS eres_check_count(ULONG count, PVOID *objects, PKWAIT_BLOCK blocks,
				 struct eres_call call)
{
	const struct eres_object *array = ERES_OBJECT("array", objects);

	if (unlikely(!count || count > MAXIMUM_WAIT_OBJECTS)) {
		eres_complain(&bad_count, array, call, 0, 0, 0);
		return STATUS_INVALID_PARAMETER_1;
	}
	if (unlikely(!eres_is_array(objects, &objects[count - 1]))) {
		eres_complain(&bad_array, array, call, (unsigned long)objects, 0, 0);
		return STATUS_INVALID_PARAMETER_2;
	}
	if (count <= THREAD_WAIT_OBJECTS)
		return STATUS_SUCCESS;
	if (unlikely(!blocks)) {
		eres_complain(&no_blocks, array, call, 0, 0, 0);
		return STATUS_INVALID_PARAMETER;
	}
	if (unlikely(!eres_is_array(blocks, &blocks[count - 1]))) {
		eres_complain(&bad_array, ERES_OBJECT("array", blocks), call,
			      (unsigned long)blocks, 0, 0);
		return STATUS_INVALID_PARAMETER;
	}
	return STATUS_SUCCESS;
}

static noinline NTSTATUS eres_wait_for_several(ULONG count, PVOID object[], WAIT_TYPE type,
					       PKWAIT_BLOCK blocks, struct eres_terms *terms,
					       const char *routine, unsigned long caller)
{
	struct eres_waiter waiter = { .task = current, .all = type == WaitAll };
	struct eres_wait_block own[THREAD_WAIT_OBJECTS];
	struct eres_call call = { routine, (void *)caller };
	NTSTATUS status;
	ULONG i;

	status = eres_check_count(count, object, blocks, call);
	waiter.block = count <= THREAD_WAIT_OBJECTS ? own : (struct eres_wait_block *)blocks;
	for (i = 0; i < count && NT_SUCCESS(status); i++)
		status = eres_add_object(&waiter, object[i], terms, call);
	if (likely(NT_SUCCESS(status)))
		status = eres_read_terms(terms, object[0], call) ?
			 eres_wait(&waiter, terms, call) : STATUS_INVALID_PARAMETER;
	if (unlikely(waiter.threads))
		eres_drop_threads(&waiter);
	return status;
}

/**
 * KeWaitForMultipleObjects() - Wait for all of some objects, or for any of them.
 * @Count: how many: 1 to MAXIMUM_WAIT_OBJECTS
 * @Object: their addresses
 * @WaitType: WaitAll: nothing is taken until all can be, at one instant. WaitAny: one
 *            is taken, of several that are set the first
 * @WaitReason: of no significance
 * @WaitMode: as for KeWaitForSingleObject()
 * @Alertable: the same
 * @Timeout: the same
 * @WaitBlockArray: as many blocks, used during the call; may be %NULL for no more than
 *                  THREAD_WAIT_OBJECTS
 *
 * An object that is named twice is taken once.
 *
 * Misuse: besides that of KeWaitForSingleObject(): a wrong @Count, or no wait blocks
 * (0xC).
 *
 * Context: As KeWaitForSingleObject().
 * Return: the same; of WaitAny that has taken one, STATUS_WAIT_0 and its index; for a
 *         wrong @Count, or no array, STATUS_INVALID_PARAMETER or that of the number of
 *         the parameter.
 * DDI: wdm/nf-wdm-kewaitformultipleobjects
 */
NTSTATUS KeWaitForMultipleObjects(ULONG Count, PVOID Object[], WAIT_TYPE WaitType,
				  KWAIT_REASON WaitReason, KPROCESSOR_MODE WaitMode,
				  BOOLEAN Alertable, PLARGE_INTEGER Timeout,
				  PKWAIT_BLOCK WaitBlockArray)
{
	return eres_wait_for_several(Count, Object, WaitType, WaitBlockArray, &(struct eres_terms){
		.mode = WaitMode, .alertable = Alertable, .timeout = Timeout,
	}, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(KeWaitForMultipleObjects);

/* Of a wait that only termination breaks off. */
static NTSTATUS eres_cancellable(NTSTATUS status)
{
	return status == STATUS_USER_APC ? STATUS_THREAD_IS_TERMINATING : status;
}

/**
 * FsRtlCancellableWaitForSingleObject() - Wait for an object, unless the thread is killed.
 * @Object: as for KeWaitForSingleObject()
 * @Timeout: the same
 * @Irp: of no significance
 *
 * As KeWaitForSingleObject() in UserMode, not alertable; but broken off it is an error to
 * NT_SUCCESS(). In a region, or at APC_LEVEL, nothing breaks it off.
 *
 * Deviation: that @Irp is cancelled does not end the wait: nobody gets STATUS_CANCELLED.
 *
 * Misuse: as KeWaitForSingleObject().
 *
 * Context: The same.
 * Return: the same, but STATUS_THREAD_IS_TERMINATING for STATUS_USER_APC.
 * DDI: ntifs/nf-ntifs-fsrtlcancellablewaitforsingleobject
 */
NTSTATUS FsRtlCancellableWaitForSingleObject(PVOID Object, PLARGE_INTEGER Timeout, PIRP Irp)
{
	struct eres_terms terms = { .mode = UserMode, .timeout = Timeout };

	return eres_cancellable(eres_wait_for_one(Object, &terms, __func__, _RET_IP_));
}
EXPORT_SYMBOL_GPL(FsRtlCancellableWaitForSingleObject);

/**
 * FsRtlCancellableWaitForMultipleObjects() - Wait for several, unless the thread is killed.
 * @Count: as for KeWaitForMultipleObjects()
 * @ObjectArray: the same
 * @WaitType: the same
 * @Timeout: the same
 * @WaitBlockArray: the same
 * @Irp: of no significance
 *
 * As KeWaitForMultipleObjects(), and broken off as FsRtlCancellableWaitForSingleObject().
 *
 * Misuse: as KeWaitForMultipleObjects().
 *
 * Context: The same.
 * Return: the same, but STATUS_THREAD_IS_TERMINATING for STATUS_USER_APC.
 * DDI: ntifs/nf-ntifs-fsrtlcancellablewaitformultipleobjects
 */
NTSTATUS FsRtlCancellableWaitForMultipleObjects(ULONG Count, PVOID ObjectArray[],
						WAIT_TYPE WaitType, PLARGE_INTEGER Timeout,
						PKWAIT_BLOCK WaitBlockArray, PIRP Irp)
{
	struct eres_terms terms = { .mode = UserMode, .timeout = Timeout };

	return eres_cancellable(eres_wait_for_several(Count, ObjectArray, WaitType, WaitBlockArray,
						      &terms, __func__, _RET_IP_));
}
EXPORT_SYMBOL_GPL(FsRtlCancellableWaitForMultipleObjects);

/* The caller may sleep, for a time that can be read. Else that is reported. */
static bool eres_check_delay(PLARGE_INTEGER interval, struct eres_call call)
{
	static const char rule[] =
		"IrqlKeApcLte1: the routine must be called at IRQL <= APC_LEVEL";

	if (unlikely(!eres_is_object(interval, 1))) {
		eres_complain(&bad_array, ERES_OBJECT("time", interval), call,
			      (unsigned long)interval, 0, 0);
		return false;
	}
	if (likely(eres_own_irql() <= APC_LEVEL))
		return true;
	if (in_task())
		eres_complain(&delay_irql, ERES_OBJECT("time", interval), call,
			      (unsigned long)rule, 0, 0);
	else
		eres_complain(&in_interrupt, ERES_OBJECT("time", interval), call,
			      (unsigned long)current, (unsigned long)current, 0);
	return false;
}

/**
 * KeDelayExecutionThread() - Wait for nothing but time.
 * @WaitMode: as for KeWaitForSingleObject()
 * @Alertable: the same
 * @Interval: as the timeout there, not %NULL
 *
 * Never returns early but for a signal. An interval of 0 lets others run.
 *
 * Misuse: at DISPATCH_LEVEL (0xC4/0x2000F; in an interrupt 0xB8) there is no delay.
 *
 * Context: Task context, may sleep (Windows: IRQL <= APC_LEVEL).
 * Return: STATUS_SUCCESS; broken off, STATUS_USER_APC or STATUS_ALERTED;
 *         STATUS_INVALID_PARAMETER after misuse.
 * DDI: wdm/nf-wdm-kedelayexecutionthread
 */
NTSTATUS KeDelayExecutionThread(KPROCESSOR_MODE WaitMode, BOOLEAN Alertable,
				PLARGE_INTEGER Interval)
{
	struct eres_terms terms = { .mode = WaitMode, .alertable = Alertable, .timeout = Interval };
	struct eres_waiter waiter = { .task = current, .status = ERES_WAITING };
	struct eres_call call = ERES_CALL();
	NTSTATUS status;

	if (unlikely(!eres_check_delay(Interval, call)))
		return STATUS_INVALID_PARAMETER;
	if (!Interval->QuadPart) {
		schedule();
		return STATUS_SUCCESS;
	}
	/* In no queue: nobody gives anything. */
	status = eres_sleep_for(&waiter, &terms);
	return status == STATUS_TIMEOUT ? STATUS_SUCCESS : status;
}
EXPORT_SYMBOL_GPL(KeDelayExecutionThread);
