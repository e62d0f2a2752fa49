// SPDX-License-Identifier: GPL-2.0-only
/* As wdm_actor.c. */
#include "probes.c"
