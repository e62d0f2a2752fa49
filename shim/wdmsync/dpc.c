// SPDX-License-Identifier: GPL-2.0-only
/*
 * KDPC, as drivers call it. Where DPCs wait and run is in dpc_queue.c.
 *
 * What is asked for and is no KDPC is reported, and nothing is done:
 *
 *	NULL, not aligned, no kernel memory	0xC4/0xE1
 *	never initialised, or overwritten	0xC4/0x1002
 */
#include <linux/build_bug.h>
#include <linux/cpumask.h>
#include <linux/export.h>
#include <linux/hash.h>
#include <linux/preempt.h>
#include <linux/stddef.h>

#include "dispatch.h"
#include "dpc.h"

static_assert(sizeof(struct eres_dpc) == sizeof(KDPC));
static_assert(offsetof(struct eres_dpc, link) == offsetof(KDPC, DpcListEntry));
static_assert(offsetof(struct eres_dpc, routine) == offsetof(KDPC, DeferredRoutine));
static_assert(offsetof(struct eres_dpc, queue) == offsetof(KDPC, DpcData));
/* Of 64-bit Windows. */
static_assert(sizeof(KDPC) == 64);

#define ERES_SWITCH_FROM_DPC	0xB8
#define ERES_W_INIT_LIVE	0xD0
#define ERES_W_WAIT_FOREVER	0x121

static const struct eres_misuse uninitialised =
	ERES_VIOLATION(ERES_W_UNINITIALIZED, "nann", "uninitialised DPC used",
		       "KeInitializeDpc() first, at the address where it is used; or was it overwritten?");
static const struct eres_misuse initialised_twice =
	ERES_VIOLATION(ERES_W_INIT_LIVE, "nann", "DPC initialised while it is queued",
		       "initialise once; or KeRemoveQueueDpc() before");
static const struct eres_misuse no_routine =
	ERES_MISUSE(ERES_DPC_INVALID, "naan", "TIMER_OR_DPC_INVALID",
		    "DPC without a routine queued",
		    "pass the routine to KeInitializeDpc()");
static const struct eres_misuse no_processor =
	ERES_MISUSE(ERES_DPC_INVALID, "nann", "TIMER_OR_DPC_INVALID",
		    "DPC for a processor that there is not",
		    "ask for a processor that is less than KeQueryMaximumProcessorCountEx(0)");
static const struct eres_misuse flush_in_dpc =
	ERES_MISUSE(ERES_SWITCH_FROM_DPC, "aann", "ATTEMPTED_SWITCH_FROM_DPC",
		    "KeFlushQueuedDpcs() in a DPC or interrupt",
		    "flush in a thread or in a work item: a DPC would wait for itself");
static const struct eres_misuse flush_raised =
	ERES_VIOLATION(ERES_W_WAIT_FOREVER, "nnaa", "KeFlushQueuedDpcs() at DISPATCH_LEVEL",
		       "flush before the IRQL is raised or the spin lock taken");

static u32 eres_dpc_mark(const struct eres_dpc *dpc)
{
	return hash_long((unsigned long)dpc ^ 0x64706371, 32);
}

/* True if it is one. The memory may be anything. */
bool eres_dpc_is_marked(const struct eres_dpc *dpc)
{
	u32 mark, first;
	u8 type;

	if (!eres_get_nofault(&mark, &dpc->mark) || !eres_get_nofault(&first, (const u32 *)dpc))
		return false;
	type = *(u8 *)&first;
	return mark == eres_dpc_mark(dpc) && (type == ERES_DPC || type == ERES_THREADED_DPC);
}

static struct eres_dpc *eres_dpc(void *address, struct eres_call call)
{
	struct eres_dpc *dpc = address;

	if (unlikely(!eres_check_object("DPC", dpc, call)))
		return NULL;
	if (likely(eres_dpc_is_marked(dpc)))
		return dpc;
	eres_complain(&uninitialised, ERES_OBJECT("DPC", dpc), call, (unsigned long)dpc, 0, 0);
	return NULL;
}

/* A DPC that is to be queued, and has no routine. */
void eres_dpc_complain_routine(const struct eres_dpc *dpc, struct eres_call call)
{
	eres_complain(&no_routine, ERES_OBJECT("DPC", dpc), call, ERES_DPC_ROUTINE,
		      (unsigned long)dpc, (unsigned long)READ_ONCE(dpc->routine));
}

