// SPDX-License-Identifier: GPL-2.0-only
/*
 * Callbacks of a minifilter: it asks about files that are opened, holds writes in a queue, counts
 * what is written, and prints names that files get.
 */
#include "filter.h"

typedef struct _QUESTION {
	ULONG Length;
	WCHAR Name[MAX_PATH];
} QUESTION, *PQUESTION;

static NTSTATUS FLTAPI FilterInsert(PFLT_CALLBACK_DATA_QUEUE Cbdq, PFLT_CALLBACK_DATA Data,
				    PVOID InsertContext)
{
	PINSTANCE_CONTEXT Context = CONTAINING_RECORD(Cbdq, INSTANCE_CONTEXT, Queue);

	UNREFERENCED_PARAMETER(InsertContext);
	InsertTailList(&Context->Waiting, &Data->QueueLinks);
	return STATUS_SUCCESS;
}

static VOID FLTAPI FilterRemove(PFLT_CALLBACK_DATA_QUEUE Cbdq, PFLT_CALLBACK_DATA Data)
{
	UNREFERENCED_PARAMETER(Cbdq);
	RemoveEntryList(&Data->QueueLinks);
}

static PFLT_CALLBACK_DATA FLTAPI FilterPeek(PFLT_CALLBACK_DATA_QUEUE Cbdq, PFLT_CALLBACK_DATA Data,
					    PVOID PeekContext)
{
	PINSTANCE_CONTEXT Context = CONTAINING_RECORD(Cbdq, INSTANCE_CONTEXT, Queue);
	PLIST_ENTRY Next = Data ? Data->QueueLinks.Flink : Context->Waiting.Flink;

	for (; Next != &Context->Waiting; Next = Next->Flink) {
		Data = CONTAINING_RECORD(Next, FLT_CALLBACK_DATA, QueueLinks);
		if (!PeekContext || Data->Iopb->TargetFileObject == PeekContext)
			return Data;
	}
	return NULL;
}

static VOID FLTAPI FilterLock(PFLT_CALLBACK_DATA_QUEUE Cbdq, PKIRQL Irql)
{
	UNREFERENCED_PARAMETER(Irql);
	ExAcquireFastMutex(&CONTAINING_RECORD(Cbdq, INSTANCE_CONTEXT, Queue)->WaitingMutex);
}

static VOID FLTAPI FilterUnlock(PFLT_CALLBACK_DATA_QUEUE Cbdq, KIRQL Irql)
{
	UNREFERENCED_PARAMETER(Irql);
	ExReleaseFastMutex(&CONTAINING_RECORD(Cbdq, INSTANCE_CONTEXT, Queue)->WaitingMutex);
}

static VOID FLTAPI FilterCanceled(PFLT_CALLBACK_DATA_QUEUE Cbdq, PFLT_CALLBACK_DATA Data)
{
	UNREFERENCED_PARAMETER(Cbdq);
	Data->IoStatus.Status = STATUS_CANCELLED;
	Data->IoStatus.Information = 0;
	FltCompletePendedPreOperation(Data, FLT_PREOP_COMPLETE, NULL);
}

NTSTATUS FilterInitializeQueue(PINSTANCE_CONTEXT Context)
{
	ExInitializeFastMutex(&Context->WaitingMutex);
	InitializeListHead(&Context->Waiting);
	return FltCbdqInitialize(Context->Instance, &Context->Queue, FilterInsert, FilterRemove,
				 FilterPeek, FilterLock, FilterUnlock, FilterCanceled);
}

VOID FilterDrainQueue(PINSTANCE_CONTEXT Context, NTSTATUS Status)
{
	PFLT_CALLBACK_DATA Data;

	FltCbdqDisable(&Context->Queue);
	while ((Data = FltCbdqRemoveNextIo(&Context->Queue, NULL))) {
		Data->IoStatus.Status = Status;
		FltCompletePendedPreOperation(Data, FLT_PREOP_COMPLETE, NULL);
	}
}

