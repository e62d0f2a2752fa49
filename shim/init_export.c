// SPDX-License-Identifier: GPL-2.0-only
/*
 * ExInitializeResourceLite() as a symbol, for code that is linked against the
 * module without having included its header: there it is an inline function,
 * see eresource.h. The module that such a resource belongs to is not known.
 */
#define ERES_INIT_OUT_OF_LINE
#include <linux/export.h>

#include "internal.h"

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
