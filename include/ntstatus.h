/* SPDX-License-Identifier: GPL-2.0-only */
/* Status codes. */
#ifdef ERESOURCE_DDK
#include_next <ntstatus.h>
#else
#include "wdk/status.h"
#endif
