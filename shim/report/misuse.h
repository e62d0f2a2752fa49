/* SPDX-License-Identifier: GPL-2.0-only */
/* How misuse is reported. */
#ifndef ERES_MISUSE_H
#define ERES_MISUSE_H

#include "lock/live.h"
#include "report/report.h"
#include "report/verifier.h"
#include "thread/thread.h"

/* report_thread.c */
void eres_describe(struct eres_report_thread *thread,
		   struct eres_thread *record, struct task_struct *task);
void eres_describe_waiter(struct eres_report_thread *thread,
			  struct eres_thread *record);
void eres_describe_caller(struct eres_report_thread *thread);

/* report.c */
void eres_forget_sites(void);
typedef void (*eres_report_print_fn)(const struct eres_report *report);
void eres_submit_report(const struct eres_report *report,
			eres_report_print_fn print);
void eres_report_misuse(const struct eres_report *report);
void eres_report_way(struct eres_call call, ERESOURCE *r,
		     enum eres_way way, enum eres_bugcheck code,
		     unsigned long p1, unsigned long p2, unsigned long p3,
		     unsigned long p4);

static inline void eres_report(struct eres_call call, ERESOURCE *r,
			       enum eres_bugcheck code, unsigned long p1,
			       unsigned long p2, unsigned long p3,
			       unsigned long p4)
{
	eres_report_way(call, r, ERES_WAY_USUAL, code, p1, p2, p3, p4);
}

static inline void eres_report_verifier(struct eres_call call,
					ERESOURCE *r,
					enum eres_verifier_code code)
{
	eres_report(call, r, ERES_VERIFIER, code, (unsigned long)r, 0, 0);
}

/* verifier.c: the rules about IRQL */
void eres_report_irql(struct eres_call call, ERESOURCE *r);
void eres_check_irql(struct eres_call call, ERESOURCE *r);

/* address.c */
bool eres_report_address(struct eres_call call, ERESOURCE *r);

/* False: this can not be the address of a resource, and has been reported. */
static __always_inline bool eres_check_address(struct eres_call call,
					       ERESOURCE *r)
{
	u32 magic;

	return eres_read_magic(r, &magic) || eres_report_address(call, r);
}

#endif /* ERES_MISUSE_H */
