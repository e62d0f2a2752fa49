/* SPDX-License-Identifier: GPL-2.0-only */
/* The pool, for routines of this module that complain in their own name. */
#ifndef WDMSYNC_POOL_H
#define WDMSYNC_POOL_H

#include "check.h"

extern const struct eres_misuse eres_paged_too_high;

PVOID eres_pool_for_list(POOL_TYPE type, SIZE_T size, struct eres_call call);

#endif /* WDMSYNC_POOL_H */
