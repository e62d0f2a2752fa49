/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Misuse of wdmsync's objects, as reported: for suites whose .init is
 * wdm_reports_init(). From then on nothing is printed, and a report that no check has
 * asked for by the end of the case fails it.
 */
#ifndef ERES_KUNIT_WDM_REPORTS_H
#define ERES_KUNIT_WDM_REPORTS_H

#include <kunit/test.h>

#include <report/object.h>

int wdm_reports_init(struct kunit *test);

/* How many since the last check. */
unsigned int wdm_reports_count(void);

/* A parameter, from 0, of the first of them. */
unsigned long wdm_reports_param(unsigned int which);

/*
 * Exactly one report since the last check, with that code and these parameters, about
 * @object, from @routine.
 */
void __wdm_expect_report(struct kunit *test, const char *file, int line,
			 const char *routine, const void *object, u32 code,
			 unsigned long p1, unsigned long p2, unsigned long p3,
			 unsigned long p4);
#define wdm_expect_report(test, routine, object, code, p1, p2, p3)	\
	__wdm_expect_report(test, __FILE__, __LINE__, routine, object, code, \
			    (unsigned long)(p1), (unsigned long)(p2),	\
			    (unsigned long)(p3), 0)

/* A violation, of 0xC4: its number, and what follows that. */
#define wdm_expect_violation(test, routine, object, number, p2, p3)	\
	wdm_expect_report(test, routine, object, ERES_VERIFIER, number, p2, p3)

/* The same with all four. */
#define wdm_expect_violation3(test, routine, object, number, p2, p3, p4) \
	__wdm_expect_report(test, __FILE__, __LINE__, routine, object,	\
			    ERES_VERIFIER, (unsigned long)(number),	\
			    (unsigned long)(p2), (unsigned long)(p3),	\
			    (unsigned long)(p4))

/* Exactly one report, with that code. */
void __wdm_expect_one(struct kunit *test, const char *file, int line, const void *object,
		      u32 code);
#define wdm_expect_one(test, object, code)				\
	__wdm_expect_one(test, __FILE__, __LINE__, object, code)

/* Exactly one report, with that code, by that routine. */
void __wdm_expect_by(struct kunit *test, const char *file, int line, const char *routine,
		     const void *object, u32 code);
#define wdm_expect_by(test, routine, object, code)			\
	__wdm_expect_by(test, __FILE__, __LINE__, routine, object, code)

/* Exactly one report, with that code, by that routine; about a thread that is not to be had. */
void __wdm_expect_code(struct kunit *test, const char *file, int line, const char *routine,
		       u32 code);
#define wdm_expect_code(test, routine, code)				\
	__wdm_expect_code(test, __FILE__, __LINE__, routine, code)

/* One violation or more, the first with that number; the rest is not compared. */
void __wdm_expect_first(struct kunit *test, const char *file, int line,
			const char *routine, const void *object, unsigned long number);
#define wdm_expect_first(test, routine, object, number)			\
	__wdm_expect_first(test, __FILE__, __LINE__, routine, object, number)

/* So many reports, all with that code and first parameter, from @routine. */
void __wdm_expect_all(struct kunit *test, const char *file, int line, unsigned int count,
		      const char *routine, u32 code, unsigned long p1);
#define wdm_expect_all(test, count, routine, code, p1)			\
	__wdm_expect_all(test, __FILE__, __LINE__, count, routine, code, p1)

void __wdm_expect_bad_address(struct kunit *test, const char *file, int line,
			      const char *routine, const void *address);
#define wdm_expect_bad_address(test, routine, address)			\
	__wdm_expect_bad_address(test, __FILE__, __LINE__, routine, address)

void __wdm_expect_silence(struct kunit *test, const char *file, int line);
#define wdm_expect_silence(test) __wdm_expect_silence(test, __FILE__, __LINE__)

#endif /* ERES_KUNIT_WDM_REPORTS_H */
