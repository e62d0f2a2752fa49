// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handles of threads. A handle is a number that leads to the thread's object, and
 * keeps it, until it is closed. It is no address on any machine, and no small integer
 * either: so neither is taken for one. Numbers are used in turn, so that a closed
 * handle is not soon another thread's.
 *
 * The array's own lock, which no interrupt takes, protects what a number leads to;
 * inside of it is the thread table's.
 */
#include <linux/export.h>
#include <linux/xarray.h>

#include "handle.h"

#define ERES_INVALID_KERNEL_HANDLE	0x93
#define ERES_REFERENCE_BY_POINTER	0x18
#define ERES_W_REFERENCE_BY_HANDLE	0x3C
#define ERES_W_ZW_IRQL			0xE6
#define ERES_W_IRQL_OB_PASSIVE		0x2001B
#define ERES_W_IRQL_ZW_PASSIVE		0x2001F

#define ERES_HANDLE_MARK	(0x5748UL << 48)
#define ERES_LAST_HANDLE	0xffffff
#define ERES_HANDLE_LIMIT	XA_LIMIT(1, ERES_LAST_HANDLE)

static DEFINE_XARRAY_ALLOC1(eres_handles);
static u32 eres_next_handle;

/* There is only one type of which objects are known. */
static struct { char any; } eres_thread_type;
static POBJECT_TYPE eres_thread_type_at = (POBJECT_TYPE)&eres_thread_type;
POBJECT_TYPE *PsThreadType = &eres_thread_type_at;
EXPORT_SYMBOL_GPL(PsThreadType);

static const struct eres_misuse bad_handle =
	ERES_VIOLATION(ERES_W_REFERENCE_BY_HANDLE, "naan", "not the handle of a thread",
		       "pass what PsCreateSystemThread() gave, before it is closed");
static const struct eres_misuse wrong_type =
	ERES_VIOLATION(ERES_W_REFERENCE_BY_HANDLE, "naan",
		       "handle of a thread used as another object's",
		       "ask for *PsThreadType");
static const struct eres_misuse bad_close =
	ERES_MISUSE(ERES_INVALID_KERNEL_HANDLE, "annn", "INVALID_KERNEL_HANDLE",
		    "ZwClose() of what is no handle of a thread",
		    "close once what PsCreateSystemThread() gave");
static const struct eres_misuse bad_reference =
	ERES_MISUSE(ERES_REFERENCE_BY_POINTER, "nann", "REFERENCE_BY_POINTER",
		    "reference to what is no thread",
		    "refer to a thread that lives, or that is referred to");
static const struct eres_misuse bad_dereference =
	ERES_MISUSE(ERES_REFERENCE_BY_POINTER, "nann", "REFERENCE_BY_POINTER",
		    "reference given back that the driver does not have",
		    "ObDereferenceObject() once for each reference");
static const struct eres_misuse ob_irql =
	ERES_VIOLATION(ERES_W_IRQL_OB_PASSIVE, "nsnn", "handle used above PASSIVE_LEVEL",
		       "refer to the thread at PASSIVE_LEVEL, and keep the pointer");
static const struct eres_misuse close_irql =
	ERES_VIOLATION(ERES_W_IRQL_ZW_PASSIVE, "nsnn", "handle closed above PASSIVE_LEVEL",
		       "close it at PASSIVE_LEVEL");
static const struct eres_misuse wait_irql =
	ERES_VIOLATION(ERES_W_ZW_IRQL, "nnnn", "handle waited for above PASSIVE_LEVEL",
		       "wait for the thread itself, by KeWaitForSingleObject()");

/* 0 leads to nothing. */
static unsigned long eres_number_of(HANDLE handle)
{
	unsigned long value = (unsigned long)handle ^ ERES_HANDLE_MARK;

	return value & 3 || value >> 2 > ERES_LAST_HANDLE ? 0 : value >> 2;
}

/**
 * eres_handle_reserve() - Get a handle that leads to nothing yet.
 * @handle: the handle
 *
 * Context: May sleep.
 * Return: true if there is one.
 */
bool eres_handle_reserve(HANDLE *handle)
{
	u32 number;

	if (xa_alloc_cyclic(&eres_handles, &number, NULL, ERES_HANDLE_LIMIT,
			    &eres_next_handle, GFP_NOIO) < 0)
		return false;
	*handle = (HANDLE)(ERES_HANDLE_MARK | (unsigned long)number << 2);
	return true;
}

