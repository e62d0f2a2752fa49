/* SPDX-License-Identifier: GPL-2.0-only */
/* What a ported minifilter includes, in both capitalisations that occur. */
#include <eresource.h>
