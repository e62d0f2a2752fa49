/* SPDX-License-Identifier: GPL-2.0-only */
/* What a ported minifilter includes, in the capitalisations that occur. */
#include "wdk/flt.h"
