// SPDX-License-Identifier: GPL-2.0-only
/* What a driver's own header says once more. */
#include <ntifs.h>

#undef TRUE
#define STATUS_SUCCESS ((NTSTATUS)0x00000000L)
#define TRUE (1 == 1)
typedef int LONG;
typedef unsigned int ULONG;

ULONG PortedTruth(void);

ULONG PortedTruth(void)
{
	return STATUS_SUCCESS == 0 ? TRUE : FALSE;
}