/**
 * eres_dpc_to_queue() - Check that an address is a DPC that can be queued.
 * @address: anything
 * @call: routine and caller
 *
 * Context: Any but NMI.
 * Return: the DPC; %NULL if it is none, and that has been reported.
 */
struct eres_dpc *eres_dpc_to_queue(PKDPC address, struct eres_call call)
{
	struct eres_dpc *dpc = eres_dpc(address, call);

	if (unlikely(!dpc))
		return NULL;
	if (likely(eres_dpc_has_routine(dpc)))
		return dpc;
	eres_dpc_complain_routine(dpc, call);
	return NULL;
}

static void eres_dpc_init(PRKDPC address, enum eres_dpc_type type, PKDEFERRED_ROUTINE routine,
			  void *context, struct eres_call call)
{
	struct eres_dpc *dpc = (struct eres_dpc *)address;
	const struct eres_dpc as = {
		.type = type,
		.importance = MediumImportance,
		.mark = eres_dpc_mark(dpc),
		.routine = routine,
		.context = context,
	};

	if (unlikely(!eres_check_object("DPC", dpc, call)))
		return;
	if (unlikely(!eres_dpc_renew(dpc, &as)))
		eres_complain(&initialised_twice, ERES_OBJECT("DPC", dpc), call,
			      (unsigned long)dpc, 0, 0);
}

/**
 * KeInitializeDpc() - Make a DPC of some memory.
 * @Dpc: the memory
 * @DeferredRoutine: what to call; may be %NULL as long as it is not queued
 * @DeferredContext: with this as its second argument
 *
 * Misuse: one that is queued stays what it is (0xC4/0xD0).
 *
 * Context: Any but NMI.
 * DDI: wdm/nf-wdm-keinitializedpc
 */
void KeInitializeDpc(PRKDPC Dpc, PKDEFERRED_ROUTINE DeferredRoutine, PVOID DeferredContext)
{
	struct eres_call call = ERES_CALL();

	eres_dpc_init(Dpc, ERES_DPC, DeferredRoutine, DeferredContext, call);
}
EXPORT_SYMBOL_GPL(KeInitializeDpc);

/**
 * KeInitializeThreadedDpc() - The same, for a routine that could do with a thread.
 * @Dpc: the memory
 * @DeferredRoutine: what to call
 * @DeferredContext: with this as its second argument
 *
 * It may run at PASSIVE_LEVEL on Windows, and must do with DISPATCH_LEVEL: there it
 * runs here.
 *
 * Context: As KeInitializeDpc().
 * DDI: wdm/nf-wdm-keinitializethreadeddpc
 */
void KeInitializeThreadedDpc(PRKDPC Dpc, PKDEFERRED_ROUTINE DeferredRoutine,
			     PVOID DeferredContext)
{
	struct eres_call call = ERES_CALL();

	eres_dpc_init(Dpc, ERES_THREADED_DPC, DeferredRoutine, DeferredContext, call);
}
EXPORT_SYMBOL_GPL(KeInitializeThreadedDpc);

/**
 * KeSetImportanceDpc() - Say where in the queue a DPC goes.
 * @Dpc: the DPC
 * @Importance: HighImportance: to its head; any other: to its end
 *
 * From the next time on that it is queued.
 *
 * Context: Any but NMI.
 * DDI: wdm/nf-wdm-kesetimportancedpc
 */
void KeSetImportanceDpc(PRKDPC Dpc, KDPC_IMPORTANCE Importance)
{
	struct eres_call call = ERES_CALL();
	struct eres_dpc *dpc = eres_dpc(Dpc, call);

	if (likely(dpc))
		eres_dpc_change(dpc, Importance, -1);
}
EXPORT_SYMBOL_GPL(KeSetImportanceDpc);

/**
 * KeSetTargetProcessorDpc() - Say on which processor a DPC runs.
 * @Dpc: the DPC
 * @Number: the processor; without this, where it is queued
 *
 * From the next time on that it is queued. While the processor is offline it runs
 * where it is queued.
 *
 * Misuse: there is no such processor: reported (0xC7/3), nothing is changed.
 *
 * Context: Any but NMI.
 * DDI: wdm/nf-wdm-kesettargetprocessordpc
 */
