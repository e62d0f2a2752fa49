// SPDX-License-Identifier: GPL-2.0-only
/* Sequenced lists, and the lists and sums under a spin lock of their own. */
#include <kunit/test.h>
#include <linux/irqflags.h>
#include <linux/slab.h>

#define ERESOURCE_WDK
#include <ntifs.h>

#include "softirq.h"
#include "wdm_cpu.h"
#include "wdm_reports.h"

#define ENTRIES	64
#define ROUNDS	20000

struct piece {
	SLIST_ENTRY link;
	unsigned int owner;
};

static void values_are_those_of_windows(struct kunit *test)
{
	SLIST_HEADER head;
	SLIST_ENTRY e[5];

	memset(&head, 0xcc, sizeof(head));
	ExInitializeSListHead(&head);
	KUNIT_EXPECT_EQ(test, ExQueryDepthSList(&head), 0);
	KUNIT_EXPECT_NULL(test, InterlockedPopEntrySList(&head));
	KUNIT_EXPECT_NULL(test, InterlockedFlushSList(&head));

	/* What was the first before. */
	KUNIT_EXPECT_NULL(test, InterlockedPushEntrySList(&head, &e[0]));
	KUNIT_EXPECT_PTR_EQ(test, ExInterlockedPushEntrySList(&head, &e[1], NULL), &e[0]);
	KUNIT_EXPECT_EQ(test, ExQueryDepthSList(&head), 2);
	KUNIT_EXPECT_EQ(test, QueryDepthSList(&head), 2);

	/* Last in, first out; the link of what is out is left as it was. */
	KUNIT_EXPECT_PTR_EQ(test, ExInterlockedPopEntrySList(&head, NULL), &e[1]);
	KUNIT_EXPECT_PTR_EQ(test, e[1].Next, &e[0]);
	KUNIT_EXPECT_PTR_EQ(test, InterlockedPopEntrySList(&head), &e[0]);
	KUNIT_EXPECT_NULL(test, InterlockedPopEntrySList(&head));
	KUNIT_EXPECT_EQ(test, ExQueryDepthSList(&head), 0);

	/* A chain at once, and all at once. */
	InterlockedPushEntrySList(&head, &e[4]);
	e[1].Next = &e[2];
	e[2].Next = &e[3];
	KUNIT_EXPECT_PTR_EQ(test, InterlockedPushListSList(&head, &e[1], &e[3], 3), &e[4]);
	KUNIT_EXPECT_EQ(test, ExQueryDepthSList(&head), 4);
	KUNIT_EXPECT_PTR_EQ(test, InterlockedPopEntrySList(&head), &e[1]);
	KUNIT_EXPECT_PTR_EQ(test, ExInterlockedFlushSList(&head), &e[2]);
	KUNIT_EXPECT_PTR_EQ(test, e[2].Next, &e[3]);
	KUNIT_EXPECT_PTR_EQ(test, e[3].Next, &e[4]);
	KUNIT_EXPECT_NULL(test, e[4].Next);
	KUNIT_EXPECT_EQ(test, ExQueryDepthSList(&head), 0);
	KUNIT_EXPECT_NULL(test, InterlockedPopEntrySList(&head));
}

static void depth_is_modulo_65536(struct kunit *test)
{
	SLIST_HEADER head = {};
	SLIST_ENTRY e[2];

	InterlockedPushListSList(&head, &e[0], &e[0], 65535);
	KUNIT_EXPECT_EQ(test, ExQueryDepthSList(&head), 65535);
	InterlockedPushEntrySList(&head, &e[1]);
	KUNIT_EXPECT_EQ(test, ExQueryDepthSList(&head), 0);
	KUNIT_EXPECT_PTR_EQ(test, InterlockedPopEntrySList(&head), &e[1]);
	KUNIT_EXPECT_EQ(test, ExQueryDepthSList(&head), 65535);
}

struct crowd {
	SLIST_HEADER head;
	unsigned int twice;
};

/* Nobody has what another has. Each frees its own now and then, and brings a new one. */
static unsigned long pop_and_push(void *arg)
{
	struct crowd *crowd = arg;
	unsigned long got = 0;
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		struct piece *piece = (void *)InterlockedPopEntrySList(&crowd->head);

		if (!piece)
			continue;
		if (xchg(&piece->owner, 1))
			WRITE_ONCE(crowd->twice, 1);
		got++;
		if (i % 8 == 0) {
			kfree(piece);
			piece = kzalloc(sizeof(*piece), GFP_KERNEL | __GFP_NOFAIL);
		} else if (!xchg(&piece->owner, 0)) {
			WRITE_ONCE(crowd->twice, 1);
		}
		InterlockedPushEntrySList(&crowd->head, &piece->link);
	}
	return got;
}

