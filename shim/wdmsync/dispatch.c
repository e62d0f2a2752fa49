// SPDX-License-Identifier: GPL-2.0-only
/* The IRQL of those who use spin locks, and what is wrong with it. */
#include "dispatch.h"

static const struct eres_misuse acquire_in_interrupt =
	ERES_VIOLATION(0x42, "nnan", "spin lock acquired in a hard interrupt",
		       "acquire it in a DPC: what it protects may be in use by whom this interrupts");
static const struct eres_misuse release_too_low =
	ERES_VIOLATION(0x32, "nnan", "spin lock released below DISPATCH_LEVEL",
		       "release before the IRQL is lowered: the release itself lowers it");
static const struct eres_misuse at_dpc_too_low =
	ERES_VIOLATION(0x40, "nnan", "spin lock acquired at DPC level below DISPATCH_LEVEL",
		       "use the form that raises the IRQL, or raise it before");
static const struct eres_misuse from_dpc_too_low =
	ERES_VIOLATION(0x41, "nnan", "spin lock released from DPC level below DISPATCH_LEVEL",
		       "release before the IRQL is lowered");
static const struct eres_misuse no_such_level =
	ERES_MISUSE(ERES_IRQL_NOT_LESS_OR_EQUAL, "nnan", "IRQL_NOT_LESS_OR_EQUAL",
		    "spin lock released to a level that does not exist here",
		    "pass the level that the acquire has returned");
static const struct eres_misuse recursion =
	ERES_MISUSE(0xF, "nnnn", "SPIN_LOCK_ALREADY_OWNED",
		    "spin lock acquired by who has it",
		    "acquire once; on Windows this processor would spin for ever");
static const struct eres_misuse garbage =
	ERES_VIOLATION(ERES_W_UNINITIALIZED, "nann", "uninitialised spin lock acquired",
		       "initialise it, or fill it with zeroes; or was it overwritten?");

/**
 * eres_change_irql() - Make the caller's level another one.
 * @now: the level
 * @irql: what it becomes, if there is such a level
 * @lock: for reports; not looked at
 * @call: routine and caller
 */
void eres_change_irql(KIRQL now, KIRQL irql, const struct eres_object *lock,
		      struct eres_call call)
{
	if (unlikely(irql > DISPATCH_LEVEL))
		eres_complain(&no_such_level, lock, call, now, irql,
			      (unsigned long)lock->address);
	else if (irql < now)
		KeLowerIrql(irql);
	else
		KeRaiseIrql(irql, &now);
}

/* After a release by a fast path, which has found another level than @irql. */
void eres_spin_correct_irql(const char *kind, const void *lock, KIRQL irql,
			    const char *routine, unsigned long caller)
{
	struct eres_call call = { routine, (void *)caller };

	eres_set_irql(irql, ERES_OBJECT(kind, lock), call);
}

void eres_spin_in_interrupt(const struct eres_object *lock, struct eres_call call)
{
	eres_complain(&acquire_in_interrupt, lock, call, ERES_DEVICE_LEVEL,
		      (unsigned long)lock->address, 0);
}

/*
 * An acquire that relies on DISPATCH_LEVEL: where it is wrong about that it gets it,
 * since who spins might never let an owner run that can be preempted; and so does who
 * has only preemption off. Return: true if it has; the release takes it back.
 */
bool eres_spin_lend(const struct eres_object *lock, struct eres_call call)
{
	KIRQL irql = eres_spin_begin(lock, call);

	if (likely(irql >= DISPATCH_LEVEL))
		return eres_relies_on_preemption() && eres_dispatch_enter();
	eres_complain(&at_dpc_too_low, lock, call, irql, (unsigned long)lock->address, 0);
	return eres_dispatch_enter();
}

/* A release below DISPATCH_LEVEL. */
void eres_spin_too_low(const struct eres_object *lock, struct eres_call call,
		       bool raising)
{
	eres_complain(raising ? &release_too_low : &from_dpc_too_low, lock, call,
		      KeGetCurrentIrql(), (unsigned long)lock->address, 0);
}

void eres_spin_recursion(const struct eres_object *lock, struct eres_call call)
{
	eres_complain(&recursion, lock, call, 0, 0, 0);
}

void eres_spin_garbage(const struct eres_object *lock, struct eres_call call)
{
	eres_complain(&garbage, lock, call, (unsigned long)lock->address, 0, 0);
}
