/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a fast mutex and a guarded mutex have in common: all but regions and IRQL.
 *
 * Owner is 0, or the task that owns the mutex, with bit 0 set while somebody waits.
 * From 0 to a task by cmpxchg, by anybody; bit 0 with the lock of the mutex' lot
 * (park.h); from a task to 0 by cmpxchg, or to the next one under the lot's lock, by
 * who releases. As somebody waits only while there is an owner, and a release with
 * bit 0 set hands over, nobody overtakes those who wait.
 *
 * The change that gives it up is a release, and the last access of who does: the
 * next owner may free the memory. It pairs with the acquire of the cmpxchg, or with
 * the lot's lock. All other fields are the owner's, or what initialisation left.
 */
#ifndef WDMSYNC_OWNED_H
#define WDMSYNC_OWNED_H

#include <linux/sched.h>

#include <wdk/mutex.h>

#include "check.h"

#define ERES_OWNED_AWAITED	1UL

/* In Flags: a guarded mutex that was acquired where no region can be entered. */
#define ERES_OWNED_NO_REGION	BIT(0)

/* A family: what it is called, and its magic. */
struct eres_owned_kind {
	const char *name;
	u32 magic;
};

void eres_owned_init(PFAST_MUTEX mutex, const struct eres_owned_kind *kind,
		     struct eres_site *site, const struct eres_call *call);
void eres_owned_renew(PFAST_MUTEX mutex, const struct eres_owned_kind *kind,
		      const struct eres_call *call);
bool eres_owned_try(PFAST_MUTEX mutex, const struct eres_call *call);
bool eres_owned_acquire(PFAST_MUTEX mutex, bool may_wait, const struct eres_owned_kind *kind,
			const struct eres_call *call);
bool eres_owned_refuse(PFAST_MUTEX mutex, const struct eres_owned_kind *kind,
		       const struct eres_call *call);
void eres_owned_release(PFAST_MUTEX mutex);

static inline u32 eres_owned_magic(PFAST_MUTEX mutex, const struct eres_owned_kind *kind)
{
	return lower_32_bits((unsigned long)mutex) ^ kind->magic;
}

/*
 * True if it is a mutex of that kind. Memory that is none becomes one, so that its users
 * keep each other out at least from now on. False: it is not even memory.
 */
static __always_inline bool eres_owned_check(PFAST_MUTEX mutex,
					     const struct eres_owned_kind *kind,
					     const struct eres_call *call)
{
	if (!eres_check_object(kind->name, mutex, call))
		return false;
	if (unlikely(mutex->Magic != eres_owned_magic(mutex, kind)))
		eres_owned_renew(mutex, kind, call);
	return true;
}

static inline struct task_struct *eres_owned_by(PFAST_MUTEX mutex)
{
	return (struct task_struct *)(READ_ONCE(mutex->Owner) & ~ERES_OWNED_AWAITED);
}

/* It may be released; not by a wrong thread, which might not have got it at DISPATCH_LEVEL. */
static __always_inline bool eres_owned_may_release(PFAST_MUTEX mutex,
						   const struct eres_owned_kind *kind,
						   const struct eres_call *call)
{
	return likely(eres_owned_by(mutex) == current) || eres_owned_refuse(mutex, kind, call);
}

#endif /* WDMSYNC_OWNED_H */
