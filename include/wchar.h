/* SPDX-License-Identifier: GPL-2.0-only */
/* C's own, of which a kernel build has none. In files that are Linux's it is Linux's. */
#ifndef ERES_WCHAR_H
#define ERES_WCHAR_H

#ifdef ERESOURCE_PORTED
#include "string.h"
#else
#include <linux/string.h>
#endif

#endif /* ERES_WCHAR_H */
