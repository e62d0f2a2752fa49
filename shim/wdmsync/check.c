// SPDX-License-Identifier: GPL-2.0-only
/* Complaints of all families. */
#include <linux/bottom_half.h>
#include <linux/preempt.h>

#include <eresource.h>

#include "check.h"

/**
 * eres_complain() - Report a misuse.
 * @misuse: what it is
 * @object: what it is about
 * @call: routine and caller
 * @a: parameter 2 of a violation, 1 of any other
 * @b: the next
 * @c: the next
 *
 * Context: Any but NMI; with no lock of this module held.
 */
void eres_complain(const struct eres_misuse *misuse,
		   const struct eres_object *object,
		   struct eres_call call, unsigned long a,
		   unsigned long b, unsigned long c)
{
	const unsigned long violation[4] = { misuse->subcode, a, b, c };
	const unsigned long other[4] = { a, b, c, 0 };

	eres_report_object(misuse, object, call,
			   misuse->code == ERES_VERIFIER ? violation : other);
}

static const struct eres_misuse bad_address =
	ERES_VIOLATION(ERES_W_BAD_ADDRESS, "nann", "not the address of an object",
		       "pass the address of an object in kernel memory, aligned to a pointer");

/* Return: false, for eres_check_object(). */
bool eres_refuse_address(const char *kind, const void *address,
			 struct eres_call call)
{
	eres_complain(&bad_address, ERES_OBJECT(kind, address), call, (unsigned long)address, 0,
		      0);
	return false;
}

/**
 * eres_end_at_passive() - A driver's routine has returned above PASSIVE_LEVEL: go there.
 *
 * The record says what KeRaiseIrql() has raised. A spin lock that is still held has switched
 * bottom halves off, of which it says nothing: that is undone as often as it was done.
 *
 * Context: Task context, interrupts on, in a thread that has nothing switched off itself.
 */
void eres_end_at_passive(void)
{
	KeLowerIrql(PASSIVE_LEVEL);
	while (softirq_count())
		local_bh_enable();
}

/**
 * eres_check_passive() - Check that the caller is at PASSIVE_LEVEL.
 * @misuse: what it is if not; parameter 2 is the rule in words, or the IRQL
 * @object: what it is about
 * @call: routine and caller
 *
 * Context: Any but NMI.
 * Return: true if the routine is to be served: also in a thread at a higher IRQL, which has
 *         been reported, but not in an interrupt.
 */
bool eres_check_passive(const struct eres_misuse *misuse, const struct eres_object *object,
			struct eres_call call)
{
	static const char rule[] = "the routine must be called at IRQL = PASSIVE_LEVEL";
	KIRQL irql = KeGetCurrentIrql();

	if (likely(irql == PASSIVE_LEVEL))
		return true;
	eres_complain(misuse, object, call,
		      misuse->params[1] == 's' ? (unsigned long)rule : irql, 0, 0);
	return in_task() && !irqs_disabled();
}
