// SPDX-License-Identifier: GPL-2.0-only
/* Linux' function-like macros as names of functions and of members. */
#include <ntifs.h>

struct operations {
	int (*barrier)(int n);
	int (*max)(int n);
};

int PortedCall(struct operations *o);
void PortedSwap(int *a, int *b);

static void swap(int *a, int *b)
{
	int t = *a;

	*a = *b;
	*b = t;
}

int PortedCall(struct operations *o)
{
	return o->barrier(1) + o->max(2);
}

void PortedSwap(int *a, int *b)
{
	swap(a, b);
}