/* Whoever comes second takes the first one's. */
static PSTREAM_CONTEXT FilterStream(PCFLT_RELATED_OBJECTS FltObjects)
{
	PSTREAM_CONTEXT Context, Old = NULL;
	NTSTATUS Status;

	Status = FltGetStreamContext(FltObjects->Instance, FltObjects->FileObject,
				     (PFLT_CONTEXT *)&Context);
	if (Status != STATUS_NOT_FOUND)
		return NT_SUCCESS(Status) ? Context : NULL;
	Status = FltAllocateContext(FltObjects->Filter, FLT_STREAM_CONTEXT, sizeof(*Context),
				    PagedPool, (PFLT_CONTEXT *)&Context);
	if (!NT_SUCCESS(Status))
		return NULL;
	RtlZeroMemory(Context, sizeof(*Context));
	FltInitializePushLock(&Context->Lock);
	Status = FltSetStreamContext(FltObjects->Instance, FltObjects->FileObject,
				     FLT_SET_CONTEXT_KEEP_IF_EXISTS, Context,
				     (PFLT_CONTEXT *)&Old);
	if (NT_SUCCESS(Status))
		return Context;
	FltReleaseContext(Context);
	return Status == STATUS_FLT_CONTEXT_ALREADY_DEFINED ? Old : NULL;
}

static BOOLEAN FilterAsk(PCUNICODE_STRING Name)
{
	LARGE_INTEGER Timeout;
	BOOLEAN Denied = FALSE;
	PQUESTION Question;
	ULONG ReplyLength;
	NTSTATUS Status;

	Question = ExAllocatePoolWithTag(NonPagedPool, sizeof(*Question), TAG_STRING);
	if (!Question)
		return FALSE;
	Question->Length = min(Name->Length, sizeof(Question->Name));
	RtlCopyMemory(Question->Name, Name->Buffer, Question->Length);

	Timeout.QuadPart = -10 * 1000 * 1000;
	ReplyLength = sizeof(Denied);
	Status = FltSendMessage(Globals.Filter, &Globals.ClientPort, Question, sizeof(*Question),
				&Denied, &ReplyLength, &Timeout);
	if (Status == STATUS_TIMEOUT || !NT_SUCCESS(Status))
		Denied = FALSE;
	ExFreePoolWithTag(Question, TAG_STRING);
	return Denied;
}

static VOID FilterRename(PSTREAM_CONTEXT Stream, PCUNICODE_STRING Name)
{
	PWCH Buffer = ExAllocatePoolWithTag(PagedPool, Name->Length, TAG_STRING);
	PWCH Old;

	if (!Buffer)
		return;
	RtlCopyMemory(Buffer, Name->Buffer, Name->Length);

	FltAcquirePushLockExclusive(&Stream->Lock);
	Old = Stream->Name.Buffer;
	Stream->Name.Buffer = Buffer;
	Stream->Name.Length = Name->Length;
	Stream->Name.MaximumLength = Name->Length;
	FltReleasePushLock(&Stream->Lock);

	if (Old)
		ExFreePoolWithTag(Old, TAG_STRING);
}

FLT_PREOP_CALLBACK_STATUS FLTAPI FilterPreCreate(_Inout_ PFLT_CALLBACK_DATA Data,
						 _In_ PCFLT_RELATED_OBJECTS FltObjects,
						 _Outptr_ PVOID *CompletionContext)
{
	PECP_LIST EcpList;

	UNREFERENCED_PARAMETER(FltObjects);
	PAGED_CODE();
	if (IoThreadToProcess(Data->Thread) == Globals.Service)
		return FLT_PREOP_SUCCESS_NO_CALLBACK;
	if (FlagOn(Data->Iopb->OperationFlags, SL_OPEN_PAGING_FILE) ||
	    FlagOn(Data->Iopb->Parameters.Create.Options, FILE_DIRECTORY_FILE))
		return FLT_PREOP_SUCCESS_NO_CALLBACK;
	if (NT_SUCCESS(FltGetEcpListFromCallbackData(Globals.Filter, Data, &EcpList)) && EcpList &&
	    NT_SUCCESS(FltFindExtraCreateParameter(Globals.Filter, EcpList, &GUID_ECP_PREFETCH_OPEN,
						   NULL, NULL)))
		return FLT_PREOP_SUCCESS_NO_CALLBACK;
	*CompletionContext = NULL;
	return FLT_PREOP_SUCCESS_WITH_CALLBACK;
}

