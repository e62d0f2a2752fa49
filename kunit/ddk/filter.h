/* SPDX-License-Identifier: GPL-2.0-only */
/* The minifilter of filter.c and filter_io.c: contexts with locks in them, and its callbacks. */
#include <FltKernel.h>
#include <dontuse.h>
#include <suppress.h>

#define TAG_INSTANCE	'iFrE'
#define TAG_STREAM	'sFrE'
#define TAG_STRING	'nFrE'

/* One for each volume: which files were renamed, and the requests that wait for the service. */
typedef struct _INSTANCE_CONTEXT {
	PFLT_INSTANCE Instance;
	FLT_FILESYSTEM_TYPE Type;
	UNICODE_STRING VolumeName;
	ULONG SectorSize;
	ERESOURCE Resource;
	LIST_ENTRY Waiting;
	FAST_MUTEX WaitingMutex;
	FLT_CALLBACK_DATA_QUEUE Queue;
} INSTANCE_CONTEXT, *PINSTANCE_CONTEXT;

/* One for each file: its name, under a push lock. */
typedef struct _STREAM_CONTEXT {
	EX_PUSH_LOCK Lock;
	UNICODE_STRING Name;
	LONG64 Bytes;
	BOOLEAN Denied;
} STREAM_CONTEXT, *PSTREAM_CONTEXT;

typedef struct _FILTER_GLOBALS {
	PFLT_FILTER Filter;
	PFLT_PORT ServerPort;
	PFLT_PORT ClientPort;
	PEPROCESS Service;
	FAST_MUTEX PortMutex;
} FILTER_GLOBALS;

extern FILTER_GLOBALS Globals;

NTSTATUS FilterInitializeQueue(PINSTANCE_CONTEXT Context);
VOID FilterDrainQueue(PINSTANCE_CONTEXT Context, NTSTATUS Status);

FLT_PREOP_CALLBACK_STATUS FLTAPI FilterPreCreate(_Inout_ PFLT_CALLBACK_DATA Data,
						 _In_ PCFLT_RELATED_OBJECTS FltObjects,
						 _Outptr_ PVOID *CompletionContext);
FLT_POSTOP_CALLBACK_STATUS FLTAPI FilterPostCreate(_Inout_ PFLT_CALLBACK_DATA Data,
						   _In_ PCFLT_RELATED_OBJECTS FltObjects,
						   _In_opt_ PVOID CompletionContext,
						   _In_ FLT_POST_OPERATION_FLAGS Flags);
FLT_PREOP_CALLBACK_STATUS FLTAPI FilterPreWrite(_Inout_ PFLT_CALLBACK_DATA Data,
						_In_ PCFLT_RELATED_OBJECTS FltObjects,
						_Outptr_ PVOID *CompletionContext);
FLT_POSTOP_CALLBACK_STATUS FLTAPI FilterPostWrite(_Inout_ PFLT_CALLBACK_DATA Data,
						  _In_ PCFLT_RELATED_OBJECTS FltObjects,
						  _In_opt_ PVOID CompletionContext,
						  _In_ FLT_POST_OPERATION_FLAGS Flags);
FLT_PREOP_CALLBACK_STATUS FLTAPI FilterPreSetInformation(_Inout_ PFLT_CALLBACK_DATA Data,
							 _In_ PCFLT_RELATED_OBJECTS FltObjects,
							 _Outptr_ PVOID *CompletionContext);
