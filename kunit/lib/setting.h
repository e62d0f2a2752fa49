/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where a case takes place. The rules of the contract hold however many holds a
 * thread has, wherever its record is, and whether or not the resource's readers
 * are counted: suites of rules run once for each setting, under its name.
 *
 *			hold		record		readers		speed
 *	(plain)		first		at home		counted		normal
 *	9_holds_displaced ninth		displaced	counted		very slow
 *	70_holds_heap	seventieth	on the heap	counted		slow
 *	biased_displaced eighth		displaced	not counted	slow
 *	biased_heap	first		on the heap	not counted, but	very slow
 *							for these
 *
 * The ninth hold of a thread is the first that is not in the record itself, and
 * of seventy some are not in the newest chunk. Displaced is a record that is in
 * another slot than its thread's home. Readers of a biased resource are not
 * counted, if their holds and records are where one looks for them.
 *
 * The holds before the one that a case is about are an owner pointer's, so that
 * the thread may end at any time. To have threads whose records are somewhere
 * else, the table is filled with those of others for a while.
 */
#ifndef ERES_KUNIT_SETTING_H
#define ERES_KUNIT_SETTING_H

#include <kunit/test.h>

#include <ntifs.h>

#include "actor.h"

int eres_setting_begin(struct kunit_suite *suite);
void eres_setting_end(struct kunit_suite *suite);

/* At the end of a case's .init: its own thread, and its resource. */
int eres_setting_apply(struct kunit *test, PERESOURCE res);

/* As eres_actor_start(), in the setting; it owns nothing of @res. */
struct eres_actor *eres_setting_actor(struct kunit *test, const char *name,
				      PERESOURCE res);

/* When the module goes: no thread of its is left. */
void eres_setting_exit(void);

/* Read it until its readers are not counted; were they in the end? */
bool eres_read_often(PERESOURCE res);

/*
 * One of the suites. It needs cases of its own, because KUnit writes results there.
 * By their speed settings can be left out: all but the plain one, or those of the
 * rest of which the others have each property.
 */
#define ERES_RULES_IN(suite_name, suite_speed, ...) {			\
	.name = suite_name,						\
	.attr.speed = suite_speed,					\
	.suite_init = eres_setting_begin,				\
	.suite_exit = eres_setting_end,					\
	.init = eres_stage_init,					\
	.test_cases = (struct kunit_case[]){ __VA_ARGS__, {} },		\
}

/* The suites eresource_AREA and eresource_AREA_SETTING, of the same cases. */
#define ERES_RULES(area, ...)						\
static struct kunit_suite area##_suites[] = {				\
	ERES_RULES_IN("eresource_" #area, KUNIT_SPEED_NORMAL, __VA_ARGS__), \
	ERES_RULES_IN("eresource_" #area "_9_holds_displaced",		\
		      KUNIT_SPEED_VERY_SLOW, __VA_ARGS__),		\
	ERES_RULES_IN("eresource_" #area "_70_holds_heap",		\
		      KUNIT_SPEED_SLOW, __VA_ARGS__),			\
	ERES_RULES_IN("eresource_" #area "_biased_displaced",		\
		      KUNIT_SPEED_SLOW, __VA_ARGS__),			\
	ERES_RULES_IN("eresource_" #area "_biased_heap",		\
		      KUNIT_SPEED_VERY_SLOW, __VA_ARGS__),		\
};									\
kunit_test_suites(&area##_suites[0], &area##_suites[1],			\
		  &area##_suites[2], &area##_suites[3],			\
		  &area##_suites[4])

#endif /* ERES_KUNIT_SETTING_H */
