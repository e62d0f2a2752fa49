// SPDX-License-Identifier: GPL-2.0-only
/* What a driver's assertions come to. */
#include <linux/bug.h>
#include <linux/export.h>

#include <eresource.h>

void eres_assertion_failed(const char *condition, const char *file, int line)
{
	WARN(1, "assertion failed: %s, %s:%d\n", condition, file, line);
}
EXPORT_SYMBOL_GPL(eres_assertion_failed);
