/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The IRP by which a thread has come into the file system first, for what comes back
 * into it on the way. Routines of wdmsync.ko.
 */
#ifndef ERES_WDK_TOPLEVEL_H
#define ERES_WDK_TOPLEVEL_H

#include "types.h"

/* Instead of an IRP: who else has come in. */
#define FSRTL_FSP_TOP_LEVEL_IRP		((LONG_PTR)0x01)
#define FSRTL_CACHE_TOP_LEVEL_IRP	((LONG_PTR)0x02)
#define FSRTL_MOD_WRITE_TOP_LEVEL_IRP	((LONG_PTR)0x03)
#define FSRTL_FAST_IO_TOP_LEVEL_IRP	((LONG_PTR)0x04)
#define FSRTL_NETWORK1_TOP_LEVEL_IRP	((LONG_PTR)0x05)
#define FSRTL_NETWORK2_TOP_LEVEL_IRP	((LONG_PTR)0x06)
#define FSRTL_MAX_TOP_LEVEL_IRP_FLAG	((LONG_PTR)0xFFFF)

PIRP IoGetTopLevelIrp(void);
VOID IoSetTopLevelIrp(PIRP Irp);

#endif /* ERES_WDK_TOPLEVEL_H */
