/* SPDX-License-Identifier: GPL-2.0-only */
/* Types and small macros, without the locks. */
#ifdef ERESOURCE_DDK
#include_next <ntdef.h>
#else
#include "wdk/types.h"
#include "wdk/macros.h"
#include "wdk/list.h"
#endif
