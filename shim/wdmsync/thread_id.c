// SPDX-License-Identifier: GPL-2.0-only
/* What can be told of any thread. Its id is the kernel's own number for it. */
#include <linux/export.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/threads.h>

#include "handle.h"
#include "thread_object.h"

#define ERES_REFERENCE_BY_POINTER	0x18

static const struct eres_misuse bad_thread =
	ERES_MISUSE(ERES_REFERENCE_BY_POINTER, "nann", "REFERENCE_BY_POINTER",
		    "question about what is no thread",
		    "ask about a thread that lives, or that is referred to");

static bool eres_ask(PETHREAD thread, struct eres_thread_facts *facts,
		     struct eres_call call)
{
	if (likely(eres_thread_facts(thread, facts)))
		return true;
	eres_complain(&bad_thread, ERES_OBJECT("thread", thread), call, 0,
		      (unsigned long)thread, 0);
	return false;
}

/* Each processor has a thread without a number: the idle one. */
static HANDLE eres_thread_id(pid_t pid)
{
	return (HANDLE)(unsigned long)(pid ?: PID_MAX_LIMIT + 1 + raw_smp_processor_id());
}

/**
 * PsGetCurrentThreadId() - The id of the calling thread.
 *
 * Context: Any. In an interrupt it is the interrupted thread's.
 * Return: that, which is not %NULL.
 * DDI: ntddk/nf-ntddk-psgetcurrentthreadid
 */
HANDLE PsGetCurrentThreadId(void)
{
	return eres_thread_id(current->pid);
}
EXPORT_SYMBOL_GPL(PsGetCurrentThreadId);

/**
 * PsGetThreadId() - The id of a thread.
 * @Thread: one that lives, or that somebody refers to
 *
 * Misuse: what is none (0x18).
 *
 * Context: Any but NMI.
 * Return: that; %NULL after misuse.
 * DDI: ntddk/nf-ntddk-psgetthreadid
 */
HANDLE PsGetThreadId(PETHREAD Thread)
{
	struct eres_call call = ERES_CALL();
	struct eres_thread_facts facts;

	return eres_ask(Thread, &facts, call) ? eres_thread_id(facts.pid) : NULL;
}
EXPORT_SYMBOL_GPL(PsGetThreadId);

/**
 * IoThreadToProcess() - The process that a thread is one of.
 * @Thread: one that lives, or that somebody refers to
 *
 * A name for comparisons, as PsGetCurrentProcess() tells it of its caller.
 *
 * Misuse: what is none (0x18).
 *
 * Context: Any but NMI.
 * Return: that, @PsInitialSystemProcess of a kernel thread; %NULL after misuse.
 * DDI: ntifs/nf-ntifs-iothreadtoprocess
 */
PEPROCESS IoThreadToProcess(PETHREAD Thread)
{
	struct eres_call call = ERES_CALL();
	struct eres_thread_facts facts;

	if (!eres_ask(Thread, &facts, call))
		return NULL;
	return facts.system ? PsInitialSystemProcess : facts.leader;
}
EXPORT_SYMBOL_GPL(IoThreadToProcess);

/**
 * PsGetThreadProcessId() - The id of the process that a thread is one of.
 * @Thread: one that lives, or that somebody refers to
 *
 * Misuse: what is none (0x18).
 *
 * Context: Any but NMI.
 * Return: that, as PsGetCurrentProcessId() tells it of its caller; %NULL after misuse.
 * DDI: ntddk/nf-ntddk-psgetthreadprocessid
 */
HANDLE PsGetThreadProcessId(PETHREAD Thread)
{
	struct eres_call call = ERES_CALL();
	struct eres_thread_facts facts;

	if (!eres_ask(Thread, &facts, call))
		return NULL;
	return (HANDLE)(facts.system ? ERES_SYSTEM_PROCESS_ID : (unsigned long)facts.tgid);
}
EXPORT_SYMBOL_GPL(PsGetThreadProcessId);

/**
 * PsIsSystemThread() - Tell whether a thread runs in the kernel only.
 * @Thread: one that lives, or that somebody refers to
 *
 * As drivers' threads and workers do.
 *
 * Misuse: what is none (0x18).
 *
 * Context: Any but NMI.
 * Return: TRUE if it does; FALSE after misuse.
 * DDI: ntifs/nf-ntifs-psissystemthread
 */
BOOLEAN PsIsSystemThread(PETHREAD Thread)
{
	struct eres_call call = ERES_CALL();
	struct eres_thread_facts facts;

	return eres_ask(Thread, &facts, call) && facts.system;
}
EXPORT_SYMBOL_GPL(PsIsSystemThread);

/**
 * PsIsThreadTerminating() - Tell whether a thread is about to end, or has.
 * @Thread: one that lives, or that somebody refers to
 *
 * Misuse: what is none (0x18).
 *
 * Context: Any but NMI.
 * Return: TRUE if it has been killed, exits, or has exited; FALSE after misuse.
 * DDI: ntifs/nf-ntifs-psisthreadterminating
 */
BOOLEAN PsIsThreadTerminating(PETHREAD Thread)
{
	struct eres_call call = ERES_CALL();
	struct eres_thread_facts facts;

	return eres_ask(Thread, &facts, call) && facts.ends;
}
EXPORT_SYMBOL_GPL(PsIsThreadTerminating);
