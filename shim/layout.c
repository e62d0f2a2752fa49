// SPDX-License-Identifier: GPL-2.0-only
/*
 * Not part of the module: compiled to assembler, from which Kbuild makes
 * include/generated/eresource_layout.h.
 */
#include <linux/kbuild.h>
#include <linux/mm.h>

#include "storage.h"

int main(void)
{
	DEFINE(ERES_RESOURCE_SIZE, sizeof(struct _ERESOURCE));
	DEFINE(ERES_RESOURCE_ALIGN, __alignof__(struct _ERESOURCE));
	DEFINE(ERES_SITE_SIZE, sizeof(struct eres_site));
	DEFINE(ERES_PAGE_SHIFT, PAGE_SHIFT);
	return 0;
}
