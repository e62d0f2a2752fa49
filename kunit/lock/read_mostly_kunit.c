// SPDX-License-Identifier: GPL-2.0-only
/*
 * A resource that has been read so often that its readers are not counted any
 * more: everybody else must still find them, and find it free when they are gone.
 */
#include <storage.h>
#include <lock/owner_word.h>
#include <thread/visible.h>

#include "probes.h"
#include "setting.h"
#include "state.h"

static bool is_biased(PERESOURCE res)
{
	return READ_ONCE(res->owner) == ERES_BIASED;
}

static unsigned long read_often_step(void *res)
{
	return eres_read_often(res);
}

static void read_often(struct kunit *test, struct eres_actor *reader)
{
	struct eres_stage *stage = test->priv;

	KUNIT_ASSERT_TRUE(test, eres_actor_do(reader, read_often_step, stage->res));
}

/* And then owns, with one level that nothing but its own record tells of. */
static void own_uncounted(struct kunit *test, struct eres_actor *reader)
{
	struct eres_stage *stage = test->priv;

	read_often(test, reader);
	KUNIT_EXPECT_TRUE(test, eres_take(reader, ERES_SHARED, stage->res));
	KUNIT_EXPECT_TRUE(test, is_biased(stage->res));
}

/* The readers have left, and left no trace but the bias. */
static void try_gets_what_readers_have_left(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *reader = eres_stage_actor(test, "reader");
	struct eres_actor *writer = eres_stage_actor(test, "writer");

	read_often(test, reader);
	KUNIT_EXPECT_TRUE(test, eres_try(writer, ERES_EXCLUSIVE, stage->res));
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_NOTHING(reader),
		    OWNS_EXCLUSIVE(writer, 1));
	eres_drop(writer, stage->res, 1);

	/* The reader itself is no more of an owner than anybody else. */
	read_often(test, reader);
	KUNIT_EXPECT_TRUE(test, eres_try(reader, ERES_EXCLUSIVE, stage->res));
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_EXCLUSIVE(reader, 1),
		    OWNS_NOTHING(writer));
	eres_drop(reader, stage->res, 1);
	eres_expect_free(test, stage->res);
}

static void writer_waits_for_the_last_reader(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *a = eres_stage_actor(test, "a");
	struct eres_actor *b = eres_stage_actor(test, "b");
	struct eres_actor *writer = eres_stage_actor(test, "writer");

	own_uncounted(test, a);
	KUNIT_EXPECT_TRUE(test, eres_take(b, ERES_SHARED, stage->res));
	KUNIT_EXPECT_TRUE(test, eres_take(a, ERES_SHARED, stage->res));
	KUNIT_EXPECT_FALSE(test, eres_try(writer, ERES_EXCLUSIVE, stage->res));
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_SHARED(a, 2), OWNS_SHARED(b, 1),
		    OWNS_NOTHING(writer));

	eres_ask(writer, ERES_EXCLUSIVE, stage->res);
	ERES_EXPECT(test, stage->res, 1, 0, OWNS_SHARED(a, 2), OWNS_SHARED(b, 1),
		    WAITS(writer));
	/* The one first that was counted when it came. */
	eres_drop(b, stage->res, 1);
	ERES_EXPECT(test, stage->res, 1, 0, OWNS_SHARED(a, 2), OWNS_NOTHING(b),
		    WAITS(writer));
	eres_drop(a, stage->res, 2);
	KUNIT_EXPECT_TRUE(test, eres_granted(writer));
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_NOTHING(a), OWNS_NOTHING(b),
		    OWNS_EXCLUSIVE(writer, 1));
	eres_drop(writer, stage->res, 1);
	eres_expect_free(test, stage->res);
}

/* Who has released under a reader's id has released what was not counted. */
static void uncounted_level_is_released_for_its_reader(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *reader = eres_stage_actor(test, "reader");

	own_uncounted(test, reader);
	ExReleaseResourceForThreadLite(stage->res, eres_actor_id(reader));
	eres_expect_report(test, &stage->reports, ERES_INVALID_RELEASE,
			   stage->res, ExGetCurrentResourceThread(),
			   eres_actor_id(reader), 0);
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_NOTHING(reader));
	eres_leave(reader, 1);
	eres_expect_free(test, stage->res);
}

#define GONE 40

struct revoked {
	PERESOURCE res;
	u32 looked_at;
};

static void on_revoke(void *data, const void *r, u32 looked_at, u32 found)
{
	struct revoked *revoked = data;

	if (r == revoked->res)
		revoked->looked_at = looked_at;
}

static struct revoked *watch_revoke(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct revoked *revoked = kunit_kzalloc(test, sizeof(*revoked), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, revoked);
	revoked->res = stage->res;
	revoked->looked_at = U32_MAX;
	eres_probe_attach(test, "eres_revoke", on_revoke, revoked);
	return revoked;
}

/* There is a bias, and nobody else than the dead has been there. */
static void expect_not_looked_for(struct kunit *test, const struct revoked *revoked)
{
	KUNIT_EXPECT_TRUE(test, is_biased(revoked->res));
	eres_expect_free(test, revoked->res);
	KUNIT_EXPECT_LT(test, revoked->looked_at, GONE / 2);
}

