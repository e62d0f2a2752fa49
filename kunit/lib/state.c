// SPDX-License-Identifier: GPL-2.0-only
/* The whole observable state of a resource, compared in one call. */
#include <linux/slab.h>

#include "state.h"

#define ERES_TEXT 512

static unsigned long query_exclusive(void *res)
{
	return ExIsResourceAcquiredExclusiveLite(res);
}

static unsigned long query_levels(void *res)
{
	return ExIsResourceAcquiredSharedLite(res);
}

static unsigned long eres_view_ask(struct eres_actor *actor, eres_step_fn fn,
				   PERESOURCE res)
{
	return actor ? eres_actor_peek(actor, fn, res) : fn(res);
}

/* What the view's thread sees now; a thread that blocks can not say. */
static struct eres_view eres_view_now(struct eres_actor *actor, PERESOURCE res)
{
	struct eres_view now = { .actor = actor };

	if (actor && !eres_actor_idle(actor)) {
		now.waits = true;
		return now;
	}
	now.exclusive = eres_view_ask(actor, query_exclusive, res);
	now.levels = eres_view_ask(actor, query_levels, res);
	return now;
}

/* Is the view's thread where it is expected to be, blocked or idle? */
static bool eres_view_settled(const struct eres_view *view)
{
	if (!view->actor)
		return true;
	return view->waits ? eres_actor_blocked(view->actor) :
			     eres_actor_idle(view->actor);
}

/* An idle actor will not start to wait by itself. */
static bool eres_view_hopeless(const struct eres_view *view)
{
	return view->waits && eres_actor_idle(view->actor);
}

static bool eres_counts_match(PERESOURCE res, ULONG exclusive, ULONG shared)
{
	return ExGetExclusiveWaiterCount(res) == exclusive &&
	       ExGetSharedWaiterCount(res) == shared;
}

/* One look: has everything settled that can be seen from outside? */
static bool eres_settled(PERESOURCE res, ULONG exclusive, ULONG shared,
			 const struct eres_view *views, size_t count,
			 bool *hopeless)
{
	bool settled = eres_counts_match(res, exclusive, shared);
	size_t i;

	for (i = 0; i < count; i++) {
		*hopeless |= eres_view_hopeless(&views[i]);
		settled &= eres_view_settled(&views[i]);
	}
	return settled;
}

/* A case that has failed already need not take its time over the rest. */
static unsigned long eres_deadline(struct kunit *test)
{
	return READ_ONCE(test->status) == KUNIT_FAILURE ?
		       HZ : ERES_DEADLINE_SECONDS * HZ;
}

static void eres_settle_views(struct kunit *test, PERESOURCE res,
			      ULONG exclusive, ULONG shared,
			      const struct eres_view *views, size_t count)
{
	unsigned long end = jiffies + eres_deadline(test);
	bool hopeless = false;

	while (!eres_settled(res, exclusive, shared, views, count, &hopeless)) {
		if (hopeless || time_after(jiffies, end))
			return;
		usleep_range(100, 200);
	}
}

static int eres_print_view(char *text, size_t size,
			   const struct eres_view *view)
{
	const char *name = view->actor ? eres_actor_name(view->actor) : "self";

	if (view->waits)
		return scnprintf(text, size, "; %s waits", name);
	if (!view->levels && !view->exclusive)
		return scnprintf(text, size, "; %s owns nothing", name);
	return scnprintf(text, size, "; %s owns %s %u", name,
			 view->exclusive ? "exclusive" : "shared",
			 view->levels);
}

static void eres_print_state(struct kunit *test, const char *what,
			     ULONG exclusive, ULONG shared,
			     const struct eres_view *views, size_t count)
{
	char *text = kunit_kzalloc(test, ERES_TEXT, GFP_KERNEL);
	int used;
	size_t i;

	if (!text)
		return;
	used = scnprintf(text, ERES_TEXT, "%u exclusive, %u shared waiters",
			 exclusive, shared);
	for (i = 0; i < count; i++)
		used += eres_print_view(text + used, ERES_TEXT - used,
					&views[i]);
	kunit_info(test, "%s %s", what, text);
	kunit_kfree(test, text);
}

bool eres_expect_state(struct kunit *test, const char *file, int line,
		       PERESOURCE res, ULONG exclusive_waiters,
		       ULONG shared_waiters, const struct eres_view *views,
		       size_t count)
{
	struct eres_view found[ERES_STAGE_ACTORS + 1] = {};
	ULONG exclusive, shared;
	bool same;
	size_t i;

	if (WARN_ON(count > ARRAY_SIZE(found)))
		count = ARRAY_SIZE(found);
	eres_settle_views(test, res, exclusive_waiters, shared_waiters, views,
			  count);

	for (i = 0; i < count; i++)
		found[i] = eres_view_now(views[i].actor, res);
	exclusive = ExGetExclusiveWaiterCount(res);
	shared = ExGetSharedWaiterCount(res);

	same = exclusive == exclusive_waiters && shared == shared_waiters;
	for (i = 0; i < count; i++)
		same &= found[i].waits == views[i].waits &&
			found[i].exclusive == views[i].exclusive &&
			found[i].levels == views[i].levels &&
			eres_view_settled(&views[i]);
	if (same)
		return true;

	KUNIT_FAIL(test, "%s:%d: the resource is in another state:",
		   kbasename(file), line);
	eres_print_state(test, "expected:", exclusive_waiters, shared_waiters,
			 views, count);
	eres_print_state(test, "found:   ", exclusive, shared, found, count);
	return false;
}

void __eres_expect_free(struct kunit *test, const char *file, int line,
			PERESOURCE res)
{
	const struct eres_view free = OWNS_NOTHING(ERES_SELF);
	const struct eres_view owned = OWNS_EXCLUSIVE(ERES_SELF, 1);

	eres_expect_state(test, file, line, res, 0, 0, &free, 1);
	if (!eres_try(ERES_SELF, ERES_EXCLUSIVE, res)) {
		KUNIT_FAIL(test, "%s:%d: somebody still owns the resource",
			   kbasename(file), line);
		return;
	}
	eres_expect_state(test, file, line, res, 0, 0, &owned, 1);
	eres_drop(ERES_SELF, res, 1);
	eres_expect_state(test, file, line, res, 0, 0, &free, 1);
}
