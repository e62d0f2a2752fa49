// SPDX-License-Identifier: GPL-2.0-only
/*
 * The top-level IRP: a pointer of each thread, in its record of the first module. It
 * is never followed, and may be any of the FSRTL_..._TOP_LEVEL_IRP. Only the thread
 * itself, in task context, reads or changes it: no lock.
 *
 * A new thread has none: the record forgets it when its thread exits, and when a work
 * item returns. It is not current->journal_info, which other file systems that a
 * request passes on its way down take for their own.
 *
 * An interrupt has no request of its own, and the interrupted thread's is none of its
 * business: there it is %NULL, and can not be set. Windows has it work there on
 * whatever thread it is.
 */
#include <linux/export.h>
#include <linux/preempt.h>

#define ERESOURCE_WDK
#include <ntifs.h>

#include <eresource_verify.h>

#include "check.h"
#include "neighbour.h"

/* Windows has no number for it. */
#define ERES_W_TOP_LEVEL_IN_DPC	0xE5000002

static const struct eres_misuse in_interrupt =
	ERES_VIOLATION(ERES_W_TOP_LEVEL_IN_DPC, "nann", "top-level IRP set in a DPC or interrupt",
		       "set it in the thread that works on the request: this one was only interrupted");

/**
 * IoGetTopLevelIrp() - The request that the thread came into the file system with.
 *
 * Context: Any but NMI (Windows: IRQL <= DISPATCH_LEVEL).
 * Return: what it has set last; %NULL at first, and in an interrupt.
 * DDI: ntifs/nf-ntifs-iogettoplevelirp
 */
PIRP IoGetTopLevelIrp(void)
{
	return (PIRP)eres_top_level();
}
EXPORT_SYMBOL_GPL(IoGetTopLevelIrp);

/**
 * IoSetTopLevelIrp() - Say what request the thread has come into the file system with.
 * @Irp: the request, one of %FSRTL_FSP_TOP_LEVEL_IRP or its like, or %NULL
 *
 * Who sets it puts back what was there on the way out. ERES_CHECKED_CALL() finds who
 * does not.
 *
 * Misuse: in an interrupt it is reported (0xC4/0xE5000002, a number that Windows does
 * not have), and nothing is done.
 *
 * Context: Task context (Windows: IRQL <= DISPATCH_LEVEL). Never sleeps, but for
 *          memory in a thread that no lock has been used in before.
 * DDI: ntifs/nf-ntifs-iosettoplevelirp
 */
void IoSetTopLevelIrp(PIRP Irp)
{
	struct eres_call call = ERES_CALL();
	void **slot;

	if (unlikely(!in_task())) {
		eres_complain(&in_interrupt, ERES_OBJECT("IRP", Irp), call,
			      (unsigned long)Irp, 0, 0);
		return;
	}
	/* Without a record there is none already. */
	slot = eres_top_level_slot(Irp);
	if (likely(slot))
		*slot = Irp;
}
EXPORT_SYMBOL_GPL(IoSetTopLevelIrp);
