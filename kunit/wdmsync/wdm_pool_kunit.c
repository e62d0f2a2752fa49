// SPDX-License-Identifier: GPL-2.0-only
/* The pool: what one gets, what is said about wrong calls, and what comes of them. */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#define ERESOURCE_WDK
#include <ntifs.h>

#include "softirq.h"
#include "wdm_reports.h"

#define TAG	0x74736574
/* Nobody has that much. */
#define TOO_MUCH ((SIZE_T)1 << 62)

static void expect_exception(struct kunit *test, const char *routine, NTSTATUS status)
{
	KUNIT_EXPECT_EQ(test, wdm_reports_param(0), (u32)status);
	KUNIT_EXPECT_NE(test, wdm_reports_param(1), 0);
	wdm_expect_by(test, routine, NULL, 0x1E);
}

static PVOID pool2_zero(POOL_TYPE type, SIZE_T size, ULONG tag)
{
	return ExAllocatePool2(POOL_FLAG_NON_PAGED, size, tag);
}

static PVOID (* const zero_forms[])(POOL_TYPE type, SIZE_T size, ULONG tag) = {
	ExAllocatePoolZero, ExAllocatePoolQuotaZero, pool2_zero,
};

static void zero_forms_clear_what_was_there(struct kunit *test)
{
	const SIZE_T sizes[] = { 24, PAGE_SIZE, 4 * PAGE_SIZE, KMALLOC_MAX_SIZE + PAGE_SIZE };
	size_t i, s;
	u8 *piece;

	for (i = 0; i < ARRAY_SIZE(zero_forms); i++) {
		for (s = 0; s < ARRAY_SIZE(sizes); s++) {
			piece = ExAllocatePoolWithTag(NonPagedPoolNx, sizes[s], TAG);
			KUNIT_ASSERT_NOT_NULL(test, piece);
			memset(piece, 0xaa, sizes[s]);
			ExFreePoolWithTag(piece, TAG);
			piece = zero_forms[i](NonPagedPoolNx, sizes[s], TAG);
			KUNIT_ASSERT_NOT_NULL(test, piece);
			KUNIT_EXPECT_NULL(test, memchr_inv(piece, 0, sizes[s]));
			ExFreePoolWithTag(piece, TAG);
		}
	}
	wdm_expect_silence(test);
}

static void flags_are_known_or_do_not_matter(struct kunit *test)
{
	static const POOL_FLAGS flags[] = {
		POOL_FLAG_UNINITIALIZED, POOL_FLAG_UNINITIALIZED | POOL_FLAG_CACHE_ALIGNED,
		POOL_FLAG_SESSION, POOL_FLAG_SPECIAL_POOL, 1ULL << 40, ~0ULL << 32,
	};
	size_t i;
	void *piece;

	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		piece = ExAllocatePool2(POOL_FLAG_NON_PAGED | flags[i], 100, TAG);
		KUNIT_EXPECT_NOT_NULL(test, piece);
		if (!piece)
			continue;
		KUNIT_EXPECT_TRUE(test, IS_ALIGNED((unsigned long)piece, 16));
		ExFreePool(memset(piece, 0xaa, 100));
	}
	wdm_expect_silence(test);
}

/* What is not contiguous is unmapped, which sleeps: later, therefore. */
static void large_pieces_are_freed_at_dispatch_level(struct kunit *test)
{
	SIZE_T size = KMALLOC_MAX_SIZE + PAGE_SIZE;
	u8 *piece = ExAllocatePoolWithTag(NonPagedPoolNx, size, TAG);
	KIRQL old;

	KUNIT_ASSERT_NOT_NULL(test, piece);
	KUNIT_EXPECT_TRUE(test, is_vmalloc_addr(piece));
	KUNIT_EXPECT_TRUE(test, PAGE_ALIGNED(piece));
	piece[size - 1] = 1;
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	ExFreePoolWithTag(piece, TAG);
	KeLowerIrql(old);
	wdm_expect_silence(test);
}

