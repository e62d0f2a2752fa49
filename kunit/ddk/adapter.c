// SPDX-License-Identifier: GPL-2.0-only
/* <storport.h>: an adapter's requests, and the lock that they wait under. */
#include <ntddk.h>
#include <scsi.h>
#include <storport.h>
#include <ntddscsi.h>

typedef struct _HBA {
	KSPIN_LOCK Lock;
	LIST_ENTRY Requests;
	SCSI_WMI_REQUEST_BLOCK Wmi;
	PHW_INITIALIZATION_DATA Initialization;
} HBA, *PHBA;

BOOLEAN AdapterStartIo(PHBA Hba, PSCSI_REQUEST_BLOCK Srb);

BOOLEAN AdapterStartIo(PHBA Hba, PSCSI_REQUEST_BLOCK Srb)
{
	PCDB Cdb = (PCDB)Srb->Cdb;
	KLOCK_QUEUE_HANDLE Handle;

	KeAcquireInStackQueuedSpinLock(&Hba->Lock, &Handle);
	Srb->SrbStatus = Cdb->CDB6GENERIC.OperationCode == SCSIOP_TEST_UNIT_READY ?
			 SRB_STATUS_SUCCESS : SRB_STATUS_PENDING;
	KeReleaseInStackQueuedSpinLock(&Handle);
	StorPortNotification(RequestComplete, Hba, Srb);
	return TRUE;
}