void eres_handle_unreserve(HANDLE handle)
{
	xa_erase(&eres_handles, eres_number_of(handle));
}

/* The caller's reference is the handle's from now on. */
void eres_handle_set(HANDLE handle, struct eres_thread_object *object)
{
	/* What is reserved needs no memory. */
	xa_store(&eres_handles, eres_number_of(handle), object, GFP_NOIO);
}

/* What drivers have not closed: the numbers, the objects are known otherwise. */
void eres_handles_exit(void)
{
	xa_destroy(&eres_handles);
}

/* The object of a handle that may be anything, with a reference of the caller's. */
static struct eres_thread_object *eres_object_by_handle(HANDLE handle)
{
	struct eres_thread_object *object;

	if (handle == NtCurrentThread())
		return eres_thread_find_or_make(current);
	xa_lock(&eres_handles);
	object = xa_load(&eres_handles, eres_number_of(handle));
	/* The handle refers to it, and it is listed. */
	if (object)
		object = eres_thread_object_get(object->task);
	xa_unlock(&eres_handles);
	return object;
}

static NTSTATUS eres_check_handle(HANDLE handle, POBJECT_TYPE type,
				  struct eres_thread_object **object,
				  struct eres_call call)
{
	*object = eres_object_by_handle(handle);
	if (unlikely(!*object)) {
		eres_complain(&bad_handle, ERES_OBJECT("handle", handle), call,
			      (unsigned long)handle, (unsigned long)type, 0);
		return STATUS_INVALID_HANDLE;
	}
	if (likely(!type || type == *PsThreadType))
		return STATUS_SUCCESS;
	eres_complain(&wrong_type, ERES_OBJECT("handle", handle), call,
		      (unsigned long)handle, (unsigned long)type, 0);
	eres_thread_object_put(*object);
	return STATUS_OBJECT_TYPE_MISMATCH;
}

/**
 * ObReferenceObjectByHandle() - Which thread is that, and keep it.
 * @Handle: of a thread; NtCurrentThread() is the calling one
 * @DesiredAccess: of no significance
 * @ObjectType: \*PsThreadType, or %NULL for any
 * @AccessMode: of no significance
 * @Object: gets the thread, in which PsGetCurrentThread() is the same
 * @HandleInformation: %NULL, or gets what a handle to everything would have
 *
 * To be given back with ObDereferenceObject(). Other objects than threads are not
 * known here.
 *
 * Misuse: what is no handle, or one of another type (0xC4/0x3C): refused, @Object gets
 * %NULL. Above PASSIVE_LEVEL (0xC4/0x2001B): reported, and served in a thread.
 *
 * Context: Task context (Windows: PASSIVE_LEVEL).
 * Return: STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH,
 *         STATUS_ACCESS_VIOLATION without an address in @Object, STATUS_UNSUCCESSFUL in
 *         an interrupt.
 * DDI: wdm/nf-wdm-obreferenceobjectbyhandle
 */
