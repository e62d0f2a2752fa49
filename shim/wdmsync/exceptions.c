// SPDX-License-Identifier: GPL-2.0-only
/* Structured exceptions: what wdk/exceptions.h can not have inline. */
#include <linux/export.h>
#include <linux/printk.h>

#include <eresource.h>
#include <wdk/exceptions.h>
#include <wdk/print.h>
#include <wdk/status.h>

#include "check.h"

/* KMODE_EXCEPTION_NOT_HANDLED, and the exception that says how. */
#define SEH_BUGCHECK			0x1E
#define SEH_STATUS_INVALID_UNWIND_TARGET 0xC0000029UL

static const struct eres_misuse left =
	ERES_MISUSE(SEH_BUGCHECK, "nann", "KMODE_EXCEPTION_NOT_HANDLED",
		    "__try block left without its __finally",
		    "no return, goto, break or continue out of it: set a status, and __leave");

/**
 * eres_seh_left() - A __try block with a __finally was left by another way than its end.
 *
 * Windows runs the handler on the way. Here it has been skipped, and what it should
 * have released is still owned: reported (0x1E with STATUS_INVALID_UNWIND_TARGET and the
 * address), and the thread goes on where it wanted to go.
 *
 * Context: Any, as the driver's own.
 */
void eres_seh_left(void)
{
	struct eres_call call = { "__finally", (void *)_RET_IP_ };

	eres_complain(&left, ERES_OBJECT("__try block", call.caller), call,
		      SEH_STATUS_INVALID_UNWIND_TARGET, (unsigned long)call.caller, 0);
}
EXPORT_SYMBOL_GPL(eres_seh_left);

static void eres_raise(NTSTATUS status, unsigned long caller)
{
	pr_emerg("wdmsync: exception 0x%08x raised by %pS: no handler is ever run, see wdk/exceptions.h; return the status instead\n",
		 status, (void *)caller);
	KeBugCheckEx(SEH_BUGCHECK, (u32)status, caller, 0, 0);
}

/**
 * ExRaiseStatus() - Raise an exception.
 * @Status: its code
 *
 * Never returns, as on Windows. Deviation: no __except catches it. Kernel stacks are not
 * unwound over what a frame has locked, so an exception is one that nobody handles:
 * the system stops (0x1E: code, address). A port returns the status, and leaves
 * its blocks by __leave.
 *
 * Context: Any (Windows: IRQL <= APC_LEVEL).
 * DDI: wdm/nf-wdm-exraisestatus
 */
void ExRaiseStatus(NTSTATUS Status)
{
	eres_raise(Status, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExRaiseStatus);

/* As ExRaiseStatus(), with STATUS_ACCESS_VIOLATION. */
void ExRaiseAccessViolation(void)
{
	eres_raise(STATUS_ACCESS_VIOLATION, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExRaiseAccessViolation);

/* As ExRaiseStatus(), with STATUS_DATATYPE_MISALIGNMENT. */
void ExRaiseDatatypeMisalignment(void)
{
	eres_raise(STATUS_DATATYPE_MISALIGNMENT, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExRaiseDatatypeMisalignment);

/**
 * FsRtlIsNtstatusExpected() - Tell what a file system's handler deals with.
 * @Exception: the code of an exception
 *
 * Context: Any.
 * Return: %FALSE for those that are a bug of who raised them.
 * DDI: ntifs/nf-ntifs-fsrtlisntstatusexpected
 */
BOOLEAN FsRtlIsNtstatusExpected(NTSTATUS Exception)
{
	switch (Exception) {
	case STATUS_DATATYPE_MISALIGNMENT:
	case STATUS_ACCESS_VIOLATION:
	case STATUS_ILLEGAL_INSTRUCTION:
	case STATUS_INSTRUCTION_MISALIGNMENT:
		return FALSE;
	default:
		return TRUE;
	}
}
EXPORT_SYMBOL_GPL(FsRtlIsNtstatusExpected);

/**
 * FsRtlNormalizeNtstatus() - A status for who has called the file system.
 * @Exception: the code of an exception
 * @GenericException: what to make of one that is not expected
 *
 * Context: Any.
 * Return: one of them.
 * DDI: ntifs/nf-ntifs-fsrtlnormalizentstatus
 */
NTSTATUS FsRtlNormalizeNtstatus(NTSTATUS Exception, NTSTATUS GenericException)
{
	return FsRtlIsNtstatusExpected(Exception) ? Exception : GenericException;
}
EXPORT_SYMBOL_GPL(FsRtlNormalizeNtstatus);
