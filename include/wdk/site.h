/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Locks of wdmsync.ko that have an initialiser get a class of lockdep for each place
 * where that is called, as resources do.
 */
#ifndef ERES_WDK_SITE_H
#define ERES_WDK_SITE_H

#include "../eresource.h"

#define ERES_INITIALIZE_AT_SITE(Initialize, Object)			\
({									\
	static struct eres_site __eres_site = {				\
		.name = #Object,					\
		.module = ERES_MODULE_NAME,				\
		.file = __FILE__,					\
		.line = __LINE__,					\
	};								\
									\
	Initialize((Object), &__eres_site);				\
})

#endif /* ERES_WDK_SITE_H */
