/* SPDX-License-Identifier: GPL-2.0-only */
/* What mingw-w64's headers are too old for, or do not have. */
#ifndef ERES_WDK_NEWER_H
#define ERES_WDK_NEWER_H

#include "common.h"
#include "filter.h"
#include "status_newer.h"

#ifndef POOL_NX_ALLOCATION
#define POOL_NX_ALLOCATION	512
#endif
#include "pool2.h"

#endif /* ERES_WDK_NEWER_H */
