/* SPDX-License-Identifier: GPL-2.0-only */
/* C's own, of which a kernel build has none. In files that are Linux's it is Linux's. */
#ifndef ERES_STDBOOL_H
#define ERES_STDBOOL_H

#ifndef ERESOURCE_PORTED
#include <linux/stddef.h>
#include <linux/types.h>
#else

#define bool	_Bool
#define true	1
#define false	0

#endif /* ERESOURCE_PORTED */
#endif /* ERES_STDBOOL_H */