FLT_POSTOP_CALLBACK_STATUS FLTAPI FilterPostCreate(_Inout_ PFLT_CALLBACK_DATA Data,
						   _In_ PCFLT_RELATED_OBJECTS FltObjects,
						   _In_opt_ PVOID CompletionContext,
						   _In_ FLT_POST_OPERATION_FLAGS Flags)
{
	PFLT_FILE_NAME_INFORMATION Name;
	PSTREAM_CONTEXT Stream;
	NTSTATUS Status;

	UNREFERENCED_PARAMETER(CompletionContext);
	if (!NT_SUCCESS(Data->IoStatus.Status) || Data->IoStatus.Status == STATUS_REPARSE ||
	    FlagOn(Flags, FLTFL_POST_OPERATION_DRAINING))
		return FLT_POSTOP_FINISHED_PROCESSING;

	Status = FltGetFileNameInformation(Data, FLT_FILE_NAME_NORMALIZED |
					   FLT_FILE_NAME_QUERY_DEFAULT, &Name);
	if (!NT_SUCCESS(Status))
		return FLT_POSTOP_FINISHED_PROCESSING;
	FltParseFileNameInformation(Name);

	Stream = FilterStream(FltObjects);
	if (Stream) {
		FilterRename(Stream, &Name->Name);
		Stream->Denied = Name->Extension.Length && FilterAsk(&Name->Name);
		if (Stream->Denied) {
			FltCancelFileOpen(FltObjects->Instance, FltObjects->FileObject);
			Data->IoStatus.Status = STATUS_ACCESS_DENIED;
			Data->IoStatus.Information = 0;
		}
		FltReleaseContext(Stream);
	}
	FltReleaseFileNameInformation(Name);
	return FLT_POSTOP_FINISHED_PROCESSING;
}

static VOID FLTAPI FilterWorker(_In_ PFLT_GENERIC_WORKITEM Item, _In_ PVOID FltObject,
				_In_opt_ PVOID Context)
{
	PINSTANCE_CONTEXT Instance = Context;
	PFLT_CALLBACK_DATA Data;

	UNREFERENCED_PARAMETER(FltObject);
	while ((Data = FltCbdqRemoveNextIo(&Instance->Queue, NULL)))
		FltCompletePendedPreOperation(Data, FLT_PREOP_SUCCESS_NO_CALLBACK, NULL);
	FltReleaseContext(Instance);
	FltFreeGenericWorkItem(Item);
}

/* A write is held until the worker has been there, which does all that it finds. */
static FLT_PREOP_CALLBACK_STATUS FilterHold(PFLT_CALLBACK_DATA Data, PINSTANCE_CONTEXT Context)
{
	PFLT_GENERIC_WORKITEM Item = FltAllocateGenericWorkItem();
	NTSTATUS Status;

	if (!Item)
		return FLT_PREOP_SUCCESS_NO_CALLBACK;
	Status = FltCbdqInsertIo(&Context->Queue, Data, NULL, NULL);
	if (!NT_SUCCESS(Status)) {
		FltFreeGenericWorkItem(Item);
		return FLT_PREOP_SUCCESS_NO_CALLBACK;
	}
	FltReferenceContext(Context);
	Status = FltQueueGenericWorkItem(Item, Context->Instance, FilterWorker, DelayedWorkQueue,
					 Context);
	if (!NT_SUCCESS(Status))
		FilterWorker(Item, Context->Instance, Context);
	return FLT_PREOP_PENDING;
}

FLT_PREOP_CALLBACK_STATUS FLTAPI FilterPreWrite(_Inout_ PFLT_CALLBACK_DATA Data,
						_In_ PCFLT_RELATED_OBJECTS FltObjects,
						_Outptr_ PVOID *CompletionContext)
{
	FLT_PREOP_CALLBACK_STATUS Result = FLT_PREOP_SUCCESS_WITH_CALLBACK;
	PFLT_IO_PARAMETER_BLOCK Iopb = Data->Iopb;
	PINSTANCE_CONTEXT Context;

	if (FLT_IS_FASTIO_OPERATION(Data))
		return FLT_PREOP_DISALLOW_FASTIO;
	if (!NT_SUCCESS(FltGetInstanceContext(FltObjects->Instance, (PFLT_CONTEXT *)&Context)))
		return FLT_PREOP_SUCCESS_NO_CALLBACK;

	FltAcquireResourceShared(&Context->Resource);
	*CompletionContext = UlongToPtr(Iopb->Parameters.Write.Length);
	if (Iopb->Parameters.Write.ByteOffset.QuadPart % Context->SectorSize &&
	    FlagOn(Iopb->IrpFlags, IRP_NOCACHE)) {
		Data->IoStatus.Status = STATUS_INVALID_PARAMETER;
		Result = FLT_PREOP_COMPLETE;
	} else if (!Iopb->Parameters.Write.MdlAddress && !FlagOn(Data->Flags,
							       FLTFL_CALLBACK_DATA_SYSTEM_BUFFER)) {
		if (!NT_SUCCESS(FltLockUserBuffer(Data)))
			Result = FLT_PREOP_SUCCESS_NO_CALLBACK;
	}
	FltReleaseResource(&Context->Resource);

	if (Result == FLT_PREOP_SUCCESS_WITH_CALLBACK && Context->Type == FLT_FSTYPE_NTFS &&
	    !FltIsOperationSynchronous(Data))
		Result = FilterHold(Data, Context);
	FltReleaseContext(Context);
	return Result;
}

