/* SPDX-License-Identifier: GPL-2.0-only */
/* Of a port: references to objects that are its own, and to threads, which are wdmsync.ko's. */
#ifndef OBJECTS_H
#define OBJECTS_H

#include <ntifs.h>

LONG_PTR MyReferenceObject(PVOID Object);
LONG_PTR MyDereferenceObject(PVOID Object);
NTSTATUS MyReferenceObjectByHandle(HANDLE Handle, ACCESS_MASK DesiredAccess,
				   POBJECT_TYPE ObjectType, KPROCESSOR_MODE AccessMode,
				   PVOID *Object, POBJECT_HANDLE_INFORMATION HandleInformation);
NTSTATUS MyClose(HANDLE Handle);

/* In the driver's files, not in those of the front. The first two are macros already. */
#ifdef ERESOURCE_PORTED
#undef ObReferenceObject
#undef ObDereferenceObject
#define ObReferenceObject		MyReferenceObject
#define ObDereferenceObject		MyDereferenceObject
#define ObReferenceObjectByHandle	MyReferenceObjectByHandle
#define ZwClose				MyClose
#endif

#endif /* OBJECTS_H */
