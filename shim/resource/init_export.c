// SPDX-License-Identifier: GPL-2.0-only
/*
 * ExInitializeResourceLite() as a symbol, for code that is linked against the
 * module without having included its header: there it is an inline function,
 * see eresource.h. The module that such a resource belongs to is not known.
 */
#define ERES_INIT_OUT_OF_LINE
#include <linux/build_bug.h>
#include <linux/export.h>
#include <linux/stddef.h>

#include "lock/live.h"
#include <generated/eresource_layout.h>

/* What drivers are told, and what the first fields of a site are to them. */
static_assert(sizeof(struct _ERESOURCE) == ERES_RESOURCE_SIZE);
static_assert(__alignof__(struct _ERESOURCE) == ERES_RESOURCE_ALIGN);
static_assert(sizeof(struct _ERESOURCE) % sizeof(unsigned long) == 0);
static_assert(sizeof(struct eres_site) == ERES_SITE_SIZE);
static_assert(sizeof(struct eres_site) % sizeof(unsigned long) == 0);
static_assert(offsetof(struct eres_site, name) == 0);
static_assert(offsetof(struct eres_site, module) == sizeof(void *));
static_assert(offsetof(struct eres_site, file) == 2 * sizeof(void *));
static_assert(offsetof(struct eres_site, line) == 3 * sizeof(void *));

static struct eres_site eres_unknown_site = {
	.module = "code without eresource.h",
	.file = "?",
};

/* The macro is for calls. */
#undef ExInitializeResourceLite

NTSTATUS ExInitializeResourceLite(PERESOURCE Resource)
{
	return eres_init_resource(Resource, &eres_unknown_site);
}
EXPORT_SYMBOL_GPL(ExInitializeResourceLite);
