/* SPDX-License-Identifier: GPL-2.0-only */
/* What a ported driver includes: the Windows lock API, all of it. */
#include <eresource.h>
