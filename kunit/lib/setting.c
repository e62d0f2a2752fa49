// SPDX-License-Identifier: GPL-2.0-only
/* Where a case takes place: holds, records, and readers that are not counted. */
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <lock/owner_word.h>
#include <thread/table.h>

#include "setting.h"

enum eres_place {
	ERES_ANYWHERE,
	ERES_DISPLACED,
	ERES_HEAP,
	ERES_CROWD,	/* who only takes other threads' places */
	ERES_PLACES
};

/**
 * struct eres_setting - where the cases of a suite take place
 * @name: how the suite's name ends
 * @holds: so many that a thread has of other resources before
 * @place: of the actors' records
 * @biased: the resource's readers are not counted when the case begins
 */
struct eres_setting {
	const char *name;
	unsigned int holds;
	enum eres_place place;
	bool biased;
};

/* The first whose name fits. */
static const struct eres_setting eres_settings[] = {
	{ "_9_holds_displaced", .holds = 8, .place = ERES_DISPLACED },
	{ "_70_holds_heap", .holds = 69, .place = ERES_HEAP },
	{ "_biased_displaced", .holds = 7, .place = ERES_DISPLACED, .biased = true },
	{ "_biased_heap", .place = ERES_HEAP, .biased = true },
	{ "" },
};

#define PLAIN (&eres_settings[ARRAY_SIZE(eres_settings) - 1])

#define BALLAST 69

/* Suites run one after the other, and so do the steps that write here. */
static struct {
	/* The suite's; of suites that are not of rules, the plain one. */
	const struct eres_setting *setting;
	/* What threads hold before, and how many threads of the case do. */
	ERESOURCE ballast[BALLAST];
	unsigned int laden;
	/* To have a look at a thread's record. */
	ERESOURCE probe;
	/* Where the table of records begins, once known, and where it may. */
	struct eres_thread *table;
	struct eres_thread *maybe;
	struct eres_pool pool[ERES_PLACES];
} here = {
	.setting = PLAIN,
};

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), tail = strlen(end);

	return length >= tail && !strcmp(text + length - tail, end);
}

int eres_setting_begin(struct kunit_suite *suite)
{
	unsigned int i;

	here.setting = eres_settings;
	while (!ends_with(suite->name, here.setting->name))
		here.setting++;
	for (i = 0; i < BALLAST; i++)
		ExInitializeResourceLite(&here.ballast[i]);
	ExInitializeResourceLite(&here.probe);
	return 0;
}

void eres_setting_end(struct kunit_suite *suite)
{
	unsigned int i;

	for (i = 0; i < BALLAST; i++)
		ExDeleteResourceLite(&here.ballast[i]);
	ExDeleteResourceLite(&here.probe);
	here.setting = PLAIN;
}

void eres_setting_exit(void)
{
	unsigned int place;

	for (place = 0; place < ERES_PLACES; place++)
		eres_pool_end(&here.pool[place]);
}

/* A level that is an owner pointer's stays in the record of who acquired it. */
static unsigned long load_step(void *unused)
{
	ULONG_PTR value = (ULONG_PTR)here.ballast | 3;
	unsigned int i;

	for (i = 0; i < here.setting->holds; i++) {
		KeEnterCriticalRegion();
		ExAcquireResourceSharedLite(&here.ballast[i], TRUE);
		ExSetResourceOwnerPointer(&here.ballast[i], (PVOID)value);
		KeLeaveCriticalRegion();
	}
	here.laden++;
	return 0;
}

static void unload(void *unused)
{
	ULONG_PTR value = (ULONG_PTR)here.ballast | 3;
	unsigned int i;

	for (; here.laden; here.laden--)
		for (i = 0; i < here.setting->holds; i++)
			ExReleaseResourceForThreadLite(&here.ballast[i], value);
}

/* Reads once more, if it can; are readers not counted by then? */
static unsigned long read_step(void *arg)
{
	PERESOURCE res = arg;

	KeEnterCriticalRegion();
	if (ExAcquireResourceSharedLite(res, FALSE))
		ExReleaseResourceLite(res);
	KeLeaveCriticalRegion();
	return READ_ONCE(res->owner) == ERES_BIASED;
}

/* Who shares meanwhile: readers are left uncounted only if there are several. */
struct sharer {
	PERESOURCE res;
	struct completion shares;
	struct completion enough;
};

