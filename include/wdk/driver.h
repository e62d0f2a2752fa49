/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All that <ntifs.h>, <ntddk.h>, <wdm.h> and <fltKernel.h> stand for: with
 * ERESOURCE_DDK mingw-w64's headers of that name, with ours in them; see ddk/.
 */
#ifndef ERES_WDK_DRIVER_H
#define ERES_WDK_DRIVER_H

#ifdef ERESOURCE_PORTED
#include "words.h"
#include "bits.h"
#include "../string.h"
#endif

#ifdef ERESOURCE_DDK
#include <eresource_ddk/ntifs.h>
#include "newer_io.h"
#else

#include "../eresource.h"
#ifdef ERESOURCE_WDK
#include "types.h"
#include "status.h"
#include "macros.h"
#include "list.h"
#include "memory.h"
#include "unicode.h"
#include "interlocked.h"
#include "print.h"
#include "text.h"
#include "pool.h"
#include "lookaside.h"
#include "slist.h"
#include "exceptions.h"
#include "spin.h"
#include "exspin.h"
#include "exlist.h"
#include "mutex.h"
#include "clock.h"
#include "wait.h"
#include "dpc.h"
#include "timer.h"
#include "rundown.h"
#include "pushlock.h"
#include "thread.h"
#include "toplevel.h"
#include "work.h"
#include "flt_work.h"
#include "process.h"
#endif

#endif /* ERESOURCE_DDK */
#endif /* ERES_WDK_DRIVER_H */
