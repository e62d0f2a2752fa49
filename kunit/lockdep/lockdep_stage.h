/* SPDX-License-Identifier: GPL-2.0-only */
/* What the lockdep cases play with: a few resources and steps on them. */
#ifndef ERES_KUNIT_LOCKDEP_STAGE_H
#define ERES_KUNIT_LOCKDEP_STAGE_H

#include <kunit/test.h>
#include <linux/atomic.h>

#include <ntifs.h>

#include "actor.h"

/**
 * struct lockdep_stage - fresh resources of classes that all cases share
 * @fcb: of one initialisation site
 * @volume: of a site of its own
 * @file: of a site of its own
 * @reports: number of reports by the shim
 *
 * Between classes the order is volume, file, fcb.
 */
struct lockdep_stage {
	ERESOURCE fcb[3];
	ERESOURCE volume;
	ERESOURCE file;
	atomic_t reports;
};

/* A suite's .init: test->priv becomes a struct lockdep_stage. */
int lockdep_stage_init(struct kunit *test);

/* The initialisation site of @fcb. */
void lockdep_init_fcb(PERESOURCE Fcb);

/* Has lockdep not reported anything yet? */
bool lockdep_works(void);

/* Neither lockdep nor the shim has had anything to say. */
void lockdep_expect_silence(struct kunit *test);

/* Steps of an actor; the argument is the resource. */
unsigned long lockdep_take_exclusive(void *res);
unsigned long lockdep_take_shared(void *res);
unsigned long lockdep_drop(void *res);

static inline void take_exclusive(PERESOURCE res)
{
	lockdep_take_exclusive(res);
}

static inline void take_shared(PERESOURCE res)
{
	lockdep_take_shared(res);
}

static inline void drop(PERESOURCE res)
{
	lockdep_drop(res);
}

#endif /* ERES_KUNIT_LOCKDEP_STAGE_H */
