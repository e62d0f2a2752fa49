/* SPDX-License-Identifier: GPL-2.0-only */
/* In place of mingw-w64's. */
#include "../eresource_sal.h"
