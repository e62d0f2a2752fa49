// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads that drivers make: a kernel thread, whose first routine is ours and calls
 * the driver's. It ends when that returns, or calls PsTerminateSystemThread(), and
 * then leaves by way of this module, which it has kept loaded. Nobody stops it:
 * kthread_stop() is not for it.
 *
 * It does not keep the driver loaded, whose unload routine is what tells such threads
 * to end, and waits for them. If it does not wait, unload.c does.
 *
 * A thread is in no critical region at first, whatever the page says: nobody has seen
 * one that is. It does not freeze.
 */
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include <eresource_verify.h>

#include "classes.h"
#include "handle.h"
#include "thread_object.h"

#define ERES_APC_PENDING_DURING_EXIT	0x20
#define ERES_ACTIVE_WORKER_TERMINATION	0xE9
#define ERES_W_BAD_HANDLE		0x3C
#define ERES_W_IRQL_PS_PASSIVE		0x2001C
/* Windows has no numbers for them. */
#define ERES_W_NO_START_ROUTINE		0xE5000003
#define ERES_W_NOT_SYSTEM_THREAD	0xE5000004

static const struct eres_misuse create_irql =
	ERES_VIOLATION(ERES_W_IRQL_PS_PASSIVE, "nsnn", "thread made above PASSIVE_LEVEL",
		       "make it at PASSIVE_LEVEL, or in a work item");
static const struct eres_misuse terminate_irql =
	ERES_VIOLATION(ERES_W_IRQL_PS_PASSIVE, "nsnn", "thread ends itself above PASSIVE_LEVEL",
		       "release spin locks, and lower the IRQL, before it");
static const struct eres_misuse no_routine =
	ERES_VIOLATION(ERES_W_NO_START_ROUTINE, "nann", "thread without a start routine",
		       "pass the address of a routine of the driver");
static const struct eres_misuse no_process =
	ERES_VIOLATION(ERES_W_BAD_HANDLE, "nann", "thread asked for in another process",
		       "pass NULL as the process: a thread of the system's is all there is");
static const struct eres_misuse worker_ends =
	ERES_MISUSE(ERES_ACTIVE_WORKER_TERMINATION, "annn", "ACTIVE_EX_WORKER_THREAD_TERMINATION",
		    "work item ends the worker's thread",
		    "return from the routine: the thread is for other items, too");
static const struct eres_misuse other_ends =
	ERES_VIOLATION(ERES_W_NOT_SYSTEM_THREAD, "nann",
		       "PsTerminateSystemThread() by a thread that no driver has made",
		       "return from the routine instead");
static const struct eres_misuse ends_raised =
	ERES_MISUSE(ERES_APC_PENDING_DURING_EXIT, "nnnn", "KERNEL_APC_PENDING_DURING_EXIT",
		    "start routine of a thread returned with the IRQL raised",
		    "release spin locks, and lower it to what KeRaiseIrql() has returned");

static const char irql_rule[] =
	"IrqlPsPassive: the routine must be called at IRQL = PASSIVE_LEVEL";

/* The routine has returned: who called it does so where he may sleep. */
static void eres_check_end(const struct eres_thread_object *object)
{
	struct eres_call call = {
		.routine = "return of a thread's routine",
		.caller = object->start,
	};
	KIRQL irql = KeGetCurrentIrql();

	eres_classes_left();
	if (likely(irql == PASSIVE_LEVEL))
		return;
	eres_complain(&ends_raised, ERES_OBJECT("thread", current), call, 0,
		      eres_apc_count(), irql);
	eres_end_at_passive();
}

/* The thread has a reference to the object until it exits. */
static int eres_system_thread(void *data)
{
	struct eres_thread_object *object = data;

	object->start(object->context);
	eres_check_end(object);
	module_put_and_kthread_exit(0);
}

struct eres_creation {
	struct work_struct work;
	struct completion done;
	struct eres_thread_object *object;
	struct task_struct *task;
};

