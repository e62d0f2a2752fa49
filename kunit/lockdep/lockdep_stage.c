// SPDX-License-Identifier: GPL-2.0-only
/* What the lockdep cases play with. */
#include <linux/debug_locks.h>
#include <linux/module.h>

#include <report/report.h>

#include "lockdep_stage.h"

void lockdep_init_fcb(PERESOURCE Fcb)
{
	ExInitializeResourceLite(Fcb);
}

static void count_report(const struct eres_report *report, void *data)
{
	atomic_inc((atomic_t *)data);
}

static void lockdep_stage_end(void *data)
{
	struct lockdep_stage *stage = data;
	int i;

	for (i = 0; i < ARRAY_SIZE(stage->fcb); i++)
		ExDeleteResourceLite(&stage->fcb[i]);
	ExDeleteResourceLite(&stage->volume);
	ExDeleteResourceLite(&stage->file);
	eres_set_report_sink(NULL, NULL, NULL);
}

bool lockdep_works(void)
{
#ifdef CONFIG_PROVE_LOCKING
	return READ_ONCE(debug_locks);
#else
	return false;
#endif
}

int lockdep_stage_init(struct kunit *test)
{
	struct lockdep_stage *stage;
	int i;

	if (!IS_ENABLED(CONFIG_PROVE_LOCKING))
		kunit_skip(test, "needs CONFIG_PROVE_LOCKING");
	/* An earlier report would make every case pass. */
	KUNIT_ASSERT_TRUE(test, lockdep_works());

	stage = kunit_kzalloc(test, sizeof(*stage), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, stage);
	for (i = 0; i < ARRAY_SIZE(stage->fcb); i++)
		lockdep_init_fcb(&stage->fcb[i]);
	ExInitializeResourceLite(&stage->volume);
	ExInitializeResourceLite(&stage->file);
	eres_set_report_sink(count_report, NULL, &stage->reports);
	test->priv = stage;
	return kunit_add_action_or_reset(test, lockdep_stage_end, stage);
}

void lockdep_expect_silence(struct kunit *test)
{
	struct lockdep_stage *stage = test->priv;

	KUNIT_EXPECT_TRUE(test, lockdep_works());
	KUNIT_EXPECT_EQ(test, atomic_read(&stage->reports), 0);
}

unsigned long lockdep_take_exclusive(void *res)
{
	ExEnterCriticalRegionAndAcquireResourceExclusive(res);
	return 0;
}

unsigned long lockdep_take_shared(void *res)
{
	ExEnterCriticalRegionAndAcquireResourceShared(res);
	return 0;
}

unsigned long lockdep_drop(void *res)
{
	ExReleaseResourceAndLeaveCriticalRegion(res);
	return 0;
}

MODULE_DESCRIPTION("lockdep tests of ERESOURCE locks");
MODULE_LICENSE("GPL");
