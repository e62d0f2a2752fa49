// SPDX-License-Identifier: GPL-2.0-only
/* What time it is. */
#include <linux/export.h>
#include <linux/math64.h>
#include <linux/ktime.h>

#include "until.h"

/* 15.625 ms. */
#define ERES_UNITS_PER_TICK	156250

/**
 * KeQuerySystemTime() - The time of day.
 * @CurrentTime: in units of 100 ns since 1601, UTC
 *
 * Context: Any but NMI.
 * DDI: wdm/nf-wdm-kequerysystemtime
 */
void KeQuerySystemTime(PLARGE_INTEGER CurrentTime)
{
	struct timespec64 now;

	ktime_get_coarse_real_ts64(&now);
	CurrentTime->QuadPart = div_s64(timespec64_to_ns(&now), ERES_NS_PER_UNIT) + ERES_EPOCH;
}
EXPORT_SYMBOL_GPL(KeQuerySystemTime);

/**
 * KeQueryInterruptTime() - The time since boot.
 *
 * Context: Any but NMI.
 * Return: in units of 100 ns, with the time that the machine slept.
 * DDI: wdm/nf-wdm-kequeryinterrupttime
 */
ULONGLONG KeQueryInterruptTime(void)
{
	return div_u64(ktime_get_coarse_boottime_ns(), ERES_NS_PER_UNIT);
}
EXPORT_SYMBOL_GPL(KeQueryInterruptTime);

/**
 * KeQueryTickCount() - The time since boot, in ticks.
 * @CurrentCount: so many
 *
 * Context: Any but NMI.
 * DDI: wdm/nf-wdm-kequerytickcount
 */
void KeQueryTickCount(PLARGE_INTEGER CurrentCount)
{
	CurrentCount->QuadPart = div_u64(KeQueryInterruptTime(), ERES_UNITS_PER_TICK);
}
EXPORT_SYMBOL_GPL(KeQueryTickCount);

/**
 * KeQueryTimeIncrement() - How long is a tick?
 *
 * Context: Any.
 * Return: in units of 100 ns.
 * DDI: wdm/nf-wdm-kequerytimeincrement
 */
ULONG KeQueryTimeIncrement(void)
{
	return ERES_UNITS_PER_TICK;
}
EXPORT_SYMBOL_GPL(KeQueryTimeIncrement);

/**
 * KeQueryPerformanceCounter() - A fine clock.
 * @PerformanceFrequency: its counts in a second, if not %NULL
 *
 * Counts units of 100 ns: drivers multiply by 10^7 before they divide by the
 * frequency.
 *
 * Context: Any but NMI.
 * Return: counts; the same on all processors, and never less than before.
 * DDI: wdm/nf-wdm-kequeryperformancecounter
 */
LARGE_INTEGER KeQueryPerformanceCounter(PLARGE_INTEGER PerformanceFrequency)
{
	LARGE_INTEGER counts;

	if (PerformanceFrequency)
		PerformanceFrequency->QuadPart = NSEC_PER_SEC / ERES_NS_PER_UNIT;
	counts.QuadPart = div_u64(ktime_get_ns(), ERES_NS_PER_UNIT);
	return counts;
}
EXPORT_SYMBOL_GPL(KeQueryPerformanceCounter);
