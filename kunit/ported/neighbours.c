// SPDX-License-Identifier: GPL-2.0-only
/* What drivers use beside locks without another header: strings, pages, processes, times. */
#include <ntifs.h>

C_ASSERT(PAGE_SIZE >= 4096 && PAGE_SIZE == 1 << PAGE_SHIFT);
C_ASSERT(ROUND_TO_PAGES(1) == PAGE_SIZE && ROUND_TO_PAGES(PAGE_SIZE) == PAGE_SIZE);
C_ASSERT(BYTES_TO_PAGES(PAGE_SIZE + 1) == 2);
C_ASSERT(sizeof(TIME_FIELDS) == 16);
C_ASSERT(sizeof(PROCESSOR_NUMBER) == 4);

typedef struct _PORTED_STAMP {
	HANDLE ProcessId;
	PEPROCESS Process;
	TIME_FIELDS When;
	UCHAR Processor;
	WCHAR Name[MAXIMUM_VOLUME_LABEL_LENGTH / sizeof(WCHAR)];
} PORTED_STAMP, *PPORTED_STAMP;

PPORTED_STAMP PortedStamp(PCWSTR Name);

PPORTED_STAMP PortedStamp(PCWSTR Name)
{
	PPORTED_STAMP Stamp = FsRtlAllocatePoolWithTag(PagedPool, sizeof(*Stamp), 'tSoP');
	LARGE_INTEGER Now, Local;

	RtlZeroMemory(Stamp, sizeof(*Stamp));
	if (wcslen(Name) >= RTL_NUMBER_OF(Stamp->Name) || _wcsicmp(Name, L"none") == 0)
		__fastfail(1);
	wcscpy(Stamp->Name, Name);
	KeQuerySystemTimePrecise(&Now);
	ExSystemTimeToLocalTime(&Now, &Local);
	RtlTimeToTimeFields(&Local, &Stamp->When);
	Stamp->Process = PsGetCurrentProcess();
	Stamp->ProcessId = PsGetCurrentProcessId();
	Stamp->Processor = (UCHAR)KeGetCurrentProcessorNumber();
	if (KeGetCurrentIrql() == HIGH_LEVEL)
		__debugbreak();
	return Stamp;
}
