// SPDX-License-Identifier: GPL-2.0-only
/* Names that Linux has, too, as a driver's own: variables, types, an intrinsic. */
#include <ntifs.h>

typedef unsigned long u32;

void __cpuid(int r[4], int n);
int PortedCurrent(int n);
u32 PortedWide(u32 n);

int PortedCurrent(int n)
{
	int current = n;

	return current + 1;
}

u32 PortedWide(u32 n)
{
	return n << 32;
}
