/* SPDX-License-Identifier: GPL-2.0-only */
/* C's own, of which a kernel build has none. In files that are Linux's it is Linux's. */
#ifndef ERES_ASSERT_H
#define ERES_ASSERT_H

#ifdef ERESOURCE_PORTED
#define assert(condition)	NT_ASSERT(condition)
#define static_assert		_Static_assert
#else
#include <linux/bug.h>
#endif

#endif /* ERES_ASSERT_H */
