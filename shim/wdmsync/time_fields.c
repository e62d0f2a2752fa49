// SPDX-License-Identifier: GPL-2.0-only
/* A time of day in years to milliseconds, by the kernel's own calendar. */
#include <linux/export.h>
#include <linux/math64.h>
#include <linux/time.h>

#include "until.h"

#define ERES_UNITS_PER_SECOND	(NSEC_PER_SEC / ERES_NS_PER_UNIT)
#define ERES_UNITS_PER_MS	(NSEC_PER_MSEC / ERES_NS_PER_UNIT)
#define ERES_EPOCH_SECONDS	(ERES_EPOCH / ERES_UNITS_PER_SECOND)

/* Windows' last year is the one that the largest time is in. */
#define ERES_FIRST_YEAR		1601
#define ERES_LAST_YEAR		30827

/**
 * RtlTimeToTimeFields() - The fields of a time.
 * @Time: in units of 100 ns since 1601; not negative
 * @TimeFields: its year, month (from 1), day (from 1), hour, minute, second,
 *	millisecond and day of the week (from 0, a Sunday)
 *
 * Context: Any.
 * DDI: wdm/nf-wdm-rtltimetotimefields
 */
void RtlTimeToTimeFields(PLARGE_INTEGER Time, PTIME_FIELDS TimeFields)
{
	u32 units;
	u64 seconds = div_u64_rem(Time->QuadPart, ERES_UNITS_PER_SECOND, &units);
	struct tm tm;

	time64_to_tm((time64_t)seconds - ERES_EPOCH_SECONDS, 0, &tm);
	*TimeFields = (struct _TIME_FIELDS){
		.Year = tm.tm_year + 1900,
		.Month = tm.tm_mon + 1,
		.Day = tm.tm_mday,
		.Hour = tm.tm_hour,
		.Minute = tm.tm_min,
		.Second = tm.tm_sec,
		.Milliseconds = units / ERES_UNITS_PER_MS,
		.Weekday = tm.tm_wday,
	};
}
EXPORT_SYMBOL_GPL(RtlTimeToTimeFields);

static int eres_days_of(int year, int month)
{
	static const u8 days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

static bool eres_is_within(int value, int first, int last)
{
	return value >= first && value <= last;
}

/* The day of the week is not looked at. */
static bool eres_are_fields(const TIME_FIELDS *f)
{
	return eres_is_within(f->Year, ERES_FIRST_YEAR, ERES_LAST_YEAR) &&
	       eres_is_within(f->Month, 1, 12) &&
	       eres_is_within(f->Day, 1, eres_days_of(f->Year, f->Month)) &&
	       eres_is_within(f->Hour, 0, 23) && eres_is_within(f->Minute, 0, 59) &&
	       eres_is_within(f->Second, 0, 59) && eres_is_within(f->Milliseconds, 0, 999);
}

/**
 * RtlTimeFieldsToTime() - The time that fields say.
 * @TimeFields: as RtlTimeToTimeFields() makes them; the day of the week is ignored
 * @Time: in units of 100 ns since 1601
 *
 * Context: Any.
 * Return: FALSE if a field is out of its range, or there is no such day; @Time is
 *         as it was then.
 * DDI: wdm/nf-wdm-rtltimefieldstotime
 */
BOOLEAN RtlTimeFieldsToTime(PTIME_FIELDS TimeFields, PLARGE_INTEGER Time)
{
	const TIME_FIELDS *f = TimeFields;
	time64_t seconds;

	if (!eres_are_fields(f))
		return FALSE;
	seconds = mktime64(f->Year, f->Month, f->Day, f->Hour, f->Minute, f->Second);
	Time->QuadPart = (seconds + ERES_EPOCH_SECONDS) * ERES_UNITS_PER_SECOND +
			 f->Milliseconds * ERES_UNITS_PER_MS;
	return TRUE;
}
EXPORT_SYMBOL_GPL(RtlTimeFieldsToTime);
