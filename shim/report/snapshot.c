// SPDX-License-Identifier: GPL-2.0-only
/*
 * Copies of resources, and who owns them or waits for them: that is found in
 * the records of the threads, by address.
 */
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/rcupdate.h>
#include <linux/string.h>

#include "report/snapshot.h"

static void eres_snapshot_site(struct eres_snapshot *snapshot,
			       const struct eres_site *site)
{
	strscpy(snapshot->name, site->name ?: "", sizeof(snapshot->name));
	strscpy(snapshot->module, site->module, sizeof(snapshot->module));
	strscpy(snapshot->file, kbasename(site->file), sizeof(snapshot->file));
	snapshot->line = site->line;
}

/*
 * Copy what there is to be told of a live resource that can not go meanwhile. In any
 * context. Does not wait for anybody who uses @r.
 */
void eres_snapshot(struct eres_snapshot *snapshot, const ERESOURCE *r)
{
	*snapshot = (struct eres_snapshot){
		.resource = r,
		.owner = READ_ONCE(r->owner),
		.group = eres_owner_count(r),
		.exclusive_waiters = READ_ONCE(r->exclusive_waiters),
		.shared_waiters = READ_ONCE(r->shared_waiters),
		/* For people to read. */
		.contention = data_race(r->contention),
	};
	eres_snapshot_site(snapshot, r->site);
}

/* By the owner word; visible readers, and others for a moment, own without it. */
bool eres_is_owned(const struct eres_snapshot *snapshot)
{
	return snapshot->owner != ERES_BIASED &&
	       eres_owner_is_somebody(snapshot->owner);
}

const char *eres_request_text(enum eres_request request)
{
	switch (request) {
	case ERES_EXCLUSIVE:
		return "exclusive";
	case ERES_SHARED:
		return "shared";
	case ERES_STARVE_EXCLUSIVE:
		return "shared, starving exclusive";
	case ERES_WAIT_FOR_EXCLUSIVE:
		return "shared, after exclusive";
	}
	return "?";
}

struct eres_party_visit {
	struct eres_party party;
	eres_party_fn fn;
	void *data;
};

static bool eres_visit_owner(struct eres_hold *hold, void *data)
{
	struct eres_party_visit *visit = data;
	struct eres_party *party = &visit->party;
	u64 word = eres_hold_read(hold);

	party->levels = eres_word_levels(word);
	if (!party->levels)
		return true;
	party->resource = READ_ONCE(hold->resource);
	party->exclusive = word & ERES_HOLD_EXCLUSIVE;
	party->pointer = word & ERES_HOLD_HANDED_OVER ? READ_ONCE(hold->pointer.key) :
							 0;
	visit->fn(party, visit->data);
	return true;
}

static void eres_visit_waiter(struct eres_thread *thread,
			      struct eres_party_visit *visit)
{
	struct eres_party *party = &visit->party;

	/* Pairs with the release in eres_wait_begin(). */
	party->resource = smp_load_acquire(&thread->wait.resource);
	if (!party->resource)
		return;
	party->levels = 0;
	party->pointer = 0;
	party->request = READ_ONCE(thread->wait.request);
	party->waited_ns = max_t(s64, 0, ktime_get_ns() -
					 READ_ONCE(thread->wait.since));
	visit->fn(party, visit->data);
}

/* Visit what a thread owns and waits for. Any record, under rcu_read_lock(). */
void eres_visit_parties(struct eres_thread *thread, eres_party_fn fn,
			void *data)
{
	unsigned long key = READ_ONCE(thread->key);
	struct eres_party_visit visit = {
		.party.thread = thread,
		.party.id = key & ~ERES_KEY_EXITED,
		.party.pid = eres_thread_pid(thread),
		.party.exited = key & ERES_KEY_EXITED,
		.fn = fn,
		.data = data,
	};

	eres_visit_holds(thread, eres_visit_owner, &visit);
	eres_visit_waiter(thread, &visit);
}
