/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs a function where completions run: in a softirq or a hard interrupt. */
#ifndef ERES_KUNIT_SOFTIRQ_H
#define ERES_KUNIT_SOFTIRQ_H

#include <linux/types.h>

/*
 * Which CPU takes the interrupt: the caller's own, so that the caller is the
 * thread that gets interrupted, or another one (the same if there is only one).
 */
enum eres_irq_cpu {
	ERES_THIS_CPU,
	ERES_OTHER_CPU,
};

typedef void (*eres_irq_fn)(void *arg);

/*
 * Run @fn(@arg) in that context and wait until it has returned. May sleep.
 * Return: did it run, and in the context it was meant to run in?
 */
bool eres_run_in_softirq(enum eres_irq_cpu where, eres_irq_fn fn, void *arg);
bool eres_run_in_hardirq(enum eres_irq_cpu where, eres_irq_fn fn, void *arg);

#endif /* ERES_KUNIT_SOFTIRQ_H */
