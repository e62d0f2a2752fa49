/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What <fltKernel.h> adds for minifilters in front of a DDK: the interface of the
 * filter manager, as documented. Structures have the layout of 64-bit Windows.
 *
 * These are declarations. Who calls a filter's callbacks, and what Flt...() do, is
 * for the port to bring, like the I/O manager. Only Flt...PushLock(),
 * Flt...Resource...() and Flt...GenericWorkItem() are there: see pushlock.h, eresource.h
 * and flt_work.h.
 */
#ifndef ERES_WDK_FLT_H
#define ERES_WDK_FLT_H

#include "driver.h"

#ifdef ERESOURCE_DDK

/* Which interface: all of it, whatever Windows the driver is compiled for. */
#define FLT_MGR_BASELINE	1
#define FLT_MGR_AFTER_XPSP2	1
#define FLT_MGR_LONGHORN	1
#define FLT_MGR_WIN7		1
#define FLT_MGR_WIN8		1

#define FLTAPI	NTAPI

#ifndef Add2Ptr
#define Add2Ptr(P, Bytes)	((PVOID)((PUCHAR)(P) + (Bytes)))
#endif
#ifndef IS_ALIGNED
#define IS_ALIGNED(P, Power)	(!((ULONG_PTR)(P) & ((ULONG_PTR)(Power) - 1)))
#endif
#ifndef ROUND_TO_SIZE
#define ROUND_TO_SIZE(Bytes, Power) \
	(((ULONG_PTR)(Bytes) + (Power) - 1) & ~((ULONG_PTR)(Power) - 1))
#endif
#ifndef PtrOffset
#define PtrOffset(Base, P)	((ULONG)((ULONG_PTR)(P) - (ULONG_PTR)(Base)))
#endif

#include "flt_parameters.h"
#include "flt_data.h"
#include "flt_names.h"
#include "flt_registration.h"
#include "flt_objects.h"
#include "flt_io.h"
#include "flt_queues.h"

#endif /* ERESOURCE_DDK */
#endif /* ERES_WDK_FLT_H */
