/* SPDX-License-Identifier: GPL-2.0-only */
/* In place of mingw-w64's. */
#ifndef _INC_EXCPT
#define _INC_EXCPT
#include "../wdk/exceptions.h"
#define EXCEPTION_DISPOSITION	int
#endif