NTSTATUS ObReferenceObjectByHandle(HANDLE Handle, ACCESS_MASK DesiredAccess,
				   POBJECT_TYPE ObjectType, KPROCESSOR_MODE AccessMode,
				   PVOID *Object, POBJECT_HANDLE_INFORMATION HandleInformation)
{
	struct eres_call call = ERES_CALL();
	struct eres_thread_object *object;
	NTSTATUS status;

	if (unlikely(!eres_check_object("pointer", Object, call)))
		return STATUS_ACCESS_VIOLATION;
	*Object = NULL;
	if (unlikely(!eres_check_passive(&ob_irql, ERES_OBJECT("handle", Handle), call)))
		return STATUS_UNSUCCESSFUL;
	status = eres_check_handle(Handle, ObjectType, &object, call);
	if (unlikely(!NT_SUCCESS(status)))
		return status;
	eres_thread_point_at(object);
	*Object = object->task;
	if (HandleInformation && eres_check_aligned("handle information", HandleInformation,
						    sizeof(ULONG), call)) {
		HandleInformation->HandleAttributes = 0;
		HandleInformation->GrantedAccess = THREAD_ALL_ACCESS;
	}
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(ObReferenceObjectByHandle);

/**
 * ObfReferenceObject() - Keep a thread: ObReferenceObject().
 * @Object: a thread that lives, or that somebody refers to
 *
 * The address is not another thread's until it is given back, also when the thread
 * has ended.
 *
 * Misuse: what is no thread, or has ended and is not referred to (0x18): nothing is
 * done.
 *
 * Context: Any but NMI and, on PREEMPT_RT, hard interrupts (Windows: IRQL <=
 *          DISPATCH_LEVEL). May sleep for memory if it can.
 * Return: reserved; how many references there are.
 * DDI: wdm/nf-wdm-obfreferenceobject
 */
LONG_PTR ObfReferenceObject(PVOID Object)
{
	struct eres_call call = ERES_CALL();
	long references = eres_thread_point(Object);

	if (unlikely(!references))
		eres_complain(&bad_reference, ERES_OBJECT("thread", Object), call, 0,
			      (unsigned long)Object, 0);
	return references;
}
EXPORT_SYMBOL_GPL(ObfReferenceObject);

/**
 * ObfDereferenceObject() - Do not keep a thread any more: ObDereferenceObject().
 * @Object: what ObReferenceObject() or ObReferenceObjectByHandle() has been told
 *
 * Misuse: what no driver refers to (0x18): nothing is done.
 *
 * Context: Any but NMI (Windows: IRQL <= DISPATCH_LEVEL). Never sleeps.
 * Return: reserved; how many references are left.
 * DDI: wdm/nf-wdm-obdereferenceobject
 */
LONG_PTR ObfDereferenceObject(PVOID Object)
{
	struct eres_call call = ERES_CALL();
	long left;

	if (unlikely(!eres_thread_unpoint(Object, &left)))
		eres_complain(&bad_dereference, ERES_OBJECT("thread", Object), call, 0,
			      (unsigned long)Object, 0);
	return left;
}
EXPORT_SYMBOL_GPL(ObfDereferenceObject);

/**
 * ZwClose() - Close the handle of a thread, which runs on.
 * @Handle: what PsCreateSystemThread() gave
 *
 * Misuse: what is none, or is closed already (0x93): refused. Above PASSIVE_LEVEL
 * (0xC4/0x2001F): reported, and served in a thread.
 *
 * Context: Task context (Windows: PASSIVE_LEVEL).
 * Return: STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_UNSUCCESSFUL in an interrupt.
 * DDI: ntifs/nf-ntifs-ntclose
 */
NTSTATUS ZwClose(HANDLE Handle)
{
	struct eres_call call = ERES_CALL();
	struct eres_thread_object *object;

	if (unlikely(!eres_check_passive(&close_irql, ERES_OBJECT("handle", Handle), call)))
		return STATUS_UNSUCCESSFUL;
	object = xa_erase(&eres_handles, eres_number_of(Handle));
	if (unlikely(!object)) {
		eres_complain(&bad_close, ERES_OBJECT("handle", Handle), call,
			      (unsigned long)Handle, 1, 0);
		return STATUS_INVALID_HANDLE;
	}
	eres_thread_object_put(object);
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(ZwClose);

/**
 * ZwWaitForSingleObject() - Wait for the thread of a handle to end.
 * @Handle: of a thread
 * @Alertable: as for KeWaitForSingleObject()
 * @Timeout: the same
 *
 * Misuse: what is no handle (0xC4/0x3C): refused. Above PASSIVE_LEVEL (0xC4/0xE6):
 * reported, and served as KeWaitForSingleObject() serves it.
 *
 * Context: Task context, may sleep (Windows: PASSIVE_LEVEL).
 * Return: that of KeWaitForSingleObject(); STATUS_INVALID_HANDLE; STATUS_UNSUCCESSFUL
 *         in an interrupt.
 * DDI: ntifs/nf-ntifs-zwwaitforsingleobject
 */
NTSTATUS ZwWaitForSingleObject(HANDLE Handle, BOOLEAN Alertable, PLARGE_INTEGER Timeout)
{
	struct eres_call call = ERES_CALL();
	struct eres_thread_object *object;
	NTSTATUS status;

	if (unlikely(!eres_check_passive(&wait_irql, ERES_OBJECT("handle", Handle), call)))
		return STATUS_UNSUCCESSFUL;
	status = eres_check_handle(Handle, NULL, &object, call);
	if (unlikely(!NT_SUCCESS(status)))
		return status;
	status = KeWaitForSingleObject(object->task, UserRequest, KernelMode, Alertable, Timeout);
	eres_thread_object_put(object);
	return status;
}
EXPORT_SYMBOL_GPL(ZwWaitForSingleObject);
