/* SPDX-License-Identifier: GPL-2.0-only */
/* Transitions of a resource, for those who have checked that they may be made. */
#ifndef ERES_LOCK_H
#define ERES_LOCK_H

#include <linux/lockdep.h>

#include "lock/live.h"
#include "lock/owner_word.h"
#include "thread/thread.h"

/* state.c, grant.c: transitions of a resource; none sleeps but the waits */
bool eres_take_exclusive(PERESOURCE r, unsigned long id);
void eres_wait_exclusive(ERESOURCE *r, unsigned long id);
bool eres_take_shared(ERESOURCE *r, enum eres_request request);
void eres_wait_shared(ERESOURCE *r, enum eres_request request);
bool eres_wait_behind_writers(ERESOURCE *r);
void eres_release_counted(ERESOURCE *r);
u64 eres_put_level(ERESOURCE *r, struct eres_hold *hold, unsigned long id);
bool eres_convert_owner(ERESOURCE *r, struct eres_hold *hold);
u32 eres_owner_count(const ERESOURCE *r);
unsigned long eres_lock_not_revoking(ERESOURCE *r) __acquires(&r->lock);
unsigned long eres_lock_unbiased(ERESOURCE *r) __acquires(&r->lock);

static inline bool __eres_is_awaited(const ERESOURCE *r)
{
	lockdep_assert_held(&r->lock);

	return r->exclusive_waiters || r->parked;
}

/* spin.c */
bool eres_spin(ERESOURCE *r, unsigned long id);

/* bias.c: readers that are not counted */
#define ERES_BIAS_EVERY	16
void eres_consider_bias(struct eres_thread *thread, ERESOURCE *r);
void eres_meet_bias(struct eres_thread *thread, ERESOURCE *r);
unsigned long __eres_revoke(ERESOURCE *r, unsigned long flags);
void eres_revoke(ERESOURCE *r);
u32 eres_visible_readers(const ERESOURCE *r);

/* The calling thread has been counted once more, as one of several. */
static inline bool eres_bias_is_due(struct eres_thread *thread)
{
	return !(++thread->counted % ERES_BIAS_EVERY);
}

/* deferred.c; only called on PREEMPT_RT */
void eres_deferred_exit(void);

/* owner_pointer.c */
bool eres_hand_over(ERESOURCE *r, struct eres_hold *hold, unsigned long owner);
bool eres_release_pointer(ERESOURCE *r, unsigned long owner);
unsigned long eres_some_owner(ERESOURCE *r);

#endif /* ERES_LOCK_H */
