// SPDX-License-Identifier: GPL-2.0-only
/*
 * Readers that are not counted, so that those of a read-mostly resource share
 * no cache line (after BRAVO: Dice and Kogan, USENIX ATC 2019).
 *
 * While the owner word is BIASED, the hold in a reader's own record, marked
 * VISIBLE, is all that says that it owns. Who needs to know counts them once,
 * which makes the word COUNTED, or 0 if there are none; from there on everything
 * is as it always was:
 *
 *   reader, eres_fast_share()        who revokes, __eres_revoke()
 *   -----------------------------        ----------------------------
 *   hold = VISIBLE, one level            word = REVOKING
 *   A: xchg, a full barrier              B: smp_mb()
 *   C: word still BIASED? It owns.       for all holds that are VISIBLE, of @r:
 *   Else: hold = unused, by cmpxchg;     F:   VISIBLE off, by cmpxchg; count it
 *     E: if that fails it was counted,   word = COUNTED, or 0
 *     and owns
 *   ...                                  who considers a bias
 *   G: hold = unused, by cmpxchg         -------------------
 *                                        D: word = BIASED
 *
 * A matches B: a reader that still sees BIASED is seen by who revokes. Every
 * hold is taken away or counted by one cmpxchg, so never both.
 *
 * C, an acquire, matches D, a release, for data: the bias that the reader sees may
 * be a later one than it saw first. In between a writer may have been in, whom the
 * reader's loads must not overtake. E, an acquire, matches F, which is fully
 * ordered, for the same reason: who counts is after every writer of an earlier
 * bias.
 *
 * G, which is fully ordered, matches H, the look at the hold in eres_count_hold(),
 * an acquire: what the reader has done is before the writer that does not find it
 * any more. If the hold is for another resource by then, what was read is what was
 * stored after G, and the cmpxchg by which a writer comes to own, or the inner
 * lock, orders the rest.
 *
 * A reader that releases finds VISIBLE, and is done with one cmpxchg, without a
 * look at the resource, which may be gone; or finds it gone, and leaves the group
 * under the lock. That may be while REVOKING, before those found are added to the
 * group: then the group counts below 0, and is right in the end.
 *
 * The letters are those of kunit/model/orderings.pml, too.
 *
 * Where to look: only records in the table have visible readers, and only those
 * slots whose bit is set in eres_visible. A thread sets it before it is a visible
 * reader for the first time; barriers A and B order that, too. It is cleared when
 * the thread has exited. No more than ERES_MAX_VISIBLE are set at a time, which
 * bounds what is done with preemption off. A reader beyond that ends the bias.
 *
 * Nobody can own, wait or park while REVOKING; they all wait for it in
 * eres_lock_not_revoking(). Who revokes is not preemptible in between.
 *
 * When: a bias is considered every 16th time that a thread joins others, or has
 * been counted by the slowpath, and begins only if the word is COUNTED: a reader that
 * is alone would gain nothing by it. Resources share what is known by their address:
 * if the last bias lasted less than twice what it took to revoke it, the next one
 * has to wait twice as long as the last, up to a thousand times what revoking took;
 * and if it lasted longer, half as long. What revoking costs is bounded by that. No
 * wait is longer than ERES_LONGEST_PAUSE: if revoking seems to take that long,
 * somebody else had the CPU, a hypervisor maybe.
 */
#include <linux/hash.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/moduleparam.h>
#include <linux/time64.h>

#include "lock/state.h"
#include "trace/trace.h"

/* What is known of resources whose addresses hash alike; need not be exact. */
struct eres_bias_record {
	/* In nanoseconds: no bias before; when the present one began. */
	u64 not_before;
	u64 since;
	u32 patience;
};

static bool eres_bias = true;
module_param_named(bias, eres_bias, bool, 0644);
MODULE_PARM_DESC(bias,
		 "leave readers of read-mostly resources uncounted (default); 0: count all from here on");

#define ERES_BIAS_BITS		8
#define ERES_MAX_PATIENCE	10
#define ERES_WORTH_IT		2
#define ERES_LONGEST_PAUSE	(100ULL * NSEC_PER_MSEC)

static struct eres_bias_record eres_bias_records[1 << ERES_BIAS_BITS];

static struct eres_bias_record *eres_bias_record(const ERESOURCE *r)
{
	return &eres_bias_records[hash_ptr(r, ERES_BIAS_BITS)];
}

/* Not if anything is special. */
static bool __eres_begin_bias(ERESOURCE *r)
{
	unsigned long owner = READ_ONCE(r->owner);

	lockdep_assert_held(&r->lock);

	do {
		if ((owner & ERES_TAG_MASK) != ERES_TAG_COUNTED)
			return false;
		r->group = owner / ERES_COUNT_ONE;
		/* D, a release, matches C in eres_fast_share(). */
	} while (!try_cmpxchg(&r->owner, &owner, ERES_BIASED));
	return true;
}

