/* SPDX-License-Identifier: GPL-2.0-only */
/* Minifilters: what a callback is given, and what it returns. Part of flt.h. */
#ifndef ERES_WDK_FLT_DATA_H
#define ERES_WDK_FLT_DATA_H

typedef struct _FLT_IO_PARAMETER_BLOCK {
	ULONG IrpFlags;
	UCHAR MajorFunction;
	UCHAR MinorFunction;
	UCHAR OperationFlags;
	UCHAR Reserved;
	PFILE_OBJECT TargetFileObject;
	PFLT_INSTANCE TargetInstance;
	FLT_PARAMETERS Parameters;
} FLT_IO_PARAMETER_BLOCK, *PFLT_IO_PARAMETER_BLOCK;

/* What a create has found at a reparse point. */
typedef struct _FLT_TAG_DATA_BUFFER {
	ULONG FileTag;
	USHORT TagDataLength;
	USHORT UnparsedNameLength;
	union {
		struct {
			USHORT SubstituteNameOffset;
			USHORT SubstituteNameLength;
			USHORT PrintNameOffset;
			USHORT PrintNameLength;
			ULONG Flags;
			WCHAR PathBuffer[1];
		} SymbolicLinkReparseBuffer;
		struct {
			USHORT SubstituteNameOffset;
			USHORT SubstituteNameLength;
			USHORT PrintNameOffset;
			USHORT PrintNameLength;
			WCHAR PathBuffer[1];
		} MountPointReparseBuffer;
		struct {
			UCHAR DataBuffer[1];
		} GenericReparseBuffer;
		struct {
			GUID TagGuid;
			UCHAR DataBuffer[1];
		} GenericGUIDReparseBuffer;
	};
} FLT_TAG_DATA_BUFFER, *PFLT_TAG_DATA_BUFFER;

#define FLT_TAG_DATA_BUFFER_HEADER_SIZE	FIELD_OFFSET(FLT_TAG_DATA_BUFFER, GenericReparseBuffer)

typedef ULONG FLT_CALLBACK_DATA_FLAGS;

/* The kind of the operation, which does not change. */
#define FLTFL_CALLBACK_DATA_REISSUE_MASK	0x0000ffff
#define FLTFL_CALLBACK_DATA_IRP_OPERATION	0x00000001
#define FLTFL_CALLBACK_DATA_FAST_IO_OPERATION	0x00000002
#define FLTFL_CALLBACK_DATA_FS_FILTER_OPERATION	0x00000004
#define FLTFL_CALLBACK_DATA_SYSTEM_BUFFER	0x00000008
/* Where it came from, and how far it has come. */
#define FLTFL_CALLBACK_DATA_GENERATED_IO	0x00010000
#define FLTFL_CALLBACK_DATA_REISSUED_IO		0x00020000
#define FLTFL_CALLBACK_DATA_DRAINING_IO		0x00040000
#define FLTFL_CALLBACK_DATA_POST_OPERATION	0x00080000
#define FLTFL_CALLBACK_DATA_NEW_SYSTEM_BUFFER	0x00100000
#define FLTFL_CALLBACK_DATA_DIRTY		0x80000000

typedef struct _FLT_CALLBACK_DATA {
	FLT_CALLBACK_DATA_FLAGS Flags;
	const PETHREAD Thread;
	const PFLT_IO_PARAMETER_BLOCK Iopb;
	IO_STATUS_BLOCK IoStatus;
	struct _FLT_TAG_DATA_BUFFER *TagData;
	union {
		struct {
			LIST_ENTRY QueueLinks;
			PVOID QueueContext[2];
		};
		PVOID FilterContext[4];
	};
	KPROCESSOR_MODE RequestorMode;
} FLT_CALLBACK_DATA;

#define FLT_IS_IRP_OPERATION(Data)		\
	FlagOn((Data)->Flags, FLTFL_CALLBACK_DATA_IRP_OPERATION)
#define FLT_IS_FASTIO_OPERATION(Data)		\
	FlagOn((Data)->Flags, FLTFL_CALLBACK_DATA_FAST_IO_OPERATION)
#define FLT_IS_FS_FILTER_OPERATION(Data)	\
	FlagOn((Data)->Flags, FLTFL_CALLBACK_DATA_FS_FILTER_OPERATION)
#define FLT_IS_REISSUED_IO(Data)		\
	FlagOn((Data)->Flags, FLTFL_CALLBACK_DATA_REISSUED_IO)
#define FLT_IS_SYSTEM_BUFFER(Data)		\
	FlagOn((Data)->Flags, FLTFL_CALLBACK_DATA_SYSTEM_BUFFER)

typedef struct _FLT_RELATED_OBJECTS {
	const USHORT Size;
	const USHORT TransactionContext;
	const PFLT_FILTER Filter;
	const PFLT_VOLUME Volume;
	const PFLT_INSTANCE Instance;
	const PFILE_OBJECT FileObject;
	const PKTRANSACTION Transaction;
} FLT_RELATED_OBJECTS, *PFLT_RELATED_OBJECTS;

typedef enum _FLT_PREOP_CALLBACK_STATUS {
	FLT_PREOP_SUCCESS_WITH_CALLBACK,
	FLT_PREOP_SUCCESS_NO_CALLBACK,
	FLT_PREOP_PENDING,
	FLT_PREOP_DISALLOW_FASTIO,
	FLT_PREOP_COMPLETE,
	FLT_PREOP_SYNCHRONIZE,
	FLT_PREOP_DISALLOW_FSFILTER_IO
} FLT_PREOP_CALLBACK_STATUS, *PFLT_PREOP_CALLBACK_STATUS;

typedef enum _FLT_POSTOP_CALLBACK_STATUS {
	FLT_POSTOP_FINISHED_PROCESSING,
	FLT_POSTOP_MORE_PROCESSING_REQUIRED,
	FLT_POSTOP_DISALLOW_FSFILTER_IO
} FLT_POSTOP_CALLBACK_STATUS, *PFLT_POSTOP_CALLBACK_STATUS;

typedef ULONG FLT_POST_OPERATION_FLAGS;

/* The instance goes: clean up, and no more. */
#define FLTFL_POST_OPERATION_DRAINING	0x00000001

typedef FLT_PREOP_CALLBACK_STATUS
(FLTAPI *PFLT_PRE_OPERATION_CALLBACK)(PFLT_CALLBACK_DATA Data, PCFLT_RELATED_OBJECTS FltObjects,
				      PVOID *CompletionContext);
typedef FLT_POSTOP_CALLBACK_STATUS
(FLTAPI *PFLT_POST_OPERATION_CALLBACK)(PFLT_CALLBACK_DATA Data, PCFLT_RELATED_OBJECTS FltObjects,
				       PVOID CompletionContext, FLT_POST_OPERATION_FLAGS Flags);

#endif /* ERES_WDK_FLT_DATA_H */
