// SPDX-License-Identifier: GPL-2.0-only
/* A header of the driver that says once more what the DDK has said. */
#include <ntddk.h>

typedef struct _ETHREAD *PETHREAD;
typedef struct _KTHREAD *PKTHREAD;

NTKERNELAPI NTSTATUS NTAPI ExInitializeResourceLite(PERESOURCE Resource);
NTKERNELAPI BOOLEAN NTAPI ExAcquireResourceExclusiveLite(PERESOURCE Resource, BOOLEAN Wait);
BOOLEAN OwnThread(PERESOURCE Resource, PETHREAD Thread);

BOOLEAN OwnThread(PERESOURCE Resource, PETHREAD Thread)
{
	return Thread == PsGetCurrentThread() && NT_SUCCESS(ExInitializeResourceLite(Resource)) &&
		ExAcquireResourceExclusiveLite(Resource, FALSE);
}