/* Begin a bias if one is due. The caller shares @r, and has been counted. */
void eres_consider_bias(struct eres_thread *thread, ERESOURCE *r)
{
	struct eres_bias_record *record = eres_bias_record(r);
	unsigned long flags;
	u64 now;

	if (!READ_ONCE(eres_bias))
		return;
	now = ktime_get_mono_fast_ns();
	if (now < READ_ONCE(record->not_before) || !eres_become_visible(thread))
		return;
	raw_spin_lock_irqsave(&r->lock, flags);
	/* Not @now: to get the lock takes time that is no bias. */
	if (__eres_begin_bias(r))
		WRITE_ONCE(record->since, ktime_get_mono_fast_ns());
	raw_spin_unlock_irqrestore(&r->lock, flags);
}

/*
 * The caller, a reader of @r, has been counted by the slowpath; maybe although
 * others are not. Then the next time shall be the fast path's: as one of them, or
 * with all counted. Records from the heap have no slot; they are few, and stay as
 * they are.
 */
void eres_meet_bias(struct eres_thread *thread, ERESOURCE *r)
{
	if (READ_ONCE(r->owner) != ERES_BIASED) {
		if (eres_bias_is_due(thread))
			eres_consider_bias(thread, r);
	} else if (!eres_become_visible(thread) && !thread->allocated) {
		eres_revoke(r);
	}
}

static void eres_bias_has_ended(const ERESOURCE *r, u64 began, u64 ended)
{
	struct eres_bias_record *record = eres_bias_record(r);
	u32 patience = READ_ONCE(record->patience);
	u64 cost = ended - began;

	if (began - READ_ONCE(record->since) < ERES_WORTH_IT * cost)
		patience = min(patience + 1, (u32)ERES_MAX_PATIENCE);
	else if (patience)
		patience--;
	WRITE_ONCE(record->patience, patience);
	WRITE_ONCE(record->not_before,
		   ended + min(cost << patience, ERES_LONGEST_PAUSE));
}

/* Whether @hold is a visible reader of @r; with @count it is counted instead. */
static bool eres_count_hold(struct eres_hold *hold, const ERESOURCE *r, bool count)
{
	/* H, matches G in eres_put_own_level(). */
	u64 word = eres_hold_read(hold);

	/* As in __eres_put_level(): the word first, and every use has its own. */
	do {
		if (!(word & ERES_HOLD_VISIBLE) || READ_ONCE(hold->resource) != r)
			return false;
		/* F, matches E in eres_fast_share(). */
	} while (count && !atomic64_try_cmpxchg(&hold->word, (s64 *)&word,
						word & ~ERES_HOLD_VISIBLE));
	return true;
}

/* With @count they are counted from here on; without, for reports, only looked at. */
static u32 eres_count_visible(const ERESOURCE *r, bool count)
{
	struct eres_thread *thread;
	unsigned long slot = 0;
	u32 looked_at = 0;
	u32 found = 0;
	int i;

	while ((thread = eres_next_visible(&slot))) {
		looked_at++;
		for (i = 0; i < ERES_INLINE_HOLDS; i++)
			found += eres_count_hold(&thread->hold[i], r, count);
	}
	if (count)
		trace_eres_revoke(r, looked_at, found);
	return found;
}

/*
 * Count all readers of a resource that is BIASED. The lock is dropped and taken again.
 * Nobody comes to own or to wait before the caller drops it for good. @flags is what to
 * restore then, and so is the return value.
 */
unsigned long __eres_revoke(ERESOURCE *r, unsigned long flags)
	__must_hold(&r->lock)
{
	u64 began = ktime_get_mono_fast_ns();
	u32 found;

	WRITE_ONCE(r->owner, ERES_REVOKING);
	/* B, matches A in eres_fast_share(). */
	smp_mb();
	preempt_disable();
	raw_spin_unlock_irqrestore(&r->lock, flags);

	found = eres_count_visible(r, true);

	raw_spin_lock_irqsave(&r->lock, flags);
	preempt_enable();
	r->group += found;
	/* Pairs with the acquire in eres_take_free(), or eres_thin_share(). */
	smp_store_release(&r->owner, !r->group ? ERES_FREE :
			  r->group * ERES_COUNT_ONE | ERES_TAG_COUNTED);
	eres_bias_has_ended(r, began, ktime_get_mono_fast_ns());
	return flags;
}

/* Count all readers if there may be some that are not counted. Any context. */
void eres_revoke(ERESOURCE *r)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&r->lock, flags);
	if (READ_ONCE(r->owner) == ERES_BIASED)
		flags = __eres_revoke(r, flags);
	raw_spin_unlock_irqrestore(&r->lock, flags);
}

/* The number of visible readers at the moment, for reports. */
u32 eres_visible_readers(const ERESOURCE *r)
{
	return eres_count_visible(r, false);
}
