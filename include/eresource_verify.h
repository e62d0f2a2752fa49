/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For the Linux side of a ported driver, where system calls become requests: a
 * check that a routine of the driver leaves the regions that it enters, which
 * Windows has in the I/O verifier, and puts the top-level IRP back.
 */
#ifndef ERESOURCE_VERIFY_H
#define ERESOURCE_VERIFY_H

#include <linux/types.h>

enum eres_routine_kind {
	ERES_DISPATCH_ROUTINE,
	ERES_FAST_IO_ROUTINE,
	ERES_COMPLETION_ROUTINE,
};

/**
 * eres_apc_count() - How deep in regions the calling thread is.
 *
 * Context: Any.
 * Return: both counters as Windows combines them: guarded in the upper 16 bits.
 */
u32 eres_apc_count(void);

/**
 * eres_check_apc_count() - Report a routine that changed the count.
 * @kind: which code to report: 0xC4 with 0xC5, 0xC6 or 0xFB
 * @routine: the routine
 * @before: eres_apc_count() before it was called
 *
 * The count is left as it is. Nothing is done with verifier=0.
 *
 * Context: Any.
 */
void eres_check_apc_count(enum eres_routine_kind kind, const void *routine,
			  u32 before);

/**
 * eres_top_level() - The calling thread's top-level IRP, as IoGetTopLevelIrp() has it.
 *
 * Context: Any. In an interrupt there is none.
 * Return: that, or %NULL.
 */
const void *eres_top_level(void);

/**
 * eres_check_top_level() - Report a routine that has not put it back.
 * @routine: the routine
 * @before: eres_top_level() before it was called
 *
 * What is left there would be taken for the next request's, long after it has been
 * freed: it is put back after the report. Windows does not look, and has no number
 * for it; this is 0xC4/0xE5000001. Nothing is done with verifier=0.
 *
 * Context: Any.
 */
void eres_check_top_level(const void *routine, const void *before);

/**
 * ERES_CHECKED_CALL() - Call a routine of the driver, and check what it has to leave.
 * @kind: what it is
 * @routine: the routine, or a pointer to it
 *
 * That is the count, and the top-level IRP. Any further arguments are the routine's.
 * As in
 *
 *	status = ERES_CHECKED_CALL(ERES_DISPATCH_ROUTINE, MyRead, device, irp);
 *
 * Return: what the routine returns.
 */
#define ERES_CHECKED_CALL(kind, routine, ...)				\
({									\
	__auto_type __routine = &(*(routine));				\
	u32 __before = eres_apc_count();				\
	const void *__top_level = eres_top_level();			\
	typeof(__routine(__VA_ARGS__)) __result = __routine(__VA_ARGS__); \
									\
	eres_check_apc_count(kind, (const void *)__routine, __before);	\
	eres_check_top_level((const void *)__routine, __top_level);	\
	__result;							\
})

#endif /* ERESOURCE_VERIFY_H */