void KeSetTargetProcessorDpc(PRKDPC Dpc, CCHAR Number)
{
	struct eres_call call = ERES_CALL();
	struct eres_dpc *dpc = eres_dpc(Dpc, call);
	unsigned int cpu = (unsigned char)Number;

	if (unlikely(!dpc))
		return;
	if (likely(cpu < nr_cpu_ids && cpu_possible(cpu)))
		eres_dpc_change(dpc, -1, cpu + 1);
	else
		eres_complain(&no_processor, ERES_OBJECT("DPC", dpc), call, ERES_DPC_PROCESSOR,
			      (unsigned long)dpc, cpu);
}
EXPORT_SYMBOL_GPL(KeSetTargetProcessorDpc);

/**
 * KeInsertQueueDpc() - Have a routine run at DISPATCH_LEVEL, soon.
 * @Dpc: the DPC
 * @SystemArgument1: the routine's third argument
 * @SystemArgument2: and its fourth
 *
 * It runs in a softirq, for which no lock but those for DISPATCH_LEVEL may be held,
 * and no wait is possible. Queued below DISPATCH_LEVEL for the own processor it has,
 * as a rule, run before this returns; at DISPATCH_LEVEL it runs as that is left. On
 * PREEMPT_RT others may preempt it, and it may sleep for a spinlock_t.
 *
 * Each processor runs its own one after the other. A DPC that is queued again while
 * it runs may run on two processors at once.
 *
 * Misuse: without a routine: reported (0xC7/2), and FALSE. Memory freed with the queued
 * DPC in it is reported on kernels with CONFIG_DEBUG_OBJECTS_FREE (0xC7/1), and it does
 * not run.
 *
 * Context: Any but NMI. Never sleeps.
 * Return: TRUE: it is queued. FALSE: it was, and runs once, with what was passed then.
 * DDI: wdm/nf-wdm-keinsertqueuedpc
 */
BOOLEAN KeInsertQueueDpc(PRKDPC Dpc, PVOID SystemArgument1, PVOID SystemArgument2)
{
	struct eres_call call = ERES_CALL();
	struct eres_dpc *dpc = eres_dpc_to_queue(Dpc, call);
	bool entered, queued;

	if (unlikely(!dpc))
		return FALSE;
	/* Leaving is what runs it: else it were ksoftirqd's turn. */
	entered = eres_dispatch_enter_to_queue();
	queued = eres_dpc_queue(dpc, SystemArgument1, SystemArgument2);
	eres_dispatch_leave(entered);
	return queued;
}
EXPORT_SYMBOL_GPL(KeInsertQueueDpc);

/**
 * KeRemoveQueueDpc() - Have it not run, if it has not begun to.
 * @Dpc: the DPC
 *
 * Context: Any but NMI. Never sleeps.
 * Return: TRUE: it was queued, and does not run for that. FALSE: it was not; it may
 *         be running.
 * DDI: wdm/nf-wdm-keremovequeuedpc
 */
BOOLEAN KeRemoveQueueDpc(PRKDPC Dpc)
{
	struct eres_call call = ERES_CALL();
	struct eres_dpc *dpc = eres_dpc(Dpc, call);

	return likely(dpc) && eres_dpc_dequeue(dpc);
}
EXPORT_SYMBOL_GPL(KeRemoveQueueDpc);

/**
 * KeFlushQueuedDpcs() - Wait until all DPCs have run.
 *
 * All that are queued now, or running, on any processor. What they queue is not
 * waited for. A driver calls it before it frees a DPC, or its own code, after it has
 * cancelled what might queue the DPC again.
 *
 * Misuse: in a DPC or interrupt (0xB8), or at DISPATCH_LEVEL (0xC4/0x121), where
 * nothing could end before this does: reported, and nothing is waited for.
 *
 * Context: Task context, may sleep (Windows: IRQL = PASSIVE_LEVEL).
 * DDI: wdm/nf-wdm-keflushqueueddpcs
 */
void KeFlushQueuedDpcs(void)
{
	struct eres_call call = ERES_CALL();
	KIRQL irql = KeGetCurrentIrql();

	if (likely(irql <= APC_LEVEL))
		eres_dpcs_flush();
	else if (!in_task())
		eres_complain(&flush_in_dpc, ERES_OBJECT("DPC", NULL), call,
			      (unsigned long)current, (unsigned long)current, 0);
	else
		eres_complain(&flush_raised, ERES_OBJECT("DPC", NULL), call, irql, 0, 0);
}
EXPORT_SYMBOL_GPL(KeFlushQueuedDpcs);