static unsigned int take_all(struct crowd *crowd)
{
	PSLIST_ENTRY next, entry = InterlockedFlushSList(&crowd->head);
	unsigned int n = 0;

	for (; entry; entry = next, n++) {
		next = entry->Next;
		kfree(entry);
	}
	return n;
}

static void many_push_and_pop_at_once(struct kunit *test)
{
	struct crowd crowd = {};
	struct eres_actor *other;
	unsigned int i;

	wdm_cpus(test, 2);
	other = wdm_cpu_actor(test, "other", 1);
	for (i = 0; i < ENTRIES; i++) {
		struct piece *piece = kzalloc(sizeof(*piece), GFP_KERNEL);

		KUNIT_ASSERT_NOT_NULL(test, piece);
		InterlockedPushEntrySList(&crowd.head, &piece->link);
	}
	eres_actor_begin(other, pop_and_push, &crowd);
	KUNIT_EXPECT_GT(test, pop_and_push(&crowd), 0);
	KUNIT_EXPECT_GT(test, eres_actor_finish(other), 0);
	KUNIT_EXPECT_EQ(test, crowd.twice, 0);
	KUNIT_EXPECT_EQ(test, ExQueryDepthSList(&crowd.head), ENTRIES);
	KUNIT_EXPECT_EQ(test, take_all(&crowd), ENTRIES);
}

/* Freed memory, say: reported, and empty from then on. */
static void what_was_not_initialised_is_empty(struct kunit *test)
{
	SLIST_HEADER head;
	SLIST_ENTRY entry;

	memset(&head, 0x6b, sizeof(head));
	KUNIT_EXPECT_NULL(test, InterlockedPopEntrySList(&head));
	wdm_expect_violation(test, "InterlockedPopEntrySList", &head, 0x1002, &head, 0);
	KUNIT_EXPECT_NULL(test, InterlockedPushEntrySList(&head, &entry));
	KUNIT_EXPECT_EQ(test, ExQueryDepthSList(&head), 1);
	KUNIT_EXPECT_PTR_EQ(test, InterlockedFlushSList(&head), &entry);
	wdm_expect_silence(test);
}

struct interrupted {
	SLIST_HEADER head;
	SLIST_ENTRY entry;
	LIST_ENTRY list;
	LIST_ENTRY link;
	KSPIN_LOCK lock;
	ULONG number;
	unsigned int wrong;
};

static void use_in_interrupt(void *arg)
{
	struct interrupted *in = arg;

	in->wrong += !!InterlockedPushEntrySList(&in->head, &in->entry);
	in->wrong += !!ExInterlockedInsertTailList(&in->list, &in->link, &in->lock);
	in->wrong += ExInterlockedAddUlong(&in->number, 5, &in->lock) != 7;
	in->wrong += !irqs_disabled();
}

/* The interrupt is over before anybody has the lock: nothing is reported. */
static void all_of_it_works_in_hard_interrupts(struct kunit *test)
{
	struct interrupted in = { .number = 7 };

	InitializeListHead(&in.list);
	KUNIT_EXPECT_TRUE(test, eres_run_in_hardirq(ERES_THIS_CPU, use_in_interrupt, &in));
	KUNIT_EXPECT_EQ(test, in.wrong, 0);
	KUNIT_EXPECT_PTR_EQ(test, InterlockedPopEntrySList(&in.head), &in.entry);
	KUNIT_EXPECT_PTR_EQ(test, ExInterlockedRemoveHeadList(&in.list, &in.lock), &in.link);
	KUNIT_EXPECT_EQ(test, in.number, 12);
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
	wdm_expect_silence(test);
}

