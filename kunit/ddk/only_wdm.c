// SPDX-License-Identifier: GPL-2.0-only
/* <wdm.h> first and alone, then the larger ones. */
#include <wdm.h>

NTSTATUS OnlyWdm(PERESOURCE Resource, PMDL Mdl);

NTSTATUS OnlyWdm(PERESOURCE Resource, PMDL Mdl)
{
	LARGE_INTEGER Timeout;
	KIRQL Irql;

	Timeout.QuadPart = Int32x32To64(-10000, 100);
	KeRaiseIrql(APC_LEVEL, &Irql);
	ExAcquireResourceExclusiveLite(Resource, TRUE);
	RtlZeroMemory(MmGetSystemAddressForMdlSafe(Mdl, NormalPagePriority),
		      MmGetMdlByteCount(Mdl));
	ExReleaseResourceLite(Resource);
	KeLowerIrql(Irql);
	return KeDelayExecutionThread(KernelMode, FALSE, &Timeout);
}

#include <ntddk.h>
#include <ntifs.h>
