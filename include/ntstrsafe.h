/* SPDX-License-Identifier: GPL-2.0-only */
/* Safe strings; ours also in front of a DDK, whose own needs more of C. */
#include "wdk/strsafe.h"
