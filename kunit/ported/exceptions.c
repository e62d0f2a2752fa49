// SPDX-License-Identifier: GPL-2.0-only
/* Structured exceptions as file systems have them; with and without a DDK. */
#include <ntifs.h>

#define try_return(S)	{ S; goto try_exit; }
#define try_leave(S)	{ S; leave; }

typedef struct _VOLUME {
	ERESOURCE Resource;
	PVOID Buffer;
	ULONG State;
} VOLUME, *PVOLUME;

typedef struct _CONTEXT_OF {
	NTSTATUS ExceptionStatus;
	BOOLEAN Wait;
} CONTEXT_OF, *PCONTEXT_OF;

LONG ExceptionsFilter(_In_ PCONTEXT_OF Context, _In_ PEXCEPTION_POINTERS Pointers);
NTSTATUS ExceptionsProcess(_In_ PCONTEXT_OF Context, _In_ NTSTATUS Status);
NTSTATUS ExceptionsRead(_In_ PCONTEXT_OF Context, _Inout_ PVOLUME Volume);
NTSTATUS ExceptionsDispatch(_In_ PCONTEXT_OF Context, _Inout_ PVOLUME Volume);
NTSTATUS ExceptionsCopy(_Out_writes_bytes_(Length) PVOID To, _In_ PVOID From, ULONG Length);

LONG ExceptionsFilter(PCONTEXT_OF Context, PEXCEPTION_POINTERS Pointers)
{
	NTSTATUS Code = Pointers->ExceptionRecord->ExceptionCode;

	if (Code == STATUS_IN_PAGE_ERROR && Pointers->ExceptionRecord->NumberParameters >= 3)
		Code = (NTSTATUS)Pointers->ExceptionRecord->ExceptionInformation[2];
	Context->ExceptionStatus = Code;
	if (FsRtlIsNtstatusExpected(Code))
		return EXCEPTION_EXECUTE_HANDLER;
	return EXCEPTION_CONTINUE_SEARCH;
}

NTSTATUS ExceptionsProcess(PCONTEXT_OF Context, NTSTATUS Status)
{
	return Context->ExceptionStatus = FsRtlNormalizeNtstatus(Status, STATUS_UNSUCCESSFUL);
}

NTSTATUS ExceptionsRead(PCONTEXT_OF Context, PVOLUME Volume)
{
	BOOLEAN ReleaseVolume = FALSE;
	NTSTATUS Status = STATUS_SUCCESS;

	switch (Volume->State) {
	case 0:
	try {
		if (!ExAcquireResourceSharedLite(&Volume->Resource, Context->Wait))
			try_return(Status = STATUS_CANT_WAIT);
		ReleaseVolume = TRUE;

		if (Volume->Buffer == NULL)
			try_leave(Status = STATUS_INSUFFICIENT_RESOURCES);

		while (Volume->State < 3) {
			if (Volume->State++ == 2)
				break;
		}

try_exit: NOTHING;
	} finally {
		if (ReleaseVolume)
			ExReleaseResourceLite(&Volume->Resource);
		if (AbnormalTermination())
			Status = STATUS_UNSUCCESSFUL;
	}
	break;

	default:
		Status = STATUS_INVALID_PARAMETER;
	}
	return Status;
}

NTSTATUS ExceptionsDispatch(PCONTEXT_OF Context, PVOLUME Volume)
{
	NTSTATUS Status;

	FsRtlEnterFileSystem();

	do {
		__try
		{
			Status = ExceptionsRead(Context, Volume);
		}
		__except (ExceptionsFilter(Context, GetExceptionInformation()))
		{
			Status = ExceptionsProcess(Context, GetExceptionCode());
		}
	} while (Status == STATUS_CANT_WAIT && Context->Wait);

	FsRtlExitFileSystem();
	return Status;
}

NTSTATUS ExceptionsCopy(PVOID To, PVOID From, ULONG Length)
{
	NTSTATUS Status = STATUS_SUCCESS;

	if (Length > MAXUSHORT)
		ExRaiseStatus(STATUS_INVALID_PARAMETER);

	_SEH2_TRY {
		RtlCopyMemory(To, From, Length);
	} _SEH2_EXCEPT(EXCEPTION_EXECUTE_HANDLER) {
		Status = _SEH2_GetExceptionCode();
		DbgPrint("copy failed: %08lx\n", Status);
		_SEH2_YIELD(return Status);
	} _SEH2_END;

	return Status;
}
