/* SPDX-License-Identifier: GPL-2.0-only */
/* What came to the pool with Windows 10, in addition to POOL_TYPE. */
#ifndef ERES_WDK_POOL2_H
#define ERES_WDK_POOL2_H

typedef ULONGLONG POOL_FLAGS;

#define POOL_FLAG_USE_QUOTA		0x00000001ULL
#define POOL_FLAG_UNINITIALIZED		0x00000002ULL
#define POOL_FLAG_SESSION		0x00000004ULL
#define POOL_FLAG_CACHE_ALIGNED		0x00000008ULL
#define POOL_FLAG_RAISE_ON_FAILURE	0x00000020ULL
#define POOL_FLAG_NON_PAGED		0x00000040ULL
#define POOL_FLAG_NON_PAGED_EXECUTE	0x00000080ULL
#define POOL_FLAG_PAGED			0x00000100ULL
#define POOL_FLAG_SPECIAL_POOL		0x0000000100000000ULL

PVOID ExAllocatePoolZero(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag);
PVOID ExAllocatePoolQuotaZero(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag);
PVOID ExAllocatePool2(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag);

#define ExAllocatePoolUninitialized(Type, Size, Tag) ExAllocatePoolWithTag(Type, Size, Tag)
#define ExAllocatePoolQuotaUninitialized(Type, Size, Tag) \
	ExAllocatePoolWithQuotaTag(Type, Size, Tag)
#define ExAllocatePoolPriorityUninitialized(Type, Size, Tag, Priority) \
	ExAllocatePoolWithTagPriority(Type, Size, Tag, Priority)
#define ExAllocatePoolPriorityZero(Type, Size, Tag, Priority) \
	((void)(Priority), ExAllocatePoolZero(Type, Size, Tag))

/* All pool is without permission to execute anyway. */
#define DrvRtPoolNxOptIn		1
#define ExInitializeDriverRuntime(Flags) ((void)(Flags))

#endif /* ERES_WDK_POOL2_H */
