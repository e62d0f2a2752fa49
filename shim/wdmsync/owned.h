/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a fast mutex and a guarded mutex have in common: all but regions and IRQL.
 *
 * Owner is 0, or the task that owns the mutex; bit 0 is set while somebody is parked
 * (park.h), owner or not. From no task to one by cmpxchg, by anybody, who leaves bit 0
 * as it is. Bit 0 is set with the lock of the mutex' lot held, while there is an owner.
 * From a task to none by cmpxchg if bit 0 is clear; else under the lot's lock, when the
 * word is the releaser's alone, to what is right for those who are parked then.
 *
 * A release with bit 0 set unparks the first one. Until that runs anybody may take the
 * mutex, or two threads that release and acquire would have to sleep for each other
 * every time. Whoever is unparked and finds it taken parks again, in front, and then
 * the next release hands the mutex over: who was woken in vain is not overtaken again.
 *
 * If the mutex is free and somebody is parked, somebody has been unparked and will take
 * it, or has found it taken; and who has taken it releases with bit 0 set.
 *
 * The change that gives it up is a release, and the last access of who does: the
 * next owner may free the memory. It pairs with the acquire of the cmpxchg, or with
 * the lot's lock. All other fields are the owner's, or what initialisation left.
 */
#ifndef WDMSYNC_OWNED_H
#define WDMSYNC_OWNED_H

#include <linux/atomic.h>
#include <linux/kernel.h>
#include <linux/sched.h>

#include <wdk/mutex.h>

#include "check.h"
#include "classes.h"
#include "region/level.h"

#define ERES_OWNED_AWAITED	1UL

/* In Flags: a guarded mutex that was acquired where no region can be entered. */
#define ERES_OWNED_NO_REGION	BIT(0)

/* A family: what it is called, and its magic. */
struct eres_owned_kind {
	const char *name;
	u32 magic;
};

void eres_owned_init(PFAST_MUTEX mutex, const struct eres_owned_kind *kind,
		     struct eres_site *site, struct eres_call call);
void eres_owned_renew(PFAST_MUTEX mutex, const struct eres_owned_kind *kind,
		      struct eres_call call);
bool eres_owned_try(PFAST_MUTEX mutex, struct eres_call call);
bool eres_owned_acquire(PFAST_MUTEX mutex, bool may_wait, const struct eres_owned_kind *kind,
			struct eres_call call);
bool eres_owned_refuse(PFAST_MUTEX mutex, const struct eres_owned_kind *kind,
		       struct eres_call call);
void eres_owned_release(PFAST_MUTEX mutex);

static inline u32 eres_owned_magic(PFAST_MUTEX mutex, const struct eres_owned_kind *kind)
{
	return lower_32_bits((unsigned long)mutex) ^ kind->magic;
}

/* It is a mutex of that kind. */
static __always_inline bool eres_owned_is(PFAST_MUTEX mutex, const struct eres_owned_kind *kind)
{
	u32 magic;

	return eres_read_field(mutex, sizeof(void *), &mutex->Magic, &magic) &&
	       likely(magic == eres_owned_magic(mutex, kind));
}

/* By a caller that may sleep, if it is free. False: nothing has been done. */
static __always_inline bool eres_owned_take_free(PFAST_MUTEX mutex, unsigned long caller)
{
	might_sleep();
	if (unlikely(cmpxchg_acquire(&mutex->Owner, 0, (unsigned long)current)))
		return false;
	eres_class_acquire(mutex->Class, ERES_CLASS_WRITE, false, (void *)caller);
	return true;
}

/* If the caller owns it, and nobody waits. False: nothing has been done. */
static __always_inline bool eres_owned_give_up(PFAST_MUTEX mutex)
{
	unsigned long self = (unsigned long)current;
	unsigned int class = mutex->Class;

	/* The last access: who gets it next, by the acquire of a cmpxchg, may free it. */
	if (unlikely(cmpxchg_release(&mutex->Owner, self, 0) != self))
		return false;
	eres_class_release(class);
	return true;
}

/*
 * True if it is a mutex of that kind. Memory that is none becomes one, so that its users
 * keep each other out at least from now on. False: it is not even memory.
 */
static __always_inline bool eres_owned_check(PFAST_MUTEX mutex,
					     const struct eres_owned_kind *kind,
					     struct eres_call call)
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
						   struct eres_call call)
{
	return likely(eres_owned_by(mutex) == current) || eres_owned_refuse(mutex, kind, call);
}

#endif /* WDMSYNC_OWNED_H */
