// SPDX-License-Identifier: GPL-2.0-only
/*
 * The filter manager's structures lie as on 64-bit Windows. What <fltkernel.h> says, and one pass
 * over the parameters: a member that moves, or changes its width, moves what is behind it.
 */
#include <fltkernel.h>

#define AT(Type, Field, Offset)	C_ASSERT(FIELD_OFFSET(Type, Field) == (Offset))
#define PARAMETER(Field, Offset) AT(FLT_PARAMETERS, Field, Offset)

C_ASSERT(sizeof(FLT_PARAMETERS) == 48);
PARAMETER(Create.Options, 8);
PARAMETER(Create.FileAttributes, 16);
PARAMETER(Create.ShareAccess, 18);
PARAMETER(Create.EaLength, 24);
PARAMETER(Create.EaBuffer, 32);
PARAMETER(Create.AllocationSize, 40);
PARAMETER(CreatePipe.ShareAccess, 18);
PARAMETER(CreatePipe.Parameters, 24);
PARAMETER(CreateMailslot.Parameters, 24);
PARAMETER(Read.Key, 8);
PARAMETER(Read.ByteOffset, 16);
PARAMETER(Read.ReadBuffer, 24);
PARAMETER(Read.MdlAddress, 32);
PARAMETER(Write.WriteBuffer, 24);
PARAMETER(Write.MdlAddress, 32);
PARAMETER(QueryFileInformation.InfoBuffer, 16);
PARAMETER(SetFileInformation.FileInformationClass, 8);
PARAMETER(SetFileInformation.ParentOfTarget, 16);
PARAMETER(SetFileInformation.ReplaceIfExists, 24);
PARAMETER(SetFileInformation.AdvanceOnly, 25);
PARAMETER(SetFileInformation.DeleteHandle, 24);
PARAMETER(SetFileInformation.InfoBuffer, 32);
PARAMETER(QueryEa.EaListLength, 16);
PARAMETER(QueryEa.EaIndex, 24);
PARAMETER(QueryEa.MdlAddress, 40);
PARAMETER(SetEa.MdlAddress, 16);
PARAMETER(QueryVolumeInformation.VolumeBuffer, 16);
PARAMETER(SetVolumeInformation.VolumeBuffer, 16);
PARAMETER(DirectoryControl.QueryDirectory.FileInformationClass, 16);
PARAMETER(DirectoryControl.QueryDirectory.FileIndex, 24);
PARAMETER(DirectoryControl.QueryDirectory.DirectoryBuffer, 32);
PARAMETER(DirectoryControl.QueryDirectory.MdlAddress, 40);
PARAMETER(DirectoryControl.NotifyDirectory.CompletionFilter, 8);
PARAMETER(DirectoryControl.NotifyDirectory.DirectoryBuffer, 32);
PARAMETER(FileSystemControl.VerifyVolume.DeviceObject, 8);
PARAMETER(FileSystemControl.Common.InputBufferLength, 8);
PARAMETER(FileSystemControl.Common.FsControlCode, 16);
PARAMETER(FileSystemControl.Neither.InputBuffer, 24);
PARAMETER(FileSystemControl.Neither.OutputMdlAddress, 40);
PARAMETER(FileSystemControl.Buffered.SystemBuffer, 24);
PARAMETER(FileSystemControl.Direct.OutputBuffer, 32);
PARAMETER(DeviceIoControl.Common.IoControlCode, 16);
PARAMETER(DeviceIoControl.Direct.InputSystemBuffer, 24);
PARAMETER(DeviceIoControl.FastIo.OutputBuffer, 32);
PARAMETER(LockControl.ByteOffset, 16);
PARAMETER(LockControl.ProcessId, 24);
PARAMETER(LockControl.ExclusiveLock, 33);
PARAMETER(QuerySecurity.Length, 8);
PARAMETER(QuerySecurity.MdlAddress, 24);
PARAMETER(SetSecurity.SecurityDescriptor, 8);
PARAMETER(WMI.Buffer, 24);
PARAMETER(QueryQuota.SidListLength, 24);
PARAMETER(QueryQuota.MdlAddress, 40);
PARAMETER(SetQuota.MdlAddress, 16);
PARAMETER(Pnp.QueryInterface.Interface, 16);
PARAMETER(Pnp.ReadWriteConfig.Length, 24);
PARAMETER(Pnp.QueryDeviceText.LocaleId, 8);
PARAMETER(Pnp.UsageNotification.Type, 8);
PARAMETER(AcquireForSectionSynchronization.PageProtection, 4);
PARAMETER(AcquireForSectionSynchronization.OutputInformation, 8);
PARAMETER(AcquireForModifiedPageWriter.ResourceToRelease, 8);
PARAMETER(QueryOpen.FileInformationClass, 24);
PARAMETER(FastIoCheckIfPossible.LockKey, 16);
PARAMETER(FastIoCheckIfPossible.CheckForReadOperation, 24);
PARAMETER(NetworkQueryOpen.NetworkInformation, 8);
PARAMETER(MdlRead.Length, 8);
PARAMETER(MdlRead.Key, 16);
PARAMETER(MdlRead.MdlChain, 24);
PARAMETER(MdlWriteComplete.MdlChain, 8);
PARAMETER(Others.Argument6, 40);

