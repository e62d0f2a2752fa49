// SPDX-License-Identifier: GPL-2.0-only
/* <ndis.h>, which brings <ntddk.h>: a protocol driver's list of adapters. */
#define NDIS50 1
#include <ndis.h>

typedef struct _ADAPTER {
	LIST_ENTRY Link;
	NDIS_HANDLE Binding;
	NDIS_STATUS Status;
	NDIS_SPIN_LOCK Lock;
	ERESOURCE Filters;
	NET_DEVICE_POWER_STATE Power;
} ADAPTER, *PADAPTER;

NDIS_STATUS NetworkAsk(PADAPTER Adapter, NDIS_REQUEST_TYPE Type, NDIS_OID Oid);

NDIS_STATUS NetworkAsk(PADAPTER Adapter, NDIS_REQUEST_TYPE Type, NDIS_OID Oid)
{
	NDIS_REQUEST Request = { .RequestType = Type };

	Request.DATA.QUERY_INFORMATION.Oid = Oid;
	KeEnterCriticalRegion();
	ExAcquireResourceSharedLite(&Adapter->Filters, TRUE);
	NdisRequest(&Adapter->Status, Adapter->Binding, &Request);
	ExReleaseResourceAndLeaveCriticalRegion(&Adapter->Filters);
	return Adapter->Status;
}