static void no_bytes_are_not_to_be_had(struct kunit *test)
{
	KIRQL old;

	KUNIT_EXPECT_NULL(test, ExAllocatePoolWithTag(NonPagedPoolNx, 0, TAG));
	wdm_expect_violation3(test, "ExAllocatePoolWithTag", NULL, 0, 0, NonPagedPoolNx, 0);
	KUNIT_EXPECT_NULL(test, ExAllocatePoolZero(PagedPool, 0, TAG));
	wdm_expect_violation3(test, "ExAllocatePoolZero", NULL, 0, 0, PagedPool, 0);
	KUNIT_EXPECT_NULL(test, FsRtlAllocatePoolWithTag(PagedPool, 0, TAG));
	wdm_expect_violation3(test, "FsRtlAllocatePoolWithTag", NULL, 0, 0, PagedPool, 0);
	KUNIT_EXPECT_NULL(test, ExAllocatePool2(POOL_FLAG_NON_PAGED, 0, TAG));
	wdm_expect_violation3(test, "ExAllocatePool2", NULL, 0, 0, POOL_FLAG_NON_PAGED, 0);

	/* Of what is wrong in two ways, once. */
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	KUNIT_EXPECT_NULL(test, ExAllocatePoolWithTag(PagedPool | POOL_RAISE_IF_ALLOCATION_FAILURE,
						      0, TAG));
	wdm_expect_violation3(test, "ExAllocatePoolWithTag", NULL, 0, 2,
			      PagedPool | POOL_RAISE_IF_ALLOCATION_FAILURE, 0);
	KeLowerIrql(old);
}

static void paged_pool_is_there_at_any_level(struct kunit *test)
{
	void *piece[4];
	KIRQL old;
	int i;

	KeRaiseIrql(APC_LEVEL, &old);
	piece[0] = ExAllocatePoolWithTag(PagedPool, 40, TAG);
	KUNIT_EXPECT_NOT_NULL(test, piece[0]);
	ExFreePoolWithTag(piece[0], TAG);
	wdm_expect_silence(test);
	KeLowerIrql(old);

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	piece[0] = ExAllocatePoolWithTag(PagedPool, 40, TAG);
	wdm_expect_violation3(test, "ExAllocatePoolWithTag", piece[0], 0x1, 2, PagedPool, 40);
	piece[1] = ExAllocatePoolZero(PagedPoolCacheAligned, 5000, TAG);
	wdm_expect_violation3(test, "ExAllocatePoolZero", piece[1], 0x1, 2, PagedPoolCacheAligned,
			      5000);
	piece[2] = ExAllocatePool2(POOL_FLAG_PAGED, 41, TAG);
	wdm_expect_violation3(test, "ExAllocatePool2", piece[2], 0x1, 2, POOL_FLAG_PAGED, 41);
	piece[3] = FsRtlAllocatePoolWithTag(PagedPool, 42, TAG);
	wdm_expect_violation3(test, "FsRtlAllocatePoolWithTag", piece[3], 0x1, 2, PagedPool, 42);
	for (i = 0; i < ARRAY_SIZE(piece); i++) {
		KUNIT_EXPECT_NOT_NULL(test, piece[i]);
		if (piece[i])
			ExFreePoolWithTag(piece[i], TAG);
	}
	KeLowerIrql(old);
}

static void nonpaged_pool_is_there_at_dispatch_level(struct kunit *test)
{
	void *piece[3];
	KIRQL old;
	int i;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	piece[0] = ExAllocatePoolWithTag(NonPagedPoolNxCacheAligned, 40, TAG);
	piece[1] = ExAllocatePool2(POOL_FLAG_NON_PAGED, 40, TAG);
	piece[2] = FsRtlAllocatePoolWithTag(NonPagedPool, 40, TAG);
	wdm_expect_silence(test);
	for (i = 0; i < ARRAY_SIZE(piece); i++) {
		KUNIT_EXPECT_NOT_NULL(test, piece[i]);
		if (piece[i])
			ExFreePool(piece[i]);
	}
	KeLowerIrql(old);
}

