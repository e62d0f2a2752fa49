/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User processes for cases that need them: /bin/eres-sigtest, and the device
 * through which it runs region and lock steps (user/eres_kunit_ioctl.h).
 */
#ifndef ERES_KUNIT_USERPROC_H
#define ERES_KUNIT_USERPROC_H

#include <kunit/test.h>
#include <linux/umh.h>

/* Register the device; until the case ends. Asserts success. */
void eres_userproc_init(struct kunit *test);

/*
 * .init of a suite that is run by user processes: with the device, and reports
 * captured in test->priv. Going back to user mode in a region is not the subject
 * of such a suite: it is not looked for, unless a case switches that on.
 */
int eres_userproc_suite_init(struct kunit *test);

/*
 * Run a case of eres-sigtest to its end. Whatever it complains about fails the
 * case, and so do a program that is not there and steps or owners left behind.
 */
void eres_userproc_run(struct kunit *test, const char *name);

/* The same; before it is the program, its thread runs @before in the kernel. */
typedef int (*eres_userproc_fn)(struct subprocess_info *info, struct cred *new);
void eres_userproc_run_after(struct kunit *test, const char *name,
			     eres_userproc_fn before, void *data);

#endif /* ERES_KUNIT_USERPROC_H */