static struct task_struct *eres_create_thread(struct eres_thread_object *object)
{
	/* The name for people: that of the routine, as much of it as there is room for. */
	return kthread_create(eres_system_thread, object, "%ps", (void *)object->start);
}

static void eres_create_in_work(struct work_struct *work)
{
	struct eres_creation *creation = container_of(work, struct eres_creation, work);

	creation->task = eres_create_thread(creation->object);
	complete(&creation->done);
}

/* A caller that is about to be killed gets none made, but has it made. */
static struct task_struct *eres_have_thread_made(struct eres_thread_object *object)
{
	struct eres_creation creation = { .object = object };

	INIT_WORK_ONSTACK(&creation.work, eres_create_in_work);
	init_completion(&creation.done);
	schedule_work(&creation.work);
	wait_for_completion(&creation.done);
	flush_work(&creation.work);
	destroy_work_on_stack(&creation.work);
	return creation.task;
}

static NTSTATUS eres_start_thread(struct eres_thread_object *object, PHANDLE handle,
				  PCLIENT_ID id)
{
	struct task_struct *task;
	HANDLE number;

	if (!eres_handle_reserve(&number))
		return STATUS_INSUFFICIENT_RESOURCES;
	task = eres_create_thread(object);
	if (IS_ERR(task) && PTR_ERR(task) == -EINTR)
		task = eres_have_thread_made(object);
	if (IS_ERR(task)) {
		eres_handle_unreserve(number);
		return STATUS_INSUFFICIENT_RESOURCES;
	}
	__module_get(THIS_MODULE);
	/* The handle's, and its own. */
	eres_thread_object_init(object, task, 2);
	eres_handle_set(number, object);
	*handle = number;
	if (id) {
		id->UniqueProcess = (HANDLE)(unsigned long)ERES_SYSTEM_PROCESS_ID;
		id->UniqueThread = (HANDLE)(unsigned long)task->pid;
	}
	wake_up_process(task);
	return STATUS_SUCCESS;
}

/* The caller may create a thread, and what it asks for can be made; else that is reported. */
static NTSTATUS eres_check_creation(PHANDLE handle, HANDLE process, PCLIENT_ID id,
				    PKSTART_ROUTINE start, struct eres_call call)
{
	KIRQL irql = KeGetCurrentIrql();

	if (unlikely(irql > PASSIVE_LEVEL))
		eres_complain(&create_irql, ERES_OBJECT("thread", start), call,
			      (unsigned long)irql_rule, 0, 0);
	if (unlikely(irql >= DISPATCH_LEVEL))
		return STATUS_UNSUCCESSFUL;
	if (unlikely(!eres_check_object("handle", handle, call)))
		return STATUS_ACCESS_VIOLATION;
	if (unlikely(id && !eres_check_object("client id", id, call)))
		return STATUS_ACCESS_VIOLATION;
	if (unlikely(!eres_is_kernel_address((unsigned long)start))) {
		eres_complain(&no_routine, ERES_OBJECT("thread", start), call,
			      (unsigned long)start, 0, 0);
		return STATUS_INVALID_PARAMETER;
	}
	if (likely(!process || process == NtCurrentProcess()))
		return STATUS_SUCCESS;
	eres_complain(&no_process, ERES_OBJECT("process", process), call,
		      (unsigned long)process, 0, 0);
	return STATUS_INVALID_HANDLE;
}