static void lists_under_a_lock(struct kunit *test)
{
	LIST_ENTRY head, e[3];
	SINGLE_LIST_ENTRY single = {}, s[2];
	KSPIN_LOCK lock = 0;

	InitializeListHead(&head);
	KUNIT_EXPECT_NULL(test, ExInterlockedRemoveHeadList(&head, &lock));
	KUNIT_EXPECT_TRUE(test, IsListEmpty(&head));
	KUNIT_EXPECT_NULL(test, ExInterlockedInsertTailList(&head, &e[1], &lock));
	KUNIT_EXPECT_PTR_EQ(test, ExInterlockedInsertTailList(&head, &e[2], &lock), &e[1]);
	KUNIT_EXPECT_PTR_EQ(test, ExInterlockedInsertHeadList(&head, &e[0], &lock), &e[1]);
	KUNIT_EXPECT_PTR_EQ(test, head.Blink, &e[2]);
	KUNIT_EXPECT_PTR_EQ(test, ExInterlockedRemoveHeadList(&head, &lock), &e[0]);
	KUNIT_EXPECT_PTR_EQ(test, ExInterlockedRemoveHeadList(&head, &lock), &e[1]);
	KUNIT_EXPECT_PTR_EQ(test, ExInterlockedRemoveHeadList(&head, &lock), &e[2]);
	KUNIT_EXPECT_NULL(test, ExInterlockedRemoveHeadList(&head, &lock));
	KUNIT_EXPECT_NULL(test, ExInterlockedInsertHeadList(&head, &e[0], &lock));

	KUNIT_EXPECT_NULL(test, ExInterlockedPopEntryList(&single, &lock));
	KUNIT_EXPECT_NULL(test, ExInterlockedPushEntryList(&single, &s[0], &lock));
	KUNIT_EXPECT_PTR_EQ(test, ExInterlockedPushEntryList(&single, &s[1], &lock), &s[0]);
	KUNIT_EXPECT_PTR_EQ(test, ExInterlockedPopEntryList(&single, &lock), &s[1]);
	KUNIT_EXPECT_PTR_EQ(test, ExInterlockedPopEntryList(&single, &lock), &s[0]);
	KUNIT_EXPECT_NULL(test, ExInterlockedPopEntryList(&single, &lock));
	KUNIT_EXPECT_TRUE(test, KeTestSpinLock(&lock));
	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), PASSIVE_LEVEL);
}

static void sums_give_the_old_value(struct kunit *test)
{
	LARGE_INTEGER large = { .QuadPart = 5 }, more = { .QuadPart = -7 };
	LONGLONG value = 5, with = 9, wanted = 5;
	ULONG number = 0xffffffff;
	KSPIN_LOCK lock = 0;
	LONG small = 0;

	KUNIT_EXPECT_EQ(test, ExInterlockedAddUlong(&number, 3, &lock), 0xffffffff);
	KUNIT_EXPECT_EQ(test, number, 2);
	KUNIT_EXPECT_EQ(test, ExInterlockedAddLargeInteger(&large, more, &lock).QuadPart, 5);
	KUNIT_EXPECT_EQ(test, large.QuadPart, -2);
	ExInterlockedAddLargeStatistic(&large, 0xffffffff);
	KUNIT_EXPECT_EQ(test, large.QuadPart, 0xfffffffdLL);
	KUNIT_EXPECT_EQ(test, ExInterlockedCompareExchange64(&value, &with, &wanted, &lock), 5);
	KUNIT_EXPECT_EQ(test, value, 9);
	KUNIT_EXPECT_EQ(test, ExInterlockedCompareExchange64(&value, &wanted, &wanted, &lock), 9);
	KUNIT_EXPECT_EQ(test, value, 9);
	KUNIT_EXPECT_EQ(test, ExInterlockedExchangeUlong(&number, 8, &lock), 2);
	KUNIT_EXPECT_GT(test, ExInterlockedIncrementLong(&small, &lock), 0);
	KUNIT_EXPECT_EQ(test, ExInterlockedDecrementLong(&small, &lock), 0);
	KUNIT_EXPECT_LT(test, ExInterlockedDecrementLong(&small, &lock), 0);
}

struct sum {
	KSPIN_LOCK lock;
	ULONG number;
	LIST_ENTRY list;
};

static unsigned long add_often(void *arg)
{
	struct sum *sum = arg;
	PLIST_ENTRY entry;
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		ExInterlockedAddUlong(&sum->number, 1, &sum->lock);
		entry = ExInterlockedRemoveHeadList(&sum->list, &sum->lock);
		if (entry)
			ExInterlockedInsertTailList(&sum->list, entry, &sum->lock);
	}
	return 0;
}

