// SPDX-License-Identifier: GPL-2.0-only
/*
 * Resources as objects with a life (CONFIG_DEBUG_OBJECTS): whoever frees memory
 * with a live one in it is told by the kernel, with CONFIG_DEBUG_OBJECTS_FREE,
 * before the memory goes; then it is reported and forgotten.
 */
#include <linux/debugobjects.h>
#include <linux/sched/task_stack.h>

#include "resource/debug_objects.h"
#include "resource/registry.h"

/* For "hint:" in the kernel's own message. */
static void *eres_debug_hint(void *r)
{
	return ((PERESOURCE)r)->site;
}

static const struct debug_obj_descr eres_debug_descr;

/* The memory of a live resource is being freed, in any context, and is still there. */
static bool eres_fixup_free(void *r, enum debug_obj_state state)
{
	struct eres_bucket *bucket = eres_bucket(r);
	struct eres_call call = { .routine = "freeing memory" };
	unsigned long flags;

	if (state != ODEBUG_STATE_ACTIVE)
		return false;
	eres_report(call, r, ERES_VERIFIER, ERES_V_FREED_LIVE, (unsigned long)r, 0, 0);
	raw_spin_lock_irqsave(&bucket->lock, flags);
	if (eres_is_live(r))
		__eres_unlist(r);
	raw_spin_unlock_irqrestore(&bucket->lock, flags);
	eres_forget_holds(r);
	eres_debug_free(r);
	return true;
}

static const struct debug_obj_descr eres_debug_descr = {
	.name = "ERESOURCE",
	.debug_hint = eres_debug_hint,
	.fixup_free = eres_fixup_free,
};

/* @r is live from now on. */
void eres_debug_init(PERESOURCE r)
{
	if (object_is_on_stack(r))
		debug_object_init_on_stack(r, &eres_debug_descr);
	else
		debug_object_init(r, &eres_debug_descr);
	debug_object_activate(r, &eres_debug_descr);
}

/* It is not any more. */
void eres_debug_free(PERESOURCE r)
{
	debug_object_deactivate(r, &eres_debug_descr);
	debug_object_free(r, &eres_debug_descr);
}
