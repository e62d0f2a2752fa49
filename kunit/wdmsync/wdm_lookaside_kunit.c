// SPDX-License-Identifier: GPL-2.0-only
/* Lookaside lists, in all three forms. */
#include <kunit/test.h>

#define ERESOURCE_WDK
#include <ntifs.h>

#include "wdm_reports.h"

#define TAG	0x74736574

/* What a list's own routines were asked, the last time. */
struct asked {
	POOL_TYPE type;
	SIZE_T size;
	ULONG tag;
	void *list;
	void *freed;
	unsigned int given, taken;
};

static struct asked asked;
static u64 piece[4];

static PVOID give(POOL_TYPE type, SIZE_T size, ULONG tag)
{
	asked.type = type;
	asked.size = size;
	asked.tag = tag;
	asked.given++;
	return piece;
}

static VOID take(PVOID entry)
{
	asked.freed = entry;
	asked.taken++;
}

/* The list is part of something that its routines want to know about. */
struct owner {
	u64 before;
	LOOKASIDE_LIST_EX list;
	unsigned int given, taken;
};

static PVOID give_ex(POOL_TYPE type, SIZE_T size, ULONG tag, PLOOKASIDE_LIST_EX list)
{
	struct owner *owner = CONTAINING_RECORD(list, struct owner, list);

	owner->given++;
	asked.list = list;
	return give(type, size, tag);
}

static VOID take_ex(PVOID entry, PLOOKASIDE_LIST_EX list)
{
	struct owner *owner = CONTAINING_RECORD(list, struct owner, list);

	owner->taken++;
	take(entry);
}

/* All that a driver can see of a list that is initialised. */
static void expect_list(struct kunit *test, const GENERAL_LOOKASIDE *list, POOL_TYPE type,
			ULONG size)
{
	KUNIT_EXPECT_EQ(test, list->Depth, 4);
	KUNIT_EXPECT_EQ(test, list->MaximumDepth, 256);
	KUNIT_EXPECT_EQ(test, list->Type, type);
	KUNIT_EXPECT_EQ(test, list->Tag, TAG);
	KUNIT_EXPECT_EQ(test, list->Size, size);
	KUNIT_EXPECT_EQ(test, list->TotalAllocates, 0);
	KUNIT_EXPECT_EQ(test, list->AllocateMisses, 0);
	KUNIT_EXPECT_EQ(test, list->TotalFrees, 0);
	KUNIT_EXPECT_EQ(test, list->FreeMisses, 0);
	KUNIT_EXPECT_NOT_NULL(test, list->Allocate);
	KUNIT_EXPECT_NOT_NULL(test, list->Free);
}

/* Two pieces at once are two; each can be written to its end, as KASAN would tell. */
static void expect_pieces(struct kunit *test, void *one, void *two, size_t size)
{
	KUNIT_ASSERT_NOT_NULL(test, one);
	KUNIT_ASSERT_NOT_NULL(test, two);
	KUNIT_EXPECT_PTR_NE(test, one, two);
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED((unsigned long)one, 16));
	memset(one, 1, size);
	memset(two, 2, size);
	KUNIT_EXPECT_EQ(test, ((u8 *)one)[size - 1], 1);
}

static void pieces_are_from_the_pool(struct kunit *test)
{
	NPAGED_LOOKASIDE_LIST nonpaged;
	PAGED_LOOKASIDE_LIST paged;
	LOOKASIDE_LIST_EX ex;
	void *one, *two;

	memset(&nonpaged, 0xcc, sizeof(nonpaged));
	memset(&paged, 0xcc, sizeof(paged));
	memset(&ex, 0xcc, sizeof(ex));
	ExInitializeNPagedLookasideList(&nonpaged, NULL, NULL, POOL_NX_ALLOCATION, 40, TAG, 0);
	expect_list(test, &nonpaged.L, NonPagedPoolNx, 40);
	one = ExAllocateFromNPagedLookasideList(&nonpaged);
	two = ExAllocateFromNPagedLookasideList(&nonpaged);
	expect_pieces(test, one, two, 40);
	ExFreeToNPagedLookasideList(&nonpaged, one);
	/* What is in use when the list ends stays the driver's. */
	ExDeleteNPagedLookasideList(&nonpaged);
	memset(two, 3, 40);
	ExFreePool(two);

	ExInitializePagedLookasideList(&paged, NULL, NULL, 0, 5000, TAG, 17);
	expect_list(test, &paged.L, PagedPool, 5000);
	one = ExAllocateFromPagedLookasideList(&paged);
	two = ExAllocateFromPagedLookasideList(&paged);
	expect_pieces(test, one, two, 5000);
	ExFreeToPagedLookasideList(&paged, one);
	ExFreeToPagedLookasideList(&paged, two);
	ExDeletePagedLookasideList(&paged);

	KUNIT_EXPECT_EQ(test, ExInitializeLookasideListEx(&ex, NULL, NULL, PagedPool, 0, 8, TAG,
							  0), STATUS_SUCCESS);
	expect_list(test, &ex.L, PagedPool, 8);
	one = ExAllocateFromLookasideListEx(&ex);
	two = ExAllocateFromLookasideListEx(&ex);
	expect_pieces(test, one, two, 8);
	ExFreeToLookasideListEx(&ex, one);
	ExFlushLookasideListEx(&ex);
	ExFreeToLookasideListEx(&ex, two);
	ExDeleteLookasideListEx(&ex);
}

