/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Work items of a minifilter, for it or one of its instances. Routines of wdmsync.ko, also
 * in front of a DDK, which brings the types of the queues.
 */
#ifndef ERES_WDK_FLT_WORK_H
#define ERES_WDK_FLT_WORK_H

#ifndef ERESOURCE_DDK
#include "work.h"
#endif

typedef struct _FLT_GENERIC_WORKITEM *PFLT_GENERIC_WORKITEM;

typedef VOID FLT_GENERIC_WORKITEM_ROUTINE(PFLT_GENERIC_WORKITEM FltWorkItem, PVOID FltObject,
					  PVOID Context);
typedef FLT_GENERIC_WORKITEM_ROUTINE *PFLT_GENERIC_WORKITEM_ROUTINE;

PFLT_GENERIC_WORKITEM FltAllocateGenericWorkItem(void);
VOID FltFreeGenericWorkItem(PFLT_GENERIC_WORKITEM FltWorkItem);
NTSTATUS FltQueueGenericWorkItem(PFLT_GENERIC_WORKITEM FltWorkItem, PVOID FltObject,
				 PFLT_GENERIC_WORKITEM_ROUTINE WorkerRoutine,
				 WORK_QUEUE_TYPE QueueType, PVOID Context);

#endif /* ERES_WDK_FLT_WORK_H */