/**
 * PsCreateSystemThread() - Make a thread that calls a routine of the driver.
 * @ThreadHandle: gets a handle, to be closed with ZwClose()
 * @DesiredAccess: of no significance
 * @ObjectAttributes: the same; may be %NULL
 * @ProcessHandle: %NULL or NtCurrentProcess(): the thread is the system's either way
 * @ClientId: gets its id, and that of the system's process; or %NULL
 * @StartRoutine: the routine; the thread ends when it returns
 * @StartContext: its argument
 *
 * The driver has to see its threads end, by waiting for them, before it is unloaded.
 *
 * Misuse: above PASSIVE_LEVEL (0xC4/0x2001C): reported, and served at APC_LEVEL. No
 * address of a handle or a routine (0xC4/0xE1, 0xE5000003, which is no number of
 * Windows'), another process (0xC4/0x3C): refused.
 *
 * Context: Task context, may sleep (Windows: PASSIVE_LEVEL).
 * Return: STATUS_SUCCESS; STATUS_INSUFFICIENT_RESOURCES; after misuse another error,
 *         and nothing has been done.
 * DDI: wdm/nf-wdm-pscreatesystemthread
 */
NTSTATUS PsCreateSystemThread(PHANDLE ThreadHandle, ULONG DesiredAccess,
			      POBJECT_ATTRIBUTES ObjectAttributes, HANDLE ProcessHandle,
			      PCLIENT_ID ClientId, PKSTART_ROUTINE StartRoutine,
			      PVOID StartContext)
{
	struct eres_call call = ERES_CALL();
	struct eres_thread_object *object;
	NTSTATUS status;

	status = eres_check_creation(ThreadHandle, ProcessHandle, ClientId, StartRoutine, call);
	if (unlikely(!NT_SUCCESS(status)))
		return status;
	object = kzalloc(sizeof(*object), GFP_NOIO);
	if (!object)
		return STATUS_INSUFFICIENT_RESOURCES;
	object->system = true;
	object->start = StartRoutine;
	object->context = StartContext;
	object->priority = ERES_NORMAL_PRIORITY;
	status = eres_start_thread(object, ThreadHandle, ClientId);
	if (!NT_SUCCESS(status))
		kfree(object);
	return status;
}
EXPORT_SYMBOL_GPL(PsCreateSystemThread);

static bool eres_is_drivers_thread(void)
{
	struct eres_thread_object *object = eres_thread_object_get(current);
	bool system = object && object->system;

	if (object)
		eres_thread_object_put(object);
	return system;
}

/**
 * PsTerminateSystemThread() - End the calling thread, which the driver has made.
 * @ExitStatus: of no significance
 *
 * What the thread still owns, or is in, is reported as with any thread that exits.
 *
 * Misuse: by a thread that no driver has made (0xC4/0xE5000004, not a number of
 * Windows'; in a work item 0xE9): returns. Above PASSIVE_LEVEL (0xC4/0x2001C): what
 * KeRaiseIrql() has raised is lowered before; with a spin lock held, or in an
 * interrupt, it returns.
 *
 * Context: Task context, may sleep (Windows: PASSIVE_LEVEL).
 * Return: after misuse only: STATUS_INVALID_PARAMETER, STATUS_UNSUCCESSFUL.
 * DDI: wdm/nf-wdm-psterminatesystemthread
 */
NTSTATUS PsTerminateSystemThread(NTSTATUS ExitStatus)
{
	struct eres_call call = ERES_CALL();

	if (unlikely(KeGetCurrentIrql() > PASSIVE_LEVEL))
		eres_complain(&terminate_irql, ERES_OBJECT("thread", current), call,
			      (unsigned long)irql_rule, 0, 0);
	if (unlikely(!in_task()))
		return STATUS_UNSUCCESSFUL;
	if (unlikely(!eres_is_drivers_thread())) {
		eres_complain(current->flags & PF_WQ_WORKER ? &worker_ends : &other_ends,
			      ERES_OBJECT("thread", current), call,
			      (unsigned long)current, 0, 0);
		return STATUS_INVALID_PARAMETER;
	}
	if (unlikely(KeGetCurrentIrql() > PASSIVE_LEVEL)) {
		KeLowerIrql(PASSIVE_LEVEL);
		if (KeGetCurrentIrql() > PASSIVE_LEVEL)
			return STATUS_UNSUCCESSFUL;
	}
	module_put_and_kthread_exit(0);
}
EXPORT_SYMBOL_GPL(PsTerminateSystemThread);