static void routines_of_the_driver_are_asked(struct kunit *test)
{
	NPAGED_LOOKASIDE_LIST nonpaged;
	PAGED_LOOKASIDE_LIST paged;
	struct owner owner = {};

	memset(&asked, 0, sizeof(asked));
	ExInitializeNPagedLookasideList(&nonpaged, give, take, 0, 24, TAG, 0);
	KUNIT_EXPECT_PTR_EQ(test, ExAllocateFromNPagedLookasideList(&nonpaged), (void *)piece);
	KUNIT_EXPECT_EQ(test, asked.type, NonPagedPool);
	KUNIT_EXPECT_EQ(test, asked.size, 24);
	KUNIT_EXPECT_EQ(test, asked.tag, TAG);
	ExFreeToNPagedLookasideList(&nonpaged, piece + 1);
	KUNIT_EXPECT_PTR_EQ(test, asked.freed, (void *)(piece + 1));
	ExDeleteNPagedLookasideList(&nonpaged);

	ExInitializePagedLookasideList(&paged, give, take, POOL_RAISE_IF_ALLOCATION_FAILURE, 32,
				       TAG, 0);
	KUNIT_EXPECT_PTR_EQ(test, ExAllocateFromPagedLookasideList(&paged), (void *)piece);
	KUNIT_EXPECT_EQ(test, asked.type, PagedPool | POOL_RAISE_IF_ALLOCATION_FAILURE);
	ExFreeToPagedLookasideList(&paged, piece);
	ExDeletePagedLookasideList(&paged);

	KUNIT_EXPECT_EQ(test, ExInitializeLookasideListEx(&owner.list, give_ex, take_ex,
							  NonPagedPoolNx, 0, 48, TAG, 0),
			STATUS_SUCCESS);
	KUNIT_EXPECT_PTR_EQ(test, ExAllocateFromLookasideListEx(&owner.list), (void *)piece);
	KUNIT_EXPECT_PTR_EQ(test, asked.list, (void *)&owner.list);
	KUNIT_EXPECT_EQ(test, asked.type, NonPagedPoolNx);
	KUNIT_EXPECT_EQ(test, asked.size, 48);
	ExFreeToLookasideListEx(&owner.list, piece);
	KUNIT_EXPECT_EQ(test, owner.given, 1);
	KUNIT_EXPECT_EQ(test, owner.taken, 1);
	ExDeleteLookasideListEx(&owner.list);
	KUNIT_EXPECT_EQ(test, asked.given, 3);
	KUNIT_EXPECT_EQ(test, asked.taken, 3);
}

static void parameters_are_looked_at(struct kunit *test)
{
	LOOKASIDE_LIST_EX ex;

#define INITIALIZE(type, flags) \
	ExInitializeLookasideListEx(&ex, NULL, NULL, type, flags, 16, TAG, 0)

	KUNIT_EXPECT_EQ(test, INITIALIZE(2, 0), STATUS_INVALID_PARAMETER_4);
	KUNIT_EXPECT_EQ(test, INITIALIZE(0x10000, 0), STATUS_INVALID_PARAMETER_4);
	KUNIT_EXPECT_EQ(test, INITIALIZE(PagedPool, 4), STATUS_INVALID_PARAMETER_5);
	KUNIT_EXPECT_EQ(test, INITIALIZE(PagedPool, 3), STATUS_INVALID_PARAMETER_5);
	KUNIT_EXPECT_EQ(test, INITIALIZE(PagedPool, 1), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, INITIALIZE(NonPagedPoolNxCacheAligned, 2), STATUS_SUCCESS);
#undef INITIALIZE
	KUNIT_EXPECT_EQ(test, ExInitializeLookasideListEx(NULL, NULL, NULL, PagedPool, 0, 16,
							  TAG, 0), STATUS_INVALID_PARAMETER_1);
	wdm_expect_bad_address(test, "ExInitializeLookasideListEx", NULL);
}

static void pieces_have_room_for_a_pointer(struct kunit *test)
{
	NPAGED_LOOKASIDE_LIST list;
	void *one;

	ExInitializeNPagedLookasideList(&list, NULL, NULL, 0, 7, TAG, 0);
	wdm_expect_violation3(test, "ExInitializeNPagedLookasideList", &list, 0xCD, &list, 7, 8);
	expect_list(test, &list.L, NonPagedPool, 8);
	one = ExAllocateFromNPagedLookasideList(&list);
	KUNIT_ASSERT_NOT_NULL(test, one);
	memset(one, 0, 8);
	ExFreeToNPagedLookasideList(&list, one);
	ExDeleteNPagedLookasideList(&list);
}