/* Where many have been at the same time, nobody looks for them once they are gone. */
static void readers_that_have_exited_are_not_looked_for(struct kunit *test)
{
	struct revoked *revoked = watch_revoke(test);
	struct eres_actor *reader[GONE];
	unsigned int i;

	for (i = 0; i < GONE; i++) {
		reader[i] = eres_actor_start(test, "reader");
		read_often(test, reader[i]);
	}
	for (i = 0; i < GONE; i++)
		eres_actor_join(reader[i]);
	expect_not_looked_for(test, revoked);
}

/* Nor if they have left something behind that others have released. */
static void readers_that_died_owning_are_not_looked_for(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct revoked *revoked = watch_revoke(test);
	struct eres_actor *reader[GONE];
	unsigned int i;

	for (i = 0; i < GONE; i++) {
		reader[i] = eres_actor_start(test, "reader");
		own_uncounted(test, reader[i]);
		eres_leave(reader[i], 1);
	}
	for (i = 0; i < GONE; i++)
		eres_actor_join(reader[i]);
	for (i = 0; i < GONE; i++)
		ExReleaseResourceForThreadLite(stage->res, eres_actor_id(reader[i]));
	eres_reports_forget(&stage->reports);
	expect_not_looked_for(test, revoked);
}

/* All alive: those that are too many to be looked for are counted, as is everybody then. */
static void readers_that_are_too_many_are_counted(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct revoked *revoked = watch_revoke(test);
	unsigned int i;

	read_often(test, eres_stage_actor(test, "first"));
	KUNIT_EXPECT_TRUE(test, is_biased(stage->res));
	for (i = 0; i < ERES_MAX_VISIBLE && is_biased(stage->res); i++) {
		struct eres_actor *reader = eres_actor_start(test, "reader");

		eres_take(reader, ERES_SHARED, stage->res);
		eres_drop(reader, stage->res, 1);
	}
	KUNIT_EXPECT_EQ(test, READ_ONCE(stage->res->owner), ERES_FREE);
	KUNIT_EXPECT_EQ(test, revoked->looked_at, ERES_MAX_VISIBLE);
	eres_expect_free(test, stage->res);
}

static void delete_finds_uncounted_readers(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *reader = eres_stage_actor(test, "reader");

	own_uncounted(test, reader);
	KUNIT_EXPECT_EQ(test, ExDeleteResourceLite(stage->res),
			STATUS_UNSUCCESSFUL);
	eres_expect_report(test, &stage->reports, ERES_VERIFIER,
			   ERES_V_DELETE_OWNED, stage->res, 0, 0);
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_SHARED(reader, 1));
	eres_drop(reader, stage->res, 1);
	/* And does not mind those that have left: by the end of the case. */
	read_often(test, reader);
}

#define MANY 20000

/* Return: how often it was left uncounted. */
static unsigned long read_many_step(void *res)
{
	unsigned long uncounted = 0;
	unsigned int i;

	for (i = 0; i < MANY; i++) {
		KeEnterCriticalRegion();
		ExAcquireResourceSharedLite(res, TRUE);
		uncounted += is_biased(res);
		ExReleaseResourceLite(res);
		KeLeaveCriticalRegion();
		cond_resched();
	}
	return uncounted;
}

/* It would gain nothing, and who wants it exclusively would have to look for it. */
static void who_reads_alone_is_counted(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *reader = eres_stage_actor(test, "reader");

	KUNIT_EXPECT_EQ(test, eres_actor_do(reader, read_many_step, stage->res), 0);
	eres_expect_free(test, stage->res);
}

/* One comes while the other is alone, or leaves when it is not any more. */
static void readers_that_meet_leave_it_free(struct kunit *test)
{
	struct eres_stage *stage = test->priv;
	struct eres_actor *a = eres_stage_actor(test, "a");
	struct eres_actor *b = eres_stage_actor(test, "b");

	eres_actor_begin(a, read_many_step, stage->res);
	eres_actor_begin(b, read_many_step, stage->res);
	eres_actor_finish(a);
	eres_actor_finish(b);
	ERES_EXPECT(test, stage->res, 0, 0, OWNS_NOTHING(a), OWNS_NOTHING(b));
	eres_expect_free(test, stage->res);
}

static struct kunit_case read_mostly_cases[] = {
	KUNIT_CASE_SLOW(who_reads_alone_is_counted),
	KUNIT_CASE_SLOW(readers_that_meet_leave_it_free),
	KUNIT_CASE(try_gets_what_readers_have_left),
	KUNIT_CASE(writer_waits_for_the_last_reader),
	KUNIT_CASE(readers_that_have_exited_are_not_looked_for),
	KUNIT_CASE(readers_that_died_owning_are_not_looked_for),
	KUNIT_CASE(readers_that_are_too_many_are_counted),
	KUNIT_CASE(uncounted_level_is_released_for_its_reader),
	KUNIT_CASE(delete_finds_uncounted_readers),
	{}
};

static struct kunit_suite read_mostly_suite = {
	.name = "eresource_read_mostly",
	.init = eres_stage_init,
	.test_cases = read_mostly_cases,
};

kunit_test_suite(read_mostly_suite);
