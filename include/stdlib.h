/* SPDX-License-Identifier: GPL-2.0-only */
/* C's own, of which a kernel build has none. In files that are Linux's it is Linux's. */
#ifndef ERES_STDLIB_H
#define ERES_STDLIB_H

#ifdef ERESOURCE_PORTED
#include "stddef.h"

#define abs(n)	__builtin_abs(n)
#else
#include <linux/kernel.h>
#endif

#endif /* ERES_STDLIB_H */
