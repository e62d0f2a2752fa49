// SPDX-License-Identifier: GPL-2.0-only
/*
 * Live resources whose memory goes away, with their driver or on its own: they
 * are reported and taken off the list, and nobody owns them any more.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/list.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>

#include "debug_objects.h"
#include "registry.h"
#include "report_print.h"

static void __eres_unlist(ERESOURCE *r)
{
	list_del(&r->link);
	WRITE_ONCE(r->magic, 0);
}

/* Take one resource of @module off the list. */
static ERESOURCE *eres_forget_one(struct eres_bucket *bucket,
				  const struct module *module,
				  struct eres_snapshot *snapshot)
{
	ERESOURCE *r, *found = NULL;
	unsigned long flags;

	raw_spin_lock_irqsave(&bucket->lock, flags);
	list_for_each_entry(r, &bucket->resources, link) {
		if (within_module((unsigned long)r->site, module) ||
		    within_module((unsigned long)r, module)) {
			found = r;
			break;
		}
	}
	if (found) {
		eres_snapshot(snapshot, found);
		__eres_unlist(found);
	}
	raw_spin_unlock_irqrestore(&bucket->lock, flags);
	if (found)
		eres_debug_free(found);
	return found;
}

/*
 * What is still held of a forgotten resource is held of nothing: nobody may
 * look at it by way of the hold, now or when the holder exits.
 */
static bool eres_forget_hold(struct eres_hold *hold, void *r)
{
	u64 word = eres_hold_read(hold);

	while (eres_word_levels(word) && READ_ONCE(hold->resource) == r) {
		if (!atomic64_try_cmpxchg(&hold->word, (s64 *)&word,
					  eres_word_unused(word)))
			continue;
		/* The record is not given back here: its home may be locked. */
		eres_lockdep_given_up(hold->thread);
		break;
	}
	return true;
}

static bool eres_forget_in_record(struct eres_thread *thread, void *r)
{
	eres_visit_holds(thread, eres_forget_hold, r);
	return true;
}

static void eres_forget_holds(ERESOURCE *r)
{
	rcu_read_lock();
	eres_visit_records(eres_forget_in_record, r);
	rcu_read_unlock();
}

static void eres_report_left(const struct module *module,
			     const struct eres_snapshot *snapshot)
{
	struct eres_report report = {
		.code = ERES_VERIFIER,
		.way = ERES_WAY_UNLOAD,
		.param = {
			ERES_V_FREED_LIVE, (unsigned long)snapshot->resource,
		},
		.routine = "module unload",
		.snapshot = snapshot,
	};

	eres_describe_caller(&report.thread);
	eres_report_misuse(&report);
}

/**
 * eres_registry_forget_module() - A module goes: no resource of its may stay.
 * @module: the module, after its exit routine, its memory still there
 */
void eres_registry_forget_module(const struct module *module)
{
	struct eres_snapshot snapshot;
	ERESOURCE *r;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(eres_buckets); i++) {
		while ((r = eres_forget_one(&eres_buckets[i], module, &snapshot))) {
			eres_report_left(module, &snapshot);
			eres_forget_holds(r);
		}
	}
	eres_reap_exited();
}

/**
 * eres_registry_forget() - The memory of a live resource is being freed.
 * @r: the resource, its memory still there
 *
 * Context: Any that memory is freed in.
 */
void eres_registry_forget(ERESOURCE *r)
{
	struct eres_bucket *bucket = eres_bucket(r);
	struct eres_call call = { .routine = "freeing memory" };
	unsigned long flags;

	eres_report(&call, r, ERES_VERIFIER, ERES_V_FREED_LIVE,
		    (unsigned long)r, 0, 0);
	raw_spin_lock_irqsave(&bucket->lock, flags);
	if (eres_is_live(r))
		__eres_unlist(r);
	raw_spin_unlock_irqrestore(&bucket->lock, flags);
	eres_forget_holds(r);
	eres_reap_exited();
}
