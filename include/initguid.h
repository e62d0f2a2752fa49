/* SPDX-License-Identifier: GPL-2.0-only */
/* From here on DEFINE_GUID() defines. */
#ifdef ERESOURCE_DDK
#include_next <initguid.h>
#else
#define INITGUID
#include "wdk/macros.h"
#undef DEFINE_GUID
#define DEFINE_GUID(Name, a, b, c, d, e, f, g, h, i, j, k) \
	const GUID Name __attribute__((__weak__)) = { a, b, c, { d, e, f, g, h, i, j, k } }
#endif