static int sharer_thread(void *arg)
{
	struct sharer *sharer = arg;

	KeEnterCriticalRegion();
	ExAcquireResourceSharedLite(sharer->res, TRUE);
	complete(&sharer->shares);
	wait_for_completion(&sharer->enough);
	ExReleaseResourceLite(sharer->res);
	KeLeaveCriticalRegion();
	return 0;
}

static void read_until_biased(PERESOURCE res)
{
	unsigned long end = jiffies + ERES_DEADLINE_SECONDS * HZ;

	/* As long as it takes: where revoking was dear lately, milliseconds. */
	while (!read_step(res) && time_before(jiffies, end))
		cond_resched();
}

bool eres_read_often(PERESOURCE res)
{
	struct sharer sharer = { .res = res };
	struct task_struct *task;

	init_completion(&sharer.shares);
	init_completion(&sharer.enough);
	task = kthread_run(sharer_thread, &sharer, "eres/sharer");
	if (IS_ERR(task))
		return false;
	get_task_struct(task);
	wait_for_completion(&sharer.shares);
	read_until_biased(res);
	complete(&sharer.enough);
	kthread_stop(task);
	put_task_struct(task);
	/* And once as one that is not counted. */
	return read_step(res);
}

int eres_setting_apply(struct kunit *test, PERESOURCE res)
{
	if (here.setting->place && eres_table_bits() > 10)
		kunit_skip(test, "it takes too many threads to fill the table");
	if (here.setting->biased && !eres_read_often(res)) {
		KUNIT_FAIL(test, "readers are counted for good");
		return -ETIMEDOUT;
	}
	load_step(NULL);
	return kunit_add_action_or_reset(test, unload, NULL);
}

/* What an owner pointer owns exclusively leads to the record. */
static unsigned long record_step(void *unused)
{
	struct eres_hold *hold;
	struct eres_thread *record;

	KeEnterCriticalRegion();
	ExAcquireResourceExclusiveLite(&here.probe, TRUE);
	ExSetResourceOwnerPointer(&here.probe, (PVOID)3);
	hold = eres_owner_pointer_hold(READ_ONCE(here.probe.owner));
	record = hold ? hold->thread : NULL;
	ExReleaseResourceForThreadLite(&here.probe, 3);
	KeLeaveCriticalRegion();
	return (unsigned long)record;
}

/* Two in a row that agree on where the table begins are both at home. */
static bool is_displaced(struct eres_thread *record, unsigned long id)
{
	struct eres_thread *table;

	table = record - eres_home_slot(id, BITS_PER_LONG - eres_table_bits());
	if (!here.table && table == here.maybe)
		here.table = table;
	here.maybe = table;
	return here.table && table != here.table;
}

static enum eres_place place_of(struct eres_actor *actor)
{
	struct eres_thread *record;

	record = (void *)eres_actor_do(actor, record_step, NULL);
	if (!record)
		return ERES_ANYWHERE;
	if (record->allocated)
		return ERES_HEAP;
	return is_displaced(record, eres_actor_id(actor)) ? ERES_DISPLACED :
							   ERES_ANYWHERE;
}

/* So many of each, to last; and so many threads to fill the table, at most. */
#define ENOUGH 64
#define CROWD 3000

/* The more threads there are the fewer slots are left, and the fewer are at home. */
static void fill_pool(struct kunit *test, struct eres_pool *wanted)
{
	struct eres_pool *crowd = &here.pool[ERES_CROWD];
	unsigned int i;

	for (i = 0; i < CROWD && wanted->count < ENOUGH; i++) {
		struct eres_actor *actor = eres_actor_create(test, "placed");
		struct eres_pool *pool = &here.pool[place_of(actor)];

		eres_pool_put(pool->count < ENOUGH ? pool : crowd, actor);
	}
	kunit_info(test, "%u threads, for %u %s records", i, wanted->count,
		   here.setting->name);
	eres_pool_end(crowd);
}

struct eres_actor *eres_setting_actor(struct kunit *test, const char *name,
				      PERESOURCE res)
{
	struct eres_pool *pool = &here.pool[here.setting->place];
	struct eres_actor *actor;

	if (here.setting == PLAIN)
		return eres_actor_start(test, name);
	if (!pool->count)
		fill_pool(test, pool);
	actor = eres_pool_get(pool, test, name);
	/* So that the next time it is one that is not counted. */
	if (here.setting->biased)
		eres_actor_do(actor, read_step, res);
	eres_actor_do(actor, load_step, NULL);
	return actor;
}
