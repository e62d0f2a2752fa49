// SPDX-License-Identifier: GPL-2.0-only
/* Windows' timeouts, and sleeping by them. */
#include <linux/hrtimer.h>
#include <linux/minmax.h>
#include <linux/ktime.h>

#include "until.h"

/* So much later than asked for, so that the machine may sleep longer. */
#define ERES_SLACK_NS	(50 * NSEC_PER_USEC)

/* What is more than a clock can say is as late as it can say. */
static ktime_t eres_units_to_ktime(u64 units)
{
	return min_t(u64, units, KTIME_MAX / ERES_NS_PER_UNIT) * ERES_NS_PER_UNIT;
}

/**
 * eres_until() - Find out when a wait ends by itself.
 * @until: that
 * @timeout: negative: after so many units of 100 ns from now, whatever is done to
 *           the clock; positive: at that time, by the clock; %NULL: never
 */
void eres_until(struct eres_until *until, const LARGE_INTEGER *timeout)
{
	LONGLONG units = timeout ? timeout->QuadPart : 0;

	until->forever = !timeout;
	if (units < 0) {
		until->clock = CLOCK_MONOTONIC;
		until->at = ktime_add_safe(ktime_get(), eres_units_to_ktime(-(u64)units));
	} else {
		until->clock = CLOCK_REALTIME;
		until->at = eres_units_to_ktime(max(units - ERES_EPOCH, 0LL));
	}
}

/**
 * eres_sleep() - Sleep, in the state that the thread has set.
 * @until: no longer than that
 *
 * Context: Task context, may sleep.
 * Return: true if it is later than that; else something has woken the thread up.
 */
bool eres_sleep(const struct eres_until *until)
{
	ktime_t at = until->at;

	return !schedule_hrtimeout_range_clock(until->forever ? NULL : &at, ERES_SLACK_NS,
					       HRTIMER_MODE_ABS, until->clock);
}
