/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Printing, and stopping. Formats are Windows': %wZ, %S, %I64d; %lx has 32 bits.
 * What is printed goes to the kernel's log, errors and warnings at those levels,
 * all else at the level of debugging.
 */
#ifndef ERES_WDK_PRINT_H
#define ERES_WDK_PRINT_H

#include "types.h"

/* Components, of which nothing is made, and levels. */
#define DPFLTR_FASTFAT_ID	9
#define DPFLTR_CLASSPNP_ID	30
#define DPFLTR_FLTMGR_ID	35
#define DPFLTR_IHVDRIVER_ID	77
#define DPFLTR_IHVVIDEO_ID	78
#define DPFLTR_IHVAUDIO_ID	79
#define DPFLTR_IHVNETWORK_ID	80
#define DPFLTR_IHVSTREAMING_ID	81
#define DPFLTR_IHVBUS_ID	82
#define DPFLTR_DEFAULT_ID	101

#define DPFLTR_ERROR_LEVEL	0
#define DPFLTR_WARNING_LEVEL	1
#define DPFLTR_TRACE_LEVEL	2
#define DPFLTR_INFO_LEVEL	3
#define DPFLTR_MASK		0x80000000

ULONG DbgPrint(PCSTR Format, ...);
ULONG DbgPrintEx(ULONG ComponentId, ULONG Level, PCSTR Format, ...);
ULONG vDbgPrintEx(ULONG ComponentId, ULONG Level, PCCH Format, __builtin_va_list Arguments);

/* Stop the system. That they do not return is not told: objtool knows only Linux' own. */
void KeBugCheckEx(ULONG BugCheckCode, ULONG_PTR Parameter1, ULONG_PTR Parameter2,
		  ULONG_PTR Parameter3, ULONG_PTR Parameter4);
void KeBugCheck(ULONG BugCheckCode);

/* There is no debugger to stop in: it is reported, once for each place. */
#define DbgBreakPoint()		ERES_FAILED_ONCE("DbgBreakPoint()")

/* One argument, which is a list in parentheses of its own. */
#if defined(DBG) && DBG
#define KdPrint(Arguments)	DbgPrint Arguments
#define KdPrintEx(Arguments)	DbgPrintEx Arguments
#define KdBreakPoint()		DbgBreakPoint()
#else
#define KdPrint(Arguments)
#define KdPrintEx(Arguments)
#define KdBreakPoint()
#endif

#endif /* ERES_WDK_PRINT_H */
