/* SPDX-License-Identifier: GPL-2.0-only */
/* Who called what, and in which way a resource is asked for. */
#ifndef ERES_CALL_H
#define ERES_CALL_H

#include <linux/types.h>

/* By value: two registers, on most machines. */
struct eres_call {
	const char *routine;
	/* A return address as it is on the stack, see caller.c. */
	const void *caller;
};

enum eres_request {
	ERES_EXCLUSIVE,
	ERES_SHARED,
	ERES_STARVE_EXCLUSIVE,
	ERES_WAIT_FOR_EXCLUSIVE,
};

#define ERES_CALL()							\
	((struct eres_call){ .routine = __func__,			\
			     .caller = __builtin_return_address(0) })

#endif /* ERES_CALL_H */
