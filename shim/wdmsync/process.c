// SPDX-License-Identifier: GPL-2.0-only
/*
 * Processes, as names: the address of the task that leads the thread group, and the
 * number of that. All kernel threads are of one process, the system's. Nothing is looked up
 * by such an address, and nobody refers to a process by it.
 */
#include <linux/export.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/task.h>

#include "handle.h"

/* The idle task, which is no user's; it is not to be looked at. */
PEPROCESS PsInitialSystemProcess = (void *)&init_task;
EXPORT_SYMBOL_GPL(PsInitialSystemProcess);

/**
 * PsGetCurrentProcess() - The process that the calling thread is one of.
 *
 * A name for comparisons. It goes with the process; of one that executes a program
 * in another than its first thread it changes.
 *
 * Context: Any. In an interrupt it is the interrupted thread's.
 * Return: that, the same for all kernel threads (@PsInitialSystemProcess).
 * DDI: ntddk/nf-ntddk-psgetcurrentprocess
 */
PEPROCESS PsGetCurrentProcess(void)
{
	if (current->flags & PF_KTHREAD)
		return PsInitialSystemProcess;
	return (PEPROCESS)READ_ONCE(current->group_leader);
}
EXPORT_SYMBOL_GPL(PsGetCurrentProcess);

/**
 * IoGetCurrentProcess() - The same as PsGetCurrentProcess().
 *
 * Context: Any.
 * Return: that.
 * DDI: ntddk/nf-ntddk-iogetcurrentprocess
 */
PEPROCESS IoGetCurrentProcess(void)
{
	return PsGetCurrentProcess();
}
EXPORT_SYMBOL_GPL(IoGetCurrentProcess);

/**
 * PsGetCurrentProcessId() - The id of the process that the calling thread is one of.
 *
 * Context: Any. In an interrupt it is the interrupted thread's.
 * Return: the kernel's number, in the initial namespace; 4 of the system's process.
 *         A user process with that number can not be told from it by the id.
 * DDI: ntddk/nf-ntddk-psgetcurrentprocessid
 */
HANDLE PsGetCurrentProcessId(void)
{
	if (current->flags & PF_KTHREAD)
		return (HANDLE)ERES_SYSTEM_PROCESS_ID;
	return (HANDLE)(unsigned long)task_tgid_nr(current);
}
EXPORT_SYMBOL_GPL(PsGetCurrentProcessId);
