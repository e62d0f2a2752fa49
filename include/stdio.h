/* SPDX-License-Identifier: GPL-2.0-only */
/* C's own, of which a kernel build has none. In files that are Linux's it is Linux's. */
#ifndef ERES_STDIO_H
#define ERES_STDIO_H

#ifdef ERESOURCE_PORTED
/* Of printing what goes into memory. */
#include "stdarg.h"
#include "stddef.h"
#include "wdk/text.h"
#else
#include <linux/kernel.h>
#endif

#endif /* ERES_STDIO_H */