struct in_interrupt {
	POOL_TYPE type;
	void *piece;
};

static void use_in_interrupt(void *arg)
{
	struct in_interrupt *in = arg;

	in->piece = ExAllocatePoolWithTag(in->type, 40, TAG);
	if (in->piece)
		ExFreePool(in->piece);
}

static void hard_interrupts_are_too_high_for_any(struct kunit *test)
{
	struct in_interrupt in = { .type = NonPagedPoolNx };

	KUNIT_EXPECT_TRUE(test, eres_run_in_hardirq(ERES_THIS_CPU, use_in_interrupt, &in));
	wdm_expect_violation3(test, "ExAllocatePoolWithTag", in.piece, 0x2, 3, NonPagedPoolNx, 40);
	/* Which allocates nothing there: its locks sleep. */
	KUNIT_EXPECT_EQ(test, !in.piece, IS_ENABLED(CONFIG_PREEMPT_RT));

	in.type = PagedPool;
	in.piece = NULL;
	KUNIT_EXPECT_TRUE(test, eres_run_in_hardirq(ERES_THIS_CPU, use_in_interrupt, &in));
	wdm_expect_violation3(test, "ExAllocatePoolWithTag", in.piece, 0x1, 3, PagedPool, 40);

	/* A softirq is DISPATCH_LEVEL. */
	in.type = NonPagedPool;
	KUNIT_EXPECT_TRUE(test, eres_run_in_softirq(ERES_THIS_CPU, use_in_interrupt, &in));
	wdm_expect_silence(test);
	KUNIT_EXPECT_NOT_NULL(test, in.piece);
}

static void exceptions_are_null_and_reported(struct kunit *test)
{
	KUNIT_EXPECT_NULL(test, ExAllocatePoolWithTag(NonPagedPoolNx, TOO_MUCH, TAG));
	KUNIT_EXPECT_NULL(test, ExAllocatePool2(POOL_FLAG_NON_PAGED, TOO_MUCH, TAG));
	KUNIT_EXPECT_NULL(test, ExAllocatePool2(POOL_FLAG_NON_PAGED, 8, 0));
	KUNIT_EXPECT_NULL(test, ExAllocatePool2(POOL_FLAG_NON_PAGED | 0x10000, 8, TAG));
	wdm_expect_silence(test);

	KUNIT_EXPECT_NULL(test, ExAllocatePoolWithTag(PagedPool | POOL_RAISE_IF_ALLOCATION_FAILURE,
						      TOO_MUCH, TAG));
	expect_exception(test, "ExAllocatePoolWithTag", STATUS_INSUFFICIENT_RESOURCES);
	KUNIT_EXPECT_NULL(test, ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_RAISE_ON_FAILURE,
						TOO_MUCH, TAG));
	expect_exception(test, "ExAllocatePool2", STATUS_INSUFFICIENT_RESOURCES);
	KUNIT_EXPECT_NULL(test, ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_RAISE_ON_FAILURE,
						8, 0));
	expect_exception(test, "ExAllocatePool2", STATUS_INVALID_PARAMETER);
}

static PVOID quota_macro(POOL_TYPE type, SIZE_T size, ULONG tag)
{
	return ExAllocatePoolQuotaUninitialized(type, size, tag);
}

static PVOID quota_without_tag(POOL_TYPE type, SIZE_T size, ULONG tag)
{
	return ExAllocatePoolWithQuota(type, size);
}

static const struct quota_form {
	const char *routine;
	PVOID (*allocate)(POOL_TYPE type, SIZE_T size, ULONG tag);
} quota_forms[] = {
	{ "ExAllocatePoolWithQuotaTag", ExAllocatePoolWithQuotaTag },
	{ "ExAllocatePoolWithQuotaTag", quota_macro },
	{ "ExAllocatePoolWithQuota", quota_without_tag },
	{ "ExAllocatePoolQuotaZero", ExAllocatePoolQuotaZero },
};

