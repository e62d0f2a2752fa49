/* SPDX-License-Identifier: GPL-2.0-only */
/* What Microsoft's compiler has as intrinsics, as far as it is there. */
#ifdef ERESOURCE_DDK
#include "ddk/intrin.h"
#else
#include "wdk/bits.h"
#endif
