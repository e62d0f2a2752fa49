/* SPDX-License-Identifier: GPL-2.0-only */
/* Types and small macros, without the locks. */
#ifdef ERESOURCE_DDK
/* With this word mingw-w64's leaves out what its ntifs.h has once more. */
#ifndef NT_INCLUDED
#define NT_INCLUDED
#include_next <ntdef.h>
#undef NT_INCLUDED
#else
#include_next <ntdef.h>
#endif
#else
#include "wdk/types.h"
#include "wdk/macros.h"
#include "wdk/list.h"
#endif