struct in_dpc {
	const struct quota_form *form;
	void *piece;
};

static void allocate_in_dpc(void *arg)
{
	struct in_dpc *in = arg;

	in->piece = in->form->allocate(NonPagedPoolNx, 40, TAG);
	if (in->piece)
		ExFreePool(in->piece);
}

static void quota_is_not_charged(struct kunit *test)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(quota_forms); i++) {
		const struct quota_form *form = &quota_forms[i];
		struct in_dpc in = { .form = form };
		POOL_TYPE fails = PagedPool | POOL_QUOTA_FAIL_INSTEAD_OF_RAISE;
		u8 *piece = form->allocate(PagedPool, 100, TAG);

		KUNIT_ASSERT_NOT_NULL(test, piece);
		KUNIT_EXPECT_TRUE(test, IS_ALIGNED((unsigned long)piece, 16));
		memset(piece, 0xaa, 100);
		ExFreePoolWithTag(piece, TAG);
		KUNIT_EXPECT_NULL(test, form->allocate(fails, TOO_MUCH, TAG));
		wdm_expect_silence(test);

		KUNIT_EXPECT_NULL(test, form->allocate(PagedPool, TOO_MUCH, TAG));
		expect_exception(test, form->routine, STATUS_INSUFFICIENT_RESOURCES);
		KUNIT_EXPECT_NULL(test, form->allocate(PagedPool, 0, TAG));
		wdm_expect_violation3(test, form->routine, NULL, 0, 0, PagedPool, 0);

		KUNIT_EXPECT_TRUE(test, eres_run_in_softirq(ERES_THIS_CPU, allocate_in_dpc, &in));
		KUNIT_EXPECT_NOT_NULL(test, in.piece);
		wdm_expect_violation3(test, form->routine, in.piece, 0x10B, 2, NonPagedPoolNx, 40);
	}
}

/* By what GFP_ATOMIC takes on PREEMPT_RT, nothing could be had there. */
static void unpreemptible_is_served_if_it_can_be(struct kunit *test)
{
	void *piece;

	preempt_disable();
	piece = ExAllocatePoolWithTag(NonPagedPoolNx, 100, TAG);
	preempt_enable();
	KUNIT_EXPECT_EQ(test, !piece, IS_ENABLED(CONFIG_PREEMPT_RT));
	wdm_expect_silence(test);
	if (piece)
		ExFreePool(piece);
}

static void file_systems_get_it_with_quota(struct kunit *test)
{
	void *piece = FsRtlAllocatePoolWithQuotaTag(PagedPool, 5000, TAG);

	KUNIT_ASSERT_NOT_NULL(test, piece);
	memset(piece, 0xaa, 5000);
	ExFreePool(piece);
	wdm_expect_silence(test);
	KUNIT_EXPECT_NULL(test, FsRtlAllocatePoolWithQuotaTag(PagedPool, 0, TAG));
	wdm_expect_violation3(test, "FsRtlAllocatePoolWithQuotaTag", NULL, 0, 0, PagedPool, 0);
}

