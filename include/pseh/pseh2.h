/* SPDX-License-Identifier: GPL-2.0-only */
/* Where ReactOS' drivers look for structured exceptions. */
#include "../wdk/exceptions.h"
