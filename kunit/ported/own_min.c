// SPDX-License-Identifier: GPL-2.0-only
/* min() and max() of the driver, where there are none, and of operands that differ. */
#include <ntifs.h>

#ifndef min
#define min(a, b) (((a) < (b)) ? (a) : (b))
#endif

ULONGLONG PortedMinimum(ULONGLONG a, int b);
ULONG PortedMixed(ULONG a, LONG b);

ULONGLONG PortedMinimum(ULONGLONG a, int b)
{
	return min(a, b + 0);
}

ULONG PortedMixed(ULONG a, LONG b)
{
	return min(a, b) + max(a, 7);
}
