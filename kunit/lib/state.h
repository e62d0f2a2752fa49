/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The whole observable state of a resource, compared in one call, and the
 * stage that most cases play on: one resource, its actors, the captured
 * reports, and a cleanup that leaves nothing owned even after a failure.
 *
 *	ERES_EXPECT(test, res, 1, 0,
 *		    OWNS_SHARED(reader, 2),
 *		    WAITS(writer));
 *
 * reads: one exclusive waiter, no shared one; the reader owns two shared
 * levels; the writer blocks. ERES_SELF is the calling thread.
 */
#ifndef ERES_KUNIT_STATE_H
#define ERES_KUNIT_STATE_H

#include <kunit/test.h>

#include <ntifs.h>

#include "actor.h"
#include "reports.h"

#define ERES_SELF ((struct eres_actor *)NULL)

/**
 * struct eres_view - what a resource looks like to one thread
 * @actor: whose view it is; %ERES_SELF for the calling thread
 * @waits: the actor's step blocks, so that it can not be asked for the rest
 * @exclusive: ExIsResourceAcquiredExclusiveLite()
 * @levels: ExIsResourceAcquiredSharedLite()
 */
struct eres_view {
	struct eres_actor *actor;
	bool waits;
	bool exclusive;
	ULONG levels;
};

#define OWNS_EXCLUSIVE(who, n)						\
	((struct eres_view){ .actor = (who), .exclusive = true, .levels = (n) })
#define OWNS_SHARED(who, n)						\
	((struct eres_view){ .actor = (who), .levels = (n) })
#define OWNS_NOTHING(who)						\
	((struct eres_view){ .actor = (who) })
#define WAITS(who)							\
	((struct eres_view){ .actor = (who), .waits = true })

/*
 * Compare both waiter counts and the view of every thread that is named. The
 * counts and the end of a step that is being granted are waited for, with a
 * deadline; then everything must hold at once. Returns whether it did.
 */
bool eres_expect_state(struct kunit *test, const char *file, int line,
		       PERESOURCE res, ULONG exclusive_waiters,
		       ULONG shared_waiters, const struct eres_view *views,
		       size_t count);

#define ERES_EXPECT(test, res, exclusive_waiters, shared_waiters, ...)	\
({									\
	const struct eres_view __views[] = { __VA_ARGS__ };		\
									\
	eres_expect_state(test, __FILE__, __LINE__, res,		\
			  exclusive_waiters, shared_waiters, __views,	\
			  ARRAY_SIZE(__views));				\
})

/*
 * The calling thread gets the resource exclusively at once and gives it back:
 * nobody owned it, not even an owner pointer, and it still works.
 */
void __eres_expect_free(struct kunit *test, const char *file, int line,
			PERESOURCE res);
#define eres_expect_free(test, res)					\
	__eres_expect_free(test, __FILE__, __LINE__, res)

#define ERES_STAGE_ACTORS 8

/**
 * struct eres_stage - what a case plays with
 * @test: the case
 * @res: a fresh resource, deleted after the case; leaked if that is refused
 * @reports: capturing from the start
 * @actor: the actors started so far
 * @actors: how many
 */
struct eres_stage {
	struct kunit *test;
	PERESOURCE res;
	struct eres_reports reports;
	struct eres_actor *actor[ERES_STAGE_ACTORS];
	unsigned int actors;
};

/* A suite's .init: test->priv becomes a struct eres_stage. */
int eres_stage_init(struct kunit *test);

/*
 * Start an actor that owns nothing when the case ends: levels that it still
 * has then fail the case, and are released before any actor is joined.
 */
struct eres_actor *eres_stage_actor(struct kunit *test, const char *name);

/* The same, but the case joins it, and what it owns then is the case's business. */
struct eres_actor *eres_stage_mortal(struct kunit *test, const char *name);

/* The four routines, as columns of the contract's master table. */
enum eres_routine {
	ERES_EXCLUSIVE,
	ERES_SHARED,
	ERES_STARVE,
	ERES_WAIT_FOR,
};

/*
 * Steps on a resource, as a driver would take them: every acquire enters a
 * critical region of its own, every release leaves one, and so does an acquire
 * that was refused. An actor of ERES_SELF does it in the calling thread.
 */

/* Wait FALSE */
bool eres_try(struct eres_actor *actor, enum eres_routine routine,
	      PERESOURCE res);

/* Wait TRUE: begin, to be blocked; eres_granted() finishes. */
void eres_ask(struct eres_actor *actor, enum eres_routine routine,
	      PERESOURCE res);
bool eres_granted(struct eres_actor *actor);

/* Wait TRUE where it is to be granted at once: ask and granted in one. */
bool eres_take(struct eres_actor *actor, enum eres_routine routine,
	       PERESOURCE res);

/* Release @levels levels. */
void eres_drop(struct eres_actor *actor, PERESOURCE res, unsigned int levels);

void eres_convert(struct eres_actor *actor, PERESOURCE res);

/* Leave @levels critical regions whose levels somebody else has released. */
void eres_leave(struct eres_actor *actor, unsigned int levels);

#endif /* ERES_KUNIT_STATE_H */
