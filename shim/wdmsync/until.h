/* SPDX-License-Identifier: GPL-2.0-only */
/* Until when a wait lasts. */
#ifndef WDMSYNC_UNTIL_H
#define WDMSYNC_UNTIL_H

#include <linux/ktime.h>
#include <linux/time64.h>

#define ERESOURCE_WDK
#include <ntddk.h>

/* From 1601, where Windows' time begins, to 1970, in units of 100 ns. */
#define ERES_EPOCH		116444736000000000LL
#define ERES_NS_PER_UNIT	100

/**
 * struct eres_until - when a wait ends by itself
 * @forever: never
 * @at: then, by ...
 * @clock: this clock
 */
struct eres_until {
	bool forever;
	ktime_t at;
	clockid_t clock;
};

void eres_until(struct eres_until *until, const LARGE_INTEGER *timeout);
bool eres_sleep(const struct eres_until *until);

#endif /* WDMSYNC_UNTIL_H */
