// SPDX-License-Identifier: GPL-2.0-only
/* What the misuse of owner pointers gets: a report, and nothing changes. */
#include "setting.h"
#include "state.h"

#define VALUE(n) ((ULONG_PTR)(n) << 2 | 3)

/* Right is silent; each wrong one is reported and moves nothing. */
static void bad_hand_over_changes_nothing(struct kunit *test)
{
	static const struct {
		ULONG_PTR value;
		ULONG flags;
	} bad[] = {
		{ VALUE(5) & ~3UL, 0 }, { VALUE(5) & ~2UL, 0 },
		{ VALUE(5) & ~1UL, 0 }, { 0, 0 },
		{ VALUE(5), 0x2 }, { VALUE(5), 0x80000000 },
		{ VALUE(5), FLAG_OWNER_POINTER_IS_THREAD | 0x4 },
		{ VALUE(5) & ~3UL, FLAG_OWNER_POINTER_IS_THREAD },
	};
	struct eres_stage *stage = test->priv;
	PERESOURCE res = stage->res;
	enum eres_routine routine;
	size_t i;

	for (routine = ERES_EXCLUSIVE; routine <= ERES_SHARED; routine++) {
		bool exclusive = routine == ERES_EXCLUSIVE;

		eres_take(ERES_SELF, routine, res);
		eres_take(ERES_SELF, routine, res);
		for (i = 0; i < ARRAY_SIZE(bad); i++) {
			ExSetResourceOwnerPointerEx(res, (PVOID)bad[i].value,
						    bad[i].flags);
			eres_expect_report(test, &stage->reports,
					   ERES_OWNER_POINTER_INVALID, res, 0,
					   ExGetCurrentResourceThread(),
					   bad[i].value);
			KUNIT_EXPECT_EQ(test, exclusive,
					ExIsResourceAcquiredExclusiveLite(res));
			KUNIT_EXPECT_EQ(test, 2,
					ExIsResourceAcquiredSharedLite(res));
		}
		ExSetResourceOwnerPointerEx(res, (PVOID)VALUE(5), 0);
		eres_expect_no_report(test, &stage->reports);
		eres_leave(ERES_SELF, 2);
		ExReleaseResourceForThreadLite(res, VALUE(5));
		ExReleaseResourceForThreadLite(res, VALUE(5));
		eres_expect_free(test, res);
	}
	eres_expect_no_report(test, &stage->reports);
}

static void hand_over_by_non_owner_is_refused(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *owner = eres_stage_actor(test, "owner");
	enum eres_routine routine;

	/* Of a free one */
	ExSetResourceOwnerPointer(stage->res, (PVOID)VALUE(1));
	eres_expect_report(test, &stage->reports, ERES_OWNER_POINTER_INVALID,
			   stage->res, 0, ExGetCurrentResourceThread(),
			   VALUE(1));
	eres_expect_free(test, stage->res);

	/* Of one that another thread owns */
	for (routine = ERES_EXCLUSIVE; routine <= ERES_SHARED; routine++) {
		bool exclusive = routine == ERES_EXCLUSIVE;

		eres_take(owner, routine, stage->res);
		ExSetResourceOwnerPointer(stage->res, (PVOID)VALUE(1));
		eres_expect_report(test, &stage->reports,
				   ERES_OWNER_POINTER_INVALID, stage->res, 0,
				   ExGetCurrentResourceThread(), VALUE(1));
		ERES_EXPECT(test, stage->res, 0, 0, OWNS_NOTHING(ERES_SELF),
			    exclusive ? OWNS_EXCLUSIVE(owner, 1) :
					OWNS_SHARED(owner, 1));
		eres_drop(owner, stage->res, 1);
		eres_expect_free(test, stage->res);
	}
}

/* What was legal for the thread before is not any more. */
static void former_owner_can_not_release(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	ERESOURCE_THREAD self = ExGetCurrentResourceThread();
	struct eres_actor *other = eres_stage_actor(test, "other");
	enum eres_routine routine;

	for (routine = ERES_EXCLUSIVE; routine <= ERES_SHARED; routine++) {
		eres_take(ERES_SELF, routine, stage->res);
		ExSetResourceOwnerPointerEx(stage->res, (PVOID)(self | 3),
					    FLAG_OWNER_POINTER_IS_THREAD);
		eres_expect_no_report(test, &stage->reports);

		ExReleaseResourceLite(stage->res);
		eres_expect_report(test, &stage->reports,
				   ERES_RESOURCE_NOT_OWNED, stage->res, self,
				   0, 0);
		ExReleaseResourceForThreadLite(stage->res, self);
		eres_expect_report(test, &stage->reports,
				   ERES_RESOURCE_NOT_OWNED, stage->res, self,
				   0, 0);
		ExConvertExclusiveToSharedLite(stage->res);
		eres_expect_report(test, &stage->reports,
				   ERES_FAST_PRECONDITION,
				   ERES_FAST_CONVERT_NOT_EXCLUSIVE, stage->res,
				   self, 0);
		ExSetResourceOwnerPointer(stage->res, (PVOID)VALUE(9));
		eres_expect_report(test, &stage->reports,
				   ERES_OWNER_POINTER_INVALID, stage->res, 0,
				   self, VALUE(9));
		KUNIT_EXPECT_FALSE(test,
				   eres_try(other, ERES_EXCLUSIVE, stage->res));

		ExReleaseResourceForThreadLite(stage->res, self | 3);
		eres_leave(ERES_SELF, 1);
		eres_expect_no_report(test, &stage->reports);
		eres_expect_free(test, stage->res);
	}
}

ERES_RULES(owner_pointer_misuse,
	   KUNIT_CASE(bad_hand_over_changes_nothing),
	   KUNIT_CASE(hand_over_by_non_owner_is_refused),
	   KUNIT_CASE(former_owner_can_not_release));
