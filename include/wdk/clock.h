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

/* Since 1601, UTC; follows changes of the clock. To a tick of the kernel's, and finer. */
VOID KeQuerySystemTime(PLARGE_INTEGER CurrentTime);
VOID KeQuerySystemTimePrecise(PLARGE_INTEGER CurrentTime);

/* And by the zone that the kernel has been told. */
VOID ExSystemTimeToLocalTime(PLARGE_INTEGER SystemTime, PLARGE_INTEGER LocalTime);
VOID ExLocalTimeToSystemTime(PLARGE_INTEGER LocalTime, PLARGE_INTEGER SystemTime);

/* Since boot, with the time that the machine slept; and without. */
ULONGLONG KeQueryInterruptTime(void);
ULONGLONG KeQueryInterruptTimePrecise(PULONG64 QpcTimeStamp);
ULONGLONG KeQueryUnbiasedInterruptTime(void);
ULONGLONG KeQueryUnbiasedInterruptTimePrecise(PULONG64 QpcTimeStamp);

/* The same in ticks, of so many units each. */
VOID KeQueryTickCount(PLARGE_INTEGER CurrentCount);
ULONG KeQueryTimeIncrement(void);

/* Monotonic, and as fine as can be; so many counts a second. */
LARGE_INTEGER KeQueryPerformanceCounter(PLARGE_INTEGER PerformanceFrequency);

/* Waits awake. */
VOID KeStallExecutionProcessor(ULONG MicroSeconds);

/* A time of day in years to milliseconds, and back. */

#ifndef ERESOURCE_DDK
typedef struct _TIME_FIELDS {
	SHORT Year;
	SHORT Month;
	SHORT Day;
	SHORT Hour;
	SHORT Minute;
	SHORT Second;
	SHORT Milliseconds;
	SHORT Weekday;
} TIME_FIELDS, *PTIME_FIELDS;
#endif

VOID RtlTimeToTimeFields(PLARGE_INTEGER Time, PTIME_FIELDS TimeFields);
BOOLEAN RtlTimeFieldsToTime(PTIME_FIELDS TimeFields, PLARGE_INTEGER Time);

#endif /* ERES_WDK_CLOCK_H */
