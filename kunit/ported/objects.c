// SPDX-License-Identifier: GPL-2.0-only
/* A driver that refers to a file object, and to a thread. */
#include "objects.h"

typedef struct _REQUEST {
	PFILE_OBJECT FileObject;
	PVOID Thread;
} REQUEST, *PREQUEST;

NTSTATUS BeginRequest(PREQUEST Request, PFILE_OBJECT FileObject, HANDLE Thread);
VOID EndRequest(PREQUEST Request);

NTSTATUS BeginRequest(PREQUEST Request, PFILE_OBJECT FileObject, HANDLE Thread)
{
	NTSTATUS Status;

	Status = ObReferenceObjectByHandle(Thread, THREAD_ALL_ACCESS, *PsThreadType, KernelMode,
					   &Request->Thread, NULL);
	ZwClose(Thread);
	if (!NT_SUCCESS(Status))
		return Status;
	ObReferenceObject(FileObject);
	Request->FileObject = FileObject;
	return STATUS_SUCCESS;
}

VOID EndRequest(PREQUEST Request)
{
	ObDereferenceObject(Request->FileObject);
	ObDereferenceObject(Request->Thread);
}
