// SPDX-License-Identifier: GPL-2.0-only
/* Every way to hold signals off, and what a thread can tell of its signals. */
#include <linux/signal.h>

#include <ntifs.h>

#include "protection.h"

static void enter_twice(void)
{
	KeEnterCriticalRegion();
	KeEnterCriticalRegion();
	KeLeaveCriticalRegion();
}

static void enter_overlapping(void)
{
	KeEnterCriticalRegion();
	KeEnterGuardedRegion();
	KeLeaveCriticalRegion();
}

void raise_to_apc_level(void)
{
	KIRQL passive;

	KeRaiseIrql(APC_LEVEL, &passive);
}

void lower_to_passive_level(void)
{
	KeLowerIrql(PASSIVE_LEVEL);
}

static void raise_then_enter(void)
{
	raise_to_apc_level();
	KeEnterCriticalRegion();
	lower_to_passive_level();
}

static void enter_then_raise(void)
{
	KeEnterGuardedRegion();
	raise_to_apc_level();
	KeLeaveGuardedRegion();
}

static void visit_dispatch_level(void)
{
	KIRQL irql;

	KeEnterCriticalRegion();
	irql = KeRaiseIrqlToDpcLevel();
	KeLowerIrql(irql);
}

const struct protection protections[] = {
	{ "critical", KeEnterCriticalRegion, KeLeaveCriticalRegion },
	{ "guarded", KeEnterGuardedRegion, KeLeaveGuardedRegion },
	{ "file system", FsRtlEnterFileSystem, FsRtlExitFileSystem },
	{ "nested", enter_twice, KeLeaveCriticalRegion },
	{ "overlapping", enter_overlapping, KeLeaveGuardedRegion },
	{ "APC_LEVEL", raise_to_apc_level, lower_to_passive_level },
	{ "APC_LEVEL to critical", raise_then_enter, KeLeaveCriticalRegion },
	{ "guarded to APC_LEVEL", enter_then_raise, lower_to_passive_level },
	{ "to DISPATCH_LEVEL", visit_dispatch_level, KeLeaveCriticalRegion },
	{}
};

unsigned long begin_protection(void *data)
{
	const struct protection *p = data;

	p->begin();
	return 0;
}

unsigned long end_protection(void *data)
{
	const struct protection *p = data;

	p->end();
	return 0;
}

/*
 * The calling thread's queued signals; never mind by whom they are blocked. No
 * lock is needed: the case has sent them before it started the step.
 */
static sigset_t queued_signals(void)
{
	sigset_t queued;

	sigorsets(&queued, &current->pending.signal,
		  &current->signal->shared_pending.signal);
	return queued;
}

unsigned long is_any_signal_queued(void *unused)
{
	sigset_t queued = queued_signals();

	return !sigisemptyset(&queued) || signal_pending(current);
}

unsigned long is_signal_queued(void *sig)
{
	sigset_t queued = queued_signals();

	return sigismember(&queued, (long)sig);
}

unsigned long is_any_signal_pending(void *unused)
{
	return signal_pending(current);
}

unsigned long allow_one_signal(void *sig)
{
	allow_signal((long)sig);
	return 0;
}

unsigned long take_pending_signal(void *unused)
{
	return signal_pending(current) ? kernel_dequeue_signal() : 0;
}

unsigned long block_one_signal(void *sig)
{
	sigset_t mask;

	sigemptyset(&mask);
	if (sig)
		sigaddset(&mask, (long)sig);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	return 0;
}
