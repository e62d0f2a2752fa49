/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What time it is, in units of 100 ns. Routines of wdmsync.ko, for any context.
 *
 * A tick is 15.625 ms by definition, whatever the kernel's own is: ticks times the
 * increment are the time that has passed.
 */
#ifndef ERES_WDK_CLOCK_H
#define ERES_WDK_CLOCK_H

#ifndef ERESOURCE_DDK
#include "types.h"
#endif

/* Since 1601, UTC; follows changes of the clock. */
VOID KeQuerySystemTime(PLARGE_INTEGER CurrentTime);

/* Since boot, with the time that the machine slept. */
ULONGLONG KeQueryInterruptTime(void);

/* The same in ticks, of so many units each. */
VOID KeQueryTickCount(PLARGE_INTEGER CurrentCount);
ULONG KeQueryTimeIncrement(void);

/* Monotonic, and as fine as can be; so many counts a second. */
LARGE_INTEGER KeQueryPerformanceCounter(PLARGE_INTEGER PerformanceFrequency);

#endif /* ERES_WDK_CLOCK_H */
