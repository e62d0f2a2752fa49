/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pool. Memory of the kernel is never paged out, whatever the type says. Types and
 * flags that say how to fail are refused where they would raise an exception.
 */
#ifndef ERES_WDK_POOL_H
#define ERES_WDK_POOL_H

#include "types.h"

typedef enum _POOL_TYPE {
	NonPagedPool = 0,
	NonPagedPoolExecute = 0,
	PagedPool = 1,
	NonPagedPoolMustSucceed = 2,
	NonPagedPoolCacheAligned = 4,
	PagedPoolCacheAligned = 5,
	NonPagedPoolNx = 512,
	NonPagedPoolNxCacheAligned = 516,
} POOL_TYPE;

#include "pool2.h"

#define POOL_QUOTA_FAIL_INSTEAD_OF_RAISE	8
#define POOL_RAISE_IF_ALLOCATION_FAILURE	16
#define POOL_COLD_ALLOCATION			256
#define POOL_NX_ALLOCATION			512

PVOID ExAllocatePoolWithTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag);
void ExFreePoolWithTag(PVOID P, ULONG Tag);
void ExFreePool(PVOID P);

#define ExAllocatePool(Type, Size)	ExAllocatePoolWithTag(Type, Size, 0x656e6f4e)

#endif /* ERES_WDK_POOL_H */
