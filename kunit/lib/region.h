/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The observable region state of the calling thread: taken in any context,
 * compared where the case may sleep again.
 */
#ifndef ERES_KUNIT_REGION_H
#define ERES_KUNIT_REGION_H

#include <kunit/test.h>

#include <ntifs.h>

/**
 * struct eres_region - all that a thread can ask about its own regions
 * @apcs: KeAreApcsDisabled()
 * @all: KeAreAllApcsDisabled()
 * @irql: KeGetCurrentIrql()
 */
struct eres_region {
	BOOLEAN apcs;
	BOOLEAN all;
	KIRQL irql;
};

static inline struct eres_region eres_region_now(void)
{
	return (struct eres_region){
		.apcs = KeAreApcsDisabled(),
		.all = KeAreAllApcsDisabled(),
		.irql = KeGetCurrentIrql(),
	};
}

static inline void __eres_expect_region(struct kunit *test, const char *file,
					int line, struct eres_region now,
					bool apcs, bool all, KIRQL irql)
{
	if (now.apcs == apcs && now.all == all && now.irql == irql)
		return;
	KUNIT_FAIL(test,
		   "%s:%d: APCs disabled %d, all %d, IRQL %d; not %d, %d, %d",
		   kbasename(file), line, now.apcs, now.all, now.irql, apcs,
		   all, irql);
}

#define eres_expect_region(test, now, apcs, all, irql)			\
	__eres_expect_region(test, __FILE__, __LINE__, now, apcs, all, irql)

/* The thread as it is outside of everything. */
#define eres_expect_no_region(test)					\
	eres_expect_region(test, eres_region_now(), false, false, PASSIVE_LEVEL)

#endif /* ERES_KUNIT_REGION_H */