C_ASSERT(sizeof(FLT_IO_PARAMETER_BLOCK) == 72);
AT(FLT_IO_PARAMETER_BLOCK, MajorFunction, 4);
AT(FLT_IO_PARAMETER_BLOCK, OperationFlags, 6);
AT(FLT_IO_PARAMETER_BLOCK, TargetFileObject, 8);
AT(FLT_IO_PARAMETER_BLOCK, Parameters, 24);

C_ASSERT(sizeof(FLT_CALLBACK_DATA) == 88);
AT(FLT_CALLBACK_DATA, Iopb, 16);
AT(FLT_CALLBACK_DATA, IoStatus, 24);
AT(FLT_CALLBACK_DATA, TagData, 40);
AT(FLT_CALLBACK_DATA, QueueContext, 64);
AT(FLT_CALLBACK_DATA, FilterContext, 48);
AT(FLT_CALLBACK_DATA, RequestorMode, 80);

C_ASSERT(sizeof(FLT_RELATED_OBJECTS) == 48);
AT(FLT_RELATED_OBJECTS, TransactionContext, 2);
AT(FLT_RELATED_OBJECTS, Volume, 16);
AT(FLT_RELATED_OBJECTS, Instance, 24);
AT(FLT_RELATED_OBJECTS, FileObject, 32);

C_ASSERT(sizeof(FLT_CONTEXT_REGISTRATION) == 56);
AT(FLT_CONTEXT_REGISTRATION, Size, 16);
AT(FLT_CONTEXT_REGISTRATION, Flags, 2);
AT(FLT_CONTEXT_REGISTRATION, PoolTag, 24);
C_ASSERT(sizeof(FLT_OPERATION_REGISTRATION) == 32);
AT(FLT_OPERATION_REGISTRATION, Flags, 4);
AT(FLT_OPERATION_REGISTRATION, PostOperation, 16);
C_ASSERT(sizeof(FLT_REGISTRATION) == 112);
AT(FLT_REGISTRATION, Version, 2);
AT(FLT_REGISTRATION, Flags, 4);
AT(FLT_REGISTRATION, ContextRegistration, 8);
AT(FLT_REGISTRATION, FilterUnloadCallback, 24);
AT(FLT_REGISTRATION, GenerateFileNameCallback, 64);
AT(FLT_REGISTRATION, SectionNotificationCallback, 104);

C_ASSERT(sizeof(FLT_FILE_NAME_INFORMATION) == 120);
AT(FLT_FILE_NAME_INFORMATION, NamesParsed, 2);
AT(FLT_FILE_NAME_INFORMATION, Format, 4);
AT(FLT_FILE_NAME_INFORMATION, Name, 8);
AT(FLT_FILE_NAME_INFORMATION, Extension, 56);
AT(FLT_FILE_NAME_INFORMATION, ParentDir, 104);
C_ASSERT(sizeof(FLT_VOLUME_PROPERTIES) == 72);
AT(FLT_VOLUME_PROPERTIES, SectorSize, 16);
AT(FLT_VOLUME_PROPERTIES, FileSystemDriverName, 24);
C_ASSERT(sizeof(FLT_CALLBACK_DATA_QUEUE) == 128);
AT(FLT_CALLBACK_DATA_QUEUE, Instance, 72);
AT(FLT_CALLBACK_DATA_QUEUE, CompleteCanceledIo, 120);
C_ASSERT(FLT_TAG_DATA_BUFFER_HEADER_SIZE == 8);
AT(FLT_TAG_DATA_BUFFER, UnparsedNameLength, 6);
AT(FLT_TAG_DATA_BUFFER, SymbolicLinkReparseBuffer.PrintNameLength, 14);
AT(FLT_TAG_DATA_BUFFER, MountPointReparseBuffer.PrintNameOffset, 12);
AT(FLT_TAG_DATA_BUFFER, SymbolicLinkReparseBuffer.PathBuffer, 20);
AT(FLT_TAG_DATA_BUFFER, MountPointReparseBuffer.PathBuffer, 16);
AT(FLT_TAG_DATA_BUFFER, GenericGUIDReparseBuffer.DataBuffer, 24);

/* What binary interfaces and tables are made of. */
C_ASSERT(sizeof(FLT_PREOP_CALLBACK_STATUS) == 4 && FLT_PREOP_DISALLOW_FSFILTER_IO == 6);
C_ASSERT(FLT_POSTOP_MORE_PROCESSING_REQUIRED == 1 && FLT_SET_CONTEXT_KEEP_IF_EXISTS == 1);
C_ASSERT(FLT_FSTYPE_NTFS == 2 && FLT_FSTYPE_MUP == 13 && FLT_FSTYPE_EXFAT == 22 &&
	 FLT_FSTYPE_CSVFS == 27 && FLT_FSTYPE_CIMFS == 30);
C_ASSERT(IRP_MJ_OPERATION_END == 128 && IRP_MJ_VOLUME_DISMOUNT == 236);
C_ASSERT(sizeof(FLT_CONTEXT_TYPE) == 2 && FLT_ALL_CONTEXTS == 0x7f);
C_ASSERT(FLT_PORT_ALL_ACCESS == 0x1f0001);