static void at_dispatch_level_it_does_not_sleep(struct kunit *test)
{
	NPAGED_LOOKASIDE_LIST nonpaged;
	PAGED_LOOKASIDE_LIST paged;
	void *one;
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	ExInitializeNPagedLookasideList(&nonpaged, NULL, NULL, 0, 100, TAG, 0);
	one = ExAllocateFromNPagedLookasideList(&nonpaged);
	KUNIT_EXPECT_NOT_NULL(test, one);
	ExFreeToNPagedLookasideList(&nonpaged, one);
	ExDeleteNPagedLookasideList(&nonpaged);
	wdm_expect_silence(test);

	ExInitializePagedLookasideList(&paged, NULL, NULL, 0, 100, TAG, 0);
	wdm_expect_violation3(test, "ExInitializePagedLookasideList", &paged, 0x1, 2, 1, 100);
	one = ExAllocateFromPagedLookasideList(&paged);
	wdm_expect_violation3(test, "ExAllocateFromPagedLookasideList", &paged, 0x1, 2, 1, 100);
	KUNIT_EXPECT_NOT_NULL(test, one);
	ExFreeToPagedLookasideList(&paged, one);
	wdm_expect_violation3(test, "ExFreeToPagedLookasideList", &paged, 0x1, 2, 1, 100);
	ExDeletePagedLookasideList(&paged);
	KeLowerIrql(old);
}

static void what_is_no_list_is_left_alone(struct kunit *test)
{
	/* The last one is what list_del() leaves. */
	static const unsigned long addresses[] = {
		0, 0x1000, -14, 0xffffffffff000000UL, 0xdead000000000100UL,
	};
	NPAGED_LOOKASIDE_LIST list;
	LOOKASIDE_LIST_EX ex;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(addresses); i++) {
		void *nothing = (void *)addresses[i];

		ExInitializeNPagedLookasideList(nothing, NULL, NULL, 0, 16, TAG, 0);
		wdm_expect_bad_address(test, "ExInitializeNPagedLookasideList", nothing);
		KUNIT_EXPECT_NULL(test, ExAllocateFromNPagedLookasideList(nothing));
		wdm_expect_bad_address(test, "ExAllocateFromNPagedLookasideList", nothing);
		KUNIT_EXPECT_NULL(test, ExAllocateFromPagedLookasideList(nothing));
		wdm_expect_bad_address(test, "ExAllocateFromPagedLookasideList", nothing);
		KUNIT_EXPECT_NULL(test, ExAllocateFromLookasideListEx(nothing));
		wdm_expect_bad_address(test, "ExAllocateFromLookasideListEx", nothing);
		ExFreeToNPagedLookasideList(nothing, NULL);
		wdm_expect_bad_address(test, "ExFreeToNPagedLookasideList", nothing);
		ExFlushLookasideListEx(nothing);
		wdm_expect_bad_address(test, "ExFlushLookasideListEx", nothing);
		ExDeletePagedLookasideList(nothing);
		wdm_expect_bad_address(test, "ExDeletePagedLookasideList", nothing);
	}

	memset(&list, 0, sizeof(list));
	ExDeleteNPagedLookasideList(&list);
	wdm_expect_violation(test, "ExDeleteNPagedLookasideList", &list, 0xCB, &list, 0);
	KUNIT_EXPECT_NULL(test, ExAllocateFromNPagedLookasideList(&list));
	wdm_expect_violation(test, "ExAllocateFromNPagedLookasideList", &list, 0x1002, &list, 0);
	ExInitializeNPagedLookasideList(&list, NULL, NULL, 0, 16, TAG, 0);
	ExDeleteNPagedLookasideList(&list);
	wdm_expect_silence(test);
	ExFreeToNPagedLookasideList(&list, piece);
	wdm_expect_violation(test, "ExFreeToNPagedLookasideList", &list, 0x1002, &list, 0);
	/* One that was copied is another's. */
	ExInitializeLookasideListEx(&ex, NULL, NULL, PagedPool, 0, 16, TAG, 0);
	memcpy(&list, &ex, sizeof(ex));
	ExDeleteNPagedLookasideList(&list);
	wdm_expect_violation(test, "ExDeleteNPagedLookasideList", &list, 0xCB, &list, 0);
}

static struct kunit_case lookaside_cases[] = {
	KUNIT_CASE(pieces_are_from_the_pool),
	KUNIT_CASE(routines_of_the_driver_are_asked),
	KUNIT_CASE(parameters_are_looked_at),
	KUNIT_CASE(pieces_have_room_for_a_pointer),
	KUNIT_CASE(at_dispatch_level_it_does_not_sleep),
	KUNIT_CASE(what_is_no_list_is_left_alone),
	{}
};

static struct kunit_suite lookaside_suite = {
	.name = "eresource_wdm_lookaside",
	.init = wdm_reports_init,
	.test_cases = lookaside_cases,
};

kunit_test_suite(lookaside_suite);
