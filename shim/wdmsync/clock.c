// SPDX-License-Identifier: GPL-2.0-only
/* What time it is. */
#include <linux/delay.h>
#include <linux/export.h>
#include <linux/math64.h>
#include <linux/ktime.h>
#include <linux/time.h>

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
	CurrentTime->QuadPart = now.tv_sec * (NSEC_PER_SEC / ERES_NS_PER_UNIT) +
				now.tv_nsec / ERES_NS_PER_UNIT + ERES_EPOCH;
}
EXPORT_SYMBOL_GPL(KeQuerySystemTime);

/**
 * KeQuerySystemTimePrecise() - The time of day, as fine as can be.
 * @CurrentTime: in units of 100 ns since 1601, UTC
 *
 * Context: Any but NMI.
 * DDI: wdm/nf-wdm-kequerysystemtimeprecise
 */
void KeQuerySystemTimePrecise(PLARGE_INTEGER CurrentTime)
{
	CurrentTime->QuadPart = div_s64(ktime_get_real_ns(), ERES_NS_PER_UNIT) + ERES_EPOCH;
}
EXPORT_SYMBOL_GPL(KeQuerySystemTimePrecise);

/* What is to be taken off, in units of 100 ns. */
static s64 eres_zone_bias(void)
{
	return (s64)READ_ONCE(sys_tz.tz_minuteswest) * 60 * (NSEC_PER_SEC / ERES_NS_PER_UNIT);
}

/**
 * ExSystemTimeToLocalTime() - What a time is by the kernel's time zone.
 * @SystemTime: in units of 100 ns since 1601, UTC
 * @LocalTime: the same in the zone
 *
 * The zone is what settimeofday() has told the kernel; 0 unless user space does so.
 *
 * Context: Any.
 * DDI: wdm/nf-wdm-exsystemtimetolocaltime
 */
void ExSystemTimeToLocalTime(PLARGE_INTEGER SystemTime, PLARGE_INTEGER LocalTime)
{
	LocalTime->QuadPart = SystemTime->QuadPart - eres_zone_bias();
}
EXPORT_SYMBOL_GPL(ExSystemTimeToLocalTime);

/**
 * ExLocalTimeToSystemTime() - What a time in the kernel's time zone is by UTC.
 * @LocalTime: in units of 100 ns since 1601, in the zone
 * @SystemTime: the same, UTC
 *
 * Context: Any.
 * DDI: wdm/nf-wdm-exlocaltimetosystemtime
 */
void ExLocalTimeToSystemTime(PLARGE_INTEGER LocalTime, PLARGE_INTEGER SystemTime)
{
	SystemTime->QuadPart = LocalTime->QuadPart + eres_zone_bias();
}
EXPORT_SYMBOL_GPL(ExLocalTimeToSystemTime);

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
 * KeQueryInterruptTimePrecise() - The time since boot, as fine as can be.
 * @QpcTimeStamp: what KeQueryPerformanceCounter() says at the same time
 *
 * Context: Any but NMI.
 * Return: in units of 100 ns, with the time that the machine slept.
 * DDI: wdm/nf-wdm-kequeryinterrupttimeprecise
 */
ULONGLONG KeQueryInterruptTimePrecise(PULONG64 QpcTimeStamp)
{
	*QpcTimeStamp = div_u64(ktime_get_ns(), ERES_NS_PER_UNIT);
	return div_u64(ktime_get_boottime_ns(), ERES_NS_PER_UNIT);
}
EXPORT_SYMBOL_GPL(KeQueryInterruptTimePrecise);

/**
 * KeQueryUnbiasedInterruptTime() - The time since boot that the machine did not sleep.
 *
 * Context: Any but NMI.
 * Return: in units of 100 ns.
 * DDI: wdm/nf-wdm-kequeryunbiasedinterrupttime
 */
ULONGLONG KeQueryUnbiasedInterruptTime(void)
{
	return div_u64(ktime_get_coarse_ns(), ERES_NS_PER_UNIT);
}
EXPORT_SYMBOL_GPL(KeQueryUnbiasedInterruptTime);

/**
 * KeQueryUnbiasedInterruptTimePrecise() - The same, as fine as can be.
 * @QpcTimeStamp: what KeQueryPerformanceCounter() says at the same time
 *
 * Context: Any but NMI.
 * Return: in units of 100 ns, without the time that the machine slept.
 * DDI: wdm/nf-wdm-kequeryunbiasedinterrupttimeprecise
 */
ULONGLONG KeQueryUnbiasedInterruptTimePrecise(PULONG64 QpcTimeStamp)
{
	*QpcTimeStamp = div_u64(ktime_get_ns(), ERES_NS_PER_UNIT);
	return *QpcTimeStamp;
}
EXPORT_SYMBOL_GPL(KeQueryUnbiasedInterruptTimePrecise);

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
 * KeQueryTimeIncrement() - The length of a tick.
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

/**
 * KeStallExecutionProcessor() - Wait awake.
 * @MicroSeconds: at least that long; Windows allows 50
 *
 * Context: Any.
 * DDI: wdm/nf-wdm-kestallexecutionprocessor
 */
void KeStallExecutionProcessor(ULONG MicroSeconds)
{
	u64 end = ktime_get_mono_fast_ns() + (u64)MicroSeconds * NSEC_PER_USEC;
	u64 more = (u64)MicroSeconds + 1;

	/* udelay() is for a few milliseconds at most. */
	if (MicroSeconds >= USEC_PER_MSEC)
		mdelay(MicroSeconds / USEC_PER_MSEC);
	udelay(MicroSeconds % USEC_PER_MSEC);
	/*
	 * It may come short: by half, where it counts rounds of a loop and the processor is
	 * faster than when they were measured. Bounded: the clock stops before the machine does.
	 */
	while (more-- && ktime_get_mono_fast_ns() < end)
		udelay(1);
}
EXPORT_SYMBOL_GPL(KeStallExecutionProcessor);
