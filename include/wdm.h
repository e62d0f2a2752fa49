/* SPDX-License-Identifier: GPL-2.0-only */
/* What a ported driver includes. */
#include "wdk/driver.h"
