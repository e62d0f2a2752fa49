/* SPDX-License-Identifier: GPL-2.0-only */
/* Every way to hold signals off. */
#ifndef ERES_KUNIT_PROTECTION_H
#define ERES_KUNIT_PROTECTION_H

#include <linux/sched/signal.h>

/**
 * struct protection - a region, or several, or a level
 * @name: for messages; %NULL ends the table
 * @begin: from nothing to protected
 * @end: and back
 */
struct protection {
	const char *name;
	void (*begin)(void);
	void (*end)(void);
};

extern const struct protection protections[];

/* Steps of an actor; the argument is the protection. */
unsigned long begin_protection(void *p);
unsigned long end_protection(void *p);

void raise_to_apc_level(void);
void lower_to_passive_level(void);

/* Steps of an actor about its own signals; the argument is the signal. */
unsigned long allow_one_signal(void *sig);
unsigned long block_one_signal(void *sig);
unsigned long is_signal_queued(void *sig);
unsigned long is_any_signal_queued(void *unused);
unsigned long is_any_signal_pending(void *unused);
/* What the thread would be interrupted by; 0 if by nothing. */
unsigned long take_pending_signal(void *unused);

#endif /* ERES_KUNIT_PROTECTION_H */