static FLT_POSTOP_CALLBACK_STATUS FLTAPI FilterWrittenSafe(_Inout_ PFLT_CALLBACK_DATA Data,
							   _In_ PCFLT_RELATED_OBJECTS FltObjects,
							   _In_opt_ PVOID CompletionContext,
							   _In_ FLT_POST_OPERATION_FLAGS Flags)
{
	PSTREAM_CONTEXT Stream = FilterStream(FltObjects);

	UNREFERENCED_PARAMETER(Flags);
	if (Stream) {
		if (Data->IoStatus.Information == PtrToUlong(CompletionContext))
			InterlockedAdd64(&Stream->Bytes, Data->IoStatus.Information);
		FltReleaseContext(Stream);
	}
	return FLT_POSTOP_FINISHED_PROCESSING;
}

FLT_POSTOP_CALLBACK_STATUS FLTAPI FilterPostWrite(_Inout_ PFLT_CALLBACK_DATA Data,
						  _In_ PCFLT_RELATED_OBJECTS FltObjects,
						  _In_opt_ PVOID CompletionContext,
						  _In_ FLT_POST_OPERATION_FLAGS Flags)
{
	FLT_POSTOP_CALLBACK_STATUS Status = FLT_POSTOP_FINISHED_PROCESSING;

	if (!FltDoCompletionProcessingWhenSafe(Data, FltObjects, CompletionContext, Flags,
					       FilterWrittenSafe, &Status))
		Data->IoStatus.Status = STATUS_UNSUCCESSFUL;
	return Status;
}

/* Files that are renamed are looked up under the resource. */
FLT_PREOP_CALLBACK_STATUS FLTAPI FilterPreSetInformation(_Inout_ PFLT_CALLBACK_DATA Data,
							 _In_ PCFLT_RELATED_OBJECTS FltObjects,
							 _Outptr_ PVOID *CompletionContext)
{
	PFILE_RENAME_INFORMATION Rename = Data->Iopb->Parameters.SetFileInformation.InfoBuffer;
	PFLT_FILE_NAME_INFORMATION Target;
	PINSTANCE_CONTEXT Context;
	NTSTATUS Status;

	switch (Data->Iopb->Parameters.SetFileInformation.FileInformationClass) {
	case FileRenameInformation:
		break;
	case FileDispositionInformation:
		return FLT_PREOP_SYNCHRONIZE;
	default:
		return FLT_PREOP_SUCCESS_NO_CALLBACK;
	}
	Status = FltGetDestinationFileNameInformation(FltObjects->Instance, FltObjects->FileObject,
						      Rename->RootDirectory, Rename->FileName,
						      Rename->FileNameLength,
						      FLT_FILE_NAME_OPENED |
						      FLT_FILE_NAME_QUERY_ALWAYS_ALLOW_CACHE_LOOKUP,
						      &Target);
	if (!NT_SUCCESS(Status))
		return FLT_PREOP_SUCCESS_NO_CALLBACK;
	if (NT_SUCCESS(FltGetInstanceContext(FltObjects->Instance, (PFLT_CONTEXT *)&Context))) {
		FltAcquireResourceExclusive(&Context->Resource);
		if (RtlPrefixUnicodeString(&Context->VolumeName, &Target->Name, TRUE))
			DbgPrint("%wZ\n", &Target->Name);
		FltReleaseResource(&Context->Resource);
		FltReleaseContext(Context);
	}
	FltReleaseFileNameInformation(Target);
	*CompletionContext = NULL;
	return FLT_PREOP_SUCCESS_NO_CALLBACK;
}
