/* SPDX-License-Identifier: GPL-2.0-only */
/* In place of mingw-w64's, whose ULONG_PTR is no long. */
#ifndef _BASETSD_H_
#define _BASETSD_H_

#include "../wdk/widths.h"

#endif /* _BASETSD_H_ */
