// SPDX-License-Identifier: GPL-2.0-only
/* The routine that is a macro, too: called, and by pointer. Threads in another header's words. */
#include <ntifs.h>

struct _ETHREAD;
typedef struct _ETHREAD *PETHREAD;

static ERESOURCE Resource;

NTSTATUS (*PortedInitialize)(PERESOURCE Resource) = ExInitializeResourceLite;
NTSTATUS PortedBothWays(void);
PETHREAD PortedThread(void);

NTSTATUS PortedBothWays(void)
{
	return PortedInitialize(&Resource) + ExInitializeResourceLite(&Resource);
}

PETHREAD PortedThread(void)
{
	return PsGetCurrentThread();
}