static void nothing_is_lost_between_processors(struct kunit *test)
{
	struct sum sum = {};
	struct eres_actor *other;
	LIST_ENTRY e[3];
	unsigned int i;

	wdm_cpus(test, 2);
	other = wdm_cpu_actor(test, "other", 1);
	InitializeListHead(&sum.list);
	for (i = 0; i < ARRAY_SIZE(e); i++)
		ExInterlockedInsertTailList(&sum.list, &e[i], &sum.lock);
	eres_actor_begin(other, add_often, &sum);
	add_often(&sum);
	eres_actor_finish(other);
	KUNIT_EXPECT_EQ(test, sum.number, 2 * ROUNDS);
	for (i = 0; i < ARRAY_SIZE(e); i++)
		KUNIT_EXPECT_NOT_NULL(test, ExInterlockedRemoveHeadList(&sum.list, &sum.lock));
	KUNIT_EXPECT_NULL(test, ExInterlockedRemoveHeadList(&sum.list, &sum.lock));
}

static void what_is_no_list_is_left_alone(struct kunit *test)
{
	/* The last one is what list_del() leaves. */
	static const unsigned long addresses[] = {
		0, 0x1000, -14, 0xffffffffff000000UL, 0xdead000000000100UL,
	};
	SLIST_HEADER head = {};
	SLIST_ENTRY entry;
	LIST_ENTRY list;
	KSPIN_LOCK lock = 0;
	ULONG number = 1;
	size_t i;

	InitializeListHead(&list);
	for (i = 0; i < ARRAY_SIZE(addresses); i++) {
		void *nothing = (void *)addresses[i];

		InitializeSListHead(nothing);
		wdm_expect_bad_address(test, "InitializeSListHead", nothing);
		KUNIT_EXPECT_NULL(test, InterlockedPushEntrySList(nothing, &entry));
		wdm_expect_bad_address(test, "InterlockedPushEntrySList", nothing);
		KUNIT_EXPECT_NULL(test, InterlockedPushEntrySList(&head, nothing));
		wdm_expect_bad_address(test, "InterlockedPushEntrySList", nothing);
		KUNIT_EXPECT_NULL(test, InterlockedPopEntrySList(nothing));
		wdm_expect_bad_address(test, "InterlockedPopEntrySList", nothing);
		KUNIT_EXPECT_NULL(test, InterlockedFlushSList(nothing));
		wdm_expect_bad_address(test, "InterlockedFlushSList", nothing);
		KUNIT_EXPECT_EQ(test, ExQueryDepthSList(nothing), 0);
		wdm_expect_bad_address(test, "ExQueryDepthSList", nothing);
		KUNIT_EXPECT_NULL(test, ExInterlockedRemoveHeadList(nothing, &lock));
		wdm_expect_bad_address(test, "ExInterlockedRemoveHeadList", nothing);
		KUNIT_EXPECT_NULL(test, ExInterlockedRemoveHeadList(&list, nothing));
		wdm_expect_bad_address(test, "ExInterlockedRemoveHeadList", nothing);
		KUNIT_EXPECT_EQ(test, ExInterlockedAddUlong(&number, 1, nothing), 0);
		wdm_expect_bad_address(test, "ExInterlockedAddUlong", nothing);
	}
	KUNIT_EXPECT_EQ(test, number, 1);
	KUNIT_EXPECT_EQ(test, ExQueryDepthSList(&head), 0);
	/* Windows needs the alignment. */
	InitializeSListHead((void *)&head + 8);
	wdm_expect_bad_address(test, "InitializeSListHead", (void *)&head + 8);
}

static struct kunit_case slist_cases[] = {
	KUNIT_CASE(values_are_those_of_windows),
	KUNIT_CASE(depth_is_modulo_65536),
	KUNIT_CASE(many_push_and_pop_at_once),
	KUNIT_CASE(what_was_not_initialised_is_empty),
	KUNIT_CASE(all_of_it_works_in_hard_interrupts),
	KUNIT_CASE(lists_under_a_lock),
	KUNIT_CASE(sums_give_the_old_value),
	KUNIT_CASE(nothing_is_lost_between_processors),
	KUNIT_CASE(what_is_no_list_is_left_alone),
	{}
};

static struct kunit_suite slist_suite = {
	.name = "eresource_wdm_slist",
	.init = wdm_reports_init,
	.test_cases = slist_cases,
};

kunit_test_suite(slist_suite);