static void priority_is_of_no_significance(struct kunit *test)
{
	void *piece[3] = {
		ExAllocatePoolWithTagPriority(NonPagedPoolNx, 100, TAG, LowPoolPriority),
		ExAllocatePoolPriorityUninitialized(NonPagedPoolNx, 100, TAG, HighPoolPriority),
		ExAllocatePool(NonPagedPoolNx, 100),
	};
	SIZE_T size = 4 * PAGE_SIZE;
	void *zero, *dirty;
	int i;

	/* Of pages that were just freed the next who asks gets some. */
	dirty = ExAllocatePool(PagedPool, size);
	KUNIT_ASSERT_NOT_NULL(test, dirty);
	ExFreePool(memset(dirty, 0xaa, size));
	zero = ExAllocatePoolPriorityZero(PagedPool, size, TAG, NormalPoolPriority);
	KUNIT_ASSERT_NOT_NULL(test, zero);
	KUNIT_EXPECT_NULL(test, memchr_inv(zero, 0, size));
	ExFreePool(zero);
	for (i = 0; i < ARRAY_SIZE(piece); i++) {
		KUNIT_EXPECT_NOT_NULL(test, piece[i]);
		if (piece[i])
			ExFreePool(memset(piece[i], 0xaa, 100));
	}
	wdm_expect_silence(test);

	KUNIT_EXPECT_NULL(test, ExAllocatePoolWithTagPriority(PagedPool |
							      POOL_RAISE_IF_ALLOCATION_FAILURE,
							      TOO_MUCH, TAG, HighPoolPriority));
	expect_exception(test, "ExAllocatePoolWithTagPriority", STATUS_INSUFFICIENT_RESOURCES);
	KUNIT_EXPECT_NULL(test, ExAllocatePool(PagedPool, 0));
	wdm_expect_violation3(test, "ExAllocatePool", NULL, 0, 0, PagedPool, 0);
}

static void null_is_not_freed(struct kunit *test)
{
	ExFreePool(NULL);
	wdm_expect_report(test, "ExFreePool", NULL, 0xC2, 0x46, 0, 0);
	ExFreePoolWithTag(NULL, TAG);
	wdm_expect_report(test, "ExFreePoolWithTag", NULL, 0xC2, 0x46, 0, 0);
}

/* The routine that is named is the one that the driver has called. */
static void lists_complain_in_their_own_name(struct kunit *test)
{
	NPAGED_LOOKASIDE_LIST nonpaged;
	LOOKASIDE_LIST_EX ex;
	void *piece;
	KIRQL old;

	ExInitializeNPagedLookasideList(&nonpaged, NULL, NULL, POOL_RAISE_IF_ALLOCATION_FAILURE,
					0xfffffff0, TAG, 0);
	KUNIT_EXPECT_NULL(test, ExAllocateFromNPagedLookasideList(&nonpaged));
	expect_exception(test, "ExAllocateFromNPagedLookasideList", STATUS_INSUFFICIENT_RESOURCES);
	ExDeleteNPagedLookasideList(&nonpaged);

	ExInitializeLookasideListEx(&ex, NULL, NULL, PagedPool, 0, 48, TAG, 0);
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	piece = ExAllocateFromLookasideListEx(&ex);
	KUNIT_EXPECT_NOT_NULL(test, piece);
	wdm_expect_violation3(test, "ExAllocateFromLookasideListEx", &ex, 0x1, 2, PagedPool, 48);
	ExFreeToLookasideListEx(&ex, piece);
	KeLowerIrql(old);
	ExDeleteLookasideListEx(&ex);
}

static struct kunit_case pool_cases[] = {
	KUNIT_CASE(zero_forms_clear_what_was_there),
	KUNIT_CASE(flags_are_known_or_do_not_matter),
	KUNIT_CASE(large_pieces_are_freed_at_dispatch_level),
	KUNIT_CASE(no_bytes_are_not_to_be_had),
	KUNIT_CASE(paged_pool_is_there_at_any_level),
	KUNIT_CASE(nonpaged_pool_is_there_at_dispatch_level),
	KUNIT_CASE(hard_interrupts_are_too_high_for_any),
	KUNIT_CASE(unpreemptible_is_served_if_it_can_be),
	KUNIT_CASE(exceptions_are_null_and_reported),
	KUNIT_CASE(quota_is_not_charged),
	KUNIT_CASE(file_systems_get_it_with_quota),
	KUNIT_CASE(priority_is_of_no_significance),
	KUNIT_CASE(null_is_not_freed),
	KUNIT_CASE(lists_complain_in_their_own_name),
	{}
};

static struct kunit_suite pool_suite = {
	.name = "eresource_wdm_pool",
	.init = wdm_reports_init,
	.test_cases = pool_cases,
};

kunit_test_suite(pool_suite);
