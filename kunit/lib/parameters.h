/* SPDX-License-Identifier: GPL-2.0-only */
/* Parameters of eresource.ko, changed for the length of a case. */
#ifndef ERES_KUNIT_PARAMETERS_H
#define ERES_KUNIT_PARAMETERS_H

#include <linux/moduleparam.h>
#include <kunit/test.h>

/* Write it as a user would; undone when the case ends. Asserts that it works. */
void eres_parameter_set(struct kunit *test, const char *name, const char *value);

/* Write it; what the write returns. */
int eres_parameter_write(const char *name, const char *value);

#ifndef MODULE
/* Of the kernel and all that is built in; used under kernel_param_lock(NULL). */
extern const struct kernel_param __start___param[], __stop___param[];
#endif

#endif /* ERES_KUNIT_PARAMETERS_H */
