// SPDX-License-Identifier: GPL-2.0-only
/*
 * Live resources whose memory goes away, with their driver or on its own: they
 * are reported and taken off the list, and nobody owns them any more.
 */
#include <linux/list.h>
#include <linux/module.h>
#include <linux/rcupdate.h>

#include "report/report_print.h"
#include "resource/debug_objects.h"
#include "resource/registry.h"
#include "resource/registry_walk.h"

/* Made by the module, or in its memory. */
static bool eres_belongs_to(const ERESOURCE *r, void *module)
{
	return within_module((unsigned long)r->site, module) ||
	       eres_is_of_module(r, module);
}

/* In memory that the module needs to start, and that goes when it has. */
static bool eres_is_for_start(const ERESOURCE *r, void *module)
{
	return within_module_init((unsigned long)r->site, module) ||
	       within_module_init((unsigned long)r, module);
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
		eres_foreign_freed(hold->thread);
		break;
	}
	return true;
}

void eres_forget_holds(const ERESOURCE *r)
{
	struct eres_record_walk walk = {};
	struct eres_thread *thread;

	rcu_read_lock();
	while ((thread = eres_next_record(&walk)))
		eres_visit_holds(thread, eres_forget_hold, (void *)r);
	rcu_read_unlock();
}

static void eres_report_left(const struct module *module,
			     const struct eres_snapshot *snapshot,
			     enum eres_way way)
{
	bool unload = way == ERES_WAY_UNLOAD;
	struct eres_report report = {
		.code = ERES_VERIFIER,
		.way = way,
		.param = {
			ERES_V_FREED_LIVE, (unsigned long)snapshot->resource,
		},
		.routine = unload ? "module unload" : "module start",
		.snapshot = snapshot,
	};

	eres_describe_caller(&report.thread);
	/* Whoever initialised it. */
	eres_say("%s leaves a live resource behind%s:", module->name,
		 unload ? "" : " in memory of its start");
	eres_report_misuse(&report);
}

static void eres_forget_all(struct module *module, eres_resource_fn belongs,
			    enum eres_way way)
{
	struct eres_registry_walk walk;
	struct eres_snapshot snapshot;

	eres_registry_walk_begin(&walk);
	walk.goer = module;
	while (!walk.done) {
		if (!eres_registry_walk_on(&walk, belongs, module, &snapshot, 1))
			continue;
		eres_debug_free((ERESOURCE *)snapshot.resource);
		eres_report_left(module, &snapshot, way);
		eres_forget_holds(snapshot.resource);
	}
}

/* Lock classes go with the memory that they are in. */
static void eres_classes_go(struct module *module, eres_within_fn within)
{
	if (eres_lockdep_goes_off(module, within))
		eres_say("%s goes, and a thread owns a resource of its: lockdep is off from now on",
			 module->name);
}

/*
 * A module goes, after its exit routine or a failed start, its memory still there: no
 * resource of its may stay.
 */
void eres_registry_forget_module(struct module *module)
{
	eres_forget_all(module, eres_belongs_to, ERES_WAY_UNLOAD);
	eres_classes_go(module, within_module);
}

/* The memory goes that a module needed to start, and is still there; it has started. */
void eres_registry_forget_start(struct module *module)
{
	eres_forget_all(module, eres_is_for_start, ERES_WAY_USUAL);
	eres_classes_go(module, within_module_init);
}

/*
 * A resource has been freed or overwritten, and cut out. It may be of @goer, if a module
 * goes.
 */
void eres_registry_lost(const ERESOURCE *r, const struct module *goer)
{
	struct eres_call call = {
		.routine = goer ? "module unload" : "look at all resources",
	};

	if (goer)
		eres_say("%s goes, and a live resource has been freed or overwritten:",
			 goer->name);
	eres_report(call, NULL, ERES_VERIFIER, ERES_V_FREED_LIVE,
		    (unsigned long)r, 0, 0);
	eres_forget_holds(r);
}
